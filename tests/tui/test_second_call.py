"""Second call with an account: known answers with their dates, and one key to confirm them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from live_stage import screen_text, wait_until
from salesnerd_tui.call import actions
from salesnerd_tui.call.events import Answered, Event, Mode, Place, Recalled, Started
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService, OpenedCall, OpenRequest
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.timefmt import short_day
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.live import LiveScreen

WIDE, MIDDLE, SMALL = (120, 40), (80, 24), (40, 12)
DAY = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)


def shown_day(day: int) -> str:
    """Return a day of November 2026 as it is shown today."""
    return short_day(date(2026, 11, day), date.today())


def store_call(service: CallService, day: int, *events: Event) -> str:
    """Store a call with Acme of a day of November 2026."""
    at = start_of(day).isoformat()
    started = Started(0.0, "first_call", "First discovery call", "", Mode.LIVE, Place("trigger"), at, account="Acme")
    with service.store.create(start_of(day), "Acme") as file:
        file.save((started, *events), lambda _: None)
    return file.id


def start_of(day: int) -> datetime:
    return DAY.replace(day=day)


def second_call(folder: Path) -> tuple[CallService, OpenedCall]:
    service = CallService(Library([builtin_folder()]), CallStore(folder))
    store_call(
        service,
        3,
        Answered(10.0, "trigger", "Why now?", label="Something broke"),
        Answered(20.0, "tried", "What have you tried?", label="Nothing yet"),
        Answered(30.0, "cost", "What did it cost?", label="I never counted"),
    )
    return service, service.open(OpenRequest("first_call", "Acme", ("Dana",), mode=Mode.LIVE))


async def wait_for(pilot: Pilot[None], words: str) -> None:
    await wait_until(pilot, lambda: words in screen_text(pilot.app))


@pytest.mark.parametrize("size", [WIDE, MIDDLE, SMALL])
async def test_single_known_answer_is_singular(tmp_path: Path, size: tuple[int, int]) -> None:
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path))
    store_call(service, 3, Answered(10.0, "trigger", "Why now?", label="Something broke"))
    call = service.open(OpenRequest("first_call", "Acme", ("Dana",), mode=Mode.LIVE))
    async with SalesnerdApp(service, lambda: LiveScreen(call, service)).run_test(size=size) as pilot:
        await wait_for(pilot, f"1 {'answer ' if size != SMALL else ''}known from {shown_day(3)}, j shows it")
        call.session.close()


@pytest.mark.parametrize("size", [WIDE, MIDDLE, SMALL])
async def test_second_call_shows_known_answers_and_confirms_them_with_one_key(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    service, call = second_call(tmp_path)
    async with SalesnerdApp(service, lambda: LiveScreen(call, service)).run_test(size=size) as pilot:
        await wait_for(pilot, f"2 {'answers ' if size != SMALL else ''}known from {shown_day(3)}, j shows them")
        await pilot.press("n")
        await wait_for(pilot, f"known {shown_day(3)}")
        await wait_for(pilot, "y confirm")
        await pilot.press("j")
        await wait_for(pilot, "JUMP TO")
        assert (f"{shown_day(3)}  Nothing yet" if size != SMALL else shown_day(3)) in screen_text(pilot.app)
        await pilot.press("escape", "y")
        await wait_for(pilot, "Walk me through the last time")
        notes = call.session.state.notes["trigger"]
        assert [(note.words, bool(note.recalled_from)) for note in notes] == [
            ("Something broke", True),
            ("Something broke", False),
        ]
        assert "confirm" not in screen_text(pilot.app)
        call.session.close()


async def test_first_call_shows_no_known_answers(tmp_path: Path) -> None:
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path))
    call = service.open(OpenRequest("first_call", "Acme", mode=Mode.LIVE))
    async with SalesnerdApp(service, lambda: LiveScreen(call, service)).run_test(size=MIDDLE) as pilot:
        await pilot.press("n")
        await wait_for(pilot, "made you start looking")
        assert "known" not in screen_text(pilot.app)
        call.session.close()


def test_known_answer_keeps_the_day_of_its_call(tmp_path: Path) -> None:
    service, second = second_call(tmp_path)
    second.begin()
    second.add_recalled(second.recall())
    (first,) = {event.call for event in second.session.events if isinstance(event, Recalled)}
    second.session.do(lambda context: actions.jump(context, "trigger"))
    second.session.do(actions.accept)
    second.session.close()
    third = service.open(OpenRequest("first_call", "Acme", mode=Mode.LIVE))
    days = {event.question: event.call for event in third.recall()}
    assert days == {"trigger": second.file.id, "tried": first, "cost": first}
    third.session.close()
