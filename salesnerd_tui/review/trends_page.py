"""Trends as a page of 80 columns, shared by the screen and `salesnerd trends`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from salesnerd_tui.review.debrief.model import OutcomeKind
from salesnerd_tui.review.debrief.timeline import ASCII, UNICODE
from salesnerd_tui.review.debrief_page import DocumentBlock, in_ascii
from salesnerd_tui.review.page_lines import Line, Part, Tone, cut, line, pad, paragraph
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
from salesnerd_tui.timefmt import clock, length

NAMES = 25
FIGURES = 17
CHANGES = 16
ENDINGS = 9
WIDE = 72
"""From this width on, a measure fits on one line."""

PERIODS_SHOWN = 26
"""Maximum number of periods in a sparkline."""

ACCOUNTS_SHOWN = 2
"""Number of accounts that fits on a screen of 24 lines."""

FULL_BAR = 10
"""Minimum number of calls for a full bar, so that one call does not look like many."""

GAP = " "
"""Symbol for a period without data."""


class _MeasureWording(Struct, frozen=True):
    """Wording of a measure. `good` is the change that is an improvement, of the `subject` in a sentence."""

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
    """Return the page for a width in cells, with at most this many accounts."""
    levels = (ASCII if ascii_only else UNICODE).levels
    first = DocumentBlock("trends", "", tuple(_first(trends, width, levels)))
    rest = (
        DocumentBlock("outcomes", "Outcomes", tuple(_outcomes(trends, width, levels[-1]))),
        DocumentBlock("accounts", "By account", tuple(_accounts(trends, width, accounts))),
    )
    made = (first, *(block for block in rest if block.lines))
    return tuple(in_ascii(block) for block in made) if ascii_only else made


def sparkline(series: Sequence[float | None], levels: str) -> str:
    """Return one symbol per value, scaled to the largest; a gap for a missing value."""
    largest = max((value for value in series if value is not None), default=0.0)
    top = len(levels) - 1
    return "".join(
        GAP if value is None else levels[min(round(value / largest * top), top) if largest > 0 else 0]
        for value in series
    )


def _first(trends: Trends, width: int, levels: str) -> Iterator[Line]:
    if not trends.calls:
        yield from paragraph("No calls match. Remove a filter.", width, tone=Tone.STRONG)
        return
    yield from paragraph(verdict(trends), width, tone=Tone.HEADING)
    yield from paragraph(_headline(trends), width, tone=Tone.DIM)
    for measure in trends.measures:
        yield from _measured(measure, width, levels)
    if notes := [*_caveats(trends)]:
        yield from paragraph("; ".join(notes), width, tone=Tone.DIM)


def verdict(trends: Trends) -> str:
    """Return one sentence that says whether the user is getting better."""
    measures = {measure.key: measure for measure in trends.measures}
    taps = measures["taps"]
    if taps.change is TrendChange.TOO_FEW:
        return f"Not enough data yet: {taps.calls} of {2 * FEWEST_IN_A_HALF} calls with speech."
    good, bad = list(_changes(measures, wanted=True)), list(_changes(measures, wanted=False))
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


def _changes(measures: Mapping[str, Measure], *, wanted: bool) -> Iterator[str]:
    """Yield what clearly changed for the better (`wanted`) or for the worse."""
    for key, measure in measures.items():
        wording = _WORDINGS[key]
        is_clear = wording.good is not None and measure.change in (_LESS, _MORE)
        if is_clear and (measure.change is wording.good) == wanted:
            yield f"{_change_words(measure, wording)} {wording.subject}"


def _headline(trends: Trends) -> str:
    parts = [_count(trends.calls, "call"), length(trends.seconds)]
    if trends.periods:
        months = trends.by is Grouping.MONTH
        days = [day for account in trends.accounts for day in (account.first_day, account.last_day) if day]
        since, until = (_day(day, months=months) for day in (min(days), max(days)))
        if since != until:
            parts += [f"{since} to {until}", f"by {trends.by.value}"]
        else:
            parts.append(since)
    return " · ".join(parts)


def _measured(measure: Measure, width: int, levels: str) -> Iterator[Line]:
    wording = _WORDINGS[measure.key]
    figures = _figures(measure)
    change = _change_words(measure, wording)
    tone = Tone.GOOD if wording.good is not None and measure.change is wording.good else Tone.DIM
    if width < WIDE:
        yield from paragraph(f"{wording.name}: {figures}, {change}", width)
        return
    room = min(width - NAMES - FIGURES - CHANGES - 3, PERIODS_SHOWN)
    drawn = sparkline(measure.series[-room:], levels) if len(measure.series) > 1 else ""
    yield line(
        Part(pad(wording.name, NAMES) + " "),
        Part(pad(drawn, room) + " ", Tone.ME),
        Part(pad(figures, FIGURES) + " ", Tone.STRONG),
        Part(cut(change, CHANGES), tone),
    )


def _figures(measure: Measure) -> str:
    """Return the earlier and later figures, or the overall one if there are too few calls to compare."""
    if measure.overall is None:
        return "unknown"
    if measure.change is TrendChange.TOO_FEW:
        return _figure(measure.key, measure.overall)
    return f"{_figure(measure.key, measure.earlier or 0.0)} → {_figure(measure.key, measure.later or 0.0)}"


def _figure(key: str, value: float) -> str:
    if key in ("acted_on", "unasked", "share"):
        return f"{value:.0%}"
    if key == "longest":
        return clock(value)
    return f"{value:.1f}"


def _change_words(measure: Measure, wording: _MeasureWording) -> str:
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
        yield f"{_count(trends.unheard, 'call')} without speech not counted"
    if trends.short:
        yield f"{_count(trends.short, 'call')} under {SHORTEST_SECONDS / 60:g} minutes not counted"
    if trends.undated:
        yield f"{_count(trends.undated, 'undated call')} not charted"
    if any(measure.change is not TrendChange.TOO_FEW for measure in trends.measures):
        yield "figures: first half of the calls → second half"


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
    if trends.early_noes.accounts and trends.early_noes.saved_seconds is not None:
        yield from paragraph(_noes(trends.early_noes), width)


def _noes(noes: EarlyNoes) -> str:
    typical = "typically " if noes.accounts > 1 else ""
    early = f"Early noes: {_count(noes.accounts, 'account')} after one call, {typical}{length(noes.median_seconds)}"
    late = _count(noes.late_accounts, "account")
    took = f"{late} that said no later took {length(noes.late_median_seconds)}"
    return f"{early}; {took}, so about {length(noes.saved_seconds or 0.0)} saved."


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _accounts(trends: Trends, width: int, most: int) -> Iterator[Line]:
    named = [account for account in trends.accounts if account.name]
    if len(named) == most + 1:
        most += 1
    for account in named[:most]:
        last = _day(account.last_day, months=False) if account.last_day else ""
        calls = _count(account.calls, "call")
        counted = f" {calls:>9}  {length(account.seconds):>11}" if width >= WIDE else f" {calls:>9}"
        figures = f"{counted}  {last:>9}  "
        ended = pad(_OUTCOMES[account.last], ENDINGS)
        name = pad(one_line(account.name), max(width - len(figures) - ENDINGS, 4))
        yield line(Part(name), Part(figures), Part(ended, Tone.DIM))
    left = len(named) - most
    if left > 0:
        yield from paragraph(f"and {_count(left, 'more account')} (list all with --json)", width, tone=Tone.DIM)
    if len(named) < len(trends.accounts):
        nameless = next(account for account in trends.accounts if not account.name)
        yield from paragraph(f"and {_count(nameless.calls, 'call')} without an account", width, tone=Tone.DIM)


def _day(day: date, *, months: bool) -> str:
    return f"{day:%b %Y}" if months else f"{day.day} {day:%b %y}"
