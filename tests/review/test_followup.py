"""The follow-up message to the buyer: promises with their dates, in natural and correct sentences."""

from __future__ import annotations

from invented_calls import PLAYBOOK, Call
from salesnerd_tui.call.events import GONE, Answered, NoteKind, Origin, Promised, Side
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.followup import draft_message, find_cautions, own_notes

STEPS = {"our_part": "write the test plan", "our_date": "2026-12-04", "their_part": "name two users"}


def test_a_go_lists_documents_and_steps_with_their_days_and_the_price() -> None:
    call = Call(people=("Dana Smith, VP Eng", "Ola Berg, CFO"))
    call.answered(10, "trigger", "What happened?", "audit found 40 double bills")
    call.answered(20, "papers_needed", "What paperwork do you need?", "security questionnaire, DPA")
    call.answered(25, "in_writing", "What do you need in writing?", "no minimum term")
    call.noted(30, "“we look stupid in front of patients”", NoteKind.QUOTE)
    call.noted(40, "Ola: sends the October file by 2026-11-27", NoteKind.PROMISE)
    call.ended(100, "agreed", "go", {**STEPS, "price_agreed": "1,200 a month."})
    debrief = build_debrief(call.events)
    assert draft_message(debrief, own_notes(debrief)) == (
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
    assert "none for now" in own_notes(found)[0], "after a no nobody owes documents"
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


def test_of_many_answers_those_with_numbers_and_names_are_quoted_in_the_order_of_the_call() -> None:
    call = Call()
    nights = ("two nights", "some nights", "three nights", "four nights", "a few nights", "five nights", "all of May")
    for number, words in enumerate(nights):
        call.add(Answered(number, f"q{number}", "How long?", f"We were there for {words}.", how=Origin.HEARD))
    quotes = [line for line in draft_message(build_debrief(call.events)).splitlines() if line.startswith("- “")]
    quoted_nights = [nights[number] for number in (0, 2, 3, 5, 6)]
    assert quotes == [f"- “We were there for {words}.”" for words in quoted_nights]


def test_a_long_answer_is_quoted_from_its_first_number_or_name() -> None:
    said = (
        "I never really added that up. Let me think about it for a second. Bram and me, ten hours each. And then there "
        "was a carrier that charged us a late fee, that was four thousand two hundred, which nobody had planned for."
    )
    call = Call().add(Answered(90, "cost", "What did it cost?", said, how=Origin.HEARD))
    call.they_say(80, 85, "There was a carrier that charged us a late fee, that was four thousand two hundred.")
    message = draft_message(build_debrief(call.events))
    assert "in your words:\n- “Bram and me, ten hours each.”\n\n" in message, "the fee is part of the same answer"


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
        assert (warned in find_cautions(found, own_notes(found))) is expected
        assert warned not in find_cautions(found), "the note is not in the message"


def test_a_heard_promise_is_in_the_message_only_with_a_day_and_without_filler() -> None:
    call = Call()
    call.promised(10, "Well, um, I guess I'll send you the figures by Friday, okay?", due="by friday")
    call.promised(20, "It depends, but I'll mail Ola the draft on 2 December.", due="on 2 december")
    call.promised(30, "I'll look into the export.")
    call.promised(40, "The draft will be with you on Monday.", due="on monday")
    call.promised(
        50,
        "It depends, but we will definitely have the connector ready for you by January, no problem.",
        over=True,
        bounded="The plan is to have it by January; what could move it is …",
        due="by january",
    )
    found = build_debrief(call.events)
    message = draft_message(found)
    assert "I will:\n- send you the figures by Friday (27 November)\n- mail Ola the draft on 2 December\n\n" in message
    for absent in ("guess", "depends", "export", "connector", "with you", "okay"):
        assert absent not in message
    first, *others = find_cautions(found)
    assert first == (
        "write “The plan is to have it by January; what could move it is …” instead of “It depends, but we will "
        "definitely have the connector ready…” (0:50)"
    )
    assert "at 0:30 you said “I'll look into the export.”: add it with a day" in others
    assert "at 0:40 you said “The draft will be with you on Monday.”: write it as what you will do" in others


def test_an_answer_that_was_typed_as_a_number_is_in_the_message() -> None:
    call = Call().add(
        Answered(20, "cost", "What did it cost?", "9k all in", kind=NoteKind.NUMBER),
        Answered(30, "decider", "Who decides?", "Ann, CFO", kind=NoteKind.PERSON),
    )
    debrief = build_debrief(call.events)
    assert "9k all in" in draft_message(debrief)
    assert own_notes(debrief) == ("Who decides? Ann, CFO",)


def test_private_notes_stay_out_and_what_they_revealed_with_numbers_and_names_is_in() -> None:
    call = Call()
    call.they_say(5, 9, "Last quarter we paid 40,000 € of penalties because of wrong slots.")
    call.i_say(10, 11, "What happened?")
    call.they_say(12, 16, "We lost the whole weekend in October when Ralf retyped every booking by hand.")
    call.i_say(17, 18, "I see.")
    call.they_say(19, 22, "I'm worried that your 5 people are gone next year.")
    call.i_say(23, 24, "Fair.")
    call.answered(30, "trigger", "What happened?", "they call again at 3, mute kid")
    call.noted(31, "she seems tired of her tool")
    found = build_debrief(call.events)
    message = draft_message(found)
    assert (
        "in your words:\n- “Last quarter we paid 40,000 € of penalties because of wrong slots.”\n- “We lost" in message
    )
    for absent in ("mute kid", "tired", "worried", "What I noted"):
        assert absent not in message
    assert own_notes(found) == ("they call again at 3, mute kid", "she seems tired of her tool")
    assert "What I noted:\n- she seems tired of her tool\n" in draft_message(found, own_notes(found)[1:])


def test_the_day_of_the_next_talk_is_in_the_message() -> None:
    found = build_debrief(Call().ended(100, "not_now", "not-yet", {"revisit_on": "next Tuesday"}).events)
    assert "We agreed to talk again next Tuesday (24 November).\n" in draft_message(found)


def test_a_call_without_captions_says_that_own_notes_are_left_out() -> None:
    found = build_debrief(Call().answered(10, "trigger", "What happened?", "the audit found 40 double bills").events)
    warning = "your own notes are left out: add those that they may read"
    assert warning in find_cautions(found)
    assert warning not in find_cautions(found, own_notes(found))


def test_a_message_has_five_points_must_ask_answers_first() -> None:
    call = Call()
    for number, word in enumerate(("two", "three", "four", "five", "six", "seven")):
        call.add(Answered(number, f"q{number}", "How long?", f"We were there for {word} nights.", how=Origin.HEARD))
    call.add(Answered(300, "trigger", "What happened?", "Well, the whole team was tired of it.", how=Origin.HEARD))
    message = draft_message(build_debrief(call.events, PLAYBOOK))
    points = [line for line in message.splitlines() if line.startswith("- “")]
    assert points[:2] == ["- “The whole team was tired of it.”", "- “We were there for two nights.”"]
    assert len(points) == 5


def test_an_answer_wins_over_what_they_revealed_in_the_same_minute() -> None:
    revealed = "Last quarter we paid 40,000 € of penalties because of wrong slots."

    def message(at: float) -> str:
        call = Call().add(Answered(at, "trigger", "What happened?", "The audit found it in May.", how=Origin.HEARD))
        call.they_say(5, 9, revealed).i_say(10, 11, "What happened?")
        return draft_message(build_debrief(call.events, PLAYBOOK))

    assert revealed not in message(30)
    assert revealed in message(200)
