"""`salesnerd send` from the shell: few words, parsed by hand, and almost nothing loaded."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui.cli import main

pytest_plugins = ["running_call"]

LOADED_BY_SEND = (
    "import sys\nfrom salesnerd_tui.cli import main\nstatus = main(sys.argv[1:])\n"
    "print(' '.join(sys.modules))\nsys.exit(status)"
)


def test_words_become_orders(did: list[tuple[str, str]]) -> None:
    assert main(["send", "next"]) == 0
    assert main(["send", "--call", "c", "pick", "2"]) == 0
    assert main(["send", "note", "two", "words"]) == 0
    assert main(["send", "note", "--call after an action"]) == 0
    assert did == [("next", ""), ("pick", "2"), ("note", "two words"), ("note", "--call after an action")]


def test_a_note_comes_from_standard_input(did: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("said by a script\n"))
    assert main(["send", "note", "-"]) == 0
    assert did == [("note", "said by a script")]


def test_a_refusal_is_one_line_and_status_1(did: list[tuple[str, str]], run: Run) -> None:
    assert run("send", "back", status=1).err == "salesnerd send: this is the first question\n"


def test_the_answer_can_be_printed_as_json(did: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "--json", "back"]) == 1
    assert json.loads(capsys.readouterr().out) == {"done": False, "why": "this is the first question"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nxt"], "unknown action 'nxt' (did you mean 'next'?)"),
        (["pick"], "pick needs an argument"),
        (["pick", "two"], "pick needs a number"),
        (["next", "please"], "takes no argument"),
        (["--cal", "x", "next"], "unknown option --cal"),
        (["--call"], "--call needs a value"),
        (["note", "x" * 60_000], "at most"),
    ],
)
def test_a_usage_error_is_explained(runtime: Path, words: list[str], message: str, run: Run) -> None:
    assert message in run("send", *words, status=2).err


def test_a_missing_call_is_reported(runtime: Path, run: Run) -> None:
    assert "no call is running" in run("send", "next", status=3).err


def test_a_key_press_imports_almost_nothing(did: list[tuple[str, str]]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED_BY_SEND, "send", "next"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"textual", "rich", "tinydb", "yaml", "platformdirs", "asyncio", "argparse", "dataclasses"}
    assert not loaded & {"pathlib", "typing_extensions", "difflib", "inspect", "unicodedata"}
    assert did == [("next", "")]
