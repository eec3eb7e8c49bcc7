"""`salesnerd trends`: what changes over many calls, and whether the coach is needed less."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Mode
from salesnerd_tui.cli.calls import DECISIONS
from salesnerd_tui.cli.finding_calls import Refused, began_on, notebook, since, today
from salesnerd_tui.cli.folders import add_data_option, data_folder
from salesnerd_tui.cli.printing import cells, complain, draws_boxes, say
from salesnerd_tui.notes.receipts import NotesProblem
from salesnerd_tui.notes.summary import CallSummary
from salesnerd_tui.review.export_json import plain, to_json
from salesnerd_tui.review.figures import VERSION, figures, from_document, to_document
from salesnerd_tui.review.page import printed
from salesnerd_tui.review.trends import By, Counted, trends
from salesnerd_tui.review.trends_page import trends_page

if TYPE_CHECKING:
    from salesnerd_tui.notes.notebook import Notebook

NARROWEST, WIDEST = 40, 100
TELL_FROM = 200
"""Calls to be read before it is said that this takes a moment."""

INDEX_SECONDS = 1.0
OPEN = "open"


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 well, 1 refused or no call fits, 2 used wrongly."""
    chosen = parser().parse_args(arguments)
    try:
        return _show(notebook(data_folder(chosen.data)), chosen)
    except (Refused, NotesProblem) as problem:
        complain("trends", str(problem))
        return 1


def parser() -> ArgumentParser:
    """The words of the verb."""
    made = ArgumentParser(
        "salesnerd trends",
        description="What changes over your calls: taps, product talk nobody asked for, share, questions, endings.",
        epilog="The figures compare the earlier half of the calls with the later half.",
    )
    made.add_argument("--account", metavar="WORDS", help="only calls with this in the account's name")
    made.add_argument("--playbook", metavar="ID", help="only calls with this playbook")
    made.add_argument("--decision", choices=DECISIONS, help="only calls that ended so; open: that have not ended")
    made.add_argument("--since", metavar="DAY", help="2026-11-01, or 14d, 6w")
    made.add_argument("--until", metavar="DAY", help="the last day, written the same way")
    made.add_argument("--by", choices=[*By], help="week or month (weeks, from four months on months)")
    made.add_argument("--rehearsals", action="store_true", help="rehearsals instead of live calls")
    how = made.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print JSON, with every account")
    how.add_argument("--ascii", action="store_true", help="draw with plain characters")
    add_data_option(made)
    return made


def _show(book: Notebook, chosen: Namespace) -> int:
    first, last = (since(typed, today()) if typed else None for typed in (chosen.since, chosen.until))
    mode = Mode.REHEARSE if chosen.rehearsals else Mode.LIVE
    everything, fitting = list[Counted](), list[Counted]()
    for summary, found in book.facts(VERSION, lambda events: to_document(figures(events)), _progress()):
        if summary.mode is mode:
            counted = _counted(summary, found)
            everything.append(counted)
            if _fits(summary, counted, chosen, first, last):
                fitting.append(counted)
    told = trends(fitting, everything, By(chosen.by) if chosen.by else None)
    if chosen.json:
        say(to_json({"format": "salesnerd-trends", "version": 1, **plain(told)}))
    elif fitting:
        width = min(max(cells(), NARROWEST), WIDEST)
        say(printed(trends_page(told, width, ascii_only=chosen.ascii or not draws_boxes())).rstrip("\n"))
    else:
        complain("trends", "no call fits: leave out a filter" if everything else "no such calls are kept yet")
    book.catch_up(INDEX_SECONDS)
    return 0 if fitting or chosen.json else 1


def _counted(summary: CallSummary, found: dict[str, object]) -> Counted:
    return Counted(summary.id, began_on(summary), summary.account, summary.playbook, from_document(found))


def _fits(summary: CallSummary, counted: Counted, chosen: Namespace, first: date | None, last: date | None) -> bool:
    day = counted.day
    return (
        (not chosen.account or chosen.account.casefold() in summary.account.casefold())
        and (not chosen.playbook or chosen.playbook == summary.playbook)
        and (not chosen.decision or chosen.decision == (summary.decision if summary.ended else OPEN))
        and (first is None or (day is not None and day >= first))
        and (last is None or (day is not None and day <= last))
    )


def _progress() -> Callable[[int, int], None]:
    """Tells on a terminal that many calls have to be read first: only new ones are read the next time."""

    def told(read: int, of: int) -> None:
        if of >= TELL_FROM and sys.stderr.isatty() and (read % 50 == 0 or read == of):
            sys.stderr.write(f"\rreading {read:,} of {of:,} calls, once…" + ("\r\033[K" if read == of else ""))
            sys.stderr.flush()

    return told
