"""What the keys of the live screen do: a key to a gesture, a gesture to the session, a refusal to the hint line.

The live screen and its playbook's file: reloaded when it is saved, opened in an editor at the question.

The live screen's ears: speech comes in, the disk says what it has, and it is asked whose words are mine.

The live screen: it paints the call, gives keys and speech to the session, and decides nothing itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from salesnerd_tui.app.background import beside_the_keys, give_way
from salesnerd_tui.app.call_text import (
    CallWarning,
    NoteRow,
    SaveReceipts,
    SaveState,
    call_warning,
    note_texts,
    rows,
    unsaved_lines,
)
from salesnerd_tui.app.calls import OpenedCall
from salesnerd_tui.app.playbook_reload import PlaybookReloader, loaded_trouble
from salesnerd_tui.app.verbs import dismiss
from salesnerd_tui.call import actions, traversal, view
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Answered, FloorTaken, Heard, Noted, Recalled, Side, Tapped, Undone
from salesnerd_tui.call.outcome import end, endings, warnings
from salesnerd_tui.call.view import CallView, DetourKey
from salesnerd_tui.speech.source import Listening, ReadProgress, SourceEvent, SpeakersFound, TalkKey, heard_mark
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.tui.commands import Command, Gesture
from salesnerd_tui.tui.panels.help import help_panel, question_panel, tap_panel
from salesnerd_tui.tui.panels.picker import detour_list, jump_list
from salesnerd_tui.tui.render.coach_bar import draw_coach, draw_offer, handed_back
from salesnerd_tui.tui.render.notes import draw_notes
from salesnerd_tui.tui.render.progress import draw_progress
from salesnerd_tui.tui.render.prompt import draw_prompt
from salesnerd_tui.tui.render.status import draw_clock, draw_status, draw_trouble
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, line
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.widgets.canvas import Canvas
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.app.controlled_call import CallControl
    from salesnerd_tui.playbook.library import Loaded
    from salesnerd_tui.session import PreparedPlaybook


class LiveCommands(BaseScreen):
    """`changed` is called after anything that may have altered the call; the live screen paints there."""

    KEYS = "live"

    def __init__(self, call: OpenedCall) -> None:
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
        elif command.gesture is not None:
            self.gesture(command.gesture)
        else:
            super().act(command)

    def unclaimed(self, key: str) -> None:
        if key.isdigit() and len(key) == 1:
            self.gesture(lambda now: actions.pick(now, int(key)))
            return
        letter = key[6:].upper() if key.startswith("upper_") else key
        detour = next(
            (each for each in self.session.playbook.detours.values() if each.key and each.key == letter), None
        )
        if detour is not None:
            self.gesture(lambda now: actions.take_detour(now, detour.id))
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
        self.box.begin(InputMode("note", self._noted, self._note_left, placeholder="note…", keeps=True, lines=True))

    def _noted(self, text: str) -> None:
        self.box.rest()
        if text.strip():
            if not self.gesture(lambda now: actions.note(now, text)):
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

    def do_dismiss(self) -> None:
        """Dismiss the tap; without a tap, reject the suggestion."""
        try:
            dismiss(self.session)
        except CannotAct as refusal:
            self.say(str(refusal))
            return
        self.changed()

    def do_why(self) -> None:
        self.open(question_panel(self.view.prompt, self.close))

    def do_prepared(self) -> None:
        from salesnerd_tui.tui.panels.prep import prepared_panel

        self.open(prepared_panel(self.session.now, self.close))

    def do_evidence(self) -> None:
        cue = next((event for event in reversed(self.session.events) if isinstance(event, Tapped)), None)
        if cue is None:
            self.say("no tap so far, so there is nothing to explain")
        else:
            self.open(tap_panel(cue, self.session.coach.talk, self.close))

    def do_help(self) -> None:
        self.open(help_panel(self.close, self.table, asks=True, types=True))

    def do_jump(self) -> None:
        rows = view.jump_rows(self.session.now)
        if not rows:
            self.say("this playbook has no questions to jump to")
            return
        self.open(jump_list(rows, self.session.state.place.item or "", self._jumped, self.close))

    def _jumped(self, item: str) -> None:
        self.close()
        self.gesture(lambda now: actions.jump(now, item))

    def do_hear(self) -> None:
        if not self.detours:
            self.say("no detour is open now")
            return
        self.open(detour_list(self.detours, self._detoured, self.close))

    def _detoured(self, detour: str) -> None:
        self.close()
        self.gesture(lambda now: actions.take_detour(now, detour))

    def switch_to(self, playbook: str) -> None:
        """Go on in the playbook an answer led to; the notes come along."""
        from salesnerd_tui.app.request import CannotOpen
        from salesnerd_tui.tui.app import SalesnerdApp

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
        from salesnerd_tui.tui.panels.outcome import OutcomePanel

        now = self.session.now
        self.open(
            OutcomePanel(
                endings(now),
                warnings(now),
                self._ended,
                self._to_musts,
                self.close,
                self.refit,
                self.table.key_of("jump"),
            )
        )

    def _to_musts(self) -> None:
        self.close()
        musts = traversal.unasked_musts(self.session.playbook, self.session.state)
        if musts:
            self.gesture(lambda now: actions.jump(now, musts[0].id))

    def _ended(self, outcome: str, record: dict[str, str]) -> None:
        self.close()
        draft = self.box.draft
        if draft.strip():
            self.box.put_draft("")
            self.gesture(lambda now: actions.note(now, draft))
            self.session.keep_draft("")
        if self.gesture(lambda now: end(now, outcome, record)):
            self.finish(ended=True)

    def do_leave(self) -> None:
        from salesnerd_tui.tui.panels.prompt import leaving

        if self.call.file.unkept:
            go = self.table.key_of("leave") or "q"
            self._ask_about_unsaved("leave the call?", go, "leave it all the same", lambda: self.finish(ended=False))
            return
        leave, end = self.table.key_of("leave"), self.table.key_of("end")
        self.open(leaving(lambda: self.finish(ended=False), self.do_end, self.close, leave, end))

    # what is not saved

    def _ask_about_unsaved(self, title: str, key: str, words: str, go_on: Callable[[], None]) -> None:
        from salesnerd_tui.tui.panels.prompt import losing

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

    def do_hide(self) -> None:
        if self.panel is not None:
            self.close()
        self.panicked = not self.panicked
        self.set_class(self.panicked, "-panicked")
        self.repaint()


BETWEEN_PIECES_SECONDS = 0.01
"""Real seconds for keys between two pieces of work on the thread that draws."""


class LivePlaybook(LiveCommands):
    """`watch_playbook` begins, `stop_watching` ends; `reload_trouble` is why the last save was not taken."""

    reload_trouble = ""
    _reloading: PlaybookReloader | None = None

    class Saved(Message):
        """The playbook was saved; on the watching thread. `readied` is what the call takes, where there is a change."""

        def __init__(self, loaded: Loaded, readied: PreparedPlaybook | None) -> None:
            super().__init__()
            self.loaded = loaded
            self.readied = readied

    def watch_playbook(self) -> None:
        desk = getattr(self.app, "desk", None)
        if desk is None:
            return
        self._reloading = PlaybookReloader(desk.library, self.session.playbook.sources, self._saved)
        self._reloading.start()

    def stop_watching(self) -> None:
        if self._reloading is not None:
            self._reloading.stop()

    def _saved(self, loaded: Loaded) -> None:
        """On the watching thread, which has the time to read a thousand questions."""
        changes = loaded.playbook is not None and loaded.playbook.digest != self.session.playbook.digest
        self.post_message(self.Saved(loaded, self.session.readied(loaded.playbook) if changes else None))

    def _catch_up(self) -> None:
        """A coach with the saved limits hears the call so far, some of it between two keys."""
        if self.session.catch_up():
            self.set_timer(BETWEEN_PIECES_SECONDS, self._catch_up)

    def on_live_playbook_saved(self, message: Saved) -> None:
        """Take the saved playbook, or say in one line why the last good one stays."""
        message.stop()
        self.reload_trouble = loaded_trouble(message.loaded)
        if message.readied is not None:
            self.session.reload(message.readied)
            self._catch_up()
            self.say("playbook reloaded; your place and your notes are as they were")
        self.changed()

    def switch_to(self, playbook: str) -> None:
        super().switch_to(playbook)
        self._catch_up()

    def do_edit(self) -> None:
        """Open the playbook where the question on the screen is written."""
        from salesnerd_tui.tui.editor import edit

        spot = self.view.prompt.spot
        if not spot.file:
            self.say("nothing to edit here: the question on the screen comes from no file")
            return
        self.say(edit(spot, self.app.suspend) or "edited: a save is on the screen within a second")


FREE_SECONDS = 0.25
"""Wait before looking again whether a note or a panel is still open."""

ALIVE = ("clock", "status", "trouble", "coach")
"""The parts that time and speech change."""


class LiveHearing(LivePlaybook):
    """A recording waits until it is known which of its speakers is me; what is live cannot wait, and counts later."""

    over = False

    class Spoke(Message, namespace="live_screen"):
        """A source gave an event, on its own thread."""

        def __init__(self, event: SourceEvent) -> None:
            super().__init__()
            self.event = event

    class Receipt(Message, namespace="live_screen"):
        """The disk said something, on the writer's thread."""

        def __init__(self, outcome: WriteSaved | WriteFailed) -> None:
            super().__init__()
            self.outcome = outcome

    def __init__(self, call: OpenedCall) -> None:
        super().__init__(call)
        self.receipts = SaveReceipts()
        self.receipts.were_kept(range(len(self.session.events)))
        self._listening: Listening | None = None
        self._asked_who = False
        self._waits = False

    @property
    def holder(self) -> Side:
        """Who holds the floor, at once after the talk key."""
        return self.talk_key.side

    def _holders(self) -> tuple[Side, Side]:
        """By key and voice, and as the coach sees it, for whom a word of assent takes no floor."""
        return self.holder, self.session.coach.talk.holder

    # where it comes from

    def _listen(self) -> None:
        give_way()
        if self.call.source is None:
            return
        self._listening = Listening(self.call.source, self._heard, self.call.clock)
        self.call_after_refresh(self._read_wordings)
        if self.call.asks_who:
            self._waits = True
            self.call.clock.pause()
            self.ask_who()
        else:
            self._listening.start()

    def _read_wordings(self) -> None:
        """What the questions say is read before anybody speaks, beside the keys."""
        session = self.session

        def read() -> None:
            with beside_the_keys():
                session.use(session.readied())

        threading.Thread(target=read, name="wordings", daemon=True).start()

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.stop(0.2)

    def _heard(self, event: SourceEvent) -> None:
        """On the source's thread."""
        self.post_message(self.Spoke(event))

    def _told(self, outcome: WriteSaved | WriteFailed) -> None:
        """On the writer's thread."""
        self.post_message(self.Receipt(outcome))

    # what comes

    def on_live_screen_spoke(self, message: Spoke) -> None:
        message.stop()
        event = message.event
        if self.over:
            return
        if isinstance(event, ReadProgress):
            self.say(event.message)
            return
        if isinstance(event, SpeakersFound):
            self._find_user(event)
            return
        before, holders = self.session.state, self._holders()
        self.session.hear(event)
        if isinstance(event, Heard):
            self._notice(event)
        if isinstance(event, Heard | FloorTaken):
            self.talk_key.follow(event.side)
        if self.session.state is not before:
            self.changed()
        elif self._holders() != holders:
            self._repaint(*ALIVE)

    def on_live_screen_receipt(self, message: Receipt) -> None:
        message.stop()
        outcome = message.outcome
        if isinstance(outcome, WriteSaved):
            self.receipts.were_kept(outcome.numbers)
        else:
            self.receipts.were_refused(outcome.numbers, outcome.why)
        self._repaint("notes", "trouble")
        self._show_last_note()
        if self.panicked:
            self.middle.repaint()

    def _show_last_note(self) -> None:
        raise NotImplementedError

    # who is who

    def _notice(self, event: Heard) -> None:
        """A live source names its speakers only as they speak."""
        name = event.speaker.strip()
        if self.call.sides.known or self._asked_who or not name:
            return
        self.call.notice_speaker(event)
        if len(self.call.speakers) >= 2 and self.panel is None and self.box.purpose is None:
            self.ask_who()

    def _find_user(self, found: SpeakersFound) -> None:
        """Ask which speaker of a long recording is the user, as soon as no note or panel is open."""
        self.call.speakers, self.call.suggested = found.speakers, found.suggested
        self._waits = True
        if self.call.sides.known:
            self._play()
        elif self.panel is None and self.box.purpose is None:
            self.ask_who()
        else:
            self.set_timer(FREE_SECONDS, partial(self._find_user, found))

    def do_who(self) -> None:
        if self.call.speakers:
            self.ask_who()
        else:
            self.say("nobody has been heard by name yet")

    def ask_who(self) -> None:
        """Which of the speakers is me; a live call goes on meanwhile."""
        from salesnerd_tui.tui.panels.speakers import which_is_me

        self._asked_who = True
        call = self.call
        self.open(which_is_me(call.speakers, call.suggested, self._is_me, self.close, waits=self._waits))

    def _is_me(self, *names: str) -> None:
        sides = self.call.sides
        sides.choose(names)
        self.session.identify(names, sides.side)
        self.close()
        self.changed()
        self.say(f"you are {names[0]}" if names else "none of them is you: nobody's words count")

    def close(self) -> None:
        super().close()
        self._play()

    def _play(self) -> None:
        """However the question went away, the recording waits no longer."""
        if self._waits and self._listening is not None and not self.over:
            self._waits = False
            self.call.clock.go_on()
            self._listening.start()

    def _repaint(self, *ids: str) -> None:
        for id in ids:
            part = self.part(id)
            if part is not None:
                part.repaint()


TICK_SECONDS = 1.0


class CallOver(Message):
    """A call has left its screen. The program decides what comes next."""

    def __init__(self, call: OpenedCall, ended: bool) -> None:
        super().__init__()
        self.call = call
        self.ended = ended


class LiveScreen(LiveHearing):
    """A call while it happens."""

    CSS_PATH = "live.tcss"
    reachable = True

    class Remembered(Message):
        """What earlier calls know has been read, on a thread."""

        def __init__(self, found: Sequence[Recalled]) -> None:
            super().__init__()
            self.found = found

    def __init__(self, call: OpenedCall) -> None:
        super().__init__(call)
        self.caption = ""
        self.alarm = ""
        self._rows: list[NoteRow] = rows(self.session.events)
        self._seen = len(self.session.events)
        self.door: CallControl | None = None
        self.passive = False

    # building

    def compose(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield Canvas(self._draw_clock, id="clock")
            yield Canvas(self._draw_status, id="status")
        yield Canvas(self._draw_trouble, id="trouble")
        yield self.middle
        yield Canvas(self._draw_coach, id="coach")
        yield Canvas(self._draw_progress, id="progress")
        with Vertical(id="foot"):
            yield Canvas(self._draw_notes, id="notes")
            yield from self.compose_line()

    def on_mount(self) -> None:
        self.session.told = self._told
        self.box.put_draft(self.call.file.draft)
        self.box.rest()
        self.call.begin()
        self.changed()
        self.call_after_refresh(self._recall)
        self.set_interval(TICK_SECONDS, self._tick)
        self._listen()
        self.watch(self.app, "app_focus", self._focus_moved, init=False)
        self._let_in()
        self.watch_playbook()
        if self.call.told:
            self.say(self.call.told[0])

    def _recall(self) -> None:
        """Earlier calls are read beside the keys."""
        call = self.call

        def read() -> None:
            with beside_the_keys():
                found = call.recall()
            self.post_message(self.Remembered(found))

        threading.Thread(target=read, name="recalling", daemon=True).start()

    def on_live_screen_remembered(self, message: Remembered) -> None:
        message.stop()
        if not self.over and message.found:
            self.call.recalls(message.found)
            self.changed()

    def _focus_moved(self, focused: bool) -> None:
        """Without the keyboard it is only looked at: no key is promised whose press would go to another window."""
        self.passive = not focused
        self._show_last_note()
        self.repaint()

    def _let_in(self) -> None:
        """From here on the call is reached from outside, too; the first paint does not wait for it."""
        if self.reachable and not self.app.is_headless:
            self.call_after_refresh(self._open_control)

    async def _open_control(self) -> None:
        """Let other windows act on the call; without it, the call continues and says why."""
        control = getattr(self.app, "control", None)
        if control is None or self.over:
            return
        door: CallControl = control(self, self.call_next)
        self.door = door
        reason = await door.open()
        if reason:
            self.say(reason)

    # what happens

    def _tick(self) -> None:
        if self.over:
            return
        before = self.session.state
        self.session.tick()
        if self.session.state is not before or self.session.now.late != self.view.late:
            self.changed()
        else:
            self._repaint(*ALIVE)
            if self.panicked:
                self.middle.repaint()

    def changed(self) -> None:
        self.view = view.view(self.session.now)
        events = self.session.events
        if any(isinstance(event, Undone) for event in events[self._seen :]):
            self._rows = rows(events)
        else:
            self._rows += rows(events, self._seen)
        self._seen = len(events)
        self._show_last_note()
        self.repaint()

    def typed(self) -> None:
        super().typed()
        if self.is_attached and not self.over:
            self.session.keep_draft(self.box.draft)

    # the end

    def flush(self) -> None:
        """The program is being ended from outside: what is typed and recorded goes to the disk."""
        if not self.over:
            self.session.keep_draft(self.box.draft)
            self._stop()

    def finish(self, *, ended: bool) -> None:
        if self.over:
            return
        if not ended:
            self.session.keep_draft(self.box.draft)
        self._stop()
        self.post_message(CallOver(self.call, ended))

    def _stop(self) -> None:
        self.over = True
        # Keys that wait in the queue come after the end: the file that they would write to is closed.
        self.box.shut()
        if self.door is not None:
            self.door.close()
        self._stop_listening()
        self.stop_watching()
        self.session.close()
        self._report_unsaved()

    def _report_unsaved(self) -> None:
        """Leave the notes that are on no disk to whoever prints the end of the program."""
        from salesnerd_tui.tui.app import SalesnerdApp

        file = self.call.file
        texts = note_texts(file.unsaved)
        if texts and isinstance(self.app, SalesnerdApp):
            self.app.left_unsaved += unsaved_lines(texts, file.problem)

    def hide(self, key: str) -> None:
        """In a hurry nobody leaves the line first: this key is never text."""
        del key
        self.do_hide()

    def do_hide(self) -> None:
        super().do_hide()
        self._show_last_note()

    def press(self, key: str) -> None:
        command = self.table.by_key.get(key)
        if command is not None and command.id == "hide":
            self.do_hide()
            return
        if self.panicked and (command is None or command.id != "note"):
            return
        super().press(key)

    # painting

    @property
    def shown(self) -> Mapping[str, str]:
        """The keys that may be promised: without the keyboard none."""
        return {} if self.passive else self.table.shown

    def hints(self) -> Iterable[tuple[str, str]]:
        if self.panicked:
            return ()
        keys = self.table.hints()
        letters = self.letters[:5]
        if letters and self.is_small and len(keys) > 2:
            return (keys[0], self._short_note(), (letters, "detour"), keys[-1])
        return keys

    def _short_note(self) -> tuple[str, str]:
        key = self.table.shown.get("note", "")
        return ("↵" if key == "enter" else key, "note" if key else "")

    def _current_hints(self) -> tuple[tuple[str, str], ...]:
        return () if self.passive else super()._current_hints()

    @property
    def is_small(self) -> bool:
        """Whether the size has no room for notes and detours of their own."""
        return self.has_class("-short") or self.has_class("-tiny")

    def _show_last_note(self) -> None:
        """Where there is no room for notes, the resting line shows the last one, and whether it is saved."""
        if self.panicked:
            self.box.rest_on("note…")
            return
        if not self.is_small or not self._rows:
            self.box.rest_on("" if self.passive else self.resting)
            return
        row = self._rows[-1]
        mark = {SaveState.YES: "✓", SaveState.WAITING: "·", SaveState.NO: "✗ NOT SAVED"}[self.receipts.of(row.number)]
        self.box.rest_on(f"{mark} {row.words}")

    def draw(self, width: int, height: int) -> Lines:
        return self._draw_panic(width, height) if self.panicked else draw_prompt(self.view, width, height, self.shown)

    def _draw_middle(self, width: int, height: int) -> Lines:
        if self.panicked:
            return self._draw_panic(width, height)
        return self.draw(width, height) if self.passive else super()._draw_middle(width, height)

    def _draw_panic(self, width: int, height: int) -> Lines:
        """A clock and notes, as any notepad shows them; what the call did by itself is no note."""
        noted = [row for row in self._rows if isinstance(self.session.events[row.number], Answered | Noted)]
        head = [line(" ", (datetime.now().astimezone().strftime("%H:%M"), "bold"), ("   Notes", MUTED)), blank()]
        return [*head, *draw_notes(noted, self.receipts, self.call.session.state, width, height - len(head))]

    def _draw_clock(self, width: int, _: int) -> Lines:
        return [draw_clock(self.holder, self.call.clock(), self.call.clock.paused, width)]

    def _draw_status(self, width: int, _: int) -> Lines:
        drift = self.session.playbook.coach
        return [draw_status(self.view, self.session.coach.talk, drift.max_talk_ratio, width)]

    def trouble(self) -> CallWarning | None:
        if self.alarm:
            return CallWarning(self.alarm, bad=True)
        talk = self.table.told("talk", "switches the speaker")
        return call_warning(self.call, self.receipts, self.reload_trouble, talk)

    def _draw_trouble(self, width: int, _: int) -> Lines:
        trouble = self.trouble()
        if trouble is not None and self.passive:
            trouble = replace(trouble, key="")
        return [draw_trouble(trouble, self.caption, width, heard_mark(self.call.source))]

    def _draw_coach(self, width: int, height: int) -> Lines:
        thanks = handed_back(self.session.events, self.call.clock())
        offer = draw_offer(self.session.offers, self.holder, width, self.shown, self.letters)
        return draw_coach(self.session.state.tap, thanks, self.panicked, width, height, offer, keys=self.shown)

    def _draw_progress(self, width: int, height: int) -> Lines:
        return draw_progress(self.view, width, height, self.detours, self.shown)

    def _draw_notes(self, width: int, height: int) -> Lines:
        return draw_notes(self._rows, self.receipts, self.call.session.state, width, height)
