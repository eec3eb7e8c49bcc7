"""What is new in a call, told as lines: what happened, what is wrong, the question, what waits for a yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.app.call_text import CallWarning, SaveReceipts, SaveState, trouble_of
from salesnerd_tui.call import view
from salesnerd_tui.call.events import Answered, FloorTaken, Heard, Noted, Side
from salesnerd_tui.call.view import CallView
from salesnerd_tui.plain import text
from salesnerd_tui.speech.source import ReadProgress, SourceEvent, SpeakersFound, TalkKey
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import OpenedCall

Say = Callable[[str], None]
TALK = "talk shows who talks"


class PlainNews:
    """`say` gets each line. All methods are called on one thread."""

    def __init__(self, call: OpenedCall, say: Say) -> None:
        self.call = call
        self.session = call.session
        self.over = False
        self.panicked = False
        self.said = ""
        self.reload_trouble = ""
        self.receipts = SaveReceipts()
        self.receipts.were_kept(range(len(self.session.events)))
        self.talk_key = TalkKey()
        self.view: CallView = view.view(self.session.now)
        self._say = say
        self._seen = len(self.session.events)
        self._asked: object = None
        self._section = ""
        self._offer = ""
        self._trouble: CallWarning | None = None
        self._told_trouble = ""
        self._waits = False
        self._reads = False

    # what happens

    def hears(self, event: SourceEvent) -> None:
        """Speech, the floor or news of the source."""
        if self.over:
            return
        if isinstance(event, ReadProgress):
            if not self._reads:
                self._say(f"{text.capital(one_line(event.message.rpartition(':')[0]))}.")
            self._reads = True
            return
        if isinstance(event, SpeakersFound):
            self.call.speakers, self.call.suggested, self._waits = event.speakers, event.suggested, True
            self._ask_who()
            return
        before = self.session.state
        self.session.hear(event)
        if isinstance(event, Heard):
            self._notice(event)
        if isinstance(event, Heard | FloorTaken):
            self.talk_key.follow(event.side)
        self._news(self.session.state is not before)

    def ticks(self) -> None:
        """A second has passed."""
        if not self.over:
            before = self.session.state
            self.session.tick()
            self._news(self.session.state is not before)

    def _news(self, moved: bool) -> None:
        """Words and seconds that change nothing cost next to nothing."""
        if moved:
            self.changed()
        else:
            self._tell_waiting()

    def told(self, outcome: WriteSaved | WriteFailed) -> None:
        """The disk said something."""
        if isinstance(outcome, WriteFailed):
            self.receipts.were_refused(outcome.numbers, outcome.why)
        else:
            fresh = [number for number in outcome.numbers if number not in self.receipts.kept]
            self.receipts.were_kept(outcome.numbers)
            for number in fresh:
                words = self._noted(number)
                if words:
                    self._say(f"Saved: {words}")
        if self.receipts.refused or (self._trouble is not None and self._trouble.bad):
            self._tell_trouble()

    def _noted(self, number: int) -> str:
        """What was noted by an event; while hidden, what the call did by itself is no note."""
        event = self.session.events[number]
        return "" if self.panicked and not isinstance(event, Answered | Noted) else text.noted(event)

    @property
    def is_told_of_all(self) -> bool:
        """Whether the disk has said of every event that it is kept, or that it is not."""
        return all(self.receipts.of(number) is not SaveState.WAITING for number in range(len(self.session.events)))

    # what is shown elsewhere

    @property
    def holder(self) -> Side:
        return self.talk_key.side

    def trouble(self) -> CallWarning | None:
        refused = self.receipts.refused
        if self.reload_trouble and not refused:
            return CallWarning(self.reload_trouble)
        told_floor = any(isinstance(event, FloorTaken) for event in self.session.events[-400:])
        hears = self.call.source is not None
        return trouble_of(self.session.state, len(refused), self.receipts.why, hears, told_floor, TALK)

    def say(self, words: str) -> None:
        self._say(f"No: {words}")

    # telling

    def changed(self) -> None:
        """Say what is new: what happened first, then what is wrong, then the question, then what waits for a yes."""
        events, self._seen = self.session.events[self._seen :], len(self.session.events)
        self.view = view.view(self.session.now)
        if not self.panicked:
            self._tell(text.event(event) for event in events)
        self._tell_trouble()
        if not self.panicked and self.session.state.ended is None:
            self._ask()
        self._tell_waiting()

    def _tell_trouble(self) -> None:
        trouble = self.trouble()
        if trouble is not None and trouble != self._trouble and (trouble.bad or not self.panicked):
            told = f"{text.capital(one_line(trouble.words))}{_mend(trouble)}"
            if trouble.bad or told != self._told_trouble:
                self._say(told)
            self._told_trouble = self._told_trouble if trouble.bad else told
        self._trouble = trouble

    def _tell_waiting(self) -> None:
        waiting = "" if self.panicked else text.offer(self.session.offers, self.holder)
        if waiting != self._offer and waiting:
            self._say(waiting)
        self._offer = waiting

    def _ask(self) -> None:
        """The question, if it is another one than before."""
        prompt = self.view.prompt
        asked = (prompt.kind, prompt.item, prompt.text)
        if asked == self._asked:
            return
        before, self._asked = self._asked, asked
        where = text.section(self.view)
        if where != self._section and where:
            self._say(where)
        self._section = where
        self._tell(text.question(self.view, whole=before is None or not self.view.prompt.parent))

    def _tell(self, lines: Iterator[str]) -> None:
        for line in lines:
            if line:
                self._say(line)

    # who is who

    def _ask_who(self) -> None:
        names = enumerate(self.call.speakers, 1)
        listed = "; ".join(
            f"{number}: {one_line(name)}{', most likely' if name == self.call.suggested else ''}"
            for number, name in names
        )
        waits = " The recording waits for it." if self._waits else ""
        self._say(f"Which of these is you? {listed}; 0: none of these. Type who and the number.{waits}")

    def _notice(self, event: Heard) -> None:
        """A live source names its speakers only as they speak."""
        name = event.speaker.strip()
        if self.call.sides.known or not name or name in self.call.speakers:
            return
        self.call.speakers = (*self.call.speakers, name)
        if len(self.call.speakers) >= 2:
            self._ask_who()


def _mend(trouble: CallWarning) -> str:
    if trouble.bad:
        return ". save tries again."
    return f": {trouble.key}" if trouble.key else ""
