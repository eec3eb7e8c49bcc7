"""What can be done with a call in the list: write it to a file, forget it for good, see what was promised in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.message import Message

from salesnerd_tui.notes.forget_plan import Plan, Preview
from salesnerd_tui.notes.receipts import NotesProblem
from salesnerd_tui.notes.summary import CallSummary
from salesnerd_tui.review.exports import EXPORTS
from salesnerd_tui.review.files import CannotWrite
from salesnerd_tui.text import one_line
from salesnerd_tui.ui.after import export_kept
from salesnerd_tui.ui.asking import AskingScreen

if TYPE_CHECKING:
    from salesnerd_tui.ui.opening import Desk


class CallDoing(AskingScreen):
    """Subclasses say which call is under the bar, and read the calls again once one is gone."""

    class Previewed(Message):
        """What forgetting a call would change is known."""

        def __init__(self, call: CallSummary, preview: Preview) -> None:
            super().__init__()
            self.call = call
            self.preview = preview

    class Forgotten(Message):
        """It is gone, or `told` says why not."""

        def __init__(self, told: str) -> None:
            super().__init__()
            self.told = told

    def __init__(self, desk: Desk) -> None:
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
        from salesnerd_tui.ui.back.promises import PromisesScreen

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
        except (NotesProblem, CannotWrite) as problem:
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
            self.post_message(self.Previewed(call, self.desk.notebook.preview(Plan((call.id,)))))
        except NotesProblem as problem:
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

    def _confirmed(self, preview: Preview, typed: str) -> None:
        if typed.strip().casefold() != "yes":
            self.say("nothing was forgotten")
            return
        self.say("forgetting…")
        self._carry_out(preview)

    @work(thread=True, group="forgetting")
    def _carry_out(self, preview: Preview) -> None:
        try:
            self.desk.notebook.carry_out(preview.plan)
        except NotesProblem as problem:
            self.post_message(self.Forgotten(f"{problem} What is left is tried again at the next start."))
        else:
            self.post_message(self.Forgotten("forgotten"))

    def on_call_doing_forgotten(self, message: Forgotten) -> None:
        self._after = message.told
        self.read()


def _whom(call: CallSummary) -> str:
    """A call in a few words."""
    who = one_line(call.account) or "the call"
    return f"{who} of {call.began[:10]}" if call.began else who


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
