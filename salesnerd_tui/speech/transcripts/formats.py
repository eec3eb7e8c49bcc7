"""Format detection from the content of a file, never from its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
CAPTIONS = (Format.WEBVTT, Format.SUBRIP, Format.SBV)
_TALLIED = ("caption", "json", "bracketed", "heading", "own", "alone", "named", "timed")


class NameHints(Struct, frozen=True):
    """Knowledge for a parser: names (as `same_name`), and whether any text before a colon is a name.

    With `loose` None, the lines so far decide. `grows`: captions grow word by word. Names in records are channels.
    """

    known: frozenset[str] = frozenset()
    loose: bool | None = None
    grows: bool = False


def format_of(lines: Sequence[str]) -> Format | None:
    """Return the format of a whole file by the votes of its lines, None without any vote."""
    sample = _spoken(lines)
    begin = list(islice(sample, 1))
    if not begin:
        return None
    if begin[0].lstrip("\ufeff").startswith("WEBVTT"):
        return Format.WEBVTT
    begin += islice(sample, FIRST_LINES - 1)
    if found := _by_first_lines(begin):
        return found
    spoken = [*begin, *sample]
    votes = _votes(spoken)
    best = max(_TALLIED, key=lambda kind: votes[kind])
    if not votes[best]:
        return _without_votes(lines, spoken)
    if votes["caption"] and votes["caption"] * 2 >= votes[best]:
        return _captions(spoken)
    if best in ("json", "bracketed"):
        return Format.JSON_LINES if best == "json" else Format.ZOOM
    if votes["timed"] and votes["timed"] >= votes["heading"] + votes["own"]:
        return Format.TIMED if votes["timed"] > votes["named"] else Format.NAMED
    if votes["heading"] + votes["own"] >= votes["named"] and (best != "alone" or votes["own"]):
        return _headed(votes, spoken)
    if not votes["alone"]:
        return Format.NAMED if best != "named" or _begins_with_names(votes["named"], spoken) else None
    return Format.MEET if votes["named"] or names_on_own_lines(spoken, attending(lines)) else Format.TIMED


def _without_votes(lines: Sequence[str], spoken: Sequence[str]) -> Format | None:
    if name_markup(lines[:SAMPLE_LINES]):
        return Format.NAMED
    return Format.MEET if _alternate(spoken, attending(lines)) else None


def _begins_with_names(named: int, spoken: Sequence[str]) -> bool:
    """Return whether text before a colon begins the turns of a file, not a sentence far below or the items of notes."""
    turns = [(index, turn.speaker) for index, line in enumerate(spoken) if (turn := turn_of(line)) and turn.speaker]
    names = {same_name(speaker) for _, speaker in turns}
    if len(names) == len(turns) < len(spoken) and all(BULLET.match(spoken[index]) for index, _ in turns):
        return False
    return named * FEW_NAMED > len(spoken) or turns[0][0] <= FEW_LINES


def _by_first_lines(spoken: Sequence[str]) -> Format | None:
    first = spoken[0].lstrip("\ufeff")
    from salesnerd_tui.speech.transcripts.structured import STREAM_FIELD, begins_json, header_of  # start-up time

    if STREAM_FIELD.match(first):
        first = next((line for line in spoken[:6] if line.startswith("data:")), first)
    if begins_json(first) and not any(timing_of(line[:HEAD]) is not None for line in spoken[1:FIRST_LINES]):
        return Format.JSON_LINES
    return Format.TABLE if header_of(first) else None


def early_format(lines: Sequence[str]) -> Format | None:
    """Return the format of a growing file as soon as a line shows it, None before."""
    if _is_in_notes(lines):
        return None
    spoken = list(_spoken(lines))
    from salesnerd_tui.speech.transcripts.structured import STREAM_FIELD  # start-up time: most files are captions

    if all(map(STREAM_FIELD.match, spoken)):
        return None
    if len(spoken) == 1 and looks_like_name(spoken[0][:HEAD]) and not turn_of(spoken[0]):
        return None
    found = format_of(lines)
    if found or len(spoken) >= UNDECIDED_LINES:
        return found or Format.PLAIN
    sentences = sum(1 for line in spoken if len(line[:HEAD].split()) >= 3 and not candidate_of(line[:HEAD]))
    return Format.PLAIN if sentences >= UNDECIDED_SENTENCES else None


def later_format(current: Format, lines: Sequence[str]) -> Format | None:
    """Return the format that further lines of a growing file show, None if it is still the current one.

    A file may begin with a title and notes, or with names that only their recurrence shows.
    """
    if current not in (Format.PLAIN, Format.TIMED, Format.NAMED):
        return None
    found = format_of(lines)
    if found in (None, current, Format.PLAIN, Format.TIMED) or (found is Format.NAMED and current is Format.TIMED):
        return None
    spoken = list(_spoken(lines))
    if found is Format.MEET and _alternate(spoken, attending(lines)):
        return found
    votes = _votes(spoken)
    shown = max(votes["heading"] + votes["own"], votes["named"], votes["caption"], votes["bracketed"], votes["json"])
    return found if shown >= LATER_VOTES and shown * FEW_NAMED > len(lines) else None


def parser_for(kind: Format, lines: Sequence[str] = (), trust: NameHints | None = None) -> LineParser:
    """Return a new parser; `lines` are the beginning of the file."""
    trust = trust or NameHints()
    if kind in CAPTIONS or (kind is Format.TEAMS and any(UNPADDED.match(line) for line in lines[:SAMPLE_LINES])):
        return CueParser(kind, trust.known, trust.loose, trust.grows)
    if kind in (Format.JSON_LINES, Format.TABLE):
        return _record_parser(kind, lines, trust.known)
    if kind is Format.PLAIN:
        return PlainParser()
    parser = _line_parser(kind, lines, trust)
    parser.markup = Markdown(speech_begins(lines), name_markup(lines) if kind is Format.NAMED else frozenset())
    return parser


def _record_parser(kind: Format, lines: Sequence[str], channels: frozenset[str]) -> LineParser:
    from salesnerd_tui.speech.transcripts.structured import JsonParser, TableParser, header_of  # start-up time

    if kind is Format.JSON_LINES:
        return JsonParser(channels)
    header, delimiter = next(filter(None, map(header_of, filter(str.strip, lines))), (["text"], ","))
    return TableParser(header, delimiter, channels)


def _line_parser(kind: Format, lines: Sequence[str], trust: NameHints) -> LineParser:
    spoken = list(_spoken(lines))
    if kind not in (Format.NAMED, Format.MEET, Format.TIMED):
        return HeadedParser(trust.known | _recurring(spoken))
    present = attending(lines)
    names = frozenset() if kind is Format.NAMED else names_on_own_lines(spoken, present)
    below = {name for name, times in _below_times(spoken).items() if times > 1 and looks_like_name(name, True)}
    return NamedParser(trust.known | (names or below) | present, trust.loose, bool(names))


def names_on_own_lines(spoken: Sequence[str], attending: frozenset[str]) -> frozenset[str]:
    """Return the speakers of a document with names on separate lines; empty if a colon follows names."""
    spoken = [line.strip() for line in spoken]
    if sum(1 for line in spoken if (turn := turn_of(line, loose=False)) and turn.speaker) * 4 > len(spoken):
        return frozenset()
    counts = Counter(same_name(line) for line in spoken if looks_like_name(line[:HEAD]))
    below = _below_times(spoken)
    repeated = {name for name, times in counts.items() if times > 1}
    if all(counts[name] == below[name] for name in repeated):
        repeated = set()
    return frozenset(repeated | (attending & set(counts)))


def _alternate(spoken: Sequence[str], attending: frozenset[str]) -> bool:
    """Return whether names and words take turns without any time: two people recur, or those attending are named."""
    names = names_on_own_lines(spoken, attending)
    own = [number for number, line in enumerate(spoken) if same_name(line) in names]
    if not own or any(below - above == 1 for above, below in pairwise(own)):
        return False
    return len(own) * FEW_ALTERNATE >= len(spoken) - own[0] and (len(names) > 1 or names <= attending)


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
    from salesnerd_tui.speech.transcripts.structured import row_of  # start-up time: most files are captions

    votes: Counter[str] = Counter()
    names = _recurring(lines)
    above = ""
    for line in lines:
        head = line[:HEAD]
        turn = None
        if timing_of(head) is not None:
            votes["caption"] += 1
        elif head.lstrip().startswith("{"):
            votes["json"] += row_of(line) is not None
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


def _headed(votes: Counter[str], lines: Sequence[str]) -> Format:
    if votes["separated"] * 2 > votes["heading"] + votes["own"]:
        return Format.HEADED
    return Format.OTTER if votes["heading"] > votes["own"] and not _from_teams(lines) else Format.TEAMS


def _captions(lines: Sequence[str]) -> Format:
    timed = [line for line in lines if timing_of(line[:HEAD]) is not None]
    if any(PAIR.match(line) for line in timed[:5]):
        return Format.SBV
    if any(UNPADDED.match(line) for line in timed[:20]):
        return Format.TEAMS
    return Format.SUBRIP if "," in timed[0].partition("-->")[0] else Format.WEBVTT


def _from_teams(lines: Sequence[str]) -> bool:
    """Return whether Teams wrote the headings (three spaces before the time) instead of Otter (two)."""
    if any(_OTTER.search(line[:HEAD]) for line in lines[-3:]):
        return False
    ends = (" started transcription", " stopped transcription")
    if any(line.rstrip().endswith(ends) for line in lines if len(line) < HEAD):
        return True
    headings = [line.strip() for line in lines if heading_of(line)]
    return bool(headings) and sum("   " in line for line in headings) * 2 > len(headings)
