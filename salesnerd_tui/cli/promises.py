"""`salesnerd promises`: list who promised what across all calls, and mark promises as kept, withdrawn or open."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Side
from salesnerd_tui.cli.call_lookup import has_calls, open_store
from salesnerd_tui.cli.options import CommandParser, add_data_option, data_folder
from salesnerd_tui.cli.output import echo, print_data, print_document, print_error, terminal_width, write_file
from salesnerd_tui.errors import UserError
from salesnerd_tui.review.exports import json_values, to_json
from salesnerd_tui.review.promise_ledger import (
    PromiseFilter,
    all_promises,
    list_promises,
    promises_page,
    settle_promise,
    summary_sentence,
    to_checklist,
    to_ics,
)
from salesnerd_tui.review.promises import OPEN_STATUSES, SETTLEMENTS, TrackedPromise
from salesnerd_tui.services.vault import update_vault_with_warning
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_store import CallStore

LIST = "list"
NARROWEST, WIDEST = 60, 120
"""Width of the columns."""

UNWRAPPED_CELLS = 10_000


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 failure or no promise, 2 usage error."""
    parser = CommandParser(
        "promises",
        "List who promised what, or mark promises as kept, withdrawn or open. REF is the short name at the right of "
        "the list.",
        "Overpromises are listed as `too much` until they are kept or withdrawn.",
    )
    parser.add_argument(
        "command",
        nargs="?",
        default=LIST,
        choices=(LIST, *SETTLEMENTS),
        help="list promises (default), or mark REF",
    )
    parser.add_argument("refs", nargs="*", metavar="REF", help="short names of the promises to mark")
    parser.add_argument("--account", metavar="TEXT", help="only accounts whose name contains TEXT")
    parser.add_argument("--side", choices=(Side.ME.value, Side.THEM.value), help="only your promises, or only theirs")
    parser.add_argument("--all", action="store_true", help="include kept and withdrawn promises")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print JSON")
    output.add_argument("--markdown", action="store_true", help="print a Markdown task list")
    output.add_argument("--ics", metavar="FILE", help="write open promises with a due date as calendar entries to FILE")
    parser.add_argument("--force", action="store_true", help="overwrite FILE")
    add_data_option(parser)
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    folder = data_folder(options.data)
    if options.json and options.command == LIST and not options.refs and not has_calls(folder):
        print_data("[]")
        return 0
    store = open_store(folder)
    return _list(store, options) if options.command == LIST else _settle(store, options)


def _list(store: CallStore, options: Namespace) -> int:
    if options.refs:
        raise UserError("a REF needs kept, withdrawn or open (for example: salesnerd promises kept REF)")
    side = Side(options.side) if options.side else None
    promises = list_promises(store, PromiseFilter(options.account or "", side, options.all), date.today())
    if options.json:
        print_data(to_json([json_values(promise) for promise in promises]))
    elif options.markdown:
        print_document(to_checklist(promises, date.today()).rstrip("\n"))
    elif options.ics:
        _write_calendar(promises, Path(options.ics).expanduser(), force=options.force)
    elif promises:
        width = min(terminal_width(), WIDEST)
        columns = (row.plain for rows in promises_page(promises, width, date.today()) for row in rows)
        rows = columns if width >= NARROWEST else _stacked_lines(promises)
        echo("\n".join([summary_sentence(promises), "", *rows]))
    else:
        raise UserError("no promises" if options.all else "no open promises")
    return 0


def _stacked_lines(promises: Sequence[TrackedPromise]) -> Iterator[str]:
    """Yield the promises for a terminal without room for columns; each line is wrapped when it is printed."""
    for first, *others in promises_page(promises, UNWRAPPED_CELLS, date.today()):
        yield " · ".join(part.text.strip() for part in first.parts)
        yield from (f"  {row.plain.strip()}" for row in others)


def _write_calendar(promises: Sequence[TrackedPromise], path: Path, *, force: bool) -> None:
    dated = [each for each in promises if each.promise.due_on is not None and each.status in OPEN_STATUSES]
    if not dated:
        raise UserError("no open promise has a due date, so no calendar entries were written")
    write_file(path, to_ics(dated, datetime.now(UTC)), force=force)
    echo(f"saved {path}: {len(dated)} of {len(promises)} promises have a due date (only you can read it)")


def _settle(store: CallStore, options: Namespace) -> int:
    if not options.refs:
        raise UserError("no REF given (list them with: salesnerd promises)")
    known = {promise.ref: promise for promise in all_promises(store, date.today())}
    unknown = [ref for ref in options.refs if ref not in known]
    if unknown:
        raise UserError(f"unknown promise {unknown[0]!r} (list promises with: salesnerd promises --all)")
    changed_accounts = dict[str, None]()
    try:
        for ref in dict.fromkeys(options.refs):
            promise = known[ref]
            settle_promise(store, promise, SETTLEMENTS[options.command])
            changed_accounts[promise.account] = None
            echo(f"{options.command}: {one_line(promise.promise.text)}")
    finally:
        # Also if a later call is open in another window.
        for account in changed_accounts:
            update_vault_with_warning(store, account, lambda problem: print_error("promises", problem))
    return 0
