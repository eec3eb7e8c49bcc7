"""The demo on the live screen: the real one, with somebody else pressing the keys and captions of what is said."""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.app import demo
from salesnerd_tui.app.calls import OpenedCall
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Heard
from salesnerd_tui.speech.source import SourceEvent
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.commands import Command
from salesnerd_tui.tui.screens.live import LiveScreen

LOOK_SECONDS = 0.1
"""How often it is looked whether a key is due; no hand is more exact."""

AFTER_SECONDS = 1.5
"""Real seconds between the end of the call and its debrief."""

ITS_KEYS = frozenset({"leave", "hide", "help", "evidence", "why", "theme", "commands"})
"""Commands that only look. The rest would leave the script without its place."""


class DemoScreen(LiveScreen):
    """`space` pauses, `q` leaves; nothing else changes the call."""

    CSS_PATH = "live.tcss"
    reachable = False

    def __init__(self, call: OpenedCall, acts: tuple[demo.DemoStep, ...]) -> None:
        super().__init__(call)
        self._acts = list(acts)
        self._did = "an invented call; the coach is the real one"

    def on_mount(self) -> None:
        self.caption = f"a demo, at {self.call.clock.speed:g} times its pace: nothing of it is kept"
        self.set_interval(LOOK_SECONDS, self._act_if_due)

    def _act_if_due(self) -> None:
        if self.over or self.call.clock.paused:
            return
        while self._acts and self._acts[0].at <= self.call.clock():
            act = self._acts.pop(0)
            self._did = act.caption
            if act.do == "end":
                self._end(act)
                return
            try:
                self.session.do(act)
            except CannotAct as refusal:
                self._did = str(refusal)
            self.changed()

    def _end(self, act: demo.DemoStep) -> None:
        self.session.do(act)
        self.changed()
        self.set_timer(AFTER_SECONDS, lambda: self.finish(ended=True))

    def _heard(self, event: SourceEvent) -> None:
        if isinstance(event, Heard):
            super()._heard(event)

    def _notice(self, event: Heard) -> None:
        self.caption = one_line(f"{event.speaker}: {event.text or ''}")
        self._repaint("trouble")

    def act(self, command: Command) -> None:
        if command.id == "talk":
            self._pause()
        elif command.id in ITS_KEYS:
            super().act(command)
        else:
            self.say(f"this is a demo: {self._its_keys()}; salesnerd live takes a call of your own")

    def unclaimed(self, key: str) -> None:
        if key != "escape":
            self.say(f"this is a demo: {self._its_keys()}")

    def _its_keys(self) -> str:
        return ", ".join(filter(None, (self.table.told("talk", "pauses it"), self.table.told("leave", "leaves"))))

    def _pause(self) -> None:
        clock = self.call.clock
        clock.go_on() if clock.paused else clock.pause()
        self.say(f"paused: {self.table.told('talk', 'goes on')}" if clock.paused else "")

    def do_leave(self) -> None:
        self.finish(ended=False)

    def hints(self) -> Iterable[tuple[str, str]]:
        shown = self.table.shown
        pauses = "goes on" if self.call.clock.paused else "pauses"
        keys = ((shown.get("talk", ""), pauses), (shown.get("leave", ""), "leaves"))
        return (("DEMO", ""), *(pair for pair in keys if pair[0]))

    def _show_last_note(self) -> None:
        """The line shows what the engineer does."""
        self.box.rest_on(self._did)
