"""Export formats of a call by file extension, and calls as JSON for other programs (`docs/calls.md`).

The fields of the debrief are the public JSON, except for those in `_PRIVATE_FIELDS`; a golden document in the tests
freezes their names. `VERSION` goes up when a public field is renamed, removed or changes its meaning.

The HTML is one file with the timeline as SVG, without scripts, links or anything to fetch. Its content security policy
allows only its own styles.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Event, Side, to_document
from salesnerd_tui.files import CannotWrite
from salesnerd_tui.review.debrief.model import AnswerEntry, Debrief, HypothesisResult, NoteLine, PromiseEntry
from salesnerd_tui.text import escape_json, one_line
from salesnerd_tui.timefmt import format_clock

if TYPE_CHECKING:
    from salesnerd_tui.review.page_lines import Line

FORMAT = "salesnerd-call"
VERSION = 1

_PRIVATE_FIELDS: Mapping[type[Struct], frozenset[str]] = {
    Debrief: frozenset(("agreed",)),
    AnswerEntry: frozenset(("must", "section")),
    PromiseEntry: frozenset(("kind",)),
    HypothesisResult: frozenset(("is_quoted",)),
    NoteLine: frozenset(("kind",)),
}
"""Fields of the debrief that are not part of the public format."""


def debrief_document(debrief: Debrief, call_id: str, events: Iterable[Event] = ()) -> dict[str, Any]:
    """Return the debrief and, under `events`, the events it was built from, as JSON values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": call_id,
        **json_values(debrief, _PRIVATE_FIELDS),
        "events": [json_values(to_document(event)) for event in events],
    }


def to_json(value: Any) -> str:
    r"""Return indented JSON; control characters and lone surrogates are written as `\u` escapes."""
    return escape_json(json.dumps(json_values(value), ensure_ascii=False, indent=2, allow_nan=False))


def json_values(value: Any, excluded: Mapping[type[Struct], frozenset[str]] = {}) -> Any:
    """Return structs, enums and dates as JSON values; a number that is not finite becomes null.

    `excluded` names the fields of structs to leave out.
    """
    if isinstance(value, Struct):
        excluded_names = excluded.get(type(value), ())
        names = (name for name in value.__struct_fields__ if name not in excluded_names)
        return {name: json_values(getattr(value, name), excluded) for name in names}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): json_values(part, excluded) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [json_values(part, excluded) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _markdown(debrief: Debrief, call_id: str, _: Iterable[Event]) -> str:
    from salesnerd_tui.review.debrief_page import render_markdown  # the list of calls needs no page

    return render_markdown(debrief, call_id)


Export = Callable[[Debrief, str, Iterable[Event]], str]
"""Returns the text of a file from the debrief, the call id and the events."""

EXPORTS: Mapping[str, Export] = {
    "md": _markdown,
    "html": lambda debrief, call_id, _: render_html(debrief, call_id),
    "json": lambda debrief, call_id, events: to_json(debrief_document(debrief, call_id, events)) + "\n",
}


def format_from_path(path: Path) -> str:
    """Return the format for a file's extension. Raises `CannotWrite` if it is unknown."""
    name = path.suffix.lower().removeprefix(".")
    if name not in EXPORTS:
        known = ", ".join(f".{each}" for each in EXPORTS)
        raise CannotWrite(f"unknown format {path.suffix or path.name!r} (supported extensions: {known})")
    return name


WIDTH = 900.0
LEFT_MARGIN = 60.0
LANE_HEIGHT = 22.0
LETTER_WIDTH = 6.2
"""Approximate width of a letter, used to keep labels apart."""

MAX_LABEL_CHARACTERS = 28


def render_svg(debrief: Debrief) -> str:
    """Return the timeline as SVG; an empty string for a call without duration."""
    if debrief.header.duration_seconds <= 0:
        return ""
    drawing = _Drawing(debrief)
    body = [*drawing.talk(), *drawing.ruler(), *drawing.taps(), *drawing.agenda()]
    label = "Who talked over time, taps, and the path through the agenda"
    box = f'viewBox="0 0 {WIDTH:.0f} {drawing.y + 4:.0f}"'
    return f'<svg {box} role="img" aria-label="{label}">\n' + "\n".join(body) + "\n</svg>"


class _Drawing:
    """Draws lanes from the top down; `y` is the top of the next lane."""

    def __init__(self, debrief: Debrief) -> None:
        self._debrief = debrief
        self.y = 4.0

    def x(self, at: float) -> float:
        seconds = self._debrief.header.duration_seconds
        return LEFT_MARGIN + min(max(at / seconds, 0.0), 1.0) * (WIDTH - LEFT_MARGIN - 4)

    def talk(self) -> Iterator[str]:
        for gap in self._debrief.listening_gaps:
            yield self._box("gap", gap.start, gap.end, LANE_HEIGHT * 2)
        for side, name in ((Side.ME, "you"), (Side.THEM, "them")):
            yield self._text(0, self.y + 14, name)
            for span in self._debrief.talk.spans:
                if span.side is side:
                    yield self._box(side.value, span.start, span.end, LANE_HEIGHT - 6)
            self.y += LANE_HEIGHT

    def ruler(self) -> Iterator[str]:
        seconds = self._debrief.header.duration_seconds
        step = next(
            (minutes * 60 for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240) if seconds / minutes < 60 * 12), 28800
        )
        for number in range(int(seconds // step) + 1):
            x = self.x(number * step)
            yield f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{self.y - 4:.1f}" y2="{self.y:.1f}"/>'
            yield self._text(x, self.y + 11, format_clock(number * step), "dim")
        self.y += LANE_HEIGHT

    def taps(self) -> Iterator[str]:
        labels = [(tap.at, tap_text.symbol(tap.kind), tap.words, "tap") for tap in self._debrief.taps]
        labels += [(praise.at, tap_text.PRAISE_SYMBOL, praise.words, "good") for praise in self._debrief.praise]
        labels += [(mark.at, "◆", "bookmark", "dim") for mark in self._debrief.marks]
        yield from self._labels(sorted(labels))

    def agenda(self) -> Iterator[str]:
        if not self._debrief.agenda_path:
            return
        for visit in self._debrief.agenda_path:
            yield self._box("visit", visit.start, visit.end, 8)
        self.y += 10
        visits = self._debrief.agenda_path
        yield from self._labels((visit.start, "↪" if visit.detour else "└", visit.label, "dim") for visit in visits)

    def _labels(self, labels: Iterable[tuple[float, str, str, str]]) -> Iterator[str]:
        """Yield the labels in as few rows as possible without overlap."""
        rows: list[float] = []
        for at, symbol, words, kind in labels:
            text = f"{symbol} {format_clock(at)} {one_line(words)[:MAX_LABEL_CHARACTERS]}"
            text_width = len(text) * LETTER_WIDTH
            x = max(min(self.x(at), WIDTH - text_width), LEFT_MARGIN)
            row = next((number for number, end in enumerate(rows) if end < x), len(rows))
            rows[row:] = [x + text_width] if row == len(rows) else [x + text_width, *rows[row + 1 :]]
            yield self._text(x, self.y + 12 + row * 15, text, kind)
        self.y += len(rows) * 15 + (8 if rows else 0)

    def _box(self, kind: str, start: float, end: float, height: float) -> str:
        x = self.x(start)
        box_width = max(self.x(end) - x, 0.8)
        return f'<rect class="{kind}" x="{x:.1f}" y="{self.y:.1f}" width="{box_width:.1f}" height="{height:.1f}"/>'

    def _text(self, x: float, y: float, text: str, kind: str = "") -> str:
        named = f' class="{kind}"' if kind else ""
        return f'<text{named} x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


PAGE_CELLS = 96

STYLE = """
:root { color-scheme: light dark; --ink: #22252e; --soft: #686e80; --background: #fafaf7; --me: #9a5b00;
  --them: #1f4fbf; --tap: #b04a00; --good: #2f6b1f; }
@media (prefers-color-scheme: dark) { :root { --ink: #c8d0e8; --soft: #8a91a8; --background: #14161f; --me: #e0af68;
  --them: #7aa2f7; --tap: #ff9e64; --good: #9ece6a; } }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; background: var(--background); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
pre { font: .875rem/1.45 ui-monospace, monospace; white-space: pre-wrap; margin: 0; }
svg { width: 100%; height: auto; margin: 1rem 0; font: 11px system-ui, sans-serif; }
.heading, .strong { font-weight: 600; }
.dim { color: var(--soft); } .me { color: var(--me); } .them { color: var(--them); }
.tap { color: var(--tap); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
.quote { color: var(--soft); }
svg .me { fill: var(--me); } svg .them { fill: var(--them); } svg .tap { fill: var(--tap); }
svg .good { fill: var(--good); }
svg .dim { fill: var(--soft); } svg text { fill: var(--ink); } svg .line { stroke: var(--soft); stroke-width: 1; }
svg .visit { fill: none; stroke: var(--soft); } svg .gap { fill: var(--soft); opacity: .2; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(debrief: Debrief, call_id: str) -> str:
    """Return the debrief as a self-contained page."""
    from salesnerd_tui.review.debrief_page import render_page  # the list of calls needs no page

    first, *rest = render_page(debrief, PAGE_CELLS, has_timeline=False)
    header = debrief.header
    title = one_line(" · ".join(part for part in (header.account, header.title or header.playbook) if part) or "A call")
    rows = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        _lines(first.lines),
        render_svg(debrief),
    ]
    for block in rest:
        rows += [f"<h2>{escape(block.title)}</h2>", _lines(block.lines)]
    rows += [f'<p class="dim">{escape(one_line(call_id))}</p>', "</body></html>"]
    return "\n".join(rows) + "\n"


def _lines(lines: Iterable[Line]) -> str:
    return "<pre>" + "\n".join(map(_line, lines)) + "</pre>"


def _line(line: Line) -> str:
    return "".join(
        escape(part.text) if part.tone == "plain" else f'<span class="{part.tone.value}">{escape(part.text)}</span>'
        for part in line.parts
    )
