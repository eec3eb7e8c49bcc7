"""Settings, stored in a separate TinyDB file, and the habits that the coach has learned."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, fields
from tinydb import where

from salesnerd_tui.call.events import Event, TapKind
from salesnerd_tui.coach.tap_habits import MAX_LEVEL, TapEffect, TapHabit, interval_factors, learn_habits, read_effects
from salesnerd_tui.storage.call_files import CallPaths, RecoveredCall, read_call, to_json
from salesnerd_tui.storage.disk import Disk, FileLock, LockHeld
from salesnerd_tui.storage.errors import error_message
from salesnerd_tui.storage.journal import Database, JournalStorage

EXIT_SECONDS = 5.0
"""Longest time that the end of the program waits for the disk; one fsync takes 30 ms on a slow disk."""


class SettingsStore:
    """Settings by name. `problem` says why the last value was not written, and is empty if it was.

    `set` changes the value in memory at once, and a thread writes it; the end of the program waits for that thread.
    """

    def __init__(self, path: Path, disk: Disk, on_damage: Callable[[RecoveredCall], None]) -> None:
        self.problem = ""
        self._files = CallPaths(path)
        self._disk = disk
        self._on_damage = on_damage
        self._values: dict[str, Any] | None = None
        self._write_lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value set last. Values that another running program sets later are not seen."""
        return self._loaded_values().get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Remember a JSON value. Raises `ValueError` or `TypeError` for any other; never waits for the disk."""
        to_json(value)
        values = self._loaded_values()
        values[name] = value
        if not self._threads:
            atexit.register(self.wait, EXIT_SECONDS)
        thread = threading.Thread(target=self._write, args=(name, values), name="settings", daemon=True)
        self._threads = [thread, *(old for old in self._threads if old.is_alive())]
        thread.start()

    def wait(self, timeout_seconds: float | None = None) -> None:
        """Wait until everything set so far is written or has failed, at most `timeout_seconds` for each value."""
        for thread in self._threads:
            thread.join(timeout_seconds)

    def _loaded_values(self) -> dict[str, Any]:
        if self._values is None:
            try:
                rows = list(self._read_files().tables.get("settings", {}).values())
            except OSError:
                rows = []
            self._values = {row["name"]: row.get("value") for row in rows if isinstance(row.get("name"), str)}
        return self._values

    def _read_files(self) -> RecoveredCall:
        return read_call(self._files, self._disk, has_saved_count=False)

    def _write(self, name: str, values: Mapping[str, Any]) -> None:
        """Write the latest value: several threads may write the same setting, in any order."""
        with self._write_lock:
            try:
                self._write_locked(name, values)
                self.problem = ""
            except LockHeld:
                self.problem = "another window is changing the settings; try again"
            except OSError as problem:
                self.problem = error_message(problem)

    def _write_locked(self, name: str, values: Mapping[str, Any]) -> None:
        lock = FileLock(self._files.lock, self._disk)
        try:
            try:
                stored = self._read_files()
            except FileNotFoundError:
                stored = RecoveredCall()
            if stored.damaged_files:
                self._on_damage(stored)
            storage = JournalStorage(self._files, self._disk, stored.tables, needs_merge=stored.needs_merge)
            with Database(storage=lambda: storage) as database:
                database.table("settings").upsert({"name": name, "value": values[name]}, where("name") == name)
        finally:
            lock.release()


HABITS_SETTING = "coach"
"""The setting's name: `{kind: {level, in_vain, heeded, ignored, dismissed}}`."""

MAX_COUNT = 1_000_000


class HabitStore:
    """Habits of the user with each kind of tap; `only_dismissed` ignores other reactions, as in a recording."""

    def __init__(self, settings: SettingsStore, *, only_dismissed: bool = False) -> None:
        self._settings = settings
        self._only_dismissed = only_dismissed

    def known(self) -> dict[TapKind, TapHabit]:
        """Return what was learned so far; invalid parts of the stored value are ignored."""
        stored = self._settings.get(HABITS_SETTING)
        if not isinstance(stored, dict):
            return {}
        return {kind: _valid_habit(stored[kind]) for kind in TapKind if isinstance(stored.get(kind), dict)}

    def pauses(self) -> dict[TapKind, float]:
        """Return the factor on the pause before each kind of tap, for kinds with a longer pause than usual."""
        return interval_factors(self.known())

    def learn(self, events: Sequence[Event], since: int = 0) -> None:
        """Learn from the reactions to the taps from event number `since` on. Never waits for the disk."""
        taps = [tap for tap in read_effects(events, since) if not self._only_dismissed or tap[1] is TapEffect.DISMISSED]
        if taps:
            learned = learn_habits(self.known(), taps)
            self._settings.set(HABITS_SETTING, {str(kind): asdict(habit) for kind, habit in learned.items()})

    def forget(self) -> None:
        self._settings.set(HABITS_SETTING, {})


def _valid_habit(stored: dict[str, Any]) -> TapHabit:
    values = {field.name: stored.get(field.name, 0) for field in fields(TapHabit)}
    counts = {name: value if type(value) is int and 0 <= value <= MAX_COUNT else 0 for name, value in values.items()}
    return TapHabit(**{**counts, "level": min(counts["level"], MAX_LEVEL)})
