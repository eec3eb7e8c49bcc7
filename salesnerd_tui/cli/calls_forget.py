"""`salesnerd calls forget`: what goes is gone for good, so it is named and asked about first."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import Event, Heard, Origin, Promised, Tapped
from salesnerd_tui.cli.call_lookup import CallLookupFailed, find, notebook
from salesnerd_tui.cli.calls_list import row
from salesnerd_tui.cli.output import cells, complain, say
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import GONE, ForgetPlan, ForgetPreview, ForgottenName
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.storage.store import CallStore

SHOWN = 10
"""Calls named one by one before it is asked; more are counted."""

CANNOT_KNOW = (
    "What nobody can find by the name stays: a role (“the VP”), a nickname, a misspelling, “he” and “she”, and files "
    "you exported."
)
NOTES_STAY = "Notes stay, also those that you typed in their words; so do who talked when, the taps and the figures."


def forget(chosen: Namespace) -> int:
    """Forget calls, a person, an account or the words heard; 1 when something could not be."""
    book = notebook(chosen.folder)
    summaries = book.summaries()
    preview = book.preview(_plan(book, summaries, chosen))
    if preview.open:
        raise CallLookupFailed(f"close these calls first, they are open in a window: {', '.join(preview.open)}")
    told = list(_told(preview, summaries))
    if not chosen.yes:
        say("\n".join(told))
        _ask(_question(preview, chosen))
    try:
        book.carry_out(preview.plan)
    except StorageError as problem:
        complain("calls forget", f"{problem} What is left is tried again at the next start.")
        return 1
    say("\n".join(_done(preview, chosen)))
    return 0


def _plan(book: CallStore, summaries: Sequence[CallSummary], chosen: Namespace) -> ForgetPlan:
    ways = (bool(chosen.person), bool(chosen.account), chosen.words)
    if sum(ways) > 1 or (chosen.ids and (chosen.person or chosen.account)):
        raise CallLookupFailed(
            "one thing at a time: calls by their ID, --person, --account, or --words with or without an ID"
        )
    named = list({found.id: found for found in (find(summaries, typed) for typed in chosen.ids)}.values())
    if chosen.words:
        return _words(book, named or summaries)
    if chosen.person:
        return ForgetPlan(names=(_name(chosen.person, exact=chosen.match_case),))
    if chosen.account:
        same = _same(chosen.account)
        calls = tuple(summary.id for summary in summaries if _same(summary.account) == same)
        return ForgetPlan(calls, (_name(chosen.account, exact=chosen.match_case),))
    if not named:
        raise CallLookupFailed("what is to go? an ID, --person NAME, --account NAME or --words")
    return ForgetPlan(tuple(summary.id for summary in named))


def _name(typed: str, *, exact: bool) -> ForgottenName:
    name = " ".join(typed.split())
    if not any(letter.isalnum() for letter in name):
        raise CallLookupFailed(f"{typed!r} is no name")
    if name.casefold() in GONE:
        raise CallLookupFailed(f"{GONE} stands for what was forgotten already")
    return ForgottenName(name, exact)


def _words(book: CallStore, summaries: Sequence[CallSummary]) -> ForgetPlan:
    from salesnerd_tui.review.debrief.figures import to_keep

    words = {}
    for summary in summaries:
        with book.open(summary.id, read_only=True) as call:
            if any(map(_is_heard, call.events)):
                words[summary.id] = to_keep(call.events)
    if not words:
        raise CallLookupFailed("no words were heard there")
    return ForgetPlan(words=words)


def _is_heard(event: Event) -> bool:
    if isinstance(event, Heard):
        return bool(event.text)
    if isinstance(event, Promised):
        return event.how is Origin.HEARD and event.text != GONE
    return isinstance(event, Tapped) and bool(event.quote or event.reason.words)


def _told(preview: ForgetPreview, summaries: Sequence[CallSummary]) -> Iterator[str]:
    """What would go, and what would not."""
    plan, width = preview.plan, max(cells(), 60)
    gone = {*plan.calls, *plan.words}
    listed = [summary for summary in summaries if summary.id in gone]
    yield from (row(summary, width).rstrip() for summary in listed[:SHOWN])
    if len(listed) > SHOWN:
        yield f"and {len(listed) - SHOWN:,} more calls"
    if plan.words:
        yield NOTES_STAY
    if plan.names:
        names = " and ".join(f"“{one_line(name.text)}”" for name in plan.names)
        where = _counted(len(preview.rewritten), "other call" if plan.calls else "call")
        times = sum(preview.rewritten.values())
        yield f"{names} in {where}, {_counted(times, 'time')}: {GONE} will stand there."
        for part, calls in preview.parts.items():
            yield f"“{one_line(part)}” alone still stands in {_counted(calls, 'of them', '')}: --person does that too."
        yield CANNOT_KNOW
    elif plan.calls and preview.rewritten:
        yield f"What {_counted(len(preview.rewritten), 'other call')} took over from it goes too."
    if preview.unreadable:
        yield f"Not touched, damaged or of a newer version: {', '.join(preview.unreadable)}"


def _question(preview: ForgetPreview, chosen: Namespace) -> str:
    calls = len(preview.plan.calls)
    these = "this call" if calls == 1 else f"these {calls} calls"
    if chosen.words:
        return f"Forget every word heard in {_counted(len(preview.plan.words), 'call')} for good?"
    if chosen.person:
        return f"Forget “{one_line(chosen.person)}” for good?"
    if chosen.account:
        with_calls = f" with {these}" if calls else ""
        return f"Forget “{one_line(chosen.account)}”{with_calls} for good, with every note in it?"
    return f"Forget {these} for good, with every note in it?"


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise CallLookupFailed("nobody is there to ask: --yes forgets without asking")
    sys.stdout.write(f"{question} Type yes: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() != "yes":
        raise CallLookupFailed("nothing was forgotten")


def _done(preview: ForgetPreview, chosen: Namespace) -> Iterator[str]:
    yield from (f"forgotten: {call_id}" for call_id in preview.plan.calls)
    yield from (f"its words are forgotten: {call_id}" for call_id in preview.plan.words)
    if preview.plan.names:
        who = one_line(chosen.person or chosen.account)
        where = _counted(len(preview.rewritten), "other call" if preview.plan.calls else "call")
        yield f"forgotten: “{who}”, in {where}"
        yield CANNOT_KNOW


def _counted(count: int, thing: str, plural: str = "s") -> str:
    return f"{count:,} {thing}{'' if count == 1 else plural}"


def _same(account: str) -> str:
    return " ".join(account.casefold().split())
