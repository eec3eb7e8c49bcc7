"""Limits of the coach with their sources, interrupted speech, and a constant cost per event."""

from __future__ import annotations

from itertools import pairwise

import pytest
from coach_story import FEATURES
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, Side, TapKind, Tapped
from salesnerd_tui.coach.engine import Coach, judge
from salesnerd_tui.coach.limits import Limits, table
from salesnerd_tui.coach.sentences import MAX_SENTENCE_WORDS, SentenceSplitter, SpokenSentence
from salesnerd_tui.coach.tap_cadence import TapCadence
from salesnerd_tui.playbook.coach_settings import CoachSettings


def test_every_threshold_has_a_unit_a_source_and_a_confidence() -> None:
    rows = list(table())
    assert len(rows) > 20
    for row in rows:
        assert row.value > 0
        assert row.unit
        assert len(row.source) > 10
        assert row.confidence in ("low", "medium", "high")


def test_a_playbook_overrides_limits() -> None:
    limits = Limits.from_settings(CoachSettings(max_monologue_seconds=40, max_unprompted_product_talk_seconds=10))
    assert (limits.monologue_seconds, limits.unprompted_seconds) == (40, 10)
    utterances = [Heard(1, Side.THEM, "them", 0, 1, "Good morning."), Heard(100, Side.ME, "me", 60, 100, FEATURES)]
    strict = judge(utterances, CoachSettings(max_unprompted_product_talk_seconds=10))
    lenient = judge(utterances, CoachSettings(max_unprompted_product_talk_seconds=60))
    assert strict[0].at < min((tap.at for tap in lenient), default=100)


def heard(text: str, *, final: bool = True, utterance: int = 1, seconds: float = 60) -> Heard:
    return Heard(seconds, Side.ME, "me", 0, seconds, text, final, utterance)


def test_a_turn_is_split_into_sentences_with_their_times() -> None:
    said = SentenceSplitter().hear(heard("One two three four. Five six? Seven eight.", seconds=8))
    assert [piece.text for piece in said] == ["One two three four.", "Five six?", "Seven eight."]
    assert [piece.is_first for piece in said] == [True, False, False]
    assert said[0].start == 0
    assert said[-1].end == pytest.approx(8)
    assert [piece.mark for piece in said] == [".", "?", "."]


def test_a_turn_without_punctuation_is_split_too() -> None:
    said = SentenceSplitter().hear(heard("word " * 200))
    assert max(len(piece.words) for piece in said) <= MAX_SENTENCE_WORDS
    sentences = SentenceSplitter().hear(
        heard("we went to the shop in the morning rain and then we bought the bread for the whole street")
    )
    assert len(sentences) == 2


def spoken(said: list[SpokenSentence]) -> list[str]:
    return [word for piece in said for word in piece.words]


@given(st.lists(st.sampled_from(["one", "two.", "three?", "so", "four,", "also", "five!"]), min_size=1, max_size=80))
def test_partials_lose_and_repeat_no_word(words: list[str]) -> None:
    splitter, sentences = SentenceSplitter(), list[SpokenSentence]()
    for count in range(1, len(words) + 1):
        last = count == len(words)
        sentences += splitter.hear(heard(" ".join(words[:count]), final=last, seconds=count / 2.5))
    assert spoken(sentences) == spoken(list(SentenceSplitter().hear(heard(" ".join(words), utterance=-1))))
    assert all(before.end <= after.start + 1e-6 for before, after in pairwise(sentences))


@given(st.text(max_size=300))
def test_hostile_text_is_split_like_any_text(text: str) -> None:
    coach = Coach(CoachSettings())
    for side in (Side.ME, Side.THEM):
        coach.hear(replace(heard(text), side=side))
    coach.tick(70)


def test_a_tap_comes_within_two_seconds_of_its_cause() -> None:
    words = FEATURES.split()
    whole = judge([heard("Hello there.", seconds=1), replace(heard(FEATURES), start=60, end=60 + len(words) / 2.5)])
    live = Coach(CoachSettings())
    live.hear(heard("Hello there.", seconds=1))
    taps = []
    for count in range(1, len(words) + 1):
        at = 60 + count / 2.5
        partial = Heard(at, Side.ME, "me", 60, at, " ".join(words[:count]), count == len(words), 9)
        taps += [event for event in live.hear(partial) if isinstance(event, Tapped)]
    assert taps[0].at - whole[0].at <= 2
    assert not taps[0].late


def test_a_clock_that_runs_backwards_is_corrected() -> None:
    utterances = [heard(FEATURES, seconds=40), replace(heard(FEATURES), start=5, end=45), heard("Fine.", seconds=3)]
    assert all(tap.at >= 0 for tap in judge(utterances))


def test_no_drift_tap_is_possible_before_its_interval_has_passed() -> None:
    cadence = TapCadence(Limits())
    assert not cadence.can_show_drift(50), "no tap before the first word"
    cadence.start_call(0)
    assert cadence.can_show_drift(10), "a reveal does not wait for the end of the opening"
    cadence.record_tap(TapKind.MONOLOGUE, 40)
    assert not cadence.can_show_drift(99)
    assert cadence.can_show_drift(100)
    cadence.record_buyer_turn()
    assert not cadence.can_show_drift(69)
    assert cadence.can_show_drift(70)
