"""What stays of a call when a name, the words that were heard, or another call is forgotten.

It works on the documents as they are kept, not on events, so that an entry which this version does not know keeps no
secret either. Every change can be made twice: after a crash it is made again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct

from salesnerd_tui.call.codec import to_document
from salesnerd_tui.call.events import Forgotten, Undone
from salesnerd_tui.notes.lines import Document, Tables

GONE = "(forgotten)"
"""What stands where something was."""

_OWN_WORDS = frozenset(
    (
        *("event", "question", "playbook", "digest", "mode", "began", "side", "kind", "how", "state", "detour"),
        *("switch", "outcome", "decision", "name", "call", "why", "buyer", "drill", "figures", "points"),
    )
)
"""Fields that hold the program's own words and a playbook's ids, never what people said."""

_WHOLE = frozenset(("people", "speaker", "owner", "who"))
"""Fields that name one person each: what describes them (`Dana, VP Eng`) goes with the name."""

_PLACES = frozenset(("to", "left"))

_COUNTED = re.compile(
    r"\d+ s (?:on features|on how it is made|about us|in one stretch|without handing it back|of silence after your"
    r" question)|you \d+% of the talk so far|they told you of a \w+; it was not taken up"
)
"""What the coach bases a tap on, as far as it quotes nobody."""

_HEARD_TEXTS = ("text", "note", "evidence", "owner", "due", "to", "bounded", "because")


class Name(Struct, frozen=True):
    """A name to forget, wherever it stands as a whole word; in small letters and capitals too, unless `exact`.

    Where a script sets no blanks between words, or joins what belongs to a name to it, any place counts.
    """

    text: str
    exact: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        forms = dict.fromkeys(unicodedata.normalize(form, self.text) for form in ("NFC", "NFD")) | {self.text: None}
        written = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
        before = "" if _joins(self.text.strip()[:1]) else r"(?<![^\W_])"
        after = "" if _joins(self.text.strip()[-1:]) else r"(?![^\W_])"
        return re.compile(f"{before}(?:{written}){after}", 0 if self.exact else re.IGNORECASE)


def _joins(letter: str) -> bool:
    return unicodedata.category(letter or " ") == "Lo"


class NameGone:
    """Takes names out of documents, counting how often in `mentions`; `full_names` are those that held one of them."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.mentions = 0
        self.full_names: set[str] = set()
        self._patterns = [name.pattern for name in names]

    def tables(self, tables: Tables) -> Tables:
        """The tables without the names."""
        return {
            table: {number: self.document(row) for number, row in rows.items()} if table != "meta" else rows
            for table, rows in tables.items()
        }

    def document(self, row: Document) -> Document:
        return {key: self._field(key, value) for key, value in row.items()}

    def value(self, value: Any) -> Any:
        """Any JSON value without the names."""
        return self._any("", value)

    def _field(self, key: str, value: Any) -> Any:
        if key in _OWN_WORDS:
            return value
        if key in _PLACES and isinstance(value, list):
            return [part if at != 1 else self._any(key, part) for at, part in enumerate(value)]
        return self._any(key, value)

    def _any(self, key: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._whole(value) if key in _WHOLE else self.text(value)
        if isinstance(value, list):
            return [self._any(key, part) for part in value]
        if isinstance(value, dict):
            return {self.text(name): self._any(key, part) for name, part in value.items()}
        return value

    def _whole(self, value: str) -> str:
        name = value.split(",")[0]
        if not any(pattern.search(name) for pattern in self._patterns):
            return self.text(value)
        self.mentions += 1
        self.full_names.add(" ".join(name.split()))
        return GONE

    def text(self, value: str) -> str:
        for pattern in self._patterns:
            value, count = pattern.subn(GONE, value)
            self.mentions += count
        return value


def without_words(tables: Tables, figures: Mapping[str, float]) -> Tables:
    """The tables without a word that was heard; who talked when, the taps and `figures` stay. Notes are not heard."""
    events = {number: _unheard(row) for number, row in tables.get("events", {}).items()}
    told = Forgotten(max((_at(row) for row in events.values()), default=0.0), dict(figures))
    row = to_document(told)
    if row not in events.values():
        events[str(max(map(int, events), default=-1) + 1)] = row
    return {**tables, "events": events}


def _unheard(row: Document) -> Document:
    if row.get("event") == "Heard":
        return {**row, "text": None}
    if row.get("event") == "Cued":
        counted = _COUNTED.match(because) if isinstance(because := row.get("because"), str) else None
        return {**_less(row, ("evidence",)), "because": counted.group() if counted else ""}
    if row.get("event") == "Promised" and row.get("how", "heard") == "heard":
        return {**_less(row, _HEARD_TEXTS), "text": GONE}
    return _less(row, _HEARD_TEXTS) if row.get("how") == "heard" and row.get("event") != "Asked" else row


def _less(row: Document, names: Collection[str]) -> Document:
    return {key: value for key, value in row.items() if key not in names or not isinstance(value, str)}


def without_calls(tables: Tables, call_ids: Collection[str]) -> Tables:
    """The tables without what was taken over from these calls; a place in the list stays a place."""
    events = {
        number: to_document(Undone(_at(row), ())) if row.get("call") in call_ids else row
        for number, row in tables.get("events", {}).items()
    }
    return {**tables, "events": events}


def _at(row: Document) -> float:
    at = row.get("at")
    return float(at) if isinstance(at, int | float) else 0.0


Holds = Callable[[bytes], bool]


def may_hold(text: str) -> Holds:
    """Whether a file's bytes may hold `text`, in whatever way it is written there; never False when they do."""
    plain = [max(re.findall("[a-z0-9]+", part), key=len, default="") for part in text.lower().split()]
    needle = max(plain, key=len, default="").encode()
    if len(needle) > 1:
        wide = bytes(each for letter in needle for each in (letter, 0))
        return lambda data: needle in (lowered := data.lower()) or wide in lowered
    return lambda _: True
