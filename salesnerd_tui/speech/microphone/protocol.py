"""What the listening child and the program say to each other: one JSON object a line.

Moments are seconds of the monotonic clock of whoever wrote the line. Every line carries that clock's reading as `now`,
so that the reader can tell how long ago something was without sharing a clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from salesnerd_tui.call.events import Side, SourceState


class ReadyMessage(Struct, frozen=True):
    """The models are loaded; from here on it listens."""


class RefusedMessage(Struct, frozen=True):
    """It can never work as things are; `told` says what to do. The child ends after this."""

    told: str


class DeviceMessage(Struct, frozen=True):
    """A side's device works (`LISTENING`), or does not; `told` is for the person."""

    side: Side
    state: SourceState
    told: str


class FloorMessage(Struct, frozen=True):
    """Who talks since `at`; no words."""

    side: Side
    at: float


class WordsMessage(Struct, frozen=True):
    """What one side said between `start` and `end`. A partial is replaced by the next of the same `number`."""

    side: Side
    number: int
    start: float
    end: float
    text: str
    final: bool


class EchoMessage(Struct, frozen=True):
    """The microphone hears the other side: what it brought was not taken for mine."""

    at: float


class Heartbeat(Struct, frozen=True):
    """It lives. `behind` is how old the sound is that it works on, `cpu` the seconds it has used so far."""

    behind: float
    cpu: float
    megabytes: float


Message = ReadyMessage | RefusedMessage | DeviceMessage | FloorMessage | WordsMessage | EchoMessage | Heartbeat

_KINDS: Mapping[str, type[Message]] = {
    kind.__name__.lower(): kind
    for kind in (ReadyMessage, RefusedMessage, DeviceMessage, FloorMessage, WordsMessage, EchoMessage, Heartbeat)
}
_ENUMS: Mapping[str, type[Side] | type[SourceState]] = {"side": Side, "state": SourceState}


class ListenOrders(Struct, frozen=True):
    """What the child may do: whose words it may write down, and whether it has to be deaf for now."""

    words: frozenset[Side] = frozenset()
    paused: bool = False


class NotALine(ValueError):
    """A line that is none of ours: a native library wrote to standard output."""


def encode(message: Message, now: float) -> str:
    return json.dumps({"kind": type(message).__name__.lower(), "now": now, **asdict(message)}, ensure_ascii=True)


def decode(line: str) -> tuple[Message, float]:
    """The message, and its writer's clock when it was written. Raises `NotALine`."""
    try:
        fields: dict[str, Any] = json.loads(line)
        kind, now = _KINDS[fields.pop("kind")], float(fields.pop("now"))
        for name, enum in _ENUMS.items():
            if name in fields:
                fields[name] = enum(fields[name])
        return kind(**fields), now
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise NotALine(line[:200]) from problem


def encode_orders(orders: ListenOrders) -> str:
    return json.dumps({"words": sorted(orders.words), "paused": orders.paused})


def decode_orders(line: str) -> ListenOrders:
    """Raises `NotALine`; what is not understood must not be taken for leave to listen."""
    try:
        fields: dict[str, Any] = json.loads(line)
        return ListenOrders(frozenset(Side(side) for side in fields["words"]), bool(fields["paused"]))
    except (ValueError, TypeError, KeyError) as problem:
        raise NotALine(line[:200]) from problem
