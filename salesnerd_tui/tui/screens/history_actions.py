"""Commands for the selected call of the history: export it, delete it, show its account's promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesnerd_tui.app.stored_call import export_stored_call
from salesnerd_tui.app.vault import update_in_words
from salesnerd_tui.private_file import CannotWrite
from salesnerd_tui.review.formats import EXPORTS
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.storage.summary import CallSummary
    from salesnerd_tui.tui.screens.history import HistoryScreen

DELETION = "deletion"
"""Group of the worker threads that look before they delete."""


class HistoryActions:
    """Actions on one call, which ask on the screen's question line."""

    def __init__(self, screen: HistoryScreen) -> None:
        self._screen = screen
        self._service = screen.service

    def export(self, call: CallSummary) -> None:
        placeholder = f"a file name ending in {', '.join(f'.{name}' for name in EXPORTS)}"

        def answered(name: str) -> None:
            try:
                path = export_stored_call(self._service, call.id, name)
            except (StorageError, CannotWrite) as problem:
                self._screen.say(str(problem))
            else:
                self._screen.say(f"saved {path} (only you can read it)")

        self._screen.ask(f"export {_call_name(call)} to", placeholder, f"{call.id}.md", answered)

    def delete(self, call: CallSummary) -> None:
        """Find out on a thread what deleting the call would change, then ask for a yes."""
        self._screen.say("checking what would be deleted…")

        def preview() -> None:
            try:
                found = self._service.notebook.preview(ForgetPlan((call.id,)))
            except StorageError as problem:
                self._screen.call_later(self._screen.read_again, str(problem))
            else:
                self._screen.call_later(self._confirm, call, found)

        self._screen.run_worker(preview, thread=True, exclusive=True, group=DELETION)

    def _confirm(self, call: CallSummary, preview: ForgetPreview) -> None:
        if preview.open:
            self._screen.say("this call is open in another window (close it there first)")
            return
        question = f"Delete {_call_name(call)} with {_counted(call.notes, 'note')} permanently?"
        if preview.rewritten:
            question += f" {_counted(len(preview.rewritten), 'other call')} will lose what came from it."

        def answered(typed: str) -> None:
            if typed.strip().casefold() != "yes":
                self._screen.say("nothing was deleted")
                return
            self._screen.say("deleting…")
            self._screen.run_worker(lambda: self._carry_out(preview), thread=True, group=DELETION)

        self._screen.ask(question, "type yes, or esc", "", answered)

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
