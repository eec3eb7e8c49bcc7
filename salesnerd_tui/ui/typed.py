"""What a terminal sends, taken more kindly than Textual 8.2.8 does.

Not everything is UTF-8: a terminal set to Latin-1, half a character, a binary file dropped on the window. Textual
decodes strictly in its input thread, so that one such byte ends the program. A byte that says nothing becomes the
replacement character, as everywhere else. And keys that come together are still keys one by one: see `arriving`.

A lone Esc is told when nothing has followed for a moment; Textual looks for that ten times a second, whatever
ESCDELAY says, so that leaving the note line took a tenth of a second.
"""

from __future__ import annotations

import selectors
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesnerd_tui.ui.arriving import KeyParser


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
    vars(linux_driver)["selectors"] = SimpleNamespace(**{**vars(selectors), "SelectSelector": _selector(KeyParser)})


def _selector(parser: type[KeyParser]) -> type[selectors.SelectSelector]:
    """One that waits for keys as it is told, but no longer than a parser in the middle of a key waits."""

    class Selector(selectors.SelectSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, Any]]:
            soon = parser.seconds_left
            return super().select(timeout if soon is None else min(timeout or soon, soon))

    return Selector


def _forgiving(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")
