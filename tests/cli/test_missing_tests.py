"""`playbook test --write` adds a test for each outcome without one, and changes nothing else in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui.call.simulator import outcome_paths
from salesnerd_tui.cli import playbook
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.linter import lint

BRANCHES = """\
playbook: Mine   # the one for clinics
agenda:
  - ask: How many people does it touch?
    id: people
    type: number
  - ask: What happened?
    id: trigger
    answers:
      Something broke: {goto: verdict}
      Nothing: When was it different?
  - ask: Who would notice?
    id: notices
    when: people > 40
    answers: {Nobody: {end: no_fit}, Everybody: Who first?}
  - ask: Is it worth it?
    id: verdict
    answers: {"Yes: do it": {end: go}, Later: {end: not_yet}}
outcomes:
  go: {decision: go, capture: [next_date]}
  not_yet: {decision: not-yet, capture: [revisit_on]}
  no_fit: {decision: no-go, capture: [reason]}
"""

ADDED = """\
  - it: ends with go
    picks: {verdict: "Yes: do it"}
    ends: go
  - it: ends with not yet
    picks: {verdict: Later}
    ends: not_yet
  - it: ends with no fit
    picks: {notices: Nobody}
    notes: {people: 41}
    ends: no_fit
"""

LATER = "  - it: waits\n    picks: {verdict: Later}\n    ends: not_yet\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    return tmp_path


def added_to(folder: Path, text: str, status: int = 0) -> str:
    """Write the missing tests into a playbook, and return its new text."""
    path = folder / "mine.yaml"
    path.write_bytes(text.encode())
    assert playbook.main(["test", "mine", "--write"]) == status
    return path.read_bytes().decode()


def test_each_outcome_gets_a_test_with_the_fewest_answers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert added_to(folder, BRANCHES) == f"{BRANCHES}\ntests:\n{ADDED}"
    shown = capsys.readouterr().out
    assert "added to mine.yaml: ends with no fit" in shown
    assert "mine: 3 passed, 0 failed" in shown
    assert not [one for one in lint(folder / "mine.yaml").findings if one.code.startswith("P5")]


def test_a_second_run_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    once = added_to(folder, BRANCHES)
    capsys.readouterr()
    assert added_to(folder, once) == once
    assert "added" not in capsys.readouterr().out


def test_an_outcome_with_a_test_gets_no_other(folder: Path) -> None:
    text = added_to(folder, f"{BRANCHES}tests:\n{LATER}")
    assert text.startswith(f"{BRANCHES}tests:\n{LATER}  - it: ends with go\n")
    assert text.count("ends: not_yet") == 1


FLUSH = "- it: waits\n  picks: {verdict: Later}\n  ends: not_yet\n"
COMMENTS = "  # the next one is Dana's\n\n# Where it stops.\n"
HEAD, OUTCOMES = BRANCHES.split("outcomes:\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"tests:\n{LATER}{COMMENTS}", f"tests:\n{LATER}  # the next one is Dana's\nHERE\n# Where it stops.\n"),
        (f"tests:\n{FLUSH}", f"tests:\n{FLUSH}HERE"),
        ("tests: []\n", "tests:\nHERE"),
    ],
    ids=["comments", "no indent", "empty brackets"],
)
def test_tests_above_other_fields_stay_together(folder: Path, before: str, after: str) -> None:
    text = added_to(folder, f"{HEAD}{before}outcomes:\n{OUTCOMES}")
    start, _, end = after.partition("HERE")
    assert text.startswith(HEAD + start)
    assert text.endswith(f"{end}outcomes:\n{OUTCOMES}")
    assert text.count("- it:") == 3


@pytest.mark.parametrize("broken_lines", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("last", [True, False])
def test_marks_line_breaks_and_a_last_line_without_one_stay(
    folder: Path, broken_lines: str, mark: str, last: bool
) -> None:
    before = f"{mark}{BRANCHES}tests:\n{LATER}"
    before = (before if last else before.rstrip("\n")).replace("\n", broken_lines)
    text = added_to(folder, before)
    assert text.startswith(before)
    assert text.count("\n") == text.count(broken_lines)
    assert text.endswith("\n") == last


def test_an_outcome_that_no_path_reaches_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dead = BRANCHES.replace("people > 40", "people > 40 and people < 10") + "  gone: {decision: no-go}\n"
    text = added_to(folder, dead)
    shown = capsys.readouterr().out
    assert "no answer ends with: gone" in shown
    assert "no path found to: no_fit" in shown
    assert text.count("- it:") == 2
    playbook.main(["test", "mine", "--write", "--json"])
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["added"], report["not_reached"]) == ([], ["gone", "no_fit"])


def test_tests_in_brackets_are_left_alone_and_the_new_ones_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = BRANCHES + "tests: [{it: waits, picks: {verdict: Later}, ends: not_yet}]\n"
    assert added_to(folder, before, status=1) == before
    shown = capsys.readouterr()
    assert "  - it: ends with go\n    picks:" in shown.out
    assert "mine.yaml was not changed: its tests are in brackets" in shown.err


def test_inherited_tests_are_not_replaced(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "parent.yaml").write_text(f"{BRANCHES}tests:\n{LATER}")
    child = "playbook: Child\nextends: parent\n"
    assert added_to(folder, child, status=1) == child
    assert "its tests are inherited" in capsys.readouterr().err


def test_text_after_the_end_of_the_document_is_not_lost(folder: Path) -> None:
    before = f"{BRANCHES}...\n"
    text = added_to(folder, before, status=1)
    assert text == before


def test_a_built_in_playbook_is_not_changed(folder: Path, run: Run) -> None:
    path = Library().find_path("first_call")
    assert path is not None
    before = path.read_bytes()
    assert playbook.main(["test", "first_call", "--write"]) == 0
    assert path.read_bytes() == before
    assert "name the playbooks" in run("playbook", "test", "--write", status=2).err


INSIDE = """\
playbook: Mine
agenda:
  - {ask: What happened?, id: trigger}
  - {ask: What did it cost?, id: cost, when: trigger is unknown, answers: {Nothing: {end: free}, A lot: When?}}
  - {ask: Go on?, id: verdict, answers: {Call someone: {detour: expert}, No: {goto: last}}}
  - {ask: And then?, id: then, when: cost is unknown}
  - {ask: Is that all?, id: last}
detours:
  expert: {agenda: [{ask: Who knows more?, id: knows, answers: {My boss: {end: boss}, Nobody: Who else?}}]}
  price: {agenda: [{ask: What does it cost now?, id: now, answers: {Nothing: {end: cheap}, A lot: How much?}}]}
outcomes: {free: {decision: no-go}, boss: {decision: go}, cheap: {decision: not-yet}}
"""


def test_paths_lead_through_open_questions_detours_and_interruptions(folder: Path) -> None:
    (folder / "mine.yaml").write_text(INSIDE)
    loaded = Library().load("mine").playbook
    assert loaded is not None
    paths = outcome_paths(loaded, loaded.outcomes)
    assert (paths["free"].notes, paths["free"].picks) == ({"trigger": ""}, {"cost": "Nothing"})
    assert paths["boss"].picks == {"verdict": "Call someone", "knows": "My boss"}
    assert paths["cheap"].interrupts[0].detour == "price"
    added_to(folder, INSIDE)


def test_the_search_ends_where_every_answer_leads_around(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty questions with two jumps each are more paths than can be walked."""
    monkeypatch.setattr("salesnerd_tui.call.simulator.MAX_SEARCH_QUESTIONS", 1_000)
    jumps = "".join(
        f"  - {{ask: What is part {number}?, id: q{number}, answers: {{A: {{goto: q{number + 1}}}, "
        f"B: {{goto: q{number + 2}}}}}}}\n"
        for number in range(40)
    )
    text = (
        f"playbook: Mine\nagenda:\n{jumps}"
        "  - {ask: What is part 40?, id: q40}\n  - {ask: What is part 41?, id: q41, answers: {A: {end: far}}}\n"
        "  - {ask: Who is left?, id: left, when: q0 is known and q0 is unknown, answers: {A: {end: never}}}\n"
        "outcomes: {far: {decision: go}, never: {decision: no-go}}\n"
    )
    (folder / "mine.yaml").write_text(text)
    loaded = Library().load("mine").playbook
    assert loaded is not None
    assert set(outcome_paths(loaded, loaded.outcomes)) == {"far"}
