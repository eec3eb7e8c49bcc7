"""Program that saves notes until it is killed or its disk is full, and prints which of them are saved.

`notes_child.py FOLDER CALL_ID COUNT` adds COUNT notes (0: without end) to a call, or to a new one for `-`.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
from pathlib import Path

from notes_story import BEGAN, note

from salesnerd_tui.storage import journal
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.errors import CallIsOpen, WriteFailed, WriteSaved

UNDER_WAY = 4
"""Maximum number of notes that wait for the disk, so that some are written together."""

ENOUGH_REFUSED = 10
"""Failures after which the program ends, because the disk stays full."""


def say(words: str) -> None:
    os.write(1, words.encode() + b"\n")


def main(folder: str, call_id: str, count: int) -> None:
    journal.MERGE_BYTES = 20_000
    store = CallStore(Path(folder))
    try:
        call = store.create(BEGAN) if call_id == "-" else store.open(call_id)
    except CallIsOpen:
        say("open elsewhere")
        return
    say(f"call {call.id}")
    refused: list[WriteFailed] = []
    free = threading.Semaphore(UNDER_WAY)

    def on_written(answer: WriteSaved | WriteFailed) -> None:
        if isinstance(answer, WriteSaved):
            for number in answer.numbers:
                say(f"kept {number}")
        else:
            say(f"not kept {answer.numbers.start}: {answer.message}")
            refused.append(answer)
        free.release()

    begin = len(call.events)
    for number in itertools.islice(itertools.count(begin), count or None):
        free.acquire()
        if len(refused) > ENOUGH_REFUSED:
            break
        call.save_draft(f"draft {number}")
        call.save([note(number, number % 97)], on_written)
    say(f"closed {call.close()}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
