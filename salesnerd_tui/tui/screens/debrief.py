"""The debrief on the screen: read in two minutes after a call, or months later from the history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

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
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.document import DocumentBlock, page
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.review.followup import cautions, message
from salesnerd_tui.review.formats import EXPORTS, format_of
from salesnerd_tui.terminal.key_names import shown_key
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, Keymap, Table
from salesnerd_tui.tui.render.hints import draw_hints
from salesnerd_tui.tui.screens.after import board_of, prepare_next, promises_of
from salesnerd_tui.tui.widgets.page import PageView

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService

_ENDINGS = ", ".join(f".{name}" for name in EXPORTS)
FIXED = (
    ("up, down, page up, page down, space", "Read"),
    ("home, end", "Top and end"),
    ("1 to 9", "That part"),
    ("esc", "Close"),
)
"""Keys that are the same for everybody."""

HELP_COLUMN = 38

SHORT = {
    "summary": "call",
    "reveals": "gave away",
    "tested": "tested",
    "answers": "said",
    "promises": "promised",
    "open": "open",
    "before": "before",
    "agenda": "course",
}
"""Names of parts where the whole ones do not fit on one line."""


class DebriefScreen(Screen[None]):
    """`events` are the call's, as kept; `playbook` is the call's own, if it can still be loaded."""

    CSS_PATH = "debrief.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_part(1)", "Next part", show=False, priority=True, id="debrief.next"),
        Binding("shift+tab", "next_part(-1)", "Previous part", show=False, priority=True, id="debrief.previous"),
        Binding("x", "export", "Export", show=False, id="debrief.export"),
        Binding("n", "prepare", "Next call", show=False, id="debrief.prepare"),
        Binding("o", "promises", "Promises", show=False, id="debrief.promises"),
        Binding("h", "board", "How they buy", show=False, id="debrief.board"),
        Binding("f", "followup", "Message to them", show=False, id="debrief.followup"),
        Binding("question_mark", "help", "Help", show=False, id="debrief.help"),
        Binding("q", "close", "Close", show=False, id="debrief.leave"),
        Binding("escape", "close", "Close", show=False, priority=True, id="debrief.escape"),
        *(Binding(str(number), f"part({number})", f"Part {number}", show=False) for number in range(1, 10)),
    ]

    def __init__(self, events: Sequence[Event], playbook: Playbook | None = None, *, call_id: str = "") -> None:
        super().__init__()
        self.call_id = call_id
        self._events = tuple(events)
        self._playbook = playbook
        self.debrief = debrief(self._events, playbook)
        self._titles: list[tuple[str, str]] = []
        self._text: Callable[[Path], str] = self._exported

    def compose(self) -> ComposeResult:
        yield Static("", id="parts", markup=False)
        yield PageView(self._write, id="page")
        yield Static(self._help(), id="help", markup=False)
        yield Input(id="export", placeholder=f"a file name ending in {_ENDINGS}", select_on_focus=False)
        yield Static("", id="hint", markup=False)

    @cached_property
    def table(self) -> Table:
        """The keys of this screen, as whoever started the program has them."""
        keymap = getattr(self.app, "own_keys", DEFAULT_KEYMAP)
        return (keymap if isinstance(keymap, Keymap) else DEFAULT_KEYMAP).of("debrief")

    def on_mount(self) -> None:
        self.watch(self.query_one(PageView), "section", self._show_parts, init=False)
        self._say("")
        self.call_after_refresh(self._show_parts)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < 18, "-short")
        self.call_after_refresh(self._show_parts)
        if not self.has_class("-exporting"):
            self._say("")

    # keys

    def action_prepare(self) -> None:
        """The next call with them; only its playbook is left to be picked."""
        desk = self._desk()
        if desk is not None:
            ended = fold(self._events).ended
            found = self._playbook.outcome(ended.outcome) if self._playbook is not None and ended else None
            header = self.debrief.header
            prepare_next(self.app, desk, header.account, header.people, found.next if found is not None else "")

    def action_promises(self) -> None:
        desk = self._desk()
        if desk is not None:
            self.app.push_screen(promises_of(desk, self.debrief.header.account))

    def action_board(self) -> None:
        desk, account = self._desk(), self.debrief.header.account
        if desk is not None and not account.strip():
            self._say("this call names no account, so there is no board of how they buy")
        elif desk is not None:
            self.app.push_screen(board_of(desk, account))

    def _desk(self) -> CallService | None:
        """Where the other calls are; None, said why, for one that is not kept or was no call."""
        desk = getattr(self.app, "desk", None)
        if self.debrief.header.mode != Mode.LIVE or desk is None:
            self._say(f"no call, but a {self.debrief.header.mode or 'page'}: only a call has that")
            return None
        return cast("CallService", desk)

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
        self._ask_file(f"{self.call_id or 'call'}.md", f"a file name ending in {_ENDINGS}", self._exported)

    def action_followup(self) -> None:
        """A draft of what to write to them, as a file to be mended and sent."""
        self._ask_file(f"message-{self.call_id or 'call'}.txt", "a file name", lambda _: message(self.debrief))

    def _ask_file(self, name: str, told: str, text: Callable[[Path], str]) -> None:
        self._text = text
        self.add_class("-exporting")
        line = self.query_one("#export", Input)
        line.placeholder = told
        line.value = name
        line.cursor_position = len(name)
        line.focus()

    def _exported(self, path: Path) -> str:
        return EXPORTS[format_of(path)](self.debrief, self.call_id, self._events)

    @on(Input.Submitted, "#export")
    def _export(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        try:
            write_private(path, self._text(path))
        except CannotWrite as problem:
            self._say(str(problem))
        else:
            self._stop_exporting()
            mind = next(cautions(self.debrief), "") if self._text != self._exported else ""
            self._say(f"{f'before you send it: {mind} · ' if mind else ''}written, for your eyes only: {path}")

    def _stop_exporting(self) -> None:
        self.remove_class("-exporting")
        self.query_one(PageView).focus()
        self._say("")

    # drawing

    def _write(self, width: int) -> Sequence[DocumentBlock]:
        blocks = page(self.debrief, width - 1)
        self._titles = [(block.title or "Summary", SHORT.get(block.key, block.title.lower())) for block in blocks]
        self.call_after_refresh(self._show_parts)
        return blocks

    def _show_parts(self) -> None:
        """The parts by number, the one being read marked; in short where they do not fit, else those around it."""
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

    def _help(self) -> str:
        rows = [(", ".join(map(shown_key, each.keys)), each.help) for each in self.table.commands if each.key]
        told = [f"{keys:{HELP_COLUMN}}{does}" for keys, does in (*FIXED, *rows)]
        return "\n".join([*told, f"{'':{HELP_COLUMN}}A file may end in {_ENDINGS}"])

    def _say(self, words: str) -> None:
        """Words for the last line, or the keys."""
        hints = (("↑↓", "read"), *self.table.hints())
        told = Content(one_line(words)) if words else draw_hints("", hints, max(self.size.width - 1, 20))
        self.query_one("#hint", Static).update(told)
