"""The words of a tap: at most four, imperative, always the same for the same thing."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import Cued, CueKind

WORDS: Mapping[CueKind, str] = {
    CueKind.OVER_EXPLAINING: "Ask, don't tell",
    CueKind.PITCHING: "Follow that up",
    CueKind.US_FOCUS: "Back to them",
    CueKind.MONOLOGUE: "Hand it back",
    CueKind.OVER_PROMISING: "That's a promise",
    CueKind.SILENCE: "Let them",
}
SIMPLY = "Say it simply"
"""Shown in place of *ask, don't tell* when they may not know a word that was used; its plain words go along."""


def at_hand(cue: Cued) -> tuple[str, str]:
    """What stands ready beside a tap, with what it is: the word it explains, `say` or `ask`; both empty for nothing.

    Plain words come before the question.
    """
    if cue.plain:
        term, _, plain = cue.plain.partition(": ")
        return term, plain
    if not cue.ready or cue.kind is CueKind.SILENCE:
        return "", ""
    if plain_words(cue):
        return "plain", cue.ready
    return ("say" if cue.kind is CueKind.OVER_PROMISING else "ask"), cue.ready


def plain_words(cue: Cued) -> str:
    """The word that is explained with its plain words; a call kept by an early version has only these."""
    return cue.plain or (cue.ready if cue.words == SIMPLY else "")


def question_ready(cue: Cued) -> str:
    """The question, or the bounded wording, that was ready with a tap, whether it was shown or plain words were."""
    return cue.ready if cue.plain or cue.words != SIMPLY else ""
