"""Lending the terminal to another program: it is always taken back, or not lent at all."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.terminal.handover import lent_terminal
from salesnerd_tui.text import is_typeable
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.home import HomeScreen


def make_app(folder: Path) -> SalesnerdApp:
    service = CallService(Library([]), CallStore(folder))
    return SalesnerdApp(service, lambda: HomeScreen(service))


@pytest.mark.parametrize("error", [ValueError("no"), OSError("gone"), KeyboardInterrupt()])
async def test_terminal_is_taken_back_when_the_block_fails(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    did: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    monkeypatch.setattr(HeadlessDriver, "suspend_application_mode", lambda _: did.append("given"))
    monkeypatch.setattr(HeadlessDriver, "resume_application_mode", lambda _: did.append("taken back"))
    app = make_app(tmp_path)
    async with app.run_test() as pilot:
        await pilot.pause()
        with pytest.raises(type(error)), app.suspend():
            raise error
        assert did == ["given", "taken back"]


async def test_terminal_that_cannot_be_handed_over_is_a_clear_error(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with app.run_test() as pilot:
        await pilot.pause()
        with pytest.raises(OSError, match="cannot be handed over"), app.suspend():
            pytest.fail("nothing may run")


def test_ctrl_c_goes_to_the_other_program() -> None:
    before = signal.getsignal(signal.SIGINT)
    with lent_terminal():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_z_stops_the_other_program_and_this_one() -> None:
    numbers = (signal.SIGTSTP, signal.SIGCONT)
    before = [signal.signal(number, lambda *_: None) for number in numbers]
    handlers = [signal.getsignal(number) for number in numbers]
    with lent_terminal():
        assert [signal.getsignal(number) for number in numbers] == [signal.SIG_DFL, signal.SIG_DFL]
    assert [signal.getsignal(number) for number in numbers] == handlers
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.parametrize(
    "character", ["a", " ", "\u200c", "\u200d", "\xa0", "\u202f", "\u3000", "\u200f", "\U000e0067"]
)
def test_printable_characters_are_text(character: str) -> None:
    assert is_typeable(character)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9b", "\u2028", "\ud800", "\ufdd0"])
def test_control_characters_are_not_text(character: str) -> None:
    assert not is_typeable(character)
