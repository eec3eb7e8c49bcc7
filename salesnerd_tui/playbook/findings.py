"""What the checker says about a playbook: one value for every surface (screen, shell, editor, build machine)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice

from msgspec import Struct

from salesnerd_tui.playbook.model import Spot

_COMPARED_MAX = 300
"""Names a word is compared with; each comparison costs ten microseconds."""


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
    spot: Spot
    hint: str = ""
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.spot}: {self.severity}[{self.code}] {self.message}"


def error(code: str, message: str, spot: Spot, hint: str = "", fix: str = "") -> Finding:
    return Finding(code, Severity.ERROR, message, spot, hint, fix)


def warning(code: str, message: str, spot: Spot, hint: str = "", fix: str = "") -> Finding:
    return Finding(code, Severity.WARNING, message, spot, hint, fix)


def advice(code: str, message: str, spot: Spot, hint: str = "", fix: str = "") -> Finding:
    return Finding(code, Severity.ADVICE, message, spot, hint, fix)


def closest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that `word` was most likely meant to be, or nothing."""
    word = word.lower()
    near = {name.lower(): name for name in known if name and abs(len(name) - len(word)) <= 2 + len(word) // 2}
    if len(near) > _COMPARED_MAX:
        alike = {low: name for low, name in near.items() if low[0] == word[:1]}
        near = dict(islice((alike or near).items(), _COMPARED_MAX))
    close = get_close_matches(word, near, n=1, cutoff=0.6) if len(word) <= 80 else []
    return near[close[0]] if close else ""


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
