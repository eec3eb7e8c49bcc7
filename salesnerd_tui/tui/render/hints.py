"""Hint line: why a key cannot act, or what the keys do."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.tui.render.text import MUTED, Line, fit, line, pressable, safe


def draw_hints(message: str, keys: Sequence[tuple[str, str]], width: int) -> Line:
    """Draw the message, else as many keys as fit; the last one (help) is always among them."""
    if message:
        return fit(line(" ", (safe(message), "bold $hint")), width)
    if not keys:
        return line()
    *others, last = keys
    room = width - 2 - _pair(*last).cell_length
    shown: list[Line] = []
    for key, words in others:
        pair = _pair(key, words)
        if sum(each.cell_length + 2 for each in shown) + pair.cell_length + 2 > room:
            break
        shown.append(pair)
    return fit(line(" ", Line("  ").join([*shown, _pair(*last)])), width)


def _pair(key: str, words: str) -> Line:
    return pressable(line((safe(key), "bold $accent"), " ", (safe(words), MUTED)), key)
