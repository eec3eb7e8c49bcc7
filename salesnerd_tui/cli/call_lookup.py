"""Calls by what a person types: the start of an id, its short end, or `last`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.output import warn
from salesnerd_tui.review.times import moment
from salesnerd_tui.storage.summary import CallSummary

if TYPE_CHECKING:
    from salesnerd_tui.storage.store import CallStore

LAST = "last"
SHOWN_IDS = 5


class CallLookupFailed(Exception):
    """What was asked for cannot be done; the message tells the person why and what to do."""


def has_calls(folder: Path) -> bool:
    """Return whether calls may be stored in `folder`; also true for a folder that cannot be looked into."""
    return os.path.lexists(folder / "calls") or not _is_open(folder)


def notebook(folder: Path) -> CallStore:
    """The notebook in `folder`, without making one where there is none. Raises `CallLookupFailed`."""
    from salesnerd_tui.storage.errors import StorageError
    from salesnerd_tui.storage.store import CallStore

    if not has_calls(folder):
        raise CallLookupFailed(
            f"no calls are kept in {folder} yet: `salesnerd live` takes one, --data DIR looks elsewhere"
        )
    try:
        return CallStore(folder, warned=warn)
    except StorageError as problem:
        raise CallLookupFailed(str(problem)) from problem


def _is_open(folder: Path) -> bool:
    """Return whether the names in a folder can be looked up; a missing folder has none."""
    return not folder.is_dir() or os.access(folder, os.R_OK | os.X_OK)


def find(summaries: Sequence[CallSummary], typed: str) -> CallSummary:
    """The one call that `typed` means; `summaries` are newest first. Raises `CallLookupFailed`."""
    if not summaries:
        raise CallLookupFailed("no calls are kept here yet")
    if typed == LAST:
        return summaries[0]
    exact = [summary for summary in summaries if summary.id == typed]
    found = exact or [summary for summary in summaries if typed and _begins(summary.id, typed)]
    if not found:
        raise CallLookupFailed(
            f"no call begins with {typed!r}: `salesnerd calls list` shows them, `{LAST}` is the newest"
        )
    if len(found) > 1:
        some = ", ".join(summary.id for summary in found[:SHOWN_IDS])
        more = f" and {len(found) - SHOWN_IDS} more" if len(found) > SHOWN_IDS else ""
        raise CallLookupFailed(f"{typed!r} could be {some}{more}: type more of it")
    return found[0]


def since(typed: str, today: date) -> date:
    """`2026-11-01`, or `14d`, `6w` before today. Raises `CallLookupFailed`."""
    unit = {"d": 1, "w": 7}.get(typed[-1:].lower())
    if unit and typed[:-1].isascii() and typed[:-1].isdigit() and len(typed) <= 6:
        return today - timedelta(days=min(int(typed[:-1]) * unit, (today - date.min).days))
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise CallLookupFailed(f"{typed!r} is no day: write 2026-11-01, 14d or 6w") from None


def began_on(summary: CallSummary) -> date | None:
    """The day of a call where it was held."""
    began = began_at(summary)
    return began.date() if began else None


def began_at(summary: CallSummary) -> datetime | None:
    return moment(summary.started_at)


def today() -> date:
    return datetime.now(UTC).astimezone().date()


def _begins(call_id: str, typed: str) -> bool:
    return call_id.casefold().startswith(typed.casefold()) or call_id.rpartition("-")[2].startswith(typed.casefold())
