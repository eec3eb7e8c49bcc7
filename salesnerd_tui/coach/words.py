"""Words as the coach compares them: lower case, no punctuation, since speech recognition promises neither."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

_WORD = re.compile(r"[^\W_]+(?:['’.+-][^\W_]+)*[+#]*")


def vocabulary(text: str) -> frozenset[str]:
    """The words of a block of text, as a set."""
    return frozenset(text.split())


FUNCTION_WORDS = vocabulary(
    """a about after again all also am an and any anyway are as at back be because been before being both but by can
    could did do does doing don done else even ever every for from get gets getting give go goes going gonna got had has
    have having he her here him his how i if in into is it its just kind know let let's like look lot made make many
    maybe me mean means might more most much must my need no not now of off oh ok okay on one only or other our out over
    own per put really right said same say see she should show so some something sort still such sure take than that
    that's the their them then there there's these they thing things think this those though through to too try two um
    uh uh-huh up us use used uses using very want wanted was way we well were what when where which while who why will
    with would yeah yep yes yet you your i'm i'll i've it's we're we've we'll you're you've you'll they're don't didn't
    doesn't isn't can't won't wasn't"""
)
"""Words that carry no topic."""


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, lower case, apostrophes straight, inner hyphens and points kept."""
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


def stem(word: str) -> str:
    """A word with its English endings off, so that *subscribes* and *subscription* meet. Crude: it only compares."""
    if len(word) > 5:
        for ending in (
            "ations",
            "ation",
            "ingly",
            "ments",
            "ment",
            "ings",
            "ions",
            "ing",
            "ion",
            "ers",
            "ies",
            "ed",
            "er",
            "es",
        ):
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
    return word[:-1] if len(word) > 3 and word.endswith(("s", "e", "y")) and not word.endswith("ss") else word


def topics(spoken: Iterable[str]) -> frozenset[str]:
    """The stems of the words that carry a topic."""
    return frozenset(stem(word) for word in spoken if len(word) > 2 and word not in FUNCTION_WORDS)


class Phrases:
    """Many phrases as one expression, compiled when it is first searched: a call without speech never pays for it."""

    __slots__ = ("_compiled", "patterns")
    _all: ClassVar[list[Phrases]] = []

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        self._compiled: re.Pattern[str] | None = None
        self._all.append(self)

    @property
    def pattern(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(r"(?:(?<=\s)|^)(?:" + "|".join(self.patterns) + r")(?=\s|$)")
        return self._compiled

    def search(self, line: str) -> re.Match[str] | None:
        return self.pattern.search(line)

    def match(self, line: str) -> re.Match[str] | None:
        return self.pattern.match(line)

    def finditer(self, line: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(line)

    @classmethod
    def compile_all(cls) -> None:
        """Compile every signal's phrases now."""
        for one in cls._all:
            one.search("")


def phrases(*patterns: str) -> Phrases:
    """Phrases over words joined by single blanks; each is whole words and may hold groups."""
    return Phrases(patterns)


def warm_up() -> None:
    """Compile what the signals search for, about 0.2 s once, so that the first words heard need not wait for it.

    For a thread of whoever expects speech; without it the first sentences pay.
    """
    Phrases.compile_all()
