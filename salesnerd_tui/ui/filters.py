"""What every painted line goes through on its way to a terminal that lacks colours, or signs."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from salesnerd_tui.ui.look import Colours, Look, is_utf8
from salesnerd_tui.ui.signs import spelled, writable


class Colourless(LineFilter):
    """No colour at all: bold, reverse and underline stay. Textual's own filter only turns colours to grey."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [Segment(text, style and _without_colour(style), control) for text, style, control in segments]


class Spelled(LineFilter):
    """Signs in ASCII, and a ? for what the encoding lacks."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._spells = look.ascii
        self._encoding = "" if is_utf8(look.encoding) else look.encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [each if each.control or each.text.isascii() else self._spelled(each) for each in segments]

    def _spelled(self, segment: Segment) -> Segment:
        text = spelled(segment.text) if self._spells else segment.text
        return Segment(writable(text, self._encoding) if self._encoding else text, segment.style)


def filters_of(look: Look, textuals: list[LineFilter]) -> list[LineFilter]:
    """Textual's own filters, and what the terminal needs beside them."""
    found = [each for each in textuals if not isinstance(each, Monochrome | NoColor)]
    if look.colours is Colours.NONE:
        found.append(Colourless())
    if look.ascii or not is_utf8(look.encoding):
        found.append(Spelled(look))
    return found


@lru_cache(1024)
def _without_colour(style: Style) -> Style | None:
    """None where nothing is left: then no sequence is sent at all."""
    bare = style.without_color
    return None if bare == Style.null() else bare
