"""Byte sequences of keys that are not characters."""

from __future__ import annotations

from collections.abc import Mapping

KEYS: Mapping[str, str] = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "escape": "\x1b",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
}
PASTE_BEGINS = "\x1b[200~"
PASTE_ENDS = "\x1b[201~"


def bytes_of(key: str) -> bytes:
    """Return the bytes of a key: `enter`, `ctrl+c`, or a character. Raises `KeyError` for an unknown name."""
    if len(key) == 1:
        return key.encode()
    if key.startswith("ctrl+") and len(key) == 6:
        return bytes([ord(key[5].lower()) & 0x1F])
    return KEYS[key].encode()
