"""Calls that are not in the index yet, put there once what was asked for has been shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesnerd_tui.notes.notebook import Notebook

QUIET_SECONDS = 1.0
"""What somebody who asked for something else does not notice."""

STEP_SECONDS = 0.5


def index_the_rest(book: Notebook) -> None:
    """For a second in silence; then, where somebody is there to see it, to the end and with a line that tells so.

    Without a terminal the next command goes on from there. Ctrl+c stops it at any time, and loses nothing.
    """
    missing = book.catch_up(QUIET_SECONDS)
    if not missing or not sys.stderr.isatty():
        return
    try:
        while missing:
            sys.stderr.write(f"\r{missing:,} calls to put into the index, once; ctrl+c leaves it for later… ")
            sys.stderr.flush()
            before, missing = missing, book.catch_up(STEP_SECONDS)
            if missing >= before:
                break
    except KeyboardInterrupt:
        pass
    sys.stderr.write("\r\033[K")
    sys.stderr.flush()
