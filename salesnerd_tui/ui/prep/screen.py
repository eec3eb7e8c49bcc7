"""A prep on the live screen's machinery: your prep questions one by one, and under them the page they make."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from textual.message import Message

from salesnerd_tui.call import plan
from salesnerd_tui.review.files import CannotWrite, write_private
from salesnerd_tui.review.prep import Sheet
from salesnerd_tui.review.prep_page import blocks, markdown
from salesnerd_tui.ui.drawing.pages import SCROLLS, window
from salesnerd_tui.ui.drawing.prompt import draw_prompt
from salesnerd_tui.ui.drawing.words import MUTED, Lines, blank, both_ends, line, safe, wrapped
from salesnerd_tui.ui.opening import Call, Desk
from salesnerd_tui.ui.panels.explaining import help_panel
from salesnerd_tui.ui.prep.opening import Before, live_from, prep_sheet, read_before
from salesnerd_tui.ui.prep.planning import Planning
from salesnerd_tui.ui.trouble import Trouble
from salesnerd_tui.ui.wish import CannotOpen

PROMPT_ROWS = 6
"""Rows a prep question gets at the most; the page has the rest."""

READABLE = 100
LISTEN = "a captions or transcript file, or mic; empty: the space key shows who talks"


class BeginCall(Message):
    """Request to show a prepared call in place of its prep."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


class PrepScreen(Planning):
    """Leaving keeps it; `g` begins the call."""

    CSS_PATH = "../live.tcss"
    KEYS = "prep"
    WHEEL_SCROLLS = True

    def __init__(self, call: Call, desk: Desk) -> None:
        super().__init__(call)
        self.desk = desk
        self._top = 0
        self._sheet: Sheet | None = None
        self._before: Before | None = None

    def changed(self) -> None:
        state, today = self.session.state, date.today()
        if self._before is None:
            self._before = read_before(self.desk, state.started.account if state.started else "", today)
        self._sheet = prep_sheet(self.desk, state, self.session.playbook, today, self._before)
        super().changed()

    # keys

    def unclaimed(self, key: str) -> None:
        if key in SCROLLS:
            self._top = max(self._top + SCROLLS[key], 0)
        elif key == "escape":
            return
        else:
            super().unclaimed(key)

    def do_help(self) -> None:
        self.open(help_panel(self.close, self.table, asks=True, types=True))

    def do_leave(self) -> None:
        self.finish(ended=False)

    def do_go(self) -> None:
        """Close the prep and begin its call; where that cannot be, the prep is opened again and says why."""
        self.flush()
        prep = self.call.file.id
        try:
            call = live_from(self.desk, prep)
        except CannotOpen as problem:
            call = self.desk.resume(prep)
            call.told = (str(problem),)
        self.post_message(BeginCall(call))

    def do_listen(self) -> None:
        self.write("listen to", LISTEN, self._listens, self._sheet.hear if self._sheet is not None else "")

    def _listens(self, source: str) -> None:
        self.gesture(lambda now: plan.hear(now, source))

    def do_export(self) -> None:
        self.write("file", "a file name", self._exported, f"prep-{self.call.file.id}.md")

    def _exported(self, name: str) -> None:
        if self._sheet is None or not name.strip():
            return
        try:
            write_private(Path(name.strip()).expanduser(), markdown(self._sheet))
        except CannotWrite as problem:
            self.say(str(problem))
        else:
            self.say(f"written, for your eyes only: {safe(name)}")

    # painting

    def trouble(self) -> Trouble | None:
        found = super().trouble()
        return found if found is not None and found.bad else None

    def hints(self) -> Iterable[tuple[str, str]]:
        keys = self.table.hints()
        return (*keys[:2], keys[-1]) if self.is_small else keys

    def _draw_status(self, width: int, _: int) -> Lines:
        people = " · ".join(safe(each) for each in (self.view.account, *self.view.people) if each)
        left = line(("prep  ", MUTED), (people or "no account", "bold"))
        return [both_ends(left, line((f"{safe(self.view.title)} ", MUTED)), width)]

    def draw(self, width: int, height: int) -> Lines:
        if self.session.state.place.item is None:
            return self._page(width, height)
        if self.is_small or height < PROMPT_ROWS + 4:
            return draw_prompt(self.view, width, height, self.shown)
        drawn = draw_prompt(self.view, width, PROMPT_ROWS, self.shown)
        return [*drawn, *self._page(width, height - len(drawn))]

    def _page(self, width: int, height: int) -> Lines:
        """The sheet; arrows scroll it."""
        shown, self._top = window(self._rows_of_sheet(min(width, READABLE)), self._top, width, height)
        return shown

    def _rows_of_sheet(self, width: int) -> Lines:
        rows: Lines = []
        for block in blocks(self._sheet) if self._sheet is not None else ():
            rows.append(line(" ", (block.title.upper(), "bold $primary")))
            for text in block.lines:
                rows += _hanging(text, width, "")
            for text in block.weak:
                rows += _hanging(text, width, MUTED)
            rows.append(blank())
        told = (("test", "to test"), ("part", "people"), ("musts", "musts"))
        begin = ", ".join(filter(None, (self.table.told(id, does) for id, does in told)))
        return rows or [line("  ", (f"nothing yet: {begin}", MUTED))]


def _hanging(text: str, width: int, style: str) -> Lines:
    first, *rest = wrapped(text, width - 5, style) or [blank()]
    return [line("   · ", first), *(line("     ", each) for each in rest)]
