"""Times of a transcript: read as written, then normalized: complete, plausible, in the order of the file.

Plausible times are kept. Otherwise times are estimated from the words at 150 words per minute, between the known times,
and a message says so.

Written times are `1:02`, `00:01:02.500`, `0:0:5.1`, `10:02:13 AM` or `62.5`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.model import Format, Piece, Utterance, spoken_seconds
from salesnerd_tui.timefmt import clock as clock_text

if TYPE_CHECKING:
    from salesnerd_tui.speech.transcripts.parser import ProblemLog

TIME = r"-?\d{1,9}(?::\d{1,9}){1,2}(?:[.,]\d{1,9})?(?: ?[AaPp]\.?[Mm]\.?)?"
"""Pattern of a time with at least one colon. Every repetition is bounded, so that no line makes it slow."""

_NUMBER = lazy_pattern(r"-?\d{1,15}(?:\.\d{0,15})?(?:[eE][+-]?\d{1,3})?\Z")
_WHOLE = lazy_pattern(TIME + r"\Z")
SPOKEN = (
    r"(?:\d{1,4}[ \xa0](?:hours?|minutes?|seconds?|Stunden?|Minuten?|Sekunden?|heures?|secondes?|horas?|minutos?"
    r"|segundos?|ore|ora|minut[oi]|second[oi]|uur|minu(?:ut|ten)|seconden?),? ?){1,3}"
)
"""Pattern of a time for screen readers, as Teams and YouTube copy it: `3 minutes 5 seconds`."""

_SPOKEN = lazy_pattern(SPOKEN + r"\Z", re.IGNORECASE)


def seconds_of(written: str) -> float | None:
    """Return the seconds of a written time, or None. They may be negative or absurd; `normalize_times` checks that."""
    written = written.strip()[:60]
    if ":" not in written and _NUMBER.match(written):
        value = float(written)
        return value if math.isfinite(value) else None
    if not _WHOLE.match(written):
        return None
    negative = written.startswith("-")
    afternoon = "p" in written.lower()
    is_12_hour = afternoon or "a" in written.lower()
    digits = re.sub(r"[^\d:.,]", "", written) if is_12_hour else written.removeprefix("-")
    fields = [float(field) for field in digits.rstrip(".").replace(",", ".").split(":")]
    if is_12_hour and fields[0] <= 12:
        fields[0] = fields[0] % 12 + (12 if afternoon else 0)
        fields += [0.0] * (3 - len(fields))
    total = 0.0
    for field in fields:
        total = total * 60 + field
    return -total if negative else total


def is_spoken_time(text: str) -> bool:
    """Return whether a line is a time for screen readers."""
    return bool(_SPOKEN.match(text[:60]))


CALL_LIMIT_SECONDS = 12 * 3600.0
"""Longest plausible call; a later time is an error, or counts from before the call."""

FIRST_WORD_SECONDS = 120.0
"""Latest plausible first word. A later first time is a time of day, or a recording that begins in the middle: the call
begins with it."""

FIRST_GAP_SECONDS = 600.0
"""Longest plausible gap from the words above the first time to that time: Meet writes a time every five minutes."""

DAY_SECONDS = 86_400.0

OVERLAP_SECONDS = 30.0
"""Largest step back of overlapping captions, in seconds; a larger one begins another recording."""

CAPTION_LIMIT_SECONDS = 1800.0
"""Longest plausible caption."""


def normalize_times(pieces: Sequence[Piece], kind: Format, problems: ProblemLog) -> tuple[Utterance, ...]:
    """Return the utterances in the order of the file."""
    timed_pieces = _joined(_plausible(_rebased(pieces, kind, problems), problems), problems)
    spans = _spans(timed_pieces)
    own_lines = kind is Format.JSON_LINES and len({piece.line for piece in timed_pieces}) == len(timed_pieces)
    turns = [piece.line if own_lines else index for index, piece in enumerate(timed_pieces)]
    return tuple(
        Utterance(start, end, piece.speaker, piece.text, turn)
        for piece, (start, end), turn in zip(timed_pieces, spans, turns, strict=True)
    )


def _rebased(pieces: Sequence[Piece], kind: Format, problems: ProblemLog) -> list[Piece]:
    """Convert times since midnight, 1970 or the middle of a recording to times since the first."""
    starts = [piece.start for piece in pieces if piece.start is not None]
    if not starts:
        return list(pieces)
    untimed = sum(spoken_seconds(piece.text) for piece in takewhile(lambda piece: piece.start is None, pieces))
    if untimed > 0 and starts[0] - untimed <= FIRST_GAP_SECONDS:
        return list(pieces)
    base = starts[0]
    agreeing = sum(
        1 for start in starts if base - OVERLAP_SECONDS <= _unwrapped(start, base) <= base + CALL_LIMIT_SECONDS
    )
    if base <= FIRST_WORD_SECONDS or (len(starts) > 1 and agreeing * 2 <= len(starts)):
        return list(pieces)
    if kind is not Format.ZOOM:
        first = next(piece.line for piece in pieces if piece.start is not None)
        shown = clock_text(base) if base < 2 * DAY_SECONDS else "a date"
        problems.add(f"times begin at {shown}, taken as the beginning of the call", first)
    return [
        replace(
            piece,
            start=None if piece.start is None else _unwrapped(piece.start, base) - base,
            end=None if piece.end is None else _unwrapped(piece.end, base) - base,
        )
        for piece in pieces
    ]


def _unwrapped(time: float, base: float) -> float:
    """Return a time after midnight as a time of the day when the call began."""
    wraps = base <= DAY_SECONDS and base - time > DAY_SECONDS / 2
    return time + DAY_SECONDS if wraps else time


def _plausible(pieces: Sequence[Piece], problems: ProblemLog) -> list[Piece]:
    """Drop implausible times: negative, beyond any call, an end before its start, a jump ahead of both neighbors."""
    plausible: list[Piece] = []
    before = 0.0
    for index, piece in enumerate(pieces):
        start, end = piece.start, piece.end
        if start is not None and start < 0:
            problems.add("negative time, taken as the beginning of the call", piece.line)
            start = 0.0
        if start is not None and (start > CALL_LIMIT_SECONDS + before or _jumps(pieces, index, before)):
            problems.add("implausible time, estimated from the words", piece.line)
            start = end = None
        if start is None:
            end = None
        elif end is not None and not start <= end <= start + CAPTION_LIMIT_SECONDS:
            problems.add("implausible end, estimated from the words", piece.line)
            end = None
        before = start if start is not None else before
        plausible.append(replace(piece, start=start, end=end))
    return plausible


def _jumps(pieces: Sequence[Piece], index: int, before: float) -> bool:
    """Return whether a start is more than ten minutes ahead of its neighbors on both sides."""
    start = pieces[index].start
    after = next((piece.start for piece in pieces[index + 1 : index + 4] if piece.start is not None), None)
    if start is None or after is None:
        return False
    return before - OVERLAP_SECONDS <= after < start - OVERLAP_SECONDS and start - before > 600


def _joined(pieces: Sequence[Piece], problems: ProblemLog) -> list[Piece]:
    """Shift times that start again (two recordings in one file) to continue after the first part."""
    joined: list[Piece] = []
    shift = latest = 0.0
    for piece in pieces:
        start, end = piece.start, piece.end
        if start is not None:
            if start + shift < latest - OVERLAP_SECONDS:
                jump = f"times go back from {clock_text(latest - shift)} to {clock_text(start)}, read as a second part"
                problems.add(jump if shift == 0 else "times go back again, read as a further part", piece.line)
                shift = latest - start
            start += shift
            end = None if end is None else end + shift
            latest = max(latest, start if end is None else end)
        joined.append(replace(piece, start=start, end=end))
    return joined


def _spans(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """Return a start and an end for each piece; pieces without times are placed between those that have them."""
    spans: list[tuple[float, float]] = []
    index, latest = 0, 0.0
    while index < len(pieces):
        piece = pieces[index]
        if piece.start is not None and piece.end is not None:
            spans.append((piece.start, piece.end))
            latest = max(latest, piece.end)
            index += 1
            continue
        stop = index + 1
        while stop < len(pieces) and (pieces[stop].start is None or pieces[stop].start == piece.start):
            if pieces[stop].end is not None:
                break
            stop += 1
        begin = piece.start if piece.start is not None else latest
        gap = _gap(pieces, stop, begin)
        placed = _place(pieces[index:stop], begin, gap)
        spans.extend(placed)
        latest = max(latest, placed[-1][1])
        index = stop
    return spans


def _gap(pieces: Sequence[Piece], stop: int, begin: float) -> float | None:
    """Return the seconds from `begin` to the next known start, None if there is none after it."""
    following = pieces[stop].start if stop < len(pieces) else None
    return following - begin if following is not None and following > begin else None


def _place(pieces: Sequence[Piece], begin: float, gap: float | None) -> list[tuple[float, float]]:
    """Place pieces one after the other from `begin`, compressed to fit into `gap` seconds."""
    lengths = [spoken_seconds(piece.text) for piece in pieces]
    total = sum(lengths)
    scale = gap / total if gap is not None and total > gap else 1.0
    spans, clock = [], begin
    for length in lengths:
        spans.append((clock, clock + length * scale))
        clock += length * scale
    return spans
