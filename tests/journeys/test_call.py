"""A whole call: a recorded meeting at twenty times its speed with answers, a detour, notes and a tap.

The power fails in the middle, and everything is still there when the call is resumed.
"""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import pytest

from journeys.live import OPENING, SALESNERD, SIZES, asked, salesnerd, stored_call
from salesnerd_tui.call.events import Answered, Detoured, Ended, Heard, Resumed, Returned, Tapped
from terminal import Terminal
from thoroughness import some

MEETING = Path(__file__).with_name("meeting.vtt")
UTTERANCES = 24
SPEED = "20"
HEARD = ("--listen", str(MEETING), "--me", "Ana", "--speed", SPEED)
TAP = re.compile(
    r"ask,\s+don.t\s+tell|hand\s+it\s+back|say\s+it\s+simply|follow\s+that\s+up|about\s+them", re.IGNORECASE
)
pytestmark = pytest.mark.journey


def note(terminal: Terminal, text: str) -> None:
    """Type a note and wait until it is saved."""
    terminal.press("enter")
    terminal.type(text)
    terminal.press("enter", until=re.compile(rf"✓.*{re.escape(text[:20])}"))


@pytest.mark.parametrize(("columns", "rows"), some(SIZES, 3), ids=str)
def test_a_call_is_started_killed_and_resumed(columns: int, rows: int, tmp_path: Path) -> None:
    take_until_killed(tmp_path, columns, rows)
    cut_off = stored_call(tmp_path)
    assert cut_off.notes == {"third of October": 1, "two days of three people": 1, "our October file": 1}
    assert [event.label for event in cut_off.of(Answered) if event.label] == ["Something broke"]
    assert [event.detour for event in cut_off.of(Detoured)] == ["demo_request"]
    assert cut_off.of(Tapped), "over a minute of unasked product talk brought no tap"
    assert cut_off.draft == "half a thou"

    resume_and_end(tmp_path, cut_off.id, columns, rows)
    whole = stored_call(tmp_path)
    assert whole.events[: len(cut_off.events)] == cut_off.events
    assert whole.of(Resumed)
    assert whole.of(Returned)
    assert whole.notes.keys() >= {"half a thought more", *cut_off.notes}
    assert sorted(event.turn for event in whole.of(Heard) if event.final) == list(range(UTTERANCES))
    (ended,) = whole.of(Ended)
    assert ended.decision == "not-yet"
    assert ended.record["revisit_on"] == "3 February"
    listed = subprocess.run(
        [SALESNERD, "calls", "list", "--data", str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Acme" in listed.stdout


def take_until_killed(data: Path, columns: int, rows: int) -> None:
    stay = [SALESNERD, "settings", "--follow", "off", "--data", str(data)]
    subprocess.run(stay, capture_output=True, timeout=60, check=True)  # these keys are for the question on the screen
    words = ("live", "first_call", "--account", "Acme", "--with", "Dana, VP Eng", *HEARD)
    with salesnerd(*words, data=data, columns=columns, rows=rows) as terminal:
        terminal.wait_for(OPENING)
        terminal.press("n", until=asked("trigger"))
        terminal.press("1", until=asked("trigger", "Something broke"))
        note(terminal, "third of October")
        terminal.wait_until(lambda: terminal.shows(TAP) or bool(stored_call(data).of(Tapped)), "a tap")
        note(terminal, "two days of three people")
        terminal.press("d", until=re.compile("detour|Happy to", re.IGNORECASE))
        terminal.press("n", until=asked("demo_proof"))
        note(terminal, "our October file")
        terminal.press("enter")
        terminal.type("half a thou", until="half a thou")
        terminal.settle(0.3, seconds=0.6)
        terminal.signal(signal.SIGKILL)
        assert terminal.wait_exit() == -signal.SIGKILL


def resume_and_end(data: Path, call: str, columns: int, rows: int) -> None:
    with salesnerd("live", "--resume", call, *HEARD, data=data, columns=columns, rows=rows) as terminal:
        terminal.wait_for("half a thou")
        terminal.wait_for(asked("demo_proof"))
        terminal.press("enter")
        terminal.type("ght more")
        terminal.press("enter", until=re.compile(r"✓.*half a thought more"))
        terminal.wait_until(lambda: "is over" in terminal.text or "ended" in terminal.text, "the end of the meeting")
        for _ in range(3):
            terminal.press("n")
            terminal.settle(0.2)
        terminal.press("e", until=re.compile("NOT.YET"))
        terminal.press("2", until=re.compile("revisit|look again"))
        terminal.type("3 February\r", until=re.compile(r"what has to be true", re.IGNORECASE))
        terminal.type("the year is closed\r", until=re.compile("3 February"))
        terminal.settle(0.5)
        terminal.press("q")
        assert terminal.wait_exit() == 0
