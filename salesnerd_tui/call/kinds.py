"""Kinds of free notes, written as a prefix so that no menu stands between a thought and the disk."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import NoteKind

PREFIXES: Mapping[str, NoteKind] = {
    "!": NoteKind.PAIN,
    "#": NoteKind.NUMBER,
    "@": NoteKind.PERSON,
    ">": NoteKind.PROMISE,
    '"': NoteKind.QUOTE,
    "-": NoteKind.FREE,
}
"""One sign at the start of a note. The kind's name and a colon (`pain: …`) does the same."""


def kind_of(text: str) -> tuple[NoteKind | None, str]:
    """The kind a note begins with, and its words; None when it names no kind and belongs to the question."""
    words = text.strip()
    if words[:1] in PREFIXES:
        return PREFIXES[words[0]], words[1:].strip().rstrip('"') if words[0] == '"' else words[1:].strip()
    name, colon, rest = words.partition(":")
    if colon and name.strip().lower() in set(NoteKind):
        return NoteKind(name.strip().lower()), rest.strip()
    return None, words
