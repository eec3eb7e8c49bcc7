"""The day that a promise names, where it names one beyond doubt.

"By Friday" has one reading on the day it is said; "soon" and "next sprint" have none, and a date that was guessed is
worse than none. English and ISO dates.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
FAR_DAYS = 3660
"""Ten years: whatever is further away was no date."""

_MONTH = "|".join(MONTHS)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_COUNT = r"(\d{1,3}|" + "|".join(NUMBERS) + ")"


def due_on(words: str, said_on: date) -> date | None:
    """The day in `words`, said on `said_on`; None where there is none or more than one reading."""
    line = " ".join(words.casefold().split())
    for pattern, read in _READINGS:
        found = pattern.search(line)
        if found is not None:
            try:
                day = read(found.groups(), said_on)
            except (ValueError, OverflowError):
                return None
            return day if abs((day - said_on).days) <= FAR_DAYS else None
    return None


def _weekday(groups: Sequence[str], said_on: date) -> date:
    """The next day of that name; said on a Friday, "by Friday" is the Friday after. "Next Friday" has two readings."""
    if groups[0]:
        raise ValueError("two readings")
    return said_on + timedelta(days=(DAYS.index(groups[1]) - said_on.weekday() - 1) % 7 + 1)


def _in_month(day: str, month: str, year: str | None, said_on: date) -> date:
    if year:
        return date(int(year), MONTHS.index(month) + 1, int(day))
    found = date(said_on.year, MONTHS.index(month) + 1, int(day))
    return found if found >= said_on else date(said_on.year + 1, found.month, found.day)


def _after(groups: Sequence[str], said_on: date) -> date:
    count = NUMBERS.get(groups[0]) or int(groups[0])
    return said_on + timedelta(days=count * (7 if groups[1] == "week" else 1))


def _end_of_month(_: Sequence[str], said_on: date) -> date:
    return said_on.replace(day=calendar.monthrange(said_on.year, said_on.month)[1])


def _end_of_week(_: Sequence[str], said_on: date) -> date:
    """Friday; said at the weekend it could be this one or the next, and is neither."""
    if said_on.weekday() > DAYS.index("friday"):
        raise ValueError("a weekend")
    return said_on + timedelta(days=DAYS.index("friday") - said_on.weekday())


_Reading = Callable[[Sequence[str], date], date]
_READINGS: Sequence[tuple[re.Pattern[str], _Reading]] = (
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), lambda found, _: date(*map(int, found))),
    (
        re.compile(rf"\b{_DAY}(?: of)? ({_MONTH})(?:,? (\d{{4}}))?\b"),
        lambda found, said_on: _in_month(found[0], found[1], found[2], said_on),
    ),
    (
        re.compile(rf"\b({_MONTH}) {_DAY}(?:,? (\d{{4}}))?\b"),
        lambda found, said_on: _in_month(found[1], found[0], found[2], said_on),
    ),
    (re.compile(r"\bday after tomorrow\b"), lambda _, said_on: said_on + timedelta(days=2)),
    (re.compile(r"\btomorrow\b"), lambda _, said_on: said_on + timedelta(days=1)),
    (
        re.compile(r"\b(?:today|tonight|end of (?:the |this )?day|this (?:afternoon|evening))\b"),
        lambda _, said_on: said_on,
    ),
    (re.compile(rf"\b(?:in|within) (?:the next )?{_COUNT} (day|week)s?\b"), _after),
    (re.compile(r"\bend of (?:the |this )?week\b"), _end_of_week),
    (re.compile(r"\bend of (?:the |this )?month\b"), _end_of_month),
    (re.compile(rf"\b(?:by|on|until|before|this|coming|(next)) ({'|'.join(DAYS)})\b"), _weekday),
)
"""The first that is found counts, the surest first."""
