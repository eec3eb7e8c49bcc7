"""An open call: its events, the thread that writes them, and the draft that is being typed.

One thread owns the call's TinyDB, so the screen never waits for the disk. Events that arrive while the disk is busy are
written together. Events that could not be written stay in order, and are retried with each later note and every few
seconds.

A disk that does not respond stops the thread, so the open call itself reports the events that have waited too long.

A draft is on the disk within half a second. The screen reports each key, and the thread decides when to write: the time
starts with the first key that is not on the disk, so neither a busy screen nor fast typing delays it.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Self

from msgspec import Struct
from tinydb.table import Document as TinyDocument

from salesnerd_tui.call.events import Document, Event, to_document
from salesnerd_tui.storage.call_files import to_json
from salesnerd_tui.storage.errors import StorageError, WriteFailed, WriteSaved, note_error_message
from salesnerd_tui.storage.journal import Database, JournalStorage
from salesnerd_tui.storage.summary import read_events

if TYPE_CHECKING:
    from salesnerd_tui.storage.disk import FileLock

DRAFT_SECONDS = 0.25
"""Longest time that a draft waits for more keys: half of the promised half second; a slow disk needs the other half."""


class DraftTimer:
    """Decides when a draft is written.

    One thread calls `set_text`, another `seconds_left` and `take`; `text` is the latest draft.
    """

    def __init__(self, text: str = "", now: Callable[[], float] = time.monotonic) -> None:
        self.text = text
        self._now = now
        self._changed_at: float | None = None
        """Time of the first change that is not on the disk."""

    def set_text(self, text: str) -> bool:
        """Set the draft. Return whether the writer's thread must be woken."""
        if text == self.text:
            return False
        self.text = text
        if self._changed_at is None:
            self._changed_at = self._now()
            return True
        return not text

    @property
    def seconds_left(self) -> float:
        """Time that the draft may still wait. An empty draft, after its text was entered, is written at once."""
        changed_at = self._changed_at
        return max(changed_at + DRAFT_SECONDS - self._now(), 0.0) if changed_at is not None and self.text else 0.0

    def take(self) -> str:
        """Return the draft to write. A key pressed while it is being written starts a new interval."""
        self._changed_at = None
        return self.text


RETRY_SECONDS = 5.0
"""Interval of retries for unsaved notes, and of checks that the files still exist while nothing is noted."""

MAX_SINGLE_FAILURES = 3
"""Actions that may fail one at a time after the disk refused all together; the others wait for the next retry."""

WriteResult = WriteSaved | WriteFailed
OnWritten = Callable[[WriteResult], None]

_logger = logging.getLogger(__name__)
_logger.addHandler(logging.NullHandler())


class EventBatch(Struct, frozen=True):
    """Events of one action: all of them are stored, or none."""

    numbers: range
    events: tuple[Event, ...]
    documents: Sequence[Document]
    on_written: OnWritten


class _Signal(Enum):
    DRAFT = auto()
    RETRY = auto()
    STOP = auto()


class CallWriter:
    """Thread that writes a call.

    `failed_batches` could not be written, and `error` says why; `lost_documents` are those of events whose files were
    deleted after they were written. These may be read, and all methods called, from any thread and signal handler.
    """

    def __init__(self, storage: JournalStorage, name: str) -> None:
        self.error: OSError | None = None
        self.failed_batches: tuple[EventBatch, ...] = ()
        self.lost_documents: Mapping[str, Document] = {}
        self._last_batch: EventBatch | None = None
        self._storage = storage
        # A SimpleQueue because a signal handler that saves the draft may interrupt its `put`.
        self._inbox: queue.SimpleQueue[EventBatch | _Signal] = queue.SimpleQueue()
        self._draft_on_disk = storage.documents.get("draft", {}).get("1", {}).get("text", "")
        self._draft = DraftTimer(self._draft_on_disk)
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name=f"notes {name}", daemon=True)
        self._thread.start()

    def save(self, batch: EventBatch) -> None:
        self._inbox.put(batch)

    def save_draft(self, text: str) -> None:
        """Write the draft within half a second. If several drafts wait, only the last is written."""
        if self._draft.set_text(text):
            self._inbox.put(_Signal.DRAFT)

    def retry(self) -> None:
        self._inbox.put(_Signal.RETRY)

    @property
    def is_merged(self) -> bool:
        """False if the last merge failed, so that the journal is still needed."""
        return self._storage.is_merged

    def stop(self, timeout_seconds: float) -> bool:
        """Write what waits, merge the journal, and stop. Return whether that was done in time."""
        self._inbox.put(_Signal.STOP)
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        database = Database(storage=lambda: self._storage)
        try:
            self._storage.prepare()
        except OSError as problem:
            self.error = problem
        while not self._is_stopping:
            batches = [*self.failed_batches, *self._receive_batches()]
            self._save(database, batches)
            self._storage.merge_if_due()
            if self.error or not batches:
                self._report_lost(self._storage.restore())
        database.close()
        self._report_lost(self._storage.restore_error)

    def _report_lost(self, error: OSError | None) -> None:
        """Report saved notes as lost, once, because their deleted files cannot be written again.

        Without an error, report that they are saved again.
        """
        rows = self._storage.documents.get("events", {})
        if error is not None:
            self.error = error
        if (error is not None) == bool(self.lost_documents) or not rows:
            return
        numbers = range(max(map(int, rows)) + 1)
        self.lost_documents = dict(rows) if error is not None else {}
        if self._last_batch is not None:
            result = WriteSaved(numbers) if error is None else WriteFailed.from_os_error(numbers, error)
            _deliver(self._last_batch.on_written, result)
        if error is None and self.error is not None:
            for batch in self.failed_batches:
                _deliver(batch.on_written, WriteFailed.from_os_error(batch.numbers, self.error))

    def _receive_batches(self) -> list[EventBatch]:
        """Return the waiting events as soon as there is work. A draft alone may wait for the rest of its time."""
        items = self._receive(RETRY_SECONDS)
        while items and all(item is _Signal.DRAFT for item in items) and (seconds := self._draft.seconds_left) > 0:
            items = self._receive(seconds)
        self._is_stopping |= _Signal.STOP in items
        return [item for item in items if isinstance(item, EventBatch)]

    def _receive(self, timeout_seconds: float) -> list[EventBatch | _Signal]:
        items: list[EventBatch | _Signal] = []
        with contextlib.suppress(queue.Empty):
            items.append(self._inbox.get(timeout=timeout_seconds))
            while True:
                items.append(self._inbox.get_nowait())
        return items

    def _save(self, database: Database, batches: list[EventBatch]) -> None:
        draft = self._draft.take()
        saved, failed = batches, list[EventBatch]()
        error = self._try_write(database, batches, draft)
        if error is not None:
            # The events did not fit together; some may fit one at a time.
            saved, refusals = [], 0
            for batch in batches:
                gives_up = refusals >= MAX_SINGLE_FAILURES
                batch_error = error if gives_up else self._try_write(database, [batch], self._draft_on_disk)
                (failed if batch_error else saved).append(batch)
                error = batch_error or error
                # The disk was not asked about an action that is too large for the file; a smaller one may fit.
                refusals += batch_error is not None and batch_error.errno != errno.EMSGSIZE
            if not failed:
                error = self._try_write(database, [], draft)
        self._report(saved, failed, error)

    def _report(self, saved: list[EventBatch], failed: list[EventBatch], error: OSError | None) -> None:
        self._last_batch = next(reversed((*saved, *failed)), self._last_batch)
        reported = {batch.numbers.start for batch in self.failed_batches}
        self.error = error
        self.failed_batches = tuple(failed)
        for batch in saved:
            _deliver(batch.on_written, WriteSaved(batch.numbers))
        for batch in failed:
            if error is not None and batch.numbers.start not in reported:
                _deliver(batch.on_written, WriteFailed.from_os_error(batch.numbers, error))

    def _try_write(self, database: Database, batches: list[EventBatch], draft: str) -> OSError | None:
        try:
            with self._storage.transaction(free_space=bool(batches)):
                for batch in batches:
                    database.table("events").insert_multiple(
                        TinyDocument(document, number)
                        for number, document in zip(batch.numbers, batch.documents, strict=True)
                    )
                if draft != self._draft_on_disk:
                    database.table("draft").upsert(TinyDocument({"text": draft}, 1))
        except OSError as problem:
            return problem
        except Exception as problem:
            # Whatever the error, the notes are kept in memory, reported as unsaved, and the thread continues.
            _logger.exception("the store failed")
            return OSError(0, f"a fault of the program, {type(problem).__name__}")
        self._draft_on_disk = draft
        return None


def _deliver(on_written: OnWritten, result: WriteResult) -> None:
    try:
        on_written(result)
    except Exception:
        # An error in the callback must not end the thread that saves.
        _logger.exception("the callback of a write failed")


CLOSE_SECONDS = 10.0
"""Longest time that closing waits for a disk that does not respond."""

STALLED_SECONDS = 3.0
"""Time after which events that wait for the disk are reported as not saved."""

STALLED = "the disk does not respond: wait, or copy the notes"
STALLED_DISK = "the disk does not respond"


class _PendingEvents(Struct):
    """Events that are not known to be saved; `is_stalled` after a long time without any result."""

    events: tuple[Event, ...]
    numbers: range
    on_written: OnWritten
    queued_at: float
    has_result: bool = False
    is_stalled: bool = False


def _call_later(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


class CloseTimeout(Struct):
    """Time that closing waits for the disk; shorter after a signal, which ends the process soon."""

    seconds: float = CLOSE_SECONDS


class CallFile:
    """An open call. Create it with `CallStore`, and close it or use it in a `with` statement.

    `events` and `draft` are as read when the call was opened. `now` and `call_later` time the watch for a stalled disk.
    """

    def __init__(
        self,
        call_id: str,
        events: tuple[Event, ...],
        draft: str,
        writer: CallWriter,
        *,
        lock: FileLock,
        close_timeout: CloseTimeout,
        now: Callable[[], float] = time.monotonic,
        call_later: Callable[[float, Callable[[], None]], None] = _call_later,
    ) -> None:
        self.id = call_id
        self.events = events
        self.draft = draft
        self._writer = writer
        self._lock: FileLock | None = lock
        self._next_number = len(events)
        self._is_closed = False
        self._has_timed_out = False
        self._close_timeout = close_timeout
        self._now = now
        self._call_later = call_later
        self._pending: dict[int, _PendingEvents] = {}
        """By the number of the first event."""
        self._is_watched = False
        self._watch_lock = threading.Lock()
        """Guards `_is_watched`."""
        self._result_lock = threading.RLock()
        """Held while a result is delivered, so that the last one delivered is the latest."""
        atexit.register(self.close)

    @property
    def problem(self) -> str:
        """The current problem and its fix as a sentence, empty if there is none."""
        error = self._writer.error
        return note_error_message(error) if error else STALLED if self._stalled() else ""

    @property
    def failed_events(self) -> tuple[Event, ...]:
        """The events that could not be written, or wait too long, so that the user can copy them."""
        waiting: tuple[EventBatch | _PendingEvents, ...] = (*self._writer.failed_batches, *self._stalled())
        return (*self._lost_events, *(event for each in waiting for event in each.events))

    @property
    def unsaved(self) -> tuple[Event, ...]:
        """The events that are not known to be on disk: `failed_events`, and those that wait."""
        lost, pending = self._lost_events, sorted(self._pending.items())
        return (*lost, *(event for number, each in pending for event in each.events if number >= len(lost)))

    @property
    def _lost_events(self) -> tuple[Event, ...]:
        return read_events(self._writer.lost_documents)[0]

    def save(self, events: Sequence[Event], on_written: OnWritten) -> range:
        """Queue the events of one action for writing and return their numbers in the call's list at once.

        `on_written` is called in the writer's thread: with `WriteSaved` when the events are on disk, or with
        `WriteFailed`. Events that failed are retried, and it is called with `WriteSaved` when that succeeds. Raises
        `StorageError` if the call is closed, and `ValueError` for an event that JSON cannot represent (an infinite
        number).
        """
        if self._is_closed:
            raise StorageError("the call is closed")
        documents = [to_document(event) for event in events]
        to_json(documents)
        numbers = range(self._next_number, self._next_number + len(documents))
        self._next_number = numbers.stop
        pending = _PendingEvents(tuple(events), numbers, on_written, self._now())
        if numbers:
            self._pending[numbers.start] = pending

        def deliver(result: WriteResult) -> None:
            with self._result_lock:
                pending.has_result, pending.is_stalled = True, False
                if isinstance(result, WriteSaved) and result.numbers == numbers:
                    self._pending.pop(numbers.start, None)
                on_written(result)

        self._writer.save(EventBatch(numbers, tuple(events), documents, deliver))
        with self._watch_lock:
            was_watched, self._is_watched = self._is_watched, True
        if not was_watched:
            self._call_later(STALLED_SECONDS, self._watch)
        return numbers

    def _watch(self) -> None:
        """Report once the events that have waited too long, and check again later while any wait."""
        with self._result_lock:
            for pending in self._without_result():
                if not pending.is_stalled and self._now() - pending.queued_at >= STALLED_SECONDS:
                    pending.is_stalled = True
                    _deliver(pending.on_written, WriteFailed(pending.numbers, STALLED, STALLED_DISK))
        with self._watch_lock:
            waiting = self._without_result()
            is_watched = self._is_watched = bool(waiting) and not self._is_closed
        if is_watched:
            oldest = min((pending.queued_at for pending in waiting if not pending.is_stalled), default=self._now())
            self._call_later(max(oldest + STALLED_SECONDS - self._now(), 0.0), self._watch)

    def _without_result(self) -> list[_PendingEvents]:
        return [pending for pending in list(self._pending.values()) if not pending.has_result]

    def _stalled(self) -> list[_PendingEvents]:
        return [pending for _, pending in sorted(self._pending.items()) if pending.is_stalled]

    def save_draft(self, text: str) -> None:
        """Write unfinished text within half a second; cheap enough for every key, and safe in a signal handler."""
        self._writer.save_draft(text)

    def retry(self) -> None:
        self._writer.retry()

    def close(self, timeout_seconds: float | None = None) -> bool:
        """Write what waits, merge the journal into plain TinyDB JSON and release the lock.

        Return whether everything is on disk. Without a timeout, a disk that did not respond is not waited for again.
        """
        self._is_closed = True
        if timeout_seconds is None:
            timeout_seconds = 0.0 if self._has_timed_out else self._close_timeout.seconds
        if not self._writer.stop(timeout_seconds):
            self._has_timed_out = True
            return False
        atexit.unregister(self.close)
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release(keep_count=not self._writer.is_merged)
        return not self._writer.failed_batches and not self._writer.lost_documents

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
