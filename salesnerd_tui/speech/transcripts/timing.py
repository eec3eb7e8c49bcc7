"""Times that a call can run on: none missing, none negative, none absurd, in the order of the file.

What a file says is kept wherever it makes sense. Where it does not, the words are laid end to end at 150 words a minute
between the times that do, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from salesnerd_tui.speech.transcripts.model import Format, Piece, Utterance, spoken_seconds
from salesnerd_tui.speech.transcripts.parser import ProblemLog
from salesnerd_tui.timefmt import clock as told

CALL_LIMIT_SECONDS = 12 * 3600.0
"""Nobody calls for longer; a time beyond is a slip, or a clock that began before the call."""

FIRST_WORD_SECONDS = 120.0
"""Nobody is silent for longer at the beginning of a recording. A first time beyond it is a clock of day, or the middle
of a recording: the call begins with it, whatever the hour."""

DAY_SECONDS = 86_400.0

OVERLAP_SECONDS = 30.0
"""Captions of people talking at once may be this much out of order; further back is another recording."""

LONGEST_CAPTION_SECONDS = 1800.0
"""A caption that stays longer than half an hour has a wrong end."""


def settle(pieces: Sequence[Piece], kind: Format, troubles: ProblemLog) -> tuple[tuple[Utterance, ...], bool]:
    """The utterances in the order of the file, and whether any of them had a time of its own."""
    timed = any(piece.start is not None for piece in pieces)
    sound = _joined(_without_slips(_rebased(pieces, kind, troubles), troubles), troubles)
    spans = _spans(sound)
    own_lines = kind is Format.JSON_LINES and len({piece.line for piece in sound}) == len(sound)
    turns = [piece.line if own_lines else index for index, piece in enumerate(sound)]
    utterances = tuple(
        Utterance(start, end, piece.speaker, piece.text, turn)
        for piece, (start, end), turn in zip(sound, spans, turns, strict=True)
    )
    return utterances, timed


def _rebased(pieces: Sequence[Piece], kind: Format, troubles: ProblemLog) -> list[Piece]:
    """Return times that count from midnight, from 1970 or from the middle of a recording as times since the first."""
    starts = [piece.start for piece in pieces if piece.start is not None]
    if not starts:
        return list(pieces)
    base = starts[0]
    agreeing = sum(
        1 for start in starts if base - OVERLAP_SECONDS <= _unwrapped(start, base) <= base + CALL_LIMIT_SECONDS
    )
    if base <= FIRST_WORD_SECONDS or (len(starts) > 1 and agreeing * 2 <= len(starts)):
        return list(pieces)
    if kind is not Format.ZOOM:
        first = next(piece.line for piece in pieces if piece.start is not None)
        shown = told(base) if base < 2 * DAY_SECONDS else "a date"
        troubles.note(f"the times begin at {shown}; the call is taken to begin there", first)
    return [
        replace(
            piece,
            start=None if piece.start is None else _unwrapped(piece.start, base) - base,
            end=None if piece.end is None else _unwrapped(piece.end, base) - base,
        )
        for piece in pieces
    ]


def _unwrapped(time: float, base: float) -> float:
    """Return a time after midnight as a time of the day on which the call began."""
    wraps = base <= DAY_SECONDS and base - time > DAY_SECONDS / 2
    return time + DAY_SECONDS if wraps else time


def _without_slips(pieces: Sequence[Piece], troubles: ProblemLog) -> list[Piece]:
    """Without times that cannot be: negative, beyond any call, an end before its start, a leap that comes back."""
    sound: list[Piece] = []
    before = 0.0
    for index, piece in enumerate(pieces):
        start, end = piece.start, piece.end
        if start is not None and start < 0:
            troubles.note("a time before the call began; taken as its beginning", piece.line)
            start = 0.0
        if start is not None and (start > CALL_LIMIT_SECONDS + before or _leaps(pieces, index, before)):
            troubles.note("a time that no call lasts to; reckoned from the words instead", piece.line)
            start = end = None
        if start is None:
            end = None
        elif end is not None and not start <= end <= start + LONGEST_CAPTION_SECONDS:
            troubles.note("an end that does not fit its start; reckoned from the words instead", piece.line)
            end = None
        before = start if start is not None else before
        sound.append(replace(piece, start=start, end=end))
    return sound


def _leaps(pieces: Sequence[Piece], index: int, before: float) -> bool:
    """Whether this start lies more than ten minutes ahead of its neighbours on both sides."""
    start = pieces[index].start
    after = next((piece.start for piece in pieces[index + 1 : index + 4] if piece.start is not None), None)
    if start is None or after is None:
        return False
    return before - OVERLAP_SECONDS <= after < start - OVERLAP_SECONDS and start - before > 600


def _joined(pieces: Sequence[Piece], troubles: ProblemLog) -> list[Piece]:
    """Times that start again (two recordings in one file) made to go on where the first part ended."""
    joined: list[Piece] = []
    shift = latest = 0.0
    for piece in pieces:
        start, end = piece.start, piece.end
        if start is not None:
            if start + shift < latest - OVERLAP_SECONDS:
                what = f"the times go back from {told(latest - shift)} to {told(start)}; read as a part that follows"
                troubles.note(
                    what if shift == 0 else "the times go back again; read as a part that follows", piece.line
                )
                shift = latest - start
            start += shift
            end = None if end is None else end + shift
            latest = max(latest, start if end is None else end)
        joined.append(replace(piece, start=start, end=end))
    return joined


def _spans(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """A start and an end for each piece; pieces without are laid between those that have them, closer if need be."""
    spans: list[tuple[float, float]] = []
    index, clock = 0, 0.0
    while index < len(pieces):
        piece = pieces[index]
        if piece.start is not None and piece.end is not None:
            spans.append((piece.start, piece.end))
            clock = max(clock, piece.end)
            index += 1
            continue
        stop = index + 1
        while stop < len(pieces) and (pieces[stop].start is None or pieces[stop].start == piece.start):
            if pieces[stop].end is not None:
                break
            stop += 1
        begin = piece.start if piece.start is not None else clock
        room = _room(pieces, stop, begin)
        laid = _laid(pieces[index:stop], begin, room)
        spans.extend(laid)
        clock = max(clock, laid[-1][1])
        index = stop
    return spans


def _room(pieces: Sequence[Piece], stop: int, begin: float) -> float | None:
    """Seconds until the next known start, or None where there is none after `begin`."""
    following = pieces[stop].start if stop < len(pieces) else None
    return following - begin if following is not None and following > begin else None


def _laid(pieces: Sequence[Piece], begin: float, room: float | None) -> list[tuple[float, float]]:
    lengths = [spoken_seconds(piece.text) for piece in pieces]
    total = sum(lengths)
    scale = room / total if room is not None and total > room else 1.0
    spans, clock = [], begin
    for length in lengths:
        spans.append((clock, clock + length * scale))
        clock += length * scale
    return spans
