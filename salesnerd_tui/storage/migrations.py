"""Format number of call files, and the migration from each older format.

A newer format is read as far as possible and never written. An older one is migrated in memory; its file is kept as
`….formatN.bak` when the new one is written. The tests keep a golden file of every format.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from salesnerd_tui.storage.call_files import Document, Tables


class Migrations(Struct, frozen=True):
    """`steps[n]` migrates the tables of format n to format n + 1, and leaves those of a newer format unchanged."""

    current: int
    steps: Mapping[int, Callable[[Tables], Tables]]

    def migrated(self, tables: Tables) -> Tables:
        """Return the tables in the current format; those of a newer format are returned unchanged."""
        # If damage removed the number, every step runs; a step that has run already changes nothing.
        for number in range(format_of(tables, 1), self.current):
            tables = self.steps[number](copy.deepcopy(tables))
        return self.stamped(tables)

    def stamped(self, tables: Tables) -> Tables:
        """Return the tables with the current format number, or their own if it is newer."""
        number = max(format_of(tables, self.current), self.current)
        return {**tables, "meta": {**tables.get("meta", {}), "1": {"format": number}}}


def format_of(tables: Tables, default: int) -> int:
    """Return the format number in the tables; `default` if it is missing or invalid."""
    number = tables.get("meta", {}).get("1", {}).get("format")
    return number if isinstance(number, int) and number > 0 else default


# Format 2: standard names, and taps stored as data instead of English.

EVENT_NAMES: Mapping[str, str] = {"Cued": "Tapped", "Mapped": "BoardEdited", "Planned": "PlanSet"}
"""Names of events in format 1, with their names in format 2."""

_FIELDS: Mapping[str, Mapping[str, str]] = {
    "Started": {"began": "started_at"},
    "Resumed": {"began": "resumed_at"},
    "SourceChanged": {"told": "message"},
    "Promised": {"over": "overpromise", "bounded": "safer_wording"},
}
_VALUES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Dismissed", "how"): {"handed back": "handed_back", "by hand": "dismissed"},
    ("PlanSet", "kind"): {"part": "role", "minutes": "timebox", "hear": "listen"},
    ("BoardEdited", "kind"): {
        "paper": "document",
        "stall": "blocker",
        "date": "go_live",
        "theirs": "their_step",
        "mine": "our_step",
    },
}
_JUMPS = {"back": "back", "the question left the playbook": "question_removed"}
_SUMMARY_FIELDS = {"began": "started_at", "seconds": "duration_seconds"}

_NO_WORDS = r"(?: \(no words heard, judged by the floor alone\))"
_ANSWERED = r"(?:, (?P<answered>nobody asked|that is answered by now))?"
_REASONS: tuple[tuple[str, str], ...] = (
    ("monologue_without_words", rf"(?P<seconds>\d+) s in one stretch{_NO_WORDS}"),
    ("monologue", r"(?P<seconds>\d+) s in one stretch"),
    ("share_without_words", rf"you (?P<percent>\d+)% of the talk so far{_NO_WORDS}?"),
    ("not_followed_up", r"they told you of a (?P<reveal>\w+); it was not taken up"),
    ("self_praise", rf"(?P<seconds>\d+) s of praise{_ANSWERED}"),
    ("about_us", rf"(?P<seconds>\d+) s about us{_ANSWERED}"),
    ("internals", rf"(?P<seconds>\d+) s on how it is made(?: \((?P<words>.*)\))?{_ANSWERED}"),
    ("features", rf"(?P<seconds>\d+) s on features{_ANSWERED}"),
    ("reading_aloud", r"(?P<seconds>\d+) s of reading aloud, item after item"),
    ("not_handed_back", r"(?P<seconds>\d+) s without handing it back"),
    ("silence", r"(?P<seconds>\d+) s of silence after your question"),
    ("no_exception", r"no exception left: “(?P<phrase>.*)”"),
    ("open_ended", r"no bound: “(?P<phrase>.*)”"),
    ("not_checked", r"not looked at yet: “(?P<phrase>.*)”"),
    ("not_measured", r"not measured yet: “(?P<phrase>.*)”"),
    ("never_say", r"never to be said here: “(?P<phrase>.*)”"),
)
"""English that format 1 stored as the reason of a tap, by the code that replaced it."""


def _to_format_2(tables: Tables) -> Tables:
    migrated = {**tables, "meta": {**tables.get("meta", {}), "1": {"format": 2}}}
    if "call" in tables:
        migrated["call"] = {number: summary_to_format_2(row) for number, row in tables["call"].items()}
    if "events" in tables:
        migrated["events"] = {number: _event_to_format_2(row) for number, row in tables["events"].items()}
    return migrated


def summary_to_format_2(row: Mapping[str, Any]) -> Document:
    """Return a summary's document with the field names of format 2, whichever format it is in."""
    return {_SUMMARY_FIELDS.get(name, name): value for name, value in row.items()}


def _event_to_format_2(row: Document) -> Document:
    event = row.get("event")
    if not isinstance(event, str):
        return row
    if event == "Cued":
        return _tap_to_format_2(row)
    event = EVENT_NAMES.get(event, event)
    fields = _FIELDS.get(event, {})
    migrated = {
        fields.get(name, name): _VALUES.get((event, name), {}).get(value, value) if isinstance(value, str) else value
        for name, value in row.items()
    }
    migrated["event"] = event
    if event == "Jumped" and (reason := _JUMPS.get(str(migrated.pop("why", "")))):
        migrated["reason"] = reason
    if event == "BoardEdited" and isinstance(details := migrated.get("details"), dict):
        states = {"at work": "in_progress", "not begun": "not_started"}
        migrated["details"] = {
            name: states.get(value, value) if name == "state" and isinstance(value, str) else value
            for name, value in details.items()
        }
    return migrated


def _tap_to_format_2(row: Document) -> Document:
    english = row.get("because")
    reason = _reason_of(english if isinstance(english, str) else "")
    new_names = {"because": "reason", "evidence": "quote", "ready": "suggestion", "plain": "plain_wording"}
    migrated = {new_names.get(name, name): value for name, value in row.items() if name != "words"}
    migrated |= {"event": "Tapped", "reason": reason}
    if row.get("words") == "Say it simply" and not row.get("plain"):
        # The first version stored the plain wording in place of the question.
        migrated["plain_wording"] = migrated.pop("suggestion", "")
    return migrated


def _reason_of(english: str) -> Document:
    for basis, pattern in _REASONS:
        match = re.fullmatch(pattern, english, re.DOTALL)
        if match is not None:
            groups = match.groupdict()
            figures = {name: read(text) for group, (name, read) in _READERS.items() if (text := groups.get(group))}
            return {"basis": basis, **figures}
    return {"basis": "recorded", "words": [english]} if english else {"basis": "recorded"}


_READERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "seconds": ("seconds", float),
    "percent": ("share", lambda percent: float(percent) / 100),
    "answered": ("answered", lambda words: words != "nobody asked"),
    "reveal": ("reveal", str),
    "words": ("words", lambda words: words.split(", ")),
    "phrase": ("words", lambda phrase: [phrase]),
}
"""Fields of a reason by the group of a pattern, and how to read them."""

FORMATS = Migrations(2, {1: _to_format_2})
