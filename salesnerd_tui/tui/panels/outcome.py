"""Outcome panel: ends a call with one of its outcomes and asks for what that outcome captures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from salesnerd_tui.playbook.model import Ask, Decision
from salesnerd_tui.services.outcome_dialog import DATE_QUESTION, OutcomeDialog
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.timefmt import NO_DATE
from salesnerd_tui.tui.panels.panel import Panel, panel_head
from salesnerd_tui.tui.render.text import (
    MUTED,
    NARROW,
    Line,
    Lines,
    blank,
    both_ends,
    fit,
    key_target,
    line,
    safe,
    wrap,
)
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.call.outcome import EndingChoice

MAX_DIGIT = 9

DECISIONS = {
    Decision.GO: ("GO", "bold reverse $success", "both sides want a next step"),
    Decision.NOT_YET: ("NOT YET", "bold reverse $primary", "revisit on a date"),
    Decision.NO_GO: ("NO-GO", "bold reverse $success", "saves both sides time"),
}


class OutcomePanel(Panel):
    """Panel that passes the outcome and its captured values to `on_end`.

    `ask_musts` jumps to the first unasked must-ask question; `musts_key` is the key that jumps in a call.
    """

    def __init__(
        self,
        endings: Sequence[EndingChoice],
        unasked: Sequence[Ask],
        on_end: Callable[[str, dict[str, str]], None],
        ask_musts: Callable[[], None],
        *,
        musts_key: str,
    ) -> None:
        self._musts_key = musts_key
        self._dialog = OutcomeDialog(endings, unasked, on_end)
        self._ask_musts = ask_musts
        self._typed = ""

    def press_key(self, key: str) -> bool:
        """Handle a key; while an unmet criterion has to be confirmed, only enter and esc do something."""
        if self._dialog.chosen is not None and not self._dialog.is_confirmed and key not in ("enter", "escape"):
            return True
        if key == "escape":
            self._go_back()
        elif key.isdigit() and 1 <= int(key) <= len(self._dialog.endings):
            self._choose(self._dialog.endings[int(key) - 1])
        elif key == "enter" and self._dialog.chosen is None and self._dialog.suggested is not None:
            self._choose(self._dialog.suggested)
        elif key == "enter" and self._dialog.chosen is not None:
            self._dialog.is_confirmed = True
            self._ask_next_field()
        elif key == self._musts_key and self._offers_musts and self._dialog.chosen is None:
            self._ask_musts()
        else:
            return False
        return True

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        if self._dialog.chosen is None:
            asks = ((key_label(self._musts_key), "ask the must-asks"),) if self._offers_musts else ()
            takes = (("enter", "take ❯"),) if self._dialog.suggested is not None else ()
            return ((self._digits, "pick"), *takes, *asks, ("esc", "back to the call"))
        return (("enter", "end the call"), ("esc", "back"))

    @property
    def _digits(self) -> str:
        last = min(len(self._dialog.endings), MAX_DIGIT)
        return f"1–{last}" if last > 1 else "1"

    @property
    def _offers_musts(self) -> bool:
        return bool(self._musts_key and self._dialog.unasked_musts)

    def draw(self, width: int, height: int) -> Lines:
        lines = (
            self._draw_endings(width, height)
            if self._dialog.chosen is None
            else self._draw_record(self._dialog.chosen, width, height)
        )
        return lines[:height]

    # choosing

    def _choose(self, chosen: EndingChoice) -> None:
        is_repeated = chosen is self._dialog.chosen
        if self._dialog.choose(chosen) and (is_repeated or self._dialog.fields):
            self._ask_next_field()

    def _draw_endings(self, width: int, height: int) -> Lines:
        enter = "" if self._dialog.suggested is None else " · enter"
        lines = panel_head("end the call", f"{self._digits}{enter} · esc", width)
        suggested = self._dialog.suggested
        rows = [row for row in enumerate(self._dialog.endings, 1) if row[0] <= MAX_DIGIT or row[1] is suggested]
        # The suggested one is listed even if there are too few rows for all.
        max_rows = max(height - len(lines), 1)
        hidden = [row for row in rows[max_rows:] if row[1] is suggested]
        endings = [*rows[: max_rows - 1], *hidden] if hidden else rows
        is_spaced = height >= len(endings) * 2 + 6
        if is_spaced:
            lines.append(blank())
        for number, each in endings:
            lines += self._draw_ending(number, each, width, is_spaced)
        if self._dialog.unasked_musts:
            count = len(self._dialog.unasked_musts)
            questions = " · ".join(safe(ask.text) for ask in self._dialog.unasked_musts) if width >= NARROW else ""
            asks = f"{key_label(self._musts_key)} asks them   " if self._musts_key else ""
            pressed = key_target(line((asks, "bold $accent")), key_label(self._musts_key))
            label = f"  {count} must-ask{'s' if count > 1 else ''} left   "
            lines.append(fit(line((label, "bold $warning"), pressed, (questions, MUTED)), width))
        return lines

    def _draw_ending(self, number: int, each: EndingChoice, width: int, is_spaced: bool) -> Lines:
        word, style, meaning = DECISIONS[each.outcome.decision]
        is_suggested = each is self._dialog.suggested
        key = str(number) if number <= MAX_DIGIT else "enter"
        left = line(
            ("❯ " if is_suggested else "  ", "bold $accent"),
            (key if number <= MAX_DIGIT else " ", "bold $accent"),
            "  ",
            (f" {word:^7} ", style),
            "  ",
            (safe(each.title), "bold"),
        )
        if is_suggested and width >= NARROW:
            reason = "suggested by their answer" if each.is_proposed else "suggested: all it needs is met"
            left = line(left, (f"   {reason}", MUTED))
        if each.unmet:
            right = line((f"◇ not met: {safe(each.unmet_text)}", "$warning"), " ")
            if left.cell_length + right.cell_length + 2 > width:  # the name of the outcome matters more
                right = line((f"◇ {len(each.unmet)} not met", "$warning"), " ")
        else:
            right = line((meaning, MUTED), " ") if width >= NARROW else Line("")
        row = key_target(both_ends(left, right, width), key)
        return [row, blank()] if is_spaced else [row]

    # recording

    def _draw_record(self, chosen: EndingChoice, width: int, height: int) -> Lines:
        """Draw the fields; if there is little space, first the blank lines are left out, then the text to say."""
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
            return [*lines, blank(), *wrap(question, width - 2, "bold", "  ")]
        fields = self._draw_fields(chosen, width)
        if chosen.outcome.say:
            available = height - len(lines) - len(fields)
            to_say = wrap(chosen.outcome.say, min(width - 2, 76), "bold", "  ", max_lines=max(1, min(3, available)))
            lines += [blank(), *to_say, blank()] if available >= len(to_say) + 2 else to_say[: max(0, available)]
        else:
            lines.append(blank())
        return [*lines, *fields]

    def _draw_fields(self, chosen: EndingChoice, width: int) -> Lines:
        labels = {name: safe(chosen.labels[name]) for name in chosen.outcome.capture}
        label_width = min(max((cell_len(shown) for shown in labels.values()), default=0) + 1, width // 2)
        lines = [
            self._draw_field(name, fit(line(shown), label_width - 1).plain, max(label_width, 20), width)
            for name, shown in labels.items()
        ]
        if not self._dialog.fields and not chosen.outcome.capture:
            lines.append(
                line(
                    key_target(line("  ", ("enter", "bold $accent"), " ends the call"), "enter"),
                    key_target(line("   ", ("esc", "bold $accent"), " goes back"), "esc"),
                )
            )
        if self._dialog.asks_for_date:
            lines += wrap(
                f"{DATE_QUESTION} Enter again leaves it open.",
                width - 2,
                "bold $warning",
                "  ",
            )
        if self._dialog.day_question and self._typed.strip() in ("", self._dialog.unclear_date):
            lines += wrap(f"{self._dialog.day_question} Enter keeps it.", width - 2, "bold $warning", "  ")
        return lines

    def _draw_field(self, name: str, label: str, label_width: int, width: int) -> Line:
        current = bool(self._dialog.fields) and name == self._dialog.fields[0]
        words = self._typed if current else self._dialog.record.get(name, "")
        value, day = safe(words), self._dialog.day_text(name, words.strip())
        style = "$warning" if day == NO_DATE else "$success"
        return fit(
            line(
                ("❯ " if current else "  ", "bold $accent"),
                (label + " " * (label_width - cell_len(label)), "bold" if current else MUTED),
                ("" if current else value or "–", style if value else MUTED),
                (f"{'' if current else ' '}→ {day}" if day else "", style),
            ),
            width,
        )

    def _ask_next_field(self) -> None:
        """Ask for the next field on the line; after the last one, the dialog has ended the call."""
        name = self._dialog.next_field()
        if not name or self._dialog.chosen is None:
            return
        self.input_mode = InputMode(
            self._submit_field,
            self._go_to_previous_field,
            on_change=self._remember_text,
            on_move=self._move,
            text=self._dialog.record.get(name, ""),
            placeholder=self._dialog.chosen.labels[name],
            enter_label="continues" if len(self._dialog.fields) > 1 else "ends the call",
        )
        self._typed = self.input_mode.text
        self.update_input_mode()

    def _remember_text(self, text: str) -> None:
        self._typed = text

    def _move(self, key: str) -> None:
        """Go to the previous or next field; only enter, which ends the call, leaves the last field."""
        if key == "up":
            if self._dialog.return_to_field(self._typed):
                self._ask_next_field()
        elif key == "down" and len(self._dialog.fields) > 1:
            self._submit_field(self._typed)

    def _go_to_previous_field(self) -> None:
        if self._dialog.return_to_field(self._typed):
            self._ask_next_field()
        else:
            self._go_back()

    def _go_back(self) -> None:
        """Go back from the fields to the list of outcomes, or from the list to the call."""
        if self._dialog.chosen is None:
            self.close()
            return
        self._dialog.go_back()
        self.input_mode = None
        self.update_input_mode()

    def _submit_field(self, text: str) -> None:
        self._dialog.fill(text)
        self._ask_next_field()
