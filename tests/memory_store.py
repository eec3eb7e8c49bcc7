"""Event store in memory, which confirms what it keeps when a test says so."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.call.events import Event
from salesnerd_tui.call_session import OnWritten
from salesnerd_tui.storage.errors import WriteSaved


class MemoryStore:
    def __init__(self) -> None:
        self.kept: list[Event] = []
        self.draft = ""
        self.is_closed = False
        self.waiting: list[tuple[OnWritten, range]] = []

    def save(self, events: Sequence[Event], on_written: OnWritten) -> range:
        numbers = range(len(self.kept), len(self.kept) + len(events))
        self.kept.extend(events)
        self.waiting.append((on_written, numbers))
        return numbers

    def confirm(self) -> None:
        while self.waiting:
            on_written, numbers = self.waiting.pop(0)
            on_written(WriteSaved(numbers))

    def save_draft(self, text: str) -> None:
        self.draft = text

    def close(self) -> None:
        self.is_closed = True
