"""Texts of plain text mode: questions, events, warnings and the state of the call, as whole lines.

A line starts with what it is, so that a listener can skip the rest. No symbol replaces a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import (
    Asked,
    Dismissal,
    Dismissed,
    Ended,
    Event,
    Noted,
    NoteKind,
    Origin,
    Returned,
    Side,
    Switched,
    TapKind,
    Tapped,
)
from salesnerd_tui.call.view import CallView, DetourKey, JumpRow, Prompt, PromptKind
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.services.call_status import MAX_PREVIEW_CHARACTERS, note_text, undo_message
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import format_clock

if TYPE_CHECKING:
    from salesnerd_tui.call.actions import Suggestions
    from salesnerd_tui.coach.talk_stats import TalkStats
    from salesnerd_tui.playbook.model import Playbook


SPEAKING = {Side.ME: "you are speaking", Side.THEM: "they are speaking", Side.NOBODY: ""}
PROMPT_LABELS = {PromptKind.SAY: "Say", PromptKind.PROBE: "Follow up", PromptKind.CLOSING: "Decide"}


def opening_line(view: CallView) -> str:
    """Return the title, the people and the progress of a call."""
    people = ", ".join(one_line(each) for each in (view.account, *view.people) if each)
    return f"Call: {one_line(view.title)}{f', with {people}' if people else ''}. {view.done} of {view.total} questions."


def question_lines(view: CallView, *, is_whole: bool = True) -> Iterator[str]:
    """Yield what to say now, why, and the possible answers; if not `is_whole`, only what a follow-up adds."""
    prompt = view.prompt
    if prompt.parent and is_whole:
        yield f"After: {one_line(prompt.parent)}"
    if prompt.lead_in:
        yield f"Say first: {one_line(prompt.lead_in)}"
    yield f"{_prompt_label(prompt)}: {one_line(prompt.text)}"
    if prompt.parent and not is_whole:
        return
    if prompt.why and not prompt.parent:
        yield f"Why: {one_line(' '.join(prompt.why))}"
    if prompt.remember:
        yield f"Note: {one_line(' '.join(prompt.remember))}"
    yield from _labeled_lines((("They said", prompt.they_said), ("You noted", prompt.you_noted)))
    yield from _note_lines(prompt)
    for choice in prompt.choices:
        picked = " (picked)" if choice.is_picked else ""
        leads = f" Then: {one_line(choice.leads_to)}" if choice.leads_to else ""
        reminder = f" Note: {one_line(choice.note)}" if choice.note else ""
        yield f"{choice.number}: {_end_sentence(one_line(choice.label) + picked)}{leads}{reminder}"
    if prompt.kind is PromptKind.CLOSING:
        switch_hint = "next continues there, " if view.switch else ""
        yield f"{switch_hint}end lists the endings, questions lists the questions."


def _note_lines(prompt: Prompt) -> Iterator[str]:
    """Yield what is known from before, and the notes of this call."""
    for fact in prompt.known:
        yield f"Known from {fact.day or 'before'}: {one_line(fact.words)}"
    if prompt.asks_to_confirm:
        yield "Type yes to confirm it."
    yield from (f"Noted: {one_line(note.words)}" for note in prompt.notes if not note.recalled_from)


def _prompt_label(prompt: Prompt) -> str:
    kind = PROMPT_LABELS.get(prompt.kind, "Question")
    asker = "" if prompt.speaker in ("", "me") else f", {one_line(prompt.speaker)} asks"
    asked = ", asked already" if prompt.is_asked and prompt.kind is PromptKind.ASK else ""
    must = ", must" if prompt.is_must and prompt.kind is PromptKind.ASK else ""
    return f"{kind}{must}{asker}{asked}"


def section_line(view: CallView) -> str:
    """Return the section of the question, or the detour and where it returns to."""
    if view.way_back:
        return f"Detour{f' {one_line(view.detour)}' if view.detour else ''}, then back to: {one_line(view.way_back)}"
    here = next((section for section in view.sections if section.is_here), None)
    return f"Section: {one_line(here.title)}" if here is not None and here.title else ""


def more_lines(prompt: Prompt) -> Iterator[str]:
    """Yield what else the playbook says about the question."""
    here = (("Why", prompt.why), ("Note", prompt.remember))
    heard = (("Listen for", prompt.listen_for), ("Avoid", prompt.avoid), ("Follow up with", prompt.probes))
    yield from _labeled_lines((*here, *heard, ("Link", prompt.link)))
    for each in prompt.surroundings:
        yield f"About {one_line(each.title)}: {one_line(each.goal)}".rstrip(": ")
        cues = each.cues
        listen_for = () if cues.listen_for == prompt.listen_for else cues.listen_for
        avoid = () if cues.avoid == prompt.avoid else cues.avoid
        yield from _labeled_lines(
            (("Why", cues.why), ("Listen for", listen_for), ("Avoid", avoid), ("Link", cues.link))
        )


def _labeled_lines(labeled: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for label, words in labeled:
        joined = "; ".join(one_line(word) for word in words if word)
        if joined:
            yield f"{label}: {joined}"


def event_line(event: Event) -> str:
    """Return the line of an event; empty if the next question or note shows it anyway."""
    match event:
        case Tapped():
            return tap_line(event)
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
        case Ended(outcome=outcome, record=record):
            fields = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in record.items())
            sentence = f"The call has ended: {decision(event.decision)}, {outcome.replace('_', ' ')}."
            return one_line(f"{sentence} {fields}")
    return ""


def undo_line(events: Sequence[Event], playbook: Playbook) -> str:
    """Return what the last of `events` took back."""
    return f"{capital(undo_message(events, playbook))}."


def noted_line(event: Event, playbook: Playbook) -> str:
    """Return the note of an event, its kind as a word; empty for other events."""
    if isinstance(event, Noted):
        kind = "" if event.kind is NoteKind.FREE else f"{event.kind}: "
        return f"{kind}{one_line(event.text[:MAX_PREVIEW_CHARACTERS])}"
    return note_text(event, playbook)


def decision(word: str) -> str:
    """Return the decision as `go`, `no-go` or `not yet`."""
    return "not yet" if word == Decision.NOT_YET else word


def tap_line(tapped: Tapped) -> str:
    """Return a tap with its reason and something to say."""
    late = " (late)" if tapped.late else ""
    title, reason = one_line(tap_text.title(tapped)), one_line(tap_text.reason(tapped))
    label, words = tap_text.suggestion(tapped)
    suggestion = f" {one_line(label[:1].upper() + label[1:])}: {one_line(words)}" if words else ""
    return f"Tap: {_end_sentence(title)} {_end_sentence(capital(reason + late))}{suggestion}"


def evidence_lines(tapped: Tapped | None) -> Iterator[str]:
    """Yield the evidence for the last tap."""
    if tapped is None:
        yield "No tap so far."
        return
    yield f"At {format_clock(tapped.at)}. {tap_line(tapped)}"
    if tapped.quote:
        yield f"You said: {one_line(tapped.quote)}"


def suggestion_lines(suggestions: Suggestions, last_side: Side) -> Iterator[str]:
    """Yield the buyer's requests, then the likely question or answer, unless the buyer (`last_side`) is speaking."""
    for request in suggestions.requests:
        typed = request.key or f"detour {request.detour}"
        yield f"They asked: {_end_sentence(one_line(request.heard))} Type {typed} to take that detour."
    if last_side is Side.THEM:
        return
    if suggestions.asked is not None:
        yield f"You may have asked: {_end_sentence(one_line(suggestions.asked.asked_as))} Type yes or no."
    elif suggestions.answer is not None:
        yield f"Their answer: {_end_sentence(one_line(suggestions.answer.words))} Type yes to save it, or just next."


def time_line(
    seconds: float, view: CallView, talk: TalkStats, speaker: Side, *, is_paused: bool, max_share: float
) -> str:
    """Return the clock, the talk ratio and the progress."""
    parts = [f"Clock {format_clock(max(seconds, 0.0))}{', paused' if is_paused else ''}"]
    if talk.share is not None:
        over = ", more than you meant to" if talk.share > max_share else ""
        parts.append(f"you talked {round(talk.share * 100)} percent{over}")
    if SPEAKING[speaker]:
        parts.append(SPEAKING[speaker])
    parts.append(f"{view.done} of {view.total} questions")
    parts += [f"{one_line(name)} {value:g}" for name, value in view.scores]
    parts += [f"{one_line(gate.name)}: {'met' if gate.is_met else 'not met'}" for gate in view.gates]
    if view.is_late:
        parts.append("late")
    return ". ".join(capital(part) for part in parts) + "."


def question_list(rows: Iterable[JumpRow], words: str) -> Iterator[str]:
    """Yield the questions that contain all words, with their ids."""
    search_words = words.lower().split()
    has_match = False
    for row in rows:
        question = f"{row.item}: {one_line(row.text)}"
        if all(word in f"{question} {row.section}".lower() for word in search_words):
            has_match = True
            must = ", must" if row.is_must else ""
            section = f"{capital(one_line(row.section))}, " if row.section else ""
            known = f": {one_line(row.known.words)} ({row.known.day or 'before'})" if row.known else ""
            yield f"{_end_sentence(question)} {section}{row.progress}{must}{known}."
    if not has_match:
        yield "No matching questions." if search_words else "This playbook has no questions."
    else:
        yield "Go to a question with: jump ID"


def detour_list(keys: Sequence[DetourKey], words: str) -> Iterator[str]:
    """Yield the open detours, by what the buyer may have said."""
    search_words = words.lower().split()
    has_match = False
    for each in keys:
        heard = " / ".join(one_line(phrase) for phrase in each.they_say) or one_line(each.label)
        if all(word in f"{heard} {each.label}".lower() for word in search_words):
            has_match = True
            key = f", letter {each.key}" if each.key else ""
            yield f"{each.detour}{key}: {heard}"
    yield "Take a detour with: detour ID" if has_match else "No matching detours."


def _end_sentence(words: str) -> str:
    """Return the words with final punctuation, where a screen reader pauses."""
    return words if words.endswith((".", "?", "!", "…", ":")) else f"{words}."


def capital(words: str) -> str:
    """Return the words with a capital first letter, unless they start with the name of a file."""
    first = words.partition(" ")[0]
    return words if "." in first[:-1] else words[:1].upper() + words[1:]
