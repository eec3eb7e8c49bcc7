"""One call while it is open: its events as they were read, and keeping more."""

from __future__ import annotations

import atexit
from collections.abc import Sequence

from salesnerd_tui.call.codec import to_document
from salesnerd_tui.call.events import Event
from salesnerd_tui.notes.lines import to_json
from salesnerd_tui.notes.lock import FileLock
from salesnerd_tui.notes.reading import read_events
from salesnerd_tui.notes.receipts import CallIsReadOnly, Kept, NotKept
from salesnerd_tui.notes.writer import Batch, Told, Writer

CLOSE_SECONDS = 10.0
"""How long closing waits for a disk that does not answer."""


class CallFile:
    """`events` and `draft` are as read on opening. Made by `Notebook`; close it, or use it in a `with` statement.

    A call that may not be written has no writer: it says why in `problem`, and `keep` raises `CallIsReadOnly`.
    """

    def __init__(
        self,
        call_id: str,
        events: tuple[Event, ...],
        draft: str = "",
        *,
        why_read_only: str = "",
    ) -> None:
        self.id = call_id
        self.events = events
        self.draft = draft
        self._writer: Writer | None = None
        self._lock: FileLock | None = None
        self._why_read_only = why_read_only
        self._next = len(events)
        self._closed = False
        self._unconfirmed: dict[int, tuple[Event, ...]] = {}

    def begin_writing(self, writer: Writer, lock: FileLock) -> None:
        """For the opener: from here on the call can be kept."""
        self._writer = writer
        self._lock = lock
        atexit.register(self.close)

    @property
    def read_only(self) -> bool:
        return self._writer is None

    @property
    def problem(self) -> str:
        """What is wrong now and what to do about it, as a sentence; empty when all is well."""
        return self._why_read_only if self._writer is None else self._writer.problem

    @property
    def unkept(self) -> tuple[Event, ...]:
        """The events that could not be written yet, for copying them somewhere else."""
        if self._writer is None:
            return ()
        lost, _ = read_events(self._writer.lost)
        return (*lost, *(event for batch in self._writer.unkept for event in batch.events))

    @property
    def unsaved(self) -> tuple[Event, ...]:
        """The events that are not on the disk as far as is known: those of `unkept`, and those still waiting for it."""
        lost, _ = read_events(self._writer.lost if self._writer is not None else {})
        waiting = sorted(self._unconfirmed.items())
        return (*lost, *(event for number, events in waiting for event in events if number >= len(lost)))

    def keep(self, events: Sequence[Event], told: Told) -> range:
        """Have the events of one gesture written, and return at once the numbers they have in the call's list.

        `told` is called from the writer's thread: with `Kept` once they are on the disk, or with `NotKept`; what was
        not kept is tried again, and `told` called with `Kept` when that succeeds. Raises `CallIsReadOnly`, and
        `ValueError` for an event that JSON cannot hold (an infinite number).
        """
        if self._writer is None:
            raise CallIsReadOnly(self._why_read_only)
        if self._closed:
            raise CallIsReadOnly("the call is closed")
        documents = [to_document(event) for event in events]
        to_json(documents)
        numbers = range(self._next, self._next + len(documents))
        self._next = numbers.stop
        if numbers:
            self._unconfirmed[numbers.start] = tuple(events)

        def settle(receipt: Kept | NotKept) -> None:
            if isinstance(receipt, Kept) and receipt.numbers == numbers:
                self._unconfirmed.pop(numbers.start, None)
            told(receipt)

        self._writer.keep(Batch(numbers, tuple(events), documents, settle))
        return numbers

    def keep_draft(self, text: str) -> None:
        """Have the text being typed on the disk within half a second; cheap enough for every key, and safe in a signal
        handler."""
        if self._writer is not None:
            self._writer.keep_draft(text)

    def retry(self) -> None:
        """Try now to write what could not be written."""
        if self._writer is not None:
            self._writer.retry()

    def close(self, timeout_seconds: float = CLOSE_SECONDS) -> bool:
        """Write what waits, fold the call into plain TinyDB JSON, let go of it; whether everything is on the disk."""
        if self._writer is None:
            return True
        self._closed = True
        if not self._writer.stop(timeout_seconds):
            return False
        atexit.unregister(self.close)
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        return not self._writer.unkept and not self._writer.lost

    def __enter__(self) -> CallFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
