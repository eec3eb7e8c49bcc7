"""Lists that Markdown does not know: letters (`a)`, `B.`), numbers with levels (`2.1`), and questions on own lines.

They become bullets before the document is parsed, line by line because every block has its source line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MIN_RUN = 2
"""Minimum lines of such a list; a single `A. Smith` or a single question is not one."""

MAX_QUESTION_WORDS = 30
"""Maximum words of a question on a line of its own; a longer line is prose."""

_LETTERED = re.compile(r"^(?P<indent>[ \t]*)(?P<letter>[a-zA-Z]|[ivx]{2,4})[.)][ \t]+(?=\S)")
_NUMBERED = re.compile(r"^(?P<indent>[ \t]*)\(?\d{1,3}[.)][ \t]+\S")
_QUESTION = re.compile(r"^[\"“¿]?[^\W\d_a-z].*[?？][\"”]?\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")


def mark_lists(lines: Sequence[str]) -> list[str]:
    """Return the lines with a bullet before each item of such a list."""
    lines = _mark_levels(lines)
    marked = list(lines)
    run: list[int] = []
    is_code = False
    for number, line in enumerate([*lines, "."]):
        is_code ^= _FENCE.match(line) is not None
        if run and not _continues(run, number, lines):
            _mark_run(run, marked)
            run = []
        if not is_code and number < len(lines) and (_LETTERED.match(line) or _is_question(number, lines)):
            run.append(number)
    return marked


_LEVELS = re.compile(r"^(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})(?P<dot>[.)]?)[ \t]+(?=\S)")


def _mark_levels(lines: Sequence[str]) -> list[str]:
    """Return the lines with each item such as `2.1` below the item `2.`, if there are several of them."""
    matches = [_LEVELS.match(line) for line in lines]
    if sum("." in match["number"] for match in matches if match) < MIN_RUN:
        return list(lines)
    marked: list[str] = []
    above: set[str] = set()
    for line, match in zip(lines, matches, strict=True):
        if match is None:
            above = set() if line.startswith("#") else above
            marked.append(line)
            continue
        parts = match["number"].split(".")
        depth = sum(".".join(parts[:count]) in above for count in range(1, len(parts)))
        above.add(match["number"])
        is_top = len(parts) == 1
        marked.append(line if is_top else f"{'   ' * depth}- {match['number']} {line[match.end() :]}")
    return marked


def _is_question(number: int, lines: Sequence[str]) -> bool:
    return _QUESTION.match(lines[number]) is not None and len(lines[number].split()) <= MAX_QUESTION_WORDS


def _continues(run: Sequence[int], number: int, lines: Sequence[str]) -> bool:
    """Return whether line `number` is the next item after a run, or a blank line between lettered items."""
    if number >= len(lines):
        return False
    first = _LETTERED.match(lines[run[0]])
    if first is None:
        return _LETTERED.match(lines[number]) is None and _is_question(number, lines)
    if not lines[number].strip():
        return True
    following = _LETTERED.match(lines[number])
    return (
        following is not None
        and following["indent"] == first["indent"]
        and _rank(following["letter"], len(run)) == len(run)
        and following["letter"].isupper() == first["letter"].isupper()
    )


def _rank(letter: str, expected: int) -> int:
    """Return the place of a letter or Roman numeral in its list, counted from 0; -1 if it is not the expected one."""
    numerals = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
    letters = "abcdefghijklmnopqrstuvwxyz"
    is_next = letter.lower() in (letters[expected : expected + 1], *numerals[expected : expected + 1])
    return expected if is_next else -1


def _mark_run(run: Sequence[int], marked: list[str]) -> None:
    first = _LETTERED.match(marked[run[0]])
    if len(run) < MIN_RUN or (first and _rank(first["letter"], 0)):
        return
    above = next((marked[number] for number in range(run[0] - 1, -1, -1) if marked[number].strip()), "")
    numbered = _NUMBERED.match(above)
    for number in run:
        match = _LETTERED.match(marked[number])
        if match is None:
            marked[number] = f"- {marked[number].strip()}"
            continue
        indent = match["indent"]
        if numbered and numbered["indent"] == indent and not match["letter"].isupper():
            indent += "   "
        marked[number] = f"{indent}- {match['letter']}) {marked[number][match.end() :]}"
