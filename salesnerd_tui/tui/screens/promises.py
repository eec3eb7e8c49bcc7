"""Promises screen: lists promises and marks each as kept, withdrawn or open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec.structs import replace
from textual import on, work
from textual.message import Message

from salesnerd_tui.app.calls import CallService
from salesnerd_tui.app.stored_call import read_stored_call
from salesnerd_tui.call.events import Settlement, Side
from salesnerd_tui.private_file import CannotWrite, write_private
from salesnerd_tui.review.promise_ledger import PromiseFilter, listed, settle
from salesnerd_tui.review.promises import OPEN_STATUSES, TrackedPromise
from salesnerd_tui.review.promises_page import checklist, promises_page, summed_up
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.tui.render.pages import painted
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe, wrapped
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.screens.messages import OpenDebrief

READABLE = 100
SIDES: tuple[Side | None, ...] = (None, Side.ME, Side.THEM)
SIDE_LABELS = {None: "both sides", Side.ME: "yours", Side.THEM: "theirs"}
PAGE = 5
"""Promises that page up and page down move by."""

STEPS = {"up": -1, "down": 1, "pageup": -PAGE, "pagedown": PAGE}


class PromisesScreen(BaseScreen):
    """List of promises; `account` narrows it to one account, `today` decides what is overdue."""

    CSS_PATH = "report.tcss"
    KEYS = "promises"
    WHEEL_SCROLLS = True

    class PromisesRead(Message):
        """Report of the reading thread."""

        def __init__(self, promises: Sequence[TrackedPromise], problem: str = "") -> None:
            super().__init__()
            self.promises = promises
            self.problem = problem

    def __init__(
        self,
        service: CallService,
        account: str = "",
        today: Callable[[], date] = lambda: datetime.now(UTC).astimezone().date(),
    ) -> None:
        super().__init__()
        self.service = service
        self._filter = PromiseFilter(account)
        self._today = today
        self._promises: Sequence[TrackedPromise] | None = None
        self._at = 0
        self._top = 0

    def on_mount(self) -> None:
        self.rest_on_phrases(("help", "keys"))

    def on_screen_resume(self) -> None:
        """Read the promises, again after another screen such as a debrief."""
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        try:
            self.post_message(self.PromisesRead(listed(self.service.notebook, self._filter, self._today())))
        except StorageError as problem:
            self.post_message(self.PromisesRead([], str(problem)))

    @on(PromisesRead)
    def _show_promises(self, message: PromisesRead) -> None:
        message.stop()
        self._promises = message.promises
        self._at = min(self._at, max(len(message.promises) - 1, 0))
        self.repaint()
        if message.problem:
            self.say(message.problem)

    # keys

    def handle_unbound(self, key: str) -> None:
        if key in STEPS:
            self._at = min(max(self._at + STEPS[key], 0), max(len(self._promises or ()) - 1, 0))
        elif key == "escape":
            self.do_leave()
        else:
            super().handle_unbound(key)

    def do_kept(self) -> None:
        self._settle(Settlement.KEPT)

    def do_retracted(self) -> None:
        self._settle(Settlement.RETRACTED)

    def do_open(self) -> None:
        self._settle(Settlement.OPEN)

    def _settle(self, settlement: Settlement) -> None:
        tracked = self._current()
        if tracked is None:
            return
        try:
            settle(self.service.notebook, tracked, settlement)
        except StorageError as problem:
            self.say(str(problem))
            return
        self.say(f"{settlement}: {tracked.promise.text}")
        self._read()

    def do_debrief(self) -> None:
        tracked = self._current()
        if tracked is None:
            return
        try:
            self.post_message(OpenDebrief(read_stored_call(self.service, tracked.call)))
        except StorageError as problem:
            self.say(str(problem))

    def _current(self) -> TrackedPromise | None:
        """Return the selected promise; the hint line says if there is none."""
        if not self._promises:
            self.say("no promise is selected")
            return None
        return self._promises[self._at]

    def do_all(self) -> None:
        self._apply_filter(replace(self._filter, settled=not self._filter.settled))

    def do_side(self) -> None:
        side = SIDES[(SIDES.index(self._filter.side) + 1) % len(SIDES)]
        self._apply_filter(replace(self._filter, side=side))

    def _apply_filter(self, promise_filter: PromiseFilter) -> None:
        self._filter, self._at, self._top = promise_filter, 0, 0
        self._read()

    def do_export(self) -> None:
        if not self._promises:
            self.say("no promises to export")
            return
        self.ask_line("file", "promises.md, or promises.ics for a calendar", self._export, "promises.md")

    def _export(self, name: str) -> None:
        path = Path(name.strip()).expanduser()
        try:
            write_private(path, self._file_text(path))
        except CannotWrite as problem:
            self.say(str(problem))
        else:
            self.say(f"saved {path} (only you can read it)")

    def _file_text(self, path: Path) -> str:
        """Return a task list, or a calendar. Raises `CannotWrite` where no promise has a due date."""
        promises = list(self._promises or ())
        if path.suffix != ".ics":
            return checklist(promises)
        from salesnerd_tui.review.calendar import calendar  # only this export needs it

        dated = [each for each in promises if each.promise.due_on is not None and each.status in OPEN_STATUSES]
        if not dated:
            raise CannotWrite("no open promise has a due date, so no calendar entries were written")
        return calendar(dated, datetime.now(UTC))

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        parts = [self._filter.account, SIDE_LABELS[self._filter.side], "all" if self._filter.settled else "open"]
        return line(("Promises", "bold")), line((safe(" · ".join(filter(None, parts))), MUTED))

    def draw(self, width: int, height: int) -> Lines:
        if self._promises is None:
            return [blank(), line("  ", ("loading your calls…", MUTED))]
        head = [*wrapped(summed_up(self._promises), min(width - 2, READABLE), "bold $primary", " "), blank()]
        if not self._promises:
            advice = "Promises from your calls are listed here automatically. In a note, start with > for a promise."
            return [*head, *wrapped(advice, width - 2, MUTED, " ")]
        rows, starts = self._rows(self._promises, min(width - 3, READABLE))
        body = height - len(head)
        begin, end = starts[self._at], starts[self._at + 1]
        self._top = min(max(self._top, end - body), begin)
        return [*head, *rows[self._top : self._top + body]]

    def _rows(self, promises: Sequence[TrackedPromise], width: int) -> tuple[Lines, list[int]]:
        """Return all lines, with the line at which each promise begins and the last one ends."""
        rows: Lines = []
        starts: list[int] = []
        for number, entry in enumerate(promises_page(promises, width)):
            starts.append(len(rows))
            selected = number == self._at
            for place, each in enumerate(entry):
                row = line(("❯ " if selected and not place else "  ", "bold $accent"), painted(each))
                rows.append(row.stylize("on $accent 15%") if selected else row)
        return rows, [*starts, len(rows)]
