"""`salesnerd promises`: who owes what by when, over all calls; and writing down what became of it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Settlement, Side
from salesnerd_tui.cli.call_lookup import CallLookupFailed, has_calls, notebook, today
from salesnerd_tui.cli.folders import add_data_option, data_folder
from salesnerd_tui.cli.output import cells, complain, print_data, print_document, say
from salesnerd_tui.review.json_document import json_values, to_json
from salesnerd_tui.review.promise_ledger import PromiseFilter, all_promises, listed, settle
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise
from salesnerd_tui.review.promises_page import checklist, promises_page, summed_up
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.storage.store import CallStore

LIST = "list"
NARROWEST, WIDEST = 60, 120


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 well, 1 refused or nothing there, 2 used wrongly."""
    chosen = parser().parse_args(arguments)
    try:
        folder = data_folder(chosen.data)
        if chosen.json and chosen.verb == LIST and not chosen.refs and not has_calls(folder):
            print_data("[]")
            return 0
        book = notebook(folder)
        return _list(book, chosen) if chosen.verb == LIST else _settle(book, chosen)
    except (CallLookupFailed, StorageError) as problem:
        complain("promises", str(problem))
        return 1


def parser() -> ArgumentParser:
    """The words of the verb."""
    made = ArgumentParser(
        "salesnerd promises",
        description="What was promised. REF is the short name at the right of the list.",
        epilog="Over-promises are listed as `too much` until they are kept or retracted.",
    )
    made.add_argument("verb", nargs="?", default=LIST, choices=(LIST, *Settlement), help="list, or what became of REF")
    made.add_argument("refs", nargs="*", metavar="REF")
    made.add_argument("--account", metavar="WORDS", help="only those of accounts with this in their name")
    made.add_argument("--side", choices=(Side.ME.value, Side.THEM.value), help="only mine, or only theirs")
    made.add_argument("--all", action="store_true", help="kept and retracted ones too")
    how = made.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print JSON")
    how.add_argument("--markdown", action="store_true", help="print boxes for an issue tracker")
    how.add_argument("--ics", metavar="FILE", help="write those with a day as calendar entries, readable by you only")
    made.add_argument("--force", action="store_true", help="write over FILE")
    add_data_option(made)
    return made


def _list(book: CallStore, chosen: Namespace) -> int:
    if chosen.refs:
        raise CallLookupFailed("a REF goes with kept, retracted or open: salesnerd promises kept REF")
    side = Side(chosen.side) if chosen.side else None
    found = listed(book, PromiseFilter(chosen.account or "", side, chosen.all), today())
    if chosen.json:
        print_data(to_json([json_values(pledge) for pledge in found]))
    elif chosen.markdown:
        print_document(checklist(found).rstrip("\n"))
    elif chosen.ics:
        _write_calendar(found, Path(chosen.ics).expanduser(), force=chosen.force)
    elif found:
        width = min(max(cells(), NARROWEST), WIDEST)
        rows = [row.plain for rows in promises_page(found, width) for row in rows]
        say("\n".join([summed_up(found), "", *rows]))
    else:
        complain("promises", "nothing is owed" if not chosen.all else "nothing was promised")
        return 1
    return 0


def _write_calendar(found: Sequence[TrackedPromise], path: Path, *, force: bool) -> None:
    from salesnerd_tui.review.calendar import calendar
    from salesnerd_tui.review.files import AlreadyExists, CannotWrite, write_private

    dated = [pledge for pledge in found if pledge.promise.due_on is not None and pledge.status in OPEN_STATUSES]
    if not dated:
        raise CallLookupFailed("nothing that is owed names a day, so there is nothing for a calendar")
    try:
        write_private(path, calendar(dated, datetime.now(UTC)), force=force)
    except AlreadyExists as problem:
        raise CallLookupFailed(f"{problem}: --force writes over it") from None
    except CannotWrite as problem:
        raise CallLookupFailed(str(problem)) from None
    say(f"{path}: {len(dated)} of {len(found)} name a day")


def _settle(book: CallStore, chosen: Namespace) -> int:
    if not chosen.refs:
        raise CallLookupFailed(f"which one is {chosen.verb}? `salesnerd promises` lists them with their REF")
    known = {pledge.ref: pledge for pledge in all_promises(book, today())}
    missing = [ref for ref in chosen.refs if ref not in known]
    if missing:
        raise CallLookupFailed(f"no promise is called {missing[0]!r}: `salesnerd promises --all` lists them")
    for ref in dict.fromkeys(chosen.refs):
        pledge = known[ref]
        settle(book, pledge, Settlement(chosen.verb))
        say(f"{chosen.verb}: {one_line(pledge.promise.text)}")
    return 0
