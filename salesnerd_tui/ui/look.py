"""How a screen is to look in this terminal: which theme, how many colours, which signs. No Textual here.

What was asked for comes first, then what is set, then what the terminal says of itself without being asked: a question
to the terminal would hold up the first paint for as long as the line is slow.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct

AUTO = "auto"


class Colours(StrEnum):
    """`SIXTEEN` are the terminal's own, in whatever shades its owner likes; `NONE` leaves bold, reverse and signs."""

    MANY = "many"
    SIXTEEN = "16"
    NONE = "none"


class Shade(StrEnum):
    """The themes a person can choose."""

    DARK = "dark"
    LIGHT = "light"
    CONTRAST = "contrast"
    CONTRAST_LIGHT = "contrast-light"
    TERMINAL = "terminal"

    @property
    def is_light(self) -> bool:
        return self in (Shade.LIGHT, Shade.CONTRAST_LIGHT)

    @property
    def other(self) -> Shade:
        """The same in the other brightness; the terminal's own colours are whatever they are."""
        return OTHERS.get(self, Shade.DARK)


OTHERS = {
    Shade.DARK: Shade.LIGHT,
    Shade.LIGHT: Shade.DARK,
    Shade.CONTRAST: Shade.CONTRAST_LIGHT,
    Shade.CONTRAST_LIGHT: Shade.CONTRAST,
}
THEMES = (AUTO, *(shade.value for shade in Shade))
SIGNS = (AUTO, "ascii", "all")
"""What the setting `signs` can be."""

LIGHT_GROUNDS = frozenset({"7", "10", "11", "13", "14", "15"})
"""Colours by their number that rxvt, konsole and others name as a light ground in `COLORFGBG`."""

FEW_SIGNS = frozenset({"linux", "vt100", "vt102", "vt220", "ansi", "cons25"})
"""Terminals whose fonts lack the signs, whatever the encoding."""


class Look(Struct, frozen=True):
    """`shade` is what was chosen; with fewer colours the terminal's own stand in for it."""

    shade: Shade = Shade.DARK
    colours: Colours = Colours.MANY
    ascii: bool = False
    encoding: str = "utf-8"


def look_of(
    theme: str = "",
    ascii: bool = False,
    remembered: Callable[[str], object] = lambda _: None,
    environment: Mapping[str, str] = os.environ,
    encoding: str = "",
) -> Look:
    """`theme` and `ascii` as asked for on the command line; `remembered` gives settings, and what it does not know is
    worked out.
    """
    encoding = encoding or locale.getencoding()
    wished = theme or str(remembered("theme") or AUTO)
    shade = Shade(wished) if wished in set(Shade) else _by_ground(environment)
    signs = str(remembered("signs") or AUTO)
    few = signs == "ascii" or (signs != "all" and _lacks_signs(environment, encoding))
    return Look(shade, colours_of(environment), ascii or few, encoding)


def colours_of(environment: Mapping[str, str] = os.environ) -> Colours:
    """As many colours as the terminal is known to have; none where NO_COLOR is set to anything (no-color.org)."""
    if environment.get("NO_COLOR"):
        return Colours.NONE
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return Colours.MANY
    kind = environment.get("TERM", "").strip().lower()
    if kind.startswith("vt"):
        return Colours.NONE
    return Colours.MANY if any(word in kind for word in ("256", "direct", "kitty")) else Colours.SIXTEEN


def is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "cp65001")


def _by_ground(environment: Mapping[str, str]) -> Shade:
    """Light where the terminal says that its ground is; `COLORFGBG` is `text;ground`, perhaps with a third between."""
    ground = environment.get("COLORFGBG", "").rpartition(";")[2].strip()
    return Shade.LIGHT if ground in LIGHT_GROUNDS else Shade.DARK


def _lacks_signs(environment: Mapping[str, str], encoding: str) -> bool:
    return not is_utf8(encoding) or environment.get("TERM", "").lower() in FEW_SIGNS
