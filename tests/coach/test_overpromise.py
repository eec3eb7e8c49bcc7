"""Safer wordings that are suggested instead of overpromises."""

from __future__ import annotations

import pytest

from promised_sentences import Label, sentences
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapBasis, TapKind, Tapped, TapReason
from salesnerd_tui.coach.overpromise import overpromise_reason, reason_and_safer_wording, safer_wording
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.promises import DetectedPromise, find_promise

MAX_LENGTH = 64
"""Maximum length of a wording that is read at a glance at 80 columns."""


def reason_in_words(promise: DetectedPromise) -> str:
    reason = overpromise_reason(promise)
    return tap_text.reason(Tapped(0.0, TapKind.OVER_PROMISING, reason)) if reason is not None else ""


def promise_in(text: str) -> tuple[DetectedPromise, str]:
    line = " ".join(split_words(text))
    promise = find_promise(line)
    assert promise is not None, text
    return promise, line


@pytest.mark.parametrize(
    ("text", "reason", "wording"),
    [
        ("It never fails.", "absolute claim: “it never fails”", "So far, yes; the exception I know of is …"),
        (
            "It works with every system you have.",
            "absolute claim: “it works with every system”",
            "So far, yes; the exception I know of is …",
        ),
        ("Whatever you want, we build it.", "open-ended: “whatever you want", "For … yes; for anything else I'd check"),
        ("We are there day and night.", "open-ended: “day and night”", "We're available from … to …"),
        ("Consider it done.", "not verified: “consider it done”", "I see no obstacle yet; I'll check … by …"),
        ("Oh, that is very easy.", "not verified: “very easy”", "Elsewhere it took …; I'd look at your case by …"),
        ("Your team is going to love it.", "not verified: ", "Those who tried it say …"),
        (
            "It saves you ten hours, I promise you.",
            "not measured: ",
            "At … it was …; for you, we would measure it by …",
        ),
        (
            "We will definitely have it by Christmas.",
            "not verified: ",
            "The plan is to have it by Christmas; what could move it",
        ),
        ("We went live on Monday, and it never fails.", "", "So far, yes; the exception I know of is …"),
        ("Support is always there for you in the evening.", "", "So far, yes; the exception I know of is …"),
    ],
)
def test_the_reason_and_the_wording_fit_the_promise(text: str, reason: str, wording: str) -> None:
    promise, line = promise_in(text)
    assert reason_in_words(promise).startswith(reason)
    assert safer_wording(promise, line).startswith(wording)


def test_a_promise_that_can_be_kept_has_no_safer_wording() -> None:
    promise, line = promise_in("We will send you the figures on Friday.")
    assert (reason_in_words(promise), safer_wording(promise, line)) == ("", "")


def test_a_phrase_that_the_playbook_excludes_has_a_safer_wording() -> None:
    promise, line = promise_in("Our service never goes down.")
    assert reason_and_safer_wording(promise, "never goes down", line) == (
        TapReason(TapBasis.NEVER_SAY, words=("never goes down",)),
        "So far, yes; the exception I know of is …",
    )
    assert (
        reason_and_safer_wording(None, "military grade", "the lock is military grade")[1]
        == "What I can say today is …; the rest by …"
    )
    promise, line = promise_in("We will send you the figures on Friday.")
    assert reason_and_safer_wording(promise, "", line) == (None, "")


def test_every_wording_is_short() -> None:
    for sentence in sentences():
        promise = find_promise(line := " ".join(split_words(sentence.said)))
        if promise is not None and promise.is_overpromise and sentence.label is Label.OVERPROMISE:
            assert len(safer_wording(promise, line)) <= MAX_LENGTH, sentence.said
            assert "…" in safer_wording(promise, line)
            assert not reason_in_words(promise).endswith(("every”", "with”", "that”"))
