"""Handover of the terminal between the shell, the start of the program, the screen, and other programs."""

from __future__ import annotations

import atexit
import contextlib
import signal
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

ENDING_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))
"""Signals that would end the program during its start without restoring the terminal."""


class _HeldTerminal(Struct):
    """A terminal during the start: its settings before and during the start, and the replaced signal handlers."""

    descriptor: int
    before: list[Any]
    during: list[Any]
    handlers: dict[int, Any]


_held: list[_HeldTerminal] = []
"""The terminal of `hold_keys`, until the screen takes it or the program ends; at most one."""


def hold_keys(descriptor: int = 0) -> None:
    """Keep keys that are typed during the start for the screen, unchanged and without echo.

    Ctrl+C and ctrl+Z keep their effect. The screen takes the terminal with `take_keys`. If the program ends earlier, by
    an error or a signal, `drop_keys` gives it back to the shell.
    """
    try:
        import termios  # not on Windows
    except ImportError:
        return
    try:
        before = termios.tcgetattr(descriptor)
    except (OSError, ValueError, termios.error):
        return
    if _held:
        return
    during = [*before[:6], [*before[6]]]
    during[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    during[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    during[6][termios.VMIN], during[6][termios.VTIME] = 1, 0
    held = _HeldTerminal(descriptor, before, during, {})
    _held.append(held)
    atexit.register(drop_keys)
    with contextlib.suppress(ValueError):  # not on the main thread
        for number in ENDING_SIGNALS:
            held.handlers[number] = signal.signal(number, _exit_on_signal)
        held.handlers[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, _suspend)
    _set_attributes(descriptor, during)


def settings_before_start() -> list[Any] | None:
    """Return the settings that the terminal had before `hold_keys`; None if it is not held."""
    return _held[0].before if _held else None


def take_keys() -> list[Any] | None:
    """Leave the terminal and the typed keys to the screen, and return the settings to restore when the screen ends.

    Returns None if the terminal is not held. Signal handlers that the screen has set stay.
    """
    if not _held:
        return None
    for number, handler in _held[0].handlers.items():
        if signal.getsignal(number) in (_exit_on_signal, _suspend):
            signal.signal(number, handler)
    return _held.pop().before


def drop_keys() -> None:
    """Give the terminal back to the shell, and discard the typed keys, which the shell would run as commands."""
    if _held:
        import termios  # not on Windows

        descriptor = _held[0].descriptor
        with contextlib.suppress(termios.error):
            termios.tcflush(descriptor, termios.TCIFLUSH)
        _set_attributes(descriptor, _held[0].before)
        take_keys()


def _exit_on_signal(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _suspend(number: int, _: object) -> None:
    """Suspend the program with the settings of the shell, and hold the keys again when it continues."""
    held = _held[0]
    _set_attributes(held.descriptor, held.before)
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
    signal.signal(number, _suspend)
    _set_attributes(held.descriptor, held.during)


@contextlib.contextmanager
def lent_terminal() -> Iterator[None]:
    r"""Let another program handle Ctrl+C, Ctrl+\ and Ctrl+Z, and restore the terminal settings afterwards.

    A program that is killed may leave the terminal without echo. On Ctrl+Z both programs stop, as one job of the shell.
    """
    with contextlib.ExitStack() as restore:
        # A handler, and not SIG_IGN, which the other program would inherit.
        handlers: dict[str, Any] = {"SIGINT": _ignore_signal, "SIGQUIT": _ignore_signal}
        handlers |= {"SIGTSTP": signal.SIG_DFL, "SIGCONT": signal.SIG_DFL}
        for name, handler in handlers.items():
            number = getattr(signal, name, None)
            if number is None:
                continue
            with contextlib.suppress(ValueError):  # not on the main thread
                restore.callback(signal.signal, number, signal.signal(number, handler))
        with contextlib.suppress(ImportError):
            import termios  # not on Windows

            with contextlib.suppress(termios.error):
                settings = termios.tcgetattr(0)
                restore.callback(_set_attributes, 0, settings)
        yield


def _ignore_signal(*_: object) -> None:
    """Ignore a signal for the program in the foreground."""


def _set_attributes(descriptor: int, settings: list[Any]) -> None:
    """Change the settings of a terminal that may be gone, without waiting for pending output."""
    import termios  # not on Windows

    with contextlib.suppress(termios.error):
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)
