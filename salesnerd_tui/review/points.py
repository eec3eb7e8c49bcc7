"""The point of what somebody said: one clean sentence of a spoken answer.

A point has only words that were said, in their order. Fillers are left out.
"""

from __future__ import annotations

import re

from salesnerd_tui.review.promises import DAYS, MONTHS

MIN_POINT_WORDS = 4
"""Minimum number of words of a sentence that says something without its question."""

_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_NUMBER = (
    "two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|sixty|eighty|"
    "hundred|thousand|million"
)
_FACT = re.compile(
    rf"[€$£]?\d[\d.,:]*|\b(?i:(?:{_NUMBER})(?:[ -](?:{_NUMBER}))*)\b"
    rf"|\b(?i:{'|'.join((*DAYS, *MONTHS))})\b|(?<=[a-z,] )[A-Z][a-z]+"
)
"""A number, a day, or a name within a sentence; `four thousand two hundred` is one number."""

_OPENING = re.compile(
    r"(?:(?:so(?! (?:far|many|much|few|little|long|often|that)\b)|and|but|um+|uh+|hm+|oh)\b,?\s+|"
    r"(?:well|yeah|yes|sure|okay|ok|right|like|honestly|look|i mean|you know|actually|basically|of course),\s+)+",
    re.IGNORECASE,
)
"""Words before a sentence that add nothing; some do so only before a comma."""

_INSERTED = re.compile(r",?\s*\b(?:um+|uh+)\b,?|,\s+(?:right|like|you know|i mean)(?=[,.])", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:this|that|a|the|some) (?:thing|stuff)\b", re.IGNORECASE)
"""Words that announce something without saying it."""


def count_facts(text: str) -> int:
    """Return how many numbers, days and names a text has."""
    return len(_FACT.findall(text))


def main_point(text: str) -> str:
    """Return the sentence with the most numbers, days and names; without any, the first that says something.

    Questions, vague and very short sentences are no points; an empty string if there are only such.
    """
    text = " ".join(text.split())
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    starts = [0, *ends]
    sentences = (_clean(text[start:end]) for start, end in zip(starts, [*ends, len(text)], strict=True))
    points = [
        each
        for each in sentences
        if len(each.split()) >= MIN_POINT_WORDS and not each.endswith("?") and not _VAGUE.search(each)
    ]
    return max(points, key=count_facts, default="")


def _clean(sentence: str) -> str:
    """Return a sentence without fillers."""
    sentence = _OPENING.sub("", f"{sentence.strip()} ", count=1) if _OPENING.match(sentence.strip()) else sentence
    words = " ".join(_INSERTED.sub("", sentence).split())
    return words[:1].upper() + words[1:]
