"""Which side heard words count for, once it is known who is who: it holds from the beginning of the call.

Captions name their speakers, and nobody knows yet which of the names is me. What was said until that was chosen is kept
as nobody's; the choice names it by its numbers, so that it still holds when a name is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Heard, How, Identified, Promised, Side, Undone
from salesnerd_tui.call.state import undone_numbers


def attributed(events: Sequence[Event]) -> list[Event]:
    """The events, each utterance on the side it counts for; numbers that are none of an utterance change nothing."""
    listed = list(events)
    for event in events:
        if isinstance(event, Identified):
            for number, side in _sides(event):
                heard = listed[number] if 0 <= number < len(listed) else None
                if isinstance(heard, Heard):
                    listed[number] = replace(heard, side=side)
    return listed


def identified(events: Sequence[Event], me: Sequence[str], side: Callable[[str], Side], at: float) -> Identified:
    """The choice of who is me, with what it changes of the utterances so far; `side` tells that of a name."""
    changed: dict[Side, list[int]] = {each: [] for each in Side}
    for number, event in enumerate(events):
        if isinstance(event, Heard) and event.speaker.strip() and side(event.speaker) is not event.side:
            changed[side(event.speaker)].append(number)
    return Identified(
        at,
        tuple(me),
        tuple(changed[Side.ME]),
        tuple(changed[Side.THEM]),
        tuple(changed[Side.NOBODY]),
    )


def who_is_me(events: Sequence[Event]) -> tuple[str, ...]:
    """The names chosen last; none where nobody chose."""
    return next((event.me for event in reversed(events) if isinstance(event, Identified)), ())


def first_known(events: Sequence[Event], choice: Identified) -> list[int]:
    """The numbers of utterances that were nobody's until this choice."""
    numbers = sorted((*choice.mine, *choice.theirs))
    return [number for number in numbers if isinstance(heard := events[number], Heard) and heard.side is Side.NOBODY]


def promised_again(events: Sequence[Event], promised: Sequence[Promised], at: float) -> list[Event]:
    """What to write down once it is known whose words they were: promises that nobody saw, and that those taken for
    another's are none of theirs. `promised` are all that a coach finds in the words now."""
    gone = undone_numbers(events)
    known = {
        number: (event.side, event.text)
        for number, event in enumerate(events)
        if isinstance(event, Promised) and event.how is How.HEARD and number not in gone
    }
    told = {(promise.side, promise.text) for promise in promised}
    found: list[Event] = [promise for promise in promised if (promise.side, promise.text) not in known.values()]
    others = tuple(number for number, each in known.items() if each not in told)
    return [*found, Undone(at, others)] if others else found


def _sides(event: Identified) -> Iterator[tuple[int, Side]]:
    for side, numbers in ((Side.ME, event.mine), (Side.THEM, event.theirs), (Side.NOBODY, event.nobodys)):
        for number in numbers:
            yield number, side
