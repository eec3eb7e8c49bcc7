"""`salesnerd calls`: list, show, search, import, edit, export and delete stored calls."""

from __future__ import annotations

import functools
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len

from salesnerd_tui.call.events import GONE, Event, Heard, Mode, Origin, Promised, Recalled, Tapped, to_document
from salesnerd_tui.call.plan import playbook_name
from salesnerd_tui.call.state import fold
from salesnerd_tui.cli.call_lookup import (
    add_filter_options,
    fill_cache,
    find_call,
    has_calls,
    open_store,
    parse_since,
    started_on,
)
from salesnerd_tui.cli.options import (
    CommandParser,
    add_data_option,
    add_file_options,
    add_people_options,
    data_folder,
    parse_count,
)
from salesnerd_tui.cli.output import (
    announce_reading,
    ask_user,
    can_draw_charts,
    echo,
    print_data,
    print_document,
    print_error,
    print_or_save,
    terminal_width,
    write_file,
)
from salesnerd_tui.cli.screens import add_screen_options, open_service, prepare_screen, run
from salesnerd_tui.errors import UserError, error_reason
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
from salesnerd_tui.review.exports import EXPORTS, debrief_document, json_values, to_json
from salesnerd_tui.review.page_lines import cut, pad
from salesnerd_tui.services.call_service import CallService, StoredCall, read_stored_call
from salesnerd_tui.services.vault import update_vault_with_warning
from salesnerd_tui.storage.call_store import same_account
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview, ForgottenName
from salesnerd_tui.storage.summary import entry_text
from salesnerd_tui.text import counted, first_match, one_line, searchable
from salesnerd_tui.timefmt import format_clock, format_duration, parse_time

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief.model import Debrief
    from salesnerd_tui.services.call_import import ImportedCall
    from salesnerd_tui.speech.transcripts.start import RecordedStart
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.search import SearchHit
    from salesnerd_tui.storage.summary import CallSummary

OPEN = "open"
FORMATS = ("md", "html", "json")
KINDS = {Mode.PREP: "PREP", Mode.REHEARSE: "REHEARSAL", Mode.ACCOUNT: "ACCOUNT"}
"""Modes that are stored like calls but are not calls."""

NAMES = {Mode.PREP: "a prep", Mode.REHEARSE: "a rehearsal", Mode.ACCOUNT: "the edits of an account"}

ID_CELLS = 24
DAY_CHARACTERS = 10
ONE_LINE_CELLS = 80
"""Width from which a call is listed on one line."""

NARROWEST, WIDEST = 40, 120
"""Width of a printed debrief; longer lines are hard to read."""

DEFAULT_LIMIT = 100
"""Calls listed on a terminal without `--limit`; a pipe gets all of them."""

PREVIEWED_CALLS = 10
"""Calls listed one by one before the confirmation prompt; more are only counted."""

PROGRESS_STEP = 100

DATE_HELP = "when the call began: 2026-11-12 or 2026-11-12T10:30"
LIMITATIONS = "Not covered: roles (“the VP”), nicknames, misspellings, pronouns, and files that you exported."
NOTES_STAY = "Your notes stay, even those that quote them. So do the speaking times, the taps and the figures."


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 failure or no match, 2 usage error."""
    return parser().run(arguments, _run)


def _run(options: Namespace) -> int:
    options.folder = data_folder(options.data)
    return COMMANDS[options.command](options)


def parser() -> CommandParser:
    """Return the parser with all subcommands."""
    main_parser = CommandParser(
        "calls",
        "List, show, search, import, edit, export and delete your calls. "
        "ID is the start of a call id, or `last` (the newest call).",
    )
    subcommands = main_parser.add_subparsers(dest="command", required=True, metavar="|".join(COMMANDS))

    def add(name: str, summary: str, description: str = "", *, json: bool = False) -> CommandParser:
        description = description or f"{summary[0].upper()}{summary[1:]}."
        subparser: CommandParser = subcommands.add_parser(name, help=summary, description=description)
        add_data_option(subparser)
        if json:
            subparser.add_argument("--json", action="store_true", help="print JSON")
        return subparser

    add_list = add("list", "list your calls, newest first", json=True)
    add_filter_options(add_list)
    newest_help = "list the newest COUNT calls; 0: all (default on a terminal: 100)"
    add_list.add_argument("--limit", type=parse_count, metavar="COUNT", help=newest_help)

    add_show = add("show", "print the debrief of a call", json=True)
    add_show.add_argument("id", metavar="ID", nargs="?", default="last", help="start of a call id (default: last)")
    add_show.add_argument("--screen", action="store_true", help="open the debrief full-screen")
    add_screen_options(add_show)

    add_search = add("search", "search notes, answers and transcripts", json=True)
    add_search.add_argument("words", metavar="WORD", nargs="+", help="words that an entry must contain")
    add_search.add_argument("--no-index", action="store_true", help="read every call instead of the search cache")
    context_help = "show COUNT entries before and after a match (default: 1)"
    add_search.add_argument("--context", type=parse_count, default=1, metavar="COUNT", help=context_help)
    limit_help = "show at most COUNT matches; 0: all (default: 50)"
    add_search.add_argument("--limit", type=parse_count, default=50, metavar="COUNT", help=limit_help)

    add_import = add(
        "import",
        "store past transcripts as calls",
        "Store past transcripts as ended calls, in any format that salesnerd coach reads.",
    )
    _add_import_options(add_import)

    add_edit = add("edit", "correct the account, the people or the date of a call")
    add_edit.add_argument("id", metavar="ID", help="start of a call id, or `last`")
    add_people_options(add_edit)
    add_edit.add_argument(
        "--on", type=_parse_start, metavar="DATE", help=f"{DATE_HELP}; a day keeps the time of the day"
    )
    add_edit.set_defaults(account=None, people=None)

    add_export = add(
        "export", "export calls to files", "Export a call as Markdown, HTML or JSON, or all calls as JSON."
    )
    add_export.add_argument("id", metavar="ID", nargs="?", default="", help="start of a call id, or `last`")
    add_export.add_argument("--all", action="store_true", help="export every call as JSON, one file each")
    add_export.add_argument("--format", choices=FORMATS, default="md", help="file format (default: md)")
    add_file_options(add_export.add_argument, "write to FILE, readable only by you (with --all: to an empty folder)")

    add_follow_up = add(
        "followup", "draft a follow-up message", "Draft a follow-up message to the buyer from what was said."
    )
    add_follow_up.add_argument("id", metavar="ID", nargs="?", default="last", help="start of a call id (default: last)")
    add_follow_up.add_argument("--notes", action="store_true", help="include your own notes, which may be private")

    add_delete = add("delete", "delete calls", "Delete calls with all their notes. This cannot be undone.")
    add_delete.add_argument("ids", metavar="ID", nargs="+", help="start of a call id, or `last`")
    add_delete.add_argument("--yes", action="store_true", help="do not ask for confirmation")

    add_forget = add(
        "forget",
        "remove a person, an account or transcripts",
        "Remove a person, an account or transcripts from your calls. This cannot be undone.",
    )
    add_forget.add_argument("ids", metavar="ID", nargs="*", help="with --words: only in these calls")
    add_forget.add_argument("--person", metavar="NAME", help="replace this name in every call")
    add_forget.add_argument("--account", metavar="NAME", help="delete its calls and replace its name in others")
    add_forget.add_argument("--words", action="store_true", help="delete transcripts; notes and figures stay")
    add_forget.add_argument("--match-case", action="store_true", help="match the name's case: Will, not will")
    add_forget.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    return main_parser


def _add_import_options(parser: CommandParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="transcript of a call")
    add_people_options(parser)
    parser.add_argument(
        "--me", action="append", default=[], metavar="NAME", help="your name in the transcripts (repeatable)"
    )
    parser.add_argument(
        "--playbook", default=DEFAULT_PLAYBOOK, metavar="PLAYBOOK", help="playbook (default: %(default)s)"
    )
    default = "as in the transcript or the name of its file or folder, else the date of the file"
    parser.add_argument("--on", type=_parse_start, metavar="DATE", help=f"{DATE_HELP} (default: {default})")
    parser.add_argument("--again", action="store_true", help="also import what was imported before")


def list_calls(options: Namespace) -> int:
    """Print the calls that match the filters."""
    if options.json and not has_calls(options.folder):
        print_data("[]")
        return 0
    matching = list(_filter_calls(open_store(options.folder).summaries(), options))
    is_shortened = options.limit is None and not options.json and sys.stdout.isatty()
    listed = matching[: DEFAULT_LIMIT if is_shortened else options.limit or len(matching)]
    if options.json:
        print_data(to_json([json_values(summary) for summary in listed]))
    elif listed:
        echo("\n".join(list_row(summary, terminal_width()) for summary in listed))
        if is_shortened and len(listed) < len(matching):
            echo(f"and {len(matching) - len(listed):,} older calls (list all with --limit 0; see also: calls search)")
    else:
        raise UserError("no matching calls")
    return 0


def _filter_calls(summaries: Sequence[CallSummary], options: Namespace) -> Iterator[CallSummary]:
    first_day = parse_since(options.since, date.today()) if options.since else None
    return (
        summary
        for summary in summaries
        if (not options.account or searchable(options.account) in searchable(summary.account))
        and (not options.playbook or options.playbook == summary.playbook)
        and (not options.decision or options.decision == decision(summary))
        and (first_day is None or ((day := started_on(summary)) is not None and day >= first_day))
    )


def list_row(summary: CallSummary, width: int) -> str:
    """Return a call on one line, or on three in a narrow terminal. The id starts with its day until that is edited."""
    day = "" if summary.id.startswith(summary.started_at[:DAY_CHARACTERS]) else summary.started_at[:DAY_CHARACTERS]
    parts = (KINDS.get(summary.mode), summary.account, day, *summary.people, summary.title)
    about = one_line(" · ".join(filter(None, parts)))
    if summary.problem:
        about += f" ({summary.problem})"
    facts = (
        decision(summary),
        format_duration(summary.duration_seconds),
        counted(summary.notes, "note"),
        counted(summary.taps, "tap"),
    )
    if width < ONE_LINE_CELLS:
        return f"{summary.id}\n  {' · '.join(filter(None, facts))}\n  {about}"
    prefix = f"{pad(summary.id, ID_CELLS)} {pad(facts[0], 7)} {facts[1]:>10} {facts[2]:>9} {facts[3]:>8}  "
    return f"{prefix}{cut(about, width - len(prefix))}".rstrip()


def decision(summary: CallSummary) -> str:
    """Return the decision of a call, `ended` if it has none, `open` if it has not ended; nothing for an account."""
    if summary.mode is Mode.ACCOUNT:
        return ""
    return one_line(summary.decision or "ended") if summary.ended else OPEN


def search(options: Namespace) -> int:
    """Print the matches call by call, each with the entries around it."""
    if options.json and not has_calls(options.folder):
        print_data("[]")
        return 0
    store = open_store(options.folder)
    words = " ".join(options.words)
    hits = store.search(words, thorough=options.no_index)
    shown_hits = list(islice(hits, options.limit or None))
    if options.json:
        print_data(to_json([json_values(hit) for hit in shown_hits]))
    elif shown_hits:
        for call_id, call_hits in groupby(shown_hits, key=lambda hit: hit.call.id):
            _print_hits(store, call_id, list(call_hits), options.context, words)
        if next(hits, None) is not None:
            echo(f"\nOnly the first {options.limit} matches are shown (show all with --limit 0).")
    else:
        print_error("calls search", f"no matches for {words!r}")
    fill_cache(store)
    return 0 if shown_hits or options.json else 1


def _print_hits(store: CallStore, call_id: str, hits: Sequence[SearchHit], context: int, words: str) -> None:
    width = terminal_width()
    echo(list_row(hits[0].call, width))
    entries = _entries(store, call_id) if context > 0 else []
    shown: set[int] = set()
    for hit in hits:
        index = next((index for index, entry in enumerate(entries) if entry[0] == hit.number), None)
        if index is None:
            time = format_clock(max(hit.at, 0.0)) if hit.number >= 0 else ""
            echo(_format_entry(time, hit.who, hit.text, width, matched=words))
            continue
        for number, seconds, who, text in entries[max(index - context, 0) : index + context + 1]:
            if number not in shown:
                matched = words if any(number == other.number for other in hits) else ""
                echo(_format_entry(format_clock(max(seconds, 0.0)), who, text, width, matched=matched))
                shown.add(number)


def _format_entry(time: str, who: str, text: str, width: int, *, matched: str) -> str:
    prefix = f"{'>' if matched else ' '} {time:>8}  {f'{one_line(who)}: ' if who else ''}"
    return prefix + excerpt(text, matched, width - len(prefix))


def excerpt(text: str, words: str, width: int) -> str:
    """Return as much of `text` as fits into `width` cells, with the first of `words` visible."""
    line = one_line(text)
    first = first_match(line, words)
    if cell_len(line) <= width or first < width // 2:
        return cut(line, width)
    return "…" + cut(line[first - width // 3 :].lstrip(), width - 1)


def _entries(store: CallStore, call_id: str) -> list[tuple[int, float, str, str]]:
    """Return number, seconds, speaker and text of each event that has text; those of earlier calls are left out."""
    own = [each for each in enumerate(store.read(call_id).events) if not isinstance(each[1], Recalled)]
    listed = [(number, event.at, to_document(event)) for number, event in own]
    rows = [(number, at, str(document.get("speaker", "")), entry_text(document)) for number, at, document in listed]
    return [row for row in rows if row[3].strip()]


def show(options: Namespace) -> int:
    """Print the debrief of a call, or open it full-screen; of a prep or an account, print its own page."""
    store = open_store(options.folder)
    summary = find_call(store.summaries(), options.id)
    if summary.mode in PAGES and not options.json:
        if options.screen:
            raise UserError(f"{summary.id} is {NAMES[summary.mode]}, not a call (without --screen it is printed)")
        print_document(PAGES[summary.mode](store, summary).rstrip("\n"))
        return 0
    call, debrief = _load_debrief(store, summary)
    if options.json:
        print_data(to_json(debrief_document(debrief, call.id, call.events)))
        return 0
    if options.screen:
        prepare_screen("without --screen it is printed")
        from salesnerd_tui.tui.navigator import debrief_screen

        service = open_service(str(options.folder))
        return run(service, lambda: debrief_screen(call, store=service.store), options)
    from salesnerd_tui.review.debrief_page import render_page, to_plain_text

    width = min(max(terminal_width(), NARROWEST), WIDEST)
    echo(to_plain_text(render_page(debrief, width, ascii_only=options.ascii or not can_draw_charts())).rstrip("\n"))
    if summary.problem:
        print_error("calls show", summary.problem)
    return 0


def _prep_page(store: CallStore, summary: CallSummary) -> str:
    """Return the sheet of a prep."""
    from salesnerd_tui.review.prep import prep_markdown
    from salesnerd_tui.services.prep import prep_sheet

    service = CallService(None, store)
    state = fold(service.read_events(summary.id))
    playbook, _ = service.current_playbook(state)
    return prep_markdown(prep_sheet(service, state, playbook, date.today()))


def _account_page(store: CallStore, summary: CallSummary) -> str:
    """Return the buying process of the account whose edits these are."""
    from salesnerd_tui.services.account import account_text, read_buying_process

    library = CallService(None, store).library
    return account_text(read_buying_process(store, summary.account, date.today(), library))


PAGES: Mapping[Mode, Callable[[CallStore, CallSummary], str]] = {Mode.PREP: _prep_page, Mode.ACCOUNT: _account_page}
"""Pages of what is stored like a call but has no debrief."""


def _parse_start(text: str) -> RecordedStart:
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
    from salesnerd_tui.services.call_edit import CallEdit, edit_call

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


def export(options: Namespace) -> int:
    """Print a call in another format, or write it to a file that only its owner can read."""
    if options.all:
        return _export_all(options)
    if not options.id:
        raise UserError("no call given (give an ID or `last`, or --all with --out FOLDER)")
    store = open_store(options.folder)
    summary = find_call(store.summaries(), options.id)
    if summary.mode in PAGES and options.format != "json":
        raise UserError(
            f"{summary.id} is {NAMES[summary.mode]}, not a call (print it with: salesnerd calls show {summary.id})"
        )
    call, debrief = _load_debrief(store, summary)
    text = EXPORTS[options.format](debrief, call.id, call.events)
    audience = f"{debrief.header.account or call.id}; only you can read it"
    print_or_save(text, options, is_data=options.format == "json", audience=audience)
    return 0


def _export_all(options: Namespace) -> int:
    """Write every call as JSON to an empty folder; the exit status is 1 if a call could not be read."""
    if options.id:
        raise UserError("--all exports every call (omit the ID)")
    if not options.out:
        raise UserError("--all needs a folder (use --out FOLDER)")
    from salesnerd_tui.review.debrief.builder import build_debrief

    store = open_store(options.folder)
    folder = _create_empty_folder(Path(options.out).expanduser())
    load = functools.cache(CallService(None, store).library.load)
    summaries = store.summaries()
    problems = []
    for number, summary in enumerate(summaries, 1):
        try:
            events, draft = store.read(summary.id)
        except StorageError as problem:
            problems.append(str(problem))
            continue
        exported = debrief_document(
            build_debrief(events, load(playbook_name(fold(events))).playbook), summary.id, events
        )
        try:
            write_file(folder / f"{summary.id}.json", to_json({**exported, "draft": draft}) + "\n", force=False)
        except UserError as problem:
            raise UserError(f"{problem}; the export is incomplete") from None
        if number % PROGRESS_STEP == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{number:,} of {len(summaries):,} calls\r")
    echo(f"saved {counted(len(summaries) - len(problems), 'call')} in {folder} (only you can read them)")
    for problem_text in problems:
        print_error("calls export", problem_text)
    return 1 if problems else 0


def _create_empty_folder(folder: Path) -> Path:
    """Return the folder, created with mode 0700. Raises `UserError` if it is not empty."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except (OSError, ValueError) as problem:
        raise UserError(f"cannot use {folder}: {error_reason(problem)}") from None
    if not is_empty:
        raise UserError(f"{folder} is not empty (choose an empty folder)")
    return folder


def follow_up(options: Namespace) -> int:
    """Print a draft message to the buyer; standard error gets what to check before sending it."""
    from salesnerd_tui.review.followup import NOTES_LEFT_OUT, draft_message, find_cautions, own_notes

    store = open_store(options.folder)
    summary = find_call(store.summaries(), options.id, (Mode.LIVE,))
    if summary.mode is not Mode.LIVE:
        raise UserError(f"{summary.id} is {NAMES[summary.mode]}: there is nobody to write to")
    _, debrief = _load_debrief(store, summary)
    notes = own_notes(debrief) if options.notes else ()
    print_document(draft_message(debrief, notes).rstrip("\n"))
    for caution in find_cautions(debrief, notes):
        if caution != NOTES_LEFT_OUT:  # the line below also counts them
            print_error("calls followup", caution)
    if not notes and (left_out := len(own_notes(debrief))):
        print_error("calls followup", f"left out {counted(left_out, 'note')} of yours (include with --notes)")
    return 0


def _load_debrief(store: CallStore, summary: CallSummary) -> tuple[StoredCall, Debrief]:
    from salesnerd_tui.review.debrief.builder import build_debrief

    call = read_stored_call(CallService(None, store), summary.id)
    return call, build_debrief(call.events, call.playbook)


def delete(options: Namespace) -> int:
    """Delete calls after confirmation; the exit status is 1 if one could not be deleted."""
    store = open_store(options.folder)
    summaries = store.summaries()
    ids = tuple(dict.fromkeys(find_call(summaries, typed).id for typed in options.ids))
    these = "this call" if len(ids) == 1 else f"these {len(ids)} calls"
    question = f"Permanently delete {these}, including all notes?"
    return _carry_out(store, ForgetPlan(ids), summaries, options, question)


def forget(options: Namespace) -> int:
    """Remove a person, an account or transcripts after confirmation; the exit status is 1 if that failed."""
    store = open_store(options.folder)
    summaries = store.summaries()
    if sum((bool(options.person), bool(options.account), options.words)) > 1:
        raise UserError("choose one: --person, --account or --words")
    if options.words:
        selected = {summary.id: summary for summary in (find_call(summaries, typed) for typed in options.ids)}
        plan = _plan_transcripts(store, list(selected.values()) or summaries)
        question = f"Permanently delete the transcript of {counted(len(plan.words), 'call')}?"
        return _carry_out(store, plan, summaries, options, question)
    if options.ids:
        raise UserError("an ID needs --words (delete calls with: salesnerd calls delete ID)")
    if options.person:
        plan = ForgetPlan(names=(_parse_name(options.person, exact=options.match_case),))
        question = f"Permanently remove “{one_line(options.person)}”?"
    elif options.account:
        calls = tuple(summary.id for summary in summaries if same_account(summary.account, options.account))
        plan = ForgetPlan(calls, (_parse_name(options.account, exact=options.match_case),))
        with_calls = f" and delete {counted(len(calls), 'call')}, including all notes" if calls else ""
        question = f"Permanently remove “{one_line(options.account)}”{with_calls}?"
    else:
        raise UserError("what do you want to remove? (--person NAME, --account NAME or --words)")
    return _carry_out(store, plan, summaries, options, question)


def _parse_name(typed: str, *, exact: bool) -> ForgottenName:
    name = " ".join(typed.split())
    if not any(letter.isalnum() for letter in name):
        raise UserError(f"invalid name {typed!r}")
    if name.casefold() in GONE:
        raise UserError(f"invalid name {typed!r}: {GONE} marks what was already removed")
    return ForgottenName(name, exact)


def _plan_transcripts(store: CallStore, summaries: Sequence[CallSummary]) -> ForgetPlan:
    """Return the plan to delete the transcripts of these calls; their figures are computed first and kept."""
    from salesnerd_tui.review.debrief.builder import figures_to_store

    figures = {}
    for summary in summaries:
        events = store.read(summary.id).events
        if any(map(_is_transcript, events)):
            figures[summary.id] = figures_to_store(events)
    if not figures:
        raise UserError("no transcript found")
    return ForgetPlan(words=figures)


def _is_transcript(event: Event) -> bool:
    if isinstance(event, Heard):
        return bool(event.text)
    if isinstance(event, Promised):
        return event.how is Origin.HEARD and event.text != GONE
    return isinstance(event, Tapped) and bool(event.quote)


def _carry_out(
    store: CallStore, plan: ForgetPlan, summaries: Sequence[CallSummary], options: Namespace, question: str
) -> int:
    preview = store.preview(plan)
    if preview.open:
        raise UserError(f"open in another window: {', '.join(preview.open)} (close these calls first)")
    if not options.yes:
        echo("\n".join(_preview_lines(preview, summaries)))
        if ask_user(f"{question} Type yes:") != "yes":
            raise UserError("canceled; nothing was removed")
    store.carry_out(preview.plan)
    plan = preview.plan
    for call_id in plan.calls:
        echo(f"deleted: {call_id}")
    for call_id in plan.words:
        echo(f"deleted transcript: {call_id}")
    if plan.names:
        where = counted(len(preview.rewritten), "other call" if plan.calls else "call")
        echo(f"removed {_quote_names(plan)} from {where}\n{LIMITATIONS}")
    update_vault_with_warning(store, None, lambda problem: print_error(f"calls {options.command}", problem))
    return 0


def _preview_lines(preview: ForgetPreview, summaries: Sequence[CallSummary]) -> Iterator[str]:
    """Yield what would be removed, and what would stay."""
    plan = preview.plan
    affected = {*plan.calls, *plan.words}
    listed = [summary for summary in summaries if summary.id in affected]
    yield from (list_row(summary, terminal_width()) for summary in listed[:PREVIEWED_CALLS])
    if len(listed) > PREVIEWED_CALLS:
        yield f"and {len(listed) - PREVIEWED_CALLS:,} more calls"
    if plan.words:
        yield NOTES_STAY
    others = counted(len(preview.rewritten), "other call" if plan.calls else "call")
    if plan.names:
        times = counted(sum(preview.rewritten.values()), "time")
        verb = "appears" if len(plan.names) == 1 else "appear"
        yield f"{_quote_names(plan)} {verb} {times} in {others} and will be replaced with {GONE}."
        for part, calls in preview.parts.items():
            name = one_line(part)
            yield f"“{name}” on its own still appears in {counted(calls, 'call')}; remove it with --person “{name}”."
        yield LIMITATIONS
    elif plan.calls and preview.rewritten:
        yield f"What {others} took over from it will be removed too."
    if preview.unreadable:
        yield f"Skipped because unreadable or written by a newer version: {', '.join(preview.unreadable)}"


def _quote_names(plan: ForgetPlan) -> str:
    return " and ".join(f"“{one_line(name.text)}”" for name in plan.names)


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "list": list_calls,
    "show": show,
    "search": search,
    "import": import_files,
    "edit": edit,
    "export": export,
    "followup": follow_up,
    "delete": delete,
    "forget": forget,
}
