"""`v` on the start page opens a playbook in the editor, at its first finding."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot

from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui import editor
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.home import HomeScreen

GOOD = """\
playbook: Good
agenda:
  - ask: What happened?
    id: what
outcomes:
  go:
    decision: go
    capture: [next_date]
"""
BROKEN = """\
playbook: Broken
agenda:
  - aks: What happened?
"""


@asynccontextmanager
async def home_screen(folder: Path) -> AsyncIterator[tuple[SalesnerdApp, HomeScreen]]:
    service = CallService(Library([folder]), CallStore(folder / "data"))
    screen = HomeScreen(service)
    app = SalesnerdApp(service, lambda: screen)
    async with app.run_test(size=(100, 30)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("v")
        await pilot.pause()
        yield app, screen


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have been run."""
    started: list[list[str]] = []
    monkeypatch.setenv("VISUAL", "code --wait")
    fake = SimpleNamespace(Popen=lambda command, **_: started.append(command), DEVNULL=None)
    monkeypatch.setattr(editor, "subprocess", fake)
    return started


async def press(app: SalesnerdApp, *keys: str) -> None:
    pilot: Pilot[None] = Pilot(app)
    await pilot.press(*keys)
    await pilot.pause()


async def test_playbook_with_errors_is_first_and_opens_at_the_error(tmp_path: Path, opened: list[list[str]]) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "broken.yaml").write_text(BROKEN)
    async with home_screen(tmp_path) as (app, screen):
        await press(app, "enter")
        assert opened == [["code", "--wait", "--goto", f"{tmp_path / 'broken.yaml'}:3:5"]]
        assert screen.last_message == "edited: the next call uses what you saved"
        assert screen.panel is None


async def test_playbook_with_a_warning_opens_at_the_warning(tmp_path: Path, opened: list[list[str]]) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    async with home_screen(tmp_path) as (app, _):
        await press(app, "enter")
        assert opened[0][-1] == f"{tmp_path / 'good.yaml'}:5:1", "a no-go and a not-yet are missing"


async def test_playbook_without_findings_opens_at_its_first_line(tmp_path: Path, opened: list[list[str]]) -> None:
    (tmp_path / "good.yaml").write_text(f"# ok P301 a sketch\n# ok P302 a sketch\n{GOOD}")
    async with home_screen(tmp_path) as (app, _):
        await press(app, "enter")
        assert opened[0][-1] == f"{tmp_path / 'good.yaml'}:1:1"


async def test_missing_editor_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("PATH", "")
    async with home_screen(tmp_path) as (app, screen):
        await press(app, "enter")
        assert "EDITOR" in screen.last_message
