"""The one thread that writes a call, so that nothing on the screen ever waits for the disk.

It owns the call's TinyDB. What was asked while the disk was busy is written together with one wait; what could not be
written stays, in its order, and is tried again with every later note and every few seconds.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto

from msgspec import Struct
from tinydb.table import Document as TinyDocument

from salesnerd_tui.call.codec import Document
from salesnerd_tui.call.events import Event
from salesnerd_tui.notes.draft import Draft
from salesnerd_tui.notes.receipts import Kept, NotKept, in_words
from salesnerd_tui.notes.storage import Database, JournalStorage

RETRY_SECONDS = 5.0
"""How soon unsaved notes are retried by themselves, and how often the files are looked for while nothing is noted."""

GIVE_UP_AFTER = 3
"""Notes that are tried one by one on a disk that refused them together, before all that wait are left for later."""

Told = Callable[[Kept | NotKept], None]

_logger = logging.getLogger(__name__)
_logger.addHandler(logging.NullHandler())


class Batch(Struct, frozen=True):
    """The events of one gesture, which are kept together or not at all."""

    numbers: range
    events: tuple[Event, ...]
    documents: Sequence[Document]
    told: Told


class _Signal(Enum):
    DRAFT = auto()
    RETRY = auto()
    STOP = auto()


class Writer:
    """`room_made` says whether the reserve was given up since it was last asked.

    `unkept` could not be written; `lost` are the documents of events that were written to files that are gone now.
    `unkept`, `lost` and `problem` may be read from any thread; the methods may be called from any thread and signal
    handlers.
    """

    def __init__(self, storage: JournalStorage, name: str, room_made: Callable[[], bool]) -> None:
        self.problem = ""
        self.unkept: tuple[Batch, ...] = ()
        self.lost: Mapping[str, Document] = {}
        self._last: Batch | None = None
        self._storage = storage
        self._room_made = room_made
        # A SimpleQueue, because its put may interrupt itself: a signal handler keeps the draft.
        self._inbox: queue.SimpleQueue[Batch | _Signal] = queue.SimpleQueue()
        self._draft_on_disk = storage.live.get("draft", {}).get("1", {}).get("text", "")
        self._draft = Draft(self._draft_on_disk)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"notes {name}", daemon=True)
        self._thread.start()

    def keep(self, batch: Batch) -> None:
        self._inbox.put(batch)

    def keep_draft(self, text: str) -> None:
        """Have it on the disk within half a second. Of several drafts that wait, the last is written."""
        if self._draft.typed(text):
            self._inbox.put(_Signal.DRAFT)

    def retry(self) -> None:
        self._inbox.put(_Signal.RETRY)

    def stop(self, timeout_seconds: float) -> bool:
        """Write what waits, fold, and end; whether that was done in time."""
        self._inbox.put(_Signal.STOP)
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        database = Database(storage=lambda: self._storage)
        if self._storage.unfolded:
            try:
                self._storage.fold()
            except OSError as problem:
                self.problem = in_words(problem)
        while not self._stopping:
            waiting = [*self.unkept, *self._next()]
            self._save(database, waiting)
            self._storage.fold_if_due()
            if self.problem or not waiting:
                self._set_lost(self._storage.restore())
        database.close()
        self._set_lost(self._storage.lost)

    def _set_lost(self, why: OSError | None) -> None:
        """Report notes whose files are gone from the disk and cannot be written again, once; and when they can."""
        rows = self._storage.live.get("events", {})
        if why is not None:
            self.problem = in_words(why)
        if (why is not None) == bool(self.lost) or not rows:
            return
        numbers = range(max(map(int, rows)) + 1)
        self.lost = dict(rows) if why is not None else {}
        receipt = Kept(numbers) if why is None else NotKept(numbers, self.problem)
        if self._last is not None:
            _tell(self._last, receipt)
        for batch in self.unkept:
            if why is None:
                _tell(batch, NotKept(batch.numbers, self.problem))

    def _next(self) -> list[Batch]:
        """What waits, as soon as there is something to do. A draft alone may wait for the rest of its time."""
        items = self._arrived(RETRY_SECONDS)
        while items and all(item is _Signal.DRAFT for item in items) and (left := self._draft.seconds_left) > 0:
            items = self._arrived(left)
        self._stopping |= _Signal.STOP in items
        return [item for item in items if isinstance(item, Batch)]

    def _arrived(self, timeout_seconds: float | None) -> list[Batch | _Signal]:
        items: list[Batch | _Signal] = []
        with contextlib.suppress(queue.Empty):
            items.append(self._inbox.get(timeout=timeout_seconds))
            while True:
                items.append(self._inbox.get_nowait())
        return items

    def _save(self, database: Database, waiting: list[Batch]) -> None:
        draft = self._draft.taken()
        kept, unkept = waiting, list[Batch]()
        trouble = self._attempt(database, waiting, draft)
        if trouble is not None:
            # Together they did not fit; one by one, some may.
            kept = []
            for batch in waiting:
                hopeless = len(unkept) >= GIVE_UP_AFTER
                failed = trouble if hopeless else self._attempt(database, [batch], self._draft_on_disk)
                (unkept if failed else kept).append(batch)
                trouble = failed or trouble
            if not unkept:
                trouble = self._attempt(database, [], draft)
        self._settle(kept, unkept, in_words(trouble) if trouble else "")

    def _settle(self, kept: list[Batch], unkept: list[Batch], why: str) -> None:
        self._last = next(reversed((*kept, *unkept)), self._last)
        known = {batch.numbers.start for batch in self.unkept}
        self.problem = why
        self.unkept = tuple(unkept)
        for batch in kept:
            _tell(batch, Kept(batch.numbers))
        freed = self._room_made()
        for batch in unkept:
            if batch.numbers.start not in known:
                _tell(batch, NotKept(batch.numbers, why, freed))

    def _attempt(self, database: Database, batches: list[Batch], draft: str) -> OSError | None:
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
            # Whatever it is, the notes stay, are told to be unsaved, and the thread goes on.
            _logger.exception("the store failed")
            return OSError(0, f"a fault of the program, {type(fault).__name__}")
        self._draft_on_disk = draft
        return None


def _tell(batch: Batch, receipt: Kept | NotKept) -> None:
    try:
        batch.told(receipt)
    except Exception:
        # A screen that fails to show it must not end the thread that saves.
        _logger.exception("a receipt could not be delivered")
