"""A few things to write down, one after another on the same line; what is known stands there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from salesnerd_tui.tui.panels.panel import headed
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, fit, line, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode


class FormField(Struct, frozen=True):
    """`told` says in a few words what to write, and that it may be left empty.

    `known` are texts that the arrows bring into the line, and `guess` what stands there already, from what was
    written before it.
    """

    name: str
    label: str
    told: str
    text: str = ""
    known: tuple[str, ...] = ()
    guess: Callable[[Mapping[str, str]], str] | None = None


KNOWN = 5
"""Known texts that are shown; the arrows go through all of them."""


class Form:
    """`done` gets what was written, by field name. Esc goes back one field, and out from the first."""

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        done: Callable[[Mapping[str, str]], None],
        close: Callable[[], None],
        refit: Callable[[], None],
        told: str = "",
    ) -> None:
        self.title = title
        self._fields = fields
        self._done = done
        self._close = close
        self._refit = refit
        self._told = told
        self._at = 0
        self._words = {field.name: field.text for field in fields}
        self._reached = -1
        self._now = fields[0].text
        self.purpose: InputMode | None = self._purpose()

    def press(self, key: str) -> bool:
        del key
        return False

    def draw(self, width: int, height: int) -> Lines:
        lines = [*headed(self.title, "enter · esc", width), *wrapped(self._told, width - 2, MUTED, "  "), blank()]
        if height < len(self._fields) + 4:
            lines = lines[:1]
        for number, field in enumerate(self._fields):
            lines.append(self._draw(field, number, width))
        field = self._fields[self._at]
        lines += [blank(), *wrapped(field.told, width - 2, MUTED, "  ")]
        if field.known:
            shown = " · ".join(map(safe, field.known[:KNOWN]))
            lines.append(fit(line("  ", ("↑↓ ", "bold $accent"), (shown, MUTED)), width))
        return lines[:height]

    def _draw(self, field: FormField, number: int, width: int) -> Line:
        here = number == self._at
        words = safe(self._words[field.name])
        shown = "" if here else words or ("–" if number < self._at else "")
        return fit(
            line(("❯ " if here else "  ", "bold $accent"), (f"{field.label:12}", "bold" if here else MUTED), shown),
            width,
        )

    def _purpose(self) -> InputMode:
        field = self._fields[self._at]
        if self._at > self._reached and field.guess is not None and not self._words[field.name]:
            self._words[field.name] = field.guess(self._words)
        self._reached = max(self._reached, self._at)
        return InputMode(
            field.name,
            self._took,
            self._back,
            changed=self._typed,
            moved=self._moved if field.known else None,
            text=self._words[field.name],
            placeholder=f"{field.label}…  enter goes on",
        )

    def _typed(self, text: str) -> None:
        self._now = text

    def _moved(self, key: str) -> None:
        """The next or the one before of what is known, those first that go on from what was typed."""
        field = self._fields[self._at]
        known = list(field.known)
        typed = self._now.strip().casefold()
        if typed and self._now not in known:
            known = [each for each in known if each.casefold().startswith(typed)] or known
        step = -1 if key in ("up", "pageup") else 1
        at = known.index(self._now) + step if self._now in known else (0 if step > 0 else -1)
        self._words[field.name] = self._now = known[at % len(known)]
        self.purpose = self._purpose()
        self._refit()

    def _took(self, text: str) -> None:
        self._words[self._fields[self._at].name] = " ".join(text.split())
        self._at += 1
        if self._at < len(self._fields):
            self._go_on()
        else:
            self._at -= 1
            self._done(self._words)

    def _back(self) -> None:
        if self._at == 0:
            self._close()
            return
        self._at -= 1
        self._go_on()

    def _go_on(self) -> None:
        self.purpose = self._purpose()
        self._now = self._words[self._fields[self._at].name]
        self._refit()
