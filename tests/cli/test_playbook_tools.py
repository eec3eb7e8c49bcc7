"""The tools around a playbook that walk it: map, test, play."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from salesnerd_tui.cli import playbook

MINE = """
playbook: Mine
agenda:
  - ask: What happened?
    id: trigger
    answers: {Something broke: When?, Nothing: {say: Thank you., end: friends}}
  - ask: What did it cost?
    id: cost
outcomes:
  friends: {decision: no-go, record: [reason]}
rehearsal:
  dana: {who: Dana, says: {trigger: The auditor came.}, ends: friends}
tests:
  - it: lets them go
    picks: {trigger: Nothing}
    ends: friends
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    return str(path)


def test_a_map_for_the_terminal_and_for_mermaid(mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert playbook.main(["map", mine]) == 0
    assert "trigger: What happened?" in capsys.readouterr().out
    assert playbook.main(["map", mine, "--mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart TD")


def test_a_failed_walk_and_what_nobody_visits_are_told(mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert playbook.main(["test", mine]) == 1
    told = capsys.readouterr().out
    assert "mine: 1 passed, 1 failed" in told
    assert "ends with nothing decided, not with friends" in told
    assert "never visited, answers: trigger: Something broke" in told


def test_the_same_for_programs(mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    playbook.main(["test", mine, "--json"])
    (report,) = json.loads(capsys.readouterr().out)
    assert [test["passed"] for test in report["tests"]] == [True, False]
    assert report["never_visited"] == {"answers": ["trigger: Something broke"]}


def test_strict_minds_what_nobody_visits(mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(mine).read_text().replace("ends: friends}\ntests", "}\ntests")
    Path(mine).write_text(text)
    assert playbook.main(["test", mine]) == 0
    assert playbook.main(["test", mine, "--strict"]) == 1


def test_a_playbook_without_tests_is_told_where_they_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = tmp_path / "bare.yaml"
    bare.write_text("playbook: Bare\nagenda:\n  - ask: What happened?\n    id: trigger\n")
    assert playbook.main(["test", str(bare)]) == 0
    assert "no tests and no buyer yet" in capsys.readouterr().out


def test_a_broken_playbook_is_refused_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("playbook: Broken\nagenda:\n  - aks: What happened?\n")
    for verb in ("map", "test", "play"):
        assert playbook.main([verb, str(broken)]) == 1
        assert "broken.yaml:3" in capsys.readouterr().err


def played(mine: str, monkeypatch: pytest.MonkeyPatch, script: str, *options: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(script))
    return playbook.main(["play", mine, *options])


def test_a_walk_from_a_script(mine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert played(mine, monkeypatch, "1\nit was Tuesday\nn\nb\nu\n2\n?\nn\nq\n", "--buyer", "dana") == 0
    told = capsys.readouterr().out
    assert "dana: “The auditor came.”" in told
    assert "[trigger] When?" in told
    assert "[cost] What did it cost?" in told
    assert "✗ no numbered answers here" in told
    assert "n next" in told


def test_a_walk_can_begin_anywhere_and_reach_the_end(
    mine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert played(mine, monkeypatch, "j trigger\n2\nn\n\n", "--at", "cost") == 0
    assert "ends: friends" in capsys.readouterr().out


def test_a_walk_that_cannot_begin_says_why(
    mine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert played(mine, monkeypatch, "", "--at", "cots") == 2
    assert "no question 'cots'" in capsys.readouterr().out
    assert played(mine, monkeypatch, "", "--buyer", "dan") == 2
    assert "there is dana" in capsys.readouterr().err


def test_prep_and_call_can_both_be_walked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert played("rfp_landed", monkeypatch, "prep\n1\ncall\n") == 0
    assert "[rfp_author]" in capsys.readouterr().out
