"""Coach line: one tap with its reason and something to say, else a suggestion that can be accepted, else nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesnerd_tui.app.call_text import offered
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Dismissal, Dismissed, Event, Side, TapKind, Tapped
from salesnerd_tui.call.suggestions import Suggestions
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, fit, line, pressable, safe

THANKS_SECONDS = 6.0
"""Seconds for which handing back the floor is acknowledged."""

GLYPHS: Mapping[TapKind, tuple[str, str]] = {
    TapKind.SILENCE: ("◌", "$success"),
    TapKind.OVER_PROMISING: ("⚑", "$error"),
}
DRIFT = ("▲", "$warning")
WORDS_COLUMN = 24
NO_KEYS: Mapping[str, str] = {}


def was_handed_back(events: Sequence[Event], at: float) -> bool:
    """Return whether the user has just handed back the floor after the latest tap; `at` is in seconds of the call."""
    for event in reversed(events[-50:]):
        if at - event.at > THANKS_SECONDS:
            return False
        if isinstance(event, Tapped):
            return False
        if isinstance(event, Dismissed):
            return event.how is Dismissal.HANDED_BACK and event.kind is not TapKind.SILENCE
    return False


def draw_coach(
    tap: Tapped | None,
    thanks: bool,
    hidden: bool,
    width: int,
    height: int,
    suggestion: Sequence[Line] = (),
    keys: Mapping[str, str] = NO_KEYS,
) -> Lines:
    """Draw exactly `height` lines, empty ones when all is well. A `suggestion` is shown while the coach is silent.

    `keys` are the keys that may be shown, by command id.
    """
    lines: Lines = [] if hidden else list(suggestion)
    if tap is not None and not hidden:
        lines = _draw_tap(tap, width, height, keys)
    elif thanks and not hidden:
        lines = [line("  ", ("✓ HANDED BACK", "bold $success"), ("   now listen", MUTED))]
    return [*lines, *[blank()] * height][:height]


def _draw_tap(tap: Tapped, width: int, height: int, keys: Mapping[str, str]) -> Lines:
    glyph, color = GLYPHS.get(tap.kind, DRIFT)
    words = line("  ", (f" {glyph} {safe(tap_text.title(tap)).upper()} ", f"bold reverse {color}"))
    reason = line((safe(tap_text.reason(tap)), ""))
    if width < 60:
        return [fit(words, width), fit(line("  ", reason), width)]
    gap = " " * max(WORDS_COLUMN - words.cell_length, 2)
    first = fit(line(words, gap, reason, ("  (late)" if tap.late else "", MUTED)), width)
    at_hand_words = _words_at_hand(tap)
    second = (
        fit(line(" " * max(WORDS_COLUMN, words.cell_length + 2), at_hand_words), width)
        if at_hand_words.plain
        else blank()
    )
    lines = [first, second]
    actions = [
        pressable(line((f"{keys[id]} {does}", MUTED)), keys[id])
        for id, does in (("evidence", "evidence"), ("dismiss", "dismiss"))
        if id in keys
    ]
    if height >= 3 and actions:
        lines.append(line(" " * WORDS_COLUMN, line((" · ", MUTED)).join(actions)))
    return lines


def _words_at_hand(tap: Tapped) -> Line:
    label, words = tap_text.suggestion(tap)
    return line((f"{safe(label)}: ", MUTED), (safe(words), "bold")) if words else line()


def draw_suggestion(
    suggestions: Suggestions, holder: Side, width: int, keys: Mapping[str, str] = NO_KEYS, letters: str = ""
) -> Lines:
    """Draw the suggestion in one line, or none. Only `keys` and `letters` are shown."""
    found = offered(suggestions, holder, keys.get("accept", ""), letters)
    if found is None:
        return []
    yes = f"   {found.keys}" if keys and found.keys else ""
    row = fit(line("  ", (f"{found.label}  ", "bold $accent"), safe(found.words), (yes, MUTED)), width)
    return [pressable(row, keys.get("accept", ""))]
