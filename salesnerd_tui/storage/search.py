"""Search in everything that is stored. Only the calls' own files are searched; the cache can only exclude calls.

The raw bytes of a call are tested first, newest call first, and only lines that can match are decoded. Hits are yielded
as they are found. Texts are compared as `text.searchable` normalizes them. Every word must occur in the entry itself or
in the call's own data (account, people, playbook), so `acme pager` finds the pager in Acme's calls.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from salesnerd_tui.storage.call_files import CallPaths, has_all_lines, is_call_id, read_document_line
from salesnerd_tui.storage.call_opener import read_call
from salesnerd_tui.storage.catalog import Stamp, look, newest_first, stamp_of
from salesnerd_tui.storage.errors import in_words
from salesnerd_tui.storage.migrations import EVENT_NAMES
from salesnerd_tui.storage.summary import CallSummary, call_text, entry_text, from_document, read_head, retold
from salesnerd_tui.text import searchable

if TYPE_CHECKING:
    from salesnerd_tui.storage.disk import Disk

RECALLED = "Recalled"
"""Event that repeats the content of an earlier call; only the earlier call is found."""

WHOLE_CALL = -1
"""Number of a hit in the call's own data."""

_SPEAKERS = ("speaker", "owner")
_ESCAPED = b"\\u"

Test = Callable[[bytes], bool]


class SearchHit(Struct, frozen=True):
    """Entry that contains the words.

    `number` is its place in the call's list (`WHOLE_CALL` for the call's own data). The other fields are the event's
    name, seconds into the call, the speaker if known, and the text as it was stored.
    """

    call: CallSummary
    number: int
    event: str
    at: float
    who: str
    text: str


Without = Callable[[list[str]], Mapping[str, Stamp]]
"""Returns the calls that cannot contain these words, provided their files have these stamps."""


def search(
    folder: Path,
    disk: Disk,
    words: str,
    without: Without = lambda _: {},
    damaged: Callable[[str, str], None] = lambda *_: None,
) -> Iterator[SearchHit]:
    """Yield hits in the calls of `folder`, newest call first; none if there are no words. An unreadable call has none.

    A call that another program changed in place since it was cached comes last. `damaged` is called with the id and the
    problem of a call that turns out to be damaged or unreadable.
    """
    if words.strip():
        yield from _Search(folder, disk, searchable(words).split(), damaged).hits(without)


class _Search:
    def __init__(self, folder: Path, disk: Disk, wanted: list[str], damaged: Callable[[str, str], None]) -> None:
        self._damaged = damaged
        self._folder = folder
        self._disk = disk
        self._wanted = wanted
        self._tests = {word: _raw_test(word) for word in wanted}

    def hits(self, without: Without) -> Iterator[SearchHit]:
        passed_over = without(self._wanted)
        # One scan of the folder shows every change that the store made; the stamp of each file is checked later.
        seen = look(self._folder, closely=False)
        skipped = []
        for call_id in newest_first((*seen.numbers, *seen.others)):
            stamp = passed_over.get(call_id)
            if stamp is not None and seen.numbers.get(call_id) == stamp[-1]:
                skipped.append(call_id)
            elif is_call_id(call_id):
                yield from self._in_files(call_id) if seen.others.get(call_id) else self._in_file(call_id)
        for call_id in skipped:
            if stamp_of(f"{self._folder}{os.sep}{call_id}.json") != passed_over[call_id]:
                yield from self._in_file(call_id)

    def _in_file(self, call_id: str) -> Iterator[SearchHit]:
        try:
            data = self._disk.read(self._folder / f"{call_id}.json")
        except OSError:
            data = b""
        found = read_head(data)
        if found is None or not has_all_lines(data, found):
            yield from self._in_files(call_id)
            return
        lowered = data.lower()
        if not all(test(lowered) for test in self._tests.values()):
            return
        summary = from_document(call_id, found)
        needed = [self._tests[word] for word in _not_in_call(summary, self._wanted)]
        lines = (line for line in data.split(b"\n") if all(test(line.lower()) for test in needed))
        yield from _hits(summary, self._wanted, (row for line in lines if (row := read_document_line("events", line))))

    def _in_files(self, call_id: str) -> Iterator[SearchHit]:
        """Search a call that is open, interrupted, damaged, or was rewritten by another TinyDB; this is slow."""
        try:
            found = read_call(CallPaths(self._folder / f"{call_id}.json"), self._disk)
        except FileNotFoundError:
            return
        except OSError as problem:
            self._damaged(call_id, f"cannot be read: {in_words(problem)}")
            return
        if found.problem:
            self._damaged(call_id, found.problem)
        tables = found.tables
        yield from _hits(retold(call_id, tables), self._wanted, tables.get("events", {}).items())


def _hits(
    summary: CallSummary, wanted: list[str], rows: Iterable[tuple[str, Mapping[str, Any]]]
) -> Iterator[SearchHit]:
    missing = _not_in_call(summary, wanted)
    if not missing:
        yield SearchHit(summary, WHOLE_CALL, "", 0.0, "", call_text(summary))
    for number, document in rows:
        name = str(document.get("event", ""))
        event = EVENT_NAMES.get(name, name)
        if event == RECALLED:
            continue
        text = entry_text(document)
        lowered = searchable(text)
        if all(word in lowered for word in missing) and any(word in lowered for word in wanted):
            at = document.get("at")
            yield SearchHit(
                summary,
                int(number),
                event,
                float(at) if isinstance(at, int | float) else 0.0,
                next((who for name in _SPEAKERS if isinstance(who := document.get(name), str)), ""),
                text,
            )


def _not_in_call(summary: CallSummary, wanted: list[str]) -> list[str]:
    text = searchable(call_text(summary))
    return [word for word in wanted if word not in text]


def _raw_test(word: str) -> Test:
    """Return a test whether lower-case raw JSON may contain the normalized `word`.

    A character outside ASCII may normalize to any letter, so a line with one is decoded first.
    """
    if not word.isascii():
        return lambda raw: _ESCAPED in raw or not raw.isascii()
    plain = max(re.findall("[a-z0-9]+", word), key=len, default="").encode()
    return lambda raw: plain in raw or _ESCAPED in raw or not raw.isascii()
