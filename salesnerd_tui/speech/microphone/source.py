"""Microphone source of a call. Whatever happens to it, the call continues with the talk key.

It starts the listening child process, reads its messages, sends it orders and ends it. What is missing for that is
reported before the screen opens (`open_microphone`, `check_setup`).

Each side is measured by default and transcribed only on request, the buyer only with consent. The playbook asks for the
consent (`common/consent`), and the answer fills a note. Without consent, or after it is withdrawn or undone, the
buyer's sound is used only to measure when they talk.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from salesnerd_tui.call.events import FloorTaken, Heard, Origin, Side, SourceChanged, SourceState
from salesnerd_tui.playbook.standard_notes import StandardNote
from salesnerd_tui.speech.microphone.capture import NoDevice, system_capture
from salesnerd_tui.speech.microphone.models import (
    EXTRA_COMMAND,
    HASHES,
    INSTALL_COMMAND,
    VAD_FILE,
    ModelProblem,
    find_model,
    list_missing_files,
    voice_folder,
)
from salesnerd_tui.speech.microphone.protocol import (
    SIDES,
    ChildSettings,
    DeviceMessage,
    EchoMessage,
    FloorMessage,
    Heartbeat,
    InvalidLine,
    ListenOrders,
    Message,
    ReadyMessage,
    RefusedMessage,
    WordsMessage,
    decode,
    encode_orders,
)
from salesnerd_tui.speech.source import LAG_SECONDS, TALK_KEY_HINT, CallClock, Emit, StopSignal

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState
    from salesnerd_tui.playbook.model import Playbook


class VoiceMode(StrEnum):
    """Value of `--transcribe`. `BOTH` needs the buyer's consent in the notes; until then it acts as `ME`."""

    NONE = "none"
    ME = "me"
    BOTH = "both"

    @property
    def transcribed_sides(self) -> frozenset[Side]:
        """The sides whose words are requested."""
        match self:
            case VoiceMode.NONE:
                return frozenset()
            case VoiceMode.ME:
                return frozenset({Side.ME})
            case VoiceMode.BOTH:
                return frozenset(SIDES)


class ListenLevel(StrEnum):
    """Capture mode of one side."""

    OFF = "-"
    VOICE = "voice"
    WORDS = "words"


class ListenStatus(Struct, frozen=True):
    """Current capture modes of both sides."""

    me: ListenLevel = ListenLevel.OFF
    them: ListenLevel = ListenLevel.OFF

    @classmethod
    def from_sides(cls, open_sides: AbstractSet[Side], transcribed_sides: AbstractSet[Side]) -> ListenStatus:
        """Return the status for the sides with a working device and the sides that may be transcribed."""

        def level(side: Side) -> ListenLevel:
            if side not in open_sides:
                return ListenLevel.OFF
            return ListenLevel.WORDS if side in transcribed_sides else ListenLevel.VOICE

        return cls(level(Side.ME), level(Side.THEM))

    @property
    def mark(self) -> str:
        """A short form that stays on the screen: `mic: you words · them voice`."""
        return f"mic: you {self.me} · them {self.them}"

    @property
    def message(self) -> str:
        """One line, shown when capture begins or changes."""
        if self.me is ListenLevel.OFF and self.them is ListenLevel.OFF:
            return "no device is heard yet"
        has_words = ListenLevel.WORDS in (self.me, self.them)
        stored = "no sound is stored" if has_words else "no words and no sound are stored"
        consent = ", with their consent" if self.them is ListenLevel.WORDS else ""
        return f"you: {_LEVEL_TEXTS[self.me]}; them: {_LEVEL_TEXTS[self.them]}{consent}; {stored}"


_LEVEL_TEXTS = {ListenLevel.OFF: "not heard", ListenLevel.VOICE: "talk time only", ListenLevel.WORDS: "transcribed"}


AGREED = "agreed"


def has_consent(state: CallState) -> bool:
    """Return whether the latest valid answer to the consent step is a yes."""
    known = state.known(StandardNote.CONSENT)
    return bool(known) and known[-1] == AGREED


def asks_consent(playbook: Playbook) -> bool:
    """Return whether a playbook has a consent step: an answer that fills the note with a yes."""
    return any(
        answer.sets.get(StandardNote.CONSENT) == AGREED for ask in playbook.call_questions() for answer in ask.answers
    )


EXIT_TIMEOUT_SECONDS = 1.0
"""Seconds for the child to end after its standard input closed; then it is killed."""

MAX_LOG_BYTES = 1_000_000
"""Size from which the log is truncated."""


class ChildEnded(Exception):
    """The child process has ended; the message says how."""


class Listener(Protocol):
    """A running child. Tests provide a fake."""

    def receive(self, seconds: float) -> tuple[Message, float] | None:
        """Wait up to `seconds` for the next message; return it with the child's clock when it was written.

        Returns None after the timeout. Raises `ChildEnded`.
        """

    def send_orders(self, orders: ListenOrders) -> None: ...

    def close(self) -> None: ...


class ChildListener:
    """A real child process. Its standard error, with the output of native libraries, is appended to `log` (0600)."""

    def __init__(self, settings: ChildSettings, log: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "salesnerd_tui.speech.microphone.child",
            msgspec.json.encode(settings).decode(),
        ]
        with _open_log(log) as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        self._inbox: queue.SimpleQueue[tuple[Message, float] | None] = queue.SimpleQueue()
        Thread(target=self._read, name="voice messages", daemon=True).start()

    def receive(self, seconds: float) -> tuple[Message, float] | None:
        try:
            received = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return None
        if received is not None:
            return received
        try:
            status = self._process.wait(EXIT_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            raise ChildEnded("it closed its output") from None
        raise ChildEnded(f"signal {-status}" if status < 0 else f"status {status}")

    def send_orders(self, orders: ListenOrders) -> None:
        with contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(encode_orders(orders) + "\n")
            self._process.stdin.flush()

    def close(self) -> None:
        """Close the child's standard input, which ends it; kill it after `EXIT_TIMEOUT_SECONDS`."""
        with contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(EXIT_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with contextlib.suppress(InvalidLine):
                self._inbox.put(decode(line))
        self._inbox.put(None)


def _open_log(log: Path) -> IO[bytes]:
    """Open the log; without write access, discard the output, because listening matters more."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = os.O_TRUNC if log.exists() and log.stat().st_size > MAX_LOG_BYTES else os.O_APPEND
        return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | mode, 0o600), "ab")
    except OSError:
        return Path(os.devnull).open("ab")


RECEIVE_SECONDS = 0.1
"""Real seconds of one wait for a message: how soon a pause, an answer or the end takes effect."""

HANG_TIMEOUT_SECONDS = 15.0
"""Time without any message after which a child counts as hanging and is restarted."""

SLEEP_GAP_SECONDS = 10.0
"""Lead of the wall clock over the monotonic clock that means the machine slept; devices may be gone then."""

RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
STABLE_SECONDS = 60.0
"""A child that ran for so long is restarted without a growing wait."""

SOURCE_NAMES = {Side.ME: "microphone", Side.THEM: "the other side"}
ECHO_SOURCE = "microphone echo"
ECHO_SECONDS = 60.0
"""Time without an echo after which the echo warning is cleared."""

STATUS_SOURCE = "listening"
AWAITING_CONSENT = "they are transcribed once they agree (use the consent step)"
ECHO_WARNING = "your microphone hears the other side too (use headphones)"
Start = Callable[[], Listener]


class MicSource:
    """Source with two streams: the microphone is the user, the system's output is the buyer.

    `start` starts the listening child. `has_consent` is polled, and its answer takes effect at once. `status` is what
    is heard now, `heartbeat` the latest of the child, `next_number` the first unused utterance number.
    """

    speed = 1.0
    name = "microphone"

    def __init__(
        self,
        mode: VoiceMode,
        start: Start,
        has_consent: Callable[[], bool] = lambda: False,
        now: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.mode = mode
        self.has_consent = has_consent
        self.status = ListenStatus()
        self.heartbeat: Heartbeat | None = None
        self.next_number = 0
        self._start, self._now, self._wall_clock = start, now, wall_clock

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        attempts = 0
        while not stop.is_set():
            started_at = self._now()
            child_session = _ChildSession(
                self, self._start(), emit, clock, stop, now=self._now, wall_clock=self._wall_clock
            )
            reason = child_session.run()
            self.status = ListenStatus()
            if stop.is_set() or reason is None:
                return
            attempts = 0 if self._now() - started_at > STABLE_SECONDS else attempts
            wait = RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)]
            message = f"not hearing the call, retrying: {reason}; {TALK_KEY_HINT}"
            emit(SourceChanged(clock(), self.name, SourceState.BROKEN, message))
            attempts += 1
            if stop.wait(wait):
                return

    def allowed_sides(self) -> frozenset[Side]:
        """Return the sides that may be transcribed right now."""
        requested = self.mode.transcribed_sides
        return requested if Side.THEM not in requested or self.has_consent() else requested - {Side.THEM}


class _ChildSession:
    """One run of a listening child, from its start to its end."""

    def __init__(
        self,
        source: MicSource,
        child: Listener,
        emit: Emit,
        clock: CallClock,
        stop: StopSignal,
        *,
        now: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        self._source, self._child, self._emit = source, child, emit
        self._clock, self._stop, self._now, self._wall_clock = clock, stop, now, wall_clock
        self._orders: ListenOrders | None = None
        self._open_sides: set[Side] = set()
        self._last_message_at = now()
        self._wall_offset = wall_clock() - now()
        self._echo_at: float | None = None
        self._is_lagging = False
        self._resumed_at = 0.0
        self._first_number = source.next_number

    def run(self) -> str | None:
        """Run until the end. Return why the child must be restarted, None where a restart is of no use."""
        try:
            while not self._stop.is_set():
                self._send_orders()
                received = self._child.receive(RECEIVE_SECONDS)
                if received is not None:
                    self._last_message_at = self._now()
                    message, written_at = received
                    if isinstance(message, RefusedMessage):
                        self._report(self._source.name, SourceState.BROKEN, f"{message.message}; {TALK_KEY_HINT}")
                        return None
                    self._handle(message, written_at)
                elif self._now() - self._last_message_at > HANG_TIMEOUT_SECONDS:
                    return "the listener hangs"
                if self._wall_clock() - self._now() - self._wall_offset > SLEEP_GAP_SECONDS:
                    return "the machine was asleep"
        except ChildEnded as end:
            return f"the listener ended ({end})"
        finally:
            self._child.close()
        return None

    def _send_orders(self) -> None:
        orders = ListenOrders(self._source.allowed_sides(), self._clock.is_paused)
        if orders == self._orders:
            return
        before, self._orders = self._orders, orders
        self._child.send_orders(orders)
        if before is not None and before.paused and not orders.paused:
            self._resumed_at = self._clock()
        if before is not None and before.words != orders.words:
            self._report_status(always=True)

    def _handle(self, message: Message, written_at: float) -> None:
        match message:
            case DeviceMessage():
                self._handle_device(message)
            case Heartbeat():
                self._source.heartbeat = message
                if self._echo_at is not None and self._now() - self._echo_at > ECHO_SECONDS:
                    self._echo_at = None
                    self._report(ECHO_SOURCE, SourceState.LISTENING, "your microphone hears only you again")
                self._report_lag(message.behind)
            case EchoMessage():
                if self._echo_at is None:
                    self._report(ECHO_SOURCE, SourceState.LAGGING, ECHO_WARNING)
                self._echo_at = self._now()
            case FloorMessage() if not self._clock.is_paused:
                self._emit(FloorTaken(self._clock(), message.side, Origin.HEARD))
            case WordsMessage() if not self._clock.is_paused:
                self._emit_words(message, written_at)
            case ReadyMessage() | _:
                pass

    def _emit_words(self, message: WordsMessage, written_at: float) -> None:
        """Emit words. Words that may not be transcribed are dropped here too, whatever the child did."""
        if message.side not in self._source.allowed_sides():
            return
        now = self._clock()
        start = max(now - (written_at - message.start), 0.0)
        if start < self._resumed_at:
            return
        end = min(max(now - (written_at - message.end), start), now)
        number = self._first_number + message.number
        self._source.next_number = max(self._source.next_number, number + 1)
        self._emit(Heard(now, message.side, "", start, end, message.text, message.final, number))

    def _handle_device(self, message: DeviceMessage) -> None:
        works = message.state is SourceState.LISTENING
        (self._open_sides.add if works else self._open_sides.discard)(message.side)
        if works:
            self._report_status()
        else:
            self._source.status = ListenStatus.from_sides(
                self._open_sides, self._orders.words if self._orders else frozenset()
            )
        self._report(
            SOURCE_NAMES[message.side],
            message.state,
            message.message if works else f"{message.message}; {TALK_KEY_HINT}",
        )

    def _report_status(self, *, always: bool = False) -> None:
        words = self._orders.words if self._orders else frozenset[Side]()
        status = ListenStatus.from_sides(self._open_sides, words)
        if status == self._source.status and not always:
            return
        self._source.status = status
        waits = Side.THEM in self._source.mode.transcribed_sides and Side.THEM not in words
        self._report(
            STATUS_SOURCE, SourceState.LISTENING, f"{status.message}; {AWAITING_CONSENT}" if waits else status.message
        )

    def _report_lag(self, behind: float) -> None:
        if behind > LAG_SECONDS and not self._is_lagging:
            self._is_lagging = True
            text = f"the listener is {behind:.0f} s behind: this machine is busy"
            self._report(self._source.name, SourceState.LAGGING, text, behind)
        elif self._is_lagging and behind < LAG_SECONDS / 3:
            self._is_lagging = False
            self._report(self._source.name, SourceState.LISTENING, "the listener is up to date again")

    def _report(self, source: str, state: SourceState, message: str, behind: float = 0.0) -> None:
        self._emit(SourceChanged(self._clock(), source, state, message, round(behind, 1)))


LIBRARIES = ("numpy", "sherpa_onnx")


def open_microphone(mode: VoiceMode, model: str = "") -> MicSource:
    """Return the source for a call. `model` is a folder named by the user, or empty. Raises `ModelProblem`."""
    if missing := _list_missing_libraries():
        raise ModelProblem(f"--listen mic needs the voice extra: {', '.join(missing)} not installed ({EXTRA_COMMAND})")
    user_folder = Path(model).expanduser() if model else None
    _check_files(mode, user_folder)
    settings = ChildSettings(bool(mode.transcribed_sides), str(user_folder) if user_folder else "")
    return MicSource(mode, lambda: ChildListener(settings, log_file()))


def _list_missing_libraries() -> list[str]:
    return [name for name in LIBRARIES if find_spec(name) is None]


def log_file() -> Path:
    """Return the log with the output of native libraries; it never contains what was said."""
    return voice_folder() / "listener.log"


def _check_files(mode: VoiceMode, user_folder: Path | None) -> None:
    """Check that the model files exist; the child verifies their content. Raises `ModelProblem`."""
    if user_folder is not None:
        find_model(user_folder)
    needed = [VAD_FILE] if user_folder is not None or not mode.transcribed_sides else list(HASHES)
    folders = [folder for folder in (user_folder, voice_folder()) if folder is not None]
    if not all(any((folder / name).is_file() for folder in folders) for name in needed):
        raise ModelProblem(f"voice models not found (install them with: {INSTALL_COMMAND})")


class SetupCheck(Struct, frozen=True):
    """One requirement of listening. `message` shows its value, or how to fix it where it is not `ok`."""

    subject: str
    ok: bool
    message: str


def check_setup() -> list[SetupCheck]:
    """Check libraries, models and devices, without listening."""
    missing = _list_missing_libraries()
    files = list_missing_files()
    return [
        SetupCheck(
            "libraries",
            not missing,
            f"{EXTRA_COMMAND} ({', '.join(missing)} missing)" if missing else ", ".join(LIBRARIES),
        ),
        SetupCheck(
            "models", not files, f"{INSTALL_COMMAND} ({', '.join(files)} missing)" if files else str(voice_folder())
        ),
        *_check_devices(),
    ]


def _check_devices() -> list[SetupCheck]:
    try:
        capture = system_capture()
    except NoDevice as problem:
        return [SetupCheck("sound", ok=False, message=str(problem))]
    defaults = {"microphone": capture.default_name(Side.ME), "system output": capture.default_name(Side.THEM)}
    missing = "no default device (choose one in the sound settings)"
    return [SetupCheck(name, bool(default), default or missing) for name, default in defaults.items()]
