"""History screen: all calls and every word in them, filtered as the user types, with a preview beside the list.

The list itself is filtered in memory. A worker thread searches notes and transcripts and reports matches as it finds
them; another one reads the selected call for the preview. Commands write the selected call to a file or delete it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from textual import work
from textual.timer import Timer
from textual.worker import get_current_worker

from salesnerd_tui.call.events import Answered, Event, Heard, Mode, Noted, Promised, Side
from salesnerd_tui.call.state import fold, undone_numbers
from salesnerd_tui.errors import UserError
from salesnerd_tui.files import CannotWrite, proposed_name
from salesnerd_tui.review.exports import EXPORTS, format_from_path
from salesnerd_tui.services.call_edit import CallEdit, edit_call, edit_text, parse_edit_text
from salesnerd_tui.services.call_service import CannotOpen, read_stored_call
from salesnerd_tui.services.vault import update_vault_with_warning
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import ForgetPlan, ForgetPreview
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.text import counted, first_match, one_line, searchable
from salesnerd_tui.timefmt import format_clock, parse_time, short_day
from salesnerd_tui.tui.navigator import OpenAccount, OpenCall, OpenDebrief, OpenPromises
from salesnerd_tui.tui.render.home import CallColumns, draw_call
from salesnerd_tui.tui.render.page import draw_page_line, draw_sheet
from salesnerd_tui.tui.render.text import (
    LIST_STEPS,
    MUTED,
    NARROW,
    PAGE_STEPS,
    Line,
    Lines,
    blank,
    fit,
    highlight,
    line,
    pad,
    row_target,
    safe,
    wrap,
)
from salesnerd_tui.tui.screens.base import BaseScreen, ask_file
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.review.prep import PrepSheet
    from salesnerd_tui.services.call_service import CallService, StoredCall
    from salesnerd_tui.storage.search import SearchHit

MAX_ROWS = 200
"""Rows listed at once; the user types more to see others."""

SEARCH_DELAY_SECONDS = 0.12
"""Delay between a key and the search, so that fast typing starts one search instead of ten."""

BATCH_HITS = 20
MIN_BESIDE_WIDTH = 100
"""From this width on, the preview is beside the list."""

MIN_BELOW_HEIGHT = 18
"""From this height on, the preview of a narrower screen is below the list."""

MAX_PREVIEWS = 20
"""Maximum number of cached previews."""


class HistoryRow(Struct, frozen=True):
    """A call of the list, or a match in one."""

    call: CallSummary
    hit: SearchHit | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.call.id, self.hit.number if self.hit is not None else -1


class HistoryScreen(BaseScreen):
    """List of calls and matches. The line takes the words to find; after esc, keys are commands."""

    KEYMAP_NAME = "history"
    MOVE_KEYS = LIST_STEPS
    PASTE_COMMAND = "find"

    def __init__(self, service: CallService) -> None:
        super().__init__()
        self.service = service
        self.command_handlers = (HistoryActions(self),)
        self.rows: list[HistoryRow] = []
        self.words = ""
        self._calls: Sequence[CallSummary] | None = None
        self._hidden_calls = 0
        self._cursor = 0
        self._page_rows = 1
        self._search_timer: Timer | None = None
        self._previews: dict[tuple[str, int, int], Lines] = {}
        self._requested_preview: tuple[str, int, int] | None = None
        self._is_searching = False

    def on_mount(self) -> None:
        self.set_idle_phrases(("find", "changes the words"))
        self.do_find()
        self._read()

    def reload(self, message: str) -> None:
        """Read the calls again, and show a message."""
        self._read()
        self.say(message)

    # worker threads

    @work(thread=True, group="reading")
    def _read(self) -> None:
        self.call_later(self._show_calls, self.service.store.summaries())
        worker = get_current_worker()
        self.service.store.update_cache(stop=lambda: worker.is_cancelled)

    @work(thread=True, exclusive=True, group="searching")
    def _search(self, words: str) -> None:
        worker, batch, count = get_current_worker(), list["SearchHit"](), 0
        for hit in self.service.store.search(words):
            if worker.is_cancelled:
                return
            if hit.number < 0:
                continue
            batch.append(hit)
            count += 1
            if len(batch) >= BATCH_HITS or count >= MAX_ROWS:
                self.call_later(self._show_matches, words, batch)
                batch = []
            if count >= MAX_ROWS:
                break
        self.call_later(self._show_matches, words, batch, is_last=True)

    @work(thread=True, exclusive=True, group="preview")
    def _read_preview(self, row: HistoryRow, width: int) -> None:
        try:
            call = read_stored_call(self.service, row.call.id)
        except StorageError as problem:
            rows: Lines = [line((safe(str(problem)), MUTED))]
        else:
            if row.hit is None and row.call.mode is Mode.PREP:
                rows = draw_sheet(read_sheet(self.service, call), width)
            elif row.hit is None:
                rows = call_preview(call.events, call.playbook, width)
            else:
                rows = hit_preview(call.events, row.hit.number, width)
        if not get_current_worker().is_cancelled:
            self.call_later(self._show_preview, (*row.key, width), rows)

    def _show_calls(self, calls: Sequence[CallSummary]) -> None:
        """List all calls except edits of accounts, which have their own page, and preps that have become a call."""
        self._calls = [
            call for call in calls if call.mode is not Mode.ACCOUNT and not (call.mode is Mode.PREP and call.ended)
        ]
        self._previews.clear()
        self._requested_preview = None
        self._list_and_search()

    def _show_matches(self, words: str, hits: Sequence[SearchHit], *, is_last: bool = False) -> None:
        if words != self.words:
            return
        free = max(MAX_ROWS - len(self.rows), 0)
        self.rows += [HistoryRow(hit.call, hit) for hit in hits[:free]]
        if is_last:
            self._is_searching = False
        self.repaint()

    def _show_preview(self, key: tuple[str, int, int], rows: Lines) -> None:
        while len(self._previews) >= MAX_PREVIEWS:
            self._previews.pop(next(iter(self._previews)))
        self._previews[key] = rows
        self.middle.repaint()

    # the list

    def _list_and_search(self) -> None:
        query = searchable(self.words).split()
        calls = [call for call in self._calls or () if all(word in _search_text(call) for word in query)]
        self.rows = [HistoryRow(call) for call in calls[:MAX_ROWS]]
        self._hidden_calls = max(len(calls) - MAX_ROWS, 0)
        self._cursor = self._top = 0
        if self._search_timer is not None:
            self._search_timer.stop()
        self._is_searching = bool(self.words)
        if self.words:
            words = self.words
            self._search_timer = self.set_timer(SEARCH_DELAY_SECONDS, lambda: self._search(words))
        else:
            self.workers.cancel_group(self, "searching")
        self.repaint()

    @property
    def selected(self) -> HistoryRow | None:
        return self.rows[self._cursor] if self._cursor < len(self.rows) else None

    def move(self, key: str) -> None:
        step = {"pageup": -self._page_rows, "pagedown": self._page_rows}.get(key, PAGE_STEPS[key])
        self._cursor = min(max(self._cursor + step, 0), max(len(self.rows) - 1, 0))
        self.middle.repaint()

    # keys

    def do_find(self) -> None:
        self.input.start_typing(
            InputMode(
                self._open_found,
                self._leave_input,
                on_change=self._set_words,
                on_move=self.move,
                text=self.words,
                placeholder="a company, a person, any word said or noted",
                enter_label="open",
            )
        )

    def _set_words(self, typed: str) -> None:
        if typed.strip() != self.words:
            self.last_message = ""
            self.words = typed.strip()
            self._list_and_search()

    def _open_found(self, typed: str) -> None:
        self._set_words(typed)
        self.do_find()
        self.do_open()

    def _leave_input(self) -> None:
        """Leave the line, so that keys are commands; without words to find, leave the screen."""
        self.input.stop_typing()
        if self.words:
            self.repaint()
        else:
            self.do_leave()

    def pick_row(self, number: int) -> None:
        if self.panel is None and number < len(self.rows):
            self._cursor = number
            self.do_open()
        else:
            super().pick_row(number)

    def do_open(self) -> None:
        """Open the debrief of the selected call at the match, an open prep, or the account of an edit."""
        row = self.selected
        if row is None:
            self.say("no call is selected")
            return
        if row.call.mode is Mode.ACCOUNT:
            self.post_message(OpenAccount(row.call.account))
        elif row.call.mode is Mode.PREP and not row.call.ended:
            try:
                self.post_message(OpenCall(self.service.resume(row.call.id)))
            except CannotOpen as problem:
                self.say(str(problem))
        elif row.hit is not None:
            self.post_message(OpenDebrief(row.call.id, self.words, row.hit.at))
        else:
            self.post_message(OpenDebrief(row.call.id))

    def do_promises(self) -> None:
        self.post_message(OpenPromises(self.selected.call.account.strip() if self.selected is not None else ""))

    def do_account(self) -> None:
        account = self.selected.call.account.strip() if self.selected is not None else ""
        if account:
            self.post_message(OpenAccount(account))
        else:
            self.say("this call has no account, so it has no buying process")

    # painting

    def title_ends(self) -> tuple[Line, Line]:
        if self._calls is None:
            state = ""
        elif self._is_searching:
            state = "searching notes and transcripts…"
        else:
            matches = sum(row.hit is not None for row in self.rows)
            state = " · ".join([*self._counts(matches), *([counted(matches, "match")] if self.words else [])])
        return line(("Calls", "bold")), line((state, MUTED))

    def _counts(self, matches: int) -> Iterator[str]:
        """Yield how many calls, preps and rehearsals are listed; preps and rehearsals are not calls."""
        modes = [row.call.mode for row in self.rows if row.hit is None]
        preps, rehearsals = modes.count(Mode.PREP), modes.count(Mode.REHEARSE)
        calls = len(modes) - preps - rehearsals + self._hidden_calls
        if calls or not (matches or modes):
            yield counted(calls, "call")
        if preps:
            yield counted(preps, "prep")
        if rehearsals:
            yield counted(rehearsals, "rehearsal")

    def current_hints(self) -> tuple[tuple[str, str], ...]:
        mode = self.input.input_mode
        if mode is None or mode.on_move != self.move:
            return super().current_hints()
        leave = "keys" if self.words else "back"
        return (("enter", "open"), ("↑↓", "move"), ("esc", leave))

    def draw(self, width: int, height: int) -> Lines:
        if self._calls is None:
            return [line("  ", ("loading your calls…", MUTED))]
        if not self.rows:
            empty = "no matches" if self._calls else "no calls yet: esc, then start one on the start page"
            return [line("  ", ("" if self._is_searching else empty, MUTED))]
        if width >= MIN_BESIDE_WIDTH:
            list_width = width * 11 // 20
            rows = self._draw_rows(list_width, height)
            preview = self._preview(width - list_width - 3)
            rows += [blank()] * (height - len(rows))
            preview += [blank()] * (height - len(preview))
            return [
                line(pad(row, list_width), (" │ ", "$rule"), part)
                for row, part in zip(rows, preview[:height], strict=True)
            ]
        if height >= MIN_BELOW_HEIGHT:
            preview_height = height * 2 // 5
            rows = self._draw_rows(width, height - preview_height)
            rows += [blank()] * (height - preview_height - len(rows))
            return [
                *rows,
                line(("─" * width, "$rule")),
                *(line(" ", each) for each in self._preview(width - 2)[: preview_height - 1]),
            ]
        return self._draw_rows(width, height)

    def _draw_rows(self, width: int, height: int) -> Lines:
        self._page_rows = max(height - 1, 1)
        self._top = max(min(max(self._top, self._cursor - height + 1), self._cursor, len(self.rows) - height), 0)
        shown = self.rows[self._top : self._top + height]
        columns = CallColumns.from_calls([row.call for row in shown if row.hit is None], width - 2)
        now = datetime.now(UTC)
        drawn: Lines = []
        for number, row in enumerate(shown, self._top):
            current = number == self._cursor
            hit = row.hit
            text = draw_call(row.call, columns, now) if hit is None else self._draw_hit(row.call, hit, width - 2)
            text = fit(line(("❯ " if current else "  ", "bold $accent"), highlight(text, self.words)), width)
            drawn.append(row_target(pad(text, width).stylize("on $row") if current else text, number))
        if self._hidden_calls and len(drawn) == height:
            drawn[-1] = line("  ", (f"{self._hidden_calls:,} more calls: type to narrow", MUTED))
        return drawn

    def _draw_hit(self, call: CallSummary, hit: SearchHit, width: int) -> Line:
        """Draw a match: the day, the time, the account and the words around it. A narrow row has no time."""
        speaker = f"{safe(hit.who)}: " if hit.who else ""
        started = parse_time(call.started_at)
        day = short_day(started, date.today()) if started else ""
        time = f" {format_clock(max(hit.at, 0.0)):>6}" if width >= NARROW else ""
        head = line((f"{day:>6}{time}  ", MUTED), safe(call.account or "no account"))
        head = line(fit(head, max(width // 2, 1)), "  ")
        text = f"{speaker}{safe(hit.text)}"
        start = first_match(text, self.words) - (width - head.cell_length) // 3  # so that the match is not cut off
        return line(head, text if start <= 0 else f"…{text[start:]}")

    def _preview(self, width: int) -> Lines:
        """Return the preview of the selected row; if it is not cached, start to read it."""
        row = self.selected
        if row is None or width < 20:
            return []
        key = (*row.key, width)
        if key not in self._previews and key != self._requested_preview:
            self._requested_preview = key
            self._read_preview(row, width)
        lines = list(self._previews.get(key, ()))
        return lines if row.hit is None else [highlight(each, self.words) for each in lines]


def _search_text(call: CallSummary) -> str:
    """Return the text of a call that is searched without reading its file."""
    parts = (call.account, *call.people, call.title, call.playbook, call.outcome, call.decision, call.id)
    return searchable(" ".join(parts))


FILE_FORMATS = ", ".join(f".{name}" for name in EXPORTS)
CHANGE_GROUP = "changes"
"""Group of the worker threads that change a call, or preview its deletion."""


class HistoryActions:
    """The `do_<id>` methods of the history that act on the selected call."""

    def __init__(self, screen: HistoryScreen) -> None:
        self._screen = screen
        self._service = screen.service

    def do_write(self) -> None:
        call = self._selected_call()
        if call is None:
            return
        name = proposed_name(call.account, call.started_at[:10])
        ask_file(
            self._screen, _describe_call(call), name, lambda path: self._file_text(call, path), formats=FILE_FORMATS
        )

    def _file_text(self, call: CallSummary, path: Path) -> str:
        """Return the call in the format of the file's ending. Raises `CannotWrite`."""
        from salesnerd_tui.review.debrief.builder import build_debrief  # reads whole calls: not at start-up
        from salesnerd_tui.review.prep import prep_markdown

        form = format_from_path(path)
        if call.mode is Mode.PREP and form == "html":
            raise CannotWrite("a prep is written as .md or .json")
        try:
            stored = read_stored_call(self._service, call.id)
        except StorageError as problem:
            raise CannotWrite(str(problem)) from problem
        if call.mode is Mode.PREP and form == "md":
            return prep_markdown(read_sheet(self._service, stored))
        return EXPORTS[form](build_debrief(stored.events, stored.playbook), stored.id, stored.events)

    def do_remove(self) -> None:
        """Determine on a thread what deleting the call would change, then ask the user to confirm."""
        call = self._selected_call()
        if call is None:
            return
        self._screen.say("checking what would be deleted…")

        def read_preview() -> None:
            try:
                preview = self._service.store.preview(ForgetPlan((call.id,)))
            except StorageError as problem:
                self._screen.call_later(self._screen.reload, str(problem))
            else:
                self._screen.call_later(self._confirm, call, preview)

        self._screen.run_worker(read_preview, thread=True, exclusive=True, group=CHANGE_GROUP)

    def do_edit(self) -> None:
        call = self._selected_call()
        if call is not None:
            self._ask_edit(call, edit_text(call))

    def _ask_edit(self, call: CallSummary, text: str) -> None:
        """Ask for the corrected account, people and start; after an invalid date, ask again and show why."""

        def handle_answer(typed: str) -> None:
            try:
                edit = parse_edit_text(typed, call, datetime.now(UTC))
            except UserError as problem:
                self._ask_edit(call, typed)
                self._screen.say(str(problem))
                return
            if edit == CallEdit():
                self._screen.say("nothing was changed")
            else:
                self._change(lambda: edit_call(self._service.store, call, edit), "saved")

        self._screen.ask_for_text(
            f"Edit {_describe_call(call)}", "account; with=person; on=day", handle_answer, text, enter_label="saves"
        )

    def _selected_call(self) -> CallSummary | None:
        """Return the call of the selected row; the hint line says if there is none."""
        row = self._screen.selected
        if row is None:
            self._screen.say("no call is selected")
        return row.call if row is not None else None

    def _confirm(self, call: CallSummary, preview: ForgetPreview) -> None:
        if preview.open:
            self._screen.say("this call is open in another window (close it there first)")
            return
        question = f"with {counted(call.notes, 'note')} permanently?"
        if preview.rewritten:
            question += f" {counted(len(preview.rewritten), 'other call')} will lose what came from it."

        def handle_answer(typed: str) -> None:
            if typed.strip().casefold() != "yes":
                self._screen.say("nothing was deleted")
                return
            self._screen.say("deleting…")
            self._change(lambda: self._service.store.carry_out(preview.plan), "deleted")

        self._screen.ask_for_text(
            f"Delete {_describe_call(call)}",
            "yes",
            handle_answer,
            enter_label="deletes",
            explain=lambda _: f"{question} Type yes.",
        )

    def _change(self, change: Callable[[], object], done: str) -> None:
        """Change stored calls on a thread, update the vault, and list the calls again with the message `done`."""
        store = self._service.store

        def run() -> None:
            try:
                change()
            except StorageError as problem:
                message = str(problem)
            else:
                message = done
                update_vault_with_warning(store, None, store.warn)
            self._screen.call_later(self._screen.reload, message)

        self._screen.run_worker(run, thread=True, group=CHANGE_GROUP)


def _describe_call(call: CallSummary) -> str:
    """Return a call in a few words."""
    account = one_line(call.account) or "the call"
    return f"{account} of {call.started_at[:10]}" if call.started_at else account


ENTRIES_BEFORE, ENTRIES_AFTER = 4, 12
"""Entries that a preview shows before and after a match."""

SIDE_NAMES = {Side.ME: "you", Side.THEM: "they"}


def call_preview(events: Sequence[Event], playbook: Playbook | None, width: int) -> Lines:
    """Return the first part of a call's debrief."""
    from salesnerd_tui.review.debrief.builder import build_debrief  # reads whole calls: not at start-up
    from salesnerd_tui.review.debrief_page import render_page

    return [draw_page_line(row) for row in render_page(build_debrief(events, playbook), width)[0].lines]


def read_sheet(service: CallService, call: StoredCall) -> PrepSheet:
    """Return the sheet of a stored prep."""
    from salesnerd_tui.services.prep import prep_sheet  # reads the account's calls: not at start-up

    state = fold(call.events)
    playbook, _ = service.current_playbook(state)
    return prep_sheet(service, state, playbook, date.today())


def hit_preview(events: Sequence[Event], number: int, width: int) -> Lines:
    """Return what was said and noted around the event `number`."""
    entries = list(_transcript_entries(events))
    place = next((place for place, (each, _, _) in enumerate(entries) if each >= number), len(entries))
    rows: Lines = []
    for each, lead, text in entries[max(place - ENTRIES_BEFORE, 0) : place + ENTRIES_AFTER]:
        style = "" if each == number else MUTED
        body = wrap(f"{lead}{text}", width - 2, style)
        mark = ("▌ ", "$accent") if each == number else ("  ", "")
        rows += [line(mark, row) for row in body]
    return rows


def _transcript_entries(events: Sequence[Event]) -> Iterator[tuple[int, str, str]]:
    """Yield the event number, the time with the speaker or kind, and the text of everything said or noted.

    Undone entries are included and marked, because a search finds them too.
    """
    undone = undone_numbers(events)
    for number, event in enumerate(events):
        when, end = f"{format_clock(max(event.at, 0.0))}  ", " (undone): " if number in undone else ": "
        match event:
            case Heard(final=True, text=str(text)) if text.strip():
                name = one_line(event.speaker) or SIDE_NAMES.get(event.side, "")
                yield number, f"{when}{f'{name}: ' if name else ''}", safe(text)
            case Noted(text=text) if text.strip():
                yield number, f"{when}note{end}", safe(text)
            case Answered():
                said = " · ".join(part for part in (event.label, event.note) if part.strip())
                if said:
                    yield number, f"{when}answer{end}", safe(said)
            case Promised(text=text) if text.strip():
                yield number, f"{when}promise{end}", safe(text)
            case _:
                continue
