"""Promises as a page and as a Markdown task list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.call.events import Side
from salesnerd_tui.review.canvas import Line, Part, Tone, cut, line, pad, paragraph
from salesnerd_tui.review.markdown import escape
from salesnerd_tui.review.promises import (
    OPEN_STATUSES,
    PromiseStatus,
    TrackedPromise,
    due_words,
    sentence,
)
from salesnerd_tui.text import one_line

STATUS = 9
DUE, NARROW_DUE = 18, 14
REF = 13
READABLE = 60
"""Columns from which a date with its year is never cut."""
TONES = {
    PromiseStatus.LATE: Tone.TAP,
    PromiseStatus.OVERPROMISE: Tone.TAP,
    PromiseStatus.OPEN: Tone.STRONG,
    PromiseStatus.KEPT: Tone.GOOD,
    PromiseStatus.WITHDRAWN: Tone.DIM,
}


def promises_page(listed: Iterable[TrackedPromise], width: int, *, has_refs: bool = True) -> Iterator[Sequence[Line]]:
    """Yield the lines of each promise; the first has status, due date, owner and, if `has_refs`, the short name.

    Only a command line needs the short name; on a screen the promise is selected.
    """
    for pledge in listed:
        yield tuple(_rows(pledge, width, has_refs))


def summed_up(listed: Iterable[TrackedPromise]) -> str:
    """Return the open promises in one sentence."""
    owed = [pledge for pledge in listed if pledge.status in OPEN_STATUSES]
    if not owed:
        return "No open promises."
    yours = sum(pledge.promise.side is Side.ME for pledge in owed)
    late = sum(pledge.status is PromiseStatus.LATE for pledge in owed)
    over = sum(pledge.status is PromiseStatus.OVERPROMISE for pledge in owed)
    found = [f"You owe {yours}", f"they owe {len(owed) - yours}"]
    found += [f"{late} {'is' if late == 1 else 'are'} late"] if late else []
    found += [f"{over} overpromise{'s' if over > 1 else ''} to correct"] if over else []
    return "; ".join(found) + "."


def _rows(pledge: TrackedPromise, width: int, has_refs: bool) -> Iterator[Line]:
    promise = pledge.promise
    due_width = DUE if width >= READABLE else NARROW_DUE
    lead = STATUS + due_width
    room = max(width - lead - (REF + 1 if has_refs else 0), 8)
    whose = " · ".join(
        part for part in (f"{pledge.who} owe{'' if pledge.who in ('you', 'they') else 's'}", pledge.account) if part
    )
    due = one_line(due_words(pledge))
    yield line(
        Part(pad(pledge.status.value, STATUS), TONES[pledge.status]),
        Part(pad(cut(due or "no date", due_width - 1), due_width), Tone.PLAIN if due else Tone.DIM),
        Part(pad(one_line(whose), room), Tone.DIM),
        Part(f" {pad(cut(pledge.ref, REF), REF)}" if has_refs else "", Tone.DIM),
    )
    indent = (Part(" " * STATUS),)
    tone = Tone.DIM if pledge.status not in OPEN_STATUSES else Tone.PLAIN
    yield from paragraph(sentence(promise.text), width - 1, first=indent, tone=tone)
    if promise.overpromise and promise.safer_wording:
        yield from paragraph(f"safer wording: {promise.safer_wording}", width - 1, first=indent, tone=Tone.DIM)
    elif promise.sentence is not None:
        yield from paragraph(f"from: “{promise.sentence.text}”", width - 1, first=indent, tone=Tone.DIM)


def checklist(listed: Iterable[TrackedPromise]) -> str:
    """Return a Markdown task list to paste into an issue tracker."""
    return "".join(f"- [{' ' if pledge.status in OPEN_STATUSES else 'x'}] {_item(pledge)}\n" for pledge in listed)


def _item(pledge: TrackedPromise) -> str:
    due = f", {escape(due_words(pledge))}" if due_words(pledge) else ""
    owner = f"{escape(pledge.who)}{f' ({escape(pledge.account)})' if pledge.account else ''}{due}"
    return f"**{owner}**: {escape(pledge.promise.text)} ({pledge.status.value})"
