"""The words of a tap: at most four, imperative, always the same for the same thing."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import CueKind

WORDS: Mapping[CueKind, str] = {
    CueKind.OVER_EXPLAINING: "Ask, don't tell",
    CueKind.PITCHING: "Follow that up",
    CueKind.US_FOCUS: "Back to them",
    CueKind.MONOLOGUE: "Hand it back",
    CueKind.OVER_PROMISING: "That's a promise",
    CueKind.SILENCE: "Let them",
}
SIMPLY = "Say it simply"
"""Shown in place of *ask, don't tell* when a plain-words version of the jargon is ready."""

BOUNDED = "What I can say today is …; what I don't know yet is …; I'll tell you by …"
"""Offered in place of a promise without bounds."""
