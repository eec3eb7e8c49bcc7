"""Panels in a narrow terminal."""

from __future__ import annotations

from salesnerd_tui.tui.panels.panel import ReadingPanel
from salesnerd_tui.tui.render.text import line


def test_a_panel_to_read_cuts_no_words() -> None:
    words = "I see no obstacle yet; I'll check the export and tell you by …"
    rows = ReadingPanel("promises", [line(("say now  ", "bold"), words)], lambda: None).draw(40, 8)
    assert " ".join(" ".join(row.plain for row in rows[1:]).split()) == f"say now {words}"
    assert all(row.cell_length <= 40 for row in rows), "a longer row is cut at the edge"
