"""A message to them after the call: what they said in their words, what was agreed, who owes what.

It is a draft from the notes and says nothing that is not in them. Free notes are for the engineer alone and stay out;
so does an over-promise, which is pointed out instead: it has to be mended, not repeated in writing.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.call.events import NoteKind, Origin, Settlement, Side
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.review.debrief.lesson import quoted
from salesnerd_tui.review.debrief.model import AnswerEntry, Debrief, OutcomeKind, PromiseEntry
from salesnerd_tui.review.promises import deed
from salesnerd_tui.review.times import day
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

TOLD = (NoteKind.PAIN, NoteKind.NUMBER, NoteKind.QUOTE)
"""Kinds of free notes that hold their words; the others hold mine."""

HEARD_CHARACTERS = 140
"""Of an answer that nobody wrote down; heard talk goes on for long."""


def message(debrief: Debrief) -> str:
    """The draft, as plain text."""
    names = ", ".join(one_line(person.split(",")[0]) for person in debrief.header.people if person.strip())
    parts = [
        [f"Hi {names}," if names else "Hello,"],
        [_thanks(debrief)],
        _listed("What I took from it, in your words:", _said(debrief)),
        [line for line in [_agreed(debrief)] if line],
        _listed("I will:", _owed(debrief, Side.ME)),
        _listed("You kindly offered to:", _owed(debrief, Side.THEM)),
        ["If I got something wrong, please tell me."],
        [one_line(debrief.header.me)] if debrief.header.me.strip() else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def cautions(debrief: Debrief) -> Iterator[str]:
    """What to mend before the message goes out."""
    for promise in debrief.promises:
        if promise.over and promise.settled is Settlement.OPEN:
            yield f"at {clock(promise.at)} you said {quoted(promise.text)}: put a bound on it here, or take it back"
    outcome = debrief.outcome
    if outcome.verdict is OutcomeKind.NOT_YET and not outcome.when:
        yield "there is no date to talk again: ask them for the day"
    if outcome.verdict is OutcomeKind.GO and not (outcome.next_step or outcome.when):
        yield "there is no next step in the notes: write the one you agreed on"


def _thanks(debrief: Debrief) -> str:
    began = debrief.header.began
    when = f" on {began.day} {began:%B}" if began else ""
    if debrief.outcome.verdict is OutcomeKind.NO_GO:
        return f"thank you for your time{when}, and for a straight answer."
    return f"thank you for your time{when}."


def _said(debrief: Debrief) -> list[str]:
    answers = [words for answer in debrief.answers for words in _answer(answer)]
    return [*answers, *(note.text for note in debrief.notes if note.kind in TOLD)]


def _answer(answer: AnswerEntry) -> list[str]:
    """What was typed, else the beginning of what was heard; a picked label alone is the playbook's word, not theirs."""
    own = [note for note in answer.notes if note.text.strip() and not note.recalled_from]
    typed = [note.text for note in own if note.how is Origin.HAND]
    return typed or [quoted(note.text, HEARD_CHARACTERS) for note in own[:1]]


def _agreed(debrief: Debrief) -> str:
    outcome = debrief.outcome
    step, when = one_line(outcome.next_step), one_line(outcome.when)
    match outcome.verdict:
        case OutcomeKind.GO if step or when:
            return f"Our next step: {', '.join(part for part in (step, when) if part)}."
        case OutcomeKind.NOT_YET if when:
            return f"We said that we talk again: {when}."
        case OutcomeKind.NO_GO:
            return "I take it as a no, and you will not hear from me about it unless you ask."
        case _:
            return ""


def _owed(debrief: Debrief, side: Side) -> list[str]:
    owed = [
        promise
        for promise in debrief.promises
        if promise.side is side and not promise.over and promise.settled is Settlement.OPEN
    ]
    told = [_promise(promise, debrief) for promise in owed]
    part = debrief.outcome.record.get("our_part" if side is Side.ME else "their_part", "")
    said = {word for promise in owed for word in words(promise.text)}
    if part.strip() and not said.issuperset(words(part)):
        told.append(deed(part))
    return told


def _promise(promise: PromiseEntry, debrief: Debrief) -> str:
    named = promise.due_on is not None and promise.due_on.isoformat() not in promise.text
    due = f" ({day(promise.due_on.isoformat(), debrief.header.began)})" if promise.due_on and named else ""
    return f"{deed(promise.text)}{due}"


def _listed(head: str, items: list[str]) -> list[str]:
    return [head, *(f"- {one_line(item, whole=True)}" for item in dict.fromkeys(items))] if items else []
