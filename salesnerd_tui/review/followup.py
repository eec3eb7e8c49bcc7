"""A message to them after the call: what they said in their words, what was agreed, who owes what.

It is a draft from the notes and says nothing that is not in them. Free notes are for the engineer alone and stay out;
so does an over-promise, which is pointed out instead: it has to be mended, not repeated in writing.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.call.events import How, NoteKind, Settlement, Side
from salesnerd_tui.review.lesson import quoted
from salesnerd_tui.review.model import Answer, Debrief, Promise, Verdict
from salesnerd_tui.review.times import clock, day
from salesnerd_tui.text import one_line

TOLD = (NoteKind.PAIN, NoteKind.NUMBER, NoteKind.QUOTE)
"""Kinds of free notes that hold their words; the others hold mine."""


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
    if outcome.verdict is Verdict.NOT_YET and not outcome.when:
        yield "there is no date to talk again: ask them for the day"
    if outcome.verdict is Verdict.GO and not (outcome.next_step or outcome.when):
        yield "there is no next step in the notes: write the one you agreed on"


def _thanks(debrief: Debrief) -> str:
    began = debrief.header.began
    when = f" on {began.day} {began:%B}" if began else ""
    if debrief.outcome.verdict is Verdict.NO_GO:
        return f"thank you for your time{when}, and for a straight answer."
    return f"thank you for your time{when}."


def _said(debrief: Debrief) -> list[str]:
    answers = [words for answer in debrief.answers for words in _answer(answer)]
    return [*answers, *(note.text for note in debrief.notes if note.kind in TOLD)]


def _answer(answer: Answer) -> list[str]:
    """What was typed; a picked label alone is the playbook's word for it, not theirs."""
    return [note.text for note in answer.notes if note.text.strip() and note.how is How.HAND and not note.recalled_from]


def _agreed(debrief: Debrief) -> str:
    outcome = debrief.outcome
    step, when = one_line(outcome.next_step), one_line(outcome.when)
    match outcome.verdict:
        case Verdict.GO if step or when:
            return f"Our next step: {', '.join(part for part in (step, when) if part)}."
        case Verdict.NOT_YET if when:
            return f"We said that we talk again: {when}."
        case Verdict.NO_GO:
            return "I take it as a no, and you will not hear from me about it unless you ask."
        case _:
            return ""


def _owed(debrief: Debrief, side: Side) -> list[str]:
    owed = [
        promise
        for promise in debrief.promises
        if promise.side is side and not promise.over and promise.settled is Settlement.OPEN
    ]
    return [_promise(promise, debrief) for promise in owed]


def _promise(promise: Promise, debrief: Debrief) -> str:
    named = promise.due_on is not None and promise.due_on.isoformat() not in promise.text
    due = f" ({day(promise.due_on.isoformat(), debrief.header.began)})" if promise.due_on and named else ""
    return f"{promise.text}{due}"


def _listed(head: str, items: list[str]) -> list[str]:
    return [head, *(f"- {one_line(item)}" for item in dict.fromkeys(items))] if items else []
