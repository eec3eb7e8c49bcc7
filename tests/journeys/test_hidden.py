"""After hiding, the terminal gets no bytes of the coaching, and shows none of the earlier ones."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from journeys.live import OPENING, asked, salesnerd

pytestmark = pytest.mark.journey

LEAVES_ALTERNATE = b"\x1b[?1049l"
TITLE = re.compile(rb"\x1b\][012];")
COACHING = re.compile(rb"WHY NOW|Why now|What happened|Something broke|demo request|First discovery|MUST")


def test_hidden_text_is_neither_on_the_screen_nor_in_the_scrollback(tmp_path: Path) -> None:
    with salesnerd("live", "first_call", data=tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.press("j", until="JUMP TO")
        terminal.type("trigger\r", until=asked("trigger"))
        assert COACHING.search(terminal.raw), "there was something to hide"
        terminal.press("x", until="Notes")
        terminal.settle(0.3, 1.0)
        assert not COACHING.search(terminal.text.encode())
        hidden_from = len(terminal.raw)
        terminal.type("\rplain words\r", until="plain words")
        terminal.resize(80, 24)
        terminal.settle(0.3, 3.0)
        terminal.signal(signal.SIGTERM)
        terminal.wait_exit()
    assert not COACHING.search(terminal.raw[hidden_from:])
    assert LEAVES_ALTERNATE in terminal.raw[hidden_from:]
    assert not TITLE.search(terminal.raw), "the window title does not mention the call"
    before = terminal.raw[: terminal.raw.index(b"\x1b[?1049h")]
    assert not COACHING.search(before), "nothing was drawn on the main screen"
