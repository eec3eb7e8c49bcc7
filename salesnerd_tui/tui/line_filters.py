"""What every painted line goes through on its way to a terminal that lacks colours, or signs.

The last gate before the terminal: whatever text got this far, no control byte of it is sent.

Texts are cleaned where they are drawn. Textual's widgets pass escape sequences on as they are (15 of 16 of them did),
so a forgotten place would let a customer's text write to the clipboard; this costs one look per painted segment.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from salesnerd_tui.terminal.ascii import spelled, writable
from salesnerd_tui.terminal.profile import ColorDepth, TerminalProfile, is_utf8
from salesnerd_tui.text import clean


class NoColorFilter(LineFilter):
    """No colour at all: bold, reverse and underline stay. Textual's own filter only turns colours to grey."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [Segment(text, style and _without_colour(style), control) for text, style, control in segments]


class AsciiFilter(LineFilter):
    """Signs in ASCII, and a ? for what the encoding lacks."""

    def __init__(self, look: TerminalProfile) -> None:
        super().__init__()
        self._spells = look.ascii
        self._encoding = "" if is_utf8(look.encoding) else look.encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [each if each.control or each.text.isascii() else self._spelled(each) for each in segments]

    def _spelled(self, segment: Segment) -> Segment:
        text = spelled(segment.text) if self._spells else segment.text
        return Segment(writable(text, self._encoding) if self._encoding else text, segment.style)


def filters_of(look: TerminalProfile, textuals: list[LineFilter]) -> list[LineFilter]:
    """Textual's own filters, and what the terminal needs beside them."""
    found = [each for each in textuals if not isinstance(each, Monochrome | NoColor)]
    if look.colours is ColorDepth.NONE:
        found.append(NoColorFilter())
    if look.ascii or not is_utf8(look.encoding):
        found.append(AsciiFilter(look))
    return found


@lru_cache(1024)
def _without_colour(style: Style) -> Style | None:
    """None where nothing is left: then no sequence is sent at all."""
    bare = style.without_color
    return None if bare == Style.null() else bare


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
