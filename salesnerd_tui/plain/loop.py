"""The linear mode at work: one loop that takes typed lines, speech, seconds and the disk's word, each in its turn."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from salesnerd_tui.app.call_text import note_texts, unsaved_lines
from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.playbook_reload import PlaybookReloader
from salesnerd_tui.app.shutdown import on_signals, release_terminal, write_crash
from salesnerd_tui.call.events import SourceChanged, SourceState
from salesnerd_tui.control.server import door_of
from salesnerd_tui.control.sockets import NoSocketFolder, beside, session_folders
from salesnerd_tui.plain.interface import PlainCall
from salesnerd_tui.plain.printer import Printer
from salesnerd_tui.speech.source import Listening, SourceEvent
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.text import one_line

TICK_SECONDS = 1.0
CHUNK = 65536
LAST_NOTES_SECONDS = 2.0
"""How long the last notes may take to the disk before the end is told without them."""

SIGNALLED = 128
"""An exit status above it names a signal."""

CRASHED = 70
"""Exit status after a crash (EX_SOFTWARE)."""


def run_linear(call: OpenedCall, desk: CallService, printer: Printer, descriptor: int = 0) -> int:
    """Until the call has ended or was left; `descriptor` is where lines are typed. Returns the exit status."""
    return asyncio.run(_run(call, desk, printer, descriptor))


async def _run(call: OpenedCall, desk: CallService, printer: Printer, descriptor: int) -> int:
    return await _Running(call, desk, printer, descriptor).run()


class _Running:
    """Everything that comes from elsewhere comes in by `_turn`, and so one after another."""

    def __init__(self, call: OpenedCall, desk: CallService, printer: Printer, descriptor: int) -> None:
        self._call = call
        self._desk = desk
        self._printer = printer
        self._descriptor = descriptor
        self._linear = PlainCall(call, self._print, desk.playbook, printer.wipe)
        self._loop = asyncio.get_running_loop()
        self._left: asyncio.Future[int] = self._loop.create_future()
        self._no_more_lines = False

    async def run(self) -> int:
        self._loop.set_exception_handler(self._crashed)
        on_signals(self._leave)
        with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
            self._loop.add_signal_handler(signal.SIGINT, self._leave, 0)
        self._call.session.told = lambda outcome: self._turn(self._told, outcome)
        notebook = self._desk.notebook
        notebook.warned = lambda told: self._turn(self._print, one_line(told))
        for told in notebook.warnings:
            self._print(one_line(told))
        notebook.warnings.clear()
        self._linear.begins()
        sources = self._call.session.playbook.sources
        reloading = PlaybookReloader(
            self._desk.library, sources, lambda loaded: self._turn(self._linear.reloaded, loaded)
        )
        listening = self._listens()
        door = door_of(self._linear, self._turn)
        ticking = self._loop.create_task(self._tick())
        reloading.start()
        threading.Thread(target=self._read, name="typed lines", daemon=True).start()
        try:
            await door.open((*session_folders(), beside(str(self._desk.notebook.folder))), self._call.file.id)
        except NoSocketFolder as problem:
            self._print(f"salesnerd send cannot reach this call: {problem}")
        try:
            status = await self._left
        finally:
            ticking.cancel()
            door.close()
            reloading.stop()
            if listening is not None:
                listening.stop(0.2)
            await self._last_notes()
            self._call.session.close()
        file = self._call.file
        unsaved = unsaved_lines(note_texts(file.unsaved), file.problem)
        for line in unsaved:
            self._print(line)
        self._tell_end()
        return status or int(bool(unsaved))

    # what comes in

    def _turn(self, work: Callable[..., None], *given: Any) -> None:
        """From any thread. After the end nobody listens any more."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work, *given)

    def _read(self) -> None:
        """Typed lines, on a thread of its own: a file, a pipe and a terminal are read in the same way."""
        rest = b""
        while True:
            try:
                data = os.read(self._descriptor, CHUNK)
            except OSError:
                data = b""
            *lines, rest = (rest + data).split(b"\n")
            for line in lines if data else [each for each in (*lines, rest) if each]:
                self._turn(self._took, line.decode("utf-8", "replace"))
            if not data:
                self._turn(self._out_of_lines)
                return

    def _took(self, line: str) -> None:
        if not self._linear.over:
            self._linear.takes(line)
        if self._linear.over:
            self._leave(0)

    def _out_of_lines(self) -> None:
        """A script's end is no end of the call while there is something to hear."""
        self._no_more_lines = True
        self._linear.plays()
        if self._linear.over or self._is_heard_out() or os.isatty(self._descriptor):
            self._leave(0)
        else:
            self._print("No more lines: the call is left when there is nothing more to hear.")

    def _is_heard_out(self) -> bool:
        sources = self._call.session.state.sources.values()
        over = [each.state in (SourceState.ENDED, SourceState.BROKEN) for each in sources]
        return self._call.source is None or (bool(over) and all(over))

    def _heard(self, event: SourceEvent) -> None:
        self._linear.hears(event)
        if self._no_more_lines and isinstance(event, SourceChanged) and self._is_heard_out():
            self._leave(0)

    def _told(self, outcome: WriteSaved | WriteFailed) -> None:
        self._linear.told(outcome)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._linear.ticks()

    def _listens(self) -> Listening | None:
        if self._call.source is None:
            return None
        listening = Listening(self._call.source, lambda event: self._turn(self._heard, event), self._call.clock)
        listening.start()
        return listening

    # the end

    def _leave(self, status: int) -> None:
        self._linear.over = True
        if status > SIGNALLED:
            release_terminal()
        if not self._left.done():
            self._left.set_result(status)

    def _crashed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """One line, and no traceback: that goes into the log, without anybody's words."""
        del loop
        error = context.get("exception")
        log = write_crash(error if isinstance(error, BaseException) else None, self._desk.notebook.folder)
        told = f"; what happened is in {log}" if log else ""
        sys.stderr.write(f"salesnerd has crashed. Your notes are safe{told}. Start it again to go on.\n")
        self._leave(CRASHED)

    async def _last_notes(self) -> None:
        """Let the disk say its last word on what was noted."""
        until = self._loop.time() + LAST_NOTES_SECONDS
        while not self._linear.is_told_of_all and self._loop.time() < until:
            await asyncio.sleep(0.01)

    def _tell_end(self) -> None:
        """Where to find what was kept."""
        call_id, state = self._call.file.id, self._call.session.state
        if state.ended is not None:
            self._print(f"The debrief: salesnerd calls show {call_id}")
        else:
            self._print(f"Left open: salesnerd live --plain --resume {call_id}")

    def _print(self, line: str) -> None:
        if not self._printer.say(line):
            self._leave(0)
