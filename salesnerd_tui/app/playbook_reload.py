"""A playbook that is saved during a call is on the screen within a second; reading it never holds up a key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from salesnerd_tui.app.background import beside_the_keys
from salesnerd_tui.playbook.library import Library, Loaded
from salesnerd_tui.playbook.watch import FileWatch
from salesnerd_tui.text import one_line

LOOK_SECONDS = 0.2
"""Real seconds between two looks: with the stillness of 0.1 s a save is noticed within half a second."""


class PlaybookReloader:
    """Watches the files of one playbook on a thread of its own, and tells (on that thread) what a save gave."""

    def __init__(self, library: Library, sources: Iterable[str], told: Callable[[Loaded], None]) -> None:
        self._library = library
        self._files = tuple(Path(name) for name in sources)
        self._told = told
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="playbook-watch", daemon=True)

    def start(self) -> None:
        """Begin; a playbook without files (a demo's, a lost one) has nothing to watch."""
        if self._files:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        watch = FileWatch(self._files)
        while not self._stop.wait(LOOK_SECONDS):
            if watch.looks(time.monotonic()):
                with beside_the_keys():
                    loaded = self._library.load(self._files[0])
                    self._told(loaded)
                watch.follow(Path(name) for name in loaded.sources) if loaded.sources else None


def loaded_trouble(loaded: Loaded) -> str:
    """Why a save was not taken; empty when it was. The place comes first: the line may be cut at its end."""
    if loaded.playbook is not None:
        return ""
    stays = "; the last good playbook stays"
    if not loaded.errors:
        return f"{loaded.path.name} is no playbook{stays}"
    first = loaded.errors[0]
    hint = f" ({first.hint})" if first.hint else ""
    spot = first.spot
    return one_line(f"{Path(spot.file).name}:{spot.line}:{spot.column} {first.message}{hint}") + stays
