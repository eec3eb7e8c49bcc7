"""Consent of the buyer to be transcribed.

The playbook asks for it (`common/consent`), and the answer fills a note. Without consent, or after it is withdrawn or
undone, the buyer's sound is used only to measure when they talk.
"""

from __future__ import annotations

from salesnerd_tui.call.state import CallState
from salesnerd_tui.playbook.model import Playbook

CONSENT_NOTE = "other_side_heard"
"""Id of the note that the answers of the consent step fill."""

AGREED = "agreed"


def has_consent(state: CallState) -> bool:
    """Return whether the latest valid answer to the consent step is a yes."""
    known = state.known(CONSENT_NOTE)
    return bool(known) and known[-1] == AGREED


def asks_consent(playbook: Playbook) -> bool:
    """Return whether a playbook has a consent step: an answer that fills the note with a yes."""
    return any(answer.sets.get(CONSENT_NOTE) == AGREED for ask in playbook.asks() for answer in ask.answers)
