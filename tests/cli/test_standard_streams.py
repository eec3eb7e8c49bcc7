"""Standard streams that cannot be written: one line instead of a traceback, and a reliable exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from thoroughness import some

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")

COMMANDS = [
    "--help",
    "--version",
    "calls --help",
    "live --help",
    "keys",
    "playbook list",
    "playbook schema",
    "playbook show first_call",
    "doctor",
    "settings",
    "coach --help",
]


def run(words: str, where: str, folder: Path, pipefail: bool = False) -> subprocess.CompletedProcess[str]:
    """The command by way of a shell, with its streams sent elsewhere."""
    command = f"{sys.executable} -m salesnerd_tui {words} {where}"
    home = {"SALESNERD_DATA": str(folder / "data"), "HOME": str(folder), "SALESNERD_PLAYBOOKS": str(folder / "books")}
    status = "; exit ${PIPESTATUS[0]}" if pipefail else ""
    return subprocess.run(
        ["bash", "-c", command + status],
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("words", some(COMMANDS, 3))
@pytest.mark.parametrize(("where", "reason"), [(">/dev/full", "no space left on device"), (">&-", "it is closed")])
def test_output_that_cannot_be_written_is_one_line(words: str, where: str, reason: str, tmp_path: Path) -> None:
    done = run(words, where, tmp_path)
    assert done.stderr == f"salesnerd: cannot write to standard output: {reason}\n"
    assert done.returncode == 1


@pytest.mark.parametrize("words", some(COMMANDS, 3))
def test_a_reader_that_has_gone_is_nothing_to_report(words: str, tmp_path: Path) -> None:
    done = run(words, "| true", tmp_path, pipefail=True)
    assert done.stderr == ""
    assert done.returncode == 0


def test_more_than_a_buffer_holds_is_reported_too(tmp_path: Path) -> None:
    for where in (">/dev/full", ">&-"):
        done = run("playbook schema", where, tmp_path)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-", ">/dev/full 2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_wrong_command_is_status_2_wherever_its_words_go(where: str, tmp_path: Path) -> None:
    done = run("playbok", where, tmp_path)
    assert done.returncode == 2
    assert done.stderr == ""
    assert done.stdout == ""


def test_no_file_of_ours_takes_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    """Otherwise printed text would be written into the file."""
    done = run("playbook new mine", "<&- >&-", tmp_path)
    assert done.returncode == 1
    (written,) = (tmp_path / "books").glob("*.yaml")
    assert "playbook:" in written.read_text()
    assert "mine.yaml" not in written.read_text().splitlines()[-1]


def test_a_command_that_prints_nothing_needs_no_output(tmp_path: Path) -> None:
    done = run("status", ">&-", tmp_path)
    assert "Traceback" not in done.stderr
