"""Source that follows a captions file while another program appends to it, rewrites, replaces or deletes it."""

from __future__ import annotations

import errno
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from salesnerd_tui.call.events import SourceState
from salesnerd_tui.speech.growing_transcript import GrowingTranscript
from salesnerd_tui.speech.live_speech import LiveSpeech
from salesnerd_tui.speech.source import INSTEAD, CallClock, Emit, StopSignal

if TYPE_CHECKING:
    from salesnerd_tui.speech.deduplicator import UtteranceChange
    from salesnerd_tui.speech.sides import Sides


POLL_SECONDS = 0.05
"""Real seconds between two checks of the file with one `stat`, which works on every file system."""

FINGERPRINT_BYTES = 4096
"""Bytes before the resume position; if they have changed, the file was replaced."""

READ_LIMIT = 64 * 1024 * 1024
"""Bytes read at once; captions of an hour have about 100 KB."""


class _FollowedFile:
    """A file that is read from `rest` of its transcript on, and from the beginning if it was replaced."""

    def __init__(self, path: Path, transcript: GrowingTranscript) -> None:
        self._path = path
        self._transcript = transcript
        self._before = b""
        self._signature: tuple[int, int, int] | None = None

    @property
    def existed(self) -> bool:
        return self._signature is not None

    def read(self) -> list[UtteranceChange] | None:
        """Return the changes of the file, None if it is unchanged. Raises `OSError`."""
        status = self._path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file; pipe it with --listen -")
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        if signature == self._signature:
            return None
        with self._path.open("rb") as file:
            if self._before and self._is_replaced(file):
                self._transcript.restart()
                self._before = b""
            begin = file.seek(self._transcript.rest)
            data = file.read(READ_LIMIT)
        self._signature = signature
        changes = self._transcript.take(data)
        passed = data[: self._transcript.rest - begin]
        self._before = (self._before + passed[-FINGERPRINT_BYTES:])[-FINGERPRINT_BYTES:]
        return changes

    def _is_replaced(self, file: BinaryIO) -> bool:
        """Return whether the last bytes before the resume position have changed."""
        file.seek(self._transcript.rest - len(self._before))
        return file.read(len(self._before)) != self._before


class FollowSource:
    """Follows the file at `path`, as `tail -F` does. Existing content is emitted only if `from_start` is set.

    `now` returns real seconds, to measure how long the file has been quiet.
    """

    speed = 1.0

    def __init__(
        self, path: Path, sides: Sides, from_start: bool = False, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.path = path
        self.sides = sides
        self._from_start = from_start
        self._now = now

    @property
    def name(self) -> str:
        return self.path.name

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        speech = LiveSpeech(self, self.sides, emit, clock, self._now)
        file = _FollowedFile(self.path, speech.transcript)
        self._join(file, speech)
        while not stop.wait(POLL_SECONDS):
            self._check(file, speech)

    def _join(self, file: _FollowedFile, speech: LiveSpeech) -> None:
        """Read a file that exists at the start without emitting it: it was said before the call."""
        if self._from_start or not self.path.exists():
            self._check(file, speech)
            return
        try:
            file.read()
        except OSError as problem:
            self._report_error(file, speech, problem)
            return
        speech.transcript.settle()
        if not speech.report_binary():
            speech.report(SourceState.LISTENING, f"listening to {self.name} from here on", "hearing")

    def _check(self, file: _FollowedFile, speech: LiveSpeech) -> None:
        try:
            changes = file.read()
        except OSError as problem:
            self._report_error(file, speech, problem)
            return
        if speech.report_binary():
            return
        speech.report_readable()
        if changes is None:
            speech.wait()
        else:
            speech.take(changes)

    def _report_error(self, file: _FollowedFile, speech: LiveSpeech, problem: OSError) -> None:
        if isinstance(problem, FileNotFoundError):
            gone = f"{self.name} is gone" if file.existed else f"{self.name} does not exist yet"
            message = f"{gone}: waiting for it, not hearing the call; {INSTEAD}"
        else:
            message = f"cannot read {self.name} ({problem.strerror}): not hearing the call; {INSTEAD}"
        speech.report(SourceState.BROKEN, message, type(problem).__name__)
