"""A call as JSON that other programs may rely on.

The document is described in `docs/calls.md`. `version` goes up when a field is renamed, removed or changes its
meaning; new fields come without that. Times are seconds into the call, moments ISO 8601.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct

from salesnerd_tui.call.events import Event
from salesnerd_tui.call.serialization import to_document
from salesnerd_tui.review.debrief.model import Debrief
from salesnerd_tui.text import escape_json

FORMAT = "salesnerd-call"
VERSION = 1


def document(debrief: Debrief, call_id: str, events: Iterable[Event] = ()) -> dict[str, Any]:
    """The debrief and, under `events`, everything it was made of, as JSON values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": call_id,
        **plain(debrief),
        "events": [plain(to_document(event)) for event in events],
    }


def to_json(value: Any) -> str:
    """`value` as indented JSON. What a terminal would obey, and half characters, are written as `\\u` escapes."""
    return escape_json(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """A value of this room as JSON values; a number that is none becomes null."""
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
