"""What is owed, on the screen: one promise after another, and a key for what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec.structs import replace
from textual import work
from textual.message import Message

from salesnerd_tui.app.calls import CallService
from salesnerd_tui.call.events import Settlement, Side
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.review.promise_ledger import PromiseFilter, listed, settle
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise
from salesnerd_tui.review.promises_page import checklist, promises_page, summed_up
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.tui.render.pages import painted
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, line, safe, wrapped
from salesnerd_tui.tui.screens.report import ReportScreen
from salesnerd_tui.tui.widgets.note_input import InputMode

READABLE = 100
SIDES: tuple[Side | None, ...] = (None, Side.ME, Side.THEM)
WHOSE = {None: "both sides", Side.ME: "yours", Side.THEM: "theirs"}
PAGE = 5
"""Promises that page up and page down move by."""


class PromisesScreen(ReportScreen):
    """`account` narrows it to one; `today` says what is late."""

    KEYS = "promises"

    class Known(Message):
        """The promises have been read."""

        def __init__(self, found: list[TrackedPromise], problem: str = "") -> None:
            super().__init__()
            self.found = found
            self.problem = problem

    def __init__(
        self,
        desk: CallService,
        account: str = "",
        today: Callable[[], date] = lambda: datetime.now(UTC).astimezone().date(),
    ) -> None:
        super().__init__(desk)
        self._asked = PromiseFilter(account)
        self._today = today
        self._found: list[TrackedPromise] | None = None
        self._at = 0
        self._top = 0

    def on_screen_resume(self) -> None:
        """Here, or here again after a debrief."""
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        try:
            self.post_message(self.Known(listed(self.desk.notebook, self._asked, self._today())))
        except StorageError as problem:
            self.post_message(self.Known([], str(problem)))

    def on_promises_screen_known(self, message: Known) -> None:
        message.stop()
        self._found = message.found
        self._at = min(self._at, max(len(message.found) - 1, 0))
        self.repaint()
        if message.problem:
            self.say(message.problem)

    # keys

    def move(self, key: str) -> None:
        step = {"up": -1, "down": 1, "pageup": -PAGE, "pagedown": PAGE}[key]
        self._at = min(max(self._at + step, 0), max(len(self._found or ()) - 1, 0))

    def do_kept(self) -> None:
        self._settle(Settlement.KEPT)

    def do_retracted(self) -> None:
        self._settle(Settlement.RETRACTED)

    def do_open(self) -> None:
        self._settle(Settlement.OPEN)

    def _settle(self, how: Settlement) -> None:
        pledge = self._current
        if pledge is None:
            self.say("no promise is chosen")
            return
        try:
            settle(self.desk.notebook, pledge, how)
        except StorageError as problem:
            self.say(str(problem))
            return
        self.say(f"{how}: {pledge.promise.text}")
        self._read()

    def do_debrief(self) -> None:
        from salesnerd_tui.tui.screens.after import kept_debrief

        pledge = self._current
        if pledge is None:
            self.say("no promise is chosen")
            return
        try:
            self.app.push_screen(kept_debrief(self.desk, pledge.call))
        except StorageError as problem:
            self.say(str(problem))

    def do_all(self) -> None:
        self._ask(replace(self._asked, settled=not self._asked.settled))

    def do_side(self) -> None:
        side = SIDES[(SIDES.index(self._asked.side) + 1) % len(SIDES)]
        self._ask(replace(self._asked, side=side))

    def _ask(self, asked: PromiseFilter) -> None:
        self._asked, self._at, self._top = asked, 0, 0
        self._read()

    def do_export(self) -> None:
        if not self._found:
            self.say("there is nothing to write")
            return
        told = "promises.md, or promises.ics for a calendar"
        self.box.begin(InputMode("file", self._exported, self.close, text="promises.md", placeholder=told))
        self.repaint()

    def _exported(self, name: str) -> None:
        self.box.rest()
        path = Path(name.strip()).expanduser()
        try:
            write_private(path, self._as_file(path))
        except CannotWrite as problem:
            self.say(str(problem))
        else:
            self.say(f"written, for your eyes only: {path}")
        self.repaint()

    def _as_file(self, path: Path) -> str:
        """Boxes, or a calendar. Raises `CannotWrite` where no promise names a day."""
        found = self._found or []
        if path.suffix != ".ics":
            return checklist(found)
        from salesnerd_tui.review.calendar import calendar

        dated = [pledge for pledge in found if pledge.promise.due_on is not None and pledge.status in OPEN_STATUSES]
        if not dated:
            raise CannotWrite("nothing that is owed names a day, so there is nothing for a calendar")
        return calendar(dated, datetime.now(UTC))

    @property
    def _current(self) -> TrackedPromise | None:
        return self._found[self._at] if self._found else None

    # painting

    @property
    def titles(self) -> tuple[str, str]:
        parts = [self._asked.account, WHOSE[self._asked.side], "all" if self._asked.settled else "owed"]
        return "promises", safe(" · ".join(filter(None, parts)))

    def draw(self, width: int, height: int) -> Lines:
        if self._found is None:
            return [blank(), line("  ", ("reading your calls…", MUTED))]
        head = [*wrapped(summed_up(self._found), min(width - 2, READABLE), "bold $primary", " "), blank()]
        if not self._found:
            told = "What you promise in a call is listed here by itself; in a note, begin with >"
            return [*head, *wrapped(told, width - 2, MUTED, " ")]
        rows, starts = self._rows(min(width - 3, READABLE))
        self._scroll(starts, height - len(head))
        return [*head, *rows[self._top : self._top + height - len(head)]]

    def _rows(self, width: int) -> tuple[Lines, list[int]]:
        """All lines, and at which each promise begins and the last one ends."""
        rows: Lines = []
        starts: list[int] = []
        for number, told in enumerate(promises_page(self._found or (), width)):
            starts.append(len(rows))
            here = number == self._at
            for place, each in enumerate(told):
                row = line(("❯ " if here and not place else "  ", "bold $accent"), painted(each))
                rows.append(row.stylize("on $accent 15%") if here else row)
        return rows, [*starts, len(rows)]

    def _scroll(self, starts: list[int], height: int) -> None:
        """The chosen one is in sight, whole where there is room."""
        begin, end = starts[self._at], starts[self._at + 1]
        self._top = min(max(self._top, end - height), begin)
