"""Calendar invitations (.ics files): the buyer, the people, the time and the link of the next call.

Nothing is fetched. An invitation is other people's text: every field may be missing, wrong or
hostile, and a field that cannot be read is left out.
"""

from __future__ import annotations

import html
import re
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import PlanKind, PlanSet
from salesnerd_tui.call.plan import plan_from_events, set_meeting
from salesnerd_tui.errors import UserError, error_reason
from salesnerd_tui.files import read_regular, url_hint
from salesnerd_tui.review.prep import ON_THE_CALL
from salesnerd_tui.review.promises import same_person
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.call.actions import Action, CallContext
    from salesnerd_tui.services.call_service import CallService, OpenedCall
    from salesnerd_tui.services.prep import PrepRequest

MAX_FILE_BYTES = 2 << 20
MAX_FILES = 200
"""Maximum number of files read from a folder, the newest first."""

MAX_PEOPLE = 12
"""Maximum number of people taken from an invitation; a webinar has hundreds."""

MAX_GUESTS = 1000
"""Maximum number of guests of a meeting that are read."""

MAX_LINE_CHARACTERS = 20_000
"""Number of characters read from a line; a description may be long."""

MAX_TEXT_CHARACTERS = 120
MAX_WRITTEN_LINES = 4
"""Maximum number of lines kept of what the person who invites wrote."""

MAX_WRITTEN_CHARACTERS = 300
MAX_LINK_CHARACTERS = 1000
MAX_ADDRESS_CHARACTERS = 500
MAX_ANNOUNCED_AHEAD = timedelta(hours=36)
"""Longest time ahead for which the start page announces a call."""

MIN_ANNOUNCED_AFTER_START = timedelta(minutes=15)
"""Time after its start for which a call is still announced."""

MEETING_HOSTS = (
    "zoom.us", "zoom.com", "zoomgov.com", "teams.microsoft.com", "teams.live.com", "meet.google.com", "webex.com",
    "whereby.com", "meet.jit.si", "gotomeeting.com", "goto.com", "chime.aws", "bluejeans.com", "around.co",
)  # fmt: skip
FREE_MAIL = frozenset((
    "gmail", "googlemail", "outlook", "hotmail", "live", "msn", "yahoo", "icloud", "me", "gmx", "web", "proton",
    "protonmail", "aol", "fastmail", "zoho", "yandex",
))  # fmt: skip
"""Mail providers whose domain names no company."""

_SECOND_LEVEL = frozenset(("co", "com", "net", "org", "gov", "ac", "edu", "or", "ne"))
_ADDRESS = re.compile(r"[^\s@<>\"',;:]{1,64}@([\w-]+(?:\.[\w-]+)+)")
_LINK = re.compile(r"https://[^\s<>\"'\\^`{|}\x00-\x20\x7f]+")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_LINE_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]{0,100}>", re.IGNORECASE)
_URL = re.compile(r"[(<\[]?\b(?:https?://|www\.)\S+")
_SEPARATOR = re.compile(r"[\W_]{5,}")
"""A line of signs, below which calendars and meeting tools write."""

_ADDED = re.compile(
    r"join (?:zoom|the|with|on|via|by|microsoft|webex|now|meeting)|microsoft teams|teams meeting|zoom meeting|"
    r".{0,80}\b(?:is inviting|has invited|invited) you to a|meeting (?:id|number|password|link)\b|pass(?:code|word)\b|"
    r"dial[- ](?:in|by)|one tap mobile|learn more about meet|help:|need help|.{0,60}\bwebex\b|invitation from google|"
    r"(?:on .{5,80} )?wrote:|(?:from|sent|von|gesendet): |>|--|this (?:e-?mail|message) (?:is|may|and)",
    re.IGNORECASE,
)
"""The beginning of a line that a meeting tool, a calendar or an older mail added."""

_LINK_FIELDS = ("X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "CONFERENCE")
_REPLY_METHODS = frozenset(("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"))
"""Methods of files that answer an invitation."""

_COMPONENTS = frozenset(("VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"))
_PROPERTIES = frozenset((
    "BEGIN", "END", "VERSION", "PRODID", "METHOD", "X-WR-CALNAME", "UID", "STATUS", "SUMMARY", "DTSTART", "DTEND",
    "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "ORGANIZER", "ATTENDEE", "LOCATION", "URL", "DESCRIPTION",
    "X-ALT-DESC", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "TZID", "TZNAME",
    "TZOFFSETFROM", "TZOFFSETTO",
))  # fmt: skip
"""Properties that are read; all other lines are dropped."""

_BEGIN, _END = "BEGIN:VCALENDAR", "END:VCALENDAR"
_FOLD = re.compile(r"\r?\n[ \t]")
_FOLD_BYTES = re.compile(rb"\r?\n[ \t]")
_START_DAY = re.compile(rb"(?m)^DTSTART[^:\r\n]*:(\d{8})")
_REPEATS = re.compile(rb"(?m)^R(RULE|DATE)[;:]")
_RULE_PARTS = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"},
}
"""Parts that calendars write for each frequency.

Other parts may describe days that never come, and proving that takes long.
"""
_MAX_DATES = 5000
"""Maximum number of dates computed for one recurring meeting."""

_MAX_DATES_PER_FILE = 100_000
"""Maximum number of dates computed for all recurring meetings of a file."""

_EMPTY_YEAR_COST = 13
"""Cost of a year without a date, in dates.

Searching for a day that never comes, such as 30 February, takes a second, and uses up the budget of the file.
"""

_MIN_YEAR = 2000
_MAX_REPEAT_AHEAD = timedelta(days=400)


class CannotReadInvitation(UserError):
    """The file holds no usable invitation; the message says why and what to do, on one line."""


class Guest(Struct, frozen=True):
    """A person of an invitation; `address` is in lower case and may be empty."""

    name: str
    address: str = ""
    is_required: bool = True

    @property
    def company(self) -> str:
        """The part of the domain that names the company, empty for mail providers."""
        return company_of(self.address)


class MeetingInvitation(Struct, frozen=True):
    """A meeting. `starts_at` has a time zone; it is None for an all-day event, which has a `day` only."""

    title: str = ""
    day: date | None = None
    starts_at: datetime | None = None
    minutes: float | None = None
    link: str = ""
    guests: tuple[Guest, ...] = ()
    own_address: str = ""
    """Address that the file itself marks as the user's: the name of the calendar it was exported from."""
    written: tuple[str, ...] = ()
    """Lines that the person who invites wrote, without those of calendars and meeting tools."""

    @property
    def announced_until(self) -> datetime | None:
        """The end, or somewhat after the start if there is no end or it comes sooner."""
        return _announced_until(self.starts_at, timedelta(minutes=self.minutes or 0.0)) if self.starts_at else None

    def is_ahead(self, now: datetime) -> bool:
        return self.announced_until is not None and self.announced_until > now


def _announced_until(start: datetime, length: timedelta) -> datetime:
    return start + max(length, MIN_ANNOUNCED_AFTER_START)


class InvitedBuyer(Struct, frozen=True):
    """The other side of an invitation. `companies` are the choices if there is more than one candidate."""

    account: str
    people: tuple[str, ...]
    companies: tuple[str, ...] = ()


class UpcomingCall(Struct, frozen=True):
    """The next call for the start page. `account` is the title of the meeting if its buyer is unclear."""

    path: Path
    account: str
    people: tuple[str, ...]
    starts_at: datetime
    announced_until: datetime

    def is_over(self, now: datetime) -> bool:
        return self.announced_until <= now


def read_invitation(path: Path, now: datetime) -> MeetingInvitation:
    """Return the invitation in a file, or the next one in a folder. Raises `CannotReadInvitation`.

    Of several meetings, and of the dates of a recurring one, it is the next that has not ended, else the last.
    """
    with suppress(OSError):  # a name that the system refuses; reading it gives the reason
        if path.is_dir():
            upcoming = next_in_folder(path, now)
            if upcoming is None:
                raise CannotReadInvitation(f"no upcoming invitation in {path} (save .ics files there)")
            return upcoming[1]
    try:
        data = read_regular(path, MAX_FILE_BYTES)
    except (OSError, ValueError) as problem:
        raise CannotReadInvitation(f"cannot read {path}: {error_reason(problem)}{url_hint(path)}") from None
    return parse_invitation(data, now, one_line(path.name))


def next_in_folder(folder: Path, now: datetime) -> tuple[Path, MeetingInvitation] | None:
    """Return the file and the invitation that starts next; files that cannot be read are skipped."""
    upcoming: list[tuple[datetime, Path, MeetingInvitation]] = []
    for path in _newest_files(folder):
        try:
            data = read_regular(path, MAX_FILE_BYTES)
            if _is_long_past(data, now):
                continue
            invitation = parse_invitation(data, now, one_line(path.name))
        except Exception:  # noqa: BLE001 - one odd file must not hide the folder or end the program
            continue
        if invitation.starts_at is not None and invitation.is_ahead(now):
            upcoming.append((invitation.starts_at, path, invitation))
    return min(upcoming, key=lambda each: (each[0], str(each[1])))[1:] if upcoming else None


def _is_long_past(data: bytes, now: datetime) -> bool:
    """Return True if all meetings were days ago; a folder collects them, and parsing takes time."""
    days = [found[1].decode() for found in _START_DAY.finditer(data)]
    return bool(days) and max(days) < f"{now - timedelta(days=3):%Y%m%d}" and not _REPEATS.search(data)


def _newest_files(folder: Path) -> list[Path]:
    try:
        named = [path for path in folder.iterdir() if path.suffix.lower() == ".ics"]
    except OSError:
        return []
    files: list[tuple[float, Path]] = []
    for path in named:
        with suppress(OSError):  # a link that leads nowhere
            files.append((-path.stat().st_mtime, path))
    return [path for _, path in sorted(files)[:MAX_FILES] if path.is_file()]


def parse_invitation(data: bytes, now: datetime, name: str = "this file") -> MeetingInvitation:
    """Return the invitation in the bytes of an .ics file. Raises `CannotReadInvitation`."""
    lines = _relevant_lines(_decode(data))
    calendars = _parse_calendars(lines) or _parse_calendars(_without_zones(lines))
    if calendars is None or _BEGIN not in lines:
        raise CannotReadInvitation(f"{name} is not a calendar file (save the invitation as .ics)")
    meetings: list[MeetingInvitation] = []
    problems: list[str] = []
    budget = _DateBudget(_MAX_DATES_PER_FILE)
    for calendar in calendars:
        events = list(calendar.walk("VEVENT"))
        moved_dates: dict[str, set[datetime]] = {}
        for event in events:
            if (moment := _moment(_date_or_moment(event, "RECURRENCE-ID"))) is not None:
                moved_dates.setdefault(_text_value(event, "UID"), set()).add(moment)
        own_address = _address(_text_value(calendar, "X-WR-CALNAME"))
        method = _text_value(calendar, "METHOD").upper()
        for event in events:
            if "CANCEL" in (method, _text_value(event, "STATUS").upper()[:6]):
                problems.append("the meeting was canceled")
            elif method in _REPLY_METHODS:
                problems.append("it is a reply to an invitation (save the invitation itself)")
            else:
                meetings.append(
                    _parse_event(event, now, own_address, moved_dates.get(_text_value(event, "UID"), set()), budget)
                )
    if not meetings:
        missing = "it contains no meeting" if _END in lines else "the file is incomplete"
        raise CannotReadInvitation(f"no invitation in {name}: {next(iter(problems), missing)}")
    return min(meetings, key=lambda each: _sort_key(each, now))


class _DateBudget:
    """Limit on computed dates: a file with many recurring meetings would take minutes."""

    def __init__(self, left: int) -> None:
        self.remaining_dates = left

    def take(self, dates: Iterable[datetime], start: datetime, max_dates: int) -> Iterator[datetime]:
        """Yield at most `max_dates` dates from `start` on. If the dates end before that, all years were searched."""
        remaining, last = iter(dates), start
        for _ in range(min(max_dates, self.remaining_dates)):
            moment = next(remaining, None)
            end = moment or datetime.max  # noqa: DTZ901 - the dates of a rule have no time zone
            years = (end - last).days // 367  # a yearly meeting skips none
            self.remaining_dates -= 1 + years * _EMPTY_YEAR_COST
            if moment is None:
                return
            yield moment
            last = moment


def _decode(data: bytes) -> str:
    """Return the text of a file with its long lines joined; old programs do not write UTF-8."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        text = _FOLD.sub("", data.decode("utf-16", "replace"))
    else:
        joined = _FOLD_BYTES.sub(b"", data)  # a line may be folded within a character
        try:
            text = joined.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = joined.decode("cp1252", "replace")
    return text.replace("\0", "")


def _relevant_lines(text: str) -> list[str]:
    """Return the lines that are read here: attachments and alarms are long, and guests may be thousands."""
    lines: list[str] = []
    guests = skipped_depth = 0
    for line in text.splitlines():
        name = re.split("[;:]", line, maxsplit=1)[0].strip().upper()
        if name in ("BEGIN", "END") and line.partition(":")[2].strip().upper() not in _COMPONENTS:
            skipped_depth = skipped_depth + 1 if name == "BEGIN" else max(0, skipped_depth - 1)
        elif skipped_depth > 0 or name not in _PROPERTIES:
            continue
        else:
            guests = guests + 1 if name == "ATTENDEE" else 0 if name == "BEGIN" else guests
            if name != "ATTENDEE" or guests <= MAX_GUESTS:
                lines.append(line[:MAX_LINE_CHARACTERS].strip())
    return lines


def _without_zones(lines: Iterable[str]) -> list[str]:
    """Return the lines without definitions of time zones: where one is broken, its zone is known by name, or local."""
    remaining: list[str] = []
    is_zone = False
    for line in lines:
        is_zone = is_zone or line.upper() == "BEGIN:VTIMEZONE"
        if not is_zone:
            remaining.append(line)
        is_zone = is_zone and line.upper() != "END:VTIMEZONE"
    return remaining


def _parse_calendars(lines: Iterable[str]) -> list[Any] | None:
    """Return the calendars in these lines, None if they are not a calendar file."""
    from icalendar import Calendar, use_zoneinfo  # takes 80 ms; only preps from an invitation need it

    use_zoneinfo()  # type: ignore[no-untyped-call]  # forgets the zones of the last file, where names may be the same
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about guessed time zones; a warning would be printed over the screen
            return Calendar.from_ical("\r\n".join((*lines, "")), multiple=True)
    except Exception:  # noqa: BLE001 - icalendar raises many kinds for broken files
        return None


def _sort_key(invitation: MeetingInvitation, now: datetime) -> tuple[int, float]:
    """Order meetings: those ahead by their start, then all-day ones ahead, then the newest past one."""
    if invitation.starts_at is not None:
        seconds = (invitation.starts_at - now).total_seconds()
        return (0, seconds) if invitation.is_ahead(now) else (2, -seconds)
    if invitation.day is not None:
        days = (invitation.day - now.astimezone().date()).days
        return (1, float(days)) if days >= 0 else (2, -days * 86400.0)
    return 3, 0.0


def _parse_event(
    event: Any, now: datetime, own_address: str, moved_dates: set[datetime], budget: _DateBudget
) -> MeetingInvitation:
    start, end = _date_or_moment(event, "DTSTART"), _date_or_moment(event, "DTEND")
    minutes = _minutes(event, start, end)
    length = timedelta(minutes=minutes or 0.0)
    is_whole_day = not isinstance(start, datetime)
    if start is not None and "RECURRENCE-ID" not in event and ("RRULE" in event or "RDATE" in event):
        first = _moment(start)
        if first is not None:
            skipped = moved_dates | set(_listed_moments(event, "EXDATE"))
            length = timedelta(days=1) if is_whole_day else length
            start = _RecurringMeeting(event, first, length, skipped).next_start(now, budget)
    starts_at = start if isinstance(start, datetime) else None
    day = starts_at.astimezone().date() if starts_at is not None else start
    return MeetingInvitation(
        one_line(_text_value(event, "SUMMARY"))[:MAX_TEXT_CHARACTERS].strip(),
        day,
        None if is_whole_day else starts_at,
        None if is_whole_day else minutes,
        _link(event),
        tuple(_guests(event)),
        own_address,
        tuple(islice(_written_lines(_text_value(event, "DESCRIPTION")), MAX_WRITTEN_LINES)),
    )


def _written_lines(description: str) -> Iterator[str]:
    """Yield the lines that a person wrote, up to what a meeting tool or an older mail added below."""
    if "<" in description:
        description = html.unescape(_TAG.sub(" ", _LINE_BREAK.sub("\n", description)))
    for row in description.splitlines():
        text = one_line(_URL.sub("", row)).strip()
        if _SEPARATOR.fullmatch(text) or _ADDED.match(text):
            return
        if any(char.isalpha() for char in text):
            yield text[:MAX_WRITTEN_CHARACTERS].rstrip()


def _values(component: Any, name: str) -> list[Any]:
    """Return the values of a property, one for each of its lines."""
    values = component.get(name, [])
    return values if isinstance(values, list) else [values]


def _text_value(component: Any, name: str) -> str:
    value = next(iter(_values(component, name)), "")
    return str(value) if value else ""


def _date_or_moment(event: Any, name: str) -> date | datetime | None:
    """Return a date, or a moment with a time zone: a floating one is local, and so is one with an unknown zone."""
    value = _raw_date(event, name)
    return _to_utc(value) if isinstance(value, datetime) else value if isinstance(value, date) else None


def _raw_date(event: Any, name: str) -> Any:
    """Return the date or moment as the file writes it; of several lines, the first one's."""
    return _attribute(next(iter(_values(event, name)), None), "dt")


def _moment(day: Any) -> datetime | None:
    """Return a moment in UTC; a day is its first moment."""
    if isinstance(day, datetime):
        return _to_utc(day)
    return _to_utc(datetime.combine(day, time.min)) if isinstance(day, date) else None


def _attribute(value: Any, name: str) -> Any:
    """Return an attribute of a property, None if it is missing or if icalendar could not read the property."""
    try:
        return getattr(value, name, None)
    except Exception:  # noqa: BLE001 - icalendar 7 raises its own error for each use of a broken property
        return None


def _to_utc(moment: datetime) -> datetime | None:
    """Return the moment in UTC, or None if it lies outside of the calendar or at its edge."""
    try:
        utc = moment.astimezone(UTC)
        return utc if date.min.year < utc.year < date.max.year else None
    except (OverflowError, ValueError, OSError):
        return None


def _minutes(event: Any, start: date | datetime | None, end: date | datetime | None) -> float | None:
    length: Any = _attribute(event.get("DURATION"), "dt")
    if isinstance(start, datetime) and isinstance(end, datetime):
        length = end - start
    if not isinstance(length, timedelta) or not timedelta(0) < length <= timedelta(days=1):
        return None
    return length.total_seconds() / 60


def _listed_moments(event: Any, name: str) -> Iterator[datetime | None]:
    for group in _values(event, name):
        for each in _attribute(group, "dts") or ():
            yield _moment(each.dt)


class _RecurringMeeting(Struct, frozen=True):
    """A meeting with several dates. `first` and those to leave out (`skipped`) are moments in UTC."""

    event: Any
    first: datetime
    length: timedelta
    skipped: set[datetime | None]

    def next_start(self, now: datetime, budget: _DateBudget) -> datetime | None:
        """Return the first date that has not ended, else the last one."""
        extra = [each for each in _listed_moments(self.event, "RDATE") if each is not None and each not in self.skipped]
        by_rule = self._next_by_rule(now, budget) if "RRULE" in self.event else self.first
        dates = [*extra, by_rule] if by_rule is not None else extra
        ahead = [each for each in dates if _announced_until(each, self.length) > now]
        return min(ahead, default=None) or max(dates, default=None)

    def _next_by_rule(self, now: datetime, budget: _DateBudget) -> datetime | None:
        """Return the first date by the rule that has not ended, else its last one.

        The rule is applied in the zone of the meeting, so that it keeps its hour over a change of the clocks. Rules
        that would take long to expand (hourly ones, from the last century, or after many others) are not applied.
        """
        from dateutil.rrule import rrulestr

        rule, start = self.event["RRULE"], _raw_date(self.event, "DTSTART")
        if not isinstance(rule, dict) or self.first.year < _MIN_YEAR or budget.remaining_dates <= 0:
            return self.first
        parts: Any = rule.copy()
        frequency = str(next(iter(parts.get("FREQ", [])), "")).upper()
        allowed_parts = {*_RULE_PARTS.get(frequency, ()), "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
        if frequency not in _RULE_PARTS or not parts.keys() <= allowed_parts:
            return self.first
        try:
            if any(int(each) < 1 for each in parts.get("INTERVAL", [])):
                return self.first  # the rule would never advance
            start = start if isinstance(start, datetime) else datetime.combine(start, time.min)
            zone = start.tzinfo  # None: local time
            until = now + _MAX_REPEAT_AHEAD
            for last_day in parts.pop("UNTIL", []):
                end = last_day if isinstance(last_day, datetime) else datetime.combine(last_day, time.max)
                until = min(until, _to_utc(end) or now)
            count = min([_MAX_DATES, *(int(each) for each in parts.pop("COUNT", []))])
            local_until = until.astimezone(zone).replace(tzinfo=None)
            local_start = start.replace(tzinfo=None)
            last: datetime | None = None
            for local in budget.take(rrulestr(parts.to_ical().decode(), dtstart=local_start), local_start, count):
                if local > local_until:
                    break
                at = _to_utc(local.replace(tzinfo=zone))
                if at is None or at in self.skipped:
                    continue
                last = at
                if _announced_until(at, self.length) > now:
                    break
        except (ValueError, TypeError, AttributeError, OverflowError, KeyError):
            return self.first
        return last


def _guests(event: Any) -> Iterator[Guest]:
    """Yield the organizer, then the guests; not rooms, equipment, or people who declined."""
    seen: set[str] = set()
    for name in ("ORGANIZER", "ATTENDEE"):
        for entry in _values(event, name):
            guest = _guest(entry)
            if guest is not None and (guest.address or guest.name.casefold()) not in seen:
                seen.add(guest.address or guest.name.casefold())
                yield guest


def _guest(entry: Any) -> Guest | None:
    parameters = {str(key).upper(): str(value) for key, value in (_attribute(entry, "params") or {}).items()}
    is_person = parameters.get("CUTYPE", "INDIVIDUAL").upper() in ("INDIVIDUAL", "UNKNOWN", "")
    if not is_person or parameters.get("PARTSTAT", "").upper() == "DECLINED":
        return None
    address = _address(str(entry))
    if address.endswith("calendar.google.com") or address.startswith(("noreply@", "no-reply@")):
        return None
    name = _person_name(parameters.get("CN", ""), address)
    return Guest(name, address, parameters.get("ROLE", "").upper() != "OPT-PARTICIPANT") if name else None


def _address(text: str) -> str:
    match = _ADDRESS.search(text[:MAX_ADDRESS_CHARACTERS])
    return match[0].lower() if match else ""


def _person_name(shown: str, address: str) -> str:
    """Return the name of a guest as salesnerd writes it: a comma would start the person's role.

    `Smith, Dana (Acme)` becomes `Dana Smith`; without a name, `dana.smith@acme.example` becomes `Dana Smith`.
    """
    name = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", one_line(shown)[:MAX_ADDRESS_CHARACTERS]).strip(" \"'")
    if not name or "@" in name:
        local = re.split(r"[+@]", address)[0]
        name = " ".join(part.capitalize() for part in re.split(r"[._-]+", local) if part)
    family, comma, given = name.partition(",")
    if comma:
        name = f"{given.split(',')[0].strip()} {family.strip()}"
    return " ".join(name.replace(";", " ").split())[:MAX_TEXT_CHARACTERS].strip()


def _link(event: Any) -> str:
    """Return the link to join: of the fields made for it any, of texts one to a known meeting service."""
    for name in (*_LINK_FIELDS, "LOCATION", "URL", "DESCRIPTION", "X-ALT-DESC"):
        for url in _LINK.findall(_text_value(event, name)):
            link = one_line(url).rstrip(".,;:)>]")
            host = f".{re.split('[/?#]', link.removeprefix('https://'), maxsplit=1)[0].lower()}"
            is_meeting = "@" not in host and host.endswith(tuple(f".{each}" for each in MEETING_HOSTS))
            if len(link) <= MAX_LINK_CHARACTERS and link.isascii() and (name in _LINK_FIELDS or is_meeting):
                return link
    return ""


def company_of(address: str) -> str:
    """Return the name of the company in a mail address: `acme` of `dana@mail.acme.co.uk`, empty for providers."""
    labels = address.rpartition("@")[2].lower().split(".")
    if len(labels) < 2:
        return ""
    is_deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    label = labels[-3 if is_deep else -2]
    return "" if label in FREE_MAIL else label


def find_buyer(
    invitation: MeetingInvitation, own_addresses: Iterable[str] = (), accounts: Sequence[str] = ()
) -> InvitedBuyer:
    """Return the other side. `own_addresses` are the user's; a name in `accounts` is spelled as there.

    Without an own address, a single company is the buyer; of several, the only one that is a known account, else none.
    """
    addresses = {each.lower() for each in (*own_addresses, invitation.own_address)} - {""}
    own_companies = {company_of(each) for each in addresses} - {""}
    others = [guest for guest in invitation.guests if guest.address not in addresses]
    if own_companies:
        others = [guest for guest in others if guest.company not in own_companies]
    companies = list(dict.fromkeys(guest.company for guest in others if guest.company))
    names = {each: _account_name(each, accounts) for each in companies}
    if len(companies) > 1 and not addresses:
        known = [each for each in companies if names[each]]
        if len(known) != 1:
            return InvitedBuyer("", (), tuple(names[each] or _capitalize(each) for each in companies))
        companies = known
        others = [guest for guest in others if guest.company == known[0]]
    account = names[companies[0]] or _capitalize(companies[0]) if companies else ""
    ordered = sorted(others, key=lambda guest: not guest.is_required)
    people = tuple(dict.fromkeys(guest.name for guest in ordered))
    return InvitedBuyer(account, people[:MAX_PEOPLE])


def _account_name(company: str, accounts: Sequence[str]) -> str:
    """Return the account of a company, or an empty string: `acme` is `Acme` or `Acme Robotics`."""
    key = _letters(company)
    exact = [name for name in accounts if _letters(name) == key]
    by_first_word = [name for name in accounts if _letters(next(iter(name.split()), "")) == key]
    return next(iter((*exact, *by_first_word)), "")


def _capitalize(company: str) -> str:
    return " ".join(part.capitalize() for part in company.split("-") if part)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def time_until(starts_at: datetime, now: datetime) -> str:
    """Return `in 12 min`, `now`, `5 min ago`, `at 15:00` or `tomorrow at 9:00`, in local time."""
    minutes = round((starts_at - now).total_seconds() / 60)
    local = starts_at.astimezone()
    if minutes < 0:
        return f"{-minutes} min ago"
    if minutes == 0:
        return "now"
    if minutes < 60:
        return f"in {minutes} min"
    days = (local.date() - now.astimezone().date()).days
    at = f"at {local.hour}:{local.minute:02}"
    return at if days == 0 else f"tomorrow {at}" if days == 1 else f"on {local.day} {local:%B} {at}"


def meeting_facts(invitation: MeetingInvitation) -> dict[str, str]:
    start = invitation.starts_at or invitation.day
    facts = {
        "starts_at": start.isoformat() if start else "",
        "minutes": f"{invitation.minutes:g}" if invitation.minutes else "",
        "link": invitation.link,
        "title": invitation.title,
        "written": "\n".join(invitation.written),
    }
    return {name: text for name, text in facts.items() if text}


def upcoming_call(
    folder: Path, now: datetime, own_addresses: Iterable[str] = (), accounts: Sequence[str] = ()
) -> UpcomingCall | None:
    """Return the next call of a folder of invitations, if it starts soon. For a worker thread: it reads files."""
    upcoming = next_in_folder(folder, now)
    if upcoming is None:
        return None
    path, invitation = upcoming
    starts_at, until = invitation.starts_at, invitation.announced_until
    if starts_at is None or until is None or starts_at - now > MAX_ANNOUNCED_AHEAD:
        return None
    buyer = find_buyer(invitation, own_addresses, accounts)
    return UpcomingCall(path, buyer.account or invitation.title or "call", buyer.people, starts_at, until)


def announced_call(service: CallService, now: datetime) -> UpcomingCall | None:
    """Return the next call of the folder in the settings, for the start page. For a worker thread: it reads files."""
    folder = service.store.settings.get("invites")
    if not isinstance(folder, str) or not folder:
        return None
    own_addresses = parse_addresses(service.store.settings.get("email"))
    return upcoming_call(Path(folder), now, own_addresses, _accounts(service))


def invited_prep(
    service: CallService, request: PrepRequest, invitation: MeetingInvitation
) -> tuple[PrepRequest, tuple[Action, ...]]:
    """Return the request for a prep of this invitation, and the plan that sets its meeting and adds its people.

    What the request already says takes precedence. Raises `CannotReadInvitation` if it is unclear which company is the
    buyer.
    """
    own_addresses = parse_addresses(service.store.settings.get("email"))
    buyer = find_buyer(invitation, own_addresses, (request.account,) if request.account else _accounts(service))
    if buyer.companies and not request.account:
        raise CannotReadInvitation(
            f"unclear which company is the buyer: {' or '.join(buyer.companies)} (use --account, or set your own "
            "address once: salesnerd settings --email YOU@COMPANY)"
        )
    people = request.people or buyer.people
    request = replace(request, account=request.account or buyer.account, people=people)
    facts = meeting_facts(invitation)
    return request, (lambda context: (*set_meeting(context, facts), *_new_people(context, people)),)


def open_invited_prep(service: CallService, path: Path, now: datetime) -> OpenedCall:
    """Open a prep from an invitation file, or resume the account's open one.

    Raises `CannotReadInvitation` and `CannotOpen`.
    """
    from salesnerd_tui.services.prep import PrepRequest, open_prep

    request, plans = invited_prep(service, PrepRequest(), read_invitation(path, now))
    call = open_prep(service, request)
    for plan in plans:
        call.after_begin(partial(call.session.do, plan))
    return call


def _accounts(service: CallService) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.account for each in service.store.summaries() if each.account.strip()))


def _new_people(context: CallContext, names: Iterable[str]) -> Iterator[PlanSet]:
    """Yield the people that the prep does not know yet; a new prep was started with them."""
    known = [
        *(context.state.started.people if context.state.started else ()),
        *plan_from_events(context.state.plan).roles,
    ]
    for name in names:
        if not any(same_person(name, other) for other in known):
            yield PlanSet(context.at, PlanKind.ROLE, name, ON_THE_CALL)


def parse_addresses(setting: object) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[,\s]+", setting.lower()))) if isinstance(setting, str) else ()
