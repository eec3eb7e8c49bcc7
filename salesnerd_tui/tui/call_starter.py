"""Call starter: asks for a playbook and the details of a call, then opens a call, a prep or a rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.call.events import Mode
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
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

SEED_COUNT = 10_000
WHOLE_CALL = "whole"
NEW_CALL, PREPARE = "new call", "prepare"

ACCOUNT = FormField(
    "account", "account", "The company you are calling. Optional; recalls what you know from earlier calls."
)
PEOPLE = FormField("people", "people", "Who is on the call, e.g. Dana, VP Eng; Petra. Optional.")
SOURCE = FormField(
    "listen", "listen to", "A captions or transcript file, or mic. Empty: press space when the speaker changes."
)


class CallStarter:
    """The `do_<id>` methods that ask for a playbook and the details of a call, and then open it.

    `calls` are the recent calls, newest first.
    """

    def __init__(self, screen: BaseScreen, service: CallService) -> None:
        self.calls: Sequence[CallSummary] = ()
        self._screen = screen
        self._service = service

    def do_new(self) -> None:
        self._pick_playbook(NEW_CALL, partial(self._open_form, self._call_fields(), self._start_call, NEW_CALL))

    def do_prep(self) -> None:
        self._pick_playbook(PREPARE, partial(self._open_form, self._call_fields(), self._start_prep, PREPARE))

    def do_rehearse(self) -> None:
        self._pick_playbook("rehearse", self._pick_rehearsal)

    def do_edit(self) -> None:
        """Pick a playbook to edit; those with errors come first."""
        loaded = sorted(self._service.library.load_all(), key=lambda each: not each.errors)
        self._screen.pick("edit a playbook", playbook_entries(loaded), self._edit_playbook)

    def prepare_next(self, account: str, people: tuple[str, ...], playbook: str) -> None:
        """Prepare the next call with these people; only the playbook is left to pick."""
        fields = self._call_fields(account, "; ".join(people))
        self._pick_playbook(PREPARE, partial(self._open_form, fields, self._start_prep, PREPARE), playbook)

    def resume(self, call_id: str) -> None:
        self._open_call(lambda: self._service.resume(call_id))

    def start_prepared(self, prep_id: str) -> None:
        """Start the call that a prep is for."""
        from salesnerd_tui.services.prep import open_from_prep  # imports the debrief: not at start-up

        self._open_call(lambda: open_from_prep(self._service, prep_id))

    def _open_call(self, open_call: Callable[[], OpenedCall]) -> None:
        try:
            call = open_call()
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
            self._open_call(lambda: open_invited_prep(self._service, path, datetime.now(UTC)))
        except CannotReadInvitation as problem:
            self._screen.say(str(problem))

    # the form

    def _pick_playbook(self, action: str, on_pick: Callable[[str], None], first: str = "") -> None:
        first = first or DEFAULT_PLAYBOOK
        playbooks = sorted(self._service.library.load_all(), key=lambda loaded: loaded.id != first)
        self._screen.pick(f"{action}: pick a playbook", playbook_entries(playbooks), on_pick)

    def _load_playbook(self, playbook: str) -> Playbook | None:
        """Return a playbook, or show why it cannot be loaded."""
        try:
            return self._service.load_playbook(playbook)
        except CannotOpen as problem:
            self._screen.say(str(problem))
            return None

    def _call_fields(self, account: str = "", people: str = "") -> tuple[FormField, ...]:
        """Return the fields of a call, with earlier accounts and the people of the last call to choose from."""
        accounts: dict[str, str] = {}
        for call in self.calls:
            if call.account.strip():
                accounts.setdefault(account_key(call.account), call.account.strip())
        return (
            replace(ACCOUNT, text=account, known_values=tuple(accounts.values())),
            replace(PEOPLE, text=people, propose=self._last_people),
            SOURCE,
        )

    def _last_people(self, values: Mapping[str, str]) -> str:
        """Return the people of the latest call with the account in the form."""
        account = account_key(values[ACCOUNT.name])
        last = next((call for call in self.calls if account and account_key(call.account) == account), None)
        return "; ".join(last.people) if last is not None and last.mode is not Mode.REHEARSE else ""

    def _open_form(
        self,
        fields: tuple[FormField, ...],
        on_submit: Callable[[str, Mapping[str, str]], None],
        action: str,
        playbook: str,
    ) -> None:
        loaded = self._load_playbook(playbook)
        if loaded is not None:
            effect = "starts the call" if action == NEW_CALL else "opens the prep"
            self._screen.open_panel(
                Form(
                    f"{action}: {loaded.title}",
                    fields,
                    partial(on_submit, playbook),
                    intro=loaded.goal,
                    submit_label=effect,
                )
            )

    def _start_call(self, playbook: str, values: Mapping[str, str]) -> None:
        request = OpenRequest(playbook, values["account"], people_in(values["people"]), listen=values["listen"])
        self._open_call(lambda: self._service.open(request))

    def _start_prep(self, playbook: str, values: Mapping[str, str]) -> None:
        from salesnerd_tui.services.prep import PrepRequest, open_prep  # imports the debrief: not at start-up

        request = PrepRequest(playbook, values["account"], people_in(values["people"]), listen=values["listen"])
        self._open_call(lambda: open_prep(self._service, request))

    # rehearsals

    def _pick_rehearsal(self, playbook: str) -> None:
        """Offer a whole call with each of the buyers, and the drills."""
        from salesnerd_tui.rehearsal.buyer import buyers_of  # only rehearsals need them
        from salesnerd_tui.rehearsal.drills import TASKS, Drill

        loaded = self._load_playbook(playbook)
        if loaded is None:
            return
        rows = [
            Entry(
                f"{WHOLE_CALL} {buyer.id}",
                line(("a whole call  ", "bold"), (safe(buyer.who or buyer.id), MUTED)),
                details=(buyer.who,),
            )
            for buyer in buyers_of(loaded).values()
        ]
        rows += [
            Entry(
                drill.value,
                line((f"five minutes: {drill}  ", "bold"), (TASKS[drill], MUTED)),
                details=(TASKS[drill],),
            )
            for drill in Drill
        ]
        self._screen.open_panel(Picker("rehearse", rows, partial(self._start_rehearsal, playbook)))

    def _start_rehearsal(self, playbook: str, choice: str) -> None:
        from secrets import randbelow

        from salesnerd_tui.rehearsal.drills import Drill
        from salesnerd_tui.services.rehearsal import RehearsalRequest, open_rehearsal  # only rehearsals need it

        kind, _, buyer = choice.partition(" ")
        drill = None if kind == WHOLE_CALL else Drill(choice)
        request = RehearsalRequest(playbook, buyer, randbelow(SEED_COUNT), drill)
        self._open_call(lambda: open_rehearsal(self._service, request))

    # the editor

    def _edit_playbook(self, playbook: str) -> None:
        from salesnerd_tui.playbook.lint.linter import lint_by_name  # all rules: not at start-up
        from salesnerd_tui.playbook.model import SourceLocation
        from salesnerd_tui.tui.editor import edit  # subprocess: not at start-up

        loaded = lint_by_name(playbook, self._service.library)
        finding = next(iter((*loaded.errors, *loaded.findings)), None)
        location = SourceLocation(str(loaded.path), 1, 1)
        if finding is not None and finding.location.file:
            location = finding.location
        self._screen.say(edit(location, self._screen.app.suspend) or "edited: the next call uses what you saved")
