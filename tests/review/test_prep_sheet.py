"""Prep sheet: how much of each part is on the first screen, and how its days are written."""

from __future__ import annotations

from datetime import date

import pytest

from invented_calls import PLAYBOOK, Call
from salesnerd_tui.call.events import NoteKind, PlanKind, PlanSet
from salesnerd_tui.call.plan import CallPlan
from salesnerd_tui.call.state import fold
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.prep import (
    EarlierCall,
    EarlierCalls,
    PrepBlock,
    build_sheet,
    list_people,
    prep_blocks,
    summarize_last_call,
)
from salesnerd_tui.review.promises import tracked_promises

CALL_ID = "2026-11-20T1000-0000cafe"


def blocks(call: Call, today: date) -> dict[str, PrepBlock]:
    """Return the blocks of a prep after a call, by title."""
    earlier = (EarlierCall(CALL_ID, fold(call.events)),)
    last = build_debrief(call.events)
    promises = tracked_promises(CALL_ID, last, today)
    sheet = build_sheet(fold([]), PLAYBOOK, EarlierCalls(earlier, tuple(promises), summarize_last_call(last)), today)
    return {block.title: block for block in prep_blocks(sheet)}


@pytest.mark.parametrize(("count", "shown", "rest"), [(4, 4, ()), (5, 3, ("and 2 more",)), (12, 3, ("and 9 more",))])
def test_many_open_promises_leave_room_for_the_must_asks(count: int, shown: int, rest: tuple[str, ...]) -> None:
    call = Call()
    for number in range(count - 1):
        call.noted(5 + number, f"send table {number}", NoteKind.PROMISE)
    call.noted(20, "send the prices by 2026-11-21", NoteKind.PROMISE)
    promises = blocks(call, date(2026, 12, 1))["Open promises"]
    assert promises.lines[0] == "you: Send the prices by 2026-11-21 (late)"
    assert (len(promises.lines), promises.weak) == (shown, rest)


def test_what_they_wrote_in_the_invitation_is_on_the_sheet() -> None:
    state = fold([PlanSet(0, PlanKind.MEETING, "written", "Does Rabbit work?\nBram joins.")])
    sheet = build_sheet(state, PLAYBOOK, EarlierCalls(), date(2026, 12, 1))
    assert [block.lines for block in prep_blocks(sheet) if block.title == "They wrote"] == [
        ("Does Rabbit work?", "Bram joins.")
    ]


def test_days_of_another_year_have_their_year() -> None:
    call = Call().add(PlanSet(0, PlanKind.HYPOTHESIS, "", "nobody counted"))
    call.answered(9, "last_time", "Walk me through it.", "in March")
    call.noted(20, "send the plan by 3 March", NoteKind.PROMISE).noted(21, "check it by Friday", NoteKind.PROMISE)
    for today, year in ((date(2026, 12, 1), ""), (date(2027, 1, 4), " 2026")):
        page = blocks(call, today)
        assert page["Last time"].lines[0].endswith(f"(20 Nov{year})")
        assert page["Background"].lines == (f"Walk me through it. “in March” (20 Nov{year})",)
        assert page["Hypotheses"].weak == (f"riskiest, untested since 20 Nov{year}: nobody counted",)
        assert page["Open promises"].lines[0] == f"you: Check it by Friday (27 November{year}, late)"
    assert blocks(call, date(2026, 12, 1))["Open promises"].lines[1] == "you: Send the plan by 3 March (3 March 2027)"
    assert blocks(call, date(2027, 1, 4))["Open promises"].lines[1] == "you: Send the plan by 3 March"


def test_a_person_who_was_met_by_the_first_name_is_listed_once_with_the_title() -> None:
    met = EarlierCall(CALL_ID, fold(Call(people=("Dana, VP Eng", "Omar")).events))
    today = fold(Call(people=("Dana Roe", "Ada Roe")).events)
    people = [person.name for person in list_people(today, CallPlan(), [met])]
    assert people == ["Dana Roe, VP Eng", "Ada Roe", "Omar"]


def test_a_hypothesis_of_today_is_just_untested() -> None:
    call = Call().add(PlanSet(0, PlanKind.HYPOTHESIS, "", "nobody counted"))
    assert blocks(call, date(2026, 11, 20))["Hypotheses"].weak == ("riskiest, untested: nobody counted",)
