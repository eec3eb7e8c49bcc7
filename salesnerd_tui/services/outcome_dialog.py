"""State of ending a call: choose an outcome, confirm unmet criteria, then fill in its fields. No Textual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from salesnerd_tui.call.outcome import EndingChoice, missing_date, suggested_ending
from salesnerd_tui.review.promises import parse_day
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import NO_DATE, format_day

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Ask

DATE_QUESTION = "A not-yet without a date is a maybe. A date, even a rough one?"


class OutcomeDialog:
    """Dialog that ends a call: `on_ended` gets the id of the outcome and its record once all is filled in."""

    def __init__(
        self,
        endings: Sequence[EndingChoice],
        unasked_musts: Sequence[Ask],
        on_ended: Callable[[str, dict[str, str]], None],
        today: date | None = None,
    ) -> None:
        self.endings = endings
        self.suggested = suggested_ending(endings)
        """Ending that is taken without a number: the proposed one, or one whose needs are met."""
        self.unasked_musts = unasked_musts
        """Unasked must-ask questions."""
        self.chosen: EndingChoice | None = None
        self.is_confirmed = False
        self.record: dict[str, str] = {}
        self.fields: list[str] = []
        """Names of the fields that are still to be filled in, the current one first."""
        self.asks_for_date = False
        """True if a not-yet outcome has no date yet, so the dialog asks for it once more."""
        self.unclear_date = ""
        """Text of the current field that names no day; the dialog asks about it once."""
        self.is_over = False
        self._today = today or datetime.now(UTC).astimezone().date()
        self._on_ended = on_ended

    def choose(self, ending: EndingChoice) -> bool:
        """Choose an ending and return whether it is confirmed: no criterion is unmet, or it is chosen again."""
        is_second_time = ending is self.chosen
        self.chosen = ending
        self.record = dict(ending.record)
        self.fields = list(ending.outcome.capture)
        self.asks_for_date = False
        self.unclear_date = ""
        self.is_confirmed = is_second_time or not ending.unmet
        return self.is_confirmed

    def prefill(self, record: dict[str, str]) -> None:
        """Fill in the record in one step; only dates that name no day are asked for."""
        self.record.update(record)
        self.fields = [name for name, text in record.items() if not self._names_day(name, text)]
        self.unclear_date = self.record[self.fields[0]] if self.fields else ""

    def next_field(self) -> str:
        """Return the name of the field to fill in; when there is none left, end the call and return an empty string."""
        assert self.chosen is not None
        if not self.fields:
            missing = missing_date(self.chosen, self.record)
            if not missing or self.asks_for_date:
                self.is_over = True
                self._on_ended(self.chosen.outcome.id, dict(self.record))
                return ""
            self.asks_for_date = True
            self.fields = [missing]
        return self.fields[0]

    def fill(self, text: str) -> None:
        """Fill in the current field.

        A date that names no day stays the current field until the same text is entered again, or an empty one.
        """
        if not self.fields:
            return
        words = " ".join(text.split()) or self.unclear_date
        name = self.fields[0]
        self.record[name] = words
        if words == self.unclear_date or self._names_day(name, words):
            self.unclear_date = ""
            self.fields.pop(0)
        else:
            self.unclear_date = words

    @property
    def day_question(self) -> str:
        """Question about the current field if it is a date that names no day, otherwise empty."""
        return f"Which day is “{one_line(self.unclear_date)[:40]}”?" if self.unclear_date else ""

    def day_text(self, name: str, words: str) -> str:
        """Return the day that a date field with these words means, `NO_DATE` if none; empty for other fields."""
        if not words or self.chosen is None or name not in self.chosen.dates:
            return ""
        day = parse_day(words, self._today.isoformat())
        return f"{day:%a} {format_day(day, self._today)}" if day else NO_DATE

    def _names_day(self, name: str, words: str) -> bool:
        """Return False for a text in a date field that names no day; an empty text is not asked about."""
        return self.day_text(name, words) != NO_DATE

    def return_to_field(self, text: str) -> bool:
        """Keep `text` for the current field and return to the field before it; False if there is none."""
        if self.chosen is None or not self.fields:
            return False
        capture = self.chosen.outcome.capture
        index = capture.index(self.fields[0]) if self.fields[0] in capture else len(capture)
        if index == 0:
            return False
        self.record[self.fields[0]] = " ".join(text.split()) or self.unclear_date
        self.asks_for_date = False
        self.unclear_date = ""
        self.fields = list(capture[index - 1 :])
        return True

    def go_back(self) -> None:
        """Go back from the chosen ending to the list."""
        self.chosen = None
        self.unclear_date = ""
