"""Commands for the selected call of the history: write it to a file, delete it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.app.stored_call import read_stored_call
from salesnerd_tui.app.vault import update_in_words
from salesnerd_tui.private_file import CannotWrite, proposed_name
from salesnerd_tui.review.formats import EXPORTS, format_of
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.screens.file_prompt import ask_file

if TYPE_CHECKING:
    from salesnerd_tui.storage.summary import CallSummary
    from salesnerd_tui.tui.screens.history import HistoryScreen

ENDINGS = ", ".join(f".{name}" for name in EXPORTS)
DELETION = "deletion"
"""Group of the worker threads that look before they delete."""


class HistoryActions:
    """The `do_<id>` methods of the history that act on the selected call."""

    def __init__(self, screen: HistoryScreen) -> None:
        self._screen = screen
        self._service = screen.service

    def do_write(self) -> None:
        call = self._selected()
        if call is None:
            return
        name = proposed_name(call.account, call.started_at[:10])
        ask_file(self._screen, _call_name(call), name, lambda path: self._file_text(call, path), endings=ENDINGS)

    def _file_text(self, call: CallSummary, path: Path) -> str:
        """Return the call in the format of the file's ending. Raises `CannotWrite`."""
        from salesnerd_tui.review.debrief.builder import debrief  # reads whole calls: not at start-up

        form = EXPORTS[format_of(path)]
        try:
            stored = read_stored_call(self._service, call.id)
        except StorageError as problem:
            raise CannotWrite(str(problem)) from problem
        return form(debrief(stored.events, stored.playbook), stored.id, stored.events)

    def do_remove(self) -> None:
        """Find out on a thread what deleting the call would change, then ask for a yes."""
        call = self._selected()
        if call is None:
            return
        self._screen.say("checking what would be deleted…")

        def preview() -> None:
            try:
                found = self._service.notebook.preview(ForgetPlan((call.id,)))
            except StorageError as problem:
                self._screen.call_later(self._screen.read_again, str(problem))
            else:
                self._screen.call_later(self._confirm, call, found)

        self._screen.run_worker(preview, thread=True, exclusive=True, group=DELETION)

    def _selected(self) -> CallSummary | None:
        """Return the call of the selected row; the hint line says if there is none."""
        row = self._screen.selected
        if row is None:
            self._screen.say("no call is selected")
        return row.call if row is not None else None

    def _confirm(self, call: CallSummary, preview: ForgetPreview) -> None:
        if preview.open:
            self._screen.say("this call is open in another window (close it there first)")
            return
        question = f"with {_counted(call.notes, 'note')} permanently?"
        if preview.rewritten:
            question += f" {_counted(len(preview.rewritten), 'other call')} will lose what came from it."

        def answered(typed: str) -> None:
            if typed.strip().casefold() != "yes":
                self._screen.say("nothing was deleted")
                return
            self._screen.say("deleting…")
            self._screen.run_worker(lambda: self._carry_out(preview), thread=True, group=DELETION)

        self._screen.ask_line(
            f"Delete {_call_name(call)}", "yes", answered, does="deletes", about=lambda _: f"{question} Type yes."
        )

    def _carry_out(self, preview: ForgetPreview) -> None:
        try:
            self._service.notebook.carry_out(preview.plan)
        except StorageError as problem:
            message = f"{problem}; the rest is retried at the next start"
        else:
            message = "deleted"
            update_in_words(self._service.notebook, None, self._service.notebook.warn)
        self._screen.call_later(self._screen.read_again, message)


def _call_name(call: CallSummary) -> str:
    """Return a call in a few words."""
    account = one_line(call.account) or "the call"
    return f"{account} of {call.started_at[:10]}" if call.started_at else account


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
