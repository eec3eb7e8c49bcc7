"""Terminal replies and characters that are hard to type, sent to the installed command."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from journeys.live import OPENING, asked, draft_reader, salesnerd, stored_call
from salesnerd_tui.call.events import Answered
from salesnerd_tui.terminal.key_parser import KEY_SECONDS
from terminal import Terminal

pytestmark = pytest.mark.journey

REPLIES = (
    b"\x1b[?65;1;2;3c\x1b[>1;4000;21c\x1bP>|a terminal 1.2.3\x1b\\"  # a multiplexer asks again after a pause
    b"\x1b[?997;1n\x1b]11;rgb:1111/2222/3333\x07\x1b]4;1;rgb:1/2/3\x1b\\\x1b[8;40;120t\x1b[?2004;1$y"
    b"\x1b_Gi=1;OK\x1b\\\x1b^1\x1b\\\x1bX2\x1b\\\x9b?1;3c\x9d10;1\x9c"
)
JOINED = "نمی‌دانم 👨‍🚀 র‍্যাব"
HARD = f"{JOINED} \u3000a\xa0b"


def test_replies_of_the_terminal_are_not_keys(tmp_path: Path) -> None:
    """In one read, in pieces and byte by byte. Where a busy machine sends too slowly to tell them from keys, again."""
    data = tmp_path
    for attempt in range(5):
        data = tmp_path / f"data{attempt}"
        with salesnerd("live", "first_call", "--account", "Acme", data=data) as terminal:
            terminal.wait_for(OPENING)
            terminal.press("n", until=asked("trigger"))
            longest_pause = max(send_in_pieces(terminal, size) for size in (len(REPLIES), 7, 1))
            terminal.press("2", until=asked("trigger", "My boss asked"))
            terminal.press("q", "q")
            assert terminal.wait_exit() == 0
        if longest_pause < KEY_SECONDS / 2:
            break
    assert [event.label for event in stored_call(data).of(Answered)] == ["My boss asked"]


def send_in_pieces(terminal: Terminal, size: int) -> float:
    """Write the replies, `size` bytes at a time. Return the longest pause between two writes, in seconds."""
    times = [time.perf_counter()]
    for at in range(0, len(REPLIES), size):
        terminal.write(REPLIES[at : at + size])
        times.append(time.perf_counter())
        terminal.read(0.005)
    return max(later - earlier for earlier, later in pairwise(times))


def test_an_incomplete_reply_does_not_swallow_keys(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with salesnerd("live", "first_call", "--account", "Acme", data=data) as terminal:
        terminal.wait_for(OPENING)
        terminal.write(b"\x1b]11;rgb:1111/22")
        given_up_at = time.perf_counter() + 1.0
        terminal.wait_until(lambda: time.perf_counter() > given_up_at, "a second gone by")
        terminal.press("n", until=asked("trigger"))


def test_joiners_are_saved_and_shown_whether_typed_or_pasted(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with salesnerd("live", "first_call", "--account", "Acme", data=data) as terminal:
        terminal.wait_for(OPENING)
        terminal.press("n", "enter")
        terminal.type(f"{HARD} typed")
        draft = draft_reader(data)
        terminal.wait_until(lambda: draft() == f"{HARD} typed", "the draft on the disk")
        shown = len(terminal.raw)
        terminal.press("enter", "enter")
        terminal.paste(f"{HARD} pasted \x1b]0;owned\x07\u202e")
        terminal.press("enter")
        terminal.wait_until(lambda: sum(stored_call(data).notes.values()) == 2, "both notes on the disk")
        terminal.settle()
        assert JOINED.encode() in bytes(terminal.raw[shown:])
        assert "\u202e".encode() not in terminal.raw
        assert b"owned\x07" not in terminal.raw
    assert set(stored_call(data).notes) == {f"{HARD} typed", f"{HARD} pasted \x1b]0;owned\x07\u202e"}


def test_an_exported_size_is_ignored_and_resizing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.driver._NOT_INHERITED", ())
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "12")
    with salesnerd("live", "first_call", "--account", "Acme", data=tmp_path / "data", columns=100, rows=30) as terminal:
        terminal.wait_for(OPENING)
        terminal.wait_until(lambda: "─" * 100 in terminal.rows, "a rule as wide as the terminal")
        terminal.wait_until(lambda: "writes a note" in terminal.rows[28], "the line above the last row")
        terminal.resize(70, 20)
        terminal.wait_until(lambda: "writes a note" in terminal.rows[18], "the line above the last row")
        terminal.wait_until(lambda: "─" * 70 in map(str.rstrip, terminal.rows), "a rule of 70")
