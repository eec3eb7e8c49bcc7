"""Line filters: adapt painted lines to terminals without colors or Unicode, and remove control characters.

Text is cleaned where it is drawn. `Sanitize` is a second line of defense: Textual's widgets pass escape sequences on
(15 of 16 did in a test), so that one forgotten place would let a buyer's text write to the clipboard.
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
    """Filter that removes all colors and keeps bold, reverse and underline. Textual's own only turns colors to gray."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [Segment(text, style and _without_color(style), control) for text, style, control in segments]


class AsciiFilter(LineFilter):
    """Filter that spells symbols in ASCII, with a ? for what the encoding lacks."""

    def __init__(self, look: TerminalProfile) -> None:
        super().__init__()
        self._spells = look.ascii
        self._encoding = "" if is_utf8(look.encoding) else look.encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [each if each.control or each.text.isascii() else self._to_ascii(each) for each in segments]

    def _to_ascii(self, segment: Segment) -> Segment:
        text = spelled(segment.text) if self._spells else segment.text
        return Segment(writable(text, self._encoding) if self._encoding else text, segment.style)


def terminal_filters(look: TerminalProfile, defaults: list[LineFilter]) -> list[LineFilter]:
    """Return Textual's default filters and those that the terminal needs."""
    found = [each for each in defaults if not isinstance(each, Monochrome | NoColor)]
    if look.colors is ColorDepth.NONE:
        found.append(NoColorFilter())
    if look.ascii or not is_utf8(look.encoding):
        found.append(AsciiFilter(look))
    return found


@lru_cache(1024)
def _without_color(style: Style) -> Style | None:
    """Return the style without colors, or None if nothing is left of it."""
    bare = style.without_color
    return None if bare == Style.null() else bare


class Sanitize(LineFilter):
    """Filter that removes control characters from every text segment and keeps Textual's own control segments."""

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
