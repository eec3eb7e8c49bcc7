"""A prep from an invitation by Google, Outlook, Teams or Zoom, or by an attacker."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hostile
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services import calendar_invitation
from salesnerd_tui.services.calendar_invitation import (
    MAX_PEOPLE,
    CannotReadInvitation,
    InvitedBuyer,
    MeetingInvitation,
    announced_call,
    company_of,
    find_buyer,
    meeting_facts,
    parse_invitation,
    read_invitation,
    time_until,
    upcoming_call,
)
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.text import one_line
from thoroughness import examples

SAMPLES = Path(__file__).parent / "invitations"
NOW = datetime(2026, 12, 1, 13, 48, tzinfo=UTC)
ME = ("jo@fieldworks.example",)


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Floating times and the day of a moment depend on where the user is."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def event(*lines: str, method: str = "REQUEST") -> bytes:
    rows = ("BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", "UID:1", *lines)
    return "\r\n".join((*rows, "END:VEVENT", "END:VCALENDAR", "")).encode("utf-8", "surrogatepass")


def read(*lines: str, now: datetime = NOW) -> MeetingInvitation:
    return parse_invitation(event(*lines), now)


@pytest.mark.parametrize(
    ("sample", "buyer", "minutes", "link"),
    [
        ("google", InvitedBuyer("Northwind", ("Dana Smith", "Ola Berg")), 45, "https://meet.google.com/abc-defg-hij"),
        ("outlook", InvitedBuyer("Northwind Clinics", ("Dana Smith",)), 30, ""),
        (
            "teams",
            InvitedBuyer("Northwind", ("Dana Smith",)),
            30,
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_",
        ),
        ("zoom", InvitedBuyer("", ()), 60, "https://us02web.zoom.us/j/93216549871?pwd=Zm9vYmFy"),
    ],
)
def test_each_calendar_gives_the_same_facts(sample: str, buyer: InvitedBuyer, minutes: float, link: str) -> None:
    invitation = read_invitation(SAMPLES / f"{sample}.ics", NOW)
    assert invitation.starts_at == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert invitation.minutes == minutes
    assert invitation.link.startswith(link)
    assert bool(invitation.link) is bool(link)
    assert find_buyer(invitation, ME) == buyer


def test_without_an_own_address_the_buyer_is_not_guessed() -> None:
    invitation = read_invitation(SAMPLES / "google.ics", NOW)
    assert find_buyer(invitation).companies == ("Fieldworks", "Northwind")
    assert not find_buyer(invitation).account
    assert find_buyer(invitation, (), ("Northwind Trading", "Other")) == InvitedBuyer(
        "Northwind Trading", ("Dana Smith", "Ola Berg")
    )


def test_the_name_of_an_exported_calendar_is_the_own_address() -> None:
    data = (SAMPLES / "google.ics").read_bytes()
    marked = data.replace(b"VERSION:2.0\n", b"VERSION:2.0\nX-WR-CALNAME:jo@fieldworks.example\n", 1)
    assert find_buyer(parse_invitation(marked, NOW)).account == "Northwind"


@pytest.mark.parametrize(
    ("address", "company"),
    [
        ("dana@mail.acme.co.uk", "acme"),
        ("dana@acme.com", "acme"),
        ("dana@northwind-clinics.de", "northwind-clinics"),
        ("dana@gmail.com", ""),
        ("dana@localhost", ""),
        ("", ""),
    ],
)
def test_a_company_is_read_from_its_domain(address: str, company: str) -> None:
    assert company_of(address) == company


@pytest.mark.parametrize(
    ("lines", "starts_at"),
    [
        (("DTSTART:20261201T150000",), "2026-12-01T14:00:00+00:00"),
        (("DTSTART;TZID=America/Sao_Paulo:20261201T110000",), "2026-12-01T14:00:00+00:00"),
        (("DTSTART;TZID=Nowhere/At All:20261201T150000",), "2026-12-01T14:00:00+00:00"),
        (("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202"), "2026-12-01"),
        (("DTSTART:20269901T150000",), ""),
        ((), ""),
    ],
    ids=("floating", "another zone", "unknown zone", "all day", "no such day", "no start"),
)
def test_the_start_of_a_meeting_is_read(lines: tuple[str, ...], starts_at: str) -> None:
    assert meeting_facts(read(*lines)).get("starts_at", "") == starts_at


@pytest.mark.parametrize(
    "end", ["DTEND:20261201T130000Z", "DTEND:20271201T140000Z", "DURATION:nonsense", "DURATION:-PT5M"]
)
def test_an_impossible_length_is_left_out(end: str) -> None:
    assert read("DTSTART:20261201T140000Z", end).minutes is None


def test_a_recurring_meeting_is_its_next_date_and_keeps_its_hour() -> None:
    weekly = ("DTSTART;TZID=Europe/Berlin:20261006T150000", "DURATION:PT30M", "RRULE:FREQ=WEEKLY;BYDAY=TU")
    assert read(*weekly).starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC), "winter time: an hour later in UTC"
    excluded = (*weekly, "EXDATE;TZID=Europe/Berlin:20261201T150000")
    assert read(*excluded).starts_at == datetime(2026, 12, 8, 14, tzinfo=UTC)
    ended = (*weekly[:2], "RRULE:FREQ=WEEKLY;COUNT=3")
    assert read(*ended).starts_at == datetime(2026, 10, 20, 13, tzinfo=UTC), "all dates have passed: the last one"


def test_a_moved_date_of_a_recurring_meeting() -> None:
    both = event(
        "DTSTART:20261201T140000Z", "RRULE:FREQ=WEEKLY", "END:VEVENT", "BEGIN:VEVENT", "UID:1",
        "RECURRENCE-ID:20261201T140000Z", "DTSTART:20261201T170000Z",
    )  # fmt: skip
    assert parse_invitation(both, NOW).starts_at == datetime(2026, 12, 1, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=NEVER", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;UNTIL=99991231",
     "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=0", "BYDAY=XX", "FREQ=YEARLY;COUNT=999999999999"],
)  # fmt: skip
def test_a_hostile_rule_ends_quickly(rule: str) -> None:
    assert read("DTSTART:20050101T100000Z", f"RRULE:{rule}").title == ""


@pytest.mark.parametrize("interval", ["0", "-1"])
def test_a_rule_that_never_advances_is_not_expanded(interval: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def expands(*_: object, **__: object) -> None:
        raise AssertionError("it would look for the next date forever")

    monkeypatch.setattr("dateutil.rrule.rrulestr", expands)
    found = read("DTSTART:20261130T100000Z", f"RRULE:FREQ=DAILY;INTERVAL={interval};BYDAY=TU")
    assert found.starts_at == datetime(2026, 11, 30, 10, tzinfo=UTC), "its first date"


@pytest.mark.parametrize("rule", ["FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"])
def test_of_many_rules_without_a_date_only_one_is_expanded(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules: list[str] = []

    def expands(text: str, **_: object) -> list[datetime]:
        rules.append(text)
        return []

    monkeypatch.setattr("dateutil.rrule.rrulestr", expands)
    fruitless = ["END:VEVENT", "BEGIN:VEVENT", "DTSTART:20261130T100000Z", f"RRULE:{rule}"] * 60
    assert read("DTSTART:20261201T140000Z", *fruitless).starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC)
    assert len(rules) == 1


def test_ordinary_meetings_leave_time_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_invitation, "_MAX_DATES_PER_FILE", 5000)
    yearly = ["DTSTART;VALUE=DATE:20050301", "RRULE:FREQ=YEARLY", "END:VEVENT", "BEGIN:VEVENT"] * 20
    ended = ["DTSTART:20260302T100000Z", "RRULE:FREQ=WEEKLY;UNTIL=20260301T100000Z", "END:VEVENT", "BEGIN:VEVENT"] * 20
    weekly = ("DTSTART:20261006T140000Z", "RRULE:FREQ=WEEKLY")
    assert read(*yearly, *ended, *weekly).starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC)


def test_a_recurring_meeting_with_two_starts_begins_at_the_first() -> None:
    twice = read("DTSTART:20261124T140000Z", "DTSTART:20261125T140000Z", "RRULE:FREQ=WEEKLY")
    assert twice.starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC)


def test_a_moved_day_of_a_recurring_all_day_meeting() -> None:
    both = event(
        "DTSTART;VALUE=DATE:20261124", "RRULE:FREQ=WEEKLY", "END:VEVENT", "BEGIN:VEVENT", "UID:1",
        "RECURRENCE-ID;VALUE=DATE:20261201", "DTSTART;VALUE=DATE:20261203",
    )  # fmt: skip
    assert parse_invitation(both, NOW).day == date(2026, 12, 3)


def test_the_moved_dates_of_a_meeting_are_collected_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read_texts: list[str] = []
    text = calendar_invitation._text_value

    def reads(component: object, name: str) -> str:
        read_texts.append(name)
        return text(component, name)

    monkeypatch.setattr(calendar_invitation, "_text_value", reads)
    moved = [
        line
        for minute in range(50)
        for line in ("END:VEVENT", "BEGIN:VEVENT", "UID:1", f"RECURRENCE-ID:20261201T14{minute:02}00Z")
    ]
    assert read("DTSTART:20261201T143000Z", "RRULE:FREQ=WEEKLY", *moved).starts_at is not None
    assert read_texts.count("UID") <= 2 * 51, "not once for each pair"


def test_an_end_without_a_begin_hides_no_later_alarm() -> None:
    alarm = ("BEGIN:VALARM", "SUMMARY:Alarm", "END:VALARM")
    assert read("END:VALARM", "DTSTART:20261201T140000Z", *alarm, "SUMMARY:Intro").title == "Intro"


def test_a_link_that_is_too_long_hides_no_other() -> None:
    long, good = "https://zoom.us/j/" + "1" * 1000, "https://zoom.us/j/1"
    for name in ("CONFERENCE", "LOCATION"):
        assert read("DTSTART:20261201T140000Z", f"{name}:{long} {good}").link == good


def test_a_canceled_meeting_is_refused() -> None:
    for data in (
        event("DTSTART:20261201T140000Z", method="CANCEL"),
        event("DTSTART:20261201T140000Z", "STATUS:CANCELLED"),
    ):
        with pytest.raises(CannotReadInvitation, match="canceled"):
            parse_invitation(data, NOW)


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff\xfe", b"<html>", b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"]
)
def test_a_file_without_a_meeting_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(CannotReadInvitation) as refused:
        parse_invitation(data, NOW)
    assert "\n" not in str(refused.value)


def test_of_a_hundred_guests_a_dozen_is_taken() -> None:
    guests = [f"ATTENDEE;CN=Guest {number}:mailto:g{number}@northwind.example" for number in range(100)]
    buyer = find_buyer(read("DTSTART:20261201T140000Z", *guests), ME)
    assert len(buyer.people) == MAX_PEOPLE


WISH = "Would like to see how you deal with dead consumers"


@pytest.mark.parametrize(
    ("description", "written"),
    [
        (rf"{WISH}\n\nand if Rabbit works.", (WISH, "and if Rabbit works.")),
        (rf"{WISH}\n________________\nMicrosoft Teams meeting\nJoin on your computer", (WISH,)),
        (rf"{WISH}\n\n-::~:~::~:~\nJoin with Google Meet: https://meet.google.com/abc", (WISH,)),
        (rf"{WISH}\nJo Field is inviting you to a scheduled Zoom meeting.\nMeeting ID: 932 1654", (WISH,)),
        (rf"<html><body><p>{WISH}</p><p>A &amp\; B</p></body></html>", (WISH, "A & B")),
        (rf"{WISH} (https://example.invalid/x?y=1)\n+49 30 1234567\nhttps://example.invalid", (WISH,)),
        (rf"{WISH}\n\nOn Mon\, 3 Mar 2026 Jo Field <jo@fieldworks.example> wrote:\n> Hello", (WISH,)),
        (r"one\ntwo\nthree\nfour\nfive", ("one", "two", "three", "four")),
        ("", ()),
    ],
)
def test_what_the_person_wrote_is_kept_without_what_tools_add(description: str, written: tuple[str, ...]) -> None:
    invitation = read("DTSTART:20261201T140000Z", f"DESCRIPTION:{description}")
    assert invitation.written == written
    assert meeting_facts(invitation).get("written", "") == "\n".join(written)


@pytest.mark.parametrize("sample", ["google", "teams", "zoom"])
def test_a_description_of_a_meeting_tool_is_nobody_s_words(sample: str) -> None:
    assert read_invitation(SAMPLES / f"{sample}.ics", NOW).written == ()


@pytest.mark.parametrize("text", hostile.TYPICAL.values(), ids=hostile.TYPICAL.keys())
def test_hostile_text_in_every_field(text: str) -> None:
    flat = text.replace("\r", " ").replace("\n", " ")
    quoted = flat.replace('"', "'")
    invitation = read(
        "DTSTART:20261201T140000Z",
        f"SUMMARY:{flat}",
        f"LOCATION:https://zoom.us/j/1{flat}",
        f"DESCRIPTION:{flat}",
        f'ORGANIZER;CN="{quoted}":mailto:{flat}@northwind.example',
        f'ATTENDEE;CN="{quoted}":{flat}',
        f"DURATION:{flat}",
    )
    buyer = find_buyer(invitation)
    for shown in (invitation.title, invitation.link, buyer.account, *buyer.people, *invitation.written):
        assert shown == one_line(shown)
    assert " " not in invitation.link


@pytest.mark.parametrize(
    "link",
    ["http://zoom.us/j/1", "https://zoom.us.evil.example/j/1", "https://evilzoom.us/j/1", "https://x@evil.example/zoom.us",
     "javascript:alert(1)", "https://zoom.us@evil.example/j/1", "https://evil.example#.zoom.us"],
)  # fmt: skip
def test_a_link_to_another_place_is_not_taken(link: str) -> None:
    assert not read("DTSTART:20261201T140000Z", f"DESCRIPTION:join {link} now").link


@given(st.binary(max_size=400))
@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(CannotReadInvitation):
        parse_invitation(event("DTSTART:20261201T140000Z", "DURATION:@@").replace(b"DURATION:@@", data), NOW)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(12, "in 12 min"), (0, "now"), (-5, "5 min ago"), (132, "at 17:00"), (1272, "tomorrow at 12:00"),
     (5000, "on 5 December at 2:08")],
)  # fmt: skip
def test_the_time_until_a_call(minutes: int, words: str) -> None:
    assert time_until(NOW + timedelta(minutes=minutes), NOW) == words


def test_the_start_page_learns_of_the_next_call(tmp_path: Path) -> None:
    for sample in ("google", "outlook"):
        (tmp_path / f"{sample}.ics").write_bytes((SAMPLES / f"{sample}.ics").read_bytes())
    (tmp_path / "broken.ics").write_text("nonsense")
    (tmp_path / "folder.ics").mkdir()
    found = upcoming_call(tmp_path, NOW, ME)
    assert found is not None
    assert (found.account, found.people, found.path.name) == ("Northwind", ("Dana Smith", "Ola Berg"), "google.ics")
    assert time_until(found.starts_at, NOW) == "in 12 min"
    assert upcoming_call(tmp_path, NOW + timedelta(days=1), ME) is None
    assert upcoming_call(tmp_path / "nowhere", NOW, ME) is None


def test_the_folder_and_the_own_address_are_settings(tmp_path: Path) -> None:
    service = CallService(Library(), CallStore(tmp_path))
    assert announced_call(service, NOW) is None
    service.store.settings.set("invites", str(SAMPLES))
    service.store.settings.set("email", ME[0])
    service.store.settings.wait()
    found = announced_call(service, NOW)
    assert found is not None
    assert found.starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC)


def test_a_folder_without_an_upcoming_call_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotReadInvitation, match="no upcoming invitation"):
        read_invitation(tmp_path, NOW)
    with pytest.raises(CannotReadInvitation, match="cannot read"):
        read_invitation(tmp_path / "missing.ics", NOW)


def test_a_link_that_leads_nowhere_hides_no_invitation_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "loop.ics").symlink_to(tmp_path / "loop.ics")
    (tmp_path / "gone.ics").symlink_to(tmp_path / "nowhere")
    (tmp_path / "good.ics").write_bytes((SAMPLES / "google.ics").read_bytes())
    assert read_invitation(tmp_path, NOW).minutes == 45
    with pytest.raises(CannotReadInvitation, match="Too many levels"):
        read_invitation(tmp_path / "loop.ics", NOW)
    with pytest.raises(CannotReadInvitation, match="too long"):
        read_invitation(tmp_path / ("x" * 5000), NOW)


def test_a_file_that_breaks_the_reader_hides_no_invitation_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = parse_invitation

    def breaks(data: bytes, now: datetime, name: str) -> MeetingInvitation:
        if name == "odd.ics":
            raise TypeError("nobody thought of this file")
        return parse(data, now, name)

    monkeypatch.setattr(calendar_invitation, "parse_invitation", breaks)
    for name in ("odd", "good"):
        (tmp_path / f"{name}.ics").write_bytes(event("DTSTART:20261201T140000Z"))
    found = upcoming_call(tmp_path, NOW)
    assert found is not None
    assert found.path.name == "good.ics"


@pytest.mark.parametrize(("length", "minutes"), [("DURATION:PT45M", 45), ("DURATION:PT5M", 15), ("SUMMARY:Intro", 15)])
def test_a_call_is_over_at_its_end_or_somewhat_after_its_start(tmp_path: Path, length: str, minutes: int) -> None:
    (tmp_path / "next.ics").write_bytes(event("DTSTART:20261201T140000Z", length))
    found = upcoming_call(tmp_path, NOW)
    assert found is not None
    end = found.starts_at + timedelta(minutes=minutes)
    assert not found.is_over(end - timedelta(seconds=1))
    assert found.is_over(end)
    assert upcoming_call(tmp_path, end) is None, "the reader agrees"


def test_old_invitations_of_a_folder_are_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old.ics").write_bytes(event("DTSTART;TZID=Europe/Berlin:20261103T150000"))
    (tmp_path / "weekly.ics").write_bytes(event("DTSTART:20261103T150000Z", "RRULE:FREQ=WEEKLY"))
    parsed: list[str] = []
    parse = parse_invitation

    def parses(data: bytes, now: datetime, name: str) -> MeetingInvitation:
        parsed.append(name)
        return parse(data, now, name)

    monkeypatch.setattr(calendar_invitation, "parse_invitation", parses)
    assert read_invitation(tmp_path, NOW).starts_at == datetime(2026, 12, 1, 15, tzinfo=UTC)
    assert parsed == ["weekly.ics"]


@pytest.mark.parametrize("method", ["REPLY", "COUNTER"])
def test_an_answer_is_not_an_invitation(method: str) -> None:
    with pytest.raises(CannotReadInvitation, match="reply to an invitation"):
        parse_invitation(event("DTSTART:20261201T140000Z", "SUMMARY:Accepted: Intro", method=method), NOW)


def test_an_all_day_meeting_repeats_and_single_dates_are_added() -> None:
    weekly = read("DTSTART;VALUE=DATE:20260901", "RRULE:FREQ=WEEKLY")
    assert (weekly.day, weekly.starts_at) == (date(2026, 12, 1), None)
    added = read("DTSTART:20261101T140000Z", "DURATION:PT30M", "RDATE:20261110T140000Z,20261203T140000Z")
    assert added.starts_at == datetime(2026, 12, 3, 14, tzinfo=UTC)


ZONE = (
    "END:VEVENT", "BEGIN:VTIMEZONE", "TZID:Customized Time Zone", "BEGIN:STANDARD", "DTSTART:16010101T020000",
    "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT",
)  # fmt: skip


@pytest.mark.filterwarnings("error")
def test_time_zones_of_the_files_own() -> None:
    start = 'DTSTART;TZID="Customized Time Zone":20261201T090000'
    assert read(*ZONE, start).starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC)
    broken = [line.replace("-0500", "nonsense") for line in ZONE]
    assert read(*broken, start).starts_at == datetime(2026, 12, 1, 8, tzinfo=UTC), "read as local time"
    vendor = "DTSTART;TZID=/freeassociation.sourceforge.net/America/New_York:20261201T090000"
    assert read(vendor).starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC), "without a warning over the screen"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "folded"])
def test_other_encodings_than_utf_8(encoding: str) -> None:
    text = event("DTSTART:20261201T140000Z", "SUMMARY:Grüße aus Köln").decode()
    data = text.encode().replace(b"\xc3\xbc", b"\xc3\r\n \xbc") if encoding == "folded" else text.encode(encoding)
    assert parse_invitation(data, NOW).title == "Grüße aus Köln"


def test_what_a_hostile_file_repeats_without_end_takes_no_time() -> None:
    start = "DTSTART:20261201T140000Z"
    guests = [f"ATTENDEE:mailto:g{number}@northwind.example" for number in range(3000)]
    assert read(start, *guests, "SUMMARY:Intro").title == "Intro"
    alarm = ("BEGIN:VALARM", "SUMMARY:Alarm", "END:VALARM")
    assert read(start, *alarm, *(f"X-{number}:x" for number in range(3000)), "SUMMARY:Intro").title == "Intro"
    assert read("DTSTART:99991231T235959Z", "DURATION:PT30M").starts_at is None
    rules = [
        line for _ in range(60) for line in ("END:VEVENT", "BEGIN:VEVENT", "DTSTART:20050101T1400Z", "RRULE:FREQ=DAILY")
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(calendar_invitation, "_MAX_DATES_PER_FILE", 100)
        assert read(start, *rules).starts_at == datetime(2026, 12, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"BEGIN:VCARD\nEND:VCARD\n", "not a calendar"), (event("DTSTART:20261201T140000Z")[:-30], "is incomplete")],
)
def test_a_file_that_is_something_else_or_cut_off_says_so(data: bytes, why: str) -> None:
    with pytest.raises(CannotReadInvitation, match=why):
        parse_invitation(data, NOW)
