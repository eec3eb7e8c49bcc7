"""The call drawn over time: who talked, where the taps came, and how it moved through its agenda.

One picture for the screen, the printed page and the exports, between 32 and 200 cells wide, and in plain ASCII where
a terminal has nothing better. Every lane shares one scale, so that what is above each other happened together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from rich.cells import cell_len

from salesnerd_tui.call.events import Side
from salesnerd_tui.review.canvas import Line, Part, Tone, cut, line, pad
from salesnerd_tui.review.debrief.model import Debrief, ListeningGap, Monologue, Span
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

NARROWEST, WIDEST = 32, 200
NAMES = 8
"""Cells for the name of a lane."""

FIGURES_FROM = 72
"""From this width on, the figures stand to the right of their lane instead of under the picture."""

LABEL_ROWS = 4
"""Rows of labels under the taps at most; the rest is counted, and listed further down the page."""


class Signs(Struct, frozen=True):
    """What the picture is drawn with. `levels` go from silence to a slice full of talk."""

    levels: str
    tap: str
    praise: str
    mark: str
    blind: str
    rule: str
    turn: str
    under: str
    detour: str
    tick: str


SIGNS = Signs(
    levels="▁▂▃▄▅▆▇█", tap="▲", praise="✓", mark="◆", blind="╌", rule="─", turn="┬", under="└", detour="↪", tick="╵"
)
ASCII = Signs(
    levels="_.:-=+*#", tap="^", praise="+", mark="*", blind="~", rule="-", turn="+", under="'", detour=">", tick="'"
)


class Scale(Struct, frozen=True):
    """Seconds of the call to columns of a lane."""

    seconds: float
    columns: int

    def column(self, at: float) -> int:
        if self.seconds <= 0:
            return 0
        return min(max(int(at / self.seconds * self.columns), 0), self.columns - 1)


class _Label(Struct, frozen=True):
    column: int
    sign: str
    text: str
    tone: Tone


def timeline(debrief: Debrief, width: int, *, ascii_only: bool = False) -> tuple[Line, ...]:
    """The picture in `width` cells (held between 32 and 200); empty for a call in which nothing happened."""
    if debrief.header.seconds <= 0:
        return ()
    width = min(max(width, NARROWEST), WIDEST)
    signs = ASCII if ascii_only else SIGNS
    beside = _figures(debrief) if width >= FIGURES_FROM and debrief.talk.spans else ("", "")
    scale = Scale(debrief.header.seconds, width - NAMES - max(map(cell_len, beside)))
    return (
        *_talk_lanes(debrief, scale, signs, beside),
        *_label_rows(debrief, scale, signs),
        *_agenda(debrief, scale, signs),
    )


def bars(spans: Iterable[Span], side: Side, scale: Scale) -> tuple[float, ...]:
    """For each column the part of its time that `side` talked, 0 to 1."""
    filled = [0.0] * scale.columns
    slot = scale.seconds / scale.columns
    for span in spans:
        if span.side is side:
            for column in range(scale.column(span.start), scale.column(span.end) + 1):
                left = column * slot
                filled[column] += max(min(span.end, left + slot) - max(span.start, left), 0.0)
    return tuple(min(seconds / slot, 1.0) for seconds in filled)


def _talk_lanes(debrief: Debrief, scale: Scale, signs: Signs, beside: tuple[str, str]) -> Iterator[Line]:
    talk = debrief.talk
    if not talk.spans:
        yield line(Part(pad("talk", NAMES), Tone.DIM), Part(cut("nobody was heard", scale.columns), Tone.DIM))
        return
    dark = _blind_columns(debrief.blind, scale)
    lanes = ((Side.ME, "you", Tone.ME, beside[0]), (Side.THEM, "them", Tone.THEM, beside[1]))
    for side, name, tone, figures in lanes:
        levels = bars(talk.spans, side, scale)
        drawn = "".join(
            signs.blind if column in dark and not level else _level(level, signs) for column, level in enumerate(levels)
        )
        yield line(Part(pad(name, NAMES), tone), Part(drawn, tone), Part(figures, Tone.STRONG))
    if not any(beside):
        for (_, name, tone, _), figures in zip(lanes, _figures(debrief), strict=True):
            yield line(" " * NAMES, Part(cut(f"{name} {figures.strip()}", scale.columns), tone))
    yield _ruler(scale, signs)
    if dark:
        yield line(" " * NAMES, Part(cut(f"{signs.blind} not heard: late or gone", scale.columns), Tone.DIM))


def _level(level: float, signs: Signs) -> str:
    top = len(signs.levels) - 1
    return signs.levels[min(int(level * top + 0.999), top)]


def _blind_columns(spells: Iterable[ListeningGap], scale: Scale) -> frozenset[int]:
    return frozenset(
        column for spell in spells for column in range(scale.column(spell.start), scale.column(spell.end) + 1)
    )


def _figures(debrief: Debrief) -> tuple[str, str]:
    talk = debrief.talk
    mine = round((talk.share or 0.0) * 100)
    return _figure(mine, talk.longest_mine), _figure(100 - mine, talk.longest_theirs)


def _figure(percent: int, longest: Monologue | None) -> str:
    return f"  {percent:3}%" + (f"   longest {clock(longest.seconds)}" if longest else "")


def _ruler(scale: Scale, signs: Signs) -> Line:
    """Times under the lanes, at round steps, never touching."""
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
        column, text = scale.column(number * step), signs.tick + clock(number * step)
        if column >= len(row) + bool(row) and column + len(text) <= scale.columns:
            row = row.ljust(column) + text
    end = clock(scale.seconds) + signs.tick
    if scale.columns - len(end) > len(row):
        row = row.ljust(scale.columns - len(end)) + end
    return line(" " * NAMES, Part(row, Tone.DIM))


def _label_rows(debrief: Debrief, scale: Scale, signs: Signs) -> Iterator[Line]:
    taps = [
        _Label(scale.column(tap.at), signs.tap, f"{clock(tap.at)} {one_line(tap.words).lower()}", Tone.TAP)
        for tap in debrief.taps
    ]
    good = [
        _Label(scale.column(praise.at), signs.praise, f"{clock(praise.at)} {one_line(praise.words).lower()}", Tone.GOOD)
        for praise in debrief.praise
    ]
    marks = [_Label(scale.column(mark.at), signs.mark, clock(mark.at), Tone.STRONG) for mark in debrief.marks]
    yield from _lane("taps", sorted((*taps, *good), key=lambda label: label.column), scale)
    yield from _lane("marks", marks, scale)


def _lane(name: str, labels: Sequence[_Label], scale: Scale) -> Iterator[Line]:
    """The labels in as few rows as they fit without touching; what does not fit is counted."""
    rows: list[list[tuple[int, _Label, str]]] = []
    left_out = 0
    for label in labels:
        start, text = _placed(label, scale)
        fits = next((row for row in rows if _end(row) < start), None)
        if fits is None and len(rows) < LABEL_ROWS:
            fits = []
            rows.append(fits)
        if fits is None:
            left_out += 1
        else:
            fits.append((start, label, text))
    for number, row in enumerate(rows):
        yield _drawn(name if number == 0 else "", row)
    if left_out:
        yield line(" " * NAMES, Part(cut(f"and {left_out} more, listed below", scale.columns), Tone.DIM))


def _placed(label: _Label, scale: Scale) -> tuple[int, str]:
    """Where a label starts: at its column, or to the left of it where the right edge is too near."""
    text = cut(f"{label.sign} {label.text}", scale.columns)
    cells = cell_len(text)
    if label.column + cells <= scale.columns:
        return label.column, text
    text = cut(f"{label.text} {label.sign}", scale.columns)
    return max(label.column + 1 - cell_len(text), 0), text


def _end(row: Sequence[tuple[int, _Label, str]]) -> int:
    start, _, text = row[-1]
    return start + cell_len(text)


def _drawn(name: str, row: Sequence[tuple[int, _Label, str]]) -> Line:
    parts, used = [Part(pad(name, NAMES), Tone.DIM)], 0
    for start, label, text in row:
        parts += [Part(" " * (start - used)), Part(text, label.tone)]
        used = start + cell_len(text)
    return Line(tuple(parts))


def _agenda(debrief: Debrief, scale: Scale, signs: Signs) -> Iterator[Line]:
    """The agenda as one rule with the names in it; a name that does not fit stands under the place where it begins."""
    if not debrief.stays:
        return
    starts = [scale.column(stay.start) for stay in debrief.stays]
    ends = [*starts[1:], scale.columns]
    parts = [Part(pad("agenda", NAMES) + " " * starts[0], Tone.DIM)]
    under: list[_Label] = []
    for stay, start, end in zip(debrief.stays, starts, ends, strict=True):
        name = one_line(f"{signs.detour} {stay.label}" if stay.detour else stay.label)
        lead = signs.turn if start > starts[0] and end > start else ""
        fits = cell_len(name) + len(lead) + 2 < end - start
        if not fits:
            under.append(_Label(start, signs.under, name, Tone.QUOTE if stay.detour else Tone.DIM))
        shown = f"{lead}{' ' if lead else ''}{name} " if fits else lead
        rule = (signs.blind if stay.detour else signs.rule) * (end - start - cell_len(shown))
        parts.append(Part(shown + rule, Tone.QUOTE if stay.detour else Tone.PLAIN))
    yield Line(tuple(parts))
    yield from _lane("", under, scale)
