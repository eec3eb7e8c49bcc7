"""The coach's habits: stored after each call, shown, used by the next call, and reset."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui import cli
from salesnerd_tui.call.events import Dismissal, Dismissed, Event, Mode, TapKind, Tapped
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.coach.tap_habits import TapHabit
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import Ask, Playbook
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.settings import HABITS_SETTING, HabitStore
from tap_reasons import recorded

BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
PLAYBOOK = Playbook("small", "Small", agenda=(Ask("why", "Why now?"),))
KIND = TapKind.OVER_EXPLAINING


def taps(count: int, how: Dismissal) -> list[Event]:
    events: list[Event] = []
    for number in range(count):
        events += [Tapped(number * 60.0, KIND, recorded("48 s")), Dismissed(number * 60.0 + 9, KIND, how)]
    return events


def call(folder: Path, events: list[Event], *, mode: Mode = Mode.LIVE, by_hand: bool = False) -> CallSession:
    """Run a whole call in that folder."""
    store = CallStore(folder)
    habits = HabitStore(store.settings, only_dismissed=by_hand)
    session = CallSession(PLAYBOOK, store.create(BEGAN), lambda: 0.0, habits=habits)
    session.record(start_event(PLAYBOOK, mode, BEGAN))
    session.record(*events)
    session.close()
    session.close()
    store.settings.wait()
    return session


def settings(folder: Path, *words: str) -> int:
    return cli.main(["settings", "--data", str(folder), *words])


def learned(folder: Path) -> dict[TapKind, float]:
    return HabitStore(CallStore(folder).settings).pauses()


def test_habits_carry_over_to_the_next_call(tmp_path: Path) -> None:
    call(tmp_path, taps(2, Dismissal.DISMISSED))
    assert learned(tmp_path) == {}
    call(tmp_path, taps(1, Dismissal.EXPIRED))
    assert learned(tmp_path) == {KIND: 2}
    call(tmp_path, taps(1, Dismissal.HANDED_BACK))
    assert learned(tmp_path) == {}


def test_a_rehearsal_teaches_nothing(tmp_path: Path) -> None:
    call(tmp_path, taps(9, Dismissal.DISMISSED), mode=Mode.REHEARSE)
    assert learned(tmp_path) == {}


def test_a_recording_teaches_only_dismissed_taps(tmp_path: Path) -> None:
    call(tmp_path, taps(9, Dismissal.EXPIRED), by_hand=True)
    assert learned(tmp_path) == {}
    call(tmp_path, taps(3, Dismissal.DISMISSED), by_hand=True)
    assert learned(tmp_path) == {KIND: 2}


def test_the_settings_show_and_reset_habits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert settings(tmp_path) == 0
    assert "nothing yet" in capsys.readouterr().out
    call(tmp_path, taps(3, Dismissal.DISMISSED))
    assert settings(tmp_path) == 0
    shown = capsys.readouterr().out
    assert "over-explaining" in shown
    assert "2 times longer" in shown
    assert "dismissed 3" in shown
    assert "--reset-coach" in shown
    assert settings(tmp_path, "--reset-coach") == 0
    assert "nothing yet" in capsys.readouterr().out
    assert learned(tmp_path) == {}


def test_settings_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(tmp_path, taps(3, Dismissal.DISMISSED))
    assert settings(tmp_path, "--theme", "light", "--json") == 0
    settings_json = json.loads(capsys.readouterr().out)
    assert settings_json["theme"] == "light"
    assert settings_json["coach"]["over-explaining"]["factor"] == 2


def test_thresholds_are_listed_with_their_sources(run: Run) -> None:
    assert "Gong" in run("settings", "--thresholds").out


def test_a_folder_of_invitations_that_does_not_exist_changes_no_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, invites = tmp_path / "data", tmp_path / "invites"
    invites.mkdir()
    assert settings(data, "--invites", str(invites)) == 0
    assert settings(data, "--theme", "light", "--invites", str(tmp_path / "missing")) == 1
    assert "missing is not a directory" in capsys.readouterr().err
    stored = CallStore(data).settings
    assert (stored.get("invites"), stored.get("theme")) == (str(invites), None)
    assert settings(data, "--invites", "") == 0


def test_a_vault_that_does_not_exist_changes_no_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, vault = tmp_path / "data", tmp_path / "vault"
    vault.mkdir()
    assert settings(data, "--vault", str(vault)) == 0
    assert settings(data, "--theme", "light", "--vault", str(tmp_path / "missing")) == 1
    assert "missing is not a folder" in capsys.readouterr().err
    stored = CallStore(data).settings
    assert (stored.get("vault"), stored.get("theme")) == (str(vault), None)


def test_an_unusable_folder_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert settings(tmp_path / "file") == 1
    assert "salesnerd settings:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "spoiled", [None, 7, [], {"over-explaining": 3}, {"over-explaining": {"level": -1, "heeded": "x"}}]
)
def test_an_invalid_value_is_read_as_far_as_possible(tmp_path: Path, spoiled: object) -> None:
    settings = CallStore(tmp_path).settings
    settings.set(HABITS_SETTING, spoiled)
    assert HabitStore(settings).pauses() == {}
    HabitStore(settings).learn(taps(3, Dismissal.DISMISSED))
    assert HabitStore(settings).known()[KIND] == TapHabit(level=1, dismissed=3)
    settings.wait()


def test_a_level_from_elsewhere_is_bounded(tmp_path: Path) -> None:
    settings = CallStore(tmp_path).settings
    settings.set(HABITS_SETTING, {str(KIND): {"level": 40}})
    assert HabitStore(settings).pauses() == {KIND: 8}
    settings.wait()


def test_the_talk_ratio_is_shown_rarely_unless_it_is_wanted_always(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def service() -> CallService:
        return CallService(Library([]), CallStore(tmp_path))

    assert settings(tmp_path) == 0
    assert "Talk ratio   rarely" in capsys.readouterr().out
    assert not service().is_share_always_shown
    assert settings(tmp_path, "--talk-ratio", "always") == 0
    assert "Talk ratio   always" in capsys.readouterr().out
    assert service().is_share_always_shown


@pytest.mark.parametrize(
    "text", ["sam", "sam@", "@us.example", "sam smith@us.example", "Sam <sam@us.example>", "a@b@c", "\x1b[2J@x"]
)
def test_an_email_that_is_no_address_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main(["settings", "--data", str(tmp_path), f"--email={text}"])
    assert refused.value.code == 2
    assert "(expected kim@example.com, or '' to remove it)" in capsys.readouterr().err


def test_an_email_address_is_stored_and_removed(tmp_path: Path, run: Run) -> None:
    for typed, kept in (
        (" sam+calls@us.example ", "sam+calls@us.example"),
        ("zoë@müller.example", "zoë@müller.example"),
        ("", ""),
    ):
        assert json.loads(run("settings", "--data", str(tmp_path), "--json", "--email", typed).out)["email"] == kept
