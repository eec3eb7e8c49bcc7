"""`salesnerd account`: show it, edit it, print the plan."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from salesnerd_tui import cli
from salesnerd_tui.call.events import Answered, Ended, Event, Mode, Place, PlanKind, PlanSet, Started
from salesnerd_tui.review.promise_ledger import all_promises
from salesnerd_tui.review.promises import PromiseStatus
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.timefmt import short_day

Captured = pytest.CaptureFixture[str]


def shown_day(day: int) -> str:
    """Return a day of November 2026 as it is shown today."""
    return short_day(date(2026, 11, day), date.today())


class Shell:
    def __init__(self, data: Path, capsys: Captured) -> None:
        self.data = data
        self._capsys = capsys

    def account(self, *words: str, status: int = 0) -> str:
        assert cli.main(["account", *words, "--data", str(self.data)]) == status
        printed = self._capsys.readouterr()
        return printed.out + printed.err

    def keep(self, account: str = "Acme", *events: Event, day: int = 10) -> None:
        began = datetime(2026, 11, day, 10, tzinfo=UTC)
        with CallStore(self.data).create(began, account) as file:
            first = Started(0, "buying_map", "Map", "", Mode.LIVE, Place(None), began.isoformat(), account, ("Dana",))
            answered = Answered(5, "map_steps", "And then?", "the paper, then my boss")
            file.save([first, answered, *events], lambda _: None)


@pytest.fixture
def shell(tmp_path: Path, capsys: Captured) -> Shell:
    return Shell(tmp_path / "data", capsys)


def test_an_account_shows_its_buying_process(shell: Shell) -> None:
    shell.keep()
    output = shell.account("acme")
    assert "○ the paper" in output
    assert "they: the paper" in output
    assert "consensus, not started" in output


def test_edits_are_stored_and_shown(shell: Shell) -> None:
    shell.keep()
    shell.account("ACME", "--step", "Privacy check; who=Omar; takes=3 weeks; after=the paper", "--job", "problem=done")
    output = shell.account(
        "Acme", "--done", "the pap", "--their-next", "Omar reads it; by=15 December", "--go-live", "2027-03-31"
    )
    assert "✓ the paper" in output
    assert "○ Privacy check  (Omar · 3 weeks)".replace("  ", " ") in output
    assert "✓ problem, done" in output
    assert "they: Omar reads it, 15 December" in output
    assert "○ my boss" not in shell.account("Acme", "--remove", "my boss")
    assert "○ my boss" in shell.account("Acme", "--step", "my boss")
    edited = [each for each in CallStore(shell.data).summaries() if each.mode is Mode.ACCOUNT]
    assert len(edited) == 1


def test_json_and_the_plan(shell: Shell, tmp_path: Path) -> None:
    shell.keep()
    shell.account("Acme", "--our-next", "Send the contract", "--go-live", "2027-03-31")
    process = json.loads(shell.account("Acme", "--json"))
    assert process["go_live_on"] == "2027-03-31"
    assert process["our_next"]["text"] == "Send the contract"
    assert process["ahead"] == ["Your next step is about their choice, which they have not started."]
    target = tmp_path / "plan.md"
    shell.account("Acme", "--plan", "--out", str(target))
    assert "# Plan for Acme" in target.read_text()
    assert "not started" not in target.read_text()


def test_accounts_are_listed_without_a_name(shell: Shell) -> None:
    assert "no call with an account" in shell.account(status=1)
    shell.keep()
    shell.keep("Globex")
    assert set(shell.account().split()) == {"Acme", "Globex"}


def test_a_next_step_that_is_done_is_a_kept_promise(shell: Shell) -> None:
    both = {"our_part": "Send the plan", "their_part": "Open the mailbox"}
    shell.keep("Acme", Ended(60, "map_agreed", "go", both))
    output = shell.account("Acme", "--done", "Send the plan")
    assert "you: no next step" in output
    assert "they: Open the mailbox" in output
    store = CallStore(shell.data)
    assert {each.promise.text: each.status for each in all_promises(store, date(2026, 11, 20))} == {
        "Send the plan": PromiseStatus.KEPT,
        "Open the mailbox": PromiseStatus.OPEN,
    }


def test_a_part_of_the_name_is_enough_to_read_but_not_to_edit(shell: Shell) -> None:
    shell.keep("Halden Rail")
    shell.keep("Orsini Foods")
    assert shell.account("halden").startswith("Halden Rail · buying process · 1 call\n")
    assert json.loads(shell.account("rail", "--json"))["account"] == "Halden Rail"
    assert "nothing stored about 'i'" in shell.account("i", status=1), "two accounts have that letter"
    shell.account("Halden", "--our-next", "Send the contract")
    assert "Halden\n" in shell.account(), "a new account"
    assert shell.account("Halden").startswith("Halden · buying process · 0 calls")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("Nobody",), "nothing stored about 'Nobody' yet; known accounts: Acme"),
        (("Acme", "--job", "problem=later"), "invalid buying job 'problem=later' (expected JOB=STATE; jobs: problem, "),
        (("Acme", "--step", "x; color=red"), "unknown detail 'color=red' (expected who=…, by=…"),
        (("Acme", "--step", "; who=x"), "missing name"),
        (("Acme", "--done", "nowhere"), "no entry named 'nowhere'"),
        (("Acme", "--step", "x" * 600), "text too long (at most 500 characters)"),
    ],
)
def test_an_invalid_edit_says_why(shell: Shell, words: tuple[str, ...], why: str) -> None:
    shell.keep()
    assert why in shell.account(*words, status=1)


def test_an_account_is_not_offered_for_resuming(shell: Shell) -> None:
    shell.account("Acme", "--their-next", "Dana asks the CFO")
    store = CallStore(shell.data)
    assert store.resumable(store.summaries()) == []
    assert "Dana asks the CFO" in shell.account("acme")


def believing(*texts: str) -> tuple[Event, ...]:
    return tuple(PlanSet(0, PlanKind.HYPOTHESIS, "", text) for text in texts)


def test_a_verdict_goes_to_the_latest_call_that_has_the_hypothesis(shell: Shell) -> None:
    shell.keep("Acme", *believing("nobody counted"), day=10)
    shell.keep("Acme", *believing("nobody counted", "nobody decides"), day=11)
    shell.keep("Acme", day=12)
    assert f"untested since {shown_day(10)}: nobody counted" in shell.account("Acme")
    output = shell.account("acme", "--supports", "nobody counted=we never did", "--disproves", "nobody d=Ann signs")
    assert f"supported: nobody counted · “we never did” ({shown_day(11)})" in output
    assert f"disproved: nobody decides · “Ann signs” ({shown_day(11)})" in output
    assert f"weakened ({shown_day(11)}): nobody counted" in shell.account("Acme", "--weakens", "nobody counted")
    assert "begins with 'they'" in shell.account("Acme", "--weakens", "they", status=1)
    assert "more than one" in shell.account("Acme", "--weakens", "nobody", status=1)
    assert "no call with" in shell.account("Acme", "--weakens", "=only a quote", status=1)


def test_a_change_without_an_account_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["account", "--data", str(tmp_path), "--go-live", "2027-03-01"]) == 2
    assert capsys.readouterr().err == (
        "salesnerd account: which account does --go-live change? (use: salesnerd account ACCOUNT --go-live …)\n"
    )
