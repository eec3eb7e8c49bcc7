"""What changes over many calls, from the figures of each: above all whether the coach becomes unnecessary.

Every figure says how many calls it rests on, and a change is only told where the calls differ by more than chance: few
calls, or calls that scatter, are "too few" and "no clear change".

The calls that trends are made of, read from the notebook, and which of them are looked at.

One place for the command and for the screen, so that the same filters always give the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import fmean, median, variance

from msgspec import Struct

from salesnerd_tui.call.events import Mode
from salesnerd_tui.review.debrief.figures import VERSION, Figures, figures, from_document, to_document
from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.review.times import moment
from salesnerd_tui.storage.store import CallStore
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import searchable

FEWEST_IN_A_HALF = 4
"""Earlier and later calls are compared from this many each; with fewer, one odd call decides."""

CLEAR = 2.0
"""How many standard errors apart two means must be (Welch): about one false alarm in twenty."""

SHORTEST_SECONDS = 120.0
"""A call shorter than this was no conversation, and its rates an hour mean nothing."""

WEEKS_SHOWN = 16
"""More weeks than this are shown as months."""

FEWEST_LATE_NOES = 3
"""Accounts that took longer to come to a no, before an early one is compared with them."""


class Grouping(StrEnum):
    WEEK = "week"
    MONTH = "month"


class TrendChange(StrEnum):
    LESS = "less"
    MORE = "more"
    UNCLEAR = "no clear change"
    TOO_FEW = "too few to say"


class CountedCall(Struct, frozen=True):
    """One call: its day (None where it does not say), account, playbook, and figures."""

    call: str
    day: date | None
    account: str
    playbook: str
    figures: Figures


class Period(Struct, frozen=True):
    """A week or a month, by its first day, and how many calls it had."""

    start: date
    calls: int


class Measure(Struct, frozen=True):
    """One figure over time. `overall`, `earlier` and `later` (the two halves of the calls) and `series` (one for each
    period) are in the measure's own unit, None where no call tells; `calls` is how many do."""

    key: str
    calls: int
    overall: float | None
    earlier: float | None
    later: float | None
    change: TrendChange
    series: tuple[float | None, ...]


class EarlyNoes(Struct, frozen=True):
    """Accounts that said no in their first and only call. `saved_seconds` compares them with those that took more calls
    to come to a no; None where these are too few to compare with."""

    accounts: int = 0
    median_seconds: float = 0.0
    late_accounts: int = 0
    late_median_seconds: float = 0.0
    saved_seconds: float | None = None


class AccountTrend(Struct, frozen=True):
    """An account's calls among those looked at; `last` is how the latest ended."""

    name: str
    calls: int
    seconds: float
    taps: int
    first_day: date | None
    last_day: date | None
    last: OutcomeKind


class Trends(Struct, frozen=True):
    """`unheard` calls had no speech, so they tell nothing of talk, nor do `short` ones; `undated` are in no period."""

    calls: int
    seconds: float
    unheard: int
    short: int
    undated: int
    by: Grouping
    periods: tuple[Period, ...]
    measures: tuple[Measure, ...]
    outcomes: Mapping[OutcomeKind, int]
    early_noes: EarlyNoes
    accounts: tuple[AccountTrend, ...]


class _MeasureDefinition(Struct, frozen=True):
    """`of` is one call's figure or None; `all_of` that of several calls, where a mean would not be right."""

    key: str
    of: Callable[[Figures], float | None]
    all_of: Callable[[Sequence[Figures]], float]


def trends(chosen: Iterable[CountedCall], everything: Iterable[CountedCall], by: Grouping | None = None) -> Trends:
    """The trends of the `chosen` calls. `everything` holds the calls that were left out as well: how long an account
    took to come to an answer does not depend on what is looked at."""
    calls = sorted(chosen, key=lambda call: (call.day or date.min, call.call))
    days = [call.day for call in calls if call.day is not None]
    by = by or _by(days)
    starts = _starts(days, by)
    dated = {start: list(group) for start, group in groupby((c for c in calls if c.day), lambda c: _start(c.day, by))}
    figures = [call.figures for call in calls]
    return Trends(
        calls=len(calls),
        seconds=round(sum(each.seconds for each in figures), 3),
        unheard=sum(not each.heard for each in figures),
        short=sum(each.heard and each.seconds < SHORTEST_SECONDS for each in figures),
        undated=len(calls) - len(days),
        by=by,
        periods=tuple(Period(start, len(dated.get(start, ()))) for start in starts),
        measures=tuple(
            _measure(how, figures, [[call.figures for call in dated.get(start, ())] for start in starts])
            for how in _MEASURES
        ),
        outcomes={verdict: count for verdict in OutcomeKind if (count := _outcomes(figures)[verdict])},
        early_noes=_early_noes(calls, everything),
        accounts=_accounts(calls),
    )


def _by(days: Sequence[date]) -> Grouping:
    return Grouping.MONTH if days and (days[-1] - days[0]).days > WEEKS_SHOWN * 7 else Grouping.WEEK


def _start(day: date | None, by: Grouping) -> date:
    day = day or date.min
    return day.replace(day=1) if by is Grouping.MONTH else day - timedelta(days=min(day.weekday(), day.toordinal() - 1))


def _starts(days: Sequence[date], by: Grouping) -> list[date]:
    """Every period from the first call to the last, also those without one."""
    if not days:
        return []
    found, last = [_start(days[0], by)], _start(days[-1], by)
    while found[-1] < last:
        step = timedelta(days=7 if by is Grouping.WEEK else 31)
        found.append(_start(found[-1] + step, by))
    return found


def _measure(how: _MeasureDefinition, figures: Sequence[Figures], periods: Sequence[Sequence[Figures]]) -> Measure:
    telling = [each for each in figures if how.of(each) is not None]
    half = len(telling) // 2
    earlier, later = telling[:half], telling[half:]
    return Measure(
        how.key,
        len(telling),
        _overall(how, telling),
        _overall(how, earlier),
        _overall(how, later),
        _change([how.of(each) or 0.0 for each in earlier], [how.of(each) or 0.0 for each in later]),
        tuple(_overall(how, [each for each in period if how.of(each) is not None]) for period in periods),
    )


def _overall(how: _MeasureDefinition, telling: Sequence[Figures]) -> float | None:
    return how.all_of(telling) if telling else None


def _change(earlier: Sequence[float], later: Sequence[float]) -> TrendChange:
    if len(earlier) < FEWEST_IN_A_HALF:
        return TrendChange.TOO_FEW
    difference = fmean(later) - fmean(earlier)
    error = (variance(earlier) / len(earlier) + variance(later) / len(later)) ** 0.5
    if difference == 0 or abs(difference) < CLEAR * error:
        return TrendChange.UNCLEAR
    return TrendChange.MORE if difference > 0 else TrendChange.LESS


def _talked(each: Figures) -> bool:
    return each.heard and each.seconds >= SHORTEST_SECONDS


def _hourly(key: str, count: Callable[[Figures], float], *, worded: bool) -> _MeasureDefinition:
    """So many an hour of call; of several calls together, so that a short one does not weigh like a long one."""

    def of(each: Figures) -> float | None:
        return count(each) / each.seconds * 3600 if _talked(each) and (each.worded or not worded) else None

    def all_of(telling: Sequence[Figures]) -> float:
        return sum(map(count, telling)) / sum(each.seconds for each in telling) * 3600

    return _MeasureDefinition(key, of, all_of)


def _part(key: str, mine: Callable[[Figures], float], *, worded: bool) -> _MeasureDefinition:
    """A part of all talk, 0 to 1."""

    def talk(each: Figures) -> float:
        return each.mine_seconds + each.theirs_seconds

    def of(each: Figures) -> float | None:
        return mine(each) / talk(each) if _talked(each) and (each.worded or not worded) else None

    def all_of(telling: Sequence[Figures]) -> float:
        return sum(map(mine, telling)) / sum(map(talk, telling))

    return _MeasureDefinition(key, of, all_of)


def _each(key: str, of: Callable[[Figures], float | None]) -> _MeasureDefinition:
    """A figure of a call as a whole; of several, the mean."""
    return _MeasureDefinition(key, of, lambda telling: fmean(of(each) or 0.0 for each in telling))


_MEASURES = (
    _hourly("taps", lambda each: each.taps, worded=False),
    _part("unasked", lambda each: each.unasked_seconds, worded=True),
    _part("share", lambda each: each.mine_seconds, worded=False),
    _each("longest", lambda each: each.longest_mine_seconds if _talked(each) else None),
    _hourly("questions", lambda each: each.questions, worded=True),
    _each("over_promises", lambda each: float(each.over_promises) if _talked(each) and each.worded else None),
)


def _outcomes(figures: Iterable[Figures]) -> Counter[OutcomeKind]:
    return Counter(each.verdict for each in figures)


def _early_noes(chosen: Iterable[CountedCall], everything: Iterable[CountedCall]) -> EarlyNoes:
    histories: dict[str, list[CountedCall]] = {}
    for call in sorted(everything, key=lambda call: (call.day or date.min, call.call)):
        if call.account.strip():
            histories.setdefault(_same(call.account), []).append(call)
    noes = [calls for calls in histories.values() if calls[-1].figures.verdict is OutcomeKind.NO_GO]
    looked_at = {call.call for call in chosen}
    early = [calls[0].figures.seconds for calls in noes if len(calls) == 1 and calls[0].call in looked_at]
    late = [sum(call.figures.seconds for call in calls) for calls in noes if len(calls) > 1]
    usual = median(late) if late else 0.0
    return EarlyNoes(
        accounts=len(early),
        median_seconds=median(early) if early else 0.0,
        late_accounts=len(late),
        late_median_seconds=usual,
        saved_seconds=sum(max(usual - own, 0.0) for own in early) if len(late) >= FEWEST_LATE_NOES and early else None,
    )


def _accounts(calls: Sequence[CountedCall]) -> tuple[AccountTrend, ...]:
    """The one spoken to last comes first."""
    grouped: dict[str, list[CountedCall]] = {}
    for call in calls:
        grouped.setdefault(_same(call.account), []).append(call)
    rows = [_account(group) for group in grouped.values()]
    return tuple(sorted(rows, key=lambda row: (row.last_day or date.min, row.name), reverse=True))


def _account(calls: Sequence[CountedCall]) -> AccountTrend:
    days = [call.day for call in calls if call.day is not None]
    return AccountTrend(
        name=calls[-1].account.strip(),
        calls=len(calls),
        seconds=round(sum(call.figures.seconds for call in calls), 3),
        taps=sum(call.figures.taps for call in calls),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        last=calls[-1].figures.verdict,
    )


def _same(account: str) -> str:
    return " ".join(account.casefold().split())


OPEN = "open"
"""The decision of a call that has not ended."""


class TrendFilter(Struct, frozen=True):
    """Which calls are looked at; an empty field leaves nothing out. `account` is a part of a name, `decision` a
    decision or `open`, `first` and `last` are days that count themselves."""

    account: str = ""
    playbook: str = ""
    decision: str = ""
    first: date | None = None
    last: date | None = None
    by: Grouping | None = None

    def fits(self, call: CallSummary, day: date | None) -> bool:
        return (
            (not self.account or searchable(self.account) in searchable(call.account))
            and (not self.playbook or self.playbook == call.playbook)
            and (not self.decision or self.decision == (call.decision if call.ended else OPEN))
            and (self.first is None or (day is not None and day >= self.first))
            and (self.last is None or (day is not None and day <= self.last))
        )


Read = Sequence[tuple[CallSummary, CountedCall]]


def read_calls(book: CallStore, mode: Mode, done: Callable[[int, int], None] = lambda *_: None) -> Read:
    """Every call of a mode with its figures, newest first. `done` is told how many of the new ones have been read."""
    return list(_counted(book, mode, done))


def chosen(read: Read, wanted: TrendFilter) -> Trends:
    """The trends of the calls that are `wanted`."""
    fitting = [counted for call, counted in read if wanted.fits(call, counted.day)]
    return trends(fitting, [counted for _, counted in read], wanted.by)


def _counted(
    book: CallStore, mode: Mode, done: Callable[[int, int], None]
) -> Iterator[tuple[CallSummary, CountedCall]]:
    for call, found in book.facts(VERSION, lambda events: to_document(figures(events)), done):
        if call.mode is mode:
            began = moment(call.started_at)
            day = began.date() if began else None
            yield call, CountedCall(call.id, day, call.account, call.playbook, from_document(found))
