"""The `salesnerd` command: help, version, unknown commands and exit statuses."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Self

import pytest

from cli_runs import Run
from salesnerd_tui import __version__, cli
from salesnerd_tui.cli.output import run_reporting_errors
from salesnerd_tui.errors import UserError


@dataclass
class FakeCommand:
    """Stands in for the module of any command."""

    status: int = 0
    stops: BaseException | None = None
    opened: list[str] = field(default_factory=list)
    got: list[list[str]] = field(default_factory=list)

    def open(self, name: str) -> Self:
        self.opened.append(name)
        return self

    def home(self, words: list[str]) -> int:
        return self.main(words)

    def main(self, words: list[str]) -> int:
        self.got.append(words)
        if self.stops:
            raise self.stops
        return self.status


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> FakeCommand:
    command = FakeCommand()
    monkeypatch.setattr("salesnerd_tui.cli.import_module", command.open)
    return command


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_every_command(option: str, run: Run) -> None:
    text = run(option).out
    assert all(f"  {name}" in text for name in cli.COMMANDS)
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version_is_printed(option: str, run: Run) -> None:
    assert run(option).out == f"salesnerd {__version__}\n"


def test_a_mistyped_command_is_refused_with_a_suggestion(run: Run) -> None:
    said = run("playbok", "lint", status=2)
    assert said.out == ""
    assert "unknown command 'playbok' (did you mean 'playbook'?)" in said.err


def test_an_unknown_command_is_refused_with_a_hint(run: Run) -> None:
    said = run("\x1b]0;owned\x07\u202e", status=2).err
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "(see: salesnerd --help)" in said


def test_a_command_gets_its_arguments_and_returns_its_status(command: FakeCommand) -> None:
    command.status = 1
    assert cli.main(["calls", "show", "--json"]) == 1
    assert command.opened == ["salesnerd_tui.cli.calls"]
    assert command.got == [["show", "--json"]]


def test_without_a_command_the_start_screen_opens_with_its_options(command: FakeCommand) -> None:
    cli.main([])
    cli.main(["--data", "elsewhere"])
    assert command.opened == ["salesnerd_tui.cli.screens", "salesnerd_tui.cli.screens"]
    assert command.got == [[], ["--data", "elsewhere"]]


def test_an_interrupted_command_exits_with_130(command: FakeCommand) -> None:
    command.stops = KeyboardInterrupt()
    assert cli.main(["coach"]) == 130


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_a_closed_pipe_is_not_an_error(words: list[str]) -> None:
    command = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys; from salesnerd_tui.cli import main; sys.stdin.read(); sys.exit(main({words}))",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout
    command.stdout.close()
    _, errors = command.communicate(timeout=60)
    assert command.returncode == 0
    assert errors == b""


def test_the_package_runs_as_the_command() -> None:
    text = subprocess.run(
        [sys.executable, "-m", "salesnerd_tui", "--version"], capture_output=True, text=True, check=True
    )
    assert __version__ in text.stdout


def test_what_cannot_be_done_is_reported_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise UserError("no such file: a\nb \x1b[2J(name another)")

    assert run_reporting_errors("calls", work) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_a_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status: int | str | None = None
    with contextlib.suppress(SystemExit):
        status = cli.main([command, "--help"])
    assert not status
    assert f"usage: salesnerd {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        (["home"], "without a screen use: salesnerd live --plain"),
        (["prep", "--account", "Acme"], "without a screen use --markdown or --json"),
        (["live"], "use --listen - to read captions from it; without a screen use --plain"),
    ],
)
def test_a_screen_without_a_terminal_proposes_what_the_command_can_do(words: list[str], instead: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "salesnerd_tui", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 1
    assert done.stderr.endswith(f"needs a terminal: standard input is not one ({instead})\n")
