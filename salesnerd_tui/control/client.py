"""Client of a running call: send an order and read the answer, or follow the state of the call."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import socket
from collections.abc import Iterator, Sequence

from salesnerd_tui.control.protocol import FOLLOW, call_id_of, sockets, unfinished_sockets

ANSWER_SECONDS = 3.0
"""Longest wait for an answer; a call whose terminal is stopped does not answer."""

MAX_ANSWER_BYTES = 256 * 1024
"""Longest answer that is read. The state of a call has a few kilobytes."""

NO_CALL = "no call is running (start one with: salesnerd live)"

Answer = dict[str, object]


class NoCall(Exception):
    """No running call can be reached; the message says why, on one line."""


class ConnectionClosed(NoCall):
    """The call has closed the connection."""


def ask(folders: Sequence[str], order: dict[str, str], id_prefix: str = "") -> Answer:
    """Return the answer of the most recently opened call whose id starts with `id_prefix`. Raises `NoCall`."""
    with contextlib.closing(connect(folders, id_prefix)) as connection:
        try:
            send(connection, order)
        except NoCall:
            # A call with too many clients answers and hangs up before it reads the order.
            answer = next(answers(connection), None)
            if answer is None:
                raise
            return answer
        answer = next(answers(connection), None)
        if not answer:
            raise NoCall("the call closed the connection without an answer")
        return answer


def send(connection: socket.socket, order: dict[str, str]) -> None:
    """Send an order. Raises `NoCall`."""
    try:
        connection.sendall(json.dumps(order).encode() + b"\n")
    except OSError as problem:
        raise NoCall(f"the call closed the connection: {problem.strerror}") from problem


def answers(connection: socket.socket) -> Iterator[Answer]:
    """Yield the answers of the call. Raises `NoCall` after a timeout and for an invalid answer."""
    rest = b""
    while True:
        try:
            received, rest = receive_answers(connection, rest)
        except ConnectionClosed:
            return
        yield from received


def receive_answers(connection: socket.socket, rest: bytes) -> tuple[list[Answer], bytes]:
    """Return the complete answers received now, and the incomplete rest of the last one. Raises `NoCall`.

    `rest` is what the previous call returned.
    """
    try:
        data = connection.recv(65536)
    except TimeoutError as problem:
        raise NoCall("the call does not answer (if its terminal is stopped, resume it with ctrl+q)") from problem
    except OSError:
        data = b""
    if not data:
        raise ConnectionClosed("the call closed the connection")
    *lines, rest = (rest + data).split(b"\n")
    if len(rest) > MAX_ANSWER_BYTES:
        raise NoCall("the answer of the call is too long")
    try:
        received = [json.loads(line) for line in lines]
    except ValueError:
        received = [None]
    if not all(isinstance(each, dict) for each in received):
        raise NoCall("invalid answer: the other program is not a salesnerd call")
    return received, rest


def connect(folders: Sequence[str], id_prefix: str = "") -> socket.socket:
    """Connect to the call, and remove sockets that killed programs left. Raises `NoCall`."""
    if not hasattr(socket, "AF_UNIX"):
        raise NoCall("this Python has no local sockets (run salesnerd and send inside WSL)")
    for path in sockets(folders, id_prefix):
        connection = _try_connect(path)
        if connection is not None:
            return connection
    if id_prefix:
        running = ", ".join(call_id_of(path) for path in sockets(folders))
        raise NoCall(f"no running call has an id that starts with {id_prefix!r} (running: {running or 'none'})")
    raise NoCall(NO_CALL)


def remove_dead_sockets(folders: Sequence[str], now: float) -> None:
    """Remove the sockets of calls that no longer run."""
    for path in sockets(folders):
        connection = _try_connect(path)
        if connection is not None:
            connection.close()
    for path in unfinished_sockets(folders, now):
        with contextlib.suppress(OSError):
            os.unlink(path)


def _try_connect(path: str) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(ANSWER_SECONDS)
    try:
        connection.connect(path)
    except OSError as problem:
        connection.close()
        if problem.errno == errno.ECONNREFUSED:
            with contextlib.suppress(OSError):
                os.unlink(path)
        return None
    return connection


RETRY_SECONDS = 1.0
"""Time between two checks for a running call; one check reads one folder."""


def follow(folders: Sequence[str], id_prefix: str = "") -> Iterator[Answer | None]:
    """Yield the state of the call whenever it changes, and None every second while no call is running. Never ends."""
    while True:
        connection = connect_follower(folders, id_prefix)
        if connection is None:
            yield None
            select.select([], [], [], RETRY_SECONDS)
            continue
        with connection:
            try:
                yield from answers(connection)
            except NoCall:
                yield None


def connect_follower(folders: Sequence[str], id_prefix: str) -> socket.socket | None:
    """Connect to a call that then sends its state whenever it changes; None if no call can be reached."""
    try:
        connection = connect(folders, id_prefix)
    except NoCall:
        return None
    try:
        send(connection, {"do": FOLLOW})
    except NoCall:
        connection.close()
        return None
    return connection
