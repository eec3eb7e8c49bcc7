"""Handover of the terminal: held while the program starts, taken by the screen, lent to another program, given back."""

from __future__ import annotations

import atexit
import contextlib
import signal
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))
"""Signals that would end the start without a chance to restore the terminal."""


class _Hold(Struct):
    """A terminal while the program starts: its settings before and meanwhile, and the handlers that it replaced."""

    descriptor: int
    before: list[Any]
    meanwhile: list[Any]
    handlers: dict[int, Any]


_HOLDS: list[_Hold] = []
"""The terminal of `hold_keys`, until the screen has it or the program ends."""


def hold_keys(descriptor: int = 0) -> None:
    """Keep what is typed during the start for the screen: unchanged, and not shown on the command line.

    Ctrl+C and ctrl+Z keep their effect. The screen gets the terminal with `take_keys`. A program that ends before, by
    an error or by a signal, gives it back with `drop_keys`.
    """
    try:
        import termios

        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError, termios.error):
        return
    if _HOLDS:
        return
    meanwhile = [*before[:6], [*before[6]]]
    meanwhile[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    meanwhile[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    meanwhile[6][termios.VMIN], meanwhile[6][termios.VTIME] = 1, 0
    hold = _Hold(descriptor, before, meanwhile, {})
    _HOLDS.append(hold)
    atexit.register(drop_keys)
    with contextlib.suppress(ValueError):  # not on the main thread
        for number in ENDING:
            hold.handlers[number] = signal.signal(number, _end)
        hold.handlers[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, _stop)
    _set(descriptor, meanwhile)


def settings_before_start() -> list[Any] | None:
    """Return the settings that the terminal had before `hold_keys`, None without it."""
    return _HOLDS[0].before if _HOLDS else None


def take_keys() -> list[Any] | None:
    """Leave the terminal and what was typed to the screen, and return the settings to restore when it ends.

    None if the terminal was not held, or if the screen has it already. Handlers that the screen has set stay.
    """
    if not _HOLDS:
        return None
    for number, handler in _HOLDS[0].handlers.items():
        if signal.getsignal(number) in (_end, _stop):
            signal.signal(number, handler)
    return _HOLDS.pop().before


def drop_keys() -> None:
    """Give the terminal back to the shell, which must not run what was typed for a screen that never came."""
    if _HOLDS:
        import termios

        descriptor = _HOLDS[0].descriptor
        with contextlib.suppress(termios.error):
            termios.tcflush(descriptor, termios.TCIFLUSH)
        _set(descriptor, _HOLDS[0].before)
        take_keys()


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _stop(number: int, _: object) -> None:
    """Stop with the terminal as the shell expects it, and hold the keys again afterwards."""
    hold = _HOLDS[0]
    _set(hold.descriptor, hold.before)
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
    signal.signal(number, _stop)
    _set(hold.descriptor, hold.meanwhile)


@contextlib.contextmanager
def lent_terminal(descriptor: int = 0) -> Iterator[None]:
    """Leave Ctrl+C and Ctrl+\\ to another program in the terminal, and restore the terminal settings afterwards.

    A killed program leaves the terminal without echo, which would last in the shell.
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
                restored.callback(_set, descriptor, settings)
        yield


def _ignored(*_: object) -> None:
    """Ignore a signal for the program in the foreground."""


def _set(descriptor: int, settings: list[Any]) -> None:
    """Change the settings of a terminal that may be gone, without waiting for one that does not read."""
    import termios

    with contextlib.suppress(termios.error):
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)
