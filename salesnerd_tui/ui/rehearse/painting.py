"""How a rehearsal looks: what was said above the question, the drill on the second line."""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.call.rehearsal.drills import TOLD
from salesnerd_tui.text import one_line
from salesnerd_tui.ui.drawing.prompt import draw_prompt
from salesnerd_tui.ui.drawing.words import MUTED, Lines, blank, line, wrapped
from salesnerd_tui.ui.live import LiveScreen
from salesnerd_tui.ui.opening import Call, Desk
from salesnerd_tui.ui.rehearse.talk import Talk
from salesnerd_tui.ui.trouble import Trouble

PROMPT_ROWS = 6
"""Rows the question keeps at the least."""

READABLE = 84


class Rehearsing(LiveScreen):
    """`talk` is there once somebody plays the other side."""

    KEYS = "rehearse"
    PASTED_INTO = "say"

    def __init__(self, call: Call, desk: Desk) -> None:
        super().__init__(call)
        self.desk = desk
        self.talk: Talk | None = None

    @property
    def resting(self) -> str:
        told = (("say", "says something"), ("note", "notes"), ("help", "shows the keys"))
        return ", ".join(filter(None, (self.table.told(id, does) for id, does in told)))

    @property
    def _partial(self) -> str:
        """What was heard of the sentence they are in."""
        return self.talk.saying if self.talk is not None else ""

    def trouble(self) -> Trouble | None:
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
