"""The strip has the keys of a call, including the user's own."""

from __future__ import annotations

from pathlib import Path

from salesnerd_tui.control.strip import PICKS, strip_keys
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, Keymap, user_keymap


def keys_of(keymap: Keymap) -> dict[str, tuple[str, ...]]:
    return {command.id: command.keys for command in keymap.of("live").commands}


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
    assert keys.leaves == {"Q"}
    assert keys.help.startswith("N next  b back")
    assert keys.help.endswith("Q quit")
    assert "dismiss" not in keys.help
