"""Text helpers for drawing: fit, wrap, two ends of a line, mouse targets, sparklines, and scrolled rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from salesnerd_tui.terminal.key_names import parse_key
from salesnerd_tui.text import find_words, one_line

Line = Content
Lines = list[Content]

NARROW = 60
"""Width below which less is drawn side by side."""

MUTED = "$quiet"
KNOWN = f"italic {MUTED}"
"""Style of an answer from an earlier call, which differs from that of an answer in this call."""
MAX_TEXT = 2_000
"""Characters of a text that a screen shows in one place."""

MAX_WORD_CUT = 12
"""Characters that a cut between words may remove in addition; a longer word is cut in the middle."""

BARS = "▁▂▃▄▅▆▇█"


def safe(text: str) -> str:
    """Return `text` on one line, without control characters and at most `MAX_TEXT` characters long."""
    return one_line(text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…")


def line(*parts: str | tuple[str, str] | Content) -> Content:
    """Return one line made of plain parts and (text, style) pairs."""
    return Content.assemble(*parts)


def key_target(part: Content, shown: str) -> Content:
    """Return `part` as a mouse target that presses a key, given as people write it."""
    style = _press_style(shown)
    return part.stylize(style) if style else part


def draw_key(shown: str, label: str) -> Content:
    """Return a key and its label as a mouse target."""
    return key_target(line((safe(shown), "bold $accent"), " ", (safe(label), MUTED)), shown)


@cache
def _press_style(shown: str) -> Style | None:
    key = parse_key(shown) if shown else None
    return Style.from_meta({"press": key}) if key else None


def row_target(row: Content, number: int) -> Content:
    """Return the row of a list as a mouse target."""
    return row.stylize(Style.from_meta({"row": number}))


def blank() -> Content:
    return Content("")


def fit(text: Content, width: int) -> Content:
    """Return `text` in at most `width` cells, with an ellipsis if its end is cut off."""
    return text if text.cell_length <= width else text.truncate(max(width, 0), ellipsis=True).rstrip()


def pad(text: Content, width: int) -> Content:
    """Return `text` with blanks at its end, so that it fills `width` cells."""
    return Content.assemble(text, " " * max(width - text.cell_length, 0))


def wrap(text: str | Line, width: int, style: str = "", indent: str = "", max_lines: int = 0) -> Lines:
    """Wrap `text` to `width` cells, each line after `indent`, and cut it to `max_lines` unless that is 0.

    A string gets the `style`; a `Line` keeps its own styles.
    """
    available = max(width - cell_len(indent), 1)
    lines = list(_wrap_text(safe(text), available, style) if isinstance(text, str) else _wrap(text, available))
    if max_lines and len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], fit(Content.assemble(lines[max_lines - 1], (" …", style)), available)]
    return [Content.assemble(indent, part) for part in lines]


def _wrap(content: Content, width: int) -> Iterable[Content]:
    return (part.rstrip() for part in content.wrap(width))


@lru_cache(512)
def _wrap_text(text: str, width: int, style: str) -> tuple[Content, ...]:
    """Return the lines of a text. A call shows the same texts again every second."""
    return tuple(_wrap(Content.styled(text, style), width))


def hang(label: Line, text: str | Line, width: int, style: str = "", max_lines: int = 0) -> Lines:
    """Return `text` after its label, wrapped beside it, and cut to `max_lines` unless that is 0."""
    first, *others = wrap(text, max(width - label.cell_length, 1), style, max_lines=max_lines) or [blank()]
    return [line(label, first), *(line(" " * label.cell_length, other) for other in others)]


def hang_all(pairs: Sequence[tuple[Line, Line]], width: int, height: int) -> Lines:
    """Return each text after its label, in full if all have space in `height` rows, otherwise in fewer rows each."""
    for max_lines in (0, 3, 2):
        rows = [row for label, text in pairs for row in hang(label, text, width, max_lines=max_lines)]
        if len(rows) <= height:
            return rows
    return [fit(line(*pair), width) for pair in pairs[:height]]


def highlight(row: Content, words: str) -> Content:
    """Return `row` with every occurrence of the words in reverse video, compared as the search does."""
    for start, end in find_words(row.plain, words):
        row = row.stylize("reverse", start, end)
    return row


def both_ends(left: Content, right: Content, width: int) -> Content:
    """Return a line with text at both ends; the left text is cut if both do not fit."""
    if not right.plain:
        return fit(left, width)
    available = width - right.cell_length - 2
    if available < 4:
        return fit(left, width) if left.plain else fit(right, width)
    left = fit(left, available)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def flow(parts: Iterable[Content], width: int, gap: str = "  ") -> Lines:
    """Return the parts one after another on as many lines as they need; no part is split."""
    lines: Lines = []
    for part in parts:
        part = fit(part, width)
        joined = Content.assemble(lines[-1], gap, part) if lines else part
        if lines and joined.cell_length <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def tail(text: str, width: int) -> str:
    """Return the end of `text` that fits, cut between words if possible, after an ellipsis."""
    if cell_len(text) <= width:
        return text
    cut = len(text) - max(width - 1, 1)
    while cell_len(text[cut:]) > max(width - 1, 1):
        cut += 1
    space = text.find(" ", max(cut - 1, 0))
    return f"…{text[space + 1 if 0 <= space < cut + MAX_WORD_CUT else cut :]}"


def sparkline(values: Sequence[float]) -> str:
    """Return values from 0 to 1 as bars."""
    return "".join(BARS[min(int(max(value, 0.0) * len(BARS)), len(BARS) - 1)] for value in values)


SCROLL_STEPS = {"down": 1, "up": -1, "pagedown": 8, "pageup": -8}
"""Rows that each key scrolls a page during a call, where letters are commands."""

_END = 1_000_000
PAGE_STEPS = {**SCROLL_STEPS, "j": 1, "k": -1, "space": 8, "g": -_END, "home": -_END, "G": _END, "end": _END}
"""Rows that each key moves on other pages; the caller clamps the result."""

LIST_STEPS = {key: rows for key, rows in PAGE_STEPS.items() if key != "space"}
"""Rows that each key moves in a list, where space does not move."""


def visible_rows(rows: Sequence[Line], top: int, width: int, height: int) -> tuple[Lines, int]:
    """Return the rows from `top` on that fit, and `top` within its bounds. The last row counts the rows below it."""
    top = min(max(top, 0), max(len(rows) - height, 0))
    shown = list(rows[top : top + height])
    hidden = len(rows) - top - height
    if hidden > 0 and shown:
        shown[-1] = both_ends(shown[-1], line((f"↓ {hidden + 1} more ", MUTED)), width)
    return shown, top
