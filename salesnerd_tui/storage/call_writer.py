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
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct
from tinydb.table import Document as TinyDocument

from salesnerd_tui.call.events import Document, Event, to_document
from salesnerd_tui.storage.call_files import to_json
from salesnerd_tui.storage.errors import StorageError, WriteFailed, WriteSaved, note_in_words
from salesnerd_tui.storage.journal import Database, JournalStorage
from salesnerd_tui.storage.summary import read_events

if TYPE_CHECKING:
    from salesnerd_tui.storage.disk import FileLock

DRAFT_SECONDS = 0.25
"""Longest time that a draft waits for more keys: half of the promised half second; a slow disk needs the other half."""


class DraftTimer:
    """Decides when a draft is written.

    One thread calls `typed`, another `seconds_left` and `take`; `text` is the latest draft.
    """

    def __init__(self, text: str = "", now: Callable[[], float] = time.monotonic) -> None:
        self.text = text
        self._now = now
        self._since: float | None = None

    def typed(self, text: str) -> bool:
        """Set the draft. Return whether the writer's thread must be woken."""
        if text == self.text:
            return False
        self.text = text
        if self._since is None:
            self._since = self._now()
            return True
        return not text

    @property
    def seconds_left(self) -> float:
        """Return the time that the draft may still wait; entered text is no longer a draft and is written at once."""
        since = self._since
        return max(since + DRAFT_SECONDS - self._now(), 0.0) if since is not None and self.text else 0.0

    def taken(self) -> str:
        """Return the draft to write. A key pressed while it is being written starts a new interval."""
        self._since = None
        return self.text


RETRY_SECONDS = 5.0
"""Interval of retries for unsaved notes, and of checks that the files still exist while nothing is noted."""

GIVE_UP_AFTER = 3
"""Notes that are retried one at a time after the disk refused all together, before the rest wait for the next retry."""

OnWritten = Callable[[WriteSaved | WriteFailed], None]

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

    `unkept` could not be written; `lost` are the documents of events whose files were deleted after they were written.
    `unkept`, `lost` and `problem` may be read, and all methods called, from any thread and signal handler.
    """

    def __init__(self, storage: JournalStorage, name: str) -> None:
        self.problem = ""
        self.unkept: tuple[EventBatch, ...] = ()
        self.lost: Mapping[str, Document] = {}
        self._last: EventBatch | None = None
        self._storage = storage
        # A SimpleQueue because a signal handler that saves the draft may interrupt its `put`.
        self._inbox: queue.SimpleQueue[EventBatch | _Signal] = queue.SimpleQueue()
        self._draft_on_disk = storage.live.get("draft", {}).get("1", {}).get("text", "")
        self._draft = DraftTimer(self._draft_on_disk)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"notes {name}", daemon=True)
        self._thread.start()

    def keep(self, batch: EventBatch) -> None:
        self._inbox.put(batch)

    def keep_draft(self, text: str) -> None:
        """Write the draft within half a second. If several drafts wait, only the last is written."""
        if self._draft.typed(text):
            self._inbox.put(_Signal.DRAFT)

    def retry(self) -> None:
        self._inbox.put(_Signal.RETRY)

    @property
    def is_merged(self) -> bool:
        """Return False if the last merge failed, so that the journal is still needed."""
        return self._storage.is_merged

    def stop(self, timeout_seconds: float) -> bool:
        """Write what waits, merge the journal, and stop. Return whether that was done in time."""
        self._inbox.put(_Signal.STOP)
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        database = Database(storage=lambda: self._storage)
        if self._storage.unmerged:
            try:
                self._storage.merge()
            except OSError as problem:
                self.problem = note_in_words(problem)
        while not self._stopping:
            waiting = [*self.unkept, *self._next()]
            self._save(database, waiting)
            self._storage.merge_if_due()
            if self.problem or not waiting:
                self._set_lost(self._storage.restore())
        database.close()
        self._set_lost(self._storage.lost)

    def _set_lost(self, why: OSError | None) -> None:
        """Report notes whose files were deleted and cannot be written again, once; and report when they are written
        again."""
        rows = self._storage.live.get("events", {})
        if why is not None:
            self.problem = note_in_words(why)
        if (why is not None) == bool(self.lost) or not rows:
            return
        numbers = range(max(map(int, rows)) + 1)
        self.lost = dict(rows) if why is not None else {}
        receipt = WriteSaved(numbers) if why is None else WriteFailed(numbers, self.problem)
        if self._last is not None:
            _deliver(self._last.on_written, receipt)
        for batch in self.unkept:
            if why is None:
                _deliver(batch.on_written, WriteFailed(batch.numbers, self.problem))

    def _next(self) -> list[EventBatch]:
        """Return the waiting events as soon as there is work. A draft alone may wait for the rest of its time."""
        items = self._arrived(RETRY_SECONDS)
        while items and all(item is _Signal.DRAFT for item in items) and (left := self._draft.seconds_left) > 0:
            items = self._arrived(left)
        self._stopping |= _Signal.STOP in items
        return [item for item in items if isinstance(item, EventBatch)]

    def _arrived(self, timeout_seconds: float | None) -> list[EventBatch | _Signal]:
        items: list[EventBatch | _Signal] = []
        with contextlib.suppress(queue.Empty):
            items.append(self._inbox.get(timeout=timeout_seconds))
            while True:
                items.append(self._inbox.get_nowait())
        return items

    def _save(self, database: Database, waiting: list[EventBatch]) -> None:
        draft = self._draft.taken()
        kept, unkept = waiting, list[EventBatch]()
        trouble = self._attempt(database, waiting, draft)
        if trouble is not None:
            # The events did not fit together; some may fit one at a time.
            kept = []
            for batch in waiting:
                hopeless = len(unkept) >= GIVE_UP_AFTER
                failed = trouble if hopeless else self._attempt(database, [batch], self._draft_on_disk)
                (unkept if failed else kept).append(batch)
                trouble = failed or trouble
            if not unkept:
                trouble = self._attempt(database, [], draft)
        self._settle(kept, unkept, note_in_words(trouble) if trouble else "")

    def _settle(self, kept: list[EventBatch], unkept: list[EventBatch], why: str) -> None:
        self._last = next(reversed((*kept, *unkept)), self._last)
        known = {batch.numbers.start for batch in self.unkept}
        self.problem = why
        self.unkept = tuple(unkept)
        for batch in kept:
            _deliver(batch.on_written, WriteSaved(batch.numbers))
        for batch in unkept:
            if batch.numbers.start not in known:
                _deliver(batch.on_written, WriteFailed(batch.numbers, why))

    def _attempt(self, database: Database, batches: list[EventBatch], draft: str) -> OSError | None:
        try:
            with self._storage.together(make_room=bool(batches)):
                for batch in batches:
                    database.table("events").insert_multiple(
                        TinyDocument(document, number)
                        for number, document in zip(batch.numbers, batch.documents, strict=True)
                    )
                if draft != self._draft_on_disk:
                    database.table("draft").upsert(TinyDocument({"text": draft}, 1))
        except OSError as problem:
            return problem
        except Exception as fault:
            # Whatever the error, the notes are kept, reported as unsaved, and the thread continues.
            _logger.exception("the store failed")
            return OSError(0, f"a fault of the program, {type(fault).__name__}")
        self._draft_on_disk = draft
        return None


def _deliver(on_written: OnWritten, receipt: WriteSaved | WriteFailed) -> None:
    try:
        on_written(receipt)
    except Exception:
        # An error in the callback must not end the thread that saves.
        _logger.exception("a receipt could not be delivered")


CLOSE_SECONDS = 10.0
"""Longest time that closing waits for a disk that does not respond."""

STALLED_SECONDS = 3.0
"""Time after which events that wait for the disk are reported as not saved."""

STALLED = "the disk does not respond: wait, or copy the notes"


class _Waiting(Struct):
    """Events without a receipt that they are saved; `is_stalled` until there is any receipt."""

    events: tuple[Event, ...]
    numbers: range
    on_written: OnWritten
    since: float
    has_receipt: bool = False
    is_stalled: bool = False


def _call_later(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


class ClosePatience(Struct):
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
        lock: FileLock,
        patience: ClosePatience,
        *,
        now: Callable[[], float] = time.monotonic,
        call_later: Callable[[float, Callable[[], None]], None] = _call_later,
    ) -> None:
        self.id = call_id
        self.events = events
        self.draft = draft
        self._writer = writer
        self._lock: FileLock | None = lock
        self._next = len(events)
        self._closed = False
        self._gave_up = False
        self._patience = patience
        self._now = now
        self._call_later = call_later
        self._unconfirmed: dict[int, _Waiting] = {}
        self._is_watched = False
        self._watching = threading.Lock()
        """Guards `_is_watched`."""
        self._receipts = threading.RLock()
        """Held while a receipt is delivered, so that the latest one is the right one."""
        atexit.register(self.close)

    @property
    def problem(self) -> str:
        """Return the current problem and its fix as a sentence, empty if there is none."""
        return self._writer.problem or (STALLED if self._stalled() else "")

    @property
    def unkept(self) -> tuple[Event, ...]:
        """Return the events that could not be written, or wait too long, so that the user can copy them."""
        stalled = [event for waiting in self._stalled() for event in waiting.events]
        return (*self._lost, *(event for batch in self._writer.unkept for event in batch.events), *stalled)

    @property
    def unsaved(self) -> tuple[Event, ...]:
        """Return the events that are not known to be on disk: `unkept`, and those that wait."""
        lost, waiting = self._lost, sorted(self._unconfirmed.items())
        return (*lost, *(event for number, each in waiting for event in each.events if number >= len(lost)))

    @property
    def _lost(self) -> tuple[Event, ...]:
        return read_events(self._writer.lost)[0] if self._writer.lost else ()

    def keep(self, events: Sequence[Event], on_written: OnWritten) -> range:
        """Queue the events of one action for writing and return their numbers in the call's list at once.

        `on_written` is called in the writer's thread: with `WriteSaved` when the events are on disk, or with
        `WriteFailed`. Events that failed are retried, and it is called with `WriteSaved` when that succeeds. Raises
        `StorageError` if the call is closed, and `ValueError` for an event that JSON cannot represent (an infinite
        number).
        """
        if self._closed:
            raise StorageError("the call is closed")
        documents = [to_document(event) for event in events]
        to_json(documents)
        numbers = range(self._next, self._next + len(documents))
        self._next = numbers.stop
        waiting = _Waiting(tuple(events), numbers, on_written, self._now())
        if numbers:
            self._unconfirmed[numbers.start] = waiting

        def settle(receipt: WriteSaved | WriteFailed) -> None:
            with self._receipts:
                waiting.has_receipt, waiting.is_stalled = True, False
                if isinstance(receipt, WriteSaved) and receipt.numbers == numbers:
                    self._unconfirmed.pop(numbers.start, None)
                on_written(receipt)

        self._writer.keep(EventBatch(numbers, tuple(events), documents, settle))
        with self._watching:
            starts, self._is_watched = not self._is_watched, True
        if starts:
            self._call_later(STALLED_SECONDS, self._watch)
        return numbers

    def _watch(self) -> None:
        """Report the events that have waited too long, once; look again while there are any."""
        with self._receipts:
            for each in self._without_receipt():
                if not each.is_stalled and self._now() - each.since >= STALLED_SECONDS:
                    each.is_stalled = True
                    _deliver(each.on_written, WriteFailed(each.numbers, STALLED))
        with self._watching:
            waiting = self._without_receipt()
            goes_on = self._is_watched = bool(waiting) and not self._closed
        if goes_on:
            due = min((each.since for each in waiting if not each.is_stalled), default=self._now()) + STALLED_SECONDS
            self._call_later(max(due - self._now(), 0.0), self._watch)

    def _without_receipt(self) -> list[_Waiting]:
        return [each for each in list(self._unconfirmed.values()) if not each.has_receipt]

    def _stalled(self) -> list[_Waiting]:
        return [each for _, each in sorted(self._unconfirmed.items()) if each.is_stalled]

    def keep_draft(self, text: str) -> None:
        """Write unfinished text within half a second; cheap enough for every key, and safe in a signal handler."""
        self._writer.keep_draft(text)

    def retry(self) -> None:
        """Retry now what could not be written."""
        self._writer.retry()

    def close(self, timeout_seconds: float | None = None) -> bool:
        """Write what waits, merge the journal into plain TinyDB JSON and release the lock.

        Return whether everything is on disk. Without a timeout, a disk that did not respond is not waited for again.
        """
        self._closed = True
        patience = 0.0 if self._gave_up else self._patience.seconds
        if not self._writer.stop(patience if timeout_seconds is None else timeout_seconds):
            self._gave_up = True
            return False
        atexit.unregister(self.close)
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release(keep=not self._writer.is_merged)
        return not self._writer.unkept and not self._writer.lost

    def __enter__(self) -> CallFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
