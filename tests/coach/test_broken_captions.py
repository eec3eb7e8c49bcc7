"""Captions break sentences anywhere: the coach, promises and quotes get them whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from coach_story import FEATURES
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import Heard, Promised, Side, TapKind, Tapped
from salesnerd_tui.coach.engine import Coach, replay
from salesnerd_tui.coach.sentences import HELD_SECONDS, JOINED_SECONDS, SentenceSplitter
from salesnerd_tui.playbook.coach_settings import CoachSettings

PROMISE = "I'll send you the security paper by Friday, and I'll check the date and get back to you on Monday."


def captions(
    text: str, sizes: Sequence[int], side: Side = Side.ME, *, at: float = 60.0, gap: float = 0.0
) -> list[Heard]:
    """Return the text as captions of so many words each, in turn, at 150 words a minute."""
    words, heard = text.split(), list[Heard]()
    while words:
        size = sizes[len(heard) % len(sizes)]
        end = at + len(words[:size]) / 2.5
        heard.append(Heard(end, side, "Kim", at, end, " ".join(words[:size]), utterance=len(heard)))
        at, words = end + gap, words[size:]
    return heard


def lines(splitter: SentenceSplitter, heard: Sequence[Heard]) -> Iterator[str]:
    for event in heard:
        yield from (sentence.text for sentence in splitter.hear(event))
    yield from (sentence.text for sentence in splitter.flush())


@given(st.lists(st.integers(1, 13), min_size=1, max_size=9))
def test_sentences_are_the_same_wherever_captions_break(sizes: list[int]) -> None:
    whole = list(lines(SentenceSplitter(joins=True), captions(FEATURES, [10_000])))
    # The first caption without a mark shows no punctuation yet, so a source is known to have it after one sentence.
    opening = captions("Good morning.", [2], at=0.0)
    splitter = SentenceSplitter(joins=True)
    assert [*lines(splitter, opening), *lines(splitter, captions(FEATURES, sizes))][1:] == whole


@given(st.lists(st.integers(1, 13), min_size=1, max_size=9), st.sampled_from(["", ".", "?"]), st.floats(0, 3))
def test_no_word_is_lost_or_repeated(sizes: list[int], mark: str, gap: float) -> None:
    heard = captions(FEATURES.replace(".", mark), sizes, gap=gap)
    said = " ".join(lines(SentenceSplitter(joins=True), heard))
    assert said.split() == [word for event in heard for word in (event.text or "").split()]


def test_the_coach_taps_at_the_same_time() -> None:
    opening = captions("Good morning, thanks for coming.", [99], Side.THEM, at=0.0)
    taps = [
        [event.kind for event in replay(Coach(CoachSettings()), [*opening, *captions(FEATURES * 2, sizes)])
         if isinstance(event, Tapped)]
        for sizes in ([10_000], [9, 7, 12])
    ]  # fmt: skip
    assert taps[0] == taps[1] != []


def test_a_promise_over_two_captions_is_recorded_whole() -> None:
    events = replay(Coach(CoachSettings()), [*captions("Good morning.", [2], at=0.0), *captions(PROMISE, [11])])
    assert [event.text for event in events if isinstance(event, Promised)] == [PROMISE]


@pytest.mark.parametrize("side", [Side.THEM, Side.ME])
def test_another_speaker_ends_an_unfinished_sentence(side: Side) -> None:
    splitter = SentenceSplitter(joins=True)
    first, second = captions("We plan the week. And then we", [99])[0], captions("Who does?", [99], side, at=62.4)[0]
    second = Heard(second.at, side, "Ida", second.start, second.end, second.text, utterance=9)
    assert list(lines(splitter, [first, second])) == ["We plan the week.", "And then we", "Who does?"]


def test_a_pause_ends_an_unfinished_sentence() -> None:
    heard = captions("We plan the week. And then we hang it up.", [7], gap=JOINED_SECONDS + 0.1)
    assert list(lines(SentenceSplitter(joins=True), heard)) == ["We plan the week.", "And then we", "hang it up."]


def test_an_unfinished_sentence_waits_only_for_seconds() -> None:
    coach = Coach(CoachSettings())
    heard = captions("Good morning. I'll send you the list by Friday", [99])
    assert not any(isinstance(event, Promised) for each in heard for event in coach.hear(each))
    end = heard[-1].end
    assert coach.tick(end + HELD_SECONDS / 2) == ()
    (promised,) = coach.tick(end + HELD_SECONDS + 0.1)
    assert isinstance(promised, Promised)
    assert promised.text == "I'll send you the list by Friday"


def test_a_sentence_that_waited_is_recorded_at_the_time_of_the_tick() -> None:
    coach = Coach(CoachSettings())
    (heard,) = captions("Good morning. I'll send you the list by Friday", [99])
    coach.hear(heard)
    (promised,) = coach.tick(heard.end + HELD_SECONDS + 3)
    assert promised.at == heard.end + HELD_SECONDS + 3


def test_the_end_of_the_call_ends_a_sentence_whose_rest_has_only_begun() -> None:
    coach = Coach(CoachSettings())
    (heard,) = captions("Good morning. I'll send you the list by Friday", [99])
    coach.hear(heard)
    begun = Heard(heard.end + 1, Side.ME, "Kim", heard.end, heard.end + 1, "and", utterance=7, final=False)
    assert coach.hear(begun) == ()
    (promised,) = coach.finish_sentence(heard.end + 2)
    assert (promised.at, type(promised)) == (heard.end + 2, Promised)
    assert coach.finish_sentence(heard.end + 2) == ()


def test_the_end_of_the_call_ends_an_unfinished_sentence() -> None:
    coach = Coach(CoachSettings())
    for event in captions("Good morning. I'll send you the list by Friday", [99]):
        coach.hear(event)
    assert [type(event) for event in coach.finish_sentence()] == [Promised]
    assert coach.finish_sentence() == ()


def test_an_overpromise_does_not_wait_for_the_next_caption_once_it_is_whole() -> None:
    coach = Coach(CoachSettings())
    taps = [
        event.kind
        for heard in (
            *captions("Good morning.", [2], at=0.0),
            *captions("We will definitely have all of it running by January.", [6]),
        )
        for event in coach.hear(heard)
        if isinstance(event, Tapped)
    ]
    assert taps == [TapKind.OVER_PROMISING]
