"""Commands of the live screen that need a panel or the screen itself: notes, lists, saving, ending and leaving.

All commands are listed in `services.call_commands`; those that only record an action have it there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Tapped
from salesnerd_tui.call.outcome import end, ending_choices
from salesnerd_tui.services.background import background_work
from salesnerd_tui.services.call_commands import dismiss_or_reject
from salesnerd_tui.services.call_status import not_saved, note_texts, undo_message
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.terminal.key_names import character_of, is_text
from salesnerd_tui.text import quoted, with_period
from salesnerd_tui.tui.panels.help import PromisesPanel, help_panel, prep_panel, question_panel, tap_panel
from salesnerd_tui.tui.panels.picker import PromptPanel, detour_list, jump_list
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.call.events import Promised
    from salesnerd_tui.review.prep import PrepBlock
    from salesnerd_tui.review.promises import TrackedPromise
    from salesnerd_tui.tui.screens.live import LiveScreen


class LiveCommands:
    """`do_<id>` methods of the live screen: each opens a panel, or acts through the session."""

    def __init__(self, screen: LiveScreen) -> None:
        self._screen = screen
        self._session = screen.session
        self._file = screen.call.file
        self._prep: tuple[PrepBlock, ...] | None = None
        self._is_reading_prep = False

    # notes

    def do_note(self) -> None:
        self._screen.input.start_typing(
            InputMode(self._save_note, self._keep_draft, placeholder="note…", keeps_draft=True, is_multiline=True)
        )

    def _save_note(self, text: str) -> None:
        screen = self._screen
        screen.input.stop_typing()
        if text.strip():
            if not self._screen.perform(lambda context: actions.note(context, text)):
                screen.input.set_draft(text)
            self._session.keep_draft("")
        screen.repaint()

    def _keep_draft(self) -> None:
        screen = self._screen
        screen.input.stop_typing()
        if screen.input.draft.strip():
            screen.say(f"draft kept: {screen.key_phrase('note', 'continues it', 'it stays in the line')}")
        screen.repaint()

    def do_undo(self) -> None:
        """Undo the last action of the user or of the program, and show which."""
        before = len(self._session.events)
        self._attempt(self._session.undo)
        if len(self._session.events) > before:
            self._screen.say(undo_message(self._session.events, self._session.playbook))

    # the coach

    def do_dismiss(self) -> None:
        """Dismiss the tap; without one, reject the suggestion."""
        answer = self._session.suggestions.answer
        self._attempt(partial(dismiss_or_reject, self._session))
        if answer is not None and self._session.suggestions.unconfirmed is None:  # it may have no mark on the screen
            self._screen.say(f"not saved: {quoted(answer.words)}")

    def do_evidence(self) -> None:
        tap = next((event for event in reversed(self._session.events) if isinstance(event, Tapped)), None)
        if tap is None:
            self._screen.say("no tap in this call yet")
        else:
            habit = self._session.tap_habit(tap.kind)
            self._screen.open_panel(tap_panel(tap, self._session.talk, habit))

    def _attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except CannotAct as refusal:
            self._screen.say(str(refusal))
            return
        self._screen.changed()

    # panels

    def do_why(self) -> None:
        self._screen.open_panel(question_panel(self._screen.view.prompt))

    def do_prepared(self) -> None:
        """Show the whole prep sheet. It is read once, on a thread: other calls with the account are part of it."""
        screen = self._screen
        if self._prep is not None or not self._session.state.prepared:
            screen.open_panel(prep_panel(self._prep or ()))
            return
        if self._is_reading_prep:
            return

        def read() -> None:
            from salesnerd_tui.review.prep import prep_blocks
            from salesnerd_tui.services.prep import sheet_of_call  # imports the debrief: not at start-up

            try:
                with background_work():
                    sheet = sheet_of_call(screen.service, self._file.id, tuple(self._session.events), date.today())
                    blocks = tuple(prep_blocks(sheet)) if sheet is not None else ()
            except (OSError, StorageError) as error:
                screen.call_later(self._report_unread_prep, str(error))
            else:
                screen.call_later(self._show_prep, blocks)

        self._is_reading_prep = True
        screen.say("reading your prep…")
        threading.Thread(target=read, name="prep", daemon=True).start()

    def _show_prep(self, prep: tuple[PrepBlock, ...]) -> None:
        """Show the sheet that was read, unless the user has gone on to something else."""
        self._is_reading_prep = False
        self._prep = prep
        screen = self._screen
        if (
            screen.panel is None
            and screen.input.input_mode is None
            and not (self._screen.is_over or self._screen.is_coaching_hidden)
        ):
            screen.last_message = ""
            self.do_prepared()

    def _report_unread_prep(self, problem: str) -> None:
        self._is_reading_prep = False
        self._screen.say(f"cannot read the prep: {problem}")

    def do_promises(self) -> None:
        """Show the promises, also those made while they are shown, with a wording to correct each overpromise."""
        known: tuple[Promised, ...] = ()
        promises: Sequence[TrackedPromise] = ()

        def find() -> Sequence[TrackedPromise]:
            nonlocal known, promises
            current = self._session.state.promises
            if current != known:  # the screen is drawn far more often than something is promised
                from salesnerd_tui.review.debrief.builder import build_debrief  # imports the review: not at start-up
                from salesnerd_tui.review.promises import sort_by_urgency, tracked_promises

                result = build_debrief(self._session.events, self._session.playbook)
                known, promises = current, sort_by_urgency(tracked_promises("", result, date.today()))
            return promises

        self._screen.open_panel(PromisesPanel(find))

    def do_help(self) -> None:
        screen = self._screen
        keys = next((command.keys for command in screen.key_table.commands if command.id == "hide"), ())
        hide = {character_of(key): self._screen.do_hide for key in keys if is_text(key)}
        screen.open_panel(help_panel(screen.key_table, is_call=True, shortcuts=hide))

    def do_jump(self) -> None:
        rows = view.jump_rows(self._session.context)
        if not rows:
            self._screen.say("this playbook has no questions to jump to")
            return
        item = self._session.context.item
        here = item.id if item else ""
        self._screen.open_panel(jump_list(rows, here, self._screen.close_panel_then(self._jump_to)))

    def _jump_to(self, item: str) -> None:
        self._screen.perform(lambda context: actions.jump(context, item))

    def do_find(self) -> None:
        if not self._screen.detours:
            self._screen.say("no detour is available now")
            return
        take = self._screen.close_panel_then(self._take_detour)
        self._screen.open_panel(detour_list(self._screen.detours, take))

    def _take_detour(self, detour: str) -> None:
        self._screen.perform(lambda context: actions.take_detour(context, detour))

    # ending and leaving

    def do_end(self) -> None:
        if self._file.failed_events:
            key = self._screen.key_table.first_key("end")
            self._confirm_loss("end the call?", key, "end it anyway", self._choose_outcome)
        else:
            self._choose_outcome()

    def _choose_outcome(self) -> None:
        from salesnerd_tui.tui.panels.outcome import OutcomePanel  # only the end of a call needs it

        now, screen = self._session.context, self._screen
        screen.open_panel(
            OutcomePanel(
                ending_choices(now),
                traversal.unasked_musts(now.playbook, now.state),
                self._end_call,
                self._go_to_first_must,
                musts_key=screen.key_table.first_key("jump"),
            )
        )

    def _go_to_first_must(self) -> None:
        self._screen.close_panel()
        musts = traversal.unasked_musts(self._session.playbook, self._session.state)
        if musts:
            self._screen.perform(lambda context: actions.jump(context, musts[0].id))

    def _end_call(self, outcome: str, record: dict[str, str]) -> None:
        screen = self._screen
        screen.close_panel()
        draft = screen.input.draft
        if draft.strip():
            screen.input.set_draft("")
            self._screen.perform(lambda context: actions.note(context, draft))
            self._session.keep_draft("")
        if self._screen.perform(lambda context: end(context, outcome, record)):
            self._screen.close_call(is_ended=True)

    def do_leave(self) -> None:
        screen = self._screen
        leave_key, end_key = screen.key_table.first_key("leave"), screen.key_table.first_key("end")
        if self._file.failed_events:
            self._confirm_loss("leave the call?", leave_key or "q", "leave anyway", self._close_call)
            return

        def message() -> str:
            saved = "Saving has not finished." if self._file.unsaved else "Everything is saved."
            return f"{saved} You can resume the call from the start page."

        answers = {leave_key: ("leave open", self._close_call), end_key: ("end with an outcome", self.do_end)}
        answers.pop("", None)  # a command without a key
        screen.open_panel(PromptPanel("leave the call?", message, answers))

    def _close_call(self) -> None:
        self._screen.close_call(is_ended=False)

    # notes that are not saved

    def _confirm_loss(self, title: str, key: str, label: str, proceed: Callable[[], None]) -> None:
        """Ask before unsaved notes are lost. `key` proceeds, and is never the key of another answer."""
        retry_key, copy_key = [letter for letter in "rcxyz" if letter != key][:2]
        answers = {
            retry_key: ("retry saving", self._screen.close_panel_then(self.do_save)),
            copy_key: ("copy unsaved notes", self._screen.close_panel_then(self.do_copy)),
            key: (label, proceed),
        }

        def message() -> str:
            events = self._file.failed_events
            if not events:
                return "All notes are saved now."
            lost = "If you continue, notes that cannot be saved are printed to the shell."
            count = len(note_texts(events)) or len(events)
            return f"{with_period(f'{not_saved(count)}: {self._file.problem}')} {lost}"

        self._screen.open_panel(PromptPanel(title, message, answers))

    def do_save(self) -> None:
        self._file.retry()
        self._screen.say("retrying to save all notes")

    def do_copy(self) -> None:
        texts = note_texts(self._file.failed_events)
        if not texts:
            self._screen.say("all notes are saved")
            return
        self._screen.app.copy_to_clipboard("\n".join(texts))
        notes = "1 unsaved note" if len(texts) == 1 else f"{len(texts)} unsaved notes"
        self._screen.say(f"copied {notes}, if your terminal allows it")
