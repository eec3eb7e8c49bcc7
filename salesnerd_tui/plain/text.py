"""Texts of plain text mode: questions, events, warnings and the state of the call, as whole lines.

A line starts with what it is, so that a listener can skip the rest. No symbol replaces a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.app.call_status import PREVIEW, CallWarning, SaveReceipts, SaveState, call_warning, in_words
from salesnerd_tui.call import tap_text, view
from salesnerd_tui.call.events import (
    Answered,
    Asked,
    Dismissal,
    Dismissed,
    Ended,
    Event,
    Heard,
    Noted,
    NoteKind,
    Origin,
    Returned,
    Side,
    Switched,
    TapKind,
    Tapped,
    Undone,
)
from salesnerd_tui.call.view import CallView, DetourKey, JumpRow, Progress, Prompt, PromptKind
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.speech.source import ReadProgress, SourceEvent, SpeakersFound
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import call_day, clock

if TYPE_CHECKING:
    from salesnerd_tui.app.call_service import OpenedCall
    from salesnerd_tui.call.actions import Suggestions
    from salesnerd_tui.coach.floor import TalkStats


HOLDS = {Side.ME: "you are speaking", Side.THEM: "they are speaking", Side.NOBODY: ""}
KINDS = {PromptKind.SAY: "Say", PromptKind.PROBE: "Follow up", PromptKind.CLOSING: "Decide"}


def opening(view: CallView) -> str:
    """Return the title, the people and the progress of a call."""
    people = ", ".join(one_line(each) for each in (view.account, *view.people) if each)
    return f"Call: {one_line(view.title)}{f', with {people}' if people else ''}. {view.done} of {view.total} questions."


def question(view: CallView, whole: bool = True) -> Iterator[str]:
    """Yield what to say now, why, and the possible answers; if not `whole`, only what a follow-up adds."""
    prompt = view.prompt
    if prompt.parent and whole:
        yield f"After: {one_line(prompt.parent)}"
    if prompt.lead_in:
        yield f"Say first: {one_line(prompt.lead_in)}"
    yield f"{_kind(prompt)}: {one_line(prompt.text)}"
    if prompt.parent and not whole:
        return
    if prompt.why and not prompt.parent:
        yield f"Why: {one_line(' '.join(prompt.why))}"
    if prompt.remember:
        yield f"Note: {one_line(' '.join(prompt.remember))}"
    yield from _named((("They said", prompt.they_said), ("You noted", prompt.you_noted)))
    yield from _noted(prompt)
    for choice in prompt.choices:
        picked = " (picked)" if choice.picked else ""
        leads = f" Then: {one_line(choice.leads_to)}" if choice.leads_to else ""
        reminder = f" Note: {one_line(choice.note)}" if choice.note else ""
        yield f"{choice.number}: {_ended(one_line(choice.label) + picked)}{leads}{reminder}"
    if prompt.kind is PromptKind.CLOSING:
        on = "next continues there, " if view.switch else ""
        yield f"{on}end lists the endings, questions lists the questions."


def _noted(prompt: Prompt) -> Iterator[str]:
    """Yield what is known from before, and the notes of this call."""
    for fact in prompt.known:
        yield f"Known from {call_day(fact.call) or 'before'}: {one_line(fact.words)}"
    if prompt.confirms:
        yield "Type yes to confirm it."
    yield from (f"Noted: {one_line(note.words)}" for note in prompt.notes if not note.recalled_from)


def _kind(prompt: Prompt) -> str:
    kind = KINDS.get(prompt.kind, "Question")
    by = "" if prompt.by in ("", "me") else f", {one_line(prompt.by)} asks"
    asked = ", asked already" if prompt.asked and prompt.kind is PromptKind.ASK else ""
    must = ", must" if prompt.must and prompt.kind is PromptKind.ASK else ""
    return f"{kind}{must}{by}{asked}"


def section(view: CallView) -> str:
    """Return the section of the question, or the detour and where it returns to."""
    if view.way_back:
        return f"Detour, then back to: {one_line(view.way_back)}"
    here = next((light for light in view.sections if light.progress is Progress.HERE), None)
    return f"Section: {one_line(here.title)}" if here is not None and here.title else ""


def more(prompt: Prompt) -> Iterator[str]:
    """Yield what else the playbook says about the question."""
    here = (("Why", prompt.why), ("Note", prompt.remember))
    heard = (("Listen for", prompt.listen_for), ("Avoid", prompt.avoid), ("Follow up with", prompt.probes))
    yield from _named((*here, *heard, ("Link", prompt.link)))
    for each in prompt.around:
        yield f"About {one_line(each.title)}: {one_line(each.goal)}".rstrip(": ")
        cues = each.cues
        listen_for = () if cues.listen_for == prompt.listen_for else cues.listen_for
        avoid = () if cues.avoid == prompt.avoid else cues.avoid
        yield from _named((("Why", cues.why), ("Listen for", listen_for), ("Avoid", avoid), ("Link", cues.link)))


def _named(labeled: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for label, words in labeled:
        joined = "; ".join(one_line(word) for word in words if word)
        if joined:
            yield f"{label}: {joined}"


def event_line(happened: Event) -> str:
    """Return the line of an event; empty if the next question or note shows it anyway."""
    match happened:
        case Tapped():
            return tap(happened)
        case Asked(how=Origin.HEARD, text=text):
            return f"Heard you ask: {one_line(text)}"
        case Dismissed(kind=kind, how=Dismissal.HANDED_BACK) if kind is not TapKind.SILENCE:
            return "Handed back. Now listen."
        case Dismissed(how=Dismissal.BOUNDED):
            return "You limited that promise."
        case Dismissed(how=Dismissal.DISMISSED):
            return "Tap dismissed."
        case Returned():
            return "Back from the detour."
        case Switched(title=title):
            return f"Playbook: {one_line(title)}"
        case Undone():
            return "Undone."
        case Ended():
            return _end(happened)
    return ""


def noted(happened: Event) -> str:
    """Return the note of an event, its kind as a word; empty for other events."""
    if isinstance(happened, Noted):
        kind = "" if happened.kind is NoteKind.FREE else f"{happened.kind}: "
        return f"{kind}{one_line(happened.text[:PREVIEW])}"
    return in_words(happened)


def decision(word: str) -> str:
    """Return the decision as `go`, `no-go` or `not yet`."""
    return "not yet" if word == Decision.NOT_YET else word


def tap(tapped: Tapped) -> str:
    """Return a tap with its reason and something to say."""
    late = " (late)" if tapped.late else ""
    title, reason = one_line(tap_text.title(tapped)), one_line(tap_text.reason(tapped))
    return f"Tap: {_ended(title)} {_ended(reason + late)}{_ready(tapped)}"


def _ready(tapped: Tapped) -> str:
    label, words = tap_text.suggestion(tapped)
    return f" {one_line(label[:1].upper() + label[1:])}: {one_line(words)}" if words else ""


def evidence(tapped: Tapped | None) -> Iterator[str]:
    """Yield the evidence for the last tap."""
    if tapped is None:
        yield "No tap so far."
        return
    yield f"At {clock(tapped.at)}. {tap(tapped)}"
    if tapped.quote:
        yield f"You said: {one_line(tapped.quote)}"


def suggestions(offers: Suggestions, voice: Side) -> Iterator[str]:
    """Yield the suggestions: the buyer's requests, then a mark unless the buyer's was the last `voice`."""
    for request in offers.requests:
        typed = request.key or f"detour {request.detour}"
        yield f"They asked: {_ended(one_line(request.heard))} Type {typed} to take that detour."
    if voice is Side.THEM:
        return
    if offers.asked is not None:
        yield f"You may have asked: {_ended(one_line(offers.asked.asked_as))} Type yes or no."
    elif offers.answer is not None:
        yield f"Their answer: {_ended(one_line(offers.answer.words))} Type yes to save it, or just next."


def time(seconds: float, paused: bool, view: CallView, talk: TalkStats, holder: Side, most_share: float) -> str:
    """Return the clock, the talk ratio and the progress."""
    parts = [f"Clock {clock(max(seconds, 0.0))}{', paused' if paused else ''}"]
    if talk.share is not None:
        over = ", more than you meant to" if talk.share > most_share else ""
        parts.append(f"you talked {round(talk.share * 100)} percent{over}")
    if HOLDS[holder]:
        parts.append(HOLDS[holder])
    parts.append(f"{view.done} of {view.total} questions")
    parts += [f"{one_line(name)} {value:g}" for name, value in view.scores]
    parts += [f"{one_line(gate.name)}: {'met' if gate.met else 'not met'}" for gate in view.gates]
    if view.late:
        parts.append("late")
    return ". ".join(capital(part) for part in parts) + "."


def questions(rows: Iterable[JumpRow], words: str) -> Iterator[str]:
    """Yield the questions that contain all words, with their ids."""
    wanted = words.lower().split()
    found = False
    for row in rows:
        question = f"{row.item}: {one_line(row.text)}"
        if all(word in f"{question} {row.section}".lower() for word in wanted):
            found = True
            must = ", must" if row.must else ""
            section = f"{capital(one_line(row.section))}, " if row.section else ""
            known = f": {one_line(row.known.words)} ({call_day(row.known.call) or 'before'})" if row.known else ""
            yield f"{_ended(question)} {section}{row.progress}{must}{known}."
    if not found:
        yield "No matching questions." if wanted else "This playbook has no questions."
    else:
        yield "Go to a question with: jump ID"


def detours(keys: Sequence[DetourKey], words: str) -> Iterator[str]:
    """Yield the open detours, by what the buyer may have said."""
    wanted = words.lower().split()
    found = False
    for each in keys:
        heard = " / ".join(one_line(phrase) for phrase in each.hear) or one_line(each.label)
        if all(word in f"{heard} {each.label}".lower() for word in wanted):
            found = True
            key = f", letter {each.key}" if each.key else ""
            yield f"{each.detour}{key}: {heard}"
    yield "Take a detour with: detour ID" if found else "No matching detours."


def _end(ended: Ended) -> str:
    record = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in ended.record.items())
    end = f"The call has ended: {decision(ended.decision)}, {ended.outcome.replace('_', ' ')}."
    return one_line(f"{end} {record}")


def _ended(words: str) -> str:
    """Return the words with final punctuation, where a screen reader pauses."""
    return words if words.endswith((".", "?", "!", "…", ":")) else f"{words}."


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


Say = Callable[[str], None]
TALK = "type talk when the speaker changes"


class PlainNews:
    """Prints what is new by calling `say` with each line. Not thread-safe."""

    def __init__(self, call: OpenedCall, say: Say) -> None:
        self.call = call
        self.session = call.session
        self.over = False
        self.panicked = False
        self.said = ""
        self.reload_trouble = ""
        self.receipts = SaveReceipts()
        self.receipts.were_kept(range(len(self.session.events)))
        self.view: CallView = view.view(self.session.now)
        self._say = say
        self._seen = len(self.session.events)
        self._asked: object = None
        self._section = ""
        self._offers: tuple[str, ...] = ()
        self._trouble: CallWarning | None = None
        self._printed_trouble = ""
        self._waits = False
        self._reads = False

    # input

    def hear(self, event: SourceEvent) -> None:
        """Take speech, a change of speaker, or a change of the source."""
        if self.over:
            return
        if isinstance(event, ReadProgress):
            if not self._reads:
                self._say(f"{capital(one_line(event.message.rpartition(':')[0]))}.")
            self._reads = True
            return
        if isinstance(event, SpeakersFound):
            self.call.speakers, self.call.suggested, self._waits = event.speakers, event.suggested, True
            self._ask_who()
            return
        before = self.session.state
        self.session.hear(event)
        if isinstance(event, Heard) and self.call.notice_speaker(event):
            self._ask_who()
        self._print_news(self.session.state is not before)

    def tick(self) -> None:
        """Let a second pass."""
        if not self.over:
            before = self.session.state
            self.session.tick()
            self._print_news(self.session.state is not before)

    def _print_news(self, moved: bool) -> None:
        """Print news; words and seconds that change nothing cost almost nothing."""
        if moved:
            self.changed()
        else:
            self._print_suggestion()

    def on_saved(self, outcome: WriteSaved | WriteFailed) -> None:
        """Report what was saved, and what was not."""
        if isinstance(outcome, WriteFailed):
            self.receipts.were_refused(outcome.numbers, outcome.why)
        else:
            fresh = [number for number in outcome.numbers if number not in self.receipts.kept]
            self.receipts.were_kept(outcome.numbers)
            for number in fresh:
                words = self._noted(number)
                if words:
                    self._say(f"Saved: {words}")
        if self.receipts.refused or (self._trouble is not None and self._trouble.bad):
            self._print_trouble()

    def _noted(self, number: int) -> str:
        """Return the note of an event; while hidden, automatic actions are not shown as notes."""
        event = self.session.events[number]
        return "" if self.panicked and not isinstance(event, Answered | Noted) else noted(event)

    @property
    def is_settled(self) -> bool:
        """Return whether every event is known to be saved or unsaved."""
        return all(self.receipts.of(number) is not SaveState.WAITING for number in range(len(self.session.events)))

    # state

    @property
    def holder(self) -> Side:
        return self.session.speaker.side(self.call.clock())

    def trouble(self) -> CallWarning | None:
        return call_warning(self.call, self.receipts, self.reload_trouble, TALK)

    def say(self, words: str) -> None:
        self._say(f"No: {words}")

    # output

    def changed(self) -> None:
        """Print what is new: first what happened, then what is wrong, then the question, then the suggestion."""
        events, self._seen = self.session.events[self._seen :], len(self.session.events)
        self.view = view.view(self.session.now)
        if not self.panicked:
            self._print(event_line(each) for each in events)
        self._print_trouble()
        if not self.panicked and self.session.state.ended is None:
            self._ask()
        self._print_suggestion()

    def _print_trouble(self) -> None:
        trouble = self.trouble()
        if trouble is not None and trouble != self._trouble and (trouble.bad or not self.panicked):
            line = f"{capital(one_line(trouble.words))}{_fix(trouble)}"
            if trouble.bad or line != self._printed_trouble:
                self._say(line)
            self._printed_trouble = self._printed_trouble if trouble.bad else line
        self._trouble = trouble

    def _print_suggestion(self) -> None:
        """Print each suggestion once, when it comes up or its words change."""
        voice = self.session.speaker.voice(self.call.clock())
        found = () if self.panicked else tuple(suggestions(self.session.offers, voice))
        self._print(line for line in found if line not in self._offers)
        self._offers = found

    def _ask(self) -> None:
        """Print the question if it has changed."""
        prompt = self.view.prompt
        asked = (prompt.kind, prompt.item, prompt.text)
        if asked == self._asked:
            return
        before, self._asked = self._asked, asked
        where = section(self.view)
        if where != self._section and where:
            self._say(where)
        self._section = where
        self._print(question(self.view, whole=before is None or not self.view.prompt.parent))

    def _print(self, lines: Iterator[str]) -> None:
        for line in lines:
            if line:
                self._say(line)

    # speakers

    def _ask_who(self) -> None:
        names = enumerate(self.call.speakers, 1)
        listed = "; ".join(
            f"{number}: {one_line(name)}{', most likely' if name == self.call.suggested else ''}"
            for number, name in names
        )
        waits = " The recording is paused until you answer." if self._waits else ""
        self._say(f"Which of these is you? {listed}; 0: none of these. Type who and the number.{waits}")


def _fix(trouble: CallWarning) -> str:
    if trouble.bad:
        return ". Type save to retry."
    return f": {trouble.key}" if trouble.key else ""
