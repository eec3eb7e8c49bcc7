"""Terminal checks and setup before Textual is loaded, and the theme, colors and symbols for this terminal.

Command line options take precedence over settings, and settings over the environment. The terminal is never queried:
a slow connection would delay the first paint.
"""

from __future__ import annotations

import gc
import io
import locale
import os
import re
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.errors import UserError
from salesnerd_tui.terminal.handover import hold_keys

ESCAPE_MILLISECONDS = "25"
"""Wait after a lone Esc; Textual's 100 ms would be noticeable, and terminals send sequences at once."""


WITHOUT_SCREEN = "without a screen use: salesnerd live --plain"


class NoScreen(UserError):
    """No full screen is possible; the message says why and how to fix it."""


def check_terminal(
    environment: Mapping[str, str] = os.environ,
    *,
    is_call: bool = False,
    keys_from_tty: bool = False,
    instead: str = WITHOUT_SCREEN,
) -> None:
    """Raise `NoScreen` without a terminal, or with one that cannot move its cursor.

    `instead` names what works without a screen. A call also refuses redirected standard output, because no text of the
    call is written there.
    """
    if not keys_from_tty and not sys.stdin.isatty():
        captions = "use --listen - to read captions from it; " if is_call else ""
        raise NoScreen(f"needs a terminal: standard input is not one ({captions}{instead})")
    if not sys.stderr.isatty():
        raise NoScreen(f"needs a terminal: standard error is redirected (leave out 2>; {instead})")
    if is_call and not sys.stdout.isatty():
        raise NoScreen(f"needs a terminal: standard output is redirected ({instead})")
    kind = environment.get("TERM", "")
    if kind in ("", "dumb", "unknown"):
        raise NoScreen(
            f"needs a terminal that can move its cursor: TERM is {kind or 'not set'} "
            f"(try TERM=xterm-256color; {instead})"
        )


def prepare() -> None:
    """Set what Textual reads at its import, and the encoding of the terminal.

    Garbage collection is off until the first screen is up (`SalesnerdApp.settle`): nearly all objects of the start-up
    stay, and scanning them repeatedly takes a tenth of the time to the first paint.
    """
    hold_keys()
    gc.disable()
    os.environ.setdefault("ESCDELAY", ESCAPE_MILLISECONDS)
    for name in ("COLUMNS", "LINES"):
        # Rich, the standard library and editors would use these and ignore a resize.
        os.environ.pop(name, None)
    for stream in (sys.__stderr__, sys.__stdout__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=locale.getencoding(), errors="replace")


def keys_from_terminal() -> int:
    """Move standard input to a new descriptor, which is returned, and read keys from the terminal.

    Raises `NoScreen` without a controlling terminal.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as problem:
        raise NoScreen(
            "needs a terminal: captions come from standard input, and there is none to read keys from "
            "(run it in a terminal, or name a file of captions: --listen FILE)"
        ) from problem
    speech = os.dup(0)
    os.dup2(terminal, 0)
    os.close(terminal)
    return speech


AUTO = "auto"


class ColorDepth(StrEnum):
    """Number of colors. `SIXTEEN` are the terminal's palette; `NONE` leaves bold, reverse and symbols."""

    MANY = "many"
    SIXTEEN = "16"
    NONE = "none"


class Shade(StrEnum):
    """Themes that the user can choose."""

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
        """The same theme in the other brightness; dark for the terminal's palette."""
        return OPPOSITES.get(self, Shade.DARK)


OPPOSITES = {
    Shade.DARK: Shade.LIGHT,
    Shade.LIGHT: Shade.DARK,
    Shade.CONTRAST: Shade.CONTRAST_LIGHT,
    Shade.CONTRAST_LIGHT: Shade.CONTRAST,
}
THEMES = (AUTO, *(shade.value for shade in Shade))
LIGHT_BACKGROUNDS = frozenset({"7", "10", "11", "13", "14", "15"})
"""Color numbers that mean a light background in `COLORFGBG` of rxvt, Konsole and others."""

WITHOUT_SYMBOLS = frozenset({"linux", "vt100", "vt102", "vt220", "ansi", "cons25"})
"""Terminals whose fonts lack the symbols, whatever the encoding."""


class TerminalProfile(Struct, frozen=True):
    """Theme, colors, symbols and encoding. With few colors, the terminal's palette replaces `shade`."""

    shade: Shade = Shade.DARK
    colors: ColorDepth = ColorDepth.MANY
    ascii: bool = False
    encoding: str = "utf-8"
    follows_theme: bool = False
    """True if the theme is `auto` and the terminal reports when its background changes between dark and light."""
    marks_tab: bool = False
    """True if the terminal shows progress at its tab or in the task bar (OSC 9;4)."""


def detect_profile(
    theme: str = "",
    *,
    ascii_only: bool = False,
    remembered: Callable[[str], object] = lambda _: None,
    environment: Mapping[str, str] = os.environ,
    encoding: str = "",
) -> TerminalProfile:
    """Return the profile for this terminal.

    `theme` and `ascii_only` are command line options; `remembered` looks up settings.
    """
    encoding = encoding or locale.getencoding()
    requested = theme or str(remembered("theme") or AUTO)
    # `COLORFGBG` is `text;background`, or has a third value between.
    background = environment.get("COLORFGBG", "").rpartition(";")[2].strip()
    shade = Shade.LIGHT if background in LIGHT_BACKGROUNDS else Shade.DARK
    shade = Shade(requested) if requested in set(Shade) else shade
    signs = str(remembered("signs") or AUTO)
    lacks_symbols = not is_utf8(encoding) or environment.get("TERM", "").lower() in WITHOUT_SYMBOLS
    is_ascii = ascii_only or signs == "ascii" or (signs != "all" and lacks_symbols)
    follows_theme = requested not in set(Shade) and reports_theme(environment)
    return TerminalProfile(
        shade, color_depth(environment), is_ascii, encoding, follows_theme, shows_progress(environment)
    )


def color_depth(environment: Mapping[str, str] = os.environ) -> ColorDepth:
    """Return the colors that the terminal supports; none if NO_COLOR is set (no-color.org)."""
    if environment.get("NO_COLOR"):
        return ColorDepth.NONE
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorDepth.MANY
    kind = environment.get("TERM", "").strip().lower()
    if kind.startswith("vt"):
        return ColorDepth.NONE
    return ColorDepth.MANY if any(word in kind for word in ("256", "direct", "kitty")) else ColorDepth.SIXTEEN


def reports_theme(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the terminal is known to report a change between dark and light (private mode 2031)."""
    if _is_multiplexed(environment):
        return _program(environment) == "tmux" and _version(environment) >= (3, 6)
    kind = environment.get("TERM", "")
    if kind.startswith(("xterm-kitty", "xterm-ghostty", "foot", "contour")):
        return True
    if _program(environment) == "iterm.app":
        return _version(environment) >= (3, 6, 6)
    return (
        _program(environment) in ("ghostty", "contour")
        or _number(environment.get("VTE_VERSION", "")) >= VTE_REPORTS_THEME
    )


def shows_progress(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the terminal is known to show progress at its tab or in the task bar (OSC 9;4).

    Elsewhere the same sequence may pop up as a notification, so an unknown terminal never gets it.
    """
    if _is_multiplexed(environment):
        return False
    if environment.get("WT_SESSION") or environment.get("ConEmuANSI") == "ON":
        return True
    min_version = {"ghostty": (1, 2), "iterm.app": (3, 6, 6), "wezterm": (20250101,)}.get(_program(environment))
    if min_version is not None:
        return _version(environment) >= min_version
    return _number(environment.get("VTE_VERSION", "")) >= VTE_SHOWS_PROGRESS


VTE_REPORTS_THEME = 8200
"""`VTE_VERSION` from which the library reports a change of theme (0.82)."""

VTE_SHOWS_PROGRESS = 8000
"""`VTE_VERSION` from which the library reads progress (0.80)."""


def _is_multiplexed(environment: Mapping[str, str]) -> bool:
    """Return whether the program runs in tmux or screen, which may hide what the terminal can do."""
    return bool(environment.get("TMUX") or environment.get("STY")) or environment.get("TERM", "").startswith(
        ("tmux", "screen")
    )


def _program(environment: Mapping[str, str]) -> str:
    return environment.get("TERM_PROGRAM", "").strip().lower()


def _version(environment: Mapping[str, str]) -> tuple[int, ...]:
    """Return the version of the terminal program as numbers: `3.6a` is (3, 6)."""
    return tuple(_number(part) for part in environment.get("TERM_PROGRAM_VERSION", "").replace("-", ".").split("."))


def _number(text: str) -> int:
    """Return the number at the start of a text, or 0."""
    digits = re.match(r"\d{1,12}", text.strip())
    return int(digits[0]) if digits else 0


def is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "cp65001")
