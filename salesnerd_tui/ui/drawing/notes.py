"""The notes of a call as rows, and whether each is on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from salesnerd_tui.call.events import Answered, Detoured, Event, Marked, Noted, NoteKind, Skipped
from salesnerd_tui.call.state import undone_numbers
from salesnerd_tui.ui.drawing.words import MUTED, Line, Lines, fit, line, safe

PREVIEW = 300
"""Characters of a note that a row can ever show; the rest of a pasted page is not looked at again and again."""

KIND_SIGNS = {
    NoteKind.PAIN: "! ",
    NoteKind.NUMBER: "# ",
    NoteKind.PERSON: "@ ",
    NoteKind.PROMISE: "> ",
    NoteKind.QUOTE: "“ ",
    NoteKind.FREE: "",
}


class Saved(StrEnum):
    """What is known of a note's way to the disk. `YES` only after the disk has said so."""

    WAITING = "waiting"
    YES = "saved"
    NO = "NOT SAVED"


class Row(Struct, frozen=True):
    number: int
    at: float
    words: str


class Receipts(Struct):
    """Which events are on the disk, by their number in the call."""

    kept: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    why: str = ""

    def were_kept(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.kept.add(number)
            self.refused.discard(number)
        if not self.refused:
            self.why = ""

    def were_refused(self, numbers: Iterable[int], why: str) -> None:
        self.refused.update(numbers)
        self.why = why

    def of(self, number: int) -> Saved:
        if number in self.refused:
            return Saved.NO
        return Saved.YES if number in self.kept else Saved.WAITING


def rows(events: Sequence[Event], since: int = 0) -> list[Row]:
    """What was noted from event `since` on; what was undone is left out."""
    gone = undone_numbers(events)
    found = []
    for number in range(since, len(events)):
        words = _words(events[number])
        if words and number not in gone:
            found.append(Row(number, events[number].at, words))
    return found


def _words(event: Event) -> str:
    match event:
        case Answered(note=note, label=label):
            return safe(" · ".join(part[:PREVIEW] for part in (label, note) if part))
        case Noted(text=text, kind=kind):
            return KIND_SIGNS[kind] + safe(text[:PREVIEW])
        case Marked():
            return "marked this moment"
        case Skipped(question=question):
            return f"skipped: {safe(question)}"
        case Detoured(detour=detour):
            return f"detour: {safe(detour.replace('_', ' '))}"
    return ""


def draw_notes(shown: Sequence[Row], receipts: Receipts, began: datetime, width: int, height: int) -> Lines:
    """The latest rows, the newest nearest to the line they came from."""
    latest = shown[-height:] if height > 0 else []
    return [*[Line("")] * (height - len(latest)), *(_row(row, receipts.of(row.number), began, width) for row in latest)]


def _row(row: Row, saved: Saved, began: datetime, width: int) -> Line:
    time = (began + timedelta(seconds=row.at)).strftime("%H:%M")
    if saved is Saved.NO:
        return fit(line(" ", (time, MUTED), " ", (" ✗ NOT SAVED ", "bold reverse $error"), " ", row.words), width)
    mark = ("✓", "$success") if saved is Saved.YES else ("·", MUTED)
    return fit(line(" ", (time, MUTED), " ", mark, " ", row.words), width)
