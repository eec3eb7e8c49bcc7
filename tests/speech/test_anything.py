"""Any file yields valid utterances, in linear time."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transcript_texts import as_webvtt, count_steps, times_of

from salesnerd_tui.call.events import Heard
from salesnerd_tui.speech.growing_transcript import GrowingTranscript
from salesnerd_tui.speech.sides import Sides, suggest_user
from salesnerd_tui.speech.transcripts.decode import strip_overwritten
from salesnerd_tui.speech.transcripts.model import Transcript, Utterance
from salesnerd_tui.speech.transcripts.read import MAX_CALL_SECONDS, MAX_CAPTION_SECONDS, read_transcript
from salesnerd_tui.speech.transcripts.speakers import split_name_prefix
from salesnerd_tui.speech.utterances import stream_events
from thoroughness import examples, some

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
CONTENTS = [path.read_bytes() for path in SAMPLES]
FRAGMENTS = [
    *(
        b"WEBVTT\n\n",
        b"\n\n",
        b"-->",
        b"00:00:01.000 --> 00:00:02.000\n",
        b"99:99:99.999",
        b"-1:00",
        b"<v ",
        b"<v Ana>",
    ),
    *(b"</v>", b"Ana: ", b"Ana  0:05\n", b"[Ana] 00:01:02\n", b"{", b'{"text": "x", "start": NaN}\n', b'{"text": 1}\n'),
    *(b'"', b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9\xe8", b"\r", b"\r\n", b"\x1b[2J", b"\xe2\x80\xae", b"[/]"),
    *(b"[@click=app.quit]", b"&#27;", b"1e999", b"0:0:0.0 --> 0:0:1.0\n", b"NOTE x\n", b"STYLE\n", b"9" * 400),
    *(b":" * 300, b" " * 300, b"a" * 3000, b"<" * 300, b"0:00:01.000,0:00:02.000\n", b"Attendees\n", b"(1:02): "),
    *(
        b"\xf0\x9f\x91\x8b",
        b"[" * 200,
        b"{" * 3000,
        b"0:" * 300,
        b'{"text": ""}\n',
        b'{"text": " ", "speaker": "\\n"}\n',
    ),
]


def check_transcript(transcript: Transcript) -> None:
    """Check what the rest of the program relies on."""
    for said in transcript.utterances:
        assert math.isfinite(said.start)
        assert math.isfinite(said.end)
        assert 0 <= said.start <= said.end
        assert said.text.strip()
    turns = [said.turn for said in transcript.utterances]
    assert turns == sorted(set(turns))
    assert len(set(transcript.problems)) == len(transcript.problems)
    for problem in transcript.problems:
        assert not problem.endswith(".")
        assert "\n" not in problem
        assert len(problem) < 400
    suggest_user(transcript)
    ends = [event.at for event in stream_events(transcript.utterances, Sides(["Ana"]))]
    assert ends == sorted(ends)


@given(st.binary(max_size=3000))
@settings(max_examples=examples(150), deadline=None)
def test_any_bytes(data: bytes) -> None:
    check_transcript(read_transcript(data))


@given(st.text(max_size=3000))
@settings(max_examples=examples(150), deadline=None)
def test_any_text(text: str) -> None:
    check_transcript(read_transcript(text))


@given(st.lists(st.sampled_from([*FRAGMENTS, *CONTENTS]), max_size=25))
@settings(max_examples=examples(120), deadline=None)
def test_any_mixture_of_format_fragments(parts: list[bytes]) -> None:
    data = b"".join(parts)
    check_transcript(read_transcript(data))
    growing = GrowingTranscript()
    for cut in range(0, len(data), max(1, len(data) // 5)):
        growing.feed(data[growing.resume_at : cut])
        growing.complete_open()
    growing.close(data[growing.resume_at :])


@given(sample=st.sampled_from(CONTENTS), seed=st.integers(0, 10**9))
@settings(max_examples=examples(250), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_samples_with_damage(sample: bytes, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(sample)
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at : at + chance.randrange(30)] = b""
            case 1:
                data[at:at] = chance.choice(FRAGMENTS)
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                data[at:at] = data[: chance.randrange(200)]
    check_transcript(read_transcript(bytes(data)))


@pytest.mark.parametrize("fragment", some([*FRAGMENTS, *CONTENTS], 5), ids=lambda fragment: repr(fragment[:20]))
def test_work_is_linear_in_the_length(fragment: bytes) -> None:
    once = max(1, 6_000 // len(fragment))
    small = count_steps(lambda: read_transcript(fragment * once))
    large = count_steps(lambda: read_transcript(fragment * once * 2))
    assert large < small * 2.6 + 2000


def test_work_is_linear_in_the_number_of_speakers_with_names_on_lines_of_their_own() -> None:
    def meeting(size: int) -> str:
        names = [f"Person {chr(65 + number % 26)}{number}" for number in range(size)]
        said = "".join(f"{name}\nwe counted it twice and nobody knew why\n\n" for name in names)
        return f"Attendees\n{', '.join(names)}\nTranscript\n00:00:00\n{said}"

    small = count_steps(lambda: read_transcript(meeting(200)))
    large = count_steps(lambda: read_transcript(meeting(800)))
    assert large < small * 5


@pytest.mark.parametrize(
    "line",
    some(
        [
            b"x",
            b":",
            b"0:",
            b" ",
            b"<v ",
            b"<",
            b"Ana: ",
            b"[Ana] ",
            b"0:0:",
            b"{",
            b'{"a":',
            b"-->",
            b"&#",
            b"(",
            b"a b ",
        ],
        5,
    ),
)
@pytest.mark.parametrize("head", [b"", b"WEBVTT\n\n00:01.000 --> 00:02.000\n", b"Ana: hi\n", b"Ana  0:05\n"])
def test_a_line_of_a_megabyte_is_read(line: bytes, head: bytes) -> None:
    check_transcript(read_transcript(head + line * (1_000_000 // len(line)) + b"\nAna: bye\n"))


def test_a_long_line_of_a_terminal_is_searched_once() -> None:
    said = "word " * 200_000
    assert strip_overwritten(f"old\x1b[2K\r{said}\n\rnew\x1b[1m") == f"{said}\n\rnew\x1b[1m"


def test_the_spaces_before_a_name_are_read_once() -> None:
    assert split_name_prefix(" " * 100_000 + "x.") is None
    assert split_name_prefix(" " * 100_000 + "Ana: hi") == ("Ana", "hi")


def test_an_utterance_of_a_megabyte_unfolds_in_linear_time() -> None:
    transcript = read_transcript(b"Ana: " + b"word " * 200_000)
    events = list(stream_events(transcript.utterances, Sides(["Ana"])))
    assert len(events) <= 1000
    assert sum(len(event.text or "") for event in events) < 2_000_000


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Zs", "Cs", "Cn"]), min_size=1, max_size=20
)
WORDS = st.lists(NAMES, min_size=1, max_size=12).map(" ".join).filter(lambda words: "{\\" not in words)
"""Words without the beginning of a formatting code such as `{\\an8}`, which is dropped."""


@st.composite
def conversations(draw: st.DrawFn) -> list[Utterance]:
    """Draw a call with pauses so long that no caption can repeat the end of the one before it."""
    said, clock = [], 0.0
    for turn in range(draw(st.integers(1, 8))):
        start = clock + draw(st.integers(600, 20_000)) / 1000
        end = start + draw(st.integers(0, 60_000)) / 1000
        text = "\n".join(draw(st.lists(WORDS, min_size=1, max_size=3)))
        said.append(Utterance(start, end, draw(WORDS), text, turn))
        clock = end
    return said


@given(conversations())
@settings(max_examples=examples(80), deadline=None)
def test_written_webvtt_can_be_read(said: list[Utterance]) -> None:
    again = read_transcript(as_webvtt(said))
    assert [(turn.speaker, turn.text, turn.turn) for turn in again.utterances] == [
        (turn.speaker, turn.text, turn.turn) for turn in said
    ]
    for before, after in zip(said, again.utterances, strict=True):
        assert after.start == pytest.approx(before.start, abs=0.0011)
        assert after.end == pytest.approx(before.end, abs=0.0011)


PLAIN = st.from_regex(r"[a-z]{1,9}( [a-z]{1,9}){0,9}", fullmatch=True)
PEOPLE = st.sampled_from(["Ana Silva", "Bo", "Dr. Cy O'Neil", "Speaker 2", "María-José", "李雷"])
PLAIN_CALLS = st.lists(st.tuples(PEOPLE, PLAIN), min_size=1, max_size=8)


@given(PLAIN_CALLS)
@settings(max_examples=examples(50), deadline=None)
def test_every_format_yields_the_same_call(call: list[tuple[str, str]]) -> None:
    said = [Utterance(10.0 * turn, 10.0 * turn + 5, who, text, turn) for turn, (who, text) in enumerate(call)]
    written = {
        "srt": "".join(f"{s.turn + 1}\n{times_of(s, ',')}\n{s.speaker}: {s.text}\n\n" for s in said),
        "vtt": as_webvtt(said),
        "vtt with names": as_webvtt([Utterance(s.start, s.end, "", f"{s.speaker}: {s.text}", s.turn) for s in said]),
        "zoom": "".join(f"[{s.speaker}] 00:{int(s.start) // 60:02}:{int(s.start) % 60:02}\n{s.text}\n\n" for s in said),
        "otter": "".join(f"{s.speaker}  {int(s.start) // 60}:{int(s.start) % 60:02}\n{s.text}\n\n" for s in said),
        "lines": "".join(f"{s.speaker}: {s.text}\n" for s in said),
        "timed lines": "".join(
            f"[00:{int(s.start) // 60:02}:{int(s.start) % 60:02}] {s.speaker}: {s.text}\n" for s in said
        ),
    }
    for name, content in written.items():
        transcript = read_transcript(content)
        assert [(turn.speaker, turn.text) for turn in transcript.utterances] == call, name
        if name != "lines":
            assert [turn.start for turn in transcript.utterances] == [turn.start for turn in said], name


@given(conversations())
@settings(max_examples=examples(60), deadline=None)
def test_partials_only_add_words_and_end_with_the_whole_text(said: list[Utterance]) -> None:
    by_turn: dict[int, list[Heard]] = {}
    for event in stream_events(said, Sides(["nobody"])):
        by_turn.setdefault(event.turn, []).append(event)
    for turn in said:
        events = by_turn[turn.turn]
        assert [event.final for event in events] == [False] * (len(events) - 1) + [True]
        assert (events[-1].text, events[-1].start, events[-1].end) == (turn.text, turn.start, turn.end)
        for event in events[:-1]:
            assert turn.text.startswith(event.text or "")
            assert turn.start < event.end < turn.end
        assert len(events) <= math.ceil(turn.end - turn.start) + 1


def test_the_limits_are_those_of_a_call() -> None:
    assert MAX_CALL_SECONDS > 4 * 3600
    assert MAX_CAPTION_SECONDS >= 900
