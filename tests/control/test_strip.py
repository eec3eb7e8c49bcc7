"""The strip: the keys of a call, including the user's own; reports of the terminal are not keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.control.strip import ESCAPE_SECONDS, PICKS, SEQUENCE, strip_keys, typed_characters
from salesnerd_tui.terminal.key_parser import Decoder, KeyParser
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, Keymap, user_keymap


def keys_of(keymap: Keymap) -> dict[str, tuple[str, ...]]:
    return {command.id: command.keys for command in keymap.table("live").commands}


def test_the_default_keys_are_those_of_a_call() -> None:
    keys = strip_keys()
    assert keys == strip_keys(keys_of(DEFAULT_KEYMAP))
    sent = {key: name for key, (name, _) in keys.orders.items() if not key.isdigit()}
    assert sent == {
        "n": "next",
        "b": "back",
        "s": "skip",
        "m": "mark",
        "u": "undo",
        "y": "yes",
        " ": "talk",
        "z": "dismiss",
        "x": "hide",
    }
    assert keys.help.startswith("n next  b back  s skip  1-9 answer  m mark")
    assert keys.help.endswith("x hide  q quit")
    assert keys.accept == "y"
    assert keys.window_keys.keys() == set("\n/ceijov:\t\x10\x13\x19")


def test_the_letter_of_a_detour_takes_it_unless_it_is_a_key_of_the_call() -> None:
    keys = strip_keys()
    assert keys.order("d", "dnj") == ("detour", "d")
    assert keys.order("n", "dnj") == ("next", "")
    assert keys.order("j", "dnj") is None
    assert keys.order("k", "dnj") is None
    assert keys.order(SEQUENCE, "dnj") is None


def test_a_key_of_the_window_says_where_it_works() -> None:
    assert strip_keys().refusal("e") == "e works only in the window of the call"
    assert strip_keys().refusal("\n") == "enter works only in the window of the call"
    assert strip_keys().refusal("?") == strip_keys().refusal("Z") == strip_keys().help


def test_own_keys_work_if_they_are_one_character(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(
        '[live]\nnext = ["f3", "N"]\nmark = "ctrl+k"\ndismiss = "f4"\nleave = "Q"\nnote = "a"\ntalk = "enter"\n'
    )
    keys = strip_keys(keys_of(user_keymap(str(file))))
    assert keys.orders["N"] == ("next", "")
    assert keys.orders["\x0b"] == ("mark", "")
    assert keys.orders["\n"] == ("talk", "")
    assert not {"n", "m", "z", " "} & keys.orders.keys()
    assert keys.orders.items() >= PICKS.items()
    assert keys.quit_keys == {"Q"}
    assert keys.help.startswith("N next  b back")
    assert keys.help.endswith("Q quit")
    assert "dismiss" not in keys.help


def typed_keys(*reads: bytes) -> list[str]:
    parser, decode = KeyParser(ESCAPE_SECONDS), Decoder().decode
    found = [key for read in reads for key in typed_characters(parser.feed(decode(read), 0.0))]
    return [*found, *typed_characters(parser.tick(60.0))]


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
def test_a_reply_of_the_terminal_is_not_a_key_however_it_is_split(reply: bytes) -> None:
    for cut in range(len(reply) + 1):
        assert typed_keys(b"n" + reply[:cut], reply[cut:] + b"1") == ["n", "1"]


@pytest.mark.parametrize("key", [b"\x1b", b"\x1b[A", b"\x1bOP", b"\x1b[5~", b"\x1b[[A"])
def test_a_key_of_several_characters_is_one_key(key: bytes) -> None:
    assert typed_keys(key) == [SEQUENCE]
    assert typed_keys(b"n", key) == ["n", SEQUENCE]
