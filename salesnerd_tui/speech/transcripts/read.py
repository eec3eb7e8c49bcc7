"""Reader of whole transcripts: from a file, bytes or text to utterances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, TypeVar

from salesnerd_tui.errors import UserError
from salesnerd_tui.files import read_head, read_regular
from salesnerd_tui.speech.transcripts.decode import SNIFF_BYTES, decode, kind_of_binary, not_text, without_overwritten
from salesnerd_tui.speech.transcripts.detect import CAPTIONS, NameHints, format_of, parser_for
from salesnerd_tui.speech.transcripts.model import Format, Piece, Transcript, same_name, speakers_of
from salesnerd_tui.speech.transcripts.parser import MOST, RECURS
from salesnerd_tui.speech.transcripts.speakers import candidate_of, looks_like_name
from salesnerd_tui.speech.transcripts.timestamps import normalize_times

if TYPE_CHECKING:
    from pathlib import Path

    from salesnerd_tui.speech.transcripts.parser import LineParser

FORMATS = "WebVTT, SRT, JSON, `Name: text` lines, and what Zoom, Teams, Meet, Otter, Fathom and Whisper export"

MAX_BYTES = 32 << 20
"""Size limit of a transcript; an hour of speech is well under 1 MB."""

T = TypeVar("T")

PROGRESS_LINES = 200
"""Lines between two calls of `on_progress`."""

Progress = Callable[[float], None]
"""Receiver of the share of a file that was read, 0 to 1. An exception it raises stops the reading."""


class CannotRead(UserError):
    """A transcript cannot be read; the message says which, why and how to fix it."""


def read_transcript(source: Path | str | bytes, on_progress: Progress | None = None) -> Transcript:
    """Return the transcript in a file (a `Path`, or see `read_file`), a string or bytes.

    Binary data yields a transcript without utterances, with a problem that says so; a binary file raises. Raises
    `CannotRead`.
    """
    if isinstance(source, PathLike):
        return read_file(source, on_progress)
    if isinstance(source, str):
        return read_lines(split_lines(source), "", on_progress)
    if kind := kind_of_binary(source):
        return Transcript((), (), (not_text(kind),), Format.PLAIN)
    return _read_bytes(source, on_progress)


def read_file(path: str | Path, on_progress: Progress | None = None) -> Transcript:
    """Return the transcript in a file. Raises `CannotRead`, also for binary data."""
    data = _opened(path, lambda: read_regular(path, MAX_BYTES))
    if kind := kind_of_binary(data):
        raise CannotRead(f"{path}: {not_text(kind)}")
    return _read_bytes(data, on_progress)


def _read_bytes(data: bytes, on_progress: Progress | None) -> Transcript:
    text, guessed = decode(data)
    return read_lines(split_lines(text), guessed, on_progress)


def read_lines(lines: Sequence[str], guessed: str, on_progress: Progress | None = None) -> Transcript:
    """Return the transcript in the lines of a file; `guessed` is the message of its decoder."""
    kind = format_of(lines) or Format.PLAIN
    report = on_progress or (lambda _: None)
    pieces, parser = _pieces(kind, lines, NameHints(), lambda share: report(share / 2))
    trust = _trust(kind, pieces, parser)
    if trust is not None:
        pieces, parser = _pieces(kind, lines, trust, lambda share: report((1 + share) / 2))
    report(1.0)
    pieces = _without_notes(kind, pieces)
    utterances = normalize_times(pieces, kind, parser.problems)
    skipped = parser.problems.not_understood
    messages = (guessed, _unrecognized(kind, pieces), skipped)
    problems = tuple(filter(None, messages)) + parser.problems.messages()
    return Transcript(utterances, speakers_of(utterances), problems, kind, skipped)


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with any of the three line ends; other separators belong to the text."""
    text = without_overwritten(text)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if "\r" in text else text.split("\n")


def _trust(kind: Format, pieces: Sequence[Piece], parser: LineParser) -> NameHints | None:
    """Return what a second pass can rely on, None if it would change nothing.

    If nearly every turn has text before a colon, the format puts the speaker there, and it is a name however it looks.
    Otherwise names have to look like names or to recur.
    """
    counts = Counter(same_name(piece.speaker) for piece in pieces if piece.speaker)
    looks = {same_name(piece.speaker): piece.speaker for piece in pieces}
    if parser.is_settled:
        return None
    if kind in (Format.JSON_LINES, Format.TABLE):
        return NameHints(parser.names) if parser.names and any(not piece.speaker for piece in pieces) else None
    if kind in (*CAPTIONS, Format.NAMED, Format.MEET, Format.TIMED):
        if parser.turns and parser.named >= MOST * parser.turns:
            if kind not in CAPTIONS and not parser.refused:
                return None
            names = frozenset(counts) | parser.recurring | parser.names | _longer_names(pieces)
            return NameHints(names, True, parser.grows)
        recurs = parser.named >= RECURS * parser.turns
        if kind in CAPTIONS:
            known = (name for name, times in counts.items() if looks_like_name(looks[name]) or (recurs and times > 1))
        else:
            known = (name for name, times in counts.items() if times > 1 or " " not in name)
        return NameHints(frozenset(known), False, parser.grows)
    return None


def _longer_names(pieces: Sequence[Piece]) -> frozenset[str]:
    """Return names with a colon inside: recurring text before a colon, in nearly every turn of a speaker."""
    turns = Counter(same_name(piece.speaker) for piece in pieces if piece.speaker)
    longer = Counter(
        (same_name(piece.speaker), same_name(candidate))
        for piece in pieces
        if piece.speaker and (candidate := candidate_of(piece.text))
    )
    found: set[str] = set()
    for name, count in turns.items():
        inside = {second: times for (first, second), times in longer.items() if first == name}
        if sum(inside.values()) >= MOST * count and all(times > 1 for times in inside.values()):
            found |= {f"{name}: {second}" for second in inside}
    return frozenset(found)


def _without_notes(kind: Format, pieces: list[Piece]) -> list[Piece]:
    """Drop what is above the first time of a document with times, except by people who speak below it.

    Meet puts its notes there, and recognizers write about themselves.
    """
    first = next((index for index, piece in enumerate(pieces) if piece.start is not None), 0)
    if kind not in (Format.MEET, Format.TIMED) or not first:
        return pieces
    speakers = {same_name(piece.speaker) for piece in pieces[first:]}
    return [piece for index, piece in enumerate(pieces) if index >= first or same_name(piece.speaker) in speakers]


def _pieces(
    kind: Format, lines: Sequence[str], trust: NameHints, on_progress: Progress
) -> tuple[list[Piece], LineParser]:
    parser = parser_for(kind, lines, trust)
    pieces: list[Piece] = []
    for number, line in enumerate(lines):
        if number % PROGRESS_LINES == 0:
            on_progress(number / len(lines))
        pieces.extend(parser.push(line))
    pieces.extend(parser.finish())
    return _latest(pieces), parser


def _latest(pieces: list[Piece]) -> list[Piece]:
    """Keep only the last version of an utterance that its writer sent again as it grew."""
    last = {piece.key: index for index, piece in enumerate(pieces) if piece.key}
    if not last:
        return pieces
    return [piece for index, piece in enumerate(pieces) if piece.final or last[piece.key] == index]


def _unrecognized(kind: Format, pieces: Sequence[Piece]) -> str:
    if not pieces:
        return f"no speech found (supported: {FORMATS})"
    if kind is Format.PLAIN:
        return f"no speaker names found (supported with names: {FORMATS})"
    return ""


def check_readable(path: Path) -> int:
    """Return the size of a transcript file in bytes without reading it. Raises `CannotRead`."""
    head, size = _opened(path, lambda: read_head(path, MAX_BYTES, SNIFF_BYTES))
    if kind := kind_of_binary(head):
        raise CannotRead(f"{path}: {not_text(kind)}")
    return size


def _opened(path: str | Path, read: Callable[[], T]) -> T:
    """Call `read`, and turn its errors into `CannotRead`."""
    try:
        return read()
    except FileNotFoundError:
        raise CannotRead(f"no such file: {path}") from None
    except IsADirectoryError:
        raise CannotRead(f"is a directory: {path} (name a transcript inside it)") from None
    except PermissionError:
        raise CannotRead(f"permission denied: {path}") from None
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else problem
        raise CannotRead(f"cannot read {path}: {reason}") from None
