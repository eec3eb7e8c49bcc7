"""Preps: open a prep, read its sheet, and start its call with the playbook, people, notes and plan of the prep."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.actions import Action, CallContext
from salesnerd_tui.call.events import Ended, Event, Mode, Noted, PlanKind, PlanSet, Prepared, Recalled, Started
from salesnerd_tui.call.plan import apply_plan, first_prep_place, plan_from_events, playbook_name
from salesnerd_tui.call.state import CallState, fold, undone_numbers
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.prep import (
    EarlierCall,
    EarlierCalls,
    PrepSheet,
    build_sheet,
    list_people,
    summarize_last_call,
)
from salesnerd_tui.services.account import promises_in
from salesnerd_tui.services.call_service import CannotOpen, OpenedCall, OpenRequest, recalled_answers
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock
from salesnerd_tui.storage.call_store import CallStore, calls_with, newest_prep
from salesnerd_tui.storage.errors import StorageError

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.storage.summary import CallSummary

USED = "taken"
"""Outcome of a prep from which a call was started."""


class PrepRequest(Struct, frozen=True):
    """Request for a prep. An empty `playbook` means that of the open prep, otherwise the default."""

    playbook: str = ""
    account: str = ""
    people: tuple[str, ...] = ()
    fresh: bool = False
    listen: str = ""


def open_prep(service: CallService, request: PrepRequest) -> OpenedCall:
    """Resume the account's newest open prep, otherwise start a new one. Raises `CannotOpen`."""
    newest = find_open_prep(service, request)
    if newest is not None:
        return service.resume(newest.id)
    playbook = service.load_playbook(request.playbook or DEFAULT_PLAYBOOK)
    began = datetime.now(UTC).astimezone()
    first = start_event(playbook, Mode.PREP, began, account=request.account, people=request.people)
    events = [
        replace(first, to=first_prep_place(playbook)),
        *recalled_answers(service.store, request.account, playbook),
        *service.path_events(request.playbook or DEFAULT_PLAYBOOK, playbook),
    ]
    if request.listen:
        events.append(PlanSet(0.0, PlanKind.LISTEN, "", request.listen))
    file, clock = service.create_file(began, request.account), CallClock()
    session = CallSession(playbook, file, clock)
    return OpenedCall(session, file, clock, Sides(()), lambda: session.record(*events), mode=Mode.PREP)


def find_open_prep(service: CallService, request: PrepRequest) -> CallSummary | None:
    """Return the prep that the request resumes, None if it starts one. Raises `CannotOpen` for a playbook's path."""
    if request.fresh:
        return None
    name = request.playbook
    is_id = not name or name in service.library.files()
    return newest_prep(service.store, request.account, name if is_id else service.load_playbook(name).id)


def read_earlier_calls(service: CallService, account: str, today: date, exclude_id: str = "") -> EarlierCalls:
    """Read the account's calls and preps, newest first, without the call with the id `exclude_id`."""
    # A new file, perhaps that of this prep, is listed before its first event says what it is.
    stored = calls_with(service.store, account, (Mode.LIVE,))
    others = (each for each in stored if each.summary.id != exclude_id)
    calls = [each for each in others if (start := fold(each.events).started) and start.mode is Mode.LIVE]
    last = None
    if calls:
        name = playbook_name(fold(calls[0].events))
        playbook = service.library.load(name).playbook if name else None
        last = summarize_last_call(build_debrief(calls[0].events, playbook))
    preps = calls_with(service.store, account, (Mode.PREP,))
    earlier, prepared = (
        tuple(EarlierCall(each.summary.id, fold(each.events)) for each in stored_calls)
        for stored_calls in (calls, preps)
    )
    return EarlierCalls(earlier, tuple(promises_in(calls, today)), last, prepared)


def prep_sheet(
    service: CallService, state: CallState, playbook: Playbook, today: date, cached: EarlierCalls | None = None
) -> PrepSheet:
    """Return the current sheet of a prep."""
    account = state.started.account if state.started else ""
    earlier = cached if cached is not None else read_earlier_calls(service, account, today)
    return build_sheet(state, playbook, earlier, today)


def read_prep(service: CallService, request: PrepRequest) -> tuple[CallState, Playbook]:
    """Return the state and the playbook of the prep that the request resumes, or of a new one. Raises `CannotOpen`."""
    newest = find_open_prep(service, request)
    if newest is not None:
        state = fold(service.read_events(newest.id))
        return state, service.load_playbook(playbook_name(state))
    playbook = service.load_playbook(request.playbook or DEFAULT_PLAYBOOK)
    now = datetime.now(UTC).astimezone()
    first = start_event(playbook, Mode.PREP, now, account=request.account, people=request.people)
    return fold((first,)), playbook


def check_plans(service: CallService, request: PrepRequest, plans: Sequence[Action]) -> None:
    """Try the plans on the state of the prep, so that a wrong one changes nothing. Raises `CannotAct`."""
    state, playbook = read_prep(service, request)
    context = CallContext(apply_plan(playbook, plan_from_events(state.plan)), state, 0.0)
    for plan in plans:
        context = context.after(*plan(context))


def open_prep_id(store: CallStore, account: str) -> str:
    """Return the id of the newest open prep, of any account if none is given. Raises `CannotOpen`."""
    prep = newest_prep(store, account or None)
    if prep is None:
        with_account = f" with {account}" if account else ""
        raise CannotOpen(f"no open prep{with_account} (create one with: salesnerd prep)")
    return prep.id


def open_from_prep(service: CallService, prep_id: str, request: OpenRequest | None = None) -> OpenedCall:
    """Open the call of a closed prep with its playbook, people, notes and plan. Raises `CannotOpen`."""
    request = request or OpenRequest()
    events = service.read_events(prep_id)
    state = fold(events)
    start = state.started
    if start is None or start.mode is not Mode.PREP:
        raise CannotOpen(f"{prep_id} is not a prep (show it with: salesnerd calls show {prep_id})")
    plan = plan_from_events(state.plan)
    playbook = apply_plan(service.load_playbook(playbook_name(state)), plan)
    names = [person.name for person in list_people(state, plan) if person.today]
    names += [name for name in request.people if name not in names]
    call = service.open(
        replace(
            request,
            playbook=playbook.id,
            account=start.account,
            people=tuple(names),
            mode=Mode.LIVE,
            listen=request.listen or plan.listen,
        ),
        playbook,
        tuple(_first_events(prep_id, events, state, playbook)),
    )
    call.after_begin(lambda: _close_prep(service.store, prep_id, call.file.id))
    return call


def _first_events(prep_id: str, events: Sequence[Event], state: CallState, playbook: Playbook) -> Iterator[Event]:
    """Yield the first events of the call: its prep, the user's own answers and notes, and the plan.

    Without an agenda, the outcome that the prep came to is proposed at once.
    """
    yield Prepared(0.0, prep_id)
    for question, notes in state.notes.items():
        for note in notes:
            if note.words and not note.recalled_from:
                yield Recalled(0.0, question, note.words, prep_id, note.points)
    undone = undone_numbers(events)
    for number, event in enumerate(events):
        if isinstance(event, Noted | PlanSet) and number not in undone:
            yield replace(event, at=0.0)
    if not playbook.agenda and state.proposed is not None:
        yield replace(state.proposed, at=0.0)


def _close_prep(store: CallStore, prep_id: str, call_id: str) -> None:
    """Mark the prep as used. If this cannot be written, the call still names its prep."""
    with contextlib.suppress(StorageError), store.open(prep_id) as file:
        if not any(isinstance(event, Ended) for event in file.events):
            file.save([Ended(file.events[-1].at, USED, "", {"call": call_id})], lambda _: None)


_PREP_EVENTS = (Started, Prepared, Recalled, Noted, PlanSet)


def sheet_of_call(service: CallService, call_id: str, events: Sequence[Event], today: date) -> PrepSheet | None:
    """Return the prep sheet as it was when the call began, None for a call without a prep.

    It is computed from the call, which contains its prep, and from the account's other calls.
    """
    prep_events = [event for event in events if event.at <= 0 and isinstance(event, _PREP_EVENTS)]
    state = fold(prep_events)
    if not state.prepared:
        return None
    account = state.started.account if state.started else ""
    playbook, _ = service.current_playbook(state)
    return prep_sheet(service, state, playbook, today, read_earlier_calls(service, account, today, call_id))


def prep_summary(context: CallContext) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return hypotheses, roles and the user's own answers under their headings; empty ones are left out."""
    roles = (f"{name}: {text}" for name, text in plan_from_events(context.state.plan).roles.items())
    blocks = (("Hypotheses", _hypotheses(context)), ("People", roles), ("Your own answers", _answers(context)))
    listed = ((title, tuple(rows)) for title, rows in blocks)
    return tuple((title, rows) for title, rows in listed if rows)


def _hypotheses(context: CallContext) -> Iterator[str]:
    for about, text in plan_from_events(context.state.plan).hypotheses:
        ask = context.playbook.question(about)
        yield f"{text} → {context.wording(ask)}" if ask else text


def _answers(context: CallContext) -> Iterator[str]:
    """Yield the answers to prep questions; notes of earlier calls are shown under their questions."""
    for question, notes in context.state.notes.items():
        for note in notes:
            if note.recalled_from and note.recalled_from == context.state.prepared:
                ask = context.playbook.question(question)
                yield f"{context.wording(ask) if ask else question} {note.words}"
