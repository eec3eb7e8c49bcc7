"""Tap under the question: its title, reason and something to say; without a tap, what the question needs.

A tap is the only solid block on the screen. An ignored tap fades and keeps counting. Praise is never drawn as a block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.tui.render.question import MAX_QUESTION_WIDTH, NO_KEYS, left_margin
from salesnerd_tui.tui.render.text import (
    MUTED,
    NARROW,
    Line,
    Lines,
    blank,
    both_ends,
    fit,
    hang,
    key_target,
    line,
    safe,
    wrap,
)

if TYPE_CHECKING:
    from salesnerd_tui.call.view import CoachLine

COLORS: Mapping[TapKind, str] = {TapKind.SILENCE: "$success", TapKind.OVER_PROMISING: "$error"}
WARNING_COLOR = "$warning"


def draw_coach(
    coach: CoachLine,
    width: int,
    height: int,
    keys: Mapping[str, str] = NO_KEYS,
    *,
    fallback: Sequence[Line] = (),
) -> Lines:
    """Draw exactly `height` rows; without a tap, they show the rows of `fallback`.

    `keys` are the keys that may be shown, by command id. Where there is room, the first row is blank.
    """
    width = min(width, MAX_QUESTION_WIDTH + 6)
    gap = [blank()] if height > 3 else []
    rows = height - len(gap)
    if coach.is_followed:
        lines = _draw_followed(coach.tap, width, rows)
    elif coach.tap is not None:
        lines = _draw_tap(coach, coach.tap, width, rows, keys)
    else:
        return [*fallback, *[blank()] * height][:height]
    return [*gap, *lines, *[blank()] * height][:height]


def _draw_followed(tap: Tapped | None, width: int, rows: int) -> Lines:
    """Draw that the user acted on a tap; the suggestion stays readable for a moment."""
    margin = left_margin(width)
    is_promise = tap is not None and tap.kind is TapKind.OVER_PROMISING
    head, advice = ("✓ LIMITED", "now it can be kept") if is_promise else ("✓ HANDED BACK", "now listen")
    first = fit(line(margin, (head, "bold $success"), (f"   {advice}", MUTED)), width)
    return [first, *(_draw_suggestion(tap, width, margin, MUTED) if tap is not None else [])][:rows]


def _draw_tap(coach: CoachLine, tap: Tapped, width: int, rows: int, keys: Mapping[str, str]) -> Lines:
    """Draw a tap: its title, the suggestion in full width, and the reason in the remaining space."""
    glyph, color = tap_text.symbol(tap.kind), COLORS.get(tap.kind, WARNING_COLOR)
    margin = left_margin(width)
    is_block = not coach.is_ignored and tap.kind is not TapKind.SILENCE
    title = line(
        margin,
        (f" {glyph} {safe(tap_text.title(tap)).upper()} ", f"bold reverse {color}" if is_block else f"bold {color}"),
    )
    reason = f"{safe(tap_text.reason(tap, coach.seconds))}{'  (late)' if tap.late else ''}"
    say = _draw_suggestion(tap, width, margin, MUTED if coach.is_ignored else "bold")
    if width < NARROW:
        if len(say) > rows - 1:
            return _draw_in_title_rows(title, tap_text.suggestion(tap)[1], width, margin, rows)
        if coach.is_ignored:
            title = both_ends(title, line((f"{coach.seconds:.0f} s", MUTED)), width)
        return [title, *say, *wrap(reason, width, MUTED if say or coach.is_ignored else "", margin)][:rows]
    if coach.is_ignored and not tap.reason.seconds and coach.seconds >= 1.0:
        title = line(title, (f"   you talked on for {coach.seconds:.0f} s", MUTED))
    reason_rows: Lines = []
    first = line(title, "   ", (reason, MUTED if coach.is_ignored else ""))
    if first.cell_length > width and len(say) + 1 < rows:
        reason_rows = wrap(reason, width - 1, MUTED, margin, max_lines=rows - 1 - len(say))
        first = title
    actions = _draw_actions(keys)
    if first.cell_length + actions.cell_length + 2 <= width:
        first = both_ends(first, actions, width)
    elif len(say) + len(reason_rows) + 1 < rows:
        reason_rows.append(both_ends(line(margin), actions, width))
    return [fit(first, width), *say[: rows - 1], *reason_rows]


def _draw_suggestion(tap: Tapped, width: int, margin: str, style: str) -> Lines:
    """Return the suggestion after its label, wrapped in full width and never cut."""
    label, words = tap_text.suggestion(tap)
    if not words:
        return []
    return hang(line(margin, (f"{safe(label)}  ", MUTED)), words, width, style)


def _draw_in_title_rows(title: Line, words: str, width: int, margin: str, rows: int) -> Lines:
    """Return the suggestion beside the title, because there are too few rows below it."""
    if rows <= 1:
        return [fit(line(title, " ", (safe(words), "bold")), width)]
    first, rest = _split_at_word(safe(words), width - title.cell_length - 1)
    below = wrap(rest, width, "bold", margin, max_lines=rows - 1) if rest else []
    return [fit(line(title, " ", (first, "bold")), width), *below]


def _split_at_word(text: str, max_length: int) -> tuple[str, str]:
    """Split a text after the last word that fits in `max_length` characters."""
    words = text.split(" ")
    count = 0
    while count < len(words) and len(" ".join(words[: count + 1])) <= max_length:
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _draw_actions(keys: Mapping[str, str]) -> Line:
    shown = [
        key_target(line((f"{keys[id]} {does}", MUTED)), keys[id])
        for id, does in (("evidence", "why"), ("dismiss", "dismiss"))
        if id in keys
    ]
    return line((" · ", MUTED)).join(shown)
