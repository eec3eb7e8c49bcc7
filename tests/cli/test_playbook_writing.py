"""The tools that write and explain playbooks: new, schema, show, why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salesnerd_tui.cli import playbook
from salesnerd_tui.playbook.yaml_writer import SCHEMA_FILE

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's playbook folder, which does not exist yet."""
    folder = tmp_path / "config" / "playbooks"
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(folder))
    return folder


def run(*words: str) -> int:
    return playbook.main(list(words))


def test_a_new_playbook_works_at_once(folder: Path, capsys: Captured) -> None:
    assert run("new", "my_call") == 0
    assert "lint my_call --watch" in capsys.readouterr().out
    text = (folder / "my_call.yaml").read_text()
    assert text.startswith(f"# yaml-language-server: $schema=./{SCHEMA_FILE}\n")
    assert "playbook: My call\n" in text
    assert run("lint", "my_call", "--strict") == 0
    assert run("test", "my_call", "--strict") in (0, 1)
    assert "3 passed, 0 failed" in capsys.readouterr().out


def test_what_is_written_is_for_its_owner_only(folder: Path) -> None:
    run("new", "team/my_call")
    modes = {
        path.relative_to(folder.parent): path.stat().st_mode & 0o777 for path in (folder.parent, *folder.rglob("*"))
    }
    assert {mode for path, mode in modes.items() if path.suffix} == {0o600}
    assert {mode for path, mode in modes.items() if not path.suffix} == {0o700}
    assert (
        (folder / "team" / "my_call.yaml").read_text().startswith(f"# yaml-language-server: $schema=../{SCHEMA_FILE}")
    )


def test_nothing_is_written_over(folder: Path, capsys: Captured) -> None:
    folder.mkdir(parents=True)
    (folder / "my_call.yml").write_text("mine")
    assert run("new", "my_call") == 1
    assert "already exists" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["my_call.yml"]


def test_standing_on_another_playbook(folder: Path, capsys: Captured) -> None:
    assert run("new", "erstes", "--from", "first_call") == 0
    assert run("lint", "erstes", "--strict") == 0
    capsys.readouterr()
    assert run("show", "erstes") == 0
    assert "id: last_time" in capsys.readouterr().out


def test_a_copy_stands_alone(folder: Path, capsys: Captured) -> None:
    assert run("new", "mine", "--from", "common/detours", "--copy") == 0
    text = (folder / "mine.yaml").read_text()
    assert text.count("yaml-language-server") == 1
    assert "\nlibrary: " in text
    assert run("lint", "mine", "--strict") == 0
    capsys.readouterr()


@pytest.mark.parametrize("name", ["../up", "/etc/x", "My Call", "a//b", ".hidden", "", "x" * 200, "a\0b"])
def test_a_name_that_cannot_be_a_file_here(name: str, folder: Path, capsys: Captured) -> None:
    assert run("new", name) == 2
    assert "invalid name '" in capsys.readouterr().err
    assert not folder.exists()


def test_an_unknown_parent_is_guessed(folder: Path, capsys: Captured) -> None:
    assert run("new", "mine", "--from", "frist_call") == 2
    assert "did you mean 'first_call'" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path / "file" / "below"))
    assert run("new", "mine") == 1
    assert "cannot write" in capsys.readouterr().err


def test_why_shows_both_sides_and_the_finding_itself(capsys: Captured) -> None:
    assert run("explain", "p202") == 0
    output = capsys.readouterr().out
    assert "P202 error: unknown goto target" in output
    assert "did you mean 'cost'?" in output
    assert "{goto: cots}" in output
    assert "{goto: cost}" in output


def test_why_of_a_rule_about_several_files_and_of_advice(capsys: Captured) -> None:
    assert run("explain", "P603", "P401") == 0
    output = capsys.readouterr().out
    assert "# ok P401 your reason" in output


def test_why_guesses_and_lists(capsys: Captured) -> None:
    assert run("explain", "P20") == 2
    assert "similar: P201, P202" in capsys.readouterr().err
    assert run("explain", "202") == 2
    assert "did you mean 'P202'" in capsys.readouterr().err
    assert run("explain") == 0
    assert "P412  advice" in capsys.readouterr().out


@pytest.mark.parametrize("gone", ["fmt", "rename"])
def test_what_is_no_longer_there_is_refused(gone: str, capsys: Captured) -> None:
    assert run(gone) == 2
    assert f"unknown command '{gone}'" in capsys.readouterr().err


def test_schema_for_the_shell_and_for_the_editor(folder: Path, capsys: Captured) -> None:
    assert run("schema", "first_call") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "salesnerd playbook"
    assert run("schema", "--write") == 0
    assert f"$schema=./{SCHEMA_FILE}" in capsys.readouterr().out
    assert (folder / SCHEMA_FILE).stat().st_mode & 0o777 == 0o600


def test_show_of_a_playbook_with_errors_tells_them(folder: Path, capsys: Captured) -> None:
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(
        "playbook: Mine\nagenda:\n  - ask: What?\n    id: a\n    answers: {It: {goto: b}}\n"
    )
    assert run("show", "mine") == 1
    output = capsys.readouterr()
    assert "{goto: b}" in output.out
    assert "P202" in output.err
    assert run("show", "nowhere") == 1
