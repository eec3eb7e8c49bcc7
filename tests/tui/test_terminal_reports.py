"""The terminal reports dark or light, and its tab is marked while a tap waits; both only where it is known to work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from live_stage import live_screen
from salesnerd_tui.call.events import Dismissal, Dismissed, TapKind, Tapped
from salesnerd_tui.terminal.profile import Shade, TerminalProfile, detect_profile, reports_theme, shows_progress
from salesnerd_tui.tui.app import NO_TAB_MARK, TAB_MARK
from salesnerd_tui.tui.textual_compat import TerminalDriver, ThemeReported
from tap_reasons import recorded
from terminal_input import read_events

TAP = Tapped(0.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked"), "", "Whose hours?")

KITTY = {"TERM": "xterm-kitty"}
GHOSTTY = {"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty", "TERM_PROGRAM_VERSION": "1.2.0"}
ITERM = {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.6.6"}
OLD_ITERM = {**ITERM, "TERM_PROGRAM_VERSION": "3.5.14"}
WEZTERM = {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm", "TERM_PROGRAM_VERSION": "20250613-142113-f1ed2fbe"}
OLD_WEZTERM = {**WEZTERM, "TERM_PROGRAM_VERSION": "20240203-110809-5046fc22"}
VTE = {"TERM": "xterm-256color", "VTE_VERSION": "8203"}
OLD_VTE = {"TERM": "xterm-256color", "VTE_VERSION": "7006"}
WINDOWS = {"TERM": "xterm-256color", "WT_SESSION": "5c5b1c9d"}
TMUX = {"TERM": "tmux-256color", "TMUX": "tmux-socket,1,0", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.6a"}
OLD_TMUX = {**TMUX, "TERM_PROGRAM_VERSION": "3.3a"}
IN_TMUX = {**VTE, **OLD_TMUX}
PLAIN = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environment", "reports", "marks"),
    [
        (KITTY, True, False),
        (GHOSTTY, True, True),
        (ITERM, True, True),
        (OLD_ITERM, False, False),
        (WEZTERM, False, True),
        (OLD_WEZTERM, False, False),
        (VTE, True, True),
        (OLD_VTE, False, False),
        (WINDOWS, False, True),
        (TMUX, True, False),
        (OLD_TMUX, False, False),
        (IN_TMUX, False, False),
        (PLAIN, False, False),
        ({}, False, False),
        ({"TERM_PROGRAM": "ghostty", "TERM_PROGRAM_VERSION": "nightly", "VTE_VERSION": "x"}, True, False),
    ],
)
def test_terminal_gets_only_supported_sequences(environment: Mapping[str, str], reports: bool, marks: bool) -> None:
    assert (reports_theme(environment), shows_progress(environment)) == (reports, marks)


def test_chosen_theme_is_not_changed_by_the_terminal() -> None:
    assert detect_profile(environment=KITTY, encoding="utf-8").follows_theme
    assert not detect_profile("light", environment=KITTY, encoding="utf-8").follows_theme
    assert not detect_profile(remembered={"theme": "dark"}.get, environment=KITTY, encoding="utf-8").follows_theme


def test_theme_report_is_not_a_key() -> None:
    found = read_events("\x1b[?997;2n", "n", "\x1b[?997;1n")
    assert [each.is_light for each in found if isinstance(each, ThemeReported)] == [True, False]
    assert len(found) == 3


async def test_theme_follows_the_terminal_to_light_and_back(tmp_path: Path) -> None:
    async with live_screen(tmp_path, look=TerminalProfile(follows_theme=True)) as stage:
        for is_light, shade in ((True, Shade.LIGHT), (True, Shade.LIGHT), (False, Shade.DARK)):
            stage.app.post_message(ThemeReported(is_light))
            await stage.pilot.pause()
            assert stage.app.theme == f"salesnerd-{shade}"
        assert stage.service.store.settings.get("theme") is None, "nothing is remembered"


async def test_choosing_a_theme_stops_following_the_terminal(tmp_path: Path) -> None:
    async with live_screen(tmp_path, look=TerminalProfile(follows_theme=True)) as stage:
        stage.app.action_toggle_dark()
        stage.app.post_message(ThemeReported(is_light=False))
        await stage.pilot.pause()
        assert stage.app.theme == "salesnerd-light"
        stage.service.store.settings.wait()


@pytest.mark.parametrize(("marks", "sent"), [(True, [TAB_MARK, NO_TAB_MARK]), (False, [])])
async def test_tap_marks_the_tab_until_it_is_gone(tmp_path: Path, marks: bool, sent: list[str]) -> None:
    async with live_screen(tmp_path, look=TerminalProfile(marks_tab=marks)) as stage:
        written: list[str] = []
        stage.app.send_to_terminal = written.append
        stage.session.record(TAP)
        stage.screen.changed()
        stage.screen.changed()
        stage.session.record(Dismissed(1.0, TapKind.OVER_EXPLAINING, Dismissal.HANDED_BACK))
        stage.screen.changed()
        assert written == sent


async def test_hiding_and_leaving_remove_the_mark(tmp_path: Path) -> None:
    for key in ("x", "q"):
        async with live_screen(tmp_path / key, look=TerminalProfile(marks_tab=True)) as stage:
            written: list[str] = []
            stage.app.send_to_terminal = written.append
            stage.session.record(TAP)
            stage.screen.changed()
            await stage.press(*([key] if key == "x" else [key, key]))
            assert written == [TAB_MARK, NO_TAB_MARK]


async def test_praise_marks_nothing(tmp_path: Path) -> None:
    async with live_screen(tmp_path, look=TerminalProfile(marks_tab=True)) as stage:
        written: list[str] = []
        stage.app.send_to_terminal = written.append
        stage.session.record(Tapped(0.0, TapKind.SILENCE, recorded("4 s of silence")))
        stage.screen.changed()
        assert written == []


async def test_driver_turns_theme_reports_on_and_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    for name in ("start_application_mode", "stop_application_mode"):
        monkeypatch.setattr(LinuxDriver, name, lambda _: None)
    monkeypatch.setattr(LinuxDriver, "write", lambda _, data: written.append(data))
    async with live_screen(tmp_path, look=TerminalProfile(follows_theme=True)) as stage:
        driver = TerminalDriver(stage.app)
        driver.start_application_mode()
        stage.app.send_to_terminal(TAB_MARK)
        driver.stop_application_mode()
    plain: App[None] = App()
    TerminalDriver(plain).start_application_mode()
    assert written == ["\x1b[?2031h", TAB_MARK, "\x1b[?2031l"]
