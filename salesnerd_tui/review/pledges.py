"""Promises across calls: which are open, late, kept or taken back, as a list and as Markdown for a tracker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.call.events import Settlement, Side
from salesnerd_tui.review.blocks import promise_words
from salesnerd_tui.review.markdown import escape
from salesnerd_tui.review.model import Debrief, Promise
from salesnerd_tui.review.times import day


class PledgeState(StrEnum):
    """How a promise stands today. `TOO_MUCH` is an over-promise that nobody took back or kept yet."""

    LATE = "late"
    TOO_MUCH = "too much"
    OPEN = "open"
    KEPT = "kept"
    RETRACTED = "retracted"


OWED = frozenset((PledgeState.LATE, PledgeState.TOO_MUCH, PledgeState.OPEN))


class Pledge(Struct, frozen=True):
    """A promise with the call it was made in. `ref` is what a person types to settle it."""

    ref: str
    call: str
    account: str
    began: datetime | None
    promise: Promise
    standing: PledgeState

    @property
    def who(self) -> str:
        return "you" if self.promise.side is Side.ME else self.promise.owner or "they"


def pledges(call_id: str, debrief: Debrief, today: date) -> Iterator[Pledge]:
    """The promises of one call as they stand today."""
    tail = call_id.rpartition("-")[2]
    header = debrief.header
    for promise in debrief.promises:
        ref = f"{tail}.{promise.number}"
        yield Pledge(ref, call_id, header.account, header.began, promise, standing(promise, today))


def standing(promise: Promise, today: date) -> PledgeState:
    """How a promise stands: what was settled, else what its date and its wording say."""
    if promise.settled is Settlement.KEPT:
        return PledgeState.KEPT
    if promise.settled is Settlement.RETRACTED:
        return PledgeState.RETRACTED
    if promise.over:
        return PledgeState.TOO_MUCH
    return PledgeState.LATE if promise.due_on is not None and promise.due_on < today else PledgeState.OPEN


def in_order(listed: Iterable[Pledge]) -> list[Pledge]:
    """The ones to act on first: late, then by date, those without one last."""
    return sorted(
        listed,
        key=lambda pledge: (
            list(PledgeState).index(pledge.standing),
            pledge.promise.due_on or date.max,
            pledge.call,
            pledge.promise.at,
        ),
    )


def checklist(listed: Iterable[Pledge]) -> str:
    """Markdown boxes to paste into an issue tracker."""
    return "".join(f"- [{' ' if pledge.standing in OWED else 'x'}] {_item(pledge)}\n" for pledge in listed)


def due_words(pledge: Pledge) -> str:
    """`27 November`, or the words it was said in."""
    promise = pledge.promise
    return day(promise.due_on.isoformat(), pledge.began) if promise.due_on else promise.due


def _item(pledge: Pledge) -> str:
    due = f", {escape(due_words(pledge))}" if due_words(pledge) else ""
    whose = f"{escape(pledge.who)}{f' ({escape(pledge.account)})' if pledge.account else ''}{due}"
    text = promise_words(pledge.promise).removeprefix(f"{pledge.promise.owner}: ")
    return f"**{whose}**: {escape(text)} ({pledge.standing.value})"
