"""Matching: a playbook question in the user's words, a detour in the buyer's."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asked_pairs import HELD_OUT, OTHER_AUTHOR, TUNED, builtin_pairs, far, figures, matcher, other_pairs, playbook
from salesnerd_tui.call.events import Answered
from salesnerd_tui.call.state import CallState, fold
from salesnerd_tui.coach.question_matcher import MAX_WORDS, Matcher, MatchKind, normalize_words
from salesnerd_tui.playbook.model import Ask, Detour, Playbook


@pytest.fixture
def first_call() -> Matcher:
    return matcher("first_call")


def asks(*questions: Ask, **detours: tuple[str, ...]) -> Matcher:
    found = {name: Detour(name, (), they_say=hear) for name, hear in detours.items()}
    return Matcher(Playbook("small", "Small", agenda=questions, detours=found))


def test_there_are_pairs_in_several_styles_by_two_authors() -> None:
    styles = Counter(pair.style for pair in builtin_pairs())
    assert styles.total() >= 200
    assert set(styles) == {*TUNED, *HELD_OUT}
    assert sum(pair.means is None for pair in builtin_pairs()) >= 50
    assert len(other_pairs()) >= 200


def test_every_pair_means_an_existing_question_or_detour() -> None:
    for pair in (*builtin_pairs(), *other_pairs()):
        there = (
            {ask.id for ask in playbook(pair.playbook).call_questions()}
            if pair.by == "me"
            else playbook(pair.playbook).detours
        )
        assert pair.means is None or pair.means in there


FLOORS = [
    ("me", TUNED, 0.77, 0.97, 0.88),
    ("me", HELD_OUT, 0.53, 0.97, 0.60),
    ("me", (OTHER_AUTHOR,), 0.49, 0.97, 0.68),
    ("them", TUNED, 0.72, 0.97, 0.90),
    ("them", HELD_OUT, 0.50, 0.97, 0.58),
    ("them", (OTHER_AUTHOR,), 0.72, 0.97, 0.80),
]
"""Speaker and styles; minimum recall and precision of sure matches, and minimum recall with suggestions."""


@pytest.mark.parametrize(("by", "styles", "recall", "precision", "offered"), FLOORS)
def test_precision_and_recall(
    by: str,
    styles: tuple[str, ...],
    recall: float,
    precision: float,
    offered: float,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = figures(pair for pair in (*builtin_pairs(), *other_pairs()) if pair.by == by and pair.style in styles)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{by:4} {'/'.join(styles)}: sure {found.sure_recall:.2f} at {found.sure_precision:.2f}, "
            f"offered {found.suggested_recall:.2f} at {found.suggested_precision:.2f}"
        )
    assert found.sure_precision >= precision
    assert found.sure_recall >= recall
    assert found.suggested_recall >= offered


def test_no_statement_of_the_user_ticks_a_question() -> None:
    statements = [pair for pair in builtin_pairs() if pair.style in ("neg_statement", "neg_smalltalk", "neg_product")]
    assert figures(statements).wrong == 0


def test_the_question_on_the_screen_needs_less_similarity(first_call: Matcher) -> None:
    loose = "Did anyone stop a thing like that late?"
    assert not (found := first_call.match_question(loose)) or not found.is_sure
    found = first_call.match_question(loose, expected=("late_stop",))
    assert found is not None
    assert (found.id, found.is_sure) == ("late_stop", True)


def test_the_wording_of_the_playbook_is_recognized() -> None:
    for name in ("first_call", "diagnose_decide", "consulting_scope", "price_commitment", "rfp_landed"):
        for ask in playbook(name).call_questions():
            found = matcher(name).match_question(ask.text, expected=(ask.id,))
            assert found is not None, ask.text
            assert found.id == ask.id, ask.text


def test_a_question_nearby_is_suggested_earlier_but_not_ticked_earlier(first_call: Matcher) -> None:
    loose = "Was there something specific that happened that got you looking?"
    assert first_call.match_question(loose) is None
    found = first_call.match_question(loose, near=("trigger",))
    assert found is not None
    assert (found.id, found.is_sure) == ("trigger", False)
    for pair in builtin_pairs():
        alone = matcher(pair.playbook).match_question(pair.said)
        near = matcher(pair.playbook).match_question(pair.said, near=(pair.means or "",))
        assert not (near and near.is_sure) or (alone and alone.is_sure), pair.said


@pytest.mark.parametrize(
    "text",
    [
        "What have you tried to date?",
        "Who of the team feels it most on your side?",
        "How often has it happened in the past quarter?",
        "What happens if you do nothing?",
    ],
)
def test_synonyms_are_recognized(first_call: Matcher, text: str) -> None:
    found = first_call.match_question(text)
    assert found is not None
    assert found.is_sure


def test_a_question_without_a_question_mark_is_recognized(first_call: Matcher) -> None:
    found = first_call.match_question("okay so um what have you tried so far")
    assert found is not None
    assert (found.id, found.kind, found.is_sure) == ("tried", MatchKind.QUESTION, True)


def test_a_question_of_another_detour_is_only_suggested() -> None:
    price = matcher("price_commitment")
    found = price.match_question("What did we leave out?", far=far("price_commitment"))
    assert found is not None
    assert (found.id, found.is_sure) == ("time_untouched", False)
    inside = price.match_question("What did we leave out?", expected=("time_untouched",))
    assert inside is not None
    assert inside.is_sure


def test_a_follow_up_is_matched_as_a_follow_up(first_call: Matcher) -> None:
    found = first_call.match_question("And who noticed first?")
    assert found is not None
    assert (found.id, found.kind) == ("last_time", MatchKind.FOLLOW_UP)


def test_a_slot_is_filled_with_known_values() -> None:
    book = Playbook("p", "P", agenda=(Ask("system", "Which?"), Ask("hours", "How many hours does {system} take?")))
    knows = fold([Answered(1.0, "system", "Which?", "the billing export")])
    found = Matcher(book, knows).match_question("so how many hours does the billing export take")
    assert found is not None
    assert (found.id, found.is_sure) == ("hours", True)
    assert Matcher(book, CallState()).match_question("how many hours does that take", expected=("hours",)) is not None


def test_the_beginning_of_a_sentence_is_enough_for_a_detour() -> None:
    small = asks(features=("Does it support",))
    found = small.match_detour("Okay, and does it support purple elephants on Sundays?")
    assert found is not None
    assert found.id == "features"
    assert small.match_detour("You know what, it does support that.") is None


def test_a_statement_does_not_match_its_negation() -> None:
    small = asks(wrong_person=("That's not my decision",))
    meant = small.match_detour("No, that's not my decision alone.")
    other = small.match_detour("Yes, that's my decision alone.")
    assert meant is not None
    assert other is None or other.score < 0.85 * meant.score


def test_similar_questions_are_only_suggested() -> None:
    small = asks(Ask("a", "What did the outage cost you?"), Ask("b", "What did the outage cost them?"))
    found = small.match_question("So what did the outage cost?")
    assert found is None or not found.is_sure


def test_an_empty_playbook_matches_nothing() -> None:
    empty = asks()
    assert empty.match_question("What have you tried so far?") is None
    assert empty.match_detour("") is None
    assert asks(Ask("odd", "???")).match_question("???") is None


def test_a_question_is_found_among_a_thousand() -> None:
    many = asks(*(Ask(f"q{number}", f"What about subject{number} and item{number}?") for number in range(1000)))
    found = many.match_question("so what about subject512 and item512")
    assert found is not None
    assert found.id == "q512"


@given(st.text(max_size=400), st.sampled_from(["", "?", "."]))
def test_any_text_is_accepted(text: str, mark: str) -> None:
    for found in (matcher("first_call").match_question(text, mark), matcher("first_call").match_detour(text, mark)):
        assert found is None or 0 <= found.score <= 1


@given(st.integers(1, 5000))
def test_a_pasted_page_costs_as_much_as_a_long_sentence(times: int) -> None:
    assert len(normalize_words("what did the outage cost you " * times)) <= MAX_WORDS * 2
