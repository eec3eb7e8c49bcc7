"""The app around the screens: text filters, crashes, themes, and terminals that cannot show a screen."""

from __future__ import annotations

import os
import pty
import stat
import threading
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from hostile import HOSTILE
from live_stage import LiveStage, live_screen
from salesnerd_tui.services.shutdown import is_terminal_closed, write_crash
from salesnerd_tui.terminal.profile import NoScreen, check_terminal
from salesnerd_tui.tui.theme import SanitizeFilter

SECRET = "forty double bills at the clinic"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_filter_removes_control_characters(text: str) -> None:
    (segment,) = SanitizeFilter().apply([Segment(text)], Color(0, 0, 0))
    assert not [char for char in segment.text if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0]


def test_filter_keeps_control_segments_of_textual() -> None:
    own = Segment("\x1b[2J", None, [])
    assert SanitizeFilter().apply([Segment("plain"), own], Color(0, 0, 0)) == [Segment("plain"), own]


async def crash(stage: LiveStage) -> None:
    """Type half a note, then crash a screen with a customer's words in a local variable."""

    def fails(words: str) -> float:
        return len(words) / 0

    async with stage.app.run_test() as pilot:
        stage.pilot = pilot
        await stage.press("enter")
        await stage.type("half")
        stage.screen.call_later(fails, SECRET)
        await pilot.pause()


async def test_crash_prints_one_line_without_customer_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage = LiveStage(tmp_path)
    with pytest.raises(ZeroDivisionError):
        await crash(stage)
    printed = capsys.readouterr().err
    assert "Your notes are saved" in printed
    assert SECRET not in printed
    assert printed.count("\n") == 1
    assert stage.app.return_code == 70
    assert stage.disk.drafts[-1] == "half", "what was typed is kept"
    log = tmp_path / "crash.log"
    assert str(log) in printed
    assert "ZeroDivisionError" in log.read_text()
    assert SECRET not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


async def test_failed_thread_is_reported_and_the_call_continues(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with live_screen(tmp_path) as stage:

        def fails(words: str) -> float:
            return len(words) / 0

        threading.Thread(target=fails, args=(SECRET,)).start()
        await stage.wait_until(lambda: "the call continues" in stage.hint_message())
        await stage.note("pages twice")
        assert stage.notes == ["pages twice"]
    log = (tmp_path / "crash.log").read_text()
    assert "ZeroDivisionError" in log
    assert SECRET not in log + capsys.readouterr().err


def test_unwritable_crash_log_causes_no_second_crash(tmp_path: Path) -> None:
    assert write_crash(ValueError("x"), tmp_path / "nowhere") is None


async def test_toggled_theme_is_remembered(tmp_path: Path) -> None:
    async with live_screen(tmp_path) as stage:
        await stage.press("ctrl+p", *"light", "enter")
        assert stage.app.theme == "salesnerd-light"
        stage.service.store.settings.wait()
    async with live_screen(tmp_path) as stage:
        assert stage.app.theme == "salesnerd-light"


async def test_no_command_takes_a_screenshot(tmp_path: Path) -> None:
    async with live_screen(tmp_path, (120, 60)) as stage:
        await stage.press("ctrl+p")
        assert "creenshot" not in stage.screen_text
        assert len(stage.app.screen_stack) == 1, "the list is not a window over the call"


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_dumb_terminal_is_refused_in_one_line(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with pytest.raises(NoScreen, match="TERM is"):
        check_terminal({"TERM": term})


def test_pipe_as_standard_input_is_refused_in_one_line() -> None:
    with pytest.raises(NoScreen, match="needs a terminal: standard input"):
        check_terminal({"TERM": "xterm"})


def test_existing_terminal_is_not_gone(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    assert not is_terminal_closed(theirs)
    os.close(ours)
    assert is_terminal_closed(theirs)
    os.close(theirs)
