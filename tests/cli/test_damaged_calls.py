"""Damaged calls are reported on one line each by every command that reads them."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui.call.events import Mode, Noted, NoteKind, Place, Started
from salesnerd_tui.cli import main
from salesnerd_tui.storage.call_store import CallStore

BEGAN = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
STARTED = Started(0.0, "first_call", "First call", "d", Mode.LIVE, Place("why"), BEGAN.isoformat(), "Umbra", ("Ines",))


def keep_call(folder: Path, *texts: str) -> Path:
    with CallStore(folder).create(BEGAN, "Umbra") as call:
        notes = [Noted(float(at), text) for at, text in enumerate(texts, 1)]
        call.save([STARTED, Noted(0.5, "a diagram for Ines", NoteKind.PROMISE), *notes], lambda _: None)
    return folder / "calls" / f"{call.id}.json"


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """Two calls, one without its last three lines."""
    keep_call(tmp_path, "the batch job dies at night")
    path = keep_call(tmp_path, "the batch job again", "and the invoice run", "the audit in May")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-6]))
    return path


@pytest.mark.parametrize(
    "words", [["calls", "search", "batch"], ["trends"], ["promises"], ["calls", "show", "last"]], ids=" ".join
)
def test_a_damaged_call_is_named_in_one_line(words: list[str], cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if words[-1] == "last":
        words = [*words[:-1], cut.stem]
    main([*words, "--data", str(cut.parent.parent)])
    output = [line for line in capsys.readouterr().err.splitlines() if "damaged" in line]
    assert any(cut.stem in line for line in output), output
    assert sum(cut.stem in line and "is damaged" in line for line in output) == 1


def test_a_line_missing_in_the_middle_is_named_by_search(tmp_path: Path, run: Run) -> None:
    path = keep_call(tmp_path, "the ledger", "the second ledger", "the third ledger")
    path.write_bytes(b"".join(line for line in path.read_bytes().splitlines(keepends=True) if b"second" not in line))
    assert f"call {path.stem} is damaged" in run("calls", "search", "ledger", "--data", str(tmp_path)).err


def test_the_doctor_reads_every_call_and_counts_the_damaged(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--data", str(cut.parent.parent)])
    out = capsys.readouterr().out
    assert "1 of 2 calls damaged or unreadable" in out
    assert cut.stem in out


def test_the_doctor_reports_that_no_call_is_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep_call(tmp_path, "one")
    main(["doctor", "--data", str(tmp_path)])
    assert "1 call read in full, none damaged" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["calls", "list"], ["calls", "search", "x"], ["trends"], ["promises"], ["settings"]])
def test_a_file_in_place_of_the_calls_folder_is_one_line(words: list[str], tmp_path: Path, run: Run) -> None:
    (tmp_path / "calls").write_text("no folder")
    (line,) = run(*words, "--data", str(tmp_path), status=1).err.splitlines()
    assert "cannot be used" in line


def test_the_doctor_reports_a_file_in_place_of_the_calls_folder(tmp_path: Path, run: Run) -> None:
    (tmp_path / "calls").write_text("no folder")
    assert re.search(r"calls +.*cannot be used", run("doctor", "--data", str(tmp_path), status=1).out)


def test_an_unreadable_calls_folder_is_reported(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_call(tmp_path, "one")
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path).endswith("calls"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    for words in (["calls", "list"], ["calls", "search", "one"], ["trends"], ["promises"]):
        assert "permissions" in run(*words, "--data", str(tmp_path), status=1).err
    assert main(["doctor", "--data", str(tmp_path)]) == 1


@pytest.mark.parametrize("make", ["huge", "pipe", "folder", "device"])
def test_something_else_in_place_of_a_call_is_reported_at_once(
    make: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")  # the problem names the file, whose path may be long
    keep_call(tmp_path, "a word about brakes")
    odd = tmp_path / "calls" / "2026-03-04T1000-0dd0dd00.json"
    if make == "huge":
        with odd.open("wb") as file:
            file.truncate(300 << 20)
    elif make == "pipe":
        os.mkfifo(odd)
    elif make == "folder":
        odd.mkdir()
    else:
        odd.symlink_to("/dev/zero")
    assert "cannot be read" in run("calls", "list", "--data", str(tmp_path)).out
    assert odd.stem in run("calls", "search", "brakes", "--data", str(tmp_path)).err
