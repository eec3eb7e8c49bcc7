"""Cues at the place of a call: what the playbook notes for the user there, and on what surrounds it. Never spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from salesnerd_tui.call import traversal
from salesnerd_tui.call.actions import CallContext, choices
from salesnerd_tui.playbook.model import Answer, Ask, Cues, Say

NO_CUES = Cues()

_PICK: tuple[Callable[[Cues], tuple[str, ...]], ...] = (
    lambda cues: cues.listen_for,
    lambda cues: cues.avoid,
)


class SurroundingCues(Struct, frozen=True):
    """Cues of the section or detour in which a question stands. `goal` is the section's own line."""

    title: str
    cues: Cues
    goal: str = ""


class PlaceCues(Struct, frozen=True):
    """Cues at one place.

    `why` and `link` are those of the question or statement and of the answer that was picked. `remember` is what the
    user should see without asking for it. `listen_for` and `avoid` are those of the question, or of the picked answer
    whose follow-up is on the screen; they fall back to the detour's or the section's.
    """

    why: tuple[str, ...] = ()
    remember: tuple[str, ...] = ()
    listen_for: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    around: tuple[SurroundingCues, ...] = ()


def cues_here(now: CallContext, picked: Answer | None = None) -> PlaceCues:
    """Return the cues at the current place. `picked` is the answer whose follow-up is on the screen."""
    item = now.here
    own: Cues = item if item is not None else NO_CUES
    answer = picked or _just_picked(now) or NO_CUES
    around = tuple(_around(now))
    listen_for, avoid = (_first(pick(picked or own), *(pick(each.cues) for each in around)) for pick in _PICK)
    in_detour = around[0].cues.why if around and now.state.returns else ()
    return PlaceCues(
        why=own.why if isinstance(item, Ask) else (),
        remember=_first((*answer.why, *(own.why if isinstance(item, Say) else ())), in_detour),
        listen_for=listen_for,
        avoid=avoid,
        link=(*answer.link, *own.link),
        around=around,
    )


def _first(*found: tuple[str, ...]) -> tuple[str, ...]:
    return next((each for each in found if each), ())


def _just_picked(now: CallContext) -> Answer | None:
    """Return the answer picked at the place before this one, if it led straight on: its note would flash by."""
    left = now.state.trail[-1] if now.state.trail else None
    if left is None or left.probe is not None:
        return None
    notes = now.state.notes.get(left.item or "", ())
    item = traversal.find(now.playbook, left.item, left.detour)
    return next((answer for answer in choices(item) if notes and answer.label == notes[-1].label), None)


def _around(now: CallContext) -> Iterator[SurroundingCues]:
    """Yield what surrounds the current place, the nearest first."""
    place = now.state.place
    detour = now.playbook.detours.get(place.detour or "")
    section = traversal.section_of(now.playbook, place)
    if section is not None and (section.has_cues or section.goal):
        yield SurroundingCues(section.title, section, section.goal)
    if detour is not None and detour.has_cues:
        yield SurroundingCues(now.playbook.shown(detour.id), detour)
