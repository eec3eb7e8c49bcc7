"""Asking a running call: connect, one line out, one line in. It is run by every key press of a pedal.

Following whatever call runs: its view as it changes, None while there is none. For displays that stay open.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import socket
from collections.abc import Iterator, Sequence

from salesnerd_tui.control.protocol import FOLLOW
from salesnerd_tui.control.sockets import call_of, half_made, sockets

PATIENCE_SECONDS = 3.0
"""How long a call may take to answer; a screen whose terminal stopped reading cannot."""

LINE_LIMIT = 256 * 1024
"""Bytes of an answer that are read. A call's view is a few kilobytes."""

Answer = dict[str, object]


class NoCall(Exception):
    """No running call could be reached; the message says why, in one line."""


class ConnectionClosed(NoCall):
    """The other side has closed the line."""


def ask(folders: Sequence[str], order: dict[str, str], call: str = "") -> Answer:
    """The answer of the call opened last, or of the one whose id begins with `call`. Raises `NoCall`."""
    with contextlib.closing(connected(folders, call)) as line:
        try:
            send(line, order)
        except NoCall:
            # A crowded call says so and hangs up before it hears the order: what it said is still there to be read.
            said = next(answers(line), None)
            if said is None:
                raise
            return said
        return next(answers(line), None) or _silent()


def send(line: socket.socket, order: dict[str, str]) -> None:
    """Raises `NoCall`."""
    try:
        line.sendall(json.dumps(order).encode() + b"\n")
    except OSError as problem:
        raise NoCall(f"the call went away: {problem.strerror}") from problem


def answers(line: socket.socket) -> Iterator[Answer]:
    """What comes back, line by line. Raises `NoCall` for silence and for what is no answer."""
    rest = b""
    while True:
        try:
            whole, rest = answers_of(line, rest)
        except ConnectionClosed:
            return
        yield from whole


def answers_of(line: socket.socket, rest: bytes) -> tuple[list[Answer], bytes]:
    """What has come since, behind the `rest` of before, and what is unfinished of it. Raises `NoCall`."""
    try:
        came = line.recv(65536)
    except TimeoutError as problem:
        raise NoCall("the call does not answer: is its terminal stopped? (ctrl+q goes on)") from problem
    except OSError:
        came = b""
    if not came:
        raise ConnectionClosed("the call went away")
    *whole, rest = (rest + came).split(b"\n")
    if len(rest) > LINE_LIMIT:
        raise NoCall("the call answered too much")
    return [_read(each) for each in whole], rest


def connected(folders: Sequence[str], call: str = "") -> socket.socket:
    """A line to the call. What a killed program left is swept on the way. Raises `NoCall`."""
    if not hasattr(socket, "AF_UNIX"):
        raise NoCall("this Python has no local sockets: run salesnerd inside WSL, and send from there")
    for path in sockets(folders, call):
        line = _connected(path)
        if line is not None:
            return line
    if call:
        there = ", ".join(call_of(path) for path in sockets(folders))
        raise NoCall(f"no running call has an id that begins with {call!r}; running: {there or 'none'}")
    raise NoCall("no call is running: salesnerd live takes one")


def sweep(folders: Sequence[str], now: float) -> None:
    """Remove the sockets nobody listens on any more."""
    for path in sockets(folders):
        line = _connected(path)
        if line is not None:
            line.close()
    for path in half_made(folders, now):
        with contextlib.suppress(OSError):
            os.unlink(path)


def _connected(path: str) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE_SECONDS)
    try:
        line.connect(path)
    except OSError as problem:
        line.close()
        if problem.errno == errno.ECONNREFUSED:
            with contextlib.suppress(OSError):
                os.unlink(path)
        return None
    return line


def _read(line: bytes) -> Answer:
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise NoCall("something that is no call answered")
    return answer


def _silent() -> Answer:
    raise NoCall("the call went away without an answer")


RETRY_SECONDS = 1.0
"""How often it is looked whether a call has begun; one look is one folder read."""


def followed(folders: Sequence[str], call: str = "") -> Iterator[Answer | None]:
    """For ever: what the call shows whenever that changes, and None whenever there is no call any more (or yet).

    While nothing is there it yields None every second, so that who draws can look at the keys of its terminal.
    """
    while True:
        line = _line(folders, call)
        if line is None:
            yield None
            select.select([], [], [], RETRY_SECONDS)
            continue
        with line:
            try:
                yield from answers(line)
            except NoCall:
                yield None


def _line(folders: Sequence[str], call: str) -> socket.socket | None:
    try:
        line = connected(folders, call)
        send(line, {"do": FOLLOW})
    except NoCall:
        return None
    return line
