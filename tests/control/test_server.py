"""Control of a running call: the orders it accepts and refuses, and that no client can make it wait."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.control import protocol as socket_folders
from salesnerd_tui.control import server as doors
from salesnerd_tui.control.client import NoCall, ask
from salesnerd_tui.control.protocol import NoSocketFolder, sockets
from salesnerd_tui.control.server import MAX_CLIENTS, ControlServer

CALL = "2026-11-22T1400-aaaa1111"


class Played:
    """Fake call that only records orders."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.seconds = 0

    def do(self, verb: str, of: str) -> None:
        if verb == "back":
            raise CannotAct("this is the first question")
        self.done.append((verb, of))

    def look(self) -> dict[str, Any]:
        return {"call": CALL, "seconds": self.seconds}


@asynccontextmanager
async def opened(folder: Path, played: Played | None = None, call: str = CALL) -> AsyncIterator[ControlServer]:
    played = played or Played()
    door = ControlServer(played.do, played.look, lambda work: work())
    await door.open([str(folder)], call)
    try:
        yield door
    finally:
        door.close()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path is short enough for a socket, wherever the tests store their files."""
    return tmp_path_factory.mktemp("s") / "run"


async def asked(folder: Path, order: dict[str, str], call: str = "") -> dict[str, Any]:
    return await asyncio.to_thread(ask, [str(folder)], order, call)


async def sent(door: ControlServer, data: bytes) -> dict[str, Any]:
    """Send raw bytes to the call, and return its answer."""
    reader, writer = await asyncio.open_unix_connection(door.path)
    writer.write(data)
    line = await reader.readline()
    writer.close()
    answer = json.loads(line)
    assert isinstance(answer, dict)
    return answer


async def test_an_order_is_done_and_answered(folder: Path) -> None:
    played = Played()
    async with opened(folder, played):
        assert await asked(folder, {"do": "pick", "of": "2"}) == {"done": True}
    assert played.done == [("pick", "2")]


async def test_a_refusal_has_the_message_of_the_call(folder: Path) -> None:
    async with opened(folder):
        assert await asked(folder, {"do": "back"}) == {"done": False, "why": "this is the first question"}


async def test_only_the_owner_can_reach_it(folder: Path) -> None:
    async with opened(folder) as door:
        assert stat.S_IMODE(Path(door.path).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_folder_that_others_can_enter_is_made_private(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    async with opened(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_folder_that_is_a_link_is_not_used(folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path)
    with pytest.raises(NoSocketFolder, match="not a directory"):
        async with opened(folder):
            pass


async def test_the_next_folder_is_used_if_the_first_is_unusable(folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    door = ControlServer(Played().do, Played().look, lambda work: work())
    await door.open([str(blocked), str(folder)], CALL)
    assert door.path.startswith(str(folder))
    door.close()


async def test_a_call_is_reached_however_long_the_path_of_its_data_is(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    for _ in range(2):
        async with opened(folder) as door:
            assert (await asked(folder, {"do": "next"}))["done"]
            short = Path(door.path).parent
            assert stat.S_IMODE(short.stat().st_mode) == 0o700
        assert not short.exists()
        assert list(folder.iterdir()) == []
    (folder / "short").symlink_to(short)  # the system removed the temporary folder
    async with opened(folder):
        assert (await asked(folder, {"do": "next"}))["done"]


async def test_the_end_of_one_call_leaves_the_other_reachable(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    other = ControlServer(Played().do, Played().look, lambda work: work())
    async with opened(folder):
        await other.open([str(folder)], "2026-11-22T1500-bbbb2222")
        other.close()
        assert (await asked(folder, {"do": "next"}))["done"]
    assert list(folder.iterdir()) == []


async def test_a_short_folder_that_others_can_enter_is_not_used(tmp_path: Path) -> None:
    folder, trap = tmp_path / ("long" * 40), tmp_path / "t"
    folder.mkdir(mode=0o700)
    trap.mkdir()
    trap.chmod(0o755)
    (folder / "short").symlink_to(trap)
    async with opened(folder) as door:
        assert Path(door.path).parent != trap


def test_two_calls_that_begin_at_once_share_a_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path / ("long" * 40))
    first = socket_folders.usable_folder(folder, CALL)
    known = socket_folders._linked_folder
    looks = iter([lambda path: ""])  # the link is not there yet when this call looks for it

    monkeypatch.setattr(socket_folders, "_linked_folder", lambda path: next(looks, known)(path))
    assert socket_folders.usable_folder(folder, CALL) == first
    assert Path(folder, socket_folders.SHORT_LINK).readlink() == Path(first)
    Path(first).rmdir()


async def test_a_path_too_long_for_a_socket_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "symlink", refuse)
    with pytest.raises(NoSocketFolder, match="too long"):
        async with opened(tmp_path / ("long" * 40)):
            pass


async def test_nothing_is_left_when_the_call_is_over(folder: Path) -> None:
    async with opened(folder):
        assert sockets([str(folder)])
    assert list(folder.iterdir()) == []
    with pytest.raises(NoCall, match="no call is running"):
        await asked(folder, {"do": "next"})


async def test_nothing_is_left_when_the_call_ends_while_it_is_being_opened(folder: Path) -> None:
    door = ControlServer(lambda *_: None, dict, lambda work: work())
    opening = asyncio.create_task(door.open([str(folder)], CALL))
    while not sockets([str(folder)]):
        await asyncio.sleep(0)
    door.close()
    await opening
    assert sockets([str(folder)]) == []
    with pytest.raises(NoCall):
        await asked(folder, {"do": "next"})


async def test_sockets_of_killed_programs_are_removed(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in ("old.sock", ".half.sock"):
        left = socket.socket(socket.AF_UNIX)
        left.bind(str(folder / name))
        left.close()
        os.utime(folder / name, (1, 1))
    async with opened(folder):
        assert [path.name for path in folder.iterdir()] == [f"{CALL}.sock"]


async def test_a_dead_socket_does_not_hide_a_running_call(folder: Path) -> None:
    async with opened(folder):
        left = socket.socket(socket.AF_UNIX)
        left.bind(str(folder / "2026-11-23T0900-dead.sock"))
        left.close()
        assert (await asked(folder, {"do": "next"}))["done"]


async def test_the_named_call_answers_or_the_one_opened_last(folder: Path) -> None:
    first, last = Played(), Played()
    async with opened(folder, first, "2026-11-22T1400-aaaa"), opened(folder, last, "2026-11-22T0900-bbbb"):
        os.utime(folder / "2026-11-22T1400-aaaa.sock", (1, 1))
        await asked(folder, {"do": "next"})
        await asked(folder, {"do": "mark"}, "2026-11-22T14")
        with pytest.raises(NoCall, match="running: 2026-11-22T0900-bbbb, 2026-11-22T1400-aaaa"):
            await asked(folder, {"do": "next"}, "2027")
    assert (last.done, first.done) == ([("next", "")], [("mark", "")])


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"next\n",
        b"[]\n",
        b'{"do": 1}\n',
        b'{"do": "next", "of": []}\n',
        b"\xff\xfe\x00\n",
        b"[" * 30_000 + b"\n",
        b'{"do": "rm", "of": "-rf"}\n',
        b'{"do": "pick", "of": "-1"}\n',
        b'{"do": "note"}\n',
    ],
)
async def test_an_invalid_order_is_answered_with_an_example(folder: Path, line: bytes) -> None:
    played = Played()
    async with opened(folder, played) as door:
        answer = await sent(door, line)
        assert answer["done"] is False
        assert answer["why"]
        assert (await asked(folder, {"do": "next"}))["done"], "the call continues"
    assert played.done == [("next", "")]


async def test_an_endless_line_is_refused(folder: Path) -> None:
    async with opened(folder) as door:
        assert "at most 64 KB" in (await sent(door, b"x" * 200_000))["why"]


async def test_a_silent_client_is_disconnected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "ORDER_SECONDS", 0.01)
    async with opened(folder) as door:
        reader, writer = await asyncio.open_unix_connection(door.path)
        assert await reader.read() == b""
        writer.close()


async def test_too_many_clients_are_refused_and_the_call_continues(folder: Path) -> None:
    async with opened(folder) as door:
        crowd = [await asyncio.open_unix_connection(door.path) for _ in range(MAX_CLIENTS)]
        await until(lambda: len(door._clients) == MAX_CLIENTS)
        assert "too many" in (await asked(folder, {"do": "next"}))["why"]
        for _, writer in crowd:
            writer.close()
            await writer.wait_closed()
        await until(lambda: not door._clients)
        assert (await asked(folder, {"do": "next"}))["done"]


async def test_a_follower_gets_every_change_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "POLL_SECONDS", 0.001)
    played = Played()
    async with opened(folder, played) as door:
        reader, writer = await asyncio.open_unix_connection(door.path)
        writer.write(b'{"do": "follow"}\n')
        assert json.loads(await reader.readline())["seconds"] == 0
        played.seconds = 7
        assert json.loads(await reader.readline())["seconds"] == 7
        door.close()
        assert await reader.read() == b""
        writer.close()


async def test_a_follower_that_does_not_read_is_disconnected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(doors, "HEARTBEAT_SECONDS", 0.0)
    monkeypatch.setattr(doors, "STUCK_CLIENT_SECONDS", 0.0)

    class Chatty(Played):
        def look(self) -> dict[str, Any]:
            self.seconds += 1
            return {"seconds": self.seconds, "words": "x" * 60_000}

    async with opened(folder, Chatty()) as door:
        _, writer = await asyncio.open_unix_connection(door.path, limit=1024)
        writer.write(b'{"do": "follow"}\n')
        await until(lambda: len(door._clients) == 1)
        await until(lambda: not door._clients)
        writer.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0)
