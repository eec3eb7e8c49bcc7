"""The live screen's ears: speech comes in, the disk says what it has, and it is asked whose words are mine."""

from __future__ import annotations

import threading

from textual.message import Message

from salesnerd_tui.call.events import FloorTaken, Heard, Side
from salesnerd_tui.hearing.source import Listening, Spoken
from salesnerd_tui.notes.receipts import Kept, NotKept
from salesnerd_tui.ui.beside import beside_the_keys, give_way
from salesnerd_tui.ui.live_playbook import LivePlaybook
from salesnerd_tui.ui.noted import Receipts
from salesnerd_tui.ui.opening import Call

ALIVE = ("clock", "status", "trouble", "coach")
"""The parts that time and speech change."""


class LiveHearing(LivePlaybook):
    """A recording waits until it is known which of its speakers is me; what is live cannot wait, and counts later."""

    over = False

    class Spoke(Message, namespace="live_screen"):
        """A source gave an event, on its own thread."""

        def __init__(self, event: Spoken) -> None:
            super().__init__()
            self.event = event

    class Receipt(Message, namespace="live_screen"):
        """The disk said something, on the writer's thread."""

        def __init__(self, outcome: Kept | NotKept) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self.receipts = Receipts()
        self.receipts.were_kept(range(len(self.session.events)))
        self._listening: Listening | None = None
        self._asked_who = False
        self._waits = False

    @property
    def holder(self) -> Side:
        """Who holds the floor, at once after the talk key."""
        return self.talk_key.side

    def _holders(self) -> tuple[Side, Side]:
        """By key and voice, and as the coach sees it, for whom a word of assent takes no floor."""
        return self.holder, self.session.coach.talk.holder

    # where it comes from

    def _listen(self) -> None:
        give_way()
        if self.call.source is None:
            return
        self._listening = Listening(self.call.source, self._heard, self.call.clock)
        self.call_after_refresh(self._read_wordings)
        if self.call.asks_who:
            self._waits = True
            self.call.clock.pause()
            self.ask_who()
        else:
            self._listening.start()

    def _read_wordings(self) -> None:
        """What the questions say is read before anybody speaks, beside the keys."""
        session = self.session

        def read() -> None:
            with beside_the_keys():
                session.use(session.readied())

        threading.Thread(target=read, name="wordings", daemon=True).start()

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.stop(0.2)

    def _heard(self, event: Spoken) -> None:
        """On the source's thread."""
        self.post_message(self.Spoke(event))

    def _told(self, outcome: Kept | NotKept) -> None:
        """On the writer's thread."""
        self.post_message(self.Receipt(outcome))

    # what comes

    def on_live_screen_spoke(self, message: Spoke) -> None:
        message.stop()
        event = message.event
        if self.over:
            return
        before, holders = self.session.state, self._holders()
        self.session.hear(event)
        if isinstance(event, Heard):
            self._notice(event)
        if isinstance(event, Heard | FloorTaken):
            self.talk_key.follow(event.side)
        if self.session.state is not before:
            self.changed()
        elif self._holders() != holders:
            self._repaint(*ALIVE)

    def on_live_screen_receipt(self, message: Receipt) -> None:
        message.stop()
        outcome = message.outcome
        if isinstance(outcome, Kept):
            self.receipts.were_kept(outcome.numbers)
        else:
            self.receipts.were_refused(outcome.numbers, outcome.why)
        self._repaint("notes", "trouble")
        self._show_last_note()
        if self.panicked:
            self.middle.repaint()

    def _show_last_note(self) -> None:
        raise NotImplementedError

    # who is who

    def _notice(self, event: Heard) -> None:
        """A live source names its speakers only as they speak."""
        name = event.speaker.strip()
        if self.call.sides.known or self._asked_who or not name:
            return
        if name not in self.call.speakers:
            self.call.speakers = (*self.call.speakers, name)
        if len(self.call.speakers) >= 2 and self.panel is None and self.box.purpose is None:
            self.ask_who()

    def do_who(self) -> None:
        if self.call.speakers:
            self.ask_who()
        else:
            self.say("nobody has been heard by name yet")

    def ask_who(self) -> None:
        """Which of the speakers is me; a live call goes on meanwhile."""
        from salesnerd_tui.ui.panels.who import which_is_me

        self._asked_who = True
        call = self.call
        self.open(which_is_me(call.speakers, call.suggested, self._is_me, self.close, waits=self._waits))

    def _is_me(self, *names: str) -> None:
        sides = self.call.sides
        sides.choose(names)
        self.session.identify(names, sides.side)
        self.close()
        self.changed()
        self.say(f"you are {names[0]}" if names else "none of them is you: nobody's words count")

    def close(self) -> None:
        super().close()
        self._play()

    def _play(self) -> None:
        """However the question went away, the recording waits no longer."""
        if self._waits and self._listening is not None and not self.over:
            self._waits = False
            self.call.clock.go_on()
            self._listening.start()

    def _repaint(self, *ids: str) -> None:
        for id in ids:
            part = self.part(id)
            if part is not None:
                part.repaint()
