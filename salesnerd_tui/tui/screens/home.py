"""What can be begun from the start page: a call, its prep, a rehearsal; each with its few questions.

The start page: what to go on with, a new call, the demo, and what was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import work
from textual.app import ComposeResult
from textual.message import Message

from salesnerd_tui.app.calls import CallService
from salesnerd_tui.app.request import CannotOpen, OpenRequest
from salesnerd_tui.call.events import Mode
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.tui.panels.form import Form, FormField
from salesnerd_tui.tui.panels.help import help_panel
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.home import call_row, playbook_entry, prep_row, resume_row
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, line, safe
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import OpenedCall


SEEDS = 10_000
WHOLE = "whole"
DEFAULT = "first_call"

ACCOUNT = FormField(
    "account", "account", "Who is it with: the company. What earlier calls with it know is recalled. May be empty."
)
PEOPLE = FormField("people", "people", "Who is on the call, as in: Dana, VP Eng; Petra. May be empty.")
HEAR = FormField(
    "hear", "hear", "A captions or transcript file to listen to, or mic. Empty: the space key shows who talks."
)


class OpenCall(Message):
    """A call is to be shown."""

    def __init__(self, call: OpenedCall) -> None:
        super().__init__()
        self.call = call


class Beginning(BaseScreen):
    """The part of the start page that begins things."""

    KEYS = "home"

    def __init__(self, desk: CallService) -> None:
        super().__init__()
        self.desk = desk
        self._calls: list[CallSummary] = []

    def rest(self) -> None:
        """The line shows how to begin, and where the keys are."""
        told = (self.table.told("new", "new call"), self.table.told("help", "keys"))
        self.box.rest_on(" · ".join(filter(None, told)))
        self.box.rest()

    def _begins(self) -> str:
        return self.table.told("new", "begins one") and f": {self.table.told('new', 'begins one')}"

    def do_new(self) -> None:
        self._pick_playbook(partial(self._ask, self._fields(), self._begin))

    def do_prep(self) -> None:
        self._pick_playbook(partial(self._ask, self._fields(), self._prepare))

    def prepare_next(self, account: str, people: tuple[str, ...], playbook: str) -> None:
        """The next call with somebody: only the playbook is left to be picked."""
        fields = self._fields(account, "; ".join(people))
        self._pick_playbook(partial(self._ask, fields, self._prepare), playbook)

    def _fields(self, account: str = "", people: str = "") -> tuple[FormField, ...]:
        """What is asked before a call; accounts there are, and who was there the last time, need no typing."""
        known: dict[str, str] = {}
        for call in self._calls:
            if call.account.strip():
                known.setdefault(_folded(call.account), call.account.strip())
        return (
            replace(ACCOUNT, text=account, known=tuple(known.values())),
            replace(PEOPLE, text=people, guess=self._last_people),
            HEAR,
        )

    def _last_people(self, words: Mapping[str, str]) -> str:
        """Who was on the newest call with the account that was written down."""
        account = _folded(words[ACCOUNT.name])
        last = next((call for call in self._calls if account and _folded(call.account) == account), None)
        return "; ".join(last.people) if last is not None and last.mode is not Mode.REHEARSE else ""

    def do_rehearse(self) -> None:
        self._pick_playbook(self._pick_practice)

    def do_board(self) -> None:
        from salesnerd_tui.app.board import accounts

        found = accounts(self.desk.notebook)
        if not found:
            self.say(f"no call with an account yet{self._begins()}")
            return
        self.open(
            Picker("how they buy", [Entry(name, line(safe(name))) for name in found], self._show_board, self.close)
        )

    def _show_board(self, account: str) -> None:
        from salesnerd_tui.tui.screens.board import BoardScreen

        self.close()
        self.app.push_screen(BoardScreen(self.desk, account))

    def do_edit(self) -> None:
        """Which playbook to open in an editor: those with something to mend first."""
        loaded = sorted(self.desk.library.list(), key=lambda each: not each.errors)
        entries = [playbook_entry(each) for each in loaded]
        self.open(Picker("edit which playbook", entries, self._edit, self.close))

    def _edit(self, playbook: str) -> None:
        from salesnerd_tui.playbook.model import SourceLocation
        from salesnerd_tui.tui.editor import edit

        self.close()
        loaded = self.desk.library.lint(playbook)
        found = next(iter((*loaded.errors, *loaded.findings)), None)
        spot = found.spot if found is not None and found.spot.file else SourceLocation(str(loaded.path), 1, 1)
        self.say(edit(spot, self.app.suspend) or "edited: the next call begins with what you saved")

    def do_history(self) -> None:
        from salesnerd_tui.tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self.desk))

    def do_promises(self) -> None:
        from salesnerd_tui.tui.screens.promises import PromisesScreen

        self.app.push_screen(PromisesScreen(self.desk))

    def do_trends(self) -> None:
        from salesnerd_tui.tui.screens.trends import TrendsScreen

        self.app.push_screen(TrendsScreen(self.desk))

    def resume(self, call_id: str) -> None:
        self.open_call(lambda: self.desk.resume(call_id))

    def begin_prepared(self, prep: str) -> None:
        """The call that a prep waits for."""
        from salesnerd_tui.app.prep import live_from

        self.open_call(lambda: live_from(self.desk, prep))

    def open_call(self, opening: Callable[[], OpenedCall]) -> None:
        """Show it, or say why not."""
        try:
            call = opening()
        except CannotOpen as problem:
            self.say(str(problem))
            return
        self.close()
        self.post_message(OpenCall(call))

    def _pick_playbook(self, then: Callable[[str], None], at: str = "") -> None:
        entries = [playbook_entry(loaded) for loaded in self.desk.library.list()]
        self.open(Picker("with which playbook", entries, then, self.close, at=at or DEFAULT))

    def _ask(
        self, fields: tuple[FormField, ...], done: Callable[[str, Mapping[str, str]], None], playbook: str
    ) -> None:
        self.close()
        try:
            loaded = self.desk.playbook(playbook)
        except CannotOpen as problem:
            self.say(str(problem))
            return
        self.open(Form(loaded.title, fields, partial(done, playbook), self.close, self.refit, loaded.goal))

    def _begin(self, playbook: str, words: Mapping[str, str]) -> None:
        wish = OpenRequest(playbook, words["account"], _names(words["people"]), listen=words["hear"])
        self.open_call(lambda: self.desk.open(wish))

    def _prepare(self, playbook: str, words: Mapping[str, str]) -> None:
        from salesnerd_tui.app.prep import PrepRequest, open_prep

        wish = PrepRequest(playbook, words["account"], _names(words["people"]), hear=words["hear"])
        self.open_call(lambda: open_prep(self.desk, wish))

    def _pick_practice(self, playbook: str) -> None:
        """A whole call with one of the buyers, or one trap."""
        from salesnerd_tui.rehearsal.drills import TOLD, Drill

        self.close()
        try:
            buyers = self.desk.playbook(playbook).buyers.values()
        except CannotOpen as problem:
            self.say(str(problem))
            return
        if not buyers:
            self.say("this playbook has no buyer to practise on: its file can have one under `rehearsal:`")
            return
        rows = [
            Entry(f"{WHOLE} {buyer.id}", line(("a whole call  ", "bold"), (safe(buyer.who or buyer.id), MUTED)))
            for buyer in buyers
        ]
        rows += [
            Entry(drill.value, line((f"five minutes: {drill}  ", "bold"), (TOLD[drill], MUTED))) for drill in Drill
        ]
        self.open(Picker("practise", rows, partial(self._rehearse, playbook), self.close))

    def _rehearse(self, playbook: str, practice: str) -> None:
        from secrets import randbelow

        from salesnerd_tui.app.rehearsal import RehearsalRequest, open_rehearsal
        from salesnerd_tui.rehearsal.drills import Drill

        whole, _, buyer = practice.partition(" ")
        drill = None if whole == WHOLE else Drill(practice)
        wish = RehearsalRequest(playbook, buyer, randbelow(SEEDS), drill)
        self.open_call(lambda: open_rehearsal(self.desk, wish))


def _folded(account: str) -> str:
    return " ".join(account.split()).casefold()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";") if name.strip())


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

    def __init__(self, desk: CallService) -> None:
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
        told = notebook.set_aside[-1].message if notebook.set_aside else ""
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
        from salesnerd_tui.storage.errors import StorageError
        from salesnerd_tui.tui.screens.after import kept_debrief

        try:
            self.app.push_screen(kept_debrief(self.desk, call_id))
        except StorageError as problem:
            self.say(str(problem))

    # painting

    def draw(self, width: int, height: int) -> Lines:
        if self._list is None:
            return [blank(), line("  ", ("reading your calls…", MUTED))]
        return [blank(), *self._list.draw_rows(width, height - 1)]

    def _draw_title(self, width: int, _: int) -> Lines:
        counted = f"{self._count:,} call{'' if self._count == 1 else 's'} "
        return [both_ends(line(" ", ("salesnerd", "bold $primary")), line((counted, MUTED)), width)]
