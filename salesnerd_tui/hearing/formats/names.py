"""Is this the name of a speaker? `Ana Silva: so` begins a turn, `The problem: it broke` does not."""

from __future__ import annotations

import re
from collections.abc import Container

from salesnerd_tui.hearing.formats.model import same_name

NAME_LIMIT = 64
"""Characters; meeting tools cut names at about that."""

_PREFIX = re.compile(rf"[ \t]*(?:[-–—•*]{{1,3}}[ \t]+)?([^:：\n]{{1,{NAME_LIMIT}}})(?::(?=\s|\Z)|：)[ \t]*")
_PARTICLES = {
    *("de", "da", "di", "do", "du", "del", "der", "den", "von", "van", "la", "le", "el", "al", "bin", "ibn"),
    *("of", "the", "and", "y", "e", "from", "at", "to", "via"),
}
_NOT_NAMES = {
    *("note", "notes", "nb", "ps", "example", "examples", "question", "questions", "answer", "problem", "problems"),
    *("first", "second", "third", "next", "last", "so", "and", "but", "because", "also", "however", "then", "again"),
    *("warning", "todo", "step", "option", "idea", "point", "reason", "result", "fact", "plus", "minus"),
    *("yes", "no", "ok", "okay", "well", "http", "https"),
    *("attendees", "invited", "participants", "date", "time", "title", "subject", "agenda", "topic", "transcript"),
    *("duration", "location", "language", "kind", "recording", "meeting", "summary"),
    *("action", "actions", "decision", "decisions"),
}
"""What stands before a colon in speech, and what the tools write above a transcript."""

_SENTENCE = re.compile(r"[!?;\"“”…]|\.(?=\s|\Z)|,.*,")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|[A-Z][a-z]{1,2})\.")


def prefix_of(line: str, known: Container[str] = (), loose: bool = False) -> tuple[str, str] | None:
    """The name a line begins with and the rest of it, or None.

    A name in `known` (compared by `same_name`) is always one. `loose` also takes names in small letters, for files
    whose every line begins with a name.
    """
    found = _PREFIX.match(line)
    if not found:
        return None
    name = found.group(1).strip(" \t*_")
    if not name or not (same_name(name) in known or looks_like_name(name, loose)):
        return None
    return name, line[found.end() :].lstrip("*_ \t")


def looks_like_name(text: str, loose: bool = False) -> bool:
    """Whether `text` could be a speaker's name: a few capitalised words, no sentence."""
    text = text.strip()
    words = text.split()
    if not 1 <= len(words) <= 7 or len(text) > NAME_LIMIT or same_name(text) in _NOT_NAMES:
        return False
    if _SENTENCE.search(_ABBREVIATION.sub("", text)) or not any(char.isalnum() for char in text):
        return False
    if loose and len(words) <= 2:
        return True
    return all(_begins_a_name(word) for word in words) and words[0].casefold() not in _PARTICLES


def _begins_a_name(word: str) -> bool:
    letter = next((char for char in word if char.isalnum()), "")
    return not letter.islower() or word.casefold() in _PARTICLES
