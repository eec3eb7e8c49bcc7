"""A call in lines: typed lines become its gestures, its events become printed lines, in the order they happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.call import coverage, ending, moves, view
from salesnerd_tui.call.events import Answered, Cued, FloorTaken, Heard, Noted, Side
from salesnerd_tui.call.moves import CannotAct
from salesnerd_tui.call.view import CallView
from salesnerd_tui.hearing.source import Spoken
from salesnerd_tui.hearing.talk_key import TalkKey
from salesnerd_tui.notes.receipts import Kept, NotKept
from salesnerd_tui.review.times import clock
from salesnerd_tui.text import one_line
from salesnerd_tui.ui.linear import telling
from salesnerd_tui.ui.linear.ending import EndDialogue
from salesnerd_tui.ui.linear.orders import NotUnderstood, Order, help_lines, understood
from salesnerd_tui.ui.noted import Receipts, Row, Saved, rows
from salesnerd_tui.ui.opening import CannotOpen
from salesnerd_tui.ui.reloading import loaded_trouble
from salesnerd_tui.ui.remote.acting import act
from salesnerd_tui.ui.trouble import Trouble, trouble_of

if TYPE_CHECKING:
    from salesnerd_tui.playbook.loading import Loaded
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.ui.opening import Call

Say = Callable[[str], None]
LAST_NOTES = 5
TALK = "talk shows who talks"
ASIDES = 9
"""Lines that were not understood and can still be kept as notes."""

HIDDEN = "Hidden. note WORDS keeps a note, time tells the clock, panic comes back."


class LinearCall:
    """`say` gets each line. `playbook` loads another one by name; `wipe` clears what was printed, where it can.

    All methods are called on one thread.
    """

    def __init__(self, call: Call, say: Say, playbook: Callable[[str], Playbook], wipe: Callable[[], None]) -> None:
        self.call = call
        self.session = call.session
        self.over = False
        self.panicked = False
        self.said = ""
        self.reload_trouble = ""
        self.receipts = Receipts()
        self.receipts.were_kept(range(len(self.session.events)))
        self.talk_key = TalkKey()
        self.view: CallView = view.view(self.session.now)
        self._say = say
        self._playbook = playbook
        self._wipe = wipe
        self._dialogue: EndDialogue | None = None
        self._seen = len(self.session.events)
        self._asked: object = None
        self._section = ""
        self._offer = ""
        self._trouble: Trouble | None = None
        self._told_trouble = ""
        self._waits = False
        self._asides = [call.file.draft] if call.file.draft.strip() else []

    # what happens

    def begins(self) -> None:
        """The call as it stands; resumed, it says what was being written."""
        self.call.begin()
        self.call.recalls(self.call.recall())
        self._seen = len(self.session.events)
        for told in self.call.told:
            self._say(one_line(told))
        self._say(telling.opening(view.view(self.session.now)))
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

    def hears(self, event: Spoken) -> None:
        """Speech, the floor or news of the source."""
        if self.over:
            return
        before = self.session.state
        self.session.hear(event)
        if isinstance(event, Heard):
            self._notice(event)
        if isinstance(event, Heard | FloorTaken):
            self.talk_key.follow(event.side)
        self._news(self.session.state is not before)

    def ticks(self) -> None:
        """A second has passed."""
        if not self.over:
            before = self.session.state
            self.session.tick()
            self._news(self.session.state is not before)

    def _news(self, moved: bool) -> None:
        """Words and seconds that change nothing cost next to nothing."""
        if moved:
            self.changed()
        else:
            self._tell_waiting()

    def told(self, outcome: Kept | NotKept) -> None:
        """The disk said something."""
        if isinstance(outcome, NotKept):
            self.receipts.were_refused(outcome.numbers, outcome.why)
        else:
            fresh = [number for number in outcome.numbers if number not in self.receipts.kept]
            self.receipts.were_kept(outcome.numbers)
            for number in fresh:
                words = self._noted(number)
                if words:
                    self._say(f"Saved: {words}")
        if self.receipts.refused or (self._trouble is not None and self._trouble.bad):
            self._tell_trouble()

    def _noted(self, number: int) -> str:
        """What was noted by an event; while hidden, what the call did by itself is no note."""
        event = self.session.events[number]
        return "" if self.panicked and not isinstance(event, Answered | Noted) else telling.noted(event)

    def reloaded(self, loaded: Loaded) -> None:
        """The playbook was saved: take it, or say why the last good one stays."""
        self.reload_trouble = loaded_trouble(loaded)
        if loaded.playbook is not None and loaded.playbook.digest != self.session.playbook.digest:
            self.session.reload(loaded.playbook)
            self._say("Playbook reloaded.")
        self.changed()

    @property
    def is_told_of_all(self) -> bool:
        """Whether the disk has said of every event that it is kept, or that it is not."""
        return all(self.receipts.of(number) is not Saved.WAITING for number in range(len(self.session.events)))

    # what is shown elsewhere

    @property
    def holder(self) -> Side:
        return self.talk_key.side

    def trouble(self) -> Trouble | None:
        refused = self.receipts.refused
        if self.reload_trouble and not refused:
            return Trouble(self.reload_trouble)
        told_floor = any(isinstance(event, FloorTaken) for event in self.session.events[-400:])
        hears = self.call.source is not None
        return trouble_of(self.session.state, len(refused), self.receipts.why, hears, told_floor, TALK)

    def say(self, words: str) -> None:
        self._say(f"No: {words}")

    # telling

    def changed(self) -> None:
        """Say what is new: what happened first, then what is wrong, then the question, then what waits for a yes."""
        events, self._seen = self.session.events[self._seen :], len(self.session.events)
        self.view = view.view(self.session.now)
        if not self.panicked:
            self._tell(telling.event(event) for event in events)
        self._tell_trouble()
        if not self.panicked and self.session.state.ended is None:
            self._ask()
        self._tell_waiting()

    def _tell_trouble(self) -> None:
        trouble = self.trouble()
        if trouble is not None and trouble != self._trouble and (trouble.bad or not self.panicked):
            told = f"{telling.capital(one_line(trouble.words))}{_mend(trouble)}"
            if trouble.bad or told != self._told_trouble:
                self._say(told)
            self._told_trouble = self._told_trouble if trouble.bad else told
        self._trouble = trouble

    def _tell_waiting(self) -> None:
        waiting = "" if self.panicked else telling.offer(self.session.offers, self.holder)
        if waiting != self._offer and waiting:
            self._say(waiting)
        self._offer = waiting

    def _ask(self) -> None:
        """The question, if it is another one than before."""
        prompt = self.view.prompt
        asked = (prompt.kind, prompt.item, prompt.text)
        if asked == self._asked:
            return
        before, self._asked = self._asked, asked
        where = telling.section(self.view)
        if where != self._section and where:
            self._say(where)
        self._section = where
        self._tell(telling.question(self.view, whole=before is None or not self.view.prompt.parent))

    def _tell(self, lines: Iterator[str]) -> None:
        for line in lines:
            if line:
                self._say(line)

    # doing

    def _understood(self, line: str) -> Order:
        letters = {each.key for each in self.session.playbook.detours.values() if each.key}
        try:
            return understood(line, letters)
        except NotUnderstood:
            self._asides = [*self._asides, line][-ASIDES:]
            raise

    def _do(self, order: Order) -> None:
        if self.panicked and order.verb not in ("panic", "note", "keep", "save", "time", "leave"):
            self._say(HIDDEN)
            return
        own = getattr(self, f"_do_{order.verb}", None)
        if own is not None:
            own(order.of)
        elif order.verb == "next" and self._leads_elsewhere:
            self._switch(self.view.switch)
        elif order.verb == "wave" and self.session.state.cue is None and self.session.offers:
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
        self._tell(telling.question(self.view))
        cue = self.session.state.cue
        self._tell(iter([telling.tap(cue) if cue is not None else "", self._offer]))

    def _do_more(self, _: str) -> None:
        self._tell(telling.more(self.view.prompt))

    def _do_time(self, _: str) -> None:
        if self.panicked:
            self._say(f"Clock {clock(self.call.clock())}.")
            return
        most = self.session.playbook.drift.you_talk_max
        talk, seconds = self.session.coach.talk, self.call.clock()
        self._say(telling.time(seconds, self.call.clock.paused, self.view, talk, self.holder, most))

    def _do_evidence(self, _: str) -> None:
        latest = (event for event in reversed(self.session.events) if isinstance(event, Cued))
        self._tell(telling.evidence(next(latest, None)))

    def _do_notes(self, of: str) -> None:
        shown = rows(self.session.events)[-int(of or LAST_NOTES) :]
        self._tell(self._row(row) for row in shown)
        if not shown:
            self._say("No notes yet.")

    def _row(self, row: Row) -> str:
        saved = {Saved.YES: "saved", Saved.WAITING: "on its way", Saved.NO: "NOT SAVED"}[self.receipts.of(row.number)]
        return f"{clock(row.at)}, {saved}: {telling.noted(self.session.events[row.number])}"

    def _do_questions(self, of: str) -> None:
        self._tell(telling.questions(coverage.jump_rows(self.session.now), of))

    def _do_detours(self, of: str) -> None:
        self._tell(telling.detours(self.view.detours, of))

    def _do_prepared(self, _: str) -> None:
        from salesnerd_tui.ui.prepared import prepared

        found = [(title, row) for title, found in prepared(self.session.now) for row in found]
        self._tell(f"{title}: {one_line(row)}" for title, row in found)
        if not found:
            self._say("Nothing was prepared for this call.")

    def _do_keep(self, _: str) -> None:
        if not self._asides:
            raise CannotAct("there is no line to keep")
        words = self._asides.pop()
        self.session.do(lambda now: moves.note(now, words))
        self.session.keep_draft("")

    def _do_save(self, _: str) -> None:
        self._say("Trying again to save everything.")
        self.call.file.retry()

    def _do_end(self, of: str) -> None:
        dialogue = EndDialogue(self.session.now, self._ended)
        self._tell(dialogue.begins(of))
        self._dialogue = dialogue

    def _ended(self, outcome: str, record: Mapping[str, str]) -> None:
        self.session.do(lambda now: ending.end(now, outcome, record))
        self.over = True

    def _do_leave(self, _: str) -> None:
        self.over = True

    def _do_help(self, _: str) -> None:
        self._tell(iter(help_lines()))

    # who is who

    def _ask_who(self) -> None:
        names = enumerate(self.call.speakers, 1)
        listed = "; ".join(
            f"{number}: {one_line(name)}{', most likely' if name == self.call.suggested else ''}"
            for number, name in names
        )
        waits = " The recording waits for it." if self._waits else ""
        self._say(f"Which of these is you? {listed}; 0: none of these. Type who and the number.{waits}")

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

    def _notice(self, event: Heard) -> None:
        """A live source names its speakers only as they speak."""
        name = event.speaker.strip()
        if self.call.sides.known or not name or name in self.call.speakers:
            return
        self.call.speakers = (*self.call.speakers, name)
        if len(self.call.speakers) >= 2:
            self._ask_who()


def _mend(trouble: Trouble) -> str:
    if trouble.bad:
        return ". save tries again."
    return f": {trouble.key}" if trouble.key else ""
