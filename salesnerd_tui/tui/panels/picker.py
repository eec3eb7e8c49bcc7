"""Pickers: a list that is filtered as the user types, and questions with a few keys as answers.

The lists are those of questions, detours and commands; one of the questions is which speaker is the user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.view import DetourKey, JumpRow, Progress
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.tui.panels.panel import Panel, panel_head
from salesnerd_tui.tui.render.status import PROGRESS_SYMBOLS
from salesnerd_tui.tui.render.text import (
    KNOWN,
    MUTED,
    NARROW,
    Line,
    Lines,
    blank,
    both_ends,
    fit,
    key_target,
    line,
    row_target,
    safe,
    wrap,
)
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.tui.keymap import Command

EMPTY = Line("")
MIN_ROWS = 5
"""Rows that the details below the list always leave."""

MAX_DETAILS_WIDTH = 100

MAX_KNOWN_CELLS = 32
"""Most cells of an answer from before, at the right end of its question."""


class Entry(Struct, frozen=True):
    """Row of a picker: its two ends, and the text that is searched (default: its left end).

    `brief` replaces the right end in a narrow terminal, and if it is empty, wherever the left end is whole only then.
    `details` are shown below the list while the row is current.
    """

    id: str
    left: Line
    right: Line = EMPTY
    search_text: str = ""
    brief: Line | None = None
    details: tuple[str, ...] = ()


def filter_entries(entries: Sequence[Entry], text: str) -> list[Entry]:
    """Return the entries that contain every word of a text; those with words that start with it come first."""
    words = text.lower().split()
    if not words:
        return list(entries)
    matches: list[tuple[int, int, Entry]] = []
    for number, entry in enumerate(entries):
        entry_text = (entry.search_text or entry.left.plain).lower()
        if all(word in entry_text for word in words):
            starts = sum(f" {word}" in f" {entry_text}" for word in words)
            matches.append((-starts, number, entry))
    return [entry for _, _, entry in sorted(matches, key=lambda each: each[:2])]


class Picker(Panel):
    """Panel that passes the id of the picked entry to `on_pick`. The cursor starts at the entry `current_id`.

    `on_unmatched` gets the typed text if no entry matches it; without `on_unmatched`, enter then does nothing.
    """

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        on_pick: Callable[[str], None],
        *,
        current_id: str = "",
        empty_text: str = "no matches",
        placeholder: str = "type to filter",
        on_unmatched: Callable[[str], None] | None = None,
    ) -> None:
        self.title = title
        self._entries = list(entries)
        self._on_pick = on_pick
        self._on_unmatched = on_unmatched
        self._empty_text = empty_text
        self._matches = list(entries)
        self._row = next((row for row, entry in enumerate(entries) if entry.id == current_id), 0)
        self._page_rows = 1
        self._top = 0
        self.input_mode = InputMode(
            self._accept, lambda: self.close(), on_change=self._filter, on_move=self.move, placeholder=placeholder
        )

    @property
    def current_id(self) -> str:
        """The id under the cursor; empty when no entry matches."""
        return self._matches[self._row].id if self._matches else ""

    def draw(self, width: int, height: int) -> Lines:
        count = f"{len(self._matches)} of {len(self._entries)}"
        head = panel_head(self.title, f"{count} · enter · esc" if width >= NARROW else count, width)
        available = height - len(head)
        texts = self._matches[self._row].details if self._matches else ()
        details = [part for text in texts for part in wrap(text, min(width - 2, MAX_DETAILS_WIDTH), MUTED, "  ")]
        max_details = max(available - 1 - min(MIN_ROWS, len(self._matches)), 0)
        if 0 < max_details < len(details):
            details[max_details - 1] = fit(line(details[max_details - 1], (" …", MUTED)), width)
        details = details[:max_details]
        if not details:
            return [*head, *self.draw_rows(width, available)]
        return [*head, *self.draw_rows(width, available - 1 - len(details)), blank(), *details]

    def draw_rows(self, width: int, height: int) -> Lines:
        """Draw the rows without a head; the current one is always among them."""
        self._page_rows = max(height, 1)
        if not self._matches:
            return [line("  ", (self._empty_text, MUTED))]
        lines: Lines = []
        self._top = min(max(self._top, self._row - self._page_rows + 1), self._row)
        self._top = max(min(self._top, len(self._matches) - self._page_rows), 0)
        for number, entry in enumerate(self._matches[self._top : self._top + self._page_rows], self._top):
            lines.append(row_target(self._draw_row(entry, number == self._row, width), number))
        return lines

    def _draw_row(self, entry: Entry, current: bool, width: int) -> Line:
        left, right = line(("❯ " if current else "  ", "bold $accent"), entry.left), entry.right
        is_whole_alone = left.cell_length <= width < left.cell_length + right.cell_length + 3
        if entry.brief is not None and (width < NARROW or (is_whole_alone and not entry.brief.plain)):
            right = entry.brief
        row = both_ends(left, line(right, " ") if right.plain else EMPTY, width)
        return row.stylize("bold on $row") if current else row

    def pick(self, number: int) -> None:
        """Pick the row that was clicked."""
        if number < len(self._matches):
            self._row = number
            self._on_pick(self.current_id)

    def _accept(self, typed: str) -> None:
        self._filter(typed)
        if self._matches:
            self._on_pick(self.current_id)
        elif self._on_unmatched is not None:
            self._on_unmatched(typed)

    def _filter(self, typed: str) -> None:
        before = [entry.id for entry in self._matches]
        self._matches = filter_entries(self._entries, typed)
        if [entry.id for entry in self._matches] != before:
            self._row = self._top = 0

    def move(self, key: str) -> None:
        """Move the cursor by an arrow key."""
        step = {"up": -1, "down": 1, "pageup": -self._page_rows, "pagedown": self._page_rows}[key]
        self._row = min(max(self._row + step, 0), max(len(self._matches) - 1, 0))


OnPick = Callable[[str], None]


def jump_list(rows: Sequence[JumpRow], current_id: str, on_pick: OnPick) -> Picker:
    """Return the list of all questions; the cursor begins at the first unasked must-ask."""
    musts = [row.item for row in rows if row.is_must and row.progress is Progress.OPEN]
    return Picker("jump to", list(map(_question_entry, rows)), on_pick, current_id=musts[0] if musts else current_id)


def _question_entry(row: JumpRow) -> Entry:
    mark, style = PROGRESS_SYMBOLS[row.progress]
    must = ("MUST ", "bold $warning") if row.is_must and row.progress is Progress.OPEN else ("", "")
    muted = MUTED if row.progress in (Progress.DONE, Progress.KNOWN, Progress.SKIPPED) else ""
    right, brief = line((safe(row.section), MUTED)), EMPTY
    if row.known is not None:
        day = row.known.day
        brief = line((day or "known", KNOWN))
        right = fit(line((f"{day}  " if day else "", MUTED), (safe(row.known.words), KNOWN)), MAX_KNOWN_CELLS)
    return Entry(
        row.item,
        line((mark, style), " ", must, (safe(row.text), muted)),
        right,
        f"{row.text} {row.known.words if row.known else ''} {row.section} {row.item} {'must' if row.is_must else ''}",
        brief,
    )


def detour_list(detours: Sequence[DetourKey], on_pick: OnPick) -> Picker:
    """Return the list of detours by what the buyer says."""
    entries = [
        Entry(
            each.detour,
            line((f"{safe(each.key) or ' '} ", "bold $secondary"), safe(" / ".join(each.they_say)) or safe(each.label)),
            line((safe(each.label), MUTED)),
            " ".join((*each.they_say, each.label)),
            brief=EMPTY,
        )
        for each in detours
    ]
    return Picker("find a detour", entries, on_pick, empty_text="no matching detour", placeholder="what did they say?")


def command_list(commands: Sequence[Command], on_pick: OnPick) -> Picker:
    """Return the list of all commands with their keys."""
    width = max(len(each.label) for each in commands) + 2
    entries = [
        Entry(
            each.id,
            line((f"{each.label:{width}}", "bold"), (each.help, MUTED)),
            line((key_label(each.key), "bold $accent")),
            f"{each.label} {each.help} {each.id}",
        )
        for each in commands
        if each.id != "commands"
    ]
    return Picker("commands", entries, on_pick)


SPEAKER_TITLE = "which speaker are you?"
NO_SPEAKER = "none of these"
MAX_DIGIT_CHOICES = 9
"""Speakers that one digit can pick."""


class PromptPanel(Panel):
    """Question in the middle of a screen. `answers` maps each key to its label and its action; esc closes.

    A message may be a function, which is called for each frame, because the number of unsaved notes may change.
    """

    def __init__(
        self, title: str, message: str | Callable[[], str], answers: Mapping[str, tuple[str, Callable[[], None]]]
    ) -> None:
        self.title = title
        self._message = message
        self._answers = answers

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """The answers and their keys; numbers are one hint."""
        numbers = sorted(key for key in self._answers if key.isdigit())
        picks = ((f"{numbers[0]}–{numbers[-1]}", "pick"),) if numbers else ()
        others = ((key_label(key), label) for key, (label, _) in self._answers.items() if not key.isdigit())
        return (*picks, *others, ("esc", "back"))

    def draw(self, width: int, height: int) -> Lines:
        answers = [
            key_target(line("  ", (f"{key_label(key):>5}", "bold $accent"), "  ", label), key_label(key))
            for key, (label, _) in self._answers.items()
        ]
        head = panel_head(self.title, "esc", width)
        available = height - len(head) - len(answers)
        message = wrap(
            self._message if isinstance(self._message, str) else self._message(),
            width - 2,
            "",
            "  ",
            max_lines=max(available, 1),
        )
        gap = [blank()] if len(message) + 2 <= available else []
        return [*head, *gap, *message, *gap, *answers][:height]

    def press_key(self, key: str) -> bool:
        if key in self._answers:
            self._answers[key][1]()
        elif key == "escape":
            self.close()
        else:
            return False
        return True


def speaker_panel(
    speakers: Sequence[str],
    suggested: str | None,
    on_choose: Callable[..., None],
    *,
    is_waiting: bool,
) -> Panel:
    """Ask which speaker is the user; `on_choose` gets the name, or no argument for none of them.

    More speakers than digits become a list. `is_waiting` says that a recording plays after the answer.
    """
    if len(speakers) > MAX_DIGIT_CHOICES:
        entries = [Entry(str(number), line(safe(name))) for number, name in enumerate(speakers)]
        return Picker(
            SPEAKER_TITLE,
            [*entries, Entry("", line(NO_SPEAKER))],
            lambda id: on_choose(*((speakers[int(id)],) if id else ())),
            current_id=str(speakers.index(suggested)) if suggested in speakers else "",
        )

    def choose(*names: str) -> Callable[[], None]:
        return lambda: on_choose(*names)

    answers = {
        str(number): (f"{safe(name)}{'   most likely' if name == suggested else ''}", choose(name))
        for number, name in enumerate(speakers, 1)
    }
    if suggested:
        answers["enter"] = (safe(suggested), choose(suggested))
    answers["0"] = (NO_SPEAKER, choose())
    note = (
        "The recording waits for your answer; esc plays it without one."
        if is_waiting
        else "Earlier speech counts once you answer."
    )
    return PromptPanel(SPEAKER_TITLE, f"The coach needs to know which voice is yours. {note}", answers)
