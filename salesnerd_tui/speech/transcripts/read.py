"""A whole transcript at once: bytes or text in, utterances out, whatever was in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from salesnerd_tui.regular_file import read_regular
from salesnerd_tui.speech.transcripts.decode import decode, kind_of_binary, not_text
from salesnerd_tui.speech.transcripts.detect import CAPTIONS, Trust, format_of, parser_for
from salesnerd_tui.speech.transcripts.model import Format, Piece, Transcript, same_name, speakers_of
from salesnerd_tui.speech.transcripts.named import MOST
from salesnerd_tui.speech.transcripts.parser import LineParser
from salesnerd_tui.speech.transcripts.speakers import looks_like_name
from salesnerd_tui.speech.transcripts.timing import settle

FORMATS_TOLD = "WebVTT, SRT, JSON, `Name: text` lines, and what Zoom, Teams, Meet, Otter, Fathom and Whisper export"

RECURS = 0.3
"""Share of captions with something before a colon from which a name that does not look like one may recur."""

MOST_BYTES = 32 << 20
"""The largest transcript that is read; an hour of speech is well under a megabyte."""


class CannotRead(Exception):
    """A file that cannot be opened; the message says which, why and what to do."""


def read_transcript(source: Path | str | bytes) -> Transcript:
    """Return the transcript in a file (a `Path`), a text or bytes.

    Bytes that are no text give a transcript without utterances whose problem says so; a file of them raises, as one
    that cannot be opened does.

    Raises `CannotRead`.
    """
    data = _bytes_of(source) if isinstance(source, Path) else source
    if isinstance(data, str):
        return read_lines(split_lines(data), "")
    if kind := kind_of_binary(data):
        if isinstance(source, Path):
            raise CannotRead(f"{source}: {not_text(kind)}")
        return Transcript((), (), (not_text(kind),), False, Format.PLAIN)
    text, guessed = decode(data)
    return read_lines(split_lines(text), guessed)


def read_lines(lines: Sequence[str], guessed: str) -> Transcript:
    """Return the transcript in the lines of a file; `guessed` is what its decoding has to report."""
    kind = format_of(lines) or Format.PLAIN
    pieces, parser = _pieces(kind, lines, Trust())
    trust = _trust(kind, pieces, parser)
    if trust is not None:
        pieces, parser = _pieces(kind, lines, trust)
    pieces = _without_notes(kind, pieces)
    utterances, timed = settle(pieces, kind, parser.troubles)
    lost = parser.troubles.not_understood
    reports = (guessed, _unrecognised(kind, pieces), lost)
    problems = tuple(filter(None, reports)) + parser.troubles.told()
    return Transcript(utterances, speakers_of(utterances), problems, timed, kind, lost)


def split_lines(text: str) -> list[str]:
    """The lines of a text, whichever of the three line ends it has; other separators belong to the text."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if "\r" in text else text.split("\n")


def _trust(kind: Format, pieces: Sequence[Piece], parser: LineParser) -> Trust | None:
    """Return what a second reading can rely on, None where nothing is gained by it.

    Where nearly every turn begins with something before a colon, the format puts the speaker there, and it is a name
    however it looks. Elsewhere names have to look like names or to recur.
    """
    counts = Counter(same_name(piece.speaker) for piece in pieces if piece.speaker)
    looks = {same_name(piece.speaker): piece.speaker for piece in pieces}
    turns, candidates = parser.candidates
    if kind in (*CAPTIONS, Format.NAMED, Format.MEET, Format.TIMED):
        if turns and candidates >= MOST * turns:
            if kind not in CAPTIONS and not parser.refused:
                return None
            return Trust(frozenset(counts) | parser.recurring | parser.names, True, parser.grows)
        recurs = candidates >= RECURS * turns
        if kind in CAPTIONS:
            known = (name for name, times in counts.items() if looks_like_name(looks[name]) or (recurs and times > 1))
        else:
            known = (name for name, times in counts.items() if times > 1 or " " not in name)
        return Trust(frozenset(known), False, parser.grows)
    return None


def _without_notes(kind: Format, pieces: list[Piece]) -> list[Piece]:
    """Leave out what stands above the first time of a Meet document, unless its speakers speak below as well."""
    first = next((index for index, piece in enumerate(pieces) if piece.start is not None), 0)
    if kind is not Format.MEET or not first:
        return pieces
    speakers = {same_name(piece.speaker) for piece in pieces[first:]}
    return [piece for index, piece in enumerate(pieces) if index >= first or same_name(piece.speaker) in speakers]


def _pieces(kind: Format, lines: Sequence[str], trust: Trust) -> tuple[list[Piece], LineParser]:
    parser = parser_for(kind, lines, trust)
    pieces = [piece for line in lines for piece in parser.push(line)]
    pieces.extend(parser.finish())
    return _latest(pieces), parser


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
