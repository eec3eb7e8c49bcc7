"""Interpretation of the user's words by a rehearsal buyer."""

from __future__ import annotations

import pytest

from salesnerd_tui.playbook.coach_settings import CoachSettings
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import Answer, Ask, Buyer, Playbook
from salesnerd_tui.rehearsal.buyer import PlaybookBuyer, RecognizedQuestion, RehearsalState, UserTurn
from salesnerd_tui.rehearsal.user_speech import CoachSpeechReader

PLAYBOOK = Playbook(
    "p",
    "P",
    agenda=(
        Ask(
            "trigger",
            "What happened that made you look at this now?",
            follow_ups=("Who saw it first?",),
            answers=(Answer("My boss asked", "My boss asked", follow_ups=("What did your boss see?",)),),
        ),
        Ask("cost", "What did that one time cost you?"),
    ),
    coach=CoachSettings(jargon={"webhook": "it hears at once", "event sourcing": "nothing is overwritten"}),
)


@pytest.fixture(scope="module")
def reader() -> CoachSpeechReader:
    return CoachSpeechReader(PLAYBOOK)


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("So what happened that made you look at this now?", (), RecognizedQuestion("trigger")),
        ("Who saw it first?", (), RecognizedQuestion("trigger", is_follow_up=True)),
        ("What did your boss see?", ("trigger",), RecognizedQuestion("trigger", is_follow_up=True)),
        ("What did your boss see?", (), None),
        ("Nice weather today.", ("trigger",), None),
    ],
)
def test_questions(
    reader: CoachSpeechReader, text: str, expected: tuple[str, ...], found: RecognizedQuestion | None
) -> None:
    assert reader.match_question(text, expected) == found


def test_a_line_of_the_playbook_is_not_a_question() -> None:
    playbook = Library([builtin_folder()]).load("first_call").playbook
    assert playbook is not None
    reader = CoachSpeechReader(playbook)
    for name in ("", ", Dana"):
        line = (
            f"Thanks for making the time{name}. I'd like to hear your side first, then we can decide together "
            "whether there's a next step. A no is fine."
        )
        assert reader.match_question(line, ("opening",)) is None
    assert reader.match_question("So does a next step make sense for both of us?", ()) is not None


def test_asking_and_selling_are_distinguished(reader: CoachSpeechReader) -> None:
    assert reader.is_question("Great. And then what did you do?")
    assert not reader.is_question("Great, thanks for that.")
    assert reader.is_pitch("We have a dashboard that shows every invoice.")
    assert not reader.is_pitch("Who looks at the invoices?")


def test_jargon_is_found_in_the_plural_and_over_two_words(reader: CoachSpeechReader) -> None:
    assert reader.find_jargon("It uses Webhooks and event-sourcing.") == ("webhook",)
    assert reader.find_jargon("It does event sourcing.") == ("event sourcing",)
    assert reader.find_jargon("It does nothing.") == ()


BUYERS = [
    pytest.param(loaded.playbook, buyer, id=f"{loaded.id} {buyer.id}")
    for loaded in Library([builtin_folder()]).load_all()
    if loaded.playbook is not None
    for buyer in loaded.playbook.buyers.values()
]


@pytest.mark.parametrize(("playbook", "buyer"), BUYERS)
def test_every_buyer_answers_every_question_as_written(playbook: Playbook, buyer: Buyer) -> None:
    side = PlaybookBuyer(playbook, buyer, 1, CoachSpeechReader(playbook))
    for ask in playbook.call_questions():
        if ask.id in {*buyer.says, *buyer.hides, *buyer.picks}:
            answered = side.respond(RehearsalState(), UserTurn(ask.text))
            assert answered.lines[0].question == ask.id, f"{ask.text}: {answered.lines[0].text}"


def test_most_other_wordings_are_understood() -> None:
    """Nearly all `phrasings` of the built-in playbooks are recognized, because they were written for it."""
    asked = understood = 0
    for playbook in (loaded.playbook for loaded in Library([builtin_folder()]).load_all()):
        if playbook is None:
            continue
        reader = CoachSpeechReader(playbook)
        for question, text in ((ask.id, text) for ask in playbook.call_questions() for text in ask.phrasings):
            found = reader.match_question(text, ())
            asked += 1
            understood += found is not None and found.question == question
    assert understood / asked >= 0.97
