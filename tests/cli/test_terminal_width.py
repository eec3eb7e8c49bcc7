"""Output on a narrow terminal is of whole words, and in a locale without the symbols it has other characters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

import invented_calls
from invented_calls import Call, dana
from salesnerd_tui import cli
from terminal import Terminal

ACCOUNT = "Northwind Clinic"
LONG = "The works council and the data protection officer both look at every supplier before anybody signs"

CONFIG = f"/{'c' * 19}"
"""Does not exist. `keys` names its file in it in 40 cells, which is a whole row."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    invented_calls.keep(tmp_path, dana().events)
    invented_calls.keep(tmp_path, Call(account=ACCOUNT).promised(30, f"send you a document, because {LONG}").events)
    return tmp_path


def salesnerd(*words: str) -> Sequence[str]:
    return [sys.executable, "-m", "salesnerd_tui", *words]


@pytest.mark.parametrize(
    "words",
    [
        ["calls", "list"],
        ["promises"],
        ["account", ACCOUNT, "--step", LONG],
        ["keys"],
        ["playbook", "list"],
        ["live", "--help"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_no_line_is_wider_than_forty_columns_and_no_word_is_broken(words: list[str], folder: Path) -> None:
    data = [] if words[0] in ("keys", "playbook", "--help") else ["--data", str(folder)]
    settings = {"XDG_CONFIG_HOME": CONFIG}
    with Terminal(salesnerd(*words, *data), columns=40, rows=200, environment=settings) as terminal:
        assert terminal.wait_exit() == 0
        narrow = terminal.rows
    wide = {**os.environ, **settings, "COLUMNS": "300"}
    plain = subprocess.run(salesnerd(*words, *data), capture_output=True, text=True, env=wide, timeout=60).stdout
    known = set(re.findall(r"\w+", plain))
    assert {word for row in narrow for word in re.findall(r"\w+", row)} <= known | {"e"}


def test_help_breaks_no_paragraph_in_the_middle_of_a_row() -> None:
    for command in cli.COMMANDS:
        words = {**os.environ, "COLUMNS": "80"}
        rows = subprocess.run(
            salesnerd(command, "--help"), capture_output=True, text=True, env=words, timeout=60
        ).stdout.splitlines()
        for row, below in pairwise(rows):
            if row[:1].isalpha() and below[:1].islower():
                assert len(row) + 1 + len(below.split()[0]) > 78, (command, row)


def test_a_call_in_a_narrow_list_has_three_lines(folder: Path) -> None:
    with Terminal(salesnerd("calls", "list", "--account", "Northwind", "--data", str(folder)), columns=40) as terminal:
        assert terminal.wait_exit() == 0
        first, second, third = (row.rstrip() for row in terminal.rows[:3])
    assert re.fullmatch(r"2026-\d\d-\d\dT\d{4}-[0-9a-f]{8}", first)
    assert re.fullmatch(r"  [\w-]+ · .* · \d+ notes? · \d+ taps?", second)
    assert third.startswith(f"  {ACCOUNT} · ")


def test_symbols_have_a_spelling_where_the_locale_lacks_them(folder: Path) -> None:
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii", "COLUMNS": "200"}
    listed = subprocess.run(
        salesnerd("calls", "list", "--data", str(folder)), capture_output=True, env={**os.environ, **poor}, timeout=60
    ).stdout.decode("ascii")
    assert f"{ACCOUNT} - " in listed
    assert "?" not in listed
