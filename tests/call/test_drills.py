"""Drills: one trap at a time, with a verdict on each."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from test_rehearsal import COST, DANA, PLAYBOOK, TRIGGER

from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.rehearsal.buyer import LineReason, PlaybookBuyer, RehearsalState, TrapResult, UserTurn
from salesnerd_tui.rehearsal.drills import TRAPS, Drill, DrillBuyer, DrillUnavailable
from salesnerd_tui.rehearsal.user_speech import CoachSpeechReader

SELLS = "We have a dashboard that shows every bill, with filters and reports."


class Drilled:
    def __init__(self, drill: Drill, playbook: Playbook = PLAYBOOK, seed: int = 3) -> None:
        base = PlaybookBuyer(playbook, DANA, seed, CoachSpeechReader(playbook))
        self.side = DrillBuyer(base, drill)
        self.state: RehearsalState = self.side.start()

    def say(
        self, text: str, heard_lines: int | None = None, *, has_overpromise: bool = False, detour: str = ""
    ) -> TrapResult | None:
        """Return whether the latest trap was passed; None while it is open."""
        before = len(self.state.results)
        turn = UserTurn(
            text,
            len(self.state.lines) if heard_lines is None else heard_lines,
            has_overpromise=has_overpromise,
            detour=detour,
            current_question="trigger",
        )
        self.state = self.side.respond(self.state, turn)
        return self.state.results[-1] if len(self.state.results) > before else None


def is_passed(result: TrapResult | None) -> bool | None:
    return None if result is None else result.passed


def test_pitch_a_pain_is_followed_up_or_pitched_at() -> None:
    drill = Drilled(Drill.PITCH)
    assert drill.state.lines[0].text == DANA.says["trigger"]
    assert is_passed(drill.say("What happened to those forty bills then?")) is True
    assert is_passed(drill.say(SELLS)) is False
    assert drill.state.lines[0].text == DANA.if_pitch


def test_jargon_a_word_is_explained_without_another() -> None:
    drill = Drilled(Drill.JARGON)
    term = drill.state.trap
    other = "CRDT" if term == "webhook" else "webhook"
    assert term in drill.state.lines[0].text
    assert is_passed(drill.say(f"It is a kind of {other}, more or less.")) is False
    assert [line.reason for line in drill.state.lines] == [LineReason.JARGON, LineReason.BAIT]
    assert is_passed(drill.say("What you change here is there on the other side at once.")) is True
    assert is_passed(drill.say("word " * 60)) is False


def test_jargon_a_mumble_leaves_the_word_open() -> None:
    drill = Drilled(Drill.JARGON)
    assert drill.say("Well, hm.") is None
    assert is_passed(drill.say("Your other program hears it the moment it happens.")) is True


def test_promise_a_bare_yes_and_an_open_ended_promise_are_caught() -> None:
    drill = Drilled(Drill.PROMISE)
    assert is_passed(drill.say("Sure, no problem.")) is False
    assert is_passed(drill.say("We'll have that for you.", has_overpromise=True)) is False
    assert is_passed(drill.say("I don't know yet. I'll ask, and tell you by Friday.")) is True
    assert is_passed(drill.say("Yes, if your file has fewer than a thousand lines.")) is True


def test_interrupt_an_interruption_is_answered_before_anything_else() -> None:
    drill = Drilled(Drill.INTERRUPT)
    assert drill.state.lines[0].detour == "demo"
    assert drill.say("Gladly, in a moment.") is None
    assert is_passed(drill.say("What would you have to see in a demo?")) is True
    assert is_passed(drill.say(COST)) is False
    assert is_passed(drill.say(SELLS)) is False
    assert is_passed(drill.say("Gladly.", detour="demo")) is True


def test_silence_waiting_brings_out_what_the_buyer_holds_back() -> None:
    drill = Drilled(Drill.SILENCE)
    assert drill.say(TRIGGER) is None
    assert all(line.pause_seconds >= 4 for line in drill.state.lines)
    assert drill.state.lines[-1].reason is LineReason.HIDDEN
    assert is_passed(drill.say(COST)) is True
    assert is_passed(drill.say("Because we could look at it together.", heard_lines=0)) is False


def test_bait_that_was_talked_over_is_repeated() -> None:
    drill = Drilled(Drill.PROMISE)
    bait = drill.state.lines[-1].text
    assert drill.say("Sorry, go on.", heard_lines=0) is None
    assert drill.state.lines[-1].text == bait


@pytest.mark.parametrize("drill", Drill)
def test_a_drill_is_over_after_its_traps(drill: Drill) -> None:
    drilled = Drilled(drill)
    for _ in range(6 * TRAPS):
        drilled.say("What would you have to see in a demo, and who asks for it?")
        drilled.say("That your other program hears of it at once.")
    assert drilled.state.is_over
    assert len(drilled.state.results) >= TRAPS


def test_a_playbook_without_bait_says_what_it_would_need() -> None:
    with pytest.raises(DrillUnavailable, match="jargon"):
        Drilled(Drill.JARGON, replace(PLAYBOOK, coach=replace(PLAYBOOK.coach, jargon={})))
    with pytest.raises(DrillUnavailable, match="detour"):
        Drilled(Drill.INTERRUPT, replace(PLAYBOOK, detours={}))
