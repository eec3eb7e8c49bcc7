"""Names of keys: as people write them, as Textual names them, and as screens show them; and the user's keys file.

A terminal sends characters, not keys. Some keys differ on the keyboard and are the same to every program (ctrl+i is
tab), others never arrive: `unsendable_reason` explains it before somebody presses them in a call.
"""

from __future__ import annotations

import os
import string
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

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
"""Keys for which terminals report ctrl, alt and shift."""

_NAMED = _ARROWED | {"enter", "space", "tab", "escape", "backspace", *(f"f{number}" for number in range(1, 13))}
_MODIFIERS: Mapping[str, str] = {"ctrl": "ctrl", "control": "ctrl", "alt": "alt", "option": "alt", "shift": "shift"}
_NEVER = frozenset({"super", "cmd", "command", "win", "windows", "hyper", "fn"})

_SAME: Mapping[str, str] = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
    "ctrl+h": "backspace",
}
"""Keys for which a terminal sends another key."""

_TAKEN: Mapping[str, str] = {
    "alt+ctrl+delete": "the system takes it and it never reaches a terminal",
    "alt+f4": "most desktops close the window with it",
    "shift+insert": "most terminals paste with it",
    "shift+pageup": "most terminals scroll with it",
    "shift+pagedown": "most terminals scroll with it",
}
"""Keys that do something before a program gets them."""

_SPECIAL = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus"}
_SPECIAL |= {"plus_sign": "plus", "low_line": "underscore"}


def parse_key(text: str) -> str | None:
    """Return the key that `n`, `?`, `Esc`, `ctrl-g` or `shift+n` names, or None if there is no such key."""
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
    """Split `ctrl+g` and `Ctrl-G`; a + or - at the end is the key itself."""
    sign = text[-1] if len(text) > 2 and text[-2] in "+-" and text[-1] in "+-" else ""
    parts = text.removesuffix(sign).replace("-", "+").split("+")
    return [*parts[:-1], sign] if sign and len(parts) > 1 else parts


def _base(text: str) -> str | None:
    if len(text) == 1:
        return _of_character(text)
    word = text.lower().replace(" ", "_")
    word = _ALIASES.get(word, word)
    if word in _NAMED or word in _symbols() or word == "shift+tab":
        return word
    return None


def _joined(held: set[str], base: str) -> str:
    """Join modifiers and a key as Textual does: shift and a letter are the capital letter."""
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
def _symbols() -> Mapping[str, str]:
    """Return the punctuation characters by the names of their keys."""
    return {_of_character(sign) or sign: sign for sign in string.punctuation}


def key_label(key: str) -> str:
    """Return the key as people write it."""
    *held, base = key.split("+") if len(key) > 1 else [key]
    return "+".join([*held, {"escape": "esc"}.get(base) or _symbols().get(base, base)])


def character_of(key: str) -> str:
    """Return the one character that a terminal sends for a key, or an empty string."""
    if len(key) == 1:
        return key
    if key.startswith("ctrl+") and len(key) == 6:
        return chr(ord(key[5]) & 0x1F)
    return {"space": " ", "enter": "\n", "tab": "\t", "escape": "\x1b"}.get(key) or _symbols().get(key, "")


def is_text(key: str) -> bool:
    """Return whether a key types a character."""
    return len(key) == 1 or key == "space" or key in _symbols()


def unsendable_reason(key: str) -> str:
    """Return why a terminal never sends a key, or an empty string if it does."""
    *held, base = key.split("+") if len(key) > 1 else [key]
    if not held:
        return ""
    if any(each in _NEVER for each in held):
        return f"{held[0]} belongs to the desktop and never reaches a terminal"
    if key in _SAME:
        return f"a terminal sends {key_label(_SAME[key])} for it"
    if key in _TAKEN:
        return _TAKEN[key]
    is_function_key = base.startswith("f") and base[1:].isdigit()
    if is_function_key and {"alt", "ctrl"} <= set(held):
        return "Linux changes to another console with it, and it never reaches a terminal"
    if base == "f3":
        return "most terminals send for it what they also send as a report"
    if base in _ARROWED or is_function_key:
        return ""
    return _unsendable_combination(set(held), base, key)


def _unsendable_combination(held: set[str], base: str, key: str) -> str:
    if base in ("enter", "tab", "space", "backspace", "escape"):
        return "" if key in ("alt+enter", "shift+tab") else f"most terminals send {key_label(base)} for it"
    if held == {"ctrl"}:
        return "" if base.isascii() and base.isalpha() and len(base) == 1 else "terminals do not send it"
    if "ctrl" in held:
        return f"a terminal sends ctrl+{key_label(base)} for it"
    if held == {"shift"}:
        return "shift depends on the keyboard layout here: write the character itself"
    return ""


def all_key_names() -> list[str]:
    """Return all names of keys, to find the closest one to a typo."""
    return [*sorted(_NAMED), *_ALIASES, *_symbols()]


def keys_file_path(given: str | None = None) -> tuple[Path, bool]:
    """Return the path of the keys file and whether the user named it; a named file has to exist."""
    named = given or os.environ.get("SALESNERD_KEYS", "")
    if named:
        return Path(named).expanduser(), True
    from platformdirs import user_config_path

    return user_config_path("salesnerd") / "keys.toml", False
