"""`salesnerd calls show` and `export`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from salesnerd_tui.call.events import Event
from salesnerd_tui.cli.call_lookup import CallLookupFailed, find, notebook
from salesnerd_tui.cli.output import cells, complain, draws_boxes, print_data, print_document, say
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.debrief.model import Debrief
from salesnerd_tui.storage.summary import CallSummary

NARROWEST, WIDEST = 40, 120
"""Wider lines than this are hard to read."""


def show(chosen: Namespace) -> int:
    """Print the debrief, or open it on the screen."""
    summary, events, found = _debrief(chosen)
    if chosen.json:
        from salesnerd_tui.review.json_document import document, to_json

        print_data(to_json(document(found, summary.id, events)))
        return 0
    if chosen.screen:
        return _on_screen(chosen, summary, events)
    from salesnerd_tui.review.document import page, printed

    width = min(max(cells(), NARROWEST), WIDEST)
    say(printed(page(found, width, ascii_only=chosen.ascii or not draws_boxes())).rstrip("\n"))
    if summary.problem:
        complain("calls show", summary.problem)
    return 0


def export(chosen: Namespace) -> int:
    """Print the call in another format, or write it to a file that only its owner can read."""
    if not chosen.id:
        raise CallLookupFailed("which call? an ID, `last`, or --all with --out FOLDER")
    summary, events, found = _debrief(chosen)
    from salesnerd_tui.review.files import AlreadyExists, CannotWrite, write_private
    from salesnerd_tui.review.formats import EXPORTS

    text = EXPORTS[chosen.format](found, summary.id, events)
    if not chosen.out:
        (print_data if chosen.format == "json" else print_document)(text.rstrip("\n"))
        return 0
    path = Path(chosen.out).expanduser()
    try:
        write_private(path, text, force=chosen.force)
    except AlreadyExists as problem:
        raise CallLookupFailed(f"{problem}: --force writes over it") from None
    except CannotWrite as problem:
        raise CallLookupFailed(str(problem)) from None
    say(f"{path}: {found.header.account or summary.id}")
    return 0


def follow_up(chosen: Namespace) -> int:
    """Print a message to them; what should be mended before it is sent goes to standard error."""
    _, _, found = _debrief(chosen)
    from salesnerd_tui.review.followup import cautions, message

    print_document(message(found).rstrip("\n"))
    for caution in cautions(found):
        complain("calls followup", caution)
    return 0


def _on_screen(chosen: Namespace, summary: CallSummary, events: tuple[Event, ...]) -> int:
    from salesnerd_tui.terminal.profile import NoScreen, check_terminal, prepare

    try:
        check_terminal("salesnerd calls show --screen")
    except NoScreen as problem:
        raise CallLookupFailed(str(problem)) from None
    prepare()
    from salesnerd_tui.cli.live import desk
    from salesnerd_tui.cli.screens import run
    from salesnerd_tui.tui.screens.debrief import DebriefScreen

    playbook = playbook_of(summary.playbook)
    return run(desk(str(chosen.folder)), lambda: DebriefScreen(events, playbook, call_id=summary.id), chosen)


def playbook_of(name: str) -> Playbook | None:
    """The playbook of a call, if it can still be loaded."""
    from salesnerd_tui.playbook.library import Library

    return Library().load(name).playbook if name else None


def _debrief(chosen: Namespace) -> tuple[CallSummary, tuple[Event, ...], Debrief]:
    book = notebook(chosen.folder)
    summary = find(book.summaries(), chosen.id)
    with book.open(summary.id, read_only=True) as call:
        events = call.events
    return summary, events, debrief(events, playbook_of(summary.playbook))
