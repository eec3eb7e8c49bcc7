"""Form: a few fields to fill in, one after another on the same line, with known values filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from salesnerd_tui.tui.panels.panel import Panel, panel_head
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, fit, line, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode

SHOWN_KNOWN = 5
"""Known values that are shown; the arrows go through all of them."""

LABEL_COLUMN = 12

NARROW = 60
"""Below this width the title has the whole line; the hint line has the keys."""


class FormField(Struct, frozen=True):
    """Field of a form. `help` says in a few words what to write and that the field may stay empty.

    Page up and page down bring the `known` values into the line. `guess` proposes a value from the fields before it.
    """

    name: str
    label: str
    help: str
    text: str = ""
    known: tuple[str, ...] = ()
    guess: Callable[[Mapping[str, str]], str] | None = None


class Form(Panel):
    """Panel that gives the values by field name to `done`. `does` says what enter does on the last field.

    The arrows, tab and shift+tab move between the fields; esc goes back one field, and closes the first one.
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        done: Callable[[Mapping[str, str]], None],
        close: Callable[[], None],
        update_input_mode: Callable[[], None],
        intro: str = "",
        *,
        does: str = "starts",
    ) -> None:
        self.title = title
        self._fields = fields
        self._done = done
        self._close = close
        self._update_input_mode = update_input_mode
        self._intro = intro
        self._does = does
        self._at = 0
        self._values = {field.name: field.text for field in fields}
        self._reached = -1
        self._typed = fields[0].text
        self.input_mode = self._input_mode()

    def draw(self, width: int, height: int) -> Lines:
        """Draw the fields in the last rows, next to the line that edits them."""
        head = [
            *panel_head(self.title, "↑↓ fields · enter · esc" if width >= NARROW else "", width),
            *wrapped(self._intro, width - 2, MUTED, "  "),
        ]
        if height < len(self._fields) + 4 + len(head):
            head = head[:1]
        field = self._fields[self._at]
        lines = [self._draw_field(each, number, width) for number, each in enumerate(self._fields)]
        lines += wrapped(field.help, width - 2, MUTED, "  ")
        if field.known:
            shown = " · ".join(map(safe, field.known[:SHOWN_KNOWN]))
            lines.append(fit(line("  ", ("pgup pgdn ", "bold $accent"), (shown, MUTED)), width))
        return [*head, *[blank()] * (height - len(head) - len(lines)), *lines][:height]

    def _draw_field(self, field: FormField, number: int, width: int) -> Line:
        current = number == self._at
        value = safe(self._values[field.name])
        shown = "" if current else value or ("–" if number < self._at else "")
        label = (f"{field.label:{LABEL_COLUMN}}", "bold" if current else MUTED)
        return fit(line(("❯ " if current else "  ", "bold $accent"), label, shown), width)

    def _input_mode(self) -> InputMode:
        field = self._fields[self._at]
        if self._at > self._reached and field.guess is not None and not self._values[field.name]:
            self._values[field.name] = field.guess(self._values)
        self._reached = max(self._reached, self._at)
        return InputMode(
            self._accept,
            self._go_back,
            on_change=self._note_typed,
            on_move=self._move,
            enter_label="continues" if self._at + 1 < len(self._fields) else self._does,
            text=self._values[field.name],
            placeholder=f"{field.label}…",
        )

    def _note_typed(self, text: str) -> None:
        self._typed = text

    def _move(self, key: str) -> None:
        """Go to another field with what was typed kept, or choose a known value."""
        if key in ("up", "down"):
            to = self._at + (1 if key == "down" else -1)
            if 0 <= to < len(self._fields):
                self._keep(self._typed)
                self._move_to(to)
        elif self._fields[self._at].known:
            self._choose_known(key)

    def _keep(self, text: str) -> None:
        self._values[self._fields[self._at].name] = " ".join(text.split())

    def _choose_known(self, key: str) -> None:
        """Put the next or previous known value into the line; values that begin with what was typed come first."""
        field = self._fields[self._at]
        known = list(field.known)
        typed = self._typed.strip().casefold()
        if typed and self._typed not in known:
            known = [each for each in known if each.casefold().startswith(typed)] or known
        step = -1 if key == "pageup" else 1
        at = known.index(self._typed) + step if self._typed in known else (0 if step > 0 else -1)
        self._values[field.name] = self._typed = known[at % len(known)]
        self.input_mode = self._input_mode()
        self._update_input_mode()

    def _accept(self, text: str) -> None:
        self._keep(text)
        if self._at + 1 < len(self._fields):
            self._move_to(self._at + 1)
        else:
            self._done(self._values)

    def _go_back(self) -> None:
        if self._at == 0:
            self._close()
        else:
            self._keep(self._typed)
            self._move_to(self._at - 1)

    def _move_to(self, field: int) -> None:
        self._at = field
        self.input_mode = self._input_mode()
        self._typed = self._values[self._fields[field].name]
        self._update_input_mode()
