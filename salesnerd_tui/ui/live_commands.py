"""What the keys of the live screen do: a key to a gesture, a gesture to the session, a refusal to the hint line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.call import accepting, coverage, ending, moves, view, walk
from salesnerd_tui.call.coverage import DetourKey
from salesnerd_tui.call.events import Cued
from salesnerd_tui.call.moves import CannotAct
from salesnerd_tui.call.view import CallView
from salesnerd_tui.hearing.talk_key import TalkKey
from salesnerd_tui.ui.commands import Command, Gesture
from salesnerd_tui.ui.keyscreen import KeyScreen
from salesnerd_tui.ui.noted import note_texts
from salesnerd_tui.ui.panels.explaining import help_panel, question_panel, tap_panel
from salesnerd_tui.ui.panels.finding import detour_list, jump_list
from salesnerd_tui.ui.widgets.linebox import Purpose

if TYPE_CHECKING:
    from salesnerd_tui.ui.opening import Call


class LiveCommands(KeyScreen):
    """`changed` is called after anything that may have altered the call; the live screen paints there."""

    KEYS = "live"

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call
        self.session = call.session
        self.talk_key = TalkKey()
        self.view: CallView = view.view(self.session.now)
        self.panicked = False

    def changed(self) -> None:
        raise NotImplementedError

    def finish(self, *, ended: bool) -> None:
        """The call is over for this screen."""
        raise NotImplementedError

    # keys

    @property
    def resting(self) -> str:
        """What the empty line shows while single keys act."""
        told = (self.table.told("note", "begins"), self.table.told("help", "shows the keys"))
        return f"note…  {', '.join(filter(None, told))}"

    @property
    def detours(self) -> tuple[DetourKey, ...]:
        """The open detours. A letter that somebody gave to a command is no detour's."""
        taken = self.table.by_key
        return tuple(replace(each, key="") if each.key in taken else each for each in self.view.detours)

    @property
    def letters(self) -> str:
        """The letters that take a detour now."""
        return "".join(each.key for each in self.detours)

    def act(self, command: Command) -> None:
        proposed = self.session.state.proposed
        if command.id == "next" and proposed and proposed.switch and self.session.state.place.item is None:
            self.switch_to(proposed.switch)
        elif command.gesture is not None and command.id != "wave":
            self.gesture(command.gesture)
        else:
            super().act(command)

    def unclaimed(self, key: str) -> None:
        if key.isdigit() and len(key) == 1:
            self.gesture(lambda now: moves.pick(now, int(key)))
            return
        letter = key[6:].upper() if key.startswith("upper_") else key
        detour = next(
            (each for each in self.session.playbook.detours.values() if each.key and each.key == letter), None
        )
        if detour is not None:
            self.gesture(lambda now: moves.take_detour(now, detour.id))
        elif key == "escape":
            return
        else:
            super().unclaimed(key)

    def gesture(self, gesture: Gesture) -> bool:
        """Do it, or say why not; whether it was done."""
        try:
            self.session.do(gesture)
        except CannotAct as refusal:
            self.say(str(refusal))
            return False
        self.changed()
        return True

    # commands without a gesture of their own

    def do_note(self) -> None:
        self.box.begin(Purpose("note", self._noted, self._note_left, placeholder="note…", keeps=True, lines=True))

    def _noted(self, text: str) -> None:
        self.box.rest()
        if text.strip():
            if not self.gesture(lambda now: moves.note(now, text)):
                self.box.put_draft(text)
            self.session.keep_draft("")
        self.repaint()

    def _note_left(self) -> None:
        self.box.rest()
        if self.box.draft.strip():
            told = self.table.told("note", "takes it up again", "it stays in the line")
            self.say(f"kept unfinished: {told}")
        self.repaint()

    def do_undo(self) -> None:
        try:
            self.session.undo()
        except CannotAct as refusal:
            self.say(str(refusal))
            return
        self.changed()

    def do_talk(self) -> None:
        self.session.hear(self.talk_key.press(self.session.now.at))
        self.changed()

    def do_accept(self) -> None:
        self.gesture(accepting.accept)

    def do_wave(self) -> None:
        """The tap is not wanted; without one, what was heard is not so."""
        try:
            if self.session.state.cue is None and self.session.offers:
                self.session.refuse_offer()
            else:
                self.session.wave_away()
        except CannotAct as refusal:
            self.say(str(refusal))
            return
        self.changed()

    def do_why(self) -> None:
        self.open(question_panel(self.view.prompt, self.close))

    def do_prepared(self) -> None:
        from salesnerd_tui.ui.panels.prepared import prepared_panel

        self.open(prepared_panel(self.session.now, self.close))

    def do_evidence(self) -> None:
        cue = next((event for event in reversed(self.session.events) if isinstance(event, Cued)), None)
        if cue is None:
            self.say("no tap so far, so there is nothing to explain")
        else:
            self.open(tap_panel(cue, self.session.coach.talk, self.close))

    def do_help(self) -> None:
        self.open(help_panel(self.close, self.table, asks=True, types=True))

    def do_jump(self) -> None:
        rows = coverage.jump_rows(self.session.now)
        if not rows:
            self.say("this playbook has no questions to jump to")
            return
        self.open(jump_list(rows, self.session.state.place.item or "", self._jumped, self.close))

    def _jumped(self, item: str) -> None:
        self.close()
        self.gesture(lambda now: moves.jump(now, item))

    def do_hear(self) -> None:
        if not self.detours:
            self.say("no detour is open now")
            return
        self.open(detour_list(self.detours, self._detoured, self.close))

    def _detoured(self, detour: str) -> None:
        self.close()
        self.gesture(lambda now: moves.take_detour(now, detour))

    def switch_to(self, playbook: str) -> None:
        """Go on in the playbook an answer led to; the notes come along."""
        from salesnerd_tui.ui.app import SalesnerdApp
        from salesnerd_tui.ui.wish import CannotOpen

        assert isinstance(self.app, SalesnerdApp)
        try:
            self.session.switch(self.app.desk.playbook(playbook))
        except CannotOpen as problem:
            self.say(str(problem))
            return
        self.changed()

    # ending and leaving

    def do_end(self) -> None:
        if self.call.file.unkept:
            self._ask_about_unsaved("end the call?", self.table.key_of("end"), "end it all the same", self._begin_end)
        else:
            self._begin_end()

    def _begin_end(self) -> None:
        from salesnerd_tui.ui.panels.ending import EndPanel

        now = self.session.now
        self.open(
            EndPanel(
                ending.endings(now),
                ending.warnings(now),
                self._ended,
                self._to_musts,
                self.close,
                self.refit,
                self.table.key_of("jump"),
            )
        )

    def _to_musts(self) -> None:
        self.close()
        musts = walk.unasked_musts(self.session.playbook, self.session.state)
        if musts:
            self.gesture(lambda now: moves.jump(now, musts[0].id))

    def _ended(self, outcome: str, record: dict[str, str]) -> None:
        self.close()
        draft = self.box.draft
        if draft.strip():
            self.box.put_draft("")
            self.gesture(lambda now: moves.note(now, draft))
            self.session.keep_draft("")
        if self.gesture(lambda now: ending.end(now, outcome, record)):
            self.finish(ended=True)

    def do_leave(self) -> None:
        from salesnerd_tui.ui.panels.asking import leaving

        if self.call.file.unkept:
            go = self.table.key_of("leave") or "q"
            self._ask_about_unsaved("leave the call?", go, "leave it all the same", lambda: self.finish(ended=False))
            return
        leave, end = self.table.key_of("leave"), self.table.key_of("end")
        self.open(leaving(lambda: self.finish(ended=False), self.do_end, self.close, leave, end))

    # what is not saved

    def _ask_about_unsaved(self, title: str, key: str, words: str, go_on: Callable[[], None]) -> None:
        from salesnerd_tui.ui.panels.asking import losing

        def act(does: Callable[[], None]) -> Callable[[], None]:
            def closing() -> None:
                self.close()
                does()

            return closing

        file = self.call.file
        count = len(note_texts(file.unkept)) or len(file.unkept)
        self.open(
            losing(title, count, file.problem, key, words, go_on, act(self.do_save), act(self.do_copy), self.close)
        )

    def do_save(self) -> None:
        self.call.file.retry()
        self.say("trying again to save everything")

    def do_copy(self) -> None:
        words = note_texts(self.call.file.unkept)
        if not words:
            self.say("nothing is unsaved")
            return
        self.app.copy_to_clipboard("\n".join(words))
        self.say(f"copied {len(words)} unsaved note{'s' if len(words) > 1 else ''}, if your terminal allows it")

    def do_panic(self) -> None:
        if self.panel is not None:
            self.close()
        self.panicked = not self.panicked
        self.set_class(self.panicked, "-panicked")
        self.repaint()
