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


def test_an_agenda_is_read_from_top_to_bottom() -> None:
    call = Call()
    visited = [call.here]
    while call.here is not None:
        call.notes("noted") if isinstance(call.now.item, Ask) else None
        call.goes_next()
        visited.append(call.here)
    assert visited == ["hello", "trigger", "cost", "nice", "do_nothing", "decider", "verdict", None]


def test_what_an_earlier_call_taught_is_not_asked_again() -> None:
    call = Call().happens(Recalled(0, "nice", "nothing else", "2026-01"))
    assert call.goes_next(3).here == "do_nothing"


def test_a_note_under_a_former_id_counts() -> None:
    call = Call().happens(Recalled(0, "who_minds", "the CFO", "2026-01"))
    assert call.jumps("nice").goes_next().here != "do_nothing"


def test_a_section_whose_condition_fails_is_passed_over() -> None:
    call = Call().jumps("do_nothing").goes_next()
    assert call.here == "trigger", "without a trigger nobody asks how they decide; the unasked must comes instead"


def test_musts_nobody_asked_come_before_the_outcomes() -> None:
    call = Call().jumps("verdict").goes_next()
    assert call.here == "trigger"


def test_a_must_skipped_by_hand_does_not_come_back() -> None:
    call = Call()
    while call.here is not None:
        call.skips()
    assert [ask.id for ask in traversal.unasked_musts(PLAYBOOK, call.state)] == ["trigger", "cost"]


def test_time_running_out_folds_what_could_wait() -> None:
    call = Call().jumps("cost")
    assert call.waits(minutes=20).goes_next().here == "do_nothing"


def test_in_time_nothing_is_folded() -> None:
    assert Call().jumps("cost").waits(minutes=10).goes_next().here == "nice"


def test_planned_time_ends_with_the_section() -> None:
    assert traversal.planned_seconds(PLAYBOOK, Place("trigger")) == 8 * 60
    assert traversal.planned_seconds(PLAYBOOK, Place("cost")) == 16 * 60
    assert traversal.planned_seconds(PLAYBOOK, Place(None)) == 24 * 60


def test_without_planned_time_nobody_is_late() -> None:
    timeless = Playbook("p", "P", agenda=(Ask("a", "A?"),))
    assert not traversal.is_late(timeless, Place("a"), 10_000)


def test_a_detour_comes_back_by_itself() -> None:
    call = Call().jumps("cost").detours("demo")
    assert call.place == Place("proof", detour="demo")
    call.goes_next(2)
    assert call.place == Place("cost")
    assert isinstance(call.events[-1], Returned)
    assert not call.state.returns


def test_an_answer_can_end_a_detour() -> None:
    call = Call().jumps("cost").detours("demo").goes_next().answers("audience", "Only me")
    assert call.place == Place("cost")


def test_a_detour_within_a_detour_comes_back_twice() -> None:
    call = Call().jumps("cost").detours("demo").detours("price")
    assert call.goes_next().place == Place("proof", detour="demo")
    assert call.goes_next(2).place == Place("cost")


def test_coming_back_to_an_answered_question_goes_on() -> None:
    call = Call().answers("trigger", "Show me")
    assert call.place == Place("proof", detour="demo")
    assert call.goes_next(2).place == Place("cost")


def test_coming_back_to_a_follow_up_stays_with_it() -> None:
    call = Call().answers("trigger", "Something broke").detours("demo").goes_next(2)
    assert call.place == Place("trigger", "Something broke")


def test_a_detour_taken_at_the_end_comes_back_to_the_end() -> None:
    call = Call()
    while call.here is not None:
        call.skips()
    assert call.detours("demo").goes_next(2).place == Place(None)


def test_a_detour_whose_question_is_gone_comes_back_to_what_follows() -> None:
    call = Call().jumps("cost").detours("demo")
    call.playbook = replace(PLAYBOOK, agenda=tuple(item for item in AGENDA if getattr(item, "id", "") != "cost"))
    assert call.goes_next(2).here == "trigger"


def test_a_detour_that_is_gone_has_no_items() -> None:
    assert traversal.find_item(PLAYBOOK, "proof", "nowhere") is None
    assert traversal.section_of(PLAYBOOK, Place("proof", detour="demo")) is None


def test_a_question_may_be_asked_again_where_it_says_so() -> None:
    again = Playbook("p", "P", agenda=(Ask("a", "A?"), Ask("b", "B?", repeatable=True), Ask("c", "C?")))
    call = Call(again).happens(Recalled(0, "b", "known", "x"), Recalled(0, "c", "known", "x"))
    assert call.goes_next().here == "b"


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
        if call.here is None:
            break
        call.picks(wish) if wish and isinstance(call.now.item, Ask) else call.goes_next()
    assert call.here is None


@given(playbooks(), st.lists(st.integers(0, 3), max_size=20))
@settings(max_examples=examples(60), deadline=None)
def test_undoing_everything_leads_back_to_the_first_question(playbook: Playbook, wishes: list[int]) -> None:
    call = Call(playbook)
    began = call.state
    found = 0
    for wish in wishes:
        if call.here is None:
            break
        call.picks(wish) if wish and isinstance(call.now.item, Ask) else call.goes_next()
        found += 1
    for _ in range(found):
        call.undoes()
    assert call.state == began
    with pytest.raises(actions.CannotAct, match="nothing to undo"):
        call.undoes()


def test_the_first_place_is_the_first_that_is_open() -> None:
    guarded = Playbook("p", "P", agenda=(Ask("a", "A?", when=known("b")), Ask("b", "B?")))
    assert traversal.first_place(guarded, CallState()) == Place("b")


def test_moving_on_inside_the_agenda_is_an_advance() -> None:
    call = Call().goes_next()
    assert call.events[-1] == Advanced(1.0, Place("trigger"), Place("hello"))
