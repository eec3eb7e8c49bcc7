"""The live screen: it paints the call, gives keys and speech to the session, and decides nothing itself."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from salesnerd_tui.call import view
from salesnerd_tui.call.events import Answered, FloorTaken, Noted, Recalled, Undone
from salesnerd_tui.hearing.source import heard_mark
from salesnerd_tui.ui.beside import beside_the_keys
from salesnerd_tui.ui.drawing.coach import draw_coach, handed_back
from salesnerd_tui.ui.drawing.notes import draw_notes
from salesnerd_tui.ui.drawing.offers import draw_offer
from salesnerd_tui.ui.drawing.progress import draw_progress
from salesnerd_tui.ui.drawing.prompt import draw_prompt
from salesnerd_tui.ui.drawing.status import draw_clock, draw_status, draw_trouble
from salesnerd_tui.ui.drawing.words import MUTED, Lines, blank, line
from salesnerd_tui.ui.live_hearing import ALIVE, LiveHearing
from salesnerd_tui.ui.noted import Row, Saved, note_texts, rows, unsaved_lines
from salesnerd_tui.ui.opening import Call
from salesnerd_tui.ui.trouble import Trouble, trouble_of
from salesnerd_tui.ui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from salesnerd_tui.ui.remote.door import Door

TICK_SECONDS = 1.0


class CallOver(Message):
    """A call has left its screen. The program decides what comes next."""

    def __init__(self, call: Call, ended: bool) -> None:
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

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self.caption = ""
        self.alarm = ""
        self._rows: list[Row] = rows(self.session.events)
        self._seen = len(self.session.events)
        self.door: Door | None = None
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
            from salesnerd_tui.ui.remote.doing import let_in

            self.call_after_refresh(let_in, self)

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
        from salesnerd_tui.ui.app import SalesnerdApp

        file = self.call.file
        texts = note_texts(file.unsaved)
        if texts and isinstance(self.app, SalesnerdApp):
            self.app.left_unsaved += unsaved_lines(texts, file.problem)

    def hide(self, key: str) -> None:
        """In a hurry nobody leaves the line first: this key is never text."""
        del key
        self.do_panic()

    def do_panic(self) -> None:
        super().do_panic()
        self._show_last_note()

    def press(self, key: str) -> None:
        command = self.table.by_key.get(key)
        if command is not None and command.id == "panic":
            self.do_panic()
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
        mark = {Saved.YES: "✓", Saved.WAITING: "·", Saved.NO: "✗ NOT SAVED"}[self.receipts.of(row.number)]
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
        drift = self.session.playbook.drift
        return [draw_status(self.view, self.session.coach.talk, drift.you_talk_max, width)]

    def trouble(self) -> Trouble | None:
        if self.alarm:
            return Trouble(self.alarm, bad=True)
        told_floor = any(isinstance(event, FloorTaken) for event in self.session.events[-400:])
        hears = self.call.source is not None
        refused = self.receipts.refused
        if self.reload_trouble and not refused:
            return Trouble(self.reload_trouble)
        told = self.table.told("talk", "shows who talks")
        return trouble_of(self.session.state, len(refused), self.receipts.why, hears, told_floor, told)

    def _draw_trouble(self, width: int, _: int) -> Lines:
        trouble = self.trouble()
        if trouble is not None and self.passive:
            trouble = replace(trouble, key="")
        return [draw_trouble(trouble, self.caption, width, heard_mark(self.call.source))]

    def _draw_coach(self, width: int, height: int) -> Lines:
        thanks = handed_back(self.session.events, self.call.clock())
        offer = draw_offer(self.session.offers, self.holder, width, self.shown, self.letters)
        return draw_coach(self.session.state.cue, thanks, self.panicked, width, height, offer, keys=self.shown)

    def _draw_progress(self, width: int, height: int) -> Lines:
        return draw_progress(self.view, width, height, self.detours, self.shown)

    def _draw_notes(self, width: int, height: int) -> Lines:
        return draw_notes(self._rows, self.receipts, self.call.session.state, width, height)
