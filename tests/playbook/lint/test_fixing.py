"""`lint --fix` changes what it names and nothing else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_runs import Run
from salesnerd_tui.cli.playbook import main
from salesnerd_tui.playbook.diagnostics import Edit, advice, apply_edits
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.fixes import CannotFix, find_fixes
from salesnerd_tui.playbook.lint.linter import LintReport, lint, lint_files
from salesnerd_tui.playbook.lint.rule import sample
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.playbook.yaml_tree import SourceText

QUESTION = "Do you have problems with billing?"
WEAK = sample(f"- ask: {QUESTION}   # keep this\n  id: trouble\n")
BETTER = WEAK.replace(QUESTION, "When did billing last cause you trouble?")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    return tmp_path


def fix(folder: Path, raw: bytes, *options: str) -> bytes:
    path = folder / "mine.yaml"
    path.write_bytes(raw)
    main(["lint", "--fix", *options, "mine.yaml"])
    return path.read_bytes()


AGENDAS = [
    (
        "- ask: Who stopped it?\n  id: late_stop  # never names\n",
        "- ask: Who stopped it?\n  fills: [people, blockers]\n  id: late_stop  # never names\n",
    ),
    ("- {id: in_use_by, ask: When}\n", "- {fills: go_live, id: in_use_by, ask: When}\n"),
    (
        "- ask: What set it off?\n  id: trigger\n  buying_job: problem\n",
        "- ask: What set it off?\n  fills: reason\n  id: trigger\n  buying_job: problem\n",
    ),
    ("- ask: Who pays?  # who?\n", "- ask: Who pays?  # who?\n  id: pays\n"),
    ("- ask: 'What doesn't work?'  # quotes\n  id:broken\n", '- ask: "What doesn\'t work?"  # quotes\n  id: broken\n'),
    ("- ask: Who pays?\n  id: payer\n  priority must\n", "- ask: Who pays?\n  id: payer\n  priority: must\n"),
    ('- ask: "Who pays?\n  id: payer\n', '- ask: "Who pays?"\n  id: payer\n'),
    ("-\task: Who pays?\n  id: payer\n", "- ask: Who pays?\n  id: payer\n"),
    ("- ask: Who pays?\n  id:\u00a0payer\n", "- ask: Who pays?\n  id: payer\n"),
    ('- ask: "Who pays?",\n  id: payer\n', '- ask: "Who pays?"\n  id: payer\n'),
    (
        "- ask: What happened?\n  id: trigger\n  answers: {It broke: {end: part}\n",
        "- ask: What happened?\n  id: trigger\n  answers: {It broke: {end: part}}\n",
    ),
    (
        "- ask: What happened?\n  id: trigger\n  answers:\n    Broken: again: {end: part}\n",
        '- ask: What happened?\n  id: trigger\n  answers:\n    "Broken: again": {end: part}\n',
    ),
    (
        "- ask: “One thing: who pays?”\n  id: payer\n  follow_ups: [“What, then”, “Why”]\n",
        '- ask: "One thing: who pays?"\n  id: payer\n  follow_ups: ["What, then", “Why”]\n',
    ),
    ("-ask: Who pays?\n  id: payer\n", "- ask: Who pays?\n  id: payer\n"),
    (
        "- ask: Who pays?\n  id: payer\n- say: You said {{payer}}.\n",
        '- ask: Who pays?\n  id: payer\n- say: "You said {payer}."\n',
    ),
]
FIXED = [
    (WEAK, BETTER),
    (WEAK.replace("\n", "\r\n"), BETTER.replace("\n", "\r\n")),
    ("\ufeff" + WEAK, "\ufeff" + BETTER),
    (WEAK.rstrip("\n"), BETTER.rstrip("\n")),
    (
        WEAK.replace(QUESTION, "'Do you have problems with dogs'' food?'"),
        WEAK.replace(QUESTION, "'When did dogs'' food last cause you trouble?'"),
    ),
    (
        WEAK.replace(QUESTION, '"Do you have problems with \\"it\\"?"'),
        WEAK.replace(QUESTION, '"When did \\"it\\" last cause you trouble?"'),
    ),
    (
        WEAK.replace(f"{QUESTION}   # keep this", "Do you have problems\n      with billing?"),
        WEAK.replace(f"{QUESTION}   # keep this", "When did billing last cause you trouble?"),
    ),
    (
        sample("- ask: Who pays?\n- ask: Who signs?\n").replace("\n", "\r\n"),
        sample("- ask: Who pays?\n  id: pays\n- ask: Who signs?\n  id: signs\n").replace("\n", "\r\n"),
    ),
    *((sample(before), sample(after)) for before, after in AGENDAS),
]


@pytest.mark.parametrize(("before", "after"), FIXED, ids=range(len(FIXED)))
def test_only_the_reported_text_changes(folder: Path, before: str, after: str) -> None:
    assert fix(folder, before.encode()) == after.encode()
    assert fix(folder, after.encode()) == after.encode(), "a second run changes nothing"


@pytest.mark.parametrize(
    "text",
    [
        sample("- ask: >\n    Do you have problems\n    with billing?\n  id: trouble\n"),
        sample("- ask: Do you want this?\n  id: wish\n"),
        sample("- ask: What happened?\n  id: trigger\n"),
        "playbook: 'never closed\nagenda:\n",
        "- a list\n",
    ],
)
def test_a_finding_without_a_safe_edit_changes_nothing(folder: Path, text: str) -> None:
    assert fix(folder, text.encode()) == text.encode()


def test_only_the_named_codes_are_fixed(folder: Path) -> None:
    text = WEAK.replace("  id: trouble\n", "")
    assert b"Do you have" in fix(folder, text.encode(), "--only", "P120")
    assert b"id: do_you_have" not in fix(folder, text.encode(), "--only", "p403")
    with pytest.raises(SystemExit):
        main(["lint", "--fix", "--only", "P999", "mine.yaml"])


def test_diff_shows_the_change_and_writes_nothing(folder: Path, run: Run) -> None:
    path = folder / "mine.yaml"
    path.write_text(WEAK)
    shown = run("playbook", "lint", "--diff", "mine.yaml").out
    assert "-  - ask: Do you have problems with billing?" in shown
    assert "+  - ask: When did billing last cause you trouble?" in shown
    assert path.read_text() == WEAK


def test_each_change_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fix(folder, WEAK.encode())
    shown = capsys.readouterr().out
    assert "fixed mine.yaml:3: P403: Do you have problems with billing? → When did billing last" in shown
    assert shown.endswith("no findings\n")


def test_file_mode_and_symbolic_link_are_kept(folder: Path) -> None:
    shared = folder / "shared"
    shared.mkdir()
    (shared / "team.yaml").write_text(WEAK)
    (shared / "team.yaml").chmod(0o640)
    (folder / "mine.yaml").symlink_to("shared/team.yaml")
    main(["lint", "--fix", "mine.yaml"])
    assert (folder / "mine.yaml").is_symlink()
    assert (shared / "team.yaml").read_text() == BETTER
    assert stat.S_IMODE((shared / "team.yaml").stat().st_mode) == 0o640
    assert [each.name for each in shared.iterdir()] == ["team.yaml"]


def test_a_file_that_was_saved_meanwhile_is_not_overwritten(folder: Path) -> None:
    path = folder / "mine.yaml"
    path.write_text(WEAK)
    (fixed,) = find_fixes(lint_files(["mine.yaml"], Library()), Library())
    path.write_text("playbook: Another\n")
    with pytest.raises(CannotFix, match="saved by another program"):
        fixed.write()
    assert path.read_text() == "playbook: Another\n"


def test_a_change_that_would_break_the_file_is_not_written(folder: Path) -> None:
    path = folder / "mine.yaml"
    path.write_text(BETTER)
    wrong = advice("P403", "m", SourceLocation("mine.yaml", 3, 1, 2), edits=(Edit(3, 1, 3, 5, "'"),))
    report = LintReport((wrong,), {"mine.yaml": SourceText("mine.yaml", BETTER)}, (Path("mine.yaml"),))
    (fixed,) = find_fixes(report, Library())
    with pytest.raises(CannotFix, match="would be wrong"):
        fixed.write()
    assert path.read_text() == BETTER


def test_a_built_in_playbook_is_not_changed(folder: Path) -> None:
    path = next(path for name, path in Library().files().items() if name == "first_call")
    before = path.read_bytes()
    finding = advice("P403", "m", SourceLocation("first_call", 1, 1, 2), edits=(Edit(1, 1, 1, 1, "#"),))
    source = SourceText("first_call", before.decode())
    names = {str(path): source, os.path.relpath(path): source}
    moved = [advice("P403", "m", SourceLocation(name, 1, 1, 2), edits=finding.edits) for name in names]
    (fixed,) = find_fixes(LintReport(tuple(moved), names, (path,)), Library())
    with pytest.raises(CannotFix, match="built in"):
        fixed.write()
    assert path.read_bytes() == before


_QUESTIONS = st.sampled_from(
    (
        "Do you use {}?",
        "Have you written {}?",
        "Would you pay for {}?",
        "How important is {} to you?",
        "You use {}, right?",
    )
)
_THINGS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12)


@given(_QUESTIONS, _THINGS, st.sampled_from(("'", '"')))
def test_a_proposed_question_is_written_and_read_back_unchanged(question: str, thing: str, quote: str) -> None:
    asked = question.format(thing)
    doubled = asked.replace("'", "''") if quote == "'" else asked.replace("\\", "\\\\").replace('"', '\\"')
    text = sample(f"- ask: {quote}{doubled}{quote}\n  id: asked\n")
    here = Path("x.yaml")
    for finding in lint(here, [], text).findings:
        if "try: “" in finding.hint:
            after, made = apply_edits(text, finding.edits)
            loaded = lint(here, [], after)
            assert made == 1
            assert loaded.playbook is not None
            assert next(loaded.playbook.call_questions()).text == finding.hint.removeprefix("try: “").removesuffix("”")


@given(
    st.text("ab\n\r", max_size=20),
    st.lists(st.tuples(*[st.integers(0, 4)] * 4, st.sampled_from(("", "x", "\n"))), max_size=4),
)
def test_edits_never_fail_and_an_empty_list_changes_nothing(
    text: str, edits: list[tuple[int, int, int, int, str]]
) -> None:
    after, made = apply_edits(text, [Edit(*edit) for edit in edits])
    assert 0 <= made <= len(edits)
    if not made:
        assert after == text


def test_an_edit_that_overlaps_an_earlier_one_is_skipped() -> None:
    assert apply_edits("What now?", [Edit(1, 6, 1, 9, "next"), Edit(1, 1, 1, 7, "Who")]) == ("Whoow?", 1)
