"""News of a call in plain text mode: what happened, what is wrong, the question, and the suggestion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.app.call_text import CallWarning, SaveReceipts, SaveState, call_warning
from salesnerd_tui.call import view
from salesnerd_tui.call.events import Answered, Heard, Noted, Side
from salesnerd_tui.call.view import CallView
from salesnerd_tui.plain import text
from salesnerd_tui.speech.source import ReadProgress, SourceEvent, SpeakersFound
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import OpenedCall

Say = Callable[[str], None]
TALK = "type talk when the speaker changes"


class PlainNews:
    """Prints what is new by calling `say` with each line. Not thread-safe."""

    def __init__(self, call: OpenedCall, say: Say) -> None:
        self.call = call
        self.session = call.session
        self.over = False
        self.panicked = False
        self.said = ""
        self.reload_trouble = ""
        self.receipts = SaveReceipts()
        self.receipts.were_kept(range(len(self.session.events)))
        self.view: CallView = view.view(self.session.now)
        self._say = say
        self._seen = len(self.session.events)
        self._asked: object = None
        self._section = ""
        self._offers: tuple[str, ...] = ()
        self._trouble: CallWarning | None = None
        self._printed_trouble = ""
        self._waits = False
        self._reads = False

    # input

    def hear(self, event: SourceEvent) -> None:
        """Take speech, a change of speaker, or a change of the source."""
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
        if isinstance(event, Heard) and self.call.notice_speaker(event):
            self._ask_who()
        self._print_news(self.session.state is not before)

    def tick(self) -> None:
        """Let a second pass."""
        if not self.over:
            before = self.session.state
            self.session.tick()
            self._print_news(self.session.state is not before)

    def _print_news(self, moved: bool) -> None:
        """Print news; words and seconds that change nothing cost almost nothing."""
        if moved:
            self.changed()
        else:
            self._print_suggestion()

    def on_saved(self, outcome: WriteSaved | WriteFailed) -> None:
        """Report what was saved, and what was not."""
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
            self._print_trouble()

    def _noted(self, number: int) -> str:
        """Return the note of an event; while hidden, automatic actions are not shown as notes."""
        event = self.session.events[number]
        return "" if self.panicked and not isinstance(event, Answered | Noted) else text.noted(event)

    @property
    def is_settled(self) -> bool:
        """Whether every event is known to be saved or unsaved."""
        return all(self.receipts.of(number) is not SaveState.WAITING for number in range(len(self.session.events)))

    # state

    @property
    def holder(self) -> Side:
        return self.session.speaker.side(self.call.clock())

    def trouble(self) -> CallWarning | None:
        return call_warning(self.call, self.receipts, self.reload_trouble, TALK)

    def say(self, words: str) -> None:
        self._say(f"No: {words}")

    # output

    def changed(self) -> None:
        """Print what is new: first what happened, then what is wrong, then the question, then the suggestion."""
        events, self._seen = self.session.events[self._seen :], len(self.session.events)
        self.view = view.view(self.session.now)
        if not self.panicked:
            self._print(text.event(event) for event in events)
        self._print_trouble()
        if not self.panicked and self.session.state.ended is None:
            self._ask()
        self._print_suggestion()

    def _print_trouble(self) -> None:
        trouble = self.trouble()
        if trouble is not None and trouble != self._trouble and (trouble.bad or not self.panicked):
            line = f"{text.capital(one_line(trouble.words))}{_fix(trouble)}"
            if trouble.bad or line != self._printed_trouble:
                self._say(line)
            self._printed_trouble = self._printed_trouble if trouble.bad else line
        self._trouble = trouble

    def _print_suggestion(self) -> None:
        """Print each suggestion once, when it comes up or its words change."""
        voice = self.session.speaker.voice(self.call.clock())
        found = () if self.panicked else tuple(text.suggestions(self.session.offers, voice))
        self._print(line for line in found if line not in self._offers)
        self._offers = found

    def _ask(self) -> None:
        """Print the question if it has changed."""
        prompt = self.view.prompt
        asked = (prompt.kind, prompt.item, prompt.text)
        if asked == self._asked:
            return
        before, self._asked = self._asked, asked
        where = text.section(self.view)
        if where != self._section and where:
            self._say(where)
        self._section = where
        self._print(text.question(self.view, whole=before is None or not self.view.prompt.parent))

    def _print(self, lines: Iterator[str]) -> None:
        for line in lines:
            if line:
                self._say(line)

    # speakers

    def _ask_who(self) -> None:
        names = enumerate(self.call.speakers, 1)
        listed = "; ".join(
            f"{number}: {one_line(name)}{', most likely' if name == self.call.suggested else ''}"
            for number, name in names
        )
        waits = " The recording is paused until you answer." if self._waits else ""
        self._say(f"Which of these is you? {listed}; 0: none of these. Type who and the number.{waits}")


def _fix(trouble: CallWarning) -> str:
    if trouble.bad:
        return ". Type save to retry."
    return f": {trouble.key}" if trouble.key else ""
