"""Phrases: regular expressions over words joined by single spaces, searched only where their words occur.

A call of an hour has a few hundred different sentences, and each matches few phrases. `phrase_index.json` lists groups
of words and pairs of words for each phrase, and every match contains one of each group (`tools/phrase_index.py` writes
the file). A phrase whose words do not occur is neither searched nor compiled.
"""

from __future__ import annotations

import re
from binascii import crc32
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache, reduce
from itertools import pairwise
from operator import or_

import msgspec
from msgspec import Struct

from salesnerd_tui.files import read_regular

INDEX = f"{__file__.rpartition('phrases')[0]}phrase_index.json"
"""Not a `Path`, whose import costs as much as reading the file."""

MAX_BYTES = 8 << 20
PAIR = "_"
"""Separator of two neighboring words; it is in no word."""

ALWAYS = ""
"""Key of the phrases that have to be searched in every sentence."""


class _Index(Struct, frozen=True):
    """For each word or pair of words the phrases that need one of its group; for each phrase the further groups.

    A pattern is one phrase, or several alternatives with the `|` of `cuts` between them. Phrases are numbered by key.
    """

    keys: list[str]
    cuts: dict[str, list[int]]
    by_word: dict[str, list[int]]
    rest: list[list[str]]


def key_of(pattern: str) -> str:
    """Return the key of a pattern in the index."""
    return f"{crc32(pattern.encode()):08x}"


@lru_cache(maxsize=1)
def _index() -> _Index:
    return _Index(**msgspec.json.decode(read_regular(INDEX, MAX_BYTES)))


@lru_cache(maxsize=1)
def _numbers_by_key() -> dict[str, int]:
    """Return the number of the first phrase of each pattern."""
    cuts, number = _index().cuts, 0
    numbers = {}
    for key in _index().keys:
        numbers[key] = number
        number += 1 + len(cuts.get(key, ()))
    return numbers


class _PhraseBits(dict[str, int]):
    """For each word or pair of words the phrases that need it, one bit each, from the index on first use."""

    def __missing__(self, token: str) -> int:
        bits = self[token] = _bits(_index().by_word.get(token, ()))
        return bits


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


_phrase_bits = _PhraseBits()


@lru_cache(maxsize=8)
def _tokens(line: str) -> tuple[set[str], int]:
    """Return the words and pairs of words of a line, and the bits of the phrases whose first group it contains."""
    words = line.split()
    tokens = {*words, *map(PAIR.join, pairwise(words))}
    bits = map(_phrase_bits.__getitem__, _index().by_word.keys() & tokens)
    return tokens, reduce(or_, bits, _phrase_bits[ALWAYS])


def _has_further_groups(number: int, tokens: set[str]) -> bool:
    """Return whether a line contains words of all further groups of a phrase."""
    for group in _index().rest[number]:  # noqa: SIM110  # a loop takes half the time of a generator
        if _split_group(group).isdisjoint(tokens):
            return False
    return True


@cache
def _split_group(group: str) -> frozenset[str]:
    return frozenset(group.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern; phrases that share a pattern share it."""
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


_Phrase = tuple[int, int, str]
"""Number of a pattern, and the start and text of one phrase in it."""


class Phrases:
    """Patterns over words joined by single spaces; each matches whole words and may contain groups.

    They match like one expression of alternatives: the leftmost match wins, then the first pattern.
    """

    __slots__ = ("_always", "_bits", "_by_number", "patterns")

    def __init__(self, *patterns: str) -> None:
        self.patterns = patterns
        self._by_number: dict[int, _Phrase] | None = None
        """Phrases by their number in the index; None until they are first searched."""
        self._bits = 0
        self._always: list[_Phrase] = []

    def _find_in_index(self) -> dict[int, _Phrase]:
        """Find the phrases in the index. A pattern that is not there is always searched."""
        numbers, cuts = _numbers_by_key(), _index().cuts
        by_number: dict[int, _Phrase] = {}
        always: list[_Phrase] = []
        for place, pattern in enumerate(self.patterns):
            key = key_of(pattern)
            number = numbers.get(key)
            if number is None:
                always.append((place, 0, pattern))
                continue
            start = 0
            for end in (*cuts.get(key, ()), len(pattern)):
                by_number.setdefault(number, (place, start, pattern[start:end]))
                number += 1
                start = end + 1
        self._always, self._bits, self._by_number = always, _bits(by_number), by_number
        return by_number

    def candidates(self, line: str) -> list[_Phrase]:
        """Return the phrases that can occur in the line, in order."""
        by_number = self._by_number
        if by_number is None:
            by_number = self._find_in_index()
        tokens, bits = _tokens(line)
        bits &= self._bits
        if not bits:
            return self._always
        candidates = self._always.copy()
        while bits:
            number = bits.bit_length() - 1
            bits ^= 1 << number
            if _has_further_groups(number, tokens):
                candidates.append(by_number[number])
        return sorted(candidates)

    def search(self, line: str) -> re.Match[str] | None:
        candidates = self.candidates(line)
        return self._search(line, 0, candidates) if candidates else None

    def _search(self, line: str, start: int, candidates: list[_Phrase]) -> re.Match[str] | None:
        first: re.Match[str] | None = None
        for _, _, phrase in candidates:
            match = _compiled(phrase).search(line, start)
            if match is not None and (first is None or match.start() < first.start()):
                first = match
        return first

    def match(self, line: str) -> re.Match[str] | None:
        for _, _, phrase in self.candidates(line):
            match = _compiled(phrase).match(line)
            if match is not None:
                return match
        return None

    def finditer(self, line: str) -> Iterator[re.Match[str]]:
        """Yield the matches from left to right; they do not overlap."""
        candidates = self.candidates(line)
        start = 0
        while candidates and (match := self._search(line, start, candidates)) is not None:
            yield match
            start = match.end() if match.end() > match.start() else match.end() + 1
