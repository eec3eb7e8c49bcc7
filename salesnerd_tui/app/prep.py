"""Opening a prep, reading its page, and beginning the call it was for. Nothing is typed twice.

What was prepared for a call, as rows under three headings. No Textual here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.request import CannotOpen, OpenRequest
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.call.events import Ended, Event, Mode, Noted, PlanKind, PlanSet, Prepared, Recalled, Started
from salesnerd_tui.call.plan import begins, planned, planning
from salesnerd_tui.call.state import CallState, fold, undone_numbers
from salesnerd_tui.call.traversal import find_ask
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.prep import EarlierCall, LastCall, PrepSheet, last_time, people, sheet
from salesnerd_tui.review.promises import TrackedPromise, pledges
from salesnerd_tui.session import CallSession, started
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.store import CallStore, calls_with, newest_prep

DEFAULT = "first_call"
TAKEN = "taken"
"""The outcome of a prep that a call was begun from."""


class PrepRequest(Struct, frozen=True):
    """What to prepare. `playbook` is empty for that of the prep there is, else for the first call's."""

    playbook: str = ""
    account: str = ""
    people: tuple[str, ...] = ()
    fresh: bool = False
    hear: str = ""


def open_prep(desk: CallService, wish: PrepRequest) -> OpenedCall:
    """The account's newest prep that no call was begun from, else a new one. Raises `CannotOpen`."""
    there = None if wish.fresh else newest_prep(desk.notebook, wish.account, wish.playbook)
    if there is not None:
        return desk.resume(there.id)
    playbook = desk.playbook(wish.playbook or DEFAULT)
    began = datetime.now(UTC).astimezone()
    try:
        file = desk.notebook.create(began, wish.account)
    except StorageError as problem:
        raise CannotOpen(str(problem)) from problem
    clock = CallClock()
    session = CallSession(playbook, file, clock)
    first = started(playbook, Mode.PREP, began, account=wish.account, people=wish.people)
    recalled = tuple(_recalled(desk.notebook, wish.account, playbook))

    def begin() -> None:
        session.begin(replace(first, to=begins(playbook)), recalled)
        if wish.hear:
            session.record(PlanSet(0.0, PlanKind.LISTEN, "", wish.hear))

    return OpenedCall(
        session,
        file,
        clock,
        Sides(()),
        began,
        begin,
        mode=Mode.PREP,
    )


class EarlierCalls(Struct, frozen=True):
    """What earlier calls with the account have to say, read once: a prep is drawn at every key."""

    earlier: tuple[EarlierCall, ...] = ()
    owed: tuple[TrackedPromise, ...] = ()
    last: LastCall | None = None


def read_before(desk: CallService, account: str, today: date) -> EarlierCalls:
    """From the account's calls, newest first."""
    # A file that was just made is listed before it says what it is for; it may be this very prep's.
    kept = [each for each in calls_with(desk.notebook, account, (Mode.LIVE,)) if _is_call(each.events)]
    owed = [
        pledge for each in kept if each.summary.promises for pledge in _pledges(each.summary.id, each.events, today)
    ]
    last = last_time(debrief(kept[0].events, _playbook(desk, kept[0].summary.playbook))) if kept else None
    return EarlierCalls(tuple(EarlierCall(each.summary.id, fold(each.events)) for each in kept), tuple(owed), last)


def _is_call(events: Sequence[Event]) -> bool:
    return next((event.mode is Mode.LIVE for event in events if isinstance(event, Started)), False)


def _playbook(desk: CallService, name: str) -> Playbook | None:
    return desk.library.load(name).playbook if name else None


def prep_sheet(
    desk: CallService, state: CallState, playbook: Playbook, today: date, before: EarlierCalls | None = None
) -> PrepSheet:
    """The page of a prep as it stands."""
    account = state.started.account if state.started else ""
    known = before if before is not None else read_before(desk, account, today)
    return sheet(state, playbook, known.earlier, known.owed, known.last)


def sheet_without_prep(desk: CallService, wish: PrepRequest, today: date) -> PrepSheet:
    """What is known where nobody prepared anything yet. Raises `CannotOpen`."""
    playbook = desk.playbook(wish.playbook or DEFAULT)
    now = datetime.now(UTC).astimezone()
    first = started(playbook, Mode.PREP, now, account=wish.account, people=wish.people)
    return prep_sheet(desk, fold((first,)), playbook, today)


def find_prep(notebook: CallStore, account: str, playbook: str = "") -> str:
    """The id of the newest prep that waits for its call; of any account where none is named. Raises `CannotOpen`."""
    found = newest_prep(notebook, account or None, playbook)
    if found is None:
        whose = f" with {account}" if account else ""
        raise CannotOpen(f"no prep{whose} waits for its call: salesnerd prep makes one")
    return found.id


def live_from(desk: CallService, prep: str, wish: OpenRequest | None = None) -> OpenedCall:
    """The call a prep was for: its playbook, people, notes and plan. The prep must be closed. Raises `CannotOpen`."""
    wish = wish or OpenRequest()
    try:
        events = desk.notebook.open(prep, read_only=True).events
    except StorageError as problem:
        raise CannotOpen(str(problem)) from problem
    state = fold(events)
    first = state.started
    if first is None or first.mode is not Mode.PREP:
        raise CannotOpen(f"{prep} is no prep: salesnerd calls show {prep}")
    plan = planning(state.plan)
    playbook = planned(desk.playbook(state.playbook), plan)
    there = [person.name for person in people(state, plan) if person.today]
    there += [name for name in wish.people if name not in there]
    call = desk.open(
        replace(
            wish,
            playbook=playbook.id,
            account=first.account,
            people=tuple(there),
            mode=Mode.LIVE,
            hear=wish.hear or plan.hear,
        ),
        playbook,
        tuple(_prepared(prep, events, state)),
    )
    begin = call.begin

    def begin_and_tell() -> None:
        begin()
        _take(desk.notebook, prep, call.file.id)

    call.begin = begin_and_tell
    return call


def _prepared(prep: str, events: Sequence[Event], state: CallState) -> Iterator[Event]:
    """What the call begins with: where it comes from, your own answers and notes, the plan."""
    yield Prepared(0.0, prep)
    for question, notes in state.notes.items():
        for note in notes:
            if note.words and not note.recalled_from:
                yield Recalled(0.0, question, note.words, prep)
    undone = undone_numbers(events)
    for number, event in enumerate(events):
        if isinstance(event, Noted | PlanSet) and number not in undone:
            yield replace(event, at=0.0)


def _take(notebook: CallStore, prep: str, call: str) -> None:
    """The prep has become a call. If it cannot be written now, the call still names its prep."""
    with contextlib.suppress(StorageError), notebook.open(prep) as file:
        if not any(isinstance(event, Ended) for event in file.events):
            file.keep([Ended(file.events[-1].at, TAKEN, "", {"call": call})], lambda _: None)


def _recalled(notebook: CallStore, account: str, playbook: Playbook) -> Iterator[Recalled]:
    """What earlier calls and their preps know of the playbook's questions, each once."""
    asked = {ask.id for ask in playbook.questions()}
    found: set[str] = set()
    for kept in calls_with(notebook, account, (Mode.LIVE,)):
        for question, notes in fold(kept.events).notes.items():
            own = [note for note in notes if note.words]
            if own and question in asked - found and not _is_prep(question, playbook):
                found.add(question)
                yield Recalled(0.0, question, own[-1].words, kept.summary.id)


def _is_prep(question: str, playbook: Playbook) -> bool:
    """Whether it is a question to yourself: those are thought about anew."""
    return any(getattr(item, "id", "") == question for item in playbook.prep)


def _pledges(call: str, events: Sequence[Event], today: date) -> Iterator[TrackedPromise]:
    yield from pledges(call, debrief(events), today)


def prepared(now: CallContext) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What to find out, who has which part, your own answers; headings without rows are left out."""
    found = (("To test", _tests(now)), ("Who", _parts(now)), ("Your own answers", _answers(now)))
    read = ((title, tuple(rows)) for title, rows in found)
    return tuple((title, rows) for title, rows in read if rows)


def _tests(now: CallContext) -> Iterator[str]:
    for about, text in planning(now.state.plan).hypotheses:
        ask = find_ask(now.playbook, about)
        yield f"{text} → {now.wording(ask)}" if ask else text


def _parts(now: CallContext) -> Iterator[str]:
    yield from (f"{name}: {text}" for name, text in planning(now.state.plan).parts.items())


def _answers(now: CallContext) -> Iterator[str]:
    """What was answered to the prep questions; notes of earlier calls stand under their questions anyway."""
    for question, notes in now.state.notes.items():
        for note in notes:
            if note.recalled_from and note.recalled_from == now.state.prepared:
                ask = find_ask(now.playbook, question)
                yield f"{now.wording(ask) if ask else question} {note.words}"
