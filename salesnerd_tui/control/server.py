"""The call's side of the socket: it listens on the screen's own loop, and never waits for anybody.

Whoever can reach it is the same person, yet nothing that comes in is trusted: a line is bounded in length and time,
clients in number, and one who does not read is let go.

An order from outside, done on a running call: the same gestures as its keys, at the same place.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from salesnerd_tui.app.call_text import offered
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.coach.engine import plain_words
from salesnerd_tui.control.client import sweep
from salesnerd_tui.control.protocol import FOLLOW, LOOK, ORDER_LIMIT, BadOrder, order
from salesnerd_tui.control.sockets import NoSocketFolder, beside, own, path_of, session_folders
from salesnerd_tui.control.verbs import ControlledCall, act
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.tui.screens.live import LiveScreen


CLIENTS = 16
"""At once. A strip, a status line or two, and the key being pressed are four."""

ORDER_SECONDS = 5.0
"""For a client to say what it wants."""

LOOK_SECONDS = 0.1
"""How often it is looked whether followers have something new to see; a passive display need not be faster."""

ALIVE_SECONDS = 1.0
"""A follower hears at least so often, changed or not: silence means that the call is gone or stopped."""

STUCK_SECONDS = 20.0
"""A follower that has read nothing for so long is gone, or stopped."""

Do = Callable[[str, str], None]
Look = Callable[[], dict[str, Any]]
OnTurn = Callable[[Callable[[], None]], None]
"""Has something run when it is the call's turn, in order with its keys."""


class ControlServer:
    """`do` acts on the call and raises `CannotAct`; `look` gives what there is to see. Both are run by `on_turn`."""

    def __init__(self, do: Do, look: Look, on_turn: OnTurn) -> None:
        self._do = do
        self._look = look
        self._on_turn = on_turn
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self.path = ""

    async def open(self, folders: Sequence[str], call_id: str) -> None:
        """Listen in the first of the folders that can be had. Raises `NoSocketFolder` with what is wrong with each."""
        wrong: list[str] = []
        for folder in folders if hasattr(socket, "AF_UNIX") else ():
            try:
                own(folder)
                sweep((folder,), time.time())
                listening, self.path = _listening(folder, call_id)
            except NoSocketFolder as problem:
                wrong.append(str(problem))
                continue
            self._server = await asyncio.start_unix_server(self._came, sock=listening, limit=ORDER_LIMIT)
            return
        raise NoSocketFolder("; ".join(wrong) or "this system has no local sockets")

    def close(self) -> None:
        """Nobody can come in any more; safe to call twice and from a signal handler's callback."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        with contextlib.suppress(OSError):
            os.unlink(self.path)
        for client in self._clients:
            client.cancel()

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._clients) >= CLIENTS or self._server is None:
            writer.write(_line({"done": False, "why": "too many are asking this call at once"}))
            writer.close()
            return
        self._clients.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # it went away in the middle, or the call did: there is nobody to tell
        finally:
            self._clients.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(ORDER_SECONDS):
                line = await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            writer.write(_line({"done": False, "why": f"an order is at most {ORDER_LIMIT // 1024} KB"}))
            return
        except (asyncio.IncompleteReadError, TimeoutError):
            return
        verb, of, wrong = _understood(line)
        if wrong:
            writer.write(_line({"done": False, "why": wrong}))
        elif verb == FOLLOW:
            await self._follow(reader, writer)
        elif verb == LOOK:
            writer.write(_line(await self._turn(self._look)))
        else:
            writer.write(_line(await self._turn(lambda: self._acted(verb, of))))

    def _acted(self, verb: str, of: str) -> dict[str, Any]:
        try:
            self._do(verb, of)
        except CannotAct as refusal:
            return {"done": False, "why": str(refusal)}
        return {"done": True}

    async def _turn(self, work: Look) -> dict[str, Any]:
        """The outcome of `work`, done when it is the call's turn."""
        outcome: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def run() -> None:
            if not outcome.done():
                outcome.set_result(work())

        self._on_turn(run)
        return await outcome

    async def _follow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        last, told_at = b"", time.monotonic()
        while self._server is not None and not reader.at_eof():
            since = time.monotonic() - told_at
            if writer.transport.get_write_buffer_size() == 0:
                line = _line(await self._turn(self._look))
                if line != last or since >= ALIVE_SECONDS:
                    writer.write(line)
                    last, told_at = line, time.monotonic()
            elif since > STUCK_SECONDS:
                writer.transport.abort()
                return
            await asyncio.sleep(LOOK_SECONDS)


def _understood(line: bytes) -> tuple[str, str, str]:
    """Verb, what it takes, and what is wrong with the line (empty when nothing is)."""
    try:
        asked = json.loads(line)
        verb, of = asked["do"], asked.get("of", "")
        if not isinstance(verb, str) or not isinstance(of, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", "", 'one line of JSON, please: {"do": "pick", "of": "2"}'
    if verb in (LOOK, FOLLOW):
        return verb, "", ""
    try:
        checked = order((verb, of))
    except BadOrder as problem:
        return "", "", str(problem)
    return checked["do"], checked["of"], ""


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told).encode() + b"\n"


def _listening(folder: str, call_id: str) -> tuple[socket.socket, str]:
    """A socket that listens before it has its name: who sweeps finds nothing there that does not answer."""
    path, half = path_of(folder, call_id), path_of(folder, f".{call_id}")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(half)
        listening.bind(half)
        os.chmod(half, 0o600)
        listening.listen(CLIENTS)
        os.rename(half, path)
    except OSError as problem:
        listening.close()
        raise NoSocketFolder(f"{folder}: {problem.strerror or problem}") from problem
    listening.setblocking(False)
    return listening, path


TEXT_LIMIT = 400
"""Characters of a text that a passive display can show."""


def door_of(shown: ControlledCall, on_turn: OnTurn) -> ControlServer:
    """The way into a running call from outside; `on_turn` has something run in order with its keys."""
    return ControlServer(lambda verb, of: do(shown, verb, of), lambda: look(shown), on_turn)


async def let_in(screen: LiveScreen) -> None:
    """Open the screen's door, or have it say why nobody can come in: the call goes on without."""
    if screen.over:
        return
    screen.door = door_of(screen, screen.call_next)
    try:
        await screen.door.open((*session_folders(), *_beside_the_calls(screen)), screen.call.file.id)
    except NoSocketFolder as problem:
        screen.say(f"salesnerd send cannot reach this call: {problem}")


def _beside_the_calls(screen: LiveScreen) -> tuple[str, ...]:
    return (beside(str(screen.service.notebook.folder)),)


def do(shown: ControlledCall, verb: str, of: str) -> None:
    """Raises `CannotAct` with why not, which is shown as well."""
    if shown.over:
        raise CannotAct("that call is over")
    try:
        act(shown, verb, of)
    except CannotAct as refusal:
        shown.say(str(refusal))
        raise
    shown.said = ""
    shown.changed()


def look(shown: ControlledCall) -> dict[str, Any]:
    """What a passive display shows, as plain values. A hidden call shows its clock and nothing else."""
    seconds = int(shown.call.clock())
    seen: dict[str, Any] = {"call": shown.call.file.id, "seconds": seconds, "hidden": shown.panicked}
    if shown.panicked:
        return seen
    view, talk, trouble = shown.view, shown.session.coach.talk, shown.trouble()
    cue, offer = shown.session.state.cue, offered(shown.session.offers, shown.holder)
    seen |= {
        "holder": str(shown.holder),
        "paused": shown.call.clock.paused,
        "share": None if talk.share is None else round(talk.share * 100),
        "done": view.done,
        "total": view.total,
        "late": view.late,
        "account": _short(view.account),
        "people": [_short(each) for each in view.people[:4]],
        "question": _short(view.prompt.text),
        "kind": str(view.prompt.kind),
        "must": view.prompt.must,
        "choices": [_short(each.label) for each in view.prompt.choices[:9]],
        "tap": None
        if cue is None
        else {
            "kind": str(cue.kind),
            "words": _short(cue.words),
            "because": _short(cue.because),
            "ready": _short(plain_words(cue) or cue.ready),
        },
        "offer": _short(offer.plain) if offer is not None else "",
        "trouble": None if trouble is None else {"words": _short(trouble.words), "bad": trouble.bad},
    }
    return seen


def _short(text: str) -> str:
    return one_line(text[: TEXT_LIMIT * 2])[:TEXT_LIMIT]
