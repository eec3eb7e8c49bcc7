"""`salesnerd calls forget`: what is removed is gone for good, so it is named and asked about first."""

from __future__ import annotations

import sys
from argparse import Namespace

from salesnerd_tui.cli.calls_list import row
from salesnerd_tui.cli.finding_calls import Refused, find, notebook
from salesnerd_tui.cli.printing import cells, complain, say
from salesnerd_tui.notes.receipts import NotesProblem


def forget(chosen: Namespace) -> int:
    """Remove the calls; 1 when one of them could not be removed."""
    book = notebook(chosen.folder)
    summaries = book.summaries()
    wanted = list({summary.id: summary for summary in (find(summaries, typed) for typed in chosen.ids)}.values())
    if not chosen.yes:
        say("\n".join(row(summary, max(cells(), 60)).rstrip() for summary in wanted))
        _ask(len(wanted))
    status = 0
    for summary in wanted:
        try:
            book.forget(summary.id)
        except NotesProblem as problem:
            complain("calls forget", str(problem))
            status = 1
        else:
            say(f"forgotten: {summary.id}")
    return status


def _ask(count: int) -> None:
    if not sys.stdin.isatty():
        raise Refused("nobody is there to ask: --yes forgets without asking")
    things = "this call" if count == 1 else f"these {count} calls"
    sys.stdout.write(f"Forget {things} for good, with every note in it? Type yes: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() != "yes":
        raise Refused("nothing was forgotten")
