"""The few things a person sets once: a TinyDB of its own, on the same storage as the calls."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinydb import where

from salesnerd_tui.notes.disk import Disk
from salesnerd_tui.notes.files import Files
from salesnerd_tui.notes.lines import Tables, to_json
from salesnerd_tui.notes.lock import FileLock, Held
from salesnerd_tui.notes.receipts import in_words
from salesnerd_tui.notes.recovery import Found, read_call
from salesnerd_tui.notes.storage import Database, JournalStorage

LAST_SECONDS = 5.0
"""How long the end of the program waits for a disk that does not answer; fsync takes 30 ms on a slow one."""


class Settings:
    """Values by name. `problem` says why the last one was not written; empty when all is well.

    A value is set in memory at once and written by a short thread, which the end of the program waits for.
    """

    def __init__(self, path: Path, disk: Disk, damaged: Callable[[Found], None]) -> None:
        self.problem = ""
        self._files = Files(path)
        self._disk = disk
        self._damaged = damaged
        self._values: dict[str, Any] | None = None
        self._writing = threading.Lock()
        self._threads: list[threading.Thread] = []

    def get(self, name: str, default: Any = None) -> Any:
        """The value set last, by any copy of the program that had ended when this one first asked."""
        return self._known().get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Remember a JSON value. Raises `ValueError` or `TypeError` for any other; never waits for the disk."""
        to_json(value)
        self._known()[name] = value
        if not self._threads:
            atexit.register(self.wait, LAST_SECONDS)
        thread = threading.Thread(target=self._write, args=(name, value), name="settings", daemon=True)
        self._threads = [thread, *(old for old in self._threads if old.is_alive())]
        thread.start()

    def wait(self, timeout_seconds: float | None = None) -> None:
        """Return when everything set so far is written, or could not be, or after so long for each."""
        for thread in self._threads:
            thread.join(timeout_seconds)

    def _known(self) -> dict[str, Any]:
        if self._values is None:
            rows = self._read().get("settings", {}).values()
            self._values = {row["name"]: row.get("value") for row in rows if isinstance(row.get("name"), str)}
        return self._values

    def _read(self) -> Tables:
        try:
            return read_call(self._files, self._disk).tables
        except OSError:
            return {}

    def _write(self, name: str, value: Any) -> None:
        with self._writing:
            try:
                self._write_locked(name, value)
                self.problem = ""
            except Held:
                self.problem = "another window is changing the settings: set it once more"
            except OSError as problem:
                self.problem = in_words(problem)

    def _write_locked(self, name: str, value: Any) -> None:
        lock = FileLock(self._files.lock, self._disk)
        try:
            try:
                found = read_call(self._files, self._disk)
            except FileNotFoundError:
                found = Found()
            if found.damaged:
                self._damaged(found)
            storage = JournalStorage(self._files, self._disk, found.tables, unfolded=found.unfolded)
            with Database(storage=lambda: storage) as database:
                database.table("settings").upsert({"name": name, "value": value}, where("name") == name)
        finally:
            lock.release()
