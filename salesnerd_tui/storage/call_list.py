"""The list of calls, read from the head of each file: no index is needed for it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.errors import in_words
from salesnerd_tui.storage.journal import Document, read_document_line
from salesnerd_tui.storage.paths import CallPaths
from salesnerd_tui.storage.recovery import read_call
from salesnerd_tui.storage.summary import CallSummary, from_document, retold

HEAD_BYTES = 4096


def newest_first(call_ids: Iterable[str]) -> list[str]:
    """Return the ids sorted, newest first; an id starts with date and minute."""
    return sorted(call_ids, reverse=True)


def read_summary(call_id: str, journal: bool, folder: Path, disk: Disk) -> CallSummary:
    """Return the summary of one call; `problem` is set if the call cannot be read."""
    return read_whole(call_id, folder, disk) if journal else _read_head(call_id, folder, disk)


def sorted_by_day(summaries: Iterable[CallSummary]) -> list[CallSummary]:
    """Return the summaries by the moment of their start, newest first."""
    return sorted(summaries, key=_began, reverse=True)


def _began(summary: CallSummary) -> tuple[float, str]:
    try:
        return datetime.fromisoformat(summary.started_at).timestamp(), summary.id
    except (ValueError, OverflowError, OSError):
        return 0.0, summary.id


def _read_head(call_id: str, folder: Path, disk: Disk) -> CallSummary:
    try:
        # A string, not a Path: creating 10,000 Paths takes longer than reading the files.
        head = disk.read(f"{folder}{os.sep}{call_id}.json", HEAD_BYTES)
    except OSError:
        return read_whole(call_id, folder, disk)
    found = read_head(head)
    return from_document(call_id, found) if found is not None else read_whole(call_id, folder, disk)


def read_head(head: bytes) -> Document | None:
    """Return the summary's document from the start of a main file; None if it is incomplete or has another layout."""
    lines = head[:HEAD_BYTES].split(b"\n", 3)
    if len(lines) < 4 or lines[:2] != [b"{", b'"call": {']:
        return None
    found = read_document_line("call", lines[2])
    return found and found[1]


def read_whole(call_id: str, folder: Path, disk: Disk) -> CallSummary:
    """Return the summary from all files of a call that is open, interrupted, damaged, or was rewritten by another
    TinyDB."""
    try:
        found = read_call(CallPaths(folder / f"{call_id}.json"), disk)
    except OSError as problem:
        return CallSummary(call_id, problem=f"this call cannot be read: {in_words(problem)}")
    summary = retold(call_id, found.tables)
    damage = "this call's file is damaged; what can be read is shown on opening it" if found.bad else ""
    return replace(summary, interrupted=found.journaled, problem=damage)
