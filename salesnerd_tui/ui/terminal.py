"""Whether there is a terminal to draw on, and what has to be set before Textual is loaded. No Textual here."""

from __future__ import annotations

import contextlib
import gc
import io
import locale
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import Any

ESCAPE_MILLISECONDS = "25"
"""How long a lone Esc waits for more; Textual's 100 ms would be felt, and a terminal sends its sequences at once."""


LINEAR = "; salesnerd live --linear takes a call without"


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
            f"{verb} needs a terminal that can move its cursor; {told}: try TERM=xterm-256color{going_on or LINEAR}"
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
