"""Encode events as JSON-ready documents, and decode them.

A document holds an event's name under `event`, then its fields without those that have their default value. Decoding
ignores unknown fields and fills in missing ones that have a default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from salesnerd_tui.call.events import Event

Document = dict[str, Any]

EVENT_TYPES: Mapping[str, type[Event]] = {event.__name__: event for event in Event.__subclasses__()}

_PATH = re.compile(r"(.+?)(?: - at `(?:key` in `)?\$(.*)`)?", re.DOTALL)


class NotAnEvent(ValueError):
    """A document that is not a valid event of this version; the message names the field."""


def to_document(event: Event) -> Document:
    """Return the event as JSON values, its name first and default values left out."""
    document = msgspec.to_builtins(event, enc_hook=dict)  # any mapping is stored as an object
    return {name: list(value) if isinstance(value, tuple) else value for name, value in document.items()}


def from_document(document: Mapping[str, Any]) -> Event:
    """Return the event that `document` holds. Raises `NotAnEvent`."""
    name = document.get("event")
    if not isinstance(name, str) or name not in EVENT_TYPES:
        raise NotAnEvent(f"unknown event {name!r}")
    try:
        # One type at a time: building the decoder for all of them would delay the first screen.
        return msgspec.convert(document, EVENT_TYPES[name])
    except msgspec.ValidationError as error:
        match = _PATH.fullmatch(str(error))
        message, path = match.groups() if match else (str(error), "")
        raise NotAnEvent(f"{name}{path or ''}: {message.replace('`', '')}") from None
