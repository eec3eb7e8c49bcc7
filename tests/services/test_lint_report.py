"""Output formats of findings, and comments that accept findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli_runs import Run
from salesnerd_tui.cli.playbook import main
from salesnerd_tui.playbook.diagnostics import Severity, error
from salesnerd_tui.playbook.library import LoadResult
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import sample
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.playbook.yaml_tree import SourceText
from salesnerd_tui.services.lint_report import FORMATS, render_text

Check = Callable[[str], LoadResult]
ASK = "- ask: What happened?\n  id: trigger\n"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.chdir(tmp_path)

    def checked(text: str) -> LoadResult:
        (tmp_path / "sample.yaml").write_text(text, encoding="utf-8")
        return lint(tmp_path / "sample.yaml", [tmp_path])

    return checked


def test_a_finding_shows_its_line_a_caret_and_a_suggestion(check: Check) -> None:
    loaded = check(sample(ASK + "  answers:\n    It broke: {goto: cots}\n- ask: The cost?\n  id: cost\n"))
    assert render_text(loaded.findings[0], loaded.sources["sample.yaml"]) == "\n".join(
        [
            "sample.yaml:6:24: error[P202] goto 'cots': no question has that id",
            "  6 |       It broke: {goto: cots}",
            "    |                        ^^^^",
            "    = did you mean 'cost'?",
        ]
    )


def test_a_caret_is_below_wide_letters() -> None:
    source = SourceText("f.yaml", "日本: é́x {goto: 何処}")
    column = source.text.index("何") + 1
    shown = render_text(error("P202", "m", SourceLocation("f.yaml", 1, column, column + 2)), source).split("\n")
    assert cell_len(shown[1][: shown[1].index("何")]) == shown[2].index("^")
    assert shown[2].count("^") == 4


def test_a_hostile_line_cannot_move_the_cursor() -> None:
    source = SourceText("f\x1b[2J.yaml", "a: \x1b]0;title\x07\u202e x\ty")
    shown = render_text(
        error("P100", "bad \x1b[31m thing", SourceLocation("f\x1b[2J.yaml", 1, 4, 5), "hint\x9b1m"), source
    )
    assert not set(shown) & {"\x1b", "\x07", "\u202e", "\x9b", "\t"}


def test_a_line_of_a_megabyte_is_cut_around_the_position() -> None:
    source = SourceText("f.yaml", "x" * 500_000 + "HERE" + "y" * 500_000)
    shown = render_text(error("P100", "m", SourceLocation("f.yaml", 1, 500_001, 500_005)), source).split("\n")
    assert "HERE" in shown[1]
    assert len(shown[1]) < 130
    assert shown[1].index("HERE") == shown[2].index("^^^^")


def test_a_comment_with_a_reason_accepts_one_rule(check: Check) -> None:
    closed = "- ask: Do you have a plan?{}\n  id: plan\n"
    assert [one.code for one in check(sample(closed.format(""))).findings] == ["P403"]
    assert not check(sample(closed.format("  # ok P403 they said no is fine"))).findings
    assert not check(sample(closed.format("  # ok P401, P403: both are meant"))).findings
    assert not check(sample("# ok P403 they said no is fine\n" + closed.format(""))).findings
    assert check(sample(closed.format("  # ok P401 another rule"))).findings
    assert check(sample(closed.format("  # ok P403"))).findings


def test_an_error_cannot_be_accepted(check: Check) -> None:
    loaded = check(sample(ASK + "  priorty: must  # ok P111 no reason is good enough\n"))
    assert [one.severity for one in loaded.findings] == [Severity.ERROR]


BAD = sample(ASK + "  answers:\n    Show us, please: {goto: cots}\n")


def test_json_has_every_field(check: Check) -> None:
    loaded = check(BAD)
    found = json.loads(FORMATS["json"](loaded.findings, loaded.sources))
    assert found[0]["code"] == "P202"
    assert (found[0]["line"], found[0]["column"], found[0]["end_column"]) == (6, 31, 35)


def test_github_output_escapes_characters_that_end_a_command() -> None:
    finding = error("P100", "50%\nmore", SourceLocation("a,b:c.yaml", 1, 2, 3), "x")
    assert FORMATS["github"]([finding], {}) == (
        "::error file=a%2Cb%3Ac.yaml,line=1,col=2,endColumn=3,title=P100::50%25%0Amore (x)"
    )


def test_sarif_lists_the_rules_of_its_findings(check: Check) -> None:
    loaded = check(BAD)
    run = json.loads(FORMATS["sarif"](loaded.findings, loaded.sources))["runs"][0]
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert rule["id"] == run["results"][0]["ruleId"] == "P202"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 6, "startColumn": 31, "endColumn": 35}


def test_lint_ends_with_status_1_on_an_error(check: Check, run: Run) -> None:
    check(BAD)
    assert "1 error" in run("playbook", "lint", "sample.yaml", status=1).out
    check(sample(ASK))
    assert main(["lint", "sample.yaml"]) == 0
    assert main(["lint", "."]) == 0
    assert main(["lint", "nowhere.yaml"]) == 1
    check(sample("- ask: Why?\n"))
    assert main(["lint", "sample.yaml"]) == 0
    assert main(["lint", "--strict", "sample.yaml"]) == 1


def test_list_shows_the_built_in_playbooks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", "/nowhere")
    assert "first_call" in run("playbook", "list").out
    listed = json.loads(run("playbook", "list", "--json").out)
    assert {"id", "title", "goal", "minutes", "musts", "findings"} <= set(listed[0])


def test_an_unknown_subcommand_is_refused_with_a_suggestion(run: Run) -> None:
    assert "did you mean 'lint'?" in run("playbook", "lnt", status=2).err
    assert main([]) == 2
    assert main(["--help"]) == 0
