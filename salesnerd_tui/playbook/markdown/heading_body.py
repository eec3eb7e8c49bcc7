"""Text below a heading: whether it makes the heading a question of the user or of the other side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.block import Block, BlockKind
from salesnerd_tui.playbook.markdown.heading import DocumentHeading, sounds_theirs
from salesnerd_tui.playbook.markdown.label import Role, label_of
from salesnerd_tui.playbook.markdown.question import is_spoken
from salesnerd_tui.playbook.markdown.sentence import branch_of, is_to_them

EXPLAINED_WORDS = 15
"""Words of a paragraph below a question from which it answers the question."""


def bodies_of(blocks: Sequence[Block]) -> dict[int, Sequence[Block]]:
    """Return what is below each heading, up to the next one, by the heading's line."""
    at = [number for number, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    ends = [*at[1:], len(blocks)]
    return {blocks[start].line: blocks[start + 1 : end] for start, end in zip(at, ends, strict=False)}


def is_theirs_heading(heading: DocumentHeading, body: Sequence[Block]) -> bool:
    """Return whether a heading is what the other side asks or says: it sounds like it, or an answer follows.

    What helps to ask a question (cues, branches, points, follow-ups) makes it a question of the user.
    """
    if is_to_them(heading.title):
        return False
    inside = [block for top in body for block in top.walk() if block.words.text]
    labels = [label_of(block.words.text, block.words.bold) for block in inside]
    if any(label and label.role not in (None, Role.SAY) for label in labels) or any(map(_helps, inside)):
        return False
    is_reply = any(block.kind is BlockKind.QUOTE for block in body) or any(
        label and label.role is Role.SAY for label in labels
    )
    explained = (
        bool(body) and body[0].kind is BlockKind.PARAGRAPH and len(body[0].words.plain.split()) > EXPLAINED_WORDS
    )
    return is_reply or explained or (bool(body) and sounds_theirs(heading))


def _helps(block: Block) -> bool:
    """Return whether a list item below a question helps to ask it."""
    if block.kind is not BlockKind.ITEM:
        return False
    text = block.words.plain
    return (
        is_spoken(text)
        or branch_of(text, True) is not None
        or re.search(r"[+-]?\d+ ?(?:points?|pts)\b", text) is not None
    )


def opens_section(role: Role, body: Sequence[Block]) -> bool:
    """Return whether a heading like `Goals` has questions below it, so that it is a section after all."""
    if role in (Role.LEGEND, Role.MINUTES, Role.SPEAKER):
        return True
    if role not in (Role.GOAL, Role.WHY, Role.LINK, Role.OPTIONS, Role.SAY, Role.ASIDE):
        return False
    return any(is_spoken(block.words.plain) for top in body for block in top.walk() if block.kind is BlockKind.ITEM)
