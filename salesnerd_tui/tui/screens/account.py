"""Account screen: an account's buying process, read like a page and edited with single keys.

Each edit is saved before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import AccountEdited, AccountEditKind
from salesnerd_tui.files import proposed_name
from salesnerd_tui.review.buying_process import SYMBOLS, BuyingProcess, JobState, buying_process_blocks, plan_markdown
from salesnerd_tui.services.account import job_edit, parse_edit, read_buying_process, state_edit, store_edits
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.text import counted
from salesnerd_tui.tui.keymap import ACCOUNT_ADDITIONS
from salesnerd_tui.tui.navigator import OpenPromises
from salesnerd_tui.tui.panels.picker import Entry
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe, wrap
from salesnerd_tui.tui.screens.base import BaseScreen, ask_file

if TYPE_CHECKING:
    from salesnerd_tui.services.call_service import CallService

MAX_WIDTH = 100


ENTRIES: Mapping[str, tuple[str, str, AccountEditKind]] = {
    "their_next": ("their next step", "e.g. Dana asks the CFO; by=Friday", AccountEditKind.THEIR_STEP),
    "our_next": ("your next step", "e.g. Send the figures; by=Friday", AccountEditKind.OUR_STEP),
    "step": ("step", "e.g. Privacy check; who=Omar; takes=3 weeks; after=The contract", AccountEditKind.STEP),
    "document": ("document", "a document that is needed before signing", AccountEditKind.DOCUMENT),
    "blocker": ("blocker", "what blocks the decision", AccountEditKind.BLOCKER),
    "go_live": ("go-live date", "when it needs to be live, in their words", AccountEditKind.GO_LIVE),
}
"""Commands that ask for an entry: label, example and kind."""

STEP_PREFIX = "step "
"""Prefix of the rows that are steps; the other rows are buying jobs."""

NEXT_STATE = {
    JobState.NOT_STARTED: JobState.IN_PROGRESS.value,
    JobState.IN_PROGRESS: JobState.DONE.value,
    JobState.DONE: JobState.IN_PROGRESS.value,
    JobState.REOPENED: JobState.DONE.value,
}


class AccountScreen(BaseScreen):
    """Page of one account that the arrows scroll."""

    KEYMAP_NAME = "account"

    def __init__(self, service: CallService, account: str) -> None:
        super().__init__()
        self.service = service
        self.process: BuyingProcess = read_buying_process(service.store, account, date.today(), service.library)

    def on_mount(self) -> None:
        self.set_idle_phrases(("add", "adds a step, a person, a date"))

    # keys

    def command_handler(self, id: str) -> Callable[[], None]:
        if id not in ENTRIES:
            return super().command_handler(id)
        label, example, kind = ENTRIES[id]
        return lambda: self._ask_entry(
            label, example, lambda text: self._save(lambda: parse_edit(kind, text, date.today()))
        )

    def _ask_entry(self, label: str, example: str, on_enter: Callable[[str], None]) -> None:
        """Ask for an entry; an empty line changes nothing."""
        self.ask_for_text(
            label,
            "",
            lambda text: on_enter(text) if text.strip() else None,
            enter_label="saves",
            explain=lambda _: example,
        )

    def do_write(self) -> None:
        name = proposed_name(self.process.account, "plan", date.today().isoformat())
        ask_file(self, "the plan", name, lambda _: plan_markdown(self.process, date.today()))

    def do_promises(self) -> None:
        self.post_message(OpenPromises(self.process.account))

    def do_person(self) -> None:
        def save(text: str) -> None:
            name, _, role = text.partition("=")
            self._save(lambda: parse_edit(AccountEditKind.PERSON, name.strip(), date.today(), words=role.strip()))

        self._ask_entry("person", "e.g. Omar = reviews the security form", save)

    def do_add(self) -> None:
        """Offer the kinds of entries; each asks for its own line."""
        rows = [
            Entry(
                each.id, line((f"{each.label:16}", "bold"), (each.help, MUTED)), search_text=f"{each.label} {each.help}"
            )
            for each in self.key_table.commands
            if each.id in ACCOUNT_ADDITIONS
        ]

        self.pick("add", rows, lambda id: self.command_handler(id)())

    def do_mark(self, current_id: str = "") -> None:
        """List open steps and buying jobs: enter marks a step as done, or moves a job to its next status."""
        process = self.process
        names = [step.title for step in process.steps if not step.done]
        names += [step.text for step in (process.our_next, process.their_next) if step]
        rows = [
            Entry(f"{STEP_PREFIX}{name}", line(f"○ {safe(name)}"), line(("step", MUTED)))
            for name in dict.fromkeys(names)
        ]
        rows += [
            Entry(card.job.value, line(f"{SYMBOLS[card.state]} {card.job}"), line((card.state.label, MUTED)))
            for card in process.jobs
        ]
        self.pick("change status", rows, self._change_status, current_id)

    def _change_status(self, row: str) -> None:
        if row.startswith(STEP_PREFIX):
            self._save(lambda: state_edit(self.process, row.removeprefix(STEP_PREFIX), "done", date.today()))
            self.do_mark()
            return
        state = next(card.state for card in self.process.jobs if card.job == row)
        self._save(lambda: job_edit(f"{row}={NEXT_STATE[state]}", date.today()))
        self.do_mark(row)

    def do_remove(self) -> None:
        process = self.process
        titles = (*(step.title for step in process.steps), *(person.name for person in process.people))
        names = dict.fromkeys((*titles, *process.documents, *process.blockers))
        if not names:
            self.say("the page has no entries yet")
            return

        def remove(name: str) -> None:
            self._save(lambda: state_edit(self.process, name, "gone", date.today()))

        self.pick("remove an entry", [Entry(name, line(safe(name))) for name in names], remove)

    def _save(self, edit: Callable[[], AccountEdited]) -> None:
        """Save an edit and show the new buying process, or show why the edit was rejected."""
        try:
            store_edits(self.service.store, self.process.account, [edit()])
        except (CannotAct, StorageError) as problem:
            self.say(str(problem))
            return
        self.process = read_buying_process(self.service.store, self.process.account, date.today(), self.service.library)
        self.repaint()

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        calls = counted(self.process.calls, "call")
        page = "" if self.has_class("-narrow") else "   buying process"
        return line((safe(self.process.account), "bold"), (page, MUTED)), line((calls, MUTED))

    def draw(self, width: int, height: int) -> Lines:
        rows: Lines = [blank()]
        for block in buying_process_blocks(self.process):
            rows.append(line(" ", (block.title.upper(), "bold $primary")))
            for text in block.lines:
                style = "bold $warning" if text.startswith("! ") else ""
                first, *rest = wrap(text, min(width, MAX_WIDTH) - 5, style) or [blank()]
                rows += [line("   ", first), *(line("     ", each) for each in rest)]
            rows.append(blank())
        self._top = min(self._top, max(len(rows) - height, 0))
        return rows[self._top : self._top + height]
