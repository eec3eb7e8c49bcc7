"""Irregular files: captions without blank lines, names in odd places, impossible times."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import pytest
import webvtt
from transcript_texts import as_webvtt, said

from hostile import HOSTILE
from salesnerd_tui.speech.transcripts.model import Format, Transcript, Utterance
from salesnerd_tui.speech.transcripts.read import CannotRead, read_transcript

CUE = "00:00:01.000 --> 00:00:04.000"


def spans(content: str) -> list[tuple[float, float]]:
    return [(turn.start, turn.end) for turn in read_transcript(content).utterances]


def vtt(*cues: str) -> Transcript:
    return read_transcript("WEBVTT\n\n" + "\n\n".join(cues) + "\n")


class TestWebVtt:
    def test_several_voices_in_a_caption_share_its_time_by_their_words(self) -> None:
        transcript = vtt("00:00.000 --> 00:10.000\n<v Ana>one two three four</v>\n<v.loud Bo Li>five</v>")
        assert [(turn.speaker, turn.start, turn.end) for turn in transcript.utterances] == [
            ("Ana", 0.0, 8.0),
            ("Bo Li", 8.0, 10.0),
        ]

    def test_notes_styles_settings_and_identifiers_are_not_speech(self) -> None:
        assert said(
            "WEBVTT - a call\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nsomebody wrote this: here\n\n"
            "REGION\nid:a\n\nintro\n00:01.000 --> 00:02.000 align:start position:10%\n<v Ana>Hello\n\nNOTE done\n"
        ) == [("Ana", "Hello")]

    def test_hours_are_optional_and_many(self) -> None:
        assert spans("WEBVTT\n\n00:01.500 --> 00:02.000\n<v A>x\n\n01:00:00.000 --> 01:00:01.000\n<v A>y\n") == [
            (1.5, 2.0),
            (3600.0, 3601.0),
        ]

    @pytest.mark.parametrize(
        "text", ["<c.yellow>Hello</c> <i>there</i>", "Hello<00:00:01.500> there", "Hello&#32;there"]
    )
    def test_markup_is_stripped(self, text: str) -> None:
        assert said(f"WEBVTT\n\n{CUE}\n<v Ana>{text}") == [("Ana", "Hello there")]

    def test_text_that_looks_like_markup_is_kept(self) -> None:
        assert said(f"WEBVTT\n\n{CUE}\n<v Ana>if a &lt; b [/] <b4 we [@click=x]") == [
            ("Ana", "if a < b [/] <b4 we [@click=x]")
        ]

    def test_blank_lines_headers_and_numbers_may_be_missing(self) -> None:
        assert said(f"{CUE}\n<v Ana>one\n2\n{CUE}\n<v Bo>two\n{CUE}\n<v Ana>three") == [
            ("Ana", "one"),
            ("Bo", "two"),
            ("Ana", "three"),
        ]

    def test_a_blank_line_inside_a_caption_loses_no_words(self) -> None:
        assert said(f"WEBVTT\n\n{CUE}\n\n<v Ana>after a blank\n\n{CUE}\n<v Bo>one\n\nand two\n") == [
            ("Ana", "after a blank"),
            ("Bo", "one"),
            ("Bo", "and two"),
        ]

    def test_a_line_that_wraps_before_a_colon_is_not_a_speaker(self) -> None:
        assert said(f"WEBVTT\n\n{CUE}\nAna: we looked at\nPrice: it was low\n\n{CUE}\nBo: so\nAna: yes") == [
            ("Ana", "we looked at\nPrice: it was low"),
            ("Bo", "so"),
            ("Ana", "yes"),
        ]

    @pytest.mark.parametrize(
        "text", ["So: what now", "it was: bad", "see http://x.example", "at 10:30 sharp", "He asked me to. So: no"]
    )
    def test_a_colon_alone_is_not_a_speaker(self, text: str) -> None:
        assert said(f"WEBVTT\n\n{CUE}\n{text}") == [("", text)]

    @pytest.mark.parametrize(
        "name", ["Ana", "Dr. Ana Silva", "Silva, Ana", "Ana (Acme)", "+1 555-0100", "李雷", "Speaker 1"]
    )
    def test_names_as_tools_write_them(self, name: str) -> None:
        assert said(f"WEBVTT\n\n{CUE}\n{name}: hello") == [(name, "hello")]

    @pytest.mark.parametrize("other", [" ", "\t", "\u3000"])
    def test_wide_colons_and_dashes(self, other: str) -> None:
        assert said(f"WEBVTT\n\n{CUE}\n- 李雷：{other}你好") == [("李雷", "你好")]


class TestAgainstTheLibrary:
    """For files that webvtt-py can read, we read the same."""

    SAMPLES = Path(__file__).parent / "samples"

    @pytest.mark.parametrize("name", ["zoom.vtt", "teams.vtt"])
    def test_webvtt(self, name: str) -> None:
        content = (self.SAMPLES / name).read_text()
        theirs = webvtt.from_buffer(io.StringIO(content)).captions
        ours = read_transcript(content).utterances
        assert [cue.start_in_seconds for cue in theirs] == [int(turn.start) for turn in ours]
        texts = [f"{turn.speaker}: {turn.text}" if name == "zoom.vtt" else turn.text for turn in ours]
        assert [cue.text for cue in theirs] == texts

    def test_srt(self) -> None:
        content = (self.SAMPLES / "captions.srt").read_text()
        theirs = webvtt.from_buffer(io.StringIO(content), format="srt").captions
        ours = read_transcript(content).utterances
        assert [(cue.start_in_seconds, cue.end_in_seconds) for cue in theirs] == [
            (int(turn.start), int(turn.end)) for turn in ours
        ]


class TestJsonLines:
    def test_the_turn_is_the_line_of_the_file(self) -> None:
        transcript = read_transcript('{"speaker": "A", "text": "x"}\nbroken\n\n{"speaker": "B", "text": "y"}\n')
        assert [turn.turn for turn in transcript.utterances] == [0, 3]
        assert transcript.problems == ("line 2: not a JSON object, line skipped",)

    def test_the_last_version_of_a_growing_utterance_counts(self) -> None:
        assert said(
            '{"speaker": "A", "text": "so", "final": false}\n{"speaker": "A", "text": "so what", "final": false}\n'
            '{"speaker": "A", "text": "so what now"}\n{"speaker": "A", "text": "tell me", "final": false}\n'
        ) == [("A", "so what now"), ("A", "tell me")]

    def test_unicode_line_separators_belong_to_the_text(self) -> None:
        assert said('{"speaker": "A", "text": "x\u2028y\x85z"}\n') == [("A", "x\u2028y\x85z")]


class TestNamedLines:
    def test_names_in_lower_case_and_paragraphs(self) -> None:
        assert said("customer: hello\nthere\n\nteam: hi\n\nand more\nthe price: low\n\ncustomer: ok\nteam: so\n") == [
            ("customer", "hello\nthere"),
            ("team", "hi"),
            ("team", "and more\nthe price: low"),
            ("customer", "ok"),
            ("team", "so"),
        ]

    def test_lines_without_names_have_no_speaker_and_are_reported(self) -> None:
        transcript = read_transcript("so what happened\nit broke\n")
        assert transcript.format is Format.PLAIN
        assert transcript.speakers == ()
        assert "no speaker names found" in transcript.problems[0]


class TestTimes:
    def rows(self, *rows: tuple[float | str | None, float | None, str]) -> Transcript:
        return read_transcript(
            "".join(
                json.dumps({"start": start, "end": end, "speaker": who, "text": "one two three four five"}) + "\n"
                for start, end, who in rows
            )
        )

    def test_a_missing_end_is_estimated_at_150_words_per_minute(self) -> None:
        transcript = self.rows((0, None, "A"), (1, None, "B"), (10, None, "A"))
        assert [(turn.start, turn.end) for turn in transcript.utterances] == [(0, 1), (1, 3), (10, 12)]

    def test_words_between_known_times_are_compressed_to_fit(self) -> None:
        transcript = self.rows((0, None, "A"), (None, None, "B"), (2, None, "A"))
        assert [(turn.start, turn.end) for turn in transcript.utterances] == [(0, 1), (1, 2), (2, 4)]

    def test_the_same_second_for_several_turns_keeps_their_order(self) -> None:
        transcript = self.rows((5, None, "A"), (5, None, "B"), (5, None, "A"), (9, None, "B"))
        starts = [turn.start for turn in transcript.utterances]
        assert starts == sorted(set(starts))

    def test_times_that_start_again_are_a_second_part(self) -> None:
        transcript = self.rows((0, 5, "A"), (600, 605, "B"), (0, 5, "A"), (10, 12, "B"))
        assert [turn.start for turn in transcript.utterances] == [0, 600, 605, 615]
        assert transcript.problems == ("line 3: times go back from 10:05 to 0:00, read as a second part",)

    def test_overlapping_speech_is_kept(self) -> None:
        transcript = self.rows((0, 10, "A"), (5, 6, "B"), (4, 7, "C"))
        assert [(turn.start, turn.end) for turn in transcript.utterances] == [(0, 10), (5, 6), (4, 7)]
        assert transcript.problems == ()

    def test_a_single_jump_in_time_is_estimated(self) -> None:
        transcript = self.rows((0, 2, "A"), (40_000, 40_002, "B"), (5, 7, "A"))
        assert [turn.start for turn in transcript.utterances] == [0, 2, 5]
        assert "implausible time" in transcript.problems[0]

    def test_times_of_day_begin_with_the_call(self) -> None:
        transcript = self.rows((1_767_000_000, 1_767_000_002, "A"), (1_767_000_003, None, "B"))
        assert [turn.start for turn in transcript.utterances] == [0, 3]
        assert "taken as the beginning of the call" in transcript.problems[0]

    def test_negative_times_and_ends_are_reported_once(self) -> None:
        transcript = self.rows((-5, 2, "A"), (3, 1, "B"), (6, 4, "A"), (9, 99_999, "B"))
        assert [(turn.start, turn.end) for turn in transcript.utterances] == [(0, 2), (3, 5), (6, 8), (9, 11)]
        assert len(transcript.problems) == 2
        assert "(and 2 more)" in transcript.problems[1]

    def test_invalid_times_are_reported(self) -> None:
        transcript = self.rows(("0:01:02.5", None, "A"), ("nonsense", None, "B"))
        assert transcript.utterances[0].start == 62.5
        assert 'invalid time in "start"' in transcript.problems[0]

    def test_past_midnight(self) -> None:
        transcript = read_transcript("[Ana] 23:59:58\nhello\n\n[Bo] 00:00:03\nhi\n")
        assert transcript.utterances[0].start == 0.0
        assert transcript.utterances[1].start >= 0.4

    def test_afternoon(self) -> None:
        transcript = read_transcript("[Ana] 12:59:58 PM\nhello\n\n[Bo] 1:00:03 PM\nhi\n")
        assert [turn.start for turn in transcript.utterances] == [0.0, 5.0]


class TestEncodings:
    def test_latin_letters_of_windows(self) -> None:
        transcript = read_transcript("Ana: café\nBo: “déjà vu”\n".encode("cp1252"))
        assert [turn.text for turn in transcript.utterances] == ["café", "“déjà vu”"]
        assert transcript.problems[0].startswith("line 1: not UTF-8")

    def test_an_invalid_line_does_not_affect_the_others(self) -> None:
        assert said("Ana: naïve ✓\n".encode() + "Bo: café\n".encode("latin-1")) == [("Ana", "naïve ✓"), ("Bo", "café")]

    def test_a_truncated_character_at_the_end(self) -> None:
        transcript = read_transcript("Ana: hello\nBo: hi\n".encode("utf-16") + b"\x41")
        assert [turn.speaker for turn in transcript.utterances] == ["Ana", "Bo"]
        assert "invalid UTF-16-LE" in transcript.problems[0]

    def test_a_word_document_is_refused_with_a_way_out(self) -> None:
        transcript = read_transcript(b"PK\x03\x04\x14\x00word/document.xml")
        assert transcript.utterances == ()
        assert "save it as plain text" in transcript.problems[0]

    def test_zero_bytes_stay_in_the_text(self) -> None:
        assert said(b"Ana: a\x00b\n") == [("Ana", "a\x00b")]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_line_ends(self, end: str) -> None:
        assert said(end.join(["WEBVTT", "", CUE, "<v Ana>one", "two", "", CUE, "<v Bo>three", ""])) == [
            ("Ana", "one\ntwo"),
            ("Bo", "three"),
        ]


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_unchanged(hostile: str) -> None:
    again = read_transcript(as_webvtt([Utterance(0, 1, "Ana", hostile, 0), Utterance(2, 3, "Bo", "so", 1)]))
    kept = "".join(turn.text for turn in again.utterances if turn.speaker == "Ana")
    wanted = [line.strip() for line in hostile.replace("\r", "\n").split("\n") if line.strip()]
    assert kept == "\n".join(wanted)


@pytest.mark.parametrize("make", ["missing", "folder", "locked", "nul"])
def test_files_that_cannot_be_opened(make: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "call.vtt"
    if make == "folder":
        path.mkdir()
    if make == "nul":
        path = Path("a\x00b")
    if make == "locked":

        def refuses(self: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuses)
    with pytest.raises(CannotRead) as problem:
        read_transcript(path)
    assert str(path) in str(problem.value)


def test_every_format_has_a_description() -> None:
    assert all(a != b for a, b in itertools.combinations([str(kind) for kind in Format], 2))
