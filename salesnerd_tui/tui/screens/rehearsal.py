"""How a rehearsal looks: what was said above the question, the drill on the second line.

A rehearsal on the live screen: the real one, with a buyer who answers what you type.
"""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.app.call_text import CallWarning
from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.rehearsal import talk
from salesnerd_tui.app.request import CannotOpen
from salesnerd_tui.call.events import Heard, Rehearsed, Side, SourceChanged
from salesnerd_tui.rehearsal.conversation import RehearsalTalk, RunningTime
from salesnerd_tui.rehearsal.drills import TOLD
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.panels.help import help_panel
from salesnerd_tui.tui.render.prompt import draw_prompt
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, line, wrapped
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.widgets.note_input import InputMode

PROMPT_ROWS = 6
"""Rows the question keeps at the least."""

READABLE = 84


class Rehearsing(LiveScreen):
    """`talk` is there once somebody plays the other side."""

    KEYS = "rehearse"
    PASTED_INTO = "say"

    def __init__(self, call: OpenedCall, desk: CallService) -> None:
        super().__init__(call)
        self.desk = desk
        self.talk: RehearsalTalk | None = None

    @property
    def resting(self) -> str:
        told = (("say", "says something"), ("note", "notes"), ("help", "shows the keys"))
        return ", ".join(filter(None, (self.table.told(id, does) for id, does in told)))

    @property
    def _partial(self) -> str:
        """What was heard of the sentence they are in."""
        return self.talk.saying if self.talk is not None else ""

    def trouble(self) -> CallWarning | None:
        """Without a microphone nothing has to be heard here; what is not saved stays the loudest."""
        found = super().trouble()
        return found if found is not None and (found.bad or self.call.source is not None) else None

    def hints(self) -> Iterable[tuple[str, str]]:
        keys = self.table.hints()
        return () if self.panicked else (*keys[:3], keys[-1]) if self.is_small else keys

    def _show_last_note(self) -> None:
        super()._show_last_note()
        if not self.is_small or not self._rows:
            self.box.rest_on(self.resting)

    def draw(self, width: int, height: int) -> Lines:
        if self.panicked:
            return super().draw(width, height)
        if self.is_small:
            return draw_prompt(self.view, width, height, self.shown)
        spoken = self._dialogue(min(width, READABLE), max(height - PROMPT_ROWS, 1))
        return [*spoken, *draw_prompt(self.view, width, height - len(spoken), self.shown)]

    def _dialogue(self, width: int, height: int) -> Lines:
        """The end of what was said, theirs the louder."""
        drill = self.talk.drill if self.talk is not None else None
        lines = wrapped(TOLD[drill], width - 2, MUTED, " ") if drill is not None else []
        said = [event for event in self.session.events if isinstance(event, Heard) and event.final][-3:]
        for number, event in enumerate(said):
            theirs = event.side is Side.THEM
            last = number == len(said) - 1 and not self._partial
            lines += _spoken(event.speaker, event.text or "", width, "bold" if theirs and last else MUTED)
            lines += self._then(event.text, width) if theirs else []
        if self._partial and self.talk is not None:
            lines += _spoken(self.talk.speaker, self._partial, width, "bold")
        return [*lines[-(height - 1) :], blank()] if height > 1 else lines[-1:]

    def _then(self, text: str | None, width: int) -> Lines:
        scene = self.talk.scene if self.talk is not None else None
        then = next((each.then for each in scene.lines if each.then and each.text == text), "") if scene else ""
        return wrapped(f"then you said: {then}", width - 4, MUTED, "    ", most=3) if then else []

    def show_drill(self) -> None:
        """The second line: the drill; where the screen is small, their words."""
        if self.talk is None:
            return
        drill = self.talk.drill
        if self.is_small:
            theirs = self._partial or self._last_words()
            self.caption = one_line(f"{self.talk.speaker}: {theirs}") if theirs else ""
        elif drill is not None:
            self.caption = f"{drill} drill: {self.talk.progress}"
        self._repaint("trouble")

    def _last_words(self) -> str:
        said = (event for event in reversed(self.session.events) if isinstance(event, Heard) and event.final)
        last = next(said, None)
        return last.text or "" if last is not None and last.side is Side.THEM else ""


def _spoken(speaker: str, text: str, width: int, style: str) -> Lines:
    rows = wrapped(text, width - 2, style, "  ", most=4)
    return [line((f" {speaker}", MUTED)), *rows] if rows else []


LOOK_SECONDS = 0.1
"""How often it is looked whether they say something; faster than words can be read."""


class RehearseScreen(Rehearsing):
    """Enter says something. The clock stands while you type: nobody types as fast as they talk."""

    CSS_PATH = "live.tcss"

    def __init__(self, call: OpenedCall, desk: CallService) -> None:
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
        self.box.begin(InputMode("say", self._said, self._kept_back, text=self._unsaid, placeholder=told))

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
