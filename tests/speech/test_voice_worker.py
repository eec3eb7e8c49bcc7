"""Sound becomes who talks and what is said: only of those who may be written down, and nothing that was not said."""

from __future__ import annotations

import pytest
from voice_story import LOUD, SOFT, Room, Scribe, sound

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.segments import LONGEST_SECONDS
from salesnerd_tui.speech.microphone.sound import Chunk, Levels, decibels, power_of, seconds_of
from salesnerd_tui.speech.microphone.transcript_filter import believed, settled

ME, THEM, NOBODY = Side.ME, Side.THEM, Side.NOBODY


def test_voices_are_told_at_once_and_without_words() -> None:
    room = Room(recognises=False).says(2.0, me=LOUD).says(3.0, them=LOUD)
    assert room.floors == [ME, NOBODY, THEM, NOBODY]
    assert room.words == []


def test_the_floor_is_taken_within_a_third_of_a_second() -> None:
    room = Room().hears(1.0).hears(0.32, me=LOUD)
    assert room.floors == [ME]


def test_a_click_or_a_cough_is_no_voice() -> None:
    assert Room([ME]).says(0.2, me=LOUD).messages == []


def test_a_word_thrown_in_does_not_take_the_floor() -> None:
    room = Room([ME]).hears(2.0, them=LOUD).hears(0.6, me=LOUD, them=LOUD).says(2.0, them=LOUD)
    assert room.floors == [THEM, NOBODY]
    assert room.finals == [(ME, "these are words of mine")]


def test_who_talks_on_after_the_other_has_finished_has_the_floor() -> None:
    room = Room().hears(2.0, them=LOUD).hears(1.0, me=LOUD, them=LOUD).says(2.0, me=LOUD)
    assert room.floors == [THEM, ME, NOBODY]


def test_words_come_with_their_times() -> None:
    room = Room([ME]).hears(3.0).says(4.0, me=LOUD)
    final = room.words[-1]
    assert final.final
    assert final.start == pytest.approx(2.8, abs=0.15)
    assert final.end == pytest.approx(7.2, abs=0.15)


def test_a_long_stretch_is_told_every_two_seconds_as_it_grows() -> None:
    room = Room([ME]).says(9.0, me=LOUD)
    partials = [message for message in room.words if not message.final]
    assert [message.end - message.start for message in partials] == pytest.approx([2, 4, 6, 8], abs=0.15)
    assert {message.number for message in room.words} == {partials[0].number}
    assert partials[0].text == "these are words of"


def test_a_worker_that_is_behind_leaves_the_partials_out() -> None:
    room = Room([ME]).hears(9.0, me=LOUD, behind=1.0).hears(1.0, behind=1.0)
    assert [message.final for message in room.words] == [True]


def test_a_monologue_is_cut_at_its_quietest_late_moment() -> None:
    room = Room([ME]).hears(12.0, me=LOUD).hears(0.3, me=SOFT).says(6.0, me=LOUD)
    first, second = (message for message in room.words if message.final)
    assert first.end - first.start < LONGEST_SECONDS
    assert first.end == pytest.approx(12.2, abs=0.15)
    assert second.start == first.end
    assert second.number != first.number


def test_what_was_said_is_followed_by_silence_for_the_model() -> None:
    room = Room([ME]).says(3.0, me=LOUD)
    assert all(samples.endswith(bytes(16_000)) for samples in room.scribe.given)


class TestTheOtherSide:
    """Their words need leave; without it nothing of theirs is even given to the recogniser."""

    def test_is_a_voice_only(self) -> None:
        room = Room([ME]).says(5.0, them=LOUD)
        assert room.floors == [THEM, NOBODY]
        assert room.scribe.given == []

    def test_is_written_down_from_their_yes_on_and_not_before(self) -> None:
        room = Room([ME]).hears(3.0, them=LOUD).allows(ME, THEM).says(1.0, them=LOUD)
        assert room.words == []
        room.says(3.0, them=LOUD)
        assert {message.side for message in room.words} == {THEM}

    def test_is_left_alone_as_soon_as_they_take_it_back(self) -> None:
        room = Room([ME, THEM]).hears(1.5, them=LOUD).allows(ME).says(3.0, them=LOUD)
        assert room.words == []
        assert room.scribe.given == []


def test_a_paused_call_hears_nobody_and_forgets_the_half_sentence() -> None:
    room = Room([ME]).hears(1.0, me=LOUD).allows(ME, paused=True).hears(5.0, me=LOUD).allows(ME)
    assert room.floors == [ME, NOBODY]
    room.hears(1.0)
    assert room.words == []
    assert room.says(2.0, me=LOUD).finals == [(ME, "these are words of mine")]


class TestWithoutHeadphones:
    """The buyer comes out of the speakers and back through the microphone."""

    def test_what_is_louder_there_than_here_is_theirs(self) -> None:
        room = Room([ME]).says(3.0, me=SOFT, them=LOUD)
        assert room.floors == [THEM, NOBODY]
        assert room.words == []
        assert room.echoes == 1

    def test_the_same_words_at_the_same_time_are_theirs(self) -> None:
        scribe = Scribe(lambda samples: "Our import broke twice in October, you know.")
        room = Room([ME, THEM], scribe).says(3.0, me=LOUD, them=LOUD)
        assert [side for side, _ in room.finals] == [THEM]
        assert room.echoes == 1

    def test_my_own_words_over_theirs_stay_mine(self) -> None:
        mine = sound(LOUD)[:4]
        scribe = Scribe(lambda samples: "Sorry to break in here" if mine in samples else "It broke twice last week")
        room = Room([ME, THEM], scribe).says(3.0, me=LOUD, them=SOFT)
        assert sorted(room.finals) == [(ME, "Sorry to break in here"), (THEM, "It broke twice last week")]

    def test_the_same_words_said_later_are_mine(self) -> None:
        scribe = Scribe(lambda samples: "We could look at it on Friday.")
        room = Room([ME, THEM], scribe).says(3.0, them=LOUD).says(3.0, me=LOUD)
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
def test_what_models_write_into_silence_is_not_believed(written: str) -> None:
    assert believed(written) == ""
    assert Room([ME], Scribe(lambda samples: written)).says(3.0, me=LOUD).words == []


def test_real_words_are_believed_as_they_are() -> None:
    assert believed("Thank you, that’s it.") == "Thank you, that's it."
    assert believed("In short,, [noise] we pay  twice") == "In short, we pay twice"
    assert believed("No no no") == "No no no"
    assert believed("The café pays 40 € a month") == "The café pays 40 € a month"


def test_the_uncertain_end_of_a_partial_is_left_out() -> None:
    assert settled("It broke twice. And then Anna saw.") == "It broke twice. And then Anna"
    assert settled("It broke. Twice.") == "It broke"
    assert settled("Well.") == ""


def test_an_interrupted_device_ends_the_stretch() -> None:
    room = Room([ME]).hears(3.0, me=LOUD)
    room.worker.take(Chunk(ME, b"", room.at))
    assert room.finals == [(ME, "these are words of mine")]


def test_levels_are_what_they_say() -> None:
    assert decibels(power_of(sound(32767))) == pytest.approx(0.0, abs=0.1)
    assert decibels(power_of(sound(3277))) == pytest.approx(-20.0, abs=0.1)
    assert seconds_of(sound(1, 2.0)) == pytest.approx(2.0)
    levels = Levels(seconds=10.0)
    for second in range(100):
        levels.add(0.5 if second == 95 else 0.001, float(second))
    assert levels.between(0.0, 50.0) == decibels(0.0)
    assert levels.quietest(92.0, 99.0, wide=1) != 95.0
