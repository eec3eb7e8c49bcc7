"""The words that events are told in: modes, sides, kinds, and where a call stands.

Read them from `call.events`, which is the door to all of this.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Mode(StrEnum):
    PREP = "prep"
    LIVE = "live"
    REHEARSE = "rehearse"
    DEMO = "demo"
    BOARD = "board"


class Side(StrEnum):
    """Who holds the floor."""

    ME = "me"
    THEM = "them"
    NOBODY = "nobody"


class How(StrEnum):
    """How the program came to know it."""

    HAND = "hand"
    HEARD = "heard"


class NoteKind(StrEnum):
    FREE = "free"
    PAIN = "pain"
    NUMBER = "number"
    PERSON = "person"
    PROMISE = "promise"
    QUOTE = "quote"


class CueKind(StrEnum):
    """What a tap is about; the first five are drift, `SILENCE` is praise for letting them think."""

    OVER_EXPLAINING = "over-explaining"
    PITCHING = "pitching"
    US_FOCUS = "us-focus"
    MONOLOGUE = "monologue"
    OVER_PROMISING = "over-promising"
    SILENCE = "silence"


class Dismissal(StrEnum):
    """Why a tap left the screen. `HANDED_BACK` is the success."""

    HANDED_BACK = "handed back"
    BY_HAND = "by hand"
    EXPIRED = "expired"


class Settlement(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    RETRACTED = "retracted"


class Plan(StrEnum):
    """What a prep sets for the call it is for."""

    HYPOTHESIS = "hypothesis"
    PART = "part"
    MUST = "must"
    WORDING = "wording"
    MINUTES = "minutes"
    HEAR = "hear"


class Drawn(StrEnum):
    """What is drawn by hand on the board of how they buy."""

    JOB = "job"
    STEP = "step"
    PERSON = "person"
    PAPER = "paper"
    STALL = "stall"
    DATE = "date"
    THEIRS = "theirs"
    MINE = "mine"


class SourceState(StrEnum):
    LISTENING = "listening"
    LAGGING = "lagging"
    BROKEN = "broken"
    ENDED = "ended"


class Place(Struct, frozen=True):
    """Where a call stands: an item of the agenda (or of a detour), perhaps at the follow-up of an answer.

    `item` is None once the agenda is through and only the outcome is open. `probe` is the label of the picked answer
    whose follow-up is shown: a label survives rewording and translation, a text would not.
    """

    item: str | None
    probe: str | None = None
    detour: str | None = None


class Event(Struct, frozen=True):
    at: float
