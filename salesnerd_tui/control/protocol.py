"""What can be asked of a running call from outside: one table for the sender, the call and the help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

VERBS: Mapping[str, tuple[str, str]] = {
    "next": ("", "done here: tick the question and go on"),
    "back": ("", "to the place before this one"),
    "skip": ("", "leave this question out"),
    "pick": ("N", "the answer with that number was heard"),
    "note": ('"…"', "keep a note (- reads it from standard input)"),
    "mark": ("", "mark this moment"),
    "talk": ("", "show who talks: you, then them"),
    "yes": ("", "yes to what was heard: that question, their answer, that detour"),
    "no": ("", "no to what was heard"),
    "wave": ("", "wave the tap away"),
    "undo": ("", "take back the last thing done"),
    "detour": ("ID", "take the detour with that id or letter"),
    "jump": ("ID", "to the question with that id"),
    "panic": ("", "hide everything but a clock and notes, and back"),
}
"""Each verb with what it takes and what it does. The screen's own keys do the same."""

LOOK, FOLLOW = "look", "follow"
"""Not sent by hand: the call as it stands, once or whenever it changes."""

ORDER_LIMIT = 64 * 1024
"""Bytes of one order: a long note, never a file."""


class BadOrder(Exception):
    """The words make no order; the message says what is wrong and what to write instead."""


def order(words: Sequence[str]) -> dict[str, str]:
    """`next`, `pick 2`, `note some words` as the call understands it. Raises `BadOrder`."""
    verb, *rest = words or ("",)
    of = " ".join(rest).strip()
    if verb not in VERBS:
        raise BadOrder(_unknown(verb))
    takes = VERBS[verb][0]
    if takes and not of:
        raise BadOrder(f"{verb} needs something: salesnerd send {verb} {takes}")
    if of and not takes:
        raise BadOrder(f"{verb} takes nothing more, and there is {of!r}")
    if verb == "pick" and not (of.isascii() and of.isdigit() and len(of) < 4):
        raise BadOrder(f"pick needs the number of an answer, as in salesnerd send pick 2, not {of[:40]!r}")
    if len(of.encode("utf-8", "replace")) > ORDER_LIMIT // 2:
        raise BadOrder(f"a note of at most {ORDER_LIMIT // 2048} KB can be sent")
    return {"do": verb, "of": of}


def _unknown(verb: str) -> str:
    if not verb:
        return "say what to send: " + ", ".join(VERBS)
    from difflib import get_close_matches

    close = get_close_matches(verb, VERBS, n=1)
    return f"there is no {verb[:40]!r} to send; " + (f"did you mean {close[0]!r}?" if close else ", ".join(VERBS))
