"""Status lines: who talks, the clock, the talk ratio and progress; below them the warning that matters most."""

from __future__ import annotations

from salesnerd_tui.app.call_text import CallWarning
from salesnerd_tui.call.events import Side
from salesnerd_tui.call.view import CallView
from salesnerd_tui.coach.floor import TalkStats
from salesnerd_tui.timefmt import running_clock
from salesnerd_tui.tui.render.text import MUTED, Line, both_ends, fit, line, safe, spark, tail

FLOOR = {Side.ME: ("●", "bold $accent"), Side.THEM: ("○", "bold $primary"), Side.NOBODY: ("·", MUTED)}
WHO = {Side.ME: "you talk", Side.THEM: "they talk", Side.NOBODY: ""}
SHARE_BARS = 12
MEANINGFUL_SECONDS = 120.0
"""Seconds of talk before a talk ratio means anything; the person who opens the call has all of it."""

WIDE = 100
MIDDLE = 60


def draw_clock(holder: Side, seconds: float, paused: bool, width: int) -> Line:
    """Draw who has the floor, and the time of the call in `seconds`."""
    glyph, style = FLOOR[holder]
    if paused:
        glyph, style = "‖", "bold $warning"
    return fit(line(" ", (glyph, style), " ", (running_clock(seconds), "bold")), width)


def draw_status(
    view: CallView, talk: TalkStats, holder: Side, most_share: float, width: int, hearing: str = ""
) -> Line:
    """Draw account, people and playbook, and at the right end the talk ratio and the questions done.

    `holder` is the side whose dot the clock shows. `hearing` stands for the talk ratio until somebody was heard.
    """
    people = " · ".join(safe(each) for each in (view.account, *view.people) if each)
    left = line((people or safe(view.title), "bold"))
    if width >= WIDE and people:
        left = line(left, ("   ", ""), (safe(view.title), MUTED))
    return both_ends(left, _numbers(view, talk, holder, most_share, width, hearing), width)


def _numbers(view: CallView, talk: TalkStats, holder: Side, most_share: float, width: int, hearing: str) -> Line:
    parts: list[str | tuple[str, str]] = []
    if hearing and talk.share is None:
        parts += [(hearing if width >= WIDE else hearing.partition(" to ")[0], MUTED), "  "]
    if talk.share is not None:
        share = round(talk.share * 100)
        over = share > most_share * 100 and talk.mine_seconds + talk.theirs_seconds >= MEANINGFUL_SECONDS
        if width >= MIDDLE and WHO[holder]:
            parts += [(WHO[holder], MUTED), "  "]
        parts.append((f"you {share}%{'!' if over else ''}", "bold $warning" if over else "bold"))
        if width >= MIDDLE:
            bars = spark([bucket.mine for bucket in talk.buckets(SHARE_BARS)])
            parts += ["  ", (bars, "$warning" if over else "$accent")]
        parts.append("  ")
    if view.late:
        parts += [("late", "bold $warning"), "  "]
    parts.append((f"{view.done}/{view.total} ", "bold"))
    return line(*parts)


def draw_warning(warning: CallWarning | None, caption: str, width: int, heard: str = "") -> Line:
    """Draw a line across the screen with the warning, else the caption, in it.

    `heard` says what an open microphone hears of each side; it is shown at the end of the line whenever it fits.
    """
    if heard and width >= 2 * len(heard):
        mark = line((f" {safe(heard)} ", "$accent"), ("─", "$rule"))
        return line(draw_warning(warning, caption, width - mark.cell_length), mark)
    if warning is None and caption:
        return line(" ", (tail(caption, width - 2), f"italic {MUTED}"))
    if warning is None:
        return line(("─" * width, "$rule"))
    style = "bold reverse $error" if warning.bad else MUTED if warning.is_quiet else "$warning"
    message = f"{warning.words}: {warning.key}" if warning.key else warning.words
    words = fit(line((f" {'✗ ' if warning.bad else '' if warning.is_quiet else '! '}{safe(message)} ", style)), width)
    return line(words, ("─" * (width - words.cell_length), "$rule"))
