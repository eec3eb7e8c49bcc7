"""The start page: what to go on with, a new call, the demo, and what was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.message import Message

from salesnerd_tui.call.events import Mode
from salesnerd_tui.notes.summary import CallSummary
from salesnerd_tui.ui.beginning import Beginning
from salesnerd_tui.ui.drawing.home import call_row, prep_row, resume_row
from salesnerd_tui.ui.drawing.words import MUTED, Line, Lines, blank, both_ends, line
from salesnerd_tui.ui.opening import Desk
from salesnerd_tui.ui.panels.explaining import help_panel
from salesnerd_tui.ui.panels.picker import Entry, Picker
from salesnerd_tui.ui.widgets.canvas import Canvas

RESUMES = 3
WAITING = 3
"""Preps shown that wait for their call."""

PAGES = (Mode.PREP, Mode.BOARD)
"""Kept like calls, but nobody was called."""

RECENT = 200
"""Calls listed; older ones are found with the search."""


class WatchDemo(Message):
    """The demo is to be shown."""


class HomeScreen(Beginning):
    """Reading the calls takes its time when there are ten thousand, so a thread does it."""

    CSS_PATH = "home.tcss"
    WHEEL_SCROLLS = True

    class Read(Message):
        """The calls have been read, on a thread."""

        def __init__(self, interrupted: list[CallSummary], calls: list[CallSummary], count: int, told: str) -> None:
            super().__init__()
            self.interrupted = interrupted
            self.calls = calls
            self.count = count
            self.told = told

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._count = 0
        self._doing: dict[str, Callable[[], None]] = {}
        self._list: Picker | None = None

    def compose(self) -> ComposeResult:
        yield Canvas(self._draw_title, id="title")
        yield self.middle
        yield from self.compose_line()

    def on_mount(self) -> None:
        self.rest()

    def on_screen_resume(self) -> None:
        """Here again, perhaps after a call."""
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        notebook = self.desk.notebook
        interrupted, calls = notebook.interrupted()[:RESUMES], notebook.summaries()
        count = sum(call.mode is Mode.LIVE for call in calls)
        told = notebook.set_aside[-1].told if notebook.set_aside else ""
        self.post_message(self.Read(interrupted, calls[:RECENT], count, told))

    def on_home_screen_read(self, message: Read) -> None:
        message.stop()
        now = datetime.now(UTC)
        self._doing, entries = {}, []
        open_ids = {call.id for call in message.interrupted}
        preps = [call for call in message.calls if call.mode is Mode.PREP and not call.ended]
        waiting = [call for call in preps if call.id not in open_ids][:WAITING]
        for call in message.interrupted:
            left, right = resume_row(call, now)
            entries.append(self._entry(f"resume {call.id}", left, right, partial(self.resume, call.id)))
        for call in waiting:
            left, right = prep_row(call, now)
            entries.append(self._entry(f"prep {call.id}", left, right, partial(self.begin_prepared, call.id)))
        entries.append(self._entry("new", line(("new call", "bold")), self._key("new"), self.do_new))
        entries.append(self._entry("prepare", line("prepare a call"), self._key("prep"), self.do_prep))
        entries.append(self._entry("practise", line("practise"), self._key("rehearse"), self.do_rehearse))
        entries.append(self._entry("demo", line("watch the demo"), self._key("demo"), self.do_demo))
        if message.count:
            entries += self._looking_back()
        self._count = message.count
        self._calls = [call for call in message.calls if call.id not in open_ids and call.mode not in PAGES]
        for call in self._calls:
            left, right = call_row(call, now)
            entries.append(self._entry(f"call {call.id}", left, right, partial(self._show, call.id)))
        before = self._list.current if self._list is not None else ""
        at = before if before.startswith("call ") else ""
        self._list = Picker("salesnerd", entries, self._run_row, self.close, at=at)
        if message.told:
            self.say(message.told)
        self.repaint()

    def _looking_back(self) -> list[Entry]:
        """There is something to look back on."""
        return [
            self._entry("history", line("every call and word"), self._key("history"), self.do_history),
            self._entry("promises", line("who owes what"), self._key("promises"), self.do_promises),
            self._entry("trends", line("are you getting better?"), self._key("trends"), self.do_trends),
            self._entry("board", line("how they buy"), self._key("board"), self.do_board),
        ]

    def _key(self, id: str) -> Line:
        return line((self.table.shown.get(id, ""), "bold $accent"))

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

    def pick_row(self, number: int) -> None:
        if self.panel is None and self._list is not None:
            self._list.pick(number)
        else:
            super().pick_row(number)

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
        self.open(help_panel(self.close, self.table))

    def do_leave(self) -> None:
        self.app.exit()

    def do_demo(self) -> None:
        self.post_message(WatchDemo())

    def do_resume(self) -> None:
        first = next((id for id in self._doing if id.startswith("resume ")), None)
        if first is None:
            self.say(f"no call was cut off{self._begins()}")
        else:
            self._doing[first]()

    def _show(self, call_id: str) -> None:
        from salesnerd_tui.notes.receipts import NotesProblem
        from salesnerd_tui.ui.after import kept_debrief

        try:
            self.app.push_screen(kept_debrief(self.desk, call_id))
        except NotesProblem as problem:
            self.say(str(problem))

    # painting

    def draw(self, width: int, height: int) -> Lines:
        if self._list is None:
            return [blank(), line("  ", ("reading your calls…", MUTED))]
        return [blank(), *self._list.draw_rows(width, height - 1)]

    def _draw_title(self, width: int, _: int) -> Lines:
        counted = f"{self._count:,} call{'' if self._count == 1 else 's'} "
        return [both_ends(line(" ", ("salesnerd", "bold $primary")), line((counted, MUTED)), width)]
