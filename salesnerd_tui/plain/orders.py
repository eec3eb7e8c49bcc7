"""Lines of plain text mode: a verb with its argument, a number, a detour's letter, or a note of some kind."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from salesnerd_tui.app import verbs
from salesnerd_tui.app.verbs import Verb
from salesnerd_tui.call.actions import PREFIXES

TYPED = {verb.name: verb for verb in verbs.verbs_of(verbs.PLAIN)}
"""Everything that can be typed, in the order of the help."""

LETTERS = {verb.short: verb for verb in TYPED.values() if verb.short and not verb.needs_argument}
"""The letters of the screen's keys, for users who know them. They stand alone on a line."""

MISSING = {
    "note": "note needs text (for example: note they lost two days)",
    "jump": "jump needs the id of a question (list ids with: questions)",
    "detour": "detour needs an id or a letter (list both with: detours)",
}


class UnknownLine(Exception):
    """A line that cannot be carried out; the message says why, and what could be typed instead."""


class PlainOrder(NamedTuple):
    """A verb and its argument."""

    verb: Verb
    words: str = ""


def read_line(line: str, letters: Collection[str] = ()) -> PlainOrder:
    """Return the order on a line; `letters` are those of the open detours. Raises `UnknownLine`."""
    words = line.strip()
    if not words:
        return PlainOrder(TYPED["again"])
    if words.isascii() and words.isdigit():
        return _checked(TYPED["pick"], words)
    first, _, rest = words.partition(" ")
    if not rest and first in letters:
        return PlainOrder(TYPED["detour"], first)
    verb = LETTERS.get(words) or TYPED.get(first.lower())
    if verb is not None:
        return _checked(verb, rest.strip())
    if words[0] in PREFIXES and len(words) > 1:
        return PlainOrder(TYPED["note"], words)
    close = verbs.suggested(first.lower(), TYPED)
    meant = f" (did you mean '{close}'?)" if close else ""
    raise UnknownLine(f"unknown command{meant}. Type keep to save the line as a note, or help")


def _checked(verb: Verb, words: str) -> PlainOrder:
    if words and not verb.takes:
        raise UnknownLine(f"{verb.name} takes no argument (if the line was a note, type keep)")
    if verb.needs_argument and not words:
        raise UnknownLine(MISSING.get(verb.name) or f"{verb.name} needs a number (for example: {verb.name} 1)")
    if verb.takes.strip("[]") == "N" and words and not (words.isascii() and words.isdigit() and len(words) < 4):
        raise UnknownLine(f"{verb.name} needs a number, for example {verb.name} 2 (if the line was a note, type keep)")
    return PlainOrder(verb, words)


def help_lines() -> list[str]:
    """Return the help: one line for each verb."""
    letters = {verb.name: letter for letter, verb in LETTERS.items()}
    lines = ["Type one of these and press enter. A number picks the answer with that number."]
    for name, verb in TYPED.items():
        letter = f", or {letters[name]}" if name in letters else ""
        lines.append(f"{name}{f' {verb.takes}' if verb.takes else ''}{letter}: {verb.typed_help}")
    kinds = ", ".join(f"{prefix} {kind}" for prefix, kind in PREFIXES.items())
    return [*lines, f"A line that starts with one of these characters is a note of that kind: {kinds}."]
