"""Ids: what one looks like, and what a text without one is kept under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
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


def free_slug(text: str, taken: Collection[str]) -> str:
    """A slug nobody has yet."""
    first = slug(text)
    number, name = 2, first
    while name in taken:
        name, number = f"{first}_{number}", number + 1
    return name
