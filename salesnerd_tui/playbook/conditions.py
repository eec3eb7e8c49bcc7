"""Condition language of `when:` and gates: tests of the notes, picked answers and points so far.

    trigger is "Something broke" and team_size > 5        points.fit >= 5 or not can_decide

No code is executed, every error has a column, and a comparison with an unknown note is false. Each condition is parsed
once, and the gates it names are replaced by their conditions. Gates may depend on other gates, so the result is a tree
with shared branches: twenty gates, each of which names the next one twice, make a million comparisons. Therefore the
comparisons are counted, and too many of them are an error.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Finding, error, limit_error
from salesnerd_tui.playbook.field_values import find_number
from salesnerd_tui.playbook.fields import MAX_BRACKET_DEPTH, MAX_COMPARISONS, MAX_CONDITION_CHARACTERS, MAX_GATE_DEPTH
from salesnerd_tui.playbook.model import ALWAYS, Condition, Facts, Gate, SourceLocation
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, normalize_label

_TOKEN = lazy_pattern(
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
    **dict.fromkeys((",", ";"), "`and` or `or`"),
    **dict.fromkeys(("exists", "set", "filled", "answered", "defined", "present", "there", "given"), "`is known`"),
    **dict.fromkeys(("empty", "missing", "blank", "none", "null", "nil", "unset", "undefined"), "`is unknown`"),
    **dict.fromkeys(("equals", "equal", "eq"), '`is "…"` for a text, and `=` for a number'),
    **dict.fromkeys(("isn't", "isnt", "ne"), '`is not "…"`'),
    "in": '`is "…" or x is "…"`, one for each',
    "!": "`not` before what must be false",
}
"""Hints for words and symbols of other languages: what to write instead."""

_CURLY_QUOTES = ("“", "”", "„", "‘", "’", "«")
_CURRENCY = lazy_pattern(r"[$€£¥]\d")
_EXAMPLES = 'like: trigger is known, or trigger is "My boss asked"'
_AFTER_LABEL = lazy_pattern(r"\s+(?:and|or)\s|\)|$")
_SHORT_NUMBER = lazy_pattern(r"\d{1,6}(?:\.\d{1,2})?[km]")

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
        notes = [normalize_label(note) for note in facts.known(self.name)]
        return bool(notes) and (normalize_label(self.label) in notes) == self.expected


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
        if self.name == _POINTS or self.name.startswith(_POINTS + "."):
            values: list[float | None] = [facts.points(self.name[len(_POINTS) + 1 :])]
        else:
            values = [find_number(note) for note in reversed(facts.known(self.name))]
        value = next((value for value in values if value is not None), None)
        return value is not None and _OPERATORS[self.operator](value, self.number)


class GateMet(Struct, frozen=True):
    """`real_problem`: the name of a gate. `condition` is set once all gates are parsed."""

    name: str
    source: str
    condition: Condition | None = None

    def is_met(self, facts: Facts) -> bool:
        return self.condition is not None and self.condition.is_met(facts)


class Not(Struct, frozen=True):
    """`not real_problem`."""

    operand: Condition
    source: str

    def is_met(self, facts: Facts) -> bool:
        return not self.operand.is_met(facts)


class AllOf(Struct, frozen=True):
    """`cost > 10 and real_problem`."""

    parts: tuple[Condition, ...]
    source: str

    def is_met(self, facts: Facts) -> bool:
        return all(part.is_met(facts) for part in self.parts)


class AnyOf(Struct, frozen=True):
    """`cost > 10 or real_problem`."""

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


def can_be_met(condition: Condition, unknown: Collection[str], *, expected: bool = True) -> bool:
    """Return whether a condition with resolved gates can be true (or false) while `unknown` notes are missing.

    Comparisons are treated as independent, so the result may be True for a condition that is never met.
    """
    if isinstance(condition, GateMet):
        return can_be_met(condition.condition, unknown, expected=expected) if condition.condition else not expected
    if isinstance(condition, Not):
        return can_be_met(condition.operand, unknown, expected=not expected)
    if isinstance(condition, (AllOf, AnyOf)):
        needs_all = isinstance(condition, AllOf) == expected
        return (all if needs_all else any)(can_be_met(part, unknown, expected=expected) for part in condition.parts)
    if isinstance(condition, (IsKnown, IsLabel, Includes, Comparison)) and condition.name in unknown:
        return (isinstance(condition, IsKnown) and not condition.expected) == expected
    return True


def with_resolved_gates(condition: Condition, gates: Mapping[str, Condition]) -> Condition:
    """Return the condition in which each gate's name has its condition."""
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
        return _Parser(text, location).parse()
    except _InvalidCondition as invalid:
        return invalid.finding


class _InvalidCondition(Exception):
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
        matches = ((str(match.lastgroup), match) for match in _TOKEN.finditer(text))
        self.tokens = [_Token(kind, match[kind], *match.span(kind)) for kind, match in matches]
        self.tokens.append(_Token("end", "", len(text.rstrip()), len(text.rstrip()) + 1))
        self.index = 0
        self.bracket_depth = 0

    def parse(self) -> Condition:
        condition = self._parse_or()
        if self._token.kind != "end":
            self._fail("expected 'and', 'or' or the end", _EXAMPLES)
        return condition

    @property
    def _token(self) -> _Token:
        return self.tokens[self.index]

    def _take(self, *texts: str) -> bool:
        if self._token.kind in ("word", "sign") and self._token.text in texts:
            self.index += 1
            return True
        return False

    def _fail(self, message: str, hint: str = "") -> None:
        token = self._token
        hint = self._hint_for_spelling(token) or self._hint_for_word(token) or self._hint_after_number(token) or hint
        column = self.location.column + token.start
        suffix = f", found {token.text!r}" if token.kind != "end" else ""
        location = SourceLocation(self.location.file, self.location.line, column, self.location.column + token.end)
        raise _InvalidCondition(error("P215", f"this condition cannot be read: {message}{suffix}", location, hint))

    def _hint_for_spelling(self, token: _Token) -> str:
        word = token.text.lower()
        if word in _KEYWORDS and token.text != word:
            return f"write `{word}`"
        if word.startswith("{"):
            return "write names without braces"
        if _CURRENCY.match(word):
            return "write a plain number, without a currency"
        if word.startswith(_CURLY_QUOTES):
            label = self.text[token.start + 1 :].partition("”")[0].strip("“”„‘’«»")
            return f'write straight quotes: "{label}"'
        return f"write {find_number(word):.0f}" if _SHORT_NUMBER.fullmatch(word) else ""

    def _hint_after_number(self, token: _Token) -> str:
        """Return the hint for the rest of a number: `1,000`, `10%`, `5 days`."""
        is_after_number = self.index > 0 and self.tokens[self.index - 1].kind == "number"
        is_rest = is_after_number and token.kind in ("odd", "word", "number")
        return "write a plain number, without separators, units and dates" if is_rest else ""

    def _hint_for_word(self, token: _Token) -> str:
        word = token.text.lower()
        previous = self.tokens[self.index - 1] if self.index else token
        if word in ("known", "unknown") and previous.kind == "word" and previous.text not in _KEYWORDS:
            return f"write `{previous.text} is {word}`"
        if word in _FOREIGN_WORDS:
            hint = _FOREIGN_WORDS[word]
            negated = {"`is known`": "`is unknown`", "`is unknown`": "`is known`"}
            return f"write {negated.get(hint, hint) if previous.text == 'not' else hint}"
        if word.startswith("!") and word != "!=":
            return "write `not` before what must be false"
        if word in _FOREIGN_COMPARISONS:
            before, after = self.tokens[: self.index], self.tokens[self.index :]
            names = [each.text for each in before if each.kind == "word" and each.text not in _KEYWORDS]
            number = next((each.text for each in after if each.kind == "number"), "10")
            return f"write `{names[-1] if names else 'cost'} {_FOREIGN_COMPARISONS[word]} {number}`"
        return ""

    def _parse_or(self) -> Condition:
        return self._parse_chain("or", self._parse_and, AnyOf)

    def _parse_and(self) -> Condition:
        return self._parse_chain("and", self._parse_not, AllOf)

    def _parse_chain(self, word: str, parse_part: Callable[[], Condition], whole: type[AllOf | AnyOf]) -> Condition:
        start = self._token.start
        parts = [parse_part()]
        while self._take(word):
            parts.append(parse_part())
        return parts[0] if len(parts) == 1 else whole(tuple(parts), self._source(start))

    def _source(self, start: int) -> str:
        return self.text[start : self.tokens[self.index - 1].end]

    def _parse_not(self) -> Condition:
        start = self._token.start
        count = 0
        while self._take("not"):
            count += 1
        condition = self._parse_atom()
        return Not(condition, self._source(start)) if count % 2 else condition

    def _parse_atom(self) -> Condition:
        if self._take("("):
            self.bracket_depth += 1
            if self.bracket_depth > MAX_BRACKET_DEPTH:
                self._fail(f"more than {MAX_BRACKET_DEPTH} brackets inside each other")
            condition = self._parse_or()
            if not self._take(")"):
                self._fail("expected ')'")
            self.bracket_depth -= 1
            return condition
        token = self._token
        if token.kind != "word" or token.text in _KEYWORDS:
            before = self.tokens[max(self.index - 4, 0) : self.index]
            names = [each.text for each, verb in pairwise(before) if each.kind == "word" and verb.text == "is"]
            is_second_label = token.kind == "text" and names
            hint = f"repeat the note: `{names[-1]} is {token.text}`" if is_second_label else _EXAMPLES
            if token.kind == "text" and self.tokens[self.index + 1].text in ("is", "includes", *_OPERATORS):
                hint = f"write the name without quotes: {token.text[1:-1][:60]}"
            self._fail("expected the name of a note or a gate", hint)
        self.index += 1
        return self._parse_test(token)

    def _parse_test(self, name: _Token) -> Condition:
        if self._take("is"):
            return self._parse_is(name)
        if self._take("includes"):
            text = self._parse_text()
            return Includes(name.text, text, self._source(name.start))
        if self._token.text in _OPERATORS and self._token.kind == "sign":
            return self._parse_comparison(name)
        if self._token.text in ("==", "!="):
            following = self.tokens[min(self.index + 1, len(self.tokens) - 1)].text
            if following in ("known", "unknown"):
                is_known = (following == "known") is (self._token.text == "==")
                self._fail("unknown symbol", f"write `{name.text} is {'known' if is_known else 'unknown'}`")
            self._fail("unknown symbol", 'write = for a number, and is "…" or is not "…" for a text')
        return GateMet(name.text, name.text)

    def _parse_is(self, name: _Token) -> Condition:
        if self._take("known"):
            return IsKnown(name.text, expected=True, source=self._source(name.start))
        if self._take("unknown"):
            return IsKnown(name.text, expected=False, source=self._source(name.start))
        is_expected = not self._take("not")
        if not is_expected and self._take("known"):
            return IsKnown(name.text, expected=False, source=self._source(name.start))
        label = self._parse_text()
        return IsLabel(name.text, label, is_expected, self._source(name.start))

    def _parse_text(self) -> str:
        token = self._token
        if token.kind != "text":
            rest = _AFTER_LABEL.split(self.text[token.start :])[0].strip()
            hint = "put labels in quotes; only known and unknown have none"
            if token.kind == "word" and token.text not in _KEYWORDS:
                hint = f'put labels in quotes: "{rest[:80]}"'
            self._fail('expected a text in "quotes"', hint)
        self.index += 1
        return token.text[1:-1]

    def _parse_comparison(self, name: _Token) -> Condition:
        operator = self._token.text
        self.index += 1
        token = self._token
        if token.kind != "number" or len(token.text) > 15:
            self._fail("expected a number", 'a text is compared with is "…"')
        self.index += 1
        return Comparison(name.text, operator, float(token.text), self._source(name.start))


class GateResolver:
    """Parser of the gates of `tree`, and of the conditions that name them. Adds errors to `findings`."""

    def __init__(self, tree: Map, findings: list[Finding]) -> None:
        self.findings = findings
        self._cache: dict[int, Condition] = {}
        self._conditions: dict[str, Condition] = {}
        self._counts: dict[str, int] = {}
        self._reported: set[str] = set()
        nodes = [(name, node) for name, node in tree.entries_of("gates") if isinstance(node, Scalar)]
        self._locations = {name.text: name.location for name, _ in nodes}
        self._parsed = {name.text: self._parse(node) for name, node in nodes}
        for name in self._parsed:
            self._resolve_gate(name, ())

    @property
    def gates(self) -> Mapping[str, Gate]:
        """All gates but those in a cycle."""
        return {name: Gate(name, condition, self._locations[name]) for name, condition in self._conditions.items()}

    def resolve(self, node: Scalar | None) -> Condition:
        """Return the condition that a node contains; one that is always met if it is invalid, or without a node."""
        if node is None:
            return ALWAYS
        condition = self._parse(node)
        self._count_comparisons(condition, node.location)
        return with_resolved_gates(condition, self._conditions)

    def _parse(self, node: Scalar) -> Condition:
        condition = self._cache.get(id(node))
        if condition is None:
            parsed = parse_condition(node.text, node.location_within(0, len(node.text)))
            if isinstance(parsed, Finding):
                self.findings.append(parsed)
                parsed = ALWAYS
            condition = self._cache[id(node)] = parsed
        return condition

    def _resolve_gate(self, name: str, chain: tuple[str, ...]) -> None:
        """Resolve a gate after the gates that it names. A cycle is reported once and counts as not met."""
        if name in self._conditions or name not in self._parsed:
            return
        if name in chain or len(chain) > MAX_GATE_DEPTH:
            self._report_cycle(name, chain)
            return
        for comparison in comparisons(self._parsed[name]):
            if isinstance(comparison, GateMet):
                self._resolve_gate(comparison.name, (*chain, name))
        self._counts[name] = self._count_comparisons(self._parsed[name], self._locations[name])
        self._conditions[name] = with_resolved_gates(self._parsed[name], self._conditions)

    def _report_cycle(self, name: str, chain: tuple[str, ...]) -> None:
        cycle = chain[chain.index(name) :] if name in chain else chain
        if not self._reported & set(cycle):
            path = " > ".join((*cycle[:6], name))
            message = (
                f"gate '{name}' leads back to itself: {path}" if name in chain else f"gates over {MAX_GATE_DEPTH} deep"
            )
            self.findings.append(error("P215", message, self._locations[name], "write the notes it is about instead"))
        self._reported |= set(cycle)

    def _count_comparisons(self, condition: Condition, location: SourceLocation) -> int:
        """Return the number of comparisons; too many are reported once and then count as one."""
        total = sum(
            self._counts.get(comparison.name, 1) if isinstance(comparison, GateMet) else 1
            for comparison in comparisons(condition)
        )
        if total <= MAX_COMPARISONS:
            return total
        self.findings.append(limit_error(MAX_COMPARISONS, "comparisons in one condition, with its gates", location))
        return 1
