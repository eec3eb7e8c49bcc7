"""A note that the screen showed as saved survives any crash of the program: once, and unchanged.

A few crashes of each kind by default; `make crash` runs 200 of each (`SALESNERD_CRASH_RUNS`).
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from journeys.live import OPENING, StoredCall, draft_reader, salesnerd, stored_call
from terminal import Terminal
from thoroughness import runs

RUNS = int(os.environ.get("SALESNERD_CRASH_RUNS") or runs(3, brief=1))
MAX_TYPING_SECONDS = 1.6
BETWEEN_NOTES_SECONDS = 0.06
EXIT_SECONDS = 60.0

Crash = Callable[[Terminal], None]
CRASHES: Mapping[str, Crash] = {
    "KILL": lambda terminal: terminal.signal(signal.SIGKILL),
    "TERM": lambda terminal: terminal.signal(signal.SIGTERM),
    "HUP": lambda terminal: terminal.signal(signal.SIGHUP),
    "closed": lambda terminal: terminal.hang_up(),
}


class Typist:
    """Types notes fast and remembers which of them the screen showed as saved."""

    def __init__(self, terminal: Terminal, run: int) -> None:
        self.terminal = terminal
        self.typed: list[str] = []
        self.shown_as_saved: set[str] = set()
        self.draft = ""
        self.draft_seconds = 0.0
        """Seconds from the last letter on the screen until the draft is on disk; negative if the disk was first."""
        self._run = run

    def type_note(self, pause_seconds: float) -> None:
        note = f"note-{self._run}-{len(self.typed)}."
        self.typed.append(note)
        self.terminal.write(f"\r{note}\r".encode())
        self.look(pause_seconds)

    def type_draft(self, on_disk: Callable[[], str]) -> None:
        """Type a draft without entering it, and wait until it is on disk anyway."""
        self.draft = f"draft-{self._run} is not ent"
        seen, kept = list[float](), list[float]()
        self.terminal.write(f"\r{self.draft}".encode())

        def are_both_there() -> bool:
            if not kept and on_disk() == self.draft:
                kept.append(time.perf_counter())
            if not seen and self.terminal.shows(self.draft):
                seen.append(time.perf_counter())
            return bool(seen and kept)

        self.terminal.wait_until(are_both_there, "the draft on the disk")
        self.draft_seconds = kept[0] - seen[0]
        self.look(0.0)

    def has_saved_note(self) -> bool:
        self.look(0.0)
        return bool(self.shown_as_saved)

    def look(self, seconds: float) -> None:
        """Read the screen for this long, and remember what it shows as saved."""
        ends_at = time.perf_counter() + seconds
        while True:
            self.terminal.read(max(0.0, min(0.02, ends_at - time.perf_counter())))
            self.shown_as_saved |= set(re.findall(r"✓ .*?(note-\d+-\d+\.)", self.terminal.text))
            if time.perf_counter() >= ends_at:
                return


def run_until_crash(data: Path, run: int, crash: Crash, chance: random.Random) -> tuple[Typist, StoredCall, int]:
    """Type notes until a random moment, end the call in some way, and return what is on disk."""
    with salesnerd("live", "first_call", "--account", "Acme", data=data, whole_frames=True) as terminal:
        terminal.wait_for(OPENING)
        typist = Typist(terminal, run)
        crashes_at = time.perf_counter() + chance.uniform(0.0, MAX_TYPING_SECONDS)
        typist.type_note(0.0)
        if run % 2 == 0:  # a crash after a saved note, however slow the machine is
            terminal.wait_until(typist.has_saved_note, "a note shown as saved")
        while time.perf_counter() < crashes_at:
            typist.type_note(chance.uniform(0.0, BETWEEN_NOTES_SECONDS))
        if run % 2 == 0:
            typist.type_draft(draft_reader(data))
        crash(terminal)
        status = terminal.wait_exit(EXIT_SECONDS)
    return typist, stored_call(data), status


STATUSES = {"KILL": -signal.SIGKILL, "TERM": 128 + signal.SIGTERM, "HUP": 128 + signal.SIGHUP, "closed": 129}
"""Exit status of each kind of crash."""


def unclean_exits(kind: str, data: Path, status: int) -> Iterator[str]:
    if status != STATUSES[kind]:
        yield f"exit status {status}, not {STATUSES[kind]}"
    log = data / "crash.log"
    if log.exists():
        yield f"a crash is logged: {log.read_text().strip().splitlines()[-1]}"


def lost_notes(typist: Typist, stored: StoredCall) -> Iterator[str]:
    yield from (f"{note} was shown as saved and is lost" for note in sorted(typist.shown_as_saved - set(stored.notes)))
    yield from (f"{note} is stored {count} times" for note, count in stored.notes.items() if count > 1)
    yield from (f"{note} was never typed" for note in stored.notes if note not in typist.typed)
    if typist.draft and stored.draft != typist.draft:
        yield f"the draft {typist.draft!r} is stored as {stored.draft!r}"


@pytest.mark.journey
@pytest.mark.crash
@pytest.mark.parametrize("kind", CRASHES)
def test_nothing_shown_as_saved_is_lost(kind: str, tmp_path: Path) -> None:
    chance = random.Random(f"{kind} {RUNS}")
    lost, unclean = list[str](), list[str]()
    typists: list[Typist] = []
    for run in range(RUNS):
        typist, stored, status = run_until_crash(tmp_path / str(run), run, CRASHES[kind], chance)
        unclean += [f"run {run}: {problem}" for problem in unclean_exits(kind, tmp_path / str(run), status)]
        lost += [f"run {run}: {problem}" for problem in lost_notes(typist, stored)]
        typists.append(typist)
    typed, shown_as_saved = (
        sum(map(len, notes)) for notes in zip(*((each.typed, each.shown_as_saved) for each in typists), strict=True)
    )
    late = sorted(each.draft_seconds for each in typists if each.draft)
    print(f"\n{kind}: {RUNS} crashes, {typed} notes typed, {shown_as_saved} shown as saved, {len(late)} drafts")
    print(f"{kind}: the slowest drafts on the disk after {', '.join(f'{each:.2f}' for each in late[-5:])} s")
    print(f"{kind}: {len(lost)} lost notes, {len(unclean)} unclean exits")
    assert lost == []
    assert unclean == []
    assert shown_as_saved >= (RUNS + 1) // 2, "too few notes were shown as saved for a valid result"
