"""Which of the speakers is me: a number answers, or a list where they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from salesnerd_tui.tui.panels.panel import Panel
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.panels.prompt import PromptPanel
from salesnerd_tui.tui.render.text import line, safe

TITLE = "which of these is you?"
NONE = "none of these"
DIGITS = 9
"""Speakers that can be told by one digit."""


def which_is_me(
    speakers: Sequence[str],
    suggested: str | None,
    chosen: Callable[..., None],
    close: Callable[[], None],
    *,
    waits: bool = False,
) -> Panel:
    """`chosen` gets a name, or nothing where none of them is me. `waits`: a recording plays once this is answered."""
    if len(speakers) > DIGITS:
        return _list(speakers, suggested, chosen, close)

    def choosing(*names: str) -> Callable[[], None]:
        return lambda: chosen(*names)

    def worded(name: str) -> str:
        return f"{safe(name)}{'   most likely' if name == suggested else ''}"

    answers = {str(number): (worded(name), choosing(name)) for number, name in enumerate(speakers, 1)}
    if suggested:
        answers["enter"] = (safe(suggested), choosing(suggested))
    answers["0"] = (NONE, choosing())
    later = "The recording waits for it; esc plays it without." if waits else "What was heard before counts as well."
    return PromptPanel(TITLE, f"The coach watches how you talk, so it has to know. {later}", answers, close)


def _list(
    speakers: Sequence[str], suggested: str | None, chosen: Callable[..., None], close: Callable[[], None]
) -> Picker:
    entries = [Entry(str(number), line(safe(name))) for number, name in enumerate(speakers)]
    at = str(speakers.index(suggested)) if suggested in speakers else ""

    def picked(id: str) -> None:
        chosen(*((speakers[int(id)],) if id else ()))

    return Picker(TITLE, [*entries, Entry("", line(NONE))], picked, close, at=at)
