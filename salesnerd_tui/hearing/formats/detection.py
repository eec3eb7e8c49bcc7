"""Which format is this? Told from the content, never from the file's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from salesnerd_tui.hearing.formats.boilerplate import is_boilerplate
from salesnerd_tui.hearing.formats.cues import PAIR, UNPADDED, CueParser, timing_of
from salesnerd_tui.hearing.formats.headed import BRACKETED, HeadedParser, heading_of, time_alone
from salesnerd_tui.hearing.formats.jsonl import JsonLinesParser, row_of
from salesnerd_tui.hearing.formats.model import Format, same_name
from salesnerd_tui.hearing.formats.named import HEAD, NamedParser, turn_of
from salesnerd_tui.hearing.formats.names import looks_like_name
from salesnerd_tui.hearing.formats.parsing import LineParser
from salesnerd_tui.hearing.formats.plain import PlainParser

SAMPLE_LINES = 2000
"""Lines of a whole file that vote; a format shows long before."""

UNDECIDED_LINES = 8
UNDECIDED_SENTENCES = 3
"""Lines (or lines of three words and more) of a growing file without a sign of a format, then it is plain speech."""

_OTTER = re.compile(r"otter\.ai", re.IGNORECASE)
CAPTIONS = (Format.WEBVTT, Format.SUBRIP, Format.SBV)
_TALLIED = ("caption", "json", "bracketed", "heading", "own", "alone", "named")


def format_of(lines: Sequence[str]) -> Format | None:
    """The format of a whole file, by the votes of its lines; None where nothing speaks for any."""
    spoken = [line for line in lines[:SAMPLE_LINES] if line.strip()]
    if not spoken:
        return None
    if spoken[0].lstrip("\ufeff").startswith("WEBVTT"):
        return Format.WEBVTT
    votes = _votes(spoken)
    best = max(_TALLIED, key=lambda kind: votes[kind])
    if not votes[best]:
        return None
    if votes["caption"] and votes["caption"] * 2 >= votes[best]:
        return _captions(spoken)
    if best in ("json", "bracketed"):
        return Format.JSON_LINES if best == "json" else Format.ZOOM
    if votes["heading"] + votes["own"] >= votes["named"] and (best != "alone" or votes["own"]):
        return Format.OTTER if votes["heading"] > votes["own"] and not _from_teams(spoken) else Format.TEAMS
    return Format.MEET if votes["alone"] else Format.NAMED


def early_format(lines: Sequence[str]) -> Format | None:
    """The format of a file that has only begun, as soon as one line gives it away."""
    spoken = [line for line in lines if line.strip() and not is_boilerplate(line)]
    if len(spoken) == 1 and looks_like_name(spoken[0][:HEAD]) and not turn_of(spoken[0]):
        return None
    found = format_of(lines)
    if found or len(spoken) >= UNDECIDED_LINES:
        return found or Format.PLAIN
    sentences = sum(1 for line in spoken if len(line[:HEAD].split()) >= 3)
    return Format.PLAIN if sentences >= UNDECIDED_SENTENCES else None


def parser_for(kind: Format, known: Sequence[str] = (), lines: Sequence[str] = ()) -> LineParser:
    """A fresh reader. `known` are names (as `same_name`) to rely on; `lines` what is there of the file already."""
    if kind in CAPTIONS or (kind is Format.TEAMS and any(UNPADDED.match(line) for line in lines[:SAMPLE_LINES])):
        return CueParser(kind, known)
    if kind is Format.JSON_LINES:
        return JsonLinesParser()
    if kind is Format.MEET and (names := names_on_own_lines(lines)):
        return HeadedParser(names)
    if kind in (Format.NAMED, Format.MEET):
        return NamedParser(known, loose=not known)
    if kind is Format.PLAIN:
        return PlainParser()
    return HeadedParser()


def names_on_own_lines(lines: Sequence[str]) -> frozenset[str]:
    """The speakers of a Meet document that puts each name on a line of its own; empty where names end in a colon."""
    spoken = [line.strip() for line in lines[:SAMPLE_LINES] if line.strip()]
    if sum(1 for line in spoken if turn_of(line, loose=False)) * 4 > len(spoken):
        return frozenset()
    attending: set[str] = set()
    for above, line in pairwise(spoken):
        if above.casefold().rstrip(":") in ("attendees", "participants"):
            attending |= {same_name(name) for name in line[:2000].split(",")}
    counts = Counter(same_name(line) for line in spoken if looks_like_name(line[:HEAD]) and not is_boilerplate(line))
    repeated = {name for name, times in counts.items() if times > 1}
    return frozenset(repeated | (attending & set(counts)))


def _votes(lines: Sequence[str]) -> Counter[str]:
    votes: Counter[str] = Counter()
    above = ""
    for line in lines:
        head = line[:HEAD]
        if timing_of(head) is not None:
            votes["caption"] += 1
        elif head.lstrip().startswith("{"):
            votes["json"] += row_of(line) is not None
        elif BRACKETED.match(head):
            votes["bracketed"] += 1
        elif time_alone(line) is not None:
            votes["own" if above and looks_like_name(above) else "alone"] += 1
        elif turn_of(line):
            votes["named"] += 1
        elif heading_of(line):
            votes["heading"] += 1
        above = head
    return votes


def _captions(lines: Sequence[str]) -> Format:
    timed = [line for line in lines if timing_of(line[:HEAD]) is not None]
    if any(PAIR.match(line) for line in timed[:5]):
        return Format.SBV
    if any(UNPADDED.match(line) for line in timed[:20]):
        return Format.TEAMS
    return Format.SUBRIP if "," in timed[0].partition("-->")[0] else Format.WEBVTT


def _from_teams(lines: Sequence[str]) -> bool:
    """Both write a name and a time on one line: Teams with three spaces between, Otter with two."""
    if any(_OTTER.search(line[:HEAD]) for line in lines[-3:]):
        return False
    if any(
        line.rstrip().endswith((" started transcription", " stopped transcription"))
        for line in lines
        if len(line) < HEAD
    ):
        return True
    headings = [line.strip() for line in lines if heading_of(line)]
    return bool(headings) and sum("   " in line for line in headings) * 2 > len(headings)
