"""Live sources of text: a captions file that another program writes, and a pipe (`… | salesnerd live --listen -`)."""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Heard, SourceState
from salesnerd_tui.errors import error_reason
from salesnerd_tui.speech.growing_transcript import GrowingTranscript, UtteranceChange
from salesnerd_tui.speech.source import LAG_SECONDS, TALK_KEY_HINT, CallClock, Emit, Source, StopSignal, source_changed
from salesnerd_tui.speech.transcripts.decode import binary_message, detect_binary
from salesnerd_tui.speech.transcripts.model import estimate_seconds
from salesnerd_tui.speech.transcripts.speakers import MAX_NAME_CHARACTERS
from salesnerd_tui.speech.utterances import Chunker

if TYPE_CHECKING:
    from salesnerd_tui.speech.sides import Sides
    from salesnerd_tui.speech.transcripts.model import Piece

MAX_RECENT_CAPTIONS = 40
"""Captions among which the smallest delay counts: a few minutes, so that a pause or a wrong time drops out."""


class AlignedTime(Struct, frozen=True):
    """Call seconds of an utterance, and its delay compared with the others."""

    start: float
    end: float
    delay_seconds: float


class ClockAlignment:
    """Aligns the caption times of one source with the call's clock, in order.

    A captions file counts from the start of the meeting, a pipe has no times at all, and the call's clock starts with a
    key press. The smallest recent delay between a caption's end and its arrival is the difference between the two
    clocks; a caption that arrives later than that is late.
    """

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=MAX_RECENT_CAPTIONS)
        self._starts: dict[int, float] = {}
        self._last_end = 0.0

    def align(self, number: int, piece: Piece, final: bool, now: float) -> AlignedTime:
        """Return the time of the utterance `number`, which was read at `now` (call seconds)."""
        aligned = self._by_time(piece, now) if piece.start is not None else self._by_words(number, piece, now)
        if final:
            self._starts.pop(number, None)
            self._last_end = max(self._last_end, aligned.end)
        return aligned

    def _by_time(self, piece: Piece, now: float) -> AlignedTime:
        start = piece.start or 0.0
        end = piece.end if piece.end is not None and piece.end >= start else start + estimate_seconds(piece.text)
        delay = now - end
        self._delays.append(delay)
        difference = min(self._delays)
        begin = min(max(0.0, start + difference), now)
        return AlignedTime(begin, min(max(begin, end + difference), now), delay - difference)

    def _by_words(self, number: int, piece: Piece, now: float) -> AlignedTime:
        """Assume that a piece without a time was said just now; its start stays where it was first heard."""
        estimate = max(min(self._last_end, now), now - estimate_seconds(piece.text))
        start = self._starts.setdefault(number, estimate)
        return AlignedTime(min(start, estimate), now, 0.0)


SETTLED_SECONDS = 1.0
"""Real seconds without a change after which an unfinished utterance counts as complete."""

QUIET_SECONDS = 40.0
"""Real seconds without a word after which the user is warned; people are rarely silent for so long."""


class LiveSpeech:
    """Emits the utterances of one live source, and reports its state only when it changes.

    `now` returns real seconds, to measure for how long nothing was read.
    """

    def __init__(self, source: Source, sides: Sides, emit: Emit, clock: CallClock, now: Callable[[], float]) -> None:
        self.transcript = GrowingTranscript()
        self._source = source
        self._sides = sides
        self._emit = emit
        self._clock = clock
        self._now = now
        self._changed_at = now()
        self._is_settled = True
        self._alignment = ClockAlignment()
        self._chunker = Chunker()
        self._late_count = 0
        self._state: tuple[SourceState, str] | None = None
        self._has_reported_lines = False
        self._partials: dict[int, Heard] = {}
        """The last partial of each utterance without its final."""
        self._paused_numbers: set[int] = set()
        """Utterances that continued while the call was paused."""

    def add_changes(self, changes: Iterable[UtteranceChange]) -> None:
        """Emit what was read just now, and report once if more than a few lines were not understood."""
        self._changed_at, self._is_settled = self._now(), False
        self._emit_changes(changes)
        problem = self.transcript.skipped_lines_message
        if problem and not self._has_reported_lines:
            self._has_reported_lines = True
            self.report(SourceState.LAGGING, f"{self._source.name}, {problem}", "lost")

    def check_silence(self) -> None:
        """Complete open utterances if nothing was read for a while, and report when that is unusually long."""
        quiet = self._now() - self._changed_at
        if not self._is_settled and quiet >= SETTLED_SECONDS:
            self._is_settled = True
            self._emit_changes(self.transcript.complete_open())
        if quiet >= QUIET_SECONDS:
            message = f"not hearing the call: {self._source.name} stopped growing {quiet:.0f} s ago; {TALK_KEY_HINT}"
            self.report(SourceState.LAGGING, message, "quiet", quiet)

    def _emit_changes(self, changes: Iterable[UtteranceChange]) -> None:
        """Emit changes. While the call is paused nothing is emitted, so nothing can be stored.

        An utterance that continues in a pause ends with what was heard before it.
        """
        if self._clock.is_paused:
            self._paused_numbers.update(change.number for change in changes)
            return
        for number in self._paused_numbers & self._partials.keys():
            self._emit_chunks(replace(self._partials.pop(number), at=self._clock(), final=True))
        delay = None
        for change in changes:
            if change.number in self._paused_numbers:
                continue
            now = self._clock()
            piece = change.piece
            aligned = self._alignment.align(change.number, piece, change.final, now)
            speaker = " ".join(piece.speaker.split())[:MAX_NAME_CHARACTERS]
            side = self._sides.side_of(speaker)
            heard = Heard(
                now, side, speaker, aligned.start, aligned.end, piece.text, change.final, utterance=change.number
            )
            self._emit_chunks(heard)
            if change.final:
                self._partials.pop(change.number, None)
            else:
                self._partials[change.number] = heard
            delay = aligned.delay_seconds
        if delay is not None:
            self._report_lag(delay)

    def _emit_chunks(self, heard: Heard) -> None:
        for chunk in self._chunker.split(heard):
            self._emit(chunk)

    def _report_lag(self, delay: float) -> None:
        """Report a lag after two late captions in a row; a single one is chance."""
        if delay <= LAG_SECONDS:
            self._late_count = 0
            self.report(SourceState.LISTENING, f"hearing {self._source.name}", "hearing")
            return
        self._late_count += 1
        if self._late_count > 1:
            self.report(SourceState.LAGGING, f"{self._source.name} is {delay:.0f} s behind the call", "late", delay)

    def report_binary(self) -> bool:
        """Report if the source is not text, and return whether it is not."""
        if problem := self.transcript.binary_message:
            message = f"not hearing the call: {self._source.name} is {problem}; {TALK_KEY_HINT}"
            self.report(SourceState.BROKEN, message, "not text")
        return bool(problem)

    def report_readable(self) -> None:
        """Report that the source can be read again."""
        if self._state is None or self._state[0] is SourceState.BROKEN:
            self.report(SourceState.LISTENING, f"listening to {self._source.name}", "hearing")

    def report(self, state: SourceState, message: str, reason: str, behind: float = 0.0) -> None:
        """Emit a change of state; the same state and reason in a row is emitted once."""
        if self._state != (state, reason):
            self._state = (state, reason)
            self._emit(source_changed(self._source, self._clock, state, message, behind))


POLL_SECONDS = 0.05
"""Real seconds between two checks of the file with one `stat`, which works on every file system."""

FINGERPRINT_BYTES = 4096
"""Bytes before the resume position; if they have changed, the file was replaced."""

MAX_READ_BYTES = 64 * 1024 * 1024
"""Bytes read at once; captions of an hour have about 100 KB."""


class _FollowedFile:
    """A file that is read from `resume_at` of its transcript on, and from the beginning if it was replaced."""

    def __init__(self, path: Path, transcript: GrowingTranscript) -> None:
        self._path = path
        self._transcript = transcript
        self._last_bytes = b""
        self.signature: tuple[int, int, int] | None = None
        """Inode, size and time of change at the last read; None before the first one."""

    def read(self) -> list[UtteranceChange] | None:
        """Return the changes of the file, None if it is unchanged. Raises `OSError`."""
        status = self._path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file; pipe it with --listen -")
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        if signature == self.signature:
            return None
        with self._path.open("rb") as file:
            file.seek(self._transcript.resume_at - len(self._last_bytes))
            if file.read(len(self._last_bytes)) != self._last_bytes:  # the file was replaced
                self._transcript.restart()
                self._last_bytes = b""
            begin = file.seek(self._transcript.resume_at)
            data = file.read(MAX_READ_BYTES)
        self.signature = signature
        changes = self._transcript.feed(data)
        passed = data[: self._transcript.resume_at - begin]
        self._last_bytes = (self._last_bytes + passed[-FINGERPRINT_BYTES:])[-FINGERPRINT_BYTES:]
        return changes


class FollowSource:
    """Follows the file at `path`, as `tail -F` does. Content that exists at the start is not emitted.

    `now` returns real seconds, to measure how long the file has been quiet.
    """

    speed = 1.0

    def __init__(self, path: Path, sides: Sides, *, now: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self.name = path.name
        self.sides = sides
        self._now = now

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        speech = LiveSpeech(self, self.sides, emit, clock, self._now)
        file = _FollowedFile(self.path, speech.transcript)
        self._read_existing(file, speech)
        while not stop.wait(POLL_SECONDS):
            self._read_new(file, speech)

    def _read_existing(self, file: _FollowedFile, speech: LiveSpeech) -> None:
        """Read a file that exists at the start without emitting it: it was said before the call."""
        if not self.path.exists():
            self._read_new(file, speech)
            return
        try:
            file.read()
        except OSError as problem:
            self._report_error(file, speech, problem)
            return
        speech.transcript.complete_open()
        if not speech.report_binary():
            speech.report(SourceState.LISTENING, f"listening to {self.name} from here on", "hearing")

    def _read_new(self, file: _FollowedFile, speech: LiveSpeech) -> None:
        try:
            changes = file.read()
        except OSError as problem:
            self._report_error(file, speech, problem)
            return
        if speech.report_binary():
            return
        speech.report_readable()
        if changes is None:
            speech.check_silence()
        else:
            speech.add_changes(changes)

    def _report_error(self, file: _FollowedFile, speech: LiveSpeech, problem: OSError) -> None:
        if isinstance(problem, FileNotFoundError):
            reason = f"{self.name} is gone" if file.signature else f"{self.name} does not exist yet"
            message = f"{reason}: waiting for it; {TALK_KEY_HINT}"
        else:
            message = f"not hearing the call: cannot read {self.name} ({error_reason(problem)}); {TALK_KEY_HINT}"
        speech.report(SourceState.BROKEN, message, type(problem).__name__)


READ_BYTES = 64 * 1024
FIRST_BYTES_SECONDS = 0.1
"""Real seconds to wait for the first bytes when a call opens: a redirected file has them at once."""

WAIT_SECONDS = 0.2
"""Real seconds of one wait for bytes, which limits the delay of a stop."""


def wait_for_bytes(descriptor: int, seconds: float) -> bool:
    """Return whether the descriptor has data, or has ended, within so many real seconds."""
    return bool(select.select([descriptor], [], [], seconds)[0])


class StdinSource:
    """Reads a pipe (standard input, unless another `descriptor` is given) until it ends.

    `has_bytes` waits for data and `now` returns real seconds; tests replace both.
    """

    speed = 1.0
    name = "standard input"

    def __init__(
        self,
        sides: Sides,
        descriptor: int = 0,
        has_bytes: Callable[[int, float], bool] = wait_for_bytes,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sides = sides
        self._descriptor = descriptor
        self._has_bytes = has_bytes
        self._now = now
        self._first_bytes: bytes | None = None

    def binary_reason(self, seconds: float = FIRST_BYTES_SECONDS) -> str:
        """Wait `seconds` for the first bytes. Return why they are not text; empty for text or without bytes."""
        try:
            if self._has_bytes(self._descriptor, seconds):
                self._first_bytes = os.read(self._descriptor, READ_BYTES)
        except OSError:
            return ""
        if self._first_bytes and (kind := detect_binary(self._first_bytes)):
            return binary_message(kind)
        return ""

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        speech = LiveSpeech(self, self.sides, emit, clock, self._now)
        speech.report(SourceState.LISTENING, f"listening to {self.name}", "hearing")
        try:
            self._listen(speech, stop)
        except OSError as problem:
            message = f"not hearing the call: cannot read {self.name} ({error_reason(problem)}); {TALK_KEY_HINT}"
            speech.report(SourceState.BROKEN, message, errno.errorcode.get(problem.errno or 0, "broken"))

    def _listen(self, speech: LiveSpeech, stop: StopSignal) -> None:
        transcript, held, begin = speech.transcript, b"", 0
        while not stop.is_set():
            if self._first_bytes is None and not self._has_bytes(self._descriptor, WAIT_SECONDS):
                speech.check_silence()
                continue
            arrived = os.read(self._descriptor, READ_BYTES) if self._first_bytes is None else self._first_bytes
            self._first_bytes = None
            held += arrived
            speech.add_changes(transcript.feed(held) if arrived else transcript.close(held))
            if speech.report_binary():
                return
            if not arrived:
                speech.report(SourceState.ENDED, f"not hearing the call: {self.name} is over; {TALK_KEY_HINT}", "ended")
                return
            held, begin = held[transcript.resume_at - begin :], transcript.resume_at
