"""Call starter: from a key to a call, a prep or a rehearsal, through the lists and the form of any screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.call.events import Mode
from salesnerd_tui.services.call_service import CannotOpen, OpenRequest
from salesnerd_tui.storage.call_store import account_key
from salesnerd_tui.text import people_in
from salesnerd_tui.tui.navigator import OpenCall
from salesnerd_tui.tui.panels.form import Form, FormField
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.home import playbook_entries
from salesnerd_tui.tui.render.text import MUTED, line, safe

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.services.call_service import CallService, OpenedCall
    from salesnerd_tui.storage.summary import CallSummary
    from salesnerd_tui.tui.screens.base import BaseScreen

SEEDS = 10_000
WHOLE_CALL = "whole"
NEW_CALL, PREPARE = "new call", "prepare"
DEFAULT_PLAYBOOK = "first_call"

ACCOUNT = FormField(
    "account", "account", "The company you are calling. Optional; recalls what you know from earlier calls."
)
PEOPLE = FormField("people", "people", "Who is on the call, e.g. Dana, VP Eng; Petra. Optional.")
SOURCE = FormField(
    "listen", "listen to", "A captions or transcript file, or mic. Empty: press space when the speaker changes."
)


class CallStarter:
    """The `do_<id>` methods that pick a playbook, fill in a form, and open the call, prep or rehearsal.

    `calls` are the recent calls, newest first.
    """

    def __init__(self, screen: BaseScreen, service: CallService) -> None:
        self.calls: Sequence[CallSummary] = ()
        self._screen = screen
        self._service = service

    def do_new(self) -> None:
        self._pick_playbook(NEW_CALL, partial(self._fill_form, self._fields(), self._start, NEW_CALL))

    def do_prep(self) -> None:
        self._pick_playbook(PREPARE, partial(self._fill_form, self._fields(), self._prepare, PREPARE))

    def do_rehearse(self) -> None:
        self._pick_playbook("rehearse", self._pick_practice)

    def do_edit(self) -> None:
        """Pick a playbook to edit; those with findings come first."""
        loaded = sorted(self._service.library.load_all(), key=lambda each: (not each.errors, not each.findings))
        self._screen.pick("edit a playbook", playbook_entries(loaded), self._edit)

    def prepare_next(self, account: str, people: tuple[str, ...], playbook: str) -> None:
        """Prepare the next call with these people; only the playbook is left to pick."""
        fields = self._fields(account, "; ".join(people))
        self._pick_playbook(PREPARE, partial(self._fill_form, fields, self._prepare, PREPARE), playbook)

    def resume(self, call_id: str) -> None:
        self._open(lambda: self._service.resume(call_id))

    def start_prepared(self, prep: str) -> None:
        """Start the call that a prep is for."""
        from salesnerd_tui.services.prep import live_from  # imports the debrief: not at start-up

        self._open(lambda: live_from(self._service, prep))

    def _open(self, opening: Callable[[], OpenedCall]) -> None:
        try:
            call = opening()
        except CannotOpen as problem:
            self._screen.say(str(problem))
            return
        self._screen.close_panel()
        self._screen.post_message(OpenCall(call))

    def prepare_invited(self, path: Path) -> None:
        """Prepare the call of an invitation."""
        from salesnerd_tui.services.calendar_invitation import (  # not at start-up
            CannotReadInvitation,
            open_invited_prep,
        )

        try:
            self._open(lambda: open_invited_prep(self._service, path, datetime.now(UTC)))
        except CannotReadInvitation as problem:
            self._screen.say(str(problem))

    # the form

    def _pick_playbook(self, what: str, then: Callable[[str], None], at: str = "") -> None:
        first = at or DEFAULT_PLAYBOOK
        found = sorted(self._service.library.load_all(), key=lambda loaded: loaded.id != first)
        self._screen.pick(f"{what}: pick a playbook", playbook_entries(found), then)

    def _load(self, playbook: str) -> Playbook | None:
        """Return a playbook, or show why it cannot be loaded."""
        try:
            return self._service.playbook(playbook)
        except CannotOpen as problem:
            self._screen.say(str(problem))
            return None

    def _fields(self, account: str = "", people: str = "") -> tuple[FormField, ...]:
        """Return the fields of a call; earlier accounts and the people of the last call need no typing."""
        known: dict[str, str] = {}
        for call in self.calls:
            if call.account.strip():
                known.setdefault(account_key(call.account), call.account.strip())
        return (
            replace(ACCOUNT, text=account, known=tuple(known.values())),
            replace(PEOPLE, text=people, guess=self._last_people),
            SOURCE,
        )

    def _last_people(self, values: Mapping[str, str]) -> str:
        """Return who was on the newest call with the account in the form."""
        account = account_key(values[ACCOUNT.name])
        last = next((call for call in self.calls if account and account_key(call.account) == account), None)
        return "; ".join(last.people) if last is not None and last.mode is not Mode.REHEARSE else ""

    def _fill_form(
        self, fields: tuple[FormField, ...], done: Callable[[str, Mapping[str, str]], None], what: str, playbook: str
    ) -> None:
        loaded = self._load(playbook)
        if loaded is not None:
            screen = self._screen
            does = "starts the call" if what == NEW_CALL else "opens the prep"
            screen.open_panel(
                Form(
                    f"{what}: {loaded.title}",
                    fields,
                    partial(done, playbook),
                    screen.close_panel,
                    screen.update_input_mode,
                    loaded.goal,
                    does=does,
                )
            )

    def _start(self, playbook: str, values: Mapping[str, str]) -> None:
        request = OpenRequest(playbook, values["account"], people_in(values["people"]), listen=values["listen"])
        self._open(lambda: self._service.open(request))

    def _prepare(self, playbook: str, values: Mapping[str, str]) -> None:
        from salesnerd_tui.services.prep import PrepRequest, open_prep  # imports the debrief: not at start-up

        request = PrepRequest(playbook, values["account"], people_in(values["people"]), listen=values["listen"])
        self._open(lambda: open_prep(self._service, request))

    # rehearsals

    def _pick_practice(self, playbook: str) -> None:
        """Offer a whole call with each of the buyers, and the drills."""
        from salesnerd_tui.rehearsal.drills import TASKS, Drill  # only rehearsals need it

        loaded = self._load(playbook)
        if loaded is None:
            return
        if not loaded.buyers:
            self._screen.say("this playbook has no buyer to rehearse with (add one under `buyers:`)")
            return
        rows = [
            Entry(
                f"{WHOLE_CALL} {buyer.id}",
                line(("a whole call  ", "bold"), (safe(buyer.who or buyer.id), MUTED)),
                details=(buyer.who,),
            )
            for buyer in loaded.buyers.values()
        ]
        rows += [
            Entry(
                drill.value,
                line((f"five minutes: {drill}  ", "bold"), (TASKS[drill], MUTED)),
                details=(TASKS[drill],),
            )
            for drill in Drill
        ]
        self._screen.open_panel(Picker("rehearse", rows, partial(self._rehearse, playbook), self._screen.close_panel))

    def _rehearse(self, playbook: str, practice: str) -> None:
        from secrets import randbelow

        from salesnerd_tui.rehearsal.drills import Drill
        from salesnerd_tui.services.rehearsal import RehearsalRequest, open_rehearsal  # only rehearsals need it

        whole, _, buyer = practice.partition(" ")
        drill = None if whole == WHOLE_CALL else Drill(practice)
        request = RehearsalRequest(playbook, buyer, randbelow(SEEDS), drill)
        self._open(lambda: open_rehearsal(self._service, request))

    # the editor

    def _edit(self, playbook: str) -> None:
        from salesnerd_tui.playbook.model import SourceLocation
        from salesnerd_tui.tui.editor import edit  # subprocess: not at start-up

        loaded = self._service.library.load(playbook)
        finding = next(iter((*loaded.errors, *loaded.findings)), None)
        location = SourceLocation(str(loaded.path), 1, 1)
        if finding is not None and finding.location.file:
            location = finding.location
        self._screen.say(edit(location, self._screen.app.suspend) or "edited: the next call uses what you saved")
