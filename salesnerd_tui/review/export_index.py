"""The page that lists exported calls, each a link to the file beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from urllib.parse import quote

from msgspec import Struct

from salesnerd_tui.review.export_html import POLICY, STYLE
from salesnerd_tui.text import one_line


class Exported(Struct, frozen=True):
    """A row of the page: the file's name, and the words of its columns. `problem` says why there is no file."""

    file: str
    columns: tuple[str, ...]
    problem: str = ""


COLUMNS = ("Call", "Account", "With", "Playbook", "Length", "Ended", "Notes")


def index_page(rows: Sequence[Exported], told: str) -> str:
    """The whole page; `told` is a sentence about what this is."""
    lines = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Your calls</title><style>{STYLE}td, th {{ text-align: left; padding: .1rem .8rem .1rem 0; "
        "vertical-align: top; }</style></head><body>",
        f"<h1>Your calls</h1><p>{escape(one_line(told))}</p>",
        f"<table><tr>{_cells('th', COLUMNS)}</tr>",
        *_rows(rows),
        "</table></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _rows(rows: Iterable[Exported]) -> Iterator[str]:
    for row in rows:
        first, *rest = row.columns
        if row.problem:
            why = f'<td colspan="{len(COLUMNS) - 1}" class="dim">{_text(row.problem)}</td>'
            yield f"<tr>{_cells('td', (first,))}{why}</tr>"
        else:
            yield f'<tr><td><a href="{quote(row.file)}">{_text(first)}</a></td>{_cells("td", rest)}</tr>'


def _cells(kind: str, texts: Iterable[str]) -> str:
    return "".join(f"<{kind}>{_text(text)}</{kind}>" for text in texts)


def _text(words: str) -> str:
    return escape(one_line(words))
