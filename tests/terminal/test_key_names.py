"""The names of keys, as people write them and as the terminal's keys are called."""

from __future__ import annotations

import string

import pytest
from textual.keys import _character_to_key

from salesnerd_tui.terminal.key_names import character_of, is_text, key_label, parse_key, unsendable_reason
from terminal_input import TerminalInput

MODIFIERS = {2: "shift", 3: "alt", 4: "alt+shift", 5: "ctrl", 6: "ctrl+shift", 7: "alt+ctrl", 8: "alt+ctrl+shift"}
"""Modifiers by their numbers in the sequences of xterm, as Textual sorts them."""

SEQUENCES = {"up": "1;{}A", "left": "1;{}D", "home": "1;{}H", "end": "1;{}F", "insert": "2;{}~", "delete": "3;{}~"}
SEQUENCES |= {"pageup": "5;{}~", "pagedown": "6;{}~", "f1": "1;{}P", "f3": "1;{}R", "f4": "1;{}S", "f12": "24;{}~"}

SIGNS = [character for character in string.printable if character.isprintable()]


@pytest.mark.parametrize("character", [*SIGNS, "ö", "ß", "é", "ж"])
def test_a_character_is_the_key_that_types_it(character: str) -> None:
    key = parse_key(character)
    assert key == _character_to_key(character)
    assert key is not None
    assert is_text(key)
    assert character_of(key) == character
    assert key_label(key) == ("space" if character == " " else character)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Esc", "escape"),
        ("return", "enter"),
        ("PgDn", "pagedown"),
        ("question mark", "question_mark"),
        ("ctrl-g", "ctrl+g"),
        ("Control+G", "ctrl+g"),
        ("shift+n", "N"),
        ("alt+N", "alt+shift+n"),
        ("option+d", "alt+d"),
        ("alt+?", "alt+question_mark"),
        ("backtab", "shift+tab"),
        ("ctrl+shift+left", "ctrl+shift+left"),
        (" f5 ", "f5"),
    ],
)
def test_keys_can_be_written_in_several_ways(written: str, key: str) -> None:
    assert parse_key(written) == key
    assert parse_key(key_label(key)) == key


@pytest.mark.parametrize("written", ["", "  ", "bogus", "ctrl+bogus", "foo+n", "f99", "\x1b", "nn", "+-", "ctrl+"])
def test_an_unknown_key_name_is_rejected(written: str) -> None:
    assert parse_key(written) is None


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ctrl+i", "sends tab"),
        ("ctrl+m", "enter"),
        ("ctrl+[", "esc"),
        ("ctrl+h", "backspace"),
        ("ctrl+1", "do not send"),
        ("ctrl+shift+p", "sends ctrl+p"),
        ("cmd+k", "desktop"),
        ("super+k", "desktop"),
        ("shift+1", "keyboard"),
        ("ctrl+alt+del", "the system"),
        ("Ctrl-Alt-Delete", "the system"),
        ("ctrl+alt+f2", "console"),
        ("ctrl+alt+shift+f12", "console"),
        ("shift+f3", "report"),
        ("shift+insert", "paste"),
        ("shift+pgup", "scroll"),
        ("alt+f4", "close the window"),
        ("ctrl+enter", "most terminals"),
        ("shift+space", "most terminals"),
    ],
)
def test_an_unsendable_key_has_a_reason(written: str, why: str) -> None:
    key = parse_key(written)
    assert key is not None
    assert why in unsendable_reason(key)


@pytest.mark.parametrize(
    "written",
    [
        "n",
        "?",
        "ctrl+g",
        "alt+g",
        "alt+enter",
        "shift+tab",
        "f12",
        "f3",
        "ctrl+left",
        "shift+up",
        "alt+delete",
        "shift+f4",
        "space",
        "N",
    ],
)
def test_a_sendable_key_has_no_reason(written: str) -> None:
    key = parse_key(written)
    assert key is not None
    assert unsendable_reason(key) == ""


@pytest.mark.parametrize("base", SEQUENCES)
def test_a_key_that_counts_as_sendable_is_read_as_that_key(base: str) -> None:
    for number, held in MODIFIERS.items():
        if not unsendable_reason(f"{held}+{base}"):
            assert TerminalInput().read(f"\x1b[{SEQUENCES[base].format(number)}").keys == [f"{held}+{base}"]
