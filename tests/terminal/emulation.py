"""Terminal emulator behind the pseudo-terminal: cells, replies to queries, and the modes that are on.

pyte draws the cells. It supports neither the alternate screen nor Kitty's keyboard protocol, and would print part of
them, so those sequences are handled here and not passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pyte

_PRIVATE = re.compile(rb"\x1b\[(?P<mark>[<>=?])(?P<numbers>[0-9;]*)(?P<between>[ -/]*)(?P<final>[@-~])")
_UNFINISHED = re.compile(rb"\x1b(?:\[[<>=?]?[0-9;]*[ -/]*)?\Z")
_CURSOR_ASKED = b"\x1b[6n"
_KIND_ASKED = b"\x1b[c"
_DEC_PRIVATE = b"?"

SYNCHRONISED_OUTPUT = 2026
"""The only mode that this terminal reports as supported when queried; 2048 (in-band resize) is not."""

_FRAME_BEGINS, _FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"


class Emulation:
    """Feeds the program's output to a screen; `reply` sends replies to the program."""

    def __init__(self, columns: int, rows: int, reply: Callable[[bytes], None], whole_frames: bool = False) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.modes: set[int] = set()
        """DEC private modes that are on: 1049 is the alternate screen."""
        self.keyboard_levels = 0
        """Number of levels on the stack of Kitty's keyboard protocol."""
        self._stream = pyte.ByteStream(self.screen)
        self._reply = reply
        self._whole_frames = whole_frames
        self._unfinished = b""
        self._rows: tuple[str, ...] | None = None
        """Cached rows; None after something was drawn."""

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self._rows = None

    def feed(self, data: bytes) -> None:
        """Process the next bytes; an incomplete sequence waits for its rest, and so may a frame."""
        data = self._unfinished + data
        cut = _UNFINISHED.search(data)
        until = cut.start() if cut else len(data)
        begun = data.rfind(_FRAME_BEGINS, 0, until)
        if self._whole_frames and begun >= 0 and data.find(_FRAME_ENDS, begun, until) < 0:
            until = begun
        data, self._unfinished = data[:until], data[until:]
        self._rows = None
        self._stream.feed(_PRIVATE.sub(self._follow, data))
        self._answer(data)

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the text of each row, read cell by cell: `Screen.display` fails at half of a wide character."""
        if self._rows is None:
            self._rows = tuple(
                "".join(self.screen.buffer[row][column].data for column in range(self.screen.columns))
                for row in range(self.screen.lines)
            )
        return self._rows

    def _answer(self, data: bytes) -> None:
        if _KIND_ASKED in data:
            self._reply(b"\x1b[?62;22c")
        if _CURSOR_ASKED in data:
            self._reply(b"\x1b[%d;%dR" % (self.screen.cursor.y + 1, self.screen.cursor.x + 1))

    def _follow(self, found: re.Match[bytes]) -> bytes:
        mark, final = found["mark"], found["final"]
        numbers = [int(number) for number in found["numbers"].split(b";") if number]
        if mark == _DEC_PRIVATE and final == b"p" and numbers:
            known = 2 if numbers[0] == SYNCHRONISED_OUTPUT else 0
            self._reply(b"\x1b[?%d;%d$y" % (numbers[0], known))
        elif mark == _DEC_PRIVATE and final == b"h":
            self.modes.update(numbers)
            return found.group()
        elif mark == _DEC_PRIVATE and final == b"l":
            self.modes.difference_update(numbers)
            return found.group()
        elif final == b"u":
            self.keyboard_levels += {b">": 1, b"<": -1}.get(mark, 0)
        return b""
