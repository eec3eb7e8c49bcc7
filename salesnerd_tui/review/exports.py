"""Export formats of a call by file extension, and calls as JSON for other programs (`docs/calls.md`).

The fields of the debrief are the public JSON, except for those in `_INTERNAL`; a golden document in the tests freezes
their names. `VERSION` goes up when a public field is renamed, removed or changes its meaning.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from salesnerd_tui.call.events import Event, to_document
from salesnerd_tui.files import CannotWrite
from salesnerd_tui.review.debrief.model import Debrief, HypothesisResult, PromiseEntry
from salesnerd_tui.text import escape_json

FORMAT = "salesnerd-call"
VERSION = 1

_INTERNAL: Mapping[type[Struct], frozenset[str]] = {
    Debrief: frozenset(("agreed",)),
    PromiseEntry: frozenset(("kind",)),
    HypothesisResult: frozenset(("is_quoted",)),
}
"""Fields of the debrief that are not part of the public format."""


def document(debrief: Debrief, call_id: str, events: Iterable[Event] = ()) -> dict[str, Any]:
    """Return the debrief and, under `events`, the events it was built from, as JSON values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": call_id,
        **json_values(debrief, _INTERNAL),
        "events": [json_values(to_document(event)) for event in events],
    }


def to_json(value: Any) -> str:
    """Return indented JSON; control characters and lone surrogates are written as `\\u` escapes."""
    return escape_json(json.dumps(json_values(value), ensure_ascii=False, indent=2, allow_nan=False))


def json_values(value: Any, without: Mapping[type[Struct], frozenset[str]] = {}) -> Any:
    """Return structs, enums and dates as JSON values; a number that is not finite becomes null.

    `without` names the fields of structs to leave out.
    """
    if isinstance(value, Struct):
        left_out = without.get(type(value), ())
        names = (name for name in value.__struct_fields__ if name not in left_out)
        return {name: json_values(getattr(value, name), without) for name in names}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): json_values(part, without) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [json_values(part, without) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _markdown(debrief: Debrief, call_id: str, _: Iterable[Event]) -> str:
    from salesnerd_tui.review.markdown import markdown  # the list of calls needs no page

    return markdown(debrief, call_id)


def _html(debrief: Debrief, call_id: str, _: Iterable[Event]) -> str:
    from salesnerd_tui.review.html import html  # the list of calls needs no page

    return html(debrief, call_id)


Export = Callable[[Debrief, str, Iterable[Event]], str]
"""Returns the text of a file from the debrief, the call id and the events."""

EXPORTS: Mapping[str, Export] = {
    "md": _markdown,
    "html": _html,
    "json": lambda debrief, call_id, events: to_json(document(debrief, call_id, events)) + "\n",
}


def format_of(path: Path) -> str:
    """Return the format for a file's extension. Raises `CannotWrite` if it is unknown."""
    name = path.suffix.lower().removeprefix(".")
    if name not in EXPORTS:
        known = ", ".join(f".{each}" for each in EXPORTS)
        raise CannotWrite(f"unknown format {path.suffix or path.name!r} (supported extensions: {known})")
    return name
