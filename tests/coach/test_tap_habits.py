"""Habituation: taps without effect come less often."""

from __future__ import annotations

from coach_story import FEATURES, Story
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import Dismissal, Dismissed, Event, TapKind, Tapped, Undone
from salesnerd_tui.coach.tap_habits import MAX_LEVEL, TapEffect, TapHabit, interval_factors, learn_habits, read_effects
from tap_reasons import recorded

KIND = TapKind.OVER_EXPLAINING


def taps(*effects: TapEffect, kind: TapKind = KIND) -> dict[TapKind, float]:
    return interval_factors(learn_habits({}, [(kind, effect) for effect in effects]))


def came(*dismissals: Dismissal | None, kind: TapKind = KIND) -> list[Event]:
    """Return taps a minute apart, each with how it left the screen (None: another tap replaced it)."""
    events: list[Event] = []
    for number, how in enumerate(dismissals):
        events.append(Tapped(number * 60.0, kind, recorded("48 s")))
        if how is not None:
            events.append(Dismissed(number * 60.0 + 10, kind, how))
    return events


def test_twice_may_be_chance() -> None:
    assert taps(TapEffect.DISMISSED, TapEffect.IGNORED) == {}


def test_three_in_vain_and_it_comes_half_as_often() -> None:
    assert taps(TapEffect.DISMISSED, TapEffect.IGNORED, TapEffect.DISMISSED) == {KIND: 2}


def test_three_in_vain_are_three_in_a_row() -> None:
    assert taps(TapEffect.IGNORED, TapEffect.IGNORED, TapEffect.HEEDED, TapEffect.IGNORED, TapEffect.IGNORED) == {}


def test_one_that_works_speaks_up_again_whatever_happened_before() -> None:
    in_vain = [TapEffect.DISMISSED] * 300
    assert taps(*in_vain) == {KIND: 2.0**MAX_LEVEL}
    assert taps(*in_vain, TapEffect.HEEDED) == {KIND: 2.0 ** (MAX_LEVEL - 1)}
    assert taps(*in_vain, *[TapEffect.HEEDED] * MAX_LEVEL) == {}


def test_one_kind_says_nothing_of_another() -> None:
    habits = learn_habits(
        {}, [(KIND, TapEffect.DISMISSED), (TapKind.PITCHING, TapEffect.DISMISSED), (KIND, TapEffect.DISMISSED)]
    )
    assert interval_factors(habits) == {}
    assert habits[KIND].in_vain == 2
    assert habits[KIND].summary == "dismissed 2, no effect 0, followed 0 times"


def test_what_became_of_each_tap_is_read_from_the_call() -> None:
    told = came(Dismissal.HANDED_BACK, Dismissal.DISMISSED, Dismissal.EXPIRED, None, Dismissal.DISMISSED, None)
    assert [effect for _, effect in read_effects(told)] == [
        TapEffect.HEEDED,
        TapEffect.DISMISSED,
        TapEffect.IGNORED,
        TapEffect.IGNORED,
        TapEffect.DISMISSED,
    ]


def test_a_call_gone_on_with_teaches_only_what_is_new() -> None:
    told = came(Dismissal.DISMISSED, Dismissal.DISMISSED)
    assert list(read_effects(told, since=2)) == [(KIND, TapEffect.DISMISSED)]


def test_a_wave_taken_back_teaches_nothing() -> None:
    assert list(read_effects([*came(Dismissal.DISMISSED), Undone(20.0, (1,))])) == []


def test_praise_cannot_be_ignored_but_it_can_be_unwanted() -> None:
    told = came(Dismissal.EXPIRED, None, Dismissal.HANDED_BACK, Dismissal.DISMISSED, kind=TapKind.SILENCE)
    assert list(read_effects(told)) == [(TapKind.SILENCE, TapEffect.DISMISSED)]


def test_the_coach_is_quieter_about_it() -> None:
    def heard(interval_factors: dict[TapKind, float]) -> int:
        call = Story(interval_factors=interval_factors)
        for _ in range(8):
            call.me(FEATURES)
        return sum(tap.kind is KIND for tap in call.taps)

    assert heard(taps(*[TapEffect.DISMISSED] * 6)) < heard({})


@given(st.lists(st.tuples(st.sampled_from(TapKind), st.sampled_from(TapEffect))))
def test_never_more_often_than_usual_and_never_silent(history: list[tuple[TapKind, TapEffect]]) -> None:
    habits = learn_habits({}, history)
    assert all(1 < factor <= 2.0**MAX_LEVEL for factor in interval_factors(habits).values())
    assert sum(habit.heeded + habit.ignored + habit.dismissed for habit in habits.values()) == len(history)
    assert learn_habits(habits, []) == habits


@given(st.lists(st.sampled_from(TapEffect)))
def test_as_many_that_work_as_it_was_doubled_bring_it_back(history: list[TapEffect]) -> None:
    learned = learn_habits({}, [(KIND, effect) for effect in history]).get(KIND, TapHabit())
    back = learn_habits({KIND: learned}, [(KIND, TapEffect.HEEDED)] * learned.level)
    assert back[KIND].level == 0
