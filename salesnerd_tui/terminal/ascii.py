"""Every sign that is drawn and is not ASCII, with what stands for it where a terminal or its font lacks it.

One character for one, each one cell wide: nothing on a screen moves. Letters of people's own words are not signs; they
stay as they are where the encoding has them. No Textual here.
"""

from __future__ import annotations

from collections.abc import Iterable

PAIRS = {
    # what has become of something
    "✓": "+",
    "✗": "x",
    "●": "*",
    "○": "o",
    "◌": "o",
    "◐": "o",
    "◆": "*",
    "◇": "o",
    "⚑": "!",
    "▲": "^",
    "‖": "=",
    "•": "*",
    "–": "-",
    "—": "-",
    "·": "-",
    # where it goes
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "↕": "|",
    "↪": ">",
    "↷": ">",
    "↻": "@",
    "↵": "<",
    "❯": ">",
    # words left out, words of others
    "…": "~",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "�": "?",
    # lines and bars
    "─": "-",
    "│": "|",
    "┬": "+",
    "└": "+",
    "├": "+",
    "╌": "-",
    "╵": "'",
    "━": "-",
    "╸": "-",
    "╺": "-",
    "▌": "|",
    "▐": "|",
    "▔": "-",
    "▁": "_",
    "▂": ".",
    "▃": ":",
    "▄": "-",
    "▅": "=",
    "▆": "+",
    "▇": "*",
    "█": "#",
}
_TABLE = str.maketrans(PAIRS)


def spelled(text: str) -> str:
    """`text` with every sign in ASCII, as wide as before."""
    return text if text.isascii() else text.translate(_TABLE)


def writable(text: str, encoding: str) -> str:
    """`text` with a ? a cell for what the encoding lacks, so that what is behind it stays in its place."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_written(text, encoding))
    return text


def _written(text: str, encoding: str) -> Iterable[str]:
    from rich.cells import cell_len

    for character in text:
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            yield "?" * cell_len(character)
        else:
            yield character
