"""Tap under the question: its title, reason and something to say; without a tap, what the question needs.

A tap is the only solid block on the screen. An ignored tap fades and keeps counting. Praise is never drawn as a block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.tui.render.question import NARROW, NO_KEYS, READABLE, margin_of
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, fit, line, pressable, safe, wrapped

if TYPE_CHECKING:
    from salesnerd_tui.call.view import CoachLine

GLYPHS: Mapping[TapKind, tuple[str, str]] = {
    TapKind.SILENCE: ("◌", "$success"),
    TapKind.OVER_PROMISING: ("⚑", "$error"),
}
DRIFT = ("▲", "$warning")


def draw_coach(
    coach: CoachLine,
    width: int,
    height: int,
    keys: Mapping[str, str] = NO_KEYS,
    *,
    otherwise: Sequence[Line] = (),
) -> Lines:
    """Draw exactly `height` rows; `otherwise` is what they show while there is no tap.

    `keys` are the keys that may be shown, by command id. Where there is room, the first row is blank.
    """
    width = min(width, READABLE + 6)
    air = [blank()] if height > 3 else []
    rows = height - len(air)
    if coach.is_followed:
        lines = _draw_followed(coach.tap, width, rows)
    elif coach.tap is not None:
        lines = _draw_tap(coach, coach.tap, width, rows, keys)
    else:
        return [*otherwise, *[blank()] * height][:height]
    return [*air, *lines, *[blank()] * height][:height]


def _draw_followed(tap: Tapped | None, width: int, rows: int) -> Lines:
    """Draw that the user acted on a tap; what to say stays readable for a moment."""
    margin = margin_of(width)
    is_promise = tap is not None and tap.kind is TapKind.OVER_PROMISING
    head, then = ("✓ LIMITED", "now it can be kept") if is_promise else ("✓ HANDED BACK", "now listen")
    first = fit(line(margin, (head, "bold $success"), (f"   {then}", MUTED)), width)
    return [first, *(_say(tap, width, margin, MUTED) if tap is not None else [])][:rows]


def _draw_tap(coach: CoachLine, tap: Tapped, width: int, rows: int, keys: Mapping[str, str]) -> Lines:
    """Draw a tap: its title, what to say in the whole width, and the reason in what is left."""
    glyph, color = GLYPHS.get(tap.kind, DRIFT)
    margin = margin_of(width)
    is_block = not coach.is_ignored and tap.kind is not TapKind.SILENCE
    title = line(
        margin,
        (f" {glyph} {safe(tap_text.title(tap)).upper()} ", f"bold reverse {color}" if is_block else f"bold {color}"),
    )
    reason = f"{safe(tap_text.reason(tap, coach.seconds))}{'  (late)' if tap.late else ''}"
    say = _say(tap, width, margin, MUTED if coach.is_ignored else "bold")
    if width < NARROW:
        if len(say) > rows - 1:
            return _beside(title, tap_text.suggestion(tap)[1], width, margin, rows)
        if coach.is_ignored:
            title = both_ends(title, line((f"{coach.seconds:.0f} s", MUTED)), width)
        return [title, *say, *wrapped(reason, width, MUTED if say or coach.is_ignored else "", margin)][:rows]
    if coach.is_ignored and not tap.reason.seconds:
        title = line(title, (f"   you talked on for {coach.seconds:.0f} s", MUTED))
    below: Lines = []
    first = line(title, "   ", (reason, MUTED if coach.is_ignored else ""))
    if first.cell_length > width and len(say) + 1 < rows:
        below = wrapped(reason, width - 1, MUTED, margin, most=rows - 1 - len(say))
        first = title
    actions = _actions(keys)
    if first.cell_length + actions.cell_length + 2 <= width:
        first = both_ends(first, actions, width)
    elif len(say) + len(below) + 1 < rows:
        below.append(both_ends(line(margin), actions, width))
    return [fit(first, width), *say[: rows - 1], *below]


def _say(tap: Tapped, width: int, margin: str, style: str) -> Lines:
    """Return what to say behind its label, never cut: wrapped in the whole width."""
    label, words = tap_text.suggestion(tap)
    if not words:
        return []
    label = f"{safe(label)}  "
    indent = " " * len(label)
    body = wrapped(words, max(width - len(margin) - len(label), 1), style)
    return [line(margin, indent if number else (label, MUTED), part) for number, part in enumerate(body)]


def _beside(title: Line, words: str, width: int, margin: str, rows: int) -> Lines:
    """Return title and words to say in the same rows, because there is too little room below the title."""
    if rows <= 1:
        return [fit(line(title, " ", (safe(words), "bold")), width)]
    first, rest = _split(safe(words), width - title.cell_length - 1)
    below = wrapped(rest, width, "bold", margin, most=rows - 1) if rest else []
    return [fit(line(title, " ", (first, "bold")), width), *below]


def _split(text: str, room: int) -> tuple[str, str]:
    """Split a text after the words that fit in `room` characters."""
    words = text.split(" ")
    taken = 0
    while taken < len(words) and len(" ".join(words[: taken + 1])) <= room:
        taken += 1
    return " ".join(words[:taken]), " ".join(words[taken:])


def _actions(keys: Mapping[str, str]) -> Line:
    shown = [
        pressable(line((f"{keys[id]} {does}", MUTED)), keys[id])
        for id, does in (("evidence", "why"), ("dismiss", "dismiss"))
        if id in keys
    ]
    return line((" · ", MUTED)).join(shown)
