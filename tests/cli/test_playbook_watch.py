"""`lint --watch`: one cleared screen with the findings, updated at every save, until Ctrl+C."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from salesnerd_tui.cli import playbook, playbook_lint
from salesnerd_tui.cli.playbook_lint import WatchEnvironment, screenful, watch
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.linter import lint_files
from salesnerd_tui.playbook.yaml_writer import SCHEMA_FILE

GOOD = "playbook: Mine\nagenda:\n  - ask: What happened?\n    id: trigger\noutcomes:\n" + "".join(
    f"  {name}: {{decision: {name}, capture: [{name[0]}_date]}}\n" for name in ("go",)
)
BAD = GOOD.replace("ask:", "aks:")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    (tmp_path / "mine.yaml").write_text(GOOD)
    return tmp_path


def watched(*saves: Callable[[], object], names: tuple[str, ...] = ()) -> int:
    """Watch during saves that are two seconds apart on the fake clock, then press Ctrl+C."""
    clock = 0.0
    waiting = list(saves)

    def pause(seconds: float) -> None:
        nonlocal clock
        clock += seconds
        if clock % 2.0 < seconds:
            if not waiting:
                raise KeyboardInterrupt
            waiting.pop(0)()

    return watch(
        names, environment=WatchEnvironment(lambda: clock, pause, lambda: 24, lambda: datetime(2026, 11, 22, 9, 30))
    )


def test_a_save_is_checked_and_ctrl_c_ends_it(folder: Path, capsys: Captured) -> None:
    path = folder / "mine.yaml"
    assert watched(lambda: path.write_text(BAD), lambda: path.write_text(GOOD)) == 0
    output = capsys.readouterr().out
    assert output.count("09:30:00 · 1 file:") == 3
    assert output.count("did you mean 'ask'?") == 1


def test_a_file_that_comes_later_is_checked_too(folder: Path, capsys: Captured) -> None:
    watched(lambda: (folder / "other.yaml").write_text(BAD))
    output = capsys.readouterr().out
    assert "2 files:" in output
    assert "other.yaml:3" in output


def test_what_a_playbook_stands_on_is_watched_as_well(folder: Path, capsys: Captured) -> None:
    (folder / "words.yaml").write_text("library: Words\ncoach: {never_say: [cheap]}\n")
    (folder / "mine.yaml").write_text(GOOD + "use: [words]\n")
    watched(lambda: (folder / "words.yaml").write_text("library: Words\ndirft: {}\n"), names=("mine",))
    assert "words.yaml:2" in capsys.readouterr().out


def test_the_editors_completion_follows_a_save(folder: Path, capsys: Captured) -> None:
    (folder / SCHEMA_FILE).write_text("{}")
    watched(lambda: (folder / "mine.yaml").write_text(GOOD.replace("trigger", "why_now")))
    assert '"const": "why_now"' in (folder / SCHEMA_FILE).read_text()


def test_on_a_terminal_the_screen_is_cleared_first(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    watched()
    assert capsys.readouterr().out.startswith("\x1b[H\x1b[2J")


def test_a_screen_holds_the_worst_findings_and_counts_the_rest(folder: Path) -> None:
    many = "".join(f"  - ask: Do you like part {n}?\n    id: part_{n}\n    di: x\n" for n in range(20))
    (folder / "mine.yaml").write_text("playbook: Mine\nagenda:\n" + many)
    lines = screenful(lint_files(["mine"], Library()), 24, "09:30:00")
    assert len(lines) <= 23
    assert "error[P111]" in lines[0]
    assert lines[-1].startswith("09:30:00 · 1 file: 20 errors")
    assert "16 more" in lines[-1]


def test_lint_takes_the_option(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def watching(names: list[str], all_advice: bool) -> int:
        seen.append((names, all_advice))
        return 0

    monkeypatch.setattr(playbook_lint, "watch", watching)
    assert playbook.main(["lint", "mine", "--watch", "--all-advice"]) == 0
    assert seen == [(["mine"], True)]
