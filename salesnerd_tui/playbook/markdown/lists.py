"""Lists of a document: an item becomes a question, a section over questions, an objection or a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Unit, is_in_capitals, walk
from salesnerd_tui.playbook.markdown.draft import QUESTION_IN_PROSE, DraftSection
from salesnerd_tui.playbook.markdown.heading import PartKind, announces_questions, read_heading
from salesnerd_tui.playbook.markdown.outcomes import parse_score_band
from salesnerd_tui.playbook.markdown.position import MAX_SECTION_NOTES, STATEMENT
from salesnerd_tui.playbook.markdown.question import (
    attach_unit,
    count_questions,
    has_question,
    is_mostly_question,
    is_topic_label,
    split_number,
)
from salesnerd_tui.playbook.markdown.sentence import (
    Role,
    has_blank,
    is_only_placeholder,
    is_quoted,
    parse_branch,
    parse_label,
    parse_objection,
    parse_unit_label,
    remove_blanks,
    starts_with_question_word,
    starts_with_quote,
)

if TYPE_CHECKING:
    from salesnerd_tui.playbook.markdown.outline import Outline

MAX_FIELD_WORDS = 6
"""Maximum words of a field such as `Team size:` between questions."""

MAX_SECTION_TITLE_WORDS = 5
"""Maximum words of an item with one question that is a title because items next to it are titles."""

LINK = "a link"

_PROHIBITS = re.compile(r"(?:don['’]t|do not|never|avoid|nicht|niemals|ne |no )\b(?!.*:)", re.IGNORECASE)


def read_list(outline: Outline, block: Block) -> None:
    """Add the items of a list to the draft."""
    role = outline.role or outline.heading_role
    if outline.is_contents or (block.children and block.children[0].line in outline.legend_lines):
        outline.is_contents = False
        return
    if _is_statement_list(outline, block, role):
        _read_statement_list(outline, block)
    else:
        if outline.lead_in and not announces_questions(outline.lead_in.text):
            outline.flush_lead_in()
        outline.lead_in = None
        before = outline.are_topics, outline.is_asking
        outline.are_topics = _has_topics(block)
        outline.is_asking = outline.is_asking or _has_questions(block)
        for item in block.children:
            _read_item(outline, item, role)
        outline.are_topics, outline.is_asking = before
    outline.role = None


def _read_item(outline: Outline, block: Block, role: Role | None) -> None:
    units = block.units()
    if not units:
        outline.read_blocks(block.children)
        return
    first, rest, children = units[0], units[1:], block.children
    number, text = split_number(first.text)
    number = number or block.marker
    if rest and is_in_capitals(text) and not role:
        outline.read_bold_heading(Unit(text, line=first.line))
        for unit in rest:
            outline.read_unit(unit)
        outline.read_blocks(children)
        return
    if outline.add_by_list_role(first, text, children, role):
        pass
    elif outline.open_question and not outline.detour:
        attach_unit(outline.draft, outline.open_question, first, children)
    else:
        _read_listed_text(outline, first, text, number, children)
    for unit in rest:
        if outline.last_question and not outline.detour:
            attach_unit(outline.draft, outline.last_question, unit)
        else:
            outline.read_unit(unit)


def _read_listed_text(outline: Outline, unit: Unit, text: str, number: str, children: Sequence[Block]) -> None:
    """Add an item of a list that has no label above it."""
    labeled = parse_unit_label(unit, text)
    questions_below = count_questions(children)
    if outcome := parse_score_band(text, unit.line):
        outline.draft.outcomes.append(outcome)
        outline.omit_all(children, STATEMENT)
    elif (labeled and is_topic_label(labeled, bool(children))) or _is_branched(text, children):
        outline.add_spoken(unit, text, number, children)
    elif labeled and labeled.role and outline.read_labeled(labeled, unit, children):
        return
    elif _is_listed_objection(outline, text):
        outline.add_objection(unit, text, children, labeled)
    elif has_blank(text) and not has_question(text):
        outline.add_prep_question(remove_blanks(text), unit.line, children)
    elif outline.last_question and not questions_below and parse_branch(text, is_nested=False):
        attach_unit(outline.draft, outline.last_question, unit, children)
    elif reason := _omission_reason(unit, text):
        outline.draft.omit(unit.line, text, reason)
        outline.omit_all(children, reason if reason == LINK else STATEMENT)
    elif is_mostly_question(labeled.rest if labeled and not labeled.role else text) or is_only_placeholder(text):
        outline.add_spoken(unit, text, number, children)
    elif questions_below:
        _read_topic(outline, unit, text, number, children, question_count=questions_below)
    else:
        _read_listed_statement(outline, unit, text, number, children)


def _is_listed_objection(outline: Outline, text: str) -> bool:
    objection = parse_objection(text)
    if objection and objection.reply and outline.can_be_objection() and not outline.is_faq:
        return True
    return outline.kind is PartKind.OBJECTIONS and (outline.detour is None or starts_with_quote(text))


def _omission_reason(unit: Unit, text: str) -> str:
    """Return why an item without words of its own is omitted; empty if it has some."""
    if any(words == text and len(words) > 3 for words, _ in unit.links):
        return LINK
    return "a placeholder" if is_only_placeholder(text) and len(text.split()) < 3 else ""


def _read_listed_statement(outline: Outline, unit: Unit, text: str, number: str, children: Sequence[Block]) -> None:
    is_asking = outline.is_asking or outline.role is Role.ASK or outline.heading_role is Role.ASK
    if is_asking and (starts_with_question_word(text) or starts_with_quote(text)):
        outline.add_spoken(unit, text, number, children)
    elif unit.is_task or outline.kind in (PartKind.PREP, PartKind.CHECKLIST):
        outline.add_prep_question(text, unit.line, children, is_task=unit.is_task)
    elif is_quoted(text):
        outline.add_spoken(unit, text, number, children, is_said=True)
    elif text.endswith(":") and not children and outline.is_asking and len(text.split()) <= MAX_FIELD_WORDS:
        outline.add_field(text, unit.line, number)
    elif text.endswith(":") and children:
        outline.lead_in = unit
        outline.read_blocks(children)
    elif starts_with_question_word(text) and children:
        outline.add_spoken(unit, text, number, children)
    elif has_question(text):
        _omit_item(outline, unit, text, children, QUESTION_IN_PROSE)
    else:
        _omit_item(outline, unit, text, children, STATEMENT)


def _omit_item(outline: Outline, unit: Unit, text: str, children: Sequence[Block], reason: str) -> None:
    if reason == STATEMENT and not children and not outline.detour:
        outline.add_section_cue(Role.AVOID if _PROHIBITS.match(text) else Role.WHY, text, unit.line)
    else:
        outline.draft.omit(unit.line, text, reason)
    outline.omit_all(children, reason)


def _read_topic(
    outline: Outline, unit: Unit, text: str, number: str, children: Sequence[Block], *, question_count: int
) -> None:
    """Add an item with questions below it as a section, or as a note of its only question."""
    is_note = question_count == 1 and not (outline.are_topics and len(text.split()) <= MAX_SECTION_TITLE_WORDS)
    if is_note or outline.detour or (len(text.split()) > 12 and not unit.is_bold):
        before = len(outline.current_items())
        outline.read_blocks(children)
        added = outline.current_items()[before:]
        if added:
            added[-1].add_note(text.rstrip(":"))
        else:
            outline.draft.omit(unit.line, text, STATEMENT)
        return
    heading = read_heading(text)
    parent = outline.section
    parents = (*parent.parents, parent.title) if parent and parent.title else ()
    section = DraftSection(heading.title, unit.line, parents, heading.minutes, number, heading.goal)
    section.is_prep = parent.is_prep if parent else False
    outline.draft.sections.append(section)
    outline.section, outline.last_item = section, None
    outline.read_blocks(children)


def _is_statement_list(outline: Outline, block: Block, role: Role | None) -> bool:
    """Return whether no item of a list is a question, a branch or labeled."""
    if role not in (None, Role.ASK) or outline.kind in (PartKind.PREP, PartKind.CHECKLIST, PartKind.OBJECTIONS):
        return False
    if outline.open_question or outline.detour:
        return False
    return all(_is_statement(outline, child) for child in walk(block.children) if child.words.text)


def _is_statement(outline: Outline, block: Block) -> bool:
    is_asking = outline.is_asking or outline.role is Role.ASK
    for unit in block.units():
        _, text = split_number(unit.text)
        labeled = parse_label(text, unit.bold)
        if unit.is_task or starts_with_quote(text) or has_blank(text) or is_only_placeholder(text):
            return False
        if has_question(text) or parse_score_band(text, 0) or (labeled and labeled.role):
            return False
        if is_asking and text.endswith(":") and not block.children:
            return False
        if (is_asking and starts_with_question_word(text)) or (
            outline.last_item and parse_branch(text, is_nested=False)
        ):
            return False
    return True


def _read_statement_list(outline: Outline, block: Block) -> None:
    """Add a list of statements and its lead-in as one note; it is omitted if it is too long."""
    units = [unit for child in walk([block]) for unit in child.units()]
    lead_in, outline.lead_in = outline.lead_in, None
    text = "; ".join(unit.text.rstrip(".;") for unit in units)
    if lead_in:
        text = f"{lead_in.text.rstrip(':')}: {text}"
    section = outline.section
    if section is not None and section.title and len(section.why) < MAX_SECTION_NOTES and section.add(Role.WHY, text):
        outline.cue_lines.append((section, lead_in.line if lead_in else block.line, text))
        return
    for unit in ([lead_in] if lead_in else []) + units:
        outline.draft.omit(unit.line, unit.text, STATEMENT)


def _is_branched(text: str, children: Sequence[Block]) -> bool:
    """Return whether every line below a question is a branch; it needs no question mark: `who plans them`."""
    items = [item for top in children for item in top.children if item.kind is BlockKind.ITEM]
    starts_like_question = starts_with_question_word(text) and not text.endswith(":")
    return (
        starts_like_question and bool(items) and all(parse_branch(item.words.plain, is_nested=True) for item in items)
    )


def _has_topics(block: Block) -> bool:
    """Return whether an item of a list is a statement with several questions below it."""
    return any(not has_question(item.words.plain) and count_questions(item.children) > 1 for item in block.children)


def _has_questions(block: Block) -> bool:
    """Return whether most items of a list are questions, or some are and others are fields without a value."""
    questions = [has_question(item.words.plain) for item in block.children]
    fields = [item.words.plain.endswith(":") and not item.children for item in block.children]
    return sum(questions) * 2 > len(questions) or (any(questions) and any(fields))
