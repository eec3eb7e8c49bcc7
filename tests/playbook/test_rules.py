"""Every rule finds its bad sample, and its good sample has no findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.diagnostics import Finding, Severity
from salesnerd_tui.playbook.library import ERROR_RULES, load
from salesnerd_tui.playbook.lint.linter import RULES, check_folder, lint
from salesnerd_tui.playbook.lint.rule import Rule, Sample
from salesnerd_tui.services.lint_report import explain_rule

EXPECTED = {
    *(f"P{number}" for number in range(100, 109)),
    *("P110", "P111", "P112", "P113", "P114", "P115", "P116", "P120", "P130"),
    *(f"P{number}" for number in (*range(201, 208), *range(210, 220))),
    *(f"P{number}" for number in (*range(301, 315), *range(401, 420), *range(501, 507), *range(601, 607))),
}


def findings_in(sample: Sample, folder: Path, rule: Rule) -> list[Finding]:
    files = {"sample.yaml": sample} if isinstance(sample, str) else sample
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    loaded = [lint(folder / name, [folder], all_advice=True) for name in files]
    if rule.check_folder is None:
        return list(loaded[0].findings)
    folder_findings = check_folder([result.context for result in loaded if result.context])
    return [*loaded[0].findings, *folder_findings]


def test_every_code_has_a_rule() -> None:
    assert set(RULES) == EXPECTED


def test_the_loader_imports_every_rule_with_severity_error() -> None:
    errors = [rule for rule in RULES.values() if rule.severity is Severity.ERROR and rule.check]
    assert errors
    assert {rule.check.__module__ for rule in errors if rule.check} <= {each.__name__ for each in ERROR_RULES}
    assert {rule.stage for rule in errors} == {1}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_bad_sample_has_one_finding_with_a_position_and_a_hint(rule: Rule, tmp_path: Path) -> None:
    (found,) = findings_in(rule.bad, tmp_path, rule)
    assert (found.code, found.severity) == (rule.code, rule.severity)
    assert found.location.line >= 1
    assert 1 <= found.location.column < found.location.end_column
    assert found.hint


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_good_sample_has_no_findings_and_the_rule_an_explanation(rule: Rule, tmp_path: Path) -> None:
    assert [str(finding) for finding in findings_in(rule.good, tmp_path, rule)] == []
    assert rule.title
    assert len(rule.why.split()) > 6


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_the_loader_reports_only_the_errors(rule: Rule, tmp_path: Path) -> None:
    findings_in(rule.bad, tmp_path, rule)
    path = next(iter(sorted(tmp_path.glob("*.yaml"))))
    loaded, linted = load(path, [tmp_path]), lint(path, [tmp_path])
    assert loaded.errors == linted.errors
    assert loaded.playbook == linted.playbook
    assert loaded.findings == loaded.errors


GATED = (
    "playbook: Sample\nagenda:\n  - ask: What happened?\n    id: trigger\n{more}"
    "  - ask: What now?\n    id: verdict\n"
    "    answers: {{Go: {{end: go_on}}, Wait: {{end: later}}, Stop: {{end: part}}}}\n"
    "gates: {{ready: {gate}, inner: agreed_on is known}}\n"
    "outcomes:\n  go_on: {{decision: go, needs: [ready], capture: [agreed_on]}}\n"
    "  later: {{decision: not-yet, capture: [revisit_on]}}\n  part: {{decision: no-go}}\n"
)


@pytest.mark.parametrize(
    ("gate", "more", "found"),
    [
        ("agreed_on is known", "", True),
        ('agreed_on is "Friday"', "", True),
        ('agreed_on includes "Fri"', "", True),
        ("agreed_on > 3", "", True),
        ("trigger is known and agreed_on is known", "", True),
        ("not agreed_on is unknown", "", True),
        ("inner", "", True),
        ("inner and trigger is known", "", True),
        ("revisit_on is known", "", True),
        ("agreed_on is known or revisit_on is known", "", True),
        ("trigger is known or agreed_on is known", "", False),
        ("agreed_on is unknown", "", False),
        ("trigger is known", "", False),
        ("agreed_on is known", "    answers: {Monday: {set: {agreed_on: Monday}}}\n", False),
        ("agreed_on is known", "  - ask: Which day?\n    id: agreed_on\n", False),
        ("agreed_on is known", "  - ask: Which day?\n    id: day\n    aliases: agreed_on\n", False),
    ],
)
def test_a_gate_is_reported_if_no_call_can_meet_it_before_it_ends(
    gate: str, more: str, found: bool, tmp_path: Path
) -> None:
    path = tmp_path / "gated.yaml"
    path.write_text(GATED.format(gate=gate, more=more))
    codes = [finding.code for finding in lint(path, [tmp_path]).findings]
    assert ("P312" in codes) == found, codes


def test_an_explanation_reads_no_file_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "private.yaml").write_text("playbook: Private\nagenda: [{ask: Who?, id: person}]\n")
    shown = explain_rule(RULES["P204"])
    assert "switch 'nowhere': no playbook has that id" in shown
    assert "private" not in shown


def test_a_test_can_return_to_its_current_question(tmp_path: Path) -> None:
    path = tmp_path / "again.yaml"
    path.write_text(
        "playbook: Sample\nagenda:\n"
        "  - {ask: What happened?, id: trigger, repeatable: yes, answers: {It broke again: {goto: trigger}, No: {}}}\n"
        "  - {ask: What now?, id: verdict, answers: {We go on: {end: go_on}}}\n"
        "outcomes: {go_on: {decision: go, capture: [agreed_on]}}\n"
        "tests: [{it: continues, picks: {trigger: It broke again, verdict: We go on}, ends: go_on}]\n"
    )
    assert "P504" not in [finding.code for finding in lint(path, [tmp_path]).findings]
