"""A plan changes the playbook for one call: same ids, other wordings and must-asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from call_story import PLAYBOOK, Call

from salesnerd_tui.call import plan
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.plan import apply_plan, plan_from_events
from salesnerd_tui.playbook.model import Ask, Playbook, Priority, Section


def planned_playbook(call: Call) -> Playbook:
    return apply_plan(PLAYBOOK, plan_from_events(call.state.plan))


def ask(playbook: Playbook, name: str) -> Ask:
    found = playbook.question(name)
    assert found is not None
    return found


def test_an_empty_plan_changes_nothing() -> None:
    assert planned_playbook(Call()) is PLAYBOOK


def test_a_rewording_is_asked_and_the_wording_of_the_playbook_is_still_recognized() -> None:
    call = Call()
    call.record(*plan.reword(call.context, "cost", "What was the damage?"))
    cost = ask(planned_playbook(call), "cost")
    assert cost.text == "What was the damage?"
    assert "What did {trigger} cost you?" in cost.phrasings
    call.record(*plan.reword(call.context, "cost", ""))
    assert ask(planned_playbook(call), "cost").text == "What did {trigger} cost you?"


def test_a_must_of_today_can_be_set_and_cleared() -> None:
    call = Call()
    call.record(*plan.set_must(call.context, "decider"))
    assert ask(planned_playbook(call), "decider").priority is Priority.MUST
    call.record(*plan.set_must(call.context, "decider"))
    assert ask(planned_playbook(call), "decider").priority is Priority.SHOULD
    call.record(*plan.set_must(call.context, "cost", is_must=False))
    assert ask(planned_playbook(call), "cost").priority is Priority.SHOULD
    assert ask(planned_playbook(call), "nice").priority is Priority.COULD


def test_a_hypothesis_is_shown_under_listen_for() -> None:
    call = Call()
    call.record(
        *plan.add_hypothesis(call.context, "nobody counted", "cost"),
        *plan.add_hypothesis(call.context, "money is there"),
    )
    assert ask(planned_playbook(call), "cost").listen_for[0] == "test: nobody counted"
    assert plan_from_events(call.state.plan).hypotheses_about("") == ("money is there",)


def test_a_hypothesis_says_what_would_disprove_it() -> None:
    call = Call()
    call.record(
        *plan.add_hypothesis(call.context, "Nobody counted", "cost"),
        *plan.add_hypothesis(call.context, "money is there"),
    )
    call.record(*plan.set_disproof(call.context, "nobody", "they show a number"))
    assert plan_from_events(call.state.plan).disproofs == {"nobody counted": "they show a number"}
    call.record(*plan.set_disproof(call.context, "NOBODY  counted", " "))
    assert plan_from_events(call.state.plan).disproofs == {}
    for about, why in (("", "no hypothesis begins with"), ("they", "no hypothesis")):
        with pytest.raises(CannotAct, match=why):
            plan.set_disproof(call.context, about, "x")
    call.record(*plan.add_hypothesis(call.context, "nobody decides"))
    with pytest.raises(CannotAct, match="more than one"):
        plan.set_disproof(call.context, "nobody", "x")


def test_a_hypothesis_written_again_moves_to_its_new_question() -> None:
    call = Call()
    call.record(
        *plan.add_hypothesis(call.context, "nobody counted"),
        *plan.add_hypothesis(call.context, "Nobody  counted", "cost"),
    )
    assert plan_from_events(call.state.plan).hypotheses == (("cost", "Nobody  counted"),)


def test_minutes_of_a_section_count_for_being_late() -> None:
    call = Call()
    call.record(*plan.set_timebox(call.context, "why", "3"), *plan.set_timebox(call.context, "What it costs", "2,5"))
    boxes = [item.minutes for item in planned_playbook(call).agenda if isinstance(item, Section)]
    assert boxes == [3, 2.5, 8]
    assert planned_playbook(call).minutes == 13.5


@pytest.mark.parametrize(
    ("typed", "found"),
    [("cost", ["Cost"]), (" COST  of", ["Cost of delay"]), ("co", ["Cost of delay", "Cost"]), ("delay", []), (" ", [])],
)
def test_a_name_is_found_by_its_beginning_and_the_whole_name_comes_first(typed: str, found: list[str]) -> None:
    assert plan.match_names(["Cost of delay", "Cost", "Cost"], typed) == found


def test_undo_takes_a_plan_back() -> None:
    call = Call()
    call.at += 1
    call.record(*plan.set_role(call.context, "Dana", "signs"))
    assert plan_from_events(call.state.plan).roles == {"Dana": "signs"}
    assert plan_from_events(call.undo().state.plan).roles == {}


def test_what_cannot_be_planned_says_why() -> None:
    call = Call()
    cases: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: plan.reword(call.context, "nope", "x"), "no question 'nope'"),
        (lambda: plan.set_must(call.context, "proof"), "in the agenda"),
        (lambda: plan.add_hypothesis(call.context, "  "), "nothing typed"),
        (lambda: plan.add_hypothesis(call.context, "x", "nope"), "no question"),
        (lambda: plan.set_timebox(call.context, "Nowhere", "3"), "unknown section 'Nowhere'"),
        (lambda: plan.set_timebox(call.context, "Why", "soon"), "invalid number of minutes"),
        (lambda: plan.set_timebox(call.context, "Why", "nan"), "invalid number of minutes"),
        (lambda: plan.set_role(call.context, " ", "x"), "missing person"),
    )
    for action, why in cases:
        with pytest.raises(CannotAct, match=why):
            action()
