"""Files: only regular ones are read, and only as much as fits; files for the user are private, whole or absent."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hostile import HOSTILE
from salesnerd_tui.cli import main
from salesnerd_tui.cli.output import announce_reading
from salesnerd_tui.files import (
    AlreadyExists,
    CannotWrite,
    NotRegular,
    TooLarge,
    proposed_name,
    read_regular,
    url_hint,
    write_private,
)
from thoroughness import some


def test_a_regular_file_is_read_in_full_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_bytes(b"x" * 3000)
    assert read_regular(path, 3000) == b"x" * 3000
    (tmp_path / "link").symlink_to(path)
    assert len(read_regular(tmp_path / "link", 5000)) == 3000
    with pytest.raises(TooLarge, match="larger than 3 KB"):
        read_regular(path, 2999)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to device").symlink_to("/dev/zero")
    for name in ("pipe", "to device"):
        with pytest.raises(NotRegular, match=r"named pipe|device"):
            read_regular(tmp_path / name, 100)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 100)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(tmp_path / "s"))
        with pytest.raises(OSError):
            read_regular(tmp_path / "s", 100)


@pytest.mark.parametrize("name", ["file:///a.vtt", "file:/a.vtt", "https://a.example/b.vtt"])
def test_a_url_is_recognized(name: str) -> None:
    assert url_hint(name) == url_hint(Path(name)) == " (expected a path, not a URL)"


@pytest.mark.parametrize("name", ["a.vtt", "/a/b.vtt", "C:/a.vtt", "a: b/c.vtt", "10:30/a.vtt"])
def test_a_path_is_no_url(name: str) -> None:
    assert url_hint(name) == ""


def test_a_system_file_without_a_size_is_limited_too() -> None:
    with pytest.raises(TooLarge):
        read_regular(Path("/proc/self/status"), 10)


@pytest.mark.parametrize("odd", some(["pipe", "/dev/zero", "link", "folder", "huge"], 2))
@pytest.mark.parametrize(
    "words",
    [["coach", "{odd}", "--me", "Ana"], ["keys", "--check", "{odd}"], ["playbook", "lint", "{odd}"]],
    ids=lambda words: words[0],
)
def test_commands_refuse_anything_but_regular_files(odd: str, words: list[str], tmp_path: Path) -> None:
    path = tmp_path / odd if not odd.startswith("/") else Path(odd)
    if odd == "pipe":
        os.mkfifo(path)
    elif odd == "link":
        path.symlink_to("/dev/urandom")
    elif odd == "folder":
        path.mkdir()
    elif odd == "huge":
        with path.open("wb") as file:
            file.truncate(400 << 20)
    command = [sys.executable, "-m", "salesnerd_tui", *(word.format(odd=path) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode in (1, 2) or (odd == "folder" and words[0] == "playbook"), "a folder of playbooks is checked"
    assert "Traceback" not in done.stderr
    assert len((done.stdout + done.stderr).strip().splitlines()) <= 6


def test_the_coach_does_not_read_an_endless_standard_input(capsys: pytest.CaptureFixture[str]) -> None:
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            [sys.executable, "-m", "salesnerd_tui", "coach", "-", "--me", "Ana"],
            stdin=endless,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert "larger than 32 MB" in done.stderr


def test_a_pipe_as_keys_file_does_not_hang_the_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "keys.toml")
    monkeypatch.setenv("SALESNERD_KEYS", str(tmp_path / "keys.toml"))
    main(["doctor", "--data", str(tmp_path / "data")])
    assert "named pipe" in capsys.readouterr().out


def test_reading_a_long_transcript_is_announced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "long.txt"
    path.write_text("Ana: so what did you do then?\nBo: we waited for the night shift.\n" * 10_000)
    short = tmp_path / "short.txt"
    short.write_text("Ana: so what did you do then?\nBo: we waited for the night shift.\n")
    announce_reading(short)
    announce_reading(tmp_path)
    announce_reading(tmp_path / "missing")
    assert capsys.readouterr().err == ""
    announce_reading(path)
    assert capsys.readouterr().err == "salesnerd: reading long.txt (635 KB) …\n"


def test_a_file_is_overwritten_only_with_force(tmp_path: Path) -> None:
    target = tmp_path / "call.md"
    write_private(target, "first")
    with pytest.raises(AlreadyExists):
        write_private(target, "second")
    assert target.read_text() == "first"
    write_private(target, "second", force=True)
    assert target.read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["call.md"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_only_the_owner_can_use_a_new_file_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o777)
    try:
        write_private(tmp_path / "new" / "a.md", "x", make_folders=True)
        write_private(tmp_path / "new" / "a.md", "y", force=True)
    finally:
        os.umask(old)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "a.md").stat().st_mode & 0o777 == 0o600


def test_missing_folders_are_created_only_on_request(tmp_path: Path) -> None:
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
    with pytest.raises(CannotWrite, match="the disk is full"):
        write_private(target, "after", force=force)
    assert [path.read_text() for path in tmp_path.iterdir()] == (["before"] if force else [])


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.EACCES, "no permission for {folder} (change its permissions, or choose another folder)"),
        (errno.EROFS, "{folder} is read-only (choose another folder)"),
        (errno.ENOENT, "no file can be created in {folder} (choose another folder)"),
        (errno.EMFILE, os.strerror(errno.EMFILE)),
    ],
)
def test_the_error_of_a_file_that_cannot_be_created_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, hint: str
) -> None:
    target = tmp_path / "call.md"

    def refused(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(CannotWrite) as error:
        write_private(target, "text")
    assert str(error.value) == f"cannot write {target}: {hint.format(folder=tmp_path)}"


def test_a_missing_folder_and_a_folder_as_file_name_are_reported(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match=r"there is no folder .*new \(create it\)"):
        write_private(tmp_path / "new" / "call.md", "text")
    with pytest.raises(CannotWrite, match="it is a folder"):
        write_private(tmp_path, "text", force=True)


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


def test_a_proposed_name_does_not_exist_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
