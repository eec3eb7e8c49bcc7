"""Shared code of the journeys: the installed command in a terminal, with its own data folder."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from salesnerd_tui.call.events import Answered, Event, Noted
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.storage.call_store import CallStore
from terminal import Terminal

SALESNERD = str(Path(sys.executable).with_name("salesnerd"))
SIZES = ((120, 40), (80, 24), (40, 12))
E = TypeVar("E", bound=Event)
PLAYBOOK = "first_call"


def on_screen(words: str) -> re.Pattern[str]:
    """Return a pattern for the words, allowing line breaks and a bar at the start of a line."""
    return re.compile(r"\W+".join(map(re.escape, re.findall(r"\w+", words))))


def asked(question: str, after: str = "") -> re.Pattern[str]:
    """Return the question of first_call as shown on the screen, or the follow-up `after` an answer."""
    playbook = Library().load(PLAYBOOK).playbook
    assert playbook is not None
    (found,) = [ask for ask in playbook.call_questions() if ask.id == question]
    probes = {answer.label: answer.follow_up or "" for answer in found.answers}
    return on_screen(probes[after] if after else found.text)


OPENING = on_screen("Thanks for making the time")
"""First text of first_call; the live screen is ready when it appears."""


def salesnerd(*words: str, data: Path, columns: int = 120, rows: int = 40, whole_frames: bool = False) -> Terminal:
    """Start the installed command; `data` is its data folder and home."""
    runtime = data.parent / "r"  # a socket's path has at most 100 bytes: too short for a folder named after the test
    runtime.mkdir(mode=0o700, exist_ok=True)
    environment = {
        "SALESNERD_DATA": str(data),
        "HOME": str(data / "home"),
        "XDG_CONFIG_HOME": str(data / "config"),
        "XDG_RUNTIME_DIR": str(runtime),
    }
    command = [SALESNERD, *words]
    return Terminal(command, columns=columns, rows=rows, environment=environment, whole_frames=whole_frames)


@dataclass(frozen=True, slots=True)
class StoredCall:
    """Stored events and draft of a call."""

    id: str
    events: tuple[Event, ...]
    draft: str

    @property
    def notes(self) -> Counter[str]:
        """Return every typed note, and how often it is stored."""
        words = [event.note for event in self.events if isinstance(event, Answered) and event.note]
        return Counter(words + [event.text for event in self.events if isinstance(event, Noted)])

    def of(self, kind: type[E]) -> Sequence[E]:
        return [event for event in self.events if isinstance(event, kind)]


def stored_call(data: Path) -> StoredCall:
    """Read the only call in a folder as the next start would, without changing it."""
    store = CallStore(data)
    (summary,) = store.summaries()
    call = store.read(summary.id)
    return StoredCall(summary.id, call.events, call.draft)


def draft_reader(data: Path) -> Callable[[], str]:
    """Return a function that reads the stored draft of the only call in a folder."""
    store = CallStore(data)
    (summary,) = store.summaries()
    return lambda: store.read(summary.id).draft
