"""The timeline as an SVG drawing, for pages that are not a terminal. One second is one place, in every lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from salesnerd_tui.call.events import Side
from salesnerd_tui.review.model import Debrief
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

WIDTH = 900.0
LEFT = 60.0
LANE = 22.0
LETTER = 6.2
"""About how wide a letter is, to keep labels from lying on each other."""

LABEL_CHARACTERS = 28


def svg(debrief: Debrief) -> str:
    """The drawing; empty for a call in which no time passed."""
    if debrief.header.seconds <= 0:
        return ""
    drawing = _Drawing(debrief)
    body = [*drawing.talk(), *drawing.ruler(), *drawing.taps(), *drawing.agenda()]
    told = "Who talked over time, where the taps came, and the way through the agenda"
    box = f'viewBox="0 0 {WIDTH:.0f} {drawing.y + 4:.0f}"'
    return f'<svg {box} role="img" aria-label="{told}">\n' + "\n".join(body) + "\n</svg>"


class _Drawing:
    """Lanes from the top down; `y` is where the next one begins."""

    def __init__(self, debrief: Debrief) -> None:
        self._debrief = debrief
        self.y = 4.0

    def x(self, at: float) -> float:
        seconds = self._debrief.header.seconds
        return LEFT + min(max(at / seconds, 0.0), 1.0) * (WIDTH - LEFT - 4)

    def talk(self) -> Iterator[str]:
        for spell in self._debrief.blind:
            yield self._box("blind", spell.start, spell.end, LANE * 2)
        for side, name in ((Side.ME, "you"), (Side.THEM, "them")):
            yield self._text(0, self.y + 14, name)
            for span in self._debrief.talk.spans:
                if span.side is side:
                    yield self._box("me" if side is Side.ME else "them", span.start, span.end, LANE - 6)
            self.y += LANE

    def ruler(self) -> Iterator[str]:
        seconds = self._debrief.header.seconds
        step = next(
            (minutes * 60 for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240) if seconds / minutes < 60 * 12), 28800
        )
        for number in range(int(seconds // step) + 1):
            x = self.x(number * step)
            yield f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{self.y - 4:.1f}" y2="{self.y:.1f}"/>'
            yield self._text(x, self.y + 11, clock(number * step), "dim")
        self.y += LANE

    def taps(self) -> Iterator[str]:
        labels = [(tap.at, "▲", tap.words, "tap") for tap in self._debrief.taps]
        labels += [(praise.at, "✓", praise.words, "good") for praise in self._debrief.praise]
        labels += [(mark.at, "◆", "marked", "dim") for mark in self._debrief.marks]
        yield from self._labels(sorted(labels))

    def agenda(self) -> Iterator[str]:
        if not self._debrief.stays:
            return
        for stay in self._debrief.stays:
            yield self._box("stay", stay.start, stay.end, 8)
        self.y += 10
        labels = [(stay.start, "↪" if stay.detour else "└", stay.label, "dim") for stay in self._debrief.stays]
        yield from self._labels(labels)

    def _labels(self, labels: Iterable[tuple[float, str, str, str]]) -> Iterator[str]:
        """Labels in as few rows as they fit without touching."""
        rows: list[float] = []
        for at, sign, words, kind in labels:
            text = f"{sign} {clock(at)} {one_line(words)[:LABEL_CHARACTERS]}"
            wide = len(text) * LETTER
            x = max(min(self.x(at), WIDTH - wide), LEFT)
            row = next((number for number, end in enumerate(rows) if end < x), len(rows))
            rows[row:] = [x + wide] if row == len(rows) else [x + wide, *rows[row + 1 :]]
            yield self._text(x, self.y + 12 + row * 15, text, kind)
        self.y += len(rows) * 15 + (8 if rows else 0)

    def _box(self, kind: str, start: float, end: float, height: float) -> str:
        x = self.x(start)
        wide = max(self.x(end) - x, 0.8)
        return f'<rect class="{kind}" x="{x:.1f}" y="{self.y:.1f}" width="{wide:.1f}" height="{height:.1f}"/>'

    def _text(self, x: float, y: float, text: str, kind: str = "") -> str:
        named = f' class="{kind}"' if kind else ""
        return f'<text{named} x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
