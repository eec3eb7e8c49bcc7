"""`salesnerd keys`: the table, the check and the starter file; and what doctor and settings report about it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui import cli
from salesnerd_tui.cli.doctor import check_keys
from salesnerd_tui.tui.keymap import LIVE


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("SALESNERD_KEYS", raising=False)
    return tmp_path / "config" / "salesnerd" / "keys.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_it_lists_every_key_with_its_id(file: Path, run: Run) -> None:
    output = run("keys").out
    for command in LIVE:
        assert any(f" {command.id} " in line and command.help[:30] in line for line in output.split("\n"))
    assert output.rstrip().endswith(f"To change keys, edit {file}")


def test_own_keys_are_marked(file: Path, run: Run) -> None:
    written(file, '[live]\nnext = ["N", "right"]\nskip = "zz"\n')
    output = run("keys").out
    assert "* N, right         next " in output
    assert "1 finding: salesnerd keys --check" in output
    rows = json.loads(run("keys", "--json").out)
    (row,) = [each for each in rows if each["screen"] == "live" and each["own"]]
    assert row["keys"] == ["N", "right"]


def test_the_check_shows_the_line_and_what_to_do(file: Path, run: Run) -> None:
    written(file, '[live]\nnxt = "N"\n')
    output = run("keys", "--check", status=1).out
    assert 'nxt = "N"' in output
    assert "did you mean 'next'?" in output
    assert "1 error" in output


def test_the_check_knows_the_letters_of_the_playbooks(file: Path, run: Run) -> None:
    written(file, '[live]\nskip = "d"\n')
    output = run("keys", "--check").out
    assert "d is now bound to skip, so demo_request has no letter" in output
    assert "/ finds the detour; used by " in output


def test_without_a_file_there_is_nothing_to_check(file: Path, run: Run) -> None:
    assert "create it with: salesnerd keys --write" in run("keys", "--check").out
    assert "no such file" in run("keys", "--check", "--file", str(file), status=1).out


def test_a_file_to_begin_with_is_written_once_and_for_nobody_else(file: Path, run: Run) -> None:
    assert cli.main(["keys", "--write"]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "no findings" in run("keys", "--check").out
    file.write_text("# mine\n")
    assert cli.main(["keys", "--write"]) == 1
    assert file.read_text() == "# mine\n"


def test_doctor_and_settings_show_the_keys_file(file: Path, tmp_path: Path, run: Run) -> None:
    (as_it_comes,) = check_keys()
    assert as_it_comes.message.startswith("default")
    written(file, '[live]\nnext = "N"\n')
    (well,) = check_keys()
    assert well.message.startswith("1 changed in")
    file.write_text('[live]\nnext = "cmd+n"\n')
    (note,) = check_keys()
    assert note.message.startswith("keys.toml:2 cmd+n cannot be bound to next")
    assert note.fix == "salesnerd keys --check"
    output = json.loads(run("settings", "--data", str(tmp_path / "data"), "--mouse", "off", "--json").out)
    assert (output["keys"], output["mouse"]) == (str(file), "off")
