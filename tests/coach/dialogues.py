"""Invented calls that try to fool the coach: those in `calls/drift` must be tapped, those in `calls/no_drift` must not.

One turn a line, `me:` the engineer, `them:` the other side. To add one, add a file.
"""

from __future__ import annotations

from pathlib import Path

_CALLS = Path(__file__).parent / "calls"
NO_DRIFT = tuple(sorted(path.stem for path in (_CALLS / "no_drift").glob("*.txt")))
DRIFT = tuple(sorted(path.stem for path in (_CALLS / "drift").glob("*.txt")))


def lines(name: str) -> list[tuple[bool, str]]:
    """Return the turns of a call: whether the user speaks, and the text."""
    (path,) = _CALLS.glob(f"*/{name}.txt")
    turns: list[tuple[bool, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        who, text = line.split(": ", 1)
        turns.append((who == "me", text))
    return turns
