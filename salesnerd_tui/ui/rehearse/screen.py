"""A rehearsal on the live screen: the real one, with a buyer who answers what you type."""

from __future__ import annotations

from salesnerd_tui.call.events import Heard, Rehearsed, Side, SourceChanged
from salesnerd_tui.ui.live import LiveScreen
from salesnerd_tui.ui.opening import Call, Desk
from salesnerd_tui.ui.panels.explaining import help_panel
from salesnerd_tui.ui.rehearse.opening import talk
from salesnerd_tui.ui.rehearse.painting import Rehearsing
from salesnerd_tui.ui.rehearse.talk import RunningTime
from salesnerd_tui.ui.widgets.linebox import Purpose
from salesnerd_tui.ui.wish import CannotOpen

LOOK_SECONDS = 0.1
"""How often it is looked whether they say something; faster than words can be read."""


class RehearseScreen(Rehearsing):
    """Enter says something. The clock stands while you type: nobody types as fast as they talk."""

    CSS_PATH = "../live.tcss"

    def __init__(self, call: Call, desk: Desk) -> None:
        super().__init__(call, desk)
        self._unsaid = ""

    def on_mount(self) -> None:
        self.call_after_refresh(self._meet)

    def _meet(self) -> None:
        """The call has begun by now, and says who plays the other side."""
        rehearsed = next((event for event in self.session.events if isinstance(event, Rehearsed)), None)
        try:
            if rehearsed is None:
                raise CannotOpen("this call is no rehearsal")
            self.talk = talk(self.desk, self.session, RunningTime(self.call.clock), rehearsed)
        except CannotOpen as problem:
            self.say(f"nobody answers: {problem}")
            return
        self.talk.go_on()
        self.set_interval(LOOK_SECONDS, self._converse)
        self.show_drill()
        if self.talk.drill is None and not self.call.told:
            begin = self.table.told("say", "and type what you say", "say something")
            self.say(f"{self.talk.speaker} is there: {begin} (seed {rehearsed.seed})")

    # talking

    def on_live_screen_spoke(self, message: LiveScreen.Spoke) -> None:
        """A microphone hears you; that it hears a voice alone, or the loudspeaker, says nothing to a buyer."""
        message.stop()
        message.prevent_default()
        event = message.event
        if self.over or self.talk is None:
            return
        if isinstance(event, SourceChanged):
            self.session.hear(event)
        elif isinstance(event, Heard) and event.side is not Side.THEM and event.text:
            self.talk.overhear(event)
            self._look_at_the_end()
        self.changed()

    def do_say(self) -> None:
        self.call.clock.pause()
        told = "say…  enter says it, empty asks the question shown"
        self.box.begin(Purpose("say", self._said, self._kept_back, text=self._unsaid, placeholder=told))

    def _said(self, text: str) -> None:
        self.box.rest()
        self.call.clock.go_on()
        self._unsaid = ""
        words = text.strip() or self.view.prompt.text
        if self.talk is None or not words:
            self.say("nobody is there to hear it")
            return
        self.talk.say(words)
        self.changed()
        self._look_at_the_end()

    def _kept_back(self) -> None:
        self._unsaid = self.box.text
        self.box.rest()
        self.call.clock.go_on()
        self.repaint()

    def do_hurry(self) -> None:
        if self.talk is not None and self.talk.they_speak:
            self.talk.hear_out()
            self.changed()
        else:
            self.say(f"they think: wait, or {self.table.told('say', 'says something', 'say something')}")

    def do_help(self) -> None:
        self.open(help_panel(self.close, self.table, asks=True, types=True))

    def _converse(self) -> None:
        """Let them say what is due."""
        if self.over or self.talk is None or self.call.clock.paused:
            return
        if self.talk.hear():
            self.changed()
        self._look_at_the_end()

    def _look_at_the_end(self) -> None:
        if self.talk is None or self.over:
            return
        self.show_drill()
        if self.talk.is_over:
            self.talk.finish()
            self.finish(ended=True)
