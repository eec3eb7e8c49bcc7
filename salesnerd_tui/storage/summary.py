"""Events read from the documents of a call in any state, and the summary of a call for the list.

An event's number is its place in the call's list, and other events refer to it by that number. A lost event therefore
leaves a placeholder: an `Undone` that undoes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

from salesnerd_tui.call.events import (
    Answered,
    Ended,
    Event,
    Mode,
    NotAnEvent,
    Noted,
    NoteKind,
    Promised,
    Started,
    Switched,
    TapKind,
    Tapped,
    Undone,
)
from salesnerd_tui.call.events import from_document as event_from_document
from salesnerd_tui.call.state import apply_edits, apply_identifications, undone_numbers
from salesnerd_tui.storage.call_files import Document, Tables, read_document_line
from salesnerd_tui.storage.migrations import FORMATS, summary_to_format_2

MAX_GAP = 10_000
"""Most consecutive numbers that may be missing; events after a larger gap come from another program."""


def read_events(rows: Mapping[str, Mapping[str, Any]]) -> tuple[tuple[Event, ...], int]:
    """Return the events in order, each at the index that is its number, and how many were unreadable.

    Words count for the side that was identified later, and the start has its corrected values (see `call.state`).
    """
    events: list[Event] = []
    unknown = 0
    for number in sorted(map(int, rows)):
        if number > len(events) + MAX_GAP:
            unknown += 1
            continue
        _fill(events, number)
        try:
            events.append(event_from_document(rows[str(number)]))
        except NotAnEvent:
            unknown += 1
            _fill(events, number + 1)
    return tuple(apply_edits(apply_identifications(events))), unknown


def _fill(events: list[Event], length: int) -> None:
    at = events[-1].at if events else 0.0
    events.extend(Undone(at, ()) for _ in range(length - len(events)))


class CallSummary(Struct, frozen=True, array_like=True, gc=False):
    """A call as shown in the list of calls. Ten thousand are read at once, so they are untracked arrays.

    `started_at` is ISO 8601 with its zone, `playbook` an id, `title` the playbook's title. `interrupted` says that the
    call was never closed: it is open in a window, or a crash ended it. `problem` is shown when the file is damaged.
    """

    id: str
    started_at: str = ""
    account: str = ""
    people: tuple[str, ...] = ()
    playbook: str = ""
    title: str = ""
    mode: Mode = Mode.LIVE
    duration_seconds: float = 0.0
    ended: bool = False
    outcome: str = ""
    decision: str = ""
    notes: int = 0
    taps: int = 0
    promises: int = 0
    interrupted: bool = False
    problem: str = ""


def summarize(seed: CallSummary, events: Iterable[Event]) -> CallSummary:
    """Return the summary of all events of a call; `seed` has what was known when the call was created."""
    events = tuple(events)
    undone = undone_numbers(events)
    counted = [event for number, event in enumerate(events) if number not in undone]
    promises = [event for event in counted if isinstance(event, Noted) and event.kind is NoteKind.PROMISE]
    ended = next((event for event in reversed(counted) if isinstance(event, Ended)), None)
    summary = replace(
        seed,
        duration_seconds=max((event.at for event in events), default=0.0),
        ended=ended is not None,
        outcome=ended.outcome if ended else "",
        decision=ended.decision if ended else "",
        notes=sum(isinstance(event, Noted | Answered) for event in counted),
        taps=sum(isinstance(event, Tapped) and event.kind is not TapKind.SILENCE for event in counted),
        promises=len(promises) + sum(isinstance(event, Promised) for event in counted),
    )
    for event in counted:
        if isinstance(event, Started):
            summary = replace(
                summary,
                started_at=event.started_at or summary.started_at,
                account=event.account,
                people=event.people,
                playbook=event.playbook,
                title=event.title,
                mode=event.mode,
            )
        elif isinstance(event, Switched):
            summary = replace(summary, playbook=event.playbook, title=event.title)
    return summary


LINE_FIELDS = tuple(item.name for item in fields(CallSummary))
"""Names of the values in a line, in their order."""

_STORED = {item.name: item.default for item in fields(CallSummary) if item.name not in ("id", "interrupted", "problem")}
"""The default value of each field that a call's file holds."""


def to_document(summary: CallSummary) -> dict[str, Any]:
    """Return the summary as stored in the first table of a call's file."""
    values = dict(zip(LINE_FIELDS, msgspec.to_builtins(summary), strict=True))
    return {name: list(value) if isinstance(value := values[name], tuple) else value for name in _STORED}


_INVALID = (msgspec.ValidationError, UnicodeEncodeError)
"""Errors of an invalid value; the second is that of an unknown word with a lone surrogate."""


def from_document(call_id: str, document: Mapping[str, Any]) -> CallSummary:
    """Return the summary in a document of any format; a missing or invalid field takes its default."""
    document = summary_to_format_2(document)
    values = [document.get(name, default) for name, default in _STORED.items()]
    try:
        return msgspec.convert([call_id, *values], CallSummary)
    except _INVALID:
        types = get_type_hints(CallSummary)
        return CallSummary(
            call_id, **{name: _convert_or_default(document.get(name), types[name], _STORED[name]) for name in _STORED}
        )


def _convert_or_default(value: Any, expected: Any, default: Any) -> Any:
    try:
        return msgspec.convert(value, expected)
    except _INVALID:
        return default


_LINES_DECODER = msgspec.json.Decoder(list[CallSummary])


def to_line(summary: CallSummary) -> str:
    """Return the summary's values as one line for the cache; '' if a text in it cannot be JSON."""
    try:
        return msgspec.json.encode(summary).decode()
    except UnicodeEncodeError:
        return ""


def from_lines(lines: Iterable[str]) -> list[CallSummary]:
    """Return the summaries of lines that `to_line` returned. Raises `ValueError` for any other."""
    try:
        return _LINES_DECODER.decode(f"[{','.join(lines)}]")
    except msgspec.MsgspecError as problem:
        raise ValueError(str(problem)) from problem


def summary_of(call_id: str, tables: Tables) -> CallSummary:
    """Return the summary of the events in `tables`, of any format, on top of what was stored at creation."""
    tables = FORMATS.migrated(tables)
    seed = from_document(call_id, tables.get("call", {}).get("1", {}))
    events, _ = read_events(tables.get("events", {}))
    return summarize(seed, events) if events else seed


HEAD_BYTES = 4096
"""Bytes at the start of a main file that hold the summary."""


def read_head(head: bytes) -> Document | None:
    """Return the summary's document from the start of a main file; None if it is incomplete or has another layout."""
    lines = head[:HEAD_BYTES].split(b"\n", 3)
    if len(lines) < 4 or lines[:2] != [b"{", b'"call": {']:
        return None
    row = read_document_line("call", lines[2])
    return row and row[1]


_TEXT_FIELDS = ("text", "note", "label", "asked_as", "next_step", "owner", "due", "to")


def call_text(summary: CallSummary) -> str:
    """Return the text of a call's own data: account, people, playbook and outcome."""
    parts = (summary.account, *summary.people, summary.title or summary.playbook, summary.outcome)
    return " · ".join(part for part in parts if part)


def entry_text(document: Mapping[str, Any]) -> str:
    """Return what people said or wrote in an entry, its fields joined by a middle dot."""
    texts = [document.get(name) for name in _TEXT_FIELDS]
    record = document.get("record")
    texts += record.values() if isinstance(record, dict) else ()
    return " · ".join(text for text in texts if isinstance(text, str) and text)
