"""Formats of transcripts: how each is recognized, from the content of a file and never from its name, and its parser.

`FORMAT_RULES` is the table of all of them. The first row that recognizes the beginning of a file has its format.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.captions import SBV_TIMES, UNPADDED_TIME, CueParser, parse_cue_times
from salesnerd_tui.speech.transcripts.model import UNREPORTED_LINES, Format, LineParser
from salesnerd_tui.speech.transcripts.plain_text import (
    BULLET,
    HEAD,
    ZOOM_HEADING,
    HeadedParser,
    Markdown,
    NamedParser,
    PlainParser,
    find_attendees,
    find_name_markup,
    find_speech_start,
    is_boilerplate,
    is_notes_heading,
    parse_heading,
    parse_time_line,
    parse_turn,
)
from salesnerd_tui.speech.transcripts.speakers import looks_like_name, name_key, strip_brackets, text_before_colon

SAMPLE_LINES = 2000
"""Lines of a whole file that are examined."""

FIRST_LINES = 20
"""Lines from which some formats are certain."""

STREAM_LINES = 6
"""Lines of an event stream among which one has data."""

MAX_UNDECIDED_LINES = 8
MIN_PLAIN_SENTENCES = 3
"""Lines (or lines of three words) of a growing file without a format, after which it is plain speech."""

MAX_NOTES_LINES = 500
"""Maximum number of lines of notes that are skipped above a growing transcript."""

MAX_LINES_PER_NAME = 4
"""Number of lines per name, where names are on lines of their own without any time."""

MAX_LINES_PER_NAMED_LINE = 10
"""Number of lines per line with a name from which the names may be chance."""

MAX_EXAMINED_LINES = 200
"""Lines of a growing file after which its format is no longer examined again."""

MIN_LATER_VOTES = 3
"""Headings or names from which a growing file has another format than its first lines showed."""

_OTTER = lazy_pattern(r"otter\.ai", re.IGNORECASE)
STREAM_FIELD = lazy_pattern(r"(?:event|id|retry)?:(?:[ \t]|\Z)")
"""Lines between the data lines of a server-sent event stream."""

CAPTIONS = (Format.WEBVTT, Format.SUBRIP, Format.SBV)
_VOTING_KINDS = ("caption", "json", "bracketed", "heading", "own", "alone", "named", "timed")


class NameHints(Struct, frozen=True):
    """Knowledge for a parser: names (as `name_key`), and whether any text before a colon is a name.

    With `loose` None, the lines so far decide. `grows` means that captions grow word by word. For records, `known` are
    sound channels.
    """

    known: frozenset[str] = frozenset()
    loose: bool | None = None
    grows: bool = False


class Sample:
    """The beginning of a file, and what its lines show. Each property is found when it is needed."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    @cached_property
    def first_line(self) -> str:
        """The first line that is not blank or boilerplate; for an event stream, the first with data."""
        begin = list(islice(_speech_lines(self.lines), STREAM_LINES))
        first = begin[0].lstrip("\ufeff") if begin else ""
        if STREAM_FIELD.match(first):
            return next((line for line in begin if line.startswith("data:")), first)
        return first

    @cached_property
    def speech_lines(self) -> list[str]:
        """The lines that vote."""
        return list(_speech_lines(self.lines))

    @cached_property
    def votes(self) -> Counter[str]:
        return _count_votes(self.speech_lines)

    @cached_property
    def top_kind(self) -> str:
        """The kind of most lines; empty without any vote."""
        best = max(_VOTING_KINDS, key=lambda kind: self.votes[kind])
        return best if self.votes[best] else ""

    @cached_property
    def attendees(self) -> frozenset[str]:
        return find_attendees(self.lines)

    @cached_property
    def names_on_own_lines(self) -> frozenset[str]:
        """The speakers of a document with names on lines of their own; empty if a colon follows names."""
        lines = [line.strip() for line in self.speech_lines]
        if sum(1 for line in lines if (turn := parse_turn(line, loose=False)) and turn.speaker) * 4 > len(lines):
            return frozenset()
        counts = Counter(name_key(line) for line in lines if looks_like_name(line[:HEAD]))
        below = _count_names_below_times(lines)
        repeated = {name for name, times in counts.items() if times > 1}
        if all(counts[name] == below[name] for name in repeated):
            repeated = set()
        return frozenset(repeated | (self.attendees & set(counts)))

    @property
    def names_alternate(self) -> bool:
        """Return whether names and words take turns without any time: two people recur, or attendees are named."""
        own = [number for number, line in enumerate(self.speech_lines) if name_key(line) in self.names_on_own_lines]
        if not own or any(below - above == 1 for above, below in pairwise(own)):
            return False
        is_sure = len(self.names_on_own_lines) > 1 or self.names_on_own_lines <= self.attendees
        return is_sure and len(own) * MAX_LINES_PER_NAME >= len(self.speech_lines) - own[0]

    @cached_property
    def cue_times(self) -> list[str]:
        """The lines of times of captions; empty if the file has something else."""
        if not self.votes["caption"] or self.votes["caption"] * 2 < self.votes[self.top_kind]:
            return []
        return [line for line in self.speech_lines if parse_cue_times(line[:HEAD]) is not None]

    @property
    def begins_json(self) -> bool:
        text = self.first_line.lstrip(" \t").removeprefix("data:").strip()
        if text not in ("{", "[") and not text.startswith(('{"', "[{", "[ {", '{ "')):
            return False
        return all(parse_cue_times(line[:HEAD]) is None for line in self.speech_lines[1:FIRST_LINES])

    @property
    def begins_table(self) -> bool:
        return any(sign in self.first_line for sign in "\t,;|") and _find_header([self.first_line]) is not None

    @property
    def is_timed(self) -> bool:
        """Return whether most turns have a time and words on one line."""
        return self.votes["timed"] > 0 and self.votes["timed"] >= self.headings

    @property
    def headings(self) -> int:
        """The number of headings, on one line or on two."""
        return self.votes["heading"] + self.votes["own"]

    @property
    def is_headed(self) -> bool:
        if not self.top_kind or self.is_timed:
            return False
        if self.top_kind == "alone" and self.votes["own"] * 2 <= self.votes["alone"]:
            return False
        return self.headings >= self.votes["named"]

    @property
    def is_from_otter(self) -> bool:
        """Return whether Otter wrote the headings (two spaces before the time) instead of Teams (three)."""
        if self.votes["heading"] <= self.votes["own"]:
            return False
        if any(_OTTER.search(line[:HEAD]) for line in self.speech_lines[-3:]):
            return True
        ends = (" started transcription", " stopped transcription")
        if any(line.rstrip().endswith(ends) for line in self.speech_lines if len(line) < HEAD):
            return False
        headings = [line.strip() for line in self.speech_lines if parse_heading(line)]
        return not headings or sum("   " in line for line in headings) * 2 <= len(headings)

    @property
    def is_named(self) -> bool:
        """Return whether text before a colon begins the turns, not a sentence far below or the items of notes."""
        if not self.top_kind:
            return bool(find_name_markup(self.lines[:SAMPLE_LINES]))
        if self.is_timed or self.votes["alone"] or self.top_kind != "named":
            return self.is_timed or not self.votes["alone"]
        turns = [
            (at, turn.speaker)
            for at, line in enumerate(self.speech_lines)
            if (turn := parse_turn(line)) and turn.speaker
        ]
        names = {name_key(speaker) for _, speaker in turns}
        if len(names) == len(turns) < len(self.speech_lines) and all(
            BULLET.match(self.speech_lines[at]) for at, _ in turns
        ):
            return False
        return (
            self.votes["named"] * MAX_LINES_PER_NAMED_LINE > len(self.speech_lines) or turns[0][0] <= UNREPORTED_LINES
        )


class FormatRule(Struct, frozen=True):
    """A row of the table: a format, how the beginning of a file shows it, and its parser."""

    format: Format
    matches: Callable[[Sample], bool]
    make_parser: Callable[[Format, Sample, NameHints], LineParser]


def _cue_parser(kind: Format, _: Sample, hints: NameHints) -> LineParser:
    return CueParser(kind, hints.known, hints.loose, grows=hints.grows)


def _json_parser(_: Format, __: Sample, hints: NameHints) -> LineParser:
    from salesnerd_tui.speech.transcripts.structured import JsonParser  # start-up time: most transcripts are not JSON

    return JsonParser(hints.known)


def _table_parser(_: Format, sample: Sample, hints: NameHints) -> LineParser:
    from salesnerd_tui.speech.transcripts.structured import TableParser  # start-up time: most are not tables

    return TableParser(*(_find_header(sample.lines) or (["text"], ",")), hints.known)


def _headed_parser(_: Format, sample: Sample, hints: NameHints) -> LineParser:
    parser = HeadedParser(hints.known | _find_recurring_names(sample.speech_lines))
    parser.markup = Markdown(find_speech_start(sample.lines))
    return parser


def _named_parser(kind: Format, sample: Sample, hints: NameHints) -> LineParser:
    names = frozenset() if kind is Format.NAMED else sample.names_on_own_lines
    below = {
        name
        for name, times in _count_names_below_times(sample.speech_lines).items()
        if times > 1 and looks_like_name(name, loose=True)
    }
    parser = NamedParser(hints.known | (names or below) | sample.attendees, hints.loose, names_on_own_lines=bool(names))
    markup = find_name_markup(sample.lines) if kind is Format.NAMED else frozenset()
    parser.markup = Markdown(find_speech_start(sample.lines), markup)
    return parser


PLAIN = FormatRule(Format.PLAIN, lambda _: True, lambda *_: PlainParser())
FORMAT_RULES = (
    FormatRule(Format.WEBVTT, lambda sample: sample.first_line.startswith("WEBVTT"), _cue_parser),
    FormatRule(Format.JSON_LINES, lambda sample: sample.begins_json, _json_parser),
    FormatRule(Format.TABLE, lambda sample: sample.begins_table, _table_parser),
    FormatRule(Format.SBV, lambda sample: any(map(SBV_TIMES.match, sample.cue_times[:5])), _cue_parser),
    FormatRule(Format.TEAMS, lambda sample: any(map(UNPADDED_TIME.match, sample.cue_times[:20])), _cue_parser),
    FormatRule(
        Format.SUBRIP, lambda sample: any("," in time.partition("-->")[0] for time in sample.cue_times[:1]), _cue_parser
    ),
    FormatRule(Format.WEBVTT, lambda sample: bool(sample.cue_times), _cue_parser),
    FormatRule(Format.JSON_LINES, lambda sample: sample.top_kind == "json", _json_parser),
    FormatRule(Format.ZOOM, lambda sample: sample.top_kind == "bracketed", _headed_parser),
    FormatRule(
        Format.TIMED, lambda sample: sample.is_timed and sample.votes["timed"] > sample.votes["named"], _named_parser
    ),
    FormatRule(
        Format.HEADED,
        lambda sample: sample.is_headed and sample.votes["separated"] * 2 > sample.headings,
        _headed_parser,
    ),
    FormatRule(Format.OTTER, lambda sample: sample.is_headed and sample.is_from_otter, _headed_parser),
    FormatRule(Format.TEAMS, lambda sample: sample.is_headed, _headed_parser),
    FormatRule(Format.NAMED, lambda sample: sample.is_named, _named_parser),
    FormatRule(Format.MEET, lambda sample: not sample.top_kind and sample.names_alternate, _named_parser),
    FormatRule(
        Format.MEET,
        lambda sample: bool(sample.votes["alone"] and (sample.votes["named"] or sample.names_on_own_lines)),
        _named_parser,
    ),
    FormatRule(Format.TIMED, lambda sample: sample.votes["alone"] > 0, _named_parser),
    PLAIN,
)
"""Every format: exact signs come first, then what most lines are."""


def find_rule(sample: Sample) -> FormatRule:
    """Return the row of a whole file."""
    return next(rule for rule in FORMAT_RULES if rule.matches(sample))


def find_rule_early(sample: Sample) -> FormatRule | None:
    """Return the row of a growing file as soon as a line shows it, None before."""
    lines = sample.speech_lines
    if _is_notes_only(sample.lines) or all(map(STREAM_FIELD.match, lines)):
        return None
    if len(lines) == 1 and looks_like_name(lines[0][:HEAD]) and not parse_turn(lines[0]):
        return None
    found = find_rule(sample)
    if found is not PLAIN or len(lines) >= MAX_UNDECIDED_LINES:
        return found
    sentences = sum(1 for line in lines if len(line[:HEAD].split()) >= 3 and not text_before_colon(line[:HEAD]))
    return PLAIN if sentences >= MIN_PLAIN_SENTENCES else None


def find_later_rule(current: FormatRule, sample: Sample) -> FormatRule | None:
    """Return the row that further lines of a growing file show, None if it is still the current one.

    A file may begin with a title and notes, or with names that only their recurrence shows.
    """
    if current.format not in (Format.PLAIN, Format.TIMED, Format.NAMED):
        return None
    found = find_rule(sample)
    if found.format in (current.format, Format.PLAIN, Format.TIMED) or (
        found.format is Format.NAMED and current.format is Format.TIMED
    ):
        return None
    if found.format is Format.MEET and sample.names_alternate:
        return found
    votes = sample.votes
    shown = max(sample.headings, *(votes[kind] for kind in ("named", "caption", "bracketed", "json")))
    return found if shown >= MIN_LATER_VOTES and shown * MAX_LINES_PER_NAMED_LINE > len(sample.lines) else None


def _find_header(lines: Sequence[str]) -> tuple[list[str], str] | None:
    """Return the columns and the delimiter of the first header of a table, or None."""
    # Start-up time: most transcripts are not tables.
    from salesnerd_tui.speech.transcripts.structured import parse_header

    return next(filter(None, map(parse_header, filter(str.strip, lines))), None)


def _count_names_below_times(lines: Sequence[str]) -> Counter[str]:
    """Count the lines directly below a time."""
    return Counter(
        name_key(line) for above, line in pairwise(lines) if parse_time_line(above) is not None and len(line) < HEAD
    )


def _speech_lines(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that vote: without markup, blank lines and what is above the transcript."""
    markdown = Markdown()
    for line in lines[find_speech_start(lines[:SAMPLE_LINES]) :][:SAMPLE_LINES]:
        text, markdown = markdown.clean(line)
        if text.strip() and not is_boilerplate(text):
            yield text


def _is_notes_only(lines: Sequence[str]) -> bool:
    """Return whether a file begins with notes and has no transcript yet."""
    first = [line for line in lines[:MAX_NOTES_LINES] if line.strip()][:2]
    if len(lines) >= MAX_NOTES_LINES or find_speech_start(lines) or not any(is_notes_heading(line) for line in first):
        return False
    return not any(parse_time_line(line) is not None for line in lines)


def _find_recurring_names(lines: Sequence[str]) -> frozenset[str]:
    """Return texts that are in the place of a name at least twice: above or next to a time."""
    counts: Counter[str] = Counter()
    for line, below in pairwise(lines):
        turn = parse_turn(line[:HEAD]) if "-" in line[:HEAD] or "|" in line[:HEAD] else None
        if turn and not turn.speaker and parse_turn(below[:HEAD]) is None and len(turn.text.split()) <= 5:
            counts[name_key(strip_brackets(turn.text))] += 1
    for above, line in pairwise(lines):
        if parse_time_line(line) is not None and parse_time_line(above) is None and len(above) < HEAD:
            counts[name_key(above)] += 1
    return frozenset(name for name, times in counts.items() if times > 1)


def _count_votes(lines: Sequence[str]) -> Counter[str]:
    votes: Counter[str] = Counter()
    names = _find_recurring_names(lines)
    above = ""
    for line in lines:
        head = line[:HEAD]
        turn = None
        if parse_cue_times(head) is not None:
            votes["caption"] += 1
        elif head.lstrip().startswith("{"):
            # Start-up time: most transcripts are not JSON.
            from salesnerd_tui.speech.transcripts.structured import parse_json_object

            votes["json"] += parse_json_object(line) is not None
        elif ZOOM_HEADING.match(head):
            votes["bracketed"] += 1
        elif parse_time_line(line) is not None:
            is_named = above and ":" not in above and (looks_like_name(above) or name_key(above) in names)
            votes["own" if is_named else "alone"] += 1
        elif (turn := parse_turn(line)) and turn.speaker:
            votes["named"] += 1
        elif heading := parse_heading(line, names):
            votes["heading"] += 1
            votes["separated"] += heading.separated
        elif turn:
            votes["timed"] += 1
        above = head
    return votes
