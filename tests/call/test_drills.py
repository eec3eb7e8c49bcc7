"""Drills: one trap at a time, with a verdict on each."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from test_rehearsal import COST, DANA, PLAYBOOK, TRIGGER

from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.rehearsal.buyer import LineReason, PlaybookBuyer, RehearsalState, TrapResult, UserTurn
from salesnerd_tui.rehearsal.drills import TRAPS, Drill, DrillBuyer, NothingToDrill
from salesnerd_tui.rehearsal.user_speech import CoachSpeechReader

SELLS = "We have a dashboard that shows every bill, with filters and reports."


class Drilled:
    def __init__(self, drill: Drill, playbook: Playbook = PLAYBOOK, seed: int = 3) -> None:
        base = PlaybookBuyer(playbook, DANA, seed, CoachSpeechReader(playbook))
        self.side = DrillBuyer(base, drill)
        self.scene: RehearsalState = self.side.begins()

    def says(self, text: str, heard: int | None = None, *, over: bool = False, detour: str = "") -> TrapResult | None:
        """Return whether the latest trap was passed; None while it is open."""
        before = len(self.scene.verdicts)
        turn = UserTurn(
            text, len(self.scene.lines) if heard is None else heard, over=over, detour=detour, here="trigger"
        )
        self.scene = self.side.hears(self.scene, turn)
        return self.scene.verdicts[-1] if len(self.scene.verdicts) > before else None


def passed(verdict: TrapResult | None) -> bool | None:
    return None if verdict is None else verdict.passed


def test_pitch_what_hurts_is_asked_about_or_sold_to() -> None:
    drill = Drilled(Drill.PITCH)
    assert drill.scene.lines[0].text == DANA.says["trigger"]
    assert passed(drill.says("What happened to those forty bills then?")) is True
    assert passed(drill.says(SELLS)) is False
    assert drill.scene.lines[0].text == DANA.if_pitch


def test_jargon_a_word_is_explained_without_another() -> None:
    drill = Drilled(Drill.JARGON)
    term = drill.scene.trap
    other = "CRDT" if term == "webhook" else "webhook"
    assert term in drill.scene.lines[0].text
    assert passed(drill.says(f"It is a kind of {other}, more or less.")) is False
    assert [line.why for line in drill.scene.lines] == [LineReason.JARGON, LineReason.BAIT]
    assert passed(drill.says("What you change here is there on the other side at once.")) is True
    assert passed(drill.says("word " * 60)) is False


def test_jargon_a_mumble_leaves_the_word_open() -> None:
    drill = Drilled(Drill.JARGON)
    assert drill.says("Well, hm.") is None
    assert passed(drill.says("Your other program hears it the moment it happens.")) is True


def test_promise_a_bare_yes_and_a_promise_without_bounds_are_caught() -> None:
    drill = Drilled(Drill.PROMISE)
    assert passed(drill.says("Sure, no problem.")) is False
    assert passed(drill.says("We'll have that for you.", over=True)) is False
    assert passed(drill.says("I don't know yet. I'll ask, and tell you by Friday.")) is True
    assert passed(drill.says("Yes, if your file has fewer than a thousand lines.")) is True


def test_interrupt_it_is_taken_up_before_anything_else() -> None:
    drill = Drilled(Drill.INTERRUPT)
    assert drill.scene.lines[0].detour == "demo"
    assert drill.says("Gladly, in a moment.") is None
    assert passed(drill.says("What would you have to see in a demo?")) is True
    assert passed(drill.says(COST)) is False
    assert passed(drill.says(SELLS)) is False
    assert passed(drill.says("Gladly.", detour="demo")) is True


def test_silence_who_waits_hears_what_is_kept_back() -> None:
    drill = Drilled(Drill.SILENCE)
    assert drill.says(TRIGGER) is None
    assert all(line.after_seconds >= 4 for line in drill.scene.lines)
    assert drill.scene.lines[-1].why is LineReason.HIDDEN
    assert passed(drill.says(COST)) is True
    assert passed(drill.says("Because we could look at it together.", heard=0)) is False


def test_bait_that_was_talked_over_is_laid_again() -> None:
    drill = Drilled(Drill.PROMISE)
    bait = drill.scene.lines[-1].text
    assert drill.says("Sorry, go on.", heard=0) is None
    assert drill.scene.lines[-1].text == bait


@pytest.mark.parametrize("drill", Drill)
def test_a_drill_is_over_after_its_traps(drill: Drill) -> None:
    drilled = Drilled(drill)
    for _ in range(6 * TRAPS):
        drilled.says("What would you have to see in a demo, and who asks for it?")
        drilled.says("That your other program hears of it at once.")
    assert drilled.scene.over
    assert len(drilled.scene.verdicts) >= TRAPS


def test_a_playbook_without_bait_says_what_it_would_need() -> None:
    with pytest.raises(NothingToDrill, match="jargon"):
        Drilled(Drill.JARGON, replace(PLAYBOOK, coach=replace(PLAYBOOK.coach, jargon={})))
    with pytest.raises(NothingToDrill, match="detour"):
        Drilled(Drill.INTERRUPT, replace(PLAYBOOK, detours={}))
