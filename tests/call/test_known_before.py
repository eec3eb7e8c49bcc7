"""Tests of facts from earlier calls: shown, confirmed with one key, and never counted as said today."""

from __future__ import annotations

import pytest
from call_story import Call

from salesnerd_tui.call import actions
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import Answered, Place, Recalled, Resumed
from salesnerd_tui.call.view import Progress, jump_rows, view
from salesnerd_tui.playbook.conditions import parse_condition
from salesnerd_tui.playbook.diagnostics import Finding
from salesnerd_tui.playbook.model import NOWHERE, Answer, Ask, Gate, Playbook, Say
from salesnerd_tui.services.call_status import known_answers_text


def test_a_must_answered_in_an_earlier_call_is_confirmed_with_one_key() -> None:
    call = Call().record(Recalled(0, "cost", "two days", "2026-01-09T1000-aa"))
    assert call.go_next(2).item == "cost"
    assert view(call.context).prompt.asks_to_confirm
    call.record(*actions.accept(call.context))
    assert call.item == "nice"
    assert call.state.notes["cost"][-1].text == "two days"
    assert not call.state.notes["cost"][-1].recalled_from
    assert call.go_back().item == "cost"
    with pytest.raises(CannotAct):
        actions.accept(call.context)


def test_a_confirmed_answer_of_the_playbook_counts_as_picked_without_its_follow_up() -> None:
    call = Call().record(Recalled(0, "trigger", "An audit", "2026-01")).go_next()
    call.record(*actions.accept(call.context))
    assert call.state.notes["trigger"][-1].label == "An audit"
    assert (call.state.scores, call.state.known("why")) == ({"fit": 2}, ("audit",))
    broken = Call().record(Recalled(0, "trigger", "Something broke", "2026-01")).go_next()
    broken.record(*actions.accept(broken.context))
    assert broken.place == Place("cost")


def test_a_known_must_that_was_asked_or_skipped_does_not_come_again() -> None:
    facts = (Recalled(0, "trigger", "An audit", "2026-01"), Recalled(0, "cost", "two days", "2026-01"))
    asked = Call().record(*facts)
    visited = []
    while asked.item is not None:
        visited.append(asked.item)
        asked.skip() if asked.item == "cost" else asked.go_next()
    assert [visited.count(name) for name in ("trigger", "cost", "nice")] == [1, 1, 1]
    assert asked.state.asked.keys() >= {"trigger", "verdict"}
    assert "cost" not in asked.state.asked


def test_not_known_in_an_earlier_call_meets_no_gate_and_is_asked_again() -> None:
    cost = Ask("cost", "What did it cost?", answers=(Answer("Never counted", "Never counted", known=False),))
    condition = parse_condition("cost is known", NOWHERE)
    assert not isinstance(condition, Finding)
    gate = Gate("real_problem", condition)
    call = Call(Playbook("p", "P", agenda=(Say("hi", "Hi."), cost), gates={"real_problem": gate}))
    call.record(Recalled(0, "cost", "Never counted", "2026-01-09T1000-aa")).go_next()
    shown = view(call.context)
    assert call.item == "cost"
    assert [fact.words for fact in shown.prompt.known] == ["Never counted"]
    assert not shown.prompt.asks_to_confirm
    assert (shown.earlier, shown.gates[0].is_met) == ((), False)
    call.record(Recalled(0, "cost", "two days", "2026-02-09T1000-aa"))
    assert view(call.context).gates[0].is_met


def test_progress_counts_only_what_this_call_asks() -> None:
    fresh = view(Call().context)
    call = Call().record(
        Recalled(0, "cost", "two days", "2026-01-09T1000-aa"), Recalled(0, "nice", "no", "2026-01-09T1000-aa")
    )
    known = view(call.context)
    assert (fresh.done, known.done) == (0, 0)
    assert known.total == view(Call().record(Recalled(0, "cost", "two days", "2026-01")).context).total - 1
    rows = {row.item: row for row in jump_rows(call.context)}
    assert (rows["cost"].progress, rows["nice"].progress) == (Progress.OPEN, Progress.KNOWN)
    assert rows["cost"].known is not None
    assert rows["trigger"].known is None


def test_an_answer_of_the_same_day_is_from_today_until_the_call_is_resumed_the_next_day() -> None:
    call = Call().record(
        Recalled(0, "cost", "two days", "2026-03-01T0800-aa"), Recalled(0, "nice", "no", "2026-02-28T2359-bb")
    )
    assert [fact.day for fact in view(call.context).earlier] == ["today", "28 Feb"]
    rows = {row.item: row for row in jump_rows(call.context)}
    assert rows["cost"].known is not None
    assert rows["cost"].known.day == "today"
    assert known_answers_text(view(call.context).earlier) == "2 answers known from earlier calls (last: today)"
    call.record(Resumed(call.at, "2026-03-02T09:00:00+00:00"))
    assert [fact.day for fact in view(call.context).earlier] == ["1 Mar", "28 Feb"]
    assert known_answers_text(view(call.context).earlier[:1]) == "1 answer known from 1 Mar"


def test_what_this_call_has_an_answer_to_is_no_longer_a_fact_from_before() -> None:
    call = Call().record(Recalled(0, "cost", "two days", "2026-01-09T1000-aa")).go_next(2)
    assert [fact.words for fact in view(call.context).earlier] == ["two days"]
    call.record(*actions.accept(call.context))
    assert view(call.context).earlier == ()


def test_a_fact_under_a_former_id_leaves_once_this_call_has_an_answer() -> None:
    call = Call().record(Recalled(0, "who_minds", "the CFO", "2026-01-09T1000-aa"))
    assert [fact.words for fact in view(call.context).earlier] == ["the CFO"]
    call.record(Answered(call.at, "do_nothing", "Who minds?", note="the board"))
    assert view(call.context).earlier == ()
