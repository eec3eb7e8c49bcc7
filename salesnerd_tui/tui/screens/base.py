"""What all screens share: one line that takes the keys, a middle that panels borrow, and a line of hints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.css.query import NoMatches
from textual.screen import Screen

from salesnerd_tui.terminal.key_names import shown_key
from salesnerd_tui.tui.commands import Command
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, Keymap, Table
from salesnerd_tui.tui.panels.picker import Picker, command_list
from salesnerd_tui.tui.render.hints import draw_hints
from salesnerd_tui.tui.render.text import MUTED, Lines, line
from salesnerd_tui.tui.widgets.canvas import Canvas, Clicked
from salesnerd_tui.tui.widgets.note_input import NoteInput

if TYPE_CHECKING:
    from salesnerd_tui.tui.panels.panel import Panel

LINE_ROWS = {"-tall": 4, "-medium": 3}
"""Rows the line grows to where there is room; what is longer scrolls inside it."""


class BaseScreen(Screen[None]):
    """Subclasses draw the middle, name their table of keys, and do what those without a gesture say in `do_<id>`."""

    AUTO_FOCUS = "#line"
    KEYS: ClassVar[str] = "live"
    """The screen's name in `keys.toml`."""

    PASTED_INTO: ClassVar[str] = "note"
    """The command that takes text which came while single keys act."""

    def __init__(self, resting: str = "") -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (9, "-short"), (18, "-medium"), (32, "-tall")]
        self.panel: Panel | None = None
        self.said = ""
        self.box = NoteInput(self, resting)
        self.middle = Canvas(self._draw_middle, id="middle")

    @cached_property
    def table(self) -> Table:
        """The keys of this screen, as whoever started the program has them."""
        keymap = getattr(self.app, "own_keys", DEFAULT_KEYMAP)
        return (keymap if isinstance(keymap, Keymap) else DEFAULT_KEYMAP).of(self.KEYS)

    # what subclasses say

    def draw(self, width: int, height: int) -> Lines:
        """The middle, when no panel has it."""
        raise NotImplementedError

    def hints(self) -> Iterable[tuple[str, str]]:
        """Keys and words for the hint line."""
        return self.table.hints()

    def act(self, command: Command) -> None:
        """Do a command of the table."""
        getattr(self, f"do_{command.id}")()

    def unclaimed(self, key: str) -> None:
        """A single key that is no command."""
        told = self.table.told("help", "shows the keys")
        self.say(f"{shown_key(key)} does nothing here: {told}")

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
        self.open(command_list(self.table.commands, self._run, self.close))

    def do_theme(self) -> None:
        self.app.action_toggle_dark()

    def _run(self, id: str) -> None:
        self.close()
        self.act(next(command for command in self.table.commands if command.id == id))
        self.repaint()

    # keys

    @property
    def typing(self) -> Mapping[str, str]:
        return self.table.by_typing_key

    def hide(self, key: str) -> None:
        """Only a call can be hidden."""
        self.press(key)

    def acts(self, key: str) -> bool:
        return key in self.table.by_key

    def opens_line(self, key: str) -> bool:
        command = self.table.by_key.get(key)
        return command is not None and command.opens_line

    def begin_text(self) -> None:
        """A paste goes where `PASTED_INTO` takes it."""
        command = next((each for each in self.table.commands if each.id == self.PASTED_INTO), None)
        if command is None:
            self.say("a paste needs a line to go to")
            return
        if self.panel is not None:
            self.close()
        self.act(command)

    def press(self, key: str) -> None:
        """A single key, in its order."""
        self.said = ""
        if self.panel is not None and self.panel.press(key):
            self.repaint()
            return
        command = self.table.by_key.get(key)
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

    # the mouse, which nothing needs

    WHEEL_SCROLLS: ClassVar[bool] = False
    """Whether up and down scroll the middle of the screen itself."""

    def on_clicked(self, message: Clicked) -> None:
        """What is drawn as a key is that key; a text being typed is left first, as by esc."""
        message.stop()
        if self.box.is_shut:
            return
        if message.row is not None:
            self.pick_row(message.row)
            self.repaint()
            return
        if self.box.purpose is not None and message.key not in ("enter", "escape", *self.typing):
            self.box.take("escape", None)
        self.box.take(message.key, None)

    def pick_row(self, number: int) -> None:
        """A row of the list was clicked."""
        if isinstance(self.panel, Picker):
            self.panel.pick(number)

    def click_line(self) -> None:
        """The line was clicked: what is typed there is what a paste would be."""
        if self.panel is None and any(each.id == self.PASTED_INTO for each in self.table.commands):
            self.begin_text()
            self.repaint()

    def on_mouse_scroll_up(self) -> None:
        self._wheel("up")

    def on_mouse_scroll_down(self) -> None:
        self._wheel("down")

    def _wheel(self, key: str) -> None:
        """The wheel is up and down wherever these scroll."""
        if self.box.purpose is not None:
            if self.box.purpose.moved is not None:
                self.box.take(key, None)
        elif self.panel is not None or self.WHEEL_SCROLLS:
            self.box.take(key, None)

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
            line_keys = self.table.typing[0].keys
            new_line = ((shown_key(line_keys[0]), "new line"),) if line_keys else ()
            return (("enter", "keeps it"), *new_line, ('! # @ > "', "kinds"), ("esc", "later"))
        if purpose is not None:
            return (("enter", "takes it"), *((("↑↓", "move"),) if purpose.moved else ()), ("esc", "back"))
        return (("esc", "closes"),) if self.panel is not None else tuple(self.hints())

    def part(self, id: str) -> Canvas | None:
        """A part of the screen, if it is there yet."""
        try:
            return self.query_one(f"#{id}", Canvas)
        except NoMatches:
            return None
