"""The view of a call, and its outcomes."""

from __future__ import annotations

import pytest
from call_story import AGENDA, PLAYBOOK, Call
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from salesnerd_tui.call import view
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import (
    Advanced,
    Answered,
    Ended,
    Mode,
    Noted,
    NoteKind,
    Origin,
    Place,
    Promised,
    Resumed,
    SourceChanged,
    SourceState,
    Started,
    TapKind,
    Tapped,
)
from salesnerd_tui.call.outcome import end, ending_choices, missing_date, suggested_ending
from salesnerd_tui.call.state import CallState
from salesnerd_tui.call.traversal import fill, first_place, unasked_musts
from salesnerd_tui.call.view import Progress, PromptKind
from salesnerd_tui.playbook.coach_settings import ProductTalk
from salesnerd_tui.playbook.conditions import IsKnown
from salesnerd_tui.playbook.model import (
    PREP,
    Answer,
    Ask,
    Decision,
    Gate,
    NoteType,
    Outcome,
    Playbook,
    Priority,
    Say,
    Section,
)
from tap_reasons import recorded


def test_what_is_to_be_said_is_shown_with_the_name_of_the_other() -> None:
    shown = view.view(Call().context)
    assert shown.prompt.kind is PromptKind.SAY
    assert shown.prompt.text == "Thanks for the time, Dana."
    assert shown.next_question == "What happened that made you look now?"


def test_a_question_is_shown_with_its_answers_and_where_they_lead() -> None:
    prompt = view.prompt(Call().jump("trigger").context)
    assert prompt.kind is PromptKind.ASK
    assert prompt.is_must
    assert [choice.leads_to for choice in prompt.choices] == [
        "When did it last happen?",
        "That is a good boss.",
        "If nothing changes, who minds most?",
        "ends: not now (not-yet)",
        "continues in the playbook “rfp landed”",
        "detour: demo",
        "",
    ]


def test_an_answer_that_leads_back_or_nowhere_known_says_so() -> None:
    odd = (
        Answer("d", "d", say="Thanks.", end="not_now"),
        Answer("a", "a", back=True),
        Answer("b", "b", goto="gone"),
        Answer("c", "c", end="gone"),
    )
    call = Call(replace(PLAYBOOK, agenda=(Ask("x", "X?", answers=odd),)))
    assert [choice.leads_to for choice in view.prompt(call.context).choices] == [
        "Thanks. · ends: not now (not-yet)",
        "goes back",
        "gone",
        "ends: gone",
    ]


def test_a_follow_up_is_shown_under_the_question_it_belongs_to() -> None:
    prompt = view.prompt(Call().answer("trigger", "Something broke").context)
    assert prompt.kind is PromptKind.PROBE
    assert prompt.text == "When did it last happen?"
    assert prompt.parent == "What happened that made you look now?"
    assert prompt.choices[0].is_picked
    assert prompt.follows == 1


def test_a_follow_up_to_the_second_of_two_answers_names_the_second() -> None:
    again = Ask("x", "X?", answers=(Answer("a", "a"), Answer("b", "b", follow_ups=("Since when?",))), repeatable=True)
    call = Call(replace(PLAYBOOK, agenda=(again, Ask("y", "Y?")))).pick(1).go_back().pick(2)
    prompt = view.prompt(call.context)
    assert [choice.is_picked for choice in prompt.choices] == [True, True]
    assert (prompt.text, prompt.follows) == ("Since when?", 2)


def test_an_answer_can_have_only_a_statement() -> None:
    prompt = view.prompt(Call().answer("trigger", "My boss asked").context)
    assert (prompt.kind, prompt.text) == (PromptKind.SAY, "That is a good boss.")


def test_a_follow_up_can_have_a_sentence_before_it() -> None:
    both = Ask("x", "X?", answers=(Answer("a", "a", say="I see.", follow_ups=("Since when?",)),))
    prompt = view.prompt(Call(replace(PLAYBOOK, agenda=(both,))).pick(1).context)
    assert (prompt.lead_in, prompt.text) == ("I see.", "Since when?")


def test_coverage_counts_what_was_asked_of_what_is_open() -> None:
    call = Call().go_next(2)
    shown = view.view(call.context)
    assert (shown.done, shown.total) == (1, 4), "how they decide opens only once the trigger is known"
    assert [light.progress for light in shown.sections] == [Progress.DONE, Progress.HERE, Progress.SKIPPED]
    call.go_back().note("an audit")
    assert view.view(call.context).total == 5


def test_the_section_of_a_follow_up_is_still_here_after_its_last_question_was_answered() -> None:
    call = Call().jump("trigger").pick(1)
    here = [section for section in view.view(call.context).sections if section.is_here]
    assert [(section.title, section.progress) for section in here] == [("Why now", Progress.DONE)]


def test_no_section_is_here_at_the_end_of_the_agenda() -> None:
    call = Call(replace(PLAYBOOK, agenda=(Ask("x", "X?"),))).go_next()
    assert call.item is None
    assert not any(section.is_here for section in view.view(call.context).sections)


def test_gates_are_met_once_their_condition_holds() -> None:
    call = Call().jump("cost")
    assert [(gate.name, gate.is_met) for gate in view.gate_statuses(call.context)] == [("real problem", False)]
    assert view.gate_statuses(call.note("2 days").context)[0].is_met


def test_detours_are_listed_while_they_can_be_taken() -> None:
    call = Call()
    assert [each.detour for each in view.detour_keys(call.context)] == ["demo", "price", "deep"]
    call.take_detour("price").go_next()
    assert [each.detour for each in view.detour_keys(call.context)] == ["demo", "deep"]


def test_the_way_back_out_of_a_detour_is_shown() -> None:
    call = Call().jump("do_nothing").take_detour("demo")
    assert view.view(call.context).way_back == "If nothing changes, who minds most?"
    call.playbook = replace(PLAYBOOK, agenda=())
    assert view.view(call.context).way_back == "the end of the agenda"


def test_the_jump_list_shows_the_progress_of_each_question() -> None:
    call = Call().go_next().note("an audit").go_next().skip()
    rows = {row.item: row.progress for row in view.jump_rows(call.context)}
    assert rows["trigger"] is Progress.DONE
    assert rows["cost"] is Progress.SKIPPED
    assert rows["nice"] is Progress.HERE
    assert rows["verdict"] is Progress.OPEN


def test_an_answered_question_on_the_screen_counts_as_done() -> None:
    call = Call().jump("cost").note("2 days")
    assert {row.item: row.progress for row in view.jump_rows(call.context)}["cost"] is Progress.DONE


def test_progress_does_not_fall_when_the_user_goes_back_to_what_was_asked() -> None:
    call = Call().go_next(2)
    assert (call.item, view.view(call.context).done) == ("cost", 1)
    call.go_back()
    assert (call.item, view.view(call.context).done) == ("trigger", 1)


def test_questions_above_the_first_heading_have_an_empty_title() -> None:
    call = Call(Playbook("p", "P", agenda=(Ask("a", "A?"), Section("S"), Ask("b", "B?"))))
    assert [light.title for light in view.section_statuses(call.context)] == ["", "S"]


def test_the_next_question_is_ready_once_this_one_was_asked() -> None:
    call = Call().jump("cost").note("2 days")
    assert view.next_question(call.context) == "Anything else?"
    said = Playbook("p", "P", agenda=(Ask("a", "A?"), Say("s", "Well."), Ask("b", "B?")))
    assert view.next_question(Call(said).note("x").context) == "B?"
    assert view.next_question(Call(Playbook("p", "P", agenda=(Ask("a", "A?"),))).note("x").context) == ""


def test_a_section_says_whether_product_talk_is_allowed() -> None:
    open_talk = Playbook("p", "P", agenda=(Section("Demo", product_talk=ProductTalk.ALLOWED), Ask("a", "A?")))
    assert view.view(Call(open_talk).context).product_talk is ProductTalk.ALLOWED
    assert view.view(Call().context).product_talk is ProductTalk.IF_ASKED


def test_the_end_shows_what_was_proposed() -> None:
    ended = view.view(Call().answer("trigger", "You called me").context)
    assert ended.prompt.text == "Fair, Dana. When?"
    assert ended.proposed == "not_now"
    assert "rfp landed" in view.prompt(Call().answer("trigger", "It is a tender").context).text
    assert view.prompt(Call().record(Advanced(1, Place(None), Place("hello"))).context).text.startswith(
        "Decide together"
    )


def test_texts_are_filled_with_what_is_known() -> None:
    call = Call(account="Acme", me="Kim", role="VP").answer("trigger", "An audit")
    template = "{account} {name} {role} {me} {today} {product} {why}"
    assert fill(template, PLAYBOOK, call.state) == "Acme Dana VP Kim 2026-03-01 Ledger audit"


RECAP = "Let me say it back. {trigger} And the cost of it: {cost}."


def test_only_their_own_words_are_put_into_a_spoken_sentence() -> None:
    heard = Answered(5.0, "trigger", "What happened?", note="Finance noticed it first.", how=Origin.HEARD)
    call = Call().record(heard, Answered(6.0, "cost", "What did it cost?", note="2 days, ask petra"))
    assert fill(RECAP, PLAYBOOK, call.state) == "Let me say it back. “Finance noticed it first”"
    quoted = call.record(Noted(7.0, "Two days of mine, every month", NoteKind.QUOTE, "cost"))
    whole = "Let me say it back. “Finance noticed it first” And the cost of it: “Two days of mine, every month”."
    assert fill(RECAP, PLAYBOOK, quoted.state) == whole


def test_labels_and_own_notes_are_left_out_of_a_spoken_sentence() -> None:
    call = Call().answer("trigger", "An audit")
    assert fill(RECAP, PLAYBOOK, call.state) == "Let me say it back."
    assert fill("What did {trigger} cost you?", PLAYBOOK, call.state) == "What did … cost you?"
    said = "You told me what came out too late: {trigger}. That's why I'd change it."
    assert fill(said, PLAYBOOK, call.state) == "You told me what came out too late. That's why I'd change it."


@given(st.lists(st.text("ab {}:.?“”", max_size=8), max_size=6).map("{trigger}".join))
def test_no_label_is_ever_spoken(text: str) -> None:
    assert "An audit" not in fill(text, PLAYBOOK, Call().answer("trigger", "An audit").state)


def test_what_cannot_be_spoken_is_shown_beside_the_text() -> None:
    call = Call().answer("trigger", "An audit")
    assert call.item == "cost"
    shown = view.prompt(call.context)
    assert shown.text == "What did … cost you?"
    assert shown.they_said == ("An audit",)


def test_unknown_values_leave_a_gap_that_can_be_spoken_over() -> None:
    assert fill("Thanks, {name}. Is {cost} right?", PLAYBOOK, CallState()) == "Thanks. Is … right?"


def test_a_text_contains_the_points_so_far() -> None:
    call = Call().answer("trigger", "An audit")
    assert fill("{points.fit} of 10, {points} besides", PLAYBOOK, call.state) == "2 of 10, 0 besides"


def test_ending_choices_list_their_unmet_gates() -> None:
    call = Call().jump("verdict")
    found = {ending.outcome.id: ending for ending in ending_choices(call.context)}
    assert found["next_step"].unmet == ("real_problem",)
    assert found["next_step"].title == "next step"
    assert [ask.id for ask in unasked_musts(call.context.playbook, call.context.state)] == ["trigger", "cost"]
    assert not {e.outcome.id: e for e in ending_choices(call.jump("cost").note("2").context)}["next_step"].unmet


def test_a_proposed_ending_is_suggested_and_keeps_its_place() -> None:
    before, call = Call(), Call().answer("trigger", "You called me")
    endings = ending_choices(call.context)
    assert [each.outcome.id for each in endings] == [each.outcome.id for each in ending_choices(before.context)]
    suggested = suggested_ending(endings)
    assert suggested is not None
    assert suggested.outcome.id == "not_now"
    assert suggested_ending(ending_choices(before.context)) is None


def test_an_ending_whose_needs_are_met_is_suggested() -> None:
    suggested = suggested_ending(ending_choices(Call().jump("cost").note("2").context))
    assert suggested is not None
    assert suggested.outcome.id == "next_step"


def test_an_ending_takes_its_record_from_the_notes_and_the_hand() -> None:
    call = Call().record(*()).end("not_now", revisit_on=" 3 March ")
    assert call.state.ended == Ended(1.0, "not_now", "not-yet", {"revisit_on": "3 March"}, "3 March")


def test_a_field_whose_question_asks_for_a_date_is_a_date() -> None:
    wieder = Ask("wieder", "Wann?", type=NoteType.DATE)
    later = Outcome("spaeter", Decision.NOT_YET, capture=("grund", "wieder"))
    call = Call(replace(PLAYBOOK, agenda=(*PLAYBOOK.agenda, wieder), outcomes={"spaeter": later}))
    assert missing_date(ending_choices(call.context)[0], {"grund": "Jahresende"}) == "wieder"


def test_an_ending_and_its_notes_are_shown_in_the_playbooks_own_words() -> None:
    labels = {"not_now": "Später", "revisit_on": "Wieder am"}
    found = next(
        each for each in ending_choices(Call(replace(PLAYBOOK, labels=labels)).context) if each.outcome.id == "not_now"
    )
    assert (found.title, found.labels["revisit_on"]) == ("Später", "Wieder am")


def test_a_not_yet_without_a_date_is_noticed() -> None:
    found = {ending.outcome.id: ending for ending in ending_choices(Call().context)}
    assert missing_date(found["not_now"], {}) == "revisit_on"
    assert missing_date(found["not_now"], {"revisit_on": "3 March"}) == ""
    assert missing_date(found["part_friends"], {}) == ""


def test_an_outcome_renamed_during_the_call_is_proposed_and_ends_it_by_its_new_id() -> None:
    call = Call().answer("trigger", "You called me")
    assert call.state.proposed is not None
    renamed = replace(PLAYBOOK.outcomes["not_now"], id="later", aliases=("not_now",))
    others = {name: outcome for name, outcome in PLAYBOOK.outcomes.items() if name != "not_now"}
    call.playbook = replace(PLAYBOOK, outcomes={**others, "later": renamed})
    assert [choice.outcome.id for choice in ending_choices(call.context) if choice.is_proposed] == ["later"]
    (ended,) = end(call.context, "not_now", {"revisit_on": "3 March"})
    assert isinstance(ended, Ended)
    assert ended.outcome == "later"


def test_a_call_without_outcomes_still_ends_in_three_ways() -> None:
    call = Call(Playbook("p", "P", agenda=AGENDA))
    assert [ending.outcome.decision for ending in ending_choices(call.context)] == ["go", "not-yet", "no-go"]
    assert call.end("no_go", reason="no fit").state.ended is not None
    with pytest.raises(CannotAct, match="no outcome 'maybe'"):
        end(call.context, "maybe", {})


def test_all_other_events_change_the_state() -> None:
    cue = Tapped(5, TapKind.PITCHING, recorded("…"))
    broken = SourceChanged(6, "captions", SourceState.BROKEN, "gone")
    promise = Promised(7, "by Friday")
    call = Call().record(cue, broken, promise, Resumed(8, "2026-03-01T11:00:00+00:00", 60.0))
    assert call.state.tap == cue
    assert call.state.sources == {"captions": broken}
    assert call.state.promises == (promise,)
    assert call.state.resumed == 1


def test_a_prep_has_its_own_coverage_jump_list_and_musts() -> None:
    prep = (Section("Alone"), Ask("guess", "What do you believe?", Priority.MUST), Ask("hope", "What do you hope?"))
    playbook = replace(PLAYBOOK, prep=prep)
    call = Call(playbook)
    call.events = [
        replace(call.context.state.started or fail(), mode=Mode.PREP, to=first_place(playbook, CallState(), PREP))
    ]
    assert call.place == Place("guess", detour=PREP)
    shown = view.view(call.context)
    assert (shown.done, shown.total, shown.sections[0].title) == (0, 2, "Alone")
    assert [row.item for row in view.jump_rows(call.context)] == ["guess", "hope"]
    call.jump("hope").take_detour("deep").go_next()
    assert call.place == Place("hope", detour=PREP)
    assert call.go_next().item == "guess", "its unasked must comes before the end"
    assert call.note("they wait").jump("hope").note("a yes").go_next().item is None


def fail() -> Started:
    raise AssertionError("a call that never started")


def test_points_are_shown_once_there_are_any() -> None:
    call = Call()
    assert view.view(call.context).scores == ()
    assert view.view(call.answer("trigger", "An audit").context).scores == (("fit", 2.0),)


def test_an_answer_that_means_not_known_meets_no_gate() -> None:
    never = Answer("I never counted", "I never counted", known=False)
    asks = (Ask("cost", "What did it cost you?", answers=(never, Answer("A lot", "A lot"))), Ask("after", "And then?"))
    gate = Gate("real_problem", IsKnown("cost", True, "cost is known"))
    playbook = Playbook("p", "P", agenda=asks, gates={gate.name: gate})
    picked = Call(playbook).answer("cost", "I never counted")
    assert not view.gate_statuses(picked.context)[0].is_met
    assert picked.place.item == "after", "the question was answered: it is not asked again"
    assert view.gate_statuses(Call(playbook).answer("cost", "A lot").context)[0].is_met
    for typed in ("I never counted", "i never  counted."):
        said = Call(playbook).record(Answered(1.0, "cost", "What did it cost you?", note=typed))
        assert not view.gate_statuses(said.context)[0].is_met, "typed instead of picked"
    noted = picked.record(Answered(9.0, "cost", "What did it cost you?", note="two days"))
    assert view.gate_statuses(noted.context)[0].is_met
