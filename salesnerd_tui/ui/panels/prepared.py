"""What was prepared for the call on the screen, to look at in the middle of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from salesnerd_tui.call.moves import Standing
from salesnerd_tui.call.plan import planning
from salesnerd_tui.call.walk import find_ask
from salesnerd_tui.ui.drawing.words import MUTED, Line, line
from salesnerd_tui.ui.panels.panel import Reading


def prepared_panel(now: Standing, close: Callable[[], None]) -> Reading:
    """What to find out, who has which part, your own answers."""
    lines: list[str | Line] = []
    for title, rows in (("To test", _tests(now)), ("Who", _parts(now)), ("Your own answers", _answers(now))):
        found = list(rows)
        if found:
            lines += [line((title, f"bold {MUTED}")), *(f"· {row}" for row in found), ""]
    return Reading("prepared", lines or ["Nothing was prepared for this call: salesnerd prep does that."], close)


def _tests(now: Standing) -> Iterator[str]:
    for about, text in planning(now.state.plan).hypotheses:
        ask = find_ask(now.playbook, about)
        yield f"{text} → {now.wording(ask)}" if ask else text


def _parts(now: Standing) -> Iterator[str]:
    yield from (f"{name}: {text}" for name, text in planning(now.state.plan).parts.items())


def _answers(now: Standing) -> Iterator[str]:
    """What was answered to the prep questions; notes of earlier calls stand under their questions anyway."""
    for question, notes in now.state.notes.items():
        for note in notes:
            if note.recalled_from and note.recalled_from == now.state.prepared:
                ask = find_ask(now.playbook, question)
                yield f"{now.wording(ask) if ask else question} {note.words}"
