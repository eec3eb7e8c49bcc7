"""Everything kept with one account: what a prep, a board and a follow-up begin from."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from salesnerd_tui.call.events import Event, Mode
from salesnerd_tui.notes.notebook import Notebook
from salesnerd_tui.notes.receipts import NotesProblem
from salesnerd_tui.notes.summary import CallSummary

CALLS = 50
"""Calls of one account that are read at the most: more than a year of weekly ones."""


class Kept(Struct, frozen=True):
    """A call as it was kept."""

    summary: CallSummary
    events: tuple[Event, ...]


def same_account(one: str, other: str) -> bool:
    """Whether two names mean the same account: case and spaces make no difference."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def calls_with(notebook: Notebook, account: str, modes: Collection[Mode]) -> Iterator[Kept]:
    """The account's calls, newest first; one that cannot be read is left out. None for an empty name."""
    if not account.strip():
        return
    found = [each for each in notebook.summaries() if each.mode in modes and same_account(each.account, account)]
    for summary in found[:CALLS]:
        try:
            events = notebook.open(summary.id, read_only=True).events
        except NotesProblem:
            continue
        yield Kept(summary, events)


def newest_prep(notebook: Notebook, account: str | None = None, playbook: str = "") -> CallSummary | None:
    """The newest prep that no call was begun from; of any account where `account` is None."""
    for each in notebook.summaries():
        fits = account is None or same_account(each.account, account)
        if each.mode is Mode.PREP and not each.ended and fits and playbook in ("", each.playbook):
            return each
    return None
