"""History screen: all calls and every word in them, filtered as the user types.

Every letter belongs to the search, so that commands are on ctrl and function keys. Each key filters the calls' own
lines from memory. A worker thread searches notes and transcripts and reports matches as it finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from salesnerd_tui.app.request import CannotOpen
from salesnerd_tui.app.stored_call import read_stored_call
from salesnerd_tui.call.events import Mode
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import one_line, searchable
from salesnerd_tui.timefmt import clock
from salesnerd_tui.tui.render.home import call_row
from salesnerd_tui.tui.render.text import both_ends, fit
from salesnerd_tui.tui.screens.history_actions import HistoryActions
from salesnerd_tui.tui.screens.messages import OpenCall, OpenDebrief, OpenPromises
from salesnerd_tui.tui.widgets.question_line import QuestionLine

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService
    from salesnerd_tui.storage.search import SearchHit

SHOWN = 200
"""Rows listed at once; one more letter narrows them."""

PAUSE_SECONDS = 0.12
"""Pause after a key before the search begins, so that fast typing starts one search instead of ten."""

BATCH = 20
NARROW = 56
HINT = "enter open · ctrl+e export · ctrl+f delete · ctrl+o promises · esc back"


class HistoryScreen(Screen[None]):
    """Search line over a list of calls and matches."""

    CSS_PATH = "history.tcss"
    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", "Up", show=False, priority=True),
        Binding("down", "move('cursor_down')", "Down", show=False, priority=True),
        Binding("pageup", "move('page_up')", "Page up", show=False, priority=True),
        Binding("pagedown", "move('page_down')", "Page down", show=False, priority=True),
        Binding("escape", "back", "Back", show=False, priority=True, id="history.back"),
        Binding("ctrl+e,f3", "export", "Export call", show=False, priority=True, id="history.export"),
        Binding("ctrl+f,f8", "delete", "Delete call", show=False, priority=True, id="history.forget"),
        Binding("ctrl+o,f4", "promises", "Show promises", show=False, priority=True, id="history.promises"),
    ]

    class CallsRead(Message):
        """Report of the reading thread."""

        def __init__(self, calls: Sequence[CallSummary]) -> None:
            super().__init__()
            self.calls = calls

    class Matched(Message):
        """Report of the search thread: some more matches for the words."""

        def __init__(self, words: str, hits: Sequence[SearchHit], *, is_last: bool) -> None:
            super().__init__()
            self.words = words
            self.hits = hits
            self.is_last = is_last

    def __init__(self, service: CallService) -> None:
        super().__init__()
        self.service = service
        self._actions = HistoryActions(self)
        self._question = QuestionLine(self._question_closed)
        self._calls: Sequence[CallSummary] = ()
        self._listed: list[CallSummary] = []
        self._pause: Timer | None = None
        self._message = ""

    def compose(self) -> ComposeResult:
        yield Input(id="words", placeholder="a company, a person, anything that was said or noted")
        yield OptionList(id="found", markup=False)
        yield self._question
        yield Static(HINT, id="hint", markup=False)

    def on_mount(self) -> None:
        self._read()

    def say(self, words: str) -> None:
        """Show a message in the last line."""
        self.query_one("#hint", Static).update(Content(one_line(words)))

    def ask(self, question: str, placeholder: str, text: str, answered: Callable[[str], None]) -> None:
        """Ask for a line above the hints."""
        self._question.ask(question, placeholder, text, answered)
        self.say("enter accept · esc cancel")

    def _question_closed(self) -> None:
        self.say(HINT)
        self.query_one("#words", Input).focus()

    def read_again(self, message: str) -> None:
        """Read the calls again, and show a message until the words change."""
        self._message = message
        self._read()

    # worker threads

    @work(thread=True, group="reading")
    def _read(self) -> None:
        self.post_message(self.CallsRead(self.service.notebook.summaries()))
        worker = get_current_worker()
        self.service.notebook.catch_up(stop=lambda: worker.is_cancelled)

    @work(thread=True, exclusive=True, group="searching")
    def _search(self, words: str) -> None:
        worker, batch, count = get_current_worker(), list["SearchHit"](), 0
        for hit in self.service.notebook.search(words):
            if worker.is_cancelled:
                return
            if hit.number < 0:
                continue
            batch.append(hit)
            count += 1
            if len(batch) >= BATCH or count >= SHOWN:
                self.post_message(self.Matched(words, batch, is_last=False))
                batch = []
            if count >= SHOWN:
                break
        self.post_message(self.Matched(words, batch, is_last=True))

    @on(CallsRead)
    def _show_calls(self, message: CallsRead) -> None:
        """List all calls but boards, which have a page of their own, and preps that have become a call."""
        self._calls = [
            call
            for call in message.calls
            if call.mode is not Mode.BOARD and not (call.mode is Mode.PREP and call.ended)
        ]
        self._list_and_search()

    @on(Matched)
    def _show_matches(self, message: Matched) -> None:
        if message.words != self._words:
            return
        rows = self.query_one("#found", OptionList)
        for hit in message.hits[: max(SHOWN - rows.option_count, 0)]:
            self._listed.append(hit.call)
            rows.add_option(Option(self._hit_row(hit)))
            if rows.highlighted is None:
                rows.highlighted = 0
        if message.is_last:
            self.say(self._message or ("no matches" if not self._listed else HINT))

    def on_resize(self) -> None:
        if self._calls:
            self._list_and_search()

    @on(Input.Changed, "#words")
    def _words_changed(self) -> None:
        self._message = ""
        self._list_and_search()

    def _list_and_search(self) -> None:
        self._list_calls()
        if self._pause is not None:
            self._pause.stop()
        words = self._words
        if words:
            self.say("searching notes and transcripts…")
            self._pause = self.set_timer(PAUSE_SECONDS, lambda: self._search(words))
        else:
            self.workers.cancel_group(self, "searching")
        if self._message:
            self.say(self._message)

    # keys

    def action_move(self, how: str) -> None:
        getattr(self.query_one("#found", OptionList), f"action_{how}")()

    def action_back(self) -> None:
        """Close the question, then clear the words, then leave the screen."""
        typed = self.query_one("#words", Input)
        if self._question.is_asking:
            self._question.dismiss()
        elif typed.value:
            typed.value = ""
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    def action_export(self) -> None:
        self._with_selected(self._actions.export)

    def action_delete(self) -> None:
        self._with_selected(self._actions.delete)

    def action_promises(self) -> None:
        call = self._selected
        self.post_message(OpenPromises(call.account.strip() if call is not None else ""))

    def _with_selected(self, act: Callable[[CallSummary], None]) -> None:
        call = self._selected
        if call is None:
            self.say("no call is selected")
        else:
            act(call)

    @on(Input.Submitted, "#words")
    def _open_selected(self) -> None:
        if self._selected is not None:
            self._open(self._selected)

    @on(OptionList.OptionSelected, "#found")
    def _open_clicked(self, event: OptionList.OptionSelected) -> None:
        self._open(self._listed[event.option_index])

    @property
    def _selected(self) -> CallSummary | None:
        row = self.query_one("#found", OptionList).highlighted
        return self._listed[row] if row is not None and row < len(self._listed) else None

    def _open(self, call: CallSummary) -> None:
        """Open the debrief of a call, or a prep that waits for its call."""
        try:
            if call.mode is Mode.PREP and not call.ended:
                self.post_message(OpenCall(self.service.resume(call.id)))
            else:
                self.post_message(OpenDebrief(read_stored_call(self.service, call.id)))
        except (StorageError, CannotOpen) as problem:
            self.say(str(problem))

    # drawing

    @property
    def _words(self) -> str:
        return self.query_one("#words", Input).value.strip()

    def _list_calls(self) -> None:
        words = searchable(self._words).split()
        matching = [call for call in self._calls if all(word in _search_text(call) for word in words)]
        rows = self.query_one("#found", OptionList)
        rows.clear_options()
        now, width = datetime.now(UTC), max(self.size.width - 4, 20)
        self._listed = matching[:SHOWN]
        rows.add_options(Option(_row(*call_row(call, now), width)) for call in self._listed)
        if self._listed:
            rows.highlighted = 0
        hint = f"{len(matching) - SHOWN} more calls: type to narrow" if len(matching) > SHOWN else HINT
        self.say(hint if self._calls else "no calls yet: esc, then start one on the start page")

    def _hit_row(self, hit: SearchHit) -> Content:
        speaker = f"{one_line(hit.who)}: " if hit.who else ""
        account = one_line(hit.call.account or hit.call.id)
        row = Content.assemble(
            (f"  {clock(max(hit.at, 0.0)):>7} ", "$text-muted"),
            speaker,
            one_line(hit.text),
            (f"  {account}", "$text-muted"),
        )
        return row.truncate(max(self.size.width - 4, 20), ellipsis=True)


def _row(left: Content, right: Content, width: int) -> Content:
    """Return a call's line; in a narrow terminal only its left end."""
    return both_ends(left, right, width) if width >= NARROW else fit(left, width)


def _search_text(call: CallSummary) -> str:
    """Return the text by which a call is found before its file is read."""
    parts = (call.account, *call.people, call.title, call.playbook, call.outcome, call.decision, call.id)
    return searchable(" ".join(parts))
