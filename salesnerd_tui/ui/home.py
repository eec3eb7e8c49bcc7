"""The start page: what to go on with, a new call, the demo, and what was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.message import Message

from salesnerd_tui.notes.summary import CallSummary
from salesnerd_tui.ui.commands import HOME, hints
from salesnerd_tui.ui.drawing.home import call_row, playbook_row, resume_row
from salesnerd_tui.ui.drawing.words import MUTED, Line, Lines, blank, both_ends, line
from salesnerd_tui.ui.keyscreen import KeyScreen
from salesnerd_tui.ui.opening import CannotOpen, Desk, Wish
from salesnerd_tui.ui.panels.explaining import help_panel
from salesnerd_tui.ui.panels.form import Field, Form
from salesnerd_tui.ui.panels.picker import Entry, Picker
from salesnerd_tui.ui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from salesnerd_tui.ui.opening import Call

RESUMES = 3
RECENT = 200
"""Calls listed; older ones are found with the search."""

FIELDS = (
    Field(
        "account", "account", "Who is it with: the company. What earlier calls with it know is recalled. May be empty."
    ),
    Field("people", "people", "Who is on the call, as in: Dana, VP Eng; Petra. May be empty."),
    Field("hear", "hear", "A captions or transcript file to listen to. Empty: the space key shows who talks."),
)


class OpenCall(Message):
    """A call is to be shown."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


class WatchDemo(Message):
    """The demo is to be shown."""


class HomeScreen(KeyScreen):
    """Reading the calls takes its time when there are ten thousand, so a thread does it."""

    CSS_PATH = "home.tcss"
    COMMAND_TABLE = HOME

    class Read(Message):
        """The calls have been read, on a thread."""

        def __init__(self, interrupted: list[CallSummary], calls: list[CallSummary], told: str) -> None:
            super().__init__()
            self.interrupted = interrupted
            self.calls = calls
            self.told = told

    def __init__(self, desk: Desk) -> None:
        super().__init__("n new call · ? keys")
        self.desk = desk
        self._calls: list[CallSummary] = []
        self._doing: dict[str, Callable[[], None]] = {}
        self._list: Picker | None = None

    def compose(self) -> ComposeResult:
        yield Canvas(self._draw_title, id="title")
        yield self.middle
        yield from self.compose_line()

    def on_mount(self) -> None:
        self.box.rest()

    def on_screen_resume(self) -> None:
        """Here again, perhaps after a call."""
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        notebook = self.desk.notebook
        interrupted, calls = notebook.interrupted()[:RESUMES], notebook.summaries()[:RECENT]
        told = notebook.set_aside[-1].told if notebook.set_aside else ""
        self.post_message(self.Read(interrupted, calls, told))

    def on_home_screen_read(self, message: Read) -> None:
        message.stop()
        now = datetime.now(UTC)
        self._doing, entries = {}, []
        for call in message.interrupted:
            left, right = resume_row(call, now)
            entries.append(self._entry(f"resume {call.id}", left, right, partial(self._resume, call.id)))
        entries.append(self._entry("new", line(("new call", "bold")), line(("n", "bold $accent")), self.do_new))
        entries.append(self._entry("demo", line("watch the demo"), line(("d", "bold $accent")), self.do_demo))
        open_ids = {call.id for call in message.interrupted}
        self._calls = [call for call in message.calls if call.id not in open_ids]
        for call in self._calls:
            left, right = call_row(call, now)
            entries.append(self._entry(f"call {call.id}", left, right, partial(self._show, call.id)))
        self._list = Picker("salesnerd", entries, self._run_row, self.close)
        if message.told:
            self.say(message.told)
        self.repaint()

    def _entry(self, id: str, left: Line, right: Line, does: Callable[[], None]) -> Entry:
        self._doing[id] = does
        return Entry(id, left, right)

    # keys

    def unclaimed(self, key: str) -> None:
        if self._list is not None and key in ("up", "down", "pageup", "pagedown"):
            self._list.move(key)
        elif self._list is not None and key == "enter":
            self._run_row(self._list.current)
        elif key != "escape":
            super().unclaimed(key)

    def _run_row(self, id: str) -> None:
        self.close()
        does = self._doing.get(id)
        if does is not None:
            does()

    def do_find(self) -> None:
        if self._list is None:
            self.say("still reading your calls")
        else:
            self.open(self._list)

    def do_help(self) -> None:
        self.open(help_panel(self.close, HOME))

    def do_leave(self) -> None:
        self.app.exit()

    def do_demo(self) -> None:
        self.post_message(WatchDemo())

    def do_resume(self) -> None:
        first = next((id for id in self._doing if id.startswith("resume ")), None)
        if first is None:
            self.say("no call was cut off: n begins a new one")
        else:
            self._doing[first]()

    # a new call

    def do_new(self) -> None:
        listed = self.desk.library.list()
        entries = [Entry(loaded.id, *playbook_row(loaded)) for loaded in listed]
        self.open(Picker("with which playbook", entries, self._chosen, self.close, at="first_call"))

    def _chosen(self, playbook: str) -> None:
        self.close()
        try:
            loaded = self.desk.playbook(playbook)
        except CannotOpen as problem:
            self.say(str(problem))
            return
        done = partial(self._begin, playbook)
        self.open(Form(loaded.title, FIELDS, done, self.close, self.refit, loaded.goal))

    def _begin(self, playbook: str, words: Mapping[str, str]) -> None:
        people = tuple(name.strip() for name in words["people"].split(";") if name.strip())
        wish = Wish(playbook, words["account"], people, hear=words["hear"])
        self._open(lambda: self.desk.open(wish))

    def _resume(self, call_id: str) -> None:
        self._open(lambda: self.desk.resume(call_id))

    def _open(self, opening: Callable[[], Call]) -> None:
        try:
            call = opening()
        except CannotOpen as problem:
            self.say(str(problem))
            return
        self.close()
        self.post_message(OpenCall(call))

    def _show(self, call_id: str) -> None:
        from salesnerd_tui.notes.receipts import NotesProblem
        from salesnerd_tui.ui.after import kept_debrief

        try:
            self.app.push_screen(kept_debrief(self.desk, call_id))
        except NotesProblem as problem:
            self.say(str(problem))

    # painting

    def hints(self) -> Iterable[tuple[str, str]]:
        return hints(HOME)

    def draw(self, width: int, height: int) -> Lines:
        if self._list is None:
            return [blank(), line("  ", ("reading your calls…", MUTED))]
        return [blank(), *self._list.draw_rows(width, height - 1)]

    def _draw_title(self, width: int, _: int) -> Lines:
        return [
            both_ends(line(" ", ("salesnerd", "bold $primary")), line((f"{len(self._calls)} calls ", MUTED)), width)
        ]
