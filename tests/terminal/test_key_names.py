"""The names of keys, as people write them and as the terminal's keys are called."""

from __future__ import annotations

import string

import pytest
from textual.keys import _character_to_key

from salesnerd_tui.terminal.key_names import character_of, is_text, key_named, shown_key, unsendable

SIGNS = [character for character in string.printable if character.isprintable()]


@pytest.mark.parametrize("character", [*SIGNS, "ö", "ß", "é", "ж"])
def test_a_character_is_the_key_that_types_it(character: str) -> None:
    key = key_named(character)
    assert key == _character_to_key(character)
    assert key is not None
    assert is_text(key)
    assert character_of(key) == character
    assert shown_key(key) == ("space" if character == " " else character)


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
def test_keys_are_written_in_many_ways(written: str, key: str) -> None:
    assert key_named(written) == key
    assert key_named(shown_key(key)) == key


@pytest.mark.parametrize("written", ["", "  ", "bogus", "ctrl+bogus", "foo+n", "f99", "\x1b", "nn", "+-", "ctrl+"])
def test_what_is_no_key_is_none(written: str) -> None:
    assert key_named(written) is None


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
        ("ctrl+enter", "most terminals"),
        ("shift+space", "most terminals"),
    ],
)
def test_a_key_that_never_arrives_says_why(written: str, why: str) -> None:
    key = key_named(written)
    assert key is not None
    assert why in unsendable(key)


@pytest.mark.parametrize(
    "written", ["n", "?", "ctrl+g", "alt+g", "alt+enter", "shift+tab", "f12", "ctrl+left", "shift+up", "space", "N"]
)
def test_a_key_that_arrives_is_none_of_these(written: str) -> None:
    key = key_named(written)
    assert key is not None
    assert unsendable(key) == ""
