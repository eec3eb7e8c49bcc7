"""Session of a running call: keys and speech in, notes on disk and taps out."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from memory_store import MemoryStore
from salesnerd_tui.call import actions
from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import (
    Dismissal,
    Dismissed,
    Ended,
    FloorTaken,
    Heard,
    Jumped,
    Mode,
    Place,
    Promised,
    Recalled,
    Side,
    SourceChanged,
    SourceState,
    Switched,
    TapKind,
    Tapped,
)
from salesnerd_tui.call_session import CallSession, record_resume, start_event
from salesnerd_tui.playbook.coach_settings import CoachSettings
from salesnerd_tui.playbook.model import Ask, Playbook, Section
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved

BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
PLAYBOOK = Playbook(
    "first_call",
    "First call",
    agenda=(Section("Why now"), Ask("trigger", "What happened?"), Ask("cost", "What did it cost?"), Ask("who", "Who?")),
)


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def session(store: MemoryStore, clock: Clock) -> CallSession:
    session = CallSession(PLAYBOOK, store, clock)
    session.record(start_event(PLAYBOOK, Mode.LIVE, BEGAN, account="Acme", people=["Dana, VP Eng"], me="Kim"))
    return session


def talk(session: CallSession, clock: Clock, side: Side, sentence: str, times: int) -> None:
    """Repeat the sentence, five seconds each time."""
    for _ in range(times):
        start, clock.seconds = clock.seconds, clock.seconds + 5
        session.hear(Heard(clock.seconds, side, side.value, start, clock.seconds, sentence))


def talk_until_tapped(session: CallSession, clock: Clock) -> None:
    session.hear(FloorTaken(0, Side.ME))
    while clock.seconds < 200 and session.state.tap is None:
        clock.seconds += 1
        session.tick()


def test_events_are_stored_before_they_are_shown(session: CallSession, store: MemoryStore) -> None:
    session.do(lambda context: actions.note(context, "pages twice a week"))
    assert store.kept == session.events
    assert session.state.known("trigger") == ("pages twice a week",)


def test_a_save_is_reported_only_once_it_is_on_disk(session: CallSession, store: MemoryStore) -> None:
    heard: list[WriteSaved | WriteFailed] = []
    session.on_written = heard.append
    session.do(actions.mark)
    assert not heard
    store.confirm()
    assert heard[-1].numbers == range(1, 2)


def test_a_key_that_cannot_act_records_nothing(session: CallSession) -> None:
    before = list(session.events)
    with pytest.raises(CannotAct):
        session.do(actions.go_back)
    assert session.events == before


def test_two_keys_in_the_same_instant_are_undone_one_by_one(session: CallSession) -> None:
    session.do(actions.go_next)
    session.do(actions.go_next)
    session.undo()
    assert session.state.place == Place("cost")
    session.undo()
    assert session.state.place == Place("trigger")


def test_partial_speech_reaches_the_coach_and_not_the_disk(
    session: CallSession, store: MemoryStore, clock: Clock
) -> None:
    clock.seconds = 3
    session.hear(Heard(3, Side.ME, "Kim", 0, 3, "Thanks for the", final=False, utterance=1))
    session.hear(Heard(9, Side.ME, "Kim", 0, 9, "Thanks for the time. It is good to see", final=False, utterance=1))
    assert not any(isinstance(event, Heard) for event in store.kept)
    assert session.coach.talk.mine_seconds > 0
    session.hear(Heard(10, Side.ME, "Kim", 0, 10, "Thanks for the time. It is good to see you.", utterance=1))
    assert [event.text for event in store.kept if isinstance(event, Heard)] == [
        "Thanks for the time. It is good to see you."
    ]


def test_a_long_monologue_is_tapped_stored_and_shown(session: CallSession, store: MemoryStore, clock: Clock) -> None:
    talk_until_tapped(session, clock)
    assert session.state.tap is not None
    assert session.state.tap.kind is TapKind.MONOLOGUE
    assert any(isinstance(event, Tapped) for event in store.kept)


def test_handing_back_clears_the_tap(session: CallSession, clock: Clock) -> None:
    talk_until_tapped(session, clock)
    session.hear(FloorTaken(clock.seconds, Side.THEM))
    for _ in range(4):
        clock.seconds += 1
        session.tick()
    assert session.state.tap is None
    assert [event.how for event in session.events if isinstance(event, Dismissed)] == [Dismissal.HANDED_BACK]


def test_a_tap_can_be_dismissed(session: CallSession, clock: Clock) -> None:
    talk_until_tapped(session, clock)
    session.dismiss_tap()
    assert session.state.tap is None
    assert [event.how for event in session.events if isinstance(event, Dismissed)] == [Dismissal.DISMISSED]
    with pytest.raises(CannotAct):
        session.dismiss_tap()


def test_an_interrupted_call_resumes_with_everything(session: CallSession, store: MemoryStore, clock: Clock) -> None:
    session.do(actions.go_next)
    session.do(lambda context: actions.note(context, "two days"))
    talk(session, clock, Side.ME, "We looked at it for a while.", 3)
    again = CallSession(PLAYBOOK, MemoryStore(), lambda: 20.0, events=store.kept)
    record_resume(again, BEGAN, gap_seconds=90)
    assert again.state.place == Place("cost")
    assert again.state.known("cost") == ("two days",)
    assert again.state.resumed == 1
    assert again.coach.talk.mine_seconds == session.coach.talk.mine_seconds


def test_resuming_gives_no_tap_for_the_past(clock: Clock) -> None:
    store = MemoryStore()
    session = CallSession(PLAYBOOK, store, clock)
    session.record(start_event(PLAYBOOK, Mode.LIVE, BEGAN))
    session.hear(FloorTaken(0, Side.ME))
    clock.seconds = 500
    again = MemoryStore()
    CallSession(PLAYBOOK, again, clock, events=store.kept)
    assert again.kept == []


def test_a_reload_keeps_place_and_notes(session: CallSession) -> None:
    session.do(actions.go_next)
    session.do(lambda context: actions.note(context, "two days"))
    session.reload(replace(PLAYBOOK, agenda=(*PLAYBOOK.agenda, Ask("more", "What else?"))))
    assert session.state.place == Place("cost")
    assert session.state.known("cost") == ("two days",)
    assert not any(isinstance(event, Jumped) for event in session.events)


def test_a_reload_without_the_question_goes_to_the_next_and_keeps_its_note(session: CallSession) -> None:
    session.do(actions.go_next)
    session.do(lambda context: actions.note(context, "two days"))
    session.reload(replace(PLAYBOOK, agenda=(Section("Why now"), Ask("trigger", "What happened?"), Ask("who", "Who?"))))
    assert session.state.place == Place("who")
    assert session.state.known("cost") == ("two days",)


def test_a_reload_changes_the_limits_of_the_coach(session: CallSession, clock: Clock) -> None:
    session.reload(replace(PLAYBOOK, coach=CoachSettings(max_monologue_seconds=100_000)))
    session.hear(FloorTaken(0, Side.ME))
    while clock.seconds < 300:
        clock.seconds += 1
        session.tick()
    assert not any(isinstance(event, Tapped) for event in session.events)


def test_notes_carry_over_to_another_playbook(session: CallSession) -> None:
    session.do(lambda context: actions.note(context, "an audit"))
    session.switch(Playbook("rfp", "Tender", agenda=(Ask("trigger", "Why?"), Ask("wrote_it", "Who wrote this?"))))
    assert session.state.playbook == "rfp"
    assert session.state.place == Place("wrote_it"), "what is known is not asked again"
    assert isinstance(session.events[-1], Switched)


def test_facts_of_an_earlier_call_are_shown_from_the_start(store: MemoryStore, clock: Clock) -> None:
    session = CallSession(PLAYBOOK, store, clock)
    session.record(start_event(PLAYBOOK, Mode.LIVE, BEGAN), Recalled(0, "cost", "two days", "2026-02"))
    session.do(actions.go_next)
    assert session.state.place == Place("who")


def test_the_status_of_a_source_is_stored(session: CallSession, store: MemoryStore) -> None:
    broken = SourceChanged(5, "captions", SourceState.BROKEN, "captions.vtt is gone")
    session.hear(broken)
    assert session.state.sources["captions"] == broken
    assert store.kept[-1] == broken


def test_a_draft_is_saved_and_close_closes_the_file(session: CallSession, store: MemoryStore) -> None:
    session.keep_draft("half a sent")
    session.close()
    assert (store.draft, store.is_closed) == ("half a sent", True)


def test_the_coach_is_loaded_with_the_first_words() -> None:
    asks = "import sys, salesnerd_tui.call_session; print('salesnerd_tui.coach.engine' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("ends", [True, False], ids=["ended", "left open"])
def test_a_promise_in_a_sentence_that_the_end_cuts_off_is_kept(
    session: CallSession, clock: Clock, store: MemoryStore, ends: bool
) -> None:
    clock.seconds = 9.0
    session.hear(Heard(9.0, Side.ME, "Kim", 1.0, 9.0, "Good morning. I'll send you the list by Friday"))
    if ends:
        session.record(Ended(10.0, "", ""))
    session.close()
    kinds = [type(event) for event in store.kept]
    assert Promised in kinds
    assert kinds[-1] is (Ended if ends else Promised)
