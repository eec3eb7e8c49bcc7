"""Transcript model, independent of the file format."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

WORDS_PER_SECOND = 150 / 60
"""Assumed pace where a file has no times: 150 words per minute, the middle of 130 to 175."""


class Format(StrEnum):
    """Supported file formats, as shown to the user."""

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
    """An utterance as a file has it, before its times are normalized.

    `line` is the 0-based line where it begins; `start` and `end` are seconds as written, or None. `key` and `final`
    come from writers that identify utterances and rewrite them as they grow.
    """

    speaker: str
    text: str
    start: float | None
    end: float | None
    line: int
    key: str = ""
    final: bool = True


class Utterance(Struct, frozen=True):
    """Words of one speaker. Times are seconds since the call began, never negative; `end` is never before `start`.

    `turn` is the 0-based number of the utterance in its file; for JSON lines, the 0-based line.
    """

    start: float
    end: float
    speaker: str
    text: str
    turn: int


class Transcript(Struct, frozen=True):
    """The readable content of a file.

    `speakers` are in the order of their first word. `problems` are messages for the user.
    """

    utterances: tuple[Utterance, ...]
    speakers: tuple[str, ...]
    problems: tuple[str, ...]
    format: Format
    not_understood: str = ""
    """The problem that more than a few lines were skipped; empty otherwise."""

    @property
    def seconds(self) -> float:
        """The end of the last utterance."""
        return max((utterance.end for utterance in self.utterances), default=0.0)


_DIRECTIONS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
"""Marks that set the direction of writing. Programs put them around names of right-to-left languages."""


def plain_name(name: str) -> str:
    """Return a name with single spaces and without marks of direction."""
    return " ".join((name if name.isascii() else name.translate(_DIRECTIONS)).split())


def same_name(name: str) -> str:
    """Return a name for comparison: case-folded, with single spaces."""
    return plain_name(name).casefold()


def speakers_of(utterances: Iterable[Utterance]) -> tuple[str, ...]:
    """Return the named speakers in the order of their first word."""
    seen: dict[str, str] = {}
    for utterance in utterances:
        if utterance.speaker:
            seen.setdefault(same_name(utterance.speaker), utterance.speaker)
    return tuple(seen.values())


def spoken_seconds(text: str) -> float:
    """Return the seconds to say `text` at `WORDS_PER_SECOND`; without spaces, three characters count as a word."""
    words = len(text.split())
    if words <= 2 and len(text) > 20:
        words = max(words, len(text) // 3 if not text.isascii() else words)
    return words / WORDS_PER_SECOND
