"""Attachments of a question: the bullets and paragraphs below it become follow-ups, answers and cues."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.block import Block, BlockKind, Unit, units_of
from salesnerd_tui.playbook.markdown.draft import Draft, DraftAnswer, DraftCues, DraftItem, OpenDecision
from salesnerd_tui.playbook.markdown.label import Labelled, Role, label_of, role_of, with_label
from salesnerd_tui.playbook.markdown.question import (
    LABEL_CHARACTERS,
    add_branch,
    add_consequence,
    add_remark,
    before_arrows,
    is_spoken,
    options_of,
    pieces_of,
    tidy,
    without_number,
)
from salesnerd_tui.playbook.markdown.sentence import (
    branch_of,
    is_prompt,
    is_question,
    opens_with_question_word,
    reply_label,
    sentences_of,
    split_remarks,
)

SHORT_WORDS = 6
"""A bullet of so few words under a question is something to listen for; a longer one says why."""

_POINTS = re.compile(
    r"^(.{1,80}?)\s*[:–—-]?\s*\(?([+-]?\d{1,3})\s*(?:points?|pts?)\)?\s*[:.–—-]*\s*(.*)$", re.IGNORECASE
)
_STATED = re.compile(
    r"^(listen(?:ing)? for|watch (?:out )?for|look (?:out )?for|probe for|avoid|achten auf)\s+(?![:–—-])(\S[^?.]*\.?)$",
    re.IGNORECASE,
)
"""A label that needs no colon: `Listen for a date, a name`."""

TOO_LONG = "too long for a note"


def attach(draft: Draft, item: DraftItem, blocks: Sequence[Block], role: Role | None = None) -> None:
    """Attach blocks to a question; `role` is that of a label above them."""
    for block in blocks:
        if block.kind in (BlockKind.LIST, BlockKind.QUOTE):
            attach(draft, item, block.children, role)
        elif block.kind is BlockKind.TABLE:
            for row in block.rows:
                draft.leave(row.line, " | ".join(cell.text for cell in row.cells), "a table under a question")
        else:
            units = units_of(block.words, block.line)
            for number, unit in enumerate(units, 1):
                under = block.children if number == len(units) else ()
                role = attach_unit(draft, item, unit, under, role) if block.kind is BlockKind.PARAGRAPH else role
                if block.kind is not BlockKind.PARAGRAPH:
                    attach_unit(draft, item, unit, under, role)


def attach_unit(
    draft: Draft, item: DraftItem, unit: Unit, under: Sequence[Block] = (), role: Role | None = None
) -> Role | None:
    """Attach one text and what is below it; return the role of what comes next if the text is a label alone."""
    _, text = without_number(unit.text)
    add_links(item.cues, unit)
    labelled = label_of(text, max(0, unit.bold - (len(unit.text) - len(text))))
    alone = role_of(text) if text.endswith(":") or (under and len(text.split()) <= 3) else None
    stated = _STATED.match(text.strip("()"))
    if stated and not (labelled and labelled.role):
        labelled = Labelled(stated[1], role_of(stated[1]), stated[2].rstrip(")"))
    if alone or (labelled and labelled.role):
        given = alone or (labelled.role if labelled else None)
        rest = with_label(labelled.label, labelled.rest) if labelled and labelled.rest and not alone else ""
        if given and rest:
            add_role(draft, item, given, rest, unit.line)
        attach(draft, item, under, None if rest else given)
        return None if rest else given
    if role:
        add_role(draft, item, role, text, unit.line)
        attach(draft, item, under, role)
        return role
    if not _attach_answer(draft, item, text, unit.line, under, labelled):
        _attach_text(draft, item, text, unit)
        attach(draft, item, under)
    return None


def _attach_answer(
    draft: Draft, item: DraftItem, text: str, line: int, under: Sequence[Block], labelled: Labelled | None
) -> bool:
    branch = branch_of(text, True)
    points = _POINTS.match(text)
    asks_below = any(is_spoken(block.words.plain) for top in under for block in top.walk())
    if branch:
        answer = add_branch(item, branch, line)
    elif points and not is_question(text):
        answer = item.answer(points[1].strip(' "“”*:'), line)
        answer.points = float(points[2])
        if points[3]:
            add_consequence(answer, points[3])
    elif asks_below and not is_spoken(text) and len(text) <= 80 and not role_of(text):
        answer = item.answer(reply_label(text.rstrip(":")), line)
    elif labelled and is_question(sentences_of(labelled.rest)[0]) and len(labelled.label.split()) <= SHORT_WORDS:
        answer = item.answer(reply_label(labelled.label), line)
        add_consequence(answer, labelled.rest)
    else:
        return False
    if answer is None:
        attach(draft, item, under)
    else:
        attach_to_answer(draft, answer, under)
    return True


def attach_to_answer(draft: Draft, answer: DraftAnswer, blocks: Sequence[Block]) -> None:
    """Attach blocks to an answer: what asks follows it, everything else is a note."""
    for block in (block for top in blocks for block in top.walk()):
        for unit in units_of(block.words, block.line):
            _, text = without_number(unit.text)
            labelled = label_of(text, unit.bold)
            add_links(answer.cues, unit)
            if labelled and labelled.role in (Role.LISTEN_FOR, Role.AVOID, Role.WHY) and labelled.rest:
                fits = answer.cues.add(labelled.role, labelled.rest)
            elif is_spoken(text):
                add_consequence(answer, text)
                fits = True
            else:
                fits = answer.cues.add(Role.WHY, text)
            if not fits:
                draft.leave(unit.line, text, TOO_LONG)


def _attach_text(draft: Draft, item: DraftItem, text: str, unit: Unit) -> None:
    if text.endswith(":") and opens_with_question_word(text):
        item.follow_ups.append(tidy(text))
        return
    if is_spoken(text) and not item.is_said:
        remarks = split_remarks(text)
        asked, branches = before_arrows(remarks.text)
        if branches:
            _keep_branches(item, asked, remarks.text[len(asked) :].strip())
        for sentence in sentences_of(asked):
            _attach_sentence(item, sentence, line=unit.line)
        for remark in remarks.remarks:
            add_remark(item, remark)
        return
    role = Role.LISTEN_FOR if len(text.split()) <= SHORT_WORDS and not text.endswith(".") else Role.WHY
    if not item.cues.add(role, text):
        draft.leave(unit.line, text, TOO_LONG)


def _attach_sentence(item: DraftItem, sentence: str, line: int) -> None:
    labelled = label_of(sentence)
    branch = branch_of(sentence, True)
    if labelled and labelled.role in (Role.FOLLOW_UPS, Role.ASK):
        item.follow_ups.append(tidy(labelled.rest))
    elif branch and not item.follow_ups:
        add_branch(item, branch, line)
    elif is_question(sentence) or is_prompt(sentence):
        item.follow_ups.append(tidy(sentence))
    else:
        item.cues.add(Role.WHY, sentence)


def _keep_branches(item: DraftItem, asked: str, branches: str) -> None:
    """Keep the branches of a follow-up as a note: only a question has answers."""
    item.cues.add(Role.WHY, f"{asked} {branches}")
    item.decisions.append(OpenDecision(f"'{asked}' has answers of its own", ("make it a question", "keep them in why")))


def add_role(draft: Draft, item: DraftItem, role: Role, text: str, line: int) -> None:
    """Add a text to a question by the role of its label."""
    if role is Role.NEVER_SAY:
        draft.never_say += pieces_of(text)
    elif role is Role.ASIDE:
        draft.leave(line, text, "a story")
    elif not _add_words(item, role, text, line) and not _add_note(item, role, text):
        draft.leave(line, text, TOO_LONG)


def _add_words(item: DraftItem, role: Role, text: str, line: int) -> bool:
    """Add what is heard or said: answers, follow-ups and other wordings."""
    if role is Role.OPTIONS:
        for label in options_of(text):
            item.answer(label[:LABEL_CHARACTERS], line)
    elif role in (Role.FOLLOW_UPS, Role.ASK):
        item.follow_ups += [tidy(sentence) for sentence in sentences_of(text)]
    elif role is Role.PHRASINGS:
        item.phrasings += [tidy(sentence) for sentence in sentences_of(text)]
    elif role is Role.SAY and is_spoken(text):
        item.phrasings.append(tidy(text))
    else:
        return False
    return True


def _add_note(item: DraftItem, role: Role, text: str) -> bool:
    """Add a note to the user; return False if it is too long."""
    if role in (Role.LISTEN_FOR, Role.AVOID):
        return item.cues.add_all(role, pieces_of(text))
    if role is Role.SPEAKER and re.fullmatch(r"[\w ]{1,20}", text):
        item.speaker = "_".join(text.lower().split())
        return True
    return (role is Role.LINK and bool(item.cues.link)) or item.cues.add(Role.WHY, text)


def add_links(cues: DraftCues, unit: Unit) -> None:
    """Add the web addresses of a text."""
    for _, address in unit.links:
        if re.match(r"https?://[^\s]+$", address):
            cues.add(Role.LINK, address)
