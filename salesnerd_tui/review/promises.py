"""What was promised in a call, by whom, by when: heard by the coach, or noted by hand; and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Noted, NoteKind, Promised, Settled, Side
from salesnerd_tui.coach.signals.promises import promise as commitment
from salesnerd_tui.coach.words import words
from salesnerd_tui.review.due import due_on
from salesnerd_tui.review.model import Promise
from salesnerd_tui.review.talk import Speech

THEY = frozenset(("they", "they'll", "them", "she", "she'll", "he", "he'll", "buyer"))
_OWNER = re.compile(r"^\s*(?P<owner>[^\W\d_][^:\d\n]{0,39}):\s+(?P<rest>\S.*)$", re.DOTALL)
"""Who owes it, before a colon: somebody on the call, or a capital letter; `by the way: …` owes nothing."""

Numbered = Sequence[tuple[int, Event]]
"""Events with their numbers in the call's list."""


def promises(
    numbered: Numbered, speech: Speech, people: Sequence[str], said_at: Callable[[float], datetime | None]
) -> tuple[Promise, ...]:
    """Return both sides' promises, oldest first; `said_at` gives the time of day at seconds of the call.

    Days such as "tomorrow" count from the day on which they were said, which a call across midnight has two of.
    """
    settled = {event.promise: event.how for _, event in numbered if isinstance(event, Settled)}
    found = []
    for promise in (*_heard(numbered, speech), *_noted(numbered, people)):
        said = said_at(promise.at)
        day = due_on(promise.due or promise.text, said.date()) if said else None
        how = settled.get(promise.number, promise.settled)
        found.append(replace(promise, due_on=day, settled=how, said_on=said.date() if said else None))
    return tuple(sorted(found, key=lambda promise: promise.at))


def _heard(numbered: Numbered, speech: Speech) -> Iterator[Promise]:
    said_texts = frozenset(sentence.text for sentence in speech.sentences)
    for number, event in numbered:
        if isinstance(event, Promised):
            said = None if event.text in said_texts else speech.last(event.side, event.at)
            yield Promise(
                at=event.at,
                side=event.side,
                text=event.text,
                owner=event.owner,
                due=event.due,
                to=event.to,
                over=event.over,
                bounded=event.bounded,
                sentence=said,
                number=number,
            )


def _noted(numbered: Numbered, people: Iterable[str]) -> Iterator[Promise]:
    """Promises typed with their prefix: `Dana: sends the audit by Friday` is theirs, `send the figures` is mine."""
    names = {name.casefold() for person in people for name in (person, *re.split(r"[\s,]+", person)[:1]) if name}
    for number, note in numbered:
        if not isinstance(note, Noted) or note.kind is not NoteKind.PROMISE:
            continue
        owned = _OWNER.match(note.text)
        if owned and not (owned["owner"].casefold().strip() in names | THEY or owned["owner"][0].isupper()):
            owned = None
        first = note.text.split(maxsplit=1)[0] if note.text.strip() else ""
        owner = owned["owner"].strip() if owned else first
        is_theirs = owner.casefold() in names or owner.casefold() in THEY
        named = owner if owned or owner.casefold() in names else ""
        text = owned["rest"].strip() if owned else note.text
        due = commitment(" ".join(("i'll send", *words(text))))
        yield Promise(
            at=note.at,
            side=Side.THEM if is_theirs else Side.ME,
            text=text,
            owner="" if named.casefold() in THEY else named,
            due=due.due if due else "",
            noted=True,
            number=number,
        )
