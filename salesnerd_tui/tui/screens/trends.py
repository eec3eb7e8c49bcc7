"""Whether one gets better, on the screen: the same page and the same figures as `salesnerd trends`.

Ten thousand calls are read and reckoned with on a thread, so that no key waits for them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace
from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from salesnerd_tui.app.calls import CallService
from salesnerd_tui.call.events import Mode
from salesnerd_tui.review.trends import Grouping, Read, TrendFilter, Trends, read_calls, select
from salesnerd_tui.review.trends_page import trends_page
from salesnerd_tui.storage.store import same_account
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.render.pages import SCROLLS, drawn, window
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, line, safe
from salesnerd_tui.tui.screens.report import ReportScreen

READABLE = 100
ACCOUNTS = 20
"""Accounts on the page, which scrolls."""

PERIODS = ((0, "all days"), (365, "the last year"), (90, "the last 90 days"), (30, "the last 30 days"))
TELL_FROM = 200
"""Calls to be read before their number is told."""

ANY = " "


class TrendsScreen(ReportScreen):
    """`today` is what the periods count back from."""

    KEYS = "trends"

    class Known(Message):
        """The calls have been read, or reckoned with anew."""

        def __init__(self, read: Read, told: Trends) -> None:
            super().__init__()
            self.read = read
            self.told = told

    class Reading(Message):
        """So many of so many calls have been read."""

        def __init__(self, done: int, of: int) -> None:
            super().__init__()
            self.words = f"reading {done:,} of {of:,} calls, once…"

    def __init__(
        self, desk: CallService, today: Callable[[], date] = lambda: datetime.now(UTC).astimezone().date()
    ) -> None:
        super().__init__(desk)
        self._today = today
        self._wanted = TrendFilter()
        self._mode = Mode.LIVE
        self._period = 0
        self._calls: Read | None = None
        self._told: Trends | None = None
        self._words = "reading your calls…"
        self._top = 0

    def on_mount(self) -> None:
        super().on_mount()
        self._read()

    # reading and reckoning, on a thread

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        worker = get_current_worker()

        def done(read: int, of: int) -> None:
            if of >= TELL_FROM and read % 50 == 0 and not worker.is_cancelled:
                self.post_message(self.Reading(read, of))

        read, wanted = read_calls(self.desk.notebook, self._mode, done), self._wanted
        if not worker.is_cancelled:
            self.post_message(self.Known(read, select(read, wanted)))

    @work(thread=True, exclusive=True)
    def _reckon(self, read: Read, wanted: TrendFilter) -> None:
        told = select(read, wanted)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Known(read, told))

    def on_trends_screen_known(self, message: Known) -> None:
        message.stop()
        self._calls, self._told = message.read, message.told
        self.repaint()

    def on_trends_screen_reading(self, message: Reading) -> None:
        message.stop()
        self._words = message.words
        self.repaint()

    def _want(self, wanted: TrendFilter) -> None:
        self._wanted, self._top = wanted, 0
        if self._calls is not None:
            self._reckon(self._calls, wanted)
        self.repaint()

    # keys

    def do_account(self) -> None:
        found: list[str] = []
        for call, _ in self._calls or ():
            name = call.account.strip()
            if name and not any(same_account(name, each) for each in found):
                found.append(name)
        self._pick("account", found, lambda name: replace(self._wanted, account=name))

    def do_playbook(self) -> None:
        found = list(dict.fromkeys(call.playbook for call, _ in self._calls or () if call.playbook))
        self._pick("playbook", found, lambda name: replace(self._wanted, playbook=name))

    def _pick(self, what: str, names: list[str], wanted: Callable[[str], TrendFilter]) -> None:
        if not names:
            self.say(f"no call has a {what}" if what == "playbook" else f"no call names an {what}")
            return
        rows = [Entry(ANY, line((f"every {what}", MUTED))), *(Entry(name, line(safe(name))) for name in names)]

        def picked(name: str) -> None:
            self.close()
            self._want(wanted(name.strip()))

        self.open(Picker(f"only one {what}", rows, picked, self.close))

    def do_period(self) -> None:
        self._period = (self._period + 1) % len(PERIODS)
        days = PERIODS[self._period][0]
        self._want(replace(self._wanted, first=self._today() - timedelta(days=days) if days else None))

    def do_by(self) -> None:
        shown = self._told.by if self._told is not None else Grouping.WEEK
        self._want(replace(self._wanted, by=Grouping.MONTH if shown is Grouping.WEEK else Grouping.WEEK))

    def do_rehearsals(self) -> None:
        self._mode = Mode.LIVE if self._mode is Mode.REHEARSE else Mode.REHEARSE
        self._calls = self._told = None
        self._read()

    def do_everything(self) -> None:
        self._period = 0
        self._want(TrendFilter())

    def move(self, key: str) -> None:
        self._top += SCROLLS[key]

    # painting

    @property
    def titles(self) -> tuple[str, str]:
        what = "rehearsals" if self._mode is Mode.REHEARSE else "calls"
        parts = [self._wanted.account, self._wanted.playbook, PERIODS[self._period][1] if self._period else ""]
        return "are you getting better?", safe(" · ".join(filter(None, parts))) or f"all {what}"

    def draw(self, width: int, height: int) -> Lines:
        if self._told is None:
            return [blank(), line("  ", (self._words, MUTED))]
        if not self._calls:
            return [blank(), line("  ", (f"no {'rehearsals' if self._mode is Mode.REHEARSE else 'calls'} yet", MUTED))]
        page = drawn(trends_page(self._told, min(width - 3, READABLE), accounts=ACCOUNTS))
        shown, self._top = window([blank(), *(line(" ", row) for row in page)], self._top, width, height)
        return shown
