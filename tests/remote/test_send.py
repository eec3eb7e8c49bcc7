"""`salesnerd send` from the shell: few words, read by hand, and nearly nothing loaded."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesnerd_tui.call.moves import CannotAct
from salesnerd_tui.cli import main
from salesnerd_tui.ui.remote.door import Door

LOADED_BY_SEND = (
    "import sys\nfrom salesnerd_tui.cli import main\nstatus = main(sys.argv[1:])\n"
    "print(' '.join(sys.modules))\nsys.exit(status)"
)


@pytest.fixture
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session of its own, so that no running call of the person at this machine is reached."""
    folder = tmp_path_factory.mktemp("x")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("SALESNERD_DATA", str(folder / "data"))
    return folder / "salesnerd"


@pytest.fixture
def did(runtime: Path) -> Iterator[list[tuple[str, str]]]:
    """A call that listens on a thread of its own, and what was asked of it."""
    done: list[tuple[str, str]] = []
    ready, over = threading.Event(), threading.Event()

    def do(verb: str, of: str) -> None:
        if verb == "back":
            raise CannotAct("this is the first question")
        done.append((verb, of))

    async def listen() -> None:
        door = Door(do, lambda: {"call": "c1", "seconds": 5}, lambda work: work())
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


def test_words_become_orders(did: list[tuple[str, str]]) -> None:
    assert main(["send", "next"]) == 0
    assert main(["send", "--call", "c", "pick", "2"]) == 0
    assert main(["send", "note", "two", "words"]) == 0
    assert main(["send", "note", "--call is no option here"]) == 0
    assert did == [("next", ""), ("pick", "2"), ("note", "two words"), ("note", "--call is no option here")]


def test_a_note_comes_from_standard_input(did: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("said by a script\n"))
    assert main(["send", "note", "-"]) == 0
    assert did == [("note", "said by a script")]


def test_a_refusal_is_one_line_and_status_1(did: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "back"]) == 1
    assert capsys.readouterr().err == "salesnerd send: this is the first question\n"


def test_the_answer_can_be_had_as_json(did: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "--json", "back"]) == 1
    assert json.loads(capsys.readouterr().out) == {"done": False, "why": "this is the first question"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nxt"], "did you mean 'next'?"),
        (["pick"], "pick needs something"),
        (["pick", "two"], "pick needs the number"),
        (["next", "please"], "takes nothing more"),
        (["--cal", "x", "next"], "there is no option --cal"),
        (["--call"], "--call needs a value"),
        (["note", "x" * 60_000], "at most"),
    ],
)
def test_used_wrongly_it_says_how(
    runtime: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", *words]) == 2
    assert told in capsys.readouterr().err


def test_without_a_call_it_says_so(runtime: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "next"]) == 3
    assert "no call is running" in capsys.readouterr().err


def test_a_key_press_loads_next_to_nothing(did: list[tuple[str, str]]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED_BY_SEND, "send", "next"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"textual", "rich", "tinydb", "yaml", "platformdirs", "asyncio", "argparse", "dataclasses"}
    assert not loaded & {"pathlib", "typing_extensions", "difflib", "inspect", "unicodedata"}
    assert did == [("next", "")]
