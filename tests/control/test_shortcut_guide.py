"""The examples in the guide to shortcuts can be sent. Its table of all actions is generated (`tools/reference.py`)."""

from __future__ import annotations

import re
from pathlib import Path

from salesnerd_tui.control.protocol import parse_order
from salesnerd_tui.services.call_commands import SEND, find_command

GUIDE = (Path(__file__).parents[2] / "docs" / "shortcuts.md").read_text(encoding="utf-8")


def test_every_order_of_the_guide_is_valid() -> None:
    prose = GUIDE.partition("<!-- end of send -->")[2]
    sent = re.findall(r"salesnerd\"?\)? send ((?:next|\w+)(?: \"[^\"]+\"| \w+)?)", prose)
    assert len(sent) > 10
    for words in sent:
        name, *argument = words.replace('"', "").split(" ", 1)
        command = find_command(name, SEND)
        assert command is not None
        assert parse_order([name, *(argument if command.argument else [])])["do"] == name
