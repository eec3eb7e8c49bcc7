"""Their yes, before a word of theirs is written down.

The playbook has the words to ask for it (`common/consent`), and the answer that is picked there fills a note. This
reads that note: taken back, undone or never given, the other side's sound is used for nothing but when they talk.
"""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.call.state import CallState
from salesnerd_tui.playbook.model import Ask, Playbook

NOTE = "other_side_heard"
"""The note that the consent step's answers fill."""

AGREED = "agreed"


def given(state: CallState) -> bool:
    """Whether the last answer to the consent step was a yes, and still counts."""
    known = state.known(NOTE)
    return bool(known) and known[-1] == AGREED


def can_be_asked(playbook: Playbook) -> bool:
    """Whether the playbook has a consent step: an answer that fills the note with the yes."""
    return any(answer.sets.get(NOTE) == AGREED for ask in _asks(playbook) for answer in ask.answers)


def _asks(playbook: Playbook) -> Iterable[Ask]:
    return playbook.asks()
