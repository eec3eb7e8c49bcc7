"""A call in plain text mode: a typed command acts as its key does, and each event is printed once, in order."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from plain_stage import PlainStage

from hostile import TYPICAL
from live_stage import PLAYBOOK, TRIGGER, playbook_starting_with
from salesnerd_tui.call.events import (
    Answered,
    Dismissal,
    Dismissed,
    Ended,
    Marked,
    Noted,
    SourceChanged,
    SourceState,
    TapKind,
    Tapped,
)
from salesnerd_tui.plain import loop
from salesnerd_tui.plain.call import COMMANDS, help_lines
from salesnerd_tui.playbook.model import Answer
from salesnerd_tui.services import call_commands
from salesnerd_tui.speech.source import TALK_KEY_HINT
from tap_reasons import recorded
from thoroughness import some

TAP = Tapped(0.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked"), "", "Whose hours?")


def test_it_begins_with_the_call_and_its_first_question() -> None:
    assert PlainStage().printed == [
        "Call: A small call, with Acme, Dana, VP Eng. 0 of 4 questions.",
        "Type help and press enter to list what you can type.",
        "No sound; type talk when the speaker changes",
        "Section: Why now",
        "Question, must: What happened that made you look at this now?",
        "Why: Nobody changes without a reason.",
        "1: Something broke. Then: When did it last happen?",
        "2: My boss asked. Then: What did your boss see?",
        "3: Just looking. Then: What did that one time cost you?",
        "4: You called me. Then: ends: part friends (no-go)",
    ]


def test_a_number_picks_an_answer_and_its_follow_up_is_asked() -> None:
    lines = PlainStage()
    assert lines.type("1") == ["Saved: Something broke", "Follow up: When did it last happen?"]
    assert [event.label for event in lines.session.events if isinstance(event, Answered)] == ["Something broke"]


def test_an_empty_line_says_the_question_again_whole() -> None:
    lines = PlainStage()
    lines.type("1")
    output = lines.type("")
    assert output[:2] == ["After: What happened that made you look at this now?", "Follow up: When did it last happen?"]
    assert "1: Something broke (picked). Then: When did it last happen?" in output


@pytest.mark.parametrize("typed", ["n", "next", "NEXT", " next "])
def test_words_and_the_screens_letters_do_the_same(typed: str) -> None:
    lines = PlainStage()
    assert lines.type(typed)[-1] == "Question: Walk me through the last time."


def test_every_command_of_send_can_be_typed() -> None:
    assert {command.name for command in call_commands.commands_of(call_commands.SEND)} <= set(COMMANDS)
    assert len([line for line in help_lines() if line.split(":")[0].split()[0].strip(",") in COMMANDS]) == len(COMMANDS)


def test_a_note_is_reported_as_saved_once_the_disk_confirms_it() -> None:
    lines = PlainStage()
    lines.disk.confirms_at_once = False
    assert lines.type("note third of October") == []
    lines.disk.confirm()
    assert lines.printed[-1] == "Saved: third of October"


def test_a_failed_write_is_reported_once() -> None:
    lines = PlainStage()
    lines.disk.confirms_at_once = False
    lines.type("note lost?")
    lines.disk.refuse("the disk is full")
    lines.disk.refuse("the disk is full")
    assert [line for line in lines.printed if "NOT SAVED" in line] == [
        "NOT SAVED (1): the disk is full. Type save to retry."
    ]
    lines.type("save")
    assert lines.printed[-1] == "Saved: lost?"


def test_a_prefix_sets_the_kind_of_a_note() -> None:
    lines = PlainStage()
    assert lines.type("! pager twice a week") == ["Saved: pain: pager twice a week"]
    assert [str(event.kind) for event in lines.session.events if isinstance(event, Noted)] == ["pain"]


def test_an_unknown_line_can_be_saved_as_a_note() -> None:
    lines = PlainStage()
    (refused,) = lines.type("they lost two days")
    assert refused.startswith("No: unknown command")
    assert lines.type("keep") == ["Saved: they lost two days"]
    assert lines.type("keep") == ["No: no line to save"]


@pytest.mark.parametrize(
    ("typed", "output"),
    [
        ("nxet", "did you mean 'next'?"),
        ("next week they decide", "next takes no argument (if the line was a note, type keep)"),
        ("pick", "pick needs a number"),
        ("pick two", "pick needs a number"),
        ("note", "note needs text"),
        ("9", "no answer 9 (choose 1 to 4)"),
        ("jump nowhere", "no question 'nowhere' in this playbook"),
        ("dismiss", "no tap to dismiss"),
        ("yes", "no suggestion to confirm or reject"),
        ("who 3", "unknown speaker 3"),
        ("end 7", "unknown ending '7' (type 1 to 3, or back)"),
    ],
)
def test_a_refused_line_says_why(typed: str, output: str) -> None:
    (line,) = PlainStage().type(typed)
    assert line.startswith("No: ")
    assert output in line


@pytest.mark.parametrize("typed", ["{}", "jump {}", "detour {}"])
def test_a_line_of_megabytes_is_not_compared_with_names(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def compare(word: str, names: Sequence[str], n: int) -> list[str]:
        compared.append(word)
        return []

    monkeypatch.setattr("difflib.get_close_matches", compare)
    (line,) = PlainStage().type(typed.format("x" * 3_000_000))
    assert line.startswith("No: ")
    assert [len(word) for word in compared] == [200]


@pytest.mark.parametrize("chunk", [1, 2, 5, 100])
def test_lines_are_complete_wherever_their_bytes_are_split(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "CHUNK_BYTES", chunk)
    for text in ("", "n", "n\n", "note é\n\n\nend", "\n", "\n\nnote one\r\nnote two\n"):
        reading, writing = os.pipe()
        os.write(writing, text.encode())
        os.close(writing)
        *whole, rest = text.split("\n")
        assert [*loop.read_lines(reading)] == ([*whole, rest] if rest else whole)
        os.close(reading)


def test_an_unfinished_note_is_offered_when_the_call_is_resumed() -> None:
    lines = PlainStage(draft="half a thou")
    assert "Unfinished note: half a thou. Type keep to save it." in lines.printed
    assert lines.type("keep") == ["Saved: half a thou"]
    assert lines.disk.drafts == [""]


def test_a_tap_and_handing_back_are_one_line_each() -> None:
    lines = PlainStage()
    lines.session.record(TAP)
    lines.plain.changed()
    lines.session.record(Dismissed(1.0, TAP.kind, Dismissal.HANDED_BACK))
    lines.plain.changed()
    assert lines.printed[-2:] == [
        "Tap: Ask, don't tell. 48 s on features, nobody asked. Ask: Whose hours?",
        "Handed back. Now listen.",
    ]


def test_the_reason_of_a_tap_is_a_sentence() -> None:
    lines = PlainStage()
    lines.session.record(replace(TAP, reason=recorded("they said “my best engineer quit”")))
    lines.plain.changed()
    assert lines.printed[-1] == "Tap: Ask, don't tell. They said “my best engineer quit”. Ask: Whose hours?"


def test_the_coach_taps_in_plain_text_mode() -> None:
    lines = PlainStage()
    for _ in range(6):
        lines.hear("Me", "Our scheduler keeps a queue in the database and the api reads it with a cursor.", 12.0)
    assert [line for line in lines.printed if line.startswith("Tap: ")]
    assert lines.type("evidence")[0].startswith("At ")
    assert any(line.startswith("Clock 1:12.") and "percent" not in line for line in lines.type("time"))
    lines.hear("Dana", "We never had a queue, and nobody here asked for one, to be honest.", 8.0)
    assert any("You talked 90 percent" in line for line in lines.type("time"))


def test_the_end_of_a_file_names_the_file_and_what_to_type() -> None:
    lines = PlainStage()
    ended = f"captions.vtt is over; {TALK_KEY_HINT}, or end the call"
    lines.plain.hear(SourceChanged(1.0, "captions", SourceState.ENDED, ended))
    assert lines.printed[-1] == "captions.vtt is over; type talk when the speaker changes, or end the call"


def test_a_heard_answer_is_saved_after_a_yes() -> None:
    lines = PlainStage()
    question = "What happened that made you look at this now?"
    assert lines.hear("Me", f"So {question.lower()}", 4.0) == [f"Heard you ask: {question}"]
    lines.hear("Dana", "The auditor found forty double bills in March.", 5.0)
    assert lines.hear("Me", "I see.", 1.0) == [
        "Their answer: The auditor found forty double bills in March. Type yes to save it, or just next."
    ]
    assert lines.type("yes") == ["Saved: The auditor found forty double bills in March."]


def test_a_suggestion_is_not_repeated_after_the_buyer_has_spoken() -> None:
    lines = PlainStage()
    lines.hear("Me", "So what happened that made you look at this now?", 4.0)
    lines.hear("Dana", "The auditor found forty double bills in March.", 5.0)
    assert any(line.startswith("Their answer:") for line in lines.hear("Me", "I see.", 1.0))
    lines.hear("Dana", "Hm.", 1.0)
    assert not any(line.startswith("Their answer:") for line in lines.hear("Me", "Right.", 1.0))
    assert any(line.startswith("Their answer:") for line in lines.type("again"))


def test_a_detour_they_ask_for_is_offered_and_can_be_refused() -> None:
    lines = PlainStage()
    assert lines.hear("Dana", "Can you just show us a demo?", 3.0) == [
        "They asked: Can you just show us a demo? Type d to take that detour."
    ]
    assert lines.type("z") == []
    assert lines.type("yes") == ["No: no suggestion to confirm or reject"]


def test_detours_are_listed_and_taken_by_their_letter() -> None:
    lines = PlainStage()
    assert lines.type("detours demo") == [
        "demo_request, letter d: Can you just show us a demo?",
        "Take a detour with: detour ID",
    ]
    taken = lines.type("d")
    assert "Detour demo request, then back to: What happened that made you look at this now?" in taken
    assert "Say: Gladly, two questions first." in taken
    assert "Back from the detour." in lines.type("next", "next")


def test_questions_are_found_by_their_words_and_jumped_to() -> None:
    lines = PlainStage()
    assert lines.type("questions cost")[0] == "cost: What did that one time cost you? What it costs, open, must."
    assert "Question, must: What did that one time cost you?" in lines.type("jump cost")


def test_undo_takes_back_and_asks_again() -> None:
    lines = PlainStage()
    lines.type("n")
    question = "What happened that made you look at this now?"
    assert lines.type("u")[:2] == [f"Undone: asked “{question}”.", f"Question, must: {question}"]
    lines.type("note > price sheet by Friday")
    assert lines.type("u")[0] == "Undone: promise “price sheet by Friday”."


def test_ending_asks_for_the_fields_of_the_outcome() -> None:
    lines = PlainStage()
    output = lines.type("end", "2")
    assert output[:3] == ["1: go, next step. Not met: real problem.", "2: not yet, not now.", "3: no-go, part friends."]
    assert output[-1] == "revisit on?"
    assert lines.type("") == ["what must change?"]
    assert lines.type("a budget")[0].startswith("A not-yet without a date is a maybe.")
    assert lines.type("3 February")[-1] == (
        "The call has ended: not yet, not now. revisit on: 3 February; what must change: a budget"
    )
    (ended,) = [event for event in lines.session.events if isinstance(event, Ended)]
    assert ended.record == {"revisit_on": "3 February", "what_must_change": "a budget"}
    assert lines.plain.is_over


def test_an_empty_line_takes_the_suggested_ending_which_keeps_its_number() -> None:
    lines = PlainStage()
    lines.type("4")
    output = lines.type("end")
    assert output[2] == "3: no-go, part friends. Your last answer leads here."
    assert output[-1] == "Type the number of an ending (an empty line takes 3), or back to continue the call."
    lines.type("")
    (ended,) = [event for event in lines.session.events if isinstance(event, Ended)]
    assert ended.outcome == "part_friends"


def test_an_empty_line_takes_no_ending_without_a_suggestion() -> None:
    lines = PlainStage()
    assert lines.type("end")[-1] == "Type the number of an ending, or back to continue the call."
    assert lines.type("")[0].startswith("No: unknown ending ''")
    assert not lines.plain.is_over


def test_one_line_ends_the_call_with_its_fields() -> None:
    lines = PlainStage()
    lines.type("end not_now revisit_on=3 March; what_must_change=the year")
    (ended,) = [event for event in lines.session.events if isinstance(event, Ended)]
    assert ended.record == {"revisit_on": "3 March", "what_must_change": "the year"}


def test_an_unclear_date_is_asked_about_once() -> None:
    later = replace(PLAYBOOK.outcomes["not_now"], prompts={"revisit_on": "Which day?"})
    lines = PlainStage(replace(PLAYBOOK, outcomes={**PLAYBOOK.outcomes, "not_now": later}))
    assert lines.type("end not_now")[-1] == "Which day?"
    assert lines.type("in spring") == [
        "Which day is “in spring”? An empty line keeps it.",
        "Which day? Known: in spring (an empty line keeps it).",
    ]
    lines.type("", "a budget")
    (ended,) = [event for event in lines.session.events if isinstance(event, Ended)]
    assert ended.record == {"revisit_on": "in spring", "what_must_change": "a budget"}


def test_the_same_line_again_ends_with_what_is_not_met() -> None:
    lines = PlainStage()
    line = "end next_step next_date=2026-12-08"
    assert "Type the same again to end anyway" in lines.type(line)[0]
    lines.type(line)
    assert lines.session.state.ended is not None
    assert lines.session.state.ended.outcome == "next_step"


def test_an_unmet_gate_is_printed_before_the_end() -> None:
    lines = PlainStage()
    assert "Not met: real problem." in lines.type("end 1")[0]
    assert lines.type("back") == ["The call continues."]
    assert not lines.plain.is_over
    lines.type("end", "1", "1", "Tuesday")
    assert lines.plain.is_over


def test_nothing_of_the_coaching_is_printed_while_it_is_hidden() -> None:
    lines = PlainStage()
    lines.type("hide")
    assert lines.clear_count == 1
    lines.session.record(TAP)
    lines.plain.changed()
    output = lines.type("next", "evidence", "", "note still kept", "time")
    assert not any(word in " ".join(output) for word in ("Tap", "Question", "features", "Walk me"))
    assert "Saved: still kept" in output
    assert "Clock 0:00." in output
    assert any(line.startswith("Question") for line in lines.type("hide"))


def test_the_user_is_asked_which_speaker_they_are() -> None:
    lines = PlainStage(speakers=("Sam", "Dana"), me="")
    question = "Which of these is you? 1: Sam; 2: Dana; 0: none of these. Type who and the number."
    assert f"{question} The recording is paused until you answer." in lines.printed
    lines.seconds = 30.0
    assert lines.plain.call.clock() == 0.0
    assert lines.type("who 1") == ["You are Sam."]
    lines.seconds = 31.0
    assert lines.plain.call.clock() == 1.0
    assert lines.plain.call.sides.is_chosen


def test_an_answer_may_lead_to_another_playbook() -> None:
    ask = replace(TRIGGER, answers=(Answer("Wrong one", "Wrong one", switch="small"),))
    lines = PlainStage(playbook_starting_with(ask))
    assert "next continues there" in lines.type("1")[-1]
    assert "Playbook: A small call" in lines.type("next")


def test_a_mark_and_the_notes_are_listed() -> None:
    lines = PlainStage()
    lines.type("mark", "note one", "note two")
    assert lines.type("notes 2") == ["0:00, saved: one", "0:00, saved: two"]
    assert [event for event in lines.session.events if isinstance(event, Marked)]


@pytest.mark.parametrize("text", some(TYPICAL.values(), 2), ids=some(TYPICAL, 2))
def test_hostile_text_does_not_stop_the_call(text: str) -> None:
    lines = PlainStage()
    for line in (text, f"note {text}", f"questions {text}"):
        lines.type(line.replace("\n", " "))
    lines.hear("Dana", text, 2.0)
    assert lines.type("note after it")[-1] == "Saved: after it"


@pytest.mark.parametrize("way", ["leave", "q", "end", "e"])
def test_leaving_with_unsaved_notes_says_how_many_and_asks_once_more(way: str) -> None:
    lines = PlainStage()
    lines.disk.confirms_at_once = False
    lines.type("note the valve sticks", "note since March")
    lines.disk.refuse("the disk is full")
    output = lines.type(way)
    assert any("2 notes are NOT SAVED" in line and "save" in line for line in output)
    assert not lines.plain.is_over
    again = lines.type(way)
    assert not any("NOT SAVED" in line for line in again)
    assert lines.plain.is_over or way in ("end", "e")


def test_leaving_right_after_saving_asks_nothing() -> None:
    lines = PlainStage()
    lines.disk.confirms_at_once = False
    lines.type("note the valve sticks")
    lines.disk.refuse("the disk is full")
    lines.type("save", "leave")
    assert lines.plain.is_over
