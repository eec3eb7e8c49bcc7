"""A plan changes the playbook for one call: same ids, other wordings and must-asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from call_story import PLAYBOOK, Call

from salesnerd_tui.call import plan
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.plan import apply_plan, plan_from_events
from salesnerd_tui.playbook.model import Ask, Playbook, Priority, Section


def laid_over(call: Call) -> Playbook:
    return apply_plan(PLAYBOOK, plan_from_events(call.state.plan))


def ask(playbook: Playbook, name: str) -> Ask:
    found = playbook.question(name)
    assert found is not None
    return found


def test_nothing_planned_changes_nothing() -> None:
    assert laid_over(Call()) is PLAYBOOK


def test_own_words_are_asked_and_the_playbooks_are_still_recognised() -> None:
    call = Call()
    call.happens(*plan.reword(call.now, "cost", "What was the damage?"))
    cost = ask(laid_over(call), "cost")
    assert cost.text == "What was the damage?"
    assert "What did {trigger} cost you?" in cost.phrasings
    call.happens(*plan.reword(call.now, "cost", ""))
    assert ask(laid_over(call), "cost").text == "What did {trigger} cost you?"


def test_a_must_of_today_is_one_and_back() -> None:
    call = Call()
    call.happens(*plan.set_must(call.now, "decider"))
    assert ask(laid_over(call), "decider").priority is Priority.MUST
    call.happens(*plan.set_must(call.now, "decider"))
    assert ask(laid_over(call), "decider").priority is Priority.SHOULD
    call.happens(*plan.set_must(call.now, "cost", is_must=False))
    assert ask(laid_over(call), "cost").priority is Priority.SHOULD
    assert ask(laid_over(call), "nice").priority is Priority.COULD


def test_a_hypothesis_stands_where_the_ear_is() -> None:
    call = Call()
    call.happens(
        *plan.add_hypothesis(call.now, "nobody counted", "cost"), *plan.add_hypothesis(call.now, "money is there")
    )
    assert ask(laid_over(call), "cost").listen_for[0] == "test: nobody counted"
    assert plan_from_events(call.state.plan).hypotheses_about("") == ("money is there",)


def test_a_hypothesis_says_what_would_disprove_it() -> None:
    call = Call()
    call.happens(
        *plan.add_hypothesis(call.now, "Nobody counted", "cost"), *plan.add_hypothesis(call.now, "money is there")
    )
    call.happens(*plan.set_disproof(call.now, "nobody", "they show a number"))
    assert plan_from_events(call.state.plan).disproofs == {"nobody counted": "they show a number"}
    call.happens(*plan.set_disproof(call.now, "NOBODY  counted", " "))
    assert plan_from_events(call.state.plan).disproofs == {}
    for about, why in (("", "no hypothesis begins with"), ("they", "no hypothesis")):
        with pytest.raises(CannotAct, match=why):
            plan.set_disproof(call.now, about, "x")
    call.happens(*plan.add_hypothesis(call.now, "nobody decides"))
    with pytest.raises(CannotAct, match="more than one"):
        plan.set_disproof(call.now, "nobody", "x")


def test_a_hypothesis_written_again_moves_to_its_new_question() -> None:
    call = Call()
    call.happens(
        *plan.add_hypothesis(call.now, "nobody counted"), *plan.add_hypothesis(call.now, "Nobody  counted", "cost")
    )
    assert plan_from_events(call.state.plan).hypotheses == (("cost", "Nobody  counted"),)


def test_minutes_of_a_section_count_for_being_late() -> None:
    call = Call()
    call.happens(*plan.set_timebox(call.now, "why", "3"), *plan.set_timebox(call.now, "What it costs", "2,5"))
    boxes = [item.minutes for item in laid_over(call).agenda if isinstance(item, Section)]
    assert boxes == [3, 2.5, 8]
    assert laid_over(call).minutes == 13.5


@pytest.mark.parametrize(
    ("typed", "found"),
    [("cost", ["Cost"]), (" COST  of", ["Cost of delay"]), ("co", ["Cost of delay", "Cost"]), ("delay", []), (" ", [])],
)
def test_a_name_is_found_by_its_beginning_and_the_whole_name_comes_first(typed: str, found: list[str]) -> None:
    assert plan.match_names(["Cost of delay", "Cost", "Cost"], typed) == found


def test_undo_takes_a_plan_back() -> None:
    call = Call()
    call.at += 1
    call.happens(*plan.set_role(call.now, "Dana", "signs"))
    assert plan_from_events(call.state.plan).roles == {"Dana": "signs"}
    assert plan_from_events(call.undoes().state.plan).roles == {}


def test_what_cannot_be_planned_says_why() -> None:
    call = Call()
    cases: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: plan.reword(call.now, "nope", "x"), "no question 'nope'"),
        (lambda: plan.set_must(call.now, "proof"), "in the agenda"),
        (lambda: plan.add_hypothesis(call.now, "  "), "nothing typed"),
        (lambda: plan.add_hypothesis(call.now, "x", "nope"), "no question"),
        (lambda: plan.set_timebox(call.now, "Nowhere", "3"), "unknown section 'Nowhere'"),
        (lambda: plan.set_timebox(call.now, "Why", "soon"), "invalid number of minutes"),
        (lambda: plan.set_timebox(call.now, "Why", "nan"), "invalid number of minutes"),
        (lambda: plan.set_role(call.now, " ", "x"), "missing person"),
    )
    for action, why in cases:
        with pytest.raises(CannotAct, match=why):
            action()
