"""Very long utterances are split into events of bounded size without losing a word. Work is counted, never timed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.sentences import MAX_SENTENCE_WORDS, SentenceSplitter
from salesnerd_tui.speech.live_sources import StdinSource
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, SourceEvent
from salesnerd_tui.speech.transcripts.model import Utterance
from salesnerd_tui.speech.utterances import MAX_CHUNK_CHARACTERS, Chunker, stream_events

MEGABYTE = 1_000_000
HOSTILE = {
    "words": "word " * (MEGABYTE // 5),
    "letters": "a " * (MEGABYTE // 2),
    "one word": "x" * MEGABYTE,
    "blanks": "begin" + " " * MEGABYTE + "end",
    "lines": "a\n" * (MEGABYTE // 2),
    "sentences": "It is so. " * (MEGABYTE // 10),
    "stops": "." * MEGABYTE,
    "other scripts": "漢字" * (MEGABYTE // 2),
    "apostrophes": "we'll " * (MEGABYTE // 6),
}


def said(text: str | None, *, final: bool = True, number: int = 0, start: float = 10.0, end: float = 20.0) -> Heard:
    return Heard(end, Side.ME, "Ana", start, end, text, final, number)


def letters(events: list[Heard]) -> str:
    return "".join("".join((event.text or "").split()) for event in events if event.final)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_megabyte_is_split_without_loss(text: str) -> None:
    events = list(Chunker().split(said(text)))
    assert all(len(event.text or "") <= MAX_CHUNK_CHARACTERS for event in events)
    assert letters(events) == "".join(text.split())
    assert len(events) >= len("".join(text.split())) // 10_000, "no portion is more than some minutes of talk"
    assert all(event.final for event in events)
    assert len({event.utterance for event in events}) == len(events)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_each_chunk_has_few_sentences_for_the_coach(text: str) -> None:
    ear = SentenceSplitter()
    for event in list(Chunker().split(said(text)))[:20]:
        sentences = ear.hear(event)
        assert sum(len(each.text) for each in sentences) <= MAX_CHUNK_CHARACTERS
        assert all(len(each.words) <= MAX_SENTENCE_WORDS for each in sentences)


def test_chunk_times_are_consecutive_and_end_with_the_utterance() -> None:
    events = list(Chunker().split(said("word " * 4_000)))
    assert events[0].start == 10.0
    assert events[-1].end == 20.0
    for before, after in pairwise(events):
        assert before.start < before.end == after.start


def test_an_endless_utterance_is_emitted_once() -> None:
    portions, whole, length = Chunker(), "", 0
    finals: list[Heard] = []
    for second in range(400):
        whole += f"word{second} and what was said in that second of the call, more or less, word for word. "
        for event in portions.split(said(whole, final=second == 399, end=10.0 + second)):
            length += len(event.text or "")
            assert len(event.text or "") <= MAX_CHUNK_CHARACTERS
            finals += [event] if event.final else []
    assert letters(finals) == "".join(whole.split())
    assert length <= 400 * MAX_CHUNK_CHARACTERS
    assert [event.utterance for event in finals] == sorted({event.utterance for event in finals})


def test_a_normal_utterance_is_unchanged() -> None:
    portions = Chunker()
    for number, event in enumerate((said("Good morning."), said("And you?", number=1), said(None, number=2))):
        assert list(portions.split(event)) == [event]
        assert event.utterance == number


def test_a_correction_of_emitted_words_is_not_emitted() -> None:
    portions = Chunker()
    grown = list(portions.split(said("word " * 1_000, final=False)))
    corrected = list(portions.split(said("word " * 700)))
    assert letters([*grown, *corrected]).count("word") <= 1_000


@given(st.text(max_size=3 * MAX_CHUNK_CHARACTERS), st.floats(0, 1e5), st.floats(0, 1e5))
def test_any_text_and_any_times(text: str, start: float, seconds: float) -> None:
    whole = Utterance(start, start + seconds, "Ana", text * 5, 3)
    live = list(Chunker().split(said(whole.text, start=start, end=start + seconds)))
    assert letters(live) == "".join(whole.text.split())
    assert all(event.start <= event.end for event in live)
    recorded = [event for event in stream_events([whole], Sides(["Ana"])) if event.final]
    assert [(each.text, each.start, each.end) for each in recorded] == [
        (each.text, each.start, each.end) for each in live
    ]
    assert all(event.at == event.end and event.turn == 3 for event in recorded)


def test_a_recorded_megabyte_keeps_its_words_in_events_of_one_size() -> None:
    whole = Utterance(0.0, 600.0, "Ana", HOSTILE["words"], 0)
    events = list(stream_events([whole], Sides(["Ana"])))
    assert max(len(event.text or "") for event in events) <= MAX_CHUNK_CHARACTERS
    assert sum(len(event.text or "") for event in events) <= MEGABYTE
    assert letters(events) == "".join(whole.text.split())


def test_a_long_turn_of_a_podcast_still_grows_word_by_word() -> None:
    whole = Utterance(0.0, 600.0, "Ana", "word " * 1_500, 0)
    events = list(stream_events([whole], Sides(["Ana"])))
    assert sum(not event.final for event in events) > 500
    assert letters(events) == "word" * 1_500


class Once:
    """Stop after the pipe was read to its end."""

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> bool:
        return False


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def test_a_piped_line_of_a_quarter_megabyte(pipe: tuple[int, int]) -> None:
    line = json.dumps({"start": 1, "end": 9, "speaker": "Ana", "text": "word " * 40_000}).encode() + b"\n"
    reading, writing = pipe
    left = bytearray(line)

    def feed(_descriptor: int, _seconds: float) -> bool:
        if left:
            os.write(writing, left[:32_000])
            del left[:32_000]
        elif not closed:
            os.close(writing)
            closed.append(True)
        return True

    closed: list[bool] = []
    events: list[SourceEvent] = []
    StdinSource(Sides(["Ana"]), reading, has_bytes=feed).run(events.append, CallClock(), Once())
    heard = [event for event in events if isinstance(event, Heard)]
    assert max(len(event.text or "") for event in heard) <= MAX_CHUNK_CHARACTERS
    assert letters(heard) == "word" * 40_000
