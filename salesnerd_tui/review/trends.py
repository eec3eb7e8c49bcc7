"""Trends over many calls, computed from the figures of each call, for the command and the screen.

Every measure says how many calls it is based on. A change is reported only if it is larger than chance (Welch's
t-test); otherwise it is "too few to say" or "no clear change".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import fmean, median, variance
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.review.debrief.figures import VERSION, Figures, figures, from_document, to_document
from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.storage.call_store import CallStore, account_key
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import searchable
from salesnerd_tui.timefmt import moment

if TYPE_CHECKING:
    from salesnerd_tui.call.events import Mode

FEWEST_IN_A_HALF = 4
"""Minimum number of earlier and of later calls for a comparison."""

CLEAR = 2.0
"""Standard errors between two means for a clear change: about one false alarm in twenty."""

SHORTEST_SECONDS = 120.0
"""Shorter calls are not counted, because hourly rates would be meaningless."""

WEEKS_SHOWN = 16
"""Longer periods are grouped by month."""

FEWEST_LATE_NOES = 3
"""Minimum number of accounts with a late no that an early no is compared with."""


class Grouping(StrEnum):
    """Length of a period."""

    WEEK = "week"
    MONTH = "month"


class TrendChange(StrEnum):
    """Comparison of the later calls with the earlier ones."""

    LESS = "less"
    MORE = "more"
    UNCLEAR = "no clear change"
    TOO_FEW = "too few to say"


class CountedCall(Struct, frozen=True):
    """A call with its figures. `day` is None if the call has no date."""

    call: str
    day: date | None
    account: str
    playbook: str
    figures: Figures


class Period(Struct, frozen=True):
    """A week or a month by its first day, with its number of calls."""

    start: date
    calls: int


class Measure(Struct, frozen=True):
    """One measure over time.

    `overall`, `earlier` and `later` (halves of the calls) and `series` (one value for each period) are in the measure's
    unit, None without calls that count; `calls` is the number of those that do.
    """

    key: str
    calls: int
    overall: float | None
    earlier: float | None
    later: float | None
    change: TrendChange
    series: tuple[float | None, ...]


class EarlyNoes(Struct, frozen=True):
    """Accounts that said no in their only call. `saved_seconds` compares them with accounts that said no later.

    It is None if there are too few late noes.
    """

    accounts: int = 0
    median_seconds: float = 0.0
    late_accounts: int = 0
    late_median_seconds: float = 0.0
    saved_seconds: float | None = None


class AccountTrend(Struct, frozen=True):
    """An account's selected calls; `last` is the outcome of the latest."""

    name: str
    calls: int
    seconds: float
    taps: int
    first_day: date | None
    last_day: date | None
    last: OutcomeKind


class Trends(Struct, frozen=True):
    """Trends of the selected calls. `unheard` (without speech) and `short` calls have no talk figures."""

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
    """A measure: what is counted, per what, and in which calls. Several calls are weighed by their `whole`."""

    key: str
    part: Callable[[Figures], float]
    whole: Callable[[Figures], float]
    counts: Callable[[Figures], bool]
    scale: float = 1.0

    def of(self, counting: Sequence[Figures]) -> float | None:
        """Return the measure of calls that count; None without any."""
        return sum(map(self.part, counting)) / sum(map(self.whole, counting)) * self.scale if counting else None


def trends(selected: Iterable[CountedCall], everything: Iterable[CountedCall], by: Grouping | None = None) -> Trends:
    """Return the trends of the `selected` calls.

    `everything` includes the other calls: how long an account took to decide does not depend on the filter.
    """
    calls = sorted(selected, key=lambda call: (call.day or date.min, call.call))
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
    """Return the start of every period from the first call to the last."""
    if not days:
        return []
    found, last = [_start(days[0], by)], _start(days[-1], by)
    while found[-1] < last:
        step = timedelta(days=7 if by is Grouping.WEEK else 31)
        found.append(_start(found[-1] + step, by))
    return found


def _measure(how: _MeasureDefinition, figures: Sequence[Figures], periods: Sequence[Sequence[Figures]]) -> Measure:
    counting = list(filter(how.counts, figures))
    half = len(counting) // 2
    earlier, later = counting[:half], counting[half:]
    return Measure(
        how.key,
        len(counting),
        how.of(counting),
        how.of(earlier),
        how.of(later),
        _change([how.of([each]) or 0.0 for each in earlier], [how.of([each]) or 0.0 for each in later]),
        tuple(how.of(list(filter(how.counts, period))) for period in periods),
    )


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


def _transcribed(each: Figures) -> bool:
    return _talked(each) and each.has_transcript


def _talk(each: Figures) -> float:
    return each.mine_seconds + each.theirs_seconds


def _hourly(key: str, count: Callable[[Figures], float], counts: Callable[[Figures], bool]) -> _MeasureDefinition:
    """Return a measure per hour of call, in which short calls weigh less than long ones."""
    return _MeasureDefinition(key, count, lambda each: each.seconds, counts, 3600)


_MEASURES = (
    _MeasureDefinition("acted_on", lambda each: each.handed_back, lambda each: each.taps, lambda each: each.taps > 0),
    _hourly("taps", lambda each: each.taps, _talked),
    _MeasureDefinition("unasked", lambda each: each.unasked_seconds, _talk, _transcribed),
    _MeasureDefinition("share", lambda each: each.mine_seconds, _talk, _talked),
    _MeasureDefinition("longest", lambda each: each.longest_mine_seconds, lambda _: 1, _talked),
    _hourly("questions", lambda each: each.questions, _transcribed),
    _MeasureDefinition("overpromises", lambda each: each.overpromises, lambda _: 1, _transcribed),
)


def _outcomes(figures: Iterable[Figures]) -> Counter[OutcomeKind]:
    return Counter(each.verdict for each in figures)


def _early_noes(chosen: Iterable[CountedCall], everything: Iterable[CountedCall]) -> EarlyNoes:
    histories: dict[str, list[CountedCall]] = {}
    for call in sorted(everything, key=lambda call: (call.day or date.min, call.call)):
        if call.account.strip():
            histories.setdefault(account_key(call.account), []).append(call)
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
    """Return the accounts, the most recent first."""
    grouped: dict[str, list[CountedCall]] = {}
    for call in calls:
        grouped.setdefault(account_key(call.account), []).append(call)
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


OPEN = "open"
"""Filter value for calls that have not ended."""


class TrendFilter(Struct, frozen=True):
    """Selects calls; an empty field selects all.

    `account` is a part of a name, `decision` a decision or `open`; `first` and `last` are inclusive.
    """

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
    """Return the calls of a mode with their figures, newest first. `done` is called with progress (read, total)."""
    return list(_counted(book, mode, done))


def select(read: Read, wanted: TrendFilter) -> Trends:
    """Return the trends of the calls that match a filter."""
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
