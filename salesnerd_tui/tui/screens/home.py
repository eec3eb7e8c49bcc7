"""Start page: what is next, then the recent calls; a `CallStarter` opens what the user picks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from textual import on, work
from textual.message import Message

from salesnerd_tui.call.events import Mode
from salesnerd_tui.services.background import background_work
from salesnerd_tui.storage.call_store import account_key
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.timefmt import moment
from salesnerd_tui.tui.call_starter import CallStarter
from salesnerd_tui.tui.navigator import (
    OpenBoard,
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
    call_line,
    draw_next,
    interrupted_row,
    invited_row,
    upcoming_row,
    waiting_row,
)
from salesnerd_tui.tui.render.text import LIST_MOVES, MOVES, MUTED, Line, Lines, blank, choosable, line, safe, wrapped
from salesnerd_tui.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from salesnerd_tui.review.promise_ledger import Upcoming
    from salesnerd_tui.services.calendar_invitation import UpcomingCall
    from salesnerd_tui.services.call_service import CallService

RESUMABLE_CALLS = 3
WAITING_PREPS = 3

NOT_CALLS = (Mode.PREP, Mode.BOARD)
"""Modes that are stored like calls but are not calls."""

RECENT_CALLS = 200
"""Calls listed; older ones are found in the history."""


DUE = 6
"""Things that are due that the page shows; the list of promises has all."""

LEAST_NEXT = 2
"""Rows of what is next on the smallest screen."""

ROOM_SETTING = "next_rows"
"""Setting with the rows of what was next the last time, which are kept free until they have been read."""

MOST_ROOM = 20

HEADINGS, AIR = 2, 2
"""Rows of the headings, and blank lines between the parts."""

AIRY = 14
"""From this height on there are blank lines between the parts."""

EARLY = timedelta(minutes=30)
"""Time before an invitation within which a call with its account is the call of that invitation."""

COUNTDOWN_SECONDS = 5.0
"""Time between two looks at the time until the next call."""

READABLE = 90
FIRST = (
    "Nothing here yet. salesnerd sits beside your sales calls: it shows the next question, keeps your notes, and taps "
    "you when you talk too much."
)


def _is_taken(invited: UpcomingCall, calls: Sequence[CallSummary]) -> bool:
    """Return True if a call with the account began shortly before the time of the invitation, or after it."""
    of_account = (call for call in calls if account_key(call.account) == account_key(invited.account))
    earliest = invited.starts_at - EARLY
    return any(
        call.mode is Mode.LIVE and (began := moment(call.started_at)) is not None and began.astimezone() > earliest
        for call in of_account
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
    MOVE_KEYS = LIST_MOVES

    @dataclass
    class StartPageRead(Message):
        """Report of the reading thread; `live_count` counts the live calls, `warning` names a file set aside."""

        interrupted: Sequence[CallSummary]
        calls: Sequence[CallSummary]
        live_count: int
        warning: str

    @dataclass
    class UpcomingRead(Message):
        """Second report of the reading thread: the next call of the calendar, and what is due."""

        invited: UpcomingCall | None
        due: Sequence[Upcoming]

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
        self.is_complete = False
        """True once the calls and what is due have been read."""
        self._rows: list[HomeRow] = []
        self._at = 0
        self._height = 0
        self._room = 0
        """Rows kept for what is next, so that the calls below stay in their place."""

        self._is_first_visit = True

    def on_mount(self) -> None:
        room = self.service.store.settings.get(ROOM_SETTING)
        self._room = room if type(room) is int and 0 <= room <= MOST_ROOM else 0
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
        interrupted = store.resumable(calls)[:RESUMABLE_CALLS]
        count = sum(call.mode is Mode.LIVE for call in calls)
        warning = store.quarantined[-1].message if store.quarantined else ""
        self.post_message(self.StartPageRead(interrupted, calls[:RECENT_CALLS], count, warning))
        # They import the calendar and the debrief: after the first rows are shown.
        from salesnerd_tui.review.promise_ledger import due_list
        from salesnerd_tui.services.calendar_invitation import announced_call
        from salesnerd_tui.services.call_service import preload

        now = datetime.now(UTC)
        with background_work():
            invited = announced_call(self.service, now)
            invited = None if invited is None or _is_taken(invited, calls) else invited
            due = due_list(store, calls, now.astimezone().date(), DUE)
            preload()
        self.post_message(self.UpcomingRead(invited, due))

    @on(StartPageRead)
    def _show_calls(self, message: StartPageRead) -> None:
        message.stop()
        open_ids = {call.id for call in message.interrupted}
        self._live_count = message.live_count
        self._interrupted = message.interrupted
        preps = [call for call in message.calls if call.mode is Mode.PREP and not call.ended]
        self._preps = [call for call in preps if call.id not in open_ids][:WAITING_PREPS]
        self._calls = [call for call in message.calls if call.id not in open_ids and call.mode not in NOT_CALLS]
        self.starter.calls = self._calls
        if self._is_first_visit:
            self._list_rows()
        if message.warning:
            self.say(message.warning)
        self.repaint()

    @on(UpcomingRead)
    def _show_upcoming(self, message: UpcomingRead) -> None:
        message.stop()
        self._invited, self._due = message.invited, message.due
        self.is_complete = True
        if not self._is_first_visit:
            self._room = 0
        self._is_first_visit = False
        self._list_rows()
        self._remember_room()
        self.repaint()

    def _remember_room(self) -> None:
        """Remember how many rows are next, for the first frame of the next start."""
        rows = min(self._next_count, MOST_ROOM) if self._calls else 0
        if rows != self.service.store.settings.get(ROOM_SETTING, 0):
            self.service.store.settings.set(ROOM_SETTING, rows)

    # the list

    def _list_rows(self) -> None:
        """Make the rows, and keep the cursor on its row if that is still there and was not just the first one."""
        chosen = self._rows[self._at].id if 0 < self._at < len(self._rows) else ""
        now = datetime.now(UTC)
        rows = self._next_rows(now)
        rows += [
            HomeRow(f"call {call.id}", partial(self._open_debrief, call.id), call=call) for call in self._calls or ()
        ]
        self._rows = rows
        self._at = next((number for number, row in enumerate(rows) if row.id == chosen), 0)
        self._room = max(self._room, self._next_count)

    @property
    def _next_count(self) -> int:
        return sum(row.next is not None for row in self._rows)

    @property
    def _waits_for_next(self) -> bool:
        """True while rows above the calls are still to come, and the user has not chosen one of the others."""
        return self._is_first_visit and not self._at and bool(self._calls) and self._next_count < self._room

    def count_down(self) -> None:
        """Show the time until the next call of the calendar; once that is over, look for the one after it."""
        rows = self._rows
        if self._invited is not None:
            if self._invited.is_over(datetime.now(UTC)):
                self._invited = None
                self._read()
            self._list_rows()
        if [row.next for row in rows] != [row.next for row in self._rows]:
            self.repaint()

    def _next_rows(self, now: datetime) -> list[HomeRow]:
        """Return what is next; on a small screen only as much as leaves a call visible below it."""
        preps = {account_key(call.account): call for call in reversed(self._preps)}
        invited = self._invited_rows(now, preps)
        if not (self._calls or self._interrupted or self._preps):
            return [*invited, *self._first_steps()]
        key = self.key_table.shown.get("resume", "")
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
        for number, due in enumerate(self._due):
            is_call = due.kind in ("step", "revisit")
            if is_call and account_key(due.call.account) in preps:
                continue
            act = partial(self._prepare, due.call) if is_call else partial(self._open_promises, due.call.account)
            rows.append(HomeRow(f"due {number} {due.call.id}", act, next=upcoming_row(due, today)))
        return rows[: self._most_next] if self._calls else rows

    @property
    def _most_next(self) -> int:
        """The most rows of what is next, so that calls are visible below them; few calls leave more of them."""
        around = HEADINGS + (AIR if self._height >= AIRY else 0)
        return max(self._height // 3, LEAST_NEXT, self._height - around - len(self._calls or ()))

    def _invited_rows(self, now: datetime, preps: Mapping[str, CallSummary]) -> list[HomeRow]:
        """Return the row of the next call of the calendar: enter prepares it, or starts it if it is prepared."""
        if self._invited is None:
            return []
        from salesnerd_tui.services.calendar_invitation import time_until  # read by now

        prep, until = preps.get(account_key(self._invited.account)), time_until(self._invited.starts_at, now)
        act = (
            partial(self.starter.prepare_invited, self._invited.path)
            if prep is None
            else partial(self.starter.start_prepared, prep.id)
        )
        return [HomeRow("invited", act, next=invited_row(self._invited, until, now, prep))]

    def _first_steps(self) -> list[HomeRow]:
        """Return what to try at the first start."""
        steps = (("demo", "watch a call (2 min)"), ("rehearse", "rehearse a call"), ("new", "start your first call"))
        return [
            HomeRow(id, self.command_handler(id), next=NextRow(words, "", "", key=self.key_table.shown.get(id, "")))
            for id, words in steps
        ]

    def _prepare(self, call: CallSummary) -> None:
        self.starter.prepare_next(call.account, call.people, call.playbook)

    def _open_promises(self, account: str) -> None:
        self.post_message(OpenPromises(account.strip()))

    # keys

    def handle_unbound(self, key: str) -> None:
        if key != "enter":
            super().handle_unbound(key)
        elif self._waits_for_next:
            self.say("still loading what is next")
        elif self._rows:
            self._rows[self._at].action()

    def move(self, key: str) -> None:
        step = {"pageup": -self._height, "pagedown": self._height}.get(key, MOVES[key])
        self._at = min(max(self._at + step, 0), max(len(self._rows) - 1, 0))

    def go_back(self) -> None:
        """Do nothing: nothing is below the start page."""

    def pick_row(self, number: int) -> None:
        if self.panel is None and number < len(self._rows):
            self._at = number
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
            self.say(f"no interrupted call{self._advice()}")

    def _advice(self) -> str:
        phrase = self.key_phrase("new", "starts a new one")
        return phrase and f": {phrase}"

    # other screens

    def do_demo(self) -> None:
        self.post_message(OpenDemo())

    def do_promises(self) -> None:
        self.post_message(OpenPromises())

    def do_trends(self) -> None:
        self.post_message(OpenTrends())

    def do_board(self) -> None:
        from salesnerd_tui.services.account import accounts  # imports the board: not at start-up

        found = accounts(self.service.store)
        if not found:
            self.say(f"no call with an account yet{self._advice()}")
            return
        self.pick("buying process", [Entry(name, line(safe(name))) for name in found], self._open_board)

    def _open_board(self, account: str) -> None:
        self.post_message(OpenBoard(account))

    def _open_debrief(self, call_id: str) -> None:
        self.post_message(OpenDebrief(call_id))

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        late = sum(row.next is not None and row.next.is_late for row in self._rows)
        calls = f"{self._live_count:,} call{'' if self._live_count == 1 else 's'}" if self._live_count else ""
        due = f"{late} overdue" if late else ""
        return line(("salesnerd", "bold $primary")), line((" · ".join(filter(None, (calls, due))), MUTED))

    def draw(self, width: int, height: int) -> Lines:
        if self._calls is None:
            return [blank(), line("  ", ("loading your calls…", MUTED))]
        if height != self._height:
            self._height = height
            self._list_rows()
        lines, places = self._draw_rows(width, airy=height >= AIRY)
        at = places[self._at] if self._at < len(places) else 0
        first = at if self._at else 0
        self._top = max(min(max(self._top, at - height + 2), first, max(len(lines) - height, 0)), 0)
        return lines[self._top : self._top + height]

    def _draw_rows(self, width: int, *, airy: bool) -> tuple[Lines, list[int]]:
        """Return all lines, and the line of each row."""
        lines: Lines = [blank()] if airy else []
        places: list[int] = []
        following = [row.next for row in self._rows if row.next is not None]
        columns = CallColumns.of([row.call for row in self._rows if row.call is not None], width - 4)
        account, now = account_column(following, width), datetime.now(UTC)
        room = min(max(self._room, len(following)), self._most_next) if self._calls else len(following)
        if not self._live_count and not (self._calls or self._interrupted or self._preps):
            lines += [*wrapped(FIRST, min(width - 4, READABLE), "", "  "), *[blank()][: int(airy)]]
        elif following or room:
            lines.append(line(" ", ("NEXT", "bold $primary")))
        for number, row in enumerate(self._rows):
            if row.call is not None and number == len(following):
                lines += [blank()] * (room - len(following) + (airy and room > 0))
                lines.append(line(" ", ("CALLS", "bold $primary")))
            text = (
                draw_next(row.next, account, width - 3)
                if row.next is not None
                else call_line(row.call, columns, now)
                if row.call is not None
                else blank()
            )
            current = number == self._at and not self._waits_for_next
            text = line((" ❯ " if current else "   ", "bold $accent"), text)
            text = line(text, " " * max(width - text.cell_length, 0)).stylize("on $row") if current else text
            places.append(len(lines))
            lines.append(choosable(text, number))
        return lines, places
