"""What a terminal sends, taken more kindly than Textual 8.2.8 does.

Not everything is UTF-8: a terminal set to Latin-1, half a character, a binary file dropped on the window. Textual
decodes strictly in its input thread, so that one such byte ends the program. A byte that says nothing becomes the
replacement character, as everywhere else. And keys that come together are still keys one by one: see `arriving`.
"""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial


def take_kindly() -> None:
    """From now on a started application reads what is not UTF-8 as U+FFFD, and Esc before a letter as two keys.

    On Windows keys come as characters.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver

    from salesnerd_tui.ui.arriving import KeyParser

    vars(linux_driver)["getincrementaldecoder"] = _forgiving
    vars(linux_driver)["XTermParser"] = KeyParser


def _forgiving(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")
