"""Which words a call has, taken apart so that any piece of one can be looked up: `age` finds the `pager`.

A word is a run of letters and digits in small letters. Writing without blanks makes runs as long as a sentence; those
are kept as overlapping parts, so that every piece of up to 16 signs stands whole in one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

PART = 16
"""The longest piece that is looked up; of a longer one its beginning is."""

_LONGEST = 2 * PART

MOST_WORDS = 50_000
"""More than this is no conversation but something pasted: such a call is looked through each time."""

WordsOfCall = Set[str] | None
"""None for a call with more than `MOST_WORDS`."""

_RUN = re.compile(r"\w+")


def words_of(texts: Iterable[str]) -> WordsOfCall:
    """The words of a call's texts."""
    found: set[str] = set()
    for text in texts:
        found.update(_RUN.findall(text.lower()))
    longer = [run for run in found if len(run) > _LONGEST]
    found.difference_update(longer)
    for run in longer:
        found.update(run[start : start + _LONGEST] for start in range(0, len(run) - PART, PART))
        if len(found) > MOST_WORDS:
            return None
    return found if len(found) <= MOST_WORDS else None


def pieces_of(wanted: Iterable[str]) -> list[str]:
    """The pieces of words that a call must have to hold every one of `wanted`; signs alone tell nothing."""
    return list(dict.fromkeys(run[:PART] for word in wanted for run in _RUN.findall(word.lower())))
