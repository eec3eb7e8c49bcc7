"""Panels over the middle of a screen: the protocol of all, text to read, and the draft of a follow-up message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.tui.render.text import (
    MUTED,
    NARROW,
    PAGE_STEPS,
    SCROLL_STEPS,
    Line,
    Lines,
    blank,
    both_ends,
    draw_key,
    fit,
    flow,
    hang,
    key_target,
    line,
    safe,
    wrap,
)

if TYPE_CHECKING:
    from salesnerd_tui.tui.keymap import KeyTable
    from salesnerd_tui.tui.widgets.note_input import InputMode

MAX_WIDTH = 90
MAX_NOTES = 9
"""Notes that a digit can add to the follow-up message."""

LABEL_CELLS = 11
"""Cells of a label before the text of a panel."""


class Panel:
    """Base of the panels. `input_mode` says what the line takes while the panel is open; None leaves single keys.

    The screen that opens a panel sets `close`, and `update_input_mode`, which gives the line a new input mode.
    """

    input_mode: InputMode | None = None
    close: Callable[[], None]
    update_input_mode: Callable[[], None]

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """Keys and labels for the hint line while single keys act."""
        return (("esc", "close"),)

    def draw(self, width: int, height: int) -> Lines:
        raise NotImplementedError

    def press_key(self, key: str) -> bool:
        """Handle a single key and return whether the panel used it."""
        del key
        return False


def panel_head(title: str, right: str, width: int) -> Lines:
    """Return the first line of a panel."""
    return [both_ends(line(" ", (safe(title).upper(), "bold $primary")), line((right, MUTED), " "), width)]


class ScrollingPanel(Panel):
    """Panel with a title over rows that the arrows scroll."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._top = 0
        self._last_top = 0

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        return (*((("↑↓", "move"),) if self._last_top else ()), *super().hints)

    def draw(self, width: int, height: int) -> Lines:
        available = max(height - 1, 0)
        rows = self.rows(width)
        self._last_top = max(len(rows) - available, 0)
        self._top = min(self._top, self._last_top)
        more = f"↓ {self._last_top - self._top} more" if self._top < self._last_top else ""
        right = " · ".join(filter(None, (more, "esc closes" if width >= NARROW else "")))
        return [*panel_head(self.title, right, width), *rows[self._top : self._top + available]]

    def rows(self, width: int) -> Lines:
        """Return all rows below the title."""
        raise NotImplementedError

    def scroll(self, key: str) -> None:
        self._top = min(max(self._top + SCROLL_STEPS[key], 0), self._last_top)


class LabeledText(NamedTuple):
    """Paragraph of a panel after its label; its rows are below each other."""

    label: str
    text: str | Line


class ReadingPanel(ScrollingPanel):
    """Text to read. Every key but the arrows closes the panel and then does what it always does.

    The key that opened it only closes it.
    """

    def __init__(self, title: str, paragraphs: Sequence[str | Line | LabeledText]) -> None:
        super().__init__(title)
        self._paragraphs = paragraphs

    def rows(self, width: int) -> Lines:
        rows: Lines = []
        available = min(width - 2, MAX_WIDTH)
        for paragraph in self._paragraphs:
            if isinstance(paragraph, LabeledText):
                label = line("  ", (f"{paragraph.label:{LABEL_CELLS}}", MUTED))
                rows += hang(label, paragraph.text, available)
            else:
                rows += wrap(paragraph, available, "", "  ") if paragraph else [blank()]
        return rows

    def press_key(self, key: str) -> bool:
        if key in SCROLL_STEPS:
            self.scroll(key)
            return True
        self.close()
        return key in ("escape", "enter")


class MessagePanel(Panel):
    """Panel with the draft. `actions` are the commands of the table `message` by id; esc is its `leave`.

    `notes` are the user's own and whether they are in the draft; a digit calls `toggle_note` with the number of one
    and the first row that is shown, which is the `top` of the next panel.
    """

    title = "message to them"

    def __init__(
        self,
        text: str,
        cautions: Sequence[str],
        table: KeyTable,
        actions: Mapping[str, Callable[[], None]],
        *,
        notes: Sequence[tuple[str, bool]],
        toggle_note: Callable[[int, int], None],
        top: int,
    ) -> None:
        self._text = text
        self._notes = notes[:MAX_NOTES]
        self._hidden_notes = len(notes) - len(self._notes)
        self._toggle_note = toggle_note
        self._cautions = cautions
        self._table = table
        self._actions = actions
        self._top = top

    def press_key(self, key: str) -> bool:
        command = self._table.command_by_key.get(key)
        if command is not None and command.id in self._actions:
            self._actions[command.id]()
        elif key == "escape":
            self._actions["leave"]()
        elif key in PAGE_STEPS:
            self._top = max(self._top + PAGE_STEPS[key], 0)
        elif key.isdecimal() and 1 <= int(key) <= len(self._notes):
            self._toggle_note(int(key) - 1, self._top)
        return True

    def draw(self, width: int, height: int) -> Lines:
        head = panel_head(self.title, "not sent", width)
        for caution in self._cautions[: max(height // 8, 1)]:
            head += wrap(f"! {caution}", min(width - 2, MAX_WIDTH), "bold $warning", "  ", max_lines=2)
        commands = self._table.commands
        foot = flow([draw_key(key_label(each.key) or "–", each.label) for each in commands], width - 2, "   ")
        body: Lines = []
        for row in self._text.splitlines():
            body += wrap(row, min(width - 4, MAX_WIDTH), "", "    ") if row.strip() else [blank()]
        if self._notes:
            body += [blank(), *wrap("Your own notes (a number adds or removes one):", width - 2, MUTED, "  ")]
        for number, (note, is_added) in enumerate(self._notes, 1):
            key = (f"{number} {'✓' if is_added else '·'} ", "bold $accent")
            listed = line("  ", key, (safe(note), "" if is_added else MUTED))
            body.append(key_target(fit(listed, width - 2), str(number)))
        if self._hidden_notes:
            body += wrap(f"and {self._hidden_notes} more: salesnerd calls followup --notes", width - 2, MUTED, "  ")
        available = max(height - len(head) - len(foot) - 2, 1)
        last = max(len(body) - available, 0)
        self._top = min(self._top, last)
        shown = body[self._top : self._top + available]
        more = line("    ", (f"↓ {last - self._top} more", MUTED)) if self._top < last else blank()
        filled = [*shown, *[blank()] * (available - len(shown))]
        return [*head, blank(), *filled, more, *(line("  ", row) for row in foot)][:height]
