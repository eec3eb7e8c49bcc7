"""Phrases: regular expressions over words joined by single blanks, searched only where their words occur.

A call of an hour holds a few hundred different sentences, and a sentence meets few phrases. `phrase_index.json` lists
for each phrase the words that it cannot do without (`tools/phrase_index.py` writes it). A phrase whose words do not
occur is neither searched nor compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import msgspec

INDEX = Path(__file__).with_name("phrase_index.json")

_Index = dict[str, list[str]]


def key_of(pattern: str) -> str:
    """Return the name of a pattern in the index."""
    return f"{crc32(pattern.encode()):08x}"


@lru_cache(maxsize=1)
def _index() -> _Index:
    return msgspec.json.decode(INDEX.read_bytes(), type=_Index)


@lru_cache(maxsize=2)
def _tokens(line: str) -> frozenset[str]:
    return frozenset(line.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Several phrases may share a pattern; each is compiled once."""
    return re.compile(rf"(?:(?<=\s)|^)(?:{pattern})(?=\s|$)")


class Phrases:
    """Alternatives, as one expression would find them: the leftmost match, and of several there the first listed."""

    __slots__ = ("_always", "_by_word", "_second", "patterns")

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        self._by_word: dict[str, list[int]] | None = None
        self._second: list[frozenset[str] | None] = []
        self._always: tuple[int, ...] = ()

    def _read_index(self) -> dict[str, list[int]]:
        by_word: dict[str, list[int]] = {}
        always = []
        for number, pattern in enumerate(self.patterns):
            first, *rest = _index().get(key_of(pattern)) or [""]
            for word in first.split():
                by_word.setdefault(word, []).append(number)
            if not first:
                always.append(number)
            self._second.append(frozenset(rest[0].split()) if rest else None)
        self._always = tuple(always)
        self._by_word = by_word
        return by_word

    def candidates(self, line: str) -> list[int]:
        """Return the numbers of the patterns that can occur in the line, in order."""
        by_word = self._by_word
        if by_word is None:
            by_word = self._read_index()
        tokens = _tokens(line)
        found = set(self._always)
        for word in tokens:
            if word in by_word:
                found.update(by_word[word])
        if not found:
            return []
        second = self._second
        return sorted(number for number in found if (other := second[number]) is None or not other.isdisjoint(tokens))

    def search(self, line: str, start: int = 0) -> re.Match[str] | None:
        return self._first(line, start, self.candidates(line))

    def _first(self, line: str, start: int, candidates: list[int]) -> re.Match[str] | None:
        best: re.Match[str] | None = None
        for number in candidates:
            found = _compiled(self.patterns[number]).search(line, start)
            if found is not None and (best is None or found.start() < best.start()):
                best = found
        return best

    def match(self, line: str) -> re.Match[str] | None:
        for number in self.candidates(line):
            found = _compiled(self.patterns[number]).match(line)
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
    """Return phrases over words joined by single blanks; each is whole words and may hold groups."""
    return Phrases(patterns)
