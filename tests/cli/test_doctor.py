"""`salesnerd doctor`: it reports what works, explains how to fix what does not, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli_runs import Run
from salesnerd_tui.cli import doctor
from salesnerd_tui.cli.doctor import CheckResult, State
from salesnerd_tui.storage.call_store import CallStore


def find_result(check: str, findings: list[CheckResult]) -> CheckResult:
    return next(each for each in findings if each.check == check)


def test_a_healthy_machine_is_ready_and_nothing_is_left_behind(tmp_path: Path, run: Run) -> None:
    data = tmp_path / "not" / "yet" / "data"
    states = {each["check"]: each["state"] for each in json.loads(run("doctor", "--data", str(data), "--json").out)}
    assert (states["store"], states["lock"], states["playbooks"]) == ("well", "well", "well")
    assert not list(tmp_path.iterdir())


def test_an_existing_folder_is_unchanged(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    findings = list(doctor.check_folders(tmp_path))
    assert find_result("private", findings).state is State.WELL
    assert not list(tmp_path.iterdir())


def test_files_readable_by_others_are_reported_with_the_fix(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    open_to_all = tmp_path / "notes.json"
    open_to_all.write_text("{}")
    open_to_all.chmod(0o644)
    private = find_result("private", list(doctor.check_folders(tmp_path)))
    assert private.state is State.NOTE, "it is worth fixing, and prevents no call"
    assert str(open_to_all) in private.message
    assert private.fix == f"chmod -R go= {tmp_path}"


def test_a_folder_full_of_other_files_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MAX_COUNTED_FILES", 3)
    for number in range(9):
        (tmp_path / f"{number}.txt").touch(mode=0o644)
    walked: list[Path] = []

    def walk(path: Path) -> bool:
        walked.append(path)
        return True

    monkeypatch.setattr(doctor, "_is_open_to_others", walk)
    private = find_result("private", list(doctor.check_folders(tmp_path)))
    assert "3 or more files are readable by other users" in private.message
    assert len(walked) == 3


def test_folders_of_the_settings_that_are_missing_are_reported(tmp_path: Path) -> None:
    data, vault = tmp_path / "data", tmp_path / "vault"
    vault.mkdir()
    data.mkdir(mode=0o700)
    assert list(doctor.check_setting_folders(data)) == list(doctor.check_setting_folders(tmp_path / "none")) == []
    settings = CallStore(data).settings
    settings.set("vault", str(vault))
    settings.set("invites", str(tmp_path / "gone"))
    settings.wait()
    found = {each.check: each for each in doctor.check_setting_folders(data)}
    assert found["vault"] == CheckResult("vault", State.WELL, str(vault))
    assert found["invitations"].state is State.NOTE
    assert "gone is not a directory: the start page shows no next call" in found["invitations"].message
    assert "salesnerd settings --invites DIR" in found["invitations"].fix


def test_a_file_where_the_folder_should_be(tmp_path: Path, run: Run) -> None:
    blocked = tmp_path / "data"
    blocked.write_text("mine")
    out = run("doctor", "--data", str(blocked), status=1).out
    assert "is not a directory" in out
    assert "another one with --data" in out
    assert blocked.read_text() == "mine"


def test_a_file_where_the_folder_should_be_is_one_problem(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("x")
    problems = [each for each in doctor.check_folders(file) if each.state is State.BAD]
    assert [each.check for each in problems] == ["calls folder"]


@pytest.mark.parametrize("name", ["x" * 300, "loop"])
def test_a_name_that_the_system_refuses_is_one_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    results = list(doctor.check_folders(tmp_path / name))
    assert [*doctor.check_setting_folders(tmp_path / name)] == []
    (problem,) = results
    assert (problem.check, problem.state) == ("calls folder", State.BAD)
    assert f"data directory {tmp_path / name} cannot be used" in problem.message
    assert "--data" in problem.fix


def test_a_deleted_working_directory_prevents_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert find_result("clipboard", list(doctor.check_tools({"EDITOR": "true"}))).state is State.WELL


def test_a_lock_that_does_not_work_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Toothless:
        is_effective = True

        def __init__(self, path: Path, disk: object) -> None: ...

        def ensure_locked(self) -> None: ...

        def write_saved_count(self, entries: int, *, durable: bool = False) -> None: ...

        def release(self, *, keep_count: bool = False) -> None: ...

    monkeypatch.setattr("salesnerd_tui.storage.call_files.FileLock", Toothless)
    assert find_result("lock", list(doctor.check_folders(tmp_path))).state is State.BAD


def test_a_broken_playbook_of_the_user_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text("playbook: Mine\nagenda:\n  - axe: What?\n")
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    findings = list(doctor.check_playbooks())
    mine = find_result("playbook mine", findings)
    assert mine.state is State.NOTE
    assert mine.fix.startswith("salesnerd playbook lint")
    assert find_result("playbooks", findings).state is State.WELL


@pytest.mark.parametrize("ambiguous", [1, 2])
def test_symbols_are_measured_by_the_cursor_position(ambiguous: int) -> None:
    """A terminal that draws ambiguous characters two cells wide tears every line behind them."""
    answers: list[bytes] = []

    def write(data: bytes) -> None:
        sign = re.sub(rb"\x1b\[(6n|K)|\r", b"", data).decode()
        if b"\x1b[6n" in data:
            cells = cell_len(sign) * (ambiguous if sign == "▲" else 1)
            answers.append(b"\x1b[1;%dR" % (cells + 1))

    widths = doctor.measure("a▲─", write, lambda _: answers.pop())
    assert widths == {"a": 1, "▲": ambiguous, "─": 1}
    judged = doctor.judge_widths(widths)
    assert judged.state is (State.WELL if ambiguous == 1 else State.BAD)
    assert "▲" in judged.message
    assert bool(judged.fix) == (ambiguous == 2)


def test_a_silent_terminal_is_not_waited_for() -> None:
    assert doctor.measure("▲", lambda _: None, lambda _: b"") is None


def test_a_missing_editor_is_a_note() -> None:
    findings = list(doctor.check_tools({"EDITOR": "no-such-editor -w"}))
    assert find_result("editor", findings).fix.startswith("export EDITOR")
    assert all(each.state is not State.BAD for each in findings), "a call can do without"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, "none, because NO_COLOR is set"),
        ({"COLORTERM": " TrueColor"}, "256 or more"),
        ({"TERM": "xterm-kitty"}, "256 or more"),
        ({"TERM": "xterm"}, "16"),
        ({"TERM": "vt220"}, "none, because TERM is vt220"),
    ],
)
def test_colors_are_those_that_the_screens_use(environment: dict[str, str], expected: str) -> None:
    message = find_result("colors", list(doctor.check_screen(environment))).message
    assert message.partition(";")[0] == expected


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("UTF_8", "UTF-8"), ("cp65001", "UTF-8"), ("ISO-8859-1", "iso-8859-1: other characters are shown as ?")],
)
def test_the_encoding_is_read_as_the_screens_read_it(
    encoding: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    assert find_result("encoding", list(doctor.check_screen({}))).message == expected


def test_a_fix_that_the_error_names_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "calls").write_text("not a folder")
    calls = find_result("calls", list(doctor.check_folders(tmp_path)))
    assert calls.message.endswith("calls is not a directory")
    assert calls.fix == "choose another with --data DIR"


def test_a_path_with_brackets_is_not_cut(tmp_path: Path) -> None:
    folder = tmp_path / "calls (old) (2)"
    folder.mkdir()
    (folder / "calls").write_text("not a folder")
    calls = find_result("calls", list(doctor.check_folders(folder)))
    assert calls.message.endswith("calls (old) (2)/calls is not a directory")
    assert calls.fix == "choose another with --data DIR"
