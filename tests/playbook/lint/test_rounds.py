"""One run of the linter reports as much as possible, and a comment with a reason accepts findings in its scope."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from salesnerd_tui.playbook.diagnostics import apply_edits
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import sample
from salesnerd_tui.playbook.yaml_writer import starter_text

ASK = "- ask: What happened?\n  id: trigger\n"
PROJECT = Path(__file__).parents[3]


def codes(text: str, folder: Path) -> list[tuple[str, int]]:
    return [(finding.code, finding.location.line) for finding in lint(folder / "sample.yaml", None, text).findings]


def test_syntax_errors_fields_and_names_are_reported_in_one_run(tmp_path: Path) -> None:
    text = sample(
        "-ask: Who pays?\n  id: payer\n"
        "- ask: 'What doesn't work?'\n  id:broken\n"
        "- question: Who signs?\n  id: signer\n"
        "- ask: What did it cost?\n  id: cost\n  priorty: must\n  answers:\n    A lot: {goto: signr}\n"
        "- ask: Who else?\n  id: others\n  when: csot is known\n"
    )
    assert codes(text, tmp_path) == [
        ("P100", 3),
        ("P102", 5),
        ("P100", 6),
        ("P110", 7),
        ("P111", 11),
        ("P202", 13),
        ("P210", 16),
    ]


def test_a_name_in_an_invalid_item_is_not_reported_as_unknown(tmp_path: Path) -> None:
    text = sample("- question: Who signs?\n  id: signer\n- ask: Why now?\n  id: why_now\n  when: signer is known\n")
    assert codes(text, tmp_path) == [("P110", 3)]


def test_names_are_not_reported_if_the_library_is_missing(tmp_path: Path) -> None:
    text = sample(ASK + "- ask: Why now?\n  id: why_now\n  when: decider is known\n", head="use: [team/words]")
    assert codes(text, tmp_path) == [("P601", 2)]


def test_a_file_with_a_syntax_error_does_not_load(tmp_path: Path) -> None:
    loaded = lint(tmp_path / "sample.yaml", [tmp_path], sample("- ask: Who pays?\n  id:payer\n"))
    assert loaded.playbook is None
    assert [finding.code for finding in loaded.findings] == ["P100"]


def test_yaml_syntax_inside_a_quoted_or_block_text_is_text(tmp_path: Path) -> None:
    text = sample(
        '- say: >\n    We write\n    id:payer\n    -ask: here\n- say: "One line\n    id:payer and more"\n' + ASK
    )
    assert codes(text, tmp_path) == []


CLOSED = "- ask: Do you have a plan?\n  id: plan_{0}\n"


@pytest.mark.parametrize(
    ("agenda", "head", "remaining"),
    [
        (CLOSED.format(1) + CLOSED.format(2), "", 2),
        ("- section: One  # ok P403 they know the answers\n" + CLOSED.format(1) + CLOSED.format(2), "", 0),
        ("# ok P403 they know the answers\n- section: One\n" + CLOSED.format(1), "", 0),
        ("- section: One  # ok P403 a check\n" + CLOSED.format(1) + "- section: Two\n" + CLOSED.format(2), "", 1),
        ("- section: One  # ok P401 another rule\n" + CLOSED.format(1), "", 1),
        ("- section: One  # ok P403\n" + CLOSED.format(1), "", 1),
        (CLOSED.format(1) + "- section: One  # ok P403 from here on\n" + CLOSED.format(2), "", 1),
    ],
)
def test_a_comment_at_a_section_applies_to_the_section(agenda: str, head: str, remaining: int, tmp_path: Path) -> None:
    findings = codes(sample(agenda, head=head), tmp_path)
    assert [code for code, _ in findings] == ["P403"] * remaining


@pytest.mark.parametrize("comment", ["# ok P403 a checklist\n{}", "# schema\n# ok P403, P120: a checklist\n{}"])
def test_a_comment_above_the_title_applies_to_the_file(comment: str, tmp_path: Path) -> None:
    text = sample("- section: One\n" + CLOSED.format(1) + "- section: Two\n" + CLOSED.format(2))
    assert codes(comment.format(text), tmp_path) == []


def test_a_comment_after_the_title_applies_to_the_file(tmp_path: Path) -> None:
    text = sample(CLOSED.format(1)).replace("playbook: Sample", "playbook: Sample  # ok P403 a checklist")
    assert codes(text, tmp_path) == []


def test_a_section_in_a_detour_ends_with_its_list(tmp_path: Path) -> None:
    detours = (
        "detours:\n  demo:\n    they_say: Show us\n    agenda:\n"
        "      - section: One  # ok P403 a check\n      - ask: Do you have a plan?\n        id: plan_1\n"
        "  deck:\n    they_say: Send slides\n    agenda:\n      - ask: Do you have a plan?\n        id: plan_2\n"
    )
    text = sample(ASK, detours)
    (found,) = codes(text, tmp_path)
    assert found == ("P403", text[: text.index("id: plan_2")].count("\n"))


QUESTION_MARKS = [
    (ASK + "  follow_ups: [Who saw it?, When?]\n", 5, ['["Who saw it?", "When?"]']),
    (ASK + "  answers: {It broke: When?, Nothing: {}}\n", 5, ['It broke: "When?"']),
    (ASK + "  answers:\n    It broke: {say: Really?}\n", 6, ['{say: "Really?"}']),
]


@pytest.mark.parametrize(("agenda", "line", "quoted"), QUESTION_MARKS, ids=range(len(QUESTION_MARKS)))
def test_a_question_mark_in_brackets_gets_quotes(agenda: str, line: int, quoted: list[str], tmp_path: Path) -> None:
    text = sample(agenda)
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load(text)
    (finding,) = lint(tmp_path / "sample.yaml", None, text).findings
    assert (finding.code, finding.location.line) == ("P108", line)
    after, _ = apply_edits(text, finding.edits)
    assert all(part in after for part in quoted)
    assert yaml.safe_load(after)
    assert lint(tmp_path / "sample.yaml", None, after).findings == ()


def test_quoted_question_marks_and_those_outside_brackets_are_not_reported(tmp_path: Path) -> None:
    text = sample(ASK + '  follow_ups:\n    - Who saw it?\n  answers: {"It broke?": "When?", Nothing: {}}\n')
    assert codes(text, tmp_path) == []


def samples() -> list[str]:
    guide = (PROJECT / "docs" / "playbooks.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)


@pytest.mark.parametrize("sample", samples(), ids=range(len(samples())))
def test_other_yaml_parsers_read_the_samples_of_the_guide(sample: str) -> None:
    assert yaml.safe_load(sample)


def test_other_yaml_parsers_read_the_built_in_playbooks_and_the_starter() -> None:
    for path in builtin_folder().rglob("*.yaml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8")), path
    assert yaml.safe_load(starter_text("Mine"))
