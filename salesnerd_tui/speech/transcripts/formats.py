"""Formats of transcripts: how each is recognized, from the content of a file and never from its name, and its parser.

`FORMATS` is the table of all of them. The first row that recognizes the beginning of a file has its format.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.captions import PAIR, UNPADDED, CueParser, timing_of
from salesnerd_tui.speech.transcripts.model import FEW_LINES, Format, LineParser, same_name
from salesnerd_tui.speech.transcripts.plain_text import (
    BRACKETED,
    BULLET,
    HEAD,
    HeadedParser,
    Markdown,
    NamedParser,
    PlainParser,
    attending,
    begins_notes,
    heading_of,
    is_boilerplate,
    name_markup,
    speech_begins,
    time_alone,
    turn_of,
)
from salesnerd_tui.speech.transcripts.speakers import candidate_of, looks_like_name, without_aside

SAMPLE_LINES = 2000
"""Lines of a whole file that are examined."""

FIRST_LINES = 20
"""Lines from which some formats are certain."""

FIRST_DATA_LINES = 6
"""Lines of an event stream among which one has data."""

UNDECIDED_LINES = 8
UNDECIDED_SENTENCES = 3
"""Lines (or lines of three words) of a growing file without a format, after which it is plain speech."""

NOTES_LINES = 500
"""Maximum number of lines of notes that are skipped above a growing transcript."""

FEW_ALTERNATE = 4
"""Number of lines per name, where names are on lines of their own without any time."""

FEW_NAMED = 10
"""Number of lines per line with a name from which the names may be chance."""

LATER_LINES = 200
"""Lines of a growing file after which its format is no longer examined again."""

LATER_VOTES = 3
"""Headings or names from which a growing file has another format than its first lines showed."""

_OTTER = lazy_pattern(r"otter\.ai", re.IGNORECASE)
STREAM_FIELD = lazy_pattern(r"(?:event|id|retry)?:(?:[ \t]|\Z)")
"""Lines between the data lines of a server-sent event stream."""

CAPTIONS = (Format.WEBVTT, Format.SUBRIP, Format.SBV)
_TALLIED = ("caption", "json", "bracketed", "heading", "own", "alone", "named", "timed")


class NameHints(Struct, frozen=True):
    """Knowledge for a parser: names (as `same_name`), and whether any text before a colon is a name.

    With `loose` None, the lines so far decide. `grows`: captions grow word by word. Names in records are channels.
    """

    known: frozenset[str] = frozenset()
    loose: bool | None = None
    grows: bool = False


class Sample:
    """The beginning of a file, and what its lines show. Each property is found when it is needed."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    @cached_property
    def first(self) -> str:
        """The first line that is not blank or boilerplate; for an event stream, the first with data."""
        begin = list(islice(_spoken(self.lines), FIRST_DATA_LINES))
        first = begin[0].lstrip("\ufeff") if begin else ""
        if STREAM_FIELD.match(first):
            return next((line for line in begin if line.startswith("data:")), first)
        return first

    @cached_property
    def spoken(self) -> list[str]:
        """The lines that vote."""
        return list(_spoken(self.lines))

    @cached_property
    def votes(self) -> Counter[str]:
        return _votes(self.spoken)

    @cached_property
    def best(self) -> str:
        """The kind of most lines; empty without any vote."""
        best = max(_TALLIED, key=lambda kind: self.votes[kind])
        return best if self.votes[best] else ""

    @cached_property
    def attending(self) -> frozenset[str]:
        return attending(self.lines)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The speakers of a document with names on lines of their own; empty if a colon follows names."""
        spoken = [line.strip() for line in self.spoken]
        if sum(1 for line in spoken if (turn := turn_of(line, loose=False)) and turn.speaker) * 4 > len(spoken):
            return frozenset()
        counts = Counter(same_name(line) for line in spoken if looks_like_name(line[:HEAD]))
        below = _below_times(spoken)
        repeated = {name for name, times in counts.items() if times > 1}
        if all(counts[name] == below[name] for name in repeated):
            repeated = set()
        return frozenset(repeated | (self.attending & set(counts)))

    @property
    def alternates(self) -> bool:
        """Return whether names and words take turns without any time: two people recur, or attendees are named."""
        own = [number for number, line in enumerate(self.spoken) if same_name(line) in self.own_names]
        if not own or any(below - above == 1 for above, below in pairwise(own)):
            return False
        is_sure = len(self.own_names) > 1 or self.own_names <= self.attending
        return is_sure and len(own) * FEW_ALTERNATE >= len(self.spoken) - own[0]

    @cached_property
    def cue_times(self) -> list[str]:
        """The lines of times of captions; empty if the file has something else."""
        if not self.votes["caption"] or self.votes["caption"] * 2 < self.votes[self.best]:
            return []
        return [line for line in self.spoken if timing_of(line[:HEAD]) is not None]

    @property
    def begins_json(self) -> bool:
        text = self.first.lstrip(" \t").removeprefix("data:").strip()
        if text not in ("{", "[") and not text.startswith(('{"', "[{", "[ {", '{ "')):
            return False
        return all(timing_of(line[:HEAD]) is None for line in self.spoken[1:FIRST_LINES])

    @property
    def begins_table(self) -> bool:
        return any(sign in self.first for sign in "\t,;|") and _header([self.first]) is not None

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
        if not self.best or self.is_timed or (self.best == "alone" and not self.votes["own"]):
            return False
        return self.headings >= self.votes["named"]

    @property
    def is_from_otter(self) -> bool:
        """Return whether Otter wrote the headings (two spaces before the time) instead of Teams (three)."""
        if self.votes["heading"] <= self.votes["own"]:
            return False
        if any(_OTTER.search(line[:HEAD]) for line in self.spoken[-3:]):
            return True
        ends = (" started transcription", " stopped transcription")
        if any(line.rstrip().endswith(ends) for line in self.spoken if len(line) < HEAD):
            return False
        headings = [line.strip() for line in self.spoken if heading_of(line)]
        return not headings or sum("   " in line for line in headings) * 2 <= len(headings)

    @property
    def is_named(self) -> bool:
        """Return whether text before a colon begins the turns, not a sentence far below or the items of notes."""
        if not self.best:
            return bool(name_markup(self.lines[:SAMPLE_LINES]))
        if self.is_timed or self.votes["alone"] or self.best != "named":
            return self.is_timed or not self.votes["alone"]
        turns = [(at, turn.speaker) for at, line in enumerate(self.spoken) if (turn := turn_of(line)) and turn.speaker]
        names = {same_name(speaker) for _, speaker in turns}
        if len(names) == len(turns) < len(self.spoken) and all(BULLET.match(self.spoken[at]) for at, _ in turns):
            return False
        return self.votes["named"] * FEW_NAMED > len(self.spoken) or turns[0][0] <= FEW_LINES


class FormatRule(Struct, frozen=True):
    """A row of the table: a format, how the beginning of a file shows it, and its parser."""

    format: Format
    recognizes: Callable[[Sample], bool]
    parser: Callable[[Format, Sample, NameHints], LineParser]


def _cues(kind: Format, _: Sample, hints: NameHints) -> LineParser:
    return CueParser(kind, hints.known, hints.loose, hints.grows)


def _records(_: Format, __: Sample, hints: NameHints) -> LineParser:
    from salesnerd_tui.speech.transcripts.structured import JsonParser  # start-up time: most transcripts are not JSON

    return JsonParser(hints.known)


def _rows(_: Format, sample: Sample, hints: NameHints) -> LineParser:
    from salesnerd_tui.speech.transcripts.structured import TableParser  # start-up time: most are not tables

    return TableParser(*(_header(sample.lines) or (["text"], ",")), hints.known)


def _headings(_: Format, sample: Sample, hints: NameHints) -> LineParser:
    parser = HeadedParser(hints.known | _recurring(sample.spoken))
    parser.markup = Markdown(speech_begins(sample.lines))
    return parser


def _turns(kind: Format, sample: Sample, hints: NameHints) -> LineParser:
    names = frozenset() if kind is Format.NAMED else sample.own_names
    below = {name for name, times in _below_times(sample.spoken).items() if times > 1 and looks_like_name(name, True)}
    parser = NamedParser(hints.known | (names or below) | sample.attending, hints.loose, bool(names))
    markup = name_markup(sample.lines) if kind is Format.NAMED else frozenset()
    parser.markup = Markdown(speech_begins(sample.lines), markup)
    return parser


PLAIN = FormatRule(Format.PLAIN, lambda _: True, lambda *_: PlainParser())
FORMATS = (
    FormatRule(Format.WEBVTT, lambda sample: sample.first.startswith("WEBVTT"), _cues),
    FormatRule(Format.JSON_LINES, lambda sample: sample.begins_json, _records),
    FormatRule(Format.TABLE, lambda sample: sample.begins_table, _rows),
    FormatRule(Format.SBV, lambda sample: any(map(PAIR.match, sample.cue_times[:5])), _cues),
    FormatRule(Format.TEAMS, lambda sample: any(map(UNPADDED.match, sample.cue_times[:20])), _cues),
    FormatRule(
        Format.SUBRIP, lambda sample: any("," in time.partition("-->")[0] for time in sample.cue_times[:1]), _cues
    ),
    FormatRule(Format.WEBVTT, lambda sample: bool(sample.cue_times), _cues),
    FormatRule(Format.JSON_LINES, lambda sample: sample.best == "json", _records),
    FormatRule(Format.ZOOM, lambda sample: sample.best == "bracketed", _headings),
    FormatRule(Format.TIMED, lambda sample: sample.is_timed and sample.votes["timed"] > sample.votes["named"], _turns),
    FormatRule(
        Format.HEADED, lambda sample: sample.is_headed and sample.votes["separated"] * 2 > sample.headings, _headings
    ),
    FormatRule(Format.OTTER, lambda sample: sample.is_headed and sample.is_from_otter, _headings),
    FormatRule(Format.TEAMS, lambda sample: sample.is_headed, _headings),
    FormatRule(Format.NAMED, lambda sample: sample.is_named, _turns),
    FormatRule(Format.MEET, lambda sample: not sample.best and sample.alternates, _turns),
    FormatRule(
        Format.MEET, lambda sample: bool(sample.votes["alone"] and (sample.votes["named"] or sample.own_names)), _turns
    ),
    FormatRule(Format.TIMED, lambda sample: sample.votes["alone"] > 0, _turns),
    PLAIN,
)
"""Every format: exact signs come first, then what most lines are."""


def rule_for(sample: Sample) -> FormatRule:
    """Return the row of a whole file."""
    return next(rule for rule in FORMATS if rule.recognizes(sample))


def early_rule(sample: Sample) -> FormatRule | None:
    """Return the row of a growing file as soon as a line shows it, None before."""
    spoken = sample.spoken
    if _is_in_notes(sample.lines) or all(map(STREAM_FIELD.match, spoken)):
        return None
    if len(spoken) == 1 and looks_like_name(spoken[0][:HEAD]) and not turn_of(spoken[0]):
        return None
    found = rule_for(sample)
    if found is not PLAIN or len(spoken) >= UNDECIDED_LINES:
        return found
    sentences = sum(1 for line in spoken if len(line[:HEAD].split()) >= 3 and not candidate_of(line[:HEAD]))
    return PLAIN if sentences >= UNDECIDED_SENTENCES else None


def later_rule(current: FormatRule, sample: Sample) -> FormatRule | None:
    """Return the row that further lines of a growing file show, None if it is still the current one.

    A file may begin with a title and notes, or with names that only their recurrence shows.
    """
    if current.format not in (Format.PLAIN, Format.TIMED, Format.NAMED):
        return None
    found = rule_for(sample)
    if found.format in (current.format, Format.PLAIN, Format.TIMED) or (
        found.format is Format.NAMED and current.format is Format.TIMED
    ):
        return None
    if found.format is Format.MEET and sample.alternates:
        return found
    votes = sample.votes
    shown = max(sample.headings, *(votes[kind] for kind in ("named", "caption", "bracketed", "json")))
    return found if shown >= LATER_VOTES and shown * FEW_NAMED > len(sample.lines) else None


def _header(lines: Sequence[str]) -> tuple[list[str], str] | None:
    """Return the columns and the delimiter of the first header of a table, or None."""
    from salesnerd_tui.speech.transcripts.structured import header_of  # start-up time: most transcripts are not tables

    return next(filter(None, map(header_of, filter(str.strip, lines))), None)


def _is_record(line: str) -> bool:
    from salesnerd_tui.speech.transcripts.structured import row_of  # start-up time: most transcripts are not JSON

    return row_of(line) is not None


def _below_times(spoken: Sequence[str]) -> Counter[str]:
    """Count the lines directly below a time."""
    return Counter(
        same_name(line) for above, line in pairwise(spoken) if time_alone(above) is not None and len(line) < HEAD
    )


def _spoken(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that vote: without markup, blank lines and what is above the transcript."""
    markdown = Markdown()
    for line in lines[speech_begins(lines[:SAMPLE_LINES]) :][:SAMPLE_LINES]:
        text, markdown = markdown.clean(line)
        if text.strip() and not is_boilerplate(text):
            yield text


def _is_in_notes(lines: Sequence[str]) -> bool:
    """Return whether a file begins with notes and has no transcript yet."""
    first = [line for line in lines[:NOTES_LINES] if line.strip()][:2]
    if len(lines) >= NOTES_LINES or speech_begins(lines) or not any(begins_notes(line) for line in first):
        return False
    return not any(time_alone(line) is not None for line in lines)


def _recurring(spoken: Sequence[str]) -> frozenset[str]:
    """Return texts that are in the place of a name at least twice: above or next to a time."""
    counts: Counter[str] = Counter()
    for line, below in pairwise(spoken):
        turn = turn_of(line[:HEAD]) if "-" in line[:HEAD] or "|" in line[:HEAD] else None
        if turn and not turn.speaker and turn_of(below[:HEAD]) is None and len(turn.text.split()) <= 5:
            counts[same_name(without_aside(turn.text))] += 1
    for above, line in pairwise(spoken):
        if time_alone(line) is not None and time_alone(above) is None and len(above) < HEAD:
            counts[same_name(above)] += 1
    return frozenset(name for name, times in counts.items() if times > 1)


def _votes(lines: Sequence[str]) -> Counter[str]:
    votes: Counter[str] = Counter()
    names = _recurring(lines)
    above = ""
    for line in lines:
        head = line[:HEAD]
        turn = None
        if timing_of(head) is not None:
            votes["caption"] += 1
        elif head.lstrip().startswith("{"):
            votes["json"] += _is_record(line)
        elif BRACKETED.match(head):
            votes["bracketed"] += 1
        elif time_alone(line) is not None:
            is_named = above and ":" not in above and (looks_like_name(above) or same_name(above) in names)
            votes["own" if is_named else "alone"] += 1
        elif (turn := turn_of(line)) and turn.speaker:
            votes["named"] += 1
        elif heading := heading_of(line, names):
            votes["heading"] += 1
            votes["separated"] += heading.separated
        elif turn:
            votes["timed"] += 1
        above = head
    return votes
