"""`salesnerd calls import` and `calls edit`: store past transcripts, and correct what a call says about itself."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Mode
from salesnerd_tui.cli.call_lookup import find_call, open_store
from salesnerd_tui.cli.options import CommandParser, add_people_options
from salesnerd_tui.cli.output import announce_reading, echo, print_error
from salesnerd_tui.cli.screens import open_service
from salesnerd_tui.errors import UserError
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
from salesnerd_tui.text import counted, one_line
from salesnerd_tui.timefmt import format_duration, parse_time

if TYPE_CHECKING:
    from salesnerd_tui.services.call_import import ImportedCall
    from salesnerd_tui.speech.transcripts.start import RecordedStart

DATE_HELP = "when the call began: 2026-11-12 or 2026-11-12T10:30"


def add_import_options(parser: CommandParser) -> None:
    """Add the options of `calls import`."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="transcript of a call")
    add_people_options(parser)
    parser.add_argument(
        "--me", action="append", default=[], metavar="NAME", help="your name in the transcripts (repeatable)"
    )
    parser.add_argument(
        "--playbook", default=DEFAULT_PLAYBOOK, metavar="PLAYBOOK", help="playbook (default: %(default)s)"
    )
    default = "as in the transcript or the name of its file or folder, else the date of the file"
    parser.add_argument("--on", type=parse_start, metavar="DATE", help=f"{DATE_HELP} (default: {default})")
    parser.add_argument("--again", action="store_true", help="also import what was imported before")


def add_edit_options(parser: CommandParser) -> None:
    """Add the options of `calls edit`."""
    parser.add_argument("id", metavar="ID", help="start of a call id, or `last`")
    add_people_options(parser)
    parser.add_argument("--on", type=parse_start, metavar="DATE", help=f"{DATE_HELP}; a day keeps the time of the day")
    parser.set_defaults(account=None, people=None)


def parse_start(text: str) -> RecordedStart:
    """Return the start of a past call. Raises `argparse.ArgumentTypeError`."""
    from salesnerd_tui.services.call_edit import parse_past_start

    try:
        return parse_past_start(text, datetime.now(UTC))
    except UserError as problem:
        raise ArgumentTypeError(str(problem)) from None


def import_files(options: Namespace) -> int:
    """Store each transcript as an ended call; the exit status is 1 if one could not be imported."""
    from salesnerd_tui.services.call_import import import_call
    from salesnerd_tui.services.call_service import OpenRequest
    from salesnerd_tui.services.vault import update_vault_with_warning

    if options.on is not None and options.on.has_time and len(options.files) > 1:
        raise UserError("--on with a time is the start of one call (give one FILE, or a day only)")
    service = open_service(str(options.folder))
    playbook = service.load_playbook(options.playbook)
    failures = 0
    for file in options.files:
        announce_reading(file)
        people, me = tuple(options.people), tuple(options.me)
        request = OpenRequest(options.playbook, options.account, people, me, file)
        try:
            imported = import_call(service, request, playbook, options.on, again=options.again)
        except UserError as problem:
            failures += 1
            print_error("calls import", one_line(str(problem)))
            continue
        for message in imported.messages:
            print_error("calls import", one_line(f"{file}: {message}"))
        echo(_result_line(file, imported))
    update_vault_with_warning(service.store, options.account, lambda problem: print_error("calls import", problem))
    return 1 if failures else 0


def _result_line(file: str, imported: ImportedCall) -> str:
    call, start = imported.call, imported.start
    show = f"salesnerd calls show {call.id}"
    if start is None:
        return one_line(f"{Path(file).name}: already imported · {show} (import a copy with --again)")
    when = f"{start.moment:%Y-%m-%d %H:%M}" if start.has_time else f"{start.moment:%Y-%m-%d}"
    origin = f" (from the {start.origin})" if start.origin else ""
    facts = (call.account or "no account", format_duration(call.duration_seconds), counted(call.taps, "tap"), show)
    return one_line(f"{Path(file).name}: {' · '.join((when + origin, *facts))}")


def edit(options: Namespace) -> int:
    """Correct the account, the people or the start of a call."""
    from salesnerd_tui.cli.calls import NAMES
    from salesnerd_tui.services.call_edit import CallEdit, edit_call
    from salesnerd_tui.services.vault import update_vault_with_warning

    store = open_store(options.folder)
    summary = find_call(store.summaries(), options.id)
    if summary.mode is Mode.ACCOUNT:
        raise UserError(f"{summary.id} is {NAMES[summary.mode]}, not a call")
    if options.account is None and options.people is None and options.on is None:
        raise UserError("nothing to change (give --account, --with or --on)")
    people = tuple(options.people) if options.people is not None else None
    edit_call(store, summary, CallEdit(options.account, people, options.on))
    edited = find_call(store.summaries(), summary.id)
    began = parse_time(edited.started_at)
    facts = (f"{began:%Y-%m-%d %H:%M}" if began else "", edited.account or "no account", *edited.people)
    echo(one_line(f"{edited.id}: {' · '.join(filter(None, facts))}"))
    update_vault_with_warning(store, None, lambda problem: print_error("calls edit", problem))
    return 0
