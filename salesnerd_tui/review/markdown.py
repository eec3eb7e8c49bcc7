"""Markdown in which a person's words are words: no heading, link, image, HTML or formula can come of them."""

from __future__ import annotations

import re

from salesnerd_tui.text import one_line

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&!$@])")
_OPENS_A_BLOCK = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"(?i)(?<=[a-z])://|\bwww\.")


def escape(text: str) -> str:
    """`text` on one line, to stand anywhere in a paragraph or list item."""
    escaped = _SIGNS.sub(r"\\\1", one_line(text, whole=True))
    escaped = _OPENS_A_BLOCK.sub(_opening, escaped)
    return _ADDRESS.sub(lambda found: found.group().replace(":", "\\:").replace(".", "\\."), escaped)


def fenced(rows: list[str]) -> list[str]:
    """Lines as they are, in a block of code that nothing in them can close."""
    return ["```text", *(row.replace("`", "'") for row in rows), "```"]


def _opening(found: re.Match[str]) -> str:
    """A sign at the start of a line, so that it opens no list, heading or quote; a number keeps its digits."""
    sign = found.group()
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"
