"""Outlines in YAML: a template of `title` and multi-line texts is read as headings with Markdown below."""

from __future__ import annotations

import re

_TITLE = re.compile(r"^(\s*)(?:-\s+)?(?:title|name|section|heading)\s*:\s*[\"']?(.+?)[\"']?\s*$")
_BLOCK = re.compile(r"^(\s*)(?:-\s+)?[\w-]+\s*:\s*[|>][+-]?\d?\s*$")
_FIELD = re.compile(r"^\s*(?:-\s+)?[\w-]+\s*:(?:\s|$)|^\s*-\s|^\s*#|^---\s*$|^\s*$")


def markdown_of_yaml(text: str) -> str:
    """Return Markdown for a text that is YAML, line by line; any other text unchanged."""
    lines = text.split("\n")
    written = [line for line in lines if line.strip()]
    titles = [line for line in lines if _TITLE.match(line)]
    blocks = [line for line in lines if _BLOCK.match(line)]
    if len(titles) < 3 or not blocks or not all(_is_yaml(line) for line in written[:3]):
        return text
    return "\n".join(_converted(lines))


def _is_yaml(line: str) -> bool:
    return _FIELD.match(line) is not None


def _converted(lines: list[str]) -> list[str]:
    """Replace each title by a heading as deep as its indentation, and move texts to the margin."""
    found: list[str] = []
    owner = margin = -1
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if owner >= 0 and (not line.strip() or indent > owner):
            margin = indent if margin < 0 and line.strip() else margin
            found.append(line[max(margin, 0) :] if line.strip() else "")
            continue
        owner = margin = -1
        title, block = _TITLE.match(line), _BLOCK.match(line)
        if block:
            owner = len(block[1])
            found.append("")
        elif title:
            found.append(f"{'#' * min(2 + len(title[1]) // 4, 6)} {title[2]}")
        else:
            found.append("")
    return found
