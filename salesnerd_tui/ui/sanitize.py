"""The last gate before the terminal: whatever text got this far, no control byte of it is sent.

Texts are cleaned where they are drawn. Textual's widgets pass escape sequences on as they are (15 of 16 of them did),
so a forgotten place would let a customer's text write to the clipboard; this costs one look per painted segment.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from salesnerd_tui.text import clean


class Sanitize(LineFilter):
    """Cleans every segment that holds text. Textual's own control segments are not touched."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [
            segment if segment.control is not None or _is_plain(segment.text) else _safe(segment)
            for segment in segments
        ]


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _safe(segment: Segment) -> Segment:
    text = clean(segment.text).replace("\n", " ").replace("\t", " ")
    return segment if text == segment.text else Segment(text, segment.style)
