"""`salesnerd board`: how an account buys, and a plan worked back from their date."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.output import refuse, warn
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.call.events import BoardEdited
    from salesnerd_tui.review.board import Board
    from salesnerd_tui.storage.store import CallStore

EXAMPLES = """examples:
  salesnerd board Acme
  salesnerd board Acme --step "Privacy check; who=works council; takes=3 weeks; after=The paper"
  salesnerd board Acme --theirs "Dana asks the CFO; by=Friday" --job problem=done
  salesnerd board Acme --plan --out acme-plan.md

The plan holds their words and both sides' steps only: it can be shown to the buyer.
"""


def main(arguments: list[str]) -> int:
    """Exit status: 0 well, 1 could not be done (one line says why), 2 used wrongly."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.app.board import accounts, draw, read_board
    from salesnerd_tui.call.actions import CannotAct
    from salesnerd_tui.cli.folders import data_folder
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.review.files import CannotWrite
    from salesnerd_tui.storage.errors import StorageError
    from salesnerd_tui.storage.store import CallStore

    today = date.today()
    try:
        notebook = CallStore(data_folder(options.data), warned=warn)
        if not options.account:
            return _accounts(accounts(notebook), as_json=options.json)
        library = Library()
        shown = read_board(notebook, options.account, today, library)
        edits = tuple(_edits(options, shown, today))
        if edits:
            draw(notebook, shown.account, edits)
            shown = read_board(notebook, shown.account, today, library)
        elif not options.json and not shown.calls and not _is_drawn(notebook, options.account):
            return refuse("board", _nothing(options.account, accounts(notebook)))
        return _print(shown, options, today)
    except (CannotAct, CannotWrite, StorageError) as problem:
        return refuse("board", str(problem))


def _edits(options: argparse.Namespace, shown: Board, today: date) -> Iterator[BoardEdited]:
    from salesnerd_tui.app.board import job_edit, mapped, state_edit
    from salesnerd_tui.call.events import BoardEdit

    for kind, texts in (
        (BoardEdit.STEP, options.step),
        (BoardEdit.DOCUMENT, options.paper),
        (BoardEdit.BLOCKER, options.stall),
        (BoardEdit.GO_LIVE, options.date),
        (BoardEdit.THEIR_STEP, options.theirs),
        (BoardEdit.OUR_STEP, options.mine),
    ):
        for text in texts:
            yield mapped(kind, text, today)
    for text in options.person:
        name, _, words = text.partition("=")
        yield mapped(BoardEdit.PERSON, name, today, words=words.strip())
    for text in options.job:
        yield job_edit(text, today)
    for state, texts in (("done", options.done), ("gone", options.drop)):
        for text in texts:
            yield state_edit(shown, text, state, today)


def _print(shown: Board, options: argparse.Namespace, today: date) -> int:
    from salesnerd_tui.cli.output import print_data, print_document, say
    from salesnerd_tui.review.board import ahead
    from salesnerd_tui.review.board_page import blocks, plan_markdown
    from salesnerd_tui.review.files import write_private
    from salesnerd_tui.review.json_document import plain, to_json

    if options.json:
        text = to_json({**plain(shown), "ahead": list(ahead(shown))})
    elif options.plan:
        text = plan_markdown(shown, today)
    else:
        text = "\n\n".join(
            "\n".join((block.title, *(f"  {one_line(row)}" for row in block.lines))) for block in blocks(shown)
        )
    if options.out:
        write_private(Path(options.out).expanduser(), text.rstrip("\n") + "\n", force=options.force)
        say(f"written, for your eyes only until you send it: {options.out}")
    else:
        (print_data if options.json else print_document)(text.rstrip("\n"))
    return 0


def _is_drawn(notebook: CallStore, account: str) -> bool:
    from salesnerd_tui.app.board import accounts

    return account.strip().casefold() in {each.casefold() for each in accounts(notebook)}


def _accounts(found: list[str], *, as_json: bool) -> int:
    from salesnerd_tui.cli.output import print_data, say
    from salesnerd_tui.review.json_document import to_json

    if as_json:
        print_data(to_json(found))
        return 0
    if not found:
        return refuse("board", "no call with an account is kept here yet: salesnerd live --account A takes one")
    say("\n".join(map(one_line, found)))
    return 0


def _nothing(account: str, found: list[str]) -> str:
    there = f"; there is {', '.join(found[:5])}" if found else ""
    return f"nothing is kept with {account!r} yet{there}: an edit (--step, --theirs) begins its board"


def _parser() -> argparse.ArgumentParser:
    from salesnerd_tui.cli.folders import add_data_option

    parser = argparse.ArgumentParser(
        prog="salesnerd board",
        description="How they buy: their jobs, steps, people, papers and dates, and whose turn it is.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("account", nargs="?", default="", help="the account; without one, which there are")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.add_argument("--plan", action="store_true", help="the one-page plan for both sides, as Markdown")
    parser.add_argument("--out", metavar="FILE", help="write it to a file")
    parser.add_argument("--force", action="store_true", help="write over FILE")
    edits = parser.add_argument_group("draw on it, each as often as needed (details after ;)")
    for option, shown, told in (
        ("--step", "STEP[;who=;by=;takes=;after=]", "a step of theirs, or more about one"),
        ("--person", "NAME=WORDS", "somebody and their part"),
        ("--paper", "PAPER", "a paper that has to be there"),
        ("--stall", "WORDS", "what holds it up"),
        ("--date", "WORDS", "by when it has to be in use"),
        ("--theirs", "STEP[;who=;by=]", "the next step on their side"),
        ("--mine", "STEP[;by=]", "yours"),
        ("--job", "JOB=STATE", "a job of theirs: done, in_progress, open"),
        ("--done", "STEP", "it is done"),
        ("--drop", "NAME", "it does not belong there"),
    ):
        edits.add_argument(option, action="append", default=[], metavar=shown, help=told)
    add_data_option(parser)
    return parser
