"""The names of keys: as people write them, as the program gets them, and as the screens show them. No Textual here.

A terminal sends characters, not keys. Some keys look different on the keyboard and are the same to every program
(ctrl+i is tab), others never arrive at all; `unsendable` says so before somebody presses them in a call.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping
from functools import cache

_ALIASES: Mapping[str, str] = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "spacebar": "space",
    "backtab": "shift+tab",
}
_ARROWED = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "delete", "insert"})
"""Keys for which terminals tell which of ctrl, alt and shift is down."""

_NAMED = _ARROWED | {"enter", "space", "tab", "escape", "backspace", *(f"f{number}" for number in range(1, 13))}
_MODIFIERS: Mapping[str, str] = {"ctrl": "ctrl", "control": "ctrl", "alt": "alt", "option": "alt", "shift": "shift"}
_NEVER = frozenset({"super", "cmd", "command", "win", "windows", "hyper", "fn"})

_SAME: Mapping[str, str] = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
    "ctrl+h": "backspace",
}
"""What a terminal sends for them is the other key."""

_SPECIAL = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus"}
_SPECIAL |= {"plus_sign": "plus", "low_line": "underscore"}


def key_named(text: str) -> str | None:
    """The key somebody means by `n`, `?`, `Esc`, `ctrl-g`, `shift+n`; None when there is no such key."""
    if len(text) == 1:
        return _of_character(text)
    text = text.strip()
    if len(text) == 1:
        return _of_character(text)
    *modifiers, base = _parts(text)
    if any(each.lower() in _NEVER for each in modifiers):
        return "+".join([*(each.lower() for each in modifiers), base.lower()])
    if not all(each.lower() in _MODIFIERS for each in modifiers):
        return None
    held = {_MODIFIERS[each.lower()] for each in modifiers}
    if "+" in (name := _base(base) or ""):
        return _base(base)
    return _joined(held, name) if name else None


def _parts(text: str) -> list[str]:
    """`ctrl+g` and `Ctrl-G` apart; a sign at the end is the key itself."""
    sign = text[-1] if len(text) > 2 and text[-2] in "+-" and text[-1] in "+-" else ""
    parts = text.removesuffix(sign).replace("-", "+").split("+")
    return [*parts[:-1], sign] if sign and len(parts) > 1 else parts


def _base(text: str) -> str | None:
    if len(text) == 1:
        return _of_character(text)
    word = text.lower().replace(" ", "_")
    word = _ALIASES.get(word, word)
    if word in _NAMED or word in _signs() or word == "shift+tab":
        return word
    return None


def _joined(held: set[str], base: str) -> str:
    """As the program gets it: shift and a letter are the capital letter."""
    if held and len(base) == 1 and base.isupper():
        base, held = base.lower(), held | {"shift"} if held != {"ctrl"} else held
    if held == {"shift"} and len(base) == 1 and base.isalpha():
        return base.upper()
    return "+".join([*sorted(held), base])


def _of_character(character: str) -> str | None:
    if character == "\t":
        return "tab"
    if not character.isprintable():
        return None
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _SPECIAL.get(name, name) or None


@cache
def _signs() -> Mapping[str, str]:
    """The signs of the keyboard by the names of their keys."""
    return {_of_character(sign) or sign: sign for sign in string.punctuation}


def shown_key(key: str) -> str:
    """The key as people write it; empty for no key."""
    *held, base = key.split("+") if len(key) > 1 else [key]
    return "+".join([*held, {"escape": "esc"}.get(base) or _signs().get(base, base)])


def character_of(key: str) -> str:
    """What the key types, or a terminal sends for it as one character; empty for all others."""
    if len(key) == 1:
        return key
    if key.startswith("ctrl+") and len(key) == 6:
        return chr(ord(key[5]) & 0x1F)
    return {"space": " ", "enter": "\n", "tab": "\t", "escape": "\x1b"}.get(key) or _signs().get(key, "")


def is_text(key: str) -> bool:
    """Whether it types something while a line takes text."""
    return len(key) == 1 or key == "space" or key in _signs()


def unsendable(key: str) -> str:
    """Why a terminal never sends this key, or sends another for it; empty when it arrives."""
    *held, base = key.split("+") if len(key) > 1 else [key]
    if not held:
        return ""
    if any(each in _NEVER for each in held):
        return f"{held[0]} is for the desktop: a terminal never gets it"
    if key in _SAME:
        return f"to a terminal {shown_key(key)} and {shown_key(_SAME[key])} are the same key"
    if base in _ARROWED or (base.startswith("f") and base[1:].isdigit()):
        return ""
    return _unsendable_sign(set(held), base, key)


def _unsendable_sign(held: set[str], base: str, key: str) -> str:
    if base in ("enter", "tab", "space", "backspace", "escape"):
        return (
            "" if key in ("alt+enter", "shift+tab") else f"most terminals send {shown_key(base)} for {shown_key(key)}"
        )
    if held == {"ctrl"}:
        return "" if base.isascii() and base.isalpha() and len(base) == 1 else f"a terminal sends no {shown_key(key)}"
    if "ctrl" in held:
        return f"a terminal cannot tell {shown_key(key)} from ctrl+{shown_key(base)}"
    if held == {"shift"}:
        return "what shift makes of a sign depends on the keyboard: write the sign itself"
    return ""


def known_names() -> list[str]:
    """Names to compare a word nobody knows with."""
    return [*sorted(_NAMED), *_ALIASES, *_signs()]
