"""A list to choose from, filtered as you type: questions, detours, commands, playbooks, calls.

The lists of the live screen: where to jump, which detour they asked for, every command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from salesnerd_tui.call.view import DetourKey, JumpRow, Progress
from salesnerd_tui.terminal.key_names import shown_key
from salesnerd_tui.tui.commands import Command
from salesnerd_tui.tui.panels.panel import headed
from salesnerd_tui.tui.render.progress import MARKS
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, choosable, fit, line, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode

EMPTY = Line("")
NARROW = 60
ROWS_LEAST = 5
"""Rows that what is told about one of them never pushes away."""


class Entry(Struct, frozen=True):
    """One row: what is shown at its two ends, and the words it is found by.

    `brief` stands at the right end where it is narrow; `told` is shown below the list while the cursor is on the row.
    """

    id: str
    left: Line
    right: Line = EMPTY
    words: str = ""
    brief: Line | None = None
    told: tuple[str, ...] = ()


def ranked(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """The entries that hold every word typed, those where words begin with them first."""
    wanted = typed.lower().split()
    if not wanted:
        return list(entries)
    found: list[tuple[int, int, Entry]] = []
    for number, entry in enumerate(entries):
        words = (entry.words or entry.left.plain).lower()
        if all(word in words for word in wanted):
            starts = sum(f" {word}" in f" {words}" for word in wanted)
            found.append((-starts, number, entry))
    return [entry for _, _, entry in sorted(found, key=lambda each: each[:2])]


class Picker:
    """`picked` gets the id that was chosen. `at` is the id the list begins at."""

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        picked: Callable[[str], None],
        left: Callable[[], None],
        *,
        at: str = "",
        empty: str = "nothing here",
        asks: str = "type to filter",
    ) -> None:
        self.title = title
        self._entries = list(entries)
        self._picked = picked
        self._empty = empty
        self._shown = list(entries)
        self._row = next((row for row, entry in enumerate(entries) if entry.id == at), 0)
        self._page = 1
        self._top = 0
        self.purpose: InputMode | None = InputMode(
            title.lower(), self._entered, left, changed=self._filter, moved=self.move, placeholder=asks
        )

    @property
    def current(self) -> str:
        """The id under the cursor; empty when nothing matches."""
        return self._shown[self._row].id if self._shown else ""

    def press(self, key: str) -> bool:
        del key
        return False

    def draw(self, width: int, height: int) -> Lines:
        head = headed(self.title, f"{len(self._shown)} of {len(self._entries)} · enter · esc", width)
        room = height - len(head)
        told = self._told(width, room - 1 - min(ROWS_LEAST, len(self._shown)))
        if not told:
            return [*head, *self.draw_rows(width, room)]
        return [*head, *self.draw_rows(width, room - 1 - len(told)), blank(), *told]

    def _told(self, width: int, room: int) -> Lines:
        """About the current row, as much of it as there is room for."""
        texts = self._shown[self._row].told if self._shown else ()
        lines = [part for text in texts for part in wrapped(text, min(width - 2, 100), MUTED, "  ")]
        return lines[: max(room, 0)]

    def draw_rows(self, width: int, height: int) -> Lines:
        """The rows alone, as far as `height` goes, with the current one among them."""
        self._page = max(height, 1)
        if not self._shown:
            return [line("  ", (self._empty, MUTED))]
        lines: Lines = []
        self._top = min(max(self._top, self._row - self._page + 1), self._row)
        self._top = max(min(self._top, len(self._shown) - self._page), 0)
        for number, entry in enumerate(self._shown[self._top : self._top + self._page], self._top):
            lines.append(choosable(self._draw(entry, number == self._row, width), number))
        return lines

    def _draw(self, entry: Entry, current: bool, width: int) -> Line:
        right = entry.brief if width < NARROW and entry.brief is not None else entry.right
        row = both_ends(line(("❯ " if current else "  ", "bold $accent"), entry.left), line(right, " "), width)
        return row.stylize("bold on $row") if current else row

    def pick(self, number: int) -> None:
        """A row as it was clicked."""
        if number < len(self._shown):
            self._row = number
            self._picked(self.current)

    def _entered(self, typed: str) -> None:
        self._filter(typed)
        if self._shown:
            self._picked(self.current)

    def _filter(self, typed: str) -> None:
        before = [entry.id for entry in self._shown]
        self._shown = ranked(self._entries, typed)
        if [entry.id for entry in self._shown] != before:
            self._row = self._top = 0

    def move(self, key: str) -> None:
        """The arrow keys."""
        step = {"up": -1, "down": 1, "pageup": -self._page, "pagedown": self._page}[key]
        self._row = min(max(self._row + step, 0), max(len(self._shown) - 1, 0))


def text_row(text: str, style: str = "") -> Line:
    """A row's left end from text that people wrote."""
    return fit(line((safe(text), style)), 400) if text else blank()


Left = Callable[[], None]
Picked = Callable[[str], None]


def jump_list(rows: Sequence[JumpRow], here: str, picked: Picked, left: Left) -> Picker:
    """Every question with its section and whether it was asked; it opens at the first open must."""
    musts = [row.item for row in rows if row.must and row.progress is Progress.OPEN]
    return Picker("jump to", [_question(row) for row in rows], picked, left, at=musts[0] if musts else here)


def _question(row: JumpRow) -> Entry:
    mark, style = MARKS[row.progress]
    must = ("MUST ", "bold $warning") if row.must and row.progress is Progress.OPEN else ("", "")
    muted = MUTED if row.progress in (Progress.DONE, Progress.LEFT_OUT) else ""
    return Entry(
        row.item,
        line((mark, style), " ", must, (safe(row.text), muted)),
        line((safe(row.section), MUTED)),
        f"{row.text} {row.section} {row.item} {'must' if row.must else ''}",
    )


def detour_list(detours: Sequence[DetourKey], picked: Picked, left: Left) -> Picker:
    """The detours by what they just said."""
    entries = [
        Entry(
            each.detour,
            line((f"{safe(each.key) or ' '} ", "bold $secondary"), safe(" / ".join(each.hear)) or safe(each.label)),
            line((safe(each.label), MUTED)),
            " ".join((*each.hear, each.label)),
        )
        for each in detours
    ]
    return Picker(
        "they said", entries, picked, left, empty="no detour for that: enter a note", asks="what did they say?"
    )


def command_list(commands: Sequence[Command], picked: Picked, left: Left) -> Picker:
    entries = [
        Entry(
            each.id,
            line((f"{each.label:16}", "bold"), (each.help, MUTED)),
            line((shown_key(each.key), "bold $accent")),
            f"{each.label} {each.help} {each.id}",
        )
        for each in commands
        if each.id != "commands"
    ]
    return Picker("commands", entries, picked, left)
