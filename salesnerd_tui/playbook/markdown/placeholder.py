"""Placeholders of a document: `[company]`, `<product>` and `____` become slots that prep fills."""

from __future__ import annotations

import re

from salesnerd_tui.playbook.markdown.draft import Draft, DraftItem, DraftSection
from salesnerd_tui.playbook.scalars import FreeIds

_PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,60})\](?!\()|\{\{?\s*([^{}\n]{1,60}?)\s*\}?\}|<([a-zA-Z][^<>\n]{0,40})>")
_BLANK = re.compile(r"_{3,}|\.{5,}|…{2,}")
_BUILT_IN = {
    "name": r"(?:(?:prospect|customer|contact|buyer|client|champion|their|first|person|stakeholder)(?:'s"
    r"|’s)?[ _-]*)*(?:name|prospect|contact)|prospect",
    "account": r"(?:(?:the|their|prospect|customer|client|target)(?:'s|’s)?[ _-]*)*(?:company|account|organi[sz]ation)"
    r"(?:[ _-]*name)?|customer|client",
    "role": r"(?:(?:their|job|prospect|buyer|persona)(?:'s|’s)?[ _-]*)*(?:role|title|position|job title)",
    "me": r"(?:your|my|rep|se|ae|seller)(?:'s|’s)?[ _-]*(?:first[ _-]*)?name|me|sender",
}
_KNOWN = {slot: re.compile(pattern, re.IGNORECASE) for slot, pattern in _BUILT_IN.items()}
_TAKEN_WORDS = re.compile(r"(?:if|when|their|the|a|an|insert|your|e\.g\.)?\s*(.*)", re.IGNORECASE)
WORDS_MAX = 6
"""A longer text in brackets is a stage direction, and stays as it is written."""

SECTION = "Fill in before the call"


class Slots:
    """Slots of one draft; each is asked for once in prep."""

    def __init__(self, names: FreeIds) -> None:
        self._names = names
        self._found: dict[str, DraftItem] = {}

    def filled(self, text: str, line: int) -> str:
        """Return `text` with its placeholders as slots."""
        return _PLACEHOLDER.sub(lambda found: self._slot(found, line), text)

    def _slot(self, found: re.Match[str], line: int) -> str:
        words = next(group for group in found.groups() if group).strip()
        if len(words.split()) > WORDS_MAX or words.endswith((".", "?")) or not re.search(r"[^\W\d]", words):
            return "(" + found[0][1:-1] + ")" if found[0].startswith("{") else found[0]
        for slot, pattern in _KNOWN.items():
            if pattern.fullmatch(words):
                return "{" + slot + "}"
        key = words.casefold()
        if key not in self._found:
            asked = words[:1].upper() + words[1:]
            self._found[key] = DraftItem(asked, line, id=self._names.take(words))
        return "{" + self._found[key].id + "}"

    def section(self) -> DraftSection | None:
        """Return the prep section that asks for the slots."""
        return DraftSection(SECTION, 0, is_prep=True, items=list(self._found.values())) if self._found else None


def fill_slots(draft: Draft, names: FreeIds) -> None:
    """Replace the placeholders in all spoken texts, and let prep ask for them."""
    slots = Slots(names)
    spoken = [item for section in draft.sections if not section.is_prep for item in section.items]
    spoken += [item for detour in draft.detours for item in detour.items]
    for item in spoken:
        item.text = slots.filled(item.text, item.line)
        item.follow_ups = [slots.filled(text, item.line) for text in item.follow_ups]
        item.phrasings = [slots.filled(text, item.line) for text in item.phrasings]
        for answer in item.answers:
            answer.follow_ups = [slots.filled(text, answer.line) for text in answer.follow_ups]
            answer.say = slots.filled(answer.say, answer.line)
    section = slots.section()
    if section:
        draft.sections.insert(0, section)


def is_only_placeholder(text: str) -> bool:
    """Return whether a text is one placeholder and no more: a place for the author's own words."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def has_blank(text: str) -> bool:
    """Return whether a text leaves a blank to fill in: `____`."""
    return _BLANK.search(text) is not None


def without_blanks(text: str) -> str:
    """Return a text without its blanks."""
    return " ".join(_BLANK.sub(" ", text).split()).strip(" :–—-")
