"""The small language of `when:` and gates: what is known, picked, said or counted so far.

    trigger is "Something broke" and team_size > 5        points.fit >= 5 or not can_decide

A parser of its own: nothing is evaluated, every mistake has a column, and an unknown note makes a comparison false.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from salesnerd_tui.playbook.amounts import number_in
from salesnerd_tui.playbook.findings import Finding, error, over
from salesnerd_tui.playbook.limits import BRACKETS, CONDITION_CHARACTERS
from salesnerd_tui.playbook.model import Condition, Facts, Spot
from salesnerd_tui.playbook.nodes import folded

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])"
    r"|(?P<sign>>=|<=|==|!=|>|<|=|\(|\))|(?P<word>[A-Za-z_][\w.]*)|(?P<odd>\S+))"
)
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
_WORDS = ("and", "or", "not", "is", "known", "unknown", "includes")
_POINTS = "points"


class Known(Struct, frozen=True):
    """`x is known`, `x is unknown`."""

    name: str
    wanted: bool
    source: str

    def holds(self, facts: Facts) -> bool:
        return bool(facts.known(self.name)) == self.wanted


class Is(Struct, frozen=True):
    """`x is "Label"`, `x is not "Label"`: case and spaces ignored; both are false while x is unknown."""

    name: str
    label: str
    wanted: bool
    source: str

    def holds(self, facts: Facts) -> bool:
        known = facts.known(self.name)
        return bool(known) and any(folded(one) == folded(self.label) for one in known) == self.wanted


class Includes(Struct, frozen=True):
    """`x includes "Ann"`: somewhere in a note."""

    name: str
    text: str
    source: str

    def holds(self, facts: Facts) -> bool:
        return any(folded(self.text) in folded(one) for one in facts.known(self.name))


class Compare(Struct, frozen=True):
    """`x > 10`, by the latest note with a number in it; `points.fit >= 5`."""

    name: str
    sign: str
    number: float
    source: str

    def holds(self, facts: Facts) -> bool:
        value = self._value(facts)
        return value is not None and _SIGNS[self.sign](value, self.number)

    def _value(self, facts: Facts) -> float | None:
        if self.name == _POINTS or self.name.startswith(_POINTS + "."):
            return facts.points(self.name[len(_POINTS) + 1 :])
        numbers = [number_in(note) for note in reversed(facts.known(self.name))]
        return next((value for value in numbers if value is not None), None)


class GateLit(Struct, frozen=True):
    """A gate's name standing for its condition, which is filled in once all gates are read."""

    name: str
    source: str
    condition: Condition | None = None

    def holds(self, facts: Facts) -> bool:
        return self.condition is not None and self.condition.holds(facts)


class Not(Struct, frozen=True):
    part: Condition
    source: str

    def holds(self, facts: Facts) -> bool:
        return not self.part.holds(facts)


class All(Struct, frozen=True):
    parts: tuple[Condition, ...]
    source: str

    def holds(self, facts: Facts) -> bool:
        return all(part.holds(facts) for part in self.parts)


class Some(Struct, frozen=True):
    parts: tuple[Condition, ...]
    source: str

    def holds(self, facts: Facts) -> bool:
        return any(part.holds(facts) for part in self.parts)


def leaves(condition: Condition) -> Iterator[Condition]:
    """The comparisons of a condition, not looking into gates."""
    if isinstance(condition, (All, Some)):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def can_hold(condition: Condition, unknown: Collection[str], wanted: bool = True) -> bool:
    """Return whether a condition with its gates filled in can be true (or false) while `unknown` notes are missing.

    Comparisons count as independent of each other, so the answer errs towards yes.
    """
    if isinstance(condition, GateLit):
        return can_hold(condition.condition, unknown, wanted) if condition.condition else not wanted
    if isinstance(condition, Not):
        return can_hold(condition.part, unknown, not wanted)
    if isinstance(condition, (All, Some)):
        every = isinstance(condition, All) == wanted
        return (all if every else any)(can_hold(part, unknown, wanted) for part in condition.parts)
    if isinstance(condition, (Known, Is, Includes, Compare)) and condition.name in unknown:
        return (isinstance(condition, Known) and not condition.wanted) == wanted
    return True


def with_gates(condition: Condition, gates: Mapping[str, Condition]) -> Condition:
    """The condition with each gate's name standing for that gate's own condition."""
    if isinstance(condition, GateLit):
        return GateLit(condition.name, condition.source, gates.get(condition.name))
    if isinstance(condition, Not):
        return Not(with_gates(condition.part, gates), condition.source)
    if isinstance(condition, (All, Some)):
        return type(condition)(tuple(with_gates(part, gates) for part in condition.parts), condition.source)
    return condition


def parse_condition(text: str, spot: Spot) -> Condition | Finding:
    """The condition `text` says, or the one finding about it. `spot` is where `text` stands."""
    if len(text) > CONDITION_CHARACTERS:
        return over(CONDITION_CHARACTERS, "characters in one condition", spot, "split it into gates")
    try:
        return _Parser(text, spot).whole()
    except _Bad as bad:
        return bad.finding


class _Bad(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


class _Token(Struct, frozen=True):
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    def __init__(self, text: str, spot: Spot) -> None:
        self.text = text
        self.spot = spot
        self.tokens = [self._token(found) for found in _TOKEN.finditer(text)]
        self.tokens.append(_Token("end", "", len(text.rstrip()), len(text.rstrip()) + 1))
        self.at = 0
        self.depth = 0

    def _token(self, found: re.Match[str]) -> _Token:
        kind = str(found.lastgroup)
        return _Token(kind, found[kind], found.start(kind), found.end(kind))

    def whole(self) -> Condition:
        condition = self._some()
        if self._here.kind != "end":
            self._fail("expected 'and', 'or' or the end")
        return condition

    @property
    def _here(self) -> _Token:
        return self.tokens[self.at]

    def _take(self, *words: str) -> bool:
        if self._here.kind in ("word", "sign") and self._here.text in words:
            self.at += 1
            return True
        return False

    def _fail(self, message: str, hint: str = "") -> None:
        token = self._here
        column = self.spot.column + token.start
        found = f", found {token.text!r}" if token.kind != "end" else ""
        spot = Spot(self.spot.file, self.spot.line, column, self.spot.column + token.end)
        raise _Bad(error("P215", f"this condition cannot be read: {message}{found}", spot, hint))

    def _some(self) -> Condition:
        return self._chain("or", self._all, Some)

    def _all(self) -> Condition:
        return self._chain("and", self._not, All)

    def _chain(self, word: str, part: Callable[[], Condition], whole: type[All] | type[Some]) -> Condition:
        start = self._here.start
        parts = [part()]
        while self._take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else whole(tuple(parts), self._source(start))

    def _source(self, start: int) -> str:
        return self.text[start : self.tokens[self.at - 1].end]

    def _not(self) -> Condition:
        start = self._here.start
        turns = 0
        while self._take("not"):
            turns += 1
        part = self._one()
        return Not(part, self._source(start)) if turns % 2 else part

    def _one(self) -> Condition:
        if self._take("("):
            self.depth += 1
            if self.depth > BRACKETS:
                self._fail(f"more than {BRACKETS} brackets inside each other")
            inside = self._some()
            if not self._take(")"):
                self._fail("expected ')'")
            self.depth -= 1
            return inside
        token = self._here
        if token.kind != "word" or token.text in _WORDS:
            self._fail("expected the name of a note or a gate", 'like: trigger is known, or trigger is "My boss asked"')
        self.at += 1
        return self._test(token)

    def _test(self, name: _Token) -> Condition:
        if self._take("is"):
            return self._is(name)
        if self._take("includes"):
            text = self._quoted()
            return Includes(name.text, text, self._source(name.start))
        if self._here.text in _SIGNS and self._here.kind == "sign":
            return self._compare(name)
        if self._here.text in ("==", "!="):
            self._fail("this sign is not known here", 'write = for a number, and is "…" or is not "…" for a text')
        return GateLit(name.text, name.text)

    def _is(self, name: _Token) -> Condition:
        if self._take("known"):
            return Known(name.text, True, self._source(name.start))
        if self._take("unknown"):
            return Known(name.text, False, self._source(name.start))
        wanted = not self._take("not")
        if not wanted and self._take("known"):
            return Known(name.text, False, self._source(name.start))
        label = self._quoted()
        return Is(name.text, label, wanted, self._source(name.start))

    def _quoted(self) -> str:
        token = self._here
        if token.kind != "text":
            self._fail('expected a text in "quotes"', "labels stand in quotes; without them only known and unknown")
        self.at += 1
        return token.text[1:-1]

    def _compare(self, name: _Token) -> Condition:
        sign = self._here.text
        self.at += 1
        token = self._here
        if token.kind != "number" or len(token.text) > 15:
            self._fail("expected a number", 'a text is compared with is "…"')
        self.at += 1
        return Compare(name.text, sign, float(token.text), self._source(name.start))
