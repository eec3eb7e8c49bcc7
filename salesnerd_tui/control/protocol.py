"""Orders that a running call takes from outside, checked alike by the sender and by the call."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.app import verbs

LOOK, FOLLOW = "look", "follow"
"""Requests of displays: the state of the call, once or whenever it changes."""

ORDER_LIMIT = 64 * 1024
"""Bytes of one order: a long note, never a file."""


class BadOrder(Exception):
    """Words that are not an order; the message says what is wrong and what to write instead."""


def names() -> list[str]:
    """Return the names of everything that can be sent."""
    return [verb.name for verb in verbs.verbs_of(verbs.SEND)]


def order(words: Sequence[str]) -> dict[str, str]:
    """Return `next`, `pick 2` or `note some words` as the call reads it. Raises `BadOrder`."""
    name, *rest = words or ("",)
    argument = " ".join(rest).strip()
    verb = verbs.named(name, verbs.SEND)
    if verb is None:
        raise BadOrder(_unknown(name))
    if verb.takes and not argument:
        raise BadOrder(f"{name} needs an argument (usage: salesnerd send {name} {verb.takes})")
    if argument and not verb.takes:
        raise BadOrder(f"{name} takes no argument: {argument[:40]!r}")
    if verb.takes == "N" and not is_number(argument):
        raise BadOrder(f"{name} needs a number: {argument[:40]!r} (for example: salesnerd send {name} 2)")
    if len(argument.encode("utf-8", "replace")) > ORDER_LIMIT // 2:
        raise BadOrder(f"note too long (at most {ORDER_LIMIT // 2048} KB)")
    return {"do": name, "of": argument}


def is_number(text: str) -> bool:
    """Return whether a text is a number of up to three digits."""
    return text.isascii() and text.isdigit() and len(text) < 4


def _unknown(name: str) -> str:
    if not name:
        return f"no action given (one of: {', '.join(names())})"
    close = verbs.suggested(name, names())
    return f"unknown action {name[:40]!r} ({f'did you mean {close!r}?' if close else 'one of: ' + ', '.join(names())})"
