"""Prep screen: the live screen with the prep questions one by one, and under them the page they make."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from salesnerd_tui.app.call_text import CallWarning
from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.prep import EarlierCalls, live_from, prep_sheet, read_earlier_calls
from salesnerd_tui.app.request import CannotOpen
from salesnerd_tui.call import plan
from salesnerd_tui.private_file import proposed_name
from salesnerd_tui.review.prep import EarlierCall, PrepSheet
from salesnerd_tui.review.prep_page import blocks, markdown
from salesnerd_tui.tui.render.answers import draw_answers, draw_hints_of, side_by_side
from salesnerd_tui.tui.render.pages import SCROLLS, window
from salesnerd_tui.tui.render.text import MUTED, Lines, blank, both_ends, line, safe, wrapped
from salesnerd_tui.tui.screens.file_prompt import ask_file
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.screens.messages import BeginCall
from salesnerd_tui.tui.screens.plan_actions import PlanActions

ANSWER_ROWS = 3
"""Rows that the answers of a prep question may take; the page has the rest."""

READABLE = 100
LISTEN_PLACEHOLDER = "a captions or transcript file, or mic; empty for the space key only"


class PrepScreen(LiveScreen):
    """Live screen without speech and coach. Leaving keeps the prep; `go` begins its call."""

    CSS_PATH = "live.tcss"
    KEYS = "prep"
    WHEEL_SCROLLS = True

    def __init__(self, call: OpenedCall, service: CallService) -> None:
        super().__init__(call, service)
        self.command_handlers = (*self.command_handlers, PlanActions(self))
        self._top = 0
        self._sheet: PrepSheet | None = None
        self._earlier: EarlierCalls | None = None

    def changed(self) -> None:
        state, today = self.session.state, date.today()
        if self._earlier is None:
            self._earlier = read_earlier_calls(self.service, state.started.account if state.started else "", today)
        self._sheet = prep_sheet(self.service, state, self.session.playbook, today, self._earlier)
        self.set_class(state.place.item is None, "-through")
        super().changed()

    @property
    def sheet(self) -> PrepSheet | None:
        return self._sheet

    @property
    def earlier(self) -> tuple[EarlierCall, ...]:
        """The earlier calls with the account."""
        return self._earlier.earlier if self._earlier is not None else ()

    # keys

    def handle_unbound(self, key: str) -> None:
        if key in SCROLLS:
            self._top = max(self._top + SCROLLS[key], 0)
        else:
            super().handle_unbound(key)

    def do_leave(self) -> None:
        self.finish(ended=False)

    def do_go(self) -> None:
        """Close the prep and begin its call; if that fails, open the prep again and show the reason."""
        self.flush()
        prep = self.call.file.id
        try:
            call = live_from(self.service, prep)
        except CannotOpen as problem:
            call = self.service.resume(prep)
            call.told = (str(problem),)
        self.post_message(BeginCall(call))

    def do_listen(self) -> None:
        source = self._sheet.listen if self._sheet is not None else ""
        self.ask_line("listen to", LISTEN_PLACEHOLDER, self._set_source, source)

    def _set_source(self, source: str) -> None:
        self.gesture(lambda now: plan.listen(now, source))

    def do_write(self) -> None:
        sheet = self._sheet
        if sheet is not None:
            name = proposed_name(self.view.account, "prep", date.today().isoformat())
            ask_file(self, "the prep", name, lambda _: markdown(sheet))

    # painting

    def trouble(self) -> CallWarning | None:
        """Return a warning only if notes are not saved: a prep listens to nothing."""
        found = super().trouble()
        return found if found is not None and found.bad else None

    def hints(self) -> Iterable[tuple[str, str]]:
        keys = self.table.hints()
        if self.session.state.place.item is None:
            asks = {self.table.shown.get(id) for id in ("next", "skip")}
            keys = tuple(each for each in keys if each[0] not in asks)
        return (*keys[:2], keys[-1]) if self.is_small else keys

    def _draw_status(self, width: int, _: int) -> Lines:
        people = " · ".join(safe(each) for each in (self.view.account, *self.view.people) if each)
        left = line(("prep  ", MUTED), (people or "no account", "bold"))
        return [both_ends(left, line((f"{safe(self.view.title)} ", MUTED)), width)]

    def draw(self, width: int, height: int) -> Lines:
        if self.session.state.place.item is None:
            return self._draw_page(width, height)
        if self.is_small:
            return draw_answers(self.view, width, height, self.shown)
        prompt = self.view.prompt
        above = side_by_side(prompt, width, ANSWER_ROWS) if prompt.choices else draw_hints_of(prompt, width, 1)
        above = [*above, *[blank()] * (ANSWER_ROWS - len(above)), blank()]
        return [*above, *self._draw_page(width, height - len(above))]

    def _draw_page(self, width: int, height: int) -> Lines:
        """Draw the part of the prep sheet to which the arrows have scrolled."""
        shown, self._top = window(self._sheet_rows(min(width, READABLE)), self._top, width, height)
        return shown

    def _sheet_rows(self, width: int) -> Lines:
        rows: Lines = []
        for block in blocks(self._sheet) if self._sheet is not None else ():
            rows.append(line(" ", (block.title.upper(), "bold $primary")))
            for text in block.lines:
                rows += _bullet(text, width, "")
                if text in block.under:
                    rows += [line("     ", each) for each in wrapped(block.under[text], width - 5, MUTED)]
            for text in block.weak:
                rows += _bullet(text, width, MUTED)
            rows.append(blank())
        phrases = (("test", "adds a hypothesis"), ("part", "adds a person"), ("musts", "sets must-asks"))
        keys = ", ".join(filter(None, (self.key_phrase(id, does) for id, does in phrases)))
        return rows or [line("  ", (f"nothing prepared yet: {keys}", MUTED))]


def _bullet(text: str, width: int, style: str) -> Lines:
    first, *rest = wrapped(text, width - 5, style) or [blank()]
    return [line("   · ", first), *(line("     ", each) for each in rest)]
