"""What a rehearsal buyer makes of your words."""

from __future__ import annotations

import pytest

from salesnerd_tui.call.rehearsal.model import Asking
from salesnerd_tui.coach.understanding import Understanding
from salesnerd_tui.playbook.model import Answer, Ask, Drift, Playbook

PLAYBOOK = Playbook(
    "p",
    "P",
    agenda=(
        Ask(
            "trigger",
            "What happened that made you look at this now?",
            probes=("Who saw it first?",),
            answers=(Answer("My boss asked", "My boss asked", probe="What did your boss see?"),),
        ),
        Ask("cost", "What did that one time cost you?"),
    ),
    drift=Drift(jargon={"webhook": "it is told at once", "event sourcing": "nothing is overwritten"}),
)


@pytest.fixture(scope="module")
def understands() -> Understanding:
    return Understanding(PLAYBOOK)


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("So what happened that made you look at this now?", (), Asking("trigger")),
        ("Who saw it first?", (), Asking("trigger", probe=True)),
        ("What did your boss see?", ("trigger",), Asking("trigger", probe=True)),
        ("What did your boss see?", (), None),
        ("Nice weather today.", ("trigger",), None),
    ],
)
def test_questions(understands: Understanding, text: str, expected: tuple[str, ...], found: Asking | None) -> None:
    assert understands.question(text, expected) == found


def test_asking_and_selling_are_told_apart(understands: Understanding) -> None:
    assert understands.asks("Great. And then what did you do?")
    assert not understands.asks("Great, thanks for that.")
    assert understands.sells("We have a dashboard that shows every invoice.")
    assert not understands.sells("Who looks at the invoices?")


def test_jargon_is_found_in_the_plural_and_over_two_words(understands: Understanding) -> None:
    assert understands.jargon("It uses Webhooks and event-sourcing.") == ("webhook",)
    assert understands.jargon("It does event sourcing.") == ("event sourcing",)
    assert understands.jargon("It does nothing.") == ()
