"""Terminal input for tests: reads and pauses in, Textual's events out, on a clock of its own."""

from __future__ import annotations

from textual import events
from textual.message import Message

from salesnerd_tui.terminal.key_parser import Decoder, KeyParser
from salesnerd_tui.tui.textual_compat import KeyEvents

ESCAPE_SECONDS = 0.025
LONG_PAUSE = 10.0


class TerminalInput:
    """A terminal at work; the input loop looks at the clock whenever time passes."""

    def __init__(self) -> None:
        self._parser = KeyParser(ESCAPE_SECONDS)
        self._events = KeyEvents()
        self._decode = Decoder().decode
        self._now = 100.0
        self.came: list[Message] = []

    def read(self, *reads: str | bytes) -> TerminalInput:
        """Reads that follow each other at once; text is sent as UTF-8."""
        for data in reads:
            sent = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
            self.came += self._events.of_read(self._parser.feed(self._decode(sent), self._now))
        return self

    def pause(self, seconds: float) -> TerminalInput:
        """Let time pass, with a look at each deadline on the way."""
        ends_at = self._now + seconds
        while self._parser.deadline is not None and self._parser.deadline <= ends_at:
            self._now = max(self._now, self._parser.deadline)
            self.came += self._events.of_read(self._parser.tick(self._now))
        self._now = ends_at
        return self

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.came if isinstance(event, events.Key)]

    @property
    def pasted(self) -> list[str]:
        return [event.text for event in self.came if isinstance(event, events.Paste)]

    @property
    def story(self) -> list[str]:
        """Everything that came, in a form that can be compared."""
        return [
            f"{event.key} {event.character!r}" if isinstance(event, events.Key) else repr(event) for event in self.came
        ]


def events_of(*reads: str | bytes) -> list[Message]:
    """What comes of reads that follow each other at once."""
    return TerminalInput().read(*reads).came


def story_of(*reads: str | bytes) -> list[str]:
    """What has come of the reads when nothing more can follow."""
    return TerminalInput().read(*reads).pause(LONG_PAUSE).story


def keys_of(*reads: str | bytes) -> list[str]:
    return TerminalInput().read(*reads).pause(LONG_PAUSE).keys
