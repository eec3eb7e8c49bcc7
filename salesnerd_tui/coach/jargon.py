"""Jargon: the term that the buyer most likely did not understand, and its plain wording.

A playbook lists jargon with plain wordings. The term to explain was used by the user since the buyer last had the
floor; the buyer has not used it, and the user has not explained it since. Of several, it is the one used most often,
then the one that is most opaque to somebody who does not know it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from salesnerd_tui.coach.normalize import stem, topics, words

EXPLAINED_SHARE = 0.5
"""Share of the plain wording's words that explains a term if said in the same run. A round number."""


LETTERS, TOGETHER = 3, 7
"""Corrections of word length: *API* is as opaque as a word of nine letters, *race condition* as one of two."""


class _Term(Struct):
    """One entry of the playbook. `stems` are compared, so that plurals match."""

    name: str
    plain: str
    stems: tuple[str, ...]
    tells: frozenset[str]
    said: int = 0
    known: bool = False
    offered: bool = field(default=False)


class JargonExplainer:
    """Tracks the jargon of both sides; the cost is constant per word of a sentence and term of the playbook."""

    def __init__(self, jargon: Mapping[str, str]) -> None:
        self._terms = [_term(name, plain) for name, plain in jargon.items() if words(name)]
        self._said: set[str] = set()

    def theirs(self, spoken: Sequence[str], *, took_floor: bool = False) -> None:
        """Take words of the buyer: terms they use need no explanation, and taking the floor ends the user's run."""
        if took_floor:
            self._said.clear()
            for term in self._terms:
                term.said = 0
        for term in self._in(spoken):
            term.known = True

    def mine(self, spoken: Sequence[str]) -> None:
        """Take words of the user."""
        if not self._terms:
            return
        for term in self._in(spoken):
            term.said += 1
        self._said |= topics(spoken)

    def worst(self) -> tuple[str, str] | None:
        """Return the term to explain and its plain wording, each term once per call; None if there is none."""
        open_terms = [term for term in self._terms if term.said and not (term.known or term.offered)]
        unexplained = [term for term in open_terms if not self._explains(term)]
        if not unexplained:
            return None
        worst = max(unexplained, key=lambda term: (term.said, opaque(term.name)))
        worst.offered = True
        return worst.name, worst.plain

    def _explains(self, term: _Term) -> bool:
        return bool(term.tells) and len(term.tells & self._said) >= EXPLAINED_SHARE * len(term.tells)

    def _in(self, spoken: Sequence[str]) -> list[_Term]:
        if not self._terms:
            return []
        line = f" {' '.join(stem(word) for word in _parts(spoken))} "
        return [term for term in self._terms if f" {' '.join(term.stems)} " in line]


def opaque(name: str) -> int:
    """Return how opaque a term is, as the length of an equally opaque word: longer words are rarer.

    Abbreviations are more opaque than a word of their length, and compounds less.

    Note: the rank correlation with word frequencies in general English is 0.66, over the 53 terms in the playbooks.
    """
    parts = words(name)
    longest = max(map(len, parts), default=0)
    if len(parts) == 1 and name.isupper():
        return 2 * longest + LETTERS
    return longest if len(parts) == 1 and "-" not in name else longest - TOGETHER


def _term(name: str, plain: str) -> _Term:
    stems = tuple(stem(word) for word in _parts(words(name)))
    own = frozenset(stems)
    tells = frozenset(each for each in topics(words(plain)) if each not in own)
    return _Term(name, plain, stems, tells)


def _parts(spoken: Sequence[str]) -> list[str]:
    """Return the words split at hyphens, so that *event-driven* and *event driven* match."""
    return [part for word in spoken for part in word.split("-") if part]
