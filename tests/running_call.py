"""Running call for tests of its clients: it listens on a socket and records the orders."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.control.server import ControlServer

Status = dict[str, object]

STATUS: Status = {
    "call": "2026-11-22T1400-aaaa1111",
    "seconds": 1421,
    "hidden": False,
    "speaker": "me",
    "paused": False,
    "share": 38,
    "done": 6,
    "total": 14,
    "account": "Acme",
    "question": "What happened that made you look at this now?",
    "choices": ["Something broke", "My boss asked", "Just looking"],
    "tap": {"kind": "over-explaining", "words": "Ask, don't tell", "reason": "48 s on features, nobody asked"},
    "warning": None,
}


@pytest.fixture
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use a private runtime folder, so that no real running call is reached."""
    folder = tmp_path_factory.mktemp("x")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("SALESNERD_DATA", str(folder / "data"))
    return folder / "salesnerd"


@pytest.fixture
def seen() -> Status:
    """The state that the running call shows."""
    return dict(STATUS)


@pytest.fixture
def did(runtime: Path, seen: Status) -> Iterator[list[tuple[str, str]]]:
    """Run a call on its own thread, and yield the recorded orders."""
    done: list[tuple[str, str]] = []
    ready, over = threading.Event(), threading.Event()

    def do(command: str, of: str) -> None:
        if command == "back":
            raise CannotAct("this is the first question")
        done.append((command, of))

    async def listen() -> None:
        door = ControlServer(do, lambda: seen, lambda work: work())
        await door.open([str(runtime)], "c1")
        ready.set()
        await asyncio.to_thread(over.wait)
        door.close()

    thread = threading.Thread(target=asyncio.run, args=(listen(),))
    thread.start()
    assert ready.wait(10)
    yield done
    over.set()
    thread.join()
