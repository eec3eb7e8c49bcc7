"""Start page: calls to resume, new calls, the demo, reports, and the recent calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from textual import on, work
from textual.message import Message

from salesnerd_tui.app.calls import CallService
from salesnerd_tui.app.stored_call import read_stored_call
from salesnerd_tui.call.events import Mode
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.home import call_row, prep_row, resume_row
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.screens.call_starter import CallStarter
from salesnerd_tui.tui.screens.messages import OpenBoard, OpenDebrief, OpenDemo, OpenHistory, OpenPromises, OpenTrends

RESUMABLE_CALLS = 3
WAITING_PREPS = 3

NOT_CALLS = (Mode.PREP, Mode.BOARD)
"""Modes that are stored like calls, without anybody having been called."""

RECENT_CALLS = 200
"""Calls listed; older ones are found in the history."""


class HomeScreen(BaseScreen):
    """Start page. A thread reads the calls, because ten thousand of them take time."""

    CSS_PATH = "home.tcss"
    KEYS = "home"
    WHEEL_SCROLLS = True

    class CallsRead(Message):
        """Report of the reading thread; `live_count` counts the live calls, `warning` names a file set aside."""

        def __init__(
            self, interrupted: Sequence[CallSummary], calls: Sequence[CallSummary], live_count: int, warning: str
        ) -> None:
            super().__init__()
            self.interrupted = interrupted
            self.calls = calls
            self.live_count = live_count
            self.warning = warning

    def __init__(self, service: CallService) -> None:
        super().__init__()
        self.service = service
        self.starter = CallStarter(self, service)
        self.command_handlers = (self.starter,)
        self._live_count = 0
        self._row_actions: dict[str, Callable[[], None]] = {}
        self._list: Picker | None = None

    def on_mount(self) -> None:
        self.rest_on_phrases(("new", "new call"), ("help", "keys"))

    def on_screen_resume(self) -> None:
        """Read the calls again: another screen may have added one."""
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        from salesnerd_tui.app.invitation import announcement  # on this thread: the first paint does not wait for it

        notebook = self.service.notebook
        interrupted, calls = notebook.interrupted()[:RESUMABLE_CALLS], notebook.summaries()
        count = sum(call.mode is Mode.LIVE for call in calls)
        warning = notebook.set_aside[-1].message if notebook.set_aside else announcement(self.service)
        self.post_message(self.CallsRead(interrupted, calls[:RECENT_CALLS], count, warning))

    @on(CallsRead)
    def _show_calls(self, message: CallsRead) -> None:
        message.stop()
        now = datetime.now(UTC)
        interrupted_ids = {call.id for call in message.interrupted}
        self._live_count = message.live_count
        self._row_actions, entries = {}, []
        for call in message.interrupted:
            resume = partial(self.starter.resume, call.id)
            entries.append(self._entry(f"resume {call.id}", *resume_row(call, now), resume))
        preps = [call for call in message.calls if call.mode is Mode.PREP and not call.ended]
        for call in [call for call in preps if call.id not in interrupted_ids][:WAITING_PREPS]:
            start = partial(self.starter.start_prepared, call.id)
            entries.append(self._entry(f"prep {call.id}", *prep_row(call, now), start))
        entries += [
            self._menu_entry("new", line(("New call", "bold")), self.starter.do_new),
            self._menu_entry("prep", line("Prepare a call"), self.starter.do_prep),
            self._menu_entry("rehearse", line("Rehearse"), self.starter.do_rehearse),
            self._menu_entry("demo", line("Demo"), self.do_demo),
        ]
        if message.live_count:
            entries += [
                self._menu_entry("history", line("Call history"), self.do_history),
                self._menu_entry("promises", line("Promises"), self.do_promises),
                self._menu_entry("trends", line("Trends"), self.do_trends),
                self._menu_entry("board", line("Accounts"), self.do_board),
            ]
        calls = [call for call in message.calls if call.id not in interrupted_ids and call.mode not in NOT_CALLS]
        self.starter.calls = calls
        for call in calls:
            entries.append(self._entry(f"call {call.id}", *call_row(call, now), partial(self._open_debrief, call.id)))
        current = self._list.current if self._list is not None else ""
        at = current if current.startswith("call ") else ""
        self._list = Picker("salesnerd", entries, self._run_row, self.close, at=at)
        if message.warning:
            self.say(message.warning)
        self.repaint()

    def _menu_entry(self, id: str, label: Line, action: Callable[[], None]) -> Entry:
        return self._entry(id, label, line((self.table.shown.get(id, ""), "bold $accent")), action)

    def _entry(self, id: str, left: Line, right: Line, action: Callable[[], None]) -> Entry:
        self._row_actions[id] = action
        return Entry(id, left, right)

    def _run_row(self, id: str) -> None:
        self.close()
        action = self._row_actions.get(id)
        if action is not None:
            action()

    # keys

    def handle_unbound(self, key: str) -> None:
        if self._list is not None and key in ("up", "down", "pageup", "pagedown"):
            self._list.move(key)
        elif self._list is not None and key == "enter":
            self._run_row(self._list.current)
        elif key != "escape":
            super().handle_unbound(key)

    def pick_row(self, number: int) -> None:
        if self.panel is None and self._list is not None:
            self._list.pick(number)
        else:
            super().pick_row(number)

    def do_find(self) -> None:
        if self._list is None:
            self.say("still loading your calls")
        else:
            self.open(self._list)

    def do_leave(self) -> None:
        self.app.exit()

    def do_resume(self) -> None:
        first = next((id for id in self._row_actions if id.startswith("resume ")), None)
        if first is None:
            self.say(f"no interrupted call{self._advice()}")
        else:
            self._row_actions[first]()

    def _advice(self) -> str:
        phrase = self.key_phrase("new", "starts a new one")
        return phrase and f": {phrase}"

    # other screens

    def do_demo(self) -> None:
        self.post_message(OpenDemo())

    def do_history(self) -> None:
        self.post_message(OpenHistory())

    def do_promises(self) -> None:
        self.post_message(OpenPromises())

    def do_trends(self) -> None:
        self.post_message(OpenTrends())

    def do_board(self) -> None:
        from salesnerd_tui.app.board import accounts  # imports the board: not at start-up

        found = accounts(self.service.notebook)
        if not found:
            self.say(f"no call with an account yet{self._advice()}")
            return
        self.open(
            Picker("buying process", [Entry(name, line(safe(name))) for name in found], self._open_board, self.close)
        )

    def _open_board(self, account: str) -> None:
        self.close()
        self.post_message(OpenBoard(account))

    def _open_debrief(self, call_id: str) -> None:
        try:
            self.post_message(OpenDebrief(read_stored_call(self.service, call_id)))
        except StorageError as problem:
            self.say(str(problem))

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        calls = f"{self._live_count:,} call{'' if self._live_count == 1 else 's'}"
        return line(("salesnerd", "bold $primary")), line((calls, MUTED))

    def draw(self, width: int, height: int) -> Lines:
        if self._list is None:
            return [blank(), line("  ", ("loading your calls…", MUTED))]
        return [blank(), *self._list.draw_rows(width, height - 1)]
