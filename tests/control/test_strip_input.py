"""Input of the strip: characters act, other keys are recognized, and reports of the terminal are ignored."""

from __future__ import annotations

import pytest

from salesnerd_tui.control.strip import ESCAPE_SECONDS, SEQUENCE, _keys
from salesnerd_tui.terminal.key_parser import Decoder, KeyParser


def keys_of(*reads: bytes) -> list[str]:
    parser, decode = KeyParser(ESCAPE_SECONDS), Decoder().decode
    found = [key for read in reads for key in _keys(parser.feed(decode(read), 0.0))]
    return [*found, *_keys(parser.tick(60.0))]


@pytest.mark.parametrize(
    "reply",
    [
        b"\x1b[?65;1;2c",
        b"\x1bP>|name 1.2\x1b\\",
        b"\x1b]11;rgb:1/2/3\x07",
        b"\x1b[?997;1n",
        b"\x1b[8;3;80t",
        b"\x9b?1;2c",
    ],
)
def test_a_reply_is_no_key_however_it_is_cut(reply: bytes) -> None:
    for cut in range(len(reply) + 1):
        assert keys_of(b"n" + reply[:cut], reply[cut:] + b"1") == ["n", "1"]


@pytest.mark.parametrize("key", [b"\x1b", b"\x1b[A", b"\x1bOP", b"\x1b[5~", b"\x1b[[A"])
def test_a_key_that_is_more_than_a_character_is_one_key(key: bytes) -> None:
    assert keys_of(key) == [SEQUENCE]
    assert keys_of(b"n", key) == ["n", SEQUENCE]
