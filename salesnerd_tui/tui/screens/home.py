"""Start page: a list of what to do next, and below it the recent calls. A `CallStarter` opens what the user picks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from textual import work

from salesnerd_tui.call.events import Mode
from salesnerd_tui.services.background import background_work
from salesnerd_tui.storage.call_store import account_key
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import counted
from salesnerd_tui.timefmt import parse_time, to_epoch_seconds
from salesnerd_tui.tui.call_starter import CallStarter
from salesnerd_tui.tui.navigator import (
    OpenAccount,
    OpenDebrief,
    OpenDemo,
    OpenHistory,
    OpenPromises,
    OpenTrends,
)
from salesnerd_tui.tui.panels.picker import Entry
from salesnerd_tui.tui.render.home import (
    CallColumns,
    NextRow,
    account_column,
    draw_call,
    draw_next_row,
    interrupted_row,
    invited_row,
    upcoming_row,
    waiting_row,
)
from salesnerd_tui.tui.render.text import (
    LIST_STEPS,
    MUTED,
    PAGE_STEPS,
    Line,
    Lines,
    blank,
    line,
    pad,
    row_target,
    safe,
    wrap,
)
from salesnerd_tui.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from salesnerd_tui.review.promise_ledger import Upcoming, UpcomingList
    from salesnerd_tui.services.calendar_invitation import UpcomingCall
    from salesnerd_tui.services.call_service import CallService

RESUMABLE_CALLS = 3
WAITING_PREPS = 3

NOT_CALLS = (Mode.PREP, Mode.ACCOUNT)
"""Modes that are stored like calls but are not calls."""

RECENT_CALLS = 200
"""Calls on the page; the history has older ones."""


MAX_DUE = 6
"""Due items on the page; the list of promises has all of them."""

MIN_NEXT_ROWS = 2
"""Rows for what to do next on the smallest screen."""

NEXT_ROWS_SETTING = "next_rows"
"""Setting with the number of next rows at the last start. The first frame reserves as many rows."""

MAX_NEXT_ROWS = 20

HEADING_ROWS, GAP_ROWS = 2, 2
"""Rows of the headings, and blank lines between the parts."""

MIN_SPACED_HEIGHT = 14
"""Height from which there are blank lines between the parts."""

MAX_EARLY = timedelta(minutes=30)
"""Time by which a call may start before the time of its invitation."""

COUNTDOWN_SECONDS = 5.0
"""Time between two updates of the time until the next call."""

MAX_WIDTH = 90
WELCOME = (
    "Nothing here yet. salesnerd sits beside your sales calls: it shows the next question, keeps your notes, and taps "
    "you when you talk too much."
)


def _has_started(invited: UpcomingCall, calls: Sequence[CallSummary]) -> bool:
    """Return whether the invited call has started, at most `MAX_EARLY` before the time of the invitation."""
    of_account = (call for call in calls if account_key(call.account) == account_key(invited.account))
    earliest = to_epoch_seconds(invited.starts_at - MAX_EARLY)
    return any(
        call.mode is Mode.LIVE and began is not None and to_epoch_seconds(began) > earliest
        for call in of_account
        for began in (parse_time(call.started_at),)
    )


class HomeRow(Struct, frozen=True):
    """A row of the page: something to do next, or a call."""

    id: str
    action: Callable[[], None]
    next: NextRow | None = None
    call: CallSummary | None = None


class HomeScreen(BaseScreen):
    """Start page. A thread reads the calls, because ten thousand of them take time."""

    KEYMAP_NAME = "home"
    MOVE_KEYS = LIST_STEPS

    def __init__(self, service: CallService) -> None:
        super().__init__()
        self.service = service
        self.starter = CallStarter(self, service)
        self.command_handlers = (self.starter,)
        self._live_count = 0
        self._interrupted: Sequence[CallSummary] = ()
        self._preps: Sequence[CallSummary] = ()
        self._calls: Sequence[CallSummary] | None = None
        self._invited: UpcomingCall | None = None
        self._due: Sequence[Upcoming] = ()
        self._overdue = ""
        """Number of late promises for the title, as in `3 overdue`; `3+` if not all calls were read."""
        self.is_complete = False
        """True once the calls and the due items have been read."""
        self._rows: list[HomeRow] = []
        self._cursor = 0
        self._height = 0
        self._reserved_rows = 0
        """Rows reserved for what to do next, so that the calls below do not move."""

        self._is_first_visit = True

    def on_mount(self) -> None:
        room = self.service.store.settings.get(NEXT_ROWS_SETTING)
        self._reserved_rows = room if type(room) is int and 0 <= room <= MAX_NEXT_ROWS else 0
        self.set_idle_phrases(("find", "finds a call, a person, a word"))
        self.set_interval(COUNTDOWN_SECONDS, self.count_down)

    def on_screen_resume(self) -> None:
        """Read the calls again: another screen may have added one."""
        self.is_complete = False
        self._read()

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        store = self.service.store
        calls = store.summaries()
        # A rehearsal is often left open: it must not hide a call with a buyer.
        resumable = sorted(store.resumable(calls), key=lambda call: call.mode is Mode.REHEARSE)
        count = sum(call.mode is Mode.LIVE for call in calls)
        warning = store.quarantined[-1].message if store.quarantined else ""
        self.call_later(self._show_calls, resumable[:RESUMABLE_CALLS], calls[:RECENT_CALLS], count, warning)
        # They import the calendar and the debrief: after the first rows are shown.
        from salesnerd_tui.review.promise_ledger import list_upcoming
        from salesnerd_tui.services.calendar_invitation import announced_call
        from salesnerd_tui.services.call_service import preload

        now = datetime.now(UTC)
        with background_work():
            invited = announced_call(self.service, now)
            invited = None if invited is None or _has_started(invited, calls) else invited
            due = list_upcoming(store, calls, now.astimezone().date(), MAX_DUE)
            preload()
        self.call_later(self._show_upcoming, invited, due)

    def _show_calls(
        self, interrupted: Sequence[CallSummary], calls: Sequence[CallSummary], live_count: int, warning: str
    ) -> None:
        """Show the recent calls; `live_count` counts all live ones, `warning` names a file that was set aside."""
        open_ids = {call.id for call in interrupted}
        self._live_count = live_count
        self._interrupted = interrupted
        preps = [call for call in calls if call.mode is Mode.PREP and not call.ended]
        self._preps = [call for call in preps if call.id not in open_ids][:WAITING_PREPS]
        self._calls = [call for call in calls if call.id not in open_ids and call.mode not in NOT_CALLS]
        self.starter.calls = self._calls
        if self._is_first_visit:
            self._list_rows()
        if warning:
            self.say(warning)
        self.repaint()

    def _show_upcoming(self, invited: UpcomingCall | None, due: UpcomingList) -> None:
        self._invited, self._due = invited, due.items
        self._overdue = f"{due.late}{'' if due.is_complete else '+'} overdue" if due.late else ""
        self.is_complete = True
        if not self._is_first_visit:
            self._reserved_rows = 0
        self._is_first_visit = False
        self._list_rows()
        rows = min(self._next_count, MAX_NEXT_ROWS) if self._calls else 0
        if rows != self.service.store.settings.get(NEXT_ROWS_SETTING, 0):
            self.service.store.settings.set(NEXT_ROWS_SETTING, rows)
        self.repaint()

    # the list

    def _list_rows(self) -> None:
        """Update the rows, and keep the cursor on its row unless it was on the first one."""
        selected_id = self._rows[self._cursor].id if 0 < self._cursor < len(self._rows) else ""
        now = datetime.now(UTC)
        rows = self._next_rows(now)
        rows += [
            HomeRow(f"call {call.id}", partial(self._open_debrief, call.id), call=call) for call in self._calls or ()
        ]
        self._rows = rows
        self._cursor = next((number for number, row in enumerate(rows) if row.id == selected_id), 0)
        self._reserved_rows = max(self._reserved_rows, self._next_count)

    @property
    def _next_count(self) -> int:
        return sum(row.next is not None for row in self._rows)

    @property
    def _is_waiting_for_next(self) -> bool:
        """True until the rows above the calls have been read, unless the user has moved the cursor."""
        return (
            self._is_first_visit and not self._cursor and bool(self._calls) and self._next_count < self._reserved_rows
        )

    def count_down(self) -> None:
        """Update the time until the next call of the calendar; after that call, read the following one."""
        rows = self._rows
        if self._invited is not None:
            if self._invited.is_over(datetime.now(UTC)):
                self._invited = None
                self._read()
            self._list_rows()
        if [row.next for row in rows] != [row.next for row in self._rows]:
            self.repaint()

    def _next_rows(self, now: datetime) -> list[HomeRow]:
        """Return the next rows; on a small screen only as many as leave a call visible below them."""
        preps = {account_key(call.account): call for call in reversed(self._preps)}
        invited = self._invited_rows(now, preps)
        if not (self._calls or self._interrupted or self._preps):
            return [*invited, *self._first_steps()]
        key = self.key_table.shown_keys.get("resume", "")
        rows = invited
        rows += [
            HomeRow(
                f"resume {call.id}",
                partial(self.starter.resume, call.id),
                next=interrupted_row(call, now, "" if number else key),
            )
            for number, call in enumerate(self._interrupted)
        ]
        rows += [
            HomeRow(f"prep {call.id}", partial(self.starter.start_prepared, call.id), next=waiting_row(call, now))
            for call in self._preps
            if not (self._invited and call is preps.get(account_key(self._invited.account)))
        ]
        today = now.astimezone().date()
        for number, item in enumerate(self._due):
            is_call = item.kind in ("step", "revisit")
            if is_call and account_key(item.call.account) in preps:
                continue
            action = (
                partial(self.starter.prepare_next, item.call.account, item.call.people, item.call.playbook)
                if is_call
                else partial(self._open_promises, item.call.account)
            )
            rows.append(HomeRow(f"due {number} {item.call.id}", action, next=upcoming_row(item, today)))
        return rows[: self._max_next_rows] if self._calls else rows

    @property
    def _max_next_rows(self) -> int:
        """Maximum number of next rows, so that calls are visible below them."""
        other_rows = HEADING_ROWS + (GAP_ROWS if self._height >= MIN_SPACED_HEIGHT else 0)
        return max(self._height // 3, MIN_NEXT_ROWS, self._height - other_rows - len(self._calls or ()))

    def _invited_rows(self, now: datetime, preps: Mapping[str, CallSummary]) -> list[HomeRow]:
        """Return the row of the next call of the calendar: enter prepares it, or starts it once it is prepared."""
        if self._invited is None:
            return []
        from salesnerd_tui.services.calendar_invitation import time_until  # read by now

        prep, until = preps.get(account_key(self._invited.account)), time_until(self._invited.starts_at, now)
        action = (
            partial(self.starter.prepare_invited, self._invited.path)
            if prep is None
            else partial(self.starter.start_prepared, prep.id)
        )
        return [HomeRow("invited", action, next=invited_row(self._invited, until, now, prep))]

    def _first_steps(self) -> list[HomeRow]:
        """Return the rows of the first start: what to try."""
        steps = (("demo", "watch a call (2 min)"), ("rehearse", "rehearse a call"), ("new", "start your first call"))
        return [
            HomeRow(
                id, self.command_handler(id), next=NextRow(words, "", "", key=self.key_table.shown_keys.get(id, ""))
            )
            for id, words in steps
        ]

    def _open_promises(self, account: str) -> None:
        self.post_message(OpenPromises(account.strip()))

    # keys

    def handle_unbound(self, key: str) -> None:
        if key != "enter":
            super().handle_unbound(key)
        elif self._is_waiting_for_next:
            self.say("still loading what is next")
        elif self._rows:
            self._rows[self._cursor].action()

    def move(self, key: str) -> None:
        step = {"pageup": -self._height, "pagedown": self._height}.get(key, PAGE_STEPS[key])
        self._cursor = min(max(self._cursor + step, 0), max(len(self._rows) - 1, 0))

    def go_back(self) -> None:
        """Do nothing: nothing is below the start page."""

    def pick_row(self, number: int) -> None:
        if self.panel is None and number < len(self._rows):
            self._cursor = number
            self._rows[number].action()
        else:
            super().pick_row(number)

    def do_find(self) -> None:
        self.post_message(OpenHistory())

    @property
    def parent_title(self) -> str:
        return ""

    def do_leave(self) -> None:
        self.app.exit()

    def do_resume(self) -> None:
        if self._interrupted:
            self.starter.resume(self._interrupted[0].id)
        else:
            self.say(f"no open call{self._new_call_hint()}")

    def _new_call_hint(self) -> str:
        phrase = self.key_phrase("new", "starts a new one")
        return phrase and f": {phrase}"

    # other screens

    def do_demo(self) -> None:
        self.post_message(OpenDemo())

    def do_promises(self) -> None:
        self.post_message(OpenPromises())

    def do_trends(self) -> None:
        self.post_message(OpenTrends())

    def do_account(self) -> None:
        from salesnerd_tui.services.account import list_accounts  # imports the buying process: not at start-up

        names = list_accounts(self.service.store)
        if not names:
            self.say(f"no call with an account yet{self._new_call_hint()}")
            return
        self.pick("buying process", [Entry(name, line(safe(name))) for name in names], self._open_account)

    def _open_account(self, account: str) -> None:
        self.post_message(OpenAccount(account))

    def _open_debrief(self, call_id: str) -> None:
        self.post_message(OpenDebrief(call_id))

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        calls = counted(self._live_count, "call") if self._live_count else ""
        return line(("salesnerd", "bold $primary")), line((" · ".join(filter(None, (calls, self._overdue))), MUTED))

    def draw(self, width: int, height: int) -> Lines:
        if self._calls is None:
            return [blank(), line("  ", ("loading your calls…", MUTED))]
        if height != self._height:
            self._height = height
            self._list_rows()
        lines, row_lines = self._draw_rows(width, is_spaced=height >= MIN_SPACED_HEIGHT)
        line_number = row_lines[self._cursor] if self._cursor < len(row_lines) else 0
        first = line_number if self._cursor else 0
        self._top = max(min(max(self._top, line_number - height + 2), first, max(len(lines) - height, 0)), 0)
        return lines[self._top : self._top + height]

    def _draw_rows(self, width: int, *, is_spaced: bool) -> tuple[Lines, list[int]]:
        """Return all lines, and the line number of each row."""
        lines: Lines = [blank()] if is_spaced else []
        row_lines: list[int] = []
        next_rows = [row.next for row in self._rows if row.next is not None]
        columns = CallColumns.from_calls([row.call for row in self._rows if row.call is not None], width - 4)
        account_cells, now = account_column(next_rows, width), datetime.now(UTC)
        reserved = min(max(self._reserved_rows, len(next_rows)), self._max_next_rows) if self._calls else len(next_rows)
        if not self._live_count and not (self._calls or self._interrupted or self._preps):
            lines += [*wrap(WELCOME, min(width - 4, MAX_WIDTH), "", "  "), *[blank()][: int(is_spaced)]]
        elif next_rows or reserved:
            lines.append(line(" ", ("NEXT", "bold $primary")))
        for number, row in enumerate(self._rows):
            if row.call is not None and number == len(next_rows):
                lines += [blank()] * (reserved - len(next_rows) + (is_spaced and reserved > 0))
                lines.append(line(" ", ("CALLS", "bold $primary")))
            text = (
                draw_next_row(row.next, account_cells, width - 3)
                if row.next is not None
                else draw_call(row.call, columns, now)
                if row.call is not None
                else blank()
            )
            current = number == self._cursor and not self._is_waiting_for_next
            text = line((" ❯ " if current else "   ", "bold $accent"), text)
            text = pad(text, width).stylize("on $row") if current else text
            row_lines.append(len(lines))
            lines.append(row_target(text, number))
        return lines, row_lines
