"""Invented calls, written to try the coach: those in `calls/silent` must stay silent, those in `calls/lit` must not.

One turn a line, `me:` the engineer, `them:` the other side. To add one, add a file.
"""

from __future__ import annotations

from pathlib import Path

_CALLS = Path(__file__).parent / "calls"
SILENT = tuple(sorted(path.stem for path in (_CALLS / "silent").glob("*.txt")))
LIT = tuple(sorted(path.stem for path in (_CALLS / "lit").glob("*.txt")))


def lines(name: str) -> list[tuple[bool, str]]:
    """Turns: whether the user speaks, and the words."""
    (path,) = _CALLS.glob(f"*/{name}.txt")
    told: list[tuple[bool, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        who, text = line.split(": ", 1)
        told.append((who == "me", text))
    return told
