"""Findings of the playbook checker, for every output (screen, shell, editor, CI).

A finding may have a guess at what was meant, and edits that repair only the affected text. This module also has the
exception for limits that end a check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from enum import StrEnum
from functools import partial

from msgspec import Struct

from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.playbook.yaml_tree import LINE_BREAKS

_MAX_LENGTH = 240
"""Maximum characters of a message or a hint."""


class Severity(StrEnum):
    """Severity. A file with errors does not load; advice is about how texts sound."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Edit(Struct, frozen=True):
    """A change to a file: `text` replaces a range. Lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Finding(Struct, frozen=True):
    """One problem, at the place where it can be fixed.

    `fix` is the likely replacement of the text there. `edits` are safe changes, which `lint --fix` makes.
    """

    code: str
    severity: Severity
    message: str
    location: SourceLocation
    hint: str = ""
    fix: str = ""
    edits: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        return f"{self.location}: {self.severity}[{self.code}] {self.message}"


def _truncate(text: str) -> str:
    """Messages may quote text of the file, which may be a megabyte long, so they are cut."""
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def make_finding(
    severity: Severity,
    code: str,
    message: str,
    location: SourceLocation,
    hint: str = "",
    fix: str = "",
    edits: tuple[Edit, ...] = (),
) -> Finding:
    return Finding(code, severity, _truncate(message), location, _truncate(hint), fix, edits)


error = partial(make_finding, Severity.ERROR)
warning = partial(make_finding, Severity.WARNING)
advice = partial(make_finding, Severity.ADVICE)


Report = Callable[[Finding], None]


class LimitReached(Exception):
    """A limit was reached and the check stops; `finding` says which, and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def limit_error(most: int, what: str, location: SourceLocation, hint: str = "") -> Finding:
    """Return the finding `more than 2,000 names in one list`, at the first that is too many."""
    return error("P115", f"more than {most:,} {what}", location, hint or "what people use in a call is far smaller")


_MAX_COMPARED = 80
"""Maximum number of names that an unknown one is compared with; each costs ten microseconds."""

_MIN_SIMILARITY = 0.6
"""Minimum similarity (`difflib`) of a typo and its name."""

_LETTERS_PER_TYPO = 3
"""Letters per changed letter in a typo: `who` is not `why`, and `items` is not `minutes`."""


def closest_match(word: str, known: Iterable[str]) -> str:
    """Return the one of `known` that `word` is most likely a typo of, or an empty string."""
    word = word.lower()
    if not word or len(word) > 80:
        return ""
    least, most = len(word) // 2 - 2, len(word) + 2 + len(word) // 2
    near = [name for name in known if name and (least <= len(name) <= most or _is_affix(word, name.lower()))]
    if len(near) > _MAX_COMPARED:
        near = ([name for name in near if name[0].lower() == word[0]] or near)[:_MAX_COMPARED]
    names = {name.lower(): name for name in near}
    for close in get_close_matches(word, names, n=3, cutoff=_MIN_SIMILARITY):
        if _is_affix(word, close) or _edit_distance(word, close) <= max(
            1, max(len(word), len(close)) // _LETTERS_PER_TYPO
        ):
            return names[close]
    parts = [name for name in names if _is_affix(word, name)]
    return names[parts[0]] if len(parts) == 1 else ""


def _is_affix(one: str, other: str) -> bool:
    """Return whether the words of one name are the first or the last of the other's: `cost` and `cost_monthly`."""
    short, long = sorted((one, other), key=len)
    if len(short) < _LETTERS_PER_TYPO + 1 or short == long:
        return False
    return long.startswith((f"{short}_", f"{short} ", f"{short}-")) or long.endswith((f"_{short}", f" {short}"))


def _edit_distance(one: str, other: str) -> int:
    """Return how many letters are missing, added, replaced or swapped (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
    return row[-1]


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> tuple[str, str]:
    """Return the hint and the fix for an unknown name."""
    names = list(known)
    close = closest_match(word, names)
    if close:
        return f"did you mean '{close}'?", close
    if otherwise:
        return otherwise, ""
    return (f"choose one of: {join_names(sorted(names))}" if names else ""), ""


def join_names(names: Iterable[str], most: int = 8) -> str:
    """Return `a, b, c and 4 more`, for a sentence."""
    names = list(names)
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, int]:
    """Return the changed text and how many edits were made.

    Edits that overlap an earlier one, or that lie outside the text, are left out.
    """
    starts = [0, *(found.end() for found in LINE_BREAKS.finditer(text))]
    ends = [*(found.start() for found in LINE_BREAKS.finditer(text)), len(text)]
    parts: list[str] = []
    at = made = 0
    for edit in sorted(set(edits), key=lambda one: (one.line, one.column, one.end_line, one.end_column, one.text)):
        start = _offset(edit.line, edit.column, starts, ends)
        end = _offset(edit.end_line, edit.end_column, starts, ends)
        if start < at or end < start:
            continue
        parts += [text[at:start], _with_line_breaks_of(text, edit.text)]
        at, made = end, made + 1
    return "".join([*parts, text[at:]]), made


def _offset(line: int, column: int, starts: list[int], ends: list[int]) -> int:
    """Return a place as an index into the text; -1 outside of it."""
    if not 0 < line <= len(starts) or column < 1 or starts[line - 1] + column - 1 > ends[line - 1]:
        return -1
    return starts[line - 1] + column - 1


def _with_line_breaks_of(text: str, added: str) -> str:
    """Return `added` with the line breaks that the file uses."""
    return added.replace("\n", "\r\n") if "\r\n" in text else added


def edited_lines(edits: Iterable[Edit]) -> frozenset[int]:
    """Return the lines that edits change, by their numbers before the change."""
    return frozenset(line for edit in edits for line in range(edit.line, edit.end_line + 1))
