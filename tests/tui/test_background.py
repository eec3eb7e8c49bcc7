"""Background work does not block the interpreter, and restores garbage collection afterwards."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from salesnerd_tui.playbook.library import Library, LoadResult, load
from salesnerd_tui.services.background import SWITCH_SECONDS, PlaybookReloader, background_work, load_problem


@pytest.fixture(autouse=True)
def _restore_settings() -> Iterator[None]:
    interval, collects = sys.getswitchinterval(), gc.isenabled()
    yield
    sys.setswitchinterval(interval)
    gc.enable() if collects else gc.disable()


def test_background_work_switches_threads_sooner_and_pauses_collection() -> None:
    gc.enable()
    with background_work():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS, rel=0.01)
        assert not gc.isenabled()
    assert gc.isenabled()


def test_failing_work_resumes_collection() -> None:
    gc.enable()
    with pytest.raises(OSError, match="gone"), background_work():
        raise OSError("gone")
    assert gc.isenabled()


def test_collection_stays_off_before_the_first_screen() -> None:
    gc.disable()
    with background_work():
        pass
    assert not gc.isenabled()


def test_two_overlapping_tasks_restore_the_settings() -> None:
    gc.enable()
    first, second = background_work(), background_work()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_a_half_saved_playbook_is_explained_by_its_syntax() -> None:
    first = "  - ask: Who?\n    id: who\n    answers: {Ann: {goto: owner}}\n"
    half = f"playbook: Half\nagenda:\n{first}  - ask: Since when?\n    id"
    problem = load_problem(load(Path("half.yaml"), [], half))
    assert problem.startswith("half.yaml:7:5 no colon after 'id'"), problem
    assert "q_0" not in problem


STARTED = """
import asyncio, gc, sys
from pathlib import Path
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.home import HomeScreen

async def main():
    service = CallService(None, CallStore(Path(sys.argv[1])))
    async with SalesnerdApp(service, lambda: HomeScreen(service)).run_test() as pilot:
        while not gc.isenabled():
            await pilot.pause(0.01)

gc.disable()
asyncio.run(main())
"""


def test_collection_resumes_once_the_screen_is_shown(tmp_path: Path) -> None:
    # In a process of its own: the tests do not settle what each of their screens makes.
    subprocess.run([sys.executable, "-c", STARTED, str(tmp_path)], check=True, timeout=60)


def test_a_save_before_the_watch_starts_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("playbook: Mine\nagenda:\n  - ask: Why now?\n    id: why\n")
    loaded = SimpleQueue[LoadResult]()
    reloader = PlaybookReloader(Library([tmp_path]), [str(file)], loaded.put)
    file.write_text("playbook: Edited\nagenda:\n  - ask: Why now?\n    id: why\n")
    reloader.start()
    try:
        assert loaded.get(timeout=10).title == "Edited"
    finally:
        reloader.stop()
