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
from salesnerd_tui.call.outcome import ending_choices
from salesnerd_tui.playbook.model import Answer, Ask, NoteType, Playbook
from tap_reasons import recorded


def test_next_marks_the_question_as_asked_not_as_answered() -> None:
    call = Call().jump("cost").go_next()
    assert "cost" in call.state.asked
    assert not call.state.known("cost")


def test_a_picked_answer_is_noted_under_its_question() -> None:
    call = Call().answer("trigger", "An audit")
    assert call.state.known("trigger") == ("An audit",)
    assert call.state.points("fit") == 2
    assert call.state.known("why") == ("audit",)
    assert call.item == "cost"
    assert any(isinstance(event, Filled) for event in call.events)


def test_an_answer_with_a_follow_up_shows_it_before_going_on() -> None:
    call = Call().answer("trigger", "Something broke")
    assert call.place == Place("trigger", "Something broke")
    assert call.go_next().item == "cost"


def test_going_back_leads_past_the_follow_up_of_a_corrected_answer() -> None:
    call = Call().jump("trigger").pick(1).pick(2)
    assert call.place == Place("trigger", "My boss asked")
    assert call.go_back().place == Place("trigger")
    call.pick(1).pick(7)
    assert call.item == "cost"
    assert call.go_back().place == Place("trigger")


def test_going_back_leads_to_the_follow_up_again_once_the_correction_is_undone() -> None:
    call = Call().jump("trigger").pick(1).pick(7).undo().go_next()
    assert call.go_back().place == Place("trigger", "Something broke")


def test_the_statement_of_an_answer_comes_before_its_target() -> None:
    goodbye = Answer("No", "No", say="Thank you for the straight answer.", end="part_friends")
    call = Call(replace(PLAYBOOK, agenda=(Ask("x", "X?", answers=(goodbye,)), Ask("y", "Y?")))).pick(1)
    assert call.place == Place("x", "No"), "the thanks are on the screen, nothing is proposed yet"
    call.go_next()
    assert call.state.proposed == Proposed(call.at, outcome="part_friends")
    assert call.item is None


def test_an_answer_can_lead_elsewhere() -> None:
    assert Call().answer("trigger", "Just looking").item == "do_nothing"


def test_an_answer_can_propose_an_ending_without_ending() -> None:
    call = Call().answer("trigger", "You called me")
    assert call.state.proposed == Proposed(call.at, outcome="not_now")
    assert call.place == Place(None)
    assert call.state.ended is None


def test_an_answer_can_propose_another_playbook() -> None:
    call = Call().answer("trigger", "It is a tender")
    assert call.state.proposed == Proposed(call.at, switch="rfp_landed")


def test_going_back_withdraws_the_proposal() -> None:
    call = Call().answer("trigger", "You called me").go_back()
    assert call.state.proposed is None
    assert call.item == "trigger"


def test_plain_choices_are_numbered_too() -> None:
    call = Call().answer("do_nothing", "Nobody")
    assert call.state.known("do_nothing") == ("Nobody",)


def test_going_back_retraces_the_way() -> None:
    call = Call().go_next(3).go_back().go_back()
    assert call.item == "trigger"
    assert call.go_back().item == "hello"
    with pytest.raises(CannotAct, match="first question"):
        call.go_back()


def test_going_back_out_of_a_detour_forgets_it() -> None:
    call = Call().jump("cost").take_detour("demo").go_back()
    assert call.place == Place("cost")
    assert not call.state.returns


def test_going_back_inside_a_detour_keeps_its_way_out() -> None:
    call = Call().jump("cost").take_detour("demo").go_next().go_back()
    assert call.place == Place("proof", detour="demo")
    assert call.state.returns == (Place("cost"),)


def test_typed_words_are_kept_under_the_question_on_the_screen() -> None:
    call = Call().jump("cost").note("  two days a month ")
    assert call.state.known("cost") == ("two days a month",)
    assert call.item == "cost", "a note does not move the call"


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
    call = Call().jump("cost").note("! three engineers up at night")
    assert call.state.free == (Noted(call.at, "three engineers up at night", NoteKind.PAIN, "cost"),)
    assert not call.state.known("cost")


@pytest.mark.parametrize(
    ("typed", "type_", "is_answer"),
    [
        ("# about 9k all in", NoteType.MONEY, True),
        ("# about 40 people", NoteType.NUMBER, True),
        ("number: 40", NoteType.NUMBER, True),
        ("@ Ann, CFO", NoteType.PEOPLE, True),
        ("@ Ann, CFO", NoteType.PERSON, True),
        ("# about 40 people", NoteType.TEXT, False),
        ("# about 40 people", NoteType.PEOPLE, False),
        ("@ Ann, CFO", NoteType.MONEY, False),
        ("! 9k burned", NoteType.MONEY, False),
        ("- 9k, I guess", NoteType.MONEY, False),
    ],
)
def test_a_note_of_the_kind_that_is_asked_for_answers_the_question(
    typed: str, type_: NoteType, is_answer: bool
) -> None:
    agenda = tuple(
        replace(item, type=type_) if isinstance(item, Ask) and item.id == "cost" else item for item in AGENDA
    )
    call = Call(replace(PLAYBOOK, agenda=agenda)).jump("cost").note(typed)
    words = parse_note_kind(typed)[1]
    assert call.state.known("cost") == ((words,) if is_answer else ())
    assert [note.text for note in call.state.free] == ([] if is_answer else [words])
    go = next(each for each in ending_choices(call.context) if each.outcome.id == "next_step")
    assert bool(go.unmet) is not is_answer, "the gate counts it"
    assert not call.undo().state.known("cost")
    assert not call.state.free


def test_words_typed_at_a_statement_are_a_free_note() -> None:
    call = Call().note("she sounds tired")
    assert call.state.free[0].kind is NoteKind.FREE
    assert call.state.free[0].question == "hello"


def test_words_typed_at_the_end_are_a_free_note() -> None:
    call = Call()
    while call.item is not None:
        call.skip()
    assert call.note("that went well").state.free[0].question == ""


def test_a_detour_by_key_remembers_how_it_was_taken() -> None:
    events = actions.take_detour(Call().context, "demo", Origin.HEARD)
    assert [event.how for event in events if isinstance(event, Detoured)] == [Origin.HEARD]


def test_a_heard_question_is_recorded_once_and_does_not_move_the_call() -> None:
    call = Call()
    heard = actions.record_heard_question(call.context, "cost")
    assert [type(event) for event in heard] == [Asked]
    call.record(*heard)
    assert call.item == "hello"
    assert actions.record_heard_question(call.context, "cost") == ()
    assert actions.record_heard_question(call.context, "no_such") == ()


def test_marks_and_dismissed_taps() -> None:
    call = Call()
    call.record(*actions.mark(call.context), Tapped(1, TapKind.PITCHING, recorded("…")))
    assert call.state.marks == (Marked(0, "hello"),)
    assert actions.dismiss_tap(call.context) == (Dismissed(0, TapKind.PITCHING, Dismissal.DISMISSED),)


def test_undo_takes_back_the_whole_action_and_only_it() -> None:
    call = Call().go_next().answer("trigger", "An audit")
    call.record(Heard(call.at, Side.ME, "me", 0, 1, "well"))
    call.undo()
    assert call.place == Place("trigger")
    assert not call.state.known("trigger")
    assert not call.state.known("why")
    assert call.state.points("fit") == 0
    assert call.undo().item == "hello"


def test_a_reload_keeps_the_place() -> None:
    call = Call().jump("cost")
    assert actions.keep_place(call.context, PLAYBOOK) == ()


def test_a_reload_without_the_question_goes_to_the_next_that_remains() -> None:
    call = Call().jump("cost")
    call.playbook = _without("cost", "nice")
    assert actions.keep_place(call.context, PLAYBOOK) == (
        Jumped(1.0, Place("do_nothing"), Place("cost"), JumpReason.QUESTION_REMOVED),
    )


def test_a_question_that_gets_another_id_by_its_new_words_is_still_the_place() -> None:
    call = Call().jump("cost")
    reworded = [replace(item, id="bill") if getattr(item, "id", "") == "cost" else item for item in AGENDA]
    call.playbook = replace(PLAYBOOK, agenda=tuple(reworded))
    assert _jumped_to(call) == [Place("bill")]


def test_an_old_question_in_the_place_of_a_removed_one_is_not_the_same_reworded() -> None:
    call = Call().jump("cost")
    ids = [getattr(item, "id", "") for item in AGENDA]
    items = list(AGENDA)
    items[ids.index("cost")] = items.pop(ids.index("do_nothing"))
    call.playbook = replace(PLAYBOOK, agenda=(*items, Ask("new", "New?")))
    assert len(call.playbook.agenda) == len(AGENDA)
    assert _jumped_to(call) == [Place("nice")]


def test_a_reload_that_removes_every_later_question_goes_to_the_end() -> None:
    call = Call().jump("verdict")
    call.playbook = _without("verdict")
    assert _jumped_to(call) == [Place(None)]


def test_a_reload_without_the_detour_comes_back() -> None:
    call = Call().jump("cost").take_detour("demo")
    call.playbook = replace(PLAYBOOK, detours={})
    assert _jumped_to(call) == [Place("cost")]


def test_a_renamed_question_is_still_the_place() -> None:
    call = Call().jump("do_nothing")
    renamed = tuple(
        replace(item, id="who_loses", aliases=("do_nothing",))
        if isinstance(item, Ask) and item.id == "do_nothing"
        else item
        for item in AGENDA
    )
    call.playbook = replace(PLAYBOOK, agenda=renamed)
    assert actions.keep_place(call.context, PLAYBOOK) == ()


def test_each_key_that_cannot_act_says_why() -> None:
    call = Call()
    done = Call()
    while done.item is not None:
        done.skip()
    with pytest.raises(CannotAct, match="end the call"):
        actions.go_next(done.context)
    with pytest.raises(CannotAct, match="end of the agenda"):
        actions.skip(done.context)
    with pytest.raises(CannotAct, match="no question 'cots'"):
        actions.jump(call.context, "cots")
    with pytest.raises(CannotAct, match="already at this question"):
        actions.jump(call.context, "hello")
    with pytest.raises(CannotAct, match="no numbered answers"):
        actions.pick(call.context, 1)
    with pytest.raises(CannotAct, match=r"no answer 9 \(choose 1 to 7\)"):
        actions.pick(call.jump("trigger").context, 9)
    with pytest.raises(CannotAct, match="nothing typed"):
        actions.note(call.context, "   ")
    with pytest.raises(CannotAct, match="no detour 'dmeo'"):
        actions.take_detour(call.context, "dmeo")
    with pytest.raises(CannotAct, match="not available until cost is known"):
        actions.take_detour(call.context, "later")
    with pytest.raises(CannotAct, match="no tap"):
        actions.dismiss_tap(call.context)


def test_detours_do_not_nest_in_themselves_nor_too_deep() -> None:
    call = Call().jump("cost").note("2 days").take_detour("demo")
    with pytest.raises(CannotAct, match="already in that detour"):
        call.take_detour("demo")
    call.take_detour("price").take_detour("later")
    with pytest.raises(CannotAct, match=r"too many open detours \(3\)"):
        call.take_detour("deep")


def test_a_detour_that_is_not_repeatable_is_taken_once() -> None:
    call = Call().take_detour("price").go_next()
    with pytest.raises(CannotAct, match="only be used once"):
        call.take_detour("price")


def test_a_detour_with_nothing_left_to_ask_says_so() -> None:
    call = Call().jump("cost").take_detour("deep").note("they built one").go_next()
    with pytest.raises(CannotAct, match="is already answered"):
        call.take_detour("deep")


def test_an_answer_counts_even_when_its_detour_cannot_be_taken() -> None:
    call = Call().jump("trigger").take_detour("demo").note("one of ours").go_next().answer("audience", "Others")
    assert call.answer("trigger", "Show me").item == "cost"
    assert "Show me" in call.state.known("trigger")


def test_an_answer_that_goes_back_outside_a_detour_just_goes_on() -> None:
    call = Call().jump("cost").take_detour("demo").go_next()
    call.playbook = replace(PLAYBOOK, agenda=PLAYBOOK.detours["demo"].agenda)
    call.jump("audience").answer("audience", "Only me")
    assert call.place.item != "audience"


def test_points_come_with_a_picked_answer_and_not_with_a_typed_note() -> None:
    ask = Ask("fit", "Fit?", answers=(Answer("Good", "Good", points={"": 1}),))
    call = Call(Playbook("p", "P", agenda=(ask, Ask("b", "B?")))).note("looks good")
    assert call.state.points() == 0
    assert call.pick(1).state.points() == 1


def _jumped_to(call: Call) -> list[Place]:
    return [event.to for event in actions.keep_place(call.context, PLAYBOOK) if isinstance(event, Jumped)]


def _without(*ids: str) -> Playbook:
    return replace(PLAYBOOK, agenda=tuple(item for item in AGENDA if getattr(item, "id", "") not in ids))


def test_a_second_pick_corrects_the_first() -> None:
    fit = Ask("fit", "Fit?", answers=(Answer("Good", "Good", points={"bid": 3}), Answer("Bad", "Bad")))
    call = Call(replace(PLAYBOOK, agenda=(fit, Ask("x", "X?")))).pick(1)
    assert call.state.points("bid") == 3
    call.answer("fit", "Bad")
    assert call.state.known("fit") == ("Bad",)
    assert call.state.points("bid") == 0
    assert call.undo().undo().state.points("bid") == 3


def test_typed_words_survive_a_corrected_pick() -> None:
    call = Call().answer("trigger", "An audit").jump("trigger").note("in March").answer("trigger", "Something broke")
    assert call.state.known("trigger") == ("in March", "Something broke")
    assert call.state.points("fit") == 0


def test_a_question_that_may_be_asked_again_keeps_every_pick() -> None:
    answers = (Answer("Good", "Good", points={"bid": 1}), Answer("Bad", "Bad"))
    again = Ask("fit", "Fit?", repeatable=True, answers=answers)
    call = Call(replace(PLAYBOOK, agenda=(again, Ask("x", "X?")))).pick(1).answer("fit", "Bad")
    assert call.state.known("fit") == ("Good", "Bad")
    assert call.state.points("bid") == 1
