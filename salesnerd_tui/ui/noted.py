"""What was noted in a call, in a few words each, and whether it is on the disk. No Textual here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct, field

from salesnerd_tui.call.events import Answered, Detoured, Event, Marked, Noted, NoteKind, Skipped
from salesnerd_tui.call.state import undone_numbers
from salesnerd_tui.text import one_line

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
        words = in_words(events[number])
        if words and number not in gone:
            found.append(Row(number, events[number].at, words))
    return found


def note_texts(events: Iterable[Event]) -> list[str]:
    """Return what the user typed or picked in these events, in full, for copying and printing."""
    words = [
        event.note or event.label if isinstance(event, Answered) else event.text
        for event in events
        if isinstance(event, Answered | Noted)
    ]
    return [text for text in words if text.strip()]


def unsaved_lines(texts: Sequence[str], why: str) -> list[str]:
    """Return the lines that print notes which could not be saved; none if there are none."""
    if not texts:
        return []
    count = "1 note is" if len(texts) == 1 else f"{len(texts)} notes are"
    head = f"{count} NOT SAVED{f' ({why})' if why else ''}. Copy what you need from here:"
    return [head, *(f"  {one_line(text)}" for text in texts)]


def in_words(event: Event) -> str:
    """What was noted by it, on one line; empty for what is no note."""
    match event:
        case Answered(note=note, label=label):
            return one_line(" · ".join(part[:PREVIEW] for part in (label, note) if part))
        case Noted(text=text, kind=kind):
            return KIND_SIGNS[kind] + one_line(text[:PREVIEW])
        case Marked():
            return "marked this moment"
        case Skipped(question=question):
            return f"skipped: {one_line(question)}"
        case Detoured(detour=detour):
            return f"detour: {one_line(detour.replace('_', ' '))}"
    return ""
