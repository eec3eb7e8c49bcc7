"""Names of keys: as people write them, as Textual names them, and as screens show them; and the user's keys file.

A terminal sends characters, not keys. Some keys differ on the keyboard and are the same to every program (ctrl+i is
tab), others never arrive: `unsendable_reason` explains it before the user needs them in a call.
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
_MODIFIABLE = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown", "delete", "insert"})
"""Keys for which terminals report ctrl, alt and shift."""

_NAMED = _MODIFIABLE | {"enter", "space", "tab", "escape", "backspace", *(f"f{number}" for number in range(1, 13))}
_MODIFIERS: Mapping[str, str] = {"ctrl": "ctrl", "control": "ctrl", "alt": "alt", "option": "alt", "shift": "shift"}
_DESKTOP_MODIFIERS = frozenset({"super", "cmd", "command", "win", "windows", "hyper", "fn"})

_SENT_AS: Mapping[str, str] = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
    "ctrl+h": "backspace",
}
"""Keys for which a terminal sends another key."""

_INTERCEPTED: Mapping[str, str] = {
    "alt+ctrl+delete": "the system takes it and it never reaches a terminal",
    "alt+f4": "most desktops close the window with it",
    "shift+insert": "most terminals paste with it",
    "shift+pageup": "most terminals scroll with it",
    "shift+pagedown": "most terminals scroll with it",
}
"""Keys that the system or the terminal handles itself."""

_TEXTUAL_NAMES = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus"}
_TEXTUAL_NAMES |= {"plus_sign": "plus", "low_line": "underscore"}


def parse_key(text: str) -> str | None:
    """Return the key that `n`, `?`, `Esc`, `ctrl-g` or `shift+n` names, or None if there is no such key."""
    if len(text) == 1:
        return _key_of_character(text)
    text = text.strip()
    if len(text) == 1:
        return _key_of_character(text)
    *parts, base = _split_key(text)
    modifiers = [part.lower() for part in parts]
    if not _DESKTOP_MODIFIERS.isdisjoint(modifiers):
        return "+".join([*modifiers, base.lower()])
    if not all(modifier in _MODIFIERS for modifier in modifiers):
        return None
    key = _parse_base(base)
    if key is None or "+" in key:  # backtab is shift+tab
        return key
    return _join_key({_MODIFIERS[modifier] for modifier in modifiers}, key)


def _split_key(text: str) -> list[str]:
    """Split `ctrl+g` and `Ctrl-G`; a + or - at the end is the key itself."""
    symbol = text[-1] if len(text) > 2 and text[-2] in "+-" and text[-1] in "+-" else ""
    parts = text.removesuffix(symbol).replace("-", "+").split("+")
    return [*parts[:-1], symbol] if symbol and len(parts) > 1 else parts


def _parse_base(text: str) -> str | None:
    if len(text) == 1:
        return _key_of_character(text)
    word = text.lower().replace(" ", "_")
    word = _ALIASES.get(word, word)
    if word in _NAMED or word in _symbols_by_name() or word == "shift+tab":
        return word
    return None


def _join_key(modifiers: set[str], base: str) -> str:
    """Join modifiers and a key as Textual does: shift and a letter are the capital letter."""
    if modifiers and len(base) == 1 and base.isupper():
        base, modifiers = base.lower(), modifiers | {"shift"} if modifiers != {"ctrl"} else modifiers
    if modifiers == {"shift"} and len(base) == 1 and base.isalpha():
        return base.upper()
    return "+".join([*sorted(modifiers), base])


def _key_of_character(character: str) -> str | None:
    if character == "\t":
        return "tab"
    if not character.isprintable():
        return None
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _TEXTUAL_NAMES.get(name, name) or None


@cache
def _symbols_by_name() -> Mapping[str, str]:
    """Return the punctuation characters by the names of their keys."""
    return {_key_of_character(symbol) or symbol: symbol for symbol in string.punctuation}


def key_label(key: str) -> str:
    """Return the key as people write it."""
    *modifiers, base = key.split("+") if len(key) > 1 else [key]
    return "+".join([*modifiers, {"escape": "esc"}.get(base) or _symbols_by_name().get(base, base)])


def character_of(key: str) -> str:
    """Return the one character that a terminal sends for a key, or an empty string."""
    if len(key) == 1:
        return key
    if key.startswith("ctrl+") and len(key) == 6:
        return chr(ord(key[5]) & 0x1F)
    return {"space": " ", "enter": "\n", "tab": "\t", "escape": "\x1b"}.get(key) or _symbols_by_name().get(key, "")


def is_text(key: str) -> bool:
    """Return whether a key types a character."""
    return len(key) == 1 or key == "space" or key in _symbols_by_name()


def unsendable_reason(key: str) -> str:
    """Return why a terminal never sends a key, or an empty string if it does."""
    *modifiers, base = key.split("+") if len(key) > 1 else [key]
    if not modifiers:
        return ""
    if any(each in _DESKTOP_MODIFIERS for each in modifiers):
        return f"{modifiers[0]} belongs to the desktop and never reaches a terminal"
    if key in _SENT_AS:
        return f"a terminal sends {key_label(_SENT_AS[key])} for it"
    if key in _INTERCEPTED:
        return _INTERCEPTED[key]
    is_function_key = base.startswith("f") and base[1:].isdigit()
    if is_function_key and {"alt", "ctrl"} <= set(modifiers):
        return "Linux changes to another console with it, and it never reaches a terminal"
    if base == "f3":
        return "most terminals send for it what they also send as a report"
    if base in _MODIFIABLE or is_function_key:
        return ""
    return _unsendable_combination(set(modifiers), base, key)


def _unsendable_combination(modifiers: set[str], base: str, key: str) -> str:
    if base in ("enter", "tab", "space", "backspace", "escape"):
        return "" if key in ("alt+enter", "shift+tab") else f"most terminals send {key_label(base)} for it"
    if modifiers == {"ctrl"}:
        return "" if base.isascii() and base.isalpha() and len(base) == 1 else "terminals do not send it"
    if "ctrl" in modifiers:
        return f"a terminal sends ctrl+{key_label(base)} for it"
    if modifiers == {"shift"}:
        return "shift depends on the keyboard layout here: write the character itself"
    return ""


def all_key_names() -> list[str]:
    """Return all names of keys, to find the closest one to a typo."""
    return [*sorted(_NAMED), *_ALIASES, *_symbols_by_name()]


def keys_file_path(option: str | None = None) -> tuple[Path, bool]:
    """Return the path of the keys file and whether the user named it, in an option or in the environment.

    A named file has to exist.
    """
    if path := option or os.environ.get("SALESNERD_KEYS", ""):
        return Path(path).expanduser(), True
    from platformdirs import user_config_path  # start-up time

    return user_config_path("salesnerd") / "keys.toml", False
