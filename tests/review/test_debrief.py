"""Debriefs of invented calls."""

from __future__ import annotations

import pytest
from any_events import events
from hypothesis import given, settings
from msgspec.structs import replace

from invented_calls import PLAYBOOK, Call, dana
from salesnerd_tui.call.events import (
    Dismissal,
    Event,
    Filled,
    Heard,
    Marked,
    NoteKind,
    Place,
    PlanKind,
    PlanSet,
    Prepared,
    Recalled,
    Resumed,
    Side,
    SourceState,
    Switched,
    TapBasis,
    TapKind,
    Tapped,
    TapReason,
)
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.debrief.model import OutcomeKind, PlaybookStatus, TapReaction
from salesnerd_tui.review.debrief_page import render_markdown, render_page, to_plain_text
from tap_reasons import recorded
from thoroughness import examples


def test_the_header_says_who_with_what_and_how_long() -> None:
    header = debrief(dana().events, PLAYBOOK).header
    assert (header.account, header.people) == ("Northwind Clinic", ("Dana, VP Eng",))
    assert (header.playbook, header.duration_seconds, header.playbook_status) == (
        "first_call",
        1860,
        PlaybookStatus.SAME,
    )


def test_a_not_yet_shows_the_day_to_talk_again() -> None:
    outcome = debrief(dana().events).outcome
    assert outcome.verdict is OutcomeKind.NOT_YET
    assert outcome.headline == "NOT YET · revisit 3 March 2027"


def test_an_honest_no_is_a_good_ending() -> None:
    call = (
        Call()
        .they_say(5, 60, "We bought one last week, so no.")
        .ended(720, "part_friends", "no-go", {"reason": "bought"})
    )
    outcome = debrief(call.events).outcome
    assert outcome.headline == "NO-GO"
    assert "clear no after 12 min, which saves both sides time. Reason: bought" in outcome.line
    assert "bought." in outcome.line


def test_an_ending_and_a_detour_have_their_authors_words() -> None:
    told = replace(PLAYBOOK, labels={"not_now": "Nach der Migration", "demo_request": "Vorführung"})
    call = Call().detour(60, 120, "trigger").ended(720, "not_now", "not-yet", {"reason": "freeze"})
    found = debrief(call.events, told)
    assert found.outcome.name == "Nach der Migration"
    assert "Vorführung" in [stay.label for stay in found.agenda_path]


def test_what_has_to_change_first_is_no_reason() -> None:
    outcome = debrief(
        Call()
        .ended(60, "not_now", "not-yet", {"revisit_on": "2027-03-03", "what_must_change": "the audit is over"})
        .events
    ).outcome
    assert outcome.line == "Not now, but with a date: 3 March 2027. What has to be true by then: the audit is over."
    assert outcome.next_step == "", "the name of a not-yet is not a step"


def test_an_ending_of_ones_own_is_named_in_words_and_shows_what_was_noted() -> None:
    call = Call().ended(60, "trial_month", "", {"reason": "they want to see it", "price_agreed": "1,200 a month"})
    text = to_plain_text(render_page(debrief(call.events), 80))
    assert "TRIAL MONTH" in text
    assert "The call ended. Reason: they want to see it.\nPrice agreed: 1,200 a month\n" in text
    assert text.count("they want to see it") == 1


def test_questions_of_a_detour_count_on_both_sides_of_asked_of() -> None:
    call = Call().answered(10, "trigger", "What happened?", "a crash").asked(20, "demo_proof", "What would you see?")
    found = debrief(call.events, PLAYBOOK)
    assert (found.coverage.asked, found.coverage.total) == (2, 5), "four of the agenda and the one of the detour"
    assert "1 other question was not asked" in to_plain_text(render_page(found, 80))


def test_a_line_to_say_with_a_note_counts_on_both_sides_of_asked_of() -> None:
    call = Call().answered(5, "hello", "Thanks for the time, {name}.", "they have 20 minutes")
    for question in ("trigger", "last_time", "cost", "verdict"):
        call.answered(10, question, question, "two days")
    cover = debrief(call.events, PLAYBOOK).coverage
    assert (cover.asked, cover.answered, cover.total) == (5, 5, 5)


def test_a_bookmark_names_a_question_that_was_not_asked_yet() -> None:
    found = debrief(Call().add(Marked(10, "last_time")).events, PLAYBOOK)
    assert found.marks[0].question == "Walk me through the last time."


@pytest.mark.parametrize(("reveal", "thing"), [("", "something that matters"), ("doubt", "a doubt")])
def test_a_tap_whose_quote_was_deleted_still_gives_its_reason(reveal: str, thing: str) -> None:
    call = Call().add(Tapped(10, TapKind.PITCHING, TapReason(TapBasis.NOT_FOLLOWED_UP, reveal=reveal)))
    assert debrief(call.events).taps[0].reason == f"they mentioned {thing}; you didn't follow up"


def test_notes_without_a_kind_come_last() -> None:
    call = Call().noted(10, "check their SSO").noted(20, "12 hours a month", NoteKind.NUMBER)
    assert [note.text for note in debrief(call.events).notes] == ["12 hours a month", "check their SSO"]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_to_do_keeps_its_minute_its_quotes_and_its_count_at_any_width(width: int) -> None:
    call = Call().promised(30, "It works with anything that you have ever bought or will ever buy.", over=True)
    for at in (100, 200):
        call.they_say(at, at + 5, "Can you tell us how you would load our old invoices into it, all of them?")
        call.i_say(at + 6, at + 9, "I don't know, I'll check that with the team.")
    rows = [row.plain for row in render_page(debrief(call.events, PLAYBOOK), width)[0].lines]
    over, answer = (next(row for row in rows if row.startswith(name)) for name in ("take back", "answer"))
    assert over.startswith("take back  0:30 “It works")
    assert over.endswith("”")
    assert answer.startswith("answer     1:40 “Can you")
    assert answer.endswith("” · and 1 more")
    assert next(row for row in rows if row.startswith("not asked")).endswith(" · and 2 more")
    assert all(len(row) <= width for row in rows)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_quote_that_is_cut_is_closed_and_a_cut_before_it_closes_nothing(width: int) -> None:
    call = Call().add(PlanSet(0.0, PlanKind.HYPOTHESIS, "", "Nobody counted what the double bills cost"))
    call.they_say(10, 20, "Last month we counted the double bills, and they cost us two days and two patients.")
    rows = [row.plain for row in render_page(debrief(call.events, PLAYBOOK), width)[0].lines]
    believed = next(row for row in rows if row.startswith("believed"))
    assert believed.count("“") == believed.count("”") == (width >= 80)
    assert len(believed) <= width


def test_a_reveal_that_was_not_followed_up_says_so_in_words() -> None:
    found = debrief(dana().events, PLAYBOOK)
    for text in (render_markdown(found, ""), to_plain_text(render_page(found, 80))):
        assert " pain, not followed up: “Two people stay late every month because of it.”" in text
        assert text.count("not followed up") == sum(not reveal.followed_up for reveal in found.reveals)


def test_a_detour_is_called_so() -> None:
    assert "7:10 ↪ detour: demo request · 3 min" in render_markdown(debrief(dana().events, PLAYBOOK), "")


def test_dashes_of_people_are_ascii_too() -> None:
    call = Call().noted(10, "two days – or three — a month")
    assert "two days - or three - a month" in to_plain_text(render_page(debrief(call.events), 80, ascii_only=True))


def test_a_narrow_page_says_what_to_do_before_it_draws_who_talked() -> None:
    def places(width: int) -> tuple[int, int]:
        rows = [row.plain for row in render_page(debrief(dana().events, PLAYBOOK), width)[0].lines]
        owe, talk = (next(n for n, row in enumerate(rows) if row.startswith(name)) for name in ("you owe", "them"))
        return owe, talk

    owe, talk = places(40)
    assert owe < talk
    owe, talk = places(80)
    assert talk < owe


def test_an_unfinished_call_says_so_and_lasts_to_its_last_word() -> None:
    found = debrief(Call().they_say(5, 65, "The auditor found forty double bills.").events)
    assert found.outcome.verdict is OutcomeKind.UNFINISHED
    assert found.header.duration_seconds == 65


def test_answers_keep_the_wording_of_the_call() -> None:
    found = debrief(dana().events, PLAYBOOK).answers
    assert [answer.question for answer in found] == ["trigger", "cost", "verdict"]
    assert found[1].asked_as == "What did that one time cost you, Dana?"
    assert found[1].notes[0].text == "2 days a month; two angry patients"
    assert found[2].notes[0].label == "Not this quarter"


def test_a_note_whose_question_left_the_playbook_is_no_longer_asked() -> None:
    without = replace(PLAYBOOK, digest="bb22", agenda=PLAYBOOK.agenda[:3])
    found = debrief(dana().events, without)
    assert found.header.playbook_status is PlaybookStatus.CHANGED
    assert [answer.question for answer in found.answers if answer.no_longer_asked] == ["cost", "verdict"]


def test_a_note_under_a_former_name_is_still_asked_and_a_name_filled_in_is_no_question() -> None:
    call = Call().answered(10, "why", "Why now?", "audit").add(Filled(11, "team_size", "40"))
    assert not [answer for answer in debrief(call.events, PLAYBOOK).answers if answer.no_longer_asked]


def test_notes_of_another_playbook_are_not_called_gone() -> None:
    call = Call().answered(10, "tender_date", "When is it due?", "Monday")
    call.add(Switched(20, "rfp_landed", "A tender landed", "cc33", Place(None), Place("trigger")))
    found = debrief(call.events, replace(PLAYBOOK, id="rfp_landed", digest="cc33"))
    assert found.header.title == "A tender landed"
    assert not found.answers[0].no_longer_asked
    other = debrief(call.events, PLAYBOOK)
    assert other.header.playbook_status is PlaybookStatus.DIFFERENT
    assert other.unasked_musts is None


def test_what_was_undone_does_not_count() -> None:
    call = Call().answered(10, "trigger", "What happened?", "typed in the wrong place").undone(1, 2)
    assert debrief(call.events).answers == ()


def test_notes_recalled_from_an_earlier_call_say_where_they_come_from() -> None:
    call = Call().add(Recalled(0.0, "trigger", "the audit", "2026-10-01T0900-aaaa"))
    note = debrief(call.events, PLAYBOOK).answers[0].notes[0]
    assert note.recalled_from == "2026-10-01T0900-aaaa"


def test_musts_nobody_asked_are_named_with_their_section() -> None:
    found = debrief(
        Call().answered(10, "trigger", "What happened?", "audit").ended(60, "next_step", "go").events, PLAYBOOK
    )
    assert found.unasked_musts is not None
    assert [(must.question, must.section) for must in found.unasked_musts] == [
        ("cost", "What it costs"),
        ("verdict", "Decide"),
    ]
    assert found.unasked_musts[0].text == "What did that one time cost you, Dana?"


def test_asked_is_not_answered_and_things_to_say_are_no_questions() -> None:
    call = (
        Call()
        .asked(2, "hello", "Thanks for the time, Dana.")
        .asked(10, "trigger", "What happened?")
        .skipped(20, "cost")
    )
    cover = debrief(call.events, PLAYBOOK).coverage
    assert (cover.asked, cover.answered, cover.skipped, cover.total) == (1, 0, 1, 4)
    assert [question.text for question in cover.unanswered] == ["What happened?"]
    assert (cover.sections[0].title, cover.sections[0].asked, cover.sections[0].answered) == ("Why now", 1, 0)
    assert debrief(call.events).coverage.asked == 1


def test_promises_of_both_sides_with_the_wording_that_can_be_kept() -> None:
    call = dana().promised(400, "It works with anything.", over=True, bounded="It works with the two we tested.")
    found = debrief(call.events).promises
    assert [(promise.side, promise.owner, promise.due) for promise in found if promise.noted] == [
        (Side.THEM, "Dana", "by friday"),
        (Side.ME, "", ""),
    ]
    assert [promise.safer_wording for promise in found if promise.overpromise] == ["It works with the two we tested."]


def test_an_overpromise_is_listed_once_apart_from_what_you_owe() -> None:
    call = Call().promised(100, "I send the list.").promised(400, "It works with anything.", over=True)
    listed = render_markdown(debrief(call.events, PLAYBOOK), "id")
    owed, _, taken_back = listed.partition("- You promised")[2].partition("- Overpromise")
    assert "I send the list." in owed
    assert "It works with anything." not in owed
    assert taken_back.partition("##")[0].count("It works with anything.") == 1


def test_promises_are_not_listed_again_among_the_notes() -> None:
    kinds = {note.kind for note in debrief(dana().events).notes}
    assert kinds == {NoteKind.PERSON}


def test_share_and_longest_runs_on_both_sides() -> None:
    talk = debrief(dana().events).talk
    assert (talk.mine_seconds, talk.theirs_seconds) == (160, 1040)
    assert talk.longest_mine is not None
    assert talk.longest_theirs is not None
    assert (talk.longest_mine.start, talk.longest_mine.seconds) == (160, 90)
    assert (talk.longest_theirs.start, talk.longest_theirs.seconds) == (1322, 378)
    assert talk.longest_mine.opening == "So the way we do that is exactly-once delivery."


def test_a_backchannel_does_not_cut_a_run_in_two() -> None:
    call = Call().i_say(0, 40, "We built it on a log that keeps every message for a week.")
    call.they_say(40, 41, "mm-hm").i_say(41, 80, "And then each consumer reads at its own pace from there.")
    longest = debrief(call.events).talk.longest_mine
    assert longest is not None
    assert longest.seconds == 79


def test_a_call_with_the_talk_key_only_has_its_figures_too() -> None:
    call = Call().floor(10, Side.ME).floor(40, Side.THEM).floor(160, Side.NOBODY).ended(200, "next_step", "go")
    talk = debrief(call.events).talk
    assert talk.share == 0.2
    assert not talk.has_transcript
    assert [(span.side, span.start, span.end) for span in talk.spans] == [(Side.ME, 10, 40), (Side.THEM, 40, 160)]


def test_a_call_without_any_speech_still_has_its_notes() -> None:
    found = debrief(Call().answered(10, "trigger", "What happened?", "audit").ended(60, "next_step", "go").events)
    assert found.talk.share is None
    assert found.talk.longest_mine is None
    assert found.answers[0].notes[0].text == "audit"


def test_a_tap_that_was_ignored_shows_its_whole_moment() -> None:
    tap = debrief(dana().events, PLAYBOOK).taps[0]
    assert tap.before is not None
    assert tap.they_said is not None
    assert tap.before.text == "Every message carries a key and the broker drops repeats."
    assert tap.they_said.text == "Two people stay late every month because of it."
    assert tap.suggestion == "What did that one time cost you, Dana?"
    assert tap.plain_wording == "exactly-once: each bill is counted one time"
    assert (tap.after, tap.after_seconds) == (TapReaction.TALKED_ON, 50)


def test_a_tap_with_plain_words_keeps_the_question_that_was_ready() -> None:
    plain, ask = "exactly-once: each bill is counted one time", "What did that one time cost you, Dana?"
    call = Call().i_say(0, 45, "It is exactly-once.")
    call.add(Tapped(50, TapKind.OVER_EXPLAINING, recorded("48 s on features"), suggestion=ask, plain_wording=plain))
    found = debrief(call.ended(90, "next_step", "go").events)
    assert (found.taps[0].plain_wording, found.taps[0].suggestion) == (plain, ask)
    assert f"ask: {ask}" in render_markdown(found, "id")


@pytest.mark.parametrize(("kind", "label"), [(TapKind.OVER_PROMISING, "say"), (TapKind.PITCHING, "ask")])
def test_a_suggestion_has_the_label_of_the_tap(kind: TapKind, label: str) -> None:
    call = Call().i_say(0, 45, "We will have it all by Friday.")
    call.add(Tapped(50, kind, recorded("not verified"), suggestion="I'll check by Friday."))
    rows = to_plain_text(render_page(debrief(call.events, PLAYBOOK), 80)).splitlines()
    assert [label, "I'll check by Friday."] in [row.strip().split(maxsplit=1) for row in rows]


def test_a_tap_of_an_early_version_had_its_plain_words_where_the_question_is() -> None:
    call = Call().i_say(0, 45, "It is exactly-once.")
    call.add(
        Tapped(50, TapKind.OVER_EXPLAINING, recorded("48 s on features"), plain_wording="each bill is counted one time")
    )
    tap = debrief(call.events, PLAYBOOK).taps[0]
    assert (tap.plain_wording, tap.suggestion) == ("each bill is counted one time", "")


def test_a_tap_that_was_followed_is_a_success() -> None:
    tap = debrief(dana().events).taps[1]
    assert (tap.after, tap.after_seconds) == (TapReaction.HANDED_BACK, 9)


def test_a_tap_waved_away_and_one_at_the_very_end() -> None:
    call = Call().i_say(0, 100, "We do this and that with the queue.")
    call.tapped(50, TapKind.MONOLOGUE).gone(53, TapKind.MONOLOGUE, Dismissal.DISMISSED)
    call.tapped(101, TapKind.MONOLOGUE)
    assert [tap.after for tap in debrief(call.events).taps] == [TapReaction.DISMISSED, TapReaction.OPEN]


def test_silence_is_praise_and_no_tap() -> None:
    call = Call().tapped(30, TapKind.SILENCE).they_say(34, 60, "Well, to be honest the board is nervous.")
    found = debrief(call.events)
    assert found.taps == ()
    assert found.praise[0].they_said is not None
    assert found.praise[0].they_said.text == "Well, to be honest the board is nervous."


def test_the_way_through_the_agenda_with_its_detour() -> None:
    visits = debrief(dana().events, PLAYBOOK).agenda_path
    assert [(stay.label, stay.start, stay.detour) for stay in visits] == [
        ("Why now", 0, False),
        ("What it costs", 153, False),
        ("demo request", 430, True),
        ("What it costs", 600, False),
        ("Decide", 1105, False),
    ]
    assert visits[-1].end == 1860
    assert [stay.label for stay in debrief(dana().events).agenda_path][:2] == ["trigger", "last time"]


def test_a_source_that_was_blind_for_a_while() -> None:
    call = dana().source(100, SourceState.BROKEN, "captions stopped").source(160, SourceState.LISTENING, "back")
    call.source(1850, SourceState.ENDED, "the file ended")
    gaps = debrief(call.events).listening_gaps
    assert [(gap.start, gap.end, gap.message) for gap in gaps] == [(100, 160, "captions stopped")]


def test_a_call_taken_up_again_after_a_crash_stays_on_one_clock() -> None:
    call = (
        Call()
        .they_say(0, 50, "The auditor found forty double bills.")
        .add(Resumed(0.0, "2026-11-20T10:10:00+01:00", 540))
    )
    call.add(Heard(20, Side.THEM, "Dana", 5, 20, "As I said, forty of them in one month."))
    found = debrief(call.events)
    assert (found.header.breaks, found.header.break_seconds, found.header.duration_seconds) == (1, 540, 70)


def test_speech_on_another_clock_keeps_its_length() -> None:
    call = Call().add(Heard(40, Side.THEM, "Dana", 1_700_000_000, 1_700_000_030, "It began in spring, I think."))
    assert debrief(call.events).talk.spans[0].start == 10


def test_a_day_of_talk_and_five_thousand_notes_make_a_page() -> None:
    call = Call()
    for number in range(2_000):
        start = number * 43.0
        call.i_say(start, start + 10, "And what happened then?").they_say(
            start + 11, start + 40, "It went on and on like that."
        )
    for number in range(5_000):
        call.noted(number * 17.0, f"note {number}", NoteKind.PAIN).answered(
            number * 17.0, "trigger", "What?", f"{number}"
        )
    found = debrief(call.events, PLAYBOOK)
    assert len(found.notes) == 5_000
    assert len(found.answers[0].notes) == 5_000
    assert "note 4999" in to_plain_text(render_page(found, 100))


@given(events())
@settings(max_examples=examples(300), deadline=None)
def test_any_list_of_events_gives_a_debrief_and_a_page(listed: list[Event]) -> None:
    for playbook in (None, PLAYBOOK):
        found = debrief(listed, playbook)
        assert found.lesson.text
        assert found.header.duration_seconds >= 0
        for width in (40, 80):
            assert to_plain_text(render_page(found, width))


def test_a_must_of_the_day_is_one_in_the_debrief() -> None:
    call = Call().they_say(5, 65, "The auditor found forty double bills.")
    usual = debrief(call.events, PLAYBOOK).unasked_musts or ()
    assert usual
    eased = [PlanSet(1, PlanKind.MUST, must.question, "no") for must in usual]
    assert debrief([*call.events[:1], *eased, *call.events[1:]], PLAYBOOK).unasked_musts == ()


def test_what_was_brought_along_does_not_look_as_if_they_had_said_it_today() -> None:
    call = Call().add(
        Prepared(0.0, "the-prep"),
        Recalled(0.0, "own_guess", "nobody counted it", "the-prep"),
        Recalled(0.0, "last_time", "an old patient cried", "an-earlier-call"),
        PlanSet(0.0, PlanKind.HYPOTHESIS, "cost", "they never counted"),
        PlanSet(0.0, PlanKind.HYPOTHESIS, "verdict", "the CFO says no"),
        PlanSet(0.0, PlanKind.HYPOTHESIS, "", "Dana is tired of it"),
    )
    call.answered(100, "cost", "What did that one time cost you, Dana?", "2 days a month")
    found = debrief(call.ended(200, "next_step", "go", {"next_date": "3 March"}).events, PLAYBOOK)
    assert [(each.text, each.said, each.asked) for each in found.tested] == [
        ("they never counted", ("2 days a month",), True),
        ("the CFO says no", (), False),
        ("Dana is tired of it", (), False),
    ]
    blocks = {block.key: "\n".join(row.plain for row in block.lines) for block in render_page(found, 80)}
    assert "2 days a month" in blocks["answers"]
    assert "old patient" not in blocks["answers"]
    assert blocks["before"].index("From earlier calls") < blocks["before"].index("Your answers in the prep")
    assert "not asked: Is a next step worth it for both of us?" in blocks["tested"]
    assert "- Your answers in the prep\n  - own guess\n    - nobody counted it\n" in render_markdown(found, "id")


def test_a_go_names_what_was_agreed() -> None:
    def line(outcome: str, record: dict[str, str]) -> str:
        return debrief(Call().ended(60, outcome, "go", record).events, PLAYBOOK).outcome.line

    assert line("focused_demo", {"next_date": "Thursday"}) == "You agreed on a next step: focused demo, Thursday."
    assert line("agreed", {"our_part": "the contract"}) == "You agreed on a next step: the contract."
    assert line("agreed", {"": "x"}) == "A go, but without a next step: agree on one now."
    both = {"our_part": "the contract", "their_part": "two names", "their_date": "Friday"}
    assert line("agreed", both) == "Your next step: the contract. Theirs: two names, Friday."
    assert line("next_step", {"next_date": "Thursday"}) == "You agreed on a next step: Thursday."


def test_the_last_words_of_a_call_are_nobodys_to_take_up() -> None:
    call = Call().i_say(0, 5, "How does that sit with you today?").they_say(6, 9, "We are worried about the price.")
    assert debrief(call.events, PLAYBOOK).reveals == ()
    assert len(debrief(call.i_say(10, 12, "Anything else on the list?").events, PLAYBOOK).reveals) == 1


def test_a_drill_is_told_by_its_result() -> None:
    record = {"drill": "pitch", "passed": "5 of 6", "caught": "told about us"}
    found = debrief(Call().ended(60, "drill", "", record).events, PLAYBOOK)
    assert found.outcome.line == "Pitch drill: 5 of 6 passed. Caught: told about us."
    assert found.unasked_musts is None


def test_a_recalled_fact_that_was_confirmed_is_listed_once() -> None:
    call = Call().add(Recalled(0, "trigger", "auditor found 40", "2026-10-01T1000-aa"))
    call.add(Recalled(0, "cost", "two days", "2026-10-01T1000-aa")).answered(
        8, "trigger", "What happened?", "auditor found 40"
    )
    found = {answer.question: answer.notes for answer in debrief(call.events).answers}
    assert [note.at for note in found["trigger"]] == [8]
    assert [bool(note.recalled_from) for note in found["cost"]] == [True]
