"""Finding listed words in what is said, however many are listed: one pass over the text, a word at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

_WORD = re.compile(r"\w+")
_WORDS_DEEP = 10
"""Words of one term that are told apart; a longer one is never said whole."""

_CAPITALS_MAX = 5
"""Letters up to which a word in capitals is only looked for in capitals: IT is not "it"."""


class _Node(Struct, eq=False):
    """What may follow, by word, and the terms that end here, each with what stands in it before its first word."""

    after: dict[str, _Node] = field(default_factory=dict)
    terms: list[tuple[str, int]] = field(default_factory=list)


class Terms:
    """Terms to look for as whole words, in any case except for short ones in capitals."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._root = _Node()
        for term in terms:
            words = list(_WORD.finditer(term))[:_WORDS_DEEP]
            node = self._root
            for word in words:
                node = node.after.setdefault(word[0].casefold(), _Node())
            if words:
                node.terms.append((term, words[0].start()))

    def __bool__(self) -> bool:
        return bool(self._root.after)

    def first_in(self, text: str) -> tuple[int, str] | None:
        """Where the first of them is, the longest of those that begin there, and the words as they are in `text`."""
        words = list(_WORD.finditer(text))
        for at, word in enumerate(words):
            if word[0].casefold() in self._root.after:
                found = max(self._at(at, words, text), key=lambda one: len(one[1]), default=None)
                if found:
                    return found
        return None

    def _at(self, at: int, words: list[re.Match[str]], text: str) -> Iterator[tuple[int, str]]:
        node: _Node | None = self._root
        for word in words[at : at + _WORDS_DEEP]:
            node = node.after.get(word[0].casefold()) if node else None
            if node is None:
                return
            for term, lead in node.terms:
                start = words[at].start() - lead
                said = text[max(start, 0) : start + len(term)]
                if _same(said, term) and _is_whole(text, start, start + len(term)):
                    yield start, said


def _same(said: str, term: str) -> bool:
    if term.isupper() and len(term) <= _CAPITALS_MAX:
        return said == term
    return said.casefold() == term.casefold()


def _is_whole(text: str, start: int, end: int) -> bool:
    return not _WORD.match(text[start - 1 : start] if start else "") and not _WORD.match(text[end : end + 1])
