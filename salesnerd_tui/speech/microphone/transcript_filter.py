"""What a recogniser wrote, before anybody believes it.

Given silence or noise, such models write what their training captions held there: thanks for watching, a lone "you",
notes of music, long runs of another script. And the end of a partial is a guess: its last word may be half of one, and
its full stop stands there only because the sound ended.
"""

from __future__ import annotations

import re

_STOCK = frozenset(
    (
        "thank you for watching",
        "thanks for watching",
        "thank you so much for watching",
        "thank you very much for watching",
        "please subscribe",
        "like and subscribe",
        "subscribe to my channel",
        "see you in the next video",
        "ill see you in the next video",
        "subtitles by the amara org community",
        "you",
        "bye",
        "the end",
    )
)
_STAGE = re.compile(r"\[[^\]]*\]|\([^)]*\)|[♪♫♬]+|\*[^*]*\*")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
_DOUBLED = re.compile(r"([,;:])[,;:]+")
_LETTERS = re.compile(r"[^a-z0-9 ]+")
_END = ".,;:!?-\"'"
LAST_LETTER = 0x24F
"""The end of the Latin letters: an English model that writes any other script has lost its way, all of it."""

_SIGNS = "€₹™"
MOST_REPEATED = 4
"""A word or pair said this often in a row and nothing else is a model that has lost its way ("10, 10, 10, 10")."""


def believed(text: str) -> str:
    """The text as one line, empty when it is what models write into silence."""
    plain = _DOUBLED.sub(r"\1", " ".join(_STAGE.sub(" ", text.translate(_QUOTES)).split()))
    if any(ord(letter) > LAST_LETTER and letter not in _SIGNS for letter in plain):
        return ""
    bare = " ".join(_LETTERS.sub("", plain.lower()).split())
    if not bare or bare in _STOCK or _stutters(bare.split()):
        return ""
    return plain


def settled(text: str) -> str:
    """The part of a partial that the next one will hardly change: without its last word and the marks at its end."""
    words = believed(text).split()[:-1]
    return " ".join(words).rstrip(_END)


def _stutters(words: list[str]) -> bool:
    return any(
        len(words) >= MOST_REPEATED * size and words == (words[:size] * len(words))[: len(words)] for size in (1, 2, 3)
    )
