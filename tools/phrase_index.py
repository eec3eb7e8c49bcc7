"""Index of the words that the coach's phrases cannot do without: `salesnerd_tui/coach/phrase_index.json`.

    python tools/phrase_index.py [--check]

A phrase is a regular expression over words joined by blanks, and compiling all of them takes longer than a short call.
For each phrase the index lists up to four groups of words such that every match holds a word of each group. It is
sorted by the words of the first group, the rarest ones. `coach/phrases.py` searches, and compiles, only the phrases
whose groups the sentence meets. A phrase without an entry is always searched, so that a missing entry costs time and
no match.

The words are derived by writing out what a phrase can match. What cannot be written out (`[a-z]+`) is a gap, and a word
counts only where a blank or an end of the phrase bounds it on both sides.
"""

from __future__ import annotations

import argparse
import json
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from heapq import heapify, heappop, heappush
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import salesnerd_tui.coach
import salesnerd_tui.review
from salesnerd_tui.coach.phrases import ALWAYS, INDEX, PAIR, Phrases, key_of
from salesnerd_tui.coach.question_matcher import GRAMMAR_WEIGHT, normalize_words
from salesnerd_tui.coach.sentences import FUNCTION_WORDS

GAP = "\0"
MOST_VARIANTS = 4000
"""Texts that are written out for one phrase; beyond it a part of the phrase becomes a gap with a group of words."""

_FIRST_GROUP = 0xE000
_COMMON_WEIGHT, _RARE_WEIGHT, _PAIR_WEIGHT = 3000, 100, 80
"""Whole numbers, because a sum of floats depends on the Python version (`sum` is compensated since 3.12)."""
MOST_GROUPS = 4
MOST_GROUP_WEIGHT = 60_000
"""After the first, a group of words that nearly every sentence meets is left out."""

MOST_WORDS, LIKELY = 150, 0.05
"""After the first, a group of more words is left out, unless a sentence is this likely to meet the groups so far."""

ENTRY_WEIGHT = 100
"""Weight of a word of the first group beside its own: it is an entry to load."""

UNLIKELY = 0.0005
"""Probability that a sentence meets all groups, from which no more are needed."""

Group = frozenset[str]


class PhraseError(ValueError):
    """A phrase uses syntax that the index does not know."""


class _Expansion:
    """Texts that one phrase can match, as strings with gaps. Recursive descent over the syntax that phrases use."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self.groups: list[Group] = []
        self.variants = self._alternatives()
        if self._at < len(pattern):
            raise PhraseError(f"unexpected {pattern[self._at :]!r} in {pattern!r}")

    def _alternatives(self) -> set[str]:
        found = self._sequence()
        while self._text.startswith("|", self._at):
            self._at += 1
            found = found | self._sequence()
        return found

    def _sequence(self) -> set[str]:
        found = {""}
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            found = self._joined(found, self._repeated(self._atom()))
        return found

    def _joined(self, first: set[str], second: set[str]) -> set[str]:
        if len(first) * len(second) > MOST_VARIANTS:
            first = self._shortened(first)
        if len(first) * len(second) > MOST_VARIANTS:
            first = {self._gap(first)}
        if len(second) > MOST_VARIANTS:
            second = {self._gap(second)}
        return {a + b for a in first for b in second}

    def _shortened(self, variants: set[str]) -> set[str]:
        """Join texts with the same last word: a gap, with a group of the words before it."""
        bound = GAP if self._depth else ""
        heads: dict[str, list[str]] = {}
        found = set()
        for text in variants:
            head, blank, tail = text.rpartition(" ")
            if blank:
                heads.setdefault(tail, []).append(bound + head)
            else:
                found.add(text)
        return found | {f"{self._marked(before)} {tail}" for tail, before in heads.items()}

    def _gap(self, variants: set[str]) -> str:
        """Join all texts: a gap, with a group of words that each of them holds."""
        return f"{self._marked([GAP + text + GAP for text in variants])} {GAP}"

    def _marked(self, texts: list[str]) -> str:
        """Return a gap with the mark of a group of words of which each text holds one, if there is such a group."""
        group = _group(self.options(text) for text in texts)
        if group is None:
            return GAP
        self.groups.append(group)
        return f"{GAP} {chr(_FIRST_GROUP + len(self.groups) - 1)}"

    def options(self, text: str) -> list[Group]:
        """Return the groups of words, and of pairs of neighbors, that a text with gaps holds for sure."""
        found = []
        before = ""
        for token in text.split():
            number = ord(token[0]) - _FIRST_GROUP
            if GAP in token:
                before = ""
            elif 0 <= number < len(self.groups):
                found.append(self.groups[number])
                before = ""
            else:
                found.append(frozenset((token,)))
                if before:
                    found.append(frozenset((f"{before}{PAIR}{token}",)))
                before = token
        return found

    def _atom(self) -> set[str]:
        text = self._text
        sign = text[self._at]
        self._at += 1
        if sign == "(":
            return self._bracket()
        if sign == "[":
            return self._letters()
        if sign in "^$":
            return {""}
        if sign == ".":
            return {GAP}
        if sign == "\\":
            self._at += 1
            return {GAP} if text[self._at - 1] in "dws" else {text[self._at - 1]}
        return {sign}

    def _bracket(self) -> set[str]:
        for opening in ("?:", "?!", "?=", "?<!", "?<="):
            if self._text.startswith(opening, self._at):
                self._at += len(opening)
                break
        else:
            opening = ""
        self._depth += 1
        inner = self._alternatives()
        self._depth -= 1
        if not self._text.startswith(")", self._at):
            raise PhraseError(f"missing bracket in {self._text!r}")
        self._at += 1
        return inner if opening in ("", "?:") else {""}

    def _letters(self) -> set[str]:
        end = self._text.index("]", self._at)
        inner = self._text[self._at : end]
        self._at = end + 1
        is_open = inner.startswith("^") or "\\" in inner or "-" in inner.strip("-")
        return {GAP} if is_open else set(inner)

    def _repeated(self, once: set[str]) -> set[str]:
        text = self._text
        least, most = 1, 1
        if self._at < len(text) and text[self._at] in "?*+":
            sign = text[self._at]
            least, most = (0 if sign in "?*" else 1), (1 if sign == "?" else 2)
            self._at += 1
        elif text.startswith("{", self._at):
            end = text.index("}", self._at)
            low, _, high = text[self._at + 1 : end].partition(",")
            least, most = int(low), int(high or low)
            self._at = end + 1
        else:
            return once
        if text.startswith("?", self._at):
            self._at += 1
        found = once if most == 1 else once | {GAP + each for each in once}
        return found | {""} if least == 0 else found


@cache
def _weight(token: str) -> int:
    """Return roughly how likely a sentence is to hold this word or pair of words, in parts of 10,000."""
    first, _, second = token.partition(PAIR)
    if second:
        return max(_weight(first) * _weight(second) // _COMMON_WEIGHT // 8, _PAIR_WEIGHT)
    words = normalize_words(token)
    is_common = (
        token in FUNCTION_WORDS or "'" in token or not words or max(word.weight for word in words) <= GRAMMAR_WEIGHT
    )
    return _COMMON_WEIGHT if is_common else _RARE_WEIGHT


def _cost(group: Group) -> int:
    return sum(map(_weight, group))


def _group(texts: Iterable[Iterable[Group]]) -> Group | None:
    """Return a cheap group of words that meets one option of every text; None where a text has no option."""
    open_texts = {frozenset(options) for options in texts}
    if not all(open_texts):
        return None
    texts_of: dict[Group, set[frozenset[Group]]] = {}
    for options in open_texts:
        for option in options:
            texts_of.setdefault(option, set()).add(options)
    queue = [(_cost(option) / len(found), sorted(option)) for option, found in texts_of.items()]
    heapify(queue)
    group: set[str] = set()
    while open_texts:
        price, words = heappop(queue)
        met = texts_of[frozenset(words)] & open_texts
        if not met:
            continue
        now = _cost(frozenset(words)) / len(met)
        if now > price:
            heappush(queue, (now, words))
            continue
        group.update(words)
        open_texts -= met
    return frozenset(group)


def groups_of(pattern: str) -> list[Group]:
    """Return groups of words that every match of the phrase meets, the rarest first; none where nothing is sure."""
    expansion = _Expansion(pattern)
    texts = {frozenset(expansion.options(text)) for text in expansion.variants}
    groups: list[Group] = []
    likely = 1.0
    for _ in range(MOST_GROUPS):
        found = _group(texts)
        if found is None or any(found <= group for group in groups):
            break
        cost = _cost(found)
        if not groups or (cost <= MOST_GROUP_WEIGHT and (len(found) <= MOST_WORDS or likely > LIKELY)):
            groups.append(found)
            likely *= min(cost / 10_000, 1.0)
        if likely < UNLIKELY:
            break
        texts = {frozenset(option for option in options if not option <= found) or options for options in texts}
    groups.sort(key=lambda group: (_cost(group), sorted(group)))
    first = min(groups, key=lambda group: (_cost(group) + ENTRY_WEIGHT * len(group), sorted(group)), default=None)
    return [] if first is None else [first, *(group for group in groups if group != first)]


def alternatives(pattern: str) -> list[int]:
    """Return the places of the `|` that are outside of all brackets."""
    found = []
    depth = 0
    for sign in re.finditer(r"\\.|\[\^?\]?[^\]]*\]|[()|]", pattern):
        depth += {"(": 1, ")": -1}.get(sign.group(), 0)
        if sign.group() == "|" and not depth:
            found.append(sign.start())
    return found


def every_phrases() -> Iterator[Phrases]:
    """Yield the phrases of all modules of the coach and of the debrief."""
    for package in (salesnerd_tui.coach, salesnerd_tui.review):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield from (each for each in vars(import_module(module.name)).values() if isinstance(each, Phrases))


def index_text() -> str:
    """Return the text of the index."""
    patterns = {key_of(pattern): pattern for each in every_phrases() for pattern in each.patterns}
    by_word: dict[str, list[int]] = {}
    cuts = {}
    rest: list[list[str]] = []
    for key, pattern in sorted(patterns.items()):
        if found := alternatives(pattern):
            cuts[key] = found
        for start, end in pairwise((-1, *found, len(pattern))):
            groups = groups_of(pattern[start + 1 : end])
            for word in groups[0] if groups else (ALWAYS,):
                by_word.setdefault(word, []).append(len(rest))
            rest.append([" ".join(sorted(group)) for group in groups[1:]])
    index = {"keys": sorted(patterns), "cuts": cuts, "by_word": dict(sorted(by_word.items())), "rest": rest}
    return json.dumps(index, indent=0, separators=(",", ":"), ensure_ascii=True) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the index of the words that phrases need.")
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    options = parser.parse_args()
    text, file = index_text(), Path(INDEX)
    if options.check:
        same = file.is_file() and file.read_text(encoding="utf-8") == text
        if not same:
            print(f"{file.name} is out of date (run: python tools/phrase_index.py)", file=sys.stderr)
        return int(not same)
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
