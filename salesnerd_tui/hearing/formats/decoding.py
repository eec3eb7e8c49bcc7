"""Bytes to text, whatever wrote them: every file gives some text, and what was guessed is told."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FALLBACK = "cp1252"
SNIFF_BYTES = 4096
"""How much of a file is looked at to tell its encoding."""


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding of a file that begins with `head`, and how many bytes its mark takes.

    Without a mark, UTF-16 shows in the zero bytes of its Latin letters; all else is taken for UTF-8, whose lines fall
    back one by one.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    sample = head[:SNIFF_BYTES]
    zeros_even, zeros_odd = sample[0::2].count(0), sample[1::2].count(0)
    pairs = len(sample) // 2
    if pairs >= 4 and max(zeros_even, zeros_odd) > 0.6 * pairs and min(zeros_even, zeros_odd) < 0.1 * pairs:
        return ("utf-16-le" if zeros_odd > zeros_even else "utf-16-be"), 0
    return "utf-8", 0


def decode(data: bytes) -> tuple[str, str]:
    """The text of a whole file, and a sentence about what had to be guessed (empty where nothing had)."""
    encoding, mark = encoding_of(data)
    body = data[mark:]
    try:
        return body.decode(encoding), ""
    except UnicodeDecodeError as problem:
        line = body.count(b"\n", 0, problem.start) + 1
        if encoding != "utf-8":
            return body.decode(
                encoding, "replace"
            ), f"line {line}: not quite {encoding.upper()}; what did not fit is shown as �."
        text = "\n".join(decode_line(raw) for raw in body.split(b"\n"))
        return (
            text,
            f"line {line}: not UTF-8; such lines were read as Latin-1. Save it as UTF-8 if letters look wrong.",
        )


def decode_line(raw: bytes, encoding: str = "utf-8") -> str:
    """One line, never raising: as `encoding`, else as Latin-1 the way Windows writes it."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode(_FALLBACK if encoding == "utf-8" else encoding, "replace")
