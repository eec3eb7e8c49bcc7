"""Themes, and the line filters that adapt painted lines to the terminal.

A theme has a color for each role on each background. No meaning depends on color alone: a symbol or a word repeats it.

Roles: `foreground` for all text, `question` for the question to ask, `quiet` for secondary text, `accent` for keys and
the current item, `primary` for the buyer and headings, `secondary` for detours, `warning` for drift, `error` for data
loss, `success` for what is done, and `hint` for messages. Text of any role may be on any background; a test measures
the contrast of each pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor
from textual.theme import Theme

from salesnerd_tui.terminal.ascii import replace_unencodable, to_ascii
from salesnerd_tui.terminal.profile import ColorDepth, Shade, TerminalProfile, is_utf8
from salesnerd_tui.text import clean

ROLES = (
    "foreground",
    "question",
    "quiet",
    "accent",
    "primary",
    "secondary",
    "warning",
    "error",
    "success",
    "hint",
)
BACKGROUNDS = ("background", "surface", "panel", "row")
"""Backgrounds: the screen, the input line, the question, the current row of a list."""

LINES = ("rule",)
"""Colors of separator lines, which carry no information."""

Palette = Mapping[str, str]

_SHADES = (Shade.DARK, Shade.LIGHT, Shade.CONTRAST, Shade.CONTRAST_LIGHT)
_COLORS = {
    # in the order of _SHADES
    "foreground": ("#c8d0e8", "#22252e", "#ffffff", "#000000"),
    "question": ("#ffffff", "#000000", "#ffffff", "#000000"),
    "quiet": ("#949dbe", "#585d69", "#d8d8d8", "#303030"),
    "accent": ("#e0af68", "#854d00", "#ffd75f", "#553300"),
    "primary": ("#7aa2f7", "#1f4fbf", "#9cc4ff", "#00308f"),
    "secondary": ("#b096e6", "#6b3fa0", "#d9b8ff", "#4b0082"),
    "warning": ("#ff9e64", "#993d00", "#ffb870", "#6b2400"),
    "error": ("#f7859b", "#b00030", "#ffa8a8", "#7a0018"),
    "success": ("#9ece6a", "#2b631c", "#8cf58c", "#0b4a0b"),
    "hint": ("#e0af68", "#854d00", "#ffd75f", "#553300"),
    "background": ("#14161f", "#fafaf7", "#000000", "#ffffff"),
    "surface": ("#1b1e2b", "#f0f0ea", "#000000", "#ffffff"),
    "panel": ("#2e3450", "#dadbca", "#303030", "#dcdcdc"),
    "row": ("#2b3048", "#dcdccb", "#262650", "#dfe6ff"),
    "rule": ("#343a52", "#c8c8be", "#8a8a8a", "#707070"),
}
PALETTES: Mapping[Shade, Palette] = {
    shade: {role: colors[column] for role, colors in _COLORS.items()} for column, shade in enumerate(_SHADES)
}

_PLAIN = dict.fromkeys((*ROLES, *BACKGROUNDS, *LINES), "ansi_default")
ANSI_DARK: Palette = {
    **_PLAIN,
    "accent": "ansi_yellow",
    "hint": "ansi_yellow",
    "primary": "ansi_cyan",
    "secondary": "ansi_magenta",
    "warning": "ansi_yellow",
    "error": "ansi_red",
    "success": "ansi_green",
}
"""The terminal's own colors. Text uses the terminal's own foreground and background; colors are on keys and symbols."""

ANSI_LIGHT: Palette = {**ANSI_DARK, "accent": "ansi_blue", "hint": "ansi_blue", "primary": "ansi_blue"}
"""Variant for light terminals, because yellow and cyan are hard to read on white."""


_TERMINAL_VARIABLES = {
    "input-cursor-text-style": "reverse",
    "panel": "ansi_default",
    "surface": "ansi_default",
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
}
"""Further variables that Textual needs in a theme of the terminal's own colors."""


def theme_name(shade: Shade) -> str:
    """Return the name of a theme in Textual."""
    return f"salesnerd-{shade.value}"


def terminal_themes(profile: TerminalProfile) -> dict[Shade, Theme]:
    """Return every theme as this terminal can show it."""
    if profile.colors is ColorDepth.MANY:
        return {shade: _theme(shade, PALETTES.get(shade, ANSI_DARK)) for shade in Shade}
    return {shade: _theme(shade, ANSI_LIGHT if shade.is_light else ANSI_DARK) for shade in Shade}


def _theme(shade: Shade, palette: Palette) -> Theme:
    is_ansi = palette["background"].startswith("ansi_")
    inverse = {"input-cursor-foreground": palette["background"], "input-cursor-background": palette["foreground"]}
    cursor = _TERMINAL_VARIABLES if is_ansi else inverse
    return Theme(
        name=theme_name(shade),
        primary=palette["primary"],
        secondary=palette["secondary"],
        accent=palette["accent"],
        warning=palette["warning"],
        error=palette["error"],
        success=palette["success"],
        foreground=palette["foreground"],
        background=palette["background"],
        surface=palette["surface"],
        panel=palette["panel"],
        dark=not shade.is_light,
        ansi=is_ansi,
        variables={
            **{role: palette[role] for role in ("question", "quiet", "hint", "row", "rule")},
            "text-muted": palette["quiet"],
            "foreground-muted": palette["rule"],
            **cursor,
            **_current_row("block-cursor", palette, is_ansi),
            **_current_row("block-cursor-blurred", palette, is_ansi),
            "input-selection-foreground": palette["foreground"],
            "input-selection-background": palette["primary"] if is_ansi else palette["row"],
            "scrollbar": palette["rule"] if is_ansi else palette["quiet"],
            "scrollbar-background": palette["background"],
        },
    )


def _current_row(part: str, palette: Palette, is_ansi: bool) -> dict[str, str]:
    """Return the variables of the current row in Textual's own lists."""
    return {
        f"{part}-foreground": palette["foreground"],
        f"{part}-background": palette["row"],
        f"{part}-text-style": "bold reverse" if is_ansi else "bold",
    }


class NoColorFilter(LineFilter):
    """Filter that removes all colors and keeps bold, reverse and underline. Textual's own only turns colors to gray."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [Segment(text, style and _without_color(style), control) for text, style, control in segments]


class AsciiFilter(LineFilter):
    """Filter that replaces symbols with ASCII, and with ? what the terminal's encoding lacks."""

    def __init__(self, profile: TerminalProfile) -> None:
        super().__init__()
        self._is_ascii = profile.ascii
        self._encoding = "" if is_utf8(profile.encoding) else profile.encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [each if each.control or each.text.isascii() else self._to_ascii(each) for each in segments]

    def _to_ascii(self, segment: Segment) -> Segment:
        text = to_ascii(segment.text) if self._is_ascii else segment.text
        return Segment(replace_unencodable(text, self._encoding) if self._encoding else text, segment.style)


def terminal_filters(profile: TerminalProfile) -> list[LineFilter]:
    """Return the filters that the terminal needs, in place of Textual's `REPLACED_FILTERS`."""
    filters: list[LineFilter] = []
    if profile.colors is ColorDepth.NONE:
        filters.append(NoColorFilter())
    if profile.ascii or not is_utf8(profile.encoding):
        filters.append(AsciiFilter(profile))
    return [*filters, SanitizeFilter()]


REPLACED_FILTERS = (Monochrome, NoColor)


@lru_cache(1024)
def _without_color(style: Style) -> Style | None:
    """Return the style without colors, or None if nothing is left of it."""
    bare = style.without_color
    return None if bare == Style.null() else bare


class SanitizeFilter(LineFilter):
    """Filter that removes control characters from every text segment and keeps Textual's own control segments.

    Text is cleaned where it is drawn, and this is a second line of defense: Textual's widgets pass escape sequences on
    (15 of 16 did in a test), so that one forgotten place would let a buyer's text write to the clipboard.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        del background
        return [
            each if each.control is not None or (each.text.isascii() and each.text.isprintable()) else _sanitized(each)
            for each in segments
        ]


def _sanitized(segment: Segment) -> Segment:
    text = clean(segment.text).replace("\n", " ").replace("\t", " ")
    return segment if text == segment.text else Segment(text, segment.style)
