"""What a transcript is once it was read, whoever wrote the file."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

WORDS_PER_SECOND = 150 / 60
"""Pace of speech where a file has no times: the design's 150 words a minute, the middle of 130 to 175."""


class Format(StrEnum):
    """The kinds of file that are recognised, in the words a person would use for them."""

    WEBVTT = "WebVTT captions"
    SUBRIP = "SubRip (SRT) captions"
    SBV = "SBV captions (Google Meet, YouTube)"
    JSON_LINES = "JSON lines"
    NAMED = "Name: text lines"
    ZOOM = "a Zoom saved caption file"
    TEAMS = "a Microsoft Teams transcript"
    MEET = "a Google Meet transcript"
    OTTER = "an Otter transcript"
    HEADED = "turns under a name and a time"
    TIMED = "lines with times"
    TABLE = "a table"
    PLAIN = "plain lines without names"


class Piece(Struct, frozen=True):
    """What one place of a file says, before its times are settled.

    `line` is the 0-based line of the file it began on; `start` and `end` are seconds as written there, or None.
    `key` and `final` come from a writer that names its utterances and rewrites them as they grow.
    """

    speaker: str
    text: str
    start: float | None
    end: float | None
    line: int
    key: str = ""
    final: bool = True


class Utterance(Struct, frozen=True):
    """Somebody said something. Seconds since the call began; `end` is never before `start`, neither is negative.

    `turn` is the 0-based number of the utterance in its file; for JSON lines, the 0-based line.
    """

    start: float
    end: float
    speaker: str
    text: str
    turn: int


class Transcript(Struct, frozen=True):
    """Everything that could be read of a file.

    `speakers` are in the order of their first word. `problems` are whole sentences, each said once. `timed` is false
    where no utterance had a time of its own and all of them are reckoned from their words.
    """

    utterances: tuple[Utterance, ...]
    speakers: tuple[str, ...]
    problems: tuple[str, ...]
    timed: bool
    format: Format
    not_understood: str = ""
    """The one of the problems that says that more than a few lines were left out."""

    @property
    def seconds(self) -> float:
        """When the last word was said."""
        return max((utterance.end for utterance in self.utterances), default=0.0)


def same_name(name: str) -> str:
    """A name as it is compared: without case, and with its white space folded."""
    return " ".join(name.split()).casefold()


def speakers_of(utterances: Iterable[Utterance]) -> tuple[str, ...]:
    """The speakers in the order of their first word; the nameless one is left out."""
    seen: dict[str, str] = {}
    for utterance in utterances:
        if utterance.speaker:
            seen.setdefault(same_name(utterance.speaker), utterance.speaker)
    return tuple(seen.values())


def spoken_seconds(text: str) -> float:
    """How long saying `text` takes at `WORDS_PER_SECOND`; scripts without spaces count three characters a word."""
    words = len(text.split())
    if words <= 2 and len(text) > 20:
        words = max(words, len(text) // 3 if not text.isascii() else words)
    return words / WORDS_PER_SECOND
