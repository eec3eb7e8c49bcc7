"""`fmt`: it mends a few things, says the same as before, and leaves comments and layout alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.playbook.editing import CannotEdit, Edits
from salesnerd_tui.playbook.library import builtin_folder
from salesnerd_tui.playbook.loading import load
from salesnerd_tui.playbook.reader import read_text
from salesnerd_tui.playbook.tidying import tidy


def tidied(text: str) -> str:
    source, tree, findings = read_text(text, "mine.yaml")
    assert tree is not None, findings
    return tidy(source, tree)


UNTIDY = """\
# mine
playbook: Mine   
agenda:
  - ask: What happened?   # the first thing
    # a comment between two fields
    again: yes
    answers: {No: What then?, "Kept": {goto: cost}}   
  - {ask: What did it cost?, id: cost}
  - ask: >-
      A long one
      over two lines?

    # below it
    type: money
tests:
  - it: walks
    notes: {cost: 1:30, what_happened: 2026-01-01}


"""  # noqa: W291

TIDY = """\
# mine
playbook: Mine
agenda:
  - ask: What happened?   # the first thing
    id: what_happened
    # a comment between two fields
    again: true
    answers: {"No": What then?, "Kept": {goto: cost}}
  - {ask: What did it cost?, id: cost}
  - ask: >-
      A long one
      over two lines?
    id: a_long_one_over

    # below it
    type: money
tests:
  - it: walks
    notes: {cost: "1:30", what_happened: "2026-01-01"}
"""


def test_what_it_mends_and_what_it_leaves_alone() -> None:
    assert tidied(UNTIDY) == TIDY


def test_twice_is_the_same_as_once() -> None:
    assert tidied(TIDY) == TIDY


def test_an_id_goes_beside_a_question_in_braces_and_at_the_end_of_a_file() -> None:
    assert tidied("playbook: X\nagenda: [{ask: What?, type: money}]\n").splitlines()[1] == (
        "agenda: [{ask: What?, id: what, type: money}]"
    )
    assert tidied("playbook: X\nagenda:\n- ask: What?").endswith("- ask: What?\n  id: what\n")


def test_a_name_that_is_taken_is_not_given_twice() -> None:
    text = "playbook: X\nagenda:\n  - ask: What?\n  - ask: What?\n  - ask: Who?\n    id: what_2\n"
    assert [line.strip() for line in tidied(text).splitlines() if "id:" in line] == [
        "id: what",
        "id: what_3",
        "id: what_2",
    ]


def test_line_breaks_of_another_system_stay() -> None:
    assert tidied("playbook: X\r\nagenda:\r\n  - ask: What? \r\n") == (
        "playbook: X\r\nagenda:\r\n  - ask: What?\r\n    id: what\r\n"
    )


def test_blanks_inside_a_text_stay() -> None:
    text = 'playbook: X\nagenda:\n  - say: |+\n      two  \n      lines  \n\n  - ask: "a  \n      b?"\n    id: b\n'
    assert tidied(text) == text


@pytest.mark.parametrize("path", sorted(builtin_folder().rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_playbooks_that_come_with_it_have_their_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert tidied(text) == text


LINES = st.lists(
    st.sampled_from(
        [
            "- ask: What happened?",
            "- ask: No",
            "- {ask: Who?, again: no}",
            "- {ask: Who?, id: who, points: 010}",
            "- ask: |\n    Long?  \n\n",
            "- ask: 'It''s\n    folded?'   # so",
            "- say: Hello  ",
            "  # alone",
            "",
            "- section: on",
            "- ask: Wo?\n  answers:\n    Yes: {end: y}  # hm\n    No:\n",
        ]
    ),
    min_size=1,
    max_size=8,
)


@given(LINES)
def test_whatever_is_written_it_says_the_same_before_and_after(lines: list[str]) -> None:
    text = "playbook: Any\nagenda:\n- ask: First?\n  id: first\n" + "\n".join(lines)
    once = tidied(text)
    assert tidied(once) == once
    before, after = (load(Path("any.yaml"), (), each) for each in (text, once))
    assert (before.book is None) == (after.book is None)
    if before.book and after.book:
        told = [(type(row.item).__name__, row.node.text("ask"), row.node.text("id")) for row in before.book.rows]
        assert [(type(row.item).__name__, row.node.text("ask"), row.node.text("id")) for row in after.book.rows] == told
    assert once.count("#") == text.count("#")


def test_a_change_that_would_say_something_else_is_refused() -> None:
    source, tree, _ = read_text("playbook: X\nagenda:\n  - ask: What?\n", "mine.yaml")
    assert tree is not None
    edits = Edits(source, tree)
    edits.cut(10, 11, "Y")
    with pytest.raises(CannotEdit, match="by hand"):
        edits.text()
