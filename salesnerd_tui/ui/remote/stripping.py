"""The strip at work in its terminal: a line to the call, keys that are sent to it, and the rows drawn anew.

It uses the alternate screen, so that nothing of a call is left in the scrollback, and gives the terminal back however
it ends.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import sys
import termios
import time
import tty
from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.text import one_line
from salesnerd_tui.ui.key_parser import Alt, ControlSequence, Decoder, Escape, KeyParser, Text, Token
from salesnerd_tui.ui.look import Colours, Look, look_of
from salesnerd_tui.ui.remote.asking import Answer, NoCall, answers_of, ask, connected, send
from salesnerd_tui.ui.remote.orders import FOLLOW
from salesnerd_tui.ui.remote.strip import draw, written
from salesnerd_tui.ui.remote.strip_keys import AS_IT_COMES, ENDS, StripKeys

SEQUENCE = "\x1b"
"""Stands for every key that is sent as more than a character."""

_KEY_SEQUENCE = re.compile(r"\x1b(?:O.|\[[0-9;]*[A-HPQSZu~]|\[\[.|[^\[O])")

ESCAPE_SECONDS = 0.025
"""Wait after Esc for the rest of a sequence."""

SAID_SECONDS = 4.0
"""How long a refusal stands in the strip."""

LOOK_SECONDS = 1.0
"""How often it is looked whether a call has begun."""

SILENT_SECONDS = 5.0
"""A call says something every second; after so long without, its clock must not look as if it ran."""

ENTER, LEAVE_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"


def show_strip(folders: Sequence[str], call: str = "", keys: StripKeys = AS_IT_COMES, look: Look | None = None) -> None:
    """Until the key that leaves, or until the terminal is gone."""
    with contextlib.suppress(BrokenPipeError), _terminal() as woken:
        _Strip(folders, call, keys, look or look_of()).run(woken)


class _Strip:
    def __init__(self, folders: Sequence[str], call: str, keys: StripKeys, look: Look) -> None:
        self._keys = keys
        self._folders = folders
        self._call = call
        self._line: socket.socket | None = None
        self._rest = b""
        self._seen: Answer | None = None
        self._heard_at = 0.0
        self._said = ""
        self._said_at = 0.0
        self._drawn = ""
        self._look = look
        self._parser = KeyParser(ESCAPE_SECONDS)
        self._decode = Decoder().decode

    def run(self, woken: socket.socket) -> None:
        while True:
            self._connect()
            self._draw()
            watched = [sys.stdin.fileno(), woken, *([self._line] if self._line else [])]
            ends_at = self._parser.deadline
            left = LOOK_SECONDS if ends_at is None else max(ends_at - time.monotonic(), 0.0)
            ready, _, _ = select.select(watched, [], [], min(left, LOOK_SECONDS))
            if woken in ready:
                woken.recv(4096)
                self._drawn = ""
            if self._line in ready:
                self._hear()
            if not all(map(self._press, self._pressed(sys.stdin.fileno() in ready))):
                return

    def _pressed(self, ready: bool) -> Iterator[str]:
        """Yield the keys pressed since; the end of the terminal means leaving."""
        if not ready:
            yield from _keys(self._parser.tick(time.monotonic()))
            return
        try:
            data = os.read(sys.stdin.fileno(), 64)
        except OSError:
            data = b""
        if not data:
            yield ""
        yield from _keys(self._parser.feed(self._decode(data), time.monotonic()))

    def _connect(self) -> None:
        if self._line is not None and time.monotonic() - self._heard_at > SILENT_SECONDS:
            self._hang_up()
        if self._line is None:
            try:
                self._line = connected(self._folders, self._call)
                send(self._line, {"do": FOLLOW})
                self._heard_at = time.monotonic()
            except NoCall:
                self._hang_up()

    def _hear(self) -> None:
        if self._line is None:
            return
        try:
            whole, self._rest = answers_of(self._line, self._rest)
        except NoCall:
            self._hang_up()
            return
        self._heard_at = time.monotonic()
        self._seen = whole[-1] if whole else self._seen

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._seen, self._rest = None, None, b""

    def _press(self, key: str) -> bool:
        """Send what the key means; whether the strip goes on."""
        if key in self._keys.leaves or key in ENDS:
            return False
        self._said = ""
        if key in self._keys.orders:
            verb, of = self._keys.orders[key]
            try:
                answer = ask(self._folders, {"do": verb, "of": of}, self._call)
            except NoCall as problem:
                self._say(str(problem))
            else:
                self._say("" if answer.get("done") else one_line(str(answer.get("why", ""))))
        elif key == SEQUENCE or key in self._keys.helps:
            self._say(self._keys.told)
        return True

    def _say(self, words: str) -> None:
        self._said, self._said_at = words, time.monotonic()

    def _draw(self) -> None:
        if self._said and time.monotonic() - self._said_at > SAID_SECONDS:
            self._said = ""
        size = _size()
        drawn = written(
            draw(self._seen, self._said, size.columns, size.lines),
            self._look.colours is not Colours.NONE,
            self._look.ascii,
        )
        if drawn != self._drawn:
            self._drawn = drawn
            sys.stdout.write(drawn)
            sys.stdout.flush()


def _keys(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the characters typed, and `SEQUENCE` for each other key. What the terminal itself reports is nothing."""
    for token in tokens:
        if isinstance(token, Text):
            yield from token.text
        elif isinstance(token, Escape | Alt) or (
            isinstance(token, ControlSequence) and _KEY_SEQUENCE.fullmatch(token.text)
        ):
            yield SEQUENCE


def _size() -> os.terminal_size:
    """Return the size of the terminal; an exported COLUMNS or LINES would never follow a resize."""
    try:
        return os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return os.terminal_size((80, 3))


@contextlib.contextmanager
def _terminal() -> Iterator[socket.socket]:
    """Keys one by one, the alternate screen, and a socket that is readable after a change of size."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    wakeup = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGWINCH, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGWINCH, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        tty.setcbreak(descriptor)
        sys.stdout.write(ENTER)
        yield woken
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        with contextlib.suppress(OSError, termios.error):
            sys.stdout.write(LEAVE_SCREEN)
            sys.stdout.flush()
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        woken.close()
        waking.close()


def _leave(number: int, _: object) -> None:
    raise SystemExit(128 + number)
