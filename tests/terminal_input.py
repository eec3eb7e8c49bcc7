"""Terminal input for tests: turns reads and pauses into Textual's events, with a manual clock."""

from __future__ import annotations

from textual import events
from textual.message import Message

from salesnerd_tui.terminal.key_parser import Decoder, KeyParser
from salesnerd_tui.tui.textual_compat import KeyEvents

ESCAPE_SECONDS = 0.025
LONG_PAUSE = 10.0


class TerminalInput:
    """Terminal input in progress; the input loop checks its deadlines whenever time passes."""

    def __init__(self) -> None:
        self._parser = KeyParser(ESCAPE_SECONDS)
        self._events = KeyEvents()
        self._decode = Decoder().decode
        self._now = 100.0
        self.events: list[Message] = []

    def read(self, *chunks: str | bytes) -> TerminalInput:
        """Send reads without a pause between them; text is encoded as UTF-8."""
        for data in chunks:
            sent = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
            self.events += self._events.convert(self._parser.feed(self._decode(sent), self._now))
        return self

    def pause(self, seconds: float) -> TerminalInput:
        """Let time pass, and stop at each deadline."""
        ends_at = self._now + seconds
        while self._parser.deadline is not None and self._parser.deadline <= ends_at:
            self._now = max(self._now, self._parser.deadline)
            self.events += self._events.convert(self._parser.tick(self._now))
        self._now = ends_at
        return self

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.events if isinstance(event, events.Key)]

    @property
    def pasted(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, events.Paste)]

    @property
    def event_texts(self) -> list[str]:
        """Return all events so far, in a comparable form."""
        return [
            f"{event.key} {event.character!r}" if isinstance(event, events.Key) else repr(event)
            for event in self.events
        ]


def read_events(*chunks: str | bytes) -> list[Message]:
    """Return the events of reads without pauses."""
    return TerminalInput().read(*chunks).events


def read_event_texts(*chunks: str | bytes) -> list[str]:
    """Return the events of reads after all timeouts."""
    return TerminalInput().read(*chunks).pause(LONG_PAUSE).event_texts


def read_keys(*chunks: str | bytes) -> list[str]:
    return TerminalInput().read(*chunks).pause(LONG_PAUSE).keys
