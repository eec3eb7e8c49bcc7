"""What was prepared for a call, as rows under three headings. No Textual here."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.call.moves import Standing
from salesnerd_tui.call.plan import planning
from salesnerd_tui.call.walk import find_ask


def prepared(now: Standing) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What to find out, who has which part, your own answers; headings without rows are left out."""
    found = (("To test", _tests(now)), ("Who", _parts(now)), ("Your own answers", _answers(now)))
    read = ((title, tuple(rows)) for title, rows in found)
    return tuple((title, rows) for title, rows in read if rows)


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
