"""Traversal: which prompt comes next, as pure functions of a playbook and the state of a call. No position is stored.

A picked answer decides first. Otherwise the next item is the first one below whose `when` holds and that has no note,
without a `could` when the call is late. A must-ask that is known only from before is asked again, to be confirmed. The
end of a detour returns to where it was taken. At the end of the agenda come the unasked must-asks, then the outcomes.

`{name}` in a text is filled with a constant, a person on the call, a known answer or the points so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Place
from salesnerd_tui.call.state import CallState, Note
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.model import PREP, Ask, Item, Playbook, Priority, Say, Section
from salesnerd_tui.text import first_name

_SLOT_PATTERN = lazy_pattern(r"(?P<before>,? ?)\{(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")
_QUOTE_AFTER_COLON = lazy_pattern(r": ?[\"“]?\{[a-z][a-z0-9_]*\}[\"”]?(?=[.!?]?$)")
_SENTENCE_BREAK = lazy_pattern(r"(?<=[.!?\"”])\s+|(?<=\})\s+(?=[A-Z{“])")
MIN_LEAD_WORDS = 6
"""Introduction before a colon that can be spoken without the rest: *You told me what came out too late*."""

MAX_QUOTE_CHARACTERS = 100
"""Maximum characters of a spoken quote; a longer quote is cut at a word."""


def fill(text: str, playbook: Playbook, state: CallState) -> str:
    """Return a text to be spoken, with its slots filled.

    A slot for a note is filled with the buyer's words only: their quote, never the label of an answer or what the user
    noted in their own words. A statement without its quote is left out. A question, or the only sentence, keeps a gap
    that can be spoken over, as does any other unknown value ("Thanks, {name}.").
    """
    if "{" not in text:
        return text
    sentences = _SENTENCE_BREAK.split(text)
    spoken = [_speakable(sentence, playbook, state) for sentence in sentences]
    joined = " ".join(filter(None, spoken)) or text
    return _SLOT_PATTERN.sub(lambda slot: _fill_slot(slot, playbook, state), joined)


def fill_for_recognition(text: str, playbook: Playbook, state: CallState) -> str:
    """Return a text with its slots filled with everything known, to recognize it when it is spoken."""

    def known(slot: re.Match[str]) -> str:
        notes = CallFacts(playbook, state).known(slot.group("name"))
        return slot.group("before") + notes[-1] if notes else _fill_slot(slot, playbook, state)

    return _SLOT_PATTERN.sub(known, text) if "{" in text else text


def unspoken_notes(text: str, playbook: Playbook, state: CallState) -> Iterator[Note]:
    """Yield the notes for which the slots of a text have no quote: to be read, not to be spoken."""
    for slot in _SLOT_PATTERN.finditer(text):
        name = slot.group("name")
        notes = notes_under(playbook, state, name)
        if notes and _is_note_slot(name, playbook, state) and not slot_value(name, playbook, state):
            yield notes[-1]


def _speakable(sentence: str, playbook: Playbook, state: CallState) -> str:
    """Return a sentence as it can be spoken; empty if its quote is missing."""
    names = [slot.group("name") for slot in _SLOT_PATTERN.finditer(sentence)]
    is_complete = all(slot_value(name, playbook, state) or not _is_note_slot(name, playbook, state) for name in names)
    if is_complete or sentence.rstrip().endswith("?"):
        return sentence
    introduction = _QUOTE_AFTER_COLON.sub("", sentence)
    is_whole = "{" not in introduction and introduction != sentence and len(introduction.split()) >= MIN_LEAD_WORDS
    return introduction if is_whole else ""


def _is_note_slot(name: str, playbook: Playbook, state: CallState) -> bool:
    """Return whether a slot is filled with what was said or noted, not with a constant, a person or points."""
    return bool(state.notes.get(name)) or playbook.question(name) is not None


def _fill_slot(slot: re.Match[str], playbook: Playbook, state: CallState) -> str:
    before, name = slot.group("before"), slot.group("name")
    value = slot_value(name, playbook, state)
    if value:
        return before + value
    return "" if before.startswith(",") else before + "…"


def _quote(words: str) -> str:
    text = " ".join(words.split()).strip(' “”"')
    if len(text) > MAX_QUOTE_CHARACTERS:
        text = text[:MAX_QUOTE_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
    return f"“{text.rstrip('.')}”" if text else ""


def slot_value(name: str, playbook: Playbook, state: CallState) -> str:
    """Return the value of `{name}` in a spoken text; empty if it is unknown, or known only in the user's words."""
    started = state.started
    if started is not None:
        built_in = {
            "account": started.account,
            "name": first_name(started.people[0]) if started.people else "",
            "role": started.role,
            "me": started.me,
            "today": state.wall_readings[-1][1][:10] if state.wall_readings else "",
        }
        if built_in.get(name):
            return built_in[name]
    if name in playbook.vars:
        return playbook.vars[name]
    prefix, _, points = name.partition(".")
    if prefix == "points":
        return f"{state.points(points):g}"
    notes = notes_under(playbook, state, name)
    if notes and notes[-1].is_set:
        return notes[-1].text
    return _quote(state.quote(*_all_ids(playbook, name)))


SECONDS_PER_MINUTE = 60.0

SpokenItem = Ask | Say


class CallFacts(Struct, frozen=True):
    """Facts of a call for evaluating conditions; notes under a question's former ids count too."""

    playbook: Playbook
    state: CallState

    def known(self, name: str) -> tuple[str, ...]:
        return tuple(words for each in _all_ids(self.playbook, name) for words in self.state.known(each))

    def is_known(self, name: str) -> bool:
        """Return whether the answer is known; "they do not know" does not count (see `Answer.known`)."""
        ask = self.playbook.question(name)
        # "They do not know" may be picked, typed or recalled.
        unknown = {_normalize(answer.label) for answer in ask.answers if not answer.known} if ask else set()
        notes = notes_under(self.playbook, self.state, name)
        return any(words and _normalize(words) not in unknown for note in notes for words in (note.text, note.label))

    def points(self, name: str = "") -> float:
        return self.state.points(name)


def find_item(playbook: Playbook, item: str | None, detour: str | None = None) -> SpokenItem | None:
    """Return the item with this id (or former id) in the agenda or a detour."""
    if item is None:
        return None
    items = playbook.items_of(detour)
    position = playbook.position(item, detour)
    if position is not None:
        match = items[position[0]]
        return None if isinstance(match, Section) else match
    return next((each for each in items if isinstance(each, Ask) and item in each.aliases), None)


def notes_under(playbook: Playbook, state: CallState, name: str) -> tuple[Note, ...]:
    """Return the notes under a question's former ids, then those under its id."""
    return tuple(note for each in _all_ids(playbook, name) for note in state.notes.get(each, ()))


def _all_ids(playbook: Playbook, name: str) -> tuple[str, ...]:
    ask = playbook.question(name)
    return ask.all_ids if ask else (name,)


def is_asked(state: CallState, ask: Ask) -> bool:
    """Return whether a question was asked in this call, under its id or a former one."""
    return not state.asked.keys().isdisjoint(ask.all_ids)


def is_skipped(state: CallState, ask: Ask) -> bool:
    """Return whether a question was skipped in this call, under its id or a former one."""
    return not state.skipped.isdisjoint(ask.all_ids)


def _normalize(words: str) -> str:
    """Return words for comparison: case, spacing and a final period make no difference."""
    return " ".join(words.casefold().split()).rstrip(".!")


def is_answered(playbook: Playbook, state: CallState, item: Ask) -> bool:
    """Return whether this call has an answer; facts from earlier calls and from the prep do not count."""
    return any(note.words and not note.recalled_from for note in notes_under(playbook, state, item.id))


def is_known(playbook: Playbook, state: CallState, item: Ask) -> bool:
    """Return whether an answer is known, from this call or from before.

    "They do not know" is an answer of this call only: a later call asks again.
    """
    return is_answered(playbook, state, item) or CallFacts(playbook, state).is_known(item.id)


def is_from_before(playbook: Playbook, state: CallState, item: Ask) -> bool:
    """Return whether the answer is known from before and not confirmed in this call."""
    return not is_answered(playbook, state, item) and CallFacts(playbook, state).is_known(item.id)


def needs_confirmation(playbook: Playbook, state: CallState, item: Ask) -> bool:
    """Return whether the question is a must-ask with an answer from before, which the buyer should confirm."""
    is_open = not is_asked(state, item) and not is_skipped(state, item)
    return is_open and item.priority is Priority.MUST and is_from_before(playbook, state, item)


def section_of(playbook: Playbook, place: Place) -> Section | None:
    """Return the section of an item; in a detour without sections, that of the place where it was taken."""
    item = find_item(playbook, place.item, place.detour)
    position = playbook.position(item.id, place.detour) if item else None
    return position[1] if position else None


def open_items(playbook: Playbook, state: CallState, detour: str | None = None) -> Iterator[SpokenItem]:
    """Yield the items of a list whose own `when` and whose section's `when` hold, with or without a known answer."""
    return _filter_open(_with_sections(playbook.items_of(detour)), CallFacts(playbook, state))


def _filter_open(items: Iterable[tuple[Section | None, SpokenItem]], facts: CallFacts) -> Iterator[SpokenItem]:
    for section, item in items:
        if (section is None or section.when.is_met(facts)) and item.when.is_met(facts):
            yield item


def first_place(playbook: Playbook, state: CallState, detour: str | None = None) -> Place:
    """Return the first place of the agenda (or of a detour)."""
    return _first_due(playbook, state, open_items(playbook, state, detour), detour)


def next_place(playbook: Playbook, state: CallState, place: Place, *, is_late: bool = False) -> Place:
    """Return the place after `place` if no answer leads elsewhere."""
    item = find_item(playbook, place.item, place.detour)
    remaining: Iterator[SpokenItem] = iter(())
    if item is not None:  # as `open_items`, but the items above are not evaluated
        at, section = playbook.position(item.id, place.detour) or (0, None)
        below = playbook.items_of(place.detour)[at + 1 :]
        remaining = _filter_open(_with_sections(below, section), CallFacts(playbook, state))
    return _first_due(playbook, state, remaining, place.detour, is_late=is_late)


def outermost_place(state: CallState) -> Place:
    """Return the place in the agenda (or the prep), outside all open detours."""
    return state.returns[0] if state.returns else state.place


def main_list(state: CallState) -> str | None:
    """Return the list that a call follows outside detours: the agenda (None), or `PREP`."""
    started_in = state.started.to.detour if state.started else None
    return PREP if started_in == PREP and outermost_place(state).detour in (PREP, None) else None


def unasked_musts(playbook: Playbook, state: CallState) -> tuple[Ask, ...]:
    """Return the must-asks of the agenda that were neither asked nor answered, in order, including skipped ones."""
    return tuple(
        item
        for item in open_items(playbook, state, main_list(state))
        if isinstance(item, Ask)
        and item.priority is Priority.MUST
        and not is_asked(state, item)
        and not is_known(playbook, state, item)
    )


def is_late(playbook: Playbook, place: Place, elapsed_seconds: float) -> bool:
    """Return whether the time planned up to the end of this section was exceeded by more than `running_late_after`."""
    planned = planned_seconds(playbook, place)
    return planned is not None and elapsed_seconds > planned + playbook.coach.running_late_after_seconds


def planned_seconds(playbook: Playbook, place: Place) -> float | None:
    """Return the seconds planned up to the end of the section of `place`; None if no time was planned."""
    minutes = 0.0
    is_planned = any(section.minutes for section in playbook.sections)
    current = section_of(playbook, place) if is_planned else None
    if current is None:
        return playbook.minutes * SECONDS_PER_MINUTE if playbook.minutes else None
    for section in playbook.sections:
        minutes += section.minutes or 0.0
        if section is current:
            break
    return minutes * SECONDS_PER_MINUTE


def _with_sections(
    items: tuple[Item, ...], section: Section | None = None
) -> Iterator[tuple[Section | None, SpokenItem]]:
    for item in items:
        if isinstance(item, Section):
            section = item
        else:
            yield section, item


def _first_due(
    playbook: Playbook, state: CallState, items: Iterator[SpokenItem], detour: str | None, *, is_late: bool = False
) -> Place:
    for item in items:
        if _is_due(playbook, state, item, is_late):
            return Place(item.id, detour=detour)
    if detour not in (None, PREP):
        return _place_after_detour(playbook, state, is_late)
    musts = [ask for ask in unasked_musts(playbook, state) if not is_skipped(state, ask)]
    return Place(musts[0].id, detour=detour) if musts else Place(None)


def _is_due(playbook: Playbook, state: CallState, item: SpokenItem, is_late: bool) -> bool:
    if isinstance(item, Say):
        return item.id not in state.asked
    if is_known(playbook, state, item) and not item.repeatable:
        return needs_confirmation(playbook, state, item)
    return not (is_late and item.priority is Priority.COULD)


def _place_after_detour(playbook: Playbook, state: CallState, is_late: bool) -> Place:
    """Return the place where the detour was taken, or the one after it if that question has its answer by now."""
    place = state.returns[-1] if state.returns else Place(None)
    if place.item is None:
        return place
    item = find_item(playbook, place.item, place.detour)
    is_settled = item is None
    if isinstance(item, Ask) and place.probe is None:
        is_settled = is_known(playbook, state, item) and not needs_confirmation(playbook, state, item)
    outer_state = replace(state, returns=state.returns[:-1])
    return next_place(playbook, outer_state, place, is_late=is_late) if is_settled else place


def label_of(name: str, playbook: Playbook | None = None) -> str:
    """Return an id as words: the playbook's label if there is one."""
    return playbook.display_name(name) if playbook else name.replace("_", " ")


def wording(question: str, state: CallState, playbook: Playbook | None = None) -> str:
    """Return a question as it was asked in the call, otherwise as the playbook has it, otherwise its id as words."""
    ask = playbook.question(question) if playbook and question not in state.wordings else None
    return state.wordings.get(question) or (
        fill(ask.text, playbook, state) if ask and playbook else label_of(question, playbook)
    )
