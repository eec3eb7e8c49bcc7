"""Ending a call in plain text mode: one of the endings, then its fields, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from salesnerd_tui.app.outcome_dialog import DATE_QUESTION, OutcomeDialog
from salesnerd_tui.app.verbs import fields_of
from salesnerd_tui.call.actions import CallContext, CannotAct
from salesnerd_tui.call.outcome import EndingChoice, endings, warnings
from salesnerd_tui.plain.text import capital, decision
from salesnerd_tui.text import one_line

BACK = "back"


class PlainOutcome:
    """Takes lines until the call has ended (`on_ended` gets the outcome and its record) or continues (`is_over`)."""

    def __init__(self, now: CallContext, on_ended: Callable[[str, dict[str, str]], None]) -> None:
        self._dialog = OutcomeDialog(endings(now), warnings(now), on_ended)
        self.is_over = False

    def begin(self, choice: str = "") -> Iterator[str]:
        """Print the endings, or take the `choice` at once."""
        if choice:
            yield from self.take(choice)
            return
        for number, each in enumerate(self._dialog.endings, 1):
            unmet = f" Not met: {self._dialog.unmet(each)}." if each.dark else ""
            proposed = " Your last answer leads here." if each.proposed else ""
            yield f"{number}: {decision(each.outcome.decision)}, {one_line(each.title)}.{unmet}{proposed}"
        if self._dialog.unasked:
            questions = "; ".join(f"{ask.id}: {one_line(ask.text)}" for ask in self._dialog.unasked)
            yield f"Must-ask questions not asked: {questions}"
        yield f"Type the number of an ending, or {BACK} to continue the call."

    def take(self, line: str) -> Iterator[str]:
        """Take one line of input. Raises `CannotAct` if it is not an ending."""
        words = " ".join(line.split())
        if words.lower() == BACK:
            self.is_over = True
            yield "The call continues."
        elif self._dialog.is_confirmed and self._dialog.fields:
            self._dialog.fill(words or self._dialog.record.get(self._dialog.fields[0], ""))
            yield from self._ask()
        else:
            yield from self._choose(words)

    def _choose(self, words: str) -> Iterator[str]:
        name, _, given = words.partition(" ")
        ending = self._named(name)
        if not self._dialog.choose(ending):
            unmet = self._dialog.unmet(ending)
            yield f"Not met: {unmet}. Type the same again to end anyway, or {BACK} to continue the call."
            return
        if given:
            self._dialog.prefill(fields_of(given))
        yield f"{capital(decision(ending.outcome.decision))}: {one_line(ending.title)}."
        if ending.outcome.say:
            yield f"Say: {one_line(ending.outcome.say)}"
        yield from self._ask()

    def _named(self, name: str) -> EndingChoice:
        """Return the ending with this number or id."""
        choices = self._dialog.endings
        if name.isascii() and name.isdigit() and 1 <= int(name) <= len(choices):
            return choices[int(name) - 1]
        found = next((each for each in choices if each.outcome.id == name), None)
        if found is None:
            raise CannotAct(f"unknown ending {name[:40]!r} (type 1 to {len(choices)}, or {BACK})")
        return found

    def _ask(self) -> Iterator[str]:
        """Ask for the next field, or end the call."""
        asked_for_date = self._dialog.asks_for_date
        name = self._dialog.next_field()
        if not name or self._dialog.chosen is None:
            self.is_over = True
            return
        if self._dialog.asks_for_date and not asked_for_date:
            yield f"{DATE_QUESTION} An empty line leaves it open."
        if self._dialog.day_question:
            yield f"{self._dialog.day_question} An empty line keeps it."
        known = one_line(self._dialog.record.get(name, ""))
        asked = one_line(self._dialog.chosen.shown[name]).rstrip("?")
        yield f"{asked}?{f' Known: {known} (an empty line keeps it).' if known else ''}"
