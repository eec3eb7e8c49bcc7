"""Findings of the playbook checker, for every output (screen, shell, editor, CI).

A finding may have a guess at what the author meant, and edits that repair only the affected text.
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
"""Maximum characters of a message or a hint, because they quote text of the file, which may be a megabyte long."""


FIRST_FIELD_CODE = "P110"
"""First code of a finding about a field; the codes before it are about the YAML of the file."""


class Severity(StrEnum):
    """A file with errors does not load; advice is about how texts sound."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Edit(Struct, frozen=True, order=True):
    """A change to a file: `text` replaces a range. Lines and columns count from 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Finding(Struct, frozen=True):
    """A problem, at the location where it can be fixed.

    `fix` is the likely replacement of the text there. `edits` are safe changes, which `lint --fix` makes.
    """

    code: str
    severity: Severity
    message: str
    location: SourceLocation
    hint: str = ""
    fix: str = ""
    edits: tuple[Edit, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        return f"{self.location}: {self.severity}[{self.code}] {self.message}"


def _truncate(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def make_finding(
    code: str,
    message: str,
    location: SourceLocation,
    hint: str = "",
    fix: str = "",
    *,
    severity: Severity,
    edits: tuple[Edit, ...] = (),
) -> Finding:
    """Return a finding whose message and hint are short enough to show."""
    return Finding(code, severity, _truncate(message), location, _truncate(hint), fix, edits)


error = partial(make_finding, severity=Severity.ERROR)
warning = partial(make_finding, severity=Severity.WARNING)
advice = partial(make_finding, severity=Severity.ADVICE)


Report = Callable[[Finding], None]


class LimitReached(Exception):
    """Raised to end the check at a limit; `finding` says which limit, and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def limit_error(limit: int, what: str, location: SourceLocation, hint: str = "") -> Finding:
    """Return the error `more than 2,000 names in one list`, at the first name over the limit."""
    return error("P115", f"more than {limit:,} {what}", location, hint or "what people use in a call is far smaller")


def limit_reached(limit: int, what: str, location: SourceLocation, hint: str = "") -> LimitReached:
    """Return the exception to raise at a limit; see `limit_error`."""
    return LimitReached(limit_error(limit, what, location, hint))


_MAX_COMPARED = 80
"""Maximum number of names to compare with an unknown one; each costs about ten microseconds."""

_MIN_SIMILARITY = 0.6
"""Minimum similarity (`difflib` ratio) of a typo and the name."""

_LETTERS_PER_TYPO = 3
"""Minimum letters per changed letter: `who` is not a typo of `why`, nor `items` of `minutes`."""


def closest_match(word: str, names: Iterable[str]) -> str:
    """Return the name that `word` is most likely a typo of, or an empty string."""
    word = word.lower()
    if not word or len(word) > 80:
        return ""
    min_length, max_length = len(word) // 2 - 2, len(word) + 2 + len(word) // 2
    candidates = [
        name for name in names if name and (min_length <= len(name) <= max_length or _is_affix(word, name.lower()))
    ]
    if len(candidates) > _MAX_COMPARED:
        candidates = ([name for name in candidates if name[0].lower() == word[0]] or candidates)[:_MAX_COMPARED]
    by_lower = {name.lower(): name for name in candidates}
    for match in get_close_matches(word, by_lower, n=3, cutoff=_MIN_SIMILARITY):
        max_distance = max(1, max(len(word), len(match)) // _LETTERS_PER_TYPO)
        if _is_affix(word, match) or _edit_distance(word, match) <= max_distance:
            return by_lower[match]
    affixes = [name for name in by_lower if _is_affix(word, name)]
    return by_lower[affixes[0]] if len(affixes) == 1 else ""


def _is_affix(name: str, other: str) -> bool:
    """Return whether one name begins or ends with the words of the other: `cost` and `cost_monthly`."""
    short, long = sorted((name, other), key=len)
    if len(short) < _LETTERS_PER_TYPO + 1 or short == long:
        return False
    return long.startswith((f"{short}_", f"{short} ", f"{short}-")) or long.endswith((f"_{short}", f" {short}"))


def _edit_distance(name: str, other: str) -> int:
    """Return the number of inserted, deleted, replaced and swapped letters (optimal string alignment)."""
    previous: list[int] = []
    row = list(range(len(other) + 1))
    for row_number, letter in enumerate(name, 1):
        previous, before_previous, row = row, previous, [row_number]
        for column, other_letter in enumerate(other, 1):
            cost = min(previous[column] + 1, row[column - 1] + 1, previous[column - 1] + (letter != other_letter))
            if row_number > 1 and column > 1 and letter == other[column - 2] and name[row_number - 2] == other_letter:
                cost = min(cost, before_previous[column - 2] + 1)
            row.append(cost)
    return row[-1]


def did_you_mean(word: str, known: Iterable[str], default_hint: str = "") -> tuple[str, str]:
    """Return the hint and the fix for an unknown name."""
    names = list(known)
    match = closest_match(word, names)
    if match:
        return f"did you mean '{match}'?", match
    if default_hint:
        return default_hint, ""
    return (f"choose one of: {join_names(sorted(names))}" if names else ""), ""


def join_names(names: Iterable[str], max_names: int = 8) -> str:
    """Return `a, b, c and 4 more`, for a sentence."""
    names = list(names)
    shown = ", ".join(names[:max_names])
    return f"{shown} and {len(names) - max_names} more" if len(names) > max_names else shown


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, int]:
    """Return the changed text and the number of edits made.

    Edits that overlap an earlier one, or that lie outside the text, are skipped.
    """
    starts = [0, *(match.end() for match in LINE_BREAKS.finditer(text))]
    ends = [*(match.start() for match in LINE_BREAKS.finditer(text)), len(text)]
    line_break = "\r\n" if "\r\n" in text else "\n"
    parts: list[str] = []
    position = count = 0
    for edit in sorted(set(edits)):
        start = _offset(edit.line, edit.column, starts, ends)
        end = _offset(edit.end_line, edit.end_column, starts, ends)
        if start < position or end < start:
            continue
        parts += [text[position:start], edit.text.replace("\n", line_break)]
        position, count = end, count + 1
    return "".join([*parts, text[position:]]), count


def _offset(line: int, column: int, starts: list[int], ends: list[int]) -> int:
    """Return a position as an index into the text; -1 outside of it."""
    if not 0 < line <= len(starts) or column < 1 or starts[line - 1] + column - 1 > ends[line - 1]:
        return -1
    return starts[line - 1] + column - 1


def edited_lines(edits: Iterable[Edit]) -> frozenset[int]:
    """Return the numbers, before the edits, of the lines that they change."""
    return frozenset(line for edit in edits for line in range(edit.line, edit.end_line + 1))
