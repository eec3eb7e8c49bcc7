"""A promise as a deed: `I'll send you the figures.` becomes `send you the figures`, for lists that say whose it is.

The day that a promise names, where it names one beyond doubt.

"By Friday" has one reading on the day it is said; "soon" and "next sprint" have none, and a date that was guessed is
worse than none. English and ISO dates.

What was promised in a call, by whom, by when: heard by the coach, or noted by hand; and what became of it.

Promises across calls: which are open, late, kept or taken back, as a list and as Markdown for a tracker.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Noted, NoteKind, Promised, Settled, Settlement, Side
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.coach.signals.promises import promise as commitment
from salesnerd_tui.review.debrief.model import Debrief, PromiseEntry
from salesnerd_tui.review.debrief.talk import SpeechTimeline
from salesnerd_tui.review.document import promise_words
from salesnerd_tui.review.markdown import escape
from salesnerd_tui.review.times import day

_LEAD = re.compile(
    r"^(?:(?:and|so|ok|okay|yes|yeah|sure|good|great|right|well|then|but|also)[,.]?\s+)*"
    r"(?:i|we|you|they|he|she)(?:['’]ll| will| can| shall|['’]m going to| am going to|['’]re going to| are going to)\s+"
    r"(?:also\s+|then\s+|just\s+)?",
    re.IGNORECASE,
)
_TIED = re.compile(r"^(?:(?:and|so|but|then|also)[,.]?\s+)+(?=\S)", re.IGNORECASE)
_ENDS = " .!;,"


def deed(text: str) -> str:
    """What is done, without who does it and without a full stop; a text of another form keeps its words."""
    bare = text.strip().rstrip(_ENDS)
    return _LEAD.sub("", bare, count=1) or bare


def sentence(text: str) -> str:
    """A promise as it was said, without the word it was tied on with and the full stop, so that more can follow it."""
    bare = _TIED.sub("", text.strip().rstrip(_ENDS), count=1)
    return bare[:1].upper() + bare[1:]


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


THEY = frozenset(("they", "they'll", "them", "she", "she'll", "he", "he'll", "buyer"))
_OWNER = re.compile(r"^\s*(?P<owner>[^\W\d_][^:\d\n]{0,39}):\s+(?P<rest>\S.*)$", re.DOTALL)
"""Who owes it, before a colon: somebody on the call, or a capital letter; `by the way: …` owes nothing."""

Numbered = Sequence[tuple[int, Event]]
"""Events with their numbers in the call's list."""


def promises(
    numbered: Numbered, speech: SpeechTimeline, people: Sequence[str], said_at: Callable[[float], datetime | None]
) -> tuple[PromiseEntry, ...]:
    """Return both sides' promises, oldest first; `said_at` gives the time of day at seconds of the call.

    Days such as "tomorrow" count from the day on which they were said, which a call across midnight has two of.
    """
    settled = {event.promise: event.how for _, event in numbered if isinstance(event, Settled)}
    found = []
    for promise in (*_heard(numbered, speech), *_noted(numbered, people)):
        said = said_at(promise.at)
        day = due_on(promise.due or promise.text, said.date()) if said else None
        how = settled.get(promise.number, promise.settled)
        found.append(replace(promise, due_on=day, settled=how, said_on=said.date() if said else None))
    return tuple(sorted(found, key=lambda promise: promise.at))


def _heard(numbered: Numbered, speech: SpeechTimeline) -> Iterator[PromiseEntry]:
    said_texts = frozenset(sentence.text for sentence in speech.sentences)
    for number, event in numbered:
        if isinstance(event, Promised):
            said = None if event.text in said_texts else speech.last(event.side, event.at)
            yield PromiseEntry(
                at=event.at,
                side=event.side,
                text=event.text,
                owner=event.owner,
                due=event.due,
                to=event.to,
                over=event.overpromise,
                bounded=event.safer_wording,
                sentence=said,
                number=number,
            )


def _noted(numbered: Numbered, people: Iterable[str]) -> Iterator[PromiseEntry]:
    """Promises typed with their prefix: `Dana: sends the audit by Friday` is theirs, `send the figures` is mine."""
    names = {name.casefold() for person in people for name in (person, *re.split(r"[\s,]+", person)[:1]) if name}
    for number, note in numbered:
        if not isinstance(note, Noted) or note.kind is not NoteKind.PROMISE:
            continue
        owned = _OWNER.match(note.text)
        if owned and not (owned["owner"].casefold().strip() in names | THEY or owned["owner"][0].isupper()):
            owned = None
        first = note.text.split(maxsplit=1)[0] if note.text.strip() else ""
        owner = owned["owner"].strip() if owned else first
        is_theirs = owner.casefold() in names or owner.casefold() in THEY
        named = owner if owned or owner.casefold() in names else ""
        text = owned["rest"].strip() if owned else note.text
        due = commitment(" ".join(("i'll send", *words(text))))
        yield PromiseEntry(
            at=note.at,
            side=Side.THEM if is_theirs else Side.ME,
            text=text,
            owner="" if named.casefold() in THEY else named,
            due=due.due if due else "",
            noted=True,
            number=number,
        )


class PromiseStatus(StrEnum):
    """How a promise stands today. `TOO_MUCH` is an over-promise that nobody took back or kept yet."""

    LATE = "late"
    TOO_MUCH = "too much"
    OPEN = "open"
    KEPT = "kept"
    RETRACTED = "retracted"


OWED = frozenset((PromiseStatus.LATE, PromiseStatus.TOO_MUCH, PromiseStatus.OPEN))


class TrackedPromise(Struct, frozen=True):
    """A promise with the call it was made in. `ref` is what a person types to settle it."""

    ref: str
    call: str
    account: str
    began: datetime | None
    promise: PromiseEntry
    standing: PromiseStatus

    @property
    def who(self) -> str:
        return "you" if self.promise.side is Side.ME else self.promise.owner or "they"


def pledges(call_id: str, debrief: Debrief, today: date) -> Iterator[TrackedPromise]:
    """The promises of one call as they stand today."""
    tail = call_id.rpartition("-")[2]
    header = debrief.header
    for promise in debrief.promises:
        ref = f"{tail}.{promise.number}"
        yield TrackedPromise(ref, call_id, header.account, header.began, promise, standing(promise, today))


def standing(promise: PromiseEntry, today: date) -> PromiseStatus:
    """How a promise stands: what was settled, else what its date and its wording say."""
    if promise.settled is Settlement.KEPT:
        return PromiseStatus.KEPT
    if promise.settled is Settlement.RETRACTED:
        return PromiseStatus.RETRACTED
    if promise.over:
        return PromiseStatus.TOO_MUCH
    return PromiseStatus.LATE if promise.due_on is not None and promise.due_on < today else PromiseStatus.OPEN


def in_order(listed: Iterable[TrackedPromise]) -> list[TrackedPromise]:
    """The ones to act on first: late, then by date, those without one last."""
    return sorted(
        listed,
        key=lambda pledge: (
            list(PromiseStatus).index(pledge.standing),
            pledge.promise.due_on or date.max,
            pledge.call,
            pledge.promise.at,
        ),
    )


def checklist(listed: Iterable[TrackedPromise]) -> str:
    """Markdown boxes to paste into an issue tracker."""
    return "".join(f"- [{' ' if pledge.standing in OWED else 'x'}] {_item(pledge)}\n" for pledge in listed)


def due_words(pledge: TrackedPromise) -> str:
    """`27 November`, or the words it was said in."""
    promise = pledge.promise
    return day(promise.due_on.isoformat(), pledge.began) if promise.due_on else promise.due


def _item(pledge: TrackedPromise) -> str:
    due = f", {escape(due_words(pledge))}" if due_words(pledge) else ""
    whose = f"{escape(pledge.who)}{f' ({escape(pledge.account)})' if pledge.account else ''}{due}"
    text = promise_words(pledge.promise).removeprefix(f"{pledge.promise.owner}: ")
    return f"**{whose}**: {escape(text)} ({pledge.standing.value})"
