"""Source that follows a captions file while another program appends to it, rewrites, replaces or deletes it."""

from __future__ import annotations

import errno
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct, field

from salesnerd_tui.call.events import SourceState
from salesnerd_tui.speech.growing_transcript import GrowingTranscript
from salesnerd_tui.speech.live_speech import SETTLED_SECONDS, LiveSpeech
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

Signature = tuple[int, int, int]


class _Followed(Struct):
    """Position up to which the file was read."""

    transcript: GrowingTranscript = field(default_factory=GrowingTranscript)
    signature: Signature | None = None
    before: bytes = b""
    changed_at: float = 0.0
    settled: bool = True

    @property
    def before_at(self) -> int:
        return self.transcript.rest - len(self.before)

    def restart(self) -> None:
        self.transcript.restart()
        self.before = b""

    def remember(self, passed: bytes) -> None:
        """Keep the last bytes before the resume position."""
        self.before = (self.before + passed[-FINGERPRINT_BYTES:])[-FINGERPRINT_BYTES:]


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
        speech = LiveSpeech(self, self.sides, emit, clock)
        followed = _Followed(changed_at=self._now())
        self._join(followed, speech)
        while not stop.wait(POLL_SECONDS):
            self._check(followed, speech)

    def _join(self, followed: _Followed, speech: LiveSpeech) -> None:
        """Read a file that exists at the start without emitting it: it was said before the call."""
        if self._from_start or not self.path.exists():
            self._check(followed, speech)
            return
        try:
            self._read(followed)
        except OSError as problem:
            self._report_error(followed, speech, problem)
            return
        followed.transcript.settle()
        if speech.report_binary(followed.transcript.not_text):
            return
        speech.report(SourceState.LISTENING, f"listening to {self.name} from here on", "hearing")

    def _check(self, followed: _Followed, speech: LiveSpeech) -> None:
        now = self._now()
        try:
            changes = self._read(followed)
        except OSError as problem:
            self._report_error(followed, speech, problem)
            return
        if speech.report_binary(followed.transcript.not_text):
            return
        speech.report_readable()
        if changes is not None:
            followed.changed_at, followed.settled = now, False
            speech.hear(changes)
            speech.report_lost(followed.transcript.not_understood)
        elif not followed.settled and now - followed.changed_at >= SETTLED_SECONDS:
            followed.settled = True
            if settled := followed.transcript.settle():
                speech.hear(settled)
        else:
            speech.report_quiet(now - followed.changed_at)

    def _report_error(self, followed: _Followed, speech: LiveSpeech, problem: OSError) -> None:
        if isinstance(problem, FileNotFoundError):
            gone = f"{self.name} is gone" if followed.signature else f"{self.name} does not exist yet"
            message = f"{gone}: waiting for it, not hearing the call; {INSTEAD}"
        else:
            message = f"cannot read {self.name} ({problem.strerror}): not hearing the call; {INSTEAD}"
        speech.report(SourceState.BROKEN, message, type(problem).__name__)

    def _read(self, followed: _Followed) -> list[UtteranceChange] | None:
        """Return the changes of the file, None if it is unchanged. Raises `OSError`."""
        status = self.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file; pipe it with --listen -")
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        if signature == followed.signature:
            return None
        transcript = followed.transcript
        with self.path.open("rb") as file:
            if followed.before and _bytes_at(file, followed.before_at, len(followed.before)) != followed.before:
                followed.restart()
            file.seek(transcript.rest)
            begin = transcript.rest
            data = file.read(READ_LIMIT)
        followed.signature = signature
        changes = transcript.take(data)
        followed.remember(data[: transcript.rest - begin])
        return changes


def _bytes_at(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)
