"""Every format a call can be exported in, by its name on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from salesnerd_tui.call.events import Event
from salesnerd_tui.review.debrief.model import Debrief
from salesnerd_tui.review.files import CannotWrite
from salesnerd_tui.review.html import html
from salesnerd_tui.review.json_document import document, to_json
from salesnerd_tui.review.markdown import markdown

Export = Callable[[Debrief, str, Iterable[Event]], str]
"""From the debrief, the call's id and its events to the text of a file."""

EXPORTS: Mapping[str, Export] = {
    "md": lambda debrief, call_id, _: markdown(debrief, call_id),
    "html": lambda debrief, call_id, _: html(debrief, call_id),
    "json": lambda debrief, call_id, events: to_json(document(debrief, call_id, events)) + "\n",
}


def format_of(path: Path) -> str:
    """The format that a file's ending names. Raises `CannotWrite`."""
    name = path.suffix.lower().removeprefix(".")
    if name not in EXPORTS:
        known = ", ".join(f".{each}" for each in EXPORTS)
        raise CannotWrite(f"the ending says the format: {known}")
    return name
