"""Timeline of a call: who talked, where the taps were, and the path through the agenda.

The screen, the printed page and the exports share one drawing, 32 to 200 cells wide. All lanes share one time scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Side
from salesnerd_tui.review.page_lines import Line, Part, Tone, cut, line, pad
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import format_clock

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief.model import Debrief, Monologue, Praise, Span, Tap

NARROWEST, WIDEST = 32, 200
NAME_CELLS = 8
"""Cells for the name of a lane."""

FIGURES_WIDTH = 72
"""From this width on, the figures are to the right of their lanes instead of below them."""

MAX_LABEL_ROWS = 4
"""Maximum number of rows with labels; the rest are counted."""

LEVELS = "▁▂▃▄▅▆▇█"
"""Bars from silence to uninterrupted talk."""

GAP = "╌"
"""Symbol of time in which nothing was heard, and of a detour."""


class Scale(Struct, frozen=True):
    """Maps seconds of the call to columns of a lane."""

    seconds: float
    columns: int

    def column(self, at: float) -> int:
        return min(max(int(at / self.seconds * self.columns), 0), self.columns - 1)


class _Label(Struct, frozen=True):
    column: int
    symbol: str
    text: str
    tone: Tone


def timeline(debrief: Debrief, width: int) -> tuple[Line, ...]:
    """Return who talked and the taps in `width` cells (limited to 32 to 200); empty for a call without duration."""
    if debrief.header.duration_seconds <= 0:
        return ()
    width = min(max(width, NARROWEST), WIDEST)
    beside = _talk_figures(debrief) if width >= FIGURES_WIDTH and debrief.talk.spans else ("", "")
    scale = Scale(debrief.header.duration_seconds, width - NAME_CELLS - max(map(cell_len, beside)))
    return (*_talk_lanes(debrief, scale, beside), *_label_rows(debrief, scale))


def agenda_ribbon(debrief: Debrief, width: int) -> tuple[Line, ...]:
    """Return the path through the agenda on the time scale of the whole width; empty for a call without duration."""
    if debrief.header.duration_seconds <= 0:
        return ()
    width = min(max(width, NARROWEST), WIDEST)
    return tuple(_agenda_rule(debrief, Scale(debrief.header.duration_seconds, width - NAME_CELLS)))


def bars(spans: Iterable[Span], side: Side, scale: Scale) -> tuple[float, ...]:
    """Return for each column the fraction of time in which `side` talked."""
    talk_seconds = [0.0] * scale.columns
    column_seconds = scale.seconds / scale.columns
    for span in spans:
        if span.side is side:
            for column in range(scale.column(span.start), scale.column(span.end) + 1):
                column_start = column * column_seconds
                talk_seconds[column] += max(
                    min(span.end, column_start + column_seconds) - max(span.start, column_start), 0.0
                )
    return tuple(min(seconds / column_seconds, 1.0) for seconds in talk_seconds)


def _talk_lanes(debrief: Debrief, scale: Scale, beside: tuple[str, str]) -> Iterator[Line]:
    talk = debrief.talk
    if not talk.spans:
        yield line(Part(pad("talk", NAME_CELLS), Tone.DIM), Part(cut("no speech", scale.columns), Tone.DIM))
        return
    gaps = {
        column for gap in debrief.listening_gaps for column in range(scale.column(gap.start), scale.column(gap.end) + 1)
    }
    top = len(LEVELS) - 1
    lanes = ((Side.ME, "you", Tone.ME, beside[0]), (Side.THEM, "them", Tone.THEM, beside[1]))
    for side, name, tone, figures in lanes:
        levels = bars(talk.spans, side, scale)
        bar_symbols = "".join(
            GAP if column in gaps and not level else LEVELS[min(int(level * top + 0.999), top)]
            for column, level in enumerate(levels)
        )
        yield line(Part(pad(name, NAME_CELLS), tone), Part(bar_symbols, tone), Part(figures, Tone.STRONG))
    if not any(beside):
        for (_, name, tone, _), figures in zip(lanes, _talk_figures(debrief), strict=True):
            yield line(" " * NAME_CELLS, Part(cut(f"{name} {figures.strip()}", scale.columns), tone))
    yield _ruler(scale)
    if gaps:
        yield line(" " * NAME_CELLS, Part(cut(f"{GAP} not listening", scale.columns), Tone.DIM))


def _talk_figures(debrief: Debrief) -> tuple[str, str]:
    talk = debrief.talk
    mine = None if talk.share is None else round(talk.share * 100)
    theirs = None if mine is None else 100 - mine
    return _side_figures(mine, talk.longest_mine), _side_figures(theirs, talk.longest_theirs)


def _side_figures(percent: int | None, longest: Monologue | None) -> str:
    share = f"{'':6}" if percent is None else f"  {percent:3}%"
    return (share + (f"   longest {format_clock(longest.seconds)}" if longest else "")).rstrip()


def _ruler(scale: Scale) -> Line:
    """Return the time axis with labels at round steps that do not touch."""
    step = next(
        (
            minutes * 60
            for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240)
            if scale.seconds / (minutes * 60) * 9 <= scale.columns
        ),
        480 * 60,
    )
    row = ""
    for number in range(int(scale.seconds // step) + 1):
        column, text = scale.column(number * step), "╵" + format_clock(number * step)
        if column >= len(row) + bool(row) and column + len(text) <= scale.columns:
            row = row.ljust(column) + text
    end = format_clock(scale.seconds) + "╵"
    if scale.columns - len(end) > len(row):
        row = row.ljust(scale.columns - len(end)) + end
    return line(" " * NAME_CELLS, Part(row, Tone.DIM))


def _label_rows(debrief: Debrief, scale: Scale) -> Iterator[Line]:
    moments: tuple[tuple[Tap | Praise, str, Tone], ...] = (
        *((tap, tap_text.symbol(tap.kind), Tone.TAP) for tap in debrief.taps),
        *((praise, tap_text.PRAISE_SYMBOL, Tone.GOOD) for praise in debrief.praise),
    )
    taps = [
        _Label(scale.column(each.at), symbol, f"{format_clock(each.at)} {one_line(each.words).lower()}", tone)
        for each, symbol, tone in moments
    ]
    marks = [_Label(scale.column(mark.at), "◆", format_clock(mark.at), Tone.STRONG) for mark in debrief.marks]
    yield from _lane("taps", sorted(taps, key=lambda label: label.column), scale)
    yield from _lane("marks", marks, scale)


def _lane(name: str, labels: Sequence[_Label], scale: Scale) -> Iterator[Line]:
    """Yield the labels in as few rows as possible; labels that do not fit are counted."""
    rows: list[list[tuple[int, _Label, str]]] = []
    omitted = 0
    for label in labels:
        start, text = _place_label(label, scale)
        fits = next((row for row in rows if _end_column(row) < start), None)
        if fits is None and len(rows) < MAX_LABEL_ROWS:
            fits = []
            rows.append(fits)
        if fits is None:
            omitted += 1
        else:
            fits.append((start, label, text))
    for number, row in enumerate(rows):
        parts, used = [Part(pad("" if number else name, NAME_CELLS), Tone.DIM)], 0
        for start, label, text in row:
            parts += [Part(" " * (start - used)), Part(text, label.tone)]
            used = start + cell_len(text)
        yield Line(tuple(parts))
    if omitted:
        yield line(" " * NAME_CELLS, Part(cut(f"and {omitted} more", scale.columns), Tone.DIM))


def _place_label(label: _Label, scale: Scale) -> tuple[int, str]:
    """Return where a label starts: at its column, or left of it near the right edge."""
    text = cut(f"{label.symbol} {label.text}", scale.columns)
    cells = cell_len(text)
    if label.column + cells <= scale.columns:
        return label.column, text
    text = cut(f"{label.text} {label.symbol}", scale.columns)
    return max(label.column + 1 - cell_len(text), 0), text


def _end_column(row: Sequence[tuple[int, _Label, str]]) -> int:
    start, _, text = row[-1]
    return start + cell_len(text)


def _agenda_rule(debrief: Debrief, scale: Scale) -> Iterator[Line]:
    """Yield the agenda as one rule with section names; names that do not fit go below it."""
    if not debrief.agenda_path:
        return
    starts = [scale.column(visit.start) for visit in debrief.agenda_path]
    ends = [*starts[1:], scale.columns]
    parts = [Part(pad("agenda", NAME_CELLS) + " " * starts[0], Tone.DIM)]
    under: list[_Label] = []
    for visit, start, end in zip(debrief.agenda_path, starts, ends, strict=True):
        name = one_line(f"↪ {visit.label}" if visit.detour else visit.label)
        lead = "┬" if start > starts[0] and end > start else ""
        fits = cell_len(name) + len(lead) + 2 < end - start
        if not fits:
            under.append(_Label(start, "└", name, Tone.QUOTE if visit.detour else Tone.DIM))
        shown = f"{lead}{' ' if lead else ''}{name} " if fits else lead
        rule = (GAP if visit.detour else "─") * (end - start - cell_len(shown))
        parts.append(Part(shown + rule, Tone.QUOTE if visit.detour else Tone.PLAIN))
    yield Line(tuple(parts))
    yield from _lane("", under, scale)
