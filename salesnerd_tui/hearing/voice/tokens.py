"""Moonshine's `tokenizer.bin` as the `tokens.txt` that the recogniser reads.

In the file each token follows its length: one byte, or two when the first is 128 or more. In the text each line is a
token in base64 (its low line standing for a blank) and its number.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from salesnerd_tui.hearing.voice.model import ModelProblem

BLANK = "▁".encode()
TWO_BYTES = 128


def tokens_text(tokenizer: bytes) -> str:
    """Raises `ModelProblem` if it ends within a token."""
    lines = [
        f"{base64.b64encode(token.replace(BLANK, b' ')).decode()} {number}"
        for number, token in enumerate(_read(tokenizer))
    ]
    return "".join(f"{line}\n" for line in lines)


def _read(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length, at = data[at], at + 1
        if length >= TWO_BYTES:
            if at >= len(data):
                raise ModelProblem("tokenizer.bin is cut off")
            length, at = (data[at] * TWO_BYTES) + length - TWO_BYTES, at + 1
        if at + length > len(data):
            raise ModelProblem("tokenizer.bin is cut off")
        yield data[at : at + length]
        at += length
