"""Notes in the vault if the program is killed, two programs write, or the disk is full or read-only."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesnerd_tui.services.vault import VaultResult
from salesnerd_tui.storage.vault_notes import BEGIN_MARKER, END_MARKER
from small_disk import mounted_disk
from thoroughness import runs
from vault_stage import VaultStage

RUNS = int(os.environ.get("SALESNERD_CRASH_RUNS") or runs(3, brief=2))
CHILD = Path(__file__).with_name("vault_child.py")
MINE = "what I know about them"
LONGEST_SECONDS = 0.15
"""Time after the end of a call within which the program is killed; writing its notes takes a third of it."""

ENDED = re.compile(r"^ended (\S+)$", re.MULTILINE)
BLOCK = re.compile(BEGIN_MARKER.format(r"[^\n]*") + r"\n.*?" + END_MARKER + r"\n", re.DOTALL)
Child = subprocess.Popen[str]


@contextlib.contextmanager
def child(folder: Path, account: str, count: int = 0) -> Iterator[Child]:
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent)}
    process = subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), account, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wrong_notes(stage: VaultStage, ended: set[str]) -> Iterator[str]:
    """Yield what is wrong with the vault after the update that repairs it."""
    for name, text in stage.files().items():
        if len(BLOCK.findall(text)) != 1 or text.count("salesnerd:") != 3:
            yield f"{name} is half a note:\n{text}"
    notes = "".join(name for name in stage.files() if name.startswith("Calls/"))
    yield from (f"no note of {call_id}" for call_id in ended if call_id.rpartition("-")[2] not in notes)
    yield from stage.broken_links()
    yield from (f"{path} is left over" for path in stage.vault.rglob(".*"))


@pytest.mark.crash
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_killed_again_and_again_no_note_is_half_and_no_edit_is_lost(tmp_path: Path, how: signal.Signals) -> None:
    chance = random.Random(how)
    stage = VaultStage(tmp_path)
    ended, wrong, half = set[str](), list[str](), 0
    for run in range(RUNS):
        with child(tmp_path, f"Account {run % 3}") as process:
            assert process.stdout is not None
            said = [process.stdout.readline()]
            for _ in range(chance.randrange(1, 4)):
                said.append(process.stdout.readline())
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.0, LONGEST_SECONDS))
            process.send_signal(how)
            ended |= set(ENDED.findall("".join(said) + process.communicate(timeout=60)[0]))
        for name, text in stage.files().items():
            if not name.rpartition("/")[2].startswith(".") and len(BLOCK.findall(text)) != 1:
                wrong.append(f"run {run}: {name} is half a note after the kill")
        half += any(stage.vault.rglob(".*")) or len(list((stage.vault / "Calls").glob("*"))) < len(ended)
        kept = {path: path.read_text() for path in stage.vault.glob("*/*.md")}
        for path, text in kept.items():
            if MINE not in text:
                path.write_text(f"{text}\n{MINE}\n")
        if run % 2:
            # Another account's call, or the command, repairs what the kill has left undone.
            assert stage.update().problems == ()
            wrong += [f"run {run}: {each}" for each in wrong_notes(stage, ended)]
            wrong += [f"run {run}: {path} has lost an edit" for path in kept if MINE not in path.read_text()]
            assert stage.update() == VaultResult()
    print(f"\n{how.name}: {RUNS} deaths, {len(ended)} calls ended, {half} times with notes undone, {len(wrong)} wrong")  # noqa: T201
    assert wrong == []
    assert len(ended) >= RUNS


def test_two_programs_that_end_calls_of_one_account_lose_no_note(tmp_path: Path) -> None:
    with child(tmp_path, "Acme", 2) as one, child(tmp_path, "Acme", 2) as other:
        said = one.communicate(timeout=60)[0] + other.communicate(timeout=60)[0]
    assert said.count("written") == 4, said
    stage = VaultStage(tmp_path)
    assert (stage.vault / "Accounts" / "Acme.md").read_text().count("](../Calls/") == 4
    assert list(wrong_notes(stage, set(ENDED.findall(said)))) == []
    assert stage.update() == VaultResult()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted_disk(tmp_path / "vault", "64k") as folder:
        yield folder


def test_a_disk_that_is_full_or_read_only_leaves_whole_notes_and_the_next_update_makes_up_for_it(
    small_disk: Path,
) -> None:
    stage = VaultStage(small_disk.parent)
    stage.store_call()
    assert stage.update().problems == ()
    path = stage.only_file("Accounts")
    path.write_text(f"{path.read_text()}\n{MINE}\n")
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"x" * 1024):
            pass
    before = stage.files()
    second = stage.store_call()
    assert "the disk is full" in stage.update().problems[0]
    assert stage.files() == before
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert "is read-only" in stage.update().problems[0]
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert stage.update().problems == ()
    assert list(wrong_notes(stage, {second})) == []
    assert path.read_text().endswith(f"{MINE}\n")
