"""Lookup of stored calls by what the user types: the start of an id, its short end, or `last`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Mode
from salesnerd_tui.cli.output import warn
from salesnerd_tui.errors import UserError
from salesnerd_tui.timefmt import parse_time

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.summary import CallSummary

DECISIONS = ("go", "no-go", "not-yet", "open")
"""Values of `--decision`."""

LAST = "last"
MAX_SHOWN_IDS = 5

QUIET_SECONDS = 1.0
"""Time for which the search cache is filled silently after a command has printed its result."""

STEP_SECONDS = 0.5


def has_calls(folder: Path) -> bool:
    """Return whether calls may be stored in `folder`; also true for a folder that cannot be read."""
    if os.path.lexists(folder / "calls"):
        return True
    try:
        return folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK)
    except OSError:  # A name that is too long, or a parent that may not be entered.
        return True


def open_store(folder: Path) -> CallStore:
    """Return the store in `folder` without creating one. Raises `UserError`."""
    from salesnerd_tui.storage.call_store import CallStore

    if not has_calls(folder):
        existing = next((path for path in (folder, *folder.parents) if path.exists()), None)
        if existing is not None and not existing.is_dir():
            raise UserError(f"{existing} is not a directory (choose another with --data DIR)")
        raise UserError(
            f"no calls in {folder} yet (start one with: salesnerd live; use another folder with --data DIR)"
        )
    return CallStore(folder, on_warning=warn)


def find_call(
    summaries: Sequence[CallSummary], typed: str, last_of: Collection[Mode] = (Mode.LIVE, Mode.REHEARSE)
) -> CallSummary:
    """Return the one call that `typed` means; `summaries` are newest first. Raises `UserError`.

    `last` is the newest call in one of the modes `last_of`: preps and the edits of an account are stored beside calls.
    Without such a call it is the newest entry.
    """
    if not summaries:
        raise UserError("no calls stored yet (start one with: salesnerd live)")
    if typed == LAST:
        return next((summary for summary in summaries if summary.mode in last_of), summaries[0])
    exact = [summary for summary in summaries if summary.id == typed]
    matches = exact or [summary for summary in summaries if typed and _matches(summary.id, typed)]
    if not matches:
        raise UserError(f"no call id starts with {typed!r} (list ids with: salesnerd calls list)")
    if len(matches) > 1:
        ids = ", ".join(summary.id for summary in matches[:MAX_SHOWN_IDS])
        more = f" and {len(matches) - MAX_SHOWN_IDS} more" if len(matches) > MAX_SHOWN_IDS else ""
        raise UserError(f"ambiguous id {typed!r}: {ids}{more} (type more characters)")
    return matches[0]


def _matches(call_id: str, typed: str) -> bool:
    return call_id.casefold().startswith(typed.casefold()) or call_id.rpartition("-")[2].startswith(typed.casefold())


def add_filter_options(parser: ArgumentParser) -> None:
    """Add `--account`, `--playbook`, `--decision` and `--since`, which select calls."""
    parser.add_argument("--account", metavar="TEXT", help="only calls whose account contains TEXT")
    parser.add_argument("--playbook", metavar="PLAYBOOK", help="only calls with this playbook")
    parser.add_argument("--decision", choices=DECISIONS, help="only calls with this outcome, or open calls")
    parser.add_argument("--since", metavar="DATE", help="only calls since 2026-11-01, or of the last 14d or 6w")


def parse_since(typed: str, today: date) -> date:
    """Return the day of `2026-11-01`, or of `14d`, `6w` before today. Raises `UserError`."""
    unit = {"d": 1, "w": 7}.get(typed[-1:].lower())
    if unit and typed[:-1].isascii() and typed[:-1].isdigit() and len(typed) <= 6:
        return today - timedelta(days=min(int(typed[:-1]) * unit, (today - date.min).days))
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise UserError(f"invalid date {typed!r} (expected 2026-11-01, 14d or 6w)") from None


def started_on(summary: CallSummary) -> date | None:
    """Return the local day of a call, or None if its start time is unknown."""
    began = parse_time(summary.started_at)
    return began.date() if began else None


def fill_cache(store: CallStore) -> None:
    """Add missing calls to the search cache: silently for a second, then on a terminal with a progress line.

    Without a terminal the next command continues. Ctrl+C stops at any time and loses nothing.
    """
    missing = store.update_cache(QUIET_SECONDS)
    if not missing or not sys.stderr.isatty():
        return
    try:
        while missing:
            sys.stderr.write(f"\radding {missing:,} calls to the search cache (ctrl+c to do this later)… ")
            sys.stderr.flush()
            previous, missing = missing, store.update_cache(STEP_SECONDS)
            if missing >= previous:
                break
    except KeyboardInterrupt:
        pass
    sys.stderr.write("\r\033[K")
    sys.stderr.flush()
