"""The panel that ends a call: three outcomes of equal rank, and the fields of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from live_stage import PLAYBOOK, REAL_PROBLEM, SIZES, LiveStage, known, live_screen
from salesnerd_tui.call.events import Ended, Event, Place
from salesnerd_tui.playbook.model import Decision, Gate, Outcome
from salesnerd_tui.tui.screens.debrief import DebriefScreen


async def test_outcomes_are_offered_with_their_unmet_criteria(tmp_path: Path) -> None:
    async with live_screen(tmp_path, (120, 40)) as stage:
        await stage.press("e")
        shown = stage.screen_text
        assert "not met: real problem" in shown
        assert "3 must-asks left" in shown
        assert "saves both sides time" in shown
        for word in ("GO", "NOT YET", "NO-GO"):
            assert word in shown


@pytest.mark.parametrize("size", SIZES)
async def test_hint_line_shows_the_keys_of_the_panel(stage: LiveStage, size: tuple[int, int]) -> None:
    await stage.press("e")
    assert stage.rows[-1].split()[:2] == ["1–3", "pick"]
    assert ("j ask the must-asks" in stage.rows[-1]) == (size[0] > 40), "a narrow terminal has it in the panel only"
    assert "must-asks left   j asks them" in stage.screen_text
    await stage.press("1")
    assert stage.rows[-1].split() == ["enter", "end", "the", "call", "esc", "back"]
    await stage.press("escape", "2")
    assert not stage.rows[-2].endswith("?…")
    await stage.press("escape", "escape")
    assert stage.rows[-1].split()[:2] == ["n", "next"]


async def test_j_jumps_to_the_first_must_ask(stage: LiveStage) -> None:
    await stage.press("n", "e", "j")
    assert stage.session.state.place == Place("cost")


async def test_unmet_criterion_has_to_be_confirmed_once(stage: LiveStage) -> None:
    await stage.press("e", "1", until="Not met: real problem. End anyway?")
    await stage.press("1", "2", "d", "n")
    assert "End anyway?" in stage.screen_text, "only enter and esc answer"
    assert not stage.is_left()
    await stage.press("enter")
    await stage.type("Tuesday", "enter")
    assert ended(stage.session.events).outcome == "next_step"
    assert ended(stage.session.events).record == {"next_date": "Tuesday"}


@pytest.mark.parametrize("size", SIZES)
async def test_not_yet_asks_for_its_fields_in_order(stage: LiveStage) -> None:
    await stage.press("e", "2", until="revisit on")
    await stage.type("3 March", "enter")
    await stage.type("the audit is closed", "enter")
    record = ended(stage.session.events).record
    assert record == {"revisit_on": "3 March", "what_must_change": "the audit is closed"}
    assert ended(stage.session.events).next_step == "3 March"


async def test_arrows_move_between_fields_and_esc_goes_back_one(stage: LiveStage) -> None:
    await stage.press("e", "2")
    await stage.type("3 March", "down")
    await stage.type("the audit is closed", "up", "backspace")
    await stage.press("tab", "escape", "down", "enter")
    record = ended(stage.session.events).record
    assert record == {"revisit_on": "3 Marc", "what_must_change": "the audit is closed"}


async def test_not_yet_asks_twice_for_a_missing_date(stage: LiveStage) -> None:
    await stage.press("e", "2", "enter", "enter", until="A not-yet without a date is a maybe")
    assert not stage.is_left()
    await stage.press("enter")
    assert ended(stage.session.events).record == {}


@pytest.mark.parametrize("size", SIZES)
async def test_date_without_a_day_is_questioned_once(stage: LiveStage, size: tuple[int, int]) -> None:
    await stage.press("e", "2")
    await stage.type("in spring", "enter", until="Which day is “in spring”?")
    assert "→ no date yet" in stage.screen_text
    await stage.press("enter", "enter")
    assert ended(stage.session.events).record == {"revisit_on": "in spring"}
    await stage.wait_until(lambda: isinstance(stage.app.screen, DebriefScreen))
    assert "A not-yet without a date is a maybe" in stage.screen_text
    assert ("NOT YET · revisit in spring · no date yet" in stage.screen_text) == (size[0] > 40)


@pytest.mark.parametrize("size", SIZES)
async def test_day_of_a_date_is_shown_while_it_is_typed(stage: LiveStage) -> None:
    await stage.press("e", "2")
    await stage.type("in sprin", "enter", until="Which day is “in sprin”?")
    await stage.type("g")
    assert "in spring" in stage.rows[-2], "the refused text stays, with the cursor at its end"
    await stage.press("ctrl+u")
    day = date(date.today().year + 1, 3, 2)
    await stage.type(day.isoformat(), until=f"→ {day:%a} 2 March {day.year}")
    await stage.press("enter", "enter")
    assert ended(stage.session.events).record == {"revisit_on": day.isoformat()}


async def test_known_value_is_filled_in(stage: LiveStage) -> None:
    await stage.note("pages twice")
    await stage.press("e", "2", "escape", "escape", "n")
    assert stage.session.state.ended is None, "esc goes back to the choice, then to the call"
    assert stage.session.state.place == Place("last_time")


async def test_no_go_takes_one_more_key_and_leads_to_the_debrief(stage: LiveStage) -> None:
    await stage.press("e", "3", until="Thank you for the straight answer.")
    await stage.press("enter")
    assert ended(stage.session.events).decision == "no-go"
    await stage.wait_until(lambda: isinstance(stage.app.screen, DebriefScreen))
    assert stage.disk.is_closed


async def test_draft_is_saved_when_the_call_ends(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half a thought", "escape", "e", "3", "enter")
    assert stage.notes == ["half a thought"]


@pytest.mark.parametrize("size", SIZES)
async def test_suggested_outcome_keeps_its_number_and_is_marked(stage: LiveStage, size: tuple[int, int]) -> None:
    await stage.press("e")
    assert marked_rows(stage.rows) == [], "nothing is suggested yet"
    await stage.press("enter")
    assert "Thank you for the straight answer." not in stage.screen_text
    await stage.press("escape", "4", "e")
    (marked,) = marked_rows(stage.rows)
    assert marked.split()[:3] == ["❯", "3", "NO-GO"]
    assert ("suggested by their answer" in marked) == (size[0] >= 80)
    assert "1–3 · enter · esc" in stage.screen_text
    assert ("enter take ❯" in stage.rows[-1]) == (size[0] >= 80), "a narrow terminal has it in the panel only"
    await stage.press("3", "enter")
    assert ended(stage.session.events).outcome == "part_friends"


async def test_enter_takes_the_suggested_outcome(stage: LiveStage) -> None:
    await stage.press("4", "e", "enter", until="Thank you for the straight answer.")
    await stage.press("enter")
    assert ended(stage.session.events).outcome == "part_friends"


async def test_outcome_whose_needs_are_met_is_marked(stage: LiveStage) -> None:
    await stage.press("n", "n")
    await stage.note("two days")
    await stage.press("e")
    (marked,) = marked_rows(stage.rows)
    assert marked.split()[:3] == ["❯", "1", "GO"]


@pytest.mark.parametrize("size", SIZES)
async def test_suggested_outcome_beyond_the_nine_digits_is_taken_by_enter(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    others = {f"later_{number}": Outcome(f"later_{number}", Decision.NOT_YET) for number in range(1, 9)}
    playbook = replace(PLAYBOOK, outcomes={**others, **PLAYBOOK.outcomes})
    async with live_screen(tmp_path, size, playbook) as stage:
        await stage.press("4", "e")
        assert [row.split()[:2] for row in marked_rows(stage.rows)] == [["❯", "NO-GO"]]
        await stage.press("enter", "enter")
        assert ended(stage.session.events).outcome == "part_friends"


async def test_call_keys_do_nothing_while_the_outcomes_are_open(stage: LiveStage) -> None:
    before = len(stage.session.events)
    await stage.press("e", "n", "d", "m", "s")
    assert len(stage.session.events) == before


async def test_clock_runs_while_the_outcomes_are_open(stage: LiveStage) -> None:
    await stage.press("e")
    await stage.repaint(at=75.0)
    assert "01:15" in stage.rows[0]


def marked_rows(rows: Sequence[str]) -> list[str]:
    """Return the rows of the outcomes that are marked."""
    return [row for row in rows if row.startswith("❯ ") and any(word in row for word in ("GO", "NOT YET"))]


def ended(events: Sequence[Event]) -> Ended:
    (found,) = [event for event in events if isinstance(event, Ended)]
    return found


@pytest.mark.parametrize(
    ("width", "unmet"), [(100, "◇ 2 not met"), (120, "◇ not met: real problem, finance has counted")]
)
async def test_name_of_an_outcome_is_whole_beside_what_is_not_met(tmp_path: Path, width: int, unmet: str) -> None:
    gate = Gate("finance_has_counted", known("cost"))
    outcome = Outcome("next_step", Decision.GO, needs=(REAL_PROBLEM, gate))
    playbook = replace(PLAYBOOK, gates={"real_problem": REAL_PROBLEM, gate.name: gate}, outcomes={outcome.id: outcome})
    async with live_screen(tmp_path, (width, 40), playbook) as stage:
        await stage.press("e")
        row = next(row for row in stage.rows if " GO " in row)
        assert "next step" in row
        assert unmet in row
