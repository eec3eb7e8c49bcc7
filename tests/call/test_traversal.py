"""Order of questions in a call."""

from __future__ import annotations

import pytest
from call_story import AGENDA, PLAYBOOK, Call, known
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from salesnerd_tui.call import actions, traversal
from salesnerd_tui.call.events import Advanced, Place, Recalled, Returned
from salesnerd_tui.call.state import CallState
from salesnerd_tui.playbook.model import ALWAYS, Answer, Ask, Playbook, Priority, Say, Section
from thoroughness import examples


def test_the_agenda_is_followed_from_top_to_bottom() -> None:
    call = Call()
    visited = [call.item]
    while call.item is not None:
        call.note("noted") if isinstance(call.context.item, Ask) else None
        call.go_next()
        visited.append(call.item)
    assert visited == ["hello", "trigger", "cost", "nice", "do_nothing", "decider", "verdict", None]


def test_facts_of_an_earlier_call_are_not_asked_again() -> None:
    call = Call().record(Recalled(0, "nice", "nothing else", "2026-01"))
    assert call.go_next(3).item == "do_nothing"


def test_a_note_under_a_former_id_counts() -> None:
    call = Call().record(Recalled(0, "who_minds", "the CFO", "2026-01"))
    assert call.jump("nice").go_next().item != "do_nothing"


def test_a_section_whose_condition_fails_is_passed_over() -> None:
    call = Call().jump("do_nothing").go_next()
    assert call.item == "trigger", "without a trigger nobody asks how they decide; the unasked must comes instead"


def test_unasked_musts_come_before_the_outcomes() -> None:
    call = Call().jump("verdict").go_next()
    assert call.item == "trigger"


def test_a_must_skipped_by_hand_does_not_come_back() -> None:
    call = Call()
    while call.item is not None:
        call.skip()
    assert [ask.id for ask in traversal.unasked_musts(PLAYBOOK, call.state)] == ["trigger", "cost"]


def test_a_call_that_becomes_late_skips_optional_questions() -> None:
    call = Call().jump("cost")
    assert call.wait(minutes=20).go_next().item == "do_nothing"


def test_a_call_in_time_skips_nothing() -> None:
    assert Call().jump("cost").wait(minutes=10).go_next().item == "nice"


def test_planned_time_ends_with_the_section() -> None:
    assert traversal.planned_seconds(PLAYBOOK, Place("trigger")) == 8 * 60
    assert traversal.planned_seconds(PLAYBOOK, Place("cost")) == 16 * 60
    assert traversal.planned_seconds(PLAYBOOK, Place(None)) == 24 * 60


def test_a_call_without_planned_time_is_never_late() -> None:
    timeless = Playbook("p", "P", agenda=(Ask("a", "A?"),))
    assert not traversal.is_late(timeless, Place("a"), 10_000)


def test_a_detour_returns_automatically() -> None:
    call = Call().jump("cost").take_detour("demo")
    assert call.place == Place("proof", detour="demo")
    call.go_next(2)
    assert call.place == Place("cost")
    assert isinstance(call.events[-1], Returned)
    assert not call.state.returns


def test_an_answer_can_end_a_detour() -> None:
    call = Call().jump("cost").take_detour("demo").go_next().answer("audience", "Only me")
    assert call.place == Place("cost")


def test_a_detour_within_a_detour_comes_back_twice() -> None:
    call = Call().jump("cost").take_detour("demo").take_detour("price")
    assert call.go_next().place == Place("proof", detour="demo")
    assert call.go_next(2).place == Place("cost")


def test_coming_back_to_an_answered_question_goes_on() -> None:
    call = Call().answer("trigger", "Show me")
    assert call.place == Place("proof", detour="demo")
    assert call.go_next(2).place == Place("cost")


def test_coming_back_to_a_follow_up_stays_with_it() -> None:
    call = Call().answer("trigger", "Something broke").take_detour("demo").go_next(2)
    assert call.place == Place("trigger", "Something broke")


def test_a_detour_taken_at_the_end_comes_back_to_the_end() -> None:
    call = Call()
    while call.item is not None:
        call.skip()
    assert call.take_detour("demo").go_next(2).place == Place(None)


def test_a_detour_whose_question_was_removed_returns_to_the_next_one() -> None:
    call = Call().jump("cost").take_detour("demo")
    call.playbook = replace(PLAYBOOK, agenda=tuple(item for item in AGENDA if getattr(item, "id", "") != "cost"))
    assert call.go_next(2).item == "trigger"


def test_a_removed_detour_has_no_items() -> None:
    assert traversal.find_item(PLAYBOOK, "proof", "nowhere") is None
    assert traversal.section_of(PLAYBOOK, Place("proof", detour="demo")) is None


def test_a_question_renamed_during_the_call_is_still_in_its_section() -> None:
    renamed = tuple(
        replace(item, id="expense", aliases=("cost",)) if getattr(item, "id", "") == "cost" else item for item in AGENDA
    )
    before = traversal.section_of(PLAYBOOK, Place("cost"))
    assert before is not None
    assert traversal.section_of(replace(PLAYBOOK, agenda=renamed), Place("cost")) == before


def test_a_question_may_be_asked_again_where_it_says_so() -> None:
    again = Playbook("p", "P", agenda=(Ask("a", "A?"), Ask("b", "B?", repeatable=True), Ask("c", "C?")))
    call = Call(again).record(Recalled(0, "b", "known", "x"), Recalled(0, "c", "known", "x"))
    assert call.go_next().item == "b"


labels = st.sampled_from(["One", "Two", "Three"])
ids = st.sampled_from([f"q{n}" for n in range(6)])


@st.composite
def playbooks(draw: st.DrawFn) -> Playbook:
    """Return agendas with gotos in every direction, conditions and sections."""
    items: list[Section | Ask | Say] = []
    for number in range(6):
        if draw(st.booleans()):
            items.append(Section(f"S{number}", minutes=draw(st.sampled_from([None, 1, 5]))))
        if draw(st.booleans()):
            items.append(Say(f"s{number}", "Well."))
        answers = tuple(
            Answer(label, label, goto=draw(st.none() | ids), follow_ups=()) for label in ("One", "Two", "Three")
        )
        condition = known(draw(ids)) if draw(st.booleans()) else ALWAYS
        items.append(Ask(f"q{number}", "Q?", draw(st.sampled_from(Priority)), answers=answers, when=condition))
    return Playbook("p", "P", agenda=tuple(items))


@given(playbooks(), st.lists(st.integers(0, 3), min_size=60, max_size=60))
@settings(max_examples=examples(150), deadline=None)
def test_every_walk_ends(playbook: Playbook, wishes: list[int]) -> None:
    """Any picks (0 is 'next') reach the outcomes, because an answered question is never asked again."""
    call = Call(playbook)
    for wish in wishes:
        if call.item is None:
            break
        call.pick(wish) if wish and isinstance(call.context.item, Ask) else call.go_next()
    assert call.item is None


@given(playbooks(), st.lists(st.integers(0, 3), max_size=20))
@settings(max_examples=examples(60), deadline=None)
def test_undoing_everything_leads_back_to_the_first_question(playbook: Playbook, wishes: list[int]) -> None:
    call = Call(playbook)
    began = call.state
    found = 0
    for wish in wishes:
        if call.item is None:
            break
        call.pick(wish) if wish and isinstance(call.context.item, Ask) else call.go_next()
        found += 1
    for _ in range(found):
        call.undo()
    assert call.state == began
    with pytest.raises(actions.CannotAct, match="nothing to undo"):
        call.undo()


def test_the_first_place_is_the_first_that_is_open() -> None:
    guarded = Playbook("p", "P", agenda=(Ask("a", "A?", when=known("b")), Ask("b", "B?")))
    assert traversal.first_place(guarded, CallState()) == Place("b")


def test_moving_on_inside_the_agenda_is_an_advance() -> None:
    call = Call().go_next()
    assert call.events[-1] == Advanced(1.0, Place("trigger"), Place("hello"))
