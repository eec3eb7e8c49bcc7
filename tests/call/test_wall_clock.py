"""Wall-clock times in a call: after a resume, after sleep, and across midnight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from invented_calls import PLAYBOOK, Call
from memory_store import MemoryStore
from salesnerd_tui.call import actions
from salesnerd_tui.call.events import Event, Mode, Noted, NoteKind, Promised, Resumed
from salesnerd_tui.call.state import fold, wall_time
from salesnerd_tui.call.traversal import slot_value
from salesnerd_tui.call_session import MIN_SLEEP_SECONDS, CallSession, start_event
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.promise_ledger import to_ics
from salesnerd_tui.review.promises import tracked_promises
from salesnerd_tui.services.call_status import NoteRow, SaveReceipts
from salesnerd_tui.tui.render.status import draw_notes

LATE = "2026-11-20T23:50:00+01:00"


def clock_of(events: Sequence[Event], at: float) -> str:
    found = wall_time(fold(events), at)
    return found.isoformat() if found else ""


def test_a_call_without_a_break_counts_from_its_start() -> None:
    assert clock_of(Call().events, 90) == "2026-11-20T10:01:30+01:00"


def test_what_follows_a_resume_counts_from_the_resume() -> None:
    call = (
        Call().add(Resumed(600.0, "2026-11-21T09:00:00+01:00", 80_000)).add(Resumed(900.0, "2026-11-21T14:00:00+01:00"))
    )
    assert clock_of(call.events, 599) == "2026-11-20T10:09:59+01:00"
    assert clock_of(call.events, 660) == "2026-11-21T09:01:00+01:00"
    assert clock_of(call.events, 901) == "2026-11-21T14:00:01+01:00"


@pytest.mark.parametrize("began", ["", "yesterday", "9999-12-31T23:59:59+00:00"])
def test_a_clock_that_cannot_be_read_gives_no_time(began: str) -> None:
    assert clock_of(Call(began=began).events, 3600) == ""


def test_a_resume_that_cannot_be_read_leaves_the_start() -> None:
    assert clock_of(Call().add(Resumed(60.0, "soon")).events, 120) == "2026-11-20T10:02:00+01:00"


def test_the_notes_beside_the_call_show_the_time_at_which_they_were_typed() -> None:
    state = fold(Call().add(Resumed(600.0, "2026-11-20T15:30:00+01:00")).events)
    drawn = draw_notes([NoteRow(1, 60, "before"), NoteRow(2, 660, "after")], SaveReceipts(), state, 40, 2)
    assert [str(line)[:7].strip() for line in drawn] == ["10:01", "15:31"]


def test_today_is_the_day_of_the_last_resume() -> None:
    state = fold(Call().add(Resumed(600.0, "2026-11-23T15:30:00+01:00")).events)
    assert slot_value("today", PLAYBOOK, state) == "2026-11-23"
    assert slot_value("today", PLAYBOOK, fold(Call().events)) == "2026-11-20"


def due_dates(call: Call) -> list[tuple[date | None, date | None]]:
    return [(promise.due_on, promise.said_on) for promise in build_debrief(call.events).promises]


def test_tomorrow_counts_from_the_day_on_which_it_was_said() -> None:
    call = Call(began=LATE).promised(300, "I'll send it", due="tomorrow").promised(900, "I'll send it", due="tomorrow")
    call.noted(1200, "send the sums by tomorrow", NoteKind.PROMISE)
    before, after = date(2026, 11, 20), date(2026, 11, 21)
    assert due_dates(call) == [(after, before), (after + timedelta(1), after), (after + timedelta(1), after)]


def test_tomorrow_counts_from_the_day_of_the_resume() -> None:
    call = Call().add(Resumed(600.0, "2026-11-25T09:00:00+01:00"), Promised(610.0, "I'll send it", due="today"))
    assert due_dates(call) == [(date(2026, 11, 25), date(2026, 11, 25))]


def test_the_calendar_says_on_which_day_it_was_promised() -> None:
    call = Call(began=LATE).promised(900, "I'll send it", due="tomorrow")
    listed = tracked_promises("2026-11-20T2350-0a", build_debrief(call.events), date(2026, 11, 21))
    written = to_ics(listed, datetime(2026, 11, 21, tzinfo=UTC)).replace("\r\n ", "")
    assert "said on 21 November 2026" in written
    assert "DTSTART;VALUE=DATE:20261122" in written


def test_the_calendar_has_the_last_day_of_all() -> None:
    call = Call(began="9999-12-31T10:00:00+00:00").promised(60, "I'll send it", due="today")
    listed = tracked_promises("9999-12-31T1000-0a", build_debrief(call.events), date(2026, 11, 21))
    assert "DTSTART;VALUE=DATE:99991231" in to_ics(listed, datetime(2026, 11, 21, tzinfo=UTC))


class Laptop:
    """A live call on a machine that can sleep: its own clock stops then, the clock on the wall does not."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wall = datetime(2026, 11, 20, 10, tzinfo=UTC)
        self.session = CallSession(PLAYBOOK, MemoryStore(), lambda: self.seconds, wall=lambda: self.wall)
        self.session.record(start_event(PLAYBOOK, Mode.LIVE, self.wall))

    def works(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)

    def sleeps(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)

    def note(self, words: str) -> Noted:
        self.session.do(lambda context: actions.note(context, words))
        return [event for event in self.session.events if isinstance(event, Noted)][-1]

    def resumed(self) -> list[Resumed]:
        return [event for event in self.session.events if isinstance(event, Resumed)]


def test_a_note_after_a_sleep_has_the_time_on_the_wall_and_the_sleep_is_a_break() -> None:
    laptop = Laptop()
    laptop.works(60)
    laptop.session.tick()
    laptop.sleeps(3600)
    noted = laptop.note("! they have a board meeting")
    assert wall_time(laptop.session.state, noted.at) == laptop.wall + timedelta(seconds=noted.at - laptop.seconds)
    assert [event.gap_seconds for event in laptop.resumed()] == [3600]
    laptop.works(30)
    laptop.session.tick()
    assert len(laptop.resumed()) == 1


def test_a_clock_that_is_set_back_is_followed_and_no_break_is_counted_for_it() -> None:
    laptop = Laptop()
    laptop.works(60)
    laptop.sleeps(-1800)
    laptop.session.tick()
    (event,) = laptop.resumed()
    assert event.gap_seconds == 0
    assert wall_time(laptop.session.state, laptop.seconds) == laptop.wall


def test_a_small_correction_of_the_clock_is_not_a_sleep() -> None:
    laptop = Laptop()
    laptop.works(60)
    laptop.sleeps(MIN_SLEEP_SECONDS / 2)
    laptop.session.tick()
    assert not laptop.resumed()
