"""The language of `when:` and gates."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.playbook.conditions import parse_condition
from salesnerd_tui.playbook.diagnostics import Finding
from salesnerd_tui.playbook.field_values import find_number, parse_seconds, parse_share
from salesnerd_tui.playbook.lint.references import is_never_true
from salesnerd_tui.playbook.model import SourceLocation

HERE = SourceLocation("f.yaml", 3, 11, 40)


class Known:
    """Facts from a plain mapping."""

    def __init__(self, notes: Mapping[str, str], points: Mapping[str, float] | None = None) -> None:
        self.notes = notes
        self.given = points or {}

    def known(self, name: str) -> tuple[str, ...]:
        return (self.notes[name],) if name in self.notes else ()

    def is_known(self, name: str) -> bool:
        return name in self.notes

    def points(self, name: str = "") -> float:
        return self.given.get(name, 0.0)


CALL = Known({"trigger": "Something broke", "team": "about 12 people", "cost": "40k a year"}, {"": 3, "fit": 5})


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("trigger is known", True),
        ("trigger is unknown", False),
        ("decider is unknown", True),
        ("decider is not known", True),
        ('trigger is "something  BROKE"', True),
        ("trigger is 'Something broke'", True),
        ('trigger is not "My boss asked"', True),
        ('decider is not "Ann"', False),
        ('team includes "people"', True),
        ("team > 10", True),
        ("team >= 12 and team <= 12 and team = 12", True),
        ("cost < 50000", True),
        ("decider > 10", False),
        ("decider < 10", False),
        ("points >= 3", True),
        ("points.fit >= 5 and not points.fit > 5", True),
        ("points.nobody = 0", True),
        ("not trigger is known or team > 10", True),
        ("not (trigger is known and team > 10)", False),
        ("trigger is unknown and team > 10 or cost is known", True),
        ("trigger is unknown and (team > 10 or cost is known)", False),
    ],
)
def test_a_condition_is_met(text: str, is_met: bool) -> None:
    condition = parse_condition(text, HERE)
    assert not isinstance(condition, Finding), condition
    assert condition.is_met(CALL) is is_met
    assert condition.source == text


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 11),
        ("trigger is It broke", 22),
        ("trigger is", 21),
        ("trigger is known and", 31),
        ("trigger is known, cost is known", 27),
        ("trigger == 3", 19),
        ("team > many", 18),
        ("(trigger is known", 28),
        ("and", 11),
        ("known", 11),
        ('trigger is "never closed', 22),
        ("(" * 30 + "a" + ")" * 30, 32),
        ("team > " + "9" * 400, 18),
    ],
)
def test_an_error_has_a_column(text: str, column: int) -> None:
    found = parse_condition(text, HERE)
    assert isinstance(found, Finding)
    assert found.code == "P215"
    assert (found.location.line, found.location.column) == (3, column), found


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["and", "or", "not", "(", ")", "is", "known", '"x"', "x", ">", "3"])).map(" ".join)
)
def test_any_text_is_a_condition_or_a_finding(text: str) -> None:
    found = parse_condition(text, HERE)
    if not isinstance(found, Finding):
        assert found.is_met(CALL) in (True, False)


@pytest.mark.parametrize(
    ("text", "never_true"),
    [
        ("a is known and a is unknown", True),
        ('a is "X" and a is not "x"', True),
        ("a > 5 and a < 5", True),
        ("a >= 5 and a <= 5", False),
        ("a > 5 and b < 5", False),
        ("(a is known and a is unknown) or b is known", False),
        ("(a is known and a is unknown) or (b > 2 and b < 1)", True),
        ("a is known and not a is known", True),
        ('a is "X" and a is "Y"', False),
    ],
)
def test_contradictory_conditions_are_found(text: str, never_true: bool) -> None:
    condition = parse_condition(text, HERE)
    assert not isinstance(condition, Finding)
    assert is_never_true(condition) is never_true


@pytest.mark.parametrize(
    ("note", "amount"),
    [
        ("about 40k a year", 40_000),
        ("€ 1,200.50", 1200.5),
        ("1.200,50 Euro", 1200.5),
        ("2 million", 2e6),
        ("12 people", 12),
        ("-3", -3),
        ("nobody knows", None),
        ("9" * 400, None),
    ],
)
def test_finds_the_amount_in_a_note(note: str, amount: float | None) -> None:
    assert find_number(note) == amount


def test_parses_times_and_shares() -> None:
    assert [parse_seconds(text) for text in ("60s", "2m", "1:30", "90", "1 hour", "soon", "1:75")] == [
        60,
        120,
        90,
        90,
        3600,
        None,
        None,
    ]
    assert [parse_share(text) for text in ("45%", "0.45", "45", "120%", "x%")] == [0.45, 0.45, None, None, None]
