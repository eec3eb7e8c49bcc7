"""The coach line: one tap with its reason and something ready to say, or nothing at all.

What was heard and waits for a yes, in the coach's place while the coach has nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesnerd_tui.app.call_text import offered
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Dismissal, Dismissed, Event, Side, TapKind, Tapped
from salesnerd_tui.call.suggestions import Suggestions
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, fit, line, pressable, safe

THANKS_SECONDS = 6.0
"""How long a handed-back floor is shown as the success it is."""

GLYPHS: Mapping[TapKind, tuple[str, str]] = {
    TapKind.SILENCE: ("◌", "$success"),
    TapKind.OVER_PROMISING: ("⚑", "$error"),
}
DRIFT = ("▲", "$warning")
WORDS_COLUMN = 24
NONE: Mapping[str, str] = {}


def handed_back(events: Sequence[Event], at: float) -> bool:
    """Whether the latest tap has just been answered by handing the floor back."""
    for event in reversed(events[-50:]):
        if at - event.at > THANKS_SECONDS:
            return False
        if isinstance(event, Tapped):
            return False
        if isinstance(event, Dismissed):
            return event.how is Dismissal.HANDED_BACK and event.kind is not TapKind.SILENCE
    return False


def draw_coach(
    cue: Tapped | None,
    thanks: bool,
    hidden: bool,
    width: int,
    height: int,
    offer: Sequence[Line] = (),
    keys: Mapping[str, str] = NONE,
) -> Lines:
    """`height` lines, always; empty ones when all is well. An `offer` stands there while the coach is silent.

    `keys` are those that may be promised, by the ids of their commands.
    """
    lines: Lines = [] if hidden else list(offer)
    if cue is not None and not hidden:
        lines = _tap(cue, width, height, keys)
    elif thanks and not hidden:
        lines = [line("  ", ("✓ HANDED BACK", "bold $success"), ("   now listen", MUTED))]
    return [*lines, *[blank()] * height][:height]


def _tap(cue: Tapped, width: int, height: int, keys: Mapping[str, str]) -> Lines:
    glyph, colour = GLYPHS.get(cue.kind, DRIFT)
    words = line("  ", (f" {glyph} {safe(tap_text.title(cue)).upper()} ", f"bold reverse {colour}"))
    because = line((safe(tap_text.reason(cue)), ""))
    if width < 60:
        return [fit(words, width), fit(line("  ", because), width)]
    gap = " " * max(WORDS_COLUMN - words.cell_length, 2)
    first = fit(line(words, gap, because, (_late(cue), MUTED)), width)
    ready = _ready(cue)
    second = fit(line(" " * max(WORDS_COLUMN, words.cell_length + 2), ready), width) if ready.plain else blank()
    lines = [first, second]
    told = [
        pressable(line((f"{keys[id]} {does}", MUTED)), keys[id])
        for id, does in (("evidence", "why"), ("dismiss", "dismiss"))
        if id in keys
    ]
    if height >= 3 and told:
        lines.append(line(" " * WORDS_COLUMN, line((" · ", MUTED)).join(told)))
    return lines


def _ready(cue: Tapped) -> Line:
    label, words = tap_text.suggestion(cue)
    return line((f"{safe(label)}: ", MUTED), (safe(words), "bold")) if words else line()


def _late(cue: Tapped) -> str:
    return "  (late)" if cue.late else ""


NONE_offers: Mapping[str, str] = {}


def draw_offer(
    offers: Suggestions, holder: Side, width: int, keys: Mapping[str, str] = NONE_offers, letters: str = ""
) -> Lines:
    """One line, or none; only `keys` and `letters` are promised."""
    found = offered(offers, holder, keys.get("accept", ""), letters)
    if found is None:
        return []
    yes = f"   {found.keys}" if keys and found.keys else ""
    row = fit(line("  ", (f"{found.label}  ", "bold $accent"), safe(found.words), (yes, MUTED)), width)
    return [pressable(row, keys.get("accept", ""))]
