"""List of promises: owner, due date and status, and the message that lists them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invented_calls import PLAYBOOK, Call, dana
from salesnerd_tui.call.events import (
    GONE,
    Answered,
    Heard,
    NoteKind,
    Origin,
    Promised,
    Settled,
    Settlement,
    Side,
    Undone,
)
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief.model import PromiseKind
from salesnerd_tui.review.debrief_page import render_markdown, render_page, to_plain_text
from salesnerd_tui.review.followup import draft_message, find_cautions, own_notes
from salesnerd_tui.review.promise_ledger import promises_page, summary_sentence, to_checklist
from salesnerd_tui.review.promises import (
    PromiseStatus,
    capitalize_due,
    is_owed,
    parse_day,
    parse_due_date,
    sort_by_urgency,
    to_own_task,
    to_reader_task,
    to_task,
    tracked_promises,
)

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "due", "shown"),
    [
        ("We can build that by next Friday, no problem.", "by next friday", "by next Friday"),
        ("We can build that soon.", "by next friday", "by next friday"),
        ("Send it", "", ""),
    ],
)
def test_a_date_without_a_day_is_shown_as_it_was_said(text: str, due: str, shown: str) -> None:
    (promise,) = build_debrief(Call().promised(50, text, due=due).events, PLAYBOOK).promises
    assert capitalize_due(promise) == shown


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("send it by 2026-11-27", date(2026, 11, 27)),
        ("by Friday", date(2026, 11, 27)),
        ("on monday morning", date(2026, 11, 23)),
        ("tomorrow", date(2026, 11, 21)),
        ("the day after tomorrow", date(2026, 11, 22)),
        ("by the end of the day", FRIDAY),
        ("within two weeks", date(2026, 12, 4)),
        ("in 10 days", date(2026, 11, 30)),
        ("by 3 March", date(2027, 3, 3)),
        ("before December 1st", date(2026, 12, 1)),
        ("on the 5th of January, 2028", date(2028, 1, 5)),
        ("12 Dec", date(2026, 12, 12)),
        ("Sept 3, 2027", date(2027, 9, 3)),
        ("end of the month", date(2026, 11, 30)),
        ("end of the week", FRIDAY),
        ("show you on the eighteenth.", date(2026, 12, 18)),
        ("by the 20th", FRIDAY),
        ("before the thirty-first", date(2026, 12, 31)),
        ("on the fifth of January", date(2027, 1, 5)),
        ("the twenty first of december", date(2026, 12, 21)),
        ("next Friday", date(2026, 11, 27)),
        ("on wed", date(2026, 11, 25)),
        ("Monday of next week", date(2026, 11, 23)),
        ("next week on Thu", date(2026, 11, 26)),
        ("in March", date(2027, 3, 31)),
        ("by late January 2028", date(2028, 1, 31)),
        ("before December", date(2026, 11, 30)),
        ("in three months", date(2027, 2, 20)),
        ("next week", date(2026, 11, 27)),
        ("end of next month", date(2026, 12, 31)),
    ],
)
def test_a_day_that_is_beyond_doubt(words: str, day: date) -> None:
    assert parse_due_date(words, FRIDAY) == day


@pytest.mark.parametrize(
    "words",
    [
        *("soon", "next sprint", "2026-13-45", "31 February", "a friday thing", "3 marbles", ""),
        *("on the second page", "by the 45th", "on the first call", "the eighteenth"),
        *("this may take a while", "early March", "sometime in spring", "the sun"),
    ],
)
def test_a_day_that_would_be_guessed_is_none(words: str) -> None:
    assert parse_due_date(words, FRIDAY) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        *(("tue", "2026-12-08"), ("next Tuesday with Ralf", "2026-12-08"), ("March", "2027-03-31")),
        *(("2 weeks", "2026-12-15"), ("dec", "2026-12-31"), ("thurs 10:00", "2026-12-03"), ("in spring", None)),
    ],
)
def test_a_field_for_a_date_needs_no_preposition(words: str, day: str | None) -> None:
    assert parse_day(words, "2026-12-01") == (date.fromisoformat(day) if day else None)


@given(st.text(), st.dates())
def test_any_words_on_any_day(words: str, said_on: date) -> None:
    parse_due_date(words, said_on)
    parse_due_date(f"within 999 weeks {words}", said_on)


@pytest.mark.parametrize(
    ("said", "noted", "kept"),
    [
        ("I'll send the pilot plan by Friday.", "send the pilot plan by Friday", "I'll send the pilot plan by Friday."),
        ("I'll send the pilot plan.", "send the pilot plan by Friday", "send the pilot plan by Friday"),
        (
            "And we'll send the pilot plan and the price.",
            "send the price",
            "And we'll send the pilot plan and the price.",
        ),
    ],
)
def test_what_was_said_and_noted_is_one_promise(said: str, noted: str, kept: str) -> None:
    call = Call().promised(10, said).noted(12, noted, NoteKind.PROMISE)
    assert [promise.text for promise in build_debrief(call.events).promises] == [kept]
    call.add(Settled(20, 2, Settlement.KEPT))
    assert not build_debrief(call.events).promises[0].is_open, "either may have been marked"


def test_two_promises_with_days_of_their_own_are_two() -> None:
    call = Call().promised(10, "I'll send the plan by Friday.").noted(12, "send the plan by Monday", NoteKind.PROMISE)
    assert len(build_debrief(call.events).promises) == 2
    call = Call().promised(10, "I'll send the plan.", over=True).noted(12, "send the plan", NoteKind.PROMISE)
    assert len(build_debrief(call.events).promises) == 2, "an overpromise has to be corrected"
    call = Call().promised(10, "I'll send the plan.").noted(12, "Dana: sends the plan", NoteKind.PROMISE)
    assert len(build_debrief(call.events).promises) == 2


def test_late_is_what_is_open_after_its_day() -> None:
    listed = {
        pledge.promise.side: pledge
        for pledge in tracked_promises("c-1", build_debrief(dana().events), date(2026, 11, 28))
        if pledge.promise.kind is PromiseKind.PROMISE
    }
    assert listed[Side.ME].promise.due_on == date(2026, 11, 27)
    assert listed[Side.ME].status is PromiseStatus.LATE
    assert listed[Side.THEM].who == "Dana"
    today = {pledge.status for pledge in tracked_promises("c-1", build_debrief(dana().events), date(2026, 11, 27))}
    assert today == {PromiseStatus.OPEN}


def test_what_was_settled_last_counts_and_only_for_its_own_promise() -> None:
    call = dana()
    mine = next(promise for promise in build_debrief(call.events).promises if promise.side is Side.ME)
    call.add(Settled(1860, mine.number, Settlement.RETRACTED), Settled(1860, mine.number, Settlement.KEPT))
    found = {
        pledge.promise.side: pledge.status
        for pledge in tracked_promises("c-1", build_debrief(call.events), date(2030, 1, 1))
        if pledge.promise.kind is PromiseKind.PROMISE
    }
    assert found == {Side.ME: PromiseStatus.KEPT, Side.THEM: PromiseStatus.LATE}


def test_an_over_promise_stands_out_until_it_is_taken_back() -> None:
    call = Call().promised(40, "It works with anything.", over=True)
    assert [pledge.status for pledge in tracked_promises("c-1", build_debrief(call.events), FRIDAY)] == [
        PromiseStatus.OVERPROMISE
    ]
    call.add(Settled(50, 1, Settlement.RETRACTED))
    assert [pledge.status for pledge in tracked_promises("c-1", build_debrief(call.events), FRIDAY)] == [
        PromiseStatus.WITHDRAWN
    ]


def test_a_checklist_for_a_tracker() -> None:
    listed = sort_by_urgency(tracked_promises("c-1", build_debrief(dana().events), date(2026, 11, 28)))
    assert to_checklist(listed, FRIDAY).splitlines() == [
        "- [ ] **Dana (Northwind Clinic), 27 November**: sends the audit report by Friday (late)",
        "- [ ] **you (Northwind Clinic), 27 November**: send a one-page sum of the costs by 2026-11-27 (late)",
        "- [ ] **you (Northwind Clinic), 3 March 2027**: Talk again (open)",
    ]


AGREED = {
    "our_part": "set up the pilot",
    "our_date": "4 December",
    "their_part": "name two drivers",
    "their_date": "Friday",
    "next_owner": "Kim",
}


def test_both_sides_steps_are_owed_each_on_its_own_day() -> None:
    listed = tracked_promises("c-1", build_debrief(Call().ended(600, "next_step", "go", AGREED).events), FRIDAY)
    assert [(pledge.ref, pledge.who, pledge.promise.text, pledge.promise.due_on) for pledge in listed] == [
        ("1.1", "you", "set up the pilot", date(2026, 12, 4)),
        ("1.1b", "they", "name two drivers", date(2026, 11, 27)),
    ]


def test_a_shared_step_is_owed_by_the_side_of_its_owner() -> None:
    record = {"next_step": "Pilot on the Tuesday job", "next_date": "12 December", "next_owner": "Dana"}
    (theirs,) = tracked_promises("c-1", build_debrief(Call().ended(600, "next_step", "go", record).events), FRIDAY)
    assert (theirs.promise.side, theirs.who, theirs.promise.due_on) == (Side.THEM, "Dana", date(2026, 12, 12))
    record["next_owner"] = "Kim"
    (mine,) = tracked_promises("c-1", build_debrief(Call().ended(600, "next_step", "go", record).events), FRIDAY)
    assert (mine.promise.side, mine.who) == (Side.ME, "you")


def test_a_settled_step_stays_settled_and_the_other_side_still_owes_theirs() -> None:
    call = Call().ended(600, "next_step", "go", AGREED)
    _, theirs = build_debrief(call.events).agreed
    call.add(Settled(600, theirs.number, Settlement.KEPT))
    found = {pledge.who: pledge.status for pledge in tracked_promises("c-1", build_debrief(call.events), FRIDAY)}
    assert found == {"you": PromiseStatus.OPEN, "they": PromiseStatus.KEPT}


def test_a_step_that_repeats_a_promise_of_that_day_is_listed_once() -> None:
    call = Call().noted(50, "set up the pilot by 4 December", NoteKind.PROMISE)
    kept = build_debrief(call.ended(600, "next_step", "go", AGREED).events)
    assert [pledge.promise.kind for pledge in tracked_promises("c-1", kept, FRIDAY)] == [
        PromiseKind.PROMISE,
        PromiseKind.STEP,
    ]


def test_a_no_agrees_on_nothing_and_neither_does_an_ending_that_was_taken_back() -> None:
    assert build_debrief(Call().ended(600, "part_friends", "no-go", AGREED).events).agreed == ()
    call = Call().ended(600, "next_step", "go", AGREED)
    assert build_debrief(call.add(Undone(610, (1,))).events).agreed == ()


def test_a_message_in_their_words_with_the_agreed_day_and_both_sides_promises() -> None:
    call = dana().noted(400, "we lose two days a month", NoteKind.QUOTE).noted(401, "she seems tired of her tool")
    assert draft_message(build_debrief(call.events)) == (
        "Hi Dana,\n\n"
        "Thank you for your time on 20 November.\n\n"
        "What I heard, in your words:\n- “The auditor found forty double bills in October.”\n"
        "- “Two people stay late every month because of it.”\n- “we lose two days a month”\n"
        "- “Two days a month, and two angry patients.”\n\n"
        "We agreed to talk again on 3 March 2027.\n\n"
        "I will:\n- send a one-page sum of the costs by 27 November\n\n"
        "You will:\n- send the audit report by Friday (27 November)\n\n"
        "If I got anything wrong, please let me know.\n\n"
        "Best regards,\nKim\n"
    )


def test_your_own_promise_has_no_owner_but_a_colleagues_has() -> None:
    def owners(*names: str) -> list[str]:
        call = Call()
        for number, name in enumerate(names):
            call.add(Heard(number + 1.0, Side.ME, name, number, number + 1.0, "I'll send you the file."))
            call.add(Promised(number + 1.0, "I'll send you the file.", owner=name))
        return [promise.owner for promise in build_debrief(call.events).promises]

    assert owners("Kim") == [""]
    assert owners("Kim W. (host)") == [""], "the only speaker on this side is the user"
    assert owners("Kim", "Sven") == ["", "Sven"]
    noted = Call().i_say(1, 2, "Hello there.").noted(10, "Sven: sends the offer", NoteKind.PROMISE)
    assert [promise.owner for promise in build_debrief(noted.events).promises] == ["Sven"]
    text = to_plain_text(
        render_page(build_debrief(Call().add(Promised(9, "I'll call you.", Side.ME, "Kim")).events), 80)
    )
    assert "you owe    I'll call you." in text


@pytest.mark.parametrize(
    ("typed", "owner"),
    [
        ("Maria: sends the log", "Maria"),
        ("María José: sends the log", "María José"),
        ("Niguez: sends the log", "Niguez"),
        ("jorg sends the log", "jorg"),
        ("Groß: sends the log", "Groß"),
    ],
)
def test_a_buyer_is_recognized_by_a_part_of_the_name_and_without_accents(typed: str, owner: str) -> None:
    call = Call(people=("María José Ñíguez, CTO", "Jörg Groß")).noted(10, typed, NoteKind.PROMISE)
    (promise,) = build_debrief(call.events).promises
    assert (promise.side, promise.owner) == (Side.THEM, owner)


@pytest.mark.parametrize("text", [f"{GONE}: asks legal by Friday", f"{GONE} asks legal by Friday"])
def test_a_promise_of_a_person_who_was_removed_is_still_the_buyers(text: str) -> None:
    (promise,) = build_debrief(Call().noted(10, text, NoteKind.PROMISE).events).promises
    assert (promise.side, promise.owner, promise.due_on) == (Side.THEM, "", date(2026, 11, 27))


def test_a_promise_whose_words_were_deleted_is_not_listed() -> None:
    call = Call().promised(10, GONE).promised(20, "I'll send the file.")
    call.add(Answered(30, "trigger", "What happened?", how=Origin.HEARD))
    found = build_debrief(call.events)
    assert [promise.text for promise in found.promises] == ["I'll send the file."]
    assert found.answers == (), "an answer without words is none"


def test_an_overpromise_is_counted_once_in_the_sum() -> None:
    call = Call().promised(10, "It works with anything.", over=True).promised(20, "I'll send the file.")
    call.noted(30, "they'll ask the board", NoteKind.PROMISE)
    listed = list(tracked_promises("c-1", build_debrief(call.events), FRIDAY))
    assert summary_sentence(listed) == "You owe 1; they owe 1; 1 overpromise to correct."


def test_a_colleague_is_none_of_the_buyers() -> None:
    call = Call(people=("Dana Will, CTO",)).noted(10, "will send it", NoteKind.PROMISE)
    call.noted(20, "Sven: sends the offer", NoteKind.PROMISE)
    assert [promise.side for promise in build_debrief(call.events).promises] == [Side.ME, Side.ME]


def test_an_agreed_step_is_theirs_if_its_owner_is_named_by_the_first_name() -> None:
    call = Call(people=("José Ñíguez, CTO",))
    call.ended(60, "next_step", "go", {"next_step": "ask the board", "next_owner": "Jose"})
    assert [step.side for step in build_debrief(call.events).agreed] == [Side.THEM]


def test_a_promise_that_was_kept_or_withdrawn_says_so() -> None:
    call = Call().promised(10, "I'll send the file.").promised(20, "It works with anything.", over=True)
    call.add(Settled(30, 1, Settlement.KEPT), Settled(30, 2, Settlement.RETRACTED))
    found = build_debrief(call.events)
    text = to_plain_text(render_page(found, 80))
    assert "I'll send the file. (kept)" in text
    assert "“It works with anything.” (withdrawn)" in text
    assert "- [x] 0:10 I'll send the file. (kept)" in render_markdown(found, "c-1")


def test_who_owes_is_readable_on_a_narrow_screen() -> None:
    call = Call(account="Acme").promised(10, "I'll send the file.")
    (rows,) = promises_page(tracked_promises("c-1", build_debrief(call.events), FRIDAY), 40, FRIDAY, has_refs=False)
    assert rows[0].plain.endswith("you · Acme")


def test_a_promise_that_is_late_since_last_year_says_so() -> None:
    call = Call().noted(10, "send the file by 27 November", NoteKind.PROMISE)
    today = date(2027, 1, 4)
    listed = list(tracked_promises("c-1", build_debrief(call.events), today))
    (rows,) = promises_page(listed, 80, today)
    assert rows[0].plain.startswith("late     27 November 2026  you owe")
    assert to_checklist(listed, today).startswith("- [ ] **you (Northwind Clinic), 27 November 2026**")


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_long_account_name_is_shown_whole(width: int) -> None:
    account = "Northwind Regional Clinic for Orthopedics, Rehabilitation and Occupational Medicine, Inc."
    call = Call(account=account).promised(10, "I'll send the file.")
    (rows,) = promises_page(tracked_promises("c-1", build_debrief(call.events), FRIDAY), width, FRIDAY, has_refs=False)
    assert " ".join(row.plain.strip() for row in rows[1:]).startswith(account)
    assert all(row.cells <= width for row in rows)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("I'll send you our October file by Friday.", "send me your October file by Friday"),
        ("We'll show your offer to the board.", "show our offer to the board"),
        ("Dana will call you.", "Dana will call you"),
        ("they'll introduce me to the nurse", "introduce me to the nurse"),
        ("I'll call you when you have the file.", "“I'll call you when you have the file”"),
        ("I'll ask what I can pay.", "“I'll ask what I can pay”"),
    ],
)
def test_what_the_buyer_promised_is_turned_around_for_them(said: str, expected: str) -> None:
    assert to_reader_task(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("I'll send you your file by Friday.", "send them their file by Friday"),
        ("I'll call you when you have it.", "“I'll call you when you have it”"),
        ("I'll write the plan.", "write the plan"),
        ("send you the plan", "send you the plan"),
    ],
)
def test_what_the_user_promised_is_about_them_for_the_user(said: str, expected: str) -> None:
    assert to_own_task(said) == expected


def test_an_over_promise_is_not_repeated_in_writing() -> None:
    found = build_debrief(Call().promised(40, "It works with anything.", over=True).ended(60, "next_step", "go").events)
    assert "works with anything" not in draft_message(found)
    cautions = list(find_cautions(found))
    assert cautions[0] == "limit or withdraw “It works with anything.” (0:40)"
    assert "next step" in cautions[1]


def test_a_no_is_left_in_peace() -> None:
    found = build_debrief(Call().ended(600, "part_friends", "no-go", {"reason": "bought another"}).events)
    assert "for being straight with me" in draft_message(found)
    assert "unless you ask" in draft_message(found)


def test_what_was_only_heard_is_quoted_and_both_parts_of_a_deal_are_in_the_message() -> None:
    call = Call().promised(50, "And I'll send you the contract by Friday.", due="by friday")
    call.add(
        Answered(60, "cost", "What did it cost?", "Two days of mine. Then it went on and on.", how=Origin.HEARD),
        Answered(70, "trigger", "What happened?", "heard words", how=Origin.HEARD),
        Answered(71, "trigger", "What happened?", "typed words"),
    )
    call.ended(90, "agreed", "go", {"their_part": "We'll name somebody at the desk.", "our_part": "send the contract"})
    message = draft_message(build_debrief(call.events, PLAYBOOK))
    assert "What I heard, in your words:\n- “Two days of mine.”\n\n" in message
    assert own_notes(build_debrief(call.events, PLAYBOOK)) == ("What happened? typed words",)
    assert "typed words" not in message, "a note may be private"
    assert "What I noted:\n- What happened? typed words\n\n" in draft_message(
        build_debrief(call.events, PLAYBOOK), ("What happened? typed words",)
    )
    assert "heard words" not in message
    assert "I will:\n- send you the contract by Friday (27 November)\n\n" in message
    assert "You will:\n- name somebody at the desk\n" in message


def test_a_quote_in_the_message_ends_with_a_sentence_and_is_there_once() -> None:
    said = (
        "The alert went into a mailbox. Three people read that mailbox, and each thought another one had seen it. "
        "Jonas noticed first, at six in the morning, when the second line had already been down for an hour."
    )
    call = Call().add(Answered(60, "last_time", "Walk me through it.", said, how=Origin.HEARD))
    call.noted(70, "three people read that mailbox", NoteKind.QUOTE).noted(71, "we lose two days", NoteKind.QUOTE)
    message = draft_message(build_debrief(call.events, PLAYBOOK))
    quote = "“Three people read that mailbox, and each thought another one had seen it.”"
    assert f"- {quote}\n- “we lose two days”\n" in message
    endless = Call().add(Answered(60, "last_time", "Walk me through it.", "and then " * 40, how=Origin.HEARD))
    assert "…”\n" in draft_message(build_debrief(endless.events, PLAYBOOK))


def test_the_message_says_what_each_side_does_by_which_day() -> None:
    people = ("Dana Scully, VP Eng", "Dr. Omar Reed")
    message = draft_message(build_debrief(Call(people=people).ended(600, "next_step", "go", AGREED).events))
    assert message.startswith("Hi Dana and Dr. Omar Reed,\n\nThank you for your time on 20 November.\n\n")
    assert "I will:\n- set up the pilot by 4 December\n\nYou will:\n- name two drivers by 27 November\n\n" in message
    owned = {"next_step": "run the pilot", "next_date": "in spring", "next_owner": "dr. omar reed"}
    message = draft_message(build_debrief(Call(people=people).ended(600, "next_step", "go", owned).events))
    assert "You will:\n- dr. omar reed: run the pilot (in spring)\n" in message
    assert "Our next step" not in message


def test_a_step_without_a_day_and_a_side_without_a_step_are_pointed_out() -> None:
    def cautions(**record: str) -> list[str]:
        return list(find_cautions(build_debrief(Call().ended(600, "next_step", "go", record).events)))

    assert cautions(**AGREED) == []
    assert cautions(our_part="send the offer", our_date="in spring") == [
        "no day for “send the offer”: agree on one",
        "they have no next step: ask what happens on their side",
    ]


def test_a_step_without_an_owner_is_ours_together_in_the_message() -> None:
    record = {"next_step": "the pilot", "next_date": "4 December"}
    message = draft_message(build_debrief(Call().ended(600, "next_step", "go", record).events))
    assert "Our next step: the pilot (4 December).\n" in message
    assert "I will" not in message


def test_documents_they_need_are_owed_and_a_picked_label_is_none() -> None:
    call = Call().add(
        Answered(50, "papers_needed", "What paperwork did you need?", label="A form"),
        Answered(60, "papers_needed", "What paperwork did you need?", "a privacy check"),
    )
    listed = tracked_promises("c-1", build_debrief(call.ended(600, "later", "not-yet", {}).events), FRIDAY)
    assert [pledge.promise.text for pledge in listed] == ["Talk again", "Paperwork they need: a privacy check"]


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("I'll send you the figures.", "send you the figures"),
        ("OK, and we will also ask the CFO!", "ask the CFO"),
        ("the contract by Friday", "the contract by Friday"),
        ("Sends the audit by Friday", "send the audit by Friday"),
        ("For sure, and then I'll book a room", "book a room"),
        ("You'll have it by noon.", "You'll have it by noon"),
        ("finishes the audit", "finish the audit"),
        ("replies to the lawyers", "reply to the lawyers"),
        ("lists the sites", "list the sites"),
        ("figures for March", "figures for March"),
        ("I'll send the paper by Friday, and I'll", "send the paper by Friday"),
        ("I'll send the paper and", "send the paper"),
        ("I'll do so", "do so"),
        ("I'll ask them, and so will he.", "ask them, and so will he"),
        ("I'll", "I'll"),
        ("", ""),
    ],
)
def test_a_promise_reads_as_a_deed_under_a_heading(said: str, done: str) -> None:
    assert to_task(said) == done


@pytest.mark.parametrize(
    ("said", "over", "owed"),
    [
        ("I'll send the figures.", False, True),
        ("We will definitely have the connector ready for you by January, no problem.", True, True),
        ("We'll have it live by Monday, I promise.", True, True),
        ("day with one click.", True, False),
        ("Sure, we can do that.", True, False),
        ("It never loses a file.", True, False),
    ],
)
def test_a_claim_about_the_product_is_not_owed(said: str, over: bool, owed: bool) -> None:
    (promise,) = build_debrief(Call().promised(50, said, over=over).events, PLAYBOOK).promises
    assert is_owed(promise) is owed
