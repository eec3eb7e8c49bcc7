"""Jargon: the term that a tap explains in plain words."""

from __future__ import annotations

import pytest
from coach_story import FEATURES, Story

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.product import JargonExplainer, opacity
from salesnerd_tui.playbook.coach_settings import CoachSettings, ProductTalk
from tap_reasons import recorded

JARGON = {
    "edge case": "the odd one that happens twice a year",
    "cache": "a copy is kept at hand, so you don't wait for it",
    "idempotent": "pressing twice does the same as pressing once",
    "CRDT": "two people can edit at once and nothing is lost",
}


@pytest.fixture
def explainer() -> JargonExplainer:
    return JargonExplainer(JARGON)


def test_the_most_opaque_term_is_explained_not_the_last_one(explainer: JargonExplainer) -> None:
    explainer.add_user_words(split_words("It is idempotent, so there is no edge case, and there is a cache."))
    assert explainer.take_worst_term() == ("idempotent", JARGON["idempotent"])


def test_an_abbreviation_is_more_opaque_than_a_word_of_the_same_length(explainer: JargonExplainer) -> None:
    explainer.add_user_words(split_words("It has a cache because of the CRDT."))
    found = explainer.take_worst_term()
    assert found is not None
    assert found[0] == "CRDT"


def test_the_most_frequent_term_is_explained_first(explainer: JargonExplainer) -> None:
    explainer.add_user_words(split_words("The cache is a CRDT."))
    explainer.add_user_words(split_words("And that cache sits before the other caches."))
    found = explainer.take_worst_term()
    assert found is not None
    assert found[0] == "cache"


def test_a_term_that_the_buyer_used_needs_no_explanation(explainer: JargonExplainer) -> None:
    explainer.add_buyer_words(split_words("We know idempotent, thanks."))
    explainer.add_user_words(split_words("It is idempotent and has a cache."))
    assert explainer.take_worst_term() == ("cache", JARGON["cache"])


def test_a_term_explained_in_the_same_turn_is_not_offered(explainer: JargonExplainer) -> None:
    explainer.add_user_words(split_words("It is idempotent: pressing it twice does the same as pressing once."))
    assert explainer.take_worst_term() is None


def test_each_term_is_explained_once_per_call(explainer: JargonExplainer) -> None:
    explainer.add_user_words(split_words("It is idempotent, idempotent, and there is a cache."))
    assert [explainer.take_worst_term(), explainer.take_worst_term(), explainer.take_worst_term()] == [
        ("idempotent", JARGON["idempotent"]),
        ("cache", JARGON["cache"]),
        None,
    ]


def test_terms_before_the_buyers_turn_no_longer_count(explainer: JargonExplainer) -> None:
    explainer.add_user_words(split_words("It is idempotent."))
    explainer.add_buyer_words(split_words("And what does it cost us?"), is_new_turn=True)
    assert explainer.take_worst_term() is None


def test_plurals_and_hyphenated_forms_match_the_term() -> None:
    explainer = JargonExplainer({"event-driven": "it hears at once", "webhook": "your program hears it"})
    explainer.add_user_words(split_words("Event driven, with webhooks."))
    assert {explainer.take_worst_term(), explainer.take_worst_term()} == {
        ("event-driven", "it hears at once"),
        ("webhook", "your program hears it"),
    }


def test_opacity_of_terms() -> None:
    names = ["observability", "CRDT", "idempotent", "API", "cache", "race condition", "???"]
    assert sorted(names, key=opacity, reverse=True) == names


def test_a_tap_names_the_term_and_keeps_the_next_question() -> None:
    call = Story(CoachSettings(jargon=JARGON))
    call.coach.set_position(ProductTalk.IF_ASKED, "What would you want to see first?")
    call.me("It is idempotent from end to end. " + FEATURES)
    (tap, *_) = call.taps
    assert tap_text.title(tap) == tap_text.PLAIN_TITLE
    assert tap.plain_wording == "idempotent: pressing twice does the same as pressing once"
    assert tap.suggestion == "What would you want to see first?"
    assert tap_text.suggestion(tap) == ("idempotent", "pressing twice does the same as pressing once")


def test_label_and_text_of_a_suggestion() -> None:
    asks = Tapped(1.0, TapKind.MONOLOGUE, recorded(""), suggestion="And you?")
    says = Tapped(1.0, TapKind.OVER_PROMISING, recorded(""), suggestion="The plan is …")
    early = Tapped(1.0, TapKind.OVER_EXPLAINING, recorded(""), plain_wording="it hears at once")
    assert tap_text.suggestion(asks) == ("ask", "And you?")
    assert tap_text.suggestion(says) == ("say", "The plan is …")
    assert tap_text.suggestion(Tapped(1.0, TapKind.SILENCE, recorded(""), suggestion="x")) == ("", "")
    assert tap_text.suggestion(early) == ("plain", "it hears at once")
