"""Status lines: who has the floor, the clock, account and progress; the warning that matters most; the hint line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Side
from salesnerd_tui.timefmt import running_clock
from salesnerd_tui.tui.render.text import MUTED, Line, both_ends, fit, line, pressable, safe, spark, tail

if TYPE_CHECKING:
    from salesnerd_tui.app.call_status import CallWarning, TalkShare
    from salesnerd_tui.call.view import CallView
    from salesnerd_tui.coach.floor import TalkStats

FLOOR = {Side.ME: ("●", "bold $accent"), Side.THEM: ("○", "bold $primary"), Side.NOBODY: ("·", MUTED)}
"""Symbols of the floor: the only place that shows who talks."""

SHARE_BARS = 12
MIDDLE = 60
WIDE = 100


def draw_clock(holder: Side, seconds: float, paused: bool, width: int) -> Line:
    """Draw who has the floor, and the time of the call in `seconds`."""
    glyph, style = FLOOR[holder]
    if paused:
        glyph, style = "‖", "bold $warning"
    return fit(line(" ", (glyph, style), " ", (running_clock(seconds), "")), width)


def draw_status(view: CallView, talk: TalkStats, share: TalkShare | None, width: int, hearing: str = "") -> Line:
    """Draw account and people, and at the right end how the call hears, the talk ratio, and progress.

    `hearing` is shown until somebody was heard.
    """
    people = " · ".join(safe(each) for each in (view.account, *view.people) if each)
    left = line((people or safe(view.title), ""))
    return both_ends(left, _numbers(view, talk, share, width, hearing), width)


def _numbers(view: CallView, talk: TalkStats, share: TalkShare | None, width: int, hearing: str) -> Line:
    parts: list[str | tuple[str, str]] = []
    if hearing and talk.share is None:
        parts += [(hearing if width >= WIDE else hearing.partition(" to ")[0], MUTED), "   "]
    if share is not None:
        if width >= MIDDLE:
            bars = spark([bucket.mine / 3 for bucket in talk.buckets(SHARE_BARS)])
            parts += [(bars, "$warning" if share.over else MUTED), "  "]
        mark = "!" if share.over else ""
        parts += [(f"you {share.percent}%{mark}", "$warning" if share.over else MUTED), "   "]
    if view.late:
        parts += [("late", "$warning"), "   "]
    parts.append((f"{view.done}/{view.total} ", MUTED))
    return line(*parts)


def draw_warning(warning: CallWarning | None, caption: str, width: int, heard: str = "") -> Line:
    """Draw the warning, else the caption, else nothing.

    `heard` says what an open microphone hears of each side; it is shown at the end of the line whenever it fits.
    """
    if heard and width >= 2 * len(heard):
        mark = line((f"{safe(heard)} ", MUTED))
        return both_ends(draw_warning(warning, caption, width - mark.cell_length - 2), mark, width)
    if warning is None:
        return line(" ", (tail(caption, width - 2), f"italic {MUTED}")) if caption else line()
    style = "bold $error" if warning.bad else MUTED if warning.is_quiet else "$warning"
    message = f"{warning.words}: {warning.key}" if warning.key else warning.words
    symbol = "✗ " if warning.bad else "" if warning.is_quiet else "! "
    return fit(line((f" {symbol}{safe(message)} ", style)), width)


def draw_hints(message: str, keys: Sequence[tuple[str, str]], width: int) -> Line:
    """Draw the message, else as many keys as fit; the last two (the way out, and help) are the last to go."""
    if message:
        return fit(line(" ", (safe(message), "bold $hint")), width)
    if not keys:
        return line()
    pairs = [_pair(*each) for each in keys]
    kept = pairs[-2:] if sum(each.cell_length + 2 for each in pairs[-2:]) <= width + 1 else pairs[-1:]
    room = width + 1 - sum(each.cell_length + 2 for each in kept)
    shown: list[Line] = []
    for pair in pairs[: -len(kept)]:
        room -= pair.cell_length + 2
        if room < 0:
            break
        shown.append(pair)
    return fit(line(" ", Line("  ").join([*shown, *kept])), width)


def _pair(key: str, words: str) -> Line:
    return pressable(line((safe(key), "bold $accent"), " ", (safe(words), MUTED)), key)
