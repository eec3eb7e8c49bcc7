"""Calls that are not in the search cache yet, put there once what was asked for has been shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesnerd_tui.storage.store import CallStore

QUIET_SECONDS = 1.0
"""What somebody who asked for something else does not notice."""

STEP_SECONDS = 0.5


def fill_cache(book: CallStore) -> None:
    """Fill the cache for a second in silence; then, on a terminal, to the end and with a line that reports it.

    Without a terminal the next command goes on from there. Ctrl+c stops it at any time, and loses nothing.
    """
    missing = book.catch_up(QUIET_SECONDS)
    if not missing or not sys.stderr.isatty():
        return
    try:
        while missing:
            sys.stderr.write(f"\r{missing:,} calls to put into the search cache, once; ctrl+c leaves it for later… ")
            sys.stderr.flush()
            before, missing = missing, book.catch_up(STEP_SECONDS)
            if missing >= before:
                break
    except KeyboardInterrupt:
        pass
    sys.stderr.write("\r\033[K")
    sys.stderr.flush()
