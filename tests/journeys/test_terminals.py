"""Real terminals: without colors, with sixteen, without symbols, without a cursor, and with rapid resizes."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from journeys.live import OPENING, SALESNERD, asked, stored_call
from salesnerd_tui.call.events import Answered, Ended
from terminal import Terminal
from thoroughness import some

pytestmark = pytest.mark.journey

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
STORM = 100
SIZES = ((1, 1), (5, 3), (300, 100), (40, 12), (2, 60), (200, 2))


def window(
    data: Path, *words: str, columns: int = 80, rows: int = 24, environment: Mapping[str, str] | None = None
) -> Terminal:
    home = {"SALESNERD_DATA": str(data), "HOME": str(data / "home"), "XDG_CONFIG_HOME": str(data / "config")}
    command = [SALESNERD, "live", "first_call", "--account", "Acme", *words]
    return Terminal(command, columns=columns, rows=rows, environment={**home, **(environment or {})})


def played(terminal: Terminal) -> bytes:
    """The raw bytes of a piece of a call: a question, an answer, a note, a list, the ending, the help."""
    terminal.wait_for(OPENING)
    terminal.press("n", until=asked("trigger"))
    terminal.press("1", until=asked("trigger", "Something broke"))
    terminal.press("enter")
    terminal.type("third of October\r", until=re.compile(r"[✓+] third of October"))
    for key, shows in (("j", "JUMP TO"), ("e", "END THE CALL"), ("?", "KEYS")):
        terminal.press(key, until=shows)
        terminal.press("escape")
        terminal.wait_gone(shows)
    return bytes(terminal.raw)


def colors(raw: bytes) -> set[str]:
    """The kinds of colors that were sent."""
    kinds = set()
    for found in SGR.finditer(raw):
        numbers = [int(number) for number in re.split(rb"[;:]", found.group(1)) if number]
        if 38 in numbers or 48 in numbers:
            kinds.add("many")
        elif any(30 <= number <= 37 or 40 <= number <= 47 or 90 <= number <= 107 for number in numbers):
            kinds.add("sixteen")
    return kinds


OLD = {"COLORTERM": ""}
GROUNDS = {"light": b"48;2;250;250;247", "contrast": b"48;2;0;0;0", "contrast-light": b"48;2;255;255;255"}


@pytest.mark.parametrize(
    ("words", "environment", "sent", "is_ascii"),
    some(
        [
            pytest.param("", {"NO_COLOR": "1"}, set(), False, id="no color"),
            pytest.param("", {"NO_COLOR": "1", "TERM": "xterm", **OLD}, set(), False, id="no color of sixteen"),
            pytest.param("", {}, {"many"}, False, id="many"),
            pytest.param("", {"TERM": "linux", **OLD}, {"sixteen"}, True, id="the console"),
            pytest.param("", {"TERM": "xterm", **OLD}, {"sixteen"}, False, id="xterm"),
            pytest.param("", {"TERM": "screen", **OLD}, {"sixteen"}, False, id="screen"),
            pytest.param("--ascii --theme light", {}, {"many"}, True, id="light and ASCII asked for"),
            pytest.param("--theme contrast", {}, {"many"}, False, id="contrast"),
            pytest.param("--theme contrast-light", {}, {"many"}, False, id="contrast-light"),
            pytest.param(
                "--theme terminal",
                {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
                {"sixteen"},
                True,
                id="colors of the terminal without UTF-8",
            ),
        ],
        3,
    ),
)
def test_nothing_is_sent_that_the_terminal_cannot_show(
    words: str, environment: Mapping[str, str], sent: set[str], is_ascii: bool, tmp_path: Path
) -> None:
    """And a theme that was asked for is drawn."""
    with window(tmp_path, *words.split(), environment=environment) as terminal:
        raw = played(terminal)
        assert ("+ third of October" in terminal.text) == is_ascii
    assert colors(raw) == sent
    assert raw.isascii() == is_ascii
    assert b"\x1b[1m" in raw or b"\x1b[1;" in raw, "not even bold distinguishes the texts"
    theme = words.rpartition(" ")[2]
    assert GROUNDS.get(theme, b"") in raw


@pytest.mark.thorough
def test_the_screen_is_complete_after_many_resizes(tmp_path: Path) -> None:
    sizes = random.Random(6)
    with window(tmp_path) as terminal:
        terminal.wait_for(OPENING)
        for number in range(STORM):
            wide, high = SIZES[number % 6] if number % 3 == 0 else (sizes.randint(1, 300), sizes.randint(1, 100))
            terminal.resize(wide, high)
            terminal.read(0.01)
        terminal.resize(80, 24)
        terminal.press("n", until=asked("trigger"))
        terminal.wait_for("? all keys")
        terminal.settle(0.3)
        assert all(len(row.rstrip()) <= 80 for row in terminal.rows)
        assert terminal.process.poll() is None
        terminal.resize(40, 12)
        terminal.wait_for(re.compile(r"What made you start\s+.*looking", re.DOTALL))
        terminal.press("q", "q")
        assert terminal.wait_exit() == 0


def test_plain_text_mode_needs_no_cursor(tmp_path: Path) -> None:
    """Typed and read as on a teletype; nothing that was printed is ever changed."""
    with window(tmp_path, "--plain", rows=100, columns=200, environment={"TERM": "dumb"}) as terminal:
        terminal.wait_for("Say: Thanks for making the time")
        terminal.type("next\n", until="Question, must: What made you start looking into this now?")
        terminal.type("1\n", until="Follow up: When did it last happen?")
        terminal.type("note third of October\n", until="Saved: third of October")
        terminal.type("talk\n", until="You are speaking.")
        terminal.type("time\n", until=re.compile(r"Clock \d:\d\d\. .*You are speaking\."))
        terminal.type("end\n2\n3 February\nthe year is closed\n")
        assert terminal.wait_exit() == 0
        assert "Debrief: salesnerd calls show" in terminal.text
        assert b"\x1b" not in terminal.raw
    kept = stored_call(tmp_path)
    assert kept.notes == {"third of October": 1}
    assert [event.label for event in kept.of(Answered) if event.label] == ["Something broke"]
    (ended,) = kept.of(Ended)
    assert ended.record == {"revisit_on": "3 February", "what_must_change": "the year is closed"}


def test_hiding_in_plain_text_mode_clears_the_screen_and_the_scrollback(tmp_path: Path) -> None:
    with window(tmp_path, "--plain", rows=50, columns=150) as terminal:
        terminal.wait_for("Say: Thanks for making the time")
        terminal.type("x\n", until="Hidden.")
        assert "Thanks for making the time" not in terminal.text
        assert b"\x1b[3J" in terminal.raw


@pytest.mark.parametrize("kind", some(["dumb", "", "unknown"], 3))
def test_a_terminal_without_a_cursor_gets_a_hint_to_plain_text_mode(kind: str, tmp_path: Path) -> None:
    with window(tmp_path, columns=200, environment={"TERM": kind}) as terminal:
        assert terminal.wait_exit() == 1
        assert "salesnerd live: needs a terminal that can move its cursor" in terminal.text
        assert "without a screen use --plain" in terminal.text
        assert b"\x1b" not in terminal.raw
