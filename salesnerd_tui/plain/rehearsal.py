"""A rehearsal in plain text mode: a line is what you say, and a line that starts with / is a command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.call import view
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Dismissed, Ended, Event, Heard, Promised
from salesnerd_tui.plain.demo import event_lines
from salesnerd_tui.rehearsal.drills import Drill
from salesnerd_tui.services import call_commands
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import running_clock

if TYPE_CHECKING:
    from salesnerd_tui.call_session import CallSession
    from salesnerd_tui.rehearsal.conversation import ManualClock, RehearsalTalk

HELP = """A line is what you say; an empty line waits. Commands start with a slash:
  /ask        say the current question
  /note TEXT  save a note           /1 … /9   pick the answer you heard
  /n next     /s skip   /b back     /j ID     jump
  /d DETOUR   take a detour         /u        undo
  /end OUTCOME [field=text; …]      /q        stop"""

TICK_SECONDS = 1.0


class PlainRehearsal:
    """Takes lines of input and yields the lines to print. `is_over` once the rehearsal has ended."""

    def __init__(self, session: CallSession, talk: RehearsalTalk, time: ManualClock) -> None:
        self._session = session
        self._talk = talk
        self._time = time
        self._seen = 0
        self._asked = ""

    @property
    def is_over(self) -> bool:
        return self._session.state.ended is not None

    def begin(self) -> Iterator[str]:
        """Start the rehearsal."""
        self._talk.go_on()
        self._let_them_speak()
        yield from self._news()

    def take(self, line: str) -> Iterator[str]:
        """Carry out one line of input."""
        words = line.strip()
        if words in ("/?", "/help"):
            yield HELP
            return
        try:
            self._do(words)
        except CannotAct as refusal:
            yield f"        ✗ {refusal}"
        yield from self._news()

    def stop(self) -> Iterator[str]:
        """End the rehearsal at the end of the input."""
        if not self.is_over:
            self._stop()
            yield from self._news()

    def _do(self, words: str) -> None:
        if words == "":
            self._let_them_speak()
        elif words == "/q":
            self._stop()
        elif words[:1] == "/" and words != "/ask":
            name, _, rest = words[1:].partition(" ")
            self._command(name, rest.strip())
        else:
            self._say(view.prompt(self._session.now).text if words == "/ask" else words)

    def _stop(self) -> None:
        self._session.do(lambda now: (Ended(now.at, "stopped", ""),))

    def _say(self, words: str) -> None:
        self._talk.say(words)
        if self._talk.drill is not Drill.SILENCE or self._talk.scene.over:
            self._let_them_speak()
        if self._talk.is_over:
            self._talk.finish()

    def _command(self, name: str, words: str) -> None:
        if name.isascii() and name.isdigit():
            name, words = "pick", name
        command = next(
            (command for command in call_commands.of(call_commands.REHEARSE) if name in (command.name, command.short)),
            None,
        )
        if command is None:
            raise CannotAct(f"unknown command /{name} (list commands with /?)")
        act = command.act
        if act is not None:
            self._session.do(lambda now: act(now, words))
        elif command.on_session is not None:
            command.on_session(self._session)

    def _let_them_speak(self) -> None:
        """Let time pass until the buyer has said everything."""
        while (at := self._talk.next_at) is not None:
            while self._time() + TICK_SECONDS < at:
                self._time.advance(TICK_SECONDS)
                self._session.tick()
            self._time.advance(max(at - self._time(), 0.0))
            self._talk.hear()

    def _news(self) -> Iterator[str]:
        for event in self._session.events[self._seen :]:
            if not isinstance(event, Promised | Dismissed) and not _is_stop(event):
                yield from event_lines(event)
            if isinstance(event, Heard) and event.final:
                yield from self._said_then(event)
        self._seen = len(self._session.events)
        question = view.prompt(self._session.now).text
        if question != self._asked and not self.is_over and self._talk.drill is None:
            self._asked = question
            yield f"{running_clock(self._time()):>6}         [ {one_line(question)} ]"
        if self._talk.drill is Drill.SILENCE and self._talk.next_at is not None and not self.is_over:
            yield "        … (an empty line waits)"

    def _said_then(self, event: Heard) -> Iterator[str]:
        """Yield what the user said at this point of a recorded call."""
        line = next((line for line in self._talk.scene.lines if line.then and line.text == event.text), None)
        if line is not None:
            yield f"            then you said: “{one_line(line.then)}”"


def _is_stop(event: Event) -> bool:
    return isinstance(event, Ended) and not event.decision
