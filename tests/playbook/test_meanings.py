"""Names in conditions, texts and points, and invalid parents and libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import OUTCOMES, sample

ASK = "- ask: What happened?\n  id: trigger\n  weight: {fit: 1}\n  type: scale\n"
COST = "- ask: What did it cost?\n  id: cost\n"
DEMO = "detours:\n  demo:\n    they_say: Show us\n    agenda:\n      - ask: Who has to see it?\n        id: audience\n"
LIBRARY = "library: Parts\nquestions:\n  - ask: Who decides?\n    id: decider\n"

CASES = [
    (sample(ASK + COST + "  when: trigger\n"), ["P210"], "'trigger is known'"),
    (sample(ASK + COST + "  when: points.fot >= 1\n"), ["P210"], "points.fit"),
    (sample(ASK + COST + "  when: points.fit >= 1\n"), [], ""),
    (sample(ASK + COST + "  when: not_there\n"), ["P210"], "no gate"),
    (sample(ASK + COST + '  when: role is "CTO"\n'), ["P210"], "ask for it"),
    (
        sample(ASK + "  answers:\n    Money: {goto: What it costs}\n- section: What it costs\n" + COST),
        ["P202"],
        "'cost'",
    ),
    (sample(ASK + "- say: You told me about {triger}.\n"), ["P210"], "trigger"),
    (sample(ASK + '- say: "You told me, {name}: {trigger}. {not a name} {}"\n'), [], ""),
    (sample(ASK, outcomes=OUTCOMES.replace("decision: go}", "decision: go, needs: [real]}")), ["P210"], "no gate"),
    (sample(ASK, outcomes=OUTCOMES.replace("decision: go}", "decision: go, next: nowhere}")), ["P204"], "no playbook"),
    (sample(ASK + "  answers:\n    Show us: {goto: audience}\n", DEMO), ["P206"], "detour: demo"),
    (sample(ASK + "  answers:\n    Show us: {back: true}\n", DEMO), ["P206"], "back outside"),
    (sample(ASK + "  answers:\n    Show us: {back: no}\n", DEMO), [], ""),
    (sample('- ask: "And now: {cost}?"\n  id: trigger\n' + COST), ["P213"], "further down"),
    (sample('- ask: "And now: {trigger}?"\n  id: trigger\n'), ["P213"], "only here"),
    (sample("- ask: Who?\n  id: who\n  when: audience is known\n", DEMO), [], ""),
    (
        sample(
            "- ask: Who?\n  id: who\n  when: cost is known\n"
            + COST
            + "  answers:\n    Again: {goto: who}\n    No: {}\n"
        ),
        ["P105"],
        "",
    ),
    (
        sample(
            ASK
            + "  answers:\n    It broke: {set: {size: small}}\n"
            + COST
            + '  when: size is "small" or trigger is "It broke"\n'
        ),
        [],
        "",
    ),
    (sample(ASK, "gates:\n  one: two\n  two: one\n"), ["P215"], "leads back to itself"),
    (
        sample(ASK, "gates:\n" + "".join(f"  g{n}: g{n + 1}\n" for n in range(40)) + "  g40: trigger is known\n"),
        ["P215"],
        "deep",
    ),
    (sample(ASK, head="use: [parent]"), ["P601"], "not a library"),
    ("playbook: A\nextends: parts\n", ["P603"], "library"),
]


@pytest.mark.parametrize(("text", "codes", "says"), CASES, ids=range(len(CASES)))
def test_references_are_resolved_or_reported(tmp_path: Path, text: str, codes: list[str], says: str) -> None:
    (tmp_path / "parts.yaml").write_text(LIBRARY)
    (tmp_path / "parent.yaml").write_text(sample(ASK))
    found = lint(tmp_path / "sample.yaml", [tmp_path], text).findings
    assert [one.code for one in found] == codes, [str(one) for one in found]
    assert all(says in f"{one.message} {one.hint}" for one in found)


def test_only_the_errors_of_a_broken_library_are_reported(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text("library: Parts\nquestions:\n  - aks: Who decides?\n    id: decider\n")
    text = sample("- include: decider\n- ask: Why?\n  id: why_now\n  when: decider is known\n", head="use: [parts]")
    loaded = lint(tmp_path / "sample.yaml", [tmp_path], text)
    assert loaded.playbook is None
    assert "P110" in [one.code for one in loaded.findings]
    assert "P210" not in [one.code for one in loaded.findings]


def test_an_include_of_an_unreadable_library_is_not_reported(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text('library: "never closed\n')
    loaded = lint(tmp_path / "sample.yaml", [tmp_path], sample("- include: decider\n", head="use: [parts]"))
    assert [one.code for one in loaded.findings] == ["P100"]
    missing = lint(tmp_path / "sample.yaml", [tmp_path], sample("- include: decider\n", head="use: [prts]"))
    assert [one.code for one in missing.findings] == ["P601"]
