"""What the checker says about a playbook: one value for every surface (screen, shell, editor, build machine)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.playbook.limits import COMPARED
from salesnerd_tui.playbook.model import SourceLocation

_SHOWN_MAX = 240
"""Characters of a message or a hint."""


class Severity(StrEnum):
    """An error does not load, a warning loads, advice is about how it will sound."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Finding(Struct, frozen=True):
    """One cause, at the place where it can be mended. `fix` is what to write over the spot, where that is certain."""

    code: str
    severity: Severity
    message: str
    spot: SourceLocation
    hint: str = ""
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.spot}: {self.severity}[{self.code}] {self.message}"


def _short(text: str) -> str:
    """A sentence may quote what was written, which may be a megabyte."""
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"


def error(code: str, message: str, spot: SourceLocation, hint: str = "", fix: str = "") -> Finding:
    return Finding(code, Severity.ERROR, _short(message), spot, _short(hint), fix)


def warning(code: str, message: str, spot: SourceLocation, hint: str = "", fix: str = "") -> Finding:
    return Finding(code, Severity.WARNING, _short(message), spot, _short(hint), fix)


def advice(code: str, message: str, spot: SourceLocation, hint: str = "", fix: str = "") -> Finding:
    return Finding(code, Severity.ADVICE, _short(message), spot, _short(hint), fix)


class LimitReached(Exception):
    """A limit was reached and going on is no use: `finding` says which, and where."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def over(most: int, what: str, spot: SourceLocation, hint: str = "") -> Finding:
    """`more than 2,000 names in one list`, at the first that is too many."""
    return error("P115", f"more than {most:,} {what}", spot, hint or "what people use in a call is far smaller")


def closest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that `word` was most likely meant to be, or nothing."""
    word = word.lower()
    if not word or len(word) > 80:
        return ""
    least, most = len(word) // 2 - 2, len(word) + 2 + len(word) // 2
    near = [name for name in known if name and least <= len(name) <= most]
    if len(near) > COMPARED:
        near = ([name for name in near if name[0].lower() == word[0]] or near)[:COMPARED]
    names = {name.lower(): name for name in near}
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> tuple[str, str]:
    """`(hint, fix)` for a name nobody knows."""
    names = list(known)
    close = closest(word, names)
    if close:
        return f"did you mean '{close}'?", close
    if otherwise:
        return otherwise, ""
    return (f"there is: {listed(names)}" if names else ""), ""


def listed(names: Iterable[str], most: int = 8) -> str:
    """`a, b, c and 4 more`, for a sentence."""
    names = list(names)
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
