"""A playbook saved during a call is used at once, and no key waits while a new coach replays the call."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from memory_store import MemoryStore
from salesnerd_tui.call.events import Dismissal, Dismissed, Heard, Mode, Side, TapKind, Tapped
from salesnerd_tui.call_session import REPLAY_EVENTS, CallSession, start_event
from salesnerd_tui.playbook.coach_settings import CoachSettings
from salesnerd_tui.playbook.model import Ask, Playbook, Section
from tap_reasons import recorded

BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
PLAYBOOK = Playbook("first_call", "First call", agenda=(Section("Why now"), Ask("trigger", "What happened?")))
REWORDED = replace(PLAYBOOK, agenda=(Section("Why now"), Ask("trigger", "What set this off?")), digest="2")
STRICTER = replace(PLAYBOOK, coach=CoachSettings(max_monologue_seconds=20.0), digest="3")


class Hour:
    """A call after an hour of talk."""

    def __init__(self, utterances: int = 200) -> None:
        self.seconds = 0.0
        self.session = CallSession(PLAYBOOK, MemoryStore(), lambda: self.seconds)
        self.session.record(start_event(PLAYBOOK, Mode.LIVE, BEGAN))
        for number in range(utterances):
            self.says(Side.ME if number % 2 else Side.THEM, "It was the invoices again, and it took the whole night.")

    def says(self, side: Side, text: str) -> None:
        start, self.seconds = self.seconds, self.seconds + 5.0
        self.session.hear(Heard(self.seconds, side, str(side), start, self.seconds, text))


def test_other_words_change_nothing_for_the_coach() -> None:
    call = Hour()
    coach = call.session.coach
    call.session.reload(REWORDED)
    assert call.session.coach is coach, "it need not hear an hour again"
    assert not call.session.catch_up()


def test_new_limits_apply_once_the_call_is_replayed_piece_by_piece() -> None:
    call = Hour()
    before, talked = call.session.coach, call.session.coach.talk.mine_seconds
    call.session.reload(STRICTER)
    assert call.session.coach is before, "the previous coach continues meanwhile"
    pieces = 0
    while call.session.catch_up():
        pieces += 1
    assert pieces >= 200 // REPLAY_EVENTS - 1
    assert call.session.coach is not before
    assert call.session.coach.talk.mine_seconds == talked


def test_a_short_call_has_the_new_limits_at_once() -> None:
    call = Hour(utterances=4)
    call.session.reload(STRICTER)
    assert not call.session.catch_up()


def test_speech_while_the_coach_replays_is_heard() -> None:
    call = Hour()
    call.session.reload(STRICTER)
    call.session.catch_up()
    call.says(Side.ME, "And then we wrote it down.")
    talked = call.session.coach.talk.mine_seconds
    while call.session.catch_up():
        pass
    assert call.session.coach.talk.mine_seconds == talked


def test_of_two_saves_the_last_one_counts() -> None:
    call = Hour()
    call.session.reload(STRICTER)
    call.session.reload(REWORDED)
    while call.session.catch_up():
        pass
    for _ in range(12):
        call.says(Side.ME, "Let me tell you what else we wrote about the night of the invoices.")
    assert not [event for event in call.session.events if isinstance(event, Tapped) and event.kind is TapKind.MONOLOGUE]


def test_without_a_screen_the_coach_catches_up_at_each_tick() -> None:
    call = Hour(utterances=3 * REPLAY_EVENTS)
    before = call.session.coach
    call.session.reload(STRICTER)
    for _ in range(5):
        call.seconds += 1
        call.session.tick()
    assert call.session.coach is not before


def test_a_tap_on_the_screen_expires() -> None:
    call = Hour(utterances=4)
    call.session.record(Tapped(call.seconds, TapKind.PITCHING, recorded("48 s on features")))
    call.session.reload(STRICTER)
    while call.session.catch_up():
        pass
    call.seconds += 600.0
    call.session.tick()
    assert call.session.state.tap is None
    assert Dismissed(call.seconds, TapKind.PITCHING, Dismissal.EXPIRED) in call.session.events


def test_wordings_read_on_another_thread_are_used() -> None:
    call = Hour(utterances=2)
    prepared = call.session.prepare(REWORDED)
    call.session.reload(prepared)
    call.says(Side.ME, "So what set this off?")
    assert "trigger" in call.session.state.asked
