"""Outcome panel: ends a call with one of its outcomes and asks for what that outcome captures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from salesnerd_tui.playbook.model import Ask, Decision
from salesnerd_tui.services.outcome_dialog import DATE_QUESTION, OutcomeDialog
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.tui.panels.panel import Panel, panel_head
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, fit, line, pressable, safe, wrapped
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.call.outcome import EndingChoice

NARROW = 60
"""Below this width a row has its left part only."""

DECISIONS = {
    Decision.GO: ("GO", "bold reverse $success", "both sides want a next step"),
    Decision.NOT_YET: ("NOT YET", "bold reverse $primary", "revisit on a date"),
    Decision.NO_GO: ("NO-GO", "bold reverse $success", "saves both sides time"),
}


class OutcomePanel(Panel):
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
        update_input_mode: Callable[[], None],
        musts_key: str = "j",
    ) -> None:
        self._musts_key = musts_key
        self._dialog = OutcomeDialog(endings[:9], unasked, ended)
        self._to_musts = to_musts
        self._close = close
        self._update_input_mode = update_input_mode
        self._typed = ""

    def press_key(self, key: str) -> bool:
        """Handle a key; while an unmet criterion waits for a yes, everything but enter and esc is swallowed."""
        if self._dialog.chosen is not None and not self._dialog.is_confirmed and key not in ("enter", "escape"):
            return True
        if key == "escape":
            self._back()
        elif key.isdigit() and 1 <= int(key) <= len(self._dialog.endings):
            self._choose(self._dialog.endings[int(key) - 1])
        elif key == "enter" and self._dialog.chosen is not None:
            self._dialog.is_confirmed = True
            self._next_field()
        elif key == self._musts_key and self._asks_musts and self._dialog.chosen is None:
            self._to_musts()
        else:
            return False
        return True

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        if self._dialog.chosen is None:
            asks = ((key_label(self._musts_key), "ask the must-asks"),) if self._asks_musts else ()
            return ((self._digits, "pick"), *asks, ("esc", "back to the call"))
        return (("enter", "end the call"), ("esc", "back"))

    @property
    def _digits(self) -> str:
        last = len(self._dialog.endings)
        return f"1–{last}" if last > 1 else "1"

    @property
    def _asks_musts(self) -> bool:
        return bool(self._musts_key and self._dialog.unasked)

    def draw(self, width: int, height: int) -> Lines:
        lines = (
            self._choosing(width, height)
            if self._dialog.chosen is None
            else self._draw_record(self._dialog.chosen, width, height)
        )
        return lines[:height]

    # choosing

    def _choose(self, chosen: EndingChoice) -> None:
        again = chosen is self._dialog.chosen
        if self._dialog.choose(chosen) and (again or self._dialog.fields):
            self._next_field()

    def _choosing(self, width: int, height: int) -> Lines:
        lines = panel_head("end the call", f"{self._digits} · esc", width)
        airy = height >= len(self._dialog.endings) * 2 + 6
        if airy:
            lines.append(blank())
        for number, each in enumerate(self._dialog.endings, 1):
            lines += self._draw_ending(number, each, width, airy)
        if self._dialog.unasked:
            count = len(self._dialog.unasked)
            questions = " · ".join(safe(ask.text) for ask in self._dialog.unasked) if width >= NARROW else ""
            asks = f"{key_label(self._musts_key)} asks them   " if self._musts_key else ""
            pressed = pressable(line((asks, "bold $accent")), key_label(self._musts_key))
            label = f"  {count} must-ask{'s' if count > 1 else ''} left   "
            lines.append(fit(line((label, "bold $warning"), pressed, (questions, MUTED)), width))
        return lines

    def _draw_ending(self, number: int, each: EndingChoice, width: int, airy: bool) -> Lines:
        word, style, meaning = DECISIONS[each.outcome.decision]
        if width < NARROW:
            right = line((f"◇ {len(each.unmet)} not met", "$warning"), " ") if each.unmet else Line("")
        else:
            unmet = (f"◇ not met: {safe(each.unmet_text)}", "$warning")
            right = line(unmet if each.unmet else (meaning, MUTED), " ")
        left = line(
            "  ", (str(number), "bold $accent"), "  ", (f" {word:^7} ", style), "  ", (safe(each.title), "bold")
        )
        if each.is_proposed and width >= NARROW:
            left = line(left, ("   suggested by their answer", MUTED))
        row = pressable(both_ends(left, right, width), str(number))
        return [row, blank()] if airy else [row]

    # recording

    def _draw_record(self, chosen: EndingChoice, width: int, height: int) -> Lines:
        """Draw the fields; if space is tight, blank lines go first, then what there is to say."""
        word, style, meaning = DECISIONS[chosen.outcome.decision]
        title = line(
            " ",
            (f" {word} ", style),
            "  ",
            (safe(chosen.title), "bold"),
            (f"   {meaning}" if width >= NARROW else "", MUTED),
        )
        lines = [fit(title, width)]
        if not self._dialog.is_confirmed:
            question = f"Not met: {chosen.unmet_text}. End anyway? enter to end, esc to go back"
            return [*lines, blank(), *wrapped(question, width - 2, "bold", "  ")]
        asked = self._asked(chosen, width)
        if chosen.outcome.say:
            room = height - len(lines) - len(asked)
            said = wrapped(chosen.outcome.say, min(width - 2, 76), "bold", "  ", most=max(1, min(3, room)))
            lines += [blank(), *said, blank()] if room >= len(said) + 2 else said[: max(0, room)]
        else:
            lines.append(blank())
        return [*lines, *asked]

    def _asked(self, chosen: EndingChoice, width: int) -> Lines:
        names = {name: safe(chosen.labels[name]) for name in chosen.outcome.capture}
        wide = min(max((cell_len(shown) for shown in names.values()), default=0) + 1, width // 2)
        lines = [
            self._field(name, fit(line(shown), wide - 1).plain, max(wide, 20), width) for name, shown in names.items()
        ]
        if not self._dialog.fields and not chosen.outcome.capture:
            lines.append(
                line(
                    pressable(line("  ", ("enter", "bold $accent"), " ends the call"), "enter"),
                    pressable(line("   ", ("esc", "bold $accent"), " goes back"), "esc"),
                )
            )
        if self._dialog.asks_for_date:
            lines += wrapped(
                f"{DATE_QUESTION} Enter again leaves it open.",
                width - 2,
                "bold $warning",
                "  ",
            )
        if self._dialog.day_question:
            lines += wrapped(f"{self._dialog.day_question} Enter keeps it.", width - 2, "bold $warning", "  ")
        return lines

    def _field(self, name: str, shown: str, wide: int, width: int) -> Line:
        current = bool(self._dialog.fields) and name == self._dialog.fields[0]
        words = safe(self._dialog.record.get(name, ""))
        return fit(
            line(
                ("❯ " if current else "  ", "bold $accent"),
                (shown + " " * (wide - cell_len(shown)), "bold" if current else MUTED),
                ("" if current else words or "–", "$success" if words else MUTED),
            ),
            width,
        )

    def _next_field(self) -> None:
        """Ask for the next field on the line, or end when there is none left."""
        name = self._dialog.next_field()
        if not name or self._dialog.chosen is None:
            return
        self.input_mode = InputMode(
            self._took,
            self._to_field_before,
            on_change=self._note_typed,
            on_move=self._move,
            # A date that names no day is shown above the line, so that the line is free for another one.
            text="" if self._dialog.doubted else self._dialog.record.get(name, ""),
            placeholder=self._dialog.doubted or self._dialog.chosen.labels[name],
            enter_label="continues" if len(self._dialog.fields) > 1 else "ends the call",
        )
        self._typed = self.input_mode.text
        self._update_input_mode()

    def _note_typed(self, text: str) -> None:
        self._typed = text

    def _move(self, key: str) -> None:
        """Go to the field before or after; the last field is only left with enter, which ends the call."""
        if key == "up":
            if self._dialog.return_to_field(self._typed):
                self._next_field()
        elif key == "down" and len(self._dialog.fields) > 1:
            self._took(self._typed)

    def _to_field_before(self) -> None:
        if self._dialog.return_to_field(self._typed):
            self._next_field()
        else:
            self._back()

    def _back(self) -> None:
        """From a chosen ending to the choice, from the choice to the call."""
        if self._dialog.chosen is None:
            self._close()
            return
        self._dialog.go_back()
        self.input_mode = None
        self._update_input_mode()

    def _took(self, text: str) -> None:
        self._dialog.fill(text)
        self._next_field()
