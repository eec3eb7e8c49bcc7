"""Promises of both sides in a call, the steps they agreed on at its end, and the outcome in a sentence.

A due date is recognized, in English or as an ISO date: "by Friday" names a day, "soon" and "next sprint" do not. A
month counts as its last day and a week as its Friday, because a promise is not late before that. Go, no-go and not-yet
are equally good outcomes.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import (
    GONE,
    Answered,
    Ended,
    Event,
    Heard,
    Noted,
    NoteKind,
    Promised,
    Settled,
    Settlement,
    Side,
)
from salesnerd_tui.call.outcome import DATE_SUFFIXES
from salesnerd_tui.call.traversal import label_of
from salesnerd_tui.coach.overpromise import is_binding
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.promises import find_promise
from salesnerd_tui.playbook.standard_notes import FORMER_FILLS, AccountPart, StandardNote
from salesnerd_tui.review.debrief.model import Debrief, Header, OutcomeKind, OutcomeSummary, PromiseEntry, PromiseKind
from salesnerd_tui.text import with_period
from salesnerd_tui.timefmt import NO_DATE, format_day, format_duration

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.review.debrief.talk import SpeechTimeline

_LEAD = re.compile(
    r"^(?:(?:and|so|ok|okay|yes|yeah|sure|for sure|of course|absolutely|good|great|right|well|then|but|also|that|"
    r"here['’]s what i suggest)[,.:]?\s+)*"
    r"(?P<subject>i|we|they|he|she)"
    r"(?:['’]ll| will| can| shall|['’]m going to| am going to|['’]re going to| are going to)\s+"
    r"(?:also\s+|then\s+|just\s+)?",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(
    r",?\s+(?:and|but|or|so|because)\s+(?:i|we|you|they|he|she|it)(?:['’][a-z]+|\s+(?:will|can|would))?$|"
    r",?\s+(?:and|but|or)$",
    re.IGNORECASE,
)
"""Start of another clause at the end of a caption, which ends anywhere."""

_CLAUSE = re.compile(
    r"^(?:(?!['’]ll\b|\b(?:will|if|once|when|unless|after|as soon as)\b).)*?"
    r"(?:[,;:.–-]\s+|\b(?:and|but|so|then|that|think|guess)\s+)"
    r"(?=(?:i|we)(?:['’]ll| will|['’]m going to| am going to|['’]re going to| are going to)\s)",
    re.IGNORECASE,
)
"""Words before the clause of a promise. A condition or another promise is part of it."""

_FILLER = re.compile(
    r"(?:[,.]?\s+(?:no (?:problem|worries)|for sure|okay|ok|right|you know|i promise))+$", re.IGNORECASE
)
_CONJUNCTION = re.compile(r"^(?:(?:and|so|but|then|also)[,.]?\s+)+(?=\S)", re.IGNORECASE)
_CLOSING_MARKS = " .!;,"
_VERBS = (
    "add answer approve arrange ask book bring build call check clarify collect compare confirm contact create decide "
    "deliver discuss draft explain fill find finish fix forward get give install introduce invite join list look make "
    "name organize pay prepare provide read "
    "reply report review run schedule send set share show sign speak start talk tell test try visit write"
)
VERBS = frozenset(_VERBS.split())
"""Verbs that start a note about what somebody will do."""

_BASE_FORMS = {f"{verb}{'es' if verb.endswith(('s', 'sh', 'x')) else 's'}": verb for verb in VERBS} | {
    "replies": "reply",
    "tries": "try",
}
"""Base forms of the verbs that start a note about somebody else: `sends` is `send`."""


def to_task(text: str) -> str:
    """Return a promise without its subject and period: `I'll send the figures.` becomes `send the figures`.

    `Sends the figures`, as in a note about somebody else, becomes `send the figures`. Other texts keep their words.
    """
    bare = _promise_clause(text)
    bare = _LEAD.sub("", bare, count=1) or bare
    first, space, rest = bare.partition(" ")
    verb = first.casefold()
    return f"{verb if verb in VERBS else _BASE_FORMS.get(verb, first)}{space}{rest}"


def _promise_clause(text: str) -> str:
    """Return a promise without filler: `Well, I guess I'll call you, okay?` becomes `I'll call you`."""
    bare = _FILLER.sub("", _NEXT_CLAUSE.sub("", text.strip()).rstrip(_CLOSING_MARKS + "?"))
    return bare if _LEAD.match(bare) else _CLAUSE.sub("", bare, count=1)


def names_doer(text: str) -> bool:
    """Return whether a promise says who does it, so that `to_task` returns what is done."""
    return _LEAD.match(_promise_clause(text)) is not None or to_task(text).partition(" ")[0] in VERBS


_NOT_INVERTIBLE = re.compile(
    r"^you\b|\b(?:i|we)\b|\byou(?:['’]| (?:are|can|could|have|need|see|want|will|would)\b)|[,;:]\s*you\b|"
    r"\b(?:after|and|as|because|before|but|how|if|once|or|so|than|that|unless|until|what|when|where|whether|which|who|why)\s+you\b",
    re.IGNORECASE,
)
_INVERTED = {"you": "me", "your": "our", "yours": "ours"}
_INVERTED |= (
    dict.fromkeys(("me", "us"), "you") | dict.fromkeys(("my", "our"), "your") | dict.fromkeys(("mine", "ours"), "yours")
)
_PRONOUN = re.compile(rf"\b(?:{'|'.join(_INVERTED)})\b", re.IGNORECASE)


def to_reader_task(text: str) -> str:
    """Return a promise of the buyer for a text that they read: `I'll send you our file` becomes `send me your file`.

    A promise whose pronouns cannot be inverted reliably is quoted. What the user noted about the buyer is unchanged.
    """
    lead, task = _LEAD.match(_promise_clause(text)), to_task(text)
    if lead is None or lead["subject"].casefold() not in ("i", "we"):
        return task
    if _NOT_INVERTIBLE.search(task):
        return f"“{sentence(text)}”"
    return _PRONOUN.sub(lambda match: _INVERTED[match[0].casefold()], task)


_THIRD_PERSON = {"you": "them", "your": "their", "yours": "theirs"}
_SECOND_PERSON = re.compile(r"\b(?:you|yours?)\b", re.IGNORECASE)


def to_own_task(text: str) -> str:
    """Return a promise of the user for a text that they read: `I'll send you our file` becomes `send them our file`.

    A promise whose pronouns cannot be replaced reliably is quoted.
    """
    lead, task = _LEAD.match(_promise_clause(text)), to_task(text)
    if lead is None or not _SECOND_PERSON.search(task):
        return task
    if _NOT_INVERTIBLE.search(task):
        return f"“{sentence(text)}”"
    return _SECOND_PERSON.sub(lambda match: _THIRD_PERSON[match[0].casefold()], task)


def sentence(text: str) -> str:
    """Return a promise as a sentence without a leading conjunction and without its period."""
    bare = _CONJUNCTION.sub("", text.strip().rstrip(_CLOSING_MARKS), count=1)
    return bare[:1].upper() + bare[1:]


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
MAX_DUE_DAYS = 3660
"""Ten years; a day further away is not a due date."""

_MONTH = "|".join(name[:end] for name in MONTHS for end in range(len(name), 2, -1))
_WEEKDAY = "|".join(name[:end] for name in DAYS for end in range(len(name), 2, -1))
"""Names of months and weekdays, or at least their first three letters."""

_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINALS = (
    *_ONES,
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
    *(f"twenty-{one}" for one in _ONES),
    *("thirtieth", "thirty-first"),
)
"""Days of the month as a transcript may spell them."""

_ORDINAL = "|".join(name.replace("-", "[- ]") for name in reversed(_ORDINALS))
_DAY_NUMBER = r"(\d{1,2})(?:st|nd|rd|th)?"
_COUNT = r"(\d{1,3}|" + "|".join(NUMBERS) + ")"


def parse_due_date(words: str, said_on: date) -> date | None:
    """Return the day that `words`, said on `said_on`, name; None if they name no day or could mean several."""
    line = " ".join(words.casefold().split())
    for pattern, read in _READINGS:
        match = pattern.search(line)
        if match is not None:
            try:
                day = read(match.groups(), said_on)
            except (ValueError, OverflowError):
                return None
            return day if abs((day - said_on).days) <= MAX_DUE_DAYS else None
    return None


def parse_day(words: str, said_on: str) -> date | None:
    """Return the day that `words`, said on the ISO day `said_on`, name; `Friday` and `2 weeks` alone do, too."""
    try:
        on = date.fromisoformat(said_on[:10])
    except ValueError:
        return None
    readings = (parse_due_date(f"{lead}{words}", on) for lead in ("", "by ", "in ")) if words.strip() else ()
    return next((day for day in readings if day is not None), None)


def _weekday(groups: Sequence[str], said_on: date) -> date:
    """Return the next day with that name, never today; "next Friday" is the Friday of the next week."""
    weekday = next(number for number, each in enumerate(DAYS) if each.startswith(groups[1]))
    if groups[0]:
        return said_on + timedelta(days=7 - said_on.weekday() + weekday)
    return said_on + timedelta(days=(weekday - said_on.weekday() - 1) % 7 + 1)


def _month_number(name: str) -> int:
    return next(number for number, each in enumerate(MONTHS, 1) if each.startswith(name))


def _day_in_month(day: str, name: str, year: str | None, said_on: date) -> date:
    month = _month_number(name)
    if year:
        return date(int(year), month, int(day))
    day_this_year = date(said_on.year, month, int(day))
    return day_this_year if day_this_year >= said_on else date(said_on.year + 1, day_this_year.month, day_this_year.day)


def _ordinal_day(name: str) -> str:
    return str(_ORDINALS.index(name.replace(" ", "-")) + 1)


def _next_day_of_month(day: int, said_on: date) -> date:
    """Return the next day with that number, skipping months that are too short. Raises `ValueError` above 31."""
    if not 1 <= day <= 31:
        raise ValueError("no such day")
    month = said_on.replace(day=1)
    while day > calendar.monthrange(month.year, month.month)[1] or month.replace(day=day) < said_on:
        month = (month + timedelta(days=31)).replace(day=1)
    return month.replace(day=day)


def _day_after(groups: Sequence[str], said_on: date) -> date:
    """Return the day after a number of days, weeks or months; 31 January and a month is the end of February."""
    count = NUMBERS.get(groups[0]) or int(groups[0])
    if groups[1] == "month":
        month = _last_day(said_on.year, said_on.month + count)
        return month.replace(day=min(said_on.day, month.day))
    return said_on + timedelta(days=count * (7 if groups[1] == "week" else 1))


def _last_day(year: int, month: int) -> date:
    """Return the last day of a month; month 13 is January of the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _end_of_named_month(groups: Sequence[str], said_on: date) -> date:
    """Return the last day of a month; before March is the last day of February."""
    month = _month_number(groups[1]) - bool(groups[0])
    return _last_day(int(groups[2]) if groups[2] else said_on.year + (month < said_on.month), month)


def _end_of_week(groups: Sequence[str], said_on: date) -> date:
    """Return Friday. Raises `ValueError` on a weekend, when the end of the week is ambiguous."""
    if said_on.weekday() > DAYS.index("friday") and not groups[0]:
        raise ValueError("ambiguous end of the week")
    return said_on + timedelta(days=DAYS.index("friday") - said_on.weekday() + 7 * bool(groups[0]))


_Reading = Callable[[Sequence[str], date], date]
_READINGS: Sequence[tuple[re.Pattern[str], _Reading]] = (
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), lambda found, _: date(*map(int, found))),
    (
        re.compile(rf"\b{_DAY_NUMBER}(?: of)? ({_MONTH})(?:,? (\d{{4}}))?\b"),
        lambda found, said_on: _day_in_month(found[0], found[1], found[2], said_on),
    ),
    (
        re.compile(rf"\b({_MONTH}) {_DAY_NUMBER}(?:,? (\d{{4}}))?\b"),
        lambda found, said_on: _day_in_month(found[1], found[0], found[2], said_on),
    ),
    (
        re.compile(rf"\b({_ORDINAL}) of ({_MONTH})(?:,? (\d{{4}}))?\b"),
        lambda found, said_on: _day_in_month(_ordinal_day(found[0]), found[1], found[2], said_on),
    ),
    (
        re.compile(rf"\b(?:by|on|until|before) the (?:(\d{{1,2}})(?:st|nd|rd|th)|({_ORDINAL}))(?=$|[.,;:!?)])"),
        lambda found, said_on: _next_day_of_month(int(found[0] or _ordinal_day(found[1])), said_on),
    ),
    (re.compile(r"\bday after tomorrow\b"), lambda _, said_on: said_on + timedelta(days=2)),
    (re.compile(r"\btomorrow\b"), lambda _, said_on: said_on + timedelta(days=1)),
    (
        re.compile(r"\b(?:today|tonight|end of (?:the |this )?day|this (?:afternoon|evening))\b"),
        lambda _, said_on: said_on,
    ),
    (re.compile(rf"\b(?:in|within) (?:the next )?{_COUNT} (day|week|month)s?\b"), _day_after),
    (
        re.compile(rf"\b(?:({_WEEKDAY}),?(?: of)? next week|next week,?(?: on)? ({_WEEKDAY}))\b"),
        lambda found, said_on: _weekday(("next", found[0] or found[1]), said_on),
    ),
    (re.compile(r"\b(?:end of (?:the |this )?|this |(?:end of )?(next) )week\b"), _end_of_week),
    (
        re.compile(r"\b(?:end of (?:the |this )?|this |(?:end of )?(next) )month\b"),
        lambda found, said_on: _last_day(said_on.year, said_on.month + bool(found[0])),
    ),
    (re.compile(rf"\b(?:by|on|until|before|this|coming|(next)) ({_WEEKDAY})\b"), _weekday),
    (re.compile(rf"\b(?:by|in|end of|late|until|(before)) ({_MONTH})(?: (\d{{4}}))?\b"), _end_of_named_month),
)
"""Date patterns with their parsers, the most specific first; the first match counts."""


BUYER_PRONOUNS = frozenset(("they", "they'll", "them", "she", "she'll", "he", "he'll", "buyer", GONE))
"""Owners that stand for the buyer without a name; a person who was removed stays on the buyer's side."""

_OWNER = re.compile(r"^\s*(?P<owner>" + re.escape(GONE) + r"|[^\W\d_][^:\d\n]{0,39}):\s+(?P<rest>\S.*)$", re.DOTALL)
"""Owner before a colon: somebody on the call, or a capitalized word."""

NumberedEvents = Sequence[tuple[int, Event]]
"""Events with their index in the call."""


def collect_promises(
    numbered: NumberedEvents, speech: SpeechTimeline, header: Header, said_at: Callable[[float], datetime | None]
) -> tuple[PromiseEntry, ...]:
    """Return both sides' promises, oldest first. A promise of the user has no owner, unless a colleague made it.

    `said_at` returns the wall-clock time at a second of the call: "tomorrow" counts from the day it was said, and a
    call across midnight has two days.
    """
    settled = {event.promise: event.how for _, event in numbered if isinstance(event, Settled)}
    our_speakers = {event.speaker for _, event in numbered if isinstance(event, Heard) and event.side is Side.ME}
    entries = []
    for promise in (*_heard_promises(numbered, speech), *_typed_promises(numbered, header.people)):
        is_user = promise.side is Side.ME and (
            same_person(promise.owner, header.me) or (not promise.noted and len(our_speakers) == 1)
        )
        if is_user or promise.owner.casefold() in BUYER_PRONOUNS:
            promise = replace(promise, owner="")
        said = said_at(promise.at)
        day = parse_due_date(promise.due or promise.text, said.date()) if said else None
        settlement = settled.get(promise.number, promise.settled)
        entries.append(replace(promise, due_on=day, settled=settlement, said_on=said.date() if said else None))
    return tuple(sorted(_without_repeats(entries), key=lambda promise: promise.at))


def _without_repeats(promises: Sequence[PromiseEntry]) -> Iterator[PromiseEntry]:
    """Yield the promises without those that another one repeats: what was said is often noted as well.

    Of what was heard and what was noted, the one with all words and the day of the other is kept. If either was
    settled, it is.
    """
    heard = [(promise, _task_words(promise)) for promise in promises if not (promise.noted or promise.overpromise)]
    for promise in promises:
        if not promise.noted:
            continue
        words = _task_words(promise)
        for place, (other, other_words) in enumerate(heard):
            if other.side is not promise.side:
                continue
            if _has_all_of(other, other_words, promise, words):
                heard[place] = (_settled_as(other, promise), other_words)
                break
            if _has_all_of(promise, words, other, other_words):
                heard[place] = (_settled_as(promise, other), words)
                break
        else:
            yield promise
    yield from (promise for promise, _ in heard)
    yield from (promise for promise in promises if promise.overpromise)


def _task_words(promise: PromiseEntry) -> frozenset[str]:
    return frozenset(split_words(to_task(promise.text)))


def _has_all_of(
    fuller: PromiseEntry, fuller_words: frozenset[str], other: PromiseEntry, other_words: frozenset[str]
) -> bool:
    """Return whether a promise has all words of another one, and its day."""
    return len(other_words) > 1 and other.due_on in (None, fuller.due_on) and other_words <= fuller_words


def _settled_as(promise: PromiseEntry, other: PromiseEntry) -> PromiseEntry:
    return replace(promise, settled=other.settled) if promise.is_open else promise


def same_person(one: str, other: str) -> bool:
    """Return True if two entries name the same person, as `Dana, VP Eng` and `Dana` do."""
    return _name_words(one) == _name_words(other)


def is_one_of(name: str, people: Iterable[str]) -> bool:
    """Return True if this is the name of one of the people or a part of it: `Smith` for `Dana Smith, CTO`."""
    own = set(_name_words(name))
    return bool(own) and any(own.issubset(_name_words(person)) for person in people)


def _name_words(person: str) -> list[str]:
    """Return the words of a name without its role, case and accents: people type `Jose` for `José`."""
    letters = unicodedata.normalize("NFKD", person.partition(",")[0].casefold())
    return "".join(each for each in letters if not unicodedata.combining(each)).split()


def _heard_promises(numbered: NumberedEvents, speech: SpeechTimeline) -> Iterator[PromiseEntry]:
    said_texts = frozenset(sentence.text for sentence in speech.sentences)
    for number, event in numbered:
        if isinstance(event, Promised) and event.text != GONE:
            yield PromiseEntry(
                *(event.at, event.side, event.text, event.owner, event.due, event.to),
                overpromise=event.overpromise,
                safer_wording=event.safer_wording,
                sentence=None if event.text in said_texts else speech.last(event.side, event.at),
                number=number,
            )


def _typed_promises(numbered: NumberedEvents, people: Sequence[str]) -> Iterator[PromiseEntry]:
    """Yield typed promises: `Dana: sends the audit by Friday` is the buyer's, `send the figures` the user's."""
    first_names = {name for person in people for name in _name_words(person)[:1]}
    for number, note in numbered:
        if not isinstance(note, Noted) or note.kind is not NoteKind.PROMISE:
            continue
        owner_match = _OWNER.match(note.text)
        owner = owner_match["owner"].strip() if owner_match else ""
        is_theirs = owner.casefold() in BUYER_PRONOUNS or is_one_of(owner, people)
        if owner_match and not (is_theirs or owner[0].isupper()):
            owner_match, owner = None, ""
        first = note.text.split(maxsplit=1)[0] if note.text.strip() else ""
        if not owner_match:
            owner = first if set(_name_words(first)) & first_names else ""
            is_theirs = bool(owner) or first.casefold() in BUYER_PRONOUNS
        text = owner_match["rest"].strip() if owner_match else note.text
        due = find_promise(" ".join(("i'll send", *split_words(text))))
        yield PromiseEntry(
            at=note.at,
            side=Side.THEM if is_theirs else Side.ME,
            text=text,
            owner=owner,
            due=due.due if due else "",
            noted=True,
            number=number,
        )


class PromiseStatus(StrEnum):
    """Status of a promise today. `OVERPROMISE`: an overpromise that was neither kept nor withdrawn."""

    LATE = "late"
    OVERPROMISE = "too much"
    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


OPEN_STATUSES = frozenset((PromiseStatus.LATE, PromiseStatus.OVERPROMISE, PromiseStatus.OPEN))


class TrackedPromise(Struct, frozen=True):
    """A promise with its call. `ref` is the short name that the user types to settle it."""

    ref: str
    call: str
    account: str
    started_at: datetime | None
    promise: PromiseEntry
    status: PromiseStatus

    @property
    def who(self) -> str:
        return "you" if self.promise.side is Side.ME else self.promise.owner or "they"


def tracked_promises(call_id: str, debrief: Debrief, today: date) -> Iterator[TrackedPromise]:
    """Yield the promises of one call and what it ended with, with their status today."""
    tail = call_id.rpartition("-")[2]
    header = debrief.header
    for promise in (*debrief.promises, *debrief.agreed):
        ref = f"{tail}.{promise.number}" if promise.number >= 0 else f"{tail}.{-2 - promise.number}b"
        yield TrackedPromise(ref, call_id, header.account, header.started_at, promise, promise_status(promise, today))


def is_owed(promise: PromiseEntry) -> bool:
    """Return whether somebody has to do something: a claim about the product (*one click*) is only to be corrected."""
    line = " ".join(split_words(promise.text))
    return not promise.overpromise or is_binding(find_promise(line), line)


def promise_status(promise: PromiseEntry, today: date) -> PromiseStatus:
    """Return the status of a promise: how it was settled, otherwise what its wording and due date say."""
    if not promise.is_open:
        return PromiseStatus.KEPT if promise.settled is Settlement.KEPT else PromiseStatus.WITHDRAWN
    if promise.overpromise:
        return PromiseStatus.OVERPROMISE
    return PromiseStatus.LATE if promise.due_on is not None and promise.due_on < today else PromiseStatus.OPEN


def sort_by_urgency(promises: Iterable[TrackedPromise]) -> list[TrackedPromise]:
    """Return promises by urgency: late ones first, then by due date, undated ones last."""
    return sorted(
        promises,
        key=lambda tracked: (
            list(PromiseStatus).index(tracked.status),
            tracked.promise.due_on or date.max,
            tracked.call,
            tracked.promise.at,
        ),
    )


def due_text(tracked: TrackedPromise, today: date | None) -> str:
    """Return the due date (`27 November`), otherwise the words it was given in."""
    promise = tracked.promise
    return format_day(promise.due_on, today) if promise.due_on else capitalize_due(promise)


def capitalize_due(promise: PromiseEntry) -> str:
    """Return `by next Friday` for the due words `by next friday`, which were recognized without capitals."""
    due, text = promise.due, promise.text
    at = text.lower().find(due.lower())
    return text[at : at + len(due)] if at >= 0 and len(text.lower()) == len(text) else due


def promise_text(promise: PromiseEntry) -> str:
    """Return a promise with its owner, its due date if the text does not name it, and ` (kept)` or ` (withdrawn)`.

    `by Friday` gets its day: a debrief is also read weeks later.
    """
    owner = f"{promise.owner}: " if promise.owner else ""
    due = f" → {promise.due}" if promise.due and promise.due.casefold() not in promise.text.casefold() else ""
    day = ""
    if promise.due_on is not None and not names_day(promise.text + due, promise.due_on, promise.said_on):
        day = f" ({format_day(promise.due_on, promise.said_on)})"
    return f"{owner}{promise.text}{due}{day}{settlement_text(promise)}"


def names_day(text: str, day: date, today: date | None) -> bool:
    """Return whether a text has this day as a date, with the year if it is not that of `today`."""
    return day.isoformat() in text or format_day(day, today or day).casefold() in text.casefold()


SETTLEMENTS: Mapping[str, Settlement] = {
    "kept": Settlement.KEPT,
    "withdrawn": Settlement.RETRACTED,
    "open": Settlement.OPEN,
}
"""Settlements by the words in which a user chooses and reads them."""


def settlement_text(promise: PromiseEntry) -> str:
    """Return ` (kept)` or ` (withdrawn)`; empty for an open promise."""
    return "" if promise.is_open else f" ({'kept' if promise.settled is Settlement.KEPT else 'withdrawn'})"


HEADLINES: Mapping[OutcomeKind, str] = {
    OutcomeKind.GO: "GO",
    OutcomeKind.NO_GO: "NO-GO",
    OutcomeKind.NOT_YET: "NOT YET",
    OutcomeKind.OPEN: "OPEN",
}
DATE_FIELDS = ("date", "when")
SIDE_STEPS = {
    Side.ME: (StandardNote.OUR_STEP, StandardNote.OUR_DATE),
    Side.THEM: (StandardNote.THEIR_STEP, StandardNote.THEIR_DATE),
}
"""Captured fields of an outcome that hold what each side does, and its day."""

STEPS: Mapping[str, str] = {StandardNote.SHARED_STEP: StandardNote.SHARED_DATE, **dict(SIDE_STEPS.values())}
"""Captured fields that hold an agreed step, with the field of its day; the first one present counts."""

TALK_AGAIN = "Talk again"
DATED_KINDS = frozenset((OutcomeKind.GO, OutcomeKind.NOT_YET))
"""Outcomes that need a date."""

SUPERSEDED_KINDS = frozenset((PromiseKind.STEP, PromiseKind.REVISIT))
"""Kinds that the next call with the account supersedes."""

DOCUMENT_TITLES: Mapping[AccountPart, str] = {
    AccountPart.DOCUMENTS: "Paperwork they need",
    AccountPart.IN_WRITING: "In writing",
}
"""Titles of documents in lists, by the part of the account page that their notes fill."""

DRILL = "drill"
"""Outcome id of a five-minute drill."""

UNNAMED_STEP = "next step"
"""Outcome name that says nothing about the step, so only the date is shown."""


def summarize_outcome(
    ended: Ended | None, started_at: datetime | None, seconds: float, playbook: Playbook | None = None
) -> OutcomeSummary:
    """Return the outcome of a call that lasted `seconds`; without `ended` the call is open.

    `playbook`, if available, provides its label for the outcome.
    """
    if ended is None:
        return OutcomeSummary(OutcomeKind.OPEN, headline=HEADLINES[OutcomeKind.OPEN], line="This call is still open.")
    record = {name: words for name, words in ended.record.items() if words.strip()}
    if ended.outcome == DRILL:
        return _drill_outcome(record)
    decision = ended.decision.strip().lower().replace(" ", "-")
    known = (OutcomeKind.GO, OutcomeKind.NO_GO, OutcomeKind.NOT_YET)
    verdict = next((each for each in known if each == decision), OutcomeKind.OTHER)
    date_field = _find_date_field(record)
    verb = "revisit " if date_field == StandardNote.REVISIT_DATE else ""
    when = format_day(record[date_field], started_at) if date_field else ""
    day = parse_day(record[date_field], started_at.isoformat()) if date_field and started_at else None
    is_not_yet = verdict is OutcomeKind.NOT_YET
    # Without the day of the call, words are taken for a date.
    is_undated = day is None and (bool(when and started_at) or (is_not_yet and not when)) and verdict in DATED_KINDS
    shown = when
    if day and not names_day(record[date_field], day, started_at):
        shown = f"{when} ({format_day(day, started_at)})"
    facts = (f"{verb}{shown}" if shown else "", NO_DATE if is_undated else "")
    name = label_of(ended.outcome, playbook)
    headline = HEADLINES.get(verdict, (ended.decision or name or "ended").upper())
    is_named = date_field and name != UNNAMED_STEP and verdict in (OutcomeKind.GO, OutcomeKind.OTHER)
    step = next((record[field].strip() for field in STEPS if field in record), "") or ended.next_step.strip()
    if date_field and step == record[date_field].strip():  # a date alone is not a step
        step = ""
    step = step or (name if is_named else "")
    return OutcomeSummary(
        verdict=verdict,
        name=name,
        headline=" · ".join(part for part in (headline, *facts) if part),
        line=_both_steps(verdict, record, started_at)
        or _outcome_line(verdict, "" if is_not_yet and is_undated else when, step, record, format_duration(seconds)),
        when=when,
        next_step=step,
        record=record,
        is_undated=is_undated,
    )


def _drill_outcome(record: Mapping[str, str]) -> OutcomeSummary:
    """Return the result of a drill, in which nothing was agreed."""
    passed, caught = record.get("passed", ""), record.get("caught", "")
    result = f"{record.get('drill', 'a').capitalize()} drill: {passed or 'nothing'} passed."
    return OutcomeSummary(
        verdict=OutcomeKind.OTHER,
        name=DRILL,
        headline=f"DRILL · {passed}" if passed else "DRILL",
        line=f"{result} Caught: {with_period(caught)}" if caught else result,
        record=record,
    )


def _find_date_field(record: Mapping[str, str]) -> str:
    """Return the field of the agreed day: that of the step, otherwise the first that belongs to no other step."""
    step = next((name for name in STEPS if name in record), "")
    if step and STEPS[step] in record:
        return STEPS[step]
    other_day_fields = {day for name, day in STEPS.items() if name in record and name != step}
    return next(
        (
            name
            for name in record
            if (name.endswith(DATE_SUFFIXES) or name in DATE_FIELDS) and name not in other_day_fields
        ),
        "",
    )


def _both_steps(verdict: OutcomeKind, record: Mapping[str, str], started_at: datetime | None) -> str:
    """Return a line with the steps of both sides, empty unless both have one."""
    if verdict is not OutcomeKind.GO or not {part for part, _ in SIDE_STEPS.values()} <= record.keys():
        return ""
    ours, theirs = (
        ", ".join(part for part in (record[name], format_day(record.get(STEPS[name], ""), started_at)) if part)
        for name, _ in SIDE_STEPS.values()
    )
    return f"Your next step: {with_period(ours)} Theirs: {with_period(theirs)}"


def _reason(record: Mapping[str, str]) -> str:
    return next(
        (record[name].strip() for name in (StandardNote.REASON, StandardNote.CONDITION, "why") if name in record), ""
    )


def _outcome_line(verdict: OutcomeKind, when: str, step: str, record: Mapping[str, str], duration: str) -> str:
    reason = _reason(record)
    lead = "What has to be true by then" if record.get(StandardNote.CONDITION, "").strip() == reason else "Reason"
    why = f" {lead}: {with_period(reason)}" if reason else ""
    match verdict:
        case OutcomeKind.GO if step or when:
            return f"You agreed on a next step: {', '.join(part for part in (step, when) if part)}."
        case OutcomeKind.GO:
            return "A go, but without a next step: agree on one now."
        case OutcomeKind.NOT_YET if when:
            return f"Not now, but with a date: {when}.{why}"
        case OutcomeKind.NOT_YET:
            return f"A not-yet without a date is a maybe: ask them for the day.{why}"
        case OutcomeKind.NO_GO:
            return f"A clear no after {duration}, which saves both sides time.{why}"
        case _:
            return f"{with_period(step or 'The call ended')}{why}"


def agreed_steps(
    numbered: NumberedEvents,
    outcome: OutcomeSummary,
    people: Sequence[str],
    promises: Sequence[PromiseEntry],
    said: datetime | None,
) -> tuple[PromiseEntry, ...]:
    """Return the steps of a go or the day to talk again of a not-yet, the user's first, then the documents.

    The shared next step belongs to its owner's side: the people of the call are on the buyer's. A step that repeats
    one of the `promises` is left out. Due dates count from the day of `said`.
    """
    match outcome.verdict:
        case OutcomeKind.GO:
            steps = list(_agreed_steps(outcome, people))
        case OutcomeKind.NOT_YET:
            reason = _reason(outcome.record)
            text = f"{TALK_AGAIN}: {reason}" if reason else TALK_AGAIN
            due = outcome.record.get(StandardNote.REVISIT_DATE, "").strip() or outcome.when
            steps = [PromiseEntry(0.0, Side.ME, text, due=due, noted=True, kind=PromiseKind.REVISIT)]
        case _:
            return ()
    ending_number, at = next((number, event.at) for number, event in reversed(numbered) if isinstance(event, Ended))
    on = said.date() if said else None
    dated = (
        replace(
            step,
            at=at,
            number=step_event_number(ending_number, step.side),
            due_on=parse_day(step.due, on.isoformat()) if on else None,
        )
        for step in steps
    )
    new_steps = (step for step in dated if not _is_promised_already(step, promises))
    entries = (*new_steps, *_needed_documents(numbered))
    settled = {event.promise: event.how for _, event in numbered if isinstance(event, Settled)}
    return tuple(replace(each, settled=settled.get(each.number, Settlement.OPEN), said_on=on) for each in entries)


def step_event_number(ending_number: int, side: Side) -> int:
    """Return the number of a side's step; `ending_number` is the index of the event that ended the call.

    That event holds the steps of both sides, so the buyer's has a negative number, which no event has.
    """
    return ending_number if side is Side.ME else -2 - ending_number


def _agreed_steps(outcome: OutcomeSummary, people: Sequence[str]) -> Iterator[PromiseEntry]:
    record = outcome.record
    owner = record.get(StandardNote.OWNER, "").strip()
    is_theirs = owner.casefold() in BUYER_PRONOUNS or is_one_of(owner, people)
    shared_side = Side.THEM if is_theirs else Side.ME
    has_parts = any(record.get(part, "").strip() for part, _ in SIDE_STEPS.values())
    shared = record.get(StandardNote.SHARED_STEP, "").strip() or (
        "" if has_parts else outcome.next_step or (UNNAMED_STEP if outcome.when else "")
    )
    other_day = "" if any(record.get(field, "").strip() for _, field in SIDE_STEPS.values()) else outcome.when
    for side, (part, day_field) in SIDE_STEPS.items():
        own = record.get(part, "").strip()
        is_shared = bool(shared) and side is shared_side
        if is_shared or own:
            text = "; ".join(text for text in (shared if is_shared else "", own) if text)
            due = record.get(day_field, "").strip() or record.get(StandardNote.SHARED_DATE, "").strip() or other_day
            step_owner = owner if is_shared and owner.casefold() not in BUYER_PRONOUNS else ""
            yield PromiseEntry(0.0, side, text, step_owner, due, noted=True, kind=PromiseKind.STEP)


def revisit_reason(revisit: PromiseEntry) -> str:
    """Return why both sides talk again, empty if nobody said."""
    return revisit.text.removeprefix(TALK_AGAIN).removeprefix(": ")


def _is_promised_already(step: PromiseEntry, promises: Iterable[PromiseEntry]) -> bool:
    """Return True if a promise of the same side has all words of an agreed step, and its day."""
    return any(
        promise.side is step.side
        and not promise.overpromise
        and _has_all_of(promise, _task_words(promise), step, _task_words(step))
        for promise in promises
    )


def _needed_documents(numbered: NumberedEvents) -> Iterator[PromiseEntry]:
    """Yield the documents that the buyer needs, from the notes of answers; labels name no document."""
    for number, event in numbered:
        if isinstance(event, Answered) and event.note.strip():
            fills = event.fills or FORMER_FILLS.get(event.question, ())
            if title := next((DOCUMENT_TITLES[part] for part in fills if part in DOCUMENT_TITLES), ""):
                text = f"{title}: {event.note.strip()}"
                yield PromiseEntry(event.at, Side.ME, text, noted=True, number=number, kind=PromiseKind.DOCUMENT)
