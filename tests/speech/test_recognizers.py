"""Output and exports of recognizers: logs, streams, speakers listed apart, and near misses of known fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from transcript_texts import Growing, in_pieces, line_by_line, said

from salesnerd_tui.speech.transcripts.read import read_transcript

CALL = (("0", "Which night was it?"), ("1", "The night before the audit."), ("0", "Who called you?"))
NAMELESS = [("", text) for _, text in CALL]
NAMED = [(("Ana", "Bo")[int(who)], text) for who, text in CALL]


def printed(stamp: str = "[00:00:{:02}.000 --> 00:00:{:02}.000]  ") -> str:
    return "".join(f"{stamp.format(9 * n, 9 * n + 4)}{text}\n" for n, (_, text) in enumerate(CALL))


class TestPrinted:
    LOGS: Mapping[str, str] = {
        "whisper": "Detecting language using up to the first 30 seconds.\nDetected language: Dutch\n",
        "a warning": "/opt/py/whisper/audio.py:7: UserWarning: FP16 is slow here\n  warnings.warn('FP16 is slow')\n",
        "whisper.cpp": "whisper_model_load: n_mels = 80\nmain: processing 'a.wav' (9 samples), 4 threads\n\n",
        "unknown": "Engine: fast\nDevice: cpu\n",
    }

    @pytest.mark.parametrize("log", LOGS.values(), ids=LOGS)
    def test_a_recognizer_that_writes_about_itself_is_not_a_speaker(self, log: str) -> None:
        assert said(log + printed()) == NAMELESS
        assert line_by_line(log + printed())[-3:] == NAMELESS

    @pytest.mark.parametrize(
        "stamp", ["{:.2f}-{:.2f} | ", "{:.1f}s - {:.1f}s | ", "{:.2f}-{:.2f} ", "{:.2f}-{:.2f}: ", "{:.6f}\t{:.6f}\t"]
    )
    def test_seconds_in_front_of_a_name(self, stamp: str) -> None:
        content = "".join(f"{stamp.format(9 * n, 9 * n + 4)}{who}: {text}\n" for n, (who, text) in enumerate(NAMED))
        assert said(content) == line_by_line(content) == NAMED
        assert [turn.start for turn in read_transcript(content).utterances] == [0, 9, 18]

    def test_seconds_without_names(self) -> None:
        assert said(printed("{:.2f}-{:.2f} | ")) == NAMELESS
        assert said("0.00 | Ana: Why?\n3.50 | Bo: A night.\n") == [("Ana", "Why?"), ("Bo", "A night.")]

    def test_amounts_are_words(self) -> None:
        assert said("Ana: How much?\nBo: 1.5-2.5 | or so\n1.5-2.5 million\n")[1] == (
            "Bo",
            "1.5-2.5 | or so\n1.5-2.5 million",
        )

    def test_a_person_called_main_is_one(self) -> None:
        assert said("Main: Which night?\nIda: The last one.\nMain: Why?\n")[0] == ("Main", "Which night?")

    def test_a_line_that_is_rewritten_on_a_terminal_counts_as_it_is_last(self) -> None:
        rewritten = "".join(f"\x1b[2K\r{text[:7]}\x1b[2K\r{' ' * 40}\x1b[2K\r{text}\n" for _, text in CALL)
        assert said(rewritten) == NAMELESS
        assert line_by_line(rewritten) == NAMELESS

    def test_colors_of_words_are_not_words(self) -> None:
        colored = "".join(f"\x1b[38;5;71m{text[:9]}\x1b[0m\x1b[38;5;107m{text[9:]}\x1b[0m\n" for _, text in CALL)
        assert said(colored) == NAMELESS

    def test_a_time_in_words_below_a_time_is_not_speech(self) -> None:
        content = "".join(f"1:{n:02}\n1 minute, {n} seconds\n{text}\n" for n, (_, text) in enumerate(CALL, 7))
        assert said(content) == NAMELESS
        assert line_by_line(content) == NAMELESS


def labeled(words: bool) -> list[dict[str, Any]]:
    """The labels of AWS: one for each turn, with or without its words."""
    return [
        {
            "start_time": f"{9 * n}.0",
            "speaker_label": f"spk_{who}",
            "items": [
                {"start_time": f"{9 * n + 0.5 * at}", "speaker_label": f"spk_{who}"}
                for at, _ in enumerate(text.split() if words else ())
            ],
        }
        for n, (who, text) in enumerate(CALL)
    ]


class TestRecords:
    @pytest.mark.parametrize("words", [True, False])
    def test_speakers_listed_apart_from_timed_words(self, words: bool) -> None:
        items = [
            {"start_time": f"{9 * n + 0.5 * at}", "alternatives": [{"content": word}], "type": "pronunciation"}
            for n, (_, text) in enumerate(CALL)
            for at, word in enumerate(text.split())
        ]
        whole = " ".join(text for _, text in CALL)
        results = {
            "transcripts": [{"transcript": whole}],
            "speaker_labels": {"segments": labeled(words)},
            "items": items,
        }
        assert said(json.dumps({"results": results})) == [(f"spk_{who}", text) for who, text in CALL]

    def test_speakers_listed_apart_from_words_in_lists(self) -> None:
        results = [
            {"alternatives": [{"transcript": text, "timestamps": [[word, 9 * n + at, 9 * n + at + 1]
             for at, word in enumerate(text.split())]}]}
            for n, (_, text) in enumerate(CALL)
        ]  # fmt: skip
        labels = [{"from": 9.0 * n, "to": 9.0 * n + 5, "speaker": int(who)} for n, (who, _) in enumerate(CALL)]
        assert said(json.dumps({"results": results, "speaker_labels": labels})) == list(CALL)

    @pytest.mark.parametrize("people", ["speakers", "Participants", "users"])
    @pytest.mark.parametrize("id_field", ["id", "speakerId", "index"])
    def test_names_are_listed_apart_from_the_words(self, people: str, id_field: str) -> None:
        numbers = sorted({who for who, _ in CALL})
        names = {who: f"Speaker Number{number}" for number, who in enumerate(numbers)}
        document = {
            people: [{id_field: int(who), "name": name, "talkTime": 12} for who, name in names.items()],
            "monologues": [{"speaker": int(who), "text": text} for who, text in CALL],
        }
        assert said(json.dumps(document)) == [(names[who], text) for who, text in CALL]

    def test_a_result_that_is_marked_as_partial_is_not_final(self) -> None:
        rows = [
            {"Results": [{"StartTime": 9.0 * n, "IsPartial": partial, "Alternatives": [
                {"Transcript": text[: 9 if partial else None], "Items": [{"Content": text, "Speaker": who}]}]}]}
            for n, (who, text) in enumerate(CALL)
            for partial in (True, False)
        ]  # fmt: skip
        content = "".join(json.dumps({"Transcript": row}) + "\n" for row in rows)
        assert [text for _, text in said(content)] == [text for _, text in CALL]
        assert [text for _, text in line_by_line(content)] == [text for _, text in CALL]

    @pytest.mark.parametrize(
        "fields",
        [("speakerDesignation", "text"), ("speaker_label", "msg"), ("speakerName", "spokenText"), ("users", "text")],
    )
    @pytest.mark.parametrize("container", ["callTranscripts", "dialogs", "segments"])
    def test_any_container_and_near_misses_of_its_fields(self, fields: tuple[str, str], container: str) -> None:
        name, words = fields
        rows = [{name: [{"username": who}] if name == "users" else who, words: text} for who, text in CALL]
        assert said(json.dumps({"id": "x", container: [{"part": 1, "inner": rows}]})) == list(CALL)

    def test_containers_are_searched_once_however_deep_they_are(self) -> None:
        deep: dict[str, Any] = {"settings": {"model": "fast"}}
        for _ in range(50):
            deep = {"results": deep}
        assert said(json.dumps(deep)) == []
        rows = [{"speaker": who, "text": text, "start": n} for n, (who, text) in enumerate(CALL)]
        second = {"alternatives": [{"settings": deep}, {"unknown": rows}]}
        assert said(json.dumps({"results": deep, "elsewhere": second})) == list(CALL)

    @pytest.mark.parametrize("inside", ['{"name": ', "["])
    def test_a_speaker_that_is_nested_without_end_is_unknown(self, inside: str) -> None:
        end = "}" if inside.startswith("{") else "]"
        row = f'{{"text": "Why?", "speaker": {inside * 900}"Ana"{end * 900}}}'
        assert said(row) == [("", "Why?")]
        assert said(f'{{"text": "Why?", "speaker": {inside * 3}"Ana"{end * 3}}}') == [("Ana", "Why?")]

    def test_an_error_of_the_service_is_not_speech(self) -> None:
        transcript = read_transcript(json.dumps({"error": {"message": "Invalid key, ask your administrator"}}))
        assert transcript.utterances == ()
        assert "no speech found" in transcript.problems[0]

    def test_the_side_of_a_sound_is_a_speaker_and_the_name_of_a_service_is_not(self) -> None:
        rows = [{"source": ("mic", "system")[int(who)], "text": text} for who, text in CALL]
        assert [who for who, _ in said("".join(json.dumps(row) + "\n" for row in rows))] == ["mic", "system", "mic"]
        assert said(json.dumps({"source": "fast-recognizer", "text": "Why?"})) == [("", "Why?")]

    @pytest.mark.parametrize("field", ["channel", "channel_index"])
    @pytest.mark.parametrize("channels", [(0, 1), ("0", "1"), ([0, 2], [1, 2])], ids=str)
    def test_a_channel_is_a_speaker_where_there_are_several_and_nobody_is_named(
        self, field: str, channels: Sequence[object]
    ) -> None:
        lines = [json.dumps({field: channels[int(who)], "text": text}) + "\n" for who, text in CALL]
        assert said("".join(lines)) == list(CALL)
        assert line_by_line("".join(lines)) == [("", CALL[0][1]), *CALL[1:]]
        assert said(f"[{','.join(lines)}]") == list(CALL)
        assert said(lines[0] + lines[2]) == [NAMELESS[0], NAMELESS[2]]
        named = json.dumps({field: channels[1], "speaker": "Ana", "text": "Me."}) + "\n"
        assert said("".join([named, *lines])) == [("Ana", "Me."), *NAMELESS]

    @pytest.mark.parametrize("sides", [("left", "right"), ("L", "R")])
    def test_the_two_channels_of_a_stereo_recording(self, sides: Sequence[str]) -> None:
        lines = "".join(json.dumps({"channel": sides[int(who)], "text": text}) + "\n" for who, text in CALL)
        assert said(lines) == line_by_line(lines) == [(sides[int(who)], text) for who, text in CALL]

    def test_a_table_of_channels(self) -> None:
        assert said("channel,text\n" + "".join(f'{who},"{text}"\n' for who, text in CALL)) == list(CALL)

    def test_an_event_stream(self) -> None:
        rows = (json.dumps({"speaker": who, "text": text}) for who, text in CALL)
        content = "".join(f"event: turn\nid: 7\ndata: {row}\n\n" for row in rows)
        for stream in (content, content.replace("\n\n", "\n\ndata:\n\n", 1)):
            assert said(stream) == list(CALL)
            assert line_by_line(stream) == list(CALL)

    def test_captions_of_records_with_metadata(self) -> None:
        rows = [{"startDateTime": "2026-03-02T09:00:00Z", "speakerName": who, "spokenText": text} for who, text in CALL]
        cues = "".join(f"00:00:{9 * n:02}.000 --> 00:00:{9 * n + 4:02}.000\n{json.dumps(row)}\n\n"
                       for n, row in enumerate(rows))  # fmt: skip
        assert said(f"WEBVTT\n\n{cues}") == list(CALL)
        assert line_by_line(f"WEBVTT\n\n{cues}") == list(CALL)


class TestNames:
    @pytest.mark.parametrize("between", ["", "\n"])
    def test_names_on_own_lines_below_a_time(self, between: str) -> None:
        call = [
            ("Ana Silva", "How do you bill?"),
            ("Bo Marsh", "By hand.\nFor a week."),
            ("Cy", "New York\nThat is it."),
        ]
        later = [("Dee Dax", "Two Weeks"), ("Ana Silva", "I see."), ("Cy", "The reason: it is slow.")]
        blocks = [between.join(f"{who}\n{text}\n" for who, text in part) for part in (call[:2], call[2:], later)]
        content = "".join(f"00:0{n}:00\n\n{block}\n" for n, block in enumerate(blocks))
        assert said(content) == line_by_line(content) == [*call, *later]

    CUES = "00:{:02}.000 --> 00:{:02}.000\n{}\n\n"

    def captions(self, *texts: str) -> str:
        return "WEBVTT\n\n" + "".join(self.CUES.format(5 * n, 5 * n + 4, text) for n, text in enumerate(texts))

    def test_a_colon_inside_every_name(self) -> None:
        content = self.captions("Lund: Ida: Which?", "Lund: Tom: Both.", "Lund: Ida: Why?", "Lund: Tom: It broke.")
        assert read_transcript(content).speakers == ("Lund: Ida", "Lund: Tom")
        single = self.captions("Ida: Well: yes.", "Tom: No.", "Ida: One thing: both.", "Tom: Why?")
        assert read_transcript(single).speakers == ("Ida", "Tom")

    def test_brackets_and_academic_titles(self) -> None:
        content = self.captions("<v Ida (Berg) <Lund>>Which?</v>", "<v Dr. rer. nat. Tom Ek>Both.</v>")
        assert said(content) == [("Ida (Berg) <Lund>", "Which?"), ("Dr. rer. nat. Tom Ek", "Both.")]
        titled = self.captions("Dr. med. Ida Berg: Which?", "Dipl.-Ing. Tom Ek: Both.")
        assert line_by_line(titled) == [("Dr. med. Ida Berg", "Which?"), ("Dipl.-Ing. Tom Ek", "Both.")]

    def test_live_a_lower_case_name_that_recurs_counts_despite_sounds(self) -> None:
        sounds = ("ida: Which?", "(laughter)", "tom: Both.", "ida: Why?", "tom: It broke.", "tom: Twice.")
        assert line_by_line(self.captions(*sounds))[-3:] == [("ida", "Why?"), ("tom", "It broke."), ("tom", "Twice.")]


class TestLaterFormat:
    def turns(self, shape: str) -> str:
        return "".join(shape.format(f"0:{9 * n:02}", ("ida", "tom")[int(who)], text)
                       for n, (who, text) in enumerate(CALL * 3))  # fmt: skip

    @pytest.mark.parametrize("shape", ["{0} - {1}\n{2}\n\n", "{1} | {0}\n{2}\n\n"])
    def test_headings_below_a_title_and_a_summary_are_noticed_live(self, shape: str) -> None:
        title = "Import call with Lund\nMar 2, 2026 at nine\nkeywords: import and night and audit\nall the people\n"
        assert [who for who, _ in line_by_line(title + self.turns(shape))[-3:]] == ["ida", "tom", "ida"]

    def test_names_that_only_recurrence_shows_are_noticed_live(self) -> None:
        assert [who for who, _ in line_by_line(self.turns("{0} - {1}\n  {2}\n\n"))[-3:]] == ["ida", "tom", "ida"]

    def test_one_name_far_below_many_plain_lines_is_chance(self) -> None:
        plain = [f"and then it stopped at file {n}" for n in range(30)]
        content = "\n".join([*plain, "Tom Ek: hm", "and so on it went"]) + "\n"
        assert len(said(content)) == len(line_by_line(content)) == 32


class TestGrowingCaptions:
    def growing(self, *texts: str) -> str:
        return "WEBVTT\n\n" + "".join(
            f"00:{n:02}.000 --> 00:{n + 1:02}.000\n{text}\n\n" for n, text in enumerate(texts)
        )

    FIRST = ("Ida: So", "Ida: So now.")
    """The first two captions show that captions grow."""

    def test_a_caption_that_grows_after_a_silence_goes_on_with_its_new_words(self) -> None:
        growing = Growing()
        captions = [*self.FIRST, "Tom: We", "Tom: We lost", "Tom: We lost two", "Tom: We lost two days.", "Ida: When?"]
        for count, text in enumerate(captions, 1):
            growing.rewrite(self.growing(*captions[:count]).encode())
            if text == "Tom: We lost":
                growing.quiet()
        growing.close()
        assert growing.said[2:] == [("Tom", "We lost"), ("Tom", "two days."), ("Ida", "When?")]

    def test_captions_that_are_cut_anywhere_leave_nothing_open(self) -> None:
        texts = ("Tom: We lost", "Tom: We lost two", "Tom: We lost two days.", "Ida: Which", "Ida: Which ones?")
        for size in (3, 7, 11, 19):
            finals = in_pieces(self.growing(*self.FIRST, *texts), size)
            assert [text for _, text in finals][-2:] == ["We lost two days.", "Which ones?"], size
