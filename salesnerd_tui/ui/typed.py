"""Keys and pastes that are not UTF-8: a terminal set to Latin-1, half a character, a binary file dropped on the window.

Textual 8.2.8 decodes them strictly in its input thread, so that one such byte ends the program. A byte that says
nothing becomes the replacement character, as everywhere else.
"""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial


def forgive_bytes() -> None:
    """From now on a started application reads what is not UTF-8 as U+FFFD. On Windows keys come as characters."""
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver

    vars(linux_driver)["getincrementaldecoder"] = _forgiving


def _forgiving(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")
