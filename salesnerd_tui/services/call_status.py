"""Status of a running call, as every interface shows it: notes, their save state, warnings, suggestions, talk share.

The user's share of the talk is shown only at times: a permanent display distracts, a rare one changes habits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from salesnerd_tui.speech.source import microphone_status
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import call_day, call_days, clock

if TYPE_CHECKING:
    from salesnerd_tui.call.actions import Suggestions
    from salesnerd_tui.call.view import CallView, EarlierFact
    from salesnerd_tui.coach.signals.questions import OpenQuestion
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.services.call_service import OpenedCall


PREVIEW = 300
"""Characters of a note that a row can show; the rest of a pasted page is never processed."""

KIND_SYMBOLS = {
    **{kind: f"{sign} " for sign, kind in NOTE_PREFIXES.items()},
    NoteKind.QUOTE: "“ ",
    NoteKind.FREE: "",
}


class SaveState(StrEnum):
    """State of a note on its way to the disk. `YES` only after the disk has confirmed it."""

    WAITING = "waiting"
    YES = "saved"
    NO = "NOT SAVED"


class NoteRow(Struct, frozen=True):
    """A note on one line; `number` is that of its event, `at` the seconds of the call."""

    number: int
    at: float
    words: str


class SaveReceipts(Struct):
    """Events that are on the disk, by their number in the call."""

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


def rows(events: Sequence[Event], playbook: Playbook, since: int = 0) -> list[NoteRow]:
    """Return the notes from event `since` on, without those that were undone."""
    gone = undone_numbers(events)
    found = []
    for number in range(since, len(events)):
        words = in_words(events[number], playbook)
        if words and number not in gone:
            found.append(NoteRow(number, events[number].at, words))
    return found


def known_words(facts: Sequence[EarlierFact], prep: str = "", *, is_brief: bool = False) -> str:
    """Return how many answers earlier calls have, and from which day, without those of `prep`."""
    calls = [fact.call for fact in facts if fact.call != prep]
    if not calls:
        return ""
    if is_brief:
        return f"{len(calls)} known from {call_days(calls)}"
    answers = "1 answer" if len(calls) == 1 else f"{len(calls)} answers"
    days = call_days(calls)
    return f"{answers} known from {f'earlier calls, the last on {call_day(max(calls))}' if days == 'before' else days}"


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


def in_words(event: Event, playbook: Playbook) -> str:
    """Return the note of an event on one line; empty for other events."""
    match event:
        case Answered(note=note, label=label):
            return one_line(" · ".join(part[:PREVIEW] for part in (label, note) if part))
        case Noted(text=text, kind=kind):
            return KIND_SYMBOLS[kind] + one_line(text[:PREVIEW])
        case Marked():
            return "bookmark"
        case Skipped(question=question):
            return f"skipped: {one_line(_asked_text(question, playbook)[:PREVIEW])}"
        case Detoured(detour=detour):
            return f"detour: {one_line(detour.replace('_', ' '))}"
    return ""


def undone_words(events: Sequence[Event], playbook: Playbook) -> str:
    """Return what the last undo took back, as in `undone: note “x”`; `events` are those of the call."""
    latest = events[-1]
    undone = [events[number] for number in latest.events] if isinstance(latest, Undone) else []
    words = next((found for event in undone if (found := _action_words(event, playbook))), "")
    return f"undone: {words}" if words else "undone"


def _action_words(event: Event, playbook: Playbook) -> str:
    """Return an action with what it was about; empty for what only follows from an action."""
    match event:
        case Asked(text=text, how=how):
            return f"{'heard you ask' if how is Origin.HEARD else 'asked'} {_quoted(text)}"
        case Answered(note=note, label=label):
            return f"{'answer' if label else 'note'} {_quoted(' · '.join(filter(None, (label, note))))}"
        case Noted(text=text, kind=kind):
            return f"{'note' if kind is NoteKind.FREE else kind} {_quoted(text)}"
        case Marked():
            return "bookmark"
        case Dismissed():
            return "dismissed the tap"
        case Skipped(question=question):
            return f"skipped {_quoted(_asked_text(question, playbook))}"
        case Detoured(detour=detour):
            return f"detour {_quoted(detour.replace('_', ' '))}"
        case Jumped(to=to):
            return f"jump to {_quoted(_asked_text(to.item, playbook))}" if to.item else "jump"
        case PlanSet(kind=kind, about=about, text=text):
            return f"{kind.replace('_', ' ')} {_quoted(text or about)}"
    return ""


def _asked_text(question: str, playbook: Playbook) -> str:
    asked = playbook.question(question)
    return asked.text if asked else question.replace("_", " ")


def _quoted(text: str) -> str:
    return f"“{one_line(text[:PREVIEW])}”"


RECENT_EVENTS = 400
"""Events that are searched for the last change of speaker."""


class CallWarning(Struct, frozen=True):
    """A warning for the second line of the screen. `bad` means unsaved notes, the most important of all.

    `is_quiet` marks a notice: nothing is wrong.
    """

    words: str
    bad: bool = False
    key: str = ""
    """The key that helps, with what it does."""
    is_quiet: bool = False


NOTICE_SECONDS = 20.0
"""Seconds for which a call without sound says how to show who talks."""


def hearing_status(call: OpenedCall) -> str:
    """Return how the call hears, in a few words, until somebody was heard; empty from then on."""
    if call.source is not None and call.asks_who:
        return "not known yet which speaker is you"
    if call.session.talk.share is not None:
        return ""
    if call.source is None:
        return "no sound" if call.mode is Mode.LIVE else ""
    return "" if microphone_status(call.source) else f"listening to {one_line(call.source.name)}, nothing yet"


def call_warning(
    call: OpenedCall, receipts: SaveReceipts, reload_problem: str = "", talk: str = "", who: str = ""
) -> CallWarning | None:
    """Return the most important warning about an open call; unsaved notes come first, then a rejected playbook.

    Without a warning, a notice says how the call hears, once. `talk` describes the key that switches the speaker,
    `who` the way to choose the speaker who is the user.
    """
    session = call.session
    if receipts.refused:
        return CallWarning(f"NOT SAVED ({len(receipts.refused)}): {receipts.why}", bad=True)
    if reload_problem:
        return CallWarning(reload_problem)
    for source in session.state.sources.values():
        if source.state in (SourceState.BROKEN, SourceState.LAGGING, SourceState.ENDED):
            return CallWarning(source.message)
    if not (status := hearing_status(call)):
        return None
    if call.source is not None:
        return CallWarning(status, key=who if call.asks_who else "", is_quiet=not call.asks_who)
    uses_key = any(isinstance(event, FloorTaken) for event in session.events[-RECENT_EVENTS:])
    is_new = call.clock() <= NOTICE_SECONDS
    return CallWarning(status, key=talk, is_quiet=True) if is_new and not uses_key else None


MOST_CHARACTERS = 60


class SuggestionText(Struct, frozen=True):
    """A suggestion in words. `key` accepts it, and `does` describes the effect; `is_request` is False for a quiet mark.

    `at` is when it was heard, in seconds of the call. `brief` replaces the words if they do not fit.
    """

    symbol: str
    label: str
    words: str
    key: str
    does: str
    at: float
    is_request: bool = False
    brief: str = ""

    @property
    def plain(self) -> str:
        return f"{self.symbol} {self.label}  {self.words}"


def open_question_texts(questions: Sequence[OpenQuestion], suggestions: Suggestions) -> tuple[SuggestionText, ...]:
    """Return one quiet line for what they asked and the user has not answered: the latest question.

    A question that waits as a request already is left out.
    """
    requests = {request.heard for request in suggestions.requests}
    left = [question for question in questions if question.text not in requests]
    if not left:
        return ()
    latest = left[-1]
    more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
    words = f"{_shortened(latest.text)}{more}"
    return (SuggestionText("·", f"they asked {clock(latest.at)}:", words, "", "", latest.at),)


def suggestion_texts(
    suggestions: Suggestions, voice: Side, yes: str = "", letters: str = ""
) -> tuple[SuggestionText, ...]:
    """Return the suggestions: the buyer's requests, newest first, then a mark.

    While the buyer's is the `voice` heard last, only requests are shown. `yes` is the key of `actions.accept`,
    `letters` are those that take a detour.
    """
    mark = None if voice is Side.THEM else _mark(suggestions, yes)
    if mark is not None and suggestions.detour is not None and not suggestions.detour.key:
        mark = replace(mark, key="")  # accept takes the request first
    texts: list[SuggestionText] = []
    for request in suggestions.requests:
        key = request.key if request.key and request.key in letters else ""
        if not texts and not key and (mark is None or not mark.key):
            key = yes
        words = f"“{_shortened(request.heard)}”"
        texts.append(SuggestionText("↷", "they asked", words, key, "takes it", request.at, True, request.label))
    return (*texts, mark) if mark is not None else tuple(texts)


def _mark(suggestions: Suggestions, yes: str) -> SuggestionText | None:
    """Return the mark whose suggestion `actions.accept` would take."""
    asked, answer = suggestions.asked, suggestions.answer
    if asked is not None:
        return SuggestionText("?", "you asked", one_line(asked.asked_as), yes, "ticks it", asked.at)
    if answer is not None:
        return SuggestionText("“", "their answer", _shortened(answer.words), yes, "keeps it", answer.at)
    return None


def _shortened(words: str) -> str:
    """Shorten long words to their end, which was said last."""
    text = one_line(words)
    return text if len(text) <= MOST_CHARACTERS else f"…{text[-MOST_CHARACTERS:].split(' ', 1)[-1]}"


MEANINGFUL_SECONDS = 120.0
"""Seconds of talk before a share means anything; the person who opens the call has all of it."""

SHOWN_SECONDS = 60.0
"""Seconds for which the share is shown after a third and two thirds of the planned time.

A share shown every 20 minutes cut tutors' talk by 13 to 14 %, and a permanent one was found too distracting
(Talk Meter, a randomized trial with 742 tutors).
"""

USUAL_MINUTES = 30.0
"""Planned minutes of a playbook that names none."""


class TalkShare(Struct, frozen=True):
    """The user's share of the talk, in percent, and whether it is over the limit of the playbook."""

    percent: int
    over: bool


def shown_share(call: OpenedCall, view: CallView) -> TalkShare | None:
    """Return the share if it is to be shown now, else None.

    It is due for a minute after each third of the planned time, at the end, and as long as it is over the limit.
    """
    talk, playbook = call.session.talk, call.session.playbook
    if talk.share is None:
        return None
    over = talk.share > playbook.coach.max_talk_ratio and talk.mine_seconds + talk.theirs_seconds >= MEANINGFUL_SECONDS
    third, at = (playbook.minutes or USUAL_MINUTES) * 60.0 / 3.0, call.clock()
    due = any(0.0 <= at - each * third < SHOWN_SECONDS for each in (1, 2))
    closing = view.prompt.kind is PromptKind.CLOSING
    return TalkShare(round(talk.share * 100), over) if call.always_shows_share or over or closing or due else None
