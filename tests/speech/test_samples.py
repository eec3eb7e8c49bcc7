"""One conversation in the format of every meeting tool: the same people, words and times."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.speech.transcripts.model import Format, Transcript
from salesnerd_tui.speech.transcripts.read import read_transcript

SAMPLES = Path(__file__).parent / "samples"
SAID = [
    ("Ana Silva", "Thanks for the time. What made you look at this now?"),
    ("Bo Chen", "Our nightly import broke twice last month."),
    ("Ana Silva", "Who noticed first?"),
    ("Bo Chen", "The finance team, and they were loud: two days without reports."),
]
KINDS = {
    "zoom.vtt": Format.WEBVTT,
    "zoom_saved.txt": Format.ZOOM,
    "zoom_chat.txt": Format.NAMED,
    "teams.vtt": Format.WEBVTT,
    "teams_document_captions.txt": Format.TEAMS,
    "teams_document.txt": Format.TEAMS,
    "teams_copied.txt": Format.TEAMS,
    "teams_copied_for_readers.txt": Format.TEAMS,
    "meet.txt": Format.MEET,
    "meet_names.txt": Format.MEET,
    "meet.sbv": Format.SBV,
    "otter.txt": Format.OTTER,
    "captions.srt": Format.SUBRIP,
    "lines.jsonl": Format.JSON_LINES,
    "named.txt": Format.NAMED,
    "named_with_times.txt": Format.NAMED,
}
ONLY_SOME_TIMES = {"meet.txt", "meet_names.txt"}


def read(name: str) -> Transcript:
    return read_transcript(SAMPLES / name)


def test_every_sample_is_tested() -> None:
    assert {path.name for path in SAMPLES.iterdir()} == set(KINDS)


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_the_format_is_detected_and_the_words_are_the_same(name: str, kind: Format) -> None:
    transcript = read(name)
    assert transcript.format is kind
    assert [(turn.speaker, " ".join(turn.text.split())) for turn in transcript.utterances] == SAID
    assert [turn.turn for turn in transcript.utterances] == [0, 1, 2, 3]
    assert transcript.speakers == ("Ana Silva", "Bo Chen")
    assert transcript.problems == ()


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ONLY_SOME_TIMES | {"named.txt"}])
def test_times_are_those_of_the_file(name: str) -> None:
    transcript = read(name)
    began = 2.0 if name != "zoom_saved.txt" else 0.0
    assert [turn.start - transcript.utterances[0].start for turn in transcript.utterances] == [0.0, 5.0, 13.0, 16.0]
    assert transcript.utterances[0].start == began


@pytest.mark.parametrize("name", sorted(ONLY_SOME_TIMES))
def test_turns_between_two_time_headings_are_timed_between_them(name: str) -> None:
    starts = [turn.start for turn in read(name).utterances]
    assert starts[0] == 2.0
    assert 2.0 < starts[1] < 15.0
    assert starts[2] == 15.0
    assert starts[3] > 15.0


def test_without_times_turns_are_timed_by_their_words() -> None:
    transcript = read("named.txt")
    assert transcript.utterances[0].start == 0.0
    assert transcript.utterances[0].end == pytest.approx(11 / 150 * 60)
    assert transcript.utterances[1].start == transcript.utterances[0].end


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-32"])
def test_windows_encodings_and_line_ends_change_nothing(name: str, encoding: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8").replace("👋", "").replace("\n", "\r\n")
    transcript = read_transcript(text.encode(encoding))
    assert [(turn.speaker, " ".join(turn.text.split())) for turn in transcript.utterances] == SAID
    assert transcript.problems == ()
