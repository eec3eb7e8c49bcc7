"""Drafts are on disk within half a second, however fast and long the user types."""

from __future__ import annotations

import threading
from pathlib import Path

from notes_story import BEGAN

from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.call_writer import DRAFT_SECONDS, DraftTimer
from salesnerd_tui.storage.disk import Disk

PROMISED_SECONDS = 0.5
PATIENCE_SECONDS = 20.0


class Typing:
    """Draft with a manual clock."""

    def __init__(self) -> None:
        self.at = 100.0
        self.draft = DraftTimer(now=lambda: self.at)

    def type(self, text: str) -> bool:
        """Return whether the writer was woken."""
        return self.draft.set_text(text)


def test_the_interval_starts_with_the_first_key() -> None:
    typing = Typing()
    assert typing.type("p")
    assert typing.draft.seconds_left == DRAFT_SECONDS
    typing.at += 0.1
    assert not typing.type("pa"), "the writer is already waiting for it"
    assert abs(typing.draft.seconds_left - (DRAFT_SECONDS - 0.1)) < 1e-9


def test_fast_typing_does_not_delay_the_draft() -> None:
    typing = Typing()
    for number in range(1, 100):
        typing.type("x" * number)
        typing.at += DRAFT_SECONDS / 10
        if typing.draft.seconds_left == 0.0:
            break
    assert number * DRAFT_SECONDS / 10 < PROMISED_SECONDS


def test_a_key_during_the_write_starts_a_new_interval() -> None:
    typing = Typing()
    typing.type("half")
    typing.at += DRAFT_SECONDS
    assert typing.draft.take() == "half"
    assert typing.type("half a"), "the writer has to write it again"
    assert typing.draft.seconds_left == DRAFT_SECONDS
    assert typing.draft.take() == "half a"


def test_an_unchanged_draft_is_not_written() -> None:
    typing = Typing()
    typing.type("half")
    typing.draft.take()
    assert not typing.type("half")
    assert typing.draft.seconds_left == 0.0


def test_an_entered_draft_is_cleared_at_once() -> None:
    typing = Typing()
    typing.type("half")
    assert typing.type(""), "it is a note now, and must not be restored as a draft"
    assert typing.draft.seconds_left == 0.0


class Watched(Disk):
    """Disk that reports when a write with these words has become durable."""

    def __init__(self, words: bytes) -> None:
        self.durable = threading.Event()
        self.writes = 0
        self._words = words
        self._written = False

    def write(self, fd: int, data: bytes) -> int:
        self._written |= self._words in data
        self.writes += 1
        return super().write(fd, data)

    def fsync(self, fd: int) -> None:
        super().fsync(fd)
        if self._written:
            self.durable.set()


def test_a_draft_is_written_without_another_key(tmp_path: Path) -> None:
    disk = Watched(b"half a thought")
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        call.save_draft("half a thought")
        assert disk.durable.wait(PATIENCE_SECONDS)


def test_a_quickly_typed_word_is_written_at_once(tmp_path: Path) -> None:
    words = "three engineers are up at night"
    disk = Watched(words.encode())
    with CallStore(tmp_path, disk=disk).create(BEGAN) as call:
        call.save_draft("t")
        before = disk.writes
        for length in range(2, len(words) + 1):
            call.save_draft(words[:length])
        assert disk.durable.wait(PATIENCE_SECONDS)
        assert disk.writes - before < len(words) / 2
