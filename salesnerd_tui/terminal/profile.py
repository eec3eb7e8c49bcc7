"""Whether there is a terminal to draw on, and what has to be set before Textual is loaded. No Textual here.

How a screen is to look in this terminal: which theme, how many colours, which signs. No Textual here.

What was asked for comes first, then what is set, then what the terminal says of itself without being asked: a question
to the terminal would hold up the first paint for as long as the line is slow.
"""

from __future__ import annotations

import contextlib
import gc
import io
import locale
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

ESCAPE_MILLISECONDS = "25"
"""How long a lone Esc waits for more; Textual's 100 ms would be felt, and a terminal sends its sequences at once."""


PLAIN_MODE = "; salesnerd live --plain works without one"


class NoScreen(Exception):
    """Nothing to draw a full screen on; the message says why and what to do, in one line."""


def check_terminal(
    verb: str, environment: Mapping[str, str] = os.environ, *, keys_from_tty: bool = False, instead: str = ""
) -> None:
    """Raises `NoScreen` where a full screen would be garbage: no terminal, or one that cannot move its cursor.

    `instead` is what does without a screen; where there is such a thing, redirected output is no screen either.
    """
    going_on = f"; {instead}" if instead else ""
    if not keys_from_tty and not sys.stdin.isatty():
        captions = "--hear - reads captions from it"
        raise NoScreen(f"{verb} needs a terminal for its keys, and standard input is none; {captions}{going_on}")
    if not sys.stderr.isatty():
        raise NoScreen(
            f"{verb} draws on the terminal by standard error, and that is redirected: leave off the 2>{going_on}"
        )
    if instead and not sys.stdout.isatty():
        raise NoScreen(f"{verb} has a screen, and standard output goes elsewhere{going_on}")
    kind = environment.get("TERM", "")
    if kind in ("", "dumb", "unknown"):
        told = f"TERM is {kind or 'not set'}"
        raise NoScreen(
            f"{verb} needs a terminal that can move its cursor; {told}: try TERM=xterm-256color{going_on or PLAIN_MODE}"
        )


def prepare() -> None:
    """Settings that have to be there before Textual is imported, and the encoding that the terminal reads.

    Garbage is collected again once the first screen is up (`SalesnerdApp.settle`): nearly all that start-up makes
    stays, and looking through it over and over is a tenth of the time to the first paint.
    """
    gc.disable()
    os.environ.setdefault("ESCDELAY", ESCAPE_MILLISECONDS)
    for exported in ("COLUMNS", "LINES"):
        # Rich, the standard library and editors would believe these and never see a resize.
        os.environ.pop(exported, None)
    for stream in (sys.__stderr__, sys.__stdout__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=locale.getencoding(), errors="replace")


@contextlib.contextmanager
def lent_terminal(descriptor: int = 0) -> Iterator[None]:
    """While another program has the terminal: leave Ctrl+C and Ctrl+\\ to it, and restore the settings afterwards.

    A program that is killed leaves the terminal without echo, and ours would keep that for the shell.
    """
    with contextlib.ExitStack() as restored:
        for name in ("SIGINT", "SIGQUIT"):
            number = getattr(signal, name, None)
            if number is None:
                continue
            with contextlib.suppress(ValueError):  # not on the main thread
                # A handler, and not SIG_IGN, which the other program would inherit.
                restored.callback(signal.signal, number, signal.signal(number, _ignored))
        with contextlib.suppress(ImportError):
            import termios

            with contextlib.suppress(termios.error):
                settings = termios.tcgetattr(descriptor)
                restored.callback(_restore_settings, descriptor, settings)
        yield


def _ignored(*_: object) -> None:
    """Handle a signal that is meant for the program in the foreground."""


def _restore_settings(descriptor: int, settings: list[Any]) -> None:
    import termios

    with contextlib.suppress(termios.error):
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)


def keys_from_terminal() -> int:
    """Give standard input (captions, say) a descriptor of its own, which is returned, and take keys from the terminal.

    Raises `NoScreen` where the program has no terminal at all.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as problem:
        raise NoScreen(
            f"captions come in on standard input, and there is no terminal to take keys from: {problem}"
        ) from problem
    speech = os.dup(0)
    os.dup2(terminal, 0)
    os.close(terminal)
    return speech


AUTO = "auto"


class ColorDepth(StrEnum):
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


class TerminalProfile(Struct, frozen=True):
    """`shade` is what was chosen; with fewer colours the terminal's own stand in for it."""

    shade: Shade = Shade.DARK
    colours: ColorDepth = ColorDepth.MANY
    ascii: bool = False
    encoding: str = "utf-8"


def look_of(
    theme: str = "",
    ascii: bool = False,
    remembered: Callable[[str], object] = lambda _: None,
    environment: Mapping[str, str] = os.environ,
    encoding: str = "",
) -> TerminalProfile:
    """`theme` and `ascii` as asked for on the command line; `remembered` gives settings, and what it does not know is
    worked out.
    """
    encoding = encoding or locale.getencoding()
    wished = theme or str(remembered("theme") or AUTO)
    shade = Shade(wished) if wished in set(Shade) else _by_ground(environment)
    signs = str(remembered("signs") or AUTO)
    few = signs == "ascii" or (signs != "all" and _lacks_signs(environment, encoding))
    return TerminalProfile(shade, colours_of(environment), ascii or few, encoding)


def colours_of(environment: Mapping[str, str] = os.environ) -> ColorDepth:
    """As many colours as the terminal is known to have; none where NO_COLOR is set to anything (no-color.org)."""
    if environment.get("NO_COLOR"):
        return ColorDepth.NONE
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorDepth.MANY
    kind = environment.get("TERM", "").strip().lower()
    if kind.startswith("vt"):
        return ColorDepth.NONE
    return ColorDepth.MANY if any(word in kind for word in ("256", "direct", "kitty")) else ColorDepth.SIXTEEN


def is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "cp65001")


def _by_ground(environment: Mapping[str, str]) -> Shade:
    """Light where the terminal says that its ground is; `COLORFGBG` is `text;ground`, perhaps with a third between."""
    ground = environment.get("COLORFGBG", "").rpartition(";")[2].strip()
    return Shade.LIGHT if ground in LIGHT_GROUNDS else Shade.DARK


def _lacks_signs(environment: Mapping[str, str], encoding: str) -> bool:
    return not is_utf8(encoding) or environment.get("TERM", "").lower() in FEW_SIGNS
