"""Accuracy of promises and overpromises, on sentences that were written before the rules."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from promised_sentences import HELD_OUT, LATER, TUNING, Label, classify, figures, sentences
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.promises import OverpromiseKind, find_promise

FLOORS = [
    (TUNING, Label.PROMISE, 0.92, 0.97),
    (TUNING, Label.OVERPROMISE, 0.97, 0.97),
    (LATER, Label.PROMISE, 0.80, 0.95),
    (LATER, Label.OVERPROMISE, 0.82, 0.97),
    (HELD_OUT, Label.PROMISE, 0.77, 0.97),
    (HELD_OUT, Label.OVERPROMISE, 0.64, 0.95),
]
"""Half and class of the sentences, and their minimum recall and precision."""


def line(text: str) -> str:
    return " ".join(split_words(text))


def test_there_are_sentences_by_eight_authors_half_of_them_held_out() -> None:
    all_sentences = sentences()
    assert len({sentence.said for sentence in all_sentences}) == len(all_sentences) >= 280
    authors = {half: {each.hand for each in all_sentences if each.half == half} for half in (TUNING, HELD_OUT)}
    assert len(authors[TUNING]) == len(authors[HELD_OUT]) == 4
    assert not authors[TUNING] & authors[HELD_OUT]
    for half in (TUNING, HELD_OUT):
        assert min(Counter(each.label for each in all_sentences if each.half == half).values()) >= 45


@pytest.mark.parametrize(("half", "label", "recall", "precision"), FLOORS)
def test_recall_and_precision(
    half: str, label: Label, recall: float, precision: float, capsys: pytest.CaptureFixture[str]
) -> None:
    found = figures((each for each in sentences() if each.half == half), label)
    with capsys.disabled():
        sys.stdout.write(f"\n{half} {label} ({found.total}): recall {found.recall:.2f} at {found.precision:.2f}")
    assert found.recall >= recall
    assert found.precision >= precision


@pytest.mark.parametrize("half", [TUNING, LATER, HELD_OUT])
def test_a_sentence_that_is_not_a_promise_is_not_listed(half: str) -> None:
    neither = [each for each in sentences() if each.half == half and each.label is Label.NONE]
    assert sum(classify(each.said) is not Label.NONE for each in neither) <= 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It never fails.", OverpromiseKind.ABSOLUTE),
        ("Our system works with every machine.", OverpromiseKind.ABSOLUTE),
        ("It is a hundred percent safe.", OverpromiseKind.ABSOLUTE),
        ("We can build whatever you ask for.", OverpromiseKind.UNBOUNDED),
        ("We are there for you day and night.", OverpromiseKind.UNBOUNDED),
        ("You can have as many users as you like.", OverpromiseKind.UNBOUNDED),
        ("Consider it done.", OverpromiseKind.UNFOUNDED),
        ("It will save you ten hours a week.", OverpromiseKind.UNFOUNDED),
        ("That won't be an issue at all.", OverpromiseKind.UNFOUNDED),
        ("I guarantee that it fits.", OverpromiseKind.UNFOUNDED),
    ],
)
def test_kind_of_an_overpromise(text: str, kind: OverpromiseKind) -> None:
    found = find_promise(line(text))
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "Will it always be on time?",
        "They said that it never fails.",
        "Your vendor promised you that it works with everything, right?",
        "It doesn't always work.",
        "We can't guarantee that.",
        "If we had more people, we would always answer on the same day.",
        "You will send us the file by Friday, you said.",
        "I won't be able to send that this week.",
        "We used to send a report every Friday.",
    ],
)
def test_questions_denials_reports_and_suppositions_are_not_promises(text: str) -> None:
    assert classify(text) is Label.NONE


@pytest.mark.parametrize(
    "text",
    [
        "You said you need it in May, so we will send it by Friday.",
        "And as you asked, I will send you the recording.",
        "We can't finish it today, but we will send you a report.",
        "For now there is a button, but it will be removed.",
    ],
)
def test_a_promise_after_a_denial_or_a_report_is_found(text: str) -> None:
    assert classify(text) is Label.PROMISE


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("You get the offer by the fourteenth.", "by the fourteenth"),
        ("We will call you first thing monday.", "first thing monday"),
        ("You'll hear from me before the weekend.", "before the weekend"),
        ("I will send it by close of business tomorrow.", "by close of business tomorrow"),
        ("We will keep that offer open until June.", "until june"),
        ("We will deliver it within five working days.", "within five working days"),
        ("I make it for you until Tuesday.", "until tuesday"),
        ("We deliver in calendar week twelve.", "calendar week twelve"),
        ("We will send you the figures.", ""),
    ],
)
def test_the_due_date_is_in_the_speakers_words(text: str, due: str) -> None:
    found = find_promise(line(text))
    assert found is not None
    assert found.due == due
