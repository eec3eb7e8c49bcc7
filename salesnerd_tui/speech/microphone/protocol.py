"""Messages between the listening child process and the program: one JSON object per line.

Times are seconds on the monotonic clock of the process that wrote the line. Every line carries that clock's reading as
`now`, so the reader can compute ages without sharing a clock.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from salesnerd_tui.call.events import Side, SourceState

SIDES = (Side.ME, Side.THEM)


class ReadyMessage(Struct, frozen=True, tag_field="kind", tag="ready"):
    """The models are loaded and the child listens."""


class RefusedMessage(Struct, frozen=True, tag_field="kind", tag="refused"):
    """The child cannot work and ends; `message` says how to fix it."""

    message: str


class DeviceMessage(Struct, frozen=True, tag_field="kind", tag="device"):
    """The state of a side's device; `message` is for the user."""

    side: Side
    state: SourceState
    message: str


class FloorMessage(Struct, frozen=True, tag_field="kind", tag="floor"):
    """The side that has talked since `at`."""

    side: Side
    at: float


class WordsMessage(Struct, frozen=True, tag_field="kind", tag="words"):
    """Words of one side from `start` to `end`. The next message with the same `number` replaces a partial one."""

    side: Side
    number: int
    start: float
    end: float
    text: str
    final: bool


class EchoMessage(Struct, frozen=True, tag_field="kind", tag="echo"):
    """The microphone heard the buyer; the sound was not attributed to the user."""

    at: float


class Heartbeat(Struct, frozen=True, tag_field="kind", tag="heartbeat"):
    """A sign of life: the age of the sound being processed, CPU seconds used so far, and resident megabytes."""

    behind: float
    cpu: float
    megabytes: float


Message = ReadyMessage | RefusedMessage | DeviceMessage | FloorMessage | WordsMessage | EchoMessage | Heartbeat


class ListenOrders(Struct, frozen=True):
    """Permissions of the child: the sides it may transcribe, and whether capture is paused."""

    words: frozenset[Side]
    paused: bool = False


class ChildSettings(Struct, frozen=True):
    """Settings of a child, its argument as JSON. `recognizes` loads the recognizer; `model` is the user's folder."""

    recognizes: bool = False
    model: str = ""


class InvalidLine(ValueError):
    """A line outside the protocol, such as output of a native library."""


class _Line(Struct, frozen=True):
    now: float
    message: Message


_LINES = msgspec.json.Decoder(_Line)
_ORDERS = msgspec.json.Decoder(ListenOrders)


def encode(message: Message, now: float) -> str:
    """Return a message of the child as a line without its end; `now` is the child's clock."""
    return msgspec.json.encode(_Line(now, message)).decode()


def decode(line: str) -> tuple[Message, float]:
    """Return a message and the child's clock when it was written. Raises `InvalidLine`."""
    try:
        found = _LINES.decode(line)
    except (msgspec.DecodeError, UnicodeError) as problem:
        raise InvalidLine(line[:200]) from problem
    return found.message, found.now


def encode_orders(orders: ListenOrders) -> str:
    """Return the orders for the child as a line without its end."""
    return msgspec.json.encode(orders, order="deterministic").decode()


def decode_orders(line: str) -> ListenOrders:
    """Return the orders on a line. Raises `InvalidLine`, which must never count as permission to listen."""
    try:
        return _ORDERS.decode(line)
    except (msgspec.DecodeError, UnicodeError) as problem:
        raise InvalidLine(line[:200]) from problem
