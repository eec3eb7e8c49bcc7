"""`salesnerd calls list` and `search`."""

from __future__ import annotations

import sys
from argparse import Namespace
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING

from rich.cells import cell_len

from salesnerd_tui.call.events import Mode
from salesnerd_tui.cli.call_lookup import began_on, has_calls, notebook, since, today
from salesnerd_tui.cli.output import cells, complain, print_data, say
from salesnerd_tui.cli.search_cache import fill_cache
from salesnerd_tui.review.canvas import cut, pad
from salesnerd_tui.review.json_document import plain, to_json
from salesnerd_tui.review.times import length
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import one_line, searchable
from salesnerd_tui.timefmt import clock

if TYPE_CHECKING:
    from salesnerd_tui.storage.search import SearchHit
    from salesnerd_tui.storage.store import CallStore

ID_CELLS = 24
OPEN = "open"
LISTED = 100
"""Calls listed on a terminal where nobody said how many; a pipe gets all of them."""

SPOKEN = ("Heard",)


def list_calls(chosen: Namespace) -> int:
    """Print the calls that the filters leave."""
    if chosen.json and not has_calls(chosen.folder):
        print_data("[]")
        return 0
    listed = list(_fitting(notebook(chosen.folder).summaries(), chosen))
    whole = len(listed)
    shortened = chosen.limit is None and not chosen.json and sys.stdout.isatty()
    listed = listed[: LISTED if shortened else max(chosen.limit or 0, 0) or whole]
    if chosen.json:
        print_data(to_json([plain(summary) for summary in listed]))
    elif listed:
        width = max(cells(), 60)
        say("\n".join(row(summary, width).rstrip() for summary in listed))
        if shortened and len(listed) < whole:
            say(f"and {whole - len(listed):,} older ones: --limit 0 lists them all, calls search finds words in them")
    else:
        complain("calls list", "no call fits: leave out a filter")
        return 1
    return 0


KINDS = {Mode.PREP: "PREP", Mode.REHEARSE: "REHEARSAL", Mode.BOARD: "BOARD"}
"""What is kept like a call, but was none."""


def row(summary: CallSummary, width: int) -> str:
    """A call on one line: its id, which begins with its day, how it ended, length, notes, taps, and who."""
    who = one_line(
        " · ".join(part for part in (KINDS.get(summary.mode), summary.account, *summary.people, summary.title) if part)
    )
    lead = " ".join(
        (
            pad(summary.id, ID_CELLS),
            pad(decision(summary), 7),
            f"{length(summary.duration_seconds):>10}",
            f"{summary.notes:>4} notes",
            f"{summary.taps:>3} taps ",
        )
    )
    return (
        lead + " " + cut(f"{who}{f' ({summary.problem})' if summary.problem else ''}", max(width - len(lead) - 1, 20))
    )


def decision(summary: CallSummary) -> str:
    """How it ended, or `open`."""
    return one_line(summary.decision or "ended") if summary.ended else OPEN


def search(chosen: Namespace) -> int:
    """Print what is found, call by call, with the entries around each find."""
    if chosen.json and not has_calls(chosen.folder):
        print_data("[]")
        return 0
    book = notebook(chosen.folder)
    words = " ".join(chosen.words)
    hits = book.search(words, thorough=chosen.thorough)
    found = list(hits if chosen.limit <= 0 else islice(hits, chosen.limit))
    if chosen.json:
        print_data(to_json([plain(hit) for hit in found]))
    elif found:
        for call_id, in_call in groupby(found, key=lambda hit: hit.call.id):
            _show_call(book, call_id, list(in_call), chosen.context, words)
        if next(hits, None) is not None:
            say(f"\nThere is more: --limit 0 shows everything, {chosen.limit} were shown.")
    else:
        complain("calls search", f"nothing that was kept has {words!r}")
    fill_cache(book)
    return 0 if found or chosen.json else 1


def _fitting(summaries: Sequence[CallSummary], chosen: Namespace) -> Iterator[CallSummary]:
    first_day = since(chosen.since, today()) if chosen.since else None
    return (
        summary
        for summary in summaries
        if (not chosen.account or searchable(chosen.account) in searchable(summary.account))
        and (not chosen.playbook or chosen.playbook == summary.playbook)
        and (not chosen.decision or chosen.decision == decision(summary))
        and (first_day is None or ((day := began_on(summary)) is not None and day >= first_day))
    )


def _show_call(book: CallStore, call_id: str, hits: Sequence[SearchHit], around: int, words: str) -> None:
    width = max(cells(), 60)
    say(row(hits[0].call, width).rstrip())
    entries = _entries(book, call_id) if around > 0 else []
    shown: set[int] = set()
    for hit in hits:
        place = next((at for at, entry in enumerate(entries) if entry[0] == hit.number), None)
        if place is None:
            say(_entry_line(hit.number >= 0, hit.at, hit.who, hit.text, width, find=words))
            continue
        for at in range(max(place - around, 0), min(place + around + 1, len(entries))):
            number, seconds, who, text = entries[at]
            if number not in shown:
                find = words if any(number == other.number for other in hits) else ""
                say(_entry_line(True, seconds, who, text, width, find=find))
                shown.add(number)


def _entry_line(timed: bool, seconds: float, who: str, text: str, width: int, *, find: str) -> str:
    lead = (
        f"{'>' if find else ' '} {clock(max(seconds, 0.0)) if timed else '':>8}  {f'{one_line(who)}: ' if who else ''}"
    )
    return lead + excerpt(text, find, width - len(lead))


def excerpt(text: str, words: str, width: int) -> str:
    """As much of `text` as fits, with the first of `words` in sight."""
    whole = one_line(text)
    first = min((at for word in searchable(words).split() if (at := _place(whole, word)) >= 0), default=0)
    if cell_len(whole) <= width or first < width // 2:
        return cut(whole, width)
    return "…" + cut(whole[first - width // 3 :].lstrip(), width - 1)


def _place(text: str, word: str) -> int:
    """Return where the folded `word` is found in `text`; -1 where it is not. Folding may change lengths."""
    if word not in searchable(text):
        return -1
    end = bisect_left(range(len(text) + 1), True, key=lambda length: word in searchable(text[:length]))
    return max(end - len(word), 0)


def _entries(book: CallStore, call_id: str) -> list[tuple[int, float, str, str]]:
    """Everything with words in a call: its number, seconds, who and the words."""
    from salesnerd_tui.call.serialization import to_document
    from salesnerd_tui.storage.search import entry_text

    with book.open(call_id, read_only=True) as call:
        listed = [(number, event.at, to_document(event)) for number, event in enumerate(call.events)]
    rows = [(number, at, str(document.get("speaker", "")), entry_text(document)) for number, at, document in listed]
    return [row for row in rows if row[3].strip()]
