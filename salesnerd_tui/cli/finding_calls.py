"""Calls by what a person types: the start of an id, its short end, or `last`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.printing import warn
from salesnerd_tui.notes.summary import CallSummary
from salesnerd_tui.review.times import moment

if TYPE_CHECKING:
    from salesnerd_tui.notes.notebook import Notebook

LAST = "last"
SHOWN_IDS = 5


class Refused(Exception):
    """What was asked for cannot be done; the message tells the person why and what to do."""


def has_calls(folder: Path) -> bool:
    """Return whether calls may be stored in `folder`; also true for a folder that cannot be looked into."""
    return os.path.lexists(folder / "calls") or not _is_open(folder)


def notebook(folder: Path) -> Notebook:
    """The notebook in `folder`, without making one where there is none. Raises `Refused`."""
    from salesnerd_tui.notes.notebook import Notebook
    from salesnerd_tui.notes.receipts import NotesProblem

    if not has_calls(folder):
        raise Refused(f"no calls are kept in {folder} yet: `salesnerd live` takes one, --data DIR looks elsewhere")
    try:
        return Notebook(folder, warned=warn)
    except NotesProblem as problem:
        raise Refused(str(problem)) from problem


def _is_open(folder: Path) -> bool:
    """Return whether the names in a folder can be looked up; a missing folder has none."""
    return not folder.is_dir() or os.access(folder, os.R_OK | os.X_OK)


def find(summaries: Sequence[CallSummary], typed: str) -> CallSummary:
    """The one call that `typed` means; `summaries` are newest first. Raises `Refused`."""
    if not summaries:
        raise Refused("no calls are kept here yet")
    if typed == LAST:
        return summaries[0]
    exact = [summary for summary in summaries if summary.id == typed]
    found = exact or [summary for summary in summaries if typed and _begins(summary.id, typed)]
    if not found:
        raise Refused(f"no call begins with {typed!r}: `salesnerd calls list` shows them, `{LAST}` is the newest")
    if len(found) > 1:
        some = ", ".join(summary.id for summary in found[:SHOWN_IDS])
        more = f" and {len(found) - SHOWN_IDS} more" if len(found) > SHOWN_IDS else ""
        raise Refused(f"{typed!r} could be {some}{more}: type more of it")
    return found[0]


def since(typed: str, today: date) -> date:
    """`2026-11-01`, or `14d`, `6w` before today. Raises `Refused`."""
    unit = {"d": 1, "w": 7}.get(typed[-1:].lower())
    if unit and typed[:-1].isascii() and typed[:-1].isdigit() and len(typed) <= 6:
        return today - timedelta(days=min(int(typed[:-1]) * unit, (today - date.min).days))
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused(f"{typed!r} is no day: write 2026-11-01, 14d or 6w") from None


def began_on(summary: CallSummary) -> date | None:
    """The day of a call where it was held."""
    began = began_at(summary)
    return began.date() if began else None


def began_at(summary: CallSummary) -> datetime | None:
    return moment(summary.began)


def today() -> date:
    return datetime.now(UTC).astimezone().date()


def _begins(call_id: str, typed: str) -> bool:
    return call_id.casefold().startswith(typed.casefold()) or call_id.rpartition("-")[2].startswith(typed.casefold())
