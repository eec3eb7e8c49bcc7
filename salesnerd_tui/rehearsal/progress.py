"""From the events of a rehearsal to its turns: how a rehearsal stands can always be worked out from what was kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.call import traversal
from salesnerd_tui.call.events import Detoured, Event, Heard, Place, Promised, Rehearsed, Side, TapKind, Tapped
from salesnerd_tui.call.state import CallState, evolve
from salesnerd_tui.playbook.model import Playbook, ProductTalk
from salesnerd_tui.rehearsal.buyer import Counterpart, RehearsalState, UserTurn

ABOUT_US = frozenset((TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS))
"""Taps for talk about us that nobody asked for. A long turn alone is not a pitch."""


def replay(counterpart: Counterpart, playbook: Playbook, events: Iterable[Event]) -> RehearsalState:
    """How the rehearsal of these events stands."""
    scene = counterpart.begins()
    for turn in turns(playbook, events):
        scene = counterpart.hears(scene, turn)
    return scene


def turns(playbook: Playbook, events: Iterable[Event]) -> Iterator[UserTurn]:
    """Your turns since the rehearsal began, each with what the coach made of it."""
    state, begun = CallState(), False
    before: list[Event] = []
    said: tuple[Heard, Place] | None = None
    after: list[Event] = []
    for event in events:
        state = evolve(state, event)
        if isinstance(event, Rehearsed):
            begun = True
        elif begun and isinstance(event, Heard) and event.final and event.side is Side.ME:
            if said is not None:
                yield _turn(playbook, *said, before, after)
                before = after
            said, after = (event, state.place), []
        elif begun:
            (before if said is None else after).append(event)
    if said is not None:
        yield _turn(playbook, *said, before, after)


def heard_since(events: Sequence[Event]) -> int:
    """How many lines of theirs were spoken since you spoke last."""
    count = 0
    for event in reversed(events):
        if isinstance(event, Rehearsed) or (isinstance(event, Heard) and event.side is Side.ME):
            break
        count += _is_theirs(event)
    return count


def _turn(playbook: Playbook, said: Heard, place: Place, before: Sequence[Event], after: Sequence[Event]) -> UserTurn:
    taken = [event.detour for event in before if isinstance(event, Detoured)]
    section = traversal.section_of(playbook, place)
    return UserTurn(
        text=said.text or "",
        heard=sum(map(_is_theirs, before)),
        pitched=any(isinstance(event, Tapped) and event.kind in ABOUT_US for event in after),
        over=any(isinstance(event, Promised) and event.overpromise for event in after),
        detour=taken[-1] if taken else "",
        here=place.item or "",
        open_talk=section is not None and section.product_talk is ProductTalk.ALLOWED,
    )


def _is_theirs(event: Event) -> bool:
    return isinstance(event, Heard) and event.final and event.side is Side.THEM
