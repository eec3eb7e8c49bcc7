"""A call in lines: typed lines become its gestures, its events become printed lines, in the order they happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.app.call_text import NoteRow, SaveState, note_texts, rows
from salesnerd_tui.app.playbook_reload import loaded_trouble
from salesnerd_tui.app.request import CannotOpen
from salesnerd_tui.call import actions, view
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Side, Tapped
from salesnerd_tui.call.outcome import end
from salesnerd_tui.control.verbs import act
from salesnerd_tui.plain import text
from salesnerd_tui.plain.news import PlainNews, Say
from salesnerd_tui.plain.orders import NotUnderstood, PlainOrder, help_lines, understood
from salesnerd_tui.plain.outcome import OutcomeDialog
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import OpenedCall
    from salesnerd_tui.playbook.library import Loaded
    from salesnerd_tui.playbook.model import Playbook

LAST_NOTES = 5
ASIDES = 9
"""Lines that were not understood and can still be kept as notes."""

HIDDEN = "Hidden. note WORDS keeps a note, time tells the clock, panic comes back."


class PlainCall(PlainNews):
    """`playbook` loads another one by name; `wipe` clears what was printed, where it can."""

    def __init__(
        self, call: OpenedCall, say: Say, playbook: Callable[[str], Playbook], wipe: Callable[[], None]
    ) -> None:
        super().__init__(call, say)
        self._playbook = playbook
        self._wipe = wipe
        self._dialogue: OutcomeDialog | None = None
        self._warned_of = 0
        self._asides = [call.file.draft] if call.file.draft.strip() else []

    def begins(self) -> None:
        """The call as it stands; resumed, it says what was being written."""
        self.call.begin()
        self.call.recalls(self.call.recall())
        self._seen = len(self.session.events)
        for told in self.call.told:
            self._say(one_line(told))
        self._say(text.opening(view.view(self.session.now)))
        self._say("Type help and enter to hear what can be typed.")
        for unfinished in self._asides:
            self._say(f"Unfinished note: {one_line(unfinished)}. keep makes a note of it.")
        if self.call.asks_who:
            self._waits = True
            self.call.clock.pause()
            self._ask_who()
        self.changed()

    def takes(self, line: str) -> None:
        """A line was typed."""
        try:
            if self._dialogue is not None:
                self._tell(self._dialogue.takes(line))
            else:
                self._do(self._understood(line))
        except (CannotAct, NotUnderstood) as refusal:
            self._say(f"No: {refusal}")
        if self._dialogue is not None and self._dialogue.over:
            self._dialogue = None
        self.changed()

    def reloaded(self, loaded: Loaded) -> None:
        """The playbook was saved: take it, or say why the last good one stays."""
        self.reload_trouble = loaded_trouble(loaded)
        if loaded.playbook is not None and loaded.playbook.digest != self.session.playbook.digest:
            self.session.reload(loaded.playbook)
            self._say("Playbook reloaded.")
        self.changed()

    # doing

    def _understood(self, line: str) -> PlainOrder:
        letters = {each.key for each in self.session.playbook.detours.values() if each.key}
        try:
            return understood(line, letters)
        except NotUnderstood:
            self._asides = [*self._asides, line][-ASIDES:]
            raise

    def _do(self, order: PlainOrder) -> None:
        if self.panicked and order.verb not in ("panic", "note", "keep", "save", "time", "leave"):
            self._say(HIDDEN)
            return
        own = getattr(self, f"_do_{order.verb}", None)
        if own is not None:
            own(order.of)
        elif order.verb == "next" and self._leads_elsewhere:
            self._switch(self.view.switch)
        elif order.verb == "wave" and self.session.state.tap is None and self.session.offers:
            self.session.refuse_offer()
        else:
            act(self, order.verb, order.of)

    def _switch(self, name: str) -> None:
        """Go on in the playbook an answer led to."""
        try:
            self.session.switch(self._playbook(name))
        except CannotOpen as problem:
            raise CannotAct(str(problem)) from problem

    @property
    def _leads_elsewhere(self) -> bool:
        return bool(self.view.switch) and self.session.state.place.item is None

    def do_talk(self) -> None:
        """The talk key."""
        self.session.hear(self.talk_key.press(self.session.now.at))
        self._say("You talk." if self.holder is Side.ME else "They talk.")

    def do_panic(self) -> None:
        """Hide what is told, or tell it again."""
        self.panicked = not self.panicked
        if self.panicked:
            self._wipe()
            self._say(HIDDEN)
        else:
            self._asked = None

    def _do_again(self, _: str) -> None:
        self._tell(text.question(self.view))
        cue = self.session.state.tap
        self._tell(iter([text.tap(cue) if cue is not None else "", self._offer]))

    def _do_more(self, _: str) -> None:
        self._tell(text.more(self.view.prompt))

    def _do_time(self, _: str) -> None:
        if self.panicked:
            self._say(f"Clock {clock(self.call.clock())}.")
            return
        most = self.session.playbook.coach.max_talk_ratio
        talk, seconds = self.session.coach.talk, self.call.clock()
        self._say(text.time(seconds, self.call.clock.paused, self.view, talk, self.holder, most))

    def _do_evidence(self, _: str) -> None:
        latest = (event for event in reversed(self.session.events) if isinstance(event, Tapped))
        self._tell(text.evidence(next(latest, None)))

    def _do_notes(self, of: str) -> None:
        shown = rows(self.session.events)[-int(of or LAST_NOTES) :]
        self._tell(self._row(row) for row in shown)
        if not shown:
            self._say("No notes yet.")

    def _row(self, row: NoteRow) -> str:
        saved = {SaveState.YES: "saved", SaveState.WAITING: "on its way", SaveState.NO: "NOT SAVED"}[
            self.receipts.of(row.number)
        ]
        return f"{clock(row.at)}, {saved}: {text.noted(self.session.events[row.number])}"

    def _do_questions(self, of: str) -> None:
        self._tell(text.questions(view.jump_rows(self.session.now), of))

    def _do_detours(self, of: str) -> None:
        self._tell(text.detours(self.view.detours, of))

    def _do_prepared(self, _: str) -> None:
        from salesnerd_tui.app.prep import prepared

        found = [(title, row) for title, found in prepared(self.session.now) for row in found]
        self._tell(f"{title}: {one_line(row)}" for title, row in found)
        if not found:
            self._say("Nothing was prepared for this call.")

    def _do_keep(self, _: str) -> None:
        if not self._asides:
            raise CannotAct("there is no line to keep")
        words = self._asides.pop()
        self.session.do(lambda now: actions.note(now, words))
        self.session.keep_draft("")

    def _do_save(self, _: str) -> None:
        self._say("Trying again to save everything.")
        self.call.file.retry()

    def _do_end(self, of: str) -> None:
        if not self._may_lose("end"):
            return
        dialogue = OutcomeDialog(self.session.now, self._ended)
        self._tell(dialogue.begins(of))
        self._dialogue = dialogue

    def _ended(self, outcome: str, record: Mapping[str, str]) -> None:
        self.session.do(lambda now: end(now, outcome, record))
        self.over = True

    def _do_leave(self, _: str) -> None:
        if self._may_lose("leave"):
            self.over = True

    def _may_lose(self, typed: str) -> bool:
        """Warn of notes that are not saved, once; return whether the call may be left all the same."""
        unkept = self.call.file.unkept
        if not unkept or self._warned_of == len(unkept):
            return True
        self._warned_of = len(unkept)
        count = len(note_texts(unkept)) or len(unkept)
        notes = "1 note is" if count == 1 else f"{count} notes are"
        self._say(
            f"{notes} NOT SAVED: {one_line(self.call.file.problem)}. Type save to retry, or {typed} again to go on "
            "without: what cannot be saved is printed at the end."
        )
        return False

    def _do_help(self, _: str) -> None:
        self._tell(iter(help_lines()))

    def _do_who(self, of: str) -> None:
        number = int(of)
        if not 0 <= number <= len(self.call.speakers):
            raise CannotAct(f"no speaker {number}: {len(self.call.speakers)} are known")
        names = self.call.speakers[number - 1 : number] if number else ()
        sides = self.call.sides
        sides.choose(names)
        self.session.identify(names, sides.side)
        self._say(f"You are {one_line(names[0])}." if names else "None of them is you: nobody's words count.")
        self.plays()

    def plays(self) -> None:
        """A recording waits no longer for an answer that has come, or that cannot come any more."""
        if self._waits:
            self._waits = False
            self.call.clock.go_on()
