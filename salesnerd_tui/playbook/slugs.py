"""Ids: what one looks like, and what a text without one is kept under."""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

ID = re.compile(r"[a-z][a-z0-9_]*")
_WORDS_MAX = 4
_LENGTH_MAX = 40


def is_id(text: str) -> bool:
    return len(text) <= 64 and ID.fullmatch(text) is not None


def slug(text: str) -> str:
    """The first words of a text as an id; a text without Latin letters is kept under its checksum."""
    plain = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain))[:_WORDS_MAX]
    joined = "_".join(words)[:_LENGTH_MAX].strip("_")
    if not joined:
        return f"q_{crc32(text.encode('utf-8', 'surrogatepass')):08x}"
    return joined if joined[0].isalpha() else f"q_{joined}"


class Slugs:
    """Slugs nobody has yet."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self._last: dict[str, int] = {}

    def free(self, text: str) -> str:
        """The slug of a text, with a number behind it when it is taken."""
        first = name = slug(text)
        number = self._last.get(first, 1)
        while name in self.taken:
            number += 1
            name = f"{first}_{number}"
        self._last[first] = number
        self.taken.add(name)
        return name
