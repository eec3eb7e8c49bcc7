"""Small inline questions with a few keys as answers: leave? which of these is you?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from salesnerd_tui.terminal.key_names import shown_key
from salesnerd_tui.tui.panels.panel import headed
from salesnerd_tui.tui.render.text import Lines, blank, line, pressable, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode


class PromptPanel:
    """`answers` maps a key to its words and what it does; esc closes, any other key does nothing but say so."""

    def __init__(
        self,
        title: str,
        told: str,
        answers: Mapping[str, tuple[str, Callable[[], None]]],
        close: Callable[[], None],
    ) -> None:
        self.title = title
        self._told = told
        self._answers = answers
        self._close = close

    @property
    def purpose(self) -> InputMode | None:
        return None

    def draw(self, width: int, height: int) -> Lines:
        answers = [
            pressable(line("  ", (f"{shown_key(key):>5}", "bold $accent"), "  ", words), shown_key(key))
            for key, (words, _) in self._answers.items()
        ]
        air = [blank()] if height >= len(answers) + 5 else []
        return [*headed(self.title, "esc", width), *air, *wrapped(self._told, width - 2, "", "  "), *air, *answers][
            :height
        ]

    def press(self, key: str) -> bool:
        if key in self._answers:
            self._answers[key][1]()
        elif key == "escape":
            self._close()
        else:
            return False
        return True


def leaving(
    leave: Callable[[], None], end: Callable[[], None], close: Callable[[], None], leave_key: str, end_key: str
) -> PromptPanel:
    """The keys are those that leave and end a call everywhere; leaving always has one."""
    answers = {leave_key: ("leave it open", leave), end_key: ("end it with an outcome", end)}
    return PromptPanel(
        "leave the call?",
        "Everything is kept, and the call is offered for resuming at the next start.",
        {key: answer for key, answer in answers.items() if key},
        close,
    )


def losing(
    title: str,
    count: int,
    why: str,
    key: str,
    words: str,
    go_on: Callable[[], None],
    retry: Callable[[], None],
    copy: Callable[[], None],
    close: Callable[[], None],
) -> PromptPanel:
    """Ask before `count` notes that are not saved are lost; `key` goes on, and is never the key of another answer."""
    letters = [letter for letter in "rcxyz" if letter != key]
    answers = {
        letters[0]: ("retry saving", retry),
        letters[1]: ("copy the unsaved notes", copy),
        key: (words, go_on),
    }
    notes = "1 note is" if count == 1 else f"{count} notes are"
    told = f"{notes} NOT SAVED: {why}. Going on loses what cannot be saved; it is printed to the shell."
    return PromptPanel(title, told, answers, close)
