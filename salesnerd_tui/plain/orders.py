"""What can be typed: the verbs of `salesnerd send`, the letters of the screen's keys, and a few that only print."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from msgspec import Struct

from salesnerd_tui.call.actions import PREFIXES
from salesnerd_tui.control.protocol import VERBS as SENT

PRINTING: Mapping[str, tuple[str, str]] = {
    "again": ("", "the question and its answers again (an empty line does it too)"),
    "more": ("", "what to listen for, what to avoid, how to dig"),
    "time": ("", "the clock, your share of the talk, how far through"),
    "evidence": ("", "what the last tap rests on"),
    "notes": ("[N]", "the last notes (five, or N), and whether they are saved"),
    "questions": ("[WORDS]", "the questions with their ids, all or those with these words"),
    "detours": ("[WORDS]", "the detours that are open, with their letters and what opens them"),
    "prepared": ("", "what you prepared for this call"),
    "who": ("N", "which of the speakers you are"),
    "keep": ("", "keep the line that was not understood, or an unfinished note, as a note"),
    "save": ("", "try again to save what is not saved"),
    "end": ("[N]", "end the call: lists the endings; end 2 takes one"),
    "leave": ("", "leave the call open; it can be resumed"),
    "help": ("", "these lines"),
}
"""What only this mode has, each with what it takes and what it does."""

TYPED: Mapping[str, tuple[str, str]] = {**SENT, "note": ("WORDS", "keep a note"), **PRINTING}
"""Everything that can be typed, in the order of the help."""

SHORT: Mapping[str, str] = {
    "n": "next",
    "b": "back",
    "s": "skip",
    "m": "mark",
    "u": "undo",
    "o": "yes",
    "w": "wave",
    "x": "panic",
    "t": "talk",
    "j": "questions",
    "/": "detours",
    "i": "more",
    "c": "evidence",
    "e": "end",
    "q": "leave",
    "?": "help",
}
"""The letters of the screen's keys, for fingers that know them."""

MAY_TAKE = frozenset({"notes", "questions", "detours", "end"})
"""Verbs that take something or nothing."""


class NotUnderstood(Exception):
    """The line is nothing that can be done; the message says why, and what could be typed instead."""


class PlainOrder(Struct, frozen=True):
    verb: str
    of: str = ""


def understood(line: str, letters: Collection[str] = ()) -> PlainOrder:
    """A typed line as an order; `letters` are those of the detours. Raises `NotUnderstood`."""
    words = line.strip()
    if not words:
        return PlainOrder("again")
    if words.isascii() and words.isdigit():
        return _checked("pick", words)
    first, _, rest = words.partition(" ")
    if not rest and first in letters:
        return PlainOrder("detour", first)
    verb = SHORT.get(first if rest == "" else "", first.lower())
    if verb in TYPED:
        return _checked(verb, rest.strip())
    if words[0] in PREFIXES and len(words) > 1:
        return PlainOrder("note", words)
    raise NotUnderstood(_unknown(first, rest))


def _checked(verb: str, of: str) -> PlainOrder:
    takes = TYPED[verb][0]
    if of and not takes:
        raise NotUnderstood(f"{verb} takes nothing more; if it was a note, type keep")
    if takes and not of and verb not in MAY_TAKE:
        raise NotUnderstood(_lacking(verb))
    if verb in ("pick", "who", "notes") and of and not (of.isascii() and of.isdigit() and len(of) < 4):
        raise NotUnderstood(f"{verb} needs a number, as in {verb} 2; if it was a note, type keep")
    return PlainOrder(verb, of)


def _lacking(verb: str) -> str:
    told = {
        "note": "note needs words, as in: note they lost two days",
        "jump": "jump needs the id of a question: questions lists them",
        "detour": "detour needs an id or a letter: detours lists them",
    }
    return told.get(verb, f"{verb} needs a number, as in {verb} 1")


def _unknown(first: str, rest: str) -> str:
    close = get_close_matches(first.lower(), TYPED, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"not understood; {hint}{'keep makes a note of it, ' if rest else ''}help lists what can be typed"


def help_lines() -> list[str]:
    """The help, a line for each thing that can be typed."""
    letters = {verb: letter for letter, verb in SHORT.items()}
    lines = ["Type one of these and enter. A number picks the answer with that number."]
    for verb, (takes, told) in TYPED.items():
        short = f", or {letters[verb]}" if verb in letters else ""
        lines.append(f"{verb}{f' {takes}' if takes else ''}{short}: {told}")
    kinds = ", ".join(f"{sign} {kind}" for sign, kind in PREFIXES.items())
    return [*lines, f"A line that begins with a sign is a note of that kind: {kinds}."]
