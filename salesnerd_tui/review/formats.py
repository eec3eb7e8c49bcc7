"""Export formats of a call, by file extension."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from salesnerd_tui.call.events import Event
from salesnerd_tui.private_file import CannotWrite
from salesnerd_tui.review.debrief.model import Debrief
from salesnerd_tui.review.html import html
from salesnerd_tui.review.json_document import document, to_json
from salesnerd_tui.review.markdown import markdown

Export = Callable[[Debrief, str, Iterable[Event]], str]
"""Returns the text of a file from the debrief, the call id and the events."""

EXPORTS: Mapping[str, Export] = {
    "md": lambda debrief, call_id, _: markdown(debrief, call_id),
    "html": lambda debrief, call_id, _: html(debrief, call_id),
    "json": lambda debrief, call_id, events: to_json(document(debrief, call_id, events)) + "\n",
}


def format_of(path: Path) -> str:
    """Return the format for a file's extension. Raises `CannotWrite` if it is unknown."""
    name = path.suffix.lower().removeprefix(".")
    if name not in EXPORTS:
        known = ", ".join(f".{each}" for each in EXPORTS)
        raise CannotWrite(f"unknown format {path.suffix or path.name!r} (supported extensions: {known})")
    return name
