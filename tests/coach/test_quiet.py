"""Learning to be quiet."""

from __future__ import annotations

from coach_story import FEATURES, Story
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import CueKind, Dismissal
from salesnerd_tui.coach.quiet import LONGEST, Effect, effect, pauses, quieter

KIND = CueKind.OVER_EXPLAINING


def test_twice_may_be_chance() -> None:
    assert quieter({(KIND, Effect.DISMISSED): 2}) == {}


def test_three_in_vain_and_it_comes_half_as_often() -> None:
    found = quieter({(KIND, Effect.IGNORED): 3})
    assert found[KIND].factor == 2
    assert "ignored 3 times" in found[KIND].why
    assert set(found) == {KIND}


def test_what_worked_speaks_up_again() -> None:
    assert quieter({(KIND, Effect.DISMISSED): 3, (KIND, Effect.HEEDED): 4}) == {}


def test_no_kind_falls_silent_for_good() -> None:
    assert pauses({(CueKind.OVER_PROMISING, Effect.DISMISSED): 500}) == {CueKind.OVER_PROMISING: LONGEST}


def test_what_became_of_a_tap() -> None:
    assert effect(Dismissal.HANDED_BACK) is Effect.HEEDED
    assert effect(Dismissal.BY_HAND) is Effect.DISMISSED
    assert effect(Dismissal.EXPIRED) is Effect.IGNORED


def test_the_coach_is_quieter_about_it() -> None:
    def taps(quiet: dict[CueKind, float]) -> int:
        call = Story(quiet=quiet)
        for _ in range(8):
            call.me(FEATURES)
        return sum(tap.kind is KIND for tap in call.taps)

    assert taps(pauses({(KIND, Effect.DISMISSED): 6})) < taps({})


@given(st.dictionaries(st.tuples(st.sampled_from(CueKind), st.sampled_from(Effect)), st.integers(0, 1000)))
def test_never_more_often_than_usual(history: dict[tuple[CueKind, Effect], int]) -> None:
    assert all(1 < factor <= LONGEST for factor in pauses(history).values())
