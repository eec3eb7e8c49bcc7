"""What a call has covered and where it can go: sections, gates, detours and the jump list, as plain values."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.call import walk
from salesnerd_tui.call.moves import Standing
from salesnerd_tui.playbook.model import Ask, Priority, Section


class Progress(StrEnum):
    DONE = "done"
    HERE = "here"
    OPEN = "open"
    LEFT_OUT = "left out"


class SectionLight(Struct, frozen=True):
    title: str
    progress: Progress
    done: int
    total: int


class GateLight(Struct, frozen=True):
    name: str
    lit: bool


class DetourKey(Struct, frozen=True):
    key: str
    detour: str
    label: str
    hear: tuple[str, ...]


class JumpRow(Struct, frozen=True):
    item: str
    section: str
    text: str
    must: bool
    progress: Progress


def section_lights(now: Standing) -> tuple[SectionLight, ...]:
    """Each section with its questions asked or answered, of those that are open."""
    here = walk.section_of(now.playbook, walk.outermost(now.state))
    open_ids = {id(item) for item in walk.open_items(now.playbook, now.state, walk.spine(now.state))}
    return tuple(
        _light(now, title, [ask for ask in asks if id(ask) in open_ids], is_here=section is here)
        for title, section, asks in _sections(now)
    )


def gate_lights(now: Standing) -> tuple[GateLight, ...]:
    facts = walk.CallFacts(now.playbook, now.state)
    return tuple(
        GateLight(now.playbook.shown(name), gate.condition.holds(facts)) for name, gate in now.playbook.gates.items()
    )


def detour_keys(now: Standing) -> tuple[DetourKey, ...]:
    """The detours that may be taken by a key or from the list, in the playbook's order."""
    facts = walk.CallFacts(now.playbook, now.state)
    return tuple(
        DetourKey(detour.key, detour.id, now.playbook.shown(detour.id), detour.hear)
        for detour in now.playbook.detours.values()
        if detour.when.holds(facts) and not (detour.once and detour.id in now.state.detours)
    )


def jump_rows(now: Standing) -> tuple[JumpRow, ...]:
    """Every question of the agenda, in order, for the jump list."""
    open_ids = {id(item) for item in walk.open_items(now.playbook, now.state, walk.spine(now.state))}
    rows: list[JumpRow] = []
    for title, _, asks in _sections(now):
        for ask in asks:
            progress = _progress(now, ask) if id(ask) in open_ids else Progress.LEFT_OUT
            rows.append(JumpRow(ask.id, title, now.wording(ask), ask.priority is Priority.MUST, progress))
    return tuple(rows)


def _sections(now: Standing) -> list[tuple[str, Section | None, list[Ask]]]:
    """The agenda's sections with their questions; questions above the first heading come under an empty title."""
    grouped: list[tuple[str, Section | None, list[Ask]]] = []
    for item in now.playbook.items_of(walk.spine(now.state)):
        if isinstance(item, Section):
            grouped.append((item.title, item, []))
        elif isinstance(item, Ask):
            if not grouped:
                grouped.append(("", None, []))
            grouped[-1][2].append(item)
    return grouped


def _light(now: Standing, title: str, asks: list[Ask], *, is_here: bool) -> SectionLight:
    done = sum(_progress(now, ask) is Progress.DONE for ask in asks)
    progress = Progress.HERE if is_here else Progress.OPEN
    if asks and done == len(asks):
        progress = Progress.DONE
    elif not asks and not is_here:
        progress = Progress.LEFT_OUT
    return SectionLight(title, progress, done, len(asks))


def _progress(now: Standing, ask: Ask) -> Progress:
    if now.state.place.item == ask.id and now.state.place.detour == walk.spine(now.state):
        return Progress.HERE if not walk.is_known(now.playbook, now.state, ask) else Progress.DONE
    if ask.id in now.state.asked or walk.is_known(now.playbook, now.state, ask):
        return Progress.DONE
    return Progress.LEFT_OUT if ask.id in now.state.skipped else Progress.OPEN
