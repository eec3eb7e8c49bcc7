"""ASCII replacements of the symbols on the screen, for terminals and fonts that lack them.

Each replacement is one character of one cell, so that nothing moves. Letters of user text are not symbols; they stay as
they are if the encoding supports them.
"""

from __future__ import annotations

from collections.abc import Iterable

ASCII_SYMBOLS = {
    # states
    "✓": "+",
    "✗": "x",
    "●": "*",
    "○": "o",
    "◐": "o",
    "◆": "+",
    "◇": "o",
    "⚑": "!",
    "▲": "^",
    "‖": "=",
    "•": "*",
    "–": "-",
    "—": "-",
    "·": "-",
    # directions
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
    # omissions and quotations
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
_TABLE = str.maketrans(ASCII_SYMBOLS)


def to_ascii(text: str) -> str:
    """Return `text` with all symbols in ASCII and the same width."""
    return text if text.isascii() else text.translate(_TABLE)


def replace_unencodable(text: str, encoding: str) -> str:
    """Return `text` with one ? per cell for characters that the encoding lacks."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_replaced(text, encoding))
    return text


def _replaced(text: str, encoding: str) -> Iterable[str]:
    from rich.cells import cell_len  # not needed for most output of the command line

    for character in text:
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            yield "?" * cell_len(character)
        else:
            yield character
