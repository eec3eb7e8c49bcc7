"""The words of the linear mode: what is asked, what happened, how the call stands; each as whole lines of plain text.

Lines begin with what they are, so that a listener can let the rest go. No sign stands for a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.app.call_text import PREVIEW, in_words, offered
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
    Undone,
)
from salesnerd_tui.call.suggestions import Suggestions
from salesnerd_tui.call.view import CallView, DetourKey, JumpRow, Progress, Prompt, PromptKind
from salesnerd_tui.coach.floor import TalkStats
from salesnerd_tui.playbook.model import Decision
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

HOLDS = {Side.ME: "you talk now", Side.THEM: "they talk now", Side.NOBODY: ""}
KINDS = {PromptKind.SAY: "Say", PromptKind.PROBE: "Follow up", PromptKind.CLOSING: "Decide"}


def opening(view: CallView) -> str:
    """Which call this is."""
    people = ", ".join(one_line(each) for each in (view.account, *view.people) if each)
    return f"Call: {one_line(view.title)}{f', with {people}' if people else ''}. {view.done} of {view.total} questions."


def question(view: CallView, whole: bool = True) -> Iterator[str]:
    """The one thing to say now, why, and the answers it may bring; not `whole`, only what a follow-up adds."""
    prompt = view.prompt
    if prompt.parent and whole:
        yield f"After: {one_line(prompt.parent)}"
    if prompt.lead_in:
        yield f"Say first: {one_line(prompt.lead_in)}"
    yield f"{_kind(prompt)}: {one_line(prompt.text)}"
    if prompt.parent and not whole:
        return
    if prompt.why and not prompt.parent:
        yield f"Why: {one_line(prompt.why)}"
    for note in prompt.notes:
        yield f"Noted: {one_line(note.words)}"
    for choice in prompt.choices:
        picked = " (picked)" if choice.picked else ""
        leads = f" Then: {one_line(choice.leads_to)}" if choice.leads_to else ""
        yield f"{choice.number}: {_ended(one_line(choice.label) + picked)}{leads}"
    if prompt.kind is PromptKind.CLOSING:
        on = "next goes on there, " if view.switch else ""
        yield f"{on}end lists the endings, questions lists what can be asked."


def _kind(prompt: Prompt) -> str:
    kind = KINDS.get(prompt.kind, "Question")
    by = "" if prompt.by in ("", "me") else f", {one_line(prompt.by)} asks"
    asked = ", asked already" if prompt.asked and prompt.kind is PromptKind.ASK else ""
    must = ", must" if prompt.must and prompt.kind is PromptKind.ASK else ""
    return f"{kind}{must}{by}{asked}"


def section(view: CallView) -> str:
    """Where the question stands: its part of the agenda, or the detour and the way back."""
    if view.way_back:
        return f"Detour, then back to: {one_line(view.way_back)}"
    here = next((light for light in view.sections if light.progress is Progress.HERE), None)
    return f"Part: {one_line(here.title)}" if here is not None and here.title else ""


def more(prompt: Prompt) -> Iterator[str]:
    """What else the playbook says about the question."""
    named = (("Why", (prompt.why,)), ("Listen for", prompt.listen_for), ("Avoid", prompt.avoid))
    for label, words in (*named, ("Dig with", prompt.probes), ("Link", (prompt.link,))):
        told = "; ".join(one_line(word) for word in words if word)
        if told:
            yield f"{label}: {told}"


def event(happened: Event) -> str:
    """What happened, as a line; empty for what shows by itself in the next question or note."""
    match happened:
        case Tapped():
            return tap(happened)
        case Asked(how=Origin.HEARD, text=text):
            return f"Heard you ask: {one_line(text)}"
        case Dismissed(kind=kind, how=Dismissal.HANDED_BACK) if kind is not TapKind.SILENCE:
            return "Handed back. Now listen."
        case Dismissed(how=Dismissal.DISMISSED):
            return "Tap waved away."
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
    """What was noted, its kind in words; empty for what is no note."""
    if isinstance(happened, Noted):
        kind = "" if happened.kind is NoteKind.FREE else f"{happened.kind}: "
        return f"{kind}{one_line(happened.text[:PREVIEW])}"
    return in_words(happened)


def decision(word: str) -> str:
    """`go`, `no-go`, `not yet`."""
    return "not yet" if word == Decision.NOT_YET else word


def tap(cue: Tapped) -> str:
    """A tap with its reason and something ready to say."""
    late = " (late)" if cue.late else ""
    return f"Tap: {_ended(one_line(tap_text.title(cue)))} {_ended(one_line(tap_text.reason(cue)) + late)}{_ready(cue)}"


def _ready(cue: Tapped) -> str:
    label, words = tap_text.suggestion(cue)
    return f" {one_line(label[:1].upper() + label[1:])}: {one_line(words)}" if words else ""


def evidence(cue: Tapped | None) -> Iterator[str]:
    """What the last tap rests on."""
    if cue is None:
        yield "No tap so far."
        return
    yield f"At {clock(cue.at)}. {tap(cue)}"
    if cue.quote:
        yield f"You said: {one_line(cue.quote)}"


def offer(offers: Suggestions, holder: Side) -> str:
    """What was heard and waits for a yes."""
    if offered(offers, holder) is None:
        return ""
    if offers.asked is not None:
        return f"Heard: you perhaps asked: {_ended(one_line(offers.asked.asked_as))} Type yes or no."
    if offers.answer is not None:
        return f"Heard, their answer: {_ended(one_line(offers.answer.words))} Type yes, or just next."
    if offers.detour is not None:
        return f"Heard: they ask for {_ended(one_line(offers.detour.label))} Type yes to go there."
    return ""


def time(seconds: float, paused: bool, view: CallView, talk: TalkStats, holder: Side, most_share: float) -> str:
    """The clock and the figures beside it."""
    told = [f"Clock {clock(max(seconds, 0.0))}{', paused' if paused else ''}"]
    if talk.share is not None:
        over = ", more than you meant to" if talk.share > most_share else ""
        told.append(f"you talked {round(talk.share * 100)} percent{over}")
    if HOLDS[holder]:
        told.append(HOLDS[holder])
    told.append(f"{view.done} of {view.total} questions")
    told += [f"{one_line(name)} {value:g}" for name, value in view.scores]
    told += [f"{one_line(gate.name)}: {'known' if gate.lit else 'not known'}" for gate in view.gates]
    if view.late:
        told.append("late")
    return ". ".join(capital(part) for part in told) + "."


def questions(rows: Iterable[JumpRow], words: str) -> Iterator[str]:
    """The questions that hold all the words, with their ids."""
    wanted = words.lower().split()
    found = False
    for row in rows:
        told = f"{row.item}: {one_line(row.text)}"
        if all(word in f"{told} {row.section}".lower() for word in wanted):
            found = True
            must = ", must" if row.must else ""
            yield f"{_ended(told)} {capital(one_line(row.section))}{', ' if row.section else ''}{row.progress}{must}."
    if not found:
        yield "No question has these words." if wanted else "This playbook has no questions."
    else:
        yield "jump and an id goes there."


def detours(keys: Sequence[DetourKey], words: str) -> Iterator[str]:
    """The detours that are open, by what they may have said."""
    wanted = words.lower().split()
    found = False
    for each in keys:
        told = " / ".join(one_line(heard) for heard in each.hear) or one_line(each.label)
        if all(word in f"{told} {each.label}".lower() for word in wanted):
            found = True
            key = f", letter {each.key}" if each.key else ""
            yield f"{each.detour}{key}: {told}"
    yield "detour and an id or letter goes there." if found else "No detour for that is open now."


def _end(ended: Ended) -> str:
    kept = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in ended.record.items())
    told = f"The call has ended: {decision(ended.decision)}, {ended.outcome.replace('_', ' ')}."
    return one_line(f"{told} {kept}")


def _ended(words: str) -> str:
    """With a full stop where there is none: a reader pauses there."""
    return words if words.endswith((".", "?", "!", "…", ":")) else f"{words}."


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
