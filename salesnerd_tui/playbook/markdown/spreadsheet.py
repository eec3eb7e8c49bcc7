"""Spreadsheets saved as text: comma, semicolon or tab separated values become a table of the document."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Document, Row, Words

_SUFFIX = re.compile(r"\.(?:csv|tsv|tab)$", re.IGNORECASE)
_LIST_MARK = re.compile(r"\t|(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z])[.)]?|[-–—•*+o·])\t")
"""The number or bullet of a list, which word processors separate from its text by a tab."""

_SEPARATORS = ("\t", ";", ",", "|")
MIN_LINES = 3
"""Minimum lines of a text that is a spreadsheet because every line has the same tabs."""


def read_spreadsheet(text: str, source: str) -> Document | None:
    """Return a document with the table of a `.csv` or `.tsv` file, or of cells copied from a spreadsheet.

    None for any other text. A row has the line on which it starts.
    """
    text = text.removeprefix("\ufeff")
    separator = _find_separator(text) if _SUFFIX.search(source) else _find_tabs(text)
    if not separator:
        return None
    rows = [row for row in _read_rows(text, separator) if any(cell.text for cell in row.cells)]
    width = max((len(row.cells) for row in rows), default=0)
    if len(rows) < 2 or width < 2:
        return None
    cells = [(row.line, (*row.cells, *[Words()] * (width - len(row.cells)))) for row in rows]
    table = Block(BlockKind.TABLE, rows[0].line, rows=[Row(line, row) for line, row in cells])
    return Document([table])


def _find_separator(text: str) -> str:
    """Return the separator that the first line with words has most often; empty if it has none."""
    header = next((line for line in text.split("\n") if line.strip()), "")
    header = re.sub(r'"[^"]*"', "", header)
    return max(_SEPARATORS, key=header.count) if any(mark in header for mark in _SEPARATORS) else ""


def _find_tabs(text: str) -> str:
    """Return a tab if every line has the same number of them between words, as in copied cells."""
    lines = [line for line in text.split("\n") if line.strip()]
    counts = {line.count("\t") for line in lines}
    are_cells = len(lines) >= MIN_LINES and len(counts) == 1 and 0 not in counts
    return "\t" if are_cells and not any(map(_LIST_MARK.match, lines)) else ""


def _read_rows(text: str, separator: str) -> Iterator[Row]:
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=separator)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A cell over 128 KiB, or a stray carriage return: one cell for each line, so that none is lost.
            for number in range(line, reader.line_num + 1):
                yield Row(number, (Words(" ".join(lines[number - 1].split())),))
            line = reader.line_num + 1
            continue
        yield Row(line, tuple(Words(" ".join(cell.split())) for cell in cells))
        line = reader.line_num + 1
