"""A call with custom keys in a real terminal: pressed and displayed, with Esc and a letter at once, and no mouse."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from journeys.live import OPENING, SALESNERD, asked, salesnerd, stored_call
from salesnerd_tui.call.events import Ended, Skipped
from terminal import Terminal
from thoroughness import some

OWN = """
[live]
next = ["right", "N"]
note = "a"
skip = "f6"
end = "E"
hide = "f8"
help = "f1"
leave = "Q"
"""
MOUSE, DRAGS, EVERY_MOVE = 1000, 1002, 1003
pytestmark = pytest.mark.journey


def keys(data: Path, text: str) -> None:
    folder = data / "config" / "salesnerd"
    folder.mkdir(parents=True)
    (folder / "keys.toml").write_text(text, encoding="utf-8")


def live(data: Path, *words: str, columns: int = 120, rows: int = 40) -> Terminal:
    return salesnerd("live", "first_call", "--account", "Acme", *words, data=data, columns=columns, rows=rows)


def test_a_call_works_with_the_users_own_keys(tmp_path: Path) -> None:
    keys(tmp_path, OWN)
    with live(tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.wait_for(re.compile(r"→ next|right next"))
        assert "n next" not in terminal.text
        terminal.press("right", until=asked("trigger"))
        terminal.press("a")
        terminal.type("our October file")
        terminal.press("enter", until=re.compile(r"✓.*our October file"))
        terminal.press("n", until="n does nothing here: f1 shows the keys")
        terminal.press("f1", until=re.compile(r"right N +Mark question"))
        terminal.press("escape")
        terminal.wait_gone("Mark question as asked")
        terminal.write(b"\x1b[17~")
        terminal.wait_for(asked("last_time"))
        terminal.write(b"\x1b[19~")
        terminal.wait_for(re.compile(r"\d\d:\d\d +Notes"))
        terminal.write(b"\x1b[19~")
        terminal.wait_gone(re.compile(r"\d\d:\d\d +Notes"))
        terminal.press("E", until="END THE CALL")
        terminal.press("escape", "Q", until=re.compile(r"Q +leave open"))
        terminal.press("Q")
        assert terminal.wait_exit() == 0
    call = stored_call(tmp_path)
    assert call.notes == {"our October file": 1}
    assert call.of(Skipped)
    assert not call.of(Ended)


def test_an_error_in_the_keys_file_is_one_line_on_the_screen_and_explained_in_the_shell(tmp_path: Path) -> None:
    keys(tmp_path, '[live]\nnext = "ctrl+i"\nback = "left"\n')
    with live(tmp_path) as terminal:
        terminal.wait_for("keys.toml:2 ctrl+i cannot be bound to next")
        terminal.press("n", until=asked("trigger"))
        terminal.wait_gone("keys.toml")
        assert not terminal.shows(OPENING)
        terminal.press("left", until=OPENING)
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path), "PATH": "/usr/bin"}
    done = subprocess.run([SALESNERD, "keys", "--check"], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert 'next = "ctrl+i"' in done.stdout
    assert "a terminal sends tab for it" in done.stdout


@pytest.mark.parametrize("first", some([b"\x1bn", b"\x1b"], 2), ids=some(["one read", "two reads"], 2))
def test_esc_and_a_letter_right_after_it_are_two_keys(tmp_path: Path, first: bytes) -> None:
    with live(tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.press("n", until=asked("trigger"))
        terminal.press("enter")
        terminal.type("half a thought", until="half a thought")
        terminal.write(first)
        if first == b"\x1b":
            terminal.write(b"n")
        terminal.wait_gone(asked("trigger"))
        assert "half a thought" in terminal.text
        assert "alt+" not in terminal.text


def test_an_unbracketed_paste_becomes_notes(tmp_path: Path) -> None:
    lines = [
        "nobody sleeps in the week of the release",
        "quarterly audits eat three people",
        "no",
        "exports fail at night",
    ]
    with live(tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.press("enter")
        terminal.type("\r".join(lines) + "\r", until=re.compile(rf"✓.*{lines[-1]}"))
        terminal.wait_for(OPENING)
        terminal.press("q", until="leave open")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert stored_call(tmp_path).notes == dict.fromkeys(lines, 1)


def test_the_mouse_can_be_left_to_the_terminal(tmp_path: Path) -> None:
    with live(tmp_path, "--no-mouse") as terminal:
        terminal.wait_for(OPENING)
        terminal.press("n", until=asked("trigger"))
        assert MOUSE not in terminal.modes
        assert b"\x1b[?1003h" not in terminal.raw


def test_a_click_picks_an_answer_and_moves_are_not_reported(tmp_path: Path) -> None:
    with live(tmp_path) as terminal:
        terminal.wait_for(OPENING)
        terminal.wait_until(lambda: MOUSE in terminal.modes, "the mouse taken")
        assert EVERY_MOVE not in terminal.modes
        terminal.press("n", until=asked("trigger"))
        terminal.wait_for("Something broke")
        row = next(number for number, line in enumerate(terminal.rows) if "Something broke" in line)
        column = terminal.rows[row].index("Something broke") + 3
        for state in "Mm":
            terminal.write(f"\x1b[<0;{column + 1};{row + 1}{state}".encode())
        terminal.wait_for(asked("trigger", "Something broke"))
        terminal.press("q", until="leave open")
        terminal.press("q")
        terminal.wait_exit()
        assert not {MOUSE, DRAGS, EVERY_MOVE} & terminal.modes
