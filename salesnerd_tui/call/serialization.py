"""Events as plain documents and back, for the store, exports and the command line.

A document is the event's fields with its name under `event`. Fields that equal their default are left out. Reading is
tolerant in one way only: a field this version does not know is dropped, a missing one takes its default; an unknown
event or a wrong type raises `NotAnEvent`, and the reader decides what to keep.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from msgspec import NODEFAULT
from msgspec.structs import fields

from salesnerd_tui.call import events
from salesnerd_tui.call.events import Event, Place

Document = dict[str, Any]


class NotAnEvent(ValueError):
    """A document that no event of this version can be read from; the message says which field and why."""


KINDS: Mapping[str, type[Event]] = {
    name: kind
    for name, kind in vars(events).items()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
}


def to_document(event: Event) -> Document:
    """The event's fields as JSON values, `event` first and defaults left out."""
    document: Document = {"event": type(event).__name__}
    for name, default in _defaults(type(event)):
        value = getattr(event, name)
        if value != default:
            document[name] = _plain(value)
    return document


def from_document(document: Mapping[str, Any]) -> Event:
    """The event a document holds. Raises `NotAnEvent`."""
    name = document.get("event")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise NotAnEvent(f"unknown event {name!r}")
    values: dict[str, Any] = {}
    for field_name, expected in _field_types(kind.__name__).items():
        if field_name in document:
            values[field_name] = _read(document[field_name], expected, f"{name}.{field_name}")
    try:
        return kind(**values)
    except TypeError as problem:
        raise NotAnEvent(f"{name}: {problem}") from None


@cache
def _defaults(kind: type[Event]) -> tuple[tuple[str, Any], ...]:
    return tuple((item.name, item.default if item.default_factory is NODEFAULT else {}) for item in fields(kind))


def _plain(value: Any) -> Any:
    if isinstance(value, Place):
        return [value.item, value.probe, value.detour]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value


@cache
def _field_types(name: str) -> dict[str, Any]:
    """Worked out when the first event of that name is read: all of them at once would be felt at every start."""
    return typing.get_type_hints(KINDS[name])


def _read(value: Any, expected: Any, where: str) -> Any:
    if expected is Place:
        return _place(value, where)
    if isinstance(expected, types.UnionType):
        return None if value is None else _read(value, typing.get_args(expected)[0], where)
    origin = typing.get_origin(expected)
    if origin is tuple:
        return tuple(_read(part, typing.get_args(expected)[0], where) for part in _checked(value, list, where))
    if origin is not None:
        value_type = typing.get_args(expected)[1]
        return {str(key): _read(part, value_type, where) for key, part in _checked(value, dict, where).items()}
    if issubclass(expected, StrEnum):
        try:
            return expected(value)
        except ValueError:
            raise NotAnEvent(f"{where}: {value!r} is none of {', '.join(expected)}") from None
    if expected is float:
        return _number(_checked(value, (int, float), where), where)
    return _checked(value, expected, where)


def _number(value: int | float, where: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise NotAnEvent(f"{where}: not a number that can be counted with")
    return number


def _place(value: Any, where: str) -> Place:
    if isinstance(value, list) and len(value) == 3 and all(part is None or isinstance(part, str) for part in value):
        return Place(*value)
    raise NotAnEvent(f"{where}: not a place")


def _checked(value: Any, expected: Any, where: str) -> Any:
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise NotAnEvent(f"{where}: {type(value).__name__} is not what belongs here")
    return value
