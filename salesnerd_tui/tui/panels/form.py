"""Form: a few fields, filled in one after another on the same line, with known values to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from salesnerd_tui.tui.panels.panel import Panel, panel_head
from salesnerd_tui.tui.render.text import MUTED, NARROW, Line, Lines, blank, fit, line, safe, wrap
from salesnerd_tui.tui.widgets.note_input import InputMode

MAX_KNOWN_SHOWN = 5
"""Known values shown at once; page up and page down go through all of them."""

LABEL_COLUMN = 12


class FormField(Struct, frozen=True):
    """Field of a form. `help` says in a few words what to write, and whether the field may stay empty.

    Page up and page down put the `known_values` into the line. `propose` derives a value from the fields before it.
    """

    name: str
    label: str
    help: str
    text: str = ""
    known_values: tuple[str, ...] = ()
    propose: Callable[[Mapping[str, str]], str] | None = None


class Form(Panel):
    """Panel that passes the values by field name to `on_submit`. `submit_label` says what enter does on the last field.

    The arrows, tab and shift+tab move between the fields; esc goes back one field, and closes the first one.
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        on_submit: Callable[[Mapping[str, str]], None],
        *,
        intro: str,
        submit_label: str,
    ) -> None:
        self.title = title
        self._fields = fields
        self._on_submit = on_submit
        self._intro = intro
        self._submit_label = submit_label
        self._current = 0
        self._values = {field.name: field.text for field in fields}
        self._reached = -1
        self._typed = fields[0].text
        self.input_mode = self._make_input_mode()

    def draw(self, width: int, height: int) -> Lines:
        """Draw the fields in the last rows, next to the line that edits them."""
        head = [
            *panel_head(self.title, "↑↓ fields · enter · esc" if width >= NARROW else "", width),
            *wrap(self._intro, width - 2, MUTED, "  "),
        ]
        if height < len(self._fields) + 4 + len(head):
            head = head[:1]
        field = self._fields[self._current]
        lines = [self._draw_field(each, number, width) for number, each in enumerate(self._fields)]
        lines += wrap(field.help, width - 2, MUTED, "  ")
        if field.known_values:
            shown = " · ".join(map(safe, field.known_values[:MAX_KNOWN_SHOWN]))
            lines.append(fit(line("  ", ("pgup pgdn ", "bold $accent"), (shown, MUTED)), width))
        return [*head, *[blank()] * (height - len(head) - len(lines)), *lines][:height]

    def _draw_field(self, field: FormField, number: int, width: int) -> Line:
        current = number == self._current
        value = safe(self._values[field.name])
        shown_value = "" if current else value or ("–" if number < self._current else "")
        label = (f"{field.label:{LABEL_COLUMN}}", "bold" if current else MUTED)
        return fit(line(("❯ " if current else "  ", "bold $accent"), label, shown_value), width)

    def _make_input_mode(self) -> InputMode:
        field = self._fields[self._current]
        if self._current > self._reached and field.propose is not None and not self._values[field.name]:
            self._values[field.name] = field.propose(self._values)
        self._reached = max(self._reached, self._current)
        return InputMode(
            self._submit_field,
            self._go_back,
            on_change=self._remember_text,
            on_move=self._move,
            enter_label="continues" if self._current + 1 < len(self._fields) else self._submit_label,
            text=self._values[field.name],
            placeholder=f"{field.label}…",
        )

    def _remember_text(self, text: str) -> None:
        self._typed = text

    def _move(self, key: str) -> None:
        """Go to another field and keep the text of this one, or choose a known value."""
        if key in ("up", "down"):
            target = self._current + (1 if key == "down" else -1)
            if 0 <= target < len(self._fields):
                self._store(self._typed)
                self._move_to(target)
        elif self._fields[self._current].known_values:
            self._choose_known(key)

    def _store(self, text: str) -> None:
        self._values[self._fields[self._current].name] = " ".join(text.split())

    def _choose_known(self, key: str) -> None:
        """Put the next or previous known value into the line; typed text narrows them to values that begin with it."""
        field = self._fields[self._current]
        values = list(field.known_values)
        typed = self._typed.strip().casefold()
        if typed and self._typed not in values:
            values = [each for each in values if each.casefold().startswith(typed)] or values
        step = -1 if key == "pageup" else 1
        index = values.index(self._typed) + step if self._typed in values else (0 if step > 0 else -1)
        self._values[field.name] = self._typed = values[index % len(values)]
        self.input_mode = self._make_input_mode()
        self.update_input_mode()

    def _submit_field(self, text: str) -> None:
        self._store(text)
        if self._current + 1 < len(self._fields):
            self._move_to(self._current + 1)
        else:
            self._on_submit(self._values)

    def _go_back(self) -> None:
        if self._current == 0:
            self.close()
        else:
            self._store(self._typed)
            self._move_to(self._current - 1)

    def _move_to(self, field: int) -> None:
        self._current = field
        self.input_mode = self._make_input_mode()
        self._typed = self._values[self._fields[field].name]
        self.update_input_mode()
