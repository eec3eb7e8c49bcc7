"""The microphone as a source of speech for a call. Whatever happens to it, the call goes on with the talk key."""

from __future__ import annotations

import time
from collections.abc import Callable

from salesnerd_tui.call.events import FloorTaken, Heard, Origin, Side, SourceChanged, SourceState
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.microphone.child_process import ChildEnded, Listener
from salesnerd_tui.speech.microphone.modes import ListenStatus, VoiceMode
from salesnerd_tui.speech.microphone.protocol import (
    DeviceMessage,
    EchoMessage,
    FloorMessage,
    Heartbeat,
    ListenOrders,
    Message,
    ReadyMessage,
    RefusedMessage,
    WordsMessage,
)
from salesnerd_tui.speech.source import INSTEAD, LAG_SECONDS, Emit, Stop

TAKE_SECONDS = 0.1
"""Real seconds of one wait for a message: how soon a pause, an answer or the end is noticed."""

SILENT_SECONDS = 15.0
"""A child that has not even said that it lives for so long hangs, and is started anew."""

SLEPT_SECONDS = 10.0
"""The wall clock went on by so much more than the other: the machine was asleep, and devices may be gone."""

RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
LASTED_SECONDS = 60.0
"""A child that worked for so long is started again at once when it ends."""

NAMES = {Side.ME: "microphone", Side.THEM: "the other side"}
ECHO = "the microphone's echo"
ECHO_SECONDS = 60.0
"""Without an echo for so long, the line that says so is taken away."""

HEARING = "what is heard"
WAITING = "their words wait for their yes: the consent step asks for it"
ECHOES = "your microphone hears the other side too; with headphones nothing of theirs can be taken for yours"
Start = Callable[[], Listener]


class MicSource:
    """Two streams: the microphone is me, the system's output is them. `start` starts the listening child.

    `consented` is asked again and again; what it says counts at once. `hears` is what is heard now, for the screen;
    `measured` is what the child last told of itself; `numbered` how many utterances its children have used up.
    """

    speed = 1.0
    name = "microphone"

    def __init__(
        self,
        mode: VoiceMode,
        start: Start,
        consented: Callable[[], bool] = lambda: False,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.mode = mode
        self.consented = consented
        self.hears = ListenStatus()
        self.measured: Heartbeat | None = None
        self.numbered = 0
        self._start, self._now, self._wall = start, now, wall

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        tries = 0
        while not stop.is_set():
            begun = self._now()
            why = _Listening(self, self._start(), emit, clock, stop, self._now, self._wall).run()
            self.hears = ListenStatus()
            if stop.is_set() or why is None:
                return
            tries = 0 if self._now() - begun > LASTED_SECONDS else tries
            wait = RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)]
            told = f"{why}: not hearing the call, trying again; {INSTEAD}"
            emit(SourceChanged(clock(), self.name, SourceState.BROKEN, told))
            tries += 1
            if stop.wait(wait):
                return

    def allowed(self) -> frozenset[Side]:
        """The sides whose words may be written down at this moment."""
        wanted = self.mode.wants
        return wanted if Side.THEM not in wanted or self.consented() else wanted - {Side.THEM}


class _Listening:
    """One child's life."""

    def __init__(
        self,
        source: MicSource,
        child: Listener,
        emit: Emit,
        clock: CallClock,
        stop: Stop,
        now: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self._source, self._child, self._emit = source, child, emit
        self._clock, self._stop, self._now, self._wall = clock, stop, now, wall
        self._orders: ListenOrders | None = None
        self._open: set[Side] = set()
        self._heard_at = now()
        self._offset = wall() - now()
        self._echo_at: float | None = None
        self._lagging = False
        self._resumed_at = 0.0
        self._first_number = source.numbered

    def run(self) -> str | None:
        """Until the end. Gives why it has to be started again, None where that would be of no use."""
        try:
            while not self._stop.is_set():
                self._mind_orders()
                received = self._child.take(TAKE_SECONDS)
                if received is not None:
                    self._heard_at = self._now()
                    message, written_at = received
                    if isinstance(message, RefusedMessage):
                        self._change(self._source.name, SourceState.BROKEN, f"{message.told}; {INSTEAD}")
                        return None
                    self._take(message, written_at)
                elif self._now() - self._heard_at > SILENT_SECONDS:
                    return "the listener hangs"
                if self._wall() - self._now() - self._offset > SLEPT_SECONDS:
                    return "the machine was asleep"
        except ChildEnded as end:
            return f"the listener ended ({end})"
        finally:
            self._child.close()
        return None

    def _mind_orders(self) -> None:
        orders = ListenOrders(self._source.allowed(), self._clock.paused)
        if orders == self._orders:
            return
        before, self._orders = self._orders, orders
        self._child.order(orders)
        if before is not None and before.paused and not orders.paused:
            self._resumed_at = self._clock()
        if before is not None and before.words != orders.words:
            self._tell_hears(always=True)

    def _take(self, message: Message, written_at: float) -> None:
        match message:
            case DeviceMessage():
                self._device(message)
            case Heartbeat():
                self._source.measured = message
                self._mind_quiet_echo()
                self._mind_lag(message.behind)
            case EchoMessage():
                self._mind_echo()
            case FloorMessage() if not self._clock.paused:
                self._emit(FloorTaken(self._clock(), message.side, Origin.HEARD))
            case WordsMessage() if not self._clock.paused:
                self._words(message, written_at)
            case ReadyMessage() | _:
                pass

    def _words(self, message: WordsMessage, written_at: float) -> None:
        """Words that nobody may have are dropped here once more, whatever the child believed."""
        if message.side not in self._source.allowed():
            return
        now = self._clock()
        start = max(now - (written_at - message.start), 0.0)
        if start < self._resumed_at:
            return
        end = min(max(now - (written_at - message.end), start), now)
        number = self._first_number + message.number
        self._source.numbered = max(self._source.numbered, number + 1)
        self._emit(Heard(now, message.side, "", start, end, message.text, message.final, number))

    def _device(self, message: DeviceMessage) -> None:
        told = message.told
        works = message.state is SourceState.LISTENING
        (self._open.add if works else self._open.discard)(message.side)
        if works:
            self._tell_hears()
        else:
            self._source.hears = ListenStatus.of(self._open, self._orders.words if self._orders else frozenset())
        self._change(NAMES[message.side], message.state, told if works else f"{told}; {INSTEAD}")

    def _tell_hears(self, *, always: bool = False) -> None:
        words = self._orders.words if self._orders else frozenset[Side]()
        hears = ListenStatus.of(self._open, words)
        if hears == self._source.hears and not always:
            return
        self._source.hears = hears
        waits = Side.THEM in self._source.mode.wants and Side.THEM not in words
        self._change(HEARING, SourceState.LISTENING, f"{hears.told}; {WAITING}" if waits else hears.told)

    def _mind_lag(self, behind: float) -> None:
        if behind > LAG_SECONDS and not self._lagging:
            self._lagging = True
            told = f"the listener is {behind:.0f} s behind: this machine is busy"
            self._change(self._source.name, SourceState.LAGGING, told, behind)
        elif self._lagging and behind < LAG_SECONDS / 3:
            self._lagging = False
            self._change(self._source.name, SourceState.LISTENING, "the listener is up to date again")

    def _mind_echo(self) -> None:
        if self._echo_at is None:
            self._change(ECHO, SourceState.LAGGING, ECHOES)
        self._echo_at = self._now()

    def _mind_quiet_echo(self) -> None:
        if self._echo_at is not None and self._now() - self._echo_at > ECHO_SECONDS:
            self._echo_at = None
            self._change(ECHO, SourceState.LISTENING, "your microphone hears only you again")

    def _change(self, source: str, state: SourceState, told: str, behind: float = 0.0) -> None:
        self._emit(SourceChanged(self._clock(), source, state, told, round(behind, 1)))
