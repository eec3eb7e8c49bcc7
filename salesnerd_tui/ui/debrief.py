"""The debrief on the screen: read in two minutes after a call, or months later from the history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, Static

from salesnerd_tui.call.events import Event
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.review.debrief import debrief
from salesnerd_tui.review.exports import EXPORTS, format_of
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.review.page import Block, page
from salesnerd_tui.text import one_line
from salesnerd_tui.ui.keys.keymap import AS_IT_COMES, Keymap, Table
from salesnerd_tui.ui.keys.names import shown_key
from salesnerd_tui.ui.keys.tables import DEBRIEF
from salesnerd_tui.ui.pageview import PageView

_ENDINGS = ", ".join(f".{name}" for name in EXPORTS)
FIXED = (
    ("up, down, page up, page down, space", "Read"),
    ("home, end", "Top and end"),
    ("1 to 9", "That part"),
    ("esc", "Close"),
)
"""Keys that are the same for everybody."""

HELP_COLUMN = 38


class DebriefScreen(Screen[None]):
    """`events` are the call's, as kept; `playbook` is the call's own, if it can still be loaded."""

    CSS_PATH = "debrief.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_part(1)", "Next part", show=False, priority=True, id="debrief.next"),
        Binding("shift+tab", "next_part(-1)", "Previous part", show=False, priority=True, id="debrief.previous"),
        Binding("x", "export", "Export", show=False, id="debrief.export"),
        Binding("question_mark", "help", "Help", show=False, id="debrief.help"),
        Binding("q", "close", "Close", show=False, id="debrief.leave"),
        Binding("escape", "close", "Close", show=False, priority=True, id="debrief.escape"),
        *(Binding(str(number), f"part({number})", f"Part {number}", show=False) for number in range(1, 10)),
    ]

    def __init__(self, events: Sequence[Event], playbook: Playbook | None = None, *, call_id: str = "") -> None:
        super().__init__()
        self.call_id = call_id
        self._events = tuple(events)
        self.debrief = debrief(self._events, playbook)
        self._titles: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static("", id="parts", markup=False)
        yield PageView(self._write, id="page")
        yield Static(self._help(), id="help", markup=False)
        yield Input(id="export", placeholder=f"a file name ending in {_ENDINGS}", select_on_focus=False)
        yield Static("", id="hint", markup=False)

    @cached_property
    def table(self) -> Table:
        """The keys of this screen, as whoever started the program has them."""
        keymap = getattr(self.app, "own_keys", AS_IT_COMES)
        return (keymap if isinstance(keymap, Keymap) else AS_IT_COMES).of("debrief")

    def on_mount(self) -> None:
        own = {f"debrief.{each.id}": ",".join(each.keys) for each in self.table.commands if each not in DEBRIEF}
        if own:
            self.app.update_keymap(own)
        self.watch(self.query_one(PageView), "section", self._show_parts, init=False)
        self._say("")

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < 18, "-short")
        self.call_after_refresh(self._show_parts)

    # keys

    def action_next_part(self, by: int) -> None:
        self.query_one(PageView).step(by)

    def action_part(self, number: int) -> None:
        self.query_one(PageView).go_to(number - 1)

    def action_help(self) -> None:
        self.toggle_class("-helping")

    def action_close(self) -> None:
        """Out of what is open, from the inside: help, the file name, the screen."""
        if self.has_class("-helping"):
            self.remove_class("-helping")
        elif self.has_class("-exporting"):
            self._stop_exporting()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    # exporting

    def action_export(self) -> None:
        self.add_class("-exporting")
        name = self.query_one("#export", Input)
        name.value = name.value or f"{self.call_id or 'call'}.md"
        name.cursor_position = len(name.value)
        name.focus()

    @on(Input.Submitted, "#export")
    def _export(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        try:
            text = EXPORTS[format_of(path)](self.debrief, self.call_id, self._events)
            write_private(path, text)
        except CannotWrite as problem:
            self._say(str(problem))
        else:
            self._stop_exporting()
            self._say(f"written, for your eyes only: {path}")

    def _stop_exporting(self) -> None:
        self.remove_class("-exporting")
        self.query_one(PageView).focus()
        self._say("")

    # drawing

    def _write(self, width: int) -> Sequence[Block]:
        blocks = page(self.debrief, width)
        self._titles = [block.title or "Summary" for block in blocks]
        return blocks

    def _show_parts(self) -> None:
        """The parts by number, the one being read marked; where they do not all fit, those around it."""
        section, width = self.query_one(PageView).section, self.size.width
        names = [f"{number} {title}" for number, title in enumerate(self._titles, 1)]
        first = 0
        while first < section and sum(len(name) + 2 for name in names[first : section + 2]) > width:
            first += 1
        parts = [
            Content.styled(f" {name} ", "reverse" if number == section else "$text-muted")
            for number, name in enumerate(names)
        ][first:]
        self.query_one("#parts", Static).update(Content("").join(parts))

    def _help(self) -> str:
        rows = [(", ".join(map(shown_key, each.keys)), each.help) for each in self.table.commands if each.key]
        told = [f"{keys:{HELP_COLUMN}}{does}" for keys, does in (*FIXED, *rows)]
        return "\n".join([*told, f"{'':{HELP_COLUMN}}A file may end in {_ENDINGS}"])

    def _say(self, words: str) -> None:
        """Words for the last line, or the keys."""
        hints = (("↑↓", "read"), *self.table.hints())
        keys = Content("  ").join(Content.assemble((key, "bold $accent"), f" {does}") for key, does in hints)
        self.query_one("#hint", Static).update(Content(one_line(words)) if words else keys)
