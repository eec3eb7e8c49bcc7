"""Capture mode of each side: voice activity by default, transcription only on request, the buyer's only with consent.

The playbook asks for the consent (`common/consent`), and the answer fills a note. Without consent, or after it is
withdrawn or undone, the buyer's sound is used only to measure when they talk.
"""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Side

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState
    from salesnerd_tui.playbook.model import Playbook

SIDES = (Side.ME, Side.THEM)


class VoiceMode(StrEnum):
    """Value of `--transcribe`. `BOTH` needs the buyer's consent in the notes; until then it acts as `ME`."""

    NONE = "none"
    ME = "me"
    BOTH = "both"

    @property
    def transcribed_sides(self) -> frozenset[Side]:
        """The sides whose words are requested."""
        match self:
            case VoiceMode.NONE:
                return frozenset()
            case VoiceMode.ME:
                return frozenset({Side.ME})
            case VoiceMode.BOTH:
                return frozenset(SIDES)


class ListenLevel(StrEnum):
    """Capture mode of one side."""

    DEAF = "-"
    VOICE = "voice"
    WORDS = "words"


class ListenStatus(Struct, frozen=True):
    """Current capture modes of both sides."""

    me: ListenLevel = ListenLevel.DEAF
    them: ListenLevel = ListenLevel.DEAF

    @classmethod
    def of(cls, open_sides: Set[Side], transcribed: Set[Side]) -> ListenStatus:
        """Return the status for the sides with a working device and the sides that may be transcribed."""

        def level(side: Side) -> ListenLevel:
            if side not in open_sides:
                return ListenLevel.DEAF
            return ListenLevel.WORDS if side in transcribed else ListenLevel.VOICE

        return cls(level(Side.ME), level(Side.THEM))

    @property
    def mark(self) -> str:
        """A short form that stays on the screen: `mic: you words · them voice`."""
        return f"mic: you {self.me} · them {self.them}"

    @property
    def message(self) -> str:
        """One line, shown when capture begins or changes."""
        if self.me is ListenLevel.DEAF and self.them is ListenLevel.DEAF:
            return "no device is heard yet"
        has_words = ListenLevel.WORDS in (self.me, self.them)
        stored = "no sound is stored" if has_words else "no words and no sound are stored"
        consent = ", with their consent" if self.them is ListenLevel.WORDS else ""
        return f"you: {_LEVELS[self.me]}; them: {_LEVELS[self.them]}{consent}; {stored}"


_LEVELS = {ListenLevel.DEAF: "not heard", ListenLevel.VOICE: "talk time only", ListenLevel.WORDS: "transcribed"}


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
