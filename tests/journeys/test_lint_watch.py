"""`playbook lint --watch` in a real terminal: it shows each save, and Ctrl+C ends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.live import SALESNERD
from terminal import Terminal

pytestmark = pytest.mark.journey
TEXT = "playbook: Mine\nagenda:\n  - ask: What happened?\n    id: trigger\n"


def test_a_save_updates_the_screen_and_ctrl_c_quits(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    environment = {"SALESNERD_PLAYBOOKS": str(tmp_path), "HOME": str(tmp_path)}
    with Terminal([SALESNERD, "playbook", "lint", "--watch"], columns=80, rows=24, environment=environment) as terminal:
        terminal.wait_for("1 warning · Ctrl+C ends")
        path.write_text(TEXT.replace("ask:", "aks:"))
        terminal.wait_for("did you mean 'ask'?")
        assert "1 warning" not in terminal.text, "the screen was cleared first"
        terminal.type("\x03")
        assert terminal.wait_exit() == 0
