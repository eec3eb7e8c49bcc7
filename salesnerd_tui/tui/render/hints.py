"""Hint line: why a key cannot act, or what the keys do."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.tui.render.text import MUTED, Line, fit, line, pressable, safe


def draw_hints(message: str, keys: Sequence[tuple[str, str]], width: int) -> Line:
    """Draw the message, else as many keys as fit; the last two (the way out, and help) are the last to go."""
    if message:
        return fit(line(" ", (safe(message), "bold $hint")), width)
    if not keys:
        return line()
    pairs = [_pair(*each) for each in keys]
    kept = pairs[-2:] if sum(each.cell_length + 2 for each in pairs[-2:]) <= width + 1 else pairs[-1:]
    room = width + 1 - sum(each.cell_length + 2 for each in kept)
    shown: list[Line] = []
    for pair in pairs[: -len(kept)]:
        room -= pair.cell_length + 2
        if room < 0:
            break
        shown.append(pair)
    return fit(line(" ", Line("  ").join([*shown, *kept])), width)


def _pair(key: str, words: str) -> Line:
    return pressable(line((safe(key), "bold $accent"), " ", (safe(words), MUTED)), key)
