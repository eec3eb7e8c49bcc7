"""Base of the screens: a title, a middle that panels borrow, one line that takes the keys, and a line of hints.

Every screen can ask for a line of text, a choice from a list, or the name of a file to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.screen import Screen

from salesnerd_tui.call.actions import NOTE_PREFIXES
from salesnerd_tui.call.events import NoteKind
from salesnerd_tui.files import CannotWrite, write_private
from salesnerd_tui.terminal.key_names import character_of, key_label
from salesnerd_tui.tui.keymap import TITLES, Command, KeyTable
from salesnerd_tui.tui.panels.help import help_panel
from salesnerd_tui.tui.panels.picker import Entry, Picker, command_list
from salesnerd_tui.tui.render.status import draw_hints
from salesnerd_tui.tui.render.text import MUTED, PAGE_STEPS, Line, Lines, blank, both_ends, fit, line, safe, wrap
from salesnerd_tui.tui.widgets.canvas import Canvas, Clicked
from salesnerd_tui.tui.widgets.note_input import InputMode, NoteInput

if TYPE_CHECKING:
    from textual import getters

    from salesnerd_tui.tui.app import SalesnerdApp
    from salesnerd_tui.tui.panels.panel import Panel


MAX_INPUT_ROWS = {"-tall": 4, "-medium": 3}
"""Rows to which the line grows, by the size class of the screen; longer text scrolls."""


class BaseScreen(Screen[None]):
    """Screen with a table of single keys.

    A command without its own action is done by `do_<id>`, on the screen or on one of its `command_handlers`.
    """

    AUTO_FOCUS = "#line"
    KEYMAP_NAME: ClassVar[str] = "live"
    """The screen's name in `keys.toml`."""

    PASTE_COMMAND: ClassVar[str] = "note"
    """The command that takes pasted text while keys are commands."""

    MOVE_KEYS: ClassVar[Mapping[str, int]] = PAGE_STEPS
    """Keys that move in the middle of the screen itself, with the number of rows."""

    if TYPE_CHECKING:
        app = getters.app(SalesnerdApp)

    def __init__(self) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (9, "-short"), (18, "-medium"), (32, "-tall")]
        self.panel: Panel | None = None
        self._opener = ""
        """Id of the command that was run last; the same key closes the panel that it opened."""
        self._top = 0
        """The first row of the middle that is shown."""

        self.last_message = ""
        self.notice = ""
        """The last message that was not the effect of a key."""
        self.input = NoteInput(self)
        self.middle = Canvas(self._draw_middle, id="middle")
        self.command_handlers: tuple[object, ...] = ()
        self._has_been_shown = False
        self._painted_size: Size | None = None

    @cached_property
    def key_table(self) -> KeyTable:
        """The keys of this screen."""
        return self.app.keymap.table(self.KEYMAP_NAME)

    def key_phrase(self, id: str, effect: str, default: str = "") -> str:
        """Return the key and effect of a command, as in `n starts a call`, or `default` if it has no key."""
        return self.key_table.key_phrase(id, effect, default)

    # what a screen shows

    def title_ends(self) -> tuple[Line, Line]:
        """Return the two ends of the title line."""
        return line(), line()

    def draw(self, width: int, height: int) -> Lines:
        """Draw the middle while no panel has it."""
        del width, height
        return []

    def hints(self) -> Iterable[tuple[str, str]]:
        """Return keys and labels for the hint line; the label of `leave` names the page below."""
        leave, to = self.key_table.shown_keys.get("leave"), self.parent_title
        return tuple((key, f"to {to}" if to and key == leave else label) for key, label in self.key_table.hints())

    @property
    def parent_title(self) -> str:
        """The name of the page below this one, or an empty string if there is none."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        return TITLES[below.KEYMAP_NAME].lower() if isinstance(below, BaseScreen) else ""

    async def on_event(self, event: events.Event) -> None:
        """Delay the first frame until the app handles messages: Textual drops a frame made while it starts."""
        if isinstance(event, events.ScreenResume) and not self._has_been_shown:
            self.app.call_later(self._show_first)
        else:
            await super().on_event(event)

    def _show_first(self) -> None:
        if self.is_current and not self._has_been_shown:
            self._has_been_shown = True
            self.post_message(events.ScreenResume(refresh_styles=False))

    def on_resize(self) -> None:
        """Repaint after Textual has set the size classes: it draws the resized frame before that."""
        if self._has_been_shown and self.app.size != self._painted_size:
            self.call_after_refresh(self.repaint)
        self._painted_size = self.app.size

    def on_compose(self) -> None:
        """Set the size classes before the widgets get their styles; Textual sets them after the first frame."""
        sizes = zip(self.app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True)
        self.add_class(*(max(fit for fit in breaks or () if fit[0] <= cells)[1] for cells, breaks in sizes))

    def compose(self) -> ComposeResult:
        yield Canvas(self._draw_title, id="title")
        yield self.middle
        yield from self.compose_line()

    def compose_line(self) -> ComposeResult:
        with Canvas(self._draw_prompt, id="entry"):
            yield self.input
        yield Canvas(self._draw_hint, id="hint")

    def set_idle_phrases(self, *phrases: tuple[str, str]) -> None:
        """Show in the empty line what some commands do, given as (id, effect) pairs."""
        self.input.set_idle_text(" · ".join(filter(None, (self.key_phrase(id, words) for id, words in phrases))))
        self.input.stop_typing()

    def repaint(self) -> None:
        """Repaint everything that may have changed."""
        for canvas in self.query(Canvas):
            canvas.repaint()

    def repaint_parts(self, *ids: str) -> None:
        """Draw those of the canvases that are mounted."""
        for id in ids:
            try:
                self.query_one(f"#{id}", Canvas).draw_now()
            except NoMatches:
                continue

    def say(self, words: str) -> None:
        """Show a message in the hint line until the next key."""
        self.last_message = words
        self.query_one("#hint", Canvas).repaint()

    def say_for(self, seconds: float, words: str) -> None:
        """Show a message that is not the effect of a key, for some time or until the next key."""
        self.notice = words
        self.say(words)

        def end() -> None:
            if self.last_message == words and self.is_attached:
                self.say("")

        self.set_timer(seconds, end)

    # commands

    def run_command(self, command: Command) -> None:
        """Run a command of the key table."""
        self.command_handler(command.id)()

    def command_handler(self, id: str) -> Callable[[], None]:
        """Return the `do_<id>` method of the screen or of one of its handlers."""
        name = f"do_{id}"
        owner = next(each for each in (self, *self.command_handlers) if hasattr(each, name))
        handler: Callable[[], None] = getattr(owner, name)
        return handler

    def handle_unbound(self, key: str) -> None:
        """Handle a single key that is not bound to a command."""
        if key in self.MOVE_KEYS:
            self.move(key)
        elif key == "escape":
            self.go_back()
        else:
            wanted = ("leave", "leaves") if key == "ctrl+c" else ("help", "shows the keys")
            self.say(f"{key_label(key)} does nothing here: {self.key_phrase(*wanted)}")

    def move(self, key: str) -> None:
        """Move by one of the `MOVE_KEYS`; `draw` clamps the result."""
        self._top = max(self._top + self.MOVE_KEYS[key], 0)

    def go_back(self) -> None:
        """Handle esc: leave the screen, or close what is open on it."""
        self.do_leave()

    def do_commands(self) -> None:
        self.open_panel(command_list(self.key_table.commands, self.close_panel_then(self._run_picked)))

    def _run_picked(self, id: str) -> None:
        self._opener = id
        self.run_command(next(command for command in self.key_table.commands if command.id == id))
        self.repaint()

    def do_theme(self) -> None:
        self.app.action_toggle_dark()

    def do_help(self) -> None:
        self.open_panel(help_panel(self.key_table))

    def do_leave(self) -> None:
        """Go back to the screen below, or quit from the last one."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    # panels and the line

    def open_panel(self, panel: Panel) -> None:
        """Let a panel take the middle."""
        panel.close, panel.update_input_mode = self.close_panel, self.update_input_mode
        self.panel = panel
        self.update_input_mode()

    def close_panel(self) -> None:
        self.panel = None
        self.update_input_mode()

    def close_panel_then(self, action: Callable[..., None]) -> Callable[..., None]:
        """Return a function that closes the panel and then calls `action`."""

        def run(*arguments: str) -> None:
            self.close_panel()
            action(*arguments)

        return run

    def pick(self, title: str, entries: Sequence[Entry], on_pick: Callable[[str], None], current_id: str = "") -> None:
        """Let the user pick from a list; the cursor starts at `current_id`, and `on_pick` gets the picked id."""
        self.open_panel(Picker(title, entries, self.close_panel_then(on_pick), current_id=current_id))

    def update_input_mode(self) -> None:
        """Set the input mode of the line to that of the panel."""
        mode = self.panel.input_mode if self.panel else None
        if mode is None:
            self.input.stop_typing()
        else:
            self.input.start_typing(mode)
        self.repaint()

    def ask_for_text(
        self,
        label: str,
        placeholder: str,
        on_enter: Callable[[str], None],
        text: str = "",
        *,
        enter_label: str = "accept",
        explain: Callable[[str], str] | None = None,
        on_escape: Callable[[], None] | None = None,
    ) -> None:
        """Ask for one line of text and pass it to `on_enter`. The label and what `explain` returns are shown above it.

        Esc calls `on_escape`, by default to show the screen again.
        """
        self.panel = None

        def handle_enter(typed: str) -> None:
            self.input.stop_typing()
            on_enter(typed)
            self.repaint()

        self.input.start_typing(
            InputMode(
                handle_enter,
                on_escape or self.close_panel,
                text=text,
                placeholder=placeholder,
                label=label,
                enter_label=enter_label,
                explain=explain,
            )
        )
        self.repaint()

    def handle_text_change(self) -> None:
        """Resize the line to its text, and repaint what depends on the text."""
        rows = min(max(self.input.wrapped_document.height, 1), self.max_input_rows)
        if self.input.styles.height is None or self.input.styles.height.value != rows:
            self.input.styles.height = rows
        mode = self.input.input_mode
        if self.panel is not None or (mode is not None and mode.label):
            self.middle.repaint()
        if mode is not None and mode.is_multiline:
            self.repaint_parts("hint")

    @property
    def max_input_rows(self) -> int:
        """Rows that the line may take at this size."""
        return next((rows for size, rows in MAX_INPUT_ROWS.items() if self.has_class(size)), 1)

    # keys

    @property
    def typing_keys(self) -> Mapping[str, str]:
        """Command ids of keys while the line takes text: `line` starts a new line, `hide` hides at any time."""
        return self.key_table.typing_command_by_key

    def press_hide_key(self, key: str) -> None:
        """Handle the hide key as any other key; only a call can be hidden."""
        self.press_key(key)

    def opens_line(self, key: str) -> bool:
        """Return whether the keys after this one are text."""
        command = self.key_table.command_by_key.get(key)
        return command is not None and command.opens_line

    def start_text(self) -> None:
        """Open the line for pasted text with the `PASTE_COMMAND`."""
        self.last_message = ""
        command = next((each for each in self.key_table.commands if each.id == self.PASTE_COMMAND), None)
        if command is None:
            self.say("cannot paste here: no text field is open")
            return
        if self.panel is not None:
            self.close_panel()
        self.run_command(command)
        self.repaint()

    def press_key(self, key: str) -> None:
        """Handle a single key: the panel first, then the table of commands."""
        self.last_message = ""
        opener = self._opener if self.panel is not None else ""
        if self.panel is not None and self.panel.press_key(key):
            self.repaint()
            return
        command = self.key_table.command_by_key.get(key)
        if command is not None and self.panel is None:
            self._opener = command.id
            if command.id != opener:
                self.run_command(command)
        elif self.panel is None:
            self.handle_unbound(key)
        self.repaint()

    def on_key(self, event: events.Key) -> None:
        """Process a key that arrived while the line had no focus."""
        event.stop()
        self.input.process_key(event.key, event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.input.process_paste(event.text)

    # the mouse

    def on_clicked(self, message: Clicked) -> None:
        """Handle a click on a drawn key as that key. A line that is being typed is left first, as by esc."""
        message.stop()
        if self.input.ignores_keys:
            return
        if message.row is not None:
            self.pick_row(message.row)
            self.repaint()
            return
        character = character_of(message.key)
        if self.input.input_mode is not None and self.input.input_mode.is_multiline and character in NOTE_PREFIXES:
            self.input.process_key(message.key, character)
            return
        if self.input.input_mode is not None and message.key not in ("enter", "escape", *self.typing_keys):
            self.input.process_key("escape", None)
        self.input.process_key(message.key, None)

    def pick_row(self, number: int) -> None:
        """Pick the row of a list that was clicked."""
        if isinstance(self.panel, Picker):
            self.panel.pick(number)

    def handle_line_click(self) -> None:
        """Open the line as a paste would."""
        if self.panel is None and any(each.id == self.PASTE_COMMAND for each in self.key_table.commands):
            self.start_text()

    def on_mouse_scroll_up(self) -> None:
        self._turn_wheel("up")

    def on_mouse_scroll_down(self) -> None:
        self._turn_wheel("down")

    def _turn_wheel(self, key: str) -> None:
        """Handle the wheel as an arrow key wherever the arrows scroll."""
        if self.input.input_mode is not None:
            if self.input.input_mode.on_move is not None:
                self.input.process_key(key, None)
        elif self.panel is not None or key in self.MOVE_KEYS:
            self.input.process_key(key, None)

    # painting

    def _draw_title(self, width: int, _: int) -> Lines:
        left, right = self.title_ends()
        return [both_ends(line(" ", left), line(right, " "), width)]

    def _draw_middle(self, width: int, height: int) -> Lines:
        if self.panel is not None:
            return self.panel.draw(width, height)
        mode = self.input.input_mode
        if mode is None or not mode.label:
            return self.draw(width, height)
        prompt = self._draw_input_prompt(mode, width)
        rows = self.draw(width, max(height - len(prompt), 0))[: max(height - len(prompt), 0)]
        return [*rows, *[blank()] * (height - len(rows) - len(prompt)), *prompt]

    def _draw_input_prompt(self, mode: InputMode, width: int) -> Lines:
        """Draw the title and the explanation of the line, for the last rows of the middle."""
        label = line("   ", (safe(mode.label), "bold $primary"))
        pairs = (
            ("enter", "bold $accent"),
            (f" {mode.enter_label}  ", MUTED),
            ("esc", "bold $accent"),
            (" back ", MUTED),
        )
        keys = line(*pairs)
        explanation = mode.explain(self.input.text) if mode.explain is not None else ""
        fits = label.cell_length + keys.cell_length + 2 <= width
        rows = [both_ends(label, keys, width) if fits else fit(label, width)]
        return [*rows, *wrap(explanation, width - 4, MUTED, "   ", max_lines=3)] if explanation else rows

    def _draw_prompt(self, *_: int) -> Lines:
        return [line((" >", "bold $accent" if self.input.input_mode else MUTED))]

    def _draw_hint(self, width: int, _: int) -> Lines:
        return [draw_hints(self.last_message, self.current_hints(), width)]

    def _note_hints(self) -> tuple[tuple[str, str], ...]:
        """Return the kinds of notes while the note is empty, and the keys that end it."""
        text = self.input.text.strip()
        ends = ("enter", f"save {NOTE_PREFIXES[text]}" if text in NOTE_PREFIXES else "save"), ("esc", "keep draft")
        if not text or text in NOTE_PREFIXES:
            kinds = {each: str(kind) for each, kind in NOTE_PREFIXES.items() if kind is not NoteKind.FREE}
            if self.has_class("-narrow"):
                return (*(((" ".join(kinds), "note kinds"),) if not text else ()), *ends[1 - bool(text) :])
            return (*kinds.items(), *ends)
        line_keys = self.key_table.typing[0].keys
        new_line = ((key_label(line_keys[0]), "new line"),) if line_keys else ()
        return (*new_line, *ends)

    def current_hints(self) -> tuple[tuple[str, str], ...]:
        """Return what the keys do at this moment."""
        mode = self.input.input_mode
        if mode is not None and mode.is_multiline:
            return self._note_hints()
        if mode is not None:
            moves = (("↑↓", "move"),) if mode.on_move else ()
            if self.has_class("-narrow"):  # the last two are the last to go
                return (*moves, ("enter", mode.enter_label), ("esc", "back"))
            return (("enter", mode.enter_label), *moves, ("esc", "back"))
        return self.panel.hints if self.panel is not None else tuple(self.hints())


FileText = Callable[[Path], str]
"""Returns the text of a file, in a format that its name may determine. Raises `CannotWrite`."""


def ask_file(
    screen: BaseScreen,
    subject: str,
    name: str,
    file_text: FileText,
    *,
    formats: str = "",
    on_close: Callable[[], None] | None = None,
) -> None:
    """Ask where to write the `subject`, with `name` as the default; after a failure, ask again and show the reason.

    `on_close` is called after the prompt, whether the file was written or not.
    """

    def explain(typed: str) -> str:
        return f"{_absolute_path(typed)}{f'   ({formats})' if formats else ''}" if typed.strip() else "a file name"

    def write(typed: str) -> None:
        try:
            write_private(_absolute_path(typed), file_text(_absolute_path(typed)))
        except CannotWrite as problem:
            ask_file(screen, subject, typed, file_text, formats=formats, on_close=on_close)
            screen.say(str(problem))
        else:
            if on_close is not None:
                on_close()
            screen.say(f"saved {_absolute_path(typed)} (only you can read it)")

    screen.ask_for_text(
        f"write {subject} to",
        "file name",
        write,
        name,
        enter_label="writes the file",
        explain=explain,
        on_escape=on_close,
    )


def _absolute_path(typed: str) -> Path:
    """Return the absolute path of a typed name, and an empty path for an empty one."""
    return Path(typed.strip()).expanduser().absolute() if typed.strip() else Path()
