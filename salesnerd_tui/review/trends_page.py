"""Trends as a page: readable in one screen of 80 columns, the same lines for the screen and for `salesnerd trends`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from salesnerd_tui.review.canvas import Line, Part, Tone, cut, line, pad, paragraph
from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.review.debrief.timeline import ASCII, SIGNS
from salesnerd_tui.review.document import DocumentBlock, in_ascii
from salesnerd_tui.review.times import length
from salesnerd_tui.review.trends import (
    FEWEST_IN_A_HALF,
    SHORTEST_SECONDS,
    EarlyNoes,
    Grouping,
    Measure,
    TrendChange,
    Trends,
)
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

NAMES = 25
FIGURES = 17
CHANGES = 16
ENDINGS = 9
WIDE = 72
"""From this width on, a measure's name, picture, figures and change stand on one line."""

PERIODS_SHOWN = 26
"""The newest periods drawn: half a year of weeks, two years of months."""

ACCOUNTS_SHOWN = 3
"""As many as leave the page on a screen of 24 lines; the list of calls has the others."""

FULL_BAR = 10
"""Calls that fill a bar at the least: one call must not look like many."""

GAP = " "
"""A period in which no call tells."""


class _MeasureWording(Struct, frozen=True):
    """How a measure is told; `less` and `more` are what became of it, `good` which of them is hoped for. `better` and
    `worse` say it in a sentence."""

    name: str
    less: str
    more: str
    good: TrendChange | None
    better: str = ""
    worse: str = ""


_TOLD: Mapping[str, _MeasureWording] = {
    "taps": _MeasureWording(
        "taps an hour", "rarer", "more often", TrendChange.LESS, "taps get rarer", "taps come more often"
    ),
    "unasked": _MeasureWording(
        "unasked product talk",
        "less",
        "more",
        TrendChange.LESS,
        "less product talk that nobody asked for",
        "more product talk that nobody asked for",
    ),
    "share": _MeasureWording("your share of the talk", "smaller", "larger", None),
    "longest": _MeasureWording(
        "your longest stretch",
        "shorter",
        "longer",
        TrendChange.LESS,
        "your longest stretch is shorter",
        "your longest stretch is longer",
    ),
    "questions": _MeasureWording(
        "your questions an hour", "more seldom", "more often", TrendChange.MORE, "more questions", "fewer questions"
    ),
    "over_promises": _MeasureWording(
        "promised too much, a call",
        "rarer",
        "more often",
        TrendChange.LESS,
        "fewer over-promises",
        "more over-promises",
    ),
}
_OUTCOMES: Mapping[OutcomeKind, str] = {
    OutcomeKind.GO: "go",
    OutcomeKind.NO_GO: "no-go",
    OutcomeKind.NOT_YET: "not yet",
    OutcomeKind.OTHER: "other",
    OutcomeKind.UNFINISHED: "not ended",
}


def trends_page(
    trends: Trends, width: int, *, ascii_only: bool = False, accounts: int = ACCOUNTS_SHOWN
) -> tuple[DocumentBlock, ...]:
    """The whole page for a width in cells, with so many accounts."""
    levels = (ASCII if ascii_only else SIGNS).levels
    first = DocumentBlock("trends", "", tuple(_first(trends, width, levels)))
    rest = (
        DocumentBlock("outcomes", "How they ended", tuple(_outcomes(trends, width, levels[-1]))),
        DocumentBlock("accounts", "By account", tuple(_accounts(trends, width, accounts))),
    )
    made = (first, *(block for block in rest if block.lines))
    return tuple(in_ascii(block) for block in made) if ascii_only else made


def sparkline(series: Sequence[float | None], levels: str) -> str:
    """One sign for each value, from nothing to the largest; a gap where there is none."""
    largest = max((value for value in series if value is not None), default=0.0)
    top = len(levels) - 1
    return "".join(
        GAP if value is None else levels[min(round(value / largest * top), top) if largest > 0 else 0]
        for value in series
    )


def _first(trends: Trends, width: int, levels: str) -> Iterator[Line]:
    if not trends.calls:
        yield from paragraph("No call fits: leave out a filter.", width, tone=Tone.STRONG)
        return
    yield from paragraph(verdict(trends), width, tone=Tone.HEADING)
    yield from paragraph(_headline(trends), width, tone=Tone.DIM)
    for measure in trends.measures:
        yield from _measured(measure, width, levels)
    if notes := [*_caveats(trends)]:
        yield from paragraph("; ".join(notes), width, tone=Tone.DIM)


def verdict(trends: Trends) -> str:
    """The one thing to know, in a sentence: am I getting better?"""
    measures = {measure.key: measure for measure in trends.measures}
    taps = measures["taps"]
    if taps.change is TrendChange.TOO_FEW:
        count = "No call" if not taps.calls else "1 call" if taps.calls == 1 else f"{taps.calls} calls"
        return f"Too few to say whether you get better: {count.lower()} with talk of {2 * FEWEST_IN_A_HALF} needed."
    good, bad = list(_moved(measures, hoped=True)), list(_moved(measures, hoped=False))
    if good and bad:
        return f"Better and worse: {', '.join(good)}; but {', '.join(bad)}."
    if good:
        aim = " The coach becomes unnecessary, which is its aim." if taps.change is TrendChange.LESS else ""
        return f"You are getting better: {', '.join(good)}.{aim}"
    if bad:
        return f"It was better before: {', '.join(bad)}. Look at what the last debriefs have in common."
    if not taps.overall:
        return "No taps at all: you do not need the coach."
    return "No clear change: taps are neither clearly rarer nor more frequent than before."


def _moved(measures: Mapping[str, Measure], *, hoped: bool) -> Iterator[str]:
    """What clearly changed for the better, or for the worse."""
    for key, measure in measures.items():
        told = _TOLD[key]
        if told.good is not None and measure.change in (TrendChange.LESS, TrendChange.MORE):
            is_good = measure.change is told.good
            if is_good == hoped:
                yield told.better if is_good else told.worse


def _headline(trends: Trends) -> str:
    calls = "1 call" if trends.calls == 1 else f"{trends.calls:,} calls"
    parts = [calls, length(trends.seconds)]
    if trends.periods:
        months = trends.by is Grouping.MONTH
        since, until = (_day(period.start, months=months) for period in (trends.periods[0], trends.periods[-1]))
        if since != until:
            parts += [f"{since} to {until}", f"by {trends.by.value}"]
        else:
            parts.append(since if months else f"the week of {since}")
    return " · ".join(parts)


def _measured(measure: Measure, width: int, levels: str) -> Iterator[Line]:
    told = _TOLD[measure.key]
    figures = _figures(measure)
    change = _change_words(measure, told)
    tone = Tone.GOOD if told.good is not None and measure.change is told.good else Tone.DIM
    if width < WIDE:
        yield from paragraph(f"{told.name}: {figures}, {change}", width)
        return
    room = min(width - NAMES - FIGURES - CHANGES - 3, PERIODS_SHOWN)
    drawn = sparkline(measure.series[-room:], levels) if len(measure.series) > 1 else ""
    yield line(
        Part(pad(told.name, NAMES) + " "),
        Part(pad(drawn, room) + " ", Tone.ME),
        Part(pad(figures, FIGURES) + " ", Tone.STRONG),
        Part(cut(change, CHANGES), tone),
    )


def _figures(measure: Measure) -> str:
    """Earlier and later calls, or all of them where they are too few to be set against each other."""
    if measure.overall is None:
        return "not known"
    if measure.change is TrendChange.TOO_FEW:
        return _figure(measure.key, measure.overall)
    return f"{_figure(measure.key, measure.earlier or 0.0)} → {_figure(measure.key, measure.later or 0.0)}"


def _figure(key: str, value: float) -> str:
    if key in ("unasked", "share"):
        return f"{value:.0%}"
    if key == "longest":
        return clock(value)
    return f"{value:.1f}"


def _change_words(measure: Measure, told: _MeasureWording) -> str:
    match measure.change:
        case TrendChange.LESS:
            return told.less
        case TrendChange.MORE:
            return told.more
        case TrendChange.TOO_FEW:
            return "too few to say" if measure.calls else ""
        case _:
            return TrendChange.UNCLEAR.value


def _caveats(trends: Trends) -> Iterator[str]:
    if trends.unheard:
        yield f"{trends.unheard} without speech tell nothing of talk"
    if trends.short:
        yield f"{trends.short} shorter than {SHORTEST_SECONDS / 60:g} minutes tell nothing of habits"
    if trends.undated:
        yield f"{trends.undated} without a day are in no {trends.by.value}"
    if any(measure.change is not TrendChange.TOO_FEW for measure in trends.measures):
        yield "figures: earlier half of the calls → later half"


def _outcomes(trends: Trends, width: int, block: str) -> Iterator[Line]:
    if not trends.outcomes:
        return
    most = max(FULL_BAR, *trends.outcomes.values())
    room = max(min(width - 18, 30), 4)
    for verdict, name in _OUTCOMES.items():
        count = trends.outcomes.get(verdict, 0)
        if count:
            drawn = block * max(round(count / most * room), 1)
            tone = Tone.DIM if verdict is OutcomeKind.UNFINISHED else Tone.GOOD
            yield line(Part(pad(name, 10)), Part(drawn, tone), f" {count:,}")
    yield from paragraph(_noes(trends.early_noes), width) if trends.early_noes.accounts else ()


def _noes(noes: EarlyNoes) -> str:
    count = "1 account" if noes.accounts == 1 else f"{noes.accounts} accounts"
    told = f"Early noes: {count} after one call of {length(noes.median_seconds)}"
    if noes.saved_seconds is not None:
        usual = f"{noes.late_accounts} accounts that came to a no later took {length(noes.late_median_seconds)}"
        return f"{told}; {usual}: about {length(noes.saved_seconds)} saved."
    if not noes.late_accounts:
        return f"{told}; no account came to a no later, so what they saved is not known."
    late = "1 account" if noes.late_accounts == 1 else f"{noes.late_accounts} accounts"
    return f"{told}; {late} came to a no later: too few to say what that saved."


def _accounts(trends: Trends, width: int, most: int) -> Iterator[Line]:
    named = [account for account in trends.accounts if account.name]
    for account in named[:most]:
        last = _day(account.last_day, months=False) if account.last_day else ""
        calls = "1 call" if account.calls == 1 else f"{account.calls:,} calls"
        counted = f" {calls:>9}  {length(account.seconds):>11}" if width >= WIDE else f" {calls:>9}"
        figures = f"{counted}  {last:>9}  "
        ended = pad(_OUTCOMES[account.last], ENDINGS)
        name = pad(one_line(account.name), max(width - len(figures) - ENDINGS, 4))
        yield line(Part(name), Part(figures), Part(ended, Tone.DIM))
    left = len(named) - most
    if left > 0:
        yield line(Part(f"and {left:,} more accounts: --json has them all", Tone.DIM))
    if len(named) < len(trends.accounts):
        nameless = next(account for account in trends.accounts if not account.name)
        calls = "1 call" if nameless.calls == 1 else f"{nameless.calls:,} calls"
        yield line(Part(f"and {calls} without an account's name", Tone.DIM))


def _day(day: date, *, months: bool) -> str:
    return f"{day:%b %Y}" if months else f"{day.day} {day:%b %y}"
