"""Event loop of plain text mode: handles typed lines, speech, seconds and save results one after another.

Its printer sanitizes each line and flushes it at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from salesnerd_tui.call.events import SourceChanged, SourceState
from salesnerd_tui.plain.call import PlainCall
from salesnerd_tui.services.background import PlaybookReloader
from salesnerd_tui.services.call_status import note_texts, unsaved_lines
from salesnerd_tui.services.shutdown import (
    CRASH_EXIT_SECONDS,
    CRASH_STATUS,
    HANGUP_STATUS,
    force_exit_after,
    handle_exit_signals,
    handle_signal,
    release_terminal,
    write_crash,
)
from salesnerd_tui.speech.source import SourceEvent, SourceThread
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.services.call_commands import ControlFactory
    from salesnerd_tui.services.call_service import CallService, OpenedCall

TICK_SECONDS = 1.0
CHUNK_BYTES = 65536
LAST_NOTES_SECONDS = 2.0
"""Time for the last notes to be saved before the program ends without them."""

SIGNAL_STATUS_BASE = 128
"""Exit statuses above this one mean a signal."""


def run_plain(call: OpenedCall, service: CallService, printer: Printer, control: ControlFactory) -> int:
    """Run a call with the lines of standard input until it ends or is left, and return the exit status."""

    async def run() -> int:
        return await _PlainLoop(call, service, printer, control).run()

    return asyncio.run(run())


class _PlainLoop:
    """Runs all input on one thread, in order: everything from other threads comes in by `_run_on_loop`."""

    def __init__(self, call: OpenedCall, service: CallService, printer: Printer, control: ControlFactory) -> None:
        self._call = call
        self._service = service
        self._printer = printer
        self._plain = PlainCall(call, self._print, self._load_other_playbook, printer.clear)
        self._reloader = self._make_reloader(call.session.playbook)
        self._control = control(self._plain, self._run_on_loop)
        self._loop = asyncio.get_running_loop()
        self._exit_status: asyncio.Future[int] = self._loop.create_future()
        self._is_input_over = False

    async def run(self) -> int:
        self._loop.set_exception_handler(self._handle_crash)
        handle_exit_signals(self._leave)
        handle_signal(signal.SIGINT, self._leave, 0)
        self._call.session.on_written = lambda outcome: self._run_on_loop(self._plain.on_saved, outcome)
        store = self._service.store
        store.on_warning = lambda warning: self._run_on_loop(self._print, one_line(warning))
        for warning in store.warnings:
            self._print(one_line(warning))
        store.warnings.clear()
        self._plain.begin()
        source_thread = self._listen()
        ticks = self._loop.create_task(self._tick())
        self._reloader.start()
        threading.Thread(target=self._read, name="typed lines", daemon=True).start()
        reason = await self._control.open()
        if reason:
            self._print(reason)
        status = CRASH_STATUS
        try:
            status = await self._exit_status
        finally:
            ticks.cancel()
            self._control.close()
            self._reloader.stop()
            if source_thread is not None:
                source_thread.stop(0.2)
            # After a signal there are seconds, and closing waits for the same disk.
            seconds = 0.3 if status > SIGNAL_STATUS_BASE else LAST_NOTES_SECONDS
            deadline = self._loop.time() + seconds
            while not self._plain.is_settled and self._loop.time() < deadline:
                await asyncio.sleep(0.01)
            self._call.session.close()
        file = self._call.file
        unsaved = unsaved_lines(note_texts(file.unsaved), file.problem)
        for line in unsaved:
            self._print(line)
        if self._call.session.state.ended is not None:
            self._print(f"Debrief: salesnerd calls show {file.id}")
        else:
            self._print(f"Still open. Resume with: salesnerd live --plain --resume {file.id}")
        return status or int(bool(unsaved))

    def _make_reloader(self, playbook: Playbook) -> PlaybookReloader:
        return PlaybookReloader(
            self._service.library,
            playbook.sources,
            lambda loaded: self._run_on_loop(self._plain.on_playbook_saved, loaded),
        )

    def _load_other_playbook(self, name: str) -> Playbook:
        """Return the playbook that the call switches to, and watch it from now on. Raises `CannotOpen`."""
        playbook = self._service.load_playbook(name)
        self._reloader.stop()
        self._reloader = self._make_reloader(playbook)
        self._reloader.start()
        return playbook

    # input

    def _run_on_loop(self, work: Callable[..., None], *arguments: Any) -> None:
        """Run `work` on the loop; callable from any thread, ignored after the end."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work, *arguments)

    def _read(self) -> None:
        """Read typed lines on a separate thread, whether from a file, a pipe or a terminal."""
        for line in read_lines(0):
            self._run_on_loop(self._handle_line, line)
        self._run_on_loop(self._handle_end_of_input)

    def _handle_line(self, line: str) -> None:
        if not self._plain.is_over:
            self._plain.handle_line(line)
        if self._plain.is_over:
            self._leave(0)

    def _handle_end_of_input(self) -> None:
        """Leave the call at the end of the input, unless there is still audio to hear."""
        self._is_input_over = True
        self._plain.resume_recording()
        if self._plain.is_over or self._has_no_audio_left() or os.isatty(0):
            self._leave(0)
        else:
            self._print("End of input. The call stays open until the audio ends.")

    def _has_no_audio_left(self) -> bool:
        sources = self._call.session.sources
        ended = [source.state in (SourceState.ENDED, SourceState.BROKEN) for source in sources]
        return self._call.source is None or (bool(ended) and all(ended))

    def _hear(self, event: SourceEvent) -> None:
        self._plain.hear(event)
        if self._is_input_over and isinstance(event, SourceChanged) and self._has_no_audio_left():
            self._leave(0)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self._plain.tick()

    def _listen(self) -> SourceThread | None:
        if self._call.source is None:
            return None
        source_thread = SourceThread(
            self._call.source, lambda event: self._run_on_loop(self._hear, event), self._call.clock
        )
        source_thread.start()
        return source_thread

    # end

    def _leave(self, status: int) -> None:
        self._plain.is_over = True
        if status > SIGNAL_STATUS_BASE:
            force_exit_after(status)
            release_terminal()
            if status != HANGUP_STATUS:  # somebody may read what could not be saved
                self._service.store.shorten_close()
        if not self._exit_status.done():
            self._exit_status.set_result(status)

    def _handle_crash(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Print one line; the traceback goes to the log, without any words of the call."""
        del loop
        force_exit_after(CRASH_STATUS, CRASH_EXIT_SECONDS)  # the log and the notes are on a disk that may hang
        error = context.get("exception")
        log = write_crash(error if isinstance(error, BaseException) else None, self._service.store.folder)
        details = f" Details: {log}." if log else ""
        sys.stderr.write(f"salesnerd has crashed. Your notes are saved.{details} Start it again to continue.\n")
        self._leave(CRASH_STATUS)

    def _print(self, line: str) -> None:
        if not self._printer.say(line):
            self._leave(0)


def read_lines(descriptor: int) -> Iterator[str]:
    """Yield each line when it is complete, and at the end what follows the last one; in linear time for any line."""
    parts: list[bytes] = []
    data = b"\n"
    while data:
        try:
            data = os.read(descriptor, CHUNK_BYTES)
        except OSError:
            data = b""
        *ends, rest = data.split(b"\n")
        for end in ends:
            yield b"".join((*parts, end)).decode("utf-8", "replace")
            parts.clear()
        parts.append(rest)
    if any(parts):
        yield b"".join(parts).decode("utf-8", "replace")


CLEAR_SEQUENCE = "\x1b[H\x1b[2J\x1b[3J"
"""Clears screen and scrollback: the only control sequence in plain text mode, written only by hide."""


class Printer:
    """Prints lines to a stream; `to_ascii` replaces characters that the terminal lacks."""

    def __init__(self, stream: TextIO, to_ascii: Callable[[str], str]) -> None:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
        self._stream = stream
        self._to_ascii = to_ascii
        self._can_clear = stream.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb", "unknown")

    def say(self, line: str) -> bool:
        """Print a line and return whether the stream is still open."""
        try:
            self._stream.write(self._to_ascii(one_line(line)) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return False
        return True

    def clear(self) -> None:
        """Clear everything printed, if the terminal can."""
        if self._can_clear:
            self._stream.write(CLEAR_SEQUENCE)
            self._stream.flush()
