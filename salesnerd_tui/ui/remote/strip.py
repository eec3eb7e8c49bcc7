"""The call in three lines: what each line holds for a width and a height, and how it is written to a terminal.

The question comes first and whole, then the tap, then the answers. No Textual: a strip has nothing to lay out, and a
quake terminal wants it at once. Colours are the terminal's own sixteen, so that it fits whatever theme is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len, chop_cells

from salesnerd_tui.text import clean, one_line
from salesnerd_tui.ui.remote.asking import Answer
from salesnerd_tui.ui.remote.showing import clock, floor, share, tap, trouble
from salesnerd_tui.ui.signs import spelled

Row = list[tuple[str, str]]
"""Texts with the name of their style."""

STYLES: Mapping[str, str] = {
    "question": "1",
    "muted": "2",
    "number": "1;36",
    "tap": "1;7;33",
    "bad": "1;7;31",
    "warning": "33",
    "clock": "1",
}
COLOURLESS: Mapping[str, str] = {"question": "1", "clock": "1", "number": "1", "tap": "1;7", "bad": "1;7"}
"""For NO_COLOR: bold and reverse are no colours."""

NO_CALL = "no call is running: salesnerd live takes one"
WIDE = 60


def draw(seen: Answer | None, said: str, width: int, height: int) -> list[Row]:
    """At most `height` rows of at most `width` cells. `said`, why a key could not act, stands in for the answers."""
    if height <= 0 or width <= 0:
        return []
    if seen is None:
        return [_cut([(f" {NO_CALL}", "muted")], width)]
    if seen.get("hidden"):
        return [_cut([(f" {clock(seen)}", "clock")], width)]
    middle = _middle(seen)
    asking = _asking(seen, width, max(height - bool(middle), 1))
    rows = asking if len(asking) == height and not middle else [*asking, middle]
    left = [[(f" {said}", "warning")]] if said else _answers(seen, width)
    return [_cut(row, width) for row in (*rows, *left)][:height]


def written(rows: Sequence[Row], colours: bool, ascii: bool = False) -> str:
    """The rows for a terminal, from its first line on, with nothing left of what stood there; its signs in `ascii`."""
    styles = STYLES if colours else COLOURLESS
    spelling = spelled if ascii else str
    lines = ["".join(_styled(spelling(text), styles.get(style, "")) for text, style in row) for row in rows]
    return "\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines) + "\x1b[J"


def _styled(text: str, sgr: str) -> str:
    text = clean(text).replace("\n", " ").replace("\t", " ")
    return f"\x1b[{sgr}m{text}\x1b[m" if sgr and text else text


def _middle(seen: Answer) -> Row:
    """The tap with its reason, else what is not well; empty when all is well."""
    told, bad = trouble(seen)
    if bad:
        return [("   ", ""), (f" {told} ", "bad")]
    words, because = tap(seen)
    if words:
        return [("   ", ""), (f" {words} ", "tap"), (f"  {because}", "")]
    offer = seen.get("offer")
    if isinstance(offer, str) and offer:
        return [(f"   {one_line(offer)}", "number")]
    return [(f"   {told}", "warning")] if told else []


def _asking(seen: Answer, width: int, most: int) -> list[Row]:
    """Clock, share and question: as much before the question as leaves it whole in the fewest rows."""
    question = one_line(str(seen.get("question", "")))
    heads = [f" {floor(seen)} {clock(seen)}  {share(seen)}  ", f" {floor(seen)} {clock(seen)}  ", f" {floor(seen)} "]
    drawn = [_wrapped(question, width - cell_len(head), width - 3) for head in heads]
    fewest = min(min(len(rows) for rows in drawn), most)
    head, rows = next(
        (pair for pair in zip(heads, drawn, strict=True) if len(pair[1]) <= fewest), (heads[-1], drawn[-1])
    )
    if len(rows) > most:
        rows = [*rows[: most - 1], f"{rows[most - 1]} …"]
    return [[(head, "clock"), (rows[0], "question")], *([("   ", ""), (row, "question")] for row in rows[1:])]


def _answers(seen: Answer, width: int) -> list[Row]:
    """The answers with their numbers, side by side, on as many rows as they need."""
    rows: list[Row] = []
    used = width
    choices = seen.get("choices")
    for number, label in enumerate(choices if isinstance(choices, list) else [], 1):
        text = one_line(str(label))
        cells = cell_len(text) + 4
        if used + cells > width:
            rows.append([(" ", "")])
            used = 1
        rows[-1] += [(f"{number} ", "number"), (f"{text}  ", "")]
        used += cells
    return rows


def _wrapped(text: str, first: int, other: int) -> list[str]:
    """`text` in a first row of so many cells and others of another width; a word longer than a row is broken."""
    rows = [""]
    for word in text.split():
        for part in chop_cells(word, max(other, 1)) if cell_len(word) > max(other, 1) else [word]:
            room = max(first if len(rows) == 1 else other, 1)
            joined = f"{rows[-1]} {part}" if rows[-1] else part
            if cell_len(joined) <= room:
                rows[-1] = joined
            else:
                rows.append(part)
    return rows


def _cut(row: Row, width: int) -> Row:
    """The row in at most `width` cells, ending in … where something is left out."""
    if sum(cell_len(text) for text, _ in row) <= width:
        return row
    kept: Row = []
    room = width - 1
    for text, style in row:
        if cell_len(text) > room:
            text = (chop_cells(text, room) or [""])[0] if room > 0 else ""
            return [*kept, (f"{text.rstrip()}…", style)]
        kept.append((text, style))
        room -= cell_len(text)
    return kept
