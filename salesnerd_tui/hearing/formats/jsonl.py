"""JSON lines: `{"start": 1.5, "end": 4.0, "speaker": "Ana", "text": "…"}`, one utterance a line.

`start` and `end` may be null, missing, or written as `"00:01:02"`. A live writer may add `"final": false` and an
`"utterance"` of its own, and send the same utterance again as it grows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from salesnerd_tui.hearing.formats.clocks import seconds_of
from salesnerd_tui.hearing.formats.model import Piece
from salesnerd_tui.hearing.formats.parsing import LineParser

_SPEAKER_KEYS = ("speaker", "name", "speaker_name", "who", "participant")
_TEXT_KEYS = ("text", "content", "transcript", "caption", "utterance")


class JsonLinesParser(LineParser):
    """Every line stands alone, so nothing is ever left over; only unfinished utterances without a number are tied."""

    def __init__(self) -> None:
        super().__init__()
        self._growing: Mapping[str, str] = {}

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        self.begun += 1
        if not line.strip():
            return ()
        row = row_of(line)
        if row is None:
            self.troubles.note("not a JSON object; the line was left out", self._line)
            return ()
        piece = self._piece(row)
        return (piece,) if piece else ()

    def finish(self) -> Sequence[Piece]:
        return ()

    def _piece(self, row: Mapping[str, Any]) -> Piece | None:
        text = _first(row, _TEXT_KEYS)
        if text is None:
            self.troubles.note('has no "text"; the line was left out', self._line)
            return None
        if not text.strip():
            return None
        speaker = " ".join((_first(row, _SPEAKER_KEYS) or "").split())
        times = [self._time(row, name) for name in ("start", "end")]
        final = row.get("final") is not False
        return Piece(speaker, text, times[0], times[1], self._line, self._key(row, speaker, final), final)

    def _key(self, row: Mapping[str, Any], speaker: str, final: bool) -> str:
        """The writer's own name for the utterance; without one, each speaker has at most one that grows."""
        given = row.get("utterance")
        if isinstance(given, int) or (isinstance(given, str) and given != _first(row, _TEXT_KEYS)):
            return str(given)
        key = self._growing.get(speaker, "" if final else f"line {self._line}")
        if final and not key:
            return ""
        others = {name: known for name, known in self._growing.items() if name != speaker}
        self._growing = others if final else {**others, speaker: key}
        return key

    def _time(self, row: Mapping[str, Any], name: str) -> float | None:
        value = row.get(name)
        if value is None:
            return None
        seconds = _seconds(value)
        if seconds is None:
            self.troubles.note(f'"{name}" is not a number of seconds; it is reckoned from the words', self._line)
        return seconds


def row_of(line: str) -> Mapping[str, Any] | None:
    """The JSON object on a line, or None."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _first(row: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((row[name] for name in names if isinstance(row.get(name), str)), None)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return seconds_of(value)
    if isinstance(value, int):
        return float(value) if abs(value) < 1e15 else None
    return value if isinstance(value, float) and math.isfinite(value) else None
