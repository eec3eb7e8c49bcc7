"""Rehearsal screen: the live screen with a simulated buyer who answers what the user types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Heard, Rehearsed, Side, SourceChanged
from salesnerd_tui.rehearsal.drills import TASKS
from salesnerd_tui.services.call_service import CannotOpen, OpenedCall
from salesnerd_tui.services.rehearsal import open_conversation
from salesnerd_tui.tui.render.question import ANSWER_ROWS, HINT_ROWS, side_by_side
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, line, wrap
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.rehearsal.conversation import RehearsalConversation
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.services.call_status import CallWarning
    from salesnerd_tui.speech.source import SourceEvent

MAX_ANSWER_ROWS = 2
"""Rows of the answers above the dialogue if there are too few for the cues."""

MAX_DIALOGUE_WIDTH = 84
BUYER_CHECK_SECONDS = 0.1
"""Seconds between two checks whether the buyer says something; people read more slowly."""


class RehearsalScreen(LiveScreen):
    """Live screen with the dialogue under the answers. The clock is paused while the user types.

    `talk` is None until the call has begun and its buyer is known.
    """

    KEYMAP_NAME = "rehearse"
    PASTE_COMMAND = "say"

    def __init__(self, call: OpenedCall, service: CallService) -> None:
        super().__init__(call, service)
        self.talk: RehearsalConversation | None = None
        self._draft = ""

    def on_mount(self) -> None:
        self.call_after_refresh(self._meet_buyer)

    def _meet_buyer(self) -> None:
        """Start the conversation; the events of the call name the buyer."""
        rehearsed = next((event for event in self.session.events if isinstance(event, Rehearsed)), None)
        try:
            if rehearsed is None:
                raise CannotOpen("this call is not a rehearsal")
            self.talk = open_conversation(self.service, self.session, self.call.clock, rehearsed)
        except CannotOpen as problem:
            self.say(f"no buyer will answer: {problem}")
            return
        self.talk.resume()
        self.set_interval(BUYER_CHECK_SECONDS, self._let_buyer_speak)
        self.show_drill()
        if self.talk.drill is None and not self.call.messages:
            begin = self.key_phrase("say", "and type what you say", "say something")
            self.say(f"{self.talk.speaker} is there: {begin} (seed {rehearsed.seed})")

    # talking

    def on_speech(self, event: SourceEvent) -> None:
        """Process what a microphone hears of the user; the simulated buyer ignores other voices."""
        if self.is_over or self.talk is None:
            return
        if isinstance(event, SourceChanged):
            self.session.hear(event)
        elif isinstance(event, Heard) and event.side is not Side.THEM and event.text:
            self.talk.hear_user(event)
            self._check_end()
        self.changed()

    def do_say(self) -> None:
        self.call.clock.pause()
        placeholder = "say…  enter says it, empty asks the question shown"
        self.input.start_typing(
            InputMode(self._speak, self._keep_draft, text=self._draft, placeholder=placeholder, enter_label="say it")
        )

    def _speak(self, text: str) -> None:
        self.input.stop_typing()
        self.call.clock.resume()
        self._draft = ""
        words = text.strip() or self.view.prompt.text
        if self.talk is None or not words:
            self.say("nobody is there to answer")
            return
        self.talk.say(words)
        self.changed()
        self._check_end()

    def _keep_draft(self) -> None:
        self._draft = self.input.text
        self.input.stop_typing()
        self.call.clock.resume()
        self.repaint()

    def do_hurry(self) -> None:
        if self.talk is not None and self.talk.current_sentence:
            self.talk.finish_sentence()
            self.changed()
        else:
            self.say(f"they are thinking: wait, or {self.key_phrase('say', 'says something', 'say something')}")

    def _let_buyer_speak(self) -> None:
        """Let the buyer say what is due."""
        if self.is_over or self.talk is None or self.call.clock.is_paused:
            return
        if self.talk.record_due_lines():
            self.changed()
        self._check_end()

    def _check_end(self) -> None:
        if self.talk is None or self.is_over:
            return
        self.show_drill()
        if self.talk.is_over:
            self.talk.finish()
            self.close_call(is_ended=True)

    # painting

    def show_idle_text(self) -> None:
        super().show_idle_text()
        if not self.is_coaching_hidden and not (self.is_small and self.note_rows):
            self.input.set_idle_text("" if self.is_unfocused else self.key_phrase("say", "says something"))

    def hints(self) -> Iterable[tuple[str, str]]:
        """Return the keys that a rehearsal needs most."""
        ids = {"say": "say", "hurry": "skip ahead", "next": "next", "note": "note", "end": "end", "help": "all keys"}
        order = [id for id in ids if id not in ("note", "next")] if self.is_small else list(ids)
        return (
            ()
            if self.is_coaching_hidden
            else tuple((self.key_table.shown_keys[id], ids[id]) for id in order if id in self.key_table.shown_keys)
        )

    def warning(self) -> CallWarning | None:
        """Return the warning of a live call, except that a rehearsal without a microphone needs no source."""
        warning = super().warning()
        return warning if warning is not None and (warning.is_unsaved or self.call.source is not None) else None

    def show_drill(self) -> None:
        """Show the progress of the drill in the second line."""
        if self.talk is not None and self.talk.drill is not None:
            self.caption = f"{self.talk.drill} drill: {self.talk.progress}"
        self.repaint_parts("warning", "middle", "margin")

    def draw(self, width: int, height: int) -> Lines:
        """Draw the answers, with their cues if half of the rows hold both, and below them the dialogue."""
        if self.is_small:
            return self._draw_dialogue(width, height)
        if height // 2 >= ANSWER_ROWS + HINT_ROWS:
            rows, top = height // 2, super().draw(width, height // 2)
        else:
            rows, top = MAX_ANSWER_ROWS, side_by_side(self.view.prompt, width, MAX_ANSWER_ROWS)
        top = [*top, *[blank()] * (rows - len(top))]
        return [*top, *self._draw_dialogue(min(width, MAX_DIALOGUE_WIDTH), height - rows)]

    def _draw_dialogue(self, width: int, height: int) -> Lines:
        """Draw the latest utterances in exactly `height` rows, the newest at the bottom; the buyer's stands out."""
        talk, saying = self.talk, self.talk.current_sentence if self.talk is not None else ""
        lines = wrap(TASKS[talk.drill], width - 2, MUTED, " ") if talk is not None and talk.drill is not None else []
        said = [event for event in self.session.events if isinstance(event, Heard) and event.final][-height:]
        for number, event in enumerate(said):
            is_buyer = event.side is Side.THEM
            is_last = number == len(said) - 1 and not saying
            lines += _draw_utterance(event.speaker, event.text or "", width, "" if is_buyer and is_last else MUTED)
            lines += self._draw_recorded_answer(event.text, width) if is_buyer else []
        if talk is not None and saying:
            lines += _draw_utterance(talk.speaker, saying, width, "")
        if talk is not None and talk.drill is not None and not said:
            key = self.key_table.shown_keys.get("say", "")
            begin = f"{key} and then enter" if key != "enter" else "enter enter"
            lines.append(line(" ", (begin if key else "", "bold $accent"), (" asks the question shown", MUTED)))
        if talk is not None and talk.silence_message:
            lines += wrap(f"✓ passed: {talk.silence_message}", width - 2, "bold $success", " ")
            lines.append(line((f"   {self.key_phrase('say', 'continues')}", MUTED)))
        lines = lines[-height:] if height > 0 else []
        return [*[blank()] * (height - len(lines)), *lines]

    def _draw_recorded_answer(self, text: str | None, width: int) -> Lines:
        """Draw what the user answered to this utterance in the recorded call."""
        lines = self.talk.state.lines if self.talk is not None else ()
        answer = next((each.recorded_user_text for each in lines if each.recorded_user_text and each.text == text), "")
        return wrap(f"in the call you said: {answer}", width - 4, MUTED, "    ", max_lines=3) if answer else []


def _draw_utterance(speaker: str, text: str, width: int, style: str) -> Lines:
    """Draw an utterance after the name of its speaker."""
    return wrap(f"{speaker}: {text}", width - 1, style, " ", max_lines=6) if text else []
