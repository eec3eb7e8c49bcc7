"""Ids of captured and set notes: typos of another id, and ids that a question has too."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import OUTCOMES, sample

SIZE = "- ask: How many of you are there?\n  id: team_size\n"


def check(folder: Path, text: str) -> list[str]:
    found = lint(folder / "sample.yaml", [folder], text).findings
    return [f"{one.code} {one.fix}".strip() for one in found]


def captures(go: str, later: str = "[revisit_on]") -> str:
    return OUTCOMES.replace("{decision: go}", f"{{decision: go, capture: {go}}}").replace("[revisit_on]", later)


@pytest.mark.parametrize(
    ("captured", "meant"),
    [
        ("their_dat", "their_date"),
        ("our_prat", "our_part"),
        ("nextstep", "next_step"),
        ("next_stepp", "next_step"),
        ("team_sise", "team_size"),
        ("reasons", "reason"),
        ("next_steps_of_both", ""),
        ("next", ""),
        ("other_date", ""),
        ("team_size_2", ""),
        ("gap", ""),
        ("package", ""),
    ],
)
def test_a_captured_note_with_a_typo_names_the_id_that_is_meant(captured: str, meant: str, tmp_path: Path) -> None:
    assert check(tmp_path, sample(SIZE, outcomes=captures(f"[{captured}]"))) == ([f"P218 {meant}"] if meant else [])


def test_a_note_that_an_answer_sets_with_a_typo_is_reported(tmp_path: Path) -> None:
    answer = '- ask: Who is here?\n  id: present\n  answers:\n    All five of us: {set: {team_siz: "5"}}\n'
    assert check(tmp_path, sample(SIZE + answer)) == ["P218 team_size"]


@pytest.mark.parametrize(
    "text",
    [
        sample(
            SIZE, "gates: {big: teamsize is known}\n", outcomes=captures("[teamsize]").replace("go,", "go, needs: big,")
        ),
        sample("- say: 'There are so many: {teamsize}'\n" + SIZE, outcomes=captures("[teamsize]")),
        sample(SIZE, "labels: {teamsize: Number of people}\n", outcomes=captures("[teamsize]")),
        sample(SIZE, outcomes=captures("[teamsize]", "[teamsize, revisit_on]")),
        sample("", outcomes=captures("[our_risk, your_risk]")),
        sample("", outcomes=captures("[step_1, step_2]", "[revisit_on, step_3]")),
    ],
)
def test_a_note_that_something_reads_is_no_typo(text: str, tmp_path: Path) -> None:
    assert not [found for found in check(tmp_path, text) if found.startswith("P218")]


@pytest.mark.parametrize(
    ("captured", "is_reported"),
    [
        ('{team_size: "How many seats?"}', True),
        ('{team_size: "How many of you are there?"}', False),
        ("[team_size]", False),
        ('{seats: "How many seats?"}', False),
    ],
)
def test_a_prompt_for_the_note_of_a_question_is_reported(captured: str, is_reported: bool, tmp_path: Path) -> None:
    assert check(tmp_path, sample(SIZE, outcomes=captures(captured))) == ["P217"] * is_reported


def test_a_question_that_a_child_adds_to_a_captured_note_is_reported_at_the_question(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(sample(SIZE, outcomes=captures("[reason]")), encoding="utf-8")
    child = "playbook: Child\nextends: parent\nagenda:\n  - ask: What's the reason you look now?\n    id: reason\n"
    found = lint(tmp_path / "child.yaml", [tmp_path], child).findings
    assert [one.location.line for one in found if one.code == "P217"] == [5]
