"""Draft of a playbook: the content of a document before it is written as YAML.

Texts of a draft are cut to the maximum lengths of the file and for readers, and placeholders become slots that the prep
asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.playbook.markdown.sentence import PLACEHOLDER

if TYPE_CHECKING:
    from salesnerd_tui.playbook.ids import FreeIds
    from salesnerd_tui.playbook.markdown.label import Role

CUE_CHARACTERS = 500
"""Maximum length of a cue, to be read during a call."""

SPOKEN_CHARACTERS = 2_000
"""Longest text that becomes something to ask or say."""

HEADING_CHARACTERS = 200
"""Longest title; the rest of a longer one is left out."""

TOO_LONG_TO_SAY = "too long to be said"
QUESTION_IN_PROSE = "a question inside prose"


class OpenDecision(Struct, frozen=True):
    """An open decision that the import leaves to the author: a question and the choices."""

    question: str
    choices: tuple[str, ...] = ()


class DraftCues(Struct):
    """Notes to the user about an item, in the order of the document."""

    why: list[str] = field(default_factory=list)
    listen_for: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    link: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.why or self.listen_for or self.avoid or self.link)

    def add(self, role: Role, text: str) -> bool:
        """Add a note; return False if it is too long for a cue or of another role."""
        kept: list[str] | None = getattr(self, role.value, None) if role.value in self.__struct_fields__ else None
        if kept is None or len(text) > CUE_CHARACTERS:
            return False
        if text and text not in kept:
            kept.append(text)
        return True

    def add_all(self, role: Role, texts: Iterable[str]) -> bool:
        """Add several notes; return False if one of them does not fit."""
        return sum(not self.add(role, text) for text in texts) == 0


class DraftAnswer(Struct):
    """Answer that the user may hear, and what follows. `target` is a question's number or a heading."""

    label: str
    line: int
    follow_ups: list[str] = field(default_factory=list)
    say: str = ""
    end: str = ""
    goto: str = ""
    target: str = ""
    is_section_target: bool = False
    points: float | None = None
    cues: DraftCues = field(default_factory=DraftCues)
    decisions: list[OpenDecision] = field(default_factory=list)


class DraftItem(Struct):
    """A question, or something to say if `is_said`. `number` is how the document counts it."""

    text: str
    line: int
    is_said: bool = False
    id: str = ""
    topic: str = ""
    number: str = ""
    priority: str = ""
    type: str = ""
    speaker: str = ""
    weight: float | None = None
    cues: DraftCues = field(default_factory=DraftCues)
    follow_ups: list[str] = field(default_factory=list)
    phrasings: list[str] = field(default_factory=list)
    answers: list[DraftAnswer] = field(default_factory=list)
    decisions: list[OpenDecision] = field(default_factory=list)
    is_added: bool = False

    def answer(self, label: str, line: int) -> DraftAnswer:
        """Return the answer with that label, added if it is new."""
        for answer in self.answers:
            if answer.label.casefold() == label.casefold():
                return answer
        self.answers.append(DraftAnswer(label, line))
        return self.answers[-1]


class DraftSection(Struct):
    """A section; `parents` are the headings above its own."""

    title: str
    line: int
    parents: tuple[str, ...] = ()
    minutes: str = ""
    number: str = ""
    goal: str = ""
    is_prep: bool = False
    cues: DraftCues = field(default_factory=DraftCues)
    items: list[DraftItem] = field(default_factory=list)
    scale: tuple[str, ...] = ()
    decisions: list[OpenDecision] = field(default_factory=list)


class DraftDetour(Struct):
    """Detour: words of the other side, and what to say and ask then."""

    they_say: list[str]
    line: int
    id: str = ""
    cues: DraftCues = field(default_factory=DraftCues)
    items: list[DraftItem] = field(default_factory=list)
    decisions: list[OpenDecision] = field(default_factory=list)


class DraftOutcome(Struct):
    """An ending, with the condition of its gate if a score decides."""

    id: str
    label: str
    line: int
    decision: str
    why: str = ""
    condition: str = ""
    capture: dict[str, str] = field(default_factory=dict)
    decisions: list[OpenDecision] = field(default_factory=list)
    is_added: bool = False


class DraftBuyer(Struct):
    """A persona of the document: a line about them, and what they say to anything."""

    name: str
    line: int
    about: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)


class LeftOut(Struct, frozen=True):
    """A text of the document that is not in the playbook, and why."""

    line: int
    text: str
    reason: str


class Draft(Struct):
    """Everything found in a document."""

    title: str = ""
    goal: str = ""
    minutes: str = ""
    sections: list[DraftSection] = field(default_factory=list)
    detours: list[DraftDetour] = field(default_factory=list)
    outcomes: list[DraftOutcome] = field(default_factory=list)
    buyers: list[DraftBuyer] = field(default_factory=list)
    never_say: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    decisions: list[OpenDecision] = field(default_factory=list)
    is_library: bool = False

    def items(self) -> Iterator[DraftItem]:
        """Yield every question and everything to say, prep and detours included."""
        for section in self.sections:
            yield from section.items
        for detour in self.detours:
            yield from detour.items

    def leave(self, line: int, text: str, reason: str) -> None:
        """Record a text as left out."""
        text = text.strip()
        if any(sign.isalnum() for sign in text):
            self.left_out.append(LeftOut(line, text, reason))


def drop_overlong(draft: Draft) -> None:
    """Leave out texts that are too long for their place: for a line of the file, or for a sentence to say."""
    draft.title = _cut(draft, draft.title, 1)
    draft.goal = draft.goal if len(draft.goal) <= CUE_CHARACTERS else _cut(draft, draft.goal, 1)
    for section in draft.sections:
        section.title = _cut(draft, section.title, section.line)
        section.goal = _cut(draft, section.goal, section.line)
        section.parents = tuple(title[:HEADING_CHARACTERS] for title in section.parents)
        section.items = _short_items(draft, section.items)
    for detour in draft.detours:
        detour.they_say = [_cut(draft, text, detour.line) for text in detour.they_say]
        detour.items = _short_items(draft, detour.items)
    draft.detours = [detour for detour in draft.detours if detour.items]
    draft.never_say = [text for text in draft.never_say if len(text) <= HEADING_CHARACTERS]
    for buyer in draft.buyers:
        buyer.about = _short(draft, buyer.about, buyer.line)


def _cut(draft: Draft, text: str, line: int) -> str:
    if len(text) <= HEADING_CHARACTERS:
        return text
    draft.leave(line, text[HEADING_CHARACTERS:], "too long for a title")
    return text[:HEADING_CHARACTERS]


def _short_items(draft: Draft, items: list[DraftItem]) -> list[DraftItem]:
    for item in items:
        item.follow_ups = _short(draft, item.follow_ups, item.line)
        item.phrasings = _short(draft, item.phrasings, item.line)
        for answer in item.answers:
            answer.label = answer.label[:HEADING_CHARACTERS]
            answer.follow_ups = _short(draft, answer.follow_ups, answer.line)
            answer.say = "".join(_short(draft, [answer.say], answer.line))
    kept = set(_short(draft, [item.text for item in items], items[0].line if items else 0))
    return [item for item in items if item.text in kept]


def _short(draft: Draft, texts: list[str], line: int) -> list[str]:
    for text in texts:
        if len(text) > SPOKEN_CHARACTERS:
            draft.leave(line, text, TOO_LONG_TO_SAY)
    return [text for text in texts if len(text) <= SPOKEN_CHARACTERS]


_BUILT_IN_SLOTS = {
    "name": r"(?:(?:prospect|customer|contact|buyer|client|champion|their|first|person|stakeholder)(?:'s"
    r"|’s)?[ _-]*)*(?:name|prospect|contact)|prospect",
    "account": r"(?:(?:the|their|prospect|customer|client|target)(?:'s|’s)?[ _-]*)*(?:company|account"
    r"|organi[sz]ation)(?:[ _-]*name)?|customer|client",
    "role": r"(?:(?:their|job|prospect|buyer|persona)(?:'s|’s)?[ _-]*)*(?:role|title|position|job title)",
    "me": r"(?:your|my|rep|se|ae|seller)(?:'s|’s)?[ _-]*(?:first[ _-]*)?name|me|sender",
}
_SLOT_WORDS = 6
"""Maximum words of a placeholder; a longer text in brackets is a stage direction and does not change."""


class Slots:
    """Slots of one draft; `asked` are the items of the prep that ask for them, once for each."""

    def __init__(self, names: FreeIds) -> None:
        self._names = names
        self._found: dict[str, DraftItem] = {}

    @property
    def asked(self) -> list[DraftItem]:
        return list(self._found.values())

    def filled(self, text: str, line: int) -> str:
        """Return `text` with its placeholders as slots."""
        return PLACEHOLDER.sub(lambda found: self._slot(found, line), text)

    def _slot(self, found: re.Match[str], line: int) -> str:
        words = next(group for group in found.groups() if group).strip()
        if len(words.split()) > _SLOT_WORDS or words.endswith((".", "?")) or not re.search(r"[^\W\d]", words):
            return "(" + found[0][1:-1] + ")" if found[0].startswith("{") else found[0]
        for slot, pattern in _BUILT_IN_SLOTS.items():
            if re.fullmatch(pattern, words, re.IGNORECASE):
                return "{" + slot + "}"
        key = words.casefold()
        if key not in self._found:
            self._found[key] = DraftItem(words[:1].upper() + words[1:], line, id=self._names.take(words))
        return "{" + self._found[key].id + "}"


def fill_slots(draft: Draft, names: FreeIds) -> None:
    """Replace the placeholders in all spoken texts, and let prep ask for them."""
    slots = Slots(names)
    spoken = [item for section in draft.sections if not section.is_prep for item in section.items]
    for item in [*spoken, *(item for detour in draft.detours for item in detour.items)]:
        item.text = slots.filled(item.text, item.line)
        item.follow_ups = [slots.filled(text, item.line) for text in item.follow_ups]
        item.phrasings = [slots.filled(text, item.line) for text in item.phrasings]
        for answer in item.answers:
            answer.follow_ups = [slots.filled(text, answer.line) for text in answer.follow_ups]
            answer.say = slots.filled(answer.say, answer.line)
    if slots.asked:
        draft.sections.insert(0, DraftSection("Fill in before the call", 0, is_prep=True, items=slots.asked))
