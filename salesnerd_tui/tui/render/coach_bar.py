"""Coach line: a tap with its reason and something to say, and beside it what they asked for and what was heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesnerd_tui.app.call_text import SuggestionText
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.call.view import CoachLine
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, fit, line, pressable, safe

GLYPHS: Mapping[TapKind, tuple[str, str]] = {
    TapKind.SILENCE: ("◌", "$success"),
    TapKind.OVER_PROMISING: ("⚑", "$error"),
}
DRIFT = ("▲", "$warning")
WORDS_COLUMN = 24
NARROW = 60
NO_KEYS: Mapping[str, str] = {}


def draw_coach(
    coach: CoachLine,
    suggestions: Sequence[SuggestionText],
    hidden: bool,
    width: int,
    height: int,
    keys: Mapping[str, str] = NO_KEYS,
) -> Lines:
    """Draw exactly `height` lines, empty ones when all is well. What they asked for is always among them.

    `keys` are the keys that may be shown, by command id.
    """
    if hidden or height <= 0:
        return [blank()] * height
    has_request = any(each.is_request for each in suggestions)
    is_praise = coach.tap is not None and coach.tap.kind is TapKind.SILENCE
    lines = [] if has_request and (is_praise or coach.is_followed) else _draw_tap(coach, width, height, keys)
    if not lines:
        lines = _draw_suggestions(suggestions, width, height)
    elif has_request:
        lines = _with_request(lines, suggestions[0], width, height)
    return [*lines, *[blank()] * height][:height]


def _draw_tap(coach: CoachLine, width: int, height: int, keys: Mapping[str, str]) -> Lines:
    tap = coach.tap
    if coach.is_followed:
        is_promise = tap is not None and tap.kind is TapKind.OVER_PROMISING
        head, then = ("✓ LIMITED", "now it can be kept") if is_promise else ("✓ HANDED BACK", "now listen")
        lines = [fit(line("  ", (head, "bold $success"), (f"   {then}", MUTED)), width)]
        return [*lines, _second_line(tap, width, MUTED)] if tap is not None and width >= NARROW else lines
    if tap is None:
        return []
    glyph, color = GLYPHS.get(tap.kind, DRIFT)
    style = f"bold {color}" if coach.is_ignored else f"bold reverse {color}"
    words = line("  ", (f" {glyph} {safe(tap_text.title(tap)).upper()} ", style))
    reason = line((safe(tap_text.reason(tap, coach.seconds)), MUTED if coach.is_ignored else ""))
    if width < NARROW:
        return [fit(words, width), fit(line("  ", reason), width)]
    gap = " " * max(WORDS_COLUMN - words.cell_length, 2)
    first = fit(line(words, gap, reason, ("  (late)" if tap.late else "", MUTED)), width)
    lines = [first, _second_line(tap, width, "bold")]
    actions = [
        pressable(line((f"{keys[id]} {does}", MUTED)), keys[id])
        for id, does in (("evidence", "evidence"), ("dismiss", "dismiss"))
        if id in keys
    ]
    if height >= 3 and actions:
        lines.append(line(" " * WORDS_COLUMN, line((" · ", MUTED)).join(actions)))
    return lines


def _second_line(tap: Tapped, width: int, style: str) -> Line:
    label, words = tap_text.suggestion(tap)
    if not words:
        return blank()
    return fit(line(" " * WORDS_COLUMN, (f"{safe(label)}: ", MUTED), (safe(words), style)), width)


def _with_request(lines: Lines, request: SuggestionText, width: int, height: int) -> Lines:
    """Return the lines of a tap with a request: in the last line if there is room, else at the end of the second."""
    if height >= 3:
        return [*lines[:2], _draw_suggestion(request, width)]
    if height < 2:
        return lines
    short = line((f"↷ {request.key} " if request.key else "↷ ", "bold $accent"), safe(request.words))
    short = pressable(short, request.key)
    if width < NARROW:
        return [lines[0], fit(line("  ", short), width)]
    return [lines[0], both_ends(lines[1] if len(lines) > 1 else blank(), fit(short, width // 2), width)]


def _draw_suggestions(suggestions: Sequence[SuggestionText], width: int, height: int) -> Lines:
    return [_draw_suggestion(each, width) for each in suggestions[:height]]


def _draw_suggestion(found: SuggestionText, width: int) -> Line:
    """Draw a request in the accent color, and a mark as a quiet line."""
    style = "bold $accent" if found.is_request else MUTED
    words = (safe(found.words), "" if found.is_request else MUTED)
    keys = (f"   {found.key} {found.does}", MUTED) if found.key else ("", "")
    left = line("  ", (f"{found.symbol} {found.label}  ", style), words)
    return pressable(fit(line(fit(left, width - len(keys[0])), keys), width), found.key)
