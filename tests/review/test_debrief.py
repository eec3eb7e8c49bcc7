"""Debriefs of invented calls."""

from __future__ import annotations

import html

import pytest
from any_events import events
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from invented_calls import PLAYBOOK, Call, dana
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import (
    Answered,
    Dismissal,
    Event,
    Filled,
    Heard,
    Marked,
    Noted,
    NoteKind,
    Origin,
    Place,
    PlanKind,
    PlanSet,
    Prepared,
    Recalled,
    Rehearsed,
    Resumed,
    Side,
    SourceState,
    Switched,
    TapBasis,
    TapKind,
    Tapped,
    TapReason,
    Undone,
)
from salesnerd_tui.call.view import CoachLine
from salesnerd_tui.review.debrief.builder import build_debrief, figures
from salesnerd_tui.review.debrief.model import OutcomeKind, PlaybookStatus, Praise, TapReaction
from salesnerd_tui.review.debrief_page import render_markdown, render_page, to_plain_text
from salesnerd_tui.review.exports import render_html
from salesnerd_tui.tui.render.tap import draw_coach
from tap_reasons import recorded
from thoroughness import examples


def test_the_header_has_account_people_playbook_and_duration() -> None:
    header = build_debrief(dana().events, PLAYBOOK).header
    assert (header.account, header.people) == ("Northwind Clinic", ("Dana, VP Eng",))
    assert (header.playbook, header.duration_seconds, header.playbook_status) == (
        "first_call",
        1860,
        PlaybookStatus.SAME,
    )


def test_a_not_yet_shows_the_day_to_talk_again() -> None:
    outcome = build_debrief(dana().events).outcome
    assert outcome.verdict is OutcomeKind.NOT_YET
    assert outcome.headline == "NOT YET · revisit 3 March 2027"


def test_an_honest_no_is_a_good_ending() -> None:
    call = (
        Call()
        .they_say(5, 60, "We bought one last week, so no.")
        .ended(720, "part_friends", "no-go", {"reason": "bought"})
    )
    outcome = build_debrief(call.events).outcome
    assert outcome.headline == "NO-GO"
    assert "clear no after 12 min, which saves both sides time. Reason: bought" in outcome.line
    assert "bought." in outcome.line


def test_outcomes_and_detours_have_the_labels_of_the_playbook() -> None:
    playbook = replace(PLAYBOOK, labels={"not_now": "Nach der Migration", "demo_request": "Vorführung"})
    call = Call().detour(60, 120, "trigger").ended(720, "not_now", "not-yet", {"reason": "freeze"})
    result = build_debrief(call.events, playbook)
    assert result.outcome.name == "Nach der Migration"
    assert "Vorführung" in [visit.label for visit in result.agenda_path]


def test_a_condition_is_not_shown_as_a_reason() -> None:
    outcome = build_debrief(
        Call()
        .ended(60, "not_now", "not-yet", {"revisit_on": "2027-03-03", "what_must_change": "the audit is over"})
        .events
    ).outcome
    assert outcome.line == "Not now, but with a date: 3 March 2027. What has to be true by then: the audit is over."
    assert outcome.next_step == "", "the name of a not-yet is not a step"


def test_a_custom_outcome_is_shown_in_words_with_its_captured_fields() -> None:
    call = Call().ended(60, "trial_month", "", {"reason": "they want to see it", "price_agreed": "1,200 a month"})
    text = to_plain_text(render_page(build_debrief(call.events), 80))
    assert "TRIAL MONTH" in text
    assert "The call ended. Reason: they want to see it.\nPrice agreed: 1,200 a month\n" in text
    assert text.count("they want to see it") == 1


def test_detour_questions_count_as_asked_and_in_the_total() -> None:
    call = Call().answered(10, "trigger", "What happened?", "a crash").asked(20, "demo_proof", "What would you see?")
    result = build_debrief(call.events, PLAYBOOK)
    assert (result.coverage.asked, result.coverage.total) == (2, 5), "four of the agenda and the one of the detour"
    assert "1 other question was not asked" in to_plain_text(render_page(result, 80))


def test_questions_are_other_questions_only_below_the_must_asks() -> None:
    call = Call()
    for number, question in enumerate(("trigger", "cost", "verdict")):
        call.answered(number * 10.0, question, f"Question {number}?", "an answer")
    assert "  1 question was not asked" in to_plain_text(render_page(build_debrief(call.events, PLAYBOOK), 80))


def test_a_line_to_say_with_a_note_counts_as_asked_and_in_the_total() -> None:
    call = Call().answered(5, "hello", "Thanks for the time, {name}.", "they have 20 minutes")
    for question in ("trigger", "last_time", "cost", "verdict"):
        call.answered(10, question, question, "two days")
    cover = build_debrief(call.events, PLAYBOOK).coverage
    assert (cover.asked, cover.answered, cover.total) == (5, 5, 5)


def test_a_bookmark_names_a_question_that_was_not_asked_yet() -> None:
    result = build_debrief(Call().add(Marked(10, "last_time")).events, PLAYBOOK)
    assert result.marks[0].question == "Walk me through the last time."


@pytest.mark.parametrize(("reveal", "thing"), [("", "something that matters"), ("doubt", "a doubt")])
def test_a_tap_whose_quote_was_deleted_still_gives_its_reason(reveal: str, thing: str) -> None:
    call = Call().add(Tapped(10, TapKind.PITCHING, TapReason(TapBasis.NOT_FOLLOWED_UP, reveal=reveal)))
    assert build_debrief(call.events).taps[0].reason == f"they mentioned {thing}; you didn't follow up"


def test_notes_without_a_kind_come_last() -> None:
    call = Call().noted(10, "check their SSO").noted(20, "12 hours a month", NoteKind.NUMBER)
    assert [note.text for note in build_debrief(call.events).notes] == ["12 hours a month", "check their SSO"]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_the_to_do_rows_keep_time_quotes_and_count_at_any_width(width: int) -> None:
    call = Call().promised(30, "It works with anything that you have ever bought or will ever buy.", over=True)
    for at in (100, 200):
        call.they_say(at, at + 5, "Can you tell us how you would load our old invoices into it, all of them?")
        call.i_say(at + 6, at + 9, "I don't know, I'll check that with the team.")
    rows = [row.plain for row in render_page(build_debrief(call.events, PLAYBOOK), width)[0].lines]
    over, answer = (next(row for row in rows if row.startswith(name)) for name in ("take back", "answer"))
    assert over.startswith("take back  0:30 “It works")
    assert over.endswith("”")
    assert answer.startswith("answer     1:40 “Can you")
    assert answer.endswith("” · and 1 more")
    assert next(row for row in rows if row.startswith("not asked")).endswith(" · and 2 more")
    assert all(len(row) <= width for row in rows)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_quote_that_is_cut_is_closed(width: int) -> None:
    call = Call().add(PlanSet(0.0, PlanKind.HYPOTHESIS, "", "Nobody counted what the double bills cost"))
    call.they_say(10, 20, "Last month we counted the double bills, and they cost us two days and two patients.")
    rows = [row.plain for row in render_page(build_debrief(call.events, PLAYBOOK), width)[0].lines]
    believed = next(row for row in rows if row.startswith("believed"))
    assert believed.count("“") == believed.count("”") == (width >= 80)
    assert len(believed) <= width


def test_a_reveal_that_was_not_followed_up_says_so_in_words() -> None:
    result = build_debrief(dana().events, PLAYBOOK)
    for text in (render_markdown(result, ""), to_plain_text(render_page(result, 80))):
        assert " pain, not followed up: “Two people stay late every month because of it.”" in text
        assert text.count("not followed up") == sum(not reveal.followed_up for reveal in result.reveals)


def test_a_detour_is_labeled_as_one() -> None:
    assert "7:10 ↪ detour: demo request · 3 min" in render_markdown(build_debrief(dana().events, PLAYBOOK), "")


def test_dashes_in_peoples_words_become_ascii() -> None:
    call = Call().noted(10, "two days – or three — a month")
    assert "two days - or three - a month" in to_plain_text(
        render_page(build_debrief(call.events), 80, ascii_only=True)
    )


@pytest.mark.parametrize("width", [40, 80])
def test_the_first_block_has_what_was_owed_and_said_then_the_lesson_then_the_timeline(width: int) -> None:
    rows = [row.plain for row in render_page(build_debrief(dana().events, PLAYBOOK), width, has_head=False)[0].lines]
    starts = ("you owe", "they owe", "Why now", "One thing to try", "them")
    places = [next(number for number, row in enumerate(rows) if row.startswith(start)) for start in starts]
    assert places == sorted(places)
    assert places[2] < 8


def test_a_must_ask_question_in_the_lesson_is_not_named_again_in_the_first_block() -> None:
    call = Call().answered(10, "trigger", "What happened?", "audit").answered(20, "cost", "What did it cost?", "9k")
    result = build_debrief(call.events, PLAYBOOK)
    rows = "\n".join(row.plain for row in render_page(result, 100)[0].lines)
    assert rows.count("Is a next step worth it for both of us?") == 1
    assert "ask “Is a next step worth it for both of us?”" in rows


def test_an_answer_that_was_heard_is_one_sentence_in_the_first_block() -> None:
    said = "Well, so we had this thing in October. Um, and nobody noticed until Monday. Then we paid."
    call = Call().add(Answered(60, "trigger", "What happened?", said, how=Origin.HEARD))
    rows = [row.plain for row in render_page(build_debrief(call.events, PLAYBOOK), 80)[0].lines]
    assert f"{'Why now':11}Nobody noticed until Monday." in rows


def test_praise_alone_has_no_section() -> None:
    praise = Praise(10, "let them think", "")
    blocks = render_page(replace(build_debrief(dana().events, PLAYBOOK), taps=(), praise=(praise,)), 80)
    assert "taps" not in [block.key for block in blocks]
    assert "0:10 let them think" in to_plain_text(blocks)


def test_an_open_call_lasts_until_its_last_event() -> None:
    result = build_debrief(Call().they_say(5, 65, "The auditor found forty double bills.").events)
    assert result.outcome.verdict is OutcomeKind.OPEN
    assert result.header.duration_seconds == 65


def test_answers_keep_the_wording_of_the_call() -> None:
    result = build_debrief(dana().events, PLAYBOOK).answers
    assert [answer.question for answer in result] == ["trigger", "cost", "verdict"]
    assert result[1].asked_as == "What did that one time cost you, Dana?"
    assert result[1].notes[0].text == "2 days a month; two angry patients"
    assert result[2].notes[0].label == "Not this quarter"


def test_a_note_whose_question_left_the_playbook_is_no_longer_asked() -> None:
    without = replace(PLAYBOOK, digest="bb22", agenda=PLAYBOOK.agenda[:3])
    result = build_debrief(dana().events, without)
    assert result.header.playbook_status is PlaybookStatus.CHANGED
    assert [answer.question for answer in result.answers if answer.no_longer_asked] == ["cost", "verdict"]


def test_an_alias_is_still_asked_and_a_filled_in_name_is_not_a_question() -> None:
    call = Call().answered(10, "why", "Why now?", "audit").add(Filled(11, "team_size", "40"))
    assert not [answer for answer in build_debrief(call.events, PLAYBOOK).answers if answer.no_longer_asked]


def test_notes_of_another_playbook_are_not_marked_as_no_longer_asked() -> None:
    call = Call().answered(10, "tender_date", "When is it due?", "Monday")
    call.add(Switched(20, "rfp_landed", "A tender landed", "cc33", Place(None), Place("trigger")))
    result = build_debrief(call.events, replace(PLAYBOOK, id="rfp_landed", digest="cc33"))
    assert result.header.title == "A tender landed"
    assert not result.answers[0].no_longer_asked
    other = build_debrief(call.events, PLAYBOOK)
    assert other.header.playbook_status is PlaybookStatus.DIFFERENT
    assert other.unasked_musts is None


def test_undone_events_do_not_count() -> None:
    call = Call().answered(10, "trigger", "What happened?", "typed in the wrong place").undone(1, 2)
    assert build_debrief(call.events).answers == ()


@given(st.data())
def test_undo_at_any_time_takes_back_only_what_was_undone(data: st.DataObject) -> None:
    listed = dana().events
    number = data.draw(st.integers(1, len(listed)))
    at = listed[number - 1].at
    nothing = Undone(at, ())

    def insert(*events: Event) -> list[Event]:
        return [*listed[:number], *events, *listed[number:]]

    mistakes = [Noted(at, "typed in the wrong call"), Noted(at, "and so was this")]
    undone = insert(*mistakes, Undone(at, (number, number + 1)))
    assert build_debrief(undone, PLAYBOOK) == build_debrief(insert(nothing, nothing, nothing), PLAYBOOK)
    assert figures(undone) == figures(listed)


def test_notes_recalled_from_an_earlier_call_say_where_they_come_from() -> None:
    call = Call().add(Recalled(0.0, "trigger", "the audit", "2026-10-01T0900-aaaa"))
    note = build_debrief(call.events, PLAYBOOK).answers[0].notes[0]
    assert note.recalled_from == "2026-10-01T0900-aaaa"


def test_unasked_musts_are_listed_with_their_section() -> None:
    result = build_debrief(
        Call().answered(10, "trigger", "What happened?", "audit").ended(60, "next_step", "go").events, PLAYBOOK
    )
    assert result.unasked_musts is not None
    assert [(must.question, must.section) for must in result.unasked_musts] == [
        ("cost", "What it costs"),
        ("verdict", "Decide"),
    ]
    assert result.unasked_musts[0].text == "What did that one time cost you, Dana?"


def test_asked_questions_may_be_unanswered_and_lines_to_say_are_not_questions() -> None:
    call = (
        Call()
        .asked(2, "hello", "Thanks for the time, Dana.")
        .asked(10, "trigger", "What happened?")
        .skipped(20, "cost")
    )
    cover = build_debrief(call.events, PLAYBOOK).coverage
    assert (cover.asked, cover.answered, cover.skipped, cover.total) == (1, 0, 1, 4)
    assert [question.text for question in cover.unanswered] == ["What happened?"]
    assert (cover.sections[0].title, cover.sections[0].asked, cover.sections[0].answered) == ("Why now", 1, 0)
    assert build_debrief(call.events).coverage.asked == 1


def test_promises_of_both_sides_are_listed_with_safer_wording() -> None:
    call = dana().promised(400, "It works with anything.", over=True, bounded="It works with the two we tested.")
    result = build_debrief(call.events).promises
    assert [(promise.side, promise.owner, promise.due) for promise in result if promise.noted] == [
        (Side.THEM, "Dana", "by friday"),
        (Side.ME, "", ""),
    ]
    assert [promise.safer_wording for promise in result if promise.overpromise] == ["It works with the two we tested."]


def test_an_overpromise_is_listed_once_apart_from_what_you_owe() -> None:
    call = Call().promised(100, "I send the list.").promised(400, "It works with anything.", over=True)
    listed = render_markdown(build_debrief(call.events, PLAYBOOK), "id")
    owed, _, taken_back = listed.partition("- You promised")[2].partition("- Overpromise")
    assert "I send the list." in owed
    assert "It works with anything." not in owed
    assert taken_back.partition("##")[0].count("It works with anything.") == 1


def test_promises_are_not_listed_again_among_the_notes() -> None:
    kinds = {note.kind for note in build_debrief(dana().events).notes}
    assert kinds == {NoteKind.PERSON}


def test_talk_ratio_and_longest_monologues_of_both_sides() -> None:
    talk = build_debrief(dana().events).talk
    assert (talk.mine_seconds, talk.theirs_seconds) == (160, 1040)
    assert talk.longest_mine is not None
    assert talk.longest_theirs is not None
    assert (talk.longest_mine.start, talk.longest_mine.seconds) == (160, 90)
    assert (talk.longest_theirs.start, talk.longest_theirs.seconds) == (1322, 378)
    assert talk.longest_mine.opening == "So the way we do that is exactly-once delivery."


def test_a_backchannel_does_not_split_a_monologue() -> None:
    call = Call().i_say(0, 40, "We built it on a log that keeps every message for a week.")
    call.they_say(40, 41, "mm-hm").i_say(41, 80, "And then each consumer reads at its own pace from there.")
    longest = build_debrief(call.events).talk.longest_mine
    assert longest is not None
    assert longest.seconds == 79


def test_a_call_with_only_the_talk_key_has_talk_figures() -> None:
    call = Call().floor(10, Side.ME).floor(40, Side.THEM).floor(160, Side.NOBODY).ended(200, "next_step", "go")
    talk = build_debrief(call.events).talk
    assert talk.share == 0.2
    assert not talk.has_transcript
    assert [(span.side, span.start, span.end) for span in talk.spans] == [(Side.ME, 10, 40), (Side.THEM, 40, 160)]


def test_a_call_without_any_speech_still_has_its_notes() -> None:
    result = build_debrief(
        Call().answered(10, "trigger", "What happened?", "audit").ended(60, "next_step", "go").events
    )
    assert result.talk.share is None
    assert result.talk.longest_mine is None
    assert result.answers[0].notes[0].text == "audit"


def test_a_tap_that_was_ignored_shows_its_whole_moment() -> None:
    tap = build_debrief(dana().events, PLAYBOOK).taps[0]
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
    result = build_debrief(call.ended(90, "next_step", "go").events)
    assert (result.taps[0].plain_wording, result.taps[0].suggestion) == (plain, ask)
    assert f"ask: {ask}" in render_markdown(result, "id")


@pytest.mark.parametrize(("kind", "label"), [(TapKind.OVER_PROMISING, "say"), (TapKind.PITCHING, "ask")])
def test_a_suggestion_has_the_label_of_the_tap(kind: TapKind, label: str) -> None:
    call = Call().i_say(0, 45, "We will have it all by Friday.")
    call.add(Tapped(50, kind, recorded("not verified"), suggestion="I'll check by Friday."))
    rows = to_plain_text(render_page(build_debrief(call.events, PLAYBOOK), 80)).splitlines()
    assert [label, "I'll check by Friday."] in [row.strip().split(maxsplit=1) for row in rows]


@pytest.mark.parametrize(
    ("kind", "symbol", "ascii_symbol"), [(TapKind.OVER_PROMISING, "⚑", "!"), (TapKind.PITCHING, "▲", "^")]
)
def test_a_tap_has_its_symbol_of_the_call(kind: TapKind, symbol: str, ascii_symbol: str) -> None:
    title = tap_text.TITLES[kind]
    call = Call().i_say(0, 45, "We will have it all by Friday.").tapped(50, kind, "not verified")
    debrief = build_debrief(call.ended(90, "next_step", "go").events, PLAYBOOK)
    tap = Tapped(50, kind, recorded("not verified"))
    (drawn,) = [row.plain for row in draw_coach(CoachLine(tap), 80, 4) if title.upper() in row.plain]
    assert drawn.split()[0] == symbol, "as in the call"
    page = to_plain_text(render_page(debrief, 80))
    assert f"{symbol} 0:50 {title.lower()}" in page, "in the timeline"
    assert f"{symbol} {title}" in page, "in the list"
    ascii_page = to_plain_text(render_page(debrief, 80, ascii_only=True))
    assert f"{ascii_symbol} 0:50 {title.lower()}" in ascii_page
    assert f"{ascii_symbol} {title}" in ascii_page
    assert f"{symbol} 0:50 {title}" in html.unescape(render_html(debrief, "id"))


def test_a_tap_of_an_early_version_has_its_plain_wording_as_suggestion() -> None:
    call = Call().i_say(0, 45, "It is exactly-once.")
    call.add(
        Tapped(50, TapKind.OVER_EXPLAINING, recorded("48 s on features"), plain_wording="each bill is counted one time")
    )
    tap = build_debrief(call.events, PLAYBOOK).taps[0]
    assert (tap.plain_wording, tap.suggestion) == ("each bill is counted one time", "")


def test_a_tap_that_was_followed_is_a_success() -> None:
    tap = build_debrief(dana().events).taps[1]
    assert (tap.after, tap.after_seconds) == (TapReaction.HANDED_BACK, 9)


def test_a_dismissed_tap_and_a_tap_at_the_end() -> None:
    call = Call().i_say(0, 100, "We do this and that with the queue.")
    call.tapped(50, TapKind.MONOLOGUE).gone(53, TapKind.MONOLOGUE, Dismissal.DISMISSED)
    call.tapped(101, TapKind.MONOLOGUE)
    assert [tap.after for tap in build_debrief(call.events).taps] == [TapReaction.DISMISSED, TapReaction.OPEN]


def test_silence_is_praise_and_not_a_tap() -> None:
    call = Call().tapped(30, TapKind.SILENCE).they_say(34, 60, "Well, to be honest the board is nervous.")
    result = build_debrief(call.events)
    assert result.taps == ()
    assert result.praise[0].they_said is not None
    assert result.praise[0].they_said.text == "Well, to be honest the board is nervous."


def test_a_silence_during_which_they_were_already_talking_is_no_praise() -> None:
    call = Call().i_say(28, 30, "Who was in the room the last time?").tapped(33, TapKind.SILENCE)
    call.they_say(31, 40, "Purchasing, me and the works council, as always with us.")
    call.i_say(41, 43, "Who stopped the one before that?").they_say(44, 46, "You know who that was.")
    assert build_debrief(call.events).praise == (), "the captions came late"
    unheard = [replace(event, text=None) if isinstance(event, Heard) else event for event in call.events]
    assert build_debrief(unheard).praise == (), "also without the words, as when the transcript was deleted"


def test_what_drew_a_tap_because_it_was_passed_over_is_a_reveal() -> None:
    said = "My best dispatcher is on sick leave because of the nights."
    call = Call().i_say(0, 2, "When did it last happen?").they_say(3, 9, f"Again last week. {said}")
    call.i_say(10, 40, "So what we do is we run a pipeline with a broker, and the broker is quick, and so on.")
    tap = Tapped(20, TapKind.PITCHING, TapReason(TapBasis.NOT_FOLLOWED_UP, said=said))
    call.add(tap).they_say(41, 43, "Okay, I see what you do there.").i_say(44, 46, "Anything else?")
    (reveal,) = build_debrief(call.events).reveals
    assert (reveal.kind, reveal.said.text, reveal.followed_up) == ("pain", said, False)
    call.gone(50, TapKind.PITCHING, Dismissal.DISMISSED)
    assert build_debrief(call.events).reveals == (), "the user knows better"


def test_a_reveal_whose_tap_was_followed_is_followed_up_late() -> None:
    said = "My best dispatcher is on sick leave because of the nights."
    call = Call().i_say(0, 2, "When did it last happen?").they_say(3, 9, f"Again last week. {said}")
    tap = Tapped(20, TapKind.PITCHING, TapReason(TapBasis.NOT_FOLLOWED_UP, said=said))
    call.i_say(10, 30, "So what we do is we run a pipeline with a broker. The broker is quick. It drops repeats.")
    call.add(tap).i_say(30, 34, "Sorry. How does she cope with the nights on sick leave?")
    call.they_say(35, 39, "She hardly sleeps at all any more.").gone(35, TapKind.PITCHING, Dismissal.HANDED_BACK)
    call.i_say(40, 41, "I see that now.")
    (reveal, *_) = build_debrief(call.events).reveals
    assert (reveal.said.text, reveal.followed_up) == (said, True)


def test_the_agenda_path_includes_the_detour() -> None:
    visits = build_debrief(dana().events, PLAYBOOK).agenda_path
    assert [(visit.label, visit.start, visit.detour) for visit in visits] == [
        ("Why now", 0, False),
        ("What it costs", 153, False),
        ("demo request", 430, True),
        ("What it costs", 600, False),
        ("Decide", 1105, False),
    ]
    assert visits[-1].end == 1860
    assert [visit.label for visit in build_debrief(dana().events).agenda_path][:2] == ["trigger", "last time"]


def test_the_times_of_the_sections_add_up_as_they_are_shown() -> None:
    call = (
        Call()
        .noted(5, "busy")
        .moved(40.6, "trigger", "last_time")
        .ended(47.4, "part_friends", "no-go", {"reason": "x"})
    )
    text = to_plain_text(render_page(build_debrief(call.events, PLAYBOOK), 80))
    assert "0:00 Why now · 40 s" in text
    assert "0:40 What it costs · 7 s" in text


def test_a_broken_source_leaves_a_listening_gap() -> None:
    call = dana().source(100, SourceState.BROKEN, "captions stopped").source(160, SourceState.LISTENING, "back")
    call.source(1850, SourceState.ENDED, "the file ended")
    gaps = build_debrief(call.events).listening_gaps
    assert [(gap.start, gap.end, gap.message) for gap in gaps] == [(100, 160, "captions stopped")]


def test_a_call_resumed_after_a_crash_has_one_clock() -> None:
    call = (
        Call()
        .they_say(0, 50, "The auditor found forty double bills.")
        .add(Resumed(0.0, "2026-11-20T10:10:00+01:00", 540))
    )
    call.add(Heard(20, Side.THEM, "Dana", 5, 20, "As I said, forty of them in one month."))
    result = build_debrief(call.events)
    assert (result.header.breaks, result.header.break_seconds, result.header.duration_seconds) == (1, 540, 70)


def test_speech_timed_by_another_clock_keeps_its_duration() -> None:
    call = Call().add(Heard(40, Side.THEM, "Dana", 1_700_000_000, 1_700_000_030, "It began in spring, I think."))
    assert build_debrief(call.events).talk.spans[0].start == 10


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
    result = build_debrief(call.events, PLAYBOOK)
    assert len(result.notes) == 5_000
    assert len(result.answers[0].notes) == 5_000
    assert "note 4999" in to_plain_text(render_page(result, 100))


@given(events())
@settings(max_examples=examples(300), deadline=None)
def test_any_list_of_events_gives_a_debrief_and_a_page(listed: list[Event]) -> None:
    for playbook in (None, PLAYBOOK):
        result = build_debrief(listed, playbook)
        assert result.lesson.text
        assert result.header.duration_seconds >= 0
        for width in (40, 80):
            assert to_plain_text(render_page(result, width))


def test_a_must_added_in_the_prep_is_a_must_in_the_debrief() -> None:
    call = Call().they_say(5, 65, "The auditor found forty double bills.")
    usual = build_debrief(call.events, PLAYBOOK).unasked_musts or ()
    assert usual
    eased = [PlanSet(1, PlanKind.MUST, must.question, "no") for must in usual]
    assert build_debrief([*call.events[:1], *eased, *call.events[1:]], PLAYBOOK).unasked_musts == ()


def test_recalled_answers_are_not_shown_as_said_in_this_call() -> None:
    call = Call().add(
        Prepared(0.0, "the-prep"),
        Recalled(0.0, "own_guess", "nobody counted it", "the-prep"),
        Recalled(0.0, "last_time", "an old patient cried", "an-earlier-call"),
        PlanSet(0.0, PlanKind.HYPOTHESIS, "cost", "they never counted"),
        PlanSet(0.0, PlanKind.HYPOTHESIS, "verdict", "the CFO says no"),
        PlanSet(0.0, PlanKind.HYPOTHESIS, "", "Dana is tired of it"),
    )
    call.answered(100, "cost", "What did that one time cost you, Dana?", "2 days a month")
    result = build_debrief(call.ended(200, "next_step", "go", {"next_date": "3 March"}).events, PLAYBOOK)
    assert [(each.text, each.said, each.asked) for each in result.tested] == [
        ("they never counted", ("2 days a month",), True),
        ("the CFO says no", (), False),
        ("Dana is tired of it", (), False),
    ]
    blocks = {block.key: "\n".join(row.plain for row in block.lines) for block in render_page(result, 80)}
    assert "2 days a month" in blocks["answers"]
    assert "old patient" not in blocks["answers"]
    assert blocks["before"].index("From earlier calls") < blocks["before"].index("Your answers in the prep")
    assert "not asked: Is a next step worth it for both of us?" in blocks["tested"]
    assert "- Your answers in the prep\n  - own guess\n    - nobody counted it\n" in render_markdown(result, "id")


def test_a_go_shows_the_agreed_step() -> None:
    def line(outcome: str, record: dict[str, str]) -> str:
        return build_debrief(Call().ended(60, outcome, "go", record).events, PLAYBOOK).outcome.line

    assert line("focused_demo", {"next_date": "Thursday"}) == "You agreed on a next step: focused demo, Thursday."
    assert line("agreed", {"our_part": "the contract"}) == "You agreed on a next step: the contract."
    assert line("agreed", {"": "x"}) == "A go, but without a next step: agree on one now."
    both = {"our_part": "the contract", "their_part": "two names", "their_date": "Friday"}
    assert line("agreed", both) == "Your next step: the contract. Theirs: two names, Friday."
    assert line("next_step", {"next_date": "Thursday"}) == "You agreed on a next step: Thursday."


def test_a_reveal_in_the_last_turn_is_not_counted() -> None:
    call = Call().i_say(0, 5, "How does that sit with you today?").they_say(6, 9, "We are worried about the price.")
    assert build_debrief(call.events, PLAYBOOK).reveals == ()
    assert len(build_debrief(call.i_say(10, 12, "Anything else on the list?").events, PLAYBOOK).reveals) == 1


def test_a_drill_is_summarized_by_its_result() -> None:
    record = {"drill": "pitch", "passed": "5 of 6", "caught": "told about us"}
    result = build_debrief(Call().ended(60, "drill", "", record).events, PLAYBOOK)
    assert result.outcome.line == "Pitch drill: 5 of 6 passed. Caught: told about us."
    assert result.unasked_musts is None


@pytest.mark.parametrize("ending", [("drill", ""), ("stopped", "")])
def test_a_drill_covers_no_agenda_even_if_it_was_stopped(ending: tuple[str, str]) -> None:
    call = Call().add(Rehearsed(0, "dana", 2, drill="pitch")).asked(5, "last_time", "Walk me through the last time.")
    result = build_debrief(call.ended(60, *ending).events, PLAYBOOK)
    assert result.unasked_musts is None
    text = to_plain_text(render_page(result, 80))
    assert "not asked" not in text
    assert "Asked 1, answered 0" in text
    assert "must-ask" not in result.lesson.text + result.lesson.reason


def test_a_confirmed_recalled_fact_is_listed_once() -> None:
    call = Call().add(Recalled(0, "trigger", "auditor found 40", "2026-10-01T1000-aa"))
    call.add(Recalled(0, "cost", "two days", "2026-10-01T1000-aa")).answered(
        8, "trigger", "What happened?", "auditor found 40"
    )
    result = {answer.question: answer.notes for answer in build_debrief(call.events).answers}
    assert [note.at for note in result["trigger"]] == [8]
    assert [bool(note.recalled_from) for note in result["cost"]] == [True]


@pytest.mark.parametrize(
    ("when", "headline"),
    [
        ("next Tuesday", "NOT YET · revisit next Tuesday (24 November)"),
        ("24 November", "NOT YET · revisit 24 November"),
        ("sometime in spring", "NOT YET · revisit sometime in spring · no date yet"),
        ("", "NOT YET · no date yet"),
    ],
)
def test_a_not_yet_shows_its_day_or_that_it_has_none(when: str, headline: str) -> None:
    outcome = build_debrief(Call().ended(100, "not_now", "not-yet", {"revisit_on": when}).events).outcome
    assert outcome.headline == headline
    assert outcome.is_undated == headline.endswith("no date yet")
    assert outcome.line.startswith("A not-yet without a date is a maybe" if outcome.is_undated else "Not now, but")
