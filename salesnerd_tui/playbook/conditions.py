"""Condition language of `when:` and gates: what is known, picked, said or counted so far.

    trigger is "Something broke" and team_size > 5        points.fit >= 5 or not can_decide

No code is executed, every error has a column, and a comparison with an unknown note is false. Each condition is parsed
once, and the gates it names are replaced by their conditions. Gates may depend on other gates, so the result is a tree
with shared branches: twenty gates, each of which names the next one twice, make a million comparisons. Comparisons are
counted, and a condition with too many is reported and never met.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Finding, error, limit_error
from salesnerd_tui.playbook.field_values import find_number
from salesnerd_tui.playbook.fields import MAX_BRACKET_DEPTH, MAX_COMPARISONS, MAX_CONDITION_CHARACTERS, MAX_GATE_DEPTH
from salesnerd_tui.playbook.model import ALWAYS, Condition, Facts, Gate, SourceLocation
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, normalize_label

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])"
    r"|(?P<sign>>=|<=|==|!=|>|<|=|\(|\))|(?P<word>[A-Za-z_][\w.]*)|(?P<odd>\S+))"
)
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
_KEYWORDS = ("and", "or", "not", "is", "known", "unknown", "includes")
_POINTS = "points"
_FOREIGN_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("contains", "contain", "has", "having", "like", "matches", "match"), '`includes "…"`'),
    **dict.fromkeys(("&&", "&"), "`and`"),
    **dict.fromkeys(("||", "|"), "`or`"),
    **dict.fromkeys(("exists", "set", "filled", "answered", "defined", "present", "there", "given"), "`is known`"),
    **dict.fromkeys(("empty", "missing", "blank", "none", "null", "nil", "unset", "undefined"), "`is unknown`"),
    **dict.fromkeys(("equals", "equal", "eq"), '`is "…"` for a text, and `=` for a number'),
    **dict.fromkeys(("isn't", "isnt", "ne"), '`is not "…"`'),
    "in": '`is "…" or x is "…"`, one for each',
    "!": "`not` before what must be false",
}
"""Words and symbols of other languages, and how each is written here."""

_FOREIGN_COMPARISONS: Mapping[str, str] = {
    **dict.fromkeys(("more", "greater", "over", "above", "bigger", "gt"), ">"),
    **dict.fromkeys(("less", "fewer", "under", "below", "smaller", "lt"), "<"),
    **dict.fromkeys(("least", "gte"), ">="),
    **dict.fromkeys(("most", "lte"), "<="),
}


class IsKnown(Struct, frozen=True):
    """`x is known`, `x is unknown`."""

    name: str
    expected: bool
    source: str

    def is_met(self, facts: Facts) -> bool:
        return facts.is_known(self.name) == self.expected


class IsLabel(Struct, frozen=True):
    """`x is "Label"`, `x is not "Label"`, ignoring case and spaces; both are false while x is unknown."""

    name: str
    label: str
    expected: bool
    source: str

    def is_met(self, facts: Facts) -> bool:
        known = facts.known(self.name)
        return (
            bool(known) and any(normalize_label(one) == normalize_label(self.label) for one in known) == self.expected
        )


class Includes(Struct, frozen=True):
    """`x includes "Ann"`: true if any note contains it."""

    name: str
    text: str
    source: str

    def is_met(self, facts: Facts) -> bool:
        return any(normalize_label(self.text) in normalize_label(one) for one in facts.known(self.name))


class Comparison(Struct, frozen=True):
    """`x > 10`, by the latest note with a number in it; `points.fit >= 5`."""

    name: str
    operator: str
    number: float
    source: str

    def is_met(self, facts: Facts) -> bool:
        value = self._value(facts)
        return value is not None and _OPERATORS[self.operator](value, self.number)

    def _value(self, facts: Facts) -> float | None:
        if self.name == _POINTS or self.name.startswith(_POINTS + "."):
            return facts.points(self.name[len(_POINTS) + 1 :])
        numbers = [find_number(note) for note in reversed(facts.known(self.name))]
        return next((value for value in numbers if value is not None), None)


class GateMet(Struct, frozen=True):
    """A gate's name in place of its condition, which is filled in once all gates are parsed."""

    name: str
    source: str
    condition: Condition | None = None

    def is_met(self, facts: Facts) -> bool:
        return self.condition is not None and self.condition.is_met(facts)


class Not(Struct, frozen=True):
    operand: Condition
    source: str

    def is_met(self, facts: Facts) -> bool:
        return not self.operand.is_met(facts)


class AllOf(Struct, frozen=True):
    parts: tuple[Condition, ...]
    source: str

    def is_met(self, facts: Facts) -> bool:
        return all(part.is_met(facts) for part in self.parts)


class AnyOf(Struct, frozen=True):
    parts: tuple[Condition, ...]
    source: str

    def is_met(self, facts: Facts) -> bool:
        return any(part.is_met(facts) for part in self.parts)


def comparisons(condition: Condition) -> Iterator[Condition]:
    """Yield the comparisons of a condition, without those of gates."""
    if isinstance(condition, (AllOf, AnyOf)):
        for part in condition.parts:
            yield from comparisons(part)
    elif isinstance(condition, Not):
        yield from comparisons(condition.operand)
    else:
        yield condition


def can_be_met(condition: Condition, unknown: Collection[str], wanted: bool = True) -> bool:
    """Return whether a condition with its gates filled in can be true (or false) while `unknown` notes are missing.

    Comparisons are treated as independent, so the result errs toward True.
    """
    if isinstance(condition, GateMet):
        return can_be_met(condition.condition, unknown, wanted) if condition.condition else not wanted
    if isinstance(condition, Not):
        return can_be_met(condition.operand, unknown, not wanted)
    if isinstance(condition, (AllOf, AnyOf)):
        every = isinstance(condition, AllOf) == wanted
        return (all if every else any)(can_be_met(part, unknown, wanted) for part in condition.parts)
    if isinstance(condition, (IsKnown, IsLabel, Includes, Comparison)) and condition.name in unknown:
        return (isinstance(condition, IsKnown) and not condition.expected) == wanted
    return True


def with_resolved_gates(condition: Condition, gates: Mapping[str, Condition]) -> Condition:
    """Return the condition with each gate's name replaced by its condition."""
    if isinstance(condition, GateMet):
        return GateMet(condition.name, condition.source, gates.get(condition.name))
    if isinstance(condition, Not):
        return Not(with_resolved_gates(condition.operand, gates), condition.source)
    if isinstance(condition, (AllOf, AnyOf)):
        return type(condition)(tuple(with_resolved_gates(part, gates) for part in condition.parts), condition.source)
    return condition


def parse_condition(text: str, location: SourceLocation) -> Condition | Finding:
    """Parse a condition. Return it, or the first finding; `location` is where `text` is."""
    if len(text) > MAX_CONDITION_CHARACTERS:
        return limit_error(MAX_CONDITION_CHARACTERS, "characters in one condition", location, "split it into gates")
    try:
        return _Parser(text, location).whole()
    except _SyntaxError as bad:
        return bad.finding


class _SyntaxError(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


class _Token(Struct, frozen=True):
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    def __init__(self, text: str, location: SourceLocation) -> None:
        self.text = text
        self.location = location
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
        hint = self._hint_for(token) or hint
        column = self.location.column + token.start
        found = f", found {token.text!r}" if token.kind != "end" else ""
        location = SourceLocation(self.location.file, self.location.line, column, self.location.column + token.end)
        raise _SyntaxError(error("P215", f"this condition cannot be read: {message}{found}", location, hint))

    def _hint_for(self, token: _Token) -> str:
        """Return how a word or symbol of another language is written here."""
        word = token.text.lower()
        before = self.tokens[self.at - 1] if self.at else token
        if word in ("known", "unknown") and before.kind == "word" and before.text not in _KEYWORDS:
            return f"write `{before.text} is {word}`"
        if word in _FOREIGN_WORDS:
            return f"write {_FOREIGN_WORDS[word]}"
        if word.startswith("!") and word != "!=":
            return "write `not` before what must be false"
        if word in _FOREIGN_COMPARISONS:
            earlier = [one.text for one in self.tokens[: self.at] if one.kind == "word" and one.text not in _KEYWORDS]
            number = next((one.text for one in self.tokens[self.at :] if one.kind == "number"), "10")
            return f"write `{earlier[-1] if earlier else 'cost'} {_FOREIGN_COMPARISONS[word]} {number}`"
        return ""

    def _some(self) -> Condition:
        return self._chain("or", self._all, AnyOf)

    def _all(self) -> Condition:
        return self._chain("and", self._not, AllOf)

    def _chain(self, word: str, part: Callable[[], Condition], whole: type[AllOf] | type[AnyOf]) -> Condition:
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
            if self.depth > MAX_BRACKET_DEPTH:
                self._fail(f"more than {MAX_BRACKET_DEPTH} brackets inside each other")
            inside = self._some()
            if not self._take(")"):
                self._fail("expected ')'")
            self.depth -= 1
            return inside
        token = self._here
        if token.kind != "word" or token.text in _KEYWORDS:
            self._fail("expected the name of a note or a gate", 'like: trigger is known, or trigger is "My boss asked"')
        self.at += 1
        return self._test(token)

    def _test(self, name: _Token) -> Condition:
        if self._take("is"):
            return self._is(name)
        if self._take("includes"):
            text = self._quoted()
            return Includes(name.text, text, self._source(name.start))
        if self._here.text in _OPERATORS and self._here.kind == "sign":
            return self._compare(name)
        if self._here.text in ("==", "!="):
            self._fail("unknown symbol", 'write = for a number, and is "…" or is not "…" for a text')
        return GateMet(name.text, name.text)

    def _is(self, name: _Token) -> Condition:
        if self._take("known"):
            return IsKnown(name.text, True, self._source(name.start))
        if self._take("unknown"):
            return IsKnown(name.text, False, self._source(name.start))
        wanted = not self._take("not")
        if not wanted and self._take("known"):
            return IsKnown(name.text, False, self._source(name.start))
        label = self._quoted()
        return IsLabel(name.text, label, wanted, self._source(name.start))

    def _quoted(self) -> str:
        token = self._here
        if token.kind != "text":
            self._fail('expected a text in "quotes"', "put labels in quotes; only known and unknown have none")
        self.at += 1
        return token.text[1:-1]

    def _compare(self, name: _Token) -> Condition:
        sign = self._here.text
        self.at += 1
        token = self._here
        if token.kind != "number" or len(token.text) > 15:
            self._fail("expected a number", 'a text is compared with is "…"')
        self.at += 1
        return Comparison(name.text, sign, float(token.text), self._source(name.start))


class Gates:
    """Parses the gates of `tree`, and other conditions with `condition`. Errors are added to `findings`."""

    def __init__(self, tree: Map, findings: list[Finding]) -> None:
        self.findings = findings
        self._read: dict[int, Condition] = {}
        self._resolved: dict[str, Condition] = {}
        self._counts: dict[str, int] = {}
        self._told: set[str] = set()
        written = {
            name.text: (name.location, node) for name, node in tree.entries_of("gates") if isinstance(node, Scalar)
        }
        self._locations: dict[str, SourceLocation] = {name: location for name, (location, _) in written.items()}
        self._parsed = {name: self._parse(node) for name, (_, node) in written.items()}
        for name in self._parsed:
            self._resolve(name, ())

    def all(self) -> Mapping[str, Gate]:
        """Return every gate with a valid condition."""
        return {name: Gate(name, condition, self._locations[name]) for name, condition in self._resolved.items()}

    def condition(self, written: Scalar | None) -> Condition:
        """Return the condition of a `when`; without one, or if it is invalid, one that always holds."""
        if written is None:
            return ALWAYS
        parsed = self._parse(written)
        self._count(parsed, written.location)
        return with_resolved_gates(parsed, self._resolved)

    def _parse(self, node: Scalar) -> Condition:
        found = self._read.get(id(node))
        if found is None:
            read = parse_condition(node.text, node.location_within(0, len(node.text)))
            if isinstance(read, Finding):
                self.findings.append(read)
                read = ALWAYS
            found = self._read[id(node)] = read
        return found

    def _resolve(self, name: str, chain: tuple[str, ...]) -> None:
        """Fill in the gates a gate names, deepest first; a cycle is reported once and counts as not met."""
        if name in self._resolved or name not in self._parsed:
            return
        if name in chain or len(chain) > MAX_GATE_DEPTH:
            self._tell_circle(name, chain)
            return
        for leaf in comparisons(self._parsed[name]):
            if isinstance(leaf, GateMet):
                self._resolve(leaf.name, (*chain, name))
        self._counts[name] = self._count(self._parsed[name], self._locations[name])
        self._resolved[name] = with_resolved_gates(self._parsed[name], self._resolved)

    def _tell_circle(self, name: str, chain: tuple[str, ...]) -> None:
        around = chain[chain.index(name) :] if name in chain else chain
        if not self._told & set(around):
            path = " > ".join((*around[:6], name))
            message = (
                f"gate '{name}' leads back to itself: {path}" if name in chain else f"gates over {MAX_GATE_DEPTH} deep"
            )
            self.findings.append(error("P215", message, self._locations[name], "write the notes it is about instead"))
        self._told |= set(around)

    def _count(self, condition: Condition, location: SourceLocation) -> int:
        """Return the number of comparisons; too many are reported once and then count as one."""
        total = sum(self._counts.get(one.name, 1) if isinstance(one, GateMet) else 1 for one in comparisons(condition))
        if total <= MAX_COMPARISONS:
            return total
        self.findings.append(limit_error(MAX_COMPARISONS, "comparisons in one condition, with its gates", location))
        return 1
