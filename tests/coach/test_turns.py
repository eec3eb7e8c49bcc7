"""The tracker: who is speaking, and for how long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import FloorTaken, Heard, Side
from salesnerd_tui.coach.turns import TurnTracker

LONG = "we looked at the numbers of last week and then at the ones from the week before that as well "


def say(tracker: TurnTracker, side: Side, start: float, end: float, text: str | None) -> bool:
    return tracker.hear(Heard(end, side, side.value, start, end, text))


def holder(tracker: TurnTracker) -> Side:
    return tracker.talk.holder


def stretch(tracker: TurnTracker) -> float:
    assert tracker.current is not None
    return tracker.current.seconds


@pytest.mark.parametrize("aside", ["Mm-hm.", "Right, yes.", "uh-huh", "Okay, got it, thanks.", "Yeah, yeah, I see."])
def test_a_backchannel_does_not_end_my_run(aside: str) -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 30, LONG)
    say(tracker, Side.THEM, 30, 31, aside)
    say(tracker, Side.ME, 31, 61, LONG)
    assert holder(tracker) is Side.ME
    assert stretch(tracker) == 60


def test_a_cough_resets_nothing() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 30, LONG)
    say(tracker, Side.THEM, 30, 30.8, None)
    say(tracker, Side.ME, 31, 61, LONG)
    assert stretch(tracker) == 60


def test_a_voice_that_lasts_is_a_turn_even_without_words() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 30, None)
    say(tracker, Side.THEM, 30, 36, None)
    assert holder(tracker) is Side.THEM


def test_a_real_turn_ends_the_run() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 50, LONG)
    assert say(tracker, Side.THEM, 50, 54, "we had the same trouble with the old one last year")
    say(tracker, Side.ME, 54, 60, LONG)
    assert stretch(tracker) == 6


def test_a_lively_dialogue_of_short_turns_is_no_monologue() -> None:
    tracker = TurnTracker()
    for second in range(0, 120, 6):
        say(tracker, Side.ME, second, second + 4, "and then we went to look at it")
        say(tracker, Side.THEM, second + 4, second + 6, "we saw that one too")
    assert tracker.talk.longest_mine_seconds == 4


def test_a_question_handed_over_ends_the_run_however_short_the_answer() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 40, LONG + "how often does that happen to you")
    say(tracker, Side.THEM, 41, 42, "Daily.")
    assert holder(tracker) is Side.THEM


def test_a_question_of_theirs_is_a_turn_however_short() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 40, LONG)
    say(tracker, Side.THEM, 40, 41, "how come")
    assert holder(tracker) is Side.THEM


def test_words_said_over_mine_are_no_turn() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 40, LONG)
    say(tracker, Side.THEM, 20, 21.5, "no I mean the other one")
    say(tracker, Side.ME, 40, 50, LONG)
    assert stretch(tracker) == 50


def test_with_the_talk_key_alone_the_run_still_grows() -> None:
    tracker = TurnTracker()
    tracker.hear(FloorTaken(10, Side.ME))
    for at in range(11, 41):
        tracker.tick(at)
    assert stretch(tracker) == 30
    tracker.hear(FloorTaken(40, Side.THEM))
    tracker.tick(41)
    assert holder(tracker) is Side.ME
    tracker.tick(44)
    assert holder(tracker) is Side.THEM


def test_words_are_not_counted_twice_when_a_key_is_held_as_well() -> None:
    tracker = TurnTracker()
    tracker.hear(FloorTaken(0, Side.ME))
    say(tracker, Side.ME, 0, 10, LONG)
    tracker.tick(10)
    tracker.hear(FloorTaken(12, Side.THEM))
    assert tracker.talk.mine_seconds == 10


def test_share_is_unknown_until_somebody_spoke() -> None:
    tracker = TurnTracker()
    assert tracker.talk.share is None
    say(tracker, Side.ME, 0, 30, LONG)
    say(tracker, Side.THEM, 30, 40, LONG)
    assert tracker.talk.share == pytest.approx(0.75)
    assert tracker.talk.longest_theirs_seconds == 10


def test_the_picture_of_who_talked() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 50, LONG)
    say(tracker, Side.THEM, 50, 75, LONG)
    first, second, third, fourth = tracker.talk.buckets(4, until=100)
    assert (first.mine, second.mine) == (1, 1)
    assert (third.theirs, third.mine) == (1, 0)
    assert (fourth.mine, fourth.theirs) == (0, 0)
    assert tracker.talk.buckets(0) == ()


speech = st.lists(
    st.tuples(
        st.sampled_from([Side.ME, Side.THEM]), st.floats(0, 30), st.sampled_from(["ok", LONG, "why is that", None])
    ),
    max_size=40,
)


@given(speech)
def test_whatever_is_said_the_figures_hold_together(turns: list[tuple[Side, float, str | None]]) -> None:
    tracker = TurnTracker()
    clock = 0.0
    for side, seconds, text in turns:
        say(tracker, side, clock, clock + seconds, text)
        clock += seconds
    talk = tracker.talk
    assert talk.mine_seconds + talk.theirs_seconds == pytest.approx(clock)
    assert talk.longest_mine_seconds <= talk.mine_seconds + 1e-6
    for bucket in talk.buckets(12):
        assert 0 <= bucket.mine <= 1
        assert 0 <= bucket.theirs <= 1
