"""Outcome panel: ends a call with one of its outcomes and asks for what that outcome captures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from salesnerd_tui.call import outcome
from salesnerd_tui.call.outcome import EndingChoice
from salesnerd_tui.playbook.model import Ask, Decision
from salesnerd_tui.tui.keys.names import shown_key
from salesnerd_tui.tui.panels.panel import panel_head
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, fit, line, pressable, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode

DECISIONS = {
    Decision.GO: ("GO", "bold reverse $success", "both sides want a next step"),
    Decision.NOT_YET: ("NOT YET", "bold reverse $primary", "revisit on a date"),
    Decision.NO_GO: ("NO-GO", "bold reverse $success", "not a fit; saves both sides time"),
}


class OutcomePanel:
    """Panel that gives the outcome and its captured values to `ended`.

    `to_musts` jumps to the first unasked must-ask question, `close` resumes the call, and `refit` lets the line take
    another field. `musts_key` is the key that jumps in a call.
    """

    def __init__(
        self,
        endings: Sequence[EndingChoice],
        unasked: Sequence[Ask],
        ended: Callable[[str, dict[str, str]], None],
        to_musts: Callable[[], None],
        close: Callable[[], None],
        refit: Callable[[], None],
        musts_key: str = "j",
    ) -> None:
        self._musts_key = musts_key
        self._endings = endings[:9]
        self._unasked = unasked
        self._ended = ended
        self._to_musts = to_musts
        self._close = close
        self._refit = refit
        self._chosen: EndingChoice | None = None
        self._confirmed = False
        self._record: dict[str, str] = {}
        self._fields: list[str] = []
        self._asked_for_date = False
        self.purpose: InputMode | None = None

    def press(self, key: str) -> bool:
        if key == "escape":
            self._go_back()
        elif key.isdigit() and 1 <= int(key) <= len(self._endings):
            self._choose(self._endings[int(key) - 1])
        elif key == "enter" and self._chosen is not None:
            self._confirmed = True
            self._next_field()
        elif key == self._musts_key and self._unasked and self._chosen is None:
            self._to_musts()
        else:
            return False
        return True

    def draw(self, width: int, height: int) -> Lines:
        lines = (
            self._draw_choice(width, height) if self._chosen is None else self._draw_record(self._chosen, width, height)
        )
        return lines[:height]

    # choosing

    def _choose(self, chosen: EndingChoice) -> None:
        again = chosen is self._chosen
        self._chosen = chosen
        self._record = dict(chosen.record)
        self._fields = list(chosen.outcome.record)
        self._asked_for_date = False
        self._confirmed = again or not chosen.dark
        if self._confirmed and (again or self._fields):
            self._next_field()

    def _draw_choice(self, width: int, height: int) -> Lines:
        lines = panel_head("end the call", "1–9 · esc", width)
        airy = height >= len(self._endings) * 2 + 6
        if airy:
            lines.append(blank())
        for number, each in enumerate(self._endings, 1):
            lines += self._draw_ending(number, each, width, airy)
        if self._unasked:
            count = len(self._unasked)
            questions = " · ".join(safe(ask.text) for ask in self._unasked)
            asks = f"{shown_key(self._musts_key)} goes there  " if self._musts_key else ""
            pressed = pressable(line((asks, "bold $accent")), shown_key(self._musts_key))
            label = f"  {count} must-ask{'s' if count > 1 else ''} left "
            lines.append(fit(line((label, "bold $warning"), pressed, (questions, MUTED)), width))
        return lines

    def _draw_ending(self, number: int, each: EndingChoice, width: int, airy: bool) -> Lines:
        word, style, meaning = DECISIONS[each.outcome.decision]
        dark = ", ".join(each.shown[name] for name in each.dark)
        if width < 60:
            right = line((f"◇ {len(each.dark)} not met", "$warning"), " ") if dark else Line("")
        else:
            right = line((f"◇ not met: {safe(dark)}", "$warning") if dark else (meaning, MUTED), " ")
        left = line(
            "  ", (str(number), "bold $accent"), "  ", (f" {word:^7} ", style), "  ", (safe(each.title), "bold")
        )
        if each.proposed and width >= 60:
            left = line(left, ("   suggested by their answer", MUTED))
        row = pressable(both_ends(left, right, width), str(number))
        return [row, blank()] if airy else [row]

    # recording

    def _draw_record(self, chosen: EndingChoice, width: int, height: int) -> Lines:
        """Draw the fields; if space is tight, blank lines go first, then what there is to say."""
        word, style, meaning = DECISIONS[chosen.outcome.decision]
        title = line(" ", (f" {word} ", style), "  ", (safe(chosen.title), "bold"), (f"   {meaning}", MUTED))
        lines = [fit(title, width)]
        if not self._confirmed:
            dark = ", ".join(chosen.shown[name] for name in chosen.dark)
            return [
                *lines,
                blank(),
                *wrapped(f"Not met: {dark}. End anyway? enter to end, esc to go back", width - 2, "bold", "  "),
            ]
        asked = self._draw_fields(chosen, width)
        if chosen.outcome.say:
            room = height - len(lines) - len(asked)
            said = wrapped(chosen.outcome.say, min(width - 2, 76), "bold", "  ", most=max(1, min(3, room)))
            lines += [blank(), *said, blank()] if room >= len(said) + 2 else said[: max(0, room)]
        else:
            lines.append(blank())
        return [*lines, *asked]

    def _draw_fields(self, chosen: EndingChoice, width: int) -> Lines:
        names = {name: safe(chosen.shown[name]) for name in chosen.outcome.record}
        wide = min(max((cell_len(shown) for shown in names.values()), default=0) + 1, width // 2)
        lines = [
            self._draw_field(name, fit(line(shown), wide - 1).plain, max(wide, 20), width)
            for name, shown in names.items()
        ]
        if not self._fields and not chosen.outcome.record:
            lines.append(
                line(
                    pressable(line("  ", ("enter", "bold $accent"), " ends the call"), "enter"),
                    pressable(line("   ", ("esc", "bold $accent"), " goes back"), "esc"),
                )
            )
        if self._asked_for_date:
            lines += wrapped(
                "A not-yet without a date is a slow no. Enter a date, even a rough one, or press enter again to skip.",
                width - 2,
                "bold $warning",
                "  ",
            )
        return lines

    def _draw_field(self, name: str, shown: str, wide: int, width: int) -> Line:
        current = bool(self._fields) and name == self._fields[0]
        words = safe(self._record.get(name, ""))
        return fit(
            line(
                ("❯ " if current else "  ", "bold $accent"),
                (shown + " " * (wide - cell_len(shown)), "bold" if current else MUTED),
                ("" if current else words or "–", "$success" if words else MUTED),
            ),
            width,
        )

    def _next_field(self) -> None:
        """Ask for the next field, or end the call after the last one."""
        assert self._chosen is not None
        if not self._fields:
            missing = outcome.missing_date(self._chosen, self._record)
            if missing and not self._asked_for_date:
                self._asked_for_date = True
                self._fields = [missing]
            else:
                self._ended(self._chosen.outcome.id, dict(self._record))
                return
        name = self._fields[0]
        self.purpose = InputMode(
            self._chosen.shown[name],
            self._accept,
            self._go_back,
            text=self._record.get(name, ""),
            placeholder="enter continues",
        )
        self._refit()

    def _go_back(self) -> None:
        """Go back from an outcome to the choice, and from the choice to the call."""
        if self._chosen is None:
            self._close()
            return
        self._chosen = None
        self.purpose = None
        self._refit()

    def _accept(self, text: str) -> None:
        if self._fields:
            self._record[self._fields.pop(0)] = " ".join(text.split())
        self._next_field()
