"""Tap habits: taps without effect come less often."""

from __future__ import annotations

from coach_story import FEATURES, Story
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import Dismissal, Dismissed, Event, TapKind, Tapped, Undone
from salesnerd_tui.coach.tap_habits import MAX_LEVEL, TapEffect, TapHabit, interval_factors, learn_habits, read_effects
from tap_reasons import recorded

KIND = TapKind.OVER_EXPLAINING


def factors_after(*effects: TapEffect, kind: TapKind = KIND) -> dict[TapKind, float]:
    return interval_factors(learn_habits({}, [(kind, effect) for effect in effects]))


def taps_dismissed(*dismissals: Dismissal | None, kind: TapKind = KIND) -> list[Event]:
    """Return taps a minute apart, each with its dismissal (None: another tap replaced it)."""
    events: list[Event] = []
    for number, how in enumerate(dismissals):
        events.append(Tapped(number * 60.0, kind, recorded("48 s")))
        if how is not None:
            events.append(Dismissed(number * 60.0 + 10, kind, how))
    return events


def test_two_taps_without_effect_change_nothing() -> None:
    assert factors_after(TapEffect.DISMISSED, TapEffect.IGNORED) == {}


def test_three_taps_without_effect_double_the_interval() -> None:
    assert factors_after(TapEffect.DISMISSED, TapEffect.IGNORED, TapEffect.DISMISSED) == {KIND: 2}


def test_only_taps_in_a_row_count() -> None:
    assert (
        factors_after(TapEffect.IGNORED, TapEffect.IGNORED, TapEffect.HEEDED, TapEffect.IGNORED, TapEffect.IGNORED)
        == {}
    )


def test_a_followed_tap_halves_the_interval() -> None:
    failures = [TapEffect.DISMISSED] * 300
    assert factors_after(*failures) == {KIND: 2.0**MAX_LEVEL}
    assert factors_after(*failures, TapEffect.HEEDED) == {KIND: 2.0 ** (MAX_LEVEL - 1)}
    assert factors_after(*failures, *[TapEffect.HEEDED] * MAX_LEVEL) == {}


def test_kinds_of_taps_are_independent() -> None:
    habits = learn_habits(
        {}, [(KIND, TapEffect.DISMISSED), (TapKind.PITCHING, TapEffect.DISMISSED), (KIND, TapEffect.DISMISSED)]
    )
    assert interval_factors(habits) == {}
    assert habits[KIND].in_vain == 2
    assert habits[KIND].summary == "dismissed 2, no effect 0, followed 0 times"


def test_effects_are_read_from_the_call() -> None:
    events = taps_dismissed(
        Dismissal.HANDED_BACK, Dismissal.DISMISSED, Dismissal.EXPIRED, None, Dismissal.DISMISSED, None
    )
    assert [effect for _, effect in read_effects(events)] == [
        TapEffect.HEEDED,
        TapEffect.DISMISSED,
        TapEffect.IGNORED,
        TapEffect.IGNORED,
        TapEffect.DISMISSED,
    ]


def test_a_resumed_call_counts_only_new_taps() -> None:
    events = taps_dismissed(Dismissal.DISMISSED, Dismissal.DISMISSED)
    assert list(read_effects(events, since=2)) == [(KIND, TapEffect.DISMISSED)]


def test_an_undone_dismissal_does_not_count() -> None:
    assert list(read_effects([*taps_dismissed(Dismissal.DISMISSED), Undone(20.0, (1,))])) == []


def test_praise_can_be_dismissed_but_not_ignored() -> None:
    events = taps_dismissed(Dismissal.EXPIRED, None, Dismissal.HANDED_BACK, Dismissal.DISMISSED, kind=TapKind.SILENCE)
    assert list(read_effects(events)) == [(TapKind.SILENCE, TapEffect.DISMISSED)]


def test_the_coach_taps_less_often_after_dismissals() -> None:
    def heard(interval_factors: dict[TapKind, float]) -> int:
        call = Story(interval_factors=interval_factors)
        for _ in range(8):
            call.me(FEATURES)
        return sum(tap.kind is KIND for tap in call.taps)

    assert heard(factors_after(*[TapEffect.DISMISSED] * 6)) < heard({})


@given(st.lists(st.tuples(st.sampled_from(TapKind), st.sampled_from(TapEffect))))
def test_intervals_are_lengthened_within_a_limit(history: list[tuple[TapKind, TapEffect]]) -> None:
    habits = learn_habits({}, history)
    assert all(1 < factor <= 2.0**MAX_LEVEL for factor in interval_factors(habits).values())
    assert sum(habit.heeded + habit.ignored + habit.dismissed for habit in habits.values()) == len(history)
    assert learn_habits(habits, []) == habits


@given(st.lists(st.sampled_from(TapEffect)))
def test_an_interval_recovers_as_fast_as_it_grew(history: list[TapEffect]) -> None:
    learned = learn_habits({}, [(KIND, effect) for effect in history]).get(KIND, TapHabit())
    back = learn_habits({KIND: learned}, [(KIND, TapEffect.HEEDED)] * learned.level)
    assert back[KIND].level == 0
