"""The last line: why a key cannot act, or what the keys do."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.tui.render.text import MUTED, Line, fit, line, pressable, safe


def draw_hints(said: str, keys: Sequence[tuple[str, str]], width: int) -> Line:
    """What was just `said`, else as many keys with their words as fit; the last one (help) always does."""
    if said:
        return fit(line(" ", (safe(said), "bold $hint")), width)
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
