"""What was promised in a call, by whom: heard by the coach, or noted by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from salesnerd_tui.call.events import Noted, NoteKind, Promised, Side
from salesnerd_tui.call.state import CallState
from salesnerd_tui.coach.signals.promises import promise as commitment
from salesnerd_tui.coach.words import words
from salesnerd_tui.review.model import Promise
from salesnerd_tui.review.talk import Speech

THEY = frozenset(("them", "they", "they'll", "she", "she'll", "he", "he'll", "buyer"))
_OWNER = re.compile(r"^\s*(?P<owner>[^:\n]{1,40}):\s+(?P<rest>\S.*)$", re.DOTALL)


def promises(state: CallState, speech: Speech) -> tuple[Promise, ...]:
    """Both sides' promises, oldest first."""
    people = state.started.people if state.started else ()
    found = [*_heard(state.promises, speech), *_noted(state.free, people)]
    return tuple(sorted(found, key=lambda promise: promise.at))


def _heard(promised: Iterable[Promised], speech: Speech) -> Iterator[Promise]:
    for event in promised:
        said = speech.last(event.side, event.at)
        yield Promise(
            at=event.at,
            side=event.side,
            text=event.text,
            owner=event.owner,
            due=event.due,
            to=event.to,
            over=event.over,
            bounded=event.bounded,
            sentence=said if said is not None and said.text != event.text else None,
        )


def _noted(notes: Iterable[Noted], people: Iterable[str]) -> Iterator[Promise]:
    """Promises typed with their prefix: `Dana: sends the audit by Friday` is theirs, `send the figures` is mine."""
    names = {name.casefold() for person in people for name in (person, *re.split(r"[\s,]+", person)[:1]) if name}
    for note in notes:
        if note.kind is not NoteKind.PROMISE:
            continue
        owned = _OWNER.match(note.text)
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
        )
