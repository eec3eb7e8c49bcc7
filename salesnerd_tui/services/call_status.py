"""Status of a running call for all interfaces: notes, their save state, warnings, suggestions and talk share.

By default the user's share of the talk is shown only at times: a permanent display distracts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call.actions import NOTE_PREFIXES
from salesnerd_tui.call.events import (
    Answered,
    Asked,
    Detoured,
    Dismissed,
    Event,
    FloorTaken,
    Jumped,
    Marked,
    Mode,
    Noted,
    NoteKind,
    Origin,
    PlanSet,
    Side,
    Skipped,
    SourceState,
    Undone,
)
from salesnerd_tui.call.state import undone_numbers
from salesnerd_tui.call.view import PromptKind
from salesnerd_tui.speech.source import TALK_KEY_HINT, microphone_status
from salesnerd_tui.text import counted, one_line
from salesnerd_tui.timefmt import common_day, format_clock

if TYPE_CHECKING:
    from salesnerd_tui.call.actions import Suggestions
    from salesnerd_tui.call.view import CallView, EarlierFact
    from salesnerd_tui.coach.signals.questions import OpenQuestion
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.services.call_service import OpenedCall


MAX_PREVIEW_CHARACTERS = 300
"""Characters of a note that a row can show; the rest of a pasted page is never processed."""

KIND_SYMBOLS = {
    **{kind: f"{sign} " for sign, kind in NOTE_PREFIXES.items()},
    NoteKind.QUOTE: "“ ",
    NoteKind.FREE: "",
}


class SaveState(StrEnum):
    """State of a note on its way to the disk. `SAVED` only after the disk has confirmed it."""

    WAITING = "waiting"
    SAVED = "saved"
    FAILED = "NOT SAVED"


class NoteRow(Struct, frozen=True):
    """A note on one line; `number` is that of its event, `at` the seconds of the call."""

    number: int
    at: float
    words: str


class SaveReceipts(Struct):
    """Save states of events, by their numbers in the call, and why the last save failed."""

    saved: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    reason: str = ""

    def mark_saved(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.saved.add(number)
            self.failed.discard(number)
        if not self.failed:
            self.reason = ""

    def mark_failed(self, numbers: Iterable[int], reason: str) -> None:
        self.failed.update(numbers)
        self.reason = reason

    def state_of(self, number: int) -> SaveState:
        if number in self.failed:
            return SaveState.FAILED
        return SaveState.SAVED if number in self.saved else SaveState.WAITING


def note_rows(events: Sequence[Event], playbook: Playbook, since: int = 0) -> list[NoteRow]:
    """Return the notes from event `since` on, without those that were undone or corrected."""
    undone = undone_numbers(events)
    left_out = undone | _corrected_numbers(events, undone)
    rows = (NoteRow(each, events[each].at, note_text(events[each], playbook)) for each in range(since, len(events)))
    return [row for row in rows if row.words and row.number not in left_out]


def removes_rows(event: Event) -> bool:
    """Return whether an event may remove earlier rows: an undo, or a pick that corrects another one."""
    return isinstance(event, Undone) or (isinstance(event, Answered) and bool(event.label))


def _corrected_numbers(events: Sequence[Event], undone: Collection[int]) -> set[int]:
    """Return the numbers of picked answers that a later pick of the same question replaced."""
    corrected: set[int] = set()
    latest: dict[str, int] = {}
    for number, event in enumerate(events):
        if not isinstance(event, Answered) or not event.label or number in undone:
            continue
        if event.question in latest and not event.again:
            corrected.add(latest[event.question])
        if not event.note:
            latest[event.question] = number
    return corrected


def known_answers_text(facts: Sequence[EarlierFact], prep: str = "", *, is_brief: bool = False) -> str:
    """Return how many answers earlier calls have, and from which day, without those of `prep`."""
    known = [fact for fact in facts if fact.call != prep]
    if not known:
        return ""
    day = common_day(fact.day for fact in known)
    if is_brief:
        return f"{len(known)} known from {day}"
    answers = "1 answer" if len(known) == 1 else f"{len(known)} answers"
    if day == "before":
        day = f"earlier calls (last: {max(known, key=lambda fact: fact.call).day})"
    return f"{answers} known from {day}"


def note_texts(events: Iterable[Event]) -> list[str]:
    """Return what the user typed or picked in these events, in full, for copying and printing."""
    notes = (event for event in events if isinstance(event, Answered | Noted))
    words = (note.note or note.label if isinstance(note, Answered) else note.text for note in notes)
    return [text for text in words if text.strip()]


def not_saved(count: int) -> str:
    """Return `1 note is NOT SAVED` or `2 notes are NOT SAVED`."""
    return f"{counted(count, 'note')} {'is' if count == 1 else 'are'} NOT SAVED"


def unsaved_lines(texts: Sequence[str], reason: str) -> list[str]:
    """Return the lines that print notes which could not be saved; none if there are none."""
    if not texts:
        return []
    head = f"{not_saved(len(texts))}{f' ({reason})' if reason else ''}. Copy what you need from here:"
    return [head, *(f"  {one_line(text)}" for text in texts)]


def note_text(event: Event, playbook: Playbook) -> str:
    """Return the note of an event on one line; empty for other events."""
    match event:
        case Answered(note=note, label=label):
            return one_line(" · ".join(part[:MAX_PREVIEW_CHARACTERS] for part in (label, note) if part))
        case Noted(text=text, kind=kind):
            return KIND_SYMBOLS[kind] + one_line(text[:MAX_PREVIEW_CHARACTERS])
        case Marked():
            return "bookmark"
        case Skipped(question=question):
            return f"skipped: {one_line(_question_text(question, playbook)[:MAX_PREVIEW_CHARACTERS])}"
        case Detoured(detour=detour):
            return f"detour: {one_line(detour.replace('_', ' '))}"
    return ""


def undo_message(events: Sequence[Event], playbook: Playbook) -> str:
    """Return what the last undo reverted, as in `undone: note “x”`; `events` are those of the call."""
    latest = events[-1]
    undone = [events[number] for number in latest.events] if isinstance(latest, Undone) else []
    words = next((text for event in undone if (text := _action_text(event, playbook))), "")
    return f"undone: {words}" if words else "undone"


def accept_message(events: Sequence[Event], playbook: Playbook) -> str:
    """Return what was accepted, as in `accepted: heard you ask “x”`; `events` are those of the action."""
    words = next((text for event in reversed(events) if (text := _action_text(event, playbook))), "")
    return f"accepted: {words}" if words else "accepted"


def _action_text(event: Event, playbook: Playbook) -> str:
    """Return an action in words; empty for an event that only follows from an action."""
    match event:
        case Asked(text=text, how=how):
            return f"{'heard you ask' if how is Origin.HEARD else 'asked'} {_quote(text)}"
        case Answered(note=note, label=label):
            return f"{'answer' if label else 'note'} {_quote(' · '.join(filter(None, (label, note))))}"
        case Noted(text=text, kind=kind):
            return f"{'note' if kind is NoteKind.FREE else kind} {_quote(text)}"
        case Marked():
            return "bookmark"
        case Dismissed():
            return "dismissed the tap"
        case Skipped(question=question):
            return f"skipped {_quote(_question_text(question, playbook))}"
        case Detoured(detour=detour):
            return f"detour {_quote(detour.replace('_', ' '))}"
        case Jumped(to=to):
            return f"jump to {_quote(_question_text(to.item, playbook))}" if to.item else "jump"
        case PlanSet(kind=kind, about=about, text=text):
            return f"{kind.replace('_', ' ')} {_quote(text or about)}"
    return ""


def _question_text(question: str, playbook: Playbook) -> str:
    ask = playbook.question(question)
    return ask.text if ask else question.replace("_", " ")


def _quote(text: str) -> str:
    return f"“{one_line(text[:MAX_PREVIEW_CHARACTERS])}”"


RECENT_EVENTS = 400
"""Number of latest events that are searched for a change of speaker."""


class CallWarning(Struct, frozen=True):
    """A warning for the second line of the screen. `is_unsaved`: notes are not saved, the most important warning.

    `is_quiet` marks a notice: nothing is wrong.
    """

    words: str
    is_unsaved: bool = False
    key: str = ""
    """The key that helps, with what it does."""
    is_quiet: bool = False

    @property
    def full_text(self) -> str:
        return f"{self.words}; {self.key}" if self.key else self.words


NOTICE_SECONDS = 20.0
"""Seconds for which a call without sound says how to show who talks."""


def listening_status(call: OpenedCall) -> str:
    """Return what the call listens to, in a few words; empty once somebody was heard."""
    session = call.session
    if call.source is None:
        recent = session.events[-RECENT_EVENTS:]
        uses_key = any(isinstance(event, FloorTaken) and event.at > session.opened_at for event in recent)
        return "no sound" if call.mode is Mode.LIVE and not uses_key else ""
    if call.should_ask_who:
        return "not known yet which speaker is you"
    if session.talk.mine_seconds or session.talk.theirs_seconds:
        return ""
    return "" if microphone_status(call.source) else f"listening to {one_line(call.source.name)}, nothing yet"


def call_warning(
    call: OpenedCall, receipts: SaveReceipts, reload_problem: str = "", talk_key: str = "", who_key: str = ""
) -> CallWarning | None:
    """Return the most important warning about an open call; unsaved notes come first, then a rejected playbook.

    Without a warning, a notice says what the call listens to, once. `talk_key` describes the key that switches the
    speaker, `who_key` how to choose the speaker who is the user.
    """
    session = call.session
    if receipts.failed:
        return CallWarning(f"NOT SAVED ({len(receipts.failed)}): {receipts.reason}", is_unsaved=True)
    if reload_problem:
        return CallWarning(reload_problem)
    for source in session.sources:
        if source.state in (SourceState.BROKEN, SourceState.LAGGING, SourceState.ENDED):
            # Sources do not know which key switches the speaker here.
            words, hint, rest = source.message.partition(f"; {TALK_KEY_HINT}")
            return CallWarning(words, key=f"{talk_key or TALK_KEY_HINT}{rest}" if hint else "")
    if not (status := listening_status(call)):
        return None
    if call.source is not None:
        return CallWarning(status, key=who_key if call.should_ask_who else "", is_quiet=not call.should_ask_who)
    is_new = call.clock() - max(session.opened_at, 0.0) <= NOTICE_SECONDS
    return CallWarning(status, key=talk_key, is_quiet=True) if is_new else None


MAX_SUGGESTION_CHARACTERS = 60


class SuggestionText(Struct, frozen=True):
    """Text of a suggestion. `key` accepts it, with this `effect`; `is_request` is False for a quiet mark.

    `at` is when it was heard, in seconds of the call. `brief` replaces the words if they do not fit.
    """

    symbol: str
    label: str
    words: str
    key: str
    effect: str
    at: float
    is_request: bool = False
    brief: str = ""

    @property
    def plain_text(self) -> str:
        return f"{self.symbol} {self.label}  {self.words}"


def open_question_texts(questions: Sequence[OpenQuestion], suggestions: Suggestions) -> tuple[SuggestionText, ...]:
    """Return one quiet line with the buyer's latest unanswered question; pending requests are left out."""
    requests = {request.heard for request in suggestions.requests}
    waiting = [question for question in questions if question.text not in requests]
    if not waiting:
        return ()
    latest = waiting[-1]
    more = f" (and {len(waiting) - 1} more)" if len(waiting) > 1 else ""
    words = f"{_shorten(latest.text)}{more}"
    return (SuggestionText("·", f"they asked {format_clock(latest.at)}:", words, "", "", latest.at),)


def suggestion_texts(
    suggestions: Suggestions, last_side: Side, accept_key: str = "", detour_keys: str = ""
) -> tuple[SuggestionText, ...]:
    """Return the texts of suggestions: the buyer's requests, newest first, then a question or an answer.

    While the buyer is speaking (`last_side`), only requests are shown. `accept_key` is the key of `actions.accept`,
    `detour_keys` are the letters that take a detour.
    """
    mark = None if last_side is Side.THEM else _recognition_text(suggestions, accept_key)
    if mark is not None and suggestions.accepts_request:
        mark = replace(mark, key="")
    texts: list[SuggestionText] = []
    for request in suggestions.requests:
        key = request.key if request.key and request.key in detour_keys else ""
        if not texts and not key and suggestions.accepts_request:
            key = accept_key
        words = f"“{_shorten(request.heard)}”"
        texts.append(
            SuggestionText("↷", "they asked", words, key, "takes it", request.at, is_request=True, brief=request.label)
        )
    return (*texts, mark) if mark is not None else tuple(texts)


def _recognition_text(suggestions: Suggestions, accept_key: str) -> SuggestionText | None:
    """Return the text of the question or answer that needs a key; a longer answer is saved by the next question."""
    asked, answer = suggestions.asked, suggestions.answer
    if asked is not None:
        return SuggestionText("?", "you asked", one_line(asked.asked_as), accept_key, "ticks it", asked.at)
    if answer is not None and not answer.is_long_enough:
        return SuggestionText("“", "their answer", _shorten(answer.words), accept_key, "keeps it", answer.at)
    return None


def _shorten(words: str) -> str:
    """Shorten long words to their end, which was said last."""
    text = one_line(words)
    return text if len(text) <= MAX_SUGGESTION_CHARACTERS else f"…{text[-MAX_SUGGESTION_CHARACTERS:].split(' ', 1)[-1]}"


MEANINGFUL_SECONDS = 120.0
"""Minimum seconds of talk for a share over the limit: at first, one person has all of the talk."""

SHOWN_SECONDS = 60.0
"""Seconds for which the share is shown after a third and two thirds of the planned time.

A share shown every 20 minutes cut tutors' talk by 13 to 14 %, and a permanent one was found too distracting
(Talk Meter, a randomized trial with 742 tutors).
"""

DEFAULT_MINUTES = 30.0
"""Planned minutes of a playbook that names none."""


class TalkShare(Struct, frozen=True):
    """The user's share of the talk, in percent, and whether it is over the limit of the playbook."""

    percent: int
    is_over_limit: bool


def visible_share(call: OpenedCall, view: CallView) -> TalkShare | None:
    """Return the user's share of the talk if it should be shown now, otherwise None.

    It is due for a minute after each third of the planned time, at the end, and as long as it is over the limit.
    """
    talk, playbook = call.session.talk, call.session.playbook
    if talk.share is None:
        return None
    is_over_limit = (
        talk.share > playbook.coach.max_talk_ratio and talk.mine_seconds + talk.theirs_seconds >= MEANINGFUL_SECONDS
    )
    third, at = (playbook.minutes or DEFAULT_MINUTES) * 60.0 / 3.0, call.clock()
    is_due = any(0.0 <= at - each * third < SHOWN_SECONDS for each in (1, 2))
    is_closing = view.prompt.kind is PromptKind.CLOSING
    is_visible = call.is_share_always_shown or is_over_limit or is_closing or is_due
    return TalkShare(round(talk.share * 100), is_over_limit) if is_visible else None
