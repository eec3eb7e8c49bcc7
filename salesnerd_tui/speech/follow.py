"""A captions file that another program writes during the call: it may grow, be rewritten, be swapped, vanish."""

from __future__ import annotations

import errno
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct, field

from salesnerd_tui.call.events import SourceState
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.incremental import GrowingTranscript, UtteranceChange
from salesnerd_tui.speech.live import SETTLED_SECONDS, Voice
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import INSTEAD, Emit, Stop

POLL_SECONDS = 0.05
"""Real seconds between two looks at the file: one `stat`, no dependency, and the same on every file system."""

FINGERPRINT_BYTES = 4096
"""Bytes before the place where reading goes on; if they have changed, the file is another one."""

READ_LIMIT = 64 * 1024 * 1024
"""Bytes read at once; a captions file of an hour has a hundred thousand."""

Signature = tuple[int, int, int]


class _Followed(Struct):
    """How far the file was read."""

    transcript: GrowingTranscript = field(default_factory=GrowingTranscript)
    signature: Signature | None = None
    before: bytes = b""
    changed_at: float = 0.0
    settled: bool = True

    @property
    def before_at(self) -> int:
        return self.transcript.rest - len(self.before)

    def start_anew(self) -> None:
        self.transcript.restart()
        self.before = b""

    def remember(self, passed: bytes) -> None:
        """The last bytes before the place where reading goes on."""
        self.before = (self.before + passed[-FINGERPRINT_BYTES:])[-FINGERPRINT_BYTES:]


class FollowSource:
    """Follows the file at `path`, as `tail -F` does. What is in it already is only told if `from_start` is set.

    `now` gives real seconds, for how long the file has been quiet.
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

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        voice = Voice(self, self.sides, emit, clock)
        followed = _Followed(changed_at=self._now())
        self._join(followed, voice)
        while not stop.wait(POLL_SECONDS):
            self._look(followed, voice)

    def _join(self, followed: _Followed, voice: Voice) -> None:
        """The first look: a file that is there already is read, but was said before anybody listened."""
        if self._from_start or not self.path.exists():
            self._look(followed, voice)
            return
        try:
            self._read(followed)
        except OSError as problem:
            self._lost(followed, voice, problem)
            return
        followed.transcript.settle()
        if voice.mind_binary(followed.transcript.not_text):
            return
        voice.tell(SourceState.LISTENING, f"listening to {self.name} from here on", "hearing")

    def _look(self, followed: _Followed, voice: Voice) -> None:
        now = self._now()
        try:
            changes = self._read(followed)
        except OSError as problem:
            self._lost(followed, voice, problem)
            return
        if voice.mind_binary(followed.transcript.not_text):
            return
        voice.readable()
        if changes is not None:
            followed.changed_at, followed.settled = now, False
            voice.hear(changes)
            voice.mind_lost(followed.transcript.not_understood)
        elif not followed.settled and now - followed.changed_at >= SETTLED_SECONDS:
            followed.settled = True
            if settled := followed.transcript.settle():
                voice.hear(settled)
        else:
            voice.quiet(now - followed.changed_at)

    def _lost(self, followed: _Followed, voice: Voice, problem: OSError) -> None:
        if isinstance(problem, FileNotFoundError):
            gone = f"{self.name} is gone" if followed.signature else f"{self.name} is not there yet"
            told = f"{gone}: waiting for it, not hearing the call; {INSTEAD}"
        else:
            told = f"{self.name} cannot be read ({problem.strerror}): not hearing the call; {INSTEAD}"
        voice.tell(SourceState.BROKEN, told, type(problem).__name__)

    def _read(self, followed: _Followed) -> list[UtteranceChange] | None:
        """What is new in the file, None where it has not changed. Raises `OSError`."""
        status = self.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no file; pipe it in with --listen -")
        signature = (status.st_ino, status.st_size, status.st_mtime_ns)
        if signature == followed.signature:
            return None
        transcript = followed.transcript
        with self.path.open("rb") as file:
            if followed.before and _bytes_at(file, followed.before_at, len(followed.before)) != followed.before:
                followed.start_anew()
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
