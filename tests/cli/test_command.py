"""The command itself: what it says, what it refuses, and what it leaves unloaded."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from typing import Self

import pytest

from salesnerd_tui import __version__, cli


@dataclass
class Verb:
    """Stands in for the module of whatever verb is asked for."""

    status: int = 0
    stops: BaseException | None = None
    opened: list[str] = field(default_factory=list)
    got: list[list[str]] = field(default_factory=list)

    def open(self, name: str) -> Self:
        self.opened.append(name)
        return self

    def main(self, words: list[str]) -> int:
        self.got.append(words)
        if self.stops:
            raise self.stops
        return self.status


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Verb:
    verb = Verb()
    monkeypatch.setattr("salesnerd_tui.cli.import_module", verb.open)
    return verb


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_help_names_every_verb(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([asked]) == 0
    told = capsys.readouterr().out
    assert all(f"  {name}" in told for name in cli.VERBS)
    assert all(len(line) <= 80 for line in told.splitlines())


@pytest.mark.parametrize("asked", ["--version", "-V"])
def test_it_says_its_version(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([asked]) == 0
    assert capsys.readouterr().out == f"salesnerd {__version__}\n"


def test_a_mistyped_verb_is_refused_with_the_one_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["playbok", "lint"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "unknown command 'playbok' (did you mean 'playbook'?)" in said.err


def test_a_strange_verb_is_refused_with_the_way_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["\x1b]0;owned\x07\u202e"]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "(see: salesnerd --help)" in said


def test_a_former_command_is_refused_with_its_new_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["board", "Acme"]) == 2
    assert capsys.readouterr().err == "salesnerd: unknown command 'board' (did you mean 'account'?)\n"


def test_a_verb_gets_its_words_and_gives_the_status(verb: Verb) -> None:
    verb.status = 1
    assert cli.main(["calls", "show", "--json"]) == 1
    assert verb.opened == ["salesnerd_tui.cli.calls"]
    assert verb.got == [["show", "--json"]]


def test_without_a_verb_the_start_page_opens_with_its_options(verb: Verb) -> None:
    cli.main([])
    cli.main(["--data", "elsewhere"])
    assert verb.opened == ["salesnerd_tui.cli.home", "salesnerd_tui.cli.home"]
    assert verb.got == [[], ["--data", "elsewhere"]]


def test_an_interrupted_verb_ends_as_a_shell_expects(verb: Verb) -> None:
    verb.stops = KeyboardInterrupt()
    assert cli.main(["coach"]) == 130


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_a_reader_that_goes_away_is_no_error(words: list[str]) -> None:
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
    told = subprocess.run(
        [sys.executable, "-m", "salesnerd_tui", "--version"], capture_output=True, text=True, check=True
    )
    assert __version__ in told.stdout
