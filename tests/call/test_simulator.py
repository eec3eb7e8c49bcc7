"""Simulated calls of a playbook's tests and buyers."""

from __future__ import annotations

from typing import Any

import pytest
from call_story import PLAYBOOK, REAL_PROBLEM, known
from msgspec.structs import replace

from salesnerd_tui.call.simulator import UncoveredItems, WalkReport, find_uncovered, run_all, run_buyer, run_test
from salesnerd_tui.playbook.model import (
    Answer,
    Ask,
    Buyer,
    Detour,
    Interruption,
    Playbook,
    PlaybookTest,
    SourceLocation,
)


def run_example(**example: Any) -> WalkReport:
    return run_test(PLAYBOOK, replace(PlaybookTest("a story"), **example))


def test_a_call_that_goes_as_scripted_passes() -> None:
    trial = run_example(
        picks={"trigger": "something  BROKE", "verdict": "Yes"},
        notes={"cost": "- two days"},
        interrupts=(Interruption("trigger", "demo"),),
        ends="next_step",
        asks=("trigger", "proof", "cost", "verdict"),
        met=(REAL_PROBLEM,),
        returns_to="cost",
    )
    assert trial.problems == ()
    assert trial.passed
    assert ("trigger", "Something broke") in trial.answers
    assert trial.detours == {"demo"}


def test_a_late_call_skips_optional_questions() -> None:
    assert run_example(late=True, skips=("nice",)).passed
    assert not run_example(late=False, skips=("nice",)).passed


@pytest.mark.parametrize(
    ("example", "complaint"),
    [
        ({"ends": "next_step"}, "ends with nothing decided, not with next_step"),
        ({"picks": {"verdict": "Yes"}, "ends": "not_now"}, "ends with next_step, not with not_now"),
        ({"asks": ("audience",)}, "never asks audience"),
        ({"asks": ("cost", "trigger")}, "asks trigger, cost, not cost, trigger"),
        ({"notes": {"cost": ""}, "met": (REAL_PROBLEM,)}, "real_problem is not met"),
        ({"unmet": (REAL_PROBLEM,)}, "real_problem is met"),
        ({"returns_to": "cost"}, "comes back to nothing, not to cost"),
        ({"picks": {"trigger": "Nonsense"}}, "'trigger' has no answer 'Nonsense'"),
        ({"interrupts": (Interruption("gone", "demo"),)}, "never comes to 'gone', where 'demo' should interrupt"),
        ({"interrupts": (Interruption("trigger", "later"),)}, "cannot interrupt with 'later'"),
        (
            {"interrupts": (Interruption("trigger", "demo"), Interruption("trigger", "demo"))},
            "'demo' does not interrupt after 'trigger': another interruption comes there",
        ),
    ],
)
def test_a_failing_test_says_what_differs(example: dict[str, object], complaint: str) -> None:
    problems = run_example(**example).problems
    assert any(complaint in problem for problem in problems), problems


def test_a_switch_is_an_ending_too() -> None:
    assert run_example(picks={"trigger": "It is a tender"}, ends="rfp_landed").passed


def test_a_test_may_name_a_buyer_and_change_what_she_picks() -> None:
    dana = Buyer("dana", picks={"trigger": "You called me"}, ends="not_now")
    playbook = replace(PLAYBOOK, buyers={"dana": dana})
    assert run_buyer(playbook, dana).passed
    assert run_test(playbook, PlaybookTest("it", buyer="dana", ends="not_now")).passed
    assert not run_test(
        playbook, PlaybookTest("it", buyer="dana", picks={"trigger": "An audit"}, ends="not_now")
    ).passed


def test_a_buyer_who_ends_elsewhere_is_reported() -> None:
    assert run_buyer(PLAYBOOK, Buyer("kim", ends="next_step")).problems == (
        "ends with nothing decided, not with next_step",
    )
    assert run_buyer(PLAYBOOK, Buyer("kim")).passed


def test_a_hidden_fact_of_a_buyer_counts_once_it_is_asked_for() -> None:
    trial = run_buyer(PLAYBOOK, Buyer("kim", hides={"cost": "eleven hundred"}))
    assert "real_problem" in trial.met


def test_a_walk_that_loops_is_stopped_and_reported() -> None:
    round_and_round = Ask("a", "A?", repeatable=True, answers=(Answer("On", "On", goto="a"),))
    playbook = Playbook("p", "P", agenda=(round_and_round,), detours={"x": Detour("x", (), when=known("y"))})
    trial = run_test(playbook, PlaybookTest("it", picks={"a": "On"}))
    assert trial.problems == ("never ends: still at 'a'",)


def test_the_prep_comes_first_and_may_end_it_all() -> None:
    veto = Ask("veto", "Can we?", answers=(Answer("No", "No", end="part_friends"), Answer("Yes", "Yes")))
    playbook = replace(PLAYBOOK, prep=(Ask("guess", "What do you believe?"), veto))
    stopped = run_test(playbook, PlaybookTest("it", picks={"veto": "No"}, ends="part_friends", skips=("trigger",)))
    assert stopped.problems == ()
    went_on = run_test(playbook, PlaybookTest("it", picks={"veto": "Yes", "verdict": "Yes"}, asks=("guess", "trigger")))
    assert went_on.problems == ()
    assert went_on.ending == "next_step"


def test_an_empty_note_leaves_a_question_open_whatever_the_buyer_would_say() -> None:
    dana = Buyer("dana", picks={"trigger": "Something broke"}, says={"cost": "two days"})
    playbook = replace(PLAYBOOK, buyers={"dana": dana})
    left = run_test(playbook, PlaybookTest("open", buyer="dana", notes={"cost": "", "trigger": " "}))
    assert {"trigger", "cost"} <= set(left.asked)
    assert "real_problem" not in left.met
    assert not left.answers
    assert "real_problem" in run_test(playbook, PlaybookTest("answered", buyer="dana")).met


def test_nothing_is_covered_in_a_playbook_without_tests() -> None:
    left = find_uncovered(PLAYBOOK, ())
    assert left.questions[:2] == ("trigger", "cost")
    assert "do_nothing: Me" in left.answers
    assert left.detours == ("demo", "price", "later", "deep")
    assert left.outcomes == ("next_step", "not_now", "part_friends")


def test_items_that_a_test_or_a_buyer_visits_are_covered() -> None:
    tested = replace(
        PLAYBOOK,
        tests=(PlaybookTest("it", picks={"verdict": "Yes"}),),
        buyers={"dana": Buyer("dana", picks={"trigger": "You called me"})},
    )
    left = find_uncovered(tested, run_all(tested))
    assert left.outcomes == ("part_friends",)
    assert "trigger: You called me" not in left.answers
    assert "trigger: An audit" in left.answers


def test_a_shared_library_is_not_covered_by_playbooks_that_use_it() -> None:
    own, shared = SourceLocation("mine.yaml", 3, 1), SourceLocation("common/detours.yaml", 9, 1)
    playbook = Playbook(
        "p",
        "P",
        agenda=(Ask("a", "A?", location=own), Ask("b", "B?", location=shared)),
        detours={"x": Detour("x", (), location=shared), "y": Detour("y", (), location=own)},
        sources=("mine.yaml", "common/detours.yaml"),
    )
    assert find_uncovered(playbook, ()) == UncoveredItems(("a",), (), ("y",), ())
