"""What can be done with a call in the list: write it to a file, forget it for good, see what was promised in it.

Every call there was, and every word in them: type, and what fits is listed; enter opens its debrief.

Since every letter is a word's, what else can be done with a call is on ctrl.

The calls' own lines are filtered at each key from memory. What was noted, answered and heard is looked for on a
thread, and comes in as it is found, so that ten thousand calls keep no key waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from salesnerd_tui.app.request import CannotOpen
from salesnerd_tui.call.events import Mode
from salesnerd_tui.review.files import CannotWrite
from salesnerd_tui.review.formats import EXPORTS
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import one_line, searchable
from salesnerd_tui.timefmt import clock
from salesnerd_tui.tui.render.home import call_row
from salesnerd_tui.tui.render.text import both_ends, fit
from salesnerd_tui.tui.screens.after import export_kept, kept_debrief
from salesnerd_tui.tui.screens.asking import AskingScreen
from salesnerd_tui.tui.screens.home import OpenCall

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService
    from salesnerd_tui.storage.search import SearchHit


class CallActions(AskingScreen):
    """Subclasses say which call is under the bar, and read the calls again once one is gone."""

    class Previewed(Message):
        """What forgetting a call would change is known."""

        def __init__(self, call: CallSummary, preview: ForgetPreview) -> None:
            super().__init__()
            self.call = call
            self.preview = preview

    class Forgotten(Message):
        """It is gone, or `told` says why not."""

        def __init__(self, told: str) -> None:
            super().__init__()
            self.told = told

    def __init__(self, desk: CallService) -> None:
        super().__init__()
        self.desk = desk
        self._after = ""

    @property
    def current(self) -> CallSummary | None:
        raise NotImplementedError

    def read(self) -> object:
        raise NotImplementedError

    def tell_after(self) -> None:
        """What came of forgetting, once the calls have been read again."""
        if self._after:
            self.say(self._after)
            self._after = ""

    def action_promises(self) -> None:
        from salesnerd_tui.tui.screens.promises import PromisesScreen

        call = self.current
        self.app.push_screen(PromisesScreen(self.desk, call.account if call is not None else ""))

    def action_export(self) -> None:
        call = self.current
        if call is None:
            self.say("no call is chosen")
            return
        told = f"a file name ending in {', '.join(f'.{name}' for name in EXPORTS)}"
        self.ask(f"export {_whom(call)} to", told, f"{call.id}.md", lambda name: self._export(call, name))

    def _export(self, call: CallSummary, name: str) -> None:
        try:
            path = export_kept(self.desk, call.id, name)
        except (StorageError, CannotWrite) as problem:
            self.say(str(problem))
        else:
            self.say(f"written, for your eyes only: {path}")

    def action_forget(self) -> None:
        call = self.current
        if call is None:
            self.say("no call is chosen")
            return
        self.say("looking what goes with it…")
        self._look_before(call)

    @work(thread=True, exclusive=True, group="forgetting")
    def _look_before(self, call: CallSummary) -> None:
        try:
            self.post_message(self.Previewed(call, self.desk.notebook.preview(ForgetPlan((call.id,)))))
        except StorageError as problem:
            self.post_message(self.Forgotten(str(problem)))

    def on_call_doing_previewed(self, message: Previewed) -> None:
        call, preview = message.call, message.preview
        if preview.open:
            self.say("it is open in a window: close it there first")
            return
        told = f"Forget {_whom(call)}, {_counted(call.notes, 'note')}, for good?"
        if preview.rewritten:
            told += f" What {_counted(len(preview.rewritten), 'other call')} took over from it goes too."
        self.ask(told, "type yes, or esc", "", lambda typed: self._confirmed(preview, typed))

    def _confirmed(self, preview: ForgetPreview, typed: str) -> None:
        if typed.strip().casefold() != "yes":
            self.say("nothing was forgotten")
            return
        self.say("forgetting…")
        self._carry_out(preview)

    @work(thread=True, group="forgetting")
    def _carry_out(self, preview: ForgetPreview) -> None:
        try:
            self.desk.notebook.carry_out(preview.plan)
        except StorageError as problem:
            self.post_message(self.Forgotten(f"{problem} What is left is tried again at the next start."))
        else:
            self.post_message(self.Forgotten("forgotten"))

    def on_call_doing_forgotten(self, message: Forgotten) -> None:
        self._after = message.told
        self.read()


def _whom(call: CallSummary) -> str:
    """A call in a few words."""
    who = one_line(call.account) or "the call"
    return f"{who} of {call.started_at[:10]}" if call.started_at else who


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


SHOWN = 200
"""Rows listed at once; nobody reads further, and one more letter narrows it."""

PAUSE_SECONDS = 0.12
"""How long after a key the search begins, so that fast typing starts one search and not ten."""

BATCH = 20
NARROW = 56
HINT = "enter opens · ctrl+e export · ctrl+f forget · ctrl+o promises · esc back"
NOT_CALLS = (Mode.BOARD, Mode.PREP)
"""Kept like calls; a board has a page of its own, and a prep that became a call is in that call."""


class HistoryScreen(CallActions):
    """`desk` has the notebook, and the playbooks that debriefs are read with."""

    CSS_PATH = "history.tcss"
    AUTO_FOCUS = "#words"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", "Up", show=False, priority=True),
        Binding("down", "move('cursor_down')", "Down", show=False, priority=True),
        Binding("pageup", "move('page_up')", "Page up", show=False, priority=True),
        Binding("pagedown", "move('page_down')", "Page down", show=False, priority=True),
        Binding("escape", "back", "Back", show=False, priority=True, id="history.back"),
        Binding("ctrl+e,f3", "export", "Export", show=False, priority=True, id="history.export"),
        Binding("ctrl+f,f8", "forget", "Forget", show=False, priority=True, id="history.forget"),
        Binding("ctrl+o,f4", "promises", "Promises", show=False, priority=True, id="history.promises"),
    ]

    class Read(Message):
        """The list of calls has been read."""

        def __init__(self, calls: Sequence[CallSummary]) -> None:
            super().__init__()
            self.calls = calls

    class Found(Message):
        """Entries that have the words, some more of them."""

        def __init__(self, words: str, hits: Sequence[SearchHit], *, is_all: bool) -> None:
            super().__init__()
            self.words = words
            self.hits = hits
            self.is_all = is_all

    def __init__(self, desk: CallService) -> None:
        super().__init__(desk)
        self._calls: Sequence[CallSummary] = ()
        self._listed: list[CallSummary] = []
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Input(id="words", placeholder="a company, a person, anything that was said or noted")
        yield OptionList(id="found", markup=False)
        yield from self.compose_question()
        yield Static(HINT, id="hint", markup=False)

    def on_mount(self) -> None:
        self.read()

    # reading, on threads

    @work(thread=True, group="reading")
    def read(self) -> None:
        self.post_message(self.Read(self.desk.notebook.summaries()))
        worker = get_current_worker()
        self.desk.notebook.catch_up(stop=lambda: worker.is_cancelled)

    @work(thread=True, exclusive=True, group="searching")
    def _search(self, words: str) -> None:
        worker, batch, count = get_current_worker(), list["SearchHit"](), 0
        for hit in self.desk.notebook.search(words):
            if worker.is_cancelled:
                return
            if hit.number < 0:
                continue
            batch.append(hit)
            count += 1
            if len(batch) >= BATCH or count >= SHOWN:
                self.post_message(self.Found(words, batch, is_all=False))
                batch = []
            if count >= SHOWN:
                break
        self.post_message(self.Found(words, batch, is_all=True))

    # what came

    def on_history_screen_read(self, message: Read) -> None:
        self._calls = [call for call in message.calls if call.mode not in NOT_CALLS or not call.ended]
        self._calls = [call for call in self._calls if call.mode is not Mode.BOARD]
        self._typed()
        self.tell_after()

    def on_history_screen_found(self, message: Found) -> None:
        if message.words != self._words:
            return
        rows = self.query_one("#found", OptionList)
        room = max(SHOWN - rows.option_count, 0)
        for hit in message.hits[:room]:
            self._add(rows, hit.call, self._hit_row(hit))
        if message.is_all:
            self.say("nothing has these words" if not self._listed else HINT)

    def on_resize(self) -> None:
        if self._calls:
            self._typed()

    @on(Input.Changed, "#words")
    def _typed(self) -> None:
        self._list_calls()
        if self._pause is not None:
            self._pause.stop()
        words = self._words
        if words:
            self.say("looking in notes and talk…")
            self._pause = self.set_timer(PAUSE_SECONDS, lambda: self._search(words))
        else:
            self.workers.cancel_group(self, "searching")

    # keys

    def action_move(self, how: str) -> None:
        getattr(self.query_one("#found", OptionList), f"action_{how}")()

    def action_back(self) -> None:
        """Out of what is asked, then out of the words, then out of the screen."""
        if self.is_asking:
            self.stop_asking()
            return
        typed = self.query_one("#words", Input)
        if typed.value:
            typed.value = ""
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()

    @on(Input.Submitted, "#words")
    def _enter(self) -> None:
        call = self.current
        if call is not None:
            self._open(call)

    @on(OptionList.OptionSelected, "#found")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self._open(self._listed[event.option_index])

    @property
    def current(self) -> CallSummary | None:
        row = self.query_one("#found", OptionList).highlighted
        return self._listed[row] if row is not None and row < len(self._listed) else None

    def _open(self, call: CallSummary) -> None:
        """Its debrief; a board and a prep that waits have pages of their own."""
        try:
            if call.mode is Mode.BOARD:
                from salesnerd_tui.tui.screens.board import BoardScreen

                self.app.push_screen(BoardScreen(self.desk, call.account))
            elif call.mode is Mode.PREP and not call.ended:
                self.post_message(OpenCall(self.desk.resume(call.id)))
            else:
                self.app.push_screen(kept_debrief(self.desk, call.id))
        except (StorageError, CannotOpen) as problem:
            self.say(str(problem))

    # drawing

    @property
    def _words(self) -> str:
        return self.query_one("#words", Input).value.strip()

    def _list_calls(self) -> None:
        wanted = searchable(self._words).split()
        fitting = [call for call in self._calls if all(word in _told(call) for word in wanted)]
        rows = self.query_one("#found", OptionList)
        rows.clear_options()
        now, width = datetime.now(UTC), max(self.size.width - 4, 20)
        self._listed = fitting[:SHOWN]
        rows.add_options(Option(_row(*call_row(call, now), width)) for call in fitting[:SHOWN])
        if self._listed:
            rows.highlighted = 0
        more = f"{len(fitting) - SHOWN} more calls: type to narrow" if len(fitting) > SHOWN else HINT
        self.say(more if self._calls else "no calls are kept yet: esc, then begin one on the start page")

    def _add(self, rows: OptionList, call: CallSummary, row: Content) -> None:
        self._listed.append(call)
        rows.add_option(Option(row))
        if rows.highlighted is None:
            rows.highlighted = 0

    def _hit_row(self, hit: SearchHit) -> Content:
        who = f"{one_line(hit.who)}: " if hit.who else ""
        whose = one_line(hit.call.account or hit.call.id)
        row = Content.assemble(
            (f"  {clock(max(hit.at, 0.0)):>7} ", "$text-muted"), who, one_line(hit.text), (f"  {whose}", "$text-muted")
        )
        return row.truncate(max(self.size.width - 4, 20), ellipsis=True)


def _row(left: Content, right: Content, width: int) -> Content:
    """A call's line; where there is no room for both ends, who it was with."""
    return both_ends(left, right, width) if width >= NARROW else fit(left, width)


def _told(call: CallSummary) -> str:
    """What a call is found by before anything in it is read."""
    parts = (call.account, *call.people, call.title, call.playbook, call.outcome, call.decision, call.id)
    return searchable(" ".join(parts))
