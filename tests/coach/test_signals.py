"""Signals in invented sentences, with and without punctuation."""

from __future__ import annotations

import pytest

from salesnerd_tui.coach.sentences import is_polite, split_words, stem, topics
from salesnerd_tui.coach.signals.evidence import RevealKind, find_reveal
from salesnerd_tui.coach.signals.invitations import (
    FEATURES,
    InvitationCue,
    InvitationFeatures,
    find_invitation,
    offers_explanation,
)
from salesnerd_tui.coach.signals.product import find_internal_terms
from salesnerd_tui.coach.signals.questions import QuestionType, classify_question


def line(text: str) -> str:
    return " ".join(split_words(text))


@pytest.mark.parametrize(
    "text",
    [
        "How often do the trains run late?",
        "how often do the trains run late",
        "so what do you do when the oven breaks",
        "do you bake on sundays as well",
        "Tell me about the last time the oven broke.",
        "I'd like to know who orders the flour.",
        "okay and who decides about the ovens",
        "would it help if the list came on paper",
        "Which oven is it?",
        "is there anybody who knows the old oven",
        "does bread sell better in winter",
        "and the old ovens are you going to keep them",
    ],
)
def test_a_question_with_or_without_a_question_mark(text: str) -> None:
    assert classify_question(split_words(text), text[-1] if text[-1] in "?." else "") is QuestionType.REAL


@pytest.mark.parametrize(
    "text",
    [
        "We bake at night and deliver in the morning.",
        "what we do is bake at night",
        "how it works is written on the box",
        "There was this one oven that never got warm.",
        "As you can see the dough is ready",
        "whenever you can we start",
    ],
)
def test_a_statement_is_not_a_question(text: str) -> None:
    assert classify_question(split_words(text), "." if text.endswith(".") else "") is None


@pytest.mark.parametrize("text", ["Can you see my screen?", "can everybody hear me", "Okay?", "Does that make sense?"])
def test_a_check_is_about_the_meeting(text: str) -> None:
    assert classify_question(split_words(text), "?" if text.endswith("?") else "") is QuestionType.CHECK


@pytest.mark.parametrize("text", ["Where was it?", "What was I saying?", ""])
def test_a_question_to_oneself_is_not_a_question(text: str) -> None:
    assert classify_question(split_words(text), "?") is None


def test_polite_words_have_no_content() -> None:
    assert is_polite(split_words("Yeah, okay, great, thank you."))
    assert not is_polite(split_words("Yeah, the oven broke."))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The oven broke twice on Saturday and we lost the rolls.", RevealKind.PAIN),
        ("I am worried that my father will not like it.", RevealKind.DOUBT),
        ("We would prefer a smaller one for the shop.", RevealKind.NEED),
        ("That is about forty customers every single morning.", RevealKind.NUMBER),
        ("I don't see any problems with that, really.", None),
        ("The shop is on the corner of the market.", None),
        ("No problem.", None),
    ],
)
def test_reveals(text: str, kind: RevealKind | None) -> None:
    assert find_reveal(split_words(text)) is kind


def test_internals_are_found_by_their_words() -> None:
    spoken = split_words("The backend keeps it in Postgres and every pull request runs the unit tests.")
    assert {"backend", "postgres", "pull request", "unit tests"} <= set(find_internal_terms(spoken))
    assert find_internal_terms(split_words("The rolls contain nuts, and she is running late.")) == ()


def test_jargon_of_the_playbook_counts_as_internals() -> None:
    assert find_internal_terms(split_words("It has steam injectors."), frozenset({stem("injectors")})) == ("injectors",)


def test_stems_unite_forms_of_a_word() -> None:
    assert stem("subscribes") == stem("subscribe")
    assert topics(split_words("the ovens and an oven")) == {stem("oven")}


def test_a_statement_with_a_question_word_is_not_a_question() -> None:
    assert classify_question(split_words("What we have got is a full set of ovens"), "") is None
    assert classify_question(split_words("what do you have in the oven"), "") is QuestionType.REAL


@pytest.mark.parametrize(
    "text",
    [
        "Walk me through the whole bake.",
        "so how does the oven know when it is done",
        "okay keep going",
        "Explain it to me slowly.",
        "I'd like to see the list.",
        "over to you then",
        "Why don't you show me how it works?",
        "I would like you to explain that.",
        "sure, go on",
    ],
)
def test_plain_requests_for_an_explanation(text: str) -> None:
    assert find_invitation(line(text)) is InvitationCue.PLAIN


@pytest.mark.parametrize("text", ["why is the crust so dark", "what happens at the weekend", "any more detail on that"])
def test_likely_requests_for_an_explanation(text: str) -> None:
    assert find_invitation(line(text)) is InvitationCue.LIKELY


@pytest.mark.parametrize("text", ["We bake at night.", "the oven broke twice", "uh-huh", "and then it rained", ""])
def test_sentences_without_a_request(text: str) -> None:
    assert find_invitation(line(text)) is InvitationCue.NONE


@pytest.mark.parametrize(
    "text",
    [
        "We can't go on like this.",
        "I go on vacation in June.",
        "we decided not to go ahead",
        "We lost all of it on Friday.",
        "I check the orders one by one.",
        "They never give us an update.",
        "They never tell us what went wrong.",
        "It is hard to explain to my boss.",
        "No need to explain.",
        "the oven was slow from the start",
    ],
)
def test_a_complaint_or_a_refusal_is_not_a_plain_request(text: str) -> None:
    assert find_invitation(line(text)) is not InvitationCue.PLAIN


def stands(invitations: InvitationFeatures) -> float:
    return invitations.values()[FEATURES.index("plain invitation stands")]


def test_an_invitation_stays_open_while_the_buyer_is_engaged() -> None:
    invitations = InvitationFeatures()
    assert stands(invitations) == 0.0
    invitations.add_buyer_sentence(split_words("walk me through it"), 0.9, 1.0)
    invitations.add_user_sentence(200, 80.0)
    invitations.add_buyer_sentence(split_words("right so it keeps a list"), 0.0, 1.0)
    invitations.add_user_sentence(200, 80.0)
    assert stands(invitations) == 1.0
    assert invitations.values()[FEATURES.index("minutes since plain invitation")] == pytest.approx(160 / 60)


def test_talk_about_something_else_ends_an_invitation() -> None:
    invitations = InvitationFeatures()
    invitations.add_buyer_sentence(split_words("walk me through it"), 0.9, 1.0)
    invitations.add_buyer_sentence(split_words("well " * 40), 0.0, 0.0)
    assert stands(invitations) == 0.0


@pytest.mark.parametrize(
    "question",
    [
        "What made you start looking into this now?",
        "Can you walk me through the last time it happened?",
        "Could you show me where it hurts?",
        "What would you like to see in a pilot?",
        "When did that start, and do you explain it to the others?",
    ],
)
def test_a_question_about_their_case_is_no_offer(question: str) -> None:
    assert not offers_explanation(line(question))


@pytest.mark.parametrize(
    "offer",
    [
        "Shall I show you how that looks?",
        "Would it help if I explain the middle part?",
        "Should we just demo it quickly?",
        "Do you want to see the report?",
        "Can I continue with the second part?",
        "Do you want the long answer?",
        "Shall I go deeper into that?",
    ],
)
def test_a_question_that_proposes_a_demo_is_an_offer(offer: str) -> None:
    assert offers_explanation(line(offer))
