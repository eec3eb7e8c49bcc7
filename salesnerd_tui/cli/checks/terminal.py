"""The terminal: whether it can draw a call, in which colours, and whether its font gives each sign one cell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from salesnerd_tui.cli.checks.check import CheckResult, State
from salesnerd_tui.terminal.profile import NoScreen, check_terminal

SIGNS = "▌●○◌·⚑▲✓✗…▁█─↵◆◇‖→“"
"""Signs that the screens are drawn with; each takes one cell, or every line behind it is torn."""

ANSWER_SECONDS = 0.5
SMALLEST = (40, 12)
"""Cells and rows of the smallest full screen; below it is the strip."""

_POSITION = re.compile(rb"\x1b\[(\d+);(\d+)R")


def examined(environment: Mapping[str, str] = os.environ) -> Iterator[CheckResult]:
    try:
        check_terminal("a call", environment)
    except NoScreen as problem:
        at_hand = sys.stdin.isatty() and sys.stderr.isatty()
        state = State.BAD if at_hand else State.NOTE
        mend = "" if at_hand else "run it in the terminal you take calls in, without pipes"
        yield CheckResult("terminal", state, str(problem), mend)
    else:
        yield CheckResult("terminal", State.WELL, f"{environment.get('TERM_PROGRAM') or environment['TERM']}")
        yield _size()
        yield from _signs()
    yield _colours(environment)
    yield _encoding()
    if environment.get("TMUX"):
        yield _focus_in_tmux()


def _size() -> CheckResult:
    columns, rows = shutil.get_terminal_size()
    told = f"{columns} by {rows}"
    if columns >= SMALLEST[0] and rows >= SMALLEST[1]:
        return CheckResult("size", State.WELL, told)
    return CheckResult("size", State.NOTE, told, "make it 40 by 12 or more, or use salesnerd strip")


def _colours(environment: Mapping[str, str]) -> CheckResult:
    if environment.get("NO_COLOR"):
        return CheckResult("colours", State.WELL, "none: NO_COLOR is set; every state has a sign or a word as well")
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return CheckResult("colours", State.WELL, "16 million")
    if "256" in environment.get("TERM", ""):
        return CheckResult("colours", State.WELL, "256")
    return CheckResult("colours", State.NOTE, "16", "export COLORTERM=truecolor, if your terminal can")


def _encoding() -> CheckResult:
    encoding = (sys.stdout.encoding or "ascii").lower()
    if encoding.replace("-", "") == "utf8":
        return CheckResult("encoding", State.WELL, "UTF-8")
    return CheckResult(
        "encoding", State.NOTE, f"{encoding}: names and signs outside of it show as ?", "export LANG=C.UTF-8"
    )


def _signs() -> Iterator[CheckResult]:
    if sys.platform == "win32" or not sys.stdout.isatty():
        return
    widths = measured(SIGNS)
    if widths is None:
        yield CheckResult("signs", State.NOTE, "the terminal does not tell where its cursor is, so none was measured")
        return
    yield judged(widths)


def judged(widths: Mapping[str, int]) -> CheckResult:
    """What to make of how far the cursor went for each sign."""
    torn = [sign for sign, cells in widths.items() if cells != 1]
    if not torn:
        return CheckResult("signs", State.WELL, f"one cell each: {''.join(widths)}")
    told = f"not one cell wide: {' '.join(torn)}"
    return CheckResult("signs", State.BAD, told, "set ambiguous-width characters to narrow in your terminal's settings")


def measured(signs: str) -> dict[str, int] | None:
    """Cells the cursor moves for each sign; None when the terminal does not answer."""
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        return asked(signs, _write, lambda seconds: _read(descriptor, seconds))
    finally:
        _write(b"\r\x1b[K")
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def asked(
    signs: Sequence[str], write: Callable[[bytes], None], read: Callable[[float], bytes]
) -> dict[str, int] | None:
    """Draw each sign at a line's beginning and ask where the cursor is."""
    widths: dict[str, int] = {}
    for sign in signs:
        write(b"\r" + sign.encode() + b"\x1b[6n")
        came, until = b"", time.monotonic() + ANSWER_SECONDS
        while not (found := _POSITION.search(came)):
            data = read(until - time.monotonic())
            if not data:
                return None
            came += data
        widths[sign] = int(found.group(2)) - 1
        write(b"\r\x1b[K")
    return widths


def _write(data: bytes) -> None:
    sys.stdout.flush()
    os.write(sys.stdout.fileno(), data)


def _read(descriptor: int, seconds: float) -> bytes:
    import select

    ready, _, _ = select.select([descriptor], [], [], max(seconds, 0.0))
    return os.read(descriptor, 256) if ready else b""


def _focus_in_tmux() -> CheckResult:
    try:
        told = subprocess.run(
            ["tmux", "show-options", "-gv", "focus-events"], capture_output=True, text=True, timeout=2, check=False
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        told = ""
    if told == "on":
        return CheckResult("tmux", State.WELL, "tells which pane has the keyboard")
    mend = "tmux set -g focus-events on"
    return CheckResult(
        "tmux", State.NOTE, "does not tell which pane has the keyboard: keys are shown all the time", mend
    )
