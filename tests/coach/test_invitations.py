"""When the user's talk is invited: what opens an invitation, keeps it open, and ends it."""

from __future__ import annotations

import pytest

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.coach.conversation import ConversationState
from salesnerd_tui.coach.drift_judge import DriftJudge
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.sentences import SentenceSplitter, split_words
from salesnerd_tui.coach.signals.invitations import redirects
from salesnerd_tui.coach.speech_reader import classify


def is_invited_after(*turns: str) -> bool:
    """Return whether the user is invited after turns that begin with `them: ` or `me: `."""
    state, judge, splitter, at = ConversationState(Limits()), DriftJudge(), SentenceSplitter(), 0.0
    for number, turn in enumerate(turns):
        who, _, text = turn.partition(": ")
        is_user = who == "me"
        end = at + len(text.split()) / 2.5
        side = Side.ME if is_user else Side.THEM
        for index, sentence in enumerate(splitter.hear(Heard(end, side, who, at, end, text, utterance=number))):
            reading = judge.hear(
                is_user, sentence.words, sentence.start, sentence.end, has_question_mark=sentence.mark == "?"
            )
            if is_user:
                state.add_user_sentence(classify(sentence, reading, state.buyer_stems, frozenset()))
            else:
                state.add_buyer_sentence(sentence, reading, is_turn=True, is_new_turn=index == 0)
        at = end
    return state.is_invited


@pytest.mark.parametrize(
    ("reply", "is_open"), [("Right, so it is a list.", True), ("My sister moved to Leeds in the autumn.", False)]
)
def test_an_invitation_outlasts_a_turn_about_the_same_subject(reply: str, is_open: bool) -> None:
    turns = "them: Walk me through it, box by box.", "me: The waiter taps the table and picks the dishes."
    assert is_invited_after(*turns, f"them: {reply}") is is_open


@pytest.mark.parametrize(
    ("question", "wish"),
    [
        ("What do you want to see most?", "The part where the cards move."),
        ("You asked for a demo, so I prepared one.", "Good."),
        ("Is there one thing you would like to see?", "How a week is planned."),
    ],
)
def test_a_demo_that_they_asked_for_is_invited(question: str, wish: str) -> None:
    agreement = f"me: {question}", f"them: {wish}", "me: And who plans it today?", "them: My aunt does."
    assert not is_invited_after(*agreement)
    assert is_invited_after(*agreement, "me: Can you see my screen?", "them: Yes, I can.")


@pytest.mark.parametrize("opening", ["I would just start, okay?", "What do you plan with?", "How many want to see it?"])
def test_a_demo_that_nobody_asked_for_is_not(opening: str) -> None:
    assert not is_invited_after(f"me: {opening}", "them: Paper.", "me: Can you see my screen?", "them: Yes, I can.")


def test_a_wish_to_see_something_is_kept_until_it_is_shown_once() -> None:
    wish = "them: We would love to watch a demo later on.", "me: Who plans it today?", "them: My aunt does."
    shown = "me: Do you see my screen?", "them: Yes.", "me: Here are the cards.", "them: My aunt uses paper for that."
    assert is_invited_after(*wish, *shown[:2])
    assert not is_invited_after(*wish, *shown, *shown[:2])


def test_a_refused_demo_is_no_wish() -> None:
    assert not is_invited_after("them: We don't need to see the product today.", "me: Do you see my screen?")


@pytest.mark.parametrize(
    ("question", "is_explanation"),
    [
        ("What would it cost for forty people?", False),
        ("And how much is that a year?", False),
        ("How long does the setup take?", False),
        ("How does the setup work?", True),
        ("Can you walk me through what it costs?", True),
    ],
)
def test_a_question_for_a_fact_invites_no_explanation(question: str, is_explanation: bool) -> None:
    assert is_invited_after(f"them: {question}") is is_explanation


@pytest.mark.parametrize(
    ("reaction", "is_open"),
    [
        ("Got it, thanks.", False),
        ("Okay, that makes sense.", False),
        ("Fair enough.", False),
        ("Mhm.", True),
        ("Perfect.", True),
        ("Good question.", True),
        ("Good, and how does it know the holidays?", True),
    ],
)
def test_an_answer_that_was_enough_ends_the_invitation(reaction: str, is_open: bool) -> None:
    turns = "them: How does the calendar work?", "me: It copies the week, and everybody sees the same one."
    assert is_invited_after(*turns, f"them: {reaction}") is is_open


def test_in_a_demo_they_only_ask_for_the_next_step() -> None:
    demo = "them: We would love to watch a demo.", "me: Can you see my screen?", "them: Yes.", "me: Here is the week."
    assert is_invited_after(*demo, "them: Got it, thanks.")


@pytest.mark.parametrize(
    ("said", "is_redirect"),
    [
        ("I had hoped we would talk about the late deliveries.", True),
        ("We'd rather hear about the late deliveries.", True),
        ("I was hoping to discuss the price.", True),
        ("I thought you only had the cloud version.", False),
        ("We would prefer the plan for a year.", False),
        ("We expected you to send the list.", False),
        ("I thought we had lost it.", False),
    ],
)
def test_a_wish_for_another_topic(said: str, is_redirect: bool) -> None:
    assert redirects(" ".join(split_words(said))) is is_redirect


def test_a_question_about_a_request_keeps_it_open() -> None:
    request = "them: Can you show me one week, from start to end?"
    answer = "them: Everything, the worst case we have in the year."
    assert is_invited_after(request, "me: With the shops and the holidays?", answer)
    assert not is_invited_after(request, "me: Here is the first page of the week, with all cards.", answer)


def test_a_reason_for_a_question_keeps_it_open() -> None:
    question = "them: Can you show us how yours does it?"
    reason = "Because we had one that lost a whole week, and nobody in the shop had noticed it before Monday."
    assert is_invited_after(f"{question} {reason}")
    assert not is_invited_after(f"{question} {reason.removeprefix('Because ')}")


def test_a_refusal_counts_only_before_the_request() -> None:
    assert is_invited_after("them: Walk me through where a card can vanish and nobody sees it.")
    assert not is_invited_after("them: No need to walk me through where a card can vanish.")
