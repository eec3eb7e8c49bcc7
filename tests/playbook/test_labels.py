"""Labels: words that are displayed instead of an id; conditions, tests and the account page still use the id."""

from __future__ import annotations

from pathlib import Path

from salesnerd_tui.playbook.library import LoadResult
from salesnerd_tui.playbook.lint.linter import lint

PARENT = """\
playbook: First
agenda:
- ask: What happened?
  id: trigger
- ask: What should we do?
  id: verdict
  answers: {Go on together: {end: next_step}, Later on: {end: not_now}, Not for us: {end: part_friends}}
gates: {real_problem: trigger is known}
outcomes:
  next_step: {decision: go, needs: [real_problem], capture: [next_date]}
  not_now: {decision: not-yet, capture: [revisit_on]}
  part_friends: {decision: no-go}
"""


def loaded(folder: Path, text: str) -> LoadResult:
    (folder / "first.yaml").write_text(PARENT)
    return lint(folder / "mine.yaml", [folder], text)


def test_a_translation_shows_its_own_words_for_inherited_ids(tmp_path: Path) -> None:
    playbook = loaded(
        tmp_path,
        "playbook: Erstes\nextends: first\nlang: de  # ok P606 later\n"
        "labels: {part_friends: Im Guten auseinander, real_problem: Echtes Problem, revisit_on: Wieder am}\n",
    ).playbook
    assert playbook is not None
    assert [playbook.display_name(name) for name in ("part_friends", "real_problem", "revisit_on", "not_now")] == [
        "Im Guten auseinander",
        "Echtes Problem",
        "Wieder am",
        "not now",
    ]


def test_labels_merge_by_id(tmp_path: Path) -> None:
    (tmp_path / "mid.yaml").write_text("playbook: Mid\nextends: first\nlabels: {not_now: Later, part_friends: Part}\n")
    playbook = loaded(tmp_path, "playbook: Mine\nextends: mid\nlabels: {not_now: In spring}\n").playbook
    assert playbook is not None
    assert playbook.labels == {"not_now": "In spring", "part_friends": "Part"}


def test_a_label_for_an_unknown_id_is_a_finding_with_a_suggestion(tmp_path: Path) -> None:
    (found,) = loaded(tmp_path, "playbook: Mine\nextends: first\nlabels: {part_freinds: Part}\n").findings
    assert (found.code, found.fix) == ("P210", "part_friends")
    assert (found.location.line, found.location.column) == (3, 10)


def test_a_label_cannot_contain_escape_sequences(tmp_path: Path) -> None:
    playbook = loaded(tmp_path, 'playbook: Mine\nextends: first\nlabels: {not_now: "a\\e[2Jb\\nc"}\n').playbook
    assert playbook is not None
    assert "\x1b" not in playbook.display_name("not_now")
    assert "\n" not in playbook.display_name("not_now")
