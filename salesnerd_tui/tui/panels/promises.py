"""Promises of the running call: who owes what, and how to correct an overpromise before the call ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from salesnerd_tui.review.promises import PromiseStatus, TrackedPromise, due_words, sentence
from salesnerd_tui.tui.panels.panel import ReadingPanel
from salesnerd_tui.tui.render.text import MUTED, Line, line, safe


def promises_panel(found: Sequence[TrackedPromise], close: Callable[[], None]) -> ReadingPanel:
    """Return the promises of a call, each with its owner and due date."""
    lines: list[str | Line] = []
    for each in found:
        owes = "owe" if each.who in ("you", "they") else "owes"
        due = due_words(each)
        lines += [*([""] if lines else []), line((f"{safe(each.who)} {owes}{f' · {safe(due)}' if due else ''}", MUTED))]
        lines.append(sentence(each.promise.text))
        if each.status is PromiseStatus.OVERPROMISE and each.promise.safer_wording:
            lines.append(line(("say now  ", "bold $warning"), (safe(each.promise.safer_wording), "bold")))
    return ReadingPanel("promises in this call", lines or ["Nothing was promised yet."], close)
