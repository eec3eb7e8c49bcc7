"""`salesnerd board`: read it, draw on it, show the plan."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesnerd_tui import cli
from salesnerd_tui.call.events import Answered, Mode, Place, Started
from salesnerd_tui.storage.store import CallStore

Captured = pytest.CaptureFixture[str]


class Shell:
    def __init__(self, data: Path, capsys: Captured) -> None:
        self.data = data
        self._capsys = capsys

    def board(self, *words: str, status: int = 0) -> str:
        assert cli.main(["board", *words, "--data", str(self.data)]) == status
        printed = self._capsys.readouterr()
        return printed.out + printed.err

    def keep(self, account: str = "Acme") -> None:
        began = datetime(2026, 11, 10, 10, tzinfo=UTC)
        with CallStore(self.data).create(began, account) as file:
            first = Started(0, "buying_map", "Map", "", Mode.LIVE, Place(None), began.isoformat(), account, ("Dana",))
            file.keep([first, Answered(5, "map_steps", "And then?", "the paper, then my boss")], lambda _: None)


@pytest.fixture
def shell(tmp_path: Path, capsys: Captured) -> Shell:
    return Shell(tmp_path / "data", capsys)


def test_the_board_of_an_account(shell: Shell) -> None:
    shell.keep()
    told = shell.board("acme")
    assert "○ the paper" in told
    assert "they: the paper" in told
    assert "consensus, not started" in told


def test_what_is_drawn_is_kept_and_drawn_on(shell: Shell) -> None:
    shell.keep()
    shell.board("ACME", "--step", "Privacy check; who=Omar; takes=3 weeks; after=the paper", "--job", "problem=done")
    told = shell.board("Acme", "--done", "the pap", "--theirs", "Omar reads it; by=15 December", "--date", "2027-03-31")
    assert "✓ the paper" in told
    assert "○ Privacy check  (Omar · 3 weeks)".replace("  ", " ") in told
    assert "✓ problem, done" in told
    assert "they: Omar reads it, 15 December" in told
    assert "○ my boss" not in shell.board("Acme", "--drop", "my boss")
    assert "○ my boss" in shell.board("Acme", "--step", "my boss")
    boards = [each for each in CallStore(shell.data).summaries() if each.mode is Mode.BOARD]
    assert len(boards) == 1


def test_json_and_the_plan(shell: Shell, tmp_path: Path) -> None:
    shell.keep()
    shell.board("Acme", "--mine", "Send the contract", "--date", "2027-03-31")
    found = json.loads(shell.board("Acme", "--json"))
    assert found["in_use_on"] == "2027-03-31"
    assert found["ahead"] == ["Your next step is about their choice, which they have not begun."]
    target = tmp_path / "plan.md"
    shell.board("Acme", "--plan", "--out", str(target))
    assert "# The way to Acme's decision" in target.read_text()
    assert "not started" not in target.read_text()


def test_accounts_are_listed_without_a_name(shell: Shell) -> None:
    assert "no call with an account" in shell.board(status=1)
    shell.keep()
    shell.keep("Globex")
    assert set(shell.board().split()) == {"Acme", "Globex"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("Nobody",), "nothing is kept with 'Nobody' yet; there is Acme"),
        (("Acme", "--job", "problem=later"), "then = and one of done, in_progress, open"),
        (("Acme", "--step", "x; colour=red"), "none of who=…"),
        (("Acme", "--step", "; who=x"), "nothing named"),
        (("Acme", "--done", "nowhere"), "nothing on the board is called 'nowhere'"),
        (("Acme", "--step", "x" * 600), "longer than 500"),
    ],
)
def test_what_cannot_be_drawn_says_why(shell: Shell, words: tuple[str, ...], why: str) -> None:
    shell.keep()
    assert why in shell.board(*words, status=1)


def test_a_board_is_no_call_to_go_on_with(shell: Shell) -> None:
    shell.board("Acme", "--theirs", "Dana asks the CFO")
    assert CallStore(shell.data).interrupted() == []
    assert "Dana asks the CFO" in shell.board("acme")
