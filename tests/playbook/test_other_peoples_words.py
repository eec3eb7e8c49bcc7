"""Words from other formats: the finding names the word of the playbook language."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.fields import ACT, ASK, DETOUR, FILE, OUTCOME, SECTION, MapKind
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import book
from salesnerd_tui.playbook.unknown_field import MEANT_FIELDS

ASKED = "- ask: What happened?\n  id: trigger\n"

SLIPS = [
    (ASKED + "  if: trigger is known\n", "P111", "here it is called 'when'"),
    (ASKED + "  required: true\n", "P111", "here it is called 'priority: must'"),
    (ASKED + "  options: [a, b]\n", "P111", "here it is called 'answers'"),
    (ASKED + "  followup: [Why?]\n", "P111", "here it is called 'follow_ups'"),
    (ASKED + "  answers: {It broke: {next: verdict}}\n", "P111", "here it is called 'goto'"),
    ("- section: One\n  questions:\n    - ask: What?\n", "P111", "follow it in the same list"),
    (ASKED + "  answers: often, never\n  type: choice\n", "P112", "[often, never]"),
    (ASKED + "  choices: [often, never]\n", "P111", "here it is called 'answers'"),
    (ASKED + "  follow_up: Why?\n  follow_ups: [Who?]\n", "P106", "under 'follow_ups'"),
    (ASKED + "  replace: [answers]\n", "P111", "`remove:` the inherited question"),
    ("- section: One\n  minutes: 5 to 8\n" + ASKED, "P112", "write 5"),
    ('- ask: "How big"?\n  id: size\n', "P102", "'\"How big\"?'"),
    (ASKED + "  answers: {It broke: {say: Well, that is bad}}\n", "P107", '"Well, that is bad"'),
]


@pytest.mark.parametrize(("items", "code", "hint"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_told_with_what_to_write(tmp_path: Path, items: str, code: str, hint: str) -> None:
    (found,) = [one for one in lint(tmp_path / "sample.yaml", [tmp_path], book(items)).findings if one.code[1] == "1"]
    assert found.code == code
    assert hint in found.hint


def test_every_word_leads_to_a_field_that_exists() -> None:
    shapes: tuple[MapKind, ...] = (FILE, SECTION, ASK, ACT, OUTCOME, DETOUR)
    known = {name for shape in shapes for name in shape.fields} | {"who", "it", "say"}
    assert {field for meant in MEANT_FIELDS.values() for field in meant} <= known
