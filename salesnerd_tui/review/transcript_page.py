"""Transcript of a call as the last block of its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesnerd_tui.call.events import Event, Heard, Side
from salesnerd_tui.review.canvas import Line, Part, Tone, paragraph
from salesnerd_tui.review.document import INDENT, DocumentBlock
from salesnerd_tui.review.times import drawable
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

KEY = "transcript"

_TONES = {Side.ME: Tone.ME, Side.THEM: Tone.THEM}
_NAMES = {Side.ME: "you", Side.THEM: "they"}


def transcript(events: Iterable[Event], width: int) -> DocumentBlock:
    """Return everything that was said, oldest first; without lines if nothing was heard or the words were deleted."""
    return DocumentBlock(KEY, "Everything said", tuple(_lines(events, width)))


def _lines(events: Iterable[Event], width: int) -> Iterator[Line]:
    for event in drawable(events):
        if isinstance(event, Heard) and event.text and event.text.strip():
            name = one_line(event.speaker) or _NAMES.get(event.side, "")
            lead = (
                Part(f"{clock(event.start):>{INDENT - 1}} ", Tone.DIM),
                Part(f"{name}: " if name else "", _TONES.get(event.side, Tone.PLAIN)),
            )
            yield from _indented(event.text, lead, width)


def _indented(text: str, lead: tuple[Part, ...], width: int) -> Iterator[Line]:
    """Yield the text after its speaker; later lines are indented like the time, whatever the length of the name."""
    name = lead[1].text
    rows = paragraph(f"{name}{text}", width, first=lead[:1])
    first = next(rows, None)
    if first is None:
        return
    said = first.parts[-1].text
    if said.startswith(name):
        yield Line((lead[0], lead[1], Part(said[len(name) :])))
    else:
        yield first
    yield from rows
