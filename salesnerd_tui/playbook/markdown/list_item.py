"""Items of the lists of a document: each becomes a question, a section over questions, or a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.playbook.markdown.attachment import attach_unit
from salesnerd_tui.playbook.markdown.block import Block, BlockKind, Unit, units_of
from salesnerd_tui.playbook.markdown.draft import QUESTION_IN_PROSE, DraftSection
from salesnerd_tui.playbook.markdown.ending import band_of
from salesnerd_tui.playbook.markdown.heading import PartKind, announces_questions, read_heading
from salesnerd_tui.playbook.markdown.label import Role, label_of
from salesnerd_tui.playbook.markdown.objection import said_of
from salesnerd_tui.playbook.markdown.placeholder import has_blank, is_only_placeholder, without_blanks
from salesnerd_tui.playbook.markdown.position import STATEMENT, WHY_MAX
from salesnerd_tui.playbook.markdown.question import is_mostly_spoken, is_spoken, is_topic, without_number
from salesnerd_tui.playbook.markdown.sentence import branch_of, is_quoted, opens_with_question_word, starts_quoted

if TYPE_CHECKING:
    from salesnerd_tui.playbook.markdown.outline import Outline

LINK = "a link"
FIELD_WORDS = 6
"""Words of a field such as `Team size:` between questions."""

TITLE_WORDS = 5
"""Words of an item that is a title beside other titles, though it has but one question below."""

_PROHIBITS = re.compile(r"(?:don['’]t|do not|never|avoid|nicht|niemals|ne |no )\b(?!.*:)", re.IGNORECASE)


def read_list(outline: Outline, block: Block) -> None:
    role = outline.role or outline.heading_role
    if outline.is_contents or (block.children and block.children[0].line in outline.skipped):
        outline.is_contents = False
        return
    if _is_statement_list(outline, block, role):
        _statements(outline, block)
    else:
        if outline.lead_in and not announces_questions(outline.lead_in.text):
            outline.place_lead_in()
        outline.lead_in = None
        around = outline.are_topics, outline.is_asking
        outline.are_topics = _has_topics(block)
        outline.is_asking = outline.is_asking or _asks(block)
        for item in block.children:
            _item(outline, item, role)
        outline.are_topics, outline.is_asking = around
    outline.end_list()


def _item(outline: Outline, block: Block, role: Role | None) -> None:
    units = units_of(block.words, block.line)
    if not units:
        for child in block.children:
            outline.block(child)
        return
    first, rest, under = units[0], units[1:], list(block.children)
    number, text = without_number(first.text)
    number = number or block.marker
    if outline.given_role(first, text, under, role):
        pass
    elif outline.host and not outline.detour:
        attach_unit(outline.draft, outline.host, first, under)
    else:
        _listed(outline, first, text, number, under)
    for unit in rest:
        if outline.last and not outline.last.is_said and not outline.detour:
            attach_unit(outline.draft, outline.last, unit)
        else:
            outline.unit(unit)


def _listed(outline: Outline, unit: Unit, text: str, number: str, under: list[Block]) -> None:
    """Place an item of a list that has no label above it."""
    labelled = label_of(text, max(0, unit.bold - (len(unit.text) - len(text))))
    ending = band_of(text, unit.line)
    asks_below = sum(is_spoken(child.words.plain) for top in under for child in top.walk())
    if ending:
        outline.draft.outcomes.append(ending)
        outline.leave_all(under, STATEMENT)
    elif (labelled and is_topic(labelled, bool(under))) or _is_branched(text, under):
        outline.spoken(unit, text, number, under)
    elif labelled and labelled.role and outline.labelled(labelled, unit, under):
        return
    elif _is_objection(outline, text):
        outline.objection(unit, text, under, labelled)
    elif has_blank(text) and not is_spoken(text):
        outline.prep(without_blanks(text), unit.line, under)
    elif outline.last and not outline.last.is_said and not asks_below and branch_of(text, False):
        attach_unit(outline.draft, outline.last, unit, under)
    elif reason := _empty_reason(unit, text):
        outline.draft.leave(unit.line, text, reason)
        outline.leave_all(under, reason if reason == LINK else STATEMENT)
    elif is_mostly_spoken(labelled.rest if labelled and not labelled.role else text) or is_only_placeholder(text):
        outline.spoken(unit, text, number, under)
    elif asks_below:
        _topic(outline, unit, text, number, under, asks_below)
    else:
        _listed_statement(outline, unit, text, number, under)


def _is_objection(outline: Outline, text: str) -> bool:
    found = said_of(text)
    if found and found.reply and outline.is_said_here() and not outline.theirs:
        return True
    return outline.kind is PartKind.OBJECTIONS and (outline.detour is None or starts_quoted(text))


def _empty_reason(unit: Unit, text: str) -> str:
    """Return why an item without words of its own is left out; empty if it has some."""
    if any(words == text and len(words) > 3 for words, _ in unit.links):
        return LINK
    return "a placeholder" if is_only_placeholder(text) and len(text.split()) < 3 else ""


def _listed_statement(outline: Outline, unit: Unit, text: str, number: str, under: list[Block]) -> None:
    asks = outline.is_asking or outline.role is Role.ASK or outline.heading_role is Role.ASK
    if asks and (opens_with_question_word(text) or starts_quoted(text)):
        outline.spoken(unit, text, number, under)
    elif unit.is_task or outline.kind in (PartKind.PREP, PartKind.CHECKLIST):
        outline.prep(text, unit.line, under, is_task=unit.is_task)
    elif is_quoted(text):
        outline.spoken(unit, text, number, under, is_said=True)
    elif text.endswith(":") and not under and outline.is_asking and len(text.split()) <= FIELD_WORDS:
        outline.field(text, unit.line, number)
    elif text.endswith(":") and under:
        outline.lead_in = unit
        for block in under:
            outline.block(block)
    elif opens_with_question_word(text) and under:
        outline.spoken(unit, text, number, under)
    elif is_spoken(text):
        _leave_item(outline, unit, text, under, QUESTION_IN_PROSE)
    else:
        _leave_item(outline, unit, text, under, STATEMENT)


def _leave_item(outline: Outline, unit: Unit, text: str, under: Sequence[Block], reason: str) -> None:
    if reason == STATEMENT and not under and not outline.detour:
        outline.cue_section(Role.AVOID if _PROHIBITS.match(text) else Role.WHY, text, unit.line)
    else:
        outline.draft.leave(unit.line, text, reason)
    outline.leave_all(under, reason)


def _topic(outline: Outline, unit: Unit, text: str, number: str, under: Sequence[Block], questions: int) -> None:
    """Read an item over questions as a section, or as the reason for one question."""
    is_reason = questions == 1 and not (outline.are_topics and len(text.split()) <= TITLE_WORDS)
    if is_reason or outline.detour or (len(text.split()) > 12 and not unit.is_bold):
        start = outline.count()
        for block in under:
            outline.block(block)
        added = outline.added_since(start)
        if added:
            added[-1].cues.add(Role.WHY, text.rstrip(":"))
        else:
            outline.draft.leave(unit.line, text, STATEMENT)
        return
    heading = read_heading(text)
    parent = outline.section
    parents = (*parent.parents, parent.title) if parent and parent.title else ()
    section = DraftSection(heading.title, unit.line, parents, heading.minutes, number, heading.goal)
    section.is_prep = parent.is_prep if parent else False
    outline.draft.sections.append(section)
    outline.section, outline.last = section, None
    for block in under:
        outline.block(block)


def _is_statement_list(outline: Outline, block: Block, role: Role | None) -> bool:
    """Return whether no item of a list asks, branches or has a label."""
    if role not in (None, Role.ASK) or outline.kind in (PartKind.PREP, PartKind.CHECKLIST, PartKind.OBJECTIONS):
        return False
    if outline.host or outline.detour:
        return False
    return all(_is_statement(outline, child) for top in block.children for child in top.walk() if child.words.text)


def _is_statement(outline: Outline, block: Block) -> bool:
    units = units_of(block.words, block.line)
    asking = outline.is_asking or outline.role is Role.ASK
    for unit in units:
        _, text = without_number(unit.text)
        labelled = label_of(text, unit.bold)
        is_other = unit.is_task or starts_quoted(text) or has_blank(text) or is_only_placeholder(text)
        if is_other or is_spoken(text) or band_of(text, 0) or (labelled and labelled.role):
            return False
        if asking and text.endswith(":") and not block.children:
            return False
        if (asking and opens_with_question_word(text)) or (outline.last and branch_of(text, False)):
            return False
    return True


def _statements(outline: Outline, block: Block) -> None:
    """Keep a list of statements as one note, lead-in first; leave it out if it is too long."""
    units = [unit for child in block.walk() for unit in units_of(child.words, child.line)]
    lead = outline.lead_in
    outline.lead_in = None
    text = "; ".join(unit.text.rstrip(".;") for unit in units)
    if lead:
        text = f"{lead.text.rstrip(':')}: {text}"
    section = outline.section
    if section is not None and section.title and len(section.cues.why) < WHY_MAX and section.cues.add(Role.WHY, text):
        outline.cue_lines.append((section, lead.line if lead else block.line, text))
        return
    for unit in ([lead] if lead else []) + units:
        outline.draft.leave(unit.line, unit.text, STATEMENT)


def _is_branched(text: str, under: Sequence[Block]) -> bool:
    """Return whether a question without its sign has a branch in every line below: `who plans them`."""
    items = [item for top in under for item in top.children if item.kind is BlockKind.ITEM]
    is_asked = opens_with_question_word(text) and not text.endswith(":")
    return is_asked and bool(items) and all(branch_of(item.words.plain, True) for item in items)


def _asks_below(item: Block) -> int:
    return sum(is_spoken(block.words.plain) for top in item.children for block in top.walk())


def _has_topics(block: Block) -> bool:
    """Return whether a list has an item that does not ask and has several questions below."""
    return any(not is_spoken(item.words.plain) and _asks_below(item) > 1 for item in block.children)


def _asks(block: Block) -> bool:
    """Return whether a list asks: most items do, or some do and the others are fields without a text."""
    spoken = [is_spoken(item.words.plain) for item in block.children]
    fields = [item.words.plain.endswith(":") and not item.children for item in block.children]
    return sum(spoken) * 2 > len(spoken) or (any(spoken) and any(fields))
