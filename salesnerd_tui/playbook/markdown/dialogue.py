"""Dialogues in a document: two speakers who take turns are an example, and no script of the user's own."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.block import Block, BlockKind, Unit
from salesnerd_tui.playbook.markdown.label import Labelled, Role, label_of

TURNS_MIN, TURN_WORDS = 4, 3
"""Turns that make a dialogue, and words of a speaker's name."""


def dialogue_lines(blocks: Sequence[Block]) -> set[int]:
    """Return the lines of paragraphs in which two speakers take turns, a paragraph for each turn."""
    found: set[int] = set()
    turns: list[tuple[int, Labelled]] = []
    for block in [*blocks, Block(BlockKind.HEADING, 0)]:
        labelled = label_of(block.words.text, block.words.bold) if block.kind is BlockKind.PARAGRAPH else None
        if labelled and len(labelled.label.split()) <= TURN_WORDS:
            turns.append((block.line, labelled))
            continue
        speakers = {turn.label.casefold() for _, turn in turns}
        answered = any(turn.role is Role.THEY_SAY for _, turn in turns)
        if len(turns) >= TURNS_MIN and answered and len(speakers) * 2 <= len(turns):
            found.update(line for line, _ in turns)
        turns = []
    return found


def is_dialogue(units: Sequence[Unit]) -> bool:
    """Return whether two speakers take turns."""
    found = [label_of(unit.text, unit.bold) for unit in units]
    speakers = {
        labelled.label.casefold() for labelled in found if labelled and labelled.role in (Role.SAY, Role.THEY_SAY)
    }
    return len(speakers) >= 2 and sum(labelled is not None for labelled in found) * 3 >= len(units) * 2
