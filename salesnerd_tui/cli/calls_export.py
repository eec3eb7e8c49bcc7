"""`salesnerd calls export --all`: everything that is kept, in files that other programs read."""

from __future__ import annotations

import functools
import sys
from argparse import Namespace
from pathlib import Path

from salesnerd_tui.cli.call_lookup import CallLookupFailed, notebook
from salesnerd_tui.cli.calls_read import playbook_of
from salesnerd_tui.cli.output import complain, say
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.review.json_document import document, to_json
from salesnerd_tui.storage.errors import StorageError

TELL_EVERY = 100


def export_all(chosen: Namespace) -> int:
    """Write every call to a folder of its own; 1 when one of them could not be read."""
    if chosen.id:
        raise CallLookupFailed("--all exports every call: leave out the ID")
    if not chosen.out:
        raise CallLookupFailed("--all needs a folder: --out FOLDER")
    book = notebook(chosen.folder)
    folder = _empty_folder(Path(chosen.out).expanduser())
    load = functools.cache(playbook_of)
    summaries = book.summaries()
    problems = []
    for number, summary in enumerate(summaries, 1):
        try:
            with book.open(summary.id, read_only=True) as call:
                events = call.events
        except StorageError as problem:
            problems.append(str(problem))
            continue
        told = document(debrief(events, load(summary.playbook)), summary.id, events)
        _write(folder / f"{summary.id}.json", to_json({**told, "draft": call.draft}) + "\n")
        if number % TELL_EVERY == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{number:,} of {len(summaries):,} calls\r")
    say(f"{folder}: {len(summaries) - len(problems):,} calls, for your eyes only")
    for sentence in problems:
        complain("calls export", sentence)
    return 1 if problems else 0


def _empty_folder(folder: Path) -> Path:
    """The folder, made for its owner alone. Raises `CallLookupFailed` when there is something in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CallLookupFailed(f"{folder} is not empty: name a new folder, nothing is written over")
    except (OSError, ValueError) as problem:
        raise CallLookupFailed(f"{folder} cannot be used: {getattr(problem, 'strerror', None) or problem}") from None
    return folder


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text)
    except CannotWrite as problem:
        raise CallLookupFailed(f"{problem}; the export is not complete") from None
