"""Garbage collection, paused while many objects are created that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collection(*, freezes: bool = False) -> Iterator[None]:
    """Disable garbage collection for a block; with `freezes`, its objects are exempt from later collections, too."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if freezes:
                gc.freeze()
            gc.enable()
