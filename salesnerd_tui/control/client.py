"""Client of a running call: send an order and read the answer, or follow the state of the call."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import socket
from collections.abc import Iterator, Sequence

from salesnerd_tui.control.protocol import FOLLOW, call_of, half_made, sockets

PATIENCE_SECONDS = 3.0
"""Time for a call to answer; a call whose terminal is stopped cannot."""

LINE_LIMIT = 256 * 1024
"""Bytes of an answer that are read. The state of a call has a few kilobytes."""

NO_CALL = "no call is running (start one with: salesnerd live)"

Answer = dict[str, object]


class NoCall(Exception):
    """No running call can be reached; the message says why, on one line."""


class ConnectionClosed(NoCall):
    """The call has closed the connection."""


def ask(folders: Sequence[str], order: dict[str, str], call: str = "") -> Answer:
    """Return the answer of the most recently opened call whose id starts with `call`. Raises `NoCall`."""
    with contextlib.closing(connected(folders, call)) as line:
        try:
            send(line, order)
        except NoCall:
            # A call with too many clients answers and hangs up before it reads the order.
            answer = next(answers(line), None)
            if answer is None:
                raise
            return answer
        answer = next(answers(line), None)
        if not answer:
            raise NoCall("the call closed the connection without an answer")
        return answer


def send(line: socket.socket, order: dict[str, str]) -> None:
    """Send an order. Raises `NoCall`."""
    try:
        line.sendall(json.dumps(order).encode() + b"\n")
    except OSError as problem:
        raise NoCall(f"the call closed the connection: {problem.strerror}") from problem


def answers(line: socket.socket) -> Iterator[Answer]:
    """Yield the answers of the call, line by line. Raises `NoCall` for silence and for an invalid answer."""
    rest = b""
    while True:
        try:
            whole, rest = answers_of(line, rest)
        except ConnectionClosed:
            return
        yield from whole


def answers_of(line: socket.socket, rest: bytes) -> tuple[list[Answer], bytes]:
    """Return the complete answers received since, and the unfinished rest of the last one. Raises `NoCall`."""
    try:
        came = line.recv(65536)
    except TimeoutError as problem:
        raise NoCall("the call does not answer (if its terminal is stopped, resume it with ctrl+q)") from problem
    except OSError:
        came = b""
    if not came:
        raise ConnectionClosed("the call closed the connection")
    *whole, rest = (rest + came).split(b"\n")
    if len(rest) > LINE_LIMIT:
        raise NoCall("the answer of the call is too long")
    return [_read(each) for each in whole], rest


def connected(folders: Sequence[str], call: str = "") -> socket.socket:
    """Connect to the call, and remove sockets that killed programs left. Raises `NoCall`."""
    if not hasattr(socket, "AF_UNIX"):
        raise NoCall("this Python has no local sockets (run salesnerd and send inside WSL)")
    for path in sockets(folders, call):
        line = _connected(path)
        if line is not None:
            return line
    if call:
        running = ", ".join(call_of(path) for path in sockets(folders))
        raise NoCall(f"no running call has an id that starts with {call!r} (running: {running or 'none'})")
    raise NoCall(NO_CALL)


def sweep(folders: Sequence[str], now: float) -> None:
    """Remove the sockets of calls that no longer run."""
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
        raise NoCall("invalid answer: the other program is not a salesnerd call")
    return answer


RETRY_SECONDS = 1.0
"""Time between two checks for a running call; one check reads one folder."""


def followed(folders: Sequence[str], call: str = "") -> Iterator[Answer | None]:
    """Yield the state of the call whenever it changes, and None every second while no call is running. Never ends."""
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
