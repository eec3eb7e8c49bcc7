"""What all screens share: one line that takes the keys, a middle that panels borrow, and a line of hints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.css.query import NoMatches
from textual.screen import Screen

from salesnerd_tui.ui.commands import Command, by_key
from salesnerd_tui.ui.drawing.hints import draw_hints
from salesnerd_tui.ui.drawing.words import MUTED, Lines, line
from salesnerd_tui.ui.panels.finding import command_list
from salesnerd_tui.ui.widgets.canvas import Canvas
from salesnerd_tui.ui.widgets.linebox import LineBox

if TYPE_CHECKING:
    from salesnerd_tui.ui.panels.panel import Panel

LINE_ROWS = {"-tall": 4, "-medium": 3}
"""Rows the line grows to where there is room; what is longer scrolls inside it."""


class KeyScreen(Screen[None]):
    """Subclasses draw the middle, declare their commands, and do what those without a gesture say in `do_<id>`."""

    AUTO_FOCUS = "#line"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = ()

    def __init__(self, resting: str) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (9, "-short"), (18, "-medium"), (32, "-tall")]
        self.panel: Panel | None = None
        self.said = ""
        self.box = LineBox(self, resting)
        self.middle = Canvas(self._draw_middle, id="middle")
        self._keys = by_key(self.COMMAND_TABLE)

    # what subclasses say

    def draw(self, width: int, height: int) -> Lines:
        """The middle, when no panel has it."""
        raise NotImplementedError

    def hints(self) -> Iterable[tuple[str, str]]:
        """Keys and words for the hint line."""
        return ()

    def act(self, command: Command) -> None:
        """Do a command of the table."""
        getattr(self, f"do_{command.id}")()

    def unclaimed(self, key: str) -> None:
        """A single key that is no command."""
        self.say(f"{key} does nothing here: ? shows the keys")

    def repaint(self) -> None:
        """Everything that may have changed."""
        for canvas in self.query(Canvas):
            canvas.repaint()

    # panels and the line

    def open(self, panel: Panel) -> None:
        self.panel = panel
        self.refit()

    def close(self) -> None:
        self.panel = None
        self.refit()

    def refit(self) -> None:
        """Let the line take what the panel (or nobody) wants of it."""
        purpose = self.panel.purpose if self.panel else None
        if purpose is None:
            self.box.rest()
        else:
            self.box.begin(purpose)
        self.repaint()

    def say(self, words: str) -> None:
        """Something for the hint line, until the next key."""
        self.said = words
        self.query_one("#hint", Canvas).repaint()

    def do_commands(self) -> None:
        self.open(command_list(self.COMMAND_TABLE, self._run, self.close))

    def do_theme(self) -> None:
        self.app.action_toggle_dark()

    def _run(self, id: str) -> None:
        self.close()
        self.act(next(command for command in self.COMMAND_TABLE if command.id == id))
        self.repaint()

    # keys

    def press(self, key: str) -> None:
        """A single key, in its order."""
        self.said = ""
        if self.panel is not None and self.panel.press(key):
            self.repaint()
            return
        command = self._keys.get(key)
        if command is not None and self.panel is None:
            self.act(command)
        elif self.panel is None:
            self.unclaimed(key)
        self.repaint()

    def typed(self) -> None:
        """The text of the line changed."""
        rows = min(max(self.box.wrapped_document.height, 1), self.line_rows)
        if self.box.styles.height is None or self.box.styles.height.value != rows:
            self.box.styles.height = rows
        if self.panel is not None:
            self.middle.repaint()

    @property
    def line_rows(self) -> int:
        return next((rows for size, rows in LINE_ROWS.items() if self.has_class(size)), 1)

    def on_key(self, event: events.Key) -> None:
        """A key that came while the line had no focus goes where all keys go."""
        event.stop()
        self.box.take(event.key, event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.box.take_paste(event.text)

    # parts

    def compose_line(self) -> ComposeResult:
        with Horizontal(id="entry"):
            yield Canvas(self._draw_label, id="label")
            yield self.box
        yield Canvas(self._draw_hint, id="hint")

    def _draw_middle(self, width: int, height: int) -> Lines:
        return self.panel.draw(width, height) if self.panel is not None else self.draw(width, height)

    def _draw_label(self, *_: int) -> Lines:
        style = "bold $accent" if self.box.purpose else MUTED
        return [line((" >", style))]

    def _draw_hint(self, width: int, _: int) -> Lines:
        return [draw_hints(self.said, self._current_hints(), width)]

    def _current_hints(self) -> tuple[tuple[str, str], ...]:
        """What the keys do at this moment."""
        purpose = self.box.purpose
        if purpose is not None and purpose.lines:
            return (("enter", "keeps it"), ("ctrl+j", "new line"), ('! # @ > "', "kinds"), ("esc", "later"))
        if purpose is not None:
            return (("enter", "takes it"), *((("↑↓", "move"),) if purpose.moved else ()), ("esc", "back"))
        return (("esc", "closes"),) if self.panel is not None else tuple(self.hints())

    def part(self, id: str) -> Canvas | None:
        """A part of the screen, if it is there yet."""
        try:
            return self.query_one(f"#{id}", Canvas)
        except NoMatches:
            return None
