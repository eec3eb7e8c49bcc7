"""The demo: every key acts, the taps come from the real coach, and nothing is stored."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from live_stage import wait_until
from salesnerd_tui import cli
from salesnerd_tui.call.events import Detoured, Dismissal, Dismissed, Ended, Event, Returned, TapKind, Tapped
from salesnerd_tui.plain.transcript import play_demo
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services import demo
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.services.demo import Demo
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.demo import DemoScreen

SECONDS_AT_MOST = 120


@pytest.fixture
def service(tmp_path: Path) -> CallService:
    return CallService(Library([builtin_folder()]), CallStore(tmp_path))


@pytest.fixture
def output(service: CallService) -> list[str]:
    return list(play_demo(service.load_playbook(demo.PLAYBOOK), service.store))


@pytest.fixture
def events(service: CallService, output: list[str]) -> tuple[Event, ...]:
    (summary,) = service.store.summaries()
    return service.store.read(summary.id).events


def test_demo_shows_a_drift_a_tap_and_a_recovery(events: tuple[Event, ...]) -> None:
    kinds = (TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.MONOLOGUE)
    tap = next(event for event in events if isinstance(event, Tapped) and event.kind in kinds)
    gone = next(event for event in events if isinstance(event, Dismissed) and event.at > tap.at)
    assert gone.how is Dismissal.HANDED_BACK


def test_demo_takes_a_detour_and_returns(events: tuple[Event, ...]) -> None:
    assert [event.detour for event in events if isinstance(event, Detoured)] == ["demo_request"]
    assert any(isinstance(event, Returned) for event in events)


def test_demo_ends_not_yet_with_a_date(events: tuple[Event, ...], output: list[str]) -> None:
    (ended,) = [event for event in events if isinstance(event, Ended)]
    assert ended.decision == "not-yet"
    assert ended.record["revisit_on"] == "3 March"
    assert "NOT YET" in output[-1]


def test_demo_lasts_less_than_two_minutes() -> None:
    assert max(act.at for act in demo.load_steps()) / demo.SPEED < SECONDS_AT_MOST - 10


def test_demo_without_a_terminal_prints_the_call(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; from salesnerd_tui.cli import main; sys.exit(main(['demo']))"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "TERM": "dumb"}
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert ">>> " in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    assert not [path for path in tmp_path.rglob("*") if path.is_file()], "nothing is left behind"


def on_screen(service: CallService, speed: float) -> tuple[Demo, DemoScreen, SalesnerdApp]:
    shown = Demo(service, service.open(demo.demo_request(speed)), demo.load_steps())
    screen = DemoScreen(shown.call, shown.steps, shown.service)
    return shown, screen, SalesnerdApp(service, lambda: screen)


def is_hidden(screen: DemoScreen) -> bool:
    return screen.is_coaching_hidden


def is_running(demo: Demo) -> bool:
    return not demo.call.clock.is_paused


async def test_demo_screen_ends_on_the_debrief(service: CallService) -> None:
    demo, _, app = on_screen(service, 400.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until(pilot, lambda: isinstance(app.screen, DebriefScreen))
    assert demo.call.session.state.ended is not None


async def test_any_key_shows_a_hidden_demo_again(service: CallService) -> None:
    _, screen, app = on_screen(service, 1.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x")
        assert is_hidden(screen)
        await pilot.press("escape")
        assert not is_hidden(screen)
        await pilot.press("x", "x", "x")
        assert is_hidden(screen)
        await pilot.press("q")
        await pilot.pause()
        assert screen.is_over


async def test_demo_can_be_paused_and_left_and_refuses_other_keys(service: CallService) -> None:
    demo, screen, app = on_screen(service, 1.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        assert demo.call.clock.is_paused
        await pilot.press("n")
        assert "this is a demo" in screen.last_message
        assert demo.call.session.state.place.item == "opening"
        await pilot.press("space")
        assert is_running(demo)
        await pilot.press("q")
        await pilot.pause()
        assert screen.is_over


def test_help_gives_the_default_pace(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["demo", "--help"])
    assert f"(default: {demo.SPEED:g})" in " ".join(capsys.readouterr().out.split())
