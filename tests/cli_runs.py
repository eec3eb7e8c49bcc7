"""A command that a test runs without starting a process."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import pytest

from salesnerd_tui import cli


class Printed(NamedTuple):
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *words: str, status: int = 0) -> Printed:
        """Run a command that exits with a status, and return what it printed."""


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, status: int = 0) -> Printed:
        assert cli.main([*words]) == status
        return Printed(*capsys.readouterr())

    return run
