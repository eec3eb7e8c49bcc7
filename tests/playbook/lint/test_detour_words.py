"""Detours and the sentences that must not offer them."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.cli.playbook import main
from salesnerd_tui.coach.question_matcher import Matcher
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import sample
from salesnerd_tui.playbook.model import Detour, Playbook

ASK = "- ask: What happened?\n  id: trigger\n"
DETOURS = """
detours:
  leaving:
    they_say: [I have another call, I only have ten minutes]
    unless_they_say: [{excluded}]
    agenda: [{{say: Let's wrap up.}}]
"""


def matcher(*excluded: str, they_say: tuple[str, ...] = ("I have another call",)) -> Matcher:
    leaving = Detour("leaving", (), they_say=they_say, unless_they_say=excluded)
    return Matcher(Playbook("small", "Small", detours={"leaving": leaving}))


def test_a_sentence_closer_to_an_exclusion_offers_no_detour() -> None:
    assert matcher().match_detour("I have another question") is not None
    assert matcher("I have another question").match_detour("I have another question about the forms") is None


def test_a_sentence_closer_to_the_wording_offers_the_detour() -> None:
    match = matcher("I have another question").match_detour("Sorry, I have another call now")
    assert match is not None
    assert (match.id, match.wording) == ("leaving", "I have another call")


def test_a_tie_offers_no_detour() -> None:
    assert matcher("I have another call").match_detour("I have another call") is None


def test_an_exclusion_applies_only_to_its_own_detour() -> None:
    detours = {
        "leaving": Detour("leaving", (), they_say=("I have another call",)),
        "curious": Detour("curious", (), they_say=("What else is there to know",), unless_they_say=("another call",)),
    }
    match = Matcher(Playbook("small", "Small", detours=detours)).match_detour("I have another call")
    assert match is not None
    assert match.id == "leaving"


@pytest.mark.parametrize(
    ("excluded", "code"),
    [
        ("I have another call", ["P314"]),
        ("i have another CALL.", ["P314"]),
        ("another call", []),
        ("I have another question", []),
        ("I have another call with you", []),
    ],
)
def test_lint_reports_an_exclusion_of_a_detours_own_words(excluded: str, code: list[str], tmp_path: Path) -> None:
    text = sample(ASK, DETOURS.format(excluded=excluded))
    assert [finding.code for finding in lint(tmp_path / "x.yaml", [tmp_path], text).findings] == code


def test_playbook_test_tries_the_sentences_on_the_coach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.yaml"
    tests = "tests:\n  - {it: ends, picks: {verdict: Not for us}, ends: part}\n"
    path.write_text(sample(ASK, DETOURS.format(excluded="I have another question") + tests))
    assert main(["test", str(path)]) == 0
    path.write_text(sample(ASK, DETOURS.format(excluded="I have another call today") + tests))
    assert main(["test", str(path)]) == 0, "a longer sentence excludes only itself"
    path.write_text(sample(ASK, DETOURS.format(excluded="I only have ten minutes") + tests))
    assert main(["test", str(path)]) == 1
    assert "detour leaving is not offered on: I only have ten minutes" in capsys.readouterr().out


def test_playbook_test_names_the_detour_that_is_offered_instead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "small.yaml"
    more = (
        "detours:\n  demo: {they_say: Show us how it works, agenda: [{say: Gladly.}]}\n"
        "  tour: {they_say: Show us how it works, agenda: [{say: Gladly.}]}\n"
    )
    path.write_text(sample(ASK, more))
    assert main(["test", str(path)]) == 1
    assert "detour demo is offered instead of tour on: Show us how it works" in capsys.readouterr().out
