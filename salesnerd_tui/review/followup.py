"""Follow-up message to the buyer, drafted from the notes of a call.

The draft says nothing that is not in the call. It repeats the buyer's words: quotes, answers that were heard, and what
they revealed with a number, a day or a name. Notes in the user's words stay out until the user adds them, except pains
and numbers, which are marked as such.

Of what the user was heard to promise, only commitments with a day are repeated, without the words around them. Others
have to be corrected or get a day first, and `find_cautions` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.call.events import GONE, NoteKind, Origin, Side
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.evidence import RevealKind
from salesnerd_tui.playbook.standard_notes import AccountPart, StandardNote
from salesnerd_tui.review.debrief.model import AnswerEntry, Debrief, NoteLine, OutcomeKind, PromiseEntry, PromiseKind
from salesnerd_tui.review.debrief.talk import TURN_WORDS
from salesnerd_tui.review.points import count_facts, main_point
from salesnerd_tui.review.promises import (
    DOCUMENT_TITLES,
    SIDE_STEPS,
    is_owed,
    names_doer,
    same_person,
    to_reader_task,
    to_task,
)
from salesnerd_tui.text import first_name, one_line, quoted
from salesnerd_tui.timefmt import format_clock, format_day

BUYER_NOTE_KINDS = (NoteKind.PAIN, NoteKind.NUMBER)
"""Kinds of notes about the buyer, in the user's words; other kinds are private."""

MAX_QUOTES = 5
"""Maximum statements in a message, including the quotes that the user noted, which are all in it."""

SAME_MOMENT_SECONDS = 60.0
"""An answer to a question stands for what they revealed this shortly before or after."""

MAX_OVERPROMISE_CHARACTERS = 60
"""Maximum characters of an overpromise in a warning, so that the wording to use instead is seen."""

NOTES_LEFT_OUT = "your own notes are left out: add those that they may read"
"""Warning above a message without words of the buyer."""

MAX_HEARD_CHARACTERS = 180
"""Maximum length of a sentence taken from the transcript."""

MAX_QUESTION_CHARACTERS = 200

DOCUMENT_TASKS = {
    DOCUMENT_TITLES[AccountPart.DOCUMENTS]: "send the paperwork you need",
    DOCUMENT_TITLES[AccountPart.IN_WRITING]: "put in writing",
}
"""Tasks of the user about documents, by their title in lists."""

_THEY = re.compile(r"\b(?:they|them|their|theirs)\b", re.IGNORECASE)
_ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")

MAX_GREETED_PEOPLE = 3
"""With more people than this, the greeting names nobody."""


def draft_message(debrief: Debrief, notes: Sequence[str] = ()) -> str:
    """Return the draft as plain text, with those of the `own_notes` that the user has chosen."""
    body = _body(debrief, notes)
    parts = [
        [_greeting(debrief.header.people)],
        [_thanks(debrief)],
        *body,
        ["If I got anything wrong, please let me know."] if body else [],
        ["Best regards,", one_line(debrief.header.me)] if debrief.header.me.strip() else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _body(debrief: Debrief, notes: Sequence[str]) -> list[list[str]]:
    """Return the paragraphs between the thanks and the closing, as lines."""
    price = one_line(debrief.outcome.record.get(StandardNote.PRICE, "")).rstrip(".")
    is_go = debrief.outcome.verdict is OutcomeKind.GO
    parts = [
        _item_list("What I heard, in your words:", _quotes(debrief)),
        _item_list("What I noted:", [*notes, *_notes_about_buyer(debrief)]),
        [*filter(None, (_agreed_text(debrief), f"The price we agreed on: {price}." if price and is_go else ""))],
        _item_list("I will:", _owed_items(debrief, Side.ME)),
        _item_list("You will:", _owed_items(debrief, Side.THEM)),
        [*filter(None, (_open_question(debrief),))],
    ]
    return [part for part in parts if part]


def find_cautions(debrief: Debrief, notes: Sequence[str] = ()) -> Iterator[str]:
    """Yield what to check or add before sending the message, one line each."""
    yield from _promise_cautions(debrief)
    outcome = debrief.outcome
    if outcome.verdict is OutcomeKind.NOT_YET and outcome.is_undated:
        yield "no date to talk again: ask them for a day"
    if outcome.verdict is OutcomeKind.GO and not (outcome.next_step or outcome.when):
        yield "no next step in the notes: add the one you agreed on"
    if _has_owners(debrief):
        yield from _step_cautions(debrief)
    if any(map(_THEY.search, (*notes, *_notes_about_buyer(debrief)))):
        yield "your notes speak of “they”: write “you” where you mean the reader"
    for asked in debrief.open_questions[bool(_open_question(debrief)) :]:
        yield f"at {format_clock(asked.at)} they asked {quoted(asked.text)}, which you have not answered"
    if own_notes(debrief) and not (notes or _quotes(debrief) or _notes_about_buyer(debrief)):
        yield NOTES_LEFT_OUT
    elif not _body(debrief, notes):
        yield "this call has no notes: add what you talked about"


def _promise_cautions(debrief: Debrief) -> Iterator[str]:
    for promise in sorted(debrief.promises, key=lambda promise: not is_owed(promise)):
        if promise.overpromise and promise.is_open:
            said = f"{quoted(promise.text, MAX_OVERPROMISE_CHARACTERS)} ({format_clock(promise.at)})"
            instead = promise.safer_wording
            yield f"write “{instead}” instead of {said}" if instead else f"limit or withdraw {said}"
    for promise in debrief.promises:
        if _is_heard_of_user(promise) and promise.is_open and not promise.overpromise and not _is_bounded(promise):
            missing = "write it as what you will do" if promise.due_on else "add it with a day"
            yield f"at {format_clock(promise.at)} you said {quoted(promise.text)}: {missing}"


def _step_cautions(debrief: Debrief) -> Iterator[str]:
    steps = [step for step in debrief.agreed if step.kind is PromiseKind.STEP]
    yield from (f"no day for {quoted(step.text)}: agree on one" for step in steps if step.due_on is None)
    if steps and not any(step.side is Side.THEM for step in (*steps, *debrief.promises)):
        yield "they have no next step: ask what happens on their side"


def _greeting(people: Sequence[str]) -> str:
    names = [first_name(person) for person in people if person.strip() and person != GONE]
    if len(names) > MAX_GREETED_PEOPLE:
        return "Hi all,"
    joined = " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
    return f"Hi {joined}," if names else "Hello,"


def _thanks(debrief: Debrief) -> str:
    started_at = debrief.header.started_at
    when = f" on {started_at.day} {started_at:%B}" if started_at else ""
    more = ", and for being straight with me" if debrief.outcome.verdict is OutcomeKind.NO_GO else ""
    return f"Thank you for your time{when}{more}."


def _quotes(debrief: Debrief) -> list[str]:
    """Return the points of the buyer: noted quotes, answers to must-ask questions, then what has a number or a day.

    What repeats another point is left out. Answers of less than `TURN_WORDS` words say nothing without their question.
    """
    noted = [(note.at, f"“{note.text.strip(' “”')}”") for note in debrief.notes if note.kind is NoteKind.QUOTE]
    answers = [
        (answer.must, note.at, note.text, main_point(note.text))
        for answer in debrief.answers
        for note in _answer_notes(answer, Origin.HEARD)
        if len(note.text.split()) >= TURN_WORDS
    ]
    answered = [(at, text) for _, at, text, point in answers if point]
    points = sorted(answers, key=lambda answer: -count_facts(answer[3]))
    noted = [quote for quote in noted if not any(_contains(point, quote[1]) for *_, point in points)]
    musts = [(at, point) for is_must, at, _, point in points if is_must]
    others = [(at, point) for is_must, at, _, point in points if not is_must]
    others += [(at, main_point(text)) for at, text in _revealed(debrief) if not _is_answered_about(at, text, answered)]
    said, room = list(noted), MAX_QUOTES - len(noted)
    groups: list[list[tuple[float, str]]] = []
    for candidates in (musts, others):
        group: list[tuple[float, str]] = []
        for at, point in candidates:
            if room > 0 and point and not _is_repeated(point, said):
                room -= 1
                said.append((at, point))
                group.append((at, quoted(point, MAX_HEARD_CHARACTERS)))
        groups.append(group)
    return [quote for _, quote in (*sorted(groups[0]), *sorted([*noted, *groups[1]]))]


def _is_answered_about(at: float, text: str, answered: Sequence[tuple[float, str]]) -> bool:
    is_near = any(abs(at - each) < SAME_MOMENT_SECONDS for each, _ in answered)
    return is_near or _is_repeated(text, answered)


def _is_repeated(quote: str, said: Iterable[tuple[float, str]]) -> bool:
    return any(_contains(other, quote) or _contains(quote, other) for _, other in said)


def _revealed(debrief: Debrief) -> list[tuple[float, str]]:
    """Return what the buyer revealed with a number, a day or a name, evidence first.

    Doubts are left out, because a message that repeats them strengthens them.
    """
    doubts = {reveal.said.text for reveal in debrief.reveals if reveal.kind == RevealKind.DOUBT}
    evidence = [statement.said for statement in debrief.statements if statement.is_evidence]
    reveals = [reveal.said for reveal in debrief.reveals]
    said = {sentence.text: sentence.at for sentence in (*evidence, *reveals) if sentence.text not in doubts}
    promised = {promise.text for promise in debrief.promises}
    return [(at, text) for text, at in said.items() if count_facts(text) and text not in promised]


def _contains(quote: str, text: str) -> bool:
    """Return whether a quote contains all of a text, whatever its case and punctuation."""
    words, parts = f" {' '.join(split_words(quote))} ", split_words(text)
    return f" {' '.join(parts)} " in words


def own_notes(debrief: Debrief) -> tuple[str, ...]:
    """Return what the user typed under questions, which may be private; a short note gets its question.

    Documents are left out, because they are in the list of what the user will do.
    """
    documents = {entry.at for entry in debrief.agreed if entry.kind is PromiseKind.DOCUMENT}
    typed = [
        (answer.asked_as, note.text)
        for answer in debrief.answers
        for note in _answer_notes(answer, Origin.HAND)
        if note.at not in documents and note.kind not in BUYER_NOTE_KINDS
    ]
    free = [("", note.text) for note in debrief.notes if note.kind is NoteKind.FREE]
    texts = (
        f"{question} {note}" if question and len(note.split()) < TURN_WORDS else note
        for question, note in (*typed, *free)
    )
    return tuple(dict.fromkeys(texts))


def _notes_about_buyer(debrief: Debrief) -> list[str]:
    answers = (note for answer in debrief.answers for note in _answer_notes(answer, Origin.HAND))
    notes = (*((note.kind, note.text) for note in answers), *((note.kind, note.text) for note in debrief.notes))
    return [text for kind, text in notes if kind in BUYER_NOTE_KINDS]


def _answer_notes(answer: AnswerEntry, origin: Origin) -> list[NoteLine]:
    """Return the typed notes of an answer, or the first of what was heard."""
    own = [note for note in answer.notes if note.text.strip() and not note.recalled_from and note.how is origin]
    return own if origin is Origin.HAND else own[:1]


def _agreed_text(debrief: Debrief) -> str:
    outcome = debrief.outcome
    step, when = one_line(outcome.next_step), one_line(outcome.when)
    match outcome.verdict:
        case OutcomeKind.GO if _has_owners(debrief):
            return ""
        case OutcomeKind.GO if step and when and when not in step:
            return f"Our next step: {step} ({when})."
        case OutcomeKind.GO if step or when:
            return f"Our next step: {step or when}."
        case OutcomeKind.NOT_YET if when:
            days = (step.due_on for step in debrief.agreed if step.due_on)
            day = next((format_day(each, debrief.header.started_at) for each in days), "")
            when = f"{when} ({day})" if day and day not in when else when
            until = one_line(outcome.record.get(StandardNote.CONDITION, "")).rstrip(".")
            condition = f" What has to be true by then: {until}." if until else ""
            return f"We agreed to talk again{_date_phrase(when)}.{condition}"
        case OutcomeKind.NO_GO if _owed_items(debrief, Side.ME):
            return "I'll take that as a no. Apart from what is below, I won't follow up unless you ask me to."
        case OutcomeKind.NO_GO:
            return "I'll take that as a no, and I won't follow up unless you ask me to."
        case _:
            return ""


def _date_phrase(when: str) -> str:
    """Return a date as it follows a verb: ` on 3 March`, ` after the board meeting`, otherwise `: mid March`."""
    first = when.split(maxsplit=1)[0].casefold()
    if first[0].isdigit():
        return f" on {when}"
    has_preposition = first in {"in", "on", "by", "after", "before", "next", "when", "once", "tomorrow", "early", "at"}
    return f" {when}" if has_preposition else f": {when}"


def _open_question(debrief: Debrief) -> str:
    """Return a sentence about the buyer's first unanswered question; after a no nobody expects an answer."""
    if not debrief.open_questions or debrief.outcome.verdict is OutcomeKind.NO_GO:
        return ""
    asked = quoted(debrief.open_questions[0].text, MAX_QUESTION_CHARACTERS)
    return f"I still owe you an answer to your question: {asked}"


def _has_owners(debrief: Debrief) -> bool:
    """Return True if the agreed steps have owners and are therefore in the lists of what each side will do."""
    names = (StandardNote.OWNER, *(part for part, _ in SIDE_STEPS.values()))
    return any(debrief.outcome.record.get(name, "").strip() for name in names)


def _owed_items(debrief: Debrief, side: Side) -> list[str]:
    kinds = {PromiseKind.PROMISE, PromiseKind.DOCUMENT, *([PromiseKind.STEP] if _has_owners(debrief) else [])}
    promises = [
        promise
        for promise in (*debrief.promises, *debrief.agreed)
        if promise.kind in kinds and promise.side is side and not promise.overpromise and promise.is_open
    ]
    return [_promise_text(each, debrief) for each in promises if not _is_heard_of_user(each) or _is_bounded(each)]


def _is_heard_of_user(promise: PromiseEntry) -> bool:
    """Return whether a promise of the user is known from speech only: it may be half a sentence."""
    return promise.kind is PromiseKind.PROMISE and promise.side is Side.ME and not promise.noted


def _is_bounded(promise: PromiseEntry) -> bool:
    """Return whether a promise has a day and says who does what."""
    return promise.due_on is not None and names_doer(promise.text)


def _promise_text(promise: PromiseEntry, debrief: Debrief) -> str:
    """Return a promise with its day, and with its owner if the heading does not say who it is."""
    header = debrief.header
    if promise.kind is PromiseKind.DOCUMENT:
        head, _, rest = promise.text.partition(": ")
        return f"{DOCUMENT_TASKS[head]}: {rest}"
    task = to_reader_task(promise.text) if promise.side is Side.THEM else to_task(promise.text)
    text = _ISO_DATE.sub(lambda match: format_day(match[0], header.started_at), task)
    is_clear = len(header.people) == 1 if promise.side is Side.THEM else same_person(promise.owner, header.me)
    if promise.owner and not is_clear:
        text = f"{first_name(promise.owner)}: {text}"
    due = format_day(promise.due_on, header.started_at) if promise.due_on else ""
    if promise.kind is PromiseKind.STEP:
        return f"{text} by {due}" if due else f"{text} ({promise.due})" if promise.due else text
    return f"{text} ({due})" if due and due not in text else text


def _item_list(title: str, items: list[str]) -> list[str]:
    return [title, *(f"- {one_line(item, whole=True)}" for item in dict.fromkeys(items))] if items else []
