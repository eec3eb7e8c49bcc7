"""Safer wordings that are suggested instead of overpromises."""

from __future__ import annotations

import pytest

from promised_sentences import Label, sentences
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapBasis, TapReason
from salesnerd_tui.coach.safer_wording import overpromise_reason, reason_and_safer_wording, safer_wording
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.promises import DetectedPromise, find_promise

ROOM = 56
"""Width for a wording at 80 columns."""


def reason(found: DetectedPromise) -> str:
    why = overpromise_reason(found)
    return tap_text.reason_text(why) if why is not None else ""


def made(text: str) -> tuple[DetectedPromise, str]:
    line = " ".join(split_words(text))
    found = find_promise(line)
    assert found is not None, text
    return found, line


@pytest.mark.parametrize(
    ("text", "why", "instead"),
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
def test_the_reason_and_the_wording_fit_the_promise(text: str, why: str, instead: str) -> None:
    found, line = made(text)
    assert reason(found).startswith(why)
    assert safer_wording(found, line).startswith(instead)


def test_a_promise_that_can_be_kept_has_no_safer_wording() -> None:
    found, line = made("We will send you the figures on Friday.")
    assert (reason(found), safer_wording(found, line)) == ("", "")


def test_a_phrase_that_the_playbook_excludes_has_a_safer_wording() -> None:
    found, line = made("Our service never goes down.")
    assert reason_and_safer_wording(found, "never goes down", line) == (
        TapReason(TapBasis.NEVER_SAY, words=("never goes down",)),
        "So far, yes; the exception I know of is …",
    )
    assert (
        reason_and_safer_wording(None, "military grade", "the lock is military grade")[1]
        == "What I can say today is …; the rest by …"
    )
    kept, line = made("We will send you the figures on Friday.")
    assert reason_and_safer_wording(kept, "", line) == (None, "")


def test_every_wording_is_short() -> None:
    for sentence in sentences():
        found = find_promise(line := " ".join(split_words(sentence.said)))
        if found is not None and found.is_overpromise and sentence.label is Label.OVERPROMISE:
            assert len(safer_wording(found, line)) <= ROOM + 8, sentence.said
            assert "…" in safer_wording(found, line)
            assert not reason(found).endswith(("every”", "with”", "that”"))
