"""Demo screen: the live screen, with a script that presses the keys and with captions of what is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Heard
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.screens.live import LiveScreen

if TYPE_CHECKING:
    from salesnerd_tui.services import demo
    from salesnerd_tui.services.call_service import CallService, OpenedCall
    from salesnerd_tui.speech.source import SourceEvent
    from salesnerd_tui.tui.keymap import Command

STEP_CHECK_SECONDS = 0.1
"""Seconds between two checks whether a step of the script is due."""

DEBRIEF_DELAY_SECONDS = 1.5
"""Real seconds between the end of the call and its debrief."""

READ_ONLY_COMMANDS = frozenset({"leave", "hide", "help", "evidence", "why", "theme", "commands"})
"""Commands that do not change the call, which would confuse the script."""


class DemoScreen(LiveScreen):
    """Live screen whose call the user cannot change: the talk key pauses it, and it can be left."""

    is_controllable = False

    def __init__(self, call: OpenedCall, steps: tuple[demo.DemoStep, ...], service: CallService) -> None:
        super().__init__(call, service)
        self._steps = list(steps)
        self._last_step = "a sample call with the real coach"

    def on_mount(self) -> None:
        self.caption = f"demo at {self.call.clock.speed:g}x speed; nothing is saved"
        self.set_interval(STEP_CHECK_SECONDS, self._play_due_steps)

    def _play_due_steps(self) -> None:
        if self.is_over or self.call.clock.is_paused:
            return
        while self._steps and self._steps[0].at <= self.call.clock():
            step = self._steps.pop(0)
            self._last_step = step.caption
            try:
                self.session.do(step)
            except CannotAct as refusal:
                self._last_step = str(refusal)
            self.changed()
            if step.name == "end":
                self.set_timer(DEBRIEF_DELAY_SECONDS, lambda: self.close_call(is_ended=True))
                return

    def on_speech(self, event: SourceEvent) -> None:
        """Process what is said; the demo ignores reports of the source about itself."""
        if isinstance(event, Heard):
            self.speech.process(event, self._show_caption)

    def _show_caption(self, event: Heard) -> None:
        self.caption = one_line(f"{event.speaker}: {event.text or ''}")
        self.repaint_parts("warning")
        if self.is_small:
            self.show_idle_text()

    # keys

    def press_key(self, key: str) -> None:
        """Show a hidden call again on any key, because a demo does not have to be hidden."""
        command = self.key_table.command_by_key.get(key)
        if self.is_coaching_hidden and (command is None or command.id != "hide"):
            self.do_hide()
            if command is None or command.id != "leave":
                return
        super().press_key(key)

    def run_command(self, command: Command) -> None:
        if command.id == "talk":
            clock = self.call.clock
            clock.resume() if clock.is_paused else clock.pause()
            self.say(f"paused: {self.key_phrase('talk', 'resumes')}" if clock.is_paused else "")
        elif command.id in READ_ONLY_COMMANDS:
            super().run_command(command)
        else:
            self._refuse("; start your own call with: salesnerd live")

    def handle_unbound(self, key: str) -> None:
        if key != "escape":
            self._refuse()

    def _refuse(self, advice: str = "") -> None:
        keys = (self.key_phrase("talk", "pauses"), self.key_phrase("leave", "quits"))
        self.say(f"this is a demo: {', '.join(filter(None, keys))}{advice}")

    def do_leave(self) -> None:
        self.close_call(is_ended=False)

    # painting

    def hints(self) -> Iterable[tuple[str, str]]:
        keys = self.key_table.shown_keys
        pause = "resume" if self.call.clock.is_paused else "pause"
        pairs = ((keys.get("talk", ""), pause), (keys.get("leave", ""), "quit"))
        return (("DEMO", ""), *(pair for pair in pairs if pair[0]))

    def show_idle_text(self) -> None:
        """Show what the engineer of the demo does; small sizes show what is said instead, which has no row there."""
        self.input.set_idle_text(self.caption if self.is_small and self.caption else self._last_step)
