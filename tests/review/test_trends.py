"""Trends over many calls, and what cannot be concluded from a few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from hostile import HOSTILE, find_smuggled
from salesnerd_tui.review.debrief.builder import Figures
from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.review.debrief_page import to_plain_text
from salesnerd_tui.review.exports import json_values, to_json
from salesnerd_tui.review.trends import (
    CountedCall,
    Grouping,
    Measure,
    TrendChange,
    Trends,
    sparkline,
    trends,
    trends_page,
)

FIRST = date(2026, 3, 2)
HALF_AN_HOUR = 1800.0


def call(
    number: int,
    taps: int = 2,
    *,
    verdict: OutcomeKind = OutcomeKind.GO,
    account: str = "Acme",
    seconds: float = HALF_AN_HOUR,
    mine: float = 600,
    day: date | None = FIRST,
) -> CountedCall:
    figures = Figures(
        seconds=seconds,
        mine_seconds=mine,
        theirs_seconds=1000 if mine else 0,
        longest_mine_seconds=90,
        unasked_seconds=taps * 40,
        questions=10,
        taps=taps,
        has_transcript=bool(mine),
        verdict=verdict,
    )
    return CountedCall(f"call-{number:03}", day and day + timedelta(days=7 * number), account, "first_call", figures)


def measure(found: Trends, key: str) -> Measure:
    return next(each for each in found.measures if each.key == key)


def page(calls: Sequence[CountedCall], width: int = 80, *, ascii_only: bool = False) -> str:
    return to_plain_text(trends_page(trends(calls, calls), width, ascii_only=ascii_only))


def test_taps_that_get_rarer_are_told_first() -> None:
    calls = [call(number, max(8 - number // 2, 0)) for number in range(16)]
    taps = measure(trends(calls, calls), "taps")
    assert taps.change is TrendChange.LESS
    assert (taps.earlier, taps.later) == (13.0, 5.0)
    assert taps.calls == 16
    assert "fewer taps, less unprompted product talk" in " ".join(page(calls).split())
    assert page(calls).startswith("You are getting better")
    assert "You need the coach less" in " ".join(page(calls).split())
    more = [call(number, 1 + number // 2) for number in range(16)]
    assert page(more).startswith("Recently worse: more taps")


def test_three_calls_are_too_few_to_say() -> None:
    calls = [call(number, 6 - 3 * number) for number in range(3)]
    assert measure(trends(calls, calls), "taps").change is TrendChange.TOO_FEW
    assert page(calls).startswith("Not enough data yet: 3 calls with speech (8 needed).")


def test_calls_that_scatter_are_no_clear_change() -> None:
    calls = [call(number, taps) for number, taps in enumerate((0, 9, 1, 8, 2, 9, 0, 10, 0, 9))]
    assert measure(trends(calls, calls), "taps").change is TrendChange.UNCLEAR
    assert "No clear change in taps." in page(calls)
    assert "No taps at all" in page([call(number, 0) for number in range(10)])


def test_a_short_call_does_not_weigh_like_a_long_one() -> None:
    calls = [call(0, 1, seconds=150), call(1, 1, seconds=7050)]
    assert measure(trends(calls, calls), "taps").overall == 1.0
    short = [call(0, 3, seconds=60)]
    assert measure(trends(short, short), "taps").overall is None
    assert measure(trends(short, short), "acted_on").overall is None, "the page says that it is not counted"


def test_calls_without_speech_tell_nothing_of_talk_and_are_counted_as_such() -> None:
    calls = [call(0, 0, mine=0), call(1)]
    found = trends(calls, calls)
    assert (found.calls, found.unheard, measure(found, "share").calls) == (2, 1, 1)
    assert "1 call without speech not counted" in page(calls)
    assert "unknown" in page([call(0, 0, mine=0)])


def test_periods_have_no_gaps_and_long_times_are_told_by_month() -> None:
    found = trends([call(0), call(3)], [])
    assert (found.by, [period.calls for period in found.periods]) == (Grouping.WEEK, [1, 0, 0, 1])
    assert measure(found, "taps").series[1] is None
    found = trends([call(0), call(30)], [])
    assert found.by is Grouping.MONTH
    assert [period.start.month for period in found.periods] == [3, 4, 5, 6, 7, 8, 9]
    assert len(trends([call(0), call(30)], [], Grouping.WEEK).periods) == 31


def test_the_page_names_the_days_of_the_first_and_the_last_call() -> None:
    listed = [replace(call(0), day=date(2026, 3, 4)), replace(call(3), day=date(2026, 3, 27))]
    assert "4 Mar 26 to 27 Mar 26 · by week" in page(listed, 80)


def test_a_call_without_a_day_is_counted_and_in_no_period() -> None:
    found = trends([call(0, day=None), call(1)], [])
    assert (found.calls, found.undated, len(found.periods)) == (2, 1, 1)


def no_after(account: str, calls: int, first: int = 0) -> list[CountedCall]:
    return [
        call(first + n, account=account, verdict=OutcomeKind.NO_GO if n == calls - 1 else OutcomeKind.NOT_YET)
        for n in range(calls)
    ]


def test_early_noes_are_set_against_the_late_ones() -> None:
    early = [*no_after("A", 1), *no_after("b ", 1)]
    late = [*no_after("C", 3), *no_after("D", 3), *no_after("E", 4)]
    noes = trends([*early, *late], [*early, *late]).early_noes
    assert (noes.accounts, noes.late_accounts, noes.late_median_seconds) == (2, 3, 3 * HALF_AN_HOUR)
    assert noes.saved_seconds == 2 * 2 * HALF_AN_HOUR
    assert "about 2 h 0 min saved" in page([*early, *late])
    assert trends(early, [*early, *late]).early_noes.saved_seconds == 2 * 2 * HALF_AN_HOUR, "whatever is looked at"
    assert "Early noes" not in page([*early, *no_after("C", 2)]), "too few later noes to compare with"
    assert "Early noes" not in page(early)


def test_an_account_that_was_called_again_was_no_early_no() -> None:
    calls = [call(0, verdict=OutcomeKind.NO_GO), call(1, verdict=OutcomeKind.GO)]
    assert trends(calls, calls).early_noes.accounts == 0


def test_accounts_are_listed_by_the_last_call_whatever_their_spelling() -> None:
    calls = [call(0, account="Acme"), call(1, account="Old Mill"), call(2, account="ACME "), call(3, account="")]
    rows = trends(calls, []).accounts
    assert [(row.name, row.calls) for row in rows] == [("", 1), ("ACME", 2), ("Old Mill", 1)]


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_page_fits_its_width_and_one_screen(width: int, ascii_only: bool) -> None:
    verdicts = [*OutcomeKind]
    calls = [call(n, n % 5, account=f"An account of a long name {n % 9}", verdict=verdicts[n % 5]) for n in range(70)]
    lines = page(calls, width, ascii_only=ascii_only).splitlines()
    assert all(len(line) <= width for line in lines)
    if width >= 80:
        assert len(lines) <= 24
    if ascii_only:
        assert all(line.isascii() for line in lines)


def test_a_narrow_page_has_names_to_tell_apart_and_no_dangling_comma() -> None:
    lines = page([call(0, account="Northern Lights"), call(1, account="Northwind Clinic")], 38).splitlines()
    assert any(line.startswith("Northern Lig") for line in lines)
    assert any(line.startswith("Northwind Cl") for line in lines)
    assert not [line for line in lines if line.rstrip().endswith(",")]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_accounts_are_only_names(text: str) -> None:
    calls = [call(0, account=text), call(1, account=text)]
    assert not find_smuggled(page(calls).encode("utf-8", "replace"))
    assert to_json(json_values(trends(calls, calls)))


def test_a_sparkline_is_relative_to_its_largest_value() -> None:
    assert sparkline((0.0, None, 5.0, 10.0)) == "▁ ▅█"
    assert sparkline((0.0, 0.0)) == "▁▁"
    assert sparkline(()) == ""
    assert page([]).strip() == "No calls match. Remove a filter."
