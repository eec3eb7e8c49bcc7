"""Filter for the output of a speech recognizer.

For silence or noise such models return text of their training captions: thanks for watching, a lone "you", musical
notes, long runs of another script. The end of a partial is a guess: its last word may be incomplete, and its period is
there only because the sound ended.
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
"""The last Latin letter: an English model that returns another script returned nonsense."""

_SYMBOLS = "€₹™"
REPEATED_WORDS = 4
"""Repetitions of a phrase from which a text that has nothing else is nonsense ("10, 10, 10, 10")."""


def plausible_text(text: str) -> str:
    """Return the text as one line, empty when it is what models return for silence."""
    plain = _DOUBLED.sub(r"\1", " ".join(_STAGE.sub(" ", text.translate(_QUOTES)).split()))
    if any(ord(letter) > LAST_LETTER and letter not in _SYMBOLS for letter in plain):
        return ""
    bare = " ".join(_LETTERS.sub("", plain.lower()).split())
    if not bare or bare in _STOCK or _is_repetition(bare.split()):
        return ""
    return plain


def stable_text(text: str) -> str:
    """Return the part of a partial that the next one rarely changes: without the last word and final punctuation."""
    words = plausible_text(text).split()[:-1]
    return " ".join(words).rstrip(_END)


def _is_repetition(words: list[str]) -> bool:
    return any(
        len(words) >= REPEATED_WORDS * size and words == (words[:size] * len(words))[: len(words)] for size in (1, 2, 3)
    )
