"""Cues: notes to the user on any part of a playbook, shown at their place and never spoken."""

from __future__ import annotations

from pathlib import Path

import pytest
from call_story import Call

from salesnerd_tui.call import view
from salesnerd_tui.plain import text
from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.tui.render.question import draw_answers

CUES = "why: {0} why\n    listen_for: [{0} one, {0} two]\n    avoid: {0} slip\n    link: [a/{0}.md, b/{0}.md]"


def _playbook(folder: Path, agenda: str, rest: str = "") -> Playbook:
    path = folder / "mine.yaml"
    path.write_text(f"playbook: Mine\nagenda:\n{agenda}{rest}", encoding="utf-8")
    loaded = load(path, [folder])
    assert loaded.playbook is not None, loaded.findings
    return loaded.playbook


@pytest.mark.parametrize("item", ["section: Heading", "ask: Who?\n    id: q", "say: Hello.\n    id: s"])
def test_every_kind_of_item_takes_the_same_cues(tmp_path: Path, item: str) -> None:
    read = _playbook(tmp_path, f"  - {item}\n    {CUES.format('the')}\n").agenda[0]
    assert read.why == ("the why",)
    assert read.listen_for == ("the one", "the two")
    assert read.avoid == ("the slip",)
    assert read.link == ("a/the.md", "b/the.md")


def test_an_answer_and_a_detour_take_them_too(tmp_path: Path) -> None:
    large = "{why: [Position it., Ask later.], link: plan.md, avoid: price}"
    answer = f"  - ask: Who?\n    id: q\n    answers: {{Large: {large}}}\n"
    detour = "detours:\n  demo:\n    why: No tour.\n    avoid: [features]\n    agenda: [{ask: Who?, id: d}]\n"
    read = _playbook(tmp_path, answer, detour)
    question = read.question("q")
    assert question is not None
    first = question.answers[0]
    assert (first.why, first.link, first.avoid) == (("Position it.", "Ask later."), ("plan.md",), ("price",))
    assert (read.detours["demo"].why, read.detours["demo"].avoid) == (("No tour.",), ("features",))


LARGE = """\
  - section: Impact
    avoid: naming a price
    listen_for: hours
  - ask: How large is it?
    id: size
    answers:
      Large: {why: Position Priority Support.}
      Small: {why: Do not push., follow_up: Since when?}
  - ask: Who decides?
    id: who
    listen_for: a name
"""


def test_a_note_on_an_answer_is_shown_on_the_next_question_and_never_as_words_to_say(tmp_path: Path) -> None:
    call = Call(_playbook(tmp_path, LARGE))
    assert view.prompt(call.context).choices[0].note == "Position Priority Support."
    assert view.prompt(call.context).remember == ()
    call.answer("size", "Large")
    shown = view.prompt(call.context)
    assert (shown.item, shown.remember) == ("who", ("Position Priority Support.",))
    assert "Priority" not in shown.text
    drawn = "\n".join(row.plain for row in draw_answers(view.view(call.context), 80, 20))
    assert "note        Position Priority Support." in drawn
    assert "Note: Position Priority Support." in list(text.question_lines(view.view(call.context)))


def test_a_note_on_an_answer_stays_with_its_follow_up(tmp_path: Path) -> None:
    call = Call(_playbook(tmp_path, LARGE))
    call.answer("size", "Small")
    shown = view.prompt(call.context)
    assert (shown.text, shown.remember) == ("Since when?", ("Do not push.",))


def test_the_section_says_what_to_avoid_where_the_question_does_not(tmp_path: Path) -> None:
    call = Call(_playbook(tmp_path, LARGE))
    assert view.prompt(call.context).avoid == ("naming a price",)
    assert view.prompt(call.context).listen_for == ("hours",)
    call.answer("size", "Large")
    assert view.prompt(call.context).avoid == ("naming a price",)
    assert view.prompt(call.context).listen_for == ("a name",)
    assert [each.title for each in view.prompt(call.context).surroundings] == ["Impact"]
