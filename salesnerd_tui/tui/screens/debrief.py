"""Debrief screen: the review of a call, read right after it or months later from the history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

from salesnerd_tui.call.events import Event, Mode
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.private_file import CannotWrite, write_private
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.document import DocumentBlock, page
from salesnerd_tui.review.followup import cautions, message
from salesnerd_tui.review.formats import EXPORTS, format_of
from salesnerd_tui.terminal.key_names import shown_key
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.keymap import Table
from salesnerd_tui.tui.render.hints import draw_hints
from salesnerd_tui.tui.screens.host import key_table
from salesnerd_tui.tui.screens.messages import OpenBoard, OpenPromises, PrepareNext
from salesnerd_tui.tui.widgets.page import PageView

_ENDINGS = ", ".join(f".{name}" for name in EXPORTS)
EXPORT_PLACEHOLDER = f"a file name ending in {_ENDINGS}"
FIXED_KEYS = (
    ("up, down, page up, page down, space", "Scroll"),
    ("home, end", "Go to the top or the end"),
    ("1 to 9", "Go to a section"),
    ("esc", "Close"),
)
"""Keys that cannot be changed."""

HELP_COLUMN = 38

SHORT_TITLES = {
    "summary": "call",
    "reveals": "revealed",
    "tested": "tested",
    "answers": "said",
    "promises": "promised",
    "open": "open",
    "before": "before",
    "agenda": "course",
}
"""Titles of sections for terminals where the full ones do not fit on one line."""


class DebriefScreen(Screen[None]):
    """Page of one call. `playbook` is the call's own, if it can still be loaded."""

    CSS_PATH = "debrief.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_part(1)", "Next section", show=False, priority=True, id="debrief.next"),
        Binding("shift+tab", "next_part(-1)", "Previous section", show=False, priority=True, id="debrief.previous"),
        Binding("x", "export", "Export", show=False, id="debrief.export"),
        Binding("n", "prepare", "Prepare next call", show=False, id="debrief.prepare"),
        Binding("o", "promises", "Show promises", show=False, id="debrief.promises"),
        Binding("h", "board", "Show buying process", show=False, id="debrief.board"),
        Binding("f", "followup", "Draft follow-up message", show=False, id="debrief.followup"),
        Binding("question_mark", "help", "Help", show=False, id="debrief.help"),
        Binding("q", "close", "Close", show=False, id="debrief.leave"),
        Binding("escape", "close", "Close", show=False, priority=True, id="debrief.escape"),
        *(Binding(str(number), f"part({number})", f"Section {number}", show=False) for number in range(1, 10)),
    ]

    def __init__(self, events: Sequence[Event], playbook: Playbook | None = None, *, call_id: str = "") -> None:
        super().__init__()
        self.call_id = call_id
        self._events = tuple(events)
        self._playbook = playbook
        self.debrief = debrief(self._events, playbook)
        self._titles: list[tuple[str, str]] = []
        self._file_text: Callable[[Path], str] = self._export_text
        self._is_message = False

    def compose(self) -> ComposeResult:
        yield Static("", id="parts", markup=False)
        yield PageView(self._blocks, id="page")
        yield Static(self._help_text(), id="help", markup=False)
        yield Input(id="export", placeholder=EXPORT_PLACEHOLDER, select_on_focus=False)
        yield Static("", id="hint", markup=False)

    @cached_property
    def table(self) -> Table:
        """The keys of this screen."""
        return key_table(self.app, "debrief")

    def on_mount(self) -> None:
        self.watch(self.query_one(PageView), "section", self._show_sections, init=False)
        self._say("")
        self.call_after_refresh(self._show_sections)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < 18, "-short")
        self.call_after_refresh(self._show_sections)
        if not self.has_class("-exporting"):
            self._say("")

    # keys

    def action_prepare(self) -> None:
        if self._is_live_call():
            ended = fold(self._events).ended
            outcome = self._playbook.outcomes.get(ended.outcome) if self._playbook is not None and ended else None
            header = self.debrief.header
            self.post_message(PrepareNext(header.account, header.people, outcome.next if outcome is not None else ""))

    def action_promises(self) -> None:
        if self._is_live_call():
            self.post_message(OpenPromises(self.debrief.header.account.strip()))

    def action_board(self) -> None:
        account = self.debrief.header.account
        if not self._is_live_call():
            return
        if account.strip():
            self.post_message(OpenBoard(account))
        else:
            self._say("this call has no account, so it has no buying process")

    def _is_live_call(self) -> bool:
        """Return whether this was a live call; the hint line says if not."""
        mode = self.debrief.header.mode
        if mode != Mode.LIVE:
            self._say(f"only available for a live call (this is a {mode or 'page'})")
        return mode == Mode.LIVE

    def action_next_part(self, by: int) -> None:
        self.query_one(PageView).step(by)

    def action_part(self, number: int) -> None:
        self.query_one(PageView).go_to(number - 1)

    def action_help(self) -> None:
        self.toggle_class("-helping")

    def action_close(self) -> None:
        """Close the help, then the file name, then the screen."""
        if self.has_class("-helping"):
            self.remove_class("-helping")
        elif self.has_class("-exporting"):
            self._close_file_name()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    # files

    def action_export(self) -> None:
        self._is_message = False
        self._ask_file_name(f"{self.call_id or 'call'}.md", EXPORT_PLACEHOLDER, self._export_text)

    def action_followup(self) -> None:
        """Write a draft message to the buyer into a file, to be edited and sent."""
        self._is_message = True
        self._ask_file_name(f"message-{self.call_id or 'call'}.txt", "file name", lambda _: message(self.debrief))

    def _ask_file_name(self, name: str, placeholder: str, file_text: Callable[[Path], str]) -> None:
        self._file_text = file_text
        self.add_class("-exporting")
        line = self.query_one("#export", Input)
        line.placeholder = placeholder
        line.value = name
        line.cursor_position = len(name)
        line.focus()

    def _export_text(self, path: Path) -> str:
        return EXPORTS[format_of(path)](self.debrief, self.call_id, self._events)

    @on(Input.Submitted, "#export")
    def _write_file(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        try:
            write_private(path, self._file_text(path))
        except CannotWrite as problem:
            self._say(str(problem))
            return
        self._close_file_name()
        caution = next(cautions(self.debrief), "") if self._is_message else ""
        warning = f"before you send it: {caution} · " if caution else ""
        self._say(f"{warning}saved {path} (only you can read it)")

    def _close_file_name(self) -> None:
        self.remove_class("-exporting")
        self.query_one(PageView).focus()
        self._say("")

    # drawing

    def _blocks(self, width: int) -> Sequence[DocumentBlock]:
        blocks = page(self.debrief, width - 1)
        self._titles = [
            (block.title or "Summary", SHORT_TITLES.get(block.key, block.title.lower())) for block in blocks
        ]
        self.call_after_refresh(self._show_sections)
        return blocks

    def _show_sections(self) -> None:
        """Show the sections by number, the current one marked; short titles, or only nearby ones, if space is tight."""
        section, width = self.query_one(PageView).section, self.size.width
        names = [f"{number} {title}" for number, (title, _) in enumerate(self._titles, 1)]
        if sum(len(name) + 2 for name in names) > width:
            names = [f"{number} {short}" for number, (_, short) in enumerate(self._titles, 1)]
        first = 0
        while first < section and sum(len(name) + 2 for name in names[first : section + 2]) > width:
            first += 1
        parts = [
            Content.styled(f" {name} ", "reverse" if number == section else "$text-muted")
            for number, name in enumerate(names)
        ][first:]
        self.query_one("#parts", Static).update(Content("").join(parts))

    def _help_text(self) -> str:
        rows = [(", ".join(map(shown_key, each.keys)), each.help) for each in self.table.commands if each.key]
        lines = [f"{keys:{HELP_COLUMN}}{does}" for keys, does in (*FIXED_KEYS, *rows)]
        return "\n".join([*lines, f"{'':{HELP_COLUMN}}Export formats: {_ENDINGS}"])

    def _say(self, words: str) -> None:
        """Show a message in the last line, or the keys for an empty one."""
        hints = (("↑↓", "scroll"), *self.table.hints())
        content = Content(one_line(words)) if words else draw_hints("", hints, max(self.size.width - 1, 20))
        self.query_one("#hint", Static).update(content)
