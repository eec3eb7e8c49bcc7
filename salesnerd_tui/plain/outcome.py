"""Ending a call line by line: one of the endings, then what it wants written down, a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from salesnerd_tui.call import outcome
from salesnerd_tui.call.actions import CallContext, CannotAct
from salesnerd_tui.call.outcome import EndingChoice
from salesnerd_tui.plain.text import capital, decision
from salesnerd_tui.playbook.model import Ask
from salesnerd_tui.text import one_line

BACK = "back"


class OutcomeDialog:
    """Takes lines from `end` on until the call has ended (`ended` gets outcome and record) or goes on (`over`)."""

    def __init__(self, now: CallContext, ended: Callable[[str, Mapping[str, str]], None]) -> None:
        self.over = False
        self._endings: Sequence[EndingChoice] = outcome.endings(now)
        self._unasked: Sequence[Ask] = outcome.warnings(now)
        self._ended = ended
        self._chosen: EndingChoice | None = None
        self._warned: EndingChoice | None = None
        self._record: dict[str, str] = {}
        self._fields: list[str] = []
        self._asked_again = False

    def begins(self, of: str = "") -> Iterator[str]:
        """With `of` an ending is taken at once."""
        if of:
            yield from self.takes(of)
            return
        for number, each in enumerate(self._endings, 1):
            dark = f" Not known yet: {_dark(each)}." if each.dark else ""
            led = " The answer led here." if each.proposed else ""
            yield f"{number}: {decision(each.outcome.decision)}, {one_line(each.title)}.{dark}{led}"
        if self._unasked:
            yield f"Musts not asked: {'; '.join(f'{ask.id}: {one_line(ask.text)}' for ask in self._unasked)}"
        yield f"Type the number of an ending, or {BACK} to go on with the call."

    def takes(self, line: str) -> Iterator[str]:
        """A typed line. Raises `CannotAct` when it is none of the endings."""
        words = " ".join(line.split())
        if words.lower() == BACK:
            self.over = True
            yield "The call goes on."
        elif self._fields:
            self._write(words)
            yield from self._next()
        else:
            yield from self._choose(words)

    def _choose(self, words: str) -> Iterator[str]:
        named, _, given = words.partition(" ")
        chosen = self._named(named)
        if chosen.dark and self._warned is not chosen:
            self._warned = chosen
            yield f"Not known yet: {_dark(chosen)}. The same again ends anyway, {BACK} goes on with the call."
            return
        self._chosen = chosen
        self._record = {**chosen.record, **_given(given)}
        self._fields = [] if given else list(chosen.outcome.capture)
        yield f"{capital(decision(chosen.outcome.decision))}: {one_line(chosen.title)}."
        if chosen.outcome.say:
            yield f"Say: {one_line(chosen.outcome.say)}"
        yield from self._next()

    def _named(self, words: str) -> EndingChoice:
        """By number, or by the outcome's id."""
        if words.isascii() and words.isdigit() and 1 <= int(words) <= len(self._endings):
            return self._endings[int(words) - 1]
        found = next((each for each in self._endings if each.outcome.id == words), None)
        if found is None:
            raise CannotAct(f"no ending {words[:40]!r}: 1 to {len(self._endings)}, or {BACK}")
        return found

    def _write(self, words: str) -> None:
        """An empty line keeps what is known."""
        name = self._fields.pop(0)
        self._record[name] = words or self._record.get(name, "")

    def _next(self) -> Iterator[str]:
        assert self._chosen is not None
        if not self._fields:
            missing = outcome.missing_date(self._chosen, self._record)
            if not missing or self._asked_again:
                self.over = True
                self._ended(self._chosen.outcome.id, dict(self._record))
                return
            self._asked_again = True
            self._fields = [missing]
            yield "A not-yet without a date is a maybe. A date, even a rough one? An empty line leaves it open."
        name = self._fields[0]
        known = one_line(self._record.get(name, ""))
        yield f"{self._chosen.shown[name]}?{f' Known: {known}; an empty line keeps it.' if known else ''}"


def _given(words: str) -> dict[str, str]:
    """`revisit_on=3 March; what_must_change=the year`, for scripts."""
    pairs = (part.partition("=") for part in words.split(";"))
    return {name.strip(): text.strip() for name, equals, text in pairs if equals and name.strip()}


def _dark(one: EndingChoice) -> str:
    """The gates that are still dark."""
    return ", ".join(one.shown[name] for name in one.dark)
