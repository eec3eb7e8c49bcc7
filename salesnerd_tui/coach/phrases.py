"""Phrases: regular expressions over words joined by single spaces, searched only where their words occur.

A call of an hour has a few hundred different sentences, and each matches few phrases. `phrase_index.json` lists groups
of words and pairs of words for each phrase, and every match contains one of each group (`tools/phrase_index.py` writes
the file). A phrase whose words do not occur is neither searched nor compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from zlib import crc32

import msgspec
from msgspec import Struct

from salesnerd_tui.files import read_regular

INDEX = f"{__file__.rpartition('phrases')[0]}phrase_index.json"
"""Not a `Path`, whose import costs as much as reading the file."""

MOST_BYTES = 8 << 20
PAIR = "_"
"""Separator of two neighbors; it is in no word."""

ALWAYS = ""
"""Marks a phrase that has to be searched in every sentence."""


class _Index(Struct, frozen=True):
    """For each word or pair of words the phrases that need one of its group; for each phrase the further groups.

    A pattern is one phrase, or several alternatives with the `|` of `cuts` between them. Phrases are numbered by key.
    """

    keys: list[str]
    cuts: dict[str, list[int]]
    by_word: dict[str, list[int]]
    rest: list[list[str]]


def key_of(pattern: str) -> str:
    """Return the name of a pattern in the index."""
    return f"{crc32(pattern.encode()):08x}"


@lru_cache(maxsize=1)
def _index() -> _Index:
    return msgspec.json.decode(read_regular(INDEX, MOST_BYTES), type=_Index)


@lru_cache(maxsize=1)
def _number_of() -> dict[str, int]:
    cuts, number = _index().cuts, 0
    numbers = {}
    for key in _index().keys:
        numbers[key] = number
        number += 1 + len(cuts.get(key, ()))
    return numbers


@lru_cache(maxsize=8)
def _tokens(line: str) -> tuple[set[str], set[int]]:
    """Return the words and pairs of words of a line, and the numbers of the phrases whose first group they meet."""
    spoken = line.split()
    tokens = {*spoken, *map(PAIR.join, pairwise(spoken))}
    by_word = _index().by_word
    met = set(by_word.get(ALWAYS, ())).union(*map(by_word.__getitem__, by_word.keys() & tokens))
    return tokens, met


def _meets(number: int, tokens: set[str]) -> bool:
    """Return whether words of a line meet the further groups of a phrase."""
    for group in _index().rest[number]:  # noqa: SIM110  # a loop takes half the time of a generator
        if _tokens_of(group).isdisjoint(tokens):
            return False
    return True


@cache
def _tokens_of(group: str) -> frozenset[str]:
    return frozenset(group.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern; phrases that share a pattern share it."""
    return re.compile(rf"(?:(?<=\s)|^)(?:{pattern})(?=\s|$)")


Phrase = tuple[int, int, int]
"""Place of a pattern, and the part of the pattern that is one phrase."""


class Phrases:
    """Alternative patterns that match like one expression: the leftmost match wins, then the first pattern."""

    __slots__ = ("_always", "_numbers", "patterns")

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        self._numbers: dict[int, Phrase] | None = None
        self._always: list[Phrase] = []

    def _find_in_index(self) -> dict[int, Phrase]:
        """Return the phrases by their number in the index. A pattern that is not there is always searched."""
        number_of, cuts = _number_of(), _index().cuts
        numbers: dict[int, Phrase] = {}
        always = []
        for place, pattern in enumerate(self.patterns):
            key = key_of(pattern)
            number = number_of.get(key)
            if number is None:
                always.append((place, 0, len(pattern)))
                continue
            start = 0
            for end in (*cuts.get(key, ()), len(pattern)):
                numbers.setdefault(number, (place, start, end))
                number += 1
                start = end + 1
        self._always = always
        self._numbers = numbers
        return numbers

    def candidates(self, line: str) -> list[Phrase]:
        """Return the phrases that can occur in the line, in order."""
        numbers = self._numbers
        if numbers is None:
            numbers = self._find_in_index()
        tokens, met = _tokens(line)
        if numbers.keys().isdisjoint(met):
            return self._always
        near = [numbers[number] for number in numbers.keys() & met if _meets(number, tokens)]
        return sorted([*self._always, *near]) if near else self._always

    def search(self, line: str, start: int = 0) -> re.Match[str] | None:
        candidates = self.candidates(line)
        return self._first(line, start, candidates) if candidates else None

    def _first(self, line: str, start: int, candidates: list[Phrase]) -> re.Match[str] | None:
        best: re.Match[str] | None = None
        for place, begin, end in candidates:
            found = _compiled(self.patterns[place][begin:end]).search(line, start)
            if found is not None and (best is None or found.start() < best.start()):
                best = found
        return best

    def match(self, line: str) -> re.Match[str] | None:
        for place, begin, end in self.candidates(line):
            found = _compiled(self.patterns[place][begin:end]).match(line)
            if found is not None:
                return found
        return None

    def finditer(self, line: str) -> Iterator[re.Match[str]]:
        """Yield the matches from left to right; they do not overlap."""
        candidates = self.candidates(line)
        start = 0
        while candidates and (found := self._first(line, start, candidates)) is not None:
            yield found
            start = found.end() if found.end() > found.start() else found.end() + 1


def phrases(*patterns: str) -> Phrases:
    """Return phrases over words joined by single blanks; each matches whole words and may contain groups."""
    return Phrases(patterns)
