"""Panels in a narrow terminal, and the rows of playbooks in a list at every width, in full under the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.call.view import DetourKey, JumpRow, Progress
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.tui.panels.panel import ReadingPanel
from salesnerd_tui.tui.panels.picker import MIN_ROWS, Entry, Picker, detour_list, jump_list
from salesnerd_tui.tui.render.home import playbook_entry
from salesnerd_tui.tui.render.text import line


def test_reading_panel_cuts_no_words() -> None:
    words = "I see no obstacle yet; I'll check the export and tell you by …"
    rows = ReadingPanel("promises", [line(("say now  ", "bold"), words)]).draw(40, 8)
    assert " ".join(" ".join(row.plain for row in rows[1:]).split()) == f"say now {words}"
    assert all(row.cell_length <= 40 for row in rows), "a longer row is cut at the edge"


def test_title_of_a_reading_panel_is_whole_in_a_narrow_terminal() -> None:
    panel = ReadingPanel("promises in this call", ["one", "two", "three"])
    assert panel.draw(40, 3)[0].plain.split("  ")[0] == " PROMISES IN THIS CALL"
    assert panel.draw(80, 3)[0].plain.strip().endswith("↓ 1 more · esc closes")


GOAL = "Learn what happened and what it costs them, then decide together on a next step that is worth it for both."
TEXT = f"""\
playbook: First call
goal: {GOAL}
minutes: 30
agenda:
  - ask: What happened?
    id: trigger
    priority: must
  - ask: What should we do?
    id: verdict
    priority: must
    answers: {{Go on together: {{end: next_step}}, Later on: {{end: later}}, Not for us: {{end: part}}}}
gates: {{a_light: trigger is known}}
outcomes:
  next_step: {{decision: go}}
  later: {{decision: not-yet, capture: [revisit_on]}}
  part: {{decision: no-go}}
"""


def entry(folder: Path, text: str = TEXT) -> Entry:
    return playbook_entry(lint(folder / "first.yaml", [folder], text))


def drawn(entries: list[Entry], width: int, height: int) -> list[str]:
    picker = Picker("with which playbook", entries, lambda _: None)
    return [line.plain for line in picker.draw(width, height)]


def test_playbook_row_shows_goal_minutes_must_asks_and_findings(tmp_path: Path) -> None:
    _, row, *details = drawn([entry(tmp_path)], 120, 30)
    assert row.startswith("❯ First call  Learn what happened")
    assert row.endswith("30 min · 2 must-asks · 1 warning ")
    assert details[0] == ""
    assert " ".join(" ".join(details).split()).startswith(GOAL)
    assert "line 12: no outcome and no condition uses the gate 'a_light'" in " ".join(details)


def test_broken_playbook_shows_where_and_why(tmp_path: Path) -> None:
    lines = drawn([entry(tmp_path, TEXT.replace("- ask: What happened?", "- aks: What happened?"))], 120, 30)
    assert lines[1].endswith("broken ")
    assert "line 5: not one of section, ask, say and include (did you mean 'ask'?)" in lines[3]


@pytest.mark.parametrize(("width", "height"), [(40, 8), (80, 20), (120, 36)])
def test_details_leave_space_for_the_rows(tmp_path: Path, width: int, height: int) -> None:
    rows = [entry(tmp_path)] * 12
    lines = drawn(rows, width, height)
    assert len(lines) <= height
    assert sum("First call" in line for line in lines) >= min(MIN_ROWS, height - 1)
    assert all("30 min" in line for line in lines if "First call" in line)
    assert all(len(line) <= width for line in lines)


def test_no_escape_sequence_reaches_the_terminal(tmp_path: Path) -> None:
    text = TEXT.replace(f"goal: {GOAL}", 'goal: "a\\e[2Jb [bold]c[/]"')
    lines = drawn([entry(tmp_path, text)], 80, 20)
    assert not any("\x1b" in line for line in lines)
    assert any("[bold]c[/]" in line for line in lines)


def test_a_question_is_not_cut_for_the_name_of_its_section() -> None:
    long = "Last time you bought something like this, who was in the room?"
    for text, has_section in ((long, False), ("Who decides?", True)):
        row = JumpRow("decide", "How they decide", text, is_must=True, progress=Progress.OPEN)
        (drawn_row,) = jump_list([row], "", lambda _: None).draw_rows(80, 1)
        assert f"MUST {text}" in drawn_row.plain
        assert ("How they decide" in drawn_row.plain) is has_section


def test_a_detour_whose_sentences_are_cut_anyway_has_its_name_beside_them() -> None:
    said = (
        "Can you just show us a demo?",
        "Could we see it?",
        "Show me how it works",
        "What would it look like for us?",
    )
    panel = detour_list([DetourKey("d", "demo_request", "demo request", said)], lambda _: None)
    row = next(row.plain for row in panel.draw(80, 10) if "demo?" in row.plain)
    assert row.rstrip().endswith("demo request")
