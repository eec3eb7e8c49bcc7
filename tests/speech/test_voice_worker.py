"""Sound becomes speaking turns and words: only of sides that may be transcribed, and nothing that was not said."""

from __future__ import annotations

import pytest
from microphone_fakes import LOUD, SOFT, FakeRecognizer, Room, sound

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import Chunk, duration_seconds
from salesnerd_tui.speech.microphone.worker import (
    MAX_SEGMENT_SECONDS,
    LoudnessHistory,
    measure_power,
    plausible_text,
    stable_text,
    to_decibels,
)

ME, THEM, NOBODY = Side.ME, Side.THEM, Side.NOBODY


def test_voices_are_reported_at_once_without_words() -> None:
    room = Room(recognizes=False).speak(2.0, me=LOUD).speak(3.0, them=LOUD)
    assert room.floors == [ME, NOBODY, THEM, NOBODY]
    assert room.words == []


def test_the_floor_is_taken_within_a_third_of_a_second() -> None:
    room = Room().hear(1.0).hear(0.32, me=LOUD)
    assert room.floors == [ME]


def test_a_click_or_a_cough_is_not_a_voice() -> None:
    assert Room([ME]).speak(0.2, me=LOUD).messages == []


def test_an_interjection_does_not_take_the_floor() -> None:
    room = Room([ME]).hear(2.0, them=LOUD).hear(0.6, me=LOUD, them=LOUD).speak(2.0, them=LOUD)
    assert room.floors == [THEM, NOBODY]
    assert room.finals == [(ME, "these are words of mine")]


def test_the_side_that_keeps_talking_gets_the_floor() -> None:
    room = Room().hear(2.0, them=LOUD).hear(1.0, me=LOUD, them=LOUD).speak(2.0, me=LOUD)
    assert room.floors == [THEM, ME, NOBODY]


def test_words_come_with_their_times() -> None:
    room = Room([ME]).hear(3.0).speak(4.0, me=LOUD)
    final = room.words[-1]
    assert final.final
    assert final.start == pytest.approx(2.8, abs=0.15)
    assert final.end == pytest.approx(7.2, abs=0.15)


def test_a_long_utterance_has_a_partial_every_two_seconds() -> None:
    room = Room([ME]).speak(9.0, me=LOUD)
    partials = [message for message in room.words if not message.final]
    assert [message.end - message.start for message in partials] == pytest.approx([2, 4, 6, 8], abs=0.15)
    assert {message.number for message in room.words} == {partials[0].number}
    assert partials[0].text == "these are words of"


def test_a_worker_that_is_behind_skips_partials() -> None:
    room = Room([ME]).hear(9.0, me=LOUD, behind=1.0).hear(1.0, behind=1.0)
    assert [message.final for message in room.words] == [True]


def test_a_monologue_is_cut_at_its_quietest_late_moment() -> None:
    room = Room([ME]).hear(12.0, me=LOUD).hear(0.3, me=SOFT).speak(6.0, me=LOUD)
    first, second = (message for message in room.words if message.final)
    assert first.end - first.start < MAX_SEGMENT_SECONDS
    assert first.end == pytest.approx(12.2, abs=0.15)
    assert second.start == first.end
    assert second.number != first.number


def test_the_recognizer_gets_silence_after_each_segment() -> None:
    room = Room([ME]).speak(3.0, me=LOUD)
    assert all(samples.endswith(bytes(16_000)) for samples in room.recognizer.received)


class TestTheOtherSide:
    """The buyer's words need consent; without it the recognizer gets none of their sound."""

    def test_is_a_voice_only(self) -> None:
        room = Room([ME]).speak(5.0, them=LOUD)
        assert room.floors == [THEM, NOBODY]
        assert room.recognizer.received == []

    def test_is_transcribed_from_their_consent_on_and_not_before(self) -> None:
        room = Room([ME]).hear(3.0, them=LOUD).allow(ME, THEM).speak(1.0, them=LOUD)
        assert room.words == []
        room.speak(3.0, them=LOUD)
        assert {message.side for message in room.words} == {THEM}

    def test_is_not_transcribed_after_consent_is_withdrawn(self) -> None:
        room = Room([ME, THEM]).hear(1.5, them=LOUD).allow(ME).speak(3.0, them=LOUD)
        assert room.words == []
        assert room.recognizer.received == []


def test_a_paused_call_hears_nobody_and_drops_the_open_sentence() -> None:
    room = Room([ME]).hear(1.0, me=LOUD).allow(ME, paused=True).hear(5.0, me=LOUD).allow(ME)
    assert room.floors == [ME, NOBODY]
    room.hear(1.0)
    assert room.words == []
    assert room.speak(2.0, me=LOUD).finals == [(ME, "these are words of mine")]


class TestWithoutHeadphones:
    """The buyer's voice comes back through the microphone."""

    def test_sound_that_is_louder_in_the_output_is_theirs(self) -> None:
        room = Room([ME]).speak(3.0, me=SOFT, them=LOUD)
        assert room.floors == [THEM, NOBODY]
        assert room.words == []
        assert room.echoes == 1

    def test_the_same_words_at_the_same_time_are_theirs(self) -> None:
        recognizer = FakeRecognizer(lambda samples: "Our import broke twice in October, you know.")
        room = Room([ME, THEM], recognizer).speak(3.0, me=LOUD, them=LOUD)
        assert [side for side, _ in room.finals] == [THEM]
        assert room.echoes == 1

    def test_the_users_words_over_theirs_stay_the_users(self) -> None:
        mine = sound(LOUD)[:4]
        recognizer = FakeRecognizer(
            lambda samples: "Sorry to cut in" if mine in samples else "It broke twice last week"
        )
        room = Room([ME, THEM], recognizer).speak(3.0, me=LOUD, them=SOFT)
        assert sorted(room.finals) == [(ME, "Sorry to cut in"), (THEM, "It broke twice last week")]

    def test_the_same_words_said_later_are_the_users(self) -> None:
        recognizer = FakeRecognizer(lambda samples: "We could look at it on Friday.")
        room = Room([ME, THEM], recognizer).speak(3.0, them=LOUD).speak(3.0, me=LOUD)
        assert [side for side, _ in room.finals] == [THEM, ME]


@pytest.mark.parametrize(
    "written",
    [
        "Thank you for watching.",
        "Thanks for watching!",
        "You",
        "♪♪♪",
        "[BLANK_AUDIO]",
        "(sighs)",
        "谢谢观看 谢谢观看",
        "So then 谢谢观看 we go on",
        "10, 10, 10, 10,",
        "...",
        "",
    ],
)
def test_text_that_models_return_for_silence_is_dropped(written: str) -> None:
    assert plausible_text(written) == ""
    assert Room([ME], FakeRecognizer(lambda samples: written)).speak(3.0, me=LOUD).words == []


def test_real_words_are_kept() -> None:
    assert plausible_text("Thank you, that’s it.") == "Thank you, that's it."
    assert plausible_text("In short,, [noise] we pay  twice") == "In short, we pay twice"
    assert plausible_text("No no no") == "No no no"
    assert plausible_text("The café pays 40 € a month") == "The café pays 40 € a month"


def test_the_uncertain_end_of_a_partial_is_dropped() -> None:
    assert stable_text("It broke twice. And then Anna saw.") == "It broke twice. And then Anna"
    assert stable_text("It broke. Twice.") == "It broke"
    assert stable_text("Well.") == ""


def test_an_interrupted_device_ends_the_utterance() -> None:
    room = Room([ME]).hear(3.0, me=LOUD)
    room.worker.process(Chunk(ME, b"", room.at))
    assert room.finals == [(ME, "these are words of mine")]


def test_levels_are_correct() -> None:
    assert to_decibels(measure_power(sound(32767))) == pytest.approx(0.0, abs=0.1)
    assert to_decibels(measure_power(sound(3277))) == pytest.approx(-20.0, abs=0.1)
    assert duration_seconds(sound(1, 2.0)) == pytest.approx(2.0)
    levels = LoudnessHistory(seconds=10.0)
    for second in range(100):
        levels.add(0.5 if second == 95 else 0.001, float(second))
    assert levels.mean_level(0.0, 50.0) == to_decibels(0.0)
    assert levels.find_quietest(92.0, 99.0, frame_count=1) != 95.0
