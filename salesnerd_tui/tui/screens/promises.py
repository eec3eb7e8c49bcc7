"""Promises screen: lists promises and marks each as kept, withdrawn or open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work

from salesnerd_tui.call.events import Side
from salesnerd_tui.files import CannotWrite, proposed_name
from salesnerd_tui.review.promise_ledger import (
    PromiseFilter,
    list_promises,
    promises_page,
    settle_promise,
    summary_sentence,
    to_checklist,
)
from salesnerd_tui.review.promises import OPEN_STATUSES, SETTLEMENTS, TrackedPromise
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.text import searchable
from salesnerd_tui.tui.navigator import OpenAccount, OpenDebrief, update_vault
from salesnerd_tui.tui.panels.picker import PromptPanel
from salesnerd_tui.tui.render.page import draw_page_line
from salesnerd_tui.tui.render.text import MUTED, PAGE_STEPS, Line, Lines, blank, line, safe, wrap
from salesnerd_tui.tui.screens.base import BaseScreen, ask_file
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.services.call_service import CallService

MAX_WIDTH = 100
VIEWS: tuple[tuple[str, Side | None, bool], ...] = (
    ("open", None, False),
    ("open, yours", Side.ME, False),
    ("open, theirs", Side.THEM, False),
    ("all", None, True),
)
"""Views that `show` cycles through: label, side, and whether settled promises are included."""


class PromisesScreen(BaseScreen):
    """List of promises; `account` narrows it to one account."""

    KEYMAP_NAME = "promises"

    def __init__(self, service: CallService, account: str) -> None:
        super().__init__()
        self.service = service
        self._account = account
        self._view = 0
        self._words = ""
        self._all_promises: Sequence[TrackedPromise] | None = None
        self._cursor = 0

    def on_mount(self) -> None:
        self.set_idle_phrases(("find", "filters the list"))

    def on_screen_resume(self) -> None:
        """Read the promises, because another screen such as a debrief may have changed them."""
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        _, side, settled = VIEWS[self._view]
        promise_filter = PromiseFilter(self._account, side, settled)
        try:
            promises = list_promises(self.service.store, promise_filter, date.today())
        except StorageError as problem:
            self.call_later(self._show_promises, [], str(problem))
        else:
            self.call_later(self._show_promises, promises)

    def _show_promises(self, promises: Sequence[TrackedPromise], problem: str = "") -> None:
        self._all_promises = promises
        self._move_by(0)
        self.repaint()
        if problem:
            self.say(problem)

    # keys

    def go_back(self) -> None:
        if self._words:
            self._set_words("")
        else:
            self.do_leave()

    def move(self, key: str) -> None:
        self._move_by(PAGE_STEPS[key])

    def _move_by(self, rows: int) -> None:
        self._cursor = min(max(self._cursor + rows, 0), max(len(self._promises) - 1, 0))

    @property
    def _promises(self) -> Sequence[TrackedPromise]:
        """The promises that contain all words of the filter."""
        query = searchable(self._words).split()
        return [each for each in self._all_promises or () if all(word in _search_text(each) for word in query)]

    def do_find(self) -> None:
        def handle_enter(typed: str) -> None:
            self.input.stop_typing()
            self._set_words(typed)

        def clear() -> None:
            self._set_words("")
            self.close_panel()

        self.input.start_typing(
            InputMode(
                handle_enter,
                clear,
                on_change=self._set_words,
                on_move=self.move,
                text=self._words,
                placeholder="type to filter",
            )
        )

    def _set_words(self, words: str) -> None:
        self._words = words.strip()
        self._cursor = self._top = 0
        self.repaint()

    def do_mark(self) -> None:
        tracked = self._selected_promise()
        if tracked is None:
            return

        answers = {
            "1": ("kept", self.close_panel_then(self.do_kept)),
            "2": ("withdrawn", self.close_panel_then(self.do_withdrawn)),
            "3": ("open", self.close_panel_then(self.do_reopen)),
        }
        self.open_panel(PromptPanel("mark this promise as", tracked.promise.text, answers))

    def do_kept(self) -> None:
        self._save_settlement("kept")

    def do_withdrawn(self) -> None:
        self._save_settlement("withdrawn")

    def do_reopen(self) -> None:
        self._save_settlement("open")

    def _save_settlement(self, settlement: str) -> None:
        tracked = self._selected_promise()
        if tracked is None:
            return
        try:
            settle_promise(self.service.store, tracked, SETTLEMENTS[settlement])
        except StorageError as problem:
            self.say(str(problem))
            return
        update_vault(self.app, self.service.store, tracked.account, self.service.store.warn)
        self.say(f"{settlement}: {tracked.promise.text}")
        self._read()

    def do_open(self) -> None:
        tracked = self._selected_promise()
        if tracked is not None:
            self.post_message(OpenDebrief(tracked.call))

    def _selected_promise(self) -> TrackedPromise | None:
        """Return the selected promise; the hint line says if there is none."""
        if not self._promises:
            self.say("no promise is selected")
            return None
        return self._promises[self._cursor]

    def do_show(self) -> None:
        self._view = (self._view + 1) % len(VIEWS)
        self._cursor = self._top = 0
        self._read()

    def do_account(self) -> None:
        tracked = self._selected_promise()
        account = tracked.account.strip() if tracked is not None else ""
        if account:
            self.post_message(OpenAccount(account))
        elif tracked is not None:
            self.say("this promise's call has no account, so there is no buying process")

    def do_write(self) -> None:
        if not self._promises:
            self.say("no promises to write")
            return
        name = proposed_name("promises", date.today().isoformat())
        ask_file(self, "the promises", name, self._file_text, formats=".md checkboxes, .ics calendar")

    def _file_text(self, path: Path) -> str:
        """Return a task list or a calendar. Raises `CannotWrite` for a calendar if no promise has a due date."""
        promises = list(self._promises)
        if path.suffix != ".ics":
            return to_checklist(promises, date.today())
        from salesnerd_tui.review.promise_ledger import to_ics  # loaded only for this export

        dated = [each for each in promises if each.promise.due_on is not None and each.status in OPEN_STATUSES]
        if not dated:
            raise CannotWrite("no open promise has a due date, so no calendar entries were written")
        return to_ics(dated, datetime.now(UTC))

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        words = f"“{self._words}”" if self._words else ""
        parts = [self._account, VIEWS[self._view][0], words]
        return line(("Promises", "bold")), line((safe(" · ".join(filter(None, parts))), MUTED))

    def draw(self, width: int, height: int) -> Lines:
        if self._all_promises is None:
            return [blank(), line("  ", ("loading your calls…", MUTED))]
        promises = self._promises
        head = [*wrap(summary_sentence(promises), min(width - 2, MAX_WIDTH), "bold $primary", " "), blank()]
        if not promises and self._words:
            return [line("  ", ("no matches", MUTED))]
        if not promises:
            advice = "Promises from your calls are listed here automatically. In a note, start with > for a promise."
            return [*head, *wrap(advice, width - 2, MUTED, " ")]
        rows, starts = self._draw_rows(promises, min(width - 3, MAX_WIDTH))
        body = height - len(head)
        begin, end = starts[self._cursor], starts[self._cursor + 1]
        self._top = min(max(self._top, end - body), begin)
        return [*head, *rows[self._top : self._top + body]]

    def _draw_rows(self, promises: Sequence[TrackedPromise], width: int) -> tuple[Lines, list[int]]:
        """Return all lines, the first line number of each promise, and the number of lines."""
        rows: Lines = []
        starts: list[int] = []
        for number, entry in enumerate(promises_page(promises, width, date.today(), has_refs=False)):
            starts.append(len(rows))
            selected = number == self._cursor
            for place, each in enumerate(entry):
                row = line(("❯ " if selected and not place else "  ", "bold $accent"), draw_page_line(each))
                rows.append(row.stylize("on $row") if selected else row)
        return rows, [*starts, len(rows)]


def _search_text(tracked: TrackedPromise) -> str:
    promise = tracked.promise
    return searchable(" ".join((tracked.account, tracked.who, promise.text, promise.due, promise.to, tracked.status)))
