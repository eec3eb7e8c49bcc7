"""Work on other threads that must not delay keys, and the reload of a playbook that is saved during a call.

Note: by default Python lets a thread run for 5 ms when another wants to, and a key needs four or five switches until it
is on the screen; reading 1,000 questions also triggers long garbage collections. While such a playbook was saved
repeatedly, the slowest 1 % of keys took 138 to 218 ms, and 70 ms while nothing was saved (150 keys each, load 4;
measured without this module).
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.garbage import paused_collection
from salesnerd_tui.playbook.diagnostics import FIRST_FIELD_CODE
from salesnerd_tui.playbook.watch import FileWatcher
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.library import Library, LoadResult

SWITCH_SECONDS = 0.0005
"""Longest time that a thread keeps the interpreter from another; background work gets a few percent slower."""


def shorten_switch_interval() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)


@contextlib.contextmanager
def background_work() -> Iterator[None]:
    """Run a block on a worker thread without delaying keys; garbage collection is off inside.

    Objects made inside are exempt from later collections: a long playbook would take 18 ms each time. They are freed
    all the same, because almost none of them is in a reference cycle (33 of 77,000).
    """
    shorten_switch_interval()
    with paused_collection(freezes=True):
        yield


CHECK_INTERVAL_SECONDS = 0.2
"""Real seconds between two checks: a save is noticed within half a second."""


class PlaybookReloader:
    """Watches the files of one playbook and calls `on_saved`, on its own thread, with each loaded version.

    A save between its creation and its start counts: a screen starts it after the first frame, and may be in an editor
    before that.
    """

    def __init__(self, library: Library, sources: Iterable[str], on_saved: Callable[[LoadResult], None]) -> None:
        self._library = library
        self._files = tuple(Path(name) for name in sources)
        self._watcher = FileWatcher(self._files)
        self._on_saved = on_saved
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="playbook-watch", daemon=True)

    def start(self) -> None:
        """Start watching; a playbook without files (the demo's, a missing one) has nothing to watch."""
        if self._files:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(CHECK_INTERVAL_SECONDS):
            if self._watcher.has_changed(time.monotonic()):
                with background_work():
                    loaded = self._library.load(self._files[0])
                    self._on_saved(loaded)
                if loaded.sources:
                    self._watcher.watch(Path(name) for name in loaded.sources)


def load_problem(loaded: LoadResult) -> str:
    """Return why a saved version is not used, or an empty string. The location comes first: the line may be cut."""
    if loaded.playbook is not None:
        return ""
    consequence = "; the last valid version stays in use"
    if not loaded.errors:
        return f"{loaded.path.name} is not a playbook{consequence}"
    first = min(loaded.errors, key=lambda found: found.code >= FIRST_FIELD_CODE)  # an error in the YAML causes others
    hint = f" ({first.hint})" if first.hint else ""
    location = first.location
    return one_line(f"{Path(location.file).name}:{location.line}:{location.column} {first.message}{hint}") + consequence
