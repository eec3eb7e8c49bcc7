"""The keys of the strip are those of a call, one's own too."""

from __future__ import annotations

from pathlib import Path

from salesnerd_tui.control.strip import AS_IT_COMES, PICKS, strip_keys
from salesnerd_tui.tui.keys.keymap import AS_IT_COMES as KEYS
from salesnerd_tui.tui.keys.own_keys import own_keys


def test_what_is_written_out_is_what_the_tables_say() -> None:
    assert strip_keys(KEYS.of("live")) == AS_IT_COMES


def test_ones_own_keys_hold_as_far_as_they_are_one_character(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(
        '[live]\nnext = ["f3", "N"]\nmark = "ctrl+k"\nwave = "f4"\nleave = "Q"\nnote = "a"\ntalk = "enter"\n'
    )
    keys = strip_keys(own_keys(str(file)).of("live"))
    assert keys.orders["N"] == ("next", "")
    assert keys.orders["\x0b"] == ("mark", "")
    assert keys.orders["\n"] == ("talk", "")
    assert not {"n", "m", "w", " "} & keys.orders.keys()
    assert keys.orders.items() >= PICKS.items()
    assert keys.leaves == {"Q"}
    assert keys.told.startswith("N next  b back")
    assert keys.told.endswith("Q leaves")
    assert "wave" not in keys.told
