"""Server of a running call: listens on the call's own event loop and never waits for a client.

Only the same user can connect, yet no input is trusted: the length and time of a line and the number of clients are
limited, and a client that does not read is disconnected.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.control.client import remove_dead_sockets
from salesnerd_tui.control.protocol import (
    ACCEPT,
    FOLLOW,
    LOOK,
    ORDER_LIMIT,
    InvalidOrder,
    NoSocketFolder,
    parse_order,
    remove_linked_folder,
    session_folders,
    socket_folder_in,
    socket_path,
    usable_folder,
)
from salesnerd_tui.errors import error_reason
from salesnerd_tui.services import call_commands
from salesnerd_tui.services.call_commands import ControlledCall, OnTurn, perform
from salesnerd_tui.services.call_status import suggestion_texts, visible_share
from salesnerd_tui.text import one_line

MAX_CLIENTS = 16
"""Clients at once. A strip, a status line or two, and the key being pressed are four."""

ORDER_SECONDS = 5.0
"""Time for a client to send its order."""

POLL_SECONDS = 0.1
"""Time between two checks for changes that followers should see."""

HEARTBEAT_SECONDS = 1.0
"""Longest silence toward a follower, which interprets a longer one as the end of the call."""

STUCK_CLIENT_SECONDS = 20.0
"""Time without reading after which a follower is disconnected."""

MAX_TEXT_CHARACTERS = 400
"""Characters of a text that a display can show."""

RunOrder = Callable[[str, str], None]
ReadState = Callable[[], dict[str, Any]]


class ControlServer:
    """`run_order` acts on the call and raises `CannotAct`; `read_state` returns its state. `on_turn` runs both."""

    def __init__(self, run_order: RunOrder, read_state: ReadState, on_turn: OnTurn) -> None:
        self._run_order = run_order
        self._read_state = read_state
        self._on_turn = on_turn
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._folder = ""
        self.path = ""

    async def open(self, folders: Sequence[str], call_id: str) -> None:
        """Listen in the first usable folder. Raises `NoSocketFolder` with what is wrong with each of them."""
        problems: list[str] = []
        for folder in folders if hasattr(socket, "AF_UNIX") else ():
            try:
                socket_folder = usable_folder(folder, call_id)
                remove_dead_sockets((socket_folder,), time.time())
                listener, self.path = _listen(socket_folder, call_id)
            except NoSocketFolder as problem:
                problems.append(str(problem))
                continue
            self._folder = folder
            # Wait for nothing before `close` knows the server: the call may end at any moment.
            self._server = await asyncio.start_unix_server(
                self._accept, sock=listener, limit=ORDER_LIMIT, start_serving=False
            )
            await self._server.start_serving()
            return
        raise NoSocketFolder("; ".join(problems) or "this system has no local sockets")

    def close(self) -> None:
        """Stop listening; safe to call twice and from a signal handler's callback."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        with contextlib.suppress(OSError):
            os.unlink(self.path)
        remove_linked_folder(self._folder)
        for client in self._clients:
            client.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._clients) >= MAX_CLIENTS or self._server is None:
            writer.write(_encode({"done": False, "why": "too many clients at once"}))
            writer.close()
            return
        self._clients.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the client or the call has gone
        finally:
            self._clients.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(ORDER_SECONDS):
                line = await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            writer.write(_encode({"done": False, "why": f"order too long (at most {ORDER_LIMIT // 1024} KB)"}))
            return
        except (asyncio.IncompleteReadError, TimeoutError):
            return
        try:
            name, words = _read_order(line)
        except InvalidOrder as problem:
            writer.write(_encode({"done": False, "why": str(problem)}))
            return
        if name == FOLLOW:
            await self._follow(reader, writer)
        elif name == LOOK:
            writer.write(_encode(await self._run_on_turn(self._read_state)))
        else:

            def result() -> dict[str, Any]:
                try:
                    self._run_order(name, words)
                except CannotAct as refusal:
                    return {"done": False, "why": str(refusal)}
                return {"done": True}

            writer.write(_encode(await self._run_on_turn(result)))

    async def _run_on_turn(self, work: ReadState) -> dict[str, Any]:
        """Return the result of `work`, which runs on the call's thread in order with its keys."""
        outcome: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def run() -> None:
            if not outcome.done():
                outcome.set_result(work())

        self._on_turn(run)
        return await outcome

    async def _follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        last_line, sent_at = b"", time.monotonic()
        while self._server is not None and not reader.at_eof():
            seconds_since_sent = time.monotonic() - sent_at
            if writer.transport.get_write_buffer_size() == 0:
                line = _encode(await self._run_on_turn(self._read_state))
                if line != last_line or seconds_since_sent >= HEARTBEAT_SECONDS:
                    writer.write(line)
                    last_line, sent_at = line, time.monotonic()
            elif seconds_since_sent > STUCK_CLIENT_SECONDS:
                writer.transport.abort()
                return
            await asyncio.sleep(POLL_SECONDS)


def _read_order(line: bytes) -> tuple[str, str]:
    """Return the name and the argument of an order. Raises `InvalidOrder`."""
    try:
        request = json.loads(line)
        name, words = request["do"], request.get("of", "")
        if not isinstance(name, str) or not isinstance(words, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InvalidOrder('invalid order (expected one line of JSON: {"do": "pick", "of": "2"})') from None
    if name in (LOOK, FOLLOW):
        return name, ""
    order = parse_order((name, words))
    return order["do"], order["of"]


def _encode(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode() + b"\n"


def _listen(folder: str, call_id: str) -> tuple[socket.socket, str]:
    """Return a listening socket and its path.

    It listens before it gets its final name, so that no other program removes it as dead.
    """
    path, unfinished_path = socket_path(folder, call_id), socket_path(folder, f".{call_id}")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished_path)
        listener.bind(unfinished_path)
        os.chmod(unfinished_path, 0o600)
        listener.listen(MAX_CLIENTS)
        os.rename(unfinished_path, path)
    except OSError as problem:
        listener.close()
        raise NoSocketFolder(f"{folder}: {error_reason(problem)}") from problem
    listener.setblocking(False)  # noqa: FBT003 - it takes no names
    return listener, path


class CallSocket:
    """Access to a running call for `salesnerd send`, `status` and `strip`."""

    def __init__(self, call: ControlledCall, on_turn: OnTurn, data_folder: str) -> None:
        self._call = call
        self._data_folder = data_folder
        self._server = ControlServer(lambda name, words: run_order(call, name, words), lambda: snapshot(call), on_turn)

    async def open(self) -> str:
        """Start listening. Returns why nobody can connect, or an empty string."""
        if self._call.is_over:
            return ""
        try:
            await self._server.open((*session_folders(), socket_folder_in(self._data_folder)), self._call.call.file.id)
        except NoSocketFolder as problem:
            return f"salesnerd send cannot reach this call: {problem}"
        return ""

    def close(self) -> None:
        self._server.close()


def run_order(call: ControlledCall, name: str, words: str) -> None:
    """Do what an order says. Raises `CannotAct` with the reason, which the call shows as well."""
    command = call_commands.find_command(name, call_commands.SEND)
    if call.is_over or command is None:
        raise CannotAct("that call is over" if call.is_over else f"unknown action '{name}'")
    try:
        perform(command, call, words)
    except CannotAct as refusal:
        call.say(str(refusal))
        raise
    call.last_message = ""
    call.changed()


def snapshot(call: ControlledCall) -> dict[str, Any]:
    """Return what a display shows, as plain values; only the clock while the call is hidden."""
    seconds = int(call.call.clock())
    state: dict[str, Any] = {"call": call.call.file.id, "seconds": seconds, "hidden": call.is_coaching_hidden}
    if call.is_coaching_hidden:
        return state
    view, talk, warning = call.view, call.session.talk, call.warning()
    if warning is not None and warning.is_quiet:
        warning = None
    tap = call.session.state.tap
    letters = "".join(detour.key for detour in view.detours)
    voice = call.session.speaker.voice_at(call.call.clock())
    offers = suggestion_texts(call.session.suggestions, voice, ACCEPT, letters)
    return state | {
        "speaker": str(call.current_speaker),
        "paused": call.call.clock.is_paused,
        "share": None if talk.share is None else round(talk.share * 100),
        "shows_share": visible_share(call.call, view) is not None,
        "done": view.done,
        "total": view.total,
        "late": view.is_late,
        "account": _short(view.account),
        "people": [_short(each) for each in view.people[:4]],
        "question": _short(view.prompt.text),
        "kind": str(view.prompt.kind),
        "must": view.prompt.is_must,
        "choices": [] if view.prompt.parent else [_short(each.label) for each in view.prompt.choices[:9]],
        "follows": _short(view.prompt.followed.label) if view.prompt.followed else "",
        "tap": None
        if tap is None
        else {
            "kind": str(tap.kind),
            "words": _short(tap_text.title(tap)),
            "reason": _short(tap_text.reason(tap)),
            "suggestion": _short(tap.plain_wording or tap_text.suggestion(tap)[1]),
        },
        "offer": _short(offers[0].plain_text) if offers else "",
        "offer_key": offers[0].key if offers else "",
        "letters": letters,
        "warning": None if warning is None else {"words": _short(warning.words), "unsaved": warning.is_unsaved},
    }


def _short(text: str) -> str:
    return one_line(text[: MAX_TEXT_CHARACTERS * 2])[:MAX_TEXT_CHARACTERS]
