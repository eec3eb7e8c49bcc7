"""Files for the user: private, whole or absent, and never overwritten by accident."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from hostile import HOSTILE
from salesnerd_tui.files import AlreadyExists, CannotWrite, proposed_name, write_private


def test_a_file_is_overwritten_only_if_that_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "call.md"
    write_private(target, "first")
    with pytest.raises(AlreadyExists):
        write_private(target, "second")
    assert target.read_text() == "first"
    write_private(target, "second", force=True)
    assert target.read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["call.md"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_missing_folders_are_made_only_if_that_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "call.md"
    with pytest.raises(CannotWrite, match="cannot write"):
        write_private(target, "text")
    write_private(target, "text", make_folders=True)
    assert target.read_text() == "text"
    assert target.parent.stat().st_mode & 0o777 == 0o700


def test_an_impossible_name_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nul\0", Path()):
        for force in (False, True):
            with pytest.raises(CannotWrite):
                write_private(path, "text", force=force)


@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_leaves_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool) -> None:
    target = tmp_path / "call.md"
    if force:
        target.write_text("before")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left"):
        write_private(target, "after", force=force)
    assert [path.read_text() for path in tmp_path.iterdir()] == (["before"] if force else [])


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("Acme", "./acme-2026-11-29.md"),
        ("Sunny Side Clinic, Inc.", "./sunny-side-clinic-inc-2026-11-29.md"),
        ("../../etc/passwd", "./etc-passwd-2026-11-29.md"),
        ("-rf ~", "./rf-2026-11-29.md"),
        ("\x1b[2J", "./2j-2026-11-29.md"),
        ("", "./call-2026-11-29.md"),
        ("a" * 500, f"./{'a' * 40}-2026-11-29.md"),
    ],
)
def test_a_proposed_name_is_made_of_account_and_day_and_stays_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert proposed_name(account, "2026-11-29") == name


def test_a_proposed_name_is_no_file_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for expected in ("./acme-plan.md", "./acme-plan-2.md", "./acme-plan-3.md"):
        assert proposed_name("Acme", "plan") == expected
        write_private(tmp_path / expected, "x")


@pytest.mark.parametrize("text", list(HOSTILE.values()))
def test_a_hostile_account_never_names_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_private(Path(proposed_name(text)), "x")
    assert [file.parent.resolve() for file in tmp_path.rglob("*")] == [tmp_path.resolve()]
