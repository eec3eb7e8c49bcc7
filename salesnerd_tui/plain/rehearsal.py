"""A rehearsal line by line: a line is something you say, a line that begins with / is a key. It can be scripted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from salesnerd_tui.call import actions, view
from salesnerd_tui.call.actions import CallContext, CannotAct
from salesnerd_tui.call.events import Dismissed, Ended, Event, Heard, Promised
from salesnerd_tui.call.outcome import end, endings
from salesnerd_tui.plain.demo import told
from salesnerd_tui.rehearsal.conversation import HandTime, RehearsalTalk
from salesnerd_tui.rehearsal.drills import Drill
from salesnerd_tui.session import CallSession
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import running_clock

HELP = """A line is what you say; an empty line waits. Keys begin with a slash:
  /ask        say the question that is shown
  /note WORDS keep a note           /1 … /9   pick the answer you heard
  /n next     /s skip   /b back     /j ID     jump
  /d DETOUR   take a detour         /u        undo
  /end OUTCOME [field=words; …]     /q        stop"""

Doing = Callable[[CallContext, str], tuple[Event, ...]]
GESTURES: Mapping[str, Doing] = {
    "n": lambda now, _: actions.go_next(now),
    "s": lambda now, _: actions.skip(now),
    "b": lambda now, _: actions.go_back(now),
    "m": lambda now, _: actions.mark(now),
    "j": lambda now, words: actions.jump(now, words),
    "d": lambda now, words: actions.take_detour(now, words),
    "note": lambda now, words: actions.note(now, words),
    "end": lambda now, words: _end(now, words),
}
TICK_SECONDS = 1.0


class PlainRehearsal:
    """Give it lines; each gives the lines to print. `is_over` once it has ended."""

    def __init__(self, session: CallSession, talk: RehearsalTalk, time: HandTime) -> None:
        self._session = session
        self._talk = talk
        self._time = time
        self._seen = 0
        self._asked = ""

    @property
    def is_over(self) -> bool:
        return self._session.state.ended is not None

    def begins(self) -> Iterator[str]:
        self._talk.go_on()
        self._let_them()
        yield from self._news()

    def takes(self, line: str) -> Iterator[str]:
        """One line of input."""
        words = line.strip()
        if words in ("/?", "/help"):
            yield HELP
            return
        try:
            self._do(words)
        except CannotAct as refusal:
            yield f"        ✗ {refusal}"
        yield from self._news()

    def stops(self) -> Iterator[str]:
        """The input is at its end."""
        if not self.is_over:
            self._session.do(lambda now: (Ended(now.at, "stopped", ""),))
            yield from self._news()

    def _do(self, words: str) -> None:
        if words == "":
            self._let_them()
        elif words == "/q":
            self._session.do(lambda now: (Ended(now.at, "stopped", ""),))
        elif words == "/u":
            self._session.undo()
        elif words[:1] == "/" and words != "/ask":
            name, _, rest = words[1:].partition(" ")
            self._key(name, rest.strip())
        else:
            self._say(view.prompt(self._session.now).text if words == "/ask" else words)

    def _say(self, words: str) -> None:
        self._talk.say(words)
        if self._talk.drill is not Drill.SILENCE or self._talk.scene.over:
            self._let_them()
        if self._talk.is_over:
            self._talk.finish()

    def _key(self, name: str, words: str) -> None:
        if name.isdigit():
            self._session.do(lambda now: actions.pick(now, int(name)))
        elif name in GESTURES:
            self._session.do(lambda now: GESTURES[name](now, words))
        else:
            raise CannotAct(f"there is no key /{name}: /? lists them")

    def _let_them(self) -> None:
        """Time passes until they have said what there was to say."""
        while (at := self._talk.next_at) is not None:
            while self._time() + TICK_SECONDS < at:
                self._time.advance(TICK_SECONDS)
                self._session.tick()
            self._time.advance(max(at - self._time(), 0.0))
            self._talk.hear()

    def _news(self) -> Iterator[str]:
        for event in self._session.events[self._seen :]:
            if not isinstance(event, Promised | Dismissed) and not _is_stop(event):
                yield from told(event)
            if isinstance(event, Heard) and event.final:
                yield from self._then(event)
        self._seen = len(self._session.events)
        question = view.prompt(self._session.now).text
        if question != self._asked and not self.is_over and self._talk.drill is None:
            self._asked = question
            yield f"{running_clock(self._time()):>6}         [ {one_line(question)} ]"
        if self._talk.drill is Drill.SILENCE and self._talk.next_at is not None and not self.is_over:
            yield "        … (an empty line waits)"

    def _then(self, event: Heard) -> Iterator[str]:
        """In a recorded call: what you said at this point then."""
        line = next((line for line in self._talk.scene.lines if line.then and line.text == event.text), None)
        if line is not None:
            yield f"            then you said: “{one_line(line.then)}”"


def _is_stop(event: Event) -> bool:
    return isinstance(event, Ended) and not event.decision


def _end(now: CallContext, words: str) -> tuple[Event, ...]:
    outcome, _, rest = words.partition(" ")
    known = [each.outcome.id for each in endings(now)]
    if outcome not in known:
        raise CannotAct(f"end with one of {', '.join(known)}")
    record = dict(part.split("=", 1) for part in rest.split(";") if "=" in part)
    return end(now, outcome, {name.strip(): text.strip() for name, text in record.items()})
