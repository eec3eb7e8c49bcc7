"""SIGTSTP and SIGCONT while a screen is shown."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from salesnerd_tui.terminal.job_control import JobControl


class Screen:
    """A screen whose loop runs on request. `log` has what was done to the terminal and the process."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.waiting: list[Callable[[], None]] = []
        self.can_lend = True
        self.control = JobControl(
            self.lend, lambda: self.log.append("retake"), self.waiting.append, lambda: self.log.append("stop")
        )
        self.control.handle_signals()

    @contextmanager
    def lend(self) -> Iterator[None]:
        if not self.can_lend:
            raise OSError("no terminal")
        self.log.append("lend")
        yield
        self.log.append("take")

    def get(self, *numbers: signal.Signals) -> None:
        for number in numbers:
            signal.raise_signal(number)

    def run_loop(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


@pytest.fixture
def screen() -> Iterator[Screen]:
    before = [signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)]
    yield Screen()
    for number, handler in zip((signal.SIGTSTP, signal.SIGCONT), before, strict=True):
        signal.signal(number, handler)


def test_the_process_stops_without_the_terminal_and_takes_it_again(screen: Screen) -> None:
    screen.get(signal.SIGTSTP)
    assert screen.log == [], "a signal may interrupt a write to the terminal"
    screen.run_loop()
    assert screen.log == ["lend", "stop", "take"]


def test_a_program_that_is_continued_before_it_has_stopped_does_not_stop(screen: Screen) -> None:
    screen.get(signal.SIGTSTP, signal.SIGCONT)
    screen.run_loop()
    assert screen.log == ["retake"]


def test_many_signals_are_one(screen: Screen) -> None:
    screen.get(signal.SIGCONT, signal.SIGCONT, signal.SIGCONT)
    screen.run_loop()
    assert screen.log == ["retake"]
    screen.get(signal.SIGTSTP, signal.SIGTSTP)
    screen.run_loop()
    assert screen.log == ["retake", "lend", "stop", "take"]


def test_a_terminal_that_cannot_be_lent_does_not_prevent_stopping(screen: Screen) -> None:
    screen.can_lend = False
    screen.get(signal.SIGTSTP)
    screen.run_loop()
    assert screen.log == ["stop"]


def test_after_the_loop_the_signals_have_their_default_effect(screen: Screen) -> None:
    def closed(_: Callable[[], None]) -> None:
        raise RuntimeError("the loop is closed")

    JobControl(screen.lend, screen.run_loop, closed).handle_signals()
    screen.get(signal.SIGCONT)
    assert signal.getsignal(signal.SIGTSTP) is signal.getsignal(signal.SIGCONT) is signal.SIG_DFL
