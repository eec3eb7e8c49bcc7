"""Reader of whole transcripts: from a file, bytes or text to utterances with complete, plausible times.

Plausible times are kept. Otherwise times are estimated from the words at 150 words per minute, between the known times,
and a message says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import takewhile
from os import PathLike
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from salesnerd_tui.errors import UserError, error_reason
from salesnerd_tui.files import read_head, read_regular, url_hint
from salesnerd_tui.speech.transcripts.decode import (
    SNIFF_BYTES,
    binary_message,
    decode,
    detect_binary,
    strip_overwritten,
)
from salesnerd_tui.speech.transcripts.formats import CAPTIONS, FormatRule, NameHints, Sample, find_rule
from salesnerd_tui.speech.transcripts.model import (
    MOSTLY_NAMED,
    RECURRING_NAMES,
    Format,
    Piece,
    Transcript,
    Utterance,
    estimate_seconds,
    list_speakers,
)
from salesnerd_tui.speech.transcripts.speakers import looks_like_name, name_key, text_before_colon
from salesnerd_tui.timefmt import format_clock as clock_text

if TYPE_CHECKING:
    from pathlib import Path

    from salesnerd_tui.speech.transcripts.model import LineParser, ProblemLog

SUPPORTED_FORMATS = (
    "WebVTT, SRT, JSON, `Name: text` lines, and the exports of Zoom, Teams, Meet, Otter, Fathom, Fireflies, Krisp, "
    "Webex and Whisper"
)

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
    if kind := detect_binary(source):
        return Transcript((), (), (binary_message(kind),), Format.PLAIN)
    return _read_bytes(source, on_progress)


def read_file(path: str | Path, on_progress: Progress | None = None) -> Transcript:
    """Return the transcript in a file. Raises `CannotRead`, also for binary data."""
    data = _open_or_explain(path, lambda: read_regular(path, MAX_BYTES))
    if kind := detect_binary(data):
        raise CannotRead(f"{path}: {binary_message(kind)}")
    return _read_bytes(data, on_progress)


def _read_bytes(data: bytes, on_progress: Progress | None) -> Transcript:
    text, encoding_message = decode(data)
    return read_lines(split_lines(text), encoding_message, on_progress)


def read_lines(lines: Sequence[str], encoding_message: str, on_progress: Progress | None) -> Transcript:
    """Return the transcript in the lines of a file; `encoding_message` is the message of its decoder."""
    sample = Sample(lines)
    rule = find_rule(sample)
    kind = rule.format
    report = on_progress or (lambda _: None)
    pieces, parser = _parse(rule, sample, NameHints(), lambda share: report(share / 2))
    hints = _find_name_hints(kind, pieces, parser)
    if hints is not None:
        pieces, parser = _parse(rule, sample, hints, lambda share: report((1 + share) / 2))
    report(1.0)
    pieces = _drop_notes(kind, pieces)
    utterances = normalize_times(pieces, kind, parser.problems)
    skipped = parser.problems.skipped_lines_message
    format_message = ""
    if not pieces:
        format_message = f"no speech found (supported: {SUPPORTED_FORMATS})"
    elif kind is Format.PLAIN:
        format_message = f"no speaker names found (supported with names: {SUPPORTED_FORMATS})"
    messages = (encoding_message, format_message, skipped)
    problems = tuple(filter(None, messages)) + parser.problems.messages()
    first_time = next((piece.start for piece in pieces if piece.start is not None), 0.0)
    return Transcript(utterances, list_speakers(utterances), problems, kind, skipped, first_time)


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with any of the three line ends; other separators belong to the text."""
    text = strip_overwritten(text)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if "\r" in text else text.split("\n")


def _find_name_hints(kind: Format, pieces: Sequence[Piece], parser: LineParser) -> NameHints | None:
    """Return the names that a second pass can rely on, None if it would change nothing.

    If nearly every turn has text before a colon, the format puts the speaker there, and it is a name however it looks.
    Otherwise names have to look like names or to recur.
    """
    if not parser.needs_second_pass:
        return None
    counts = Counter(name_key(piece.speaker) for piece in pieces if piece.speaker)
    spellings = {name_key(piece.speaker): piece.speaker for piece in pieces}
    if kind in (Format.JSON_LINES, Format.TABLE):
        return NameHints(parser.names) if parser.names and any(not piece.speaker for piece in pieces) else None
    if kind in (*CAPTIONS, Format.NAMED, Format.MEET, Format.TIMED):
        if parser.turn_count and parser.named_count >= MOSTLY_NAMED * parser.turn_count:
            if kind not in CAPTIONS and not parser.rejected_count:
                return None
            names = frozenset(counts) | parser.recurring_names | parser.names | _names_with_colon(pieces)
            return NameHints(names, loose=True, grows=parser.has_growing_captions)
        recurs = parser.named_count >= RECURRING_NAMES * parser.turn_count
        if kind in CAPTIONS:
            known = (
                name for name, times in counts.items() if looks_like_name(spellings[name]) or (recurs and times > 1)
            )
        else:
            known = (name for name, times in counts.items() if times > 1 or " " not in name)
        return NameHints(frozenset(known), loose=False, grows=parser.has_growing_captions)
    return None


def _names_with_colon(pieces: Sequence[Piece]) -> frozenset[str]:
    """Return names with a colon inside: recurring text before a colon, in nearly every turn of a speaker."""
    turn_counts = Counter(name_key(piece.speaker) for piece in pieces if piece.speaker)
    second_names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for piece in pieces:
        if piece.speaker and (candidate := text_before_colon(piece.text)):
            second_names[name_key(piece.speaker)][name_key(candidate)] += 1
    return frozenset(
        f"{name}: {second}"
        for name, counts in second_names.items()
        if counts.total() >= MOSTLY_NAMED * turn_counts[name] and min(counts.values()) > 1
        for second in counts
    )


def _drop_notes(kind: Format, pieces: list[Piece]) -> list[Piece]:
    """Drop what is above the first time of a document with times, except by people who speak below it.

    Meet puts its notes there, and recognizers write about themselves.
    """
    first = next((index for index, piece in enumerate(pieces) if piece.start is not None), 0)
    if kind not in (Format.MEET, Format.TIMED) or not first:
        return pieces
    speakers = {name_key(piece.speaker) for piece in pieces[first:]}
    return [piece for index, piece in enumerate(pieces) if index >= first or name_key(piece.speaker) in speakers]


def _parse(rule: FormatRule, sample: Sample, hints: NameHints, on_progress: Progress) -> tuple[list[Piece], LineParser]:
    parser = rule.make_parser(rule.format, sample, hints)
    pieces: list[Piece] = []
    for number, line in enumerate(sample.lines):
        if number % PROGRESS_LINES == 0:
            on_progress(number / len(sample.lines))
        pieces.extend(parser.push(line))
    pieces.extend(parser.finish())
    last = {piece.key: index for index, piece in enumerate(pieces) if piece.key}
    if last:  # of an utterance that its writer sent again as it grew, only the last version counts
        pieces = [piece for index, piece in enumerate(pieces) if piece.final or last[piece.key] == index]
    return pieces, parser


def check_readable(path: Path) -> int:
    """Return the size of a transcript file in bytes without reading it. Raises `CannotRead`."""
    head, size = _open_or_explain(path, lambda: read_head(path, MAX_BYTES, SNIFF_BYTES))
    if kind := detect_binary(head):
        raise CannotRead(f"{path}: {binary_message(kind)}")
    return size


def _open_or_explain(path: str | Path, read: Callable[[], T]) -> T:
    """Call `read`, and turn its errors into `CannotRead`."""
    try:
        return read()
    except FileNotFoundError:
        raise CannotRead(f"no such file: {path}{url_hint(str(path))}") from None
    except IsADirectoryError:
        raise CannotRead(f"is a directory: {path} (name a transcript inside it)") from None
    except PermissionError:
        raise CannotRead(f"permission denied: {path}") from None
    except (OSError, ValueError) as problem:
        raise CannotRead(f"cannot read {path}: {error_reason(problem)}") from None


MAX_CALL_SECONDS = 12 * 3600.0
"""Longest plausible call; a later time is an error, or counts from before the call."""

MAX_FIRST_WORD_SECONDS = 120.0
"""Latest plausible first word. A later first time is a time of day, or a recording that begins in the middle: the call
begins with it."""

MAX_FIRST_GAP_SECONDS = 600.0
"""Longest plausible gap from the words above the first time to that time: Meet writes a time every five minutes."""

DAY_SECONDS = 86_400.0

OVERLAP_SECONDS = 30.0
"""Largest step back of overlapping captions, in seconds; a larger one begins another recording."""

MAX_CAPTION_SECONDS = 1800.0
"""Longest plausible caption."""


def normalize_times(pieces: Sequence[Piece], kind: Format, problems: ProblemLog) -> tuple[Utterance, ...]:
    """Return the utterances in the order of the file."""
    timed_pieces = _join_parts(_drop_implausible(_rebase(pieces, kind, problems), problems), problems)
    spans = _find_spans(timed_pieces)
    own_lines = kind is Format.JSON_LINES and len({piece.line for piece in timed_pieces}) == len(timed_pieces)
    turns = [piece.line if own_lines else index for index, piece in enumerate(timed_pieces)]
    return tuple(
        Utterance(start, end, piece.speaker, piece.text, turn)
        for piece, (start, end), turn in zip(timed_pieces, spans, turns, strict=True)
    )


def _rebase(pieces: Sequence[Piece], kind: Format, problems: ProblemLog) -> list[Piece]:
    """Convert times since midnight, 1970 or the middle of a recording to times since the first."""
    starts = [piece.start for piece in pieces if piece.start is not None]
    if not starts:
        return list(pieces)
    untimed = sum(estimate_seconds(piece.text) for piece in takewhile(lambda piece: piece.start is None, pieces))
    base = starts[0] - untimed
    if untimed > 0 and base <= MAX_FIRST_GAP_SECONDS:
        return list(pieces)
    agreeing = sum(
        1 for start in starts if base - OVERLAP_SECONDS <= _add_midnight(start, base) <= base + MAX_CALL_SECONDS
    )
    if base <= MAX_FIRST_WORD_SECONDS or (len(starts) > 1 and agreeing * 2 <= len(starts)):
        return list(pieces)
    if kind is not Format.ZOOM:
        first = next(piece.line for piece in pieces if piece.start is not None)
        written = clock_text(starts[0]) if base < 2 * DAY_SECONDS else "a date"
        problems.add(f"times begin at {written}, taken as the beginning of the call", first)
    return [
        replace(
            piece,
            start=None if piece.start is None else _add_midnight(piece.start, base) - base,
            end=None if piece.end is None else _add_midnight(piece.end, base) - base,
        )
        for piece in pieces
    ]


def _add_midnight(time: float, base: float) -> float:
    """Return a time after midnight as a time of the day when the call began."""
    wraps = base <= DAY_SECONDS and base - time > DAY_SECONDS / 2
    return time + DAY_SECONDS if wraps else time


def _drop_implausible(pieces: Sequence[Piece], problems: ProblemLog) -> list[Piece]:
    """Drop implausible times: negative, beyond any call, an end before its start, a jump ahead of both neighbors."""
    plausible: list[Piece] = []
    previous = 0.0
    for index, piece in enumerate(pieces):
        start, end = piece.start, piece.end
        if start is not None and start < 0:
            problems.add("negative time, taken as the beginning of the call", piece.line)
            start = 0.0
        if start is not None and (start > MAX_CALL_SECONDS + previous or _jumps_ahead(pieces, index, previous)):
            problems.add("implausible time, estimated from the words", piece.line)
            start = end = None
        if start is None:
            end = None
        elif end is not None and not start <= end <= start + MAX_CAPTION_SECONDS:
            problems.add("implausible end, estimated from the words", piece.line)
            end = None
        previous = start if start is not None else previous
        is_unchanged = start == piece.start and end == piece.end
        plausible.append(piece if is_unchanged else replace(piece, start=start, end=end))
    return plausible


def _jumps_ahead(pieces: Sequence[Piece], index: int, previous: float) -> bool:
    """Return whether a start is more than ten minutes ahead of its neighbors on both sides."""
    start = pieces[index].start
    if start is None or start - previous <= 600:
        return False
    after = next((piece.start for piece in pieces[index + 1 : index + 4] if piece.start is not None), None)
    return after is not None and previous - OVERLAP_SECONDS <= after < start - OVERLAP_SECONDS


def _join_parts(pieces: Sequence[Piece], problems: ProblemLog) -> list[Piece]:
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


def _find_spans(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
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
        following = pieces[stop].start if stop < len(pieces) else None
        gap = following - begin if following is not None and following > begin else None
        placed = _place(pieces[index:stop], begin, gap)
        spans.extend(placed)
        latest = max(latest, placed[-1][1])
        index = stop
    return spans


def _place(pieces: Sequence[Piece], begin: float, gap: float | None) -> list[tuple[float, float]]:
    """Place pieces one after the other from `begin`, compressed to fit into `gap` seconds."""
    lengths = [estimate_seconds(piece.text) for piece in pieces]
    total = sum(lengths)
    scale = gap / total if gap is not None and total > gap else 1.0
    spans, clock = [], begin
    for length in lengths:
        spans.append((clock, clock + length * scale))
        clock += length * scale
    return spans
