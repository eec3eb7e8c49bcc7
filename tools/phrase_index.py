"""Index of the words that every match of a phrase contains: `salesnerd_tui/coach/phrase_index.json`.

    python tools/phrase_index.py [--check]

A phrase is a regular expression over words joined by spaces, and compiling all of them takes longer than a short call.
For each phrase the index lists up to four groups of words such that every match contains a word of each group. It is
sorted by the words of the first group, the rarest ones. `coach/phrases.py` searches, and compiles, only the phrases of
which the sentence contains a word of each group. A phrase without an entry is always searched, so a missing entry costs
time but no match.

The words are derived by expanding a phrase into the texts that it can match. What cannot be expanded (`[a-z]+`) is a
gap, and a word counts only between spaces or ends of the phrase.
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
MAX_VARIANTS = 4000
"""Maximum texts of one phrase; beyond it a part of the phrase becomes a gap with a group of words."""

_FIRST_GROUP = 0xE000
_COMMON_WEIGHT, _RARE_WEIGHT, _PAIR_WEIGHT = 3000, 100, 80
"""Frequencies per 10,000 sentences. Integers, because a sum of floats depends on the Python version."""

MAX_GROUPS = 4
MAX_GROUP_WEIGHT = 60_000
"""Weight from which a further group is left out, because nearly every sentence contains a word of it."""

MAX_GROUP_WORDS, LIKELY = 150, 0.05
"""Words from which a further group is left out, unless a sentence passes the groups so far with this probability."""

ENTRY_WEIGHT = 100
"""Extra weight of a word of the first group, because it is an entry to load."""

UNLIKELY = 0.0005
"""Probability that a sentence passes all groups below which no more groups are needed."""

Group = frozenset[str]


class PhraseError(ValueError):
    """A phrase uses syntax that the index does not know."""


class _Expansion:
    """Texts that one phrase can match, as strings with gaps: a recursive-descent parser of the syntax of phrases."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self.groups: list[Group] = []
        self.variants = self._alternatives()
        if self._at < len(pattern):
            raise PhraseError(f"unexpected {pattern[self._at :]!r} in {pattern!r}")

    def _alternatives(self) -> set[str]:
        variants = self._sequence()
        while self._text.startswith("|", self._at):
            self._at += 1
            variants = variants | self._sequence()
        return variants

    def _sequence(self) -> set[str]:
        variants = {""}
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            variants = self._concatenate(variants, self._repeat(self._atom()))
        return variants

    def _concatenate(self, first: set[str], second: set[str]) -> set[str]:
        if len(first) * len(second) > MAX_VARIANTS:
            first = self._shorten(first)
        if len(first) * len(second) > MAX_VARIANTS:
            first = {self._gap(first)}
        if len(second) > MAX_VARIANTS:
            second = {self._gap(second)}
        return {a + b for a in first for b in second}

    def _shorten(self, variants: set[str]) -> set[str]:
        """Merge texts with the same last word: a gap, with a group of the words before it."""
        start = GAP if self._depth else ""
        heads: dict[str, list[str]] = {}
        single_words = set()
        for text in variants:
            head, blank, tail = text.rpartition(" ")
            if blank:
                heads.setdefault(tail, []).append(start + head)
            else:
                single_words.add(text)
        return single_words | {f"{self._mark_gap(before)} {tail}" for tail, before in heads.items()}

    def _gap(self, variants: set[str]) -> str:
        """Merge all texts: a gap, with a group of words of which each text contains one."""
        return f"{self._mark_gap([GAP + text + GAP for text in variants])} {GAP}"

    def _mark_gap(self, texts: list[str]) -> str:
        """Return a gap with the mark of a group of words of which each text contains one, if there is such a group."""
        group = _find_group(self.options(text) for text in texts)
        if group is None:
            return GAP
        self.groups.append(group)
        return f"{GAP} {chr(_FIRST_GROUP + len(self.groups) - 1)}"

    def options(self, text: str) -> list[Group]:
        """Return the groups of words, and of pairs of neighbors, that a text with gaps certainly contains."""
        options = []
        before = ""
        for token in text.split():
            number = ord(token[0]) - _FIRST_GROUP
            if GAP in token:
                before = ""
            elif 0 <= number < len(self.groups):
                options.append(self.groups[number])
                before = ""
            else:
                options.append(frozenset((token,)))
                if before:
                    options.append(frozenset((f"{before}{PAIR}{token}",)))
                before = token
        return options

    def _atom(self) -> set[str]:
        text = self._text
        char = text[self._at]
        self._at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._character_class()
        if char in "^$":
            return {""}
        if char == ".":
            return {GAP}
        if char == "\\":
            self._at += 1
            return {GAP} if text[self._at - 1] in "dws" else {text[self._at - 1]}
        return {char}

    def _group(self) -> set[str]:
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
            raise PhraseError(f"missing parenthesis in {self._text!r}")
        self._at += 1
        return inner if opening in ("", "?:") else {""}

    def _character_class(self) -> set[str]:
        end = self._text.index("]", self._at)
        inner = self._text[self._at : end]
        self._at = end + 1
        is_open = inner.startswith("^") or "\\" in inner or "-" in inner.strip("-")
        return {GAP} if is_open else set(inner)

    def _repeat(self, once: set[str]) -> set[str]:
        text = self._text
        minimum, maximum = 1, 1
        if self._at < len(text) and text[self._at] in "?*+":
            char = text[self._at]
            minimum, maximum = (0 if char in "?*" else 1), (1 if char == "?" else 2)
            self._at += 1
        elif text.startswith("{", self._at):
            end = text.index("}", self._at)
            low, _, high = text[self._at + 1 : end].partition(",")
            minimum, maximum = int(low), int(high or low)
            self._at = end + 1
        else:
            return once
        if text.startswith("?", self._at):
            self._at += 1
        variants = once
        if maximum > 1:
            before = " " if all(variant.startswith(" ") for variant in once) else ""
            after = " " if all(variant.endswith(" ") for variant in once) else ""
            variants = once | {f"{before}{GAP}{after}{variant}" for variant in once}
        return variants | {""} if minimum == 0 else variants


@cache
def _weight(token: str) -> int:
    """Return roughly how many of 10,000 sentences contain this word or pair of words."""
    first, _, second = token.partition(PAIR)
    if second:
        return max(_weight(first) * _weight(second) // _COMMON_WEIGHT // 8, _PAIR_WEIGHT)
    words = normalize_words(token)
    is_common = (
        token in FUNCTION_WORDS or "'" in token or not words or max(word.weight for word in words) <= GRAMMAR_WEIGHT
    )
    return _COMMON_WEIGHT if is_common else _RARE_WEIGHT


def _group_weight(group: Group) -> int:
    return sum(map(_weight, group))


def _find_group(texts: Iterable[Iterable[Group]]) -> Group | None:
    """Return a light group of words that contains one option of every text; None if a text has no option."""
    open_texts = {frozenset(options) for options in texts}
    if not all(open_texts):
        return None
    texts_of: dict[Group, set[frozenset[Group]]] = {}
    for options in open_texts:
        for option in options:
            texts_of.setdefault(option, set()).add(options)
    queue = [(_group_weight(option) / len(covered), sorted(option)) for option, covered in texts_of.items()]
    heapify(queue)
    group: set[str] = set()
    while open_texts:
        price, words = heappop(queue)
        covered = texts_of[frozenset(words)] & open_texts
        if not covered:
            continue
        price_now = _group_weight(frozenset(words)) / len(covered)
        if price_now > price:
            heappush(queue, (price_now, words))
            continue
        group.update(words)
        open_texts -= covered
    return frozenset(group)


def groups_of(pattern: str) -> list[Group]:
    """Return groups of which every match of the phrase contains a word, the rarest first; may be empty."""
    expansion = _Expansion(pattern)
    texts = {frozenset(expansion.options(text)) for text in expansion.variants}
    groups: list[Group] = []
    probability = 1.0
    for _ in range(MAX_GROUPS):
        group = _find_group(texts)
        if group is None or any(group <= other for other in groups):
            break
        weight = _group_weight(group)
        if not groups or (weight <= MAX_GROUP_WEIGHT and (len(group) <= MAX_GROUP_WORDS or probability > LIKELY)):
            groups.append(group)
            probability *= min(weight / 10_000, 1.0)
        if probability < UNLIKELY:
            break
        texts = {frozenset(option for option in options if not option <= group) or options for options in texts}
    groups.sort(key=lambda group: (_group_weight(group), sorted(group)))
    first = min(
        groups, key=lambda group: (_group_weight(group) + ENTRY_WEIGHT * len(group), sorted(group)), default=None
    )
    return [] if first is None else [first, *(group for group in groups if group != first)]


def alternatives(pattern: str) -> list[int]:
    """Return the positions of the `|` that are outside of all brackets."""
    cuts = []
    depth = 0
    for token in re.finditer(r"\\.|\[\^?\]?[^\]]*\]|[()|]", pattern):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if token.group() == "|" and not depth:
            cuts.append(token.start())
    return cuts


def all_phrases() -> Iterator[Phrases]:
    """Yield the phrases of all modules of the coach and of the review package."""
    for package in (salesnerd_tui.coach, salesnerd_tui.review):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield from (each for each in vars(import_module(module.name)).values() if isinstance(each, Phrases))


def index_text() -> str:
    """Return the text of the index."""
    patterns = {key_of(pattern): pattern for each in all_phrases() for pattern in each.patterns}
    by_word: dict[str, list[int]] = {}
    cuts = {}
    rest: list[list[str]] = []
    for key, pattern in sorted(patterns.items()):
        if positions := alternatives(pattern):
            cuts[key] = positions
        for start, end in pairwise((-1, *positions, len(pattern))):
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
        is_same = file.is_file() and file.read_text(encoding="utf-8") == text
        if not is_same:
            print(f"{file.name} is out of date (run: python tools/phrase_index.py)", file=sys.stderr)
        return int(not is_same)
    file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
