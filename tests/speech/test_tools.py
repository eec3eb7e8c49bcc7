"""Transcripts as meeting tools and speech recognizers write them: who speaks, when, and each word once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transcript_texts import in_pieces, line_by_line, said

from cli_runs import Run
from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.growing_transcript import GrowingTranscript
from salesnerd_tui.speech.sides import Sides, UnknownSpeaker, resolve_speakers
from salesnerd_tui.speech.transcripts.decode import detect_binary
from salesnerd_tui.speech.transcripts.read import CannotRead, read_transcript

OPENING = "Where does the import stop?"
ANSWER = "At the second file, every night."


def starts(content: str) -> list[float]:
    return [round(turn.start, 2) for turn in read_transcript(content).utterances]


def captions(*cues: tuple[float, float, str]) -> str:
    def stamp(seconds: float) -> str:
        return f"{int(seconds // 3600):02}:{int(seconds // 60 % 60):02}:{seconds % 60:06.3f}"

    return "WEBVTT\n\n" + "".join(f"{stamp(begin)} --> {stamp(end)}\n{text}\n\n" for begin, end, text in cues)


class TestNames:
    NAMES = (
        *("Ida Berg (she/her)", "ida berg", "ida's phone", "iPad (3)", "Prof. Ida K. Berg, MD, MPH", "Lund | Ida Berg"),
        *("ida.berg@example.invalid", "+46 8 ***12 34", "🎙 Ida 🇸🇪", "Room 2.07 / Lund", "ایدا", "Ida-Maria “Ia” Berg"),
        *("Ida Berg - Lund AB, Malmö, Sweden", "O'Brien, Ida", "Speaker 2", "伊达"),
    )

    @pytest.mark.parametrize("name", NAMES)
    def test_any_text_before_the_colon_of_every_caption_is_a_name(self, name: str) -> None:
        content = captions((1, 3, f"Tom Ek: {OPENING}"), (4, 6, f"{name}: {ANSWER}"), (7, 8, "Tom Ek: The plan: wait."))
        assert said(content) == [("Tom Ek", OPENING), (name, ANSWER), ("Tom Ek", "The plan: wait.")]
        assert in_pieces(content, 5) == said(content)
        assert resolve_speakers([name], read_transcript(content).speakers) == [name]

    def test_an_unusual_name_is_recognized_when_it_recurs(self) -> None:
        content = captions(*((n, n + 1, f"the one who buys: answer {n}") for n in range(1, 4)))
        assert read_transcript(content).speakers == ("the one who buys",)

    def test_a_colon_in_captions_without_names_is_not_a_speaker(self) -> None:
        lines = ["so it stopped", "small remark: at night", "and then again", "Result: two days", "which is bad"]
        content = captions(*((n, n + 1, line) for n, line in enumerate(lines, 1)))
        assert read_transcript(content).speakers == ()

    @pytest.mark.parametrize("me", ["ida", "IDA BERG", "Ida Berg (SHE/HER)", "Ida Berg (she/her)"])
    def test_a_short_form_refers_to_its_only_speaker(self, me: str) -> None:
        assert resolve_speakers([me], ["Ida Berg (she/her)", "Tom Ek"]) == ["Ida Berg (she/her)"]

    def test_an_ambiguous_short_form_is_refused(self) -> None:
        with pytest.raises(UnknownSpeaker, match=r"ambiguous speaker .*: 'Ida Berg' or 'Ida Lund'"):
            resolve_speakers(["Ida"], ["Ida Berg", "Ida Lund"])

    def test_live_a_name_counts_without_pronouns_and_company(self) -> None:
        sides = Sides(["Ida Berg"])
        assert sides.side_of("Lund | Ida Berg (she/her)") is Side.ME
        assert sides.side_of("Ida Lund") is Side.THEM

    def test_coach_takes_the_shorter_form(self, tmp_path: Path, run: Run) -> None:
        path = tmp_path / "call.vtt"
        path.write_text(captions((1, 3, f"Tom Ek (he/him): {OPENING}"), (4, 6, f"ida berg: {ANSWER}")))
        assert "no taps" in run("coach", str(path), "--me", "tom ek").out


SHAPES = {
    "a time, a sign and a name with a company": "{t0} - Tom Ek (Lund AB)\n  {q}\n\n{t1} - Ida Berg (Ek AB)\n  {a}\n",
    "a name, a bar and a time": "Tom Ek | {t0}\n{q}\n\nIda Berg | {t1}\n{a}\n",
    "a name, a dash and a time": "Tom Ek - {t0}\n{q}\n\nIda Berg - {t1}\n{a}\n",
    "a name and a time in brackets": "Tom Ek ({t0})\n{q}\n\nIda Berg ({t1})\n{a}\n",
    "a time and a name with a colon": "{t0} Tom Ek: {q}\n{t1} Ida Berg: {a}\n",
    "a time after the colon": "Tom Ek: [{t0}] {q}\nIda Berg: [{t1}] {a}\n",
    "a time above a name": "{t0}\nTom Ek\n{q}\n\n{t1}\nIda Berg\n{a}\n",
    "a time in angle brackets": "<{t0}> Tom Ek: {q}\n<{t1}> Ida Berg: {a}\n",
    "a name with a colon and a time": "Tom Ek: {t0}\n{q}\n\nIda Berg: {t1}\n{a}\n",
    "markdown bold, time in italics": "## Transcript\n\n**Tom Ek** *{t0}*\n\n{q}\n\n**Ida Berg** *{t1}*\n\n{a}\n",
    "a date before the time": "2026-03-01T10:{t0}Z Tom Ek: {q}\n2026-03-01T10:{t1}Z Ida Berg: {a}\n",
    "cells": "Tom Ek\t{t0}\t{q}\nIda Berg\t{t1}\t{a}\n",
    "markdown headings": "# Call\n\n### Tom Ek — {t0}\n\n{q}\n\n### Ida Berg — {t1}\n\n{a}\n",
    "markdown bold": "## Transcript\n\n**Tom Ek** ({t0}): {q}\n\n**Ida Berg** ({t1}): {a}\n",
    "markdown links": "[{t0}](https://x.invalid) **Tom Ek:** {q}  \n[{t1}](https://x.invalid) **Ida Berg:** {a}  \n",
    "a markdown table": "| Time | Speaker | Text |\n|:-|-|-|\n| {t0} | Tom Ek | {q} |\n| {t1} | Ida Berg | {a} |\n",
    "a table": 'start,speaker,text\n{t0},Tom Ek,{q}\n{t1},Ida Berg,"{a}"\n',
    "webex": (
        'WEBVTT\n\n1 "Tom Ek" (77)\n00:{t0}.000 --> 00:00:05.000\n{q}\n\n'
        '2 "Ida Berg" (78)\n00:{t1}.000 --> 00:00:15.000\n{a}\n'
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_names_and_times_are_read_in_any_layout(shape: str) -> None:
    content = shape.format(t0="00:02", t1="00:09", q=OPENING, a=ANSWER)
    assert said(content) == [("Tom Ek", OPENING), ("Ida Berg", ANSWER)]
    assert starts(content) in ([2.0, 9.0], [0.0, 7.0])  # at a time of day, the call begins with its first turn
    for size in (3, 60, 10_000):
        assert in_pieces(content, size) == said(content)


@pytest.mark.parametrize("date", ["2026-03-01 ", "2026-03-01T", "01.03.2026, ", "3/1/26, "])
@pytest.mark.parametrize(
    "shape", ["[{0}] Tom Ek: {q}\n[{1}] Ida Berg: {a}\n", "Tom Ek ({0})\n{q}\n\nIda Berg ({1})\n{a}\n"]
)
def test_a_date_beside_a_time_is_not_part_of_a_name(date: str, shape: str) -> None:
    content = shape.format(f"{date}23:59", f"{date}0:01", q=OPENING, a="Since 2026-02-01 10:00, every night.")
    assert said(content) == [("Tom Ek", OPENING), ("Ida Berg", "Since 2026-02-01 10:00, every night.")]
    assert starts(content) == [0.0, 120.0]


NAMELESS = {
    "times above the words": "0:02\n{q}\n\n0:09\n{a}\n",
    "times beside the words": "0:02 {q}\n0:09 {a}\n",
    "spans in brackets": "[00:00:02.000 --> 00:00:04.000]   {q}\n[00:00:09.000 --> 00:00:11.000]   {a}\n",
    "short spans": "[00:02.000 --> 00:04.000]  {q}\n[00:09.000 --> 00:11.000]  {a}\n",
    "spans in seconds": "[2.00s -> 4.00s]  {q}\n[9.00s -> 11.00s]  {a}\n",
    "milliseconds in a table": "start\tend\ttext\n2000\t4000\t{q}\n9000\t11000\t{a}\n",
}


@pytest.mark.parametrize("shape", NAMELESS.values(), ids=NAMELESS)
def test_words_and_times_are_read_without_names(shape: str) -> None:
    content = shape.format(q=OPENING, a=ANSWER)
    assert said(content) == [("", OPENING), ("", ANSWER)]
    assert starts(content) == [2.0, 9.0]
    for size in (3, 60, 10_000):
        assert in_pieces(content, size) == said(content)


def test_a_time_is_the_answer_if_nothing_follows_it() -> None:
    assert said("Tom Ek: When do we meet?\nIda Berg: 10:30\nTom Ek: See you then.\n") == [
        ("Tom Ek", "When do we meet?"),
        ("Ida Berg", "10:30"),
        ("Tom Ek", "See you then."),
    ]


@pytest.mark.parametrize(("opened", "closed"), ["<>", "[]", "()"])
def test_people_who_join_and_leave_say_nothing(opened: str, closed: str) -> None:
    content = (
        "Transcript of conference held at Mar 3 in room lund\nInitial people present at 9:03:10 PM:\n\n\tTom Ek\n\n"
        "Transcript, started at 9:03:10 PM:\n[9:03:12 PM] Tom Ek: Hello.\n[9:03:14 PM] Ida Berg joined the conversation"
        "\n[9:03:20 PM] Ida Berg: Tom left the meeting early.\n[9:04:20 PM] Ida Berg left the conversation\n"
    )
    content = content.replace("[", opened).replace("]", closed)
    assert said(content) == [("Tom Ek", "Hello."), ("Ida Berg", "Tom left the meeting early.")]


def test_a_name_in_lower_case_between_time_and_company_is_a_name() -> None:
    content = f"0:02 - tom ek (Lund AB)\n  {OPENING}\n\n0:09 - Ida (she/her) (Ek AB)\n  At 10:30.\n"
    assert said(content) == [("tom ek", OPENING), ("Ida", "At 10:30.")]
    assert in_pieces(content, 9) == said(content)


def test_speakers_of_a_recognizer_are_in_brackets() -> None:
    content = f"[00:02.000 --> 00:04.000] [SPEAKER_01]: {OPENING}\n[00:09.000 --> 00:11.000]  (speaker 2) {ANSWER}\n"
    assert said(content) == [("SPEAKER_01", OPENING), ("speaker 2", ANSWER)]


class TestNotes:
    NOTES = (
        "📝 Notes\nMar 3, 2026\nImport call\nInvited Tom Ek Ida Berg\n\nSummary\nBoth talked about the import.\n\n"
        "Details\n* Nightly Import: Ida Berg said that it stops (00:00:00).\n* Next Step: Tom Ek sends a plan.\n\n"
    )
    CALL = f"00:00:00\n\nTom Ek: {OPENING}\nIda Berg: {ANSWER}\nTom Ek: Why?\n"

    @pytest.mark.parametrize("heading", ["📖 Transcript\nMar 3, 2026\nImport call - Transcript\n", "# Transkript\n"])
    @pytest.mark.parametrize("size", [4, 70, 10_000])
    def test_text_above_the_transcript_is_not_speech(self, heading: str, size: int) -> None:
        content = self.NOTES + heading + self.CALL
        assert said(content) == [("Tom Ek", OPENING), ("Ida Berg", ANSWER), ("Tom Ek", "Why?")]
        assert in_pieces(content, size) == said(content)
        assert read_transcript(content).problems == ()

    def test_speakers_only_above_the_first_time_are_dropped(self) -> None:
        assert read_transcript(f"Owner Of This: Ida\n{self.CALL}").speakers == ("Tom Ek", "Ida Berg")


class TestMarkdown:
    def test_markup_is_stripped_from_words(self) -> None:
        content = "**Tom:** Is it *that* [file](https://x.invalid)?\n**Ida:** `a_b` \\- yes, __both__ &amp; more.\n"
        assert said(content) == [("Tom", "Is it that file?"), ("Ida", "a_b - yes, both & more.")]

    def test_without_markdown_symbols_are_speech(self) -> None:
        assert said("Tom: 2 * 3 * 4 in my_own_file and *this*\nIda: [@click=x] a\\-b\n") == [
            ("Tom", "2 * 3 * 4 in my_own_file and *this*"),
            ("Ida", "[@click=x] a\\-b"),
        ]


class TestTimes:
    @pytest.mark.parametrize("offset", [600.0, 1_840.0, 9 * 3600 + 3_446.7, 13 * 3600.0, 23 * 3600 + 59 * 60 + 59])
    def test_a_call_begins_with_its_first_caption_at_any_hour(self, offset: float) -> None:
        moments = [(offset + begin) % 86_400 for begin in (0.0, 3.0, 95.0)]
        content = captions(*((at, at + 1, f"words at {number}") for number, at in enumerate(moments)))
        assert starts(content) == pytest.approx([0.0, 3.0, 95.0], abs=0.01)
        assert "taken as the beginning of the call" in read_transcript(content).problems[0]

    def test_a_quiet_beginning_is_kept(self) -> None:
        assert starts(captions((40, 42, "at last"), (50, 52, "so"))) == [40.0, 50.0]

    @pytest.mark.parametrize(
        "times", ["NaN --> NaN", "ab:cd --> 00:00:02.000 align:start", "--> 00:00:02.000", "1 --> 2"]
    )
    def test_a_caption_with_invalid_times_keeps_its_words(self, times: str) -> None:
        content = f"WEBVTT\n\n1\n{times}\nAna: who noticed\n\n00:00:08.000 --> 00:00:09.000\nBo: we did\n"
        assert said(content) == [("Ana", "who noticed"), ("Bo", "we did")]
        assert line_by_line(content) == said(content)
        assert read_transcript(content).problems == ("line 4: unreadable times, estimated from the words",)

    def test_captions_above_the_first_time_stay_above_it(self) -> None:
        content = "WEBVTT\n\n0:: --> 0::\nAna: who noticed it first\n\n00:20:08.000 --> 00:20:09.000\nBo: we did\n"
        first, second = read_transcript(content).utterances
        assert (first.start, second.start) == (0.0, first.end)


ROLLING = {
    "two lines": ["we lost two days", "we lost two days\nof work in May", "of work in May\nand June"],
    "three lines": ["we lost\ntwo days", "we lost\ntwo days\nof work", "two days\nof work\nin May and June"],
    "a window of words": ["we lost two days", "lost two days of work in May", "work in May and June"],
    "repeated captions": ["we lost two days of work", "we lost two days of work", "in May and June"],
    "growing": ["we lost", "we lost two days of work", "we lost two days of work in May and June"],
    "timed words": [
        "we<00:00:01.200><c> lost</c><00:00:01.400><c> two</c>",
        "we lost two",
        "we lost two\ndays<00:00:03.200><c> of</c><00:00:03.500><c> work in May and June</c>",
    ],
}


@pytest.mark.parametrize("cues", ROLLING.values(), ids=ROLLING)
def test_rolling_captions_yield_each_word_once(cues: list[str]) -> None:
    content = captions(*((n, n + 1, text) for n, text in enumerate(cues, 1)))
    words = " ".join(text for _, text in said(content)).split()
    assert words == ["we", "lost", "two", "days", "of", "work", "in", "May", "and", "June"]
    for size in (7, 10_000):
        assert " ".join(text for _, text in in_pieces(content, size)).split() == words


def test_people_who_repeat_themselves_are_heard_twice() -> None:
    content = captions((1, 2, "Tom: No."), (2, 3, "Ida: No."), (3, 4, "Ida: No."), (9, 10, "Ida: No."))
    assert said(content) == [("Tom", "No."), ("Ida", "No."), ("Ida", "No."), ("Ida", "No.")]


def test_a_sentence_that_grows_is_one_utterance() -> None:
    content = captions((1, 2, "Tom: I will"), (2, 3, "Tom: I will send"), (3, 5, "Tom: I will send it by Friday."))
    (turn,) = read_transcript(content).utterances
    assert (turn.text, turn.start, turn.end) == ("I will send it by Friday.", 1.0, 5.0)


@given(st.lists(st.lists(st.integers(0, 10**6).map(lambda n: f"w{n}"), min_size=1, max_size=6), min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_any_scrolling_lines_are_read_once(lines: list[list[str]]) -> None:
    numbered = [[f"{word}n{at}x{place}" for place, word in enumerate(line)] for at, line in enumerate(lines)]
    shown = [" ".join(line) for line in numbered]
    content = captions(*((at, at + 1, "\n".join(shown[max(0, at - 1) : at + 1])) for at in range(len(shown))))
    expected = [word for line in numbered for word in line]
    assert " ".join(text for _, text in said(content)).split() == expected
    assert " ".join(text for _, text in in_pieces(content, 40)).split() == expected


class TestRecords:
    ROWS: ClassVar[dict[str, dict[str, object]]] = {
        "numbers": {"speaker": 4, "start_time": 2, "end_time": 4},
        "camel case": {"speakerId": 4, "startTime": 2.0, "endTime": 4.0},
        "nested": {"speaker": {"id": 4}, "timestamps": {"from": "00:00:02,000", "to": "00:00:04,000"}},
        "milliseconds": {"speaker_label": "4", "offset": 2000, "duration": 2000},
        "named milliseconds": {"name": "4", "startMs": 2000, "endMs": 4000},
        "texts": {"speakerTag": 4, "begin": "2s", "end": "PT4S"},
    }

    @pytest.mark.parametrize("fields", ROWS.values(), ids=ROWS)
    @pytest.mark.parametrize("words", ["text", "transcript", "content", "sentence"])
    @pytest.mark.parametrize("container", ["", "segments", "results", "utterances"])
    def test_fields_by_any_name(self, fields: dict[str, object], words: str, container: str) -> None:
        row = {**fields, words: OPENING}
        content = json.dumps({container: [row, row | {words: ""}]}, indent=1) if container else json.dumps(row)
        (turn,) = read_transcript(content).utterances
        assert (turn.speaker, turn.text, turn.start, turn.end) == ("4", OPENING, 2.0, 4.0)
        assert in_pieces(content, 11) == [("4", OPENING)]

    def test_single_words_are_joined_by_speaker(self) -> None:
        words = [("Where", 0), ("now?", 0), ("At", 1), ("night.", 1)]
        join_names = [{"word": word, "start": n, "end": n + 0.5, "speaker": who} for n, (word, who) in enumerate(words)]
        row = {"words": join_names}
        assert said(json.dumps({"results": {"channels": [{"alternatives": [row]}]}})) == [
            ("0", "Where now?"),
            ("1", "At night."),
        ]

    def test_a_growing_utterance_of_a_recognizer_is_final_once(self) -> None:
        def row(final: bool, text: str) -> dict[str, Any]:
            return {"is_final": final, "start": 0.0, "channel": {"alternatives": [{"transcript": text}]}}

        rows = [row(False, "where does"), row(True, "where does it stop")]
        content = "".join(json.dumps(row) + "\n" for row in rows)
        assert said(content) == [("", "where does it stop")]
        assert in_pieces(content, 20) == said(content)


class TestNotUnderstood:
    def test_more_than_a_few_lost_lines_are_reported(self) -> None:
        lines = "".join(f"entry {number} without any sign\n" for number in range(8))
        transcript = read_transcript(lines + "Tom Ek - 00:02\nWhere?\n\nIda - 00:04\nHere.\n")
        assert transcript.speakers == ("Tom Ek", "Ida")
        assert "line 1: skipped 8 lines that are not speech" in transcript.problems[0]

    def test_a_title_and_a_date_are_not_reported(self) -> None:
        assert read_transcript("Import call\nMarch 3\n\nTom Ek - 00:02\nWhere?\n\nIda - 00:04\nHere.\n").problems == ()


def test_a_text_with_a_stray_control_byte_is_not_another_encoding() -> None:
    assert said(b"Tom: Why?\nIda: At night.\0\n") == [("Tom", "Why?"), ("Ida", "At night.\0")]


class TestBinary:
    FILES: ClassVar[dict[str, bytes]] = {
        "pdf": b"%PDF-1.4\n%\xe2\xe3\n1 0 obj",
        "mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(range(200)),
        "docx": b"PK\x03\x04\x14\x00\x06\x00",
        "png": b"\x89PNG\r\n\x1a\n\x00\x00",
        "noise": bytes((n * 7919) % 256 for n in range(3000)),
        "zeros": bytes(900),
        "packets": (b"G\x40\x00\x10" + b"\xff" * 184) * 9,
        "postscript": b"%!PS-Adobe-3.0\n%%Title: call\n" * 9,
    }

    @pytest.mark.parametrize("content", FILES.values(), ids=FILES)
    def test_a_binary_file_is_refused(self, content: bytes, tmp_path: Path, run: Run) -> None:
        path = tmp_path / "call.vtt"
        path.write_bytes(content)
        assert "not a text file" in run("coach", str(path), "--me", "Tom", status=1).err
        with pytest.raises(CannotRead, match="not a text file"):
            read_transcript(path)
        growing = GrowingTranscript()
        assert growing.feed(content) == []
        assert "not a text file" in growing.binary_message

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-8", "utf-16"])
    @pytest.mark.parametrize("words", ["Where does it stop?", "Где оно остановилось?", "它在哪里停下来的？"])
    def test_text_without_a_mark_is_text(self, encoding: str, words: str) -> None:
        content = f"Tom: {words}\nIda: {words}\n".encode(encoding)
        assert detect_binary(content) == ""
        assert said(content) == [("Tom", words), ("Ida", words)]


def window(growing: GrowingTranscript, content: str) -> list[str]:
    growing.restart()
    return [change.piece.text for change in growing.feed(content.encode()) if change.final]


@pytest.mark.parametrize("lines", [2, 4, 30])
def test_a_file_with_the_last_lines_yields_each_once(lines: int) -> None:
    spoken = [f"{'Tom' if n % 2 else 'Ida'}: remark {n}" for n in range(60)]
    growing, heard = GrowingTranscript(), []
    for last in range(1, len(spoken) + 1):
        heard += window(growing, "\n".join(spoken[max(0, last - lines) : last]) + "\n")
    heard += [change.piece.text for change in growing.complete_open() if change.final]
    assert heard == [f"remark {n}" for n in range(60)]


def test_a_window_read_while_it_is_written_repeats_nothing() -> None:
    growing = GrowingTranscript()
    heard = window(growing, "Tom: one\nIda: two\nTom: three\n")
    heard += window(growing, "")
    heard += window(growing, "Ida: two\n")
    heard += [change.piece.text for change in growing.feed(b"Ida: two\nTom: three\nIda: four\n") if change.final]
    heard += [change.piece.text for change in growing.complete_open() if change.final]
    assert heard == ["one", "two", "three", "four"]


class TestSeveralSpeakersOnOneLine:
    def test_the_words_for_the_two_sides_begin_turns_anywhere(self) -> None:
        content = "Me: How do you bill Them: by hand. Me: And in May? Them: Twice.\nThem: So we looked around.\n"
        assert said(content) == [
            ("Me", "How do you bill"),
            ("Them", "by hand."),
            ("Me", "And in May?"),
            ("Them", "Twice."),
            ("Them", "So we looked around."),
        ]
        assert in_pieces(content, 7) == said(content)

    def test_names_begin_turns_after_a_sentence_if_the_speaker_recurs(self) -> None:
        content = "Ida Berg: Who signs? Tom Ek: My lead. Ida Berg: Thanks.\n"
        assert said(content) == [("Ida Berg", "Who signs?"), ("Tom Ek", "My lead."), ("Ida Berg", "Thanks.")]

    def test_a_known_speaker_begins_a_turn_after_a_sentence(self) -> None:
        content = "Tom Ek: Hello.\nIda Berg: Who signs? Tom Ek: My lead.\n"
        assert said(content) == [("Tom Ek", "Hello."), ("Ida Berg", "Who signs?"), ("Tom Ek", "My lead.")]

    @pytest.mark.parametrize(
        "words",
        [
            "Two points. Price: it is too high.",
            "I told them: no.",
            "The rule is simple. Note: never on Friday.",
            "We met Tom: he agreed.",
        ],
    )
    def test_a_colon_inside_a_sentence_does_not(self, words: str) -> None:
        assert said(f"Ida: {words}\nTom: Right.\n") == [("Ida", words), ("Tom", "Right.")]


class TestNamesAloneInMarkdown:
    @pytest.mark.parametrize("markup", ["## {}", "### {} ###", "**{}**", "__{}__", "- **{}**", "> **{}:**"])
    def test_begin_turns_without_times(self, markup: str) -> None:
        ida, tom = markup.format("Ida Berg"), markup.format("Tom")
        content = f"# Import call\n\n{ida}\n\n{OPENING}\n\n{tom}\n\n{ANSWER}\nIt is old.\n\n{ida}\nAnd then?\n"
        assert said(content) == [("Ida Berg", OPENING), ("Tom", f"{ANSWER}\nIt is old."), ("Ida Berg", "And then?")]

    def test_headings_of_notes_are_not_names(self) -> None:
        content = "# Plan\n\n## Goals\n\nShip the import.\n\n## Risks\n\nThe old files.\n"
        assert {speaker for speaker, _ in said(content)} == {""}


@pytest.mark.parametrize(
    "content",
    [
        "<!DOCTYPE html>\n<html><body><p>Ida: Hello.</p></body></html>",
        '\ufeff  <!-- saved from url -->\n<HTML lang="en">\n',
        '<div class="transcript">\n<p>Ida: Hello.</p>\n</div>\n',
        '<?xml version="1.0"?>\n<!DOCTYPE html>\n<html></html>',
    ],
)
def test_a_web_page_is_refused_with_a_way_out(content: str, tmp_path: Path) -> None:
    path = tmp_path / "call.html"
    path.write_text(content)
    with pytest.raises(CannotRead, match=r"not a transcript: a web page \(open it in a browser, copy the text"):
        read_transcript(path)
    growing = GrowingTranscript()
    assert growing.feed(content.encode()) == []
    assert "a web page" in growing.binary_message


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_subtitles_with_styles_are_refused(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "call.ass"
    path.write_text(
        f"{mark}[Script Info]\nTitle: call\n\n[Events]\nDialogue: 0,0:00:00.10,0:00:01.00,Ida,,0,0,0,,Hello.\n"
    )
    with pytest.raises(CannotRead, match=r"not a transcript: subtitles with styles \(\.ass\) \(convert them to \.srt"):
        read_transcript(path)


def test_an_xml_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "call.ttml"
    path.write_text('<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>')
    with pytest.raises(CannotRead, match="not a transcript: an XML file"):
        read_transcript(path)


@pytest.mark.parametrize("line", ["<v Ida>Hello.", "<b>Ida:</b> Hello.", "<pause> Hello."])
def test_tags_of_captions_are_not_a_web_page(line: str) -> None:
    assert detect_binary(f"{line}\n".encode()) == ""
