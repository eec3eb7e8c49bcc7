"""`salesnerd promises`: who owes what by when, over all calls; and writing down what became of it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Mode, Settled, Settlement, Side
from salesnerd_tui.cli.finding_calls import Refused, notebook, today
from salesnerd_tui.cli.folders import add_data_option, data_folder
from salesnerd_tui.cli.printing import cells, complain, say
from salesnerd_tui.notes.receipts import Kept, NotesProblem, NotKept
from salesnerd_tui.review.canvas import cut, pad
from salesnerd_tui.review.debrief import debrief
from salesnerd_tui.review.export_json import plain, to_json
from salesnerd_tui.review.pledges import OWED, Pledge, checklist, due_words, in_order, pledges
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.notes.notebook import Notebook

WAIT_SECONDS = 10.0
LIST = "list"


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 well, 1 refused or nothing there, 2 used wrongly."""
    chosen = parser().parse_args(arguments)
    try:
        book = notebook(data_folder(chosen.data))
        return _list(book, chosen) if chosen.verb == LIST else _settle(book, chosen)
    except (Refused, NotesProblem) as problem:
        complain("promises", str(problem))
        return 1


def parser() -> ArgumentParser:
    """The words of the verb."""
    made = ArgumentParser(
        "salesnerd promises",
        description="What was promised. REF is the first column of the list.",
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


def _list(book: Notebook, chosen: Namespace) -> int:
    if chosen.refs:
        raise Refused("a REF goes with kept, retracted or open: salesnerd promises kept REF")
    listed = in_order(
        pledge
        for pledge in _all(book, today())
        if (chosen.all or pledge.standing in OWED)
        and (not chosen.account or chosen.account.casefold() in pledge.account.casefold())
        and (not chosen.side or chosen.side == pledge.promise.side)
    )
    if chosen.json:
        say(to_json([plain(pledge) for pledge in listed]))
    elif chosen.markdown:
        say(checklist(listed).rstrip("\n"))
    elif chosen.ics:
        _write_calendar(listed, Path(chosen.ics).expanduser(), force=chosen.force)
    elif listed:
        say("\n".join(_rows(listed, max(cells(), 60))))
    else:
        complain("promises", "nothing is owed" if not chosen.all else "nothing was promised")
        return 1
    return 0


def _write_calendar(listed: Sequence[Pledge], path: Path, *, force: bool) -> None:
    from salesnerd_tui.review.export_ics import calendar
    from salesnerd_tui.review.files import AlreadyThere, CannotWrite, write_private

    dated = [pledge for pledge in listed if pledge.promise.due_on is not None and pledge.standing in OWED]
    if not dated:
        raise Refused("nothing that is owed names a day, so there is nothing for a calendar")
    try:
        write_private(path, calendar(dated, datetime.now(UTC)), force=force)
    except AlreadyThere as problem:
        raise Refused(f"{problem}: --force writes over it") from None
    except CannotWrite as problem:
        raise Refused(str(problem)) from None
    say(f"{path}: {len(dated)} of {len(listed)} name a day")


def _rows(listed: Sequence[Pledge], width: int) -> Iterator[str]:
    for pledge in listed:
        lead = f"{pad(pledge.ref, 13)} {pad(pledge.standing.value, 9)} {pad(one_line(due_words(pledge)), 16)} "
        whose = one_line(f"{pledge.who}, {pledge.account}" if pledge.account else pledge.who)
        yield lead + cut(f"{whose}: {one_line(pledge.promise.text)}", width - len(lead))


def _settle(book: Notebook, chosen: Namespace) -> int:
    if not chosen.refs:
        raise Refused(f"which one is {chosen.verb}? `salesnerd promises` lists them with their REF")
    known = {pledge.ref: pledge for pledge in _all(book, today())}
    missing = [ref for ref in chosen.refs if ref not in known]
    if missing:
        raise Refused(f"no promise is called {missing[0]!r}: `salesnerd promises --all` lists them")
    for ref in dict.fromkeys(chosen.refs):
        pledge = known[ref]
        _keep(book, pledge, Settlement(chosen.verb))
        say(f"{chosen.verb}: {one_line(pledge.promise.text)}")
    return 0


def _keep(book: Notebook, pledge: Pledge, how: Settlement) -> None:
    """Write it down in the call it was made in. Raises `NotesProblem` when another window has that call open."""
    import queue

    answers: queue.SimpleQueue[Kept | NotKept] = queue.SimpleQueue()
    with book.open(pledge.call) as call:
        at = call.events[-1].at if call.events else 0.0
        call.keep([Settled(at, pledge.promise.number, how)], answers.put)
        try:
            answer = answers.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            raise Refused("the disk does not answer: it was not written down") from None
    if isinstance(answer, NotKept):
        raise Refused(f"it was not written down: {answer.why}")


def _all(book: Notebook, day: date) -> Iterator[Pledge]:
    """Of calls with people: what was promised in a rehearsal binds nobody."""
    for summary in book.summaries():
        if summary.promises and summary.mode is Mode.LIVE:
            with book.open(summary.id, read_only=True) as call:
                yield from pledges(summary.id, debrief(call.events), day)
