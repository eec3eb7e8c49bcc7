"""Ids for questions and statements that have none: the first words that carry meaning, each id once."""

from __future__ import annotations

import re
from collections.abc import Collection

from salesnerd_tui.playbook.scalars import slug
from salesnerd_tui.playbook.schema import RESERVED

_WORDS = 3
"""Most words of an id; three that carry meaning tell two questions apart."""

_READ_CHARACTERS = 400
"""Characters of a text in which its first words are looked for."""

_NOT_WORDS = re.compile(r"['’]\w+|\{[^}]*\}")
_WORD = re.compile(r"\w+")
_SKIPPED = frozenset(
    _WORD.findall(
        "a an and any are as at be been by can could did do does for from had has have how i if in is it its let "
        "me my of on or our so some tell that the their them there these they this to up us was we were what when "
        "where which who whose why made make makes will with would you your walk through describe explain about "
        "much many please currently today give help understand s t re ve"
    )
)


class FreeIds:
    """Ids that no item has yet. `taken` are the ids that were written."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._taken = {*taken, *RESERVED}
        self._last: dict[str, int] = {}

    def take(self, text: str) -> str:
        """Return an id for `text` that no other item has."""
        words = _WORD.findall(_NOT_WORDS.sub(" ", text[:_READ_CHARACTERS]))
        kept = [word for word in words if word.lower() not in _SKIPPED and not word.isdigit()]
        first = slug(" ".join(kept[:_WORDS]) or text)
        first = name = f"their_{first}" if first in RESERVED else first
        number = self._last.get(first, 1)
        while name in self._taken:
            number += 1
            name = f"{first}_{number}"
        self._last[first] = number
        self._taken.add(name)
        return name
