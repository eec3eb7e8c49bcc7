"""Debrief screen: the review of a call, read right after it or months later from the history.

From here the user says what the call showed about a hypothesis, and drafts the follow-up message: read it, copy it,
edit it in an editor, write it to a file.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from salesnerd_tui.call.events import Event, Mode, Verdict
from salesnerd_tui.call.state import fold
from salesnerd_tui.errors import error_reason
from salesnerd_tui.files import proposed_name
from salesnerd_tui.playbook.model import Playbook, SourceLocation
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief.hypotheses import VERDICTS, make_verdict, touch_text, undecided, verdict_text
from salesnerd_tui.review.debrief.model import HypothesisResult, OutcomeKind
from salesnerd_tui.review.debrief_page import TRANSCRIPT_KEY as TRANSCRIPT
from salesnerd_tui.review.debrief_page import render_page, render_transcript
from salesnerd_tui.review.exports import EXPORTS, format_from_path
from salesnerd_tui.review.followup import draft_message, find_cautions, own_notes
from salesnerd_tui.review.page_lines import BLANK, Part, Tone
from salesnerd_tui.review.page_lines import Line as PageLine
from salesnerd_tui.review.page_lines import line as page_line
from salesnerd_tui.services.account import store_verdict
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.text import clean, has_word, search_text, searchable, with_period
from salesnerd_tui.timefmt import format_duration, short_day
from salesnerd_tui.tui.navigator import OpenAccount, OpenPromises, update_vault
from salesnerd_tui.tui.panels.panel import MessagePanel
from salesnerd_tui.tui.panels.picker import Entry, Picker, PromptPanel
from salesnerd_tui.tui.render.page import draw_page_line
from salesnerd_tui.tui.render.text import (
    MUTED,
    PAGE_STEPS,
    Line,
    Lines,
    both_ends,
    highlight,
    key_target,
    line,
    safe,
)
from salesnerd_tui.tui.screens.base import BaseScreen, ask_file
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_store import CallStore

FILE_FORMATS = ", ".join(f".{name}" for name in EXPORTS)
MAX_WIDTH = 120
NEAR_SECONDS = 60.0
"""Seconds within which two rows are equally near to a match: an utterance is found by its end, shown by its start."""

WORD_PATTERN = re.compile(r"\w+")
CLOCK_PATTERN = re.compile(r"\s*(?:(\d+):)?(\d+):(\d\d) ")

TAB_NAMES = {
    "promises": "promises",
    "answers": "said",
    "open": "open",
    "notes": "notes",
    "tested": "tested",
    "taps": "taps",
    "reveals": "revealed",
    "evidence": "worth",
    "before": "before",
    "agenda": "how it went",
    TRANSCRIPT: "transcript",
}
"""Short names of the parts, for the row of tabs."""


class DebriefScreen(BaseScreen):
    """Page of one call. `playbook` is the call's own, if it can still be loaded.

    `words` are marked on the page, which opens at the match nearest to `seconds` of the call. Without a `store`,
    nothing can be added to the call.
    """

    KEYMAP_NAME = "debrief"

    def __init__(
        self,
        events: Sequence[Event],
        playbook: Playbook | None = None,
        *,
        call_id: str = "",
        words: str = "",
        seconds: float | None = None,
        store: CallStore | None = None,
    ) -> None:
        super().__init__()
        self.call_id = call_id
        self.events = tuple(events)
        self._playbook = playbook
        self.debrief = build_debrief(self.events, playbook)
        self.command_handlers = (MessageActions(self), HypothesisActions(self, store))
        self.page_lines: list[PageLine] = []
        self.part_starts: list[int] = [0]
        """The row at which each part begins; the summary is part 0."""
        self.top = 0
        self._tabs: list[str] = []
        self._width = self._height = 0
        self._words = words
        self._open_at_seconds = seconds
        self._must_open_at_match = bool(words)

    def on_mount(self) -> None:
        self._show_tabs()

    def add_events(self, events: Sequence[Event]) -> None:
        """Update the page with events that were added to the call."""
        self.events = (*self.events, *events)
        self.debrief = build_debrief(self.events, self._playbook)
        self._width = 0

    # the page

    @property
    def current_part(self) -> int:
        """The part at the top of the screen."""
        last = max(len(self.page_lines) - self._height, 0)
        return max((number for number, start in enumerate(self.part_starts) if min(start, last) <= self.top), default=0)

    def _make_page(self, width: int) -> None:
        """Render the page for a width, and keep the reading position within its part."""
        part = max((number for number, start in enumerate(self.part_starts) if start <= self.top), default=0)
        depth = self.top - self.part_starts[part]
        transcript = render_transcript(self.events, width)
        blocks = [*render_page(self.debrief, width, has_head=False), *([transcript] if transcript.lines else [])]
        self.page_lines, self.part_starts, self._tabs = [], [], []
        for block in blocks:
            self.part_starts.append(len(self.page_lines))
            if block.title:
                self._tabs.append(TAB_NAMES.get(block.key, block.title.casefold()))
                self.page_lines += [page_line(Part(block.title.upper(), Tone.HEADING)), BLANK]
            self.page_lines += [*block.lines, BLANK]
        self._width = width
        self.top = self.part_starts[min(part, len(self.part_starts) - 1)] + depth
        self.call_after_refresh(self._show_tabs)

    def _go_to(self, row: int) -> None:
        self.top = max(min(row, len(self.page_lines) - self._height), 0)
        self._show_tabs()

    def _go_to_part(self, number: int) -> None:
        if number < len(self.part_starts):
            self._go_to(self.part_starts[number])

    # keys

    def handle_unbound(self, key: str) -> None:
        if key.isdigit() and len(key) == 1:
            self._go_to_part(int(key))
        else:
            super().handle_unbound(key)

    def move(self, key: str) -> None:
        self._go_to(self.top + PAGE_STEPS[key])

    def go_back(self) -> None:
        if self._words:
            self._words = ""
        else:
            self.do_leave()

    def do_next(self) -> None:
        self._go_to_part((self.current_part + 1) % len(self.part_starts))

    def do_previous(self) -> None:
        self._go_to_part((self.current_part - 1) % len(self.part_starts))

    def do_find(self) -> None:
        """Find words on the page: enter goes from match to match, esc goes back to the keys."""
        self.input.start_typing(
            InputMode(
                self._go_to_next_match,
                self.close_panel,
                on_change=self._set_words,
                text=self._words,
                placeholder="a word on this page",
                enter_label="next match",
            )
        )

    def _set_words(self, words: str) -> None:
        self._words = words.strip()
        self._go_to_match(self.top)
        self.repaint()

    def _go_to_next_match(self, words: str) -> None:
        self._words = words.strip()
        self._go_to_match(self.top + 1)
        self.do_find()
        self.repaint()

    def _go_to_match(self, start: int) -> None:
        """Scroll to the next row with the words, from the row `start` on and then from the beginning."""
        rows = self._matching_rows()
        if rows:
            self._go_to(next((row for row in rows if row >= start), rows[0]))
        elif self._words:
            self.say("no matches on this page")

    def _matching_rows(self) -> list[int]:
        words = searchable(self._words).split()
        texts = (search_text(row.plain) for row in self.page_lines)
        return [number for number, text in enumerate(texts) if words and any(has_word(text, each) for each in words)]

    def _open_at_match(self) -> None:
        """Scroll to the match nearest to the given time; of equally near ones, to that with the most whole words."""
        rows = self._matching_rows()
        if not rows:
            return
        seconds, times = self._open_at_seconds, _line_seconds(self.page_lines)
        words = set(searchable(self._words).split())

        def distance(row: int) -> tuple[float, int]:
            whole = words.intersection(WORD_PATTERN.findall(searchable(self.page_lines[row].plain)))
            return abs(times[row] - seconds) // NEAR_SECONDS if seconds is not None else 0.0, -len(whole)

        self._go_to(min(rows, key=distance) - self._height // 3)

    def do_prep(self) -> None:
        """Ask on this screen for the details of the next prep, so that esc comes back to this page."""
        if not self.is_live_call():
            return
        from salesnerd_tui.tui.call_starter import CallStarter  # only a next call needs it

        header, ended = self.debrief.header, fold(self.events).ended
        outcome = self._playbook.outcomes.get(ended.outcome) if self._playbook is not None and ended else None
        starter = CallStarter(self, self.app.service)
        starter.calls = [call for call in self.app.service.store.summaries() if call.mode is Mode.LIVE]
        starter.prepare_next(header.account, header.people, outcome.next if outcome is not None else "")

    def do_promises(self) -> None:
        if self.is_live_call():
            self.post_message(OpenPromises(self.debrief.header.account.strip()))

    def do_account(self) -> None:
        account = self.debrief.header.account
        if not self.is_live_call():
            return
        if account.strip():
            self.post_message(OpenAccount(account))
        else:
            self.say("this call has no account, so it has no buying process")

    def is_live_call(self) -> bool:
        """Return whether this was a live call; the hint line says if not."""
        mode = self.debrief.header.mode
        if mode != Mode.LIVE:
            self.say(f"only available for a live call (this is a {mode or 'page'})")
        return mode == Mode.LIVE

    def do_write(self) -> None:
        def export(path: Path) -> str:
            return EXPORTS[format_from_path(path)](self.debrief, self.call_id, self.events)

        ask_file(self, "the debrief", self.file_name(), export, formats=FILE_FORMATS)

    def file_name(self, *parts: str, ending: str = "md") -> str:
        """Return a name for a file about this call, such as `./acme-2026-11-29.md`."""
        header = self.debrief.header
        day = header.started_at.date().isoformat() if header.started_at else ""
        return proposed_name(header.account, day, *parts, suffix=ending)

    # painting

    def hints(self) -> Iterable[tuple[str, str]]:
        """Show the key for hypotheses first while some are undecided, otherwise not at all."""
        mark = self.key_table.shown_keys.get("mark")
        others = tuple(each for each in super().hints() if each[0] != mark)
        return ((mark, "hypotheses"), *others) if mark and undecided(self.debrief.tested) else others

    def title_ends(self) -> tuple[Line, Line]:
        header, outcome = self.debrief.header, self.debrief.outcome
        started = header.started_at
        who = " · ".join(safe(each) for each in (header.account, *header.people) if each.strip()) or "no account"
        day = f"{short_day(started, date.today())} {started:%H:%M}" if started else ""
        facts = "".join(f" · {each}" for each in (day, format_duration(header.duration_seconds)) if each)
        ended_style = "bold $warning" if outcome.is_undated else "bold $success"
        style = MUTED if outcome.verdict is OutcomeKind.OPEN else ended_style
        return line((who, "bold"), (facts, MUTED)), line((safe(outcome.headline), style))

    def draw(self, width: int, height: int) -> Lines:
        page_width = min(width - 2, MAX_WIDTH)
        self._height = height
        if page_width != self._width:
            self._make_page(page_width)
        self.top = max(min(self.top, len(self.page_lines) - height), 0)
        if self._must_open_at_match:
            self._must_open_at_match = False
            self._open_at_match()
        shown = [
            line(" ", highlight(draw_page_line(row), self._words))
            for row in self.page_lines[self.top : self.top + height]
        ]
        hidden = len(self.page_lines) - self.top - height
        if hidden > 0 and shown:
            shown[-1] = both_ends(shown[-1], line((f"↓ {hidden + 1} more ", MUTED)), width)
        return shown

    def repaint(self) -> None:
        super().repaint()
        self._show_tabs()

    def _show_tabs(self) -> None:
        """Show the numbered parts in the empty line and mark the current one; omit the first ones if space is short."""
        if self.input.input_mode is not None:
            return
        part, width = self.current_part, max(self.size.width - 4, 10)
        names = [f"{number} {name}" for number, name in enumerate(self._tabs, 1)]
        first = 0
        while (end := _last_fitting(names, first, width)) < part:
            first += 1
        parts = [
            key_target(Content.styled(name, "bold underline" if number == part else MUTED), str(number))
            for number, name in enumerate(names, 1)
        ]
        more = [Content.styled("…", MUTED)] if end < len(parts) else []
        self.input.set_idle_text(Content("  ").join([*parts[first:end], *more]))

    def _draw_prompt(self, *_: int) -> Lines:
        return super()._draw_prompt(*_) if self.input.input_mode is not None else [line()]


def _line_seconds(rows: Sequence[PageLine]) -> list[float]:
    """Return the time in the call for each row, in seconds; a row without a time has that of the row above it."""
    times: list[float] = []
    for row in rows:
        match = CLOCK_PATTERN.match(row.plain)
        if match:
            hours, minutes, seconds = (int(each or 0) for each in match.groups())
            times.append(hours * 3600 + minutes * 60 + seconds)
        else:
            times.append(times[-1] if times else 0.0)
    return times


VERDICT_KEYS = {"1": Verdict.FOR, "2": Verdict.AGAINST, "3": Verdict.DISPROVED, "0": Verdict.UNTOUCHED}


class HypothesisActions:
    """The `do_mark` of a debrief. Without a store, the page is not of a stored call and nothing can be decided."""

    def __init__(self, screen: DebriefScreen, store: CallStore | None) -> None:
        self._screen = screen
        self._store = store

    def do_mark(self) -> None:
        """Ask about the touched hypotheses one after the other; when all are decided, about one to choose."""
        tested = self._screen.debrief.tested
        if not self._screen.is_live_call():
            return
        if self._store is None:
            self._screen.say("this call is not stored, so nothing can be decided")
        elif not tested:
            self._screen.say("no hypotheses in this call (they come from its prep)")
        elif open_ones := undecided(tested):
            self._ask_verdict(open_ones[0])
        elif len(tested) == 1:
            self._ask_verdict(tested[0])
        else:
            self._pick_hypothesis(tested)

    def _pick_hypothesis(self, tested: tuple[HypothesisResult, ...]) -> None:
        rows = [
            Entry(str(number), line(safe(each.text)), line((verdict_text(each) or "not touched", MUTED)))
            for number, each in enumerate(tested)
        ]
        self._screen.open_panel(Picker("hypotheses", rows, lambda number: self._ask_verdict(tested[int(number)])))

    def _ask_verdict(self, result: HypothesisResult) -> None:
        def ask_quote(verdict: Verdict) -> Callable[[], None]:
            return lambda: self._ask_quote(result, verdict)

        wrong = f"You would be wrong if: {result.disproof}" if result.disproof else ""
        answers = {key: (VERDICTS[verdict], ask_quote(verdict)) for key, verdict in VERDICT_KEYS.items()}
        sentences = (f"You believed: {result.text}", touch_text(result), wrong)
        message = " ".join(map(with_period, filter(None, sentences)))
        self._screen.open_panel(PromptPanel("what does this call say?", message, answers))

    def _ask_quote(self, result: HypothesisResult, verdict: Verdict) -> None:
        if verdict is Verdict.UNTOUCHED:
            self._save_verdict(result, verdict, "")
            return
        self._screen.close_panel()
        self._screen.ask_for_text(
            "in their words",
            "what did they say? empty for no quote",
            lambda text: self._save_verdict(result, verdict, text),
            result.quote if result.is_quoted else "",
        )

    def _warn(self, problem: str) -> None:
        """Show a problem of a thread."""
        self._screen.call_later(self._screen.say, problem)

    def _save_verdict(self, result: HypothesisResult, verdict: Verdict, quote: str) -> None:
        screen = self._screen
        screen.close_panel()
        event = make_verdict(result, verdict, quote, screen.events[-1].at)
        assert self._store is not None
        try:
            store_verdict(self._store, screen.call_id, event)
        except StorageError as problem:
            screen.say(str(problem))
            return
        screen.add_events((event,))
        update_vault(screen.app, self._store, screen.debrief.header.account, self._warn)
        if undecided(screen.debrief.tested):
            self.do_mark()
        else:
            screen.say(f"saved: this call {VERDICTS[verdict]}")


class MessageActions:
    """The `do_message` of a debrief, and what the keys in the preview do. An edited draft is kept with the screen."""

    def __init__(self, screen: DebriefScreen) -> None:
        self._screen = screen
        self._edited = ""
        self._chosen: set[int] = set()
        """Numbers of the user's own notes that are in the message."""

    @property
    def _notes(self) -> list[str]:
        notes = own_notes(self._screen.debrief)
        return [notes[number] for number in sorted(self._chosen)]

    @property
    def _text(self) -> str:
        return self._edited or draft_message(self._screen.debrief, self._notes)

    def do_message(self, top: int = 0) -> None:
        screen = self._screen
        actions = {"copy": self._copy, "edit": self._edit, "write": self._write, "leave": screen.close_panel}
        warnings = list(find_cautions(screen.debrief, self._notes))
        notes = [] if self._edited else [(text, n in self._chosen) for n, text in enumerate(own_notes(screen.debrief))]
        table = screen.app.keymap.table("message")
        panel = MessagePanel(self._text, warnings, table, actions, notes=notes, toggle_note=self._toggle_note, top=top)
        screen.open_panel(panel)

    def _toggle_note(self, number: int, top: int) -> None:
        """Add one of the user's own notes to the message, or remove it."""
        self._chosen ^= {number}
        self.do_message(top)

    def _copy(self) -> None:
        self._screen.app.copy_to_clipboard(self._text)
        self._screen.say("copied the message, if your terminal allows it")

    def _write(self) -> None:
        name = self._screen.file_name("message", ending="txt")
        ask_file(self._screen, "the message", name, lambda _: self._text, on_close=self.do_message)

    def _edit(self) -> None:
        """Edit the draft in a private file that is deleted afterwards."""
        from salesnerd_tui.tui.editor import NoEditor, edit, editor_command, has_window  # subprocess: not at start-up

        screen = self._screen
        try:
            is_windowed = has_window(editor_command(SourceLocation("message.txt", 1, 1)))
        except NoEditor as problem:
            screen.say(str(problem))
            return
        if is_windowed:
            screen.say("your editor has its own window: write the message to a file and edit that file")
            return
        with tempfile.TemporaryDirectory(prefix="salesnerd-") as folder:
            path = Path(folder) / "message.txt"
            path.write_text(self._text, encoding="utf-8")
            failure = edit(SourceLocation(str(path), 1, 1), screen.app.suspend)
            try:
                self._edited = clean(path.read_text(encoding="utf-8", errors="replace"))
            except OSError as error:
                failure = failure or f"cannot read the edited message: {error_reason(error)}"
        self.do_message()
        screen.say(failure or "edited: nothing is sent until you send it yourself")


def _last_fitting(names: Sequence[str], first: int, width: int) -> int:
    """Return the end of the names that fit on a row, from `first` on, with an ellipsis for the others; at least one."""
    end = len(names)
    while end > first + 1 and len("  ".join([*names[first:end], *["…"][: len(names) - end]])) > width:
        end -= 1
    return end
