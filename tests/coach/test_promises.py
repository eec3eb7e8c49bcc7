"""Promises: commitments are listed without a tap, overpromises are tapped."""

from __future__ import annotations

import pytest
from coach_story import Story

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Side, TapKind
from salesnerd_tui.coach.overpromise import is_binding
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.promises import find_promise
from salesnerd_tui.playbook.coach_settings import CoachSettings


def line(text: str) -> str:
    return " ".join(split_words(text))


@pytest.mark.parametrize(
    "text",
    [
        "It integrates with anything you have.",
        "It will never crash.",
        "We will definitely have it by summer.",
        "I guarantee that it fits.",
        "There won't be any problems with the move.",
        "Everything works.",
        "Don't worry, we'll figure it out.",
        "That is one line of code.",
        "We can do that without any effort.",
        "You will cut your costs by forty percent.",
        "The whole thing is ready.",
        "Of course we will.",
        "It handles any amount of orders, seamlessly.",
        "it scales infinitely",
        "You won't notice any difference at all.",
        "There is no way it can fail.",
        "I give you my word that it will be live by Monday.",
        "Migration is trivial, nothing can go wrong.",
        "It covers every case you could possibly have.",
        "It is a piece of cake.",
        "Our model is always right.",
        "Nothing ever gets lost in this system.",
        "You don't need to do anything, it does everything for you.",
    ],
)
def test_open_ended_promises(text: str) -> None:
    found = find_promise(line(text))
    assert found is not None
    assert found.is_overpromise


FIRM = [
    "We will definitely have the Terraform provider ready for you by January, no problem.",
    "It depends, but we will definitely have it live by the end of May.",
    "We'll migrate all forty tenants by the end of June, guaranteed.",
    "The connector will absolutely be live by Christmas.",
    "We guarantee the rollout is done by the fifth of May.",
    "We'll have SAML finished for you next week, I promise.",
    "Consider it done by Friday.",
    "We are definitely going to ship the plugin before Easter.",
    "Your data will definitely be migrated by Monday.",
    "I can promise you the hotfix lands tomorrow.",
]
CLAIMS = [
    "You get the whole thing in a day with one click.",
    "It just works with every printer.",
    "Your team will love it.",
    "Anyone can set it up and it pays for itself within one year.",
    "Honestly it never fails.",
]
OWED = [
    "I'll send the audit report on Monday.",
    "Our engineer will call you tomorrow at ten.",
    "I can get you the price list by Thursday.",
    "I'll check with Petra and get back to you on Wednesday.",
    "We'd be happy to lend you two devices for March.",
]
ASSENTS = [
    "Sure, we can do that.",
    "Yes, of course we will.",
    "Absolutely, we could do it for you.",
    "Okay, I'll do that right now.",
    "Yeah, sure, I can.",
]


@pytest.mark.parametrize(
    ("texts", "is_overpromise", "binds"),
    [(FIRM, True, True), (CLAIMS, True, False), (OWED, False, False), (ASSENTS, None, False)],
)
def test_a_firm_day_binds_and_a_claim_does_not(texts: list[str], is_overpromise: bool | None, binds: bool) -> None:
    for text in texts:
        found = find_promise(line(text))
        assert is_overpromise in (None, found is not None and found.is_overpromise), text
        assert is_binding(found, line(text)) is binds, text


def test_a_firm_day_is_tapped_soon_after_a_claim_but_not_within_the_same_seconds() -> None:
    story = Story()
    story.me("You will never see an outage again.", 4.0)
    story.me(FIRM[0], 4.0)
    assert len(story.warnings) == 1, "a tap stays for six seconds"
    story.me(FIRM[0], 4.0)
    assert [tap.quote for tap in story.warnings] == ["You will never see an outage again.", FIRM[0]]
    story.me("You will never see an outage again.", 10.0)
    assert len(story.warnings) == 2, "a claim waits for the pause between taps of its kind"


@pytest.mark.parametrize(
    ("said", "denial"),
    [
        ("The loader lost forty orders in one night.", "We never lose an order."),
        ("The tags, we tried them, they did not work in the cold.", "Ours will definitely work in the cold."),
    ],
)
def test_what_rules_out_a_bad_experience_is_an_overpromise(said: str, denial: str) -> None:
    told, untold = Story(), Story()
    told.them(said)
    for call in (told, untold):
        call.me(denial)
    assert [promise.overpromise for promise in told.promises] == [True]
    assert not any(promise.overpromise for promise in untold.promises)


def test_agreeing_to_a_demo_promises_nothing() -> None:
    story = Story()
    story.them("Could you just show us a demo?")
    assert story.me(ASSENTS[0]) == []
    assert story.me(ASSENTS[3]) == []


@pytest.mark.parametrize(
    "text",
    [
        "We will send you the figures on Friday.",
        "I'll ask our lawyer and get back to you tomorrow.",
        "We can show you a first version next week.",
        "We will try to have it by summer, but I'd have to check.",
        "We will probably fix everything in March.",
    ],
)
def test_limited_promises(text: str) -> None:
    found = find_promise(line(text))
    assert found is None or not found.is_overpromise


@pytest.mark.parametrize(
    "text",
    [
        "No problem.",
        "We had no problems with the oven.",
        "Do you need everything to be perfect?",
        "Everything is on the table.",
    ],
)
def test_statements_without_a_promise(text: str) -> None:
    found = find_promise(line(text), is_question=text.endswith("?"))
    assert found is None or not found.is_overpromise


def test_a_commitment_has_a_due_date_and_a_recipient() -> None:
    found = find_promise(line("We will send you the figures by Friday."))
    assert found is not None
    assert (found.is_overpromise, found.due, found.recipient) == (False, "by friday", "send you")


def test_a_commitment_is_listed_without_a_tap() -> None:
    call = Story()
    call.me("I will send you the offer tomorrow morning.")
    (kept,) = call.promises
    assert (kept.text, kept.due, kept.overpromise) == (
        "I will send you the offer tomorrow morning.",
        "tomorrow morning",
        False,
    )
    assert kept.owner == "me"
    assert call.warnings == []


def test_an_overpromise_is_tapped_at_once_with_a_safer_wording() -> None:
    call = Story()
    call.me("Sure, it works with anything you have over there.")
    (warning,) = call.warnings
    assert tap_text.title(warning) == "That's a promise"
    assert warning.suggestion
    assert call.promises[0].overpromise
    assert call.promises[0].safer_wording


def test_a_promise_of_the_buyer_is_never_an_overpromise() -> None:
    call = Story()
    call.them("We will definitely sign on Friday, I guarantee that.")
    (promise,) = call.promises
    assert (promise.side, promise.overpromise) == (Side.THEM, False)
    assert call.warnings == []


def test_a_phrase_that_the_playbook_excludes_is_tapped() -> None:
    call = Story(CoachSettings(never_say=("military grade",)))
    call.me("The lock on it is military grade, by the way.")
    (warning,) = call.warnings
    assert warning.kind is TapKind.OVER_PROMISING
    assert "military grade" in tap_text.reason(warning)


def test_a_second_overpromise_is_tapped_after_twenty_seconds() -> None:
    call = Story()
    call.me("It will never crash.")
    call.me("It works with anything.")
    assert len(call.warnings) == 1
    call.at += 25
    call.me("I guarantee that it fits.")
    assert len(call.warnings) == 2


@pytest.mark.parametrize(
    "text",
    [
        "I can get you the price list this afternoon.",
        "Let me check that with Nina and come back to you by Thursday.",
        "You'll have the draft in your inbox by five.",
        "I owe you the list of fields, you get it by Friday.",
        "My colleague will call your warehouse tomorrow morning.",
        "We commit to two visits per month until June.",
    ],
)
def test_any_action_with_a_date_is_a_commitment(text: str) -> None:
    found = find_promise(line(text))
    assert found is not None
    assert not found.is_overpromise
    assert found.due


@pytest.mark.parametrize(
    "text",
    [
        "It reads every mail and sorts them by team.",
        "A small agent reads every message and groups them.",
        "It is not always right.",
        "I will never forget that day.",
        "There is always somebody at the desk.",
        "I never use that page myself.",
        "Nothing is decided yet.",
        "Today we will look at the two new pages.",
        "You will see the list on the left.",
        "Every system has its own export.",
        "No problem, take your time.",
    ],
)
def test_strong_words_alone_are_not_a_promise(text: str) -> None:
    assert find_promise(line(text)) is None
