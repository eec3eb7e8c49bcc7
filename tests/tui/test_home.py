"""The start page: resuming, starting and reviewing calls."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from threading import Event as Flag

import pytest
from msgspec.structs import replace

from hostile import HOSTILE
from invented_calls import Call
from live_stage import SIZES, AppPilot
from salesnerd_tui.call import actions, outcome
from salesnerd_tui.call.events import Mode, NoteKind
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService, OpenRequest
from salesnerd_tui.storage.call_store import CallContent, CallStore, add_events
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.render.home import CallColumns, call_date_text, draw_call, time_ago
from salesnerd_tui.tui.screens import home
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.home import HomeScreen
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.prep import PrepScreen
from salesnerd_tui.tui.screens.promises import PromisesScreen
from thoroughness import some


class HomeStage(AppPilot):
    """The start page over a folder."""

    def __init__(self, folder: Path) -> None:
        self.service = CallService(Library([builtin_folder()]), CallStore(folder))
        self.app = SalesnerdApp(self.service, lambda: HomeScreen(self.service))

    async def wait_for_home(self) -> None:
        """Wait until the start page is on the screen with all of its rows."""

        def is_complete() -> bool:
            screen = self.app.screen
            return isinstance(screen, HomeScreen) and screen.is_complete

        await self.wait_until(is_complete)


@asynccontextmanager
async def home_screen(folder: Path, size: tuple[int, int] = (100, 30)) -> AsyncIterator[HomeStage]:
    stage = HomeStage(folder)
    async with stage.app.run_test(size=size) as pilot:
        stage.pilot = pilot
        await stage.wait_for_home()
        yield stage


def store_call(folder: Path, account: str = "Acme", *, ended: bool = False) -> str:
    """A call from before: left open, or ended with a no."""
    service = CallService(Library([builtin_folder()]), CallStore(folder))
    call = service.open(OpenRequest("first_call", account, ("Dana, VP Eng",), mode=Mode.LIVE))
    call.begin()
    call.session.do(lambda context: actions.note(context, "- forty double bills"))
    call.session.do(lambda context: actions.jump(context, "cost"))
    call.session.do(lambda context: actions.note(context, "two days a month"))
    if ended:
        call.session.do(lambda context: outcome.end(context, "not_a_fit", {"reason": "too early"}))
    call.session.close()
    return call.file.id


def date_in_days(days: int) -> str:
    """Return the ISO date so many days from today."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def store_events(folder: Path, call: Call, day: int) -> None:
    """Store a call of November 2026."""
    with CallStore(folder).create(datetime(2026, 11, day, 10, 0, tzinfo=UTC)) as file:
        kept = Flag()
        file.save(call.events, lambda _: kept.set())
        assert kept.wait(10)


@pytest.mark.parametrize("size", SIZES)
async def test_first_start_explains_the_program_and_what_to_try(tmp_path: Path, size: tuple[int, int]) -> None:
    async with home_screen(tmp_path, size) as stage:
        assert "Nothing here yet." in stage.screen_text
        for words in ("watch a call (2 min)", "rehearse a call", "start your first call", "q quit", "? help"):
            assert words in stage.screen_text
        await stage.press("j", "j", "enter", until="PICK A PLAYBOOK")


async def test_narrow_row_shows_a_promise(tmp_path: Path) -> None:
    store_events(
        tmp_path,
        Call(account="Northwind Clinic").noted(5, "price sheet", NoteKind.PROMISE).ended(60, "not_a_fit", "no-go"),
        3,
    )
    async with home_screen(tmp_path, (40, 12)) as stage:
        await stage.wait_for("you owe: price sheet")


async def test_few_calls_leave_space_for_all_due_items(tmp_path: Path) -> None:
    call = Call(account="Acme")
    for number in range(5):
        call.noted(5 + number, f"sheet {number}", NoteKind.PROMISE)
    store_events(tmp_path, call.ended(60, "not_a_fit", "no-go"), 3)
    async with home_screen(tmp_path, (40, 12)) as stage:
        await stage.wait_for("sheet 4")
        assert "NO-GO" in stage.screen_text, "and the call is still visible"


async def test_narrow_form_shows_what_enter_does(tmp_path: Path) -> None:
    async with home_screen(tmp_path, (40, 12)) as stage:
        await stage.press("n", "enter", "enter", until="enter continues")
        await stage.press("enter", until="enter starts the call")
        assert "esc back" in stage.screen_text


class SlowStore(CallStore):
    """A store that lists its calls at once, but reads them only after `may_read`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.may_read = Flag()

    def read(self, call_id: str) -> CallContent:
        assert self.may_read.wait(30)
        return super().read(call_id)


@pytest.mark.parametrize("size", SIZES)
async def test_next_rows_do_not_move_the_calls_when_they_are_read(tmp_path: Path, size: tuple[int, int]) -> None:
    for day, what in ((3, "the budget"), (4, "the audit")):
        store_events(
            tmp_path, Call(account=what).ended(60, "not_now", "not-yet", {"revisit_on": date_in_days(day)}), day
        )
    async with home_screen(tmp_path, size) as stage:
        await stage.wait_for("look again")
        rows = stage.screen_text.splitlines()
    stage.service.store.settings.wait()

    stage, store = HomeStage(tmp_path), SlowStore(tmp_path)
    stage.service = CallService(Library([builtin_folder()]), store)
    stage.app = SalesnerdApp(stage.service, lambda: HomeScreen(stage.service))
    async with stage.app.run_test(size=size) as stage.pilot:
        await stage.wait_for("CALLS")
        early = stage.screen_text.splitlines()
        assert "look again" not in stage.screen_text
        assert "❯" not in stage.screen_text, "the first row is still to come"
        assert [number for number, row in enumerate(early) if "NOT YET" in row] == [
            number for number, row in enumerate(rows) if "NOT YET" in row
        ]
        await stage.press("enter")
        assert isinstance(stage.app.screen, HomeScreen)
        assert "still loading" in stage.screen_text
        store.may_read.set()
        await stage.wait_for("look again")
        assert [row for row in stage.screen_text.splitlines() if "❯" in row] == [row for row in rows if "❯" in row]


async def test_short_call_shows_its_seconds(tmp_path: Path) -> None:
    for day, seconds in ((3, 8), (4, 61), (5, 5400)):
        store_events(tmp_path, Call().ended(seconds, "not_a_fit", "no-go"), day)
    async with home_screen(tmp_path) as stage:
        lasted = [re.findall(r"\d+ (?:min|s)\b", row)[-1] for row in stage.screen_text.splitlines() if "NO-GO" in row]
        assert lasted == ["90 min", "1 min", "8 s"]


async def test_new_call_asks_three_questions(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("n", until="PICK A PLAYBOOK")
        assert "30 min · " in stage.screen_text
        assert "must-asks" in stage.screen_text
        await stage.type("first", "enter", until="account")
        await stage.type("Acme", "enter")
        await stage.type("Dana, VP Eng; Petra", "enter", "enter", until="Acme · Dana, VP Eng · Petra")
        assert isinstance(stage.app.screen, LiveScreen)
        assert "Thanks for making the time, Dana." in stage.screen_text


async def test_missing_file_is_reported_and_the_form_stays(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("n", until="PICK A PLAYBOOK")
        await stage.press("enter", "enter", "enter")
        await stage.type("nowhere.vtt", "enter", until="nowhere.vtt")
        assert isinstance(stage.app.screen, HomeScreen)


async def test_an_open_call_is_offered_first(tmp_path: Path) -> None:
    store_call(tmp_path)
    async with home_screen(tmp_path) as stage:
        await stage.wait_for("❯ r  Acme · Dana, VP Eng")
        assert "open, " in stage.screen_text
        await stage.press("enter", until="two days a month")
        assert "What did that one incident cost you" in stage.screen_text
        await stage.press("q", "q", until="❯ r  Acme")


async def test_small_screen_shows_a_call_below_the_next_rows(tmp_path: Path) -> None:
    store_call(tmp_path, "Borealis", ended=True)
    for account in ("Acme", "Cedar", "Delta"):
        store_call(tmp_path, account)
    async with home_screen(tmp_path, (60, 7)) as stage:
        assert "Borealis" in stage.screen_text


async def test_answers_of_earlier_calls_are_not_asked_again(tmp_path: Path) -> None:
    store_call(tmp_path, "Acme", ended=True)
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path))
    call = service.open(OpenRequest("first_call", " acme "))
    call.begin()
    assert not call.session.state.notes, "the first question does not wait for what earlier calls know"
    call.add_recalled(call.recall())
    (note,) = call.session.state.notes["cost"]
    assert note.text == "two days a month"
    assert note.recalled_from
    call.session.close()


async def test_unreadable_earlier_call_does_not_stop_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_call(tmp_path, "Acme", ended=True)
    service = CallService(Library([builtin_folder()]), CallStore(tmp_path))
    call = service.open(OpenRequest("first_call", "Acme"))
    call.begin()

    def gone(*_: object, **__: object) -> CallContent:
        raise StorageError("it is gone")

    monkeypatch.setattr(service.store, "read", gone)
    assert call.recall() == ()
    call.session.close()


async def test_ended_call_opens_its_debrief(tmp_path: Path) -> None:
    store_call(tmp_path, ended=True)
    async with home_screen(tmp_path) as stage:
        await stage.wait_for("NO-GO")
        await stage.press("enter", until="too early")
        assert isinstance(stage.app.screen, DebriefScreen)
        await stage.press("q", until="new call")


async def test_r_without_an_open_call_says_so(tmp_path: Path) -> None:
    async with home_screen(tmp_path) as stage:
        await stage.press("r", until="no open call")


@pytest.mark.parametrize("size", SIZES)
async def test_due_items_are_first_and_a_call_is_visible_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    pilot = {"next_step": "Pilot on the Tuesday job", "next_date": date_in_days(5), "next_owner": "Pepper"}
    store_events(tmp_path, Call(account="Stark", began=date_in_days(-2)).ended(600, "next_step", "go", pilot), 25)
    later = {"revisit_on": date_in_days(100), "reason": "budget"}
    store_events(tmp_path, Call(account="Initech", began=date_in_days(-3)).ended(600, "not_now", "not-yet", later), 24)
    for day in range(1, 9):
        owed = Call(account=f"Firm {day}", began=date_in_days(-20 - day))
        owed.noted(5, f"send the price sheet by {date_in_days(-1)}", NoteKind.PROMISE)
        store_events(tmp_path, owed.ended(9, "no", "no-go", {}), 20 - day)
    async with home_screen(tmp_path, size) as stage:
        rows = stage.screen_text.splitlines()
        first = next(number for number, row in enumerate(rows) if "NEXT" in row)
        calls = next(number for number, row in enumerate(rows) if "CALLS" in row)
        assert first < calls
        assert "you owe" in rows[first + 1]
        assert "Stark" in rows[calls + 1]
        if size[0] > 60:
            assert "Stark" in "\n".join(rows[first:calls])
            assert "Pepper agreed to: Pilot on the Tuesday job" in stage.screen_text
        await stage.press("G", until="❯")
        assert "Firm 8" in next(row for row in stage.screen_text.splitlines() if "❯" in row)
        await stage.press("g", "j", "k", "enter")
        assert isinstance(stage.app.screen, PromisesScreen)


@pytest.mark.parametrize("width", range(60, 100))
def test_a_row_without_room_for_the_title_ends_with_the_name(width: int) -> None:
    now = datetime.now(UTC)
    began = (now - timedelta(hours=1)).isoformat()
    short = CallSummary("a", began, "Acme", title="First discovery call", taps=12, duration_seconds=3_000)
    long = CallSummary("b", began, "Northwind Regional Clinic for Orthopedics and Rehabilitation", mode=Mode.REHEARSE)
    columns = CallColumns.from_calls([short, long], width)
    row = draw_call(short, columns, now).plain
    assert "Acme" in row
    assert "First" in row or "…" not in row


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_call_that_ended_without_a_decision_is_not_open(width: int) -> None:
    now = datetime.now(UTC)
    call = CallSummary("a", now.isoformat(), "Acme", duration_seconds=3_000)
    for is_ended, word in ((False, "OPEN"), (True, "ENDED")):
        row = draw_call(replace(call, ended=is_ended), CallColumns.from_calls([call], width), now).plain
        assert row.startswith(f"{word} "), row


async def test_open_rehearsals_do_not_hide_an_open_call(tmp_path: Path) -> None:
    store_events(tmp_path, Call(account="Acme").noted(5, "two days"), 3)
    for day in range(4, 8):
        rehearsal = Call(account="", people=("Dana",))
        rehearsal.events[0] = replace(rehearsal.events[0], mode=Mode.REHEARSE)
        store_events(tmp_path, rehearsal, day)
    async with home_screen(tmp_path) as stage:
        await stage.wait_for("❯ r  Acme")
        await stage.wait_for("·  Dana")
        assert "  REHEARSAL Dana " in stage.screen_text, "a drill is something else"


async def test_title_counts_the_late_promises_of_the_page_of_promises_at_every_size(tmp_path: Path) -> None:
    call = Call(account="Acme", began=date_in_days(-9))
    for number in range(9):
        call.noted(5 + number, f"send sheet {number} by {date_in_days(-1)}", NoteKind.PROMISE)
    store_events(tmp_path, call.ended(60, "next_step", "go", {"next_step": "Pilot", "next_date": date_in_days(-2)}), 3)
    later = Call(account="Acme", began=date_in_days(-1)).ended(60, "next_step", "go", {"next_step": "Training"})
    store_events(tmp_path, later, 4)
    for size in ((120, 40), (40, 14)):
        async with home_screen(tmp_path, size) as stage:
            await stage.wait_for("2 calls · 10 overdue")
            await stage.press("o", until="10 are late")


async def test_newer_call_supersedes_the_step_of_an_older_one(tmp_path: Path) -> None:
    step = {"next_step": "Pilot", "next_date": date_in_days(5)}
    store_events(tmp_path, Call(account="Stark", began=date_in_days(-5)).ended(600, "next_step", "go", step), 20)
    store_events(tmp_path, Call(account=" stark ", began=date_in_days(-2)).ended(600, "no", "no-go", {}), 25)
    async with home_screen(tmp_path) as stage:
        assert "Pilot" not in stage.screen_text


@pytest.mark.parametrize("text", some(HOSTILE.values(), 16), ids=some(HOSTILE, 16))
async def test_hostile_account_is_only_shown(tmp_path: Path, text: str) -> None:
    store_call(tmp_path, text)
    async with home_screen(tmp_path) as stage:
        await stage.wait_for("open, ")
        assert not {char for char in stage.screen_text if ord(char) < 32 and char != "\n"}


def test_the_day_of_an_old_call_has_its_year() -> None:
    now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    days = [call_date_text(f"{day}T12:00:00+00:00", now) for day in ("2026-05-12", "2025-12-20")]
    assert days == ["12 May", "20 Dec 2025"]


def test_time_ago_is_shown_in_minutes_hours_or_days() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert time_ago("2026-11-22T11:40:00+00:00", now) == "20 min ago"
    assert time_ago("2026-11-22T09:00:00+00:00", now) == "3 h ago"
    assert time_ago("2026-11-21T09:00:00+00:00", now) == "yesterday"
    assert time_ago("2026-01-02T09:00:00+00:00", now) == "2026-01-02"
    assert time_ago("rubbish", now) == "unknown date"


def write_invitation(folder: Path, minutes: float, company: str = "acme") -> None:
    """Set up a folder of invitations, with one that starts in some minutes."""
    calendar = folder / "invitations"
    calendar.mkdir()
    starts_at = datetime.now(UTC) + timedelta(minutes=minutes)
    rows = (
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", f"DTSTART:{starts_at:%Y%m%dT%H%M%SZ}", "DURATION:PT30M",
        f"ATTENDEE;CN=Dana [b]Smith:mailto:dana@{company}.example", "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    (calendar / "next.ics").write_text("\r\n".join(rows))
    settings = CallStore(folder).settings
    settings.set("invites", str(calendar))
    settings.wait()


@pytest.mark.parametrize("has_calls", [False, True])
async def test_invited_call_is_the_first_row_and_enter_prepares_it(tmp_path: Path, has_calls: bool) -> None:
    write_invitation(tmp_path, 12.4)
    if has_calls:
        store_call(tmp_path, "Other", ended=True)
    async with home_screen(tmp_path, (80, 24)) as stage:
        assert "❯ ·  Acme" in stage.screen_text
        assert "in 12 min  Dana Smith" in stage.screen_text
        await stage.press("enter", until="Acme · Dana Smith")
        assert isinstance(stage.app.screen, PrepScreen)
        await stage.press("q")
        await stage.wait_for_home()
        assert "in 12 min  prepared 1 min ago" in stage.screen_text
        assert stage.screen_text.count("Acme") == 1, "one row for the invitation and its prep"
        await stage.press("enter", until="Thanks for making the time, Dana.")
        assert isinstance(stage.app.screen, LiveScreen)


async def test_a_call_with_an_impossible_start_does_not_hide_an_invitation(tmp_path: Path) -> None:
    write_invitation(tmp_path, 12.4)
    with CallStore(tmp_path).create(datetime.now(UTC), "Acme") as file:
        add_events(file, Call(account="Acme", began="0001-01-01").events, "lost")
    async with home_screen(tmp_path, (80, 24)) as stage:
        assert "in 12 min  Dana Smith" in stage.screen_text


async def test_countdown_to_a_call_moves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_invitation(tmp_path, 10.4)
    store_call(tmp_path, "Other", ended=True)
    async with home_screen(tmp_path) as stage:
        screen = stage.app.screen
        assert isinstance(screen, HomeScreen)
        before = stage.screen_text
        assert "in 10 min  Dana" in before
        later = datetime.now(UTC) + timedelta(minutes=1)

        class Later(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return later.astimezone(tz)

        monkeypatch.setattr(home, "datetime", Later)
        screen.count_down()
        await stage.pilot.pause()
        assert stage.screen_text == before.replace("in 10 min  Dana", "in 9 min   Dana")

        invitation = tmp_path / "invitations" / "next.ics"
        following = (later + timedelta(minutes=70)).strftime("DTSTART:%Y%m%dT%H%M%SZ")
        text = re.sub(r"DTSTART:\w+", following, invitation.read_text()).replace("acme", "northwind")
        invitation.with_name("following.ics").write_text(text)
        later += timedelta(hours=1)
        screen.count_down()
        await stage.wait_for("in 10 min  Dana")
        assert "Northwind" in stage.screen_text
        assert "Acme" not in stage.screen_text, "its time has passed"


async def test_invitation_without_a_clear_buyer_says_what_to_do(tmp_path: Path) -> None:
    write_invitation(tmp_path, 12, "acme.example\r\nATTENDEE:mailto:jo@fieldworks")
    async with home_screen(tmp_path) as stage:
        await stage.press("enter", until="unclear which company is the buyer")
        assert isinstance(stage.app.screen, HomeScreen)


async def test_invitation_of_a_started_call_is_not_shown(tmp_path: Path) -> None:
    write_invitation(tmp_path, 12)
    store_call(tmp_path, "acme", ended=True)
    async with home_screen(tmp_path) as stage:
        await stage.wait_for("CALLS")
        assert "in 12 min" not in stage.screen_text
