"""Trends over many calls, computed from the figures of each call, and their page for the command and the screen.

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

from msgspec import Struct, convert, to_builtins

from salesnerd_tui.review.debrief.builder import FIGURES_VERSION, Figures, figures
from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.review.debrief.timeline import LEVELS
from salesnerd_tui.review.debrief_page import DocumentBlock, to_ascii_block
from salesnerd_tui.review.page_lines import Line, Part, Tone, cut, line, pad, paragraph
from salesnerd_tui.review.promises import HEADLINES
from salesnerd_tui.storage.call_store import CallStore, account_key
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import counted, one_line, searchable
from salesnerd_tui.timefmt import format_clock, format_duration, parse_time

if TYPE_CHECKING:
    from salesnerd_tui.call.events import Mode

MIN_CALLS_PER_HALF = 4
"""Minimum number of earlier and of later calls for a comparison."""

CLEAR_DEVIATIONS = 2.0
"""Minimum difference of two means for a clear change, in standard errors: about one false alarm in twenty."""

MIN_SECONDS = 120.0
"""Shorter calls are not counted, because hourly rates would be meaningless."""

MAX_WEEKS = 16
"""Longer periods are grouped by month."""

MIN_LATE_NOES = 3
"""Minimum number of accounts with a late no for a comparison with early noes."""


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
    unit; None without calls it can be computed for, of which there are `calls`.
    """

    key: str
    calls: int
    overall: float | None
    earlier: float | None
    later: float | None
    change: TrendChange
    series: tuple[float | None, ...]


class EarlyNoes(Struct, frozen=True):
    """Accounts that said no in their only call.

    `saved_seconds` compares them with accounts that said no later; None if there are too few of those.
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
    """A measure: the quotient of `part` and `whole` over the calls for which `counts` is true."""

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

    `everything` includes calls that a filter left out: how long an account took to decide does not depend on it.
    """
    calls = sorted(selected, key=lambda call: (call.day or date.min, call.call))
    days = [call.day for call in calls if call.day is not None]
    is_long = bool(days) and (days[-1] - days[0]).days > MAX_WEEKS * 7
    by = by or (Grouping.MONTH if is_long else Grouping.WEEK)
    starts = _period_starts(days, by)
    dated = {
        start: list(group) for start, group in groupby((c for c in calls if c.day), lambda c: _period_start(c.day, by))
    }
    figures = [call.figures for call in calls]
    verdicts = Counter(each.verdict for each in figures)
    return Trends(
        calls=len(calls),
        seconds=round(sum(each.seconds for each in figures), 3),
        unheard=sum(not each.heard for each in figures),
        short=sum(each.heard and each.seconds < MIN_SECONDS for each in figures),
        undated=len(calls) - len(days),
        by=by,
        periods=tuple(Period(start, len(dated.get(start, ()))) for start in starts),
        measures=tuple(
            _measure(how, figures, [[call.figures for call in dated.get(start, ())] for start in starts])
            for how in _MEASURES
        ),
        outcomes={verdict: verdicts[verdict] for verdict in OutcomeKind if verdicts[verdict]},
        early_noes=_find_early_noes(calls, everything),
        accounts=_account_trends(calls),
    )


def _period_start(day: date | None, by: Grouping) -> date:
    day = day or date.min
    return day.replace(day=1) if by is Grouping.MONTH else day - timedelta(days=min(day.weekday(), day.toordinal() - 1))


def _period_starts(days: Sequence[date], by: Grouping) -> list[date]:
    """Return the start of every period from the first call to the last."""
    if not days:
        return []
    starts, last = [_period_start(days[0], by)], _period_start(days[-1], by)
    while starts[-1] < last:
        step = timedelta(days=7 if by is Grouping.WEEK else 31)
        starts.append(_period_start(starts[-1] + step, by))
    return starts


def _measure(
    definition: _MeasureDefinition, figures: Sequence[Figures], periods: Sequence[Sequence[Figures]]
) -> Measure:
    counting = list(filter(definition.counts, figures))
    half = len(counting) // 2
    earlier, later = counting[:half], counting[half:]
    return Measure(
        definition.key,
        len(counting),
        definition.of(counting),
        definition.of(earlier),
        definition.of(later),
        _change([definition.of([each]) or 0.0 for each in earlier], [definition.of([each]) or 0.0 for each in later]),
        tuple(definition.of(list(filter(definition.counts, period))) for period in periods),
    )


def _change(earlier: Sequence[float], later: Sequence[float]) -> TrendChange:
    if len(earlier) < MIN_CALLS_PER_HALF:
        return TrendChange.TOO_FEW
    difference = fmean(later) - fmean(earlier)
    error = (variance(earlier) / len(earlier) + variance(later) / len(later)) ** 0.5
    if difference == 0 or abs(difference) < CLEAR_DEVIATIONS * error:
        return TrendChange.UNCLEAR
    return TrendChange.MORE if difference > 0 else TrendChange.LESS


def _has_talk(each: Figures) -> bool:
    return each.heard and each.seconds >= MIN_SECONDS


def _has_transcript(each: Figures) -> bool:
    return _has_talk(each) and each.has_transcript


def _talk_seconds(each: Figures) -> float:
    return each.mine_seconds + each.theirs_seconds


def _per_hour(key: str, count: Callable[[Figures], float], counts: Callable[[Figures], bool]) -> _MeasureDefinition:
    return _MeasureDefinition(key, count, lambda each: each.seconds, counts, 3600)


_MEASURES = (
    _MeasureDefinition(
        "acted_on",
        lambda each: each.handed_back,
        lambda each: each.taps,
        lambda each: _has_talk(each) and each.taps > 0,
    ),
    _per_hour("taps", lambda each: each.taps, _has_talk),
    _MeasureDefinition("unasked", lambda each: each.unasked_seconds, _talk_seconds, _has_transcript),
    _MeasureDefinition(
        "share", lambda each: each.mine_seconds, _talk_seconds, lambda each: _has_talk(each) and each.share is not None
    ),
    _MeasureDefinition("longest", lambda each: each.longest_mine_seconds, lambda _: 1, _has_talk),
    _per_hour("questions", lambda each: each.questions, _has_transcript),
    _MeasureDefinition("overpromises", lambda each: each.overpromises, lambda _: 1, _has_transcript),
)


def _find_early_noes(selected: Iterable[CountedCall], everything: Iterable[CountedCall]) -> EarlyNoes:
    histories: dict[str, list[CountedCall]] = {}
    for call in sorted(everything, key=lambda call: (call.day or date.min, call.call)):
        if call.account.strip():
            histories.setdefault(account_key(call.account), []).append(call)
    noes = [calls for calls in histories.values() if calls[-1].figures.verdict is OutcomeKind.NO_GO]
    selected_ids = {call.call for call in selected}
    early = [calls[0].figures.seconds for calls in noes if len(calls) == 1 and calls[0].call in selected_ids]
    late = [sum(call.figures.seconds for call in calls) for calls in noes if len(calls) > 1]
    median_late = median(late) if late else 0.0
    is_known = len(late) >= MIN_LATE_NOES and bool(early)
    return EarlyNoes(
        accounts=len(early),
        median_seconds=median(early) if early else 0.0,
        late_accounts=len(late),
        late_median_seconds=median_late,
        saved_seconds=sum(max(median_late - own, 0.0) for own in early) if is_known else None,
    )


def _account_trends(calls: Sequence[CountedCall]) -> tuple[AccountTrend, ...]:
    """Return the accounts, the most recent first."""
    grouped: dict[str, list[CountedCall]] = {}
    for call in calls:
        grouped.setdefault(account_key(call.account), []).append(call)
    rows = [_account_trend(group) for group in grouped.values()]
    return tuple(sorted(rows, key=lambda row: (row.last_day or date.min, row.name), reverse=True))


def _account_trend(calls: Sequence[CountedCall]) -> AccountTrend:
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
            and (not self.decision or self.decision == (call.decision if call.ended else OutcomeKind.OPEN))
            and (self.first is None or (day is not None and day >= self.first))
            and (self.last is None or (day is not None and day <= self.last))
        )


FiguresByCall = Sequence[tuple[CallSummary, CountedCall]]


def read_calls(store: CallStore, mode: Mode, on_progress: Callable[[int, int], None]) -> FiguresByCall:
    """Return the calls of a mode with their figures, newest first. `on_progress` is called with (read, total)."""
    calls = []
    for call, stored_figures in store.facts(FIGURES_VERSION, lambda events: to_builtins(figures(events)), on_progress):
        if call.mode is mode:
            began = parse_time(call.started_at)
            day = began.date() if began else None
            counted = CountedCall(call.id, day, call.account, call.playbook, convert(stored_figures, Figures))
            calls.append((call, counted))
    return calls


def filter_trends(calls: FiguresByCall, filters: TrendFilter) -> Trends:
    fitting = [counted for call, counted in calls if filters.fits(call, counted.day)]
    return trends(fitting, [counted for _, counted in calls], filters.by)


NAME_CELLS = 25
FIGURE_CELLS = 17
CHANGE_CELLS = 16
OUTCOME_CELLS = 9
DATE_WIDTH = 50
"""Minimum width for the day of an account's last call."""

ONE_LINE_WIDTH = 72
"""Minimum width for a measure on one line."""

MAX_PERIODS = 26
"""Maximum number of periods in a sparkline."""

DEFAULT_ACCOUNTS = 2
"""Number of accounts that the page shows by default: they fit on a screen of 24 lines."""

FULL_BAR = 10
"""Minimum number of calls that a full bar stands for, so that one call does not look like many."""

GAP = " "
"""Symbol for a period without data."""


class _MeasureWording(Struct, frozen=True):
    """Wording of a measure. `good` is the change that is an improvement; `subject` names the measure in a sentence."""

    name: str
    less: str
    more: str
    good: TrendChange | None
    subject: str = ""


_LESS, _MORE = TrendChange.LESS, TrendChange.MORE
_WORDINGS: Mapping[str, _MeasureWording] = {
    "acted_on": _MeasureWording("taps you acted on", "fewer", "more", _MORE, "taps acted on"),
    "taps": _MeasureWording("taps per hour", "fewer", "more", _LESS, "taps"),
    "unasked": _MeasureWording("unprompted product talk", "less", "more", _LESS, "unprompted product talk"),
    "share": _MeasureWording("your talk ratio", "lower", "higher", None),
    "longest": _MeasureWording("your longest monologue", "shorter", "longer", _LESS, "monologues"),
    "questions": _MeasureWording("your questions per hour", "fewer", "more", _MORE, "questions"),
    "overpromises": _MeasureWording("overpromises per call", "fewer", "more", _LESS, "overpromises"),
}


def trends_page(
    trends: Trends, width: int, *, ascii_only: bool = False, accounts: int = DEFAULT_ACCOUNTS
) -> tuple[DocumentBlock, ...]:
    """Return the page for a width in cells, with at most this many accounts."""
    first = DocumentBlock("trends", "", tuple(_head_lines(trends, width)))
    rest = (
        DocumentBlock("outcomes", "Outcomes", tuple(_outcome_lines(trends, width))),
        DocumentBlock("accounts", "By account", tuple(_account_lines(trends, width, accounts))),
    )
    blocks = (first, *(block for block in rest if block.lines))
    return tuple(to_ascii_block(block) for block in blocks) if ascii_only else blocks


def sparkline(series: Sequence[float | None]) -> str:
    """Return one symbol per value, scaled to the largest; a gap for a missing value."""
    largest = max((value for value in series if value is not None), default=0.0)
    top = len(LEVELS) - 1
    return "".join(
        GAP if value is None else LEVELS[min(round(value / largest * top), top) if largest > 0 else 0]
        for value in series
    )


def _head_lines(trends: Trends, width: int) -> Iterator[Line]:
    if not trends.calls:
        yield from paragraph("No calls match. Remove a filter.", width, tone=Tone.STRONG)
        return
    yield from paragraph(verdict_sentence(trends), width, tone=Tone.HEADING)
    yield from paragraph(_headline(trends), width, tone=Tone.DIM)
    for measure in trends.measures:
        yield from _measure_lines(measure, width)
    if notes := [*_caveats(trends)]:
        yield from paragraph("; ".join(notes), width, tone=Tone.DIM)


def verdict_sentence(trends: Trends) -> str:
    """Return one sentence that says whether the user is getting better."""
    measures = {measure.key: measure for measure in trends.measures}
    taps = measures["taps"]
    if taps.change is TrendChange.TOO_FEW:
        return f"Not enough data yet: {counted(taps.calls, 'call')} with speech ({2 * MIN_CALLS_PER_HALF} needed)."
    good, bad = list(_clear_changes(measures, improved=True)), list(_clear_changes(measures, improved=False))
    if good and bad:
        return f"Mixed: {', '.join(good)}, but {', '.join(bad)}."
    if good:
        aim = " You need the coach less, which is the point." if taps.change is TrendChange.LESS else ""
        return f"You are getting better: {', '.join(good)}.{aim}"
    if bad:
        return f"Recently worse: {', '.join(bad)}. Look for a pattern in your latest debriefs."
    if not taps.overall:
        return "No taps at all: you don't need the coach."
    return "No clear change in taps."


def _clear_changes(measures: Mapping[str, Measure], *, improved: bool) -> Iterator[str]:
    """Yield the measures that clearly improved, or those that clearly got worse."""
    for key, measure in measures.items():
        wording = _WORDINGS[key]
        is_clear = wording.good is not None and measure.change in (_LESS, _MORE)
        if is_clear and (measure.change is wording.good) == improved:
            yield f"{_change_text(measure, wording)} {wording.subject}"


def _headline(trends: Trends) -> str:
    parts = [counted(trends.calls, "call"), format_duration(trends.seconds)]
    if trends.periods:
        months = trends.by is Grouping.MONTH
        days = [day for account in trends.accounts for day in (account.first_day, account.last_day) if day]
        since, until = (_format_day(day, months=months) for day in (min(days), max(days)))
        parts += [f"{since} to {until}", f"by {trends.by.value}"] if since != until else [since]
    return " · ".join(parts)


def _measure_lines(measure: Measure, width: int) -> Iterator[Line]:
    wording = _WORDINGS[measure.key]
    figures = _figures_text(measure)
    change = _change_text(measure, wording)
    tone = Tone.GOOD if wording.good is not None and measure.change is wording.good else Tone.DIM
    if width < ONE_LINE_WIDTH:
        yield from paragraph(f"{wording.name}: {', '.join(filter(None, (figures, change)))}", width)
        return
    sparkline_cells = min(width - NAME_CELLS - FIGURE_CELLS - CHANGE_CELLS - 3, MAX_PERIODS)
    chart = sparkline(measure.series[-sparkline_cells:]) if len(measure.series) > 1 else ""
    yield line(
        Part(pad(wording.name, NAME_CELLS) + " "),
        Part(pad(chart, sparkline_cells) + " ", Tone.ME),
        Part(pad(figures, FIGURE_CELLS) + " ", Tone.STRONG),
        Part(cut(change, CHANGE_CELLS), tone),
    )


def _figures_text(measure: Measure) -> str:
    """Return the earlier and later figures, or the overall one if there are too few calls to compare."""
    if measure.overall is None:
        return "unknown"
    if measure.change is TrendChange.TOO_FEW:
        return _format_figure(measure.key, measure.overall)
    earlier, later = (_format_figure(measure.key, each or 0.0) for each in (measure.earlier, measure.later))
    return f"{earlier} → {later}"


def _format_figure(key: str, value: float) -> str:
    if key in ("acted_on", "unasked", "share"):
        return f"{value:.0%}"
    if key == "longest":
        return format_clock(value)
    return f"{value:.1f}"


def _change_text(measure: Measure, wording: _MeasureWording) -> str:
    match measure.change:
        case TrendChange.LESS:
            return wording.less
        case TrendChange.MORE:
            return wording.more
        case TrendChange.TOO_FEW:
            return "too few to say" if measure.calls else ""
        case _:
            return TrendChange.UNCLEAR.value


def _caveats(trends: Trends) -> Iterator[str]:
    if trends.unheard:
        yield f"{counted(trends.unheard, 'call')} without speech not counted"
    if trends.short:
        yield f"{counted(trends.short, 'call')} under {MIN_SECONDS / 60:g} minutes not counted"
    if trends.undated:
        yield f"{counted(trends.undated, 'undated call')} not charted"
    if any(measure.change is not TrendChange.TOO_FEW for measure in trends.measures):
        yield "figures: first half of the calls → second half"


def _outcome_lines(trends: Trends, width: int) -> Iterator[Line]:
    if not trends.outcomes:
        return
    largest = max(FULL_BAR, *trends.outcomes.values())
    bar_cells = max(min(width - 18, 30), 4)
    for verdict in OutcomeKind:
        if count := trends.outcomes.get(verdict, 0):
            bar = LEVELS[-1] * max(round(count / largest * bar_cells), 1)
            tone = Tone.DIM if verdict is OutcomeKind.OPEN else Tone.GOOD
            yield line(Part(pad(_outcome_name(verdict), 10)), Part(bar, tone), f" {count:,}")
    noes = trends.early_noes
    if not noes.accounts or noes.saved_seconds is None:
        return
    typical = "typically " if noes.accounts > 1 else ""
    duration = format_duration(noes.median_seconds)
    early = f"Early noes: {counted(noes.accounts, 'account')} after one call, {typical}{duration}"
    late = counted(noes.late_accounts, "account")
    took = f"{late} that said no later took {format_duration(noes.late_median_seconds)}"
    yield from paragraph(f"{early}; {took}, so about {format_duration(noes.saved_seconds)} saved.", width)


def _outcome_name(verdict: OutcomeKind) -> str:
    return HEADLINES.get(verdict, verdict.value).lower()


def _account_lines(trends: Trends, width: int, max_rows: int) -> Iterator[Line]:
    named = [account for account in trends.accounts if account.name]
    if len(named) == max_rows + 1:
        max_rows += 1
    for account in named[:max_rows]:
        last = _format_day(account.last_day, months=False) if account.last_day else ""
        calls = counted(account.calls, "call")
        amounts = f" {calls:>9}  {format_duration(account.seconds):>11}" if width >= ONE_LINE_WIDTH else f" {calls:>9}"
        figures = f"{amounts}  {last:>9}  " if width >= DATE_WIDTH else f"{amounts}  "
        ended = pad(_outcome_name(account.last), OUTCOME_CELLS)
        name = pad(one_line(account.name), max(width - len(figures) - OUTCOME_CELLS, 4))
        yield line(Part(name), Part(figures), Part(ended, Tone.DIM))
    omitted = len(named) - max_rows
    if omitted > 0:
        yield from paragraph(f"and {counted(omitted, 'more account')} (list all with --json)", width, tone=Tone.DIM)
    if len(named) < len(trends.accounts):
        nameless = next(account for account in trends.accounts if not account.name)
        yield from paragraph(f"and {counted(nameless.calls, 'call')} without an account", width, tone=Tone.DIM)


def _format_day(day: date, *, months: bool) -> str:
    return f"{day:%b %Y}" if months else f"{day.day} {day:%b %y}"
