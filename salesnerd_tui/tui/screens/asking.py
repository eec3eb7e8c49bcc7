"""A screen without a line of its own that asks something now and then: one line above the hints, gone when answered."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from salesnerd_tui.text import one_line


class AskingScreen(Screen[None]):
    """Subclasses compose the question where it is to stand, and have a `#hint` under it."""

    DEFAULT_CSS = """
    AskingScreen {
        & #question { display: none; height: auto; padding: 0 1; text-style: bold; }
        & #answer { display: none; height: 1; border: none; padding: 0 1; background: $surface; }
        &.-asking #question, &.-asking #answer { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._answered: Callable[[str], None] = lambda _: None

    def compose_question(self) -> ComposeResult:
        yield Static("", id="question", markup=False)
        yield Input(id="answer", select_on_focus=False)

    @property
    def is_asking(self) -> bool:
        return self.has_class("-asking")

    def ask(self, question: str, told: str, text: str, answered: Callable[[str], None]) -> None:
        """Ask; `answered` gets what was typed once it is entered."""
        self._answered = answered
        self.query_one("#question", Static).update(Content(one_line(question)))
        answer = self.query_one("#answer", Input)
        answer.placeholder = told
        answer.value = text
        answer.cursor_position = len(text)
        self.add_class("-asking")
        answer.focus()
        self.say("enter answers · esc leaves it")

    def stop_asking(self) -> None:
        self.remove_class("-asking")
        self.say("")
        self.focus_again()

    def focus_again(self) -> None:
        """Where the keys go when nothing is asked."""
        self.query("*").exclude("#answer").focus()

    @on(Input.Submitted, "#answer")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.stop_asking()
        self._answered(event.value)

    def say(self, words: str) -> None:
        """Words for the last line."""
        self.query_one("#hint", Static).update(Content(one_line(words)))
