"""A call in plain text mode: typed lines become verbs, and events become printed lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.app.call_text import NoteRow, SaveState, known_words, note_texts, rows
from salesnerd_tui.app.controlled_call import perform
from salesnerd_tui.app.playbook_reload import loaded_trouble
from salesnerd_tui.app.request import CannotOpen
from salesnerd_tui.call import actions, view
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Side, Tapped
from salesnerd_tui.call.outcome import end
from salesnerd_tui.plain import text
from salesnerd_tui.plain.news import PlainNews, Say
from salesnerd_tui.plain.orders import PlainOrder, UnknownLine, help_lines, read_line
from salesnerd_tui.plain.outcome import PlainOutcome
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import OpenedCall
    from salesnerd_tui.playbook.library import Loaded
    from salesnerd_tui.playbook.model import Playbook

LAST_NOTES = 5
UNKNOWN_LINES = 9
"""Unknown lines that can still be saved as notes."""

HIDDEN = "Hidden. Type note TEXT to save a note, time to show the clock, hide to show everything again."
WHILE_HIDDEN = frozenset({"hide", "note", "keep", "save", "time", "leave"})


class PlainCall(PlainNews):
    """`playbook` loads a playbook by name; `wipe` clears everything printed, if the terminal can."""

    def __init__(
        self, call: OpenedCall, say: Say, playbook: Callable[[str], Playbook], wipe: Callable[[], None]
    ) -> None:
        super().__init__(call, say)
        self._playbook = playbook
        self._wipe = wipe
        self._outcome: PlainOutcome | None = None
        self._warned_of = 0
        self._unknown = [call.file.draft] if call.file.draft.strip() else []

    def begin(self) -> None:
        """Print the call and its first question, and the draft of a resumed call."""
        self.call.begin()
        self.call.recalls(self.call.recall())
        self._seen = len(self.session.events)
        for message in self.call.told:
            self._say(one_line(message))
        self._say(text.opening(view.view(self.session.now)))
        known = known_words(view.earlier_facts(self.session.now), self.session.state.prepared)
        if known:
            self._say(f"{known}. Type questions to list them.")
        self._say("Type help and press enter to list what you can type.")
        for unfinished in self._unknown:
            self._say(f"Unfinished note: {one_line(unfinished)}. Type keep to save it.")
        if self.call.asks_who:
            self._waits = True
            self.call.clock.pause()
            self._ask_who()
        self.changed()

    def take(self, line: str) -> None:
        """Carry out a typed line."""
        try:
            if self._outcome is not None:
                self._print(self._outcome.take(line))
            else:
                self._do(self._order(line))
        except (CannotAct, UnknownLine) as refusal:
            self._say(f"No: {refusal}")
        if self._outcome is not None and self._outcome.is_over:
            self._outcome = None
        self.changed()

    def reloaded(self, loaded: Loaded) -> None:
        """Use the saved playbook, or print why the last valid one stays in use."""
        self.reload_trouble = loaded_trouble(loaded)
        if loaded.playbook is not None and loaded.playbook.digest != self.session.playbook.digest:
            self.session.reload(loaded.playbook)
            self._say("Playbook reloaded.")
        self.changed()

    # doing

    def _order(self, line: str) -> PlainOrder:
        letters = {each.key for each in self.session.playbook.detours.values() if each.key}
        try:
            return read_line(line, letters)
        except UnknownLine:
            self._unknown = [*self._unknown, line][-UNKNOWN_LINES:]
            raise

    def _do(self, order: PlainOrder) -> None:
        name = order.verb.name
        if self.panicked and name not in WHILE_HIDDEN:
            self._say(HIDDEN)
            return
        own = getattr(self, f"_do_{name}", None)
        if own is not None:
            own(order.words)
        elif name == "next" and self._leads_elsewhere:
            self._switch(self.view.switch)
        else:
            perform(order.verb, self, order.words)

    def _switch(self, name: str) -> None:
        """Continue in the playbook that an answer leads to."""
        try:
            self.session.switch(self._playbook(name))
        except CannotOpen as problem:
            raise CannotAct(str(problem)) from problem

    @property
    def _leads_elsewhere(self) -> bool:
        return bool(self.view.switch) and self.session.state.place.item is None

    def do_talk(self) -> None:
        """Switch the speaker."""
        self.session.hear(self.session.speaker.press(self.session.now.at))
        self._say("You are speaking." if self.holder is Side.ME else "They are speaking.")

    def do_hide(self) -> None:
        """Hide the coaching, or show it again."""
        self.panicked = not self.panicked
        if self.panicked:
            self._wipe()
            self._say(HIDDEN)
        else:
            self._asked = None

    def _do_again(self, _: str) -> None:
        self._print(text.question(self.view))
        tap = self.session.state.tap
        self._print(iter([text.tap(tap) if tap is not None else "", *self._offers]))

    def _do_more(self, _: str) -> None:
        self._print(text.more(self.view.prompt))

    def _do_time(self, _: str) -> None:
        if self.panicked:
            self._say(f"Clock {clock(self.call.clock())}.")
            return
        most = self.session.playbook.coach.max_talk_ratio
        talk, seconds = self.session.coach.talk, self.call.clock()
        self._say(text.time(seconds, self.call.clock.paused, self.view, talk, self.holder, most))

    def _do_evidence(self, _: str) -> None:
        latest = (event for event in reversed(self.session.events) if isinstance(event, Tapped))
        self._print(text.evidence(next(latest, None)))

    def _do_notes(self, words: str) -> None:
        shown = rows(self.session.events)[-int(words or LAST_NOTES) :]
        self._print(self._row(row) for row in shown)
        if not shown:
            self._say("No notes yet.")

    def _row(self, row: NoteRow) -> str:
        states = {SaveState.YES: "saved", SaveState.WAITING: "saving", SaveState.NO: "NOT SAVED"}
        saved = states[self.receipts.of(row.number)]
        return f"{clock(row.at)}, {saved}: {text.noted(self.session.events[row.number])}"

    def _do_questions(self, words: str) -> None:
        self._print(text.questions(view.jump_rows(self.session.now), words))

    def _do_detours(self, words: str) -> None:
        self._print(text.detours(self.view.detours, words))

    def _do_prepared(self, _: str) -> None:
        from salesnerd_tui.app.prep import prepared

        found = [(title, row) for title, found in prepared(self.session.now) for row in found]
        self._print(f"{title}: {one_line(row)}" for title, row in found)
        if not found:
            self._say("No prep for this call.")

    def _do_keep(self, _: str) -> None:
        if not self._unknown:
            raise CannotAct("no line to save")
        text = self._unknown.pop()
        self.session.do(lambda now: actions.note(now, text))
        self.session.keep_draft("")

    def _do_save(self, _: str) -> None:
        self._say("Retrying to save everything.")
        self.call.file.retry()

    def _do_end(self, words: str) -> None:
        if not self._may_lose("end"):
            return
        outcome = PlainOutcome(self.session.now, self._ended)
        self._print(outcome.begin(words))
        self._outcome = outcome

    def _ended(self, outcome: str, record: Mapping[str, str]) -> None:
        self.session.do(lambda now: end(now, outcome, record))
        self.over = True

    def _do_leave(self, _: str) -> None:
        if self._may_lose("leave"):
            self.over = True

    def _may_lose(self, typed: str) -> bool:
        """Warn once of unsaved notes. Returns whether the call can be left."""
        unkept = self.call.file.unkept
        if not unkept or self._warned_of == len(unkept):
            return True
        self._warned_of = len(unkept)
        count = len(note_texts(unkept)) or len(unkept)
        notes = "1 note is" if count == 1 else f"{count} notes are"
        self._say(
            f"{notes} NOT SAVED: {one_line(self.call.file.problem)}. Type save to retry, or {typed} again to continue "
            "anyway: unsaved notes are printed at the end."
        )
        return False

    def _do_help(self, _: str) -> None:
        self._print(iter(help_lines()))

    def _do_who(self, words: str) -> None:
        number = int(words)
        if not 0 <= number <= len(self.call.speakers):
            raise CannotAct(f"unknown speaker {number} ({len(self.call.speakers)} are known)")
        names = self.call.speakers[number - 1 : number] if number else ()
        sides = self.call.sides
        sides.choose(names)
        self.session.identify(names, sides.side)
        self._say(f"You are {one_line(names[0])}." if names else "None of them is you: the coach ignores all speakers.")
        self.resume_recording()

    def resume_recording(self) -> None:
        """Resume a recording that waits to know which speaker is you."""
        if self._waits:
            self._waits = False
            self.call.clock.go_on()
