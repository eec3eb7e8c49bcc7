"""Trends screen: the page and figures of `salesnerd trends`.

Worker threads read the calls and compute the trends, so that ten thousand calls keep no key waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import work
from textual.worker import get_current_worker

from salesnerd_tui.call.events import Mode
from salesnerd_tui.files import proposed_name
from salesnerd_tui.review.debrief_page import to_plain_text
from salesnerd_tui.review.trends import (
    FiguresByCall,
    Grouping,
    TrendFilter,
    Trends,
    filter_trends,
    read_calls,
    trends_page,
)
from salesnerd_tui.storage.call_store import same_account
from salesnerd_tui.tui.panels.picker import Entry
from salesnerd_tui.tui.render.page import page_lines
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe, visible_rows
from salesnerd_tui.tui.screens.base import BaseScreen, ask_file

if TYPE_CHECKING:
    from salesnerd_tui.services.call_service import CallService

MAX_WIDTH = 100
MAX_ACCOUNTS = 20
"""Accounts on the page, which scrolls."""

PERIODS = ((0, "all dates"), (365, "last year"), (90, "last 90 days"), (30, "last 30 days"))
MIN_REPORTED_CALLS = 200
"""Number of calls from which reading shows its progress."""

REPORT_INTERVAL = 50


class TrendsScreen(BaseScreen):
    """Page of trends with filters."""

    KEYMAP_NAME = "trends"

    def __init__(self, service: CallService) -> None:
        super().__init__()
        self.service = service
        self._filter = TrendFilter()
        self._mode = Mode.LIVE
        self._period = 0
        self._calls: FiguresByCall | None = None
        self._trends: Trends | None = None
        self._progress = "loading your calls…"

    def on_mount(self) -> None:
        self.set_idle_phrases(("find", "filters the calls"))
        self._read()

    # worker threads

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        worker = get_current_worker()

        def report(done: int, total: int) -> None:
            if total >= MIN_REPORTED_CALLS and done % REPORT_INTERVAL == 0 and not worker.is_cancelled:
                self.call_later(self._show_progress, done, total)

        calls, trend_filter = read_calls(self.service.store, self._mode, report), self._filter
        if not worker.is_cancelled:
            self.call_later(self._show_trends, calls, filter_trends(calls, trend_filter))

    @work(thread=True, exclusive=True)
    def _compute(self, calls: FiguresByCall, trend_filter: TrendFilter) -> None:
        trends = filter_trends(calls, trend_filter)
        if not get_current_worker().is_cancelled:
            self.call_later(self._show_trends, calls, trends)

    def _show_trends(self, calls: FiguresByCall, trends: Trends) -> None:
        self._calls, self._trends = calls, trends
        self.repaint()

    def _show_progress(self, done: int, total: int) -> None:
        self._progress = f"reading {done:,} of {total:,} calls (first time only)…"
        self.repaint()

    def _apply_filter(self, trend_filter: TrendFilter) -> None:
        self._filter, self._top = trend_filter, 0
        if self._calls is not None:
            self._compute(self._calls, trend_filter)
        self.repaint()

    # keys

    def do_find(self) -> None:
        """Offer all filters in one list."""
        choices: dict[str, Callable[[], None]] = {"all calls": self._clear}
        for account in self._accounts():
            choices[f"account  {safe(account)}"] = partial(self._set_filter, account=account)
        for playbook in dict.fromkeys(call.playbook for call, _ in self._calls or () if call.playbook):
            choices[f"playbook  {safe(playbook)}"] = partial(self._set_filter, playbook=playbook)
        for number, (_, label) in enumerate(PERIODS):
            choices[f"period  {label}"] = partial(self._choose_period, number)
        for by in Grouping:
            choices[f"chart by {by}"] = partial(self._set_filter, by=by)
        other = Mode.LIVE if self._mode is Mode.REHEARSE else Mode.REHEARSE
        choices["show calls" if other is Mode.LIVE else "show rehearsals"] = partial(self._choose_mode, other)

        self.pick("filter", [Entry(name, line(name)) for name in choices], lambda name: choices[name]())

    def _accounts(self) -> list[str]:
        accounts: list[str] = []
        for call, _ in self._calls or ():
            name = call.account.strip()
            if name and not any(same_account(name, each) for each in accounts):
                accounts.append(name)
        return accounts

    def _set_filter(self, **fields: str) -> None:
        self._apply_filter(replace(self._filter, **fields))

    def _choose_period(self, number: int) -> None:
        self._period = number
        days = PERIODS[number][0]
        self._apply_filter(replace(self._filter, first=date.today() - timedelta(days=days) if days else None))

    def _choose_mode(self, mode: Mode) -> None:
        self._mode, self._calls, self._trends = mode, None, None
        self._read()

    def _clear(self) -> None:
        self._period = 0
        self._apply_filter(TrendFilter())

    def do_write(self) -> None:
        trends = self._trends
        if trends is None or not self._calls:
            self.say("nothing to write yet")
            return
        name = proposed_name("trends", date.today().isoformat(), suffix="txt")
        ask_file(
            self, "the trends", name, lambda _: to_plain_text(trends_page(trends, MAX_WIDTH, accounts=MAX_ACCOUNTS))
        )

    # painting

    @property
    def _mode_label(self) -> str:
        return "rehearsals" if self._mode is Mode.REHEARSE else "calls"

    def title_ends(self) -> tuple[Line, Line]:
        parts = [self._filter.account, self._filter.playbook, PERIODS[self._period][1] if self._period else ""]
        filters = safe(" · ".join(filter(None, parts))) or f"all {self._mode_label}"
        return line(("Trends", "bold")), line((filters, MUTED))

    def draw(self, width: int, height: int) -> Lines:
        if self._trends is None:
            return [blank(), line("  ", (self._progress, MUTED))]
        if not self._calls:
            return [blank(), line("  ", (f"no {self._mode_label} yet", MUTED))]
        rows = page_lines(trends_page(self._trends, min(width - 3, MAX_WIDTH), accounts=MAX_ACCOUNTS))
        shown, self._top = visible_rows([blank(), *(line(" ", row) for row in rows)], self._top, width, height)
        return shown
