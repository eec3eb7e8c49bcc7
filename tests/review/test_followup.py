"""The follow-up message to the buyer: promises with their dates, in natural and correct sentences."""

from __future__ import annotations

from invented_calls import Call
from salesnerd_tui.call.events import GONE, Answered, NoteKind, Origin, Promised, Side
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.followup import draft_message, find_cautions

STEPS = {"our_part": "write the test plan", "our_date": "2026-12-04", "their_part": "name two users"}


def test_a_go_lists_documents_and_steps_with_their_days_and_the_price() -> None:
    call = Call(people=("Dana Smith, VP Eng", "Ola Berg, CFO"))
    call.answered(10, "trigger", "What happened?", "audit found 40 double bills")
    call.answered(20, "papers_needed", "What paperwork do you need?", "security questionnaire, DPA")
    call.answered(25, "in_writing", "What do you need in writing?", "no minimum term")
    call.noted(30, "“we look stupid in front of patients”", NoteKind.QUOTE)
    call.noted(40, "Ola: sends the October file by 2026-11-27", NoteKind.PROMISE)
    call.ended(100, "agreed", "go", {**STEPS, "price_agreed": "1,200 a month."})
    assert draft_message(build_debrief(call.events)) == (
        "Hi Dana and Ola,\n\n"
        "Thank you for your time on 20 November.\n\n"
        "What I heard, in your words:\n- “we look stupid in front of patients”\n\n"
        "What I noted:\n- audit found 40 double bills\n\n"
        "The price we agreed on: 1,200 a month.\n\n"
        "I will:\n- write the test plan by 4 December\n- send the paperwork you need: security questionnaire, DPA\n"
        "- put in writing: no minimum term\n\n"
        "You will:\n- Ola: send the October file by 27 November\n- name two users\n\n"
        "If I got anything wrong, please let me know.\n\n"
        "Best regards,\nKim\n"
    )


def test_a_no_keeps_a_promise_and_leaves_them_in_peace() -> None:
    call = Call().answered(10, "papers_needed", "What paperwork do you need?", "none for now")
    call.promised(35, "I'll send you the export script anyway by Friday")
    call.they_say(40, 43, "Can you send us the price list?")
    found = build_debrief(call.ended(100, "part_friends", "no-go", {"reason": "they built it themselves"}).events)
    message = draft_message(found)
    assert (
        "I'll take that as a no. Apart from what is below, I won't follow up unless you ask me to.\n\nI will:"
        in message
    )
    assert "- send you the export script anyway by Friday (27 November)\n" in message
    assert "they built it" not in message
    assert "none for now" in message, "after a no nobody owes documents"
    assert [each for each in find_cautions(found) if "price list" in each], "the message does not answer it"


def test_a_call_without_notes_asks_for_no_correction_and_says_what_to_add() -> None:
    found = build_debrief(Call().events)
    assert draft_message(found) == "Hi Dana,\n\nThank you for your time on 20 November.\n\nBest regards,\nKim\n"
    assert list(find_cautions(found)) == ["this call has no notes: add what you talked about"]


def test_nobody_is_greeted_by_a_name_that_was_removed() -> None:
    assert draft_message(build_debrief(Call(people=(GONE, "Ola Berg")).events)).startswith("Hi Ola,\n")
    assert draft_message(build_debrief(Call(people=(GONE,)).events)).startswith("Hello,\n")


def test_an_answer_of_two_words_is_not_quoted_without_its_question() -> None:
    call = Call().add(Answered(9, "last_time", "When was it?", "Five weeks.", how=Origin.HEARD))
    assert "Five weeks" not in draft_message(build_debrief(call.events))


def test_a_promise_of_theirs_is_told_from_their_side_and_steps_start_alike() -> None:
    call = Call().add(Promised(50, "I'll send you our October file by Friday.", Side.THEM, "Dana", due="by friday"))
    call.ended(100, "agreed", "go", {"our_part": "Draft the test plan", "their_part": "Names two users"})
    text = draft_message(build_debrief(call.events))
    assert "I will:\n- draft the test plan\n" in text
    assert "You will:\n- send me your October file by Friday (27 November)\n- name two users\n" in text


def test_notes_about_the_reader_in_the_third_person_are_pointed_out() -> None:
    warned = "your notes speak of “they”: write “you” where you mean the reader"
    for note, expected in (("their board asked", True), ("the other office asked", False)):
        found = build_debrief(Call().answered(10, "trigger", "What happened?", note).events)
        assert (warned in find_cautions(found)) is expected
