"""Redaction of stored documents: names, transcripts, and text recalled from deleted calls are removed.

It works on documents instead of events, so that entries of other versions are redacted too. Redacting twice changes
nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from salesnerd_tui.call.events import GONE, Forgotten, TapKind, Undone, to_document

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_files import Document, Tables

_PROGRAM_FIELD_NAMES = (
    "event question playbook digest mode started_at resumed_at began side kind how state detour switch outcome "
    "decision name call why buyer drill figures points basis reveal verdict fills"
)
_PROGRAM_FIELDS = frozenset(_PROGRAM_FIELD_NAMES.split())
"""Fields with the program's own words and the ids of a playbook, never with what people said."""

_PERSON_FIELDS = frozenset(("people", "speaker", "owner", "who"))
"""Fields that name one person each: a description (`Dana, VP Eng`) is removed with the name."""

_POSITION_FIELDS = frozenset(("to", "left"))
"""Fields that hold a `Place`, whose second item is the label of an answer."""

_HEARD_TEXT_FIELDS = ("text", "note", "owner", "due", "to", "safer_wording")


class ForgottenName(Struct, frozen=True):
    """Name to remove wherever it is a whole word, in any case unless `exact`.

    In scripts without spaces between words, and in languages that join suffixes to names, parts of words count too.
    """

    text: str
    exact: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        forms = dict.fromkeys(unicodedata.normalize(form, self.text) for form in ("NFC", "NFD")) | {self.text: None}
        alternatives = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
        before = "" if _is_unspaced(self.text.strip()[:1]) else r"(?<![^\W_])"
        after = "" if _is_unspaced(self.text.strip()[-1:]) else r"(?![^\W_])"
        return re.compile(f"{before}(?:{alternatives}){after}", 0 if self.exact else re.IGNORECASE)


def _is_unspaced(letter: str) -> bool:
    """Return whether a letter is of a script without case, such as Chinese, in which names have no word boundaries."""
    return unicodedata.category(letter or " ") == "Lo"


class NameRedactor:
    """Removes names from documents and counts them in `mentions`; `full_names` are longer names that contain one."""

    def __init__(self, names: Iterable[ForgottenName]) -> None:
        self.mentions = 0
        self.full_names: set[str] = set()
        self._patterns = [name.pattern for name in names]

    def redact_tables(self, tables: Tables) -> Tables:
        """Return the tables without the names."""
        return {
            table: {number: self._redact_document(row) for number, row in rows.items()} if table != "meta" else rows
            for table, rows in tables.items()
        }

    def redact_value(self, value: Any, field: str = "") -> Any:
        """Return a JSON value without the names; `field` is the field of an event that holds it."""
        if isinstance(value, str):
            return self._redact_person(value) if field in _PERSON_FIELDS else self._redact_text(value)
        if isinstance(value, list):
            return [self.redact_value(part, field) for part in value]
        if isinstance(value, dict):
            return {self._redact_text(name): self.redact_value(part, field) for name, part in value.items()}
        return value

    def _redact_document(self, row: Document) -> Document:
        return {field: self._redact_field(field, value) for field, value in row.items()}

    def _redact_field(self, field: str, value: Any) -> Any:
        if field in _PROGRAM_FIELDS:
            return value
        if field == "reason":  # A tap has a document, a jump has a code.
            return self._redact_document(value) if isinstance(value, dict) else value
        if field in _POSITION_FIELDS and isinstance(value, list):
            return [self.redact_value(part, field) if index == 1 else part for index, part in enumerate(value)]
        return self.redact_value(value, field)

    def _redact_person(self, value: str) -> str:
        name = value.split(",", maxsplit=1)[0]
        if not any(pattern.search(name) for pattern in self._patterns):
            return self._redact_text(value)
        self.mentions += 1
        self.full_names.add(" ".join(name.split()))
        return GONE

    def _redact_text(self, value: str) -> str:
        for pattern in self._patterns:
            value, count = pattern.subn(GONE, value)
            self.mentions += count
        return value


def without_words(tables: Tables, figures: Mapping[str, float]) -> Tables:
    """Return the tables without the transcript; speaking times, taps, notes and `figures` stay."""
    events = {number: _redact_heard(row) for number, row in tables.get("events", {}).items()}
    end = max((_seconds(row) for row in events.values()), default=0.0)
    forgotten = to_document(Forgotten(end, dict(figures)))
    if forgotten not in events.values():
        events[str(max(map(int, events), default=-1) + 1)] = forgotten
    return {**tables, "events": events}


def _redact_heard(row: Document) -> Document:
    if row.get("event") == "Heard":
        return {**row, "text": None}
    if row.get("event") == "Tapped":
        # The suggestion for an overpromise may quote its date.
        quotes = ("quote", "suggestion") if row.get("kind") == TapKind.OVER_PROMISING else ("quote",)
        reason = row.get("reason")
        if isinstance(reason, dict):
            reason = {name: part for name, part in reason.items() if name not in ("words", "said")}
        return {**_without_fields(row, quotes), "reason": reason}
    if row.get("event") == "Promised" and row.get("how", "heard") == "heard":
        return {**_without_fields(row, _HEARD_TEXT_FIELDS), "text": GONE}
    return (
        _without_fields(row, _HEARD_TEXT_FIELDS) if row.get("how") == "heard" and row.get("event") != "Asked" else row
    )


def _without_fields(row: Document, names: Collection[str]) -> Document:
    return {key: value for key, value in row.items() if key not in names or not isinstance(value, str)}


def without_calls(tables: Tables, call_ids: Collection[str]) -> Tables:
    """Return the tables without text recalled from these calls; the numbers of events stay."""
    events = {
        number: to_document(Undone(_seconds(row), ())) if row.get("call") in call_ids else row
        for number, row in tables.get("events", {}).items()
    }
    return {**tables, "events": events}


def _seconds(row: Document) -> float:
    at = row.get("at")
    return float(at) if isinstance(at, int | float) else 0.0


RawTest = Callable[[bytes], bool]


def raw_name_test(text: str) -> RawTest:
    """Return a quick test for bytes: False if they contain `text` in no encoding, True if they may contain it."""
    words = [max(re.findall("[a-z0-9]+", word), key=len, default="") for word in text.lower().split()]
    longest = max(words, key=len, default="").encode()
    if len(longest) < 2:
        return lambda _: True
    utf_16 = bytes(each for letter in longest for each in (letter, 0))
    return lambda data: longest in (lowered := data.lower()) or utf_16 in lowered
