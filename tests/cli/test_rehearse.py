"""`salesnerd rehearse` without a terminal: a line is what you say."""

from __future__ import annotations

import errno
import io
from itertools import pairwise
from pathlib import Path

import pytest

from salesnerd_tui import cli
from salesnerd_tui.call.events import Ended, Event, Heard, Mode, Rehearsed, Side, Started
from salesnerd_tui.cli.options import parse_recording_time
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk

PLAYBOOK = """playbook: Small
coach:
  jargon: {webhook: your other program hears it at once}
agenda:
  - section: Why now
  - ask: What happened that made you look at this now?
    id: trigger
    answers: {My boss asked: What did your boss see?}
  - ask: What did that one time cost you?
    id: cost
outcomes:
  go_on: {decision: go}
  wait: {decision: not-yet, capture: [revisit_on]}
  stop: {decision: no-go}
buyers:
  dana:
    who: Dana runs billing.
    says: {trigger: The auditor found forty double bills., cost: Two days a month.}
    if_jargon: Sorry, what does that mean for us?
    otherwise: I would have to look that up.
"""

Captured = pytest.CaptureFixture[str]


class Shell:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
        self.data = folder / "data"
        self.playbook = folder / "small.yaml"
        self.playbook.write_text(PLAYBOOK)
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def rehearse(self, *words: str, typed: str = "", status: int = 0) -> str:
        """Return everything that was printed."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert cli.main(["rehearse", *words, "--data", str(self.data)]) == status
        printed = self._capsys.readouterr()
        return printed.out + printed.err

    @property
    def events(self) -> tuple[Event, ...]:
        """Return the events of the newest call."""
        store = CallStore(self.data)
        return store.read(store.summaries()[0].id).events


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


def test_a_playbook_without_buyers_is_rehearsed_with_one_who_gives_its_answers(shell: Shell) -> None:
    shell.playbook.write_text(PLAYBOOK[: PLAYBOOK.index("buyers:")])
    printed = shell.rehearse(str(shell.playbook), typed="What happened that made you look at this now?\n")
    assert "My boss asked" in printed
    assert "buyers:" in printed
    unknown = shell.rehearse(str(shell.playbook), "--buyer", "dana", status=1)
    assert "unknown buyer 'dana' (this playbook has: buyer)" in unknown


def test_notes_that_could_not_be_saved_are_printed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Disk, "write", fail)
    printed = shell.rehearse(str(shell.playbook), typed="Hello\n/note call the auditor\n", status=1)
    assert "This rehearsal is not saved: the disk is full" in printed
    assert "1 note is NOT SAVED. Copy what you need from here:\n  call the auditor" in printed


SAYS = """Thanks for the time.
/ask
/1
We send webhooks.
It hears of it automatically. What did that one time cost you?
/note two days
/nonsense
/end
/end wait revisit_on=3 February
"""


def test_a_whole_rehearsal_from_a_file(shell: Shell) -> None:
    output = shell.rehearse(str(shell.playbook), "--seed", "4", typed=SAYS)
    assert output.startswith("Small, a rehearsal (seed 4). Dana runs billing.\n")
    assert "Dana: The auditor found forty double bills." in output
    assert "Dana: Sorry, what does that mean for us?" in output
    assert "Dana: Two days a month." in output
    assert "noted: My boss asked" in output
    assert "unknown command /nonsense" in output
    assert "which outcome? (choose one of: " in output
    assert "NOT YET. revisit on: 3 February" in output
    assert "salesnerd calls show" in output


def test_it_is_stored_as_a_rehearsal_with_all_utterances(shell: Shell) -> None:
    shell.rehearse(str(shell.playbook), "--seed", "4", typed=SAYS)
    events = shell.events
    begun = next(event for event in events if isinstance(event, Started))
    assert begun.mode is Mode.REHEARSE
    assert begun.people == ("Dana",)
    assert Rehearsed(0.0, "dana", 4) in events
    heard = [event for event in events if isinstance(event, Heard)]
    assert [event.side for event in heard[:3]] == [Side.ME, Side.THEM, Side.ME]
    assert all(before.end <= after.start for before, after in pairwise(heard))
    words = len((heard[0].text or "").split())
    assert heard[0].end - heard[0].start == pytest.approx(words / 2.5)


def test_the_same_seed_gives_the_same_run(shell: Shell) -> None:
    first, second = (shell.rehearse(str(shell.playbook), "--seed", "4", typed=SAYS) for _ in range(2))
    assert first.rpartition("calls show")[0] == second.rpartition("calls show")[0]


def test_a_drill_counts_its_traps(shell: Shell) -> None:
    typed = "Sure.\nI don't know yet; I'll tell you by Friday.\n" * 3
    output = shell.rehearse(str(shell.playbook), "--drill", "promise", "--seed", "1", typed=typed)
    assert "3 of 6 traps passed" in output
    ended = shell.events[-1]
    assert isinstance(ended, Ended)
    assert ended.record == {"drill": "promise", "passed": "3 of 6", "caught": "a bare yes is a promise"}


def test_silence_is_an_empty_line(shell: Shell) -> None:
    typed = "What happened that made you look at this now?\n\nWhat did that one time cost you?\nIn hours?\n"
    output = shell.rehearse(str(shell.playbook), "--drill", "silence", "--seed", "1", typed=typed)
    assert "forty double bills" in output
    assert "1 of 2 traps passed" in output


def test_a_recorded_call_can_be_answered_differently(shell: Shell) -> None:
    shell.rehearse(str(shell.playbook), "--seed", "4", typed=SAYS)
    output = shell.rehearse("--from", "last", "--at", "0:02", typed="Why do you look?\nAnd the cost?\n")
    assert output.index("You: Why do you look?") < output.index("Dana: The auditor found forty double bills.")
    assert "then you said: “What happened that made you look at this now?”" in output
    assert any(isinstance(event, Rehearsed) and event.call for event in shell.events)


def test_input_that_ends_leaves_nothing_open(shell: Shell) -> None:
    shell.rehearse(str(shell.playbook), typed="Hello.\n")
    store = CallStore(shell.data)
    assert store.resumable(store.summaries()) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--buyer", "nobody"), "unknown buyer 'nobody' (this playbook has: dana)"),
        (("--at", "3:00"), "choose one with --from CALL"),
        (("--from", "last"), "no calls stored yet"),
        (("--drill", "interrupt"), "no detour with words"),
    ],
)
def test_an_impossible_rehearsal_says_why(shell: Shell, words: tuple[str, ...], why: str) -> None:
    assert why in shell.rehearse(str(shell.playbook), *words, status=1)
    assert not list((shell.data / "calls").glob("*.json")) if shell.data.exists() else True


def test_a_time_is_read_as_people_write_it() -> None:
    assert [parse_recording_time(text) for text in ("12:30", "1:02:03", "12")] == [750.0, 3723.0, 720.0]
