"""Words that were heard before the user chose a speaker count from the beginning afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory_store import MemoryStore
from salesnerd_tui.call import actions
from salesnerd_tui.call.events import (
    Asked,
    Event,
    Heard,
    Identified,
    Mode,
    Noted,
    Origin,
    Promised,
    Side,
    Tapped,
    Undone,
)
from salesnerd_tui.call.state import apply_identifications, undone_numbers, user_names
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.playbook.model import Ask, Playbook, Section
from salesnerd_tui.speech.sides import Sides

BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
PLAYBOOK = Playbook(
    "first_call",
    "First call",
    agenda=(
        Section("Why now"),
        Ask("trigger", "What happened that made you look at this now?"),
        Ask("cost", "What did that one time cost you, in hours or money?"),
    ),
)
QUESTION = "What happened that made you look at this now?"
STORY = "Forty invoices went out twice in March and two engineers sat up all night over them."
PROMISE = "I will send you the report by Friday."


class Talk:
    """Ana and Dana talk, five seconds a sentence, before the user has chosen one of them."""

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.seconds = 0.0
        self.shelf = MemoryStore()
        self.sides = Sides()
        self.session = CallSession(PLAYBOOK, self.shelf, lambda: self.seconds, events=events)
        if not events:
            self.session.record(start_event(PLAYBOOK, Mode.LIVE, BEGAN))

    def says(self, name: str, text: str, times: int = 1) -> None:
        for _ in range(times):
            start, self.seconds = self.seconds, self.seconds + 5.0
            self.session.hear(Heard(self.seconds, self.sides.side_of(name), name, start, self.seconds, text))

    def chooses(self, *names: str) -> None:
        self.sides.choose(names)
        self.session.identify(names, self.sides.side_of)

    @property
    def promised(self) -> list[str]:
        gone = undone_numbers(self.session.events)
        return [
            event.text
            for number, event in enumerate(self.session.events)
            if isinstance(event, Promised) and event.side is Side.ME and number not in gone
        ]


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.says("Ana", QUESTION)
    talk.says("Dana", STORY)
    talk.says("Ana", PROMISE)
    return talk


def test_until_a_speaker_is_chosen_nobody_has_talked(talk: Talk) -> None:
    assert talk.session.coach.talk.share is None
    assert talk.promised == []
    assert not talk.session.state.asked


def test_once_a_speaker_is_chosen_everything_said_counts(talk: Talk) -> None:
    talk.chooses("Ana")
    assert talk.session.coach.talk.mine_seconds == 10.0
    assert talk.session.coach.talk.theirs_seconds == 5.0
    assert talk.promised == [PROMISE]
    assert "trigger" in talk.session.state.asked, "my question was heard, though not yet as mine"


def test_an_earlier_promise_keeps_its_time(talk: Talk) -> None:
    talk.says("Dana", "Good.", times=4)
    talk.chooses("Ana")
    gone = undone_numbers(talk.session.events)
    (promised,) = [
        event for number, event in enumerate(talk.session.events) if isinstance(event, Promised) and number not in gone
    ]
    assert (promised.at, promised.side) == (15.0, Side.ME)
    assert isinstance(talk.shelf.kept[-2], Identified), "and the choice is written after it"
    assert isinstance(talk.shelf.kept[-1], Asked)


def test_later_speech_continues_from_there(talk: Talk) -> None:
    talk.chooses("Ana")
    talk.says("Dana", STORY)
    assert talk.session.coach.talk.theirs_seconds == 10.0


def test_no_tap_is_given_for_the_past(talk: Talk) -> None:
    talk.says("Ana", "Our service caches every invoice in a queue and the workers read it in parallel.", times=20)
    talk.chooses("Ana")
    assert not [event for event in talk.session.events if isinstance(event, Tapped)]


def test_a_wrong_choice_of_name_can_be_corrected(talk: Talk) -> None:
    talk.chooses("Dana")
    assert talk.promised == [], "a promise of theirs is none of mine"
    talk.chooses("Ana")
    assert talk.session.coach.talk.mine_seconds == 10.0
    assert talk.promised == [PROMISE]
    talk.chooses("Dana")
    assert talk.promised == []


def test_choosing_again_the_same_changes_nothing(talk: Talk) -> None:
    talk.chooses("Ana")
    talk.chooses("Ana")
    assert talk.promised == [PROMISE]
    assert talk.session.coach.talk.mine_seconds == 10.0


def test_none_of_the_speakers_can_be_the_user(talk: Talk) -> None:
    talk.chooses("Ana")
    talk.chooses()
    assert talk.session.coach.talk.share is None
    assert talk.promised == []


def test_a_choice_of_speakers_cannot_be_undone(talk: Talk) -> None:
    talk.session.do(lambda context: actions.note(context, "pages twice"))
    talk.seconds += 1
    talk.chooses("Ana")
    talk.session.undo()
    assert talk.session.coach.talk.mine_seconds == 10.0


def test_the_stored_call_gives_the_same_result(talk: Talk) -> None:
    talk.chooses("Ana")
    kept = Talk(apply_identifications(talk.shelf.kept))
    assert kept.session.coach.talk.mine_seconds == 10.0
    assert user_names(kept.session.events) == ("Ana",)
    assert kept.session.state.asked == talk.session.state.asked


def test_the_choice_does_not_depend_on_the_names() -> None:
    forgotten = [
        Heard(5.0, Side.NOBODY, "(forgotten)", 0.0, 5.0, QUESTION),
        Heard(9.0, Side.NOBODY, "(forgotten)", 5.0, 9.0, STORY),
        Identified(10.0, ("(forgotten)",), mine=(0,), theirs=(1,)),
    ]
    sides = [event.side for event in apply_identifications(forgotten) if isinstance(event, Heard)]
    assert sides == [Side.ME, Side.THEM]


@given(st.lists(st.integers(-3, 9), max_size=6))
def test_numbers_of_other_events_change_nothing(numbers: list[int]) -> None:
    events: list[Event] = [Noted(1.0, "a"), Undone(2.0, ()), Identified(3.0, ("Ana",), tuple(numbers), tuple(numbers))]
    assert apply_identifications(events) == events


def test_a_heard_question_says_that_it_was_heard(talk: Talk) -> None:
    talk.chooses("Ana")
    (asked,) = [event for event in talk.session.events if isinstance(event, Asked)]
    assert asked.how is Origin.HEARD
