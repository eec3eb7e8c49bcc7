"""Question line: a widget that asks for one line of text above the hints and hides when it is answered."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from salesnerd_tui.text import one_line


class QuestionLine(Vertical):
    """Hidden question with an input. `dismissed` is called when the question goes away, answered or not."""

    DEFAULT_CSS = """
    QuestionLine {
        display: none;
        height: auto;
        & #question { height: auto; padding: 0 1; text-style: bold; }
        & #answer { height: 1; border: none; padding: 0 1; background: $surface; }
        &.-asking { display: block; }
    }
    """

    def __init__(self, dismissed: Callable[[], None]) -> None:
        super().__init__()
        self._on_dismissed = dismissed
        self._answered: Callable[[str], None] = lambda _: None

    def compose(self) -> ComposeResult:
        yield Static("", id="question", markup=False)
        yield Input(id="answer", select_on_focus=False)

    @property
    def is_asking(self) -> bool:
        return self.has_class("-asking")

    def ask(self, question: str, placeholder: str, text: str, answered: Callable[[str], None]) -> None:
        """Ask a question; `answered` gets what was typed when it is entered."""
        self._answered = answered
        self.query_one("#question", Static).update(Content(one_line(question)))
        answer = self.query_one("#answer", Input)
        answer.placeholder = placeholder
        answer.value = text
        answer.cursor_position = len(text)
        self.add_class("-asking")
        answer.focus()

    def dismiss(self) -> None:
        """Hide the question."""
        self.remove_class("-asking")
        self._on_dismissed()

    @on(Input.Submitted, "#answer")
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss()
        self._answered(event.value)
