"""The call's path through its agenda: answers, coverage and unasked questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.call import traversal
from salesnerd_tui.call.events import (
    Advanced,
    Answered,
    Detoured,
    Event,
    Filled,
    Jumped,
    Place,
    Returned,
    Started,
    Switched,
)
from salesnerd_tui.call.traversal import fill
from salesnerd_tui.playbook.model import Ask, Playbook, Say, Section
from salesnerd_tui.review.debrief.model import (
    AnswerEntry,
    Coverage,
    NoteLine,
    QuestionEntry,
    SectionCover,
    SectionVisit,
)

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState, Note

MOVES = (Started, Advanced, Jumped, Detoured, Returned, Switched)

CLOSING = "closing"
"""Label of the part of a call after the last question."""


def readable(name: str, playbook: Playbook | None = None) -> str:
    """Return an id as words: the playbook's label if there is one."""
    return playbook.shown(name) if playbook else name.replace("_", " ")


def wording(question: str, state: CallState, playbook: Playbook | None = None) -> str:
    """Return a question as it was asked in the call, otherwise as the playbook has it, otherwise its id as words."""
    ask = playbook.question(question) if playbook and question not in state.wordings else None
    return state.wordings.get(question) or (
        fill(ask.text, playbook, state) if ask and playbook else readable(question, playbook)
    )


def agenda_path(events: Sequence[Event], until: float, playbook: Playbook | None) -> tuple[SectionVisit, ...]:
    """Return the visited sections, oldest first and without gaps; a question without a section is its own entry."""
    found: list[SectionVisit] = []
    labels: dict[Place, str] = {}
    for event in events:
        if not isinstance(event, MOVES):
            continue
        place = event.to
        if place not in labels:
            labels[place] = _label(place, playbook)
        last = found[-1] if found else None
        at = min(max(event.at, last.start if last else 0.0), until)
        visit = SectionVisit(at, at, labels[place], place.detour is not None)
        if last is None or (last.label, last.detour) != (visit.label, visit.detour):
            if last is not None:
                found[-1] = replace(last, end=at)
            found.append(visit)
    if found:
        found[-1] = replace(found[-1], end=max(until, found[-1].start))
    return tuple(visit for visit in found if visit.end > visit.start or len(found) == 1)


def answers(events: Sequence[Event], state: CallState, playbook: Playbook | None) -> tuple[AnswerEntry, ...]:
    """Return the notes under each question, in the order in which the questions came up."""
    asked_in = _playbooks_of_notes(events)
    return tuple(
        AnswerEntry(
            question,
            wording(question, state, playbook),
            tuple(NoteLine(note.at, note.text, note.label, note.how, note.recalled_from) for note in _once(notes)),
            no_longer_asked=_is_dropped(question, asked_in, playbook),
        )
        for question, notes in state.notes.items()
    )


def _once(notes: Sequence[Note]) -> Iterator[Note]:
    """Yield the notes without what was recalled and then confirmed in the same words."""
    today = {note.words for note in notes if not note.recalled_from}
    yield from (note for note in notes if not note.recalled_from or note.words not in today)


def unasked_musts(playbook: Playbook, state: CallState) -> tuple[QuestionEntry, ...]:
    """Return the must-ask questions that applied in this call and were neither asked nor answered."""
    return tuple(
        QuestionEntry(ask.id, fill(ask.text, playbook, state), _section_title(playbook, ask))
        for ask in traversal.unasked_musts(playbook, state)
    )


def coverage(state: CallState, playbook: Playbook | None) -> Coverage:
    """Count questions asked and answered in this call.

    Lines to say are checked off like questions; without the playbook a missing question mark identifies them.
    """
    asked = {name: at for name, at in state.asked.items() if not _is_said(name, state, playbook)}
    answered = {
        name for name in state.asked if any(each.words and not each.recalled_from for each in state.notes.get(name, ()))
    }
    silent = tuple(
        QuestionEntry(name, wording(name, state), at=at)
        for name, at in sorted(asked.items(), key=lambda each: each[1])
        if not state.known(name)
    )
    sections = _sections(state, playbook) if playbook else ()
    total = sum(section.total for section in sections) if playbook else None
    return Coverage(len(asked), len(answered & set(asked)), len(state.skipped), total, sections, silent)


def _label(place: Place, playbook: Playbook | None) -> str:
    if place.detour is not None:
        return readable(place.detour, playbook)
    if place.item is None:
        return CLOSING
    section = traversal.section_of(playbook, place) if playbook else None
    return section.title if section else readable(place.item)


def _playbooks_of_notes(events: Sequence[Event]) -> dict[str, str]:
    """Return the playbook in which each question was last answered, without values that answers filled in."""
    current, found = "", dict[str, str]()
    for event in events:
        if isinstance(event, Started | Switched):
            current = event.playbook
        elif isinstance(event, Answered):
            found[event.question] = current
        elif isinstance(event, Filled):
            found.pop(event.name, None)
    return found


def _is_dropped(question: str, asked_in: dict[str, str], playbook: Playbook | None) -> bool:
    if playbook is None or asked_in.get(question) != playbook.id:
        return False
    return all(question not in (ask.id, *ask.aliases) for ask in playbook.questions())


def _section_title(playbook: Playbook, ask: Ask) -> str:
    section = traversal.section_of(playbook, Place(ask.id))
    return section.title if section else ""


def _is_said(name: str, state: CallState, playbook: Playbook | None) -> bool:
    if state.known(name):
        return False
    if playbook is not None:
        lists = (playbook.agenda, *(detour.agenda for detour in playbook.detours.values()))
        known = [item for items in lists for item in items if not isinstance(item, Section) and item.id == name]
        if known:
            return all(isinstance(item, Say) for item in known)
    return "?" not in state.wordings.get(name, "?")


def _sections(state: CallState, playbook: Playbook) -> tuple[SectionCover, ...]:
    rows: dict[str, list[tuple[bool, bool]]] = {}
    for item in traversal.open_items(playbook, state):
        if isinstance(item, Ask):
            is_answered = traversal.is_answered(playbook, state, item)
            is_asked = is_answered or item.id in state.asked
            rows.setdefault(_section_title(playbook, item), []).append((is_asked, is_answered))
    return tuple(
        SectionCover(title, sum(asked for asked, _ in row), sum(answered for _, answered in row), len(row))
        for title, row in rows.items()
    )
