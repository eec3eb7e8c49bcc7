"""The guide to shortcuts names every verb, and no verb that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from salesnerd_tui.control.protocol import VERBS, order

GUIDE = (Path(__file__).parents[2] / "docs" / "shortcuts.md").read_text(encoding="utf-8")


def test_every_order_is_in_the_table() -> None:
    told = {words for row in GUIDE.splitlines() if row.startswith("|") for words in re.findall(r"send (\w+)", row)}
    assert told == set(VERBS)


def test_every_line_of_the_guide_can_be_written() -> None:
    sent = re.findall(r"salesnerd\"?\)? send ((?:next|\w+)(?: \"[^\"]+\"| \w+)?)", GUIDE)
    assert len(sent) > 15
    for words in sent:
        verb, *of = words.replace('"', "").split(" ", 1)
        assert order([verb, *(of if VERBS[verb][0] else [])])["do"] == verb
