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
def test_a_backchannel_does_not_end_a_turn(aside: str) -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 30, LONG)
    say(tracker, Side.THEM, 30, 31, aside)
    say(tracker, Side.ME, 31, 61, LONG)
    assert holder(tracker) is Side.ME
    assert stretch(tracker) == 60


def test_a_cough_does_not_end_a_turn() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 30, LONG)
    say(tracker, Side.THEM, 30, 30.8, None)
    say(tracker, Side.ME, 31, 61, LONG)
    assert stretch(tracker) == 60


def test_long_talk_without_words_is_a_turn() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 30, None)
    say(tracker, Side.THEM, 30, 36, None)
    assert holder(tracker) is Side.THEM


def test_real_words_begin_a_turn() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 50, LONG)
    assert say(tracker, Side.THEM, 50, 54, "we had the same trouble with the old one last year")
    say(tracker, Side.ME, 54, 60, LONG)
    assert stretch(tracker) == 6


def test_a_dialogue_of_short_turns_is_not_a_monologue() -> None:
    tracker = TurnTracker()
    for second in range(0, 120, 6):
        say(tracker, Side.ME, second, second + 4, "and then we went to look at it")
        say(tracker, Side.THEM, second + 4, second + 6, "we saw that one too")
    assert tracker.talk.longest_mine_seconds == 4


def test_any_answer_to_a_question_is_a_turn() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 40, LONG + "how often does that happen to you")
    say(tracker, Side.THEM, 41, 42, "Daily.")
    assert holder(tracker) is Side.THEM


def test_any_question_of_the_buyer_is_a_turn() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 40, LONG)
    say(tracker, Side.THEM, 40, 41, "how come")
    assert holder(tracker) is Side.THEM


def test_words_during_the_users_turn_are_not_a_turn() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 40, LONG)
    say(tracker, Side.THEM, 20, 21.5, "no I mean the other one")
    say(tracker, Side.ME, 40, 50, LONG)
    assert stretch(tracker) == 50


def test_a_turn_grows_with_the_talk_key_alone() -> None:
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


def test_words_are_not_counted_twice_with_the_talk_key() -> None:
    tracker = TurnTracker()
    tracker.hear(FloorTaken(0, Side.ME))
    say(tracker, Side.ME, 0, 10, LONG)
    tracker.tick(10)
    tracker.hear(FloorTaken(12, Side.THEM))
    assert tracker.talk.mine_seconds == 10


def test_the_talk_ratio_is_unknown_until_somebody_speaks() -> None:
    tracker = TurnTracker()
    assert tracker.talk.share is None
    say(tracker, Side.ME, 0, 30, LONG)
    say(tracker, Side.THEM, 30, 40, LONG)
    assert tracker.talk.share == pytest.approx(0.75)
    assert tracker.talk.longest_theirs_seconds == 10


def test_slices_of_the_call_show_who_talked() -> None:
    tracker = TurnTracker()
    say(tracker, Side.ME, 0, 50, LONG)
    say(tracker, Side.THEM, 50, 75, LONG)
    first, second, third = tracker.talk.buckets(3)
    assert (first.mine, second.mine) == (1, 1)
    assert (third.theirs, third.mine) == (1, 0)
    assert tracker.talk.buckets(0) == ()


speech = st.lists(
    st.tuples(
        st.sampled_from([Side.ME, Side.THEM]), st.floats(0, 30), st.sampled_from(["ok", LONG, "why is that", None])
    ),
    max_size=40,
)


@given(speech)
def test_the_figures_are_consistent_for_any_turns(turns: list[tuple[Side, float, str | None]]) -> None:
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
