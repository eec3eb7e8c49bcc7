"""A whole transcript at once: bytes or text in, utterances out, whatever was in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from salesnerd_tui.hearing.formats.decoding import decode
from salesnerd_tui.hearing.formats.detection import format_of, parser_for
from salesnerd_tui.hearing.formats.model import Format, Piece, Transcript, same_name, speakers_of
from salesnerd_tui.hearing.formats.parsing import Troubles
from salesnerd_tui.hearing.formats.settling import settle
from salesnerd_tui.regular_file import read_regular

FORMATS_TOLD = "WebVTT, SRT, JSON lines, `Name: text` lines, and what Zoom, Teams, Google Meet and Otter export"

MOST_BYTES = 32 << 20
"""The largest transcript that is read; an hour of speech is well under a megabyte."""

_ZIP = b"PK\x03\x04"
_DOCUMENT_TOLD = (
    "This is a Word document or another packed file, no text. Teams and Meet also give the transcript as .vtt or .txt;"
    " or open it and save it as plain text."
)


class CannotRead(Exception):
    """A file that cannot be opened; the message says which, why and what to do."""


def read_transcript(source: Path | str | bytes) -> Transcript:
    """The transcript in a file (a `Path`), a text or bytes. No content raises; only a file that cannot be opened does.

    Raises `CannotRead`.
    """
    data = _bytes_of(source) if isinstance(source, Path) else source
    if isinstance(data, str):
        return read_lines(split_lines(data), "")
    if data.startswith(_ZIP):
        return Transcript((), (), (_DOCUMENT_TOLD,), False, Format.PLAIN)
    text, guessed = decode(data)
    return read_lines(split_lines(text), guessed)


def read_lines(lines: Sequence[str], guessed: str) -> Transcript:
    """The transcript of a file's lines; `guessed` is what its decoding had to tell."""
    kind = format_of(lines) or Format.PLAIN
    pieces, troubles = _pieces(kind, lines, ())
    if known := _names_to_rely_on(kind, pieces):
        pieces, troubles = _pieces(kind, lines, known)
    utterances, timed = settle(pieces, kind, troubles)
    problems = tuple(filter(None, (guessed, _unrecognised(kind, pieces)))) + troubles.told()
    return Transcript(utterances, speakers_of(utterances), problems, timed, kind)


def split_lines(text: str) -> list[str]:
    """The lines of a text, whichever of the three line ends it has; other separators belong to the text."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if "\r" in text else text.split("\n")


def _names_to_rely_on(kind: Format, pieces: Sequence[Piece]) -> list[str]:
    """Names for a second reading: knowing them, a speaker inside a caption or a paragraph is told from `Price: …`."""
    counts = Counter(same_name(piece.speaker) for piece in pieces if piece.speaker)
    if kind in (Format.WEBVTT, Format.SUBRIP, Format.SBV):
        return sorted(counts)
    if kind in (Format.NAMED, Format.MEET):
        return sorted(name for name, turns in counts.items() if turns > 1 or " " not in name)
    return []


def _pieces(kind: Format, lines: Sequence[str], known: Sequence[str]) -> tuple[list[Piece], Troubles]:
    parser = parser_for(kind, known, lines)
    pieces = [piece for line in lines for piece in parser.push(line)]
    pieces.extend(parser.finish())
    return _latest(pieces), parser.troubles


def _latest(pieces: list[Piece]) -> list[Piece]:
    """Of an utterance that its writer sent again as it grew, only the last."""
    last = {piece.key: index for index, piece in enumerate(pieces) if piece.key}
    if not last:
        return pieces
    return [piece for index, piece in enumerate(pieces) if piece.final or last[piece.key] == index]


def _unrecognised(kind: Format, pieces: Sequence[Piece]) -> str:
    if not pieces:
        return f"Nothing that anybody said was found. Files that are read: {FORMATS_TOLD}."
    if kind is Format.PLAIN:
        return f"No names were found, so nobody knows who speaks. Files that name their speakers: {FORMATS_TOLD}."
    return ""


def _bytes_of(path: Path) -> bytes:
    try:
        return read_regular(path, MOST_BYTES)
    except FileNotFoundError:
        raise CannotRead(f"{path}: there is no such file.") from None
    except IsADirectoryError:
        raise CannotRead(f"{path} is a folder; name the transcript inside it.") from None
    except PermissionError:
        raise CannotRead(f"{path} may not be read by you; change its permissions or copy it.") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else problem
        raise CannotRead(f"{path} cannot be read: {why}.") from None
