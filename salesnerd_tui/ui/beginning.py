"""What can be begun from the start page: a call, its prep, a rehearsal; each with its few questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.message import Message

from salesnerd_tui.call.events import Mode
from salesnerd_tui.ui.drawing.home import playbook_entry
from salesnerd_tui.ui.drawing.words import MUTED, line, safe
from salesnerd_tui.ui.keyscreen import KeyScreen
from salesnerd_tui.ui.opening import Desk
from salesnerd_tui.ui.panels.form import Field, Form
from salesnerd_tui.ui.panels.picker import Entry, Picker
from salesnerd_tui.ui.wish import CannotOpen, Wish

if TYPE_CHECKING:
    from salesnerd_tui.notes.summary import CallSummary
    from salesnerd_tui.ui.opening import Call

SEEDS = 10_000
WHOLE = "whole"
DEFAULT = "first_call"

ACCOUNT = Field(
    "account", "account", "Who is it with: the company. What earlier calls with it know is recalled. May be empty."
)
PEOPLE = Field("people", "people", "Who is on the call, as in: Dana, VP Eng; Petra. May be empty.")
HEAR = Field(
    "hear", "hear", "A captions or transcript file to listen to, or mic. Empty: the space key shows who talks."
)


class OpenCall(Message):
    """A call is to be shown."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


class Beginning(KeyScreen):
    """The part of the start page that begins things."""

    KEYS = "home"

    def __init__(self, desk: Desk) -> None:
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

    def _fields(self, account: str = "", people: str = "") -> tuple[Field, ...]:
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
        from salesnerd_tui.ui.board.opening import accounts

        found = accounts(self.desk.notebook)
        if not found:
            self.say(f"no call with an account yet{self._begins()}")
            return
        self.open(
            Picker("how they buy", [Entry(name, line(safe(name))) for name in found], self._show_board, self.close)
        )

    def _show_board(self, account: str) -> None:
        from salesnerd_tui.ui.board.screen import BoardScreen

        self.close()
        self.app.push_screen(BoardScreen(self.desk, account))

    def do_edit(self) -> None:
        """Which playbook to open in an editor: those with something to mend first."""
        loaded = sorted(self.desk.library.list(), key=lambda each: (not each.errors, not each.findings))
        entries = [playbook_entry(each) for each in loaded]
        self.open(Picker("edit which playbook", entries, self._edit, self.close))

    def _edit(self, playbook: str) -> None:
        from salesnerd_tui.playbook.model import Spot
        from salesnerd_tui.ui.editing import edit

        self.close()
        loaded = self.desk.library.load(playbook)
        found = next(iter((*loaded.errors, *loaded.findings)), None)
        spot = found.spot if found is not None and found.spot.file else Spot(str(loaded.path), 1, 1)
        self.say(edit(spot, self.app.suspend) or "edited: the next call begins with what you saved")

    def do_history(self) -> None:
        from salesnerd_tui.ui.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self.desk))

    def do_promises(self) -> None:
        from salesnerd_tui.ui.back.promises import PromisesScreen

        self.app.push_screen(PromisesScreen(self.desk))

    def do_trends(self) -> None:
        from salesnerd_tui.ui.back.trends import TrendsScreen

        self.app.push_screen(TrendsScreen(self.desk))

    def resume(self, call_id: str) -> None:
        self.open_call(lambda: self.desk.resume(call_id))

    def begin_prepared(self, prep: str) -> None:
        """The call that a prep waits for."""
        from salesnerd_tui.ui.prep.opening import live_from

        self.open_call(lambda: live_from(self.desk, prep))

    def open_call(self, opening: Callable[[], Call]) -> None:
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

    def _ask(self, fields: tuple[Field, ...], done: Callable[[str, Mapping[str, str]], None], playbook: str) -> None:
        self.close()
        try:
            loaded = self.desk.playbook(playbook)
        except CannotOpen as problem:
            self.say(str(problem))
            return
        self.open(Form(loaded.title, fields, partial(done, playbook), self.close, self.refit, loaded.goal))

    def _begin(self, playbook: str, words: Mapping[str, str]) -> None:
        wish = Wish(playbook, words["account"], _names(words["people"]), hear=words["hear"])
        self.open_call(lambda: self.desk.open(wish))

    def _prepare(self, playbook: str, words: Mapping[str, str]) -> None:
        from salesnerd_tui.ui.prep.opening import PrepWish, open_prep

        wish = PrepWish(playbook, words["account"], _names(words["people"]), hear=words["hear"])
        self.open_call(lambda: open_prep(self.desk, wish))

    def _pick_practice(self, playbook: str) -> None:
        """A whole call with one of the buyers, or one trap."""
        from salesnerd_tui.call.rehearsal.drills import TOLD, Drill

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

        from salesnerd_tui.call.rehearsal.drills import Drill
        from salesnerd_tui.ui.rehearse.opening import RehearsalWish, open_rehearsal

        whole, _, buyer = practice.partition(" ")
        drill = None if whole == WHOLE else Drill(practice)
        wish = RehearsalWish(playbook, buyer, randbelow(SEEDS), drill)
        self.open_call(lambda: open_rehearsal(self.desk, wish))


def _folded(account: str) -> str:
    return " ".join(account.split()).casefold()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";") if name.strip())
