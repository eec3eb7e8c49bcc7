"""`salesnerd trends`: what changes over many calls, and whether the coach is needed less."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Mode
from salesnerd_tui.cli.call_lookup import CallLookupFailed, has_calls, notebook, since, today
from salesnerd_tui.cli.calls import DECISIONS
from salesnerd_tui.cli.folders import add_data_option, data_folder
from salesnerd_tui.cli.output import cells, complain, draws_boxes, print_data, say
from salesnerd_tui.cli.search_cache import fill_cache
from salesnerd_tui.review.document import printed
from salesnerd_tui.review.json_document import json_values, to_json
from salesnerd_tui.review.trends import Grouping, TrendFilter, Trends, read_calls, select
from salesnerd_tui.review.trends_page import trends_page
from salesnerd_tui.storage.errors import StorageError

if TYPE_CHECKING:
    from salesnerd_tui.storage.store import CallStore

NARROWEST, WIDEST = 40, 100
TELL_FROM = 200
"""Calls to be read before it is said that this takes a moment."""


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 well, 1 refused or no call fits, 2 used wrongly."""
    typed = parser().parse_args(arguments)
    try:
        folder = data_folder(typed.data)
        if typed.json and not has_calls(folder):
            _print_json(select([], _wanted(typed)))
            return 0
        return _show(notebook(folder), typed)
    except (CallLookupFailed, StorageError) as problem:
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
    made.add_argument("--by", choices=[*Grouping], help="week or month (weeks, from four months on months)")
    made.add_argument("--rehearsals", action="store_true", help="rehearsals instead of live calls")
    how = made.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print JSON, with every account")
    how.add_argument("--ascii", action="store_true", help="draw with plain characters")
    add_data_option(made)
    return made


def _show(book: CallStore, typed: Namespace) -> int:
    read = read_calls(book, Mode.REHEARSE if typed.rehearsals else Mode.LIVE, _progress())
    told = select(read, _wanted(typed))
    if typed.json:
        _print_json(told)
    elif told.calls:
        width = min(max(cells(), NARROWEST), WIDEST)
        say(printed(trends_page(told, width, ascii_only=typed.ascii or not draws_boxes())).rstrip("\n"))
    else:
        complain("trends", "no call fits: leave out a filter" if read else "no such calls are kept yet")
    fill_cache(book)
    return 0 if told.calls or typed.json else 1


def _print_json(told: Trends) -> None:
    print_data(to_json({"format": "salesnerd-trends", "version": 1, **json_values(told)}))


def _wanted(typed: Namespace) -> TrendFilter:
    first, last = (since(day, today()) if day else None for day in (typed.since, typed.until))
    return TrendFilter(
        typed.account or "",
        typed.playbook or "",
        typed.decision or "",
        first,
        last,
        Grouping(typed.by) if typed.by else None,
    )


def _progress() -> Callable[[int, int], None]:
    """Tells on a terminal that many calls have to be read first: only new ones are read the next time."""

    def told(read: int, of: int) -> None:
        if of >= TELL_FROM and sys.stderr.isatty() and (read % 50 == 0 or read == of):
            sys.stderr.write(f"\rreading {read:,} of {of:,} calls, once…" + ("\r\033[K" if read == of else ""))
            sys.stderr.flush()

    return told
