"""Repairs for Textual 8.2 that can only be made inside it.

`CrashHook` reports a crash without the local variables that Textual prints: they would show a customer's words. Textual
has no public hook for that (`App.panic` is only called for errors that draw themselves).

`TerminalDriver` (POSIX only) replaces the input loop of Textual's `LinuxDriver`, and `KeyEvents` hands Textual's
parser only complete sequences that it knows. Each repair has a test in tests/keys/test_textual_compat.py that fails
once Textual no longer needs it. There is no known upstream issue for any of them, so each is described here:

- Replies of a terminal (device attributes, colors, versions) are read as keys: the parser re-sends every sequence
  that it does not know, character by character.
- Esc and a letter in one read become one key, or are lost before a longer burst; alt+enter is enter.
- An Esc inside a bracketed paste ends the paste, and its text is run as keys.
- A lone Esc takes 100 ms whatever ESCDELAY says, because the input loop only looks ten times a second.
- Input that is not UTF-8 raises UnicodeDecodeError in the input thread and ends the program, and so does a malformed
  sequence of Kitty's keyboard protocol.
- Kitty's sequences with more than 32 characters (a composed emoji) are typed out as text.
- A terminal can only be taken again after all typed keys were discarded.
- Every move of the mouse is reported: 120 bytes and 0.8 ms of processor time a cell.
- The size of the terminal is read from standard output, although the screen is drawn on standard error.
- All styles are parsed again for each new screen and twice more at the start: a fifth of the time until it is shown.

Private names of Textual used here: the class `textual._xterm_parser.XTermParser` (only its constructor and `feed`) and
the methods `LinuxDriver._get_terminal_size` and `App._fatal_error`. Everything else is public.
"""

from __future__ import annotations

import os
import selectors
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.driver import Driver
from textual.message import Message
from textual.messages import InBandWindowResize

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.terminal.handover import take_keys
from salesnerd_tui.terminal.key_parser import (
    ESC,
    Alt,
    Decoder,
    Escape,
    KeyParser,
    Pasted,
    Text,
    Token,
    burst,
)

if sys.platform == "win32":
    from textual.driver import Driver as LinuxDriver
else:
    from textual.drivers.linux_driver import LinuxDriver

READ_BYTES = 4096
POLL_SECONDS = 0.1
"""Longest time until the input loop notices that it has to end."""

SEQUENCE_LIMIT = 32
"""Characters; Textual's parser types longer sequences out as text."""

MODIFIERS = frozenset(
    f"{side}_{name}" for side in ("left", "right") for name in ("shift", "control", "alt", "super", "hyper", "meta")
) | {"iso_level3_shift", "iso_level5_shift", "caps_lock", "num_lock", "scroll_lock"}
"""Keys that do nothing alone, but that Kitty's protocol reports."""

_MOUSE = lazy_pattern(r"\x1b\[<\d+;-?\d+;-?\d+[Mm]")
_SIZE_REPORT = lazy_pattern(r"\x1b\[48;[\d:;]*t")
_KITTY = lazy_pattern(
    r"\x1b\[(?P<code>\d*)(?::[\d:]*)?(?:;(?P<modifiers>\d*)(?::(?P<kind>\d*))?)?(?:;(?P<text>[\d:]*))?(?P<final>[u~A-FHPQRS])"
)
_RELEASED = "3"
_PRIVATE_USE = range(0xE000, 0xF900)

_THEME_REPORT = lazy_pattern(r"\x1b\[\?997;([12])n")
LIGHT = "2"

_MOUSE_MODES = {"\x1b[?1003h": "\x1b[?1002h", "\x1b[?1003l": "\x1b[?1002l", "\x1b[?1015h": "", "\x1b[?1015l": ""}
"""Moves only while a button is down (1002) instead of all of them (1003), and no mouse protocol older than 1006."""


def repaired_driver(driver: type[Driver]) -> type[Driver]:
    """Return our driver in place of Textual's own; a driver named in TEXTUAL_DRIVER and the one of Windows stay."""
    return TerminalDriver if driver is LinuxDriver else driver


class CrashHook(App[Any]):
    """An app that handles its crashes itself, in `handle_crash`."""

    def handle_crash(self, error: BaseException | None) -> None:
        """Report an unhandled exception and exit."""
        raise NotImplementedError

    def _fatal_error(self) -> None:
        self.handle_crash(sys.exception())


class ParsedStylesheet(Stylesheet):
    """A stylesheet that parses each source once for each theme.

    Our styles are part of the program: there is no error in them to recover from, as Textual's `reparse` does.
    """

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._variables_used = variables

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables_used:
            self._variables_used = variables
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()


class ThemeReported(Message):
    """The terminal reports that its background is dark or light now (private mode 2031)."""

    def __init__(self, is_light: bool) -> None:
        super().__init__()
        self.is_light = is_light


class KeyEvents:
    """Converts tokens to Textual's events: keys, the mouse, and replies that Textual asked for. Drops the rest."""

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._reads = 0
        self._reports_size = False

    def convert(self, tokens: Iterable[Token]) -> Iterator[Message]:
        """Return the events of one read."""
        self._reads += 1
        for token in tokens:
            if isinstance(token, Text):
                yield from self._text_events(token.text)
            elif isinstance(token, Escape):
                yield events.Key("escape", ESC)
            elif isinstance(token, Alt):
                yield from self._alt_events(token.character)
            elif isinstance(token, Pasted):
                yield events.Paste(token.text.replace("\0", ""))
            else:
                yield from self._sequence_events(token.text)

    def _text_events(self, text: str) -> Iterator[Message]:
        for character in burst(text, self._reads):
            for event in self._parser.feed(character):
                if isinstance(event, events.Key) and event.character == character:
                    event.character = character
                yield event

    def _alt_events(self, character: str) -> Iterator[Message]:
        for event in self._parser.feed(character):
            if isinstance(event, events.Key):
                capital = len(event.key) == 1 and event.key.isupper()
                key = f"shift+{event.key.lower()}" if capital else event.key
                yield events.Key(f"alt+{key}", character)

    def _sequence_events(self, text: str) -> Iterator[Message]:
        if _MOUSE.fullmatch(text):
            yield from self._parser.feed(text)
        elif _SIZE_REPORT.fullmatch(text) and not self._reports_size:
            return
        elif report := _THEME_REPORT.fullmatch(text):
            yield ThemeReported(report[1] == LIGHT)
        elif is_known(text):
            yield from filter(self._is_wanted, self._parser.feed(text))
        elif text[1] == "O":
            yield from self._alt_events("O")
            yield from self._text_events(text[2:])
        elif text == "\x1b\r":
            yield events.Key("alt+enter", "\r")
        elif text[1] != "[":
            yield events.Key("escape", ESC)
            yield from self._text_events(text[1:])
        else:
            for each in _simplify_kitty(text):
                if is_known(each):
                    yield from filter(self._is_wanted, self._parser.feed(each))

    def _is_wanted(self, event: Message) -> bool:
        if isinstance(event, InBandWindowResize):
            self._reports_size = event.supported
        if isinstance(event, events.CursorPosition):
            return False
        if not isinstance(event, events.Key):
            return True
        name = event.key.rpartition("+")[2]
        unnamed = len(name) == 1 and ord(name) in _PRIVATE_USE
        return name != "<ignore>" and name not in MODIFIERS and not unnamed


@lru_cache(maxsize=1024)
def is_known(sequence: str) -> bool:
    """Return whether Textual's parser turns the sequence into an event; a new parser is used for each check."""
    if len(sequence) > SEQUENCE_LIMIT:
        return False
    try:
        return bool(list(XTermParser().feed(sequence)))
    except (ValueError, OverflowError):
        return False


def _simplify_kitty(sequence: str) -> Iterator[str]:
    """Rewrite a sequence of Kitty's protocol in the form that Textual knows, one for each character of its text.

    Alternate keys and the kind of the event are dropped, and so are released keys.
    """
    match = _KITTY.fullmatch(sequence)
    if match is None or match["kind"] == _RELEASED:
        return
    text = match["text"] or ""
    for code in text.split(":"):
        fields = [match["code"] or "", match["modifiers"] or "1", code]
        yield f"{ESC}[{';'.join(fields if code else fields[:2])}{match['final']}"


@runtime_checkable
class TerminalUser(Protocol):
    """An app that sends its own sequences to the terminal, and gets reports that it asked for."""

    terminal_modes: tuple[int, ...]
    """Private modes to turn on while the app has the terminal."""

    send_to_terminal: Callable[[str], None]
    """Writes between two frames; does nothing without a terminal."""

    retake_terminal: Callable[[], None]
    """Sets up the terminal again after the process was stopped; what is typed meanwhile is kept."""


class TerminalDriver(LinuxDriver):
    """Textual's driver with an input loop that separates keys from the terminal's replies.

    It also turns on the private modes that the app wants, and lets the app send its own sequences.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._modes: tuple[int, ...] = ()
        self._is_retaking = False
        self._reading = threading.Lock()
        """Held by the thread that reads."""
        self._reader: threading.Thread | None = None
        """The thread that reads, or waits until the previous one has ended."""
        self._reset_input()
        if isinstance(app, TerminalUser):
            self._modes = app.terminal_modes
            app.send_to_terminal = self.write
            app.retake_terminal = self.retake

    def _reset_input(self) -> None:
        self._parser = KeyParser(constants.ESCAPE_DELAY)
        self._key_events = KeyEvents()
        self._decoder = Decoder()

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.attrs_before = take_keys() or self.attrs_before  # not sooner: what is typed meanwhile would be shown
        for mode in self._modes:
            self.write(f"{ESC}[?{mode}h")

    def stop_application_mode(self) -> None:
        for mode in self._modes:
            self.write(f"{ESC}[?{mode}l")
        super().stop_application_mode()

    def disable_input(self) -> None:
        """Stop reading and discard what is typed, except in `retake`."""
        if not self._is_retaking:
            super().disable_input()
            self._reset_input()

    def retake(self) -> None:
        """Set up the terminal again, as `TerminalUser.retake_terminal` says: another thread continues to read."""
        before, self.attrs_before, self._is_retaking = self.attrs_before, None, True
        try:
            self.suspend_application_mode()
            self.resume_application_mode()
        finally:
            self.attrs_before, self._is_retaking = before, False

    def run_input_thread(self) -> None:
        """Read the terminal until `exit_event` is set or another thread reads it."""
        self._reader = threading.current_thread()
        with self._reading, selectors.SelectSelector() as selector:
            parser, key_events, decode = self._parser, self._key_events, self._decoder.decode
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set() and self._reader is threading.current_thread():
                timeout = POLL_SECONDS if parser.deadline is None else parser.deadline - time.monotonic()
                if selector.select(min(max(timeout, 0.0), POLL_SECONDS)):
                    try:
                        data = os.read(self.fileno, READ_BYTES)
                    except OSError:
                        data = b""
                    if not data:  # the terminal is closed, which the app checks itself
                        self.exit_event.wait(POLL_SECONDS)
                    tokens = parser.feed(decode(data), time.monotonic())
                else:
                    tokens = parser.tick(time.monotonic())
                for event in key_events.convert(tokens):
                    self.process_message(event)

    def write(self, data: str) -> None:
        """Write to the terminal; see `_MOUSE_MODES`."""
        super().write(_MOUSE_MODES.get(data, data) if len(data) == 8 else data)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the columns and rows of the terminal that shows the screen, never those of the environment."""
        for descriptor in (2, self.fileno, 1):
            try:
                columns, rows = os.get_terminal_size(descriptor)
            except OSError:
                continue
            if columns and rows:
                return columns, rows
        return super()._get_terminal_size()
