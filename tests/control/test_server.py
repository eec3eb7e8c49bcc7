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
from salesnerd_tui.control import protocol
from salesnerd_tui.control import server as server_module
from salesnerd_tui.control.client import NoCall, ask
from salesnerd_tui.control.protocol import NoSocketFolder, sockets
from salesnerd_tui.control.server import MAX_CLIENTS, ControlServer

CALL = "2026-11-22T1400-aaaa1111"


class FakeCall:
    """Fake call that only records orders."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.seconds = 0

    def run_order(self, name: str, argument: str) -> None:
        if name == "back":
            raise CannotAct("this is the first question")
        self.done.append((name, argument))

    def read_state(self) -> dict[str, Any]:
        return {"call": CALL, "seconds": self.seconds}


@asynccontextmanager
async def running_server(
    folder: Path, call: FakeCall | None = None, call_id: str = CALL
) -> AsyncIterator[ControlServer]:
    call = call or FakeCall()
    server = ControlServer(call.run_order, call.read_state, lambda work: work())
    await server.open([str(folder)], call_id)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path is short enough for a socket, wherever the tests store their files."""
    return tmp_path_factory.mktemp("s") / "run"


async def send_order(folder: Path, order: dict[str, str], id_prefix: str = "") -> dict[str, Any]:
    return await asyncio.to_thread(ask, [str(folder)], order, id_prefix)


async def send_bytes(server: ControlServer, data: bytes) -> dict[str, Any]:
    """Send raw bytes to the call, and return its answer."""
    reader, writer = await asyncio.open_unix_connection(server.path)
    writer.write(data)
    line = await reader.readline()
    writer.close()
    answer = json.loads(line)
    assert isinstance(answer, dict)
    return answer


async def test_an_order_is_done_and_answered(folder: Path) -> None:
    call = FakeCall()
    async with running_server(folder, call):
        assert await send_order(folder, {"do": "pick", "of": "2"}) == {"done": True}
    assert call.done == [("pick", "2")]


async def test_a_refusal_has_the_message_of_the_call(folder: Path) -> None:
    async with running_server(folder):
        assert await send_order(folder, {"do": "back"}) == {"done": False, "why": "this is the first question"}


async def test_only_the_owner_can_reach_it(folder: Path) -> None:
    async with running_server(folder) as server:
        assert stat.S_IMODE(Path(server.path).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_folder_that_others_can_enter_is_made_private(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    async with running_server(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_folder_that_is_a_link_is_not_used(folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path)
    with pytest.raises(NoSocketFolder, match="not a directory"):
        async with running_server(folder):
            pass


async def test_the_next_folder_is_used_if_the_first_is_unusable(folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    server = ControlServer(FakeCall().run_order, FakeCall().read_state, lambda work: work())
    await server.open([str(blocked), str(folder)], CALL)
    assert server.path.startswith(str(folder))
    server.close()


async def test_a_call_is_reached_however_long_the_path_of_its_data_is(tmp_path: Path) -> None:
    folder = short = tmp_path / ("long" * 40)
    for _ in range(2):
        async with running_server(folder) as server:
            assert (await send_order(folder, {"do": "next"}))["done"]
            short = Path(server.path).parent
            assert stat.S_IMODE(short.stat().st_mode) == 0o700
        assert not short.exists()
        assert list(folder.iterdir()) == []
    (folder / "short").symlink_to(short)  # the system removed the temporary folder
    async with running_server(folder):
        assert (await send_order(folder, {"do": "next"}))["done"]


async def test_the_end_of_one_call_leaves_the_other_reachable(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    other = ControlServer(FakeCall().run_order, FakeCall().read_state, lambda work: work())
    async with running_server(folder):
        await other.open([str(folder)], "2026-11-22T1500-bbbb2222")
        other.close()
        assert (await send_order(folder, {"do": "next"}))["done"]
    assert list(folder.iterdir()) == []


async def test_a_short_folder_that_others_can_enter_is_not_used(tmp_path: Path) -> None:
    folder, trap = tmp_path / ("long" * 40), tmp_path / "t"
    folder.mkdir(mode=0o700)
    trap.mkdir()
    trap.chmod(0o755)
    (folder / "short").symlink_to(trap)
    async with running_server(folder) as server:
        assert Path(server.path).parent != trap


def test_two_calls_that_begin_at_once_share_a_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path / ("long" * 40))
    first = protocol.usable_folder(folder, CALL)
    read_link = protocol._linked_folder
    looks = iter([lambda path: ""])  # the link is not there yet when this call looks for it

    monkeypatch.setattr(protocol, "_linked_folder", lambda path: next(looks, read_link)(path))
    assert protocol.usable_folder(folder, CALL) == first
    assert Path(folder, protocol.SHORT_LINK).readlink() == Path(first)
    Path(first).rmdir()


async def test_a_path_too_long_for_a_socket_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "symlink", refuse)
    with pytest.raises(NoSocketFolder, match="too long"):
        async with running_server(tmp_path / ("long" * 40)):
            pass


async def test_nothing_is_left_when_the_call_is_over(folder: Path) -> None:
    async with running_server(folder):
        assert sockets([str(folder)])
    assert list(folder.iterdir()) == []
    with pytest.raises(NoCall, match="no call is running"):
        await send_order(folder, {"do": "next"})


async def test_nothing_is_left_when_the_call_ends_while_it_is_being_opened(folder: Path) -> None:
    server = ControlServer(lambda *_: None, dict, lambda work: work())
    opening = asyncio.create_task(server.open([str(folder)], CALL))
    while not sockets([str(folder)]):
        await asyncio.sleep(0)
    server.close()
    await opening
    assert sockets([str(folder)]) == []
    with pytest.raises(NoCall):
        await send_order(folder, {"do": "next"})


async def test_sockets_of_killed_programs_are_removed(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in ("old.sock", ".half.sock"):
        left = socket.socket(socket.AF_UNIX)
        left.bind(str(folder / name))
        left.close()
        os.utime(folder / name, (1, 1))
    async with running_server(folder):
        assert [path.name for path in folder.iterdir()] == [f"{CALL}.sock"]


async def test_a_dead_socket_does_not_hide_a_running_call(folder: Path) -> None:
    async with running_server(folder):
        left = socket.socket(socket.AF_UNIX)
        left.bind(str(folder / "2026-11-23T0900-dead.sock"))
        left.close()
        assert (await send_order(folder, {"do": "next"}))["done"]


async def test_the_named_call_answers_or_the_one_opened_last(folder: Path) -> None:
    first, last = FakeCall(), FakeCall()
    async with (
        running_server(folder, first, "2026-11-22T1400-aaaa"),
        running_server(folder, last, "2026-11-22T0900-bbbb"),
    ):
        os.utime(folder / "2026-11-22T1400-aaaa.sock", (1, 1))
        await send_order(folder, {"do": "next"})
        await send_order(folder, {"do": "mark"}, "2026-11-22T14")
        with pytest.raises(NoCall, match="running: 2026-11-22T0900-bbbb, 2026-11-22T1400-aaaa"):
            await send_order(folder, {"do": "next"}, "2027")
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
    call = FakeCall()
    async with running_server(folder, call) as server:
        answer = await send_bytes(server, line)
        assert answer["done"] is False
        assert answer["why"]
        assert (await send_order(folder, {"do": "next"}))["done"], "the call continues"
    assert call.done == [("next", "")]


async def test_an_endless_line_is_refused(folder: Path) -> None:
    async with running_server(folder) as server:
        assert "at most 64 KB" in (await send_bytes(server, b"x" * 200_000))["why"]


async def test_a_silent_client_is_disconnected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "ORDER_SECONDS", 0.01)
    async with running_server(folder) as server:
        reader, writer = await asyncio.open_unix_connection(server.path)
        assert await reader.read() == b""
        writer.close()


async def test_too_many_clients_are_refused_and_the_call_continues(folder: Path) -> None:
    async with running_server(folder) as server:
        crowd = [await asyncio.open_unix_connection(server.path) for _ in range(MAX_CLIENTS)]
        await until(lambda: len(server._clients) == MAX_CLIENTS)
        assert "too many" in (await send_order(folder, {"do": "next"}))["why"]
        for _, writer in crowd:
            writer.close()
            await writer.wait_closed()
        await until(lambda: not server._clients)
        assert (await send_order(folder, {"do": "next"}))["done"]


async def test_a_follower_gets_every_change_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "POLL_SECONDS", 0.001)
    call = FakeCall()
    async with running_server(folder, call) as server:
        reader, writer = await asyncio.open_unix_connection(server.path)
        writer.write(b'{"do": "follow"}\n')
        assert json.loads(await reader.readline())["seconds"] == 0
        call.seconds = 7
        assert json.loads(await reader.readline())["seconds"] == 7
        server.close()
        assert await reader.read() == b""
        writer.close()


async def test_a_follower_that_does_not_read_is_disconnected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(server_module, "HEARTBEAT_SECONDS", 0.0)
    monkeypatch.setattr(server_module, "STUCK_CLIENT_SECONDS", 0.0)

    class Chatty(FakeCall):
        def read_state(self) -> dict[str, Any]:
            self.seconds += 1
            return {"seconds": self.seconds, "words": "x" * 60_000}

    async with running_server(folder, Chatty()) as server:
        _, writer = await asyncio.open_unix_connection(server.path, limit=1024)
        writer.write(b'{"do": "follow"}\n')
        await until(lambda: len(server._clients) == 1)
        await until(lambda: not server._clients)
        writer.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)
