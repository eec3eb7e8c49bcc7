"""Limits of advice, each measured on real lists of questions, so that it does not nag."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.advice_rate import advised, main, questions
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.lint.linter import RULES, lint
from salesnerd_tui.playbook.lint.rule import sample

LIST = """\
# A list as people write it
- "Who else is affected?" (listen for *names*)
- **Closing**: no question here
* Tell me about the last time.
1. What does [your team](/team) use? And why?
Do not take this one.
"""


def codes(*asked: str) -> list[str]:
    return [finding.code for finding in advised(list(asked))]


def test_questions_are_found_in_a_list_as_people_write_it() -> None:
    assert list(questions(LIST)) == [
        "Who else is affected?",
        "Tell me about the last time.",
        "What does your team use? And why?",
    ]


def test_a_closed_question_before_an_open_one_is_reported_once() -> None:
    assert codes("Do you have one?") == ["P403"]
    assert codes("Do you have one? Which?") == ["P401"]


def test_jargon_is_reported_only_if_the_author_lists_it(tmp_path: Path) -> None:
    asked = "agenda:\n  - ask: How do you measure latency today?\n    id: latency\n"
    head = "playbook: X\nuse: [common/words]\n"
    folders = [tmp_path, builtin_folder()]

    def found(text: str) -> set[str]:
        return {finding.code for finding in lint(tmp_path / "x.yaml", folders, text).findings}

    assert "P404" not in found(head + asked)
    assert "P404" in found(head + asked + "coach: {jargon: {latency: how long you wait}}\n")
    assert "P404" in {one.code for one in lint(builtin_folder() / "x.yaml", folders, head + asked).findings}


def test_advice_with_many_false_positives_needs_all_advice() -> None:
    assert [code for code, rule in RULES.items() if not rule.is_default] == ["P410"]
    assert codes("How does your SDLC look?") == ["P410"], "the measuring asks for all of it"


def test_measuring_prints_hits_and_skips_without_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 0
    assert "skipped" in capsys.readouterr().out
    (tmp_path / "list.md").write_text(LIST)
    assert main([str(tmp_path), "--hits"]) == 0
    output = capsys.readouterr().out
    assert "3 questions in all" in output
    assert "P401    1 hits" in output


def test_another_wording_of_a_question_is_checked_as_a_spoken_text(tmp_path: Path) -> None:
    ask = '- ask: What happened?\n  id: trigger\n  phrasings: [Is it **broken**, "{triger}", Trust me on that]\n'
    found = lint(tmp_path / "mine.yaml", [tmp_path], sample(ask, "coach: {never_say: [trust me]}\n")).findings
    assert sorted(one.code for one in found) == ["P210", "P409", "P413"]


def test_a_phrase_that_a_library_forbids_is_on_the_list_but_not_on_yours(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("library: Words\ncoach: {never_say: [should be easy]}\n", encoding="utf-8")
    text = sample("- say: That should be easy.\n  id: easy\n", head="use: [words]")
    (found,) = lint(tmp_path / "mine.yaml", [tmp_path], text).findings
    assert found.message == "'should be easy' is on the never-say list"
