"""Actions: the events that each key press records, and the message if it cannot act."""

from __future__ import annotations

import pytest
from call_story import AGENDA, PLAYBOOK, Call
from msgspec.structs import replace

from salesnerd_tui.call import actions
from salesnerd_tui.call.actions import CannotAct, parse_note_kind
from salesnerd_tui.call.events import (
    Asked,
    Detoured,
    Dismissal,
    Dismissed,
    Filled,
    Heard,
    Jumped,
    JumpReason,
    Marked,
    Noted,
    NoteKind,
    Origin,
    Place,
    Proposed,
    Side,
    TapKind,
    Tapped,
)
from salesnerd_tui.playbook.model import Answer, Ask, Playbook
from tap_reasons import recorded


def test_going_on_ticks_the_question_as_asked_not_as_answered() -> None:
    call = Call().jumps("cost").goes_next()
    assert "cost" in call.state.asked
    assert not call.state.known("cost")


def test_a_picked_answer_is_noted_under_its_question() -> None:
    call = Call().answers("trigger", "An audit")
    assert call.state.known("trigger") == ("An audit",)
    assert call.state.points("fit") == 2
    assert call.state.known("why") == ("audit",)
    assert call.here == "cost"
    assert any(isinstance(event, Filled) for event in call.events)


def test_an_answer_with_a_follow_up_shows_it_before_going_on() -> None:
    call = Call().answers("trigger", "Something broke")
    assert call.place == Place("trigger", "Something broke")
    assert call.goes_next().here == "cost"


def test_what_an_answer_says_comes_before_where_it_leads() -> None:
    goodbye = Answer("No", "No", say="Thank you for the straight answer.", end="part_friends")
    call = Call(replace(PLAYBOOK, agenda=(Ask("x", "X?", answers=(goodbye,)), Ask("y", "Y?")))).picks(1)
    assert call.place == Place("x", "No"), "the thanks are on the screen, nothing is proposed yet"
    call.goes_next()
    assert call.state.proposed == Proposed(call.at, outcome="part_friends")
    assert call.here is None


def test_an_answer_can_lead_elsewhere() -> None:
    assert Call().answers("trigger", "Just looking").here == "do_nothing"


def test_an_answer_can_propose_an_ending_without_ending() -> None:
    call = Call().answers("trigger", "You called me")
    assert call.state.proposed == Proposed(call.at, outcome="not_now")
    assert call.place == Place(None)
    assert call.state.ended is None


def test_an_answer_can_propose_another_playbook() -> None:
    call = Call().answers("trigger", "It is a tender")
    assert call.state.proposed == Proposed(call.at, switch="rfp_landed")


def test_going_back_withdraws_the_proposal() -> None:
    call = Call().answers("trigger", "You called me").goes_back()
    assert call.state.proposed is None
    assert call.here == "trigger"


def test_plain_choices_are_numbered_too() -> None:
    call = Call().answers("do_nothing", "Nobody")
    assert call.state.known("do_nothing") == ("Nobody",)


def test_going_back_retraces_the_way() -> None:
    call = Call().goes_next(3).goes_back().goes_back()
    assert call.here == "trigger"
    assert call.goes_back().here == "hello"
    with pytest.raises(CannotAct, match="first question"):
        call.goes_back()


def test_going_back_out_of_a_detour_forgets_it() -> None:
    call = Call().jumps("cost").detours("demo").goes_back()
    assert call.place == Place("cost")
    assert not call.state.returns


def test_going_back_inside_a_detour_keeps_its_way_out() -> None:
    call = Call().jumps("cost").detours("demo").goes_next().goes_back()
    assert call.place == Place("proof", detour="demo")
    assert call.state.returns == (Place("cost"),)


def test_typed_words_are_kept_under_the_question_on_the_screen() -> None:
    call = Call().jumps("cost").notes("  two days a month ")
    assert call.state.known("cost") == ("two days a month",)
    assert call.here == "cost", "a note does not move the call"


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ("! pages twice a week", NoteKind.PAIN, "pages twice a week"),
        ("# 40 invoices", NoteKind.NUMBER, "40 invoices"),
        ("@ Ann, CFO", NoteKind.PERSON, "Ann, CFO"),
        ("> send the draft by Friday", NoteKind.PROMISE, "send the draft by Friday"),
        ('"we cannot go on like this"', NoteKind.QUOTE, "we cannot go on like this"),
        ("- just a thought", NoteKind.FREE, "just a thought"),
        ("pain: nights", NoteKind.PAIN, "nights"),
        ("Ratio: 3 to 1", None, "Ratio: 3 to 1"),
    ],
)
def test_a_sign_at_the_start_gives_a_note_its_kind(typed: str, kind: NoteKind | None, words: str) -> None:
    assert parse_note_kind(typed) == (kind, words)


def test_a_note_with_a_kind_is_free_but_remembers_the_question() -> None:
    call = Call().jumps("cost").notes("! three engineers up at night")
    assert call.state.free == (Noted(call.at, "three engineers up at night", NoteKind.PAIN, "cost"),)
    assert not call.state.known("cost")


def test_words_typed_while_something_is_to_be_said_are_free() -> None:
    call = Call().notes("she sounds tired")
    assert call.state.free[0].kind is NoteKind.FREE
    assert call.state.free[0].question == "hello"


def test_words_typed_at_the_end_are_free() -> None:
    call = Call()
    while call.here is not None:
        call.skips()
    assert call.notes("that went well").state.free[0].question == ""


def test_a_detour_by_key_remembers_how_it_was_taken() -> None:
    events = actions.take_detour(Call().now, "demo", Origin.HEARD)
    assert [event.how for event in events if isinstance(event, Detoured)] == [Origin.HEARD]


def test_a_question_heard_is_asked_once_and_moves_nothing() -> None:
    call = Call()
    heard = actions.record_heard_question(call.now, "cost")
    assert [type(event) for event in heard] == [Asked]
    call.happens(*heard)
    assert call.here == "hello"
    assert actions.record_heard_question(call.now, "cost") == ()
    assert actions.record_heard_question(call.now, "no_such") == ()


def test_marks_and_taps_waved_away() -> None:
    call = Call()
    call.happens(*actions.mark(call.now), Tapped(1, TapKind.PITCHING, recorded("…")))
    assert call.state.marks == (Marked(0, "hello"),)
    assert actions.dismiss_tap(call.now) == (Dismissed(0, TapKind.PITCHING, Dismissal.DISMISSED),)


def test_undo_takes_back_the_whole_action_and_only_it() -> None:
    call = Call().goes_next().answers("trigger", "An audit")
    call.happens(Heard(call.at, Side.ME, "me", 0, 1, "well"))
    call.undoes()
    assert call.place == Place("trigger")
    assert not call.state.known("trigger")
    assert not call.state.known("why")
    assert call.state.points("fit") == 0
    assert call.undoes().here == "hello"


def test_a_reload_keeps_the_place() -> None:
    call = Call().jumps("cost")
    assert actions.keep_place(call.now, PLAYBOOK) == ()


def test_a_reload_without_the_question_goes_to_the_next_that_survives() -> None:
    call = Call().jumps("cost")
    call.playbook = _without("cost", "nice")
    assert actions.keep_place(call.now, PLAYBOOK) == (
        Jumped(1.0, Place("do_nothing"), Place("cost"), JumpReason.QUESTION_REMOVED),
    )


def test_a_question_that_gets_another_id_by_its_new_words_is_still_the_place() -> None:
    call = Call().jumps("cost")
    reworded = [replace(item, id="bill") if getattr(item, "id", "") == "cost" else item for item in AGENDA]
    call.playbook = replace(PLAYBOOK, agenda=tuple(reworded))
    assert _jumped_to(call) == [Place("bill")]


def test_an_old_question_in_the_place_of_a_removed_one_is_not_the_same_reworded() -> None:
    call = Call().jumps("cost")
    ids = [getattr(item, "id", "") for item in AGENDA]
    items = list(AGENDA)
    items[ids.index("cost")] = items.pop(ids.index("do_nothing"))
    call.playbook = replace(PLAYBOOK, agenda=(*items, Ask("new", "New?")))
    assert len(call.playbook.agenda) == len(AGENDA)
    assert _jumped_to(call) == [Place("nice")]


def test_a_reload_without_anything_left_goes_to_the_end() -> None:
    call = Call().jumps("verdict")
    call.playbook = _without("verdict")
    assert _jumped_to(call) == [Place(None)]


def test_a_reload_without_the_detour_comes_back() -> None:
    call = Call().jumps("cost").detours("demo")
    call.playbook = replace(PLAYBOOK, detours={})
    assert _jumped_to(call) == [Place("cost")]


def test_a_renamed_question_is_still_the_place() -> None:
    call = Call().jumps("do_nothing")
    renamed = tuple(
        replace(item, id="who_loses", aliases=("do_nothing",))
        if isinstance(item, Ask) and item.id == "do_nothing"
        else item
        for item in AGENDA
    )
    call.playbook = replace(PLAYBOOK, agenda=renamed)
    assert actions.keep_place(call.now, PLAYBOOK) == ()


def test_each_key_that_cannot_act_says_why() -> None:
    call = Call()
    done = Call()
    while done.here is not None:
        done.skips()
    with pytest.raises(CannotAct, match="end the call"):
        actions.go_next(done.now)
    with pytest.raises(CannotAct, match="end of the agenda"):
        actions.skip(done.now)
    with pytest.raises(CannotAct, match="no question 'cots'"):
        actions.jump(call.now, "cots")
    with pytest.raises(CannotAct, match="already at this question"):
        actions.jump(call.now, "hello")
    with pytest.raises(CannotAct, match="no numbered answers"):
        actions.pick(call.now, 1)
    with pytest.raises(CannotAct, match=r"no answer 9 \(choose 1 to 7\)"):
        actions.pick(call.jumps("trigger").now, 9)
    with pytest.raises(CannotAct, match="nothing typed"):
        actions.note(call.now, "   ")
    with pytest.raises(CannotAct, match="no detour 'dmeo'"):
        actions.take_detour(call.now, "dmeo")
    with pytest.raises(CannotAct, match="not available until cost is known"):
        actions.take_detour(call.now, "later")
    with pytest.raises(CannotAct, match="no tap"):
        actions.dismiss_tap(call.now)


def test_detours_do_not_nest_in_themselves_nor_too_deep() -> None:
    call = Call().jumps("cost").notes("2 days").detours("demo")
    with pytest.raises(CannotAct, match="already in that detour"):
        call.detours("demo")
    call.detours("price").detours("later")
    with pytest.raises(CannotAct, match=r"too many open detours \(3\)"):
        call.detours("deep")


def test_a_detour_for_once_is_taken_once() -> None:
    call = Call().detours("price").goes_next()
    with pytest.raises(CannotAct, match="only be used once"):
        call.detours("price")


def test_a_detour_with_nothing_left_to_ask_says_so() -> None:
    call = Call().jumps("cost").detours("deep").notes("they built one").goes_next()
    with pytest.raises(CannotAct, match="is already answered"):
        call.detours("deep")


def test_an_answer_counts_even_when_its_detour_cannot_be_taken() -> None:
    call = Call().jumps("trigger").detours("demo").notes("one of ours").goes_next().answers("audience", "Others")
    assert call.answers("trigger", "Show me").here == "cost"
    assert "Show me" in call.state.known("trigger")


def test_an_answer_that_goes_back_outside_a_detour_just_goes_on() -> None:
    call = Call().jumps("cost").detours("demo").goes_next()
    call.playbook = replace(PLAYBOOK, agenda=PLAYBOOK.detours["demo"].agenda)
    call.jumps("audience").answers("audience", "Only me")
    assert call.place.item != "audience"


def test_points_come_with_a_picked_answer_and_not_with_a_typed_note() -> None:
    ask = Ask("fit", "Fit?", answers=(Answer("Good", "Good", points={"": 1}),))
    call = Call(Playbook("p", "P", agenda=(ask, Ask("b", "B?")))).notes("looks good")
    assert call.state.points() == 0
    assert call.picks(1).state.points() == 1


def _jumped_to(call: Call) -> list[Place]:
    return [event.to for event in actions.keep_place(call.now, PLAYBOOK) if isinstance(event, Jumped)]


def _without(*ids: str) -> Playbook:
    return replace(PLAYBOOK, agenda=tuple(item for item in AGENDA if getattr(item, "id", "") not in ids))


def test_a_second_pick_corrects_the_first() -> None:
    fit = Ask("fit", "Fit?", answers=(Answer("Good", "Good", points={"bid": 3}), Answer("Bad", "Bad")))
    call = Call(replace(PLAYBOOK, agenda=(fit, Ask("x", "X?")))).picks(1)
    assert call.state.points("bid") == 3
    call.answers("fit", "Bad")
    assert call.state.known("fit") == ("Bad",)
    assert call.state.points("bid") == 0
    assert call.undoes().undoes().state.points("bid") == 3


def test_typed_words_survive_a_corrected_pick() -> None:
    call = (
        Call().answers("trigger", "An audit").jumps("trigger").notes("in March").answers("trigger", "Something broke")
    )
    assert call.state.known("trigger") == ("in March", "Something broke")
    assert call.state.points("fit") == 0


def test_a_question_that_may_be_asked_again_keeps_every_pick() -> None:
    answers = (Answer("Good", "Good", points={"bid": 1}), Answer("Bad", "Bad"))
    again = Ask("fit", "Fit?", repeatable=True, answers=answers)
    call = Call(replace(PLAYBOOK, agenda=(again, Ask("x", "X?")))).picks(1).answers("fit", "Bad")
    assert call.state.known("fit") == ("Good", "Bad")
    assert call.state.points("bid") == 1
