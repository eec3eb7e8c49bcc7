"""The guide to shortcuts names every action that can be sent, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from salesnerd_tui.control.protocol import order_names, parse_order
from salesnerd_tui.services.call_commands import SEND, find_command

GUIDE = (Path(__file__).parents[2] / "docs" / "shortcuts.md").read_text(encoding="utf-8")


def test_every_order_is_in_the_table() -> None:
    named_actions = {
        words for row in GUIDE.splitlines() if row.startswith("|") for words in re.findall(r"send (\w+)", row)
    }
    assert named_actions == set(order_names())


def test_every_order_of_the_guide_is_valid() -> None:
    sent = re.findall(r"salesnerd\"?\)? send ((?:next|\w+)(?: \"[^\"]+\"| \w+)?)", GUIDE)
    assert len(sent) > 15
    for words in sent:
        name, *argument = words.replace('"', "").split(" ", 1)
        command = find_command(name, SEND)
        assert command is not None
        assert parse_order([name, *(argument if command.argument else [])])["do"] == name
