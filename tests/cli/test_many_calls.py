"""Commands with very many calls: short lists on a terminal, progress, the search cache."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui.cli import calls
from salesnerd_tui.cli.call_lookup import fill_cache
from salesnerd_tui.cli.calls import main
from salesnerd_tui.storage.call_store import CallStore


class Screen(io.StringIO):
    """Stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


class Unindexed(CallStore):
    """Store with calls missing in the search cache, of which each step adds some."""

    def __init__(self, folder: Path, missing: int, taken: int) -> None:
        super().__init__(folder)
        self.missing = missing
        self.taken = taken

    def update_cache(self, *_: object, **__: object) -> int:
        self.missing = max(self.missing - self.taken, 0)
        return self.missing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for hour in range(5):
        CallStore(tmp_path).create(datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour), f"A{hour}").close()
    return tmp_path


def test_a_terminal_gets_the_newest_and_the_number_of_older_calls(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "DEFAULT_LIMIT", 2)
    shown = Screen()
    monkeypatch.setattr("sys.stdout", shown)
    assert main(["list", "--data", str(folder)]) == 0
    assert "A4" in shown.getvalue()
    assert "A2" not in shown.getvalue()
    assert "and 3 older calls (list all with --limit 0" in shown.getvalue()


@pytest.mark.parametrize(("words", "count"), [([], 5), (["--limit", "0"], 5), (["--limit", "3"], 3)])
def test_a_pipe_gets_as_many_calls_as_requested(folder: Path, words: list[str], count: int, run: Run) -> None:
    assert len(run("calls", "list", "--data", str(folder), *words).out.splitlines()) == count


def test_the_cache_is_completed_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    book = Unindexed(tmp_path, 1_000, 300)
    fill_cache(book)
    assert book.missing == 0
    assert "adding 700 calls to the search cache" in screen.getvalue()
    assert screen.getvalue().endswith("\033[K"), "the line is taken away again"


def test_a_script_waits_only_briefly_for_the_cache(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = Unindexed(tmp_path, 1_000, 300)
    fill_cache(book)
    assert book.missing == 700
    assert capsys.readouterr().err == ""


def test_a_cache_that_cannot_be_written_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Screen())
    book = Unindexed(tmp_path, 1_000, 0)
    fill_cache(book)
    assert book.missing == 1_000
