"""What every line-by-line reader of a format shares.

A reader is pushed one line at a time and gives each piece once, as soon as it is complete, so that the same code reads
a file that is there and one that grows. It can be copied at any line: a file whose last caption is rewritten is read
again from where that caption began.

Own readers instead of a library, after trying them: webvtt-py 0.6.0 keeps only the first voice of a caption and raises
on a missing header or a byte that is not UTF-8; srt 3.5.3 raises on text between captions (or prints what it skips to
the terminal) and on absurd hours; pysubs2 1.8.1 drops the voices. None of them can be given a file line by line. The
tests hold our reading of well-formed captions against webvtt-py.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

from salesnerd_tui.speech.transcripts.model import Piece
from salesnerd_tui.text import one_line

FEW_LINES = 3
"""Lines that may be lost without a word: a title, a date, a duration."""

SHOWN_CHARACTERS = 40
"""Characters of a lost line that are shown."""

Lines = tuple[str, "Lines"] | None
"""The lines of an unfinished block, the newest first: a chain, so that a reader is copied in no time at any line."""


def in_order(lines: Lines) -> list[str]:
    """The lines of a block, oldest first."""
    found: list[str] = []
    while lines is not None:
        line, lines = lines
        found.append(line)
    found.reverse()
    return found


class LineParser(ABC):
    """A reader of one format. All its state is in immutable values (or in sets that only grow), so a copy is shallow.

    `begun` counts the blocks that were begun: when it rises with a push, everything before that line is complete.
    """

    def __init__(self) -> None:
        self.begun = 0
        self.troubles = ProblemLog()
        self._line = -1
        self._before_colons: dict[str, set[int]] = {}

    @property
    def names(self) -> frozenset[str]:
        """The names that were met (as `same_name`), where the reader relies on them."""
        return frozenset()

    @property
    def grows(self) -> bool:
        """Whether captions were met that grow word by word."""
        return False

    @property
    def recurring(self) -> frozenset[str]:
        """What stands before a colon at least twice (as `same_name`)."""
        return frozenset(name for name, lines in self._before_colons.items() if len(lines) > 1)

    @property
    def refused(self) -> int:
        """How many lines begin with something before a colon that was not taken for a name."""
        return 0

    def _meet(self, name: str, line: int) -> bool:
        """Remember what stands before a colon. Return whether it stood there before."""
        lines = self._before_colons.setdefault(name, set())
        lines.add(line)
        return len(lines) > 1

    @property
    def candidates(self) -> tuple[int, int]:
        """How many turns were read, and how many of them begin with something before a colon."""
        return 0, 0

    @abstractmethod
    def push(self, line: str) -> Sequence[Piece]:
        """The pieces that this line (without its end) completes."""

    @abstractmethod
    def finish(self) -> Sequence[Piece]:
        """What is left at the end; on a `copy()`, what stands so far of an unfinished block."""

    def copy(self) -> Self:
        """Return an independent reader in the same state; only what it could not read is noted in common."""
        return copy.copy(self)

    def peek(self) -> Self:
        """Return a copy that notes nothing, for what stands so far."""
        twin = self.copy()
        twin.troubles = ProblemLog()
        twin._before_colons = {}
        return twin


class ProblemLog:
    """What could not be read: each kind once with its first line and how often it came, and the lines that were lost.

    Noting a line again changes nothing, so that a block may be read again as it grows.
    """

    def __init__(self) -> None:
        self._found: dict[str, set[int]] = {}
        self._lost: dict[int, str] = {}

    def note(self, what: str, line: int) -> None:
        self._found.setdefault(what, set()).add(line)

    def lose(self, line: int, text: str) -> None:
        """Note a line with words that are not taken for speech because nothing says so."""
        self._lost[line] = text[: SHOWN_CHARACTERS + 1]

    def told(self) -> tuple[str, ...]:
        """Return whole sentences, in the order of their first line."""
        found = [(min(lines), _sentence(what, min(lines), len(lines))) for what, lines in self._found.items()]
        return tuple(sentence for _, sentence in sorted(found, key=lambda each: each[0]))

    @property
    def not_understood(self) -> str:
        """A sentence about the lines that were lost; empty where they are only a few."""
        if len(self._lost) <= FEW_LINES:
            return ""
        first = min(self._lost)
        shown = _shown(self._lost[first])
        return f"line {first + 1}: {len(self._lost)} lines were not understood and left out, the first is {shown}."


def _shown(text: str) -> str:
    cut = one_line(text).strip()
    return repr(cut if len(cut) <= SHOWN_CHARACTERS else cut[: SHOWN_CHARACTERS - 1] + "…")


def _sentence(what: str, first: int, times: int) -> str:
    more = f" (and {times - 1} more like it)" if times > 1 else ""
    return f"line {first + 1}: {what}{more}."
