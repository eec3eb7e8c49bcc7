"""Legends of a document: `✅ Confirmed`, `1 = weak` or `R: stop` say what a row of a table can be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.block import Block, BlockKind

_STEP = re.compile(r"^(\d{1,2})\s*(?:=|:|–|—|-)\s*(\S.*)$")


def take_legend(blocks: Sequence[Block]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Return the labels of the first legend of a document, and the lines that it takes."""
    if not any(block.kind is BlockKind.TABLE for top in blocks for block in top.walk()):
        return (), frozenset()
    for block in (block for top in blocks for block in top.walk() if block.kind is BlockKind.LIST):
        labels = [_label(child.words.plain) for child in block.children]
        if 2 <= len(labels) <= 6 and all(labels):
            return tuple(labels), frozenset(child.line for child in block.children)
    return (), frozenset()


def _label(text: str) -> str:
    """Return the label in a line of a legend; empty if the line is none."""
    step = _STEP.match(text)
    if step:
        return step[1] if int(step[1]) <= 10 else ""
    if text and unicodedata.category(text[0]) in ("So", "Sm"):
        words = re.sub(r"^[^\w(]+", "", text)
        return re.split(r"\s*[(:–—]|\s-\s", words)[0].strip()
    return ""
