"""Output for other programs: valid JSON with every character, even if there is nothing to list."""

from __future__ import annotations

import importlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from invented_calls import Call, keep
from salesnerd_tui.call.events import Mode, NoteKind, Place, Started
from salesnerd_tui.cli.output import print_data
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.text import LINE_LIMIT, clean

LONG = "I will send the list " + "of every single invoice " * (LINE_LIMIT // 12) + "until the last one"


def run(command: str, *words: str) -> int:
    module = importlib.import_module(f"salesnerd_tui.cli.{command}")
    status: int = module.main(list(words))
    return status


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def long_call(tmp_path: Path) -> Path:
    """Return a folder with one call that has a long note, promise, answer and sentence."""
    call = Call(people=(f"Dana {LONG}",)).noted(10, LONG).noted(20, f"{LONG} by 2026-12-24", NoteKind.PROMISE)
    call.answered(30, "trigger", "What happened?", LONG).they_say(40, 50, LONG)
    keep(tmp_path / "data", call.events, account="Northwind")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("calls", ["show", "last", "--json"]),
        ("calls", ["export", "last", "--format", "json"]),
        ("calls", ["search", "invoice", "--json"]),
        ("promises", ["--json"]),
        ("account", ["Northwind Clinic", "--json"]),
        ("prep", ["--account", "Northwind Clinic", "--json"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_long_text_is_whole_in_every_json(
    command: str, words: list[str], long_call: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, *words, "--data", str(long_call)) == 0
    assert LONG in json.dumps(printed(capsys))


@pytest.mark.parametrize("command", ["calls", "trends"])
def test_lists_of_calls_are_json_however_long_their_people_are_called(
    command: str, long_call: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["list", "--json"] if command == "calls" else ["--json"]
    assert run(command, *words, "--data", str(long_call)) == 0
    assert printed(capsys)


def test_a_document_on_standard_output_is_not_cut(long_call: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calls", "export", "last", "--format", "md", "--data", str(long_call)) == 0
    assert capsys.readouterr().out.count("until the last one") >= 4
    assert run("calls", "export", "last", "--format", "html", "--data", str(long_call)) == 0
    assert capsys.readouterr().out.count("until the last one") >= 3
    assert run("promises", "--markdown", "--data", str(long_call)) == 0
    assert "until the last one" in capsys.readouterr().out


def test_a_line_for_people_is_still_cut() -> None:
    assert len(clean("x" * 2 * LINE_LIMIT)) == LINE_LIMIT
    assert len(clean("x" * 2 * LINE_LIMIT, whole=True)) == 2 * LINE_LIMIT


@pytest.mark.parametrize("has_store", [False, True], ids=["no folder", "an empty store"])
@pytest.mark.parametrize(
    ("command", "words", "expected"),
    [
        ("calls", ["list", "--json"], []),
        ("calls", ["list", "--json", "--account", "nobody"], []),
        ("calls", ["search", "anything", "--json"], []),
        ("promises", ["--json"], []),
        ("promises", ["--json", "--all"], []),
        ("account", ["--json"], []),
        ("account", ["Nobody", "--json"], None),
        ("prep", ["--json"], None),
        ("prep", ["--account", "Nobody", "--json"], None),
        ("trends", ["--json"], None),
        ("trends", ["--json", "--rehearsals"], None),
        ("settings", ["--json"], None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_an_empty_store_prints_an_empty_document(
    command: str,
    words: list[str],
    expected: object,
    has_store: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "data"
    if has_store:
        CallStore(folder)
    assert run(command, *words, "--data", str(folder)) == 0
    document = printed(capsys)
    assert document == expected if expected is not None else isinstance(document, dict)


def test_accounts_are_a_json_list(long_call: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("account", "--json", "--data", str(long_call)) == 0
    assert printed(capsys) == ["Northwind Clinic"]


def test_json_survives_a_terminal_without_its_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    value = {"who": "Jürgen 😀 \x1b[2J \u202e \x9b"}
    print_data(json.dumps(value, ensure_ascii=False))
    assert json.loads(raw.getvalue()) == value
    assert b"\x1b" not in raw.getvalue()


def test_preps_and_accounts_without_calls_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prep = Started(0.0, "p", "P", "", Mode.PREP, Place(None), "2026-11-20T10:00:00+00:00", "Old Mill")
    keep(tmp_path, [prep], account="Old Mill")
    assert run("calls", "list", "--json", "--data", str(tmp_path)) == 0
    assert [each["account"] for each in printed(capsys)] == ["Old Mill"]
