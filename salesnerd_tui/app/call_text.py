"""What was noted in a call, in a few words each, and whether it is on the disk. No Textual here.

What is not well with a call, for every way of showing it: at most one thing, and the worst. No Textual here.

What was heard and waits for a yes, in the words every way of showing it uses. No Textual here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct, field

from salesnerd_tui.call.events import Answered, Detoured, Event, Marked, Noted, NoteKind, Side, Skipped, SourceState
from salesnerd_tui.call.state import CallState, undone_numbers
from salesnerd_tui.call.suggestions import Suggestions
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


class SaveState(StrEnum):
    """What is known of a note's way to the disk. `YES` only after the disk has said so."""

    WAITING = "waiting"
    YES = "saved"
    NO = "NOT SAVED"


class NoteRow(Struct, frozen=True):
    number: int
    at: float
    words: str


class SaveReceipts(Struct):
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

    def of(self, number: int) -> SaveState:
        if number in self.refused:
            return SaveState.NO
        return SaveState.YES if number in self.kept else SaveState.WAITING


def rows(events: Sequence[Event], since: int = 0) -> list[NoteRow]:
    """What was noted from event `since` on; what was undone is left out."""
    gone = undone_numbers(events)
    found = []
    for number in range(since, len(events)):
        words = in_words(events[number])
        if words and number not in gone:
            found.append(NoteRow(number, events[number].at, words))
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


class CallWarning(Struct, frozen=True):
    """What the second line of the screen has to say. `bad` is for notes that are not saved: nothing is louder."""

    words: str
    bad: bool = False
    key: str = ""
    """What a key can do about it."""


def trouble_of(
    state: CallState, unsaved: int, why: str, hears: bool, told_floor: bool, talk: str = ""
) -> CallWarning | None:
    """The one thing that most needs to be known; None when all is well. `talk` says which key shows who talks."""
    if unsaved:
        return CallWarning(f"NOT SAVED ({unsaved}): {why}", bad=True)
    for source in state.sources.values():
        if source.state in (SourceState.BROKEN, SourceState.LAGGING, SourceState.ENDED):
            return CallWarning(source.message)
    if not hears and not told_floor:
        return CallWarning("not hearing", key=talk)
    return None


LONGEST_ANSWER = 60


class SuggestionText(Struct, frozen=True):
    """`label` begins with a sign; `words` are theirs or the playbook's, `keys` what takes it."""

    label: str
    words: str
    keys: str

    @property
    def plain(self) -> str:
        return f"{self.label}  {self.words}"


def offered(offers: Suggestions, holder: Side, yes: str = "", letters: str = "") -> SuggestionText | None:
    """The first of what `accepting.accept` would take.

    While they talk only what they ask for is offered: nothing else appears before a face. `yes` is the key that
    takes it, `letters` those that take a detour.
    """
    if holder is Side.THEM and offers.detour is None:
        return None
    if offers.asked is not None:
        return SuggestionText("? asked this", one_line(offers.asked.asked_as), f"{yes} yes" if yes else "")
    if offers.answer is not None:
        return SuggestionText(
            "“ their answer", _shortened(offers.answer.words), f"{yes} yes · or just go on" if yes else "just go on"
        )
    if offers.detour is not None:
        key = offers.detour.key if offers.detour.key and offers.detour.key in letters else yes
        return SuggestionText("↷ they asked for", one_line(offers.detour.label), f"{key} goes there" if key else "")
    return None


def _shortened(words: str, limit: int = LONGEST_ANSWER) -> str:
    """The end of a long answer is what was said last."""
    text = one_line(words)
    return text if len(text) <= limit else f"…{text[-limit:].split(' ', 1)[-1]}"
