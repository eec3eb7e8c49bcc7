"""`salesnerd live` from the shell: if the call cannot be opened, one line says why and what to do."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from salesnerd_tui.call.events import Side
from salesnerd_tui.cli.options import data_folder, parse_speed
from salesnerd_tui.cli.screens import open_service
from salesnerd_tui.services.call_service import CannotOpen, OpenRequest

VTT = """WEBVTT

00:00.000 --> 00:02.000
<v Ana>Good morning.</v>

00:02.000 --> 00:04.000
<v Dana>Good morning, what do you have for me?</v>
"""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "meeting.vtt"
    path.write_text(VTT, encoding="utf-8")
    return path


def refusal(tmp_path: Path, request: OpenRequest) -> str:
    with pytest.raises(CannotOpen) as refused:
        open_service(str(tmp_path / "data")).open(request)
    output = str(refused.value)
    assert "\n" not in output
    return output


def test_a_playbook_nobody_has_is_named_with_the_closest(tmp_path: Path) -> None:
    assert "did you mean 'first_call'?" in refusal(tmp_path, OpenRequest("frist_call"))


def test_a_library_is_no_playbook(tmp_path: Path) -> None:
    assert "common/detours" in refusal(tmp_path, OpenRequest("common/detours"))


def test_a_missing_recording_is_reported(tmp_path: Path) -> None:
    assert "nowhere.vtt" in refusal(tmp_path, OpenRequest(listen=str(tmp_path / "nowhere.vtt")))


def test_an_unknown_speaker_is_reported_with_the_speakers(tmp_path: Path, recording: Path) -> None:
    output = refusal(tmp_path, OpenRequest(listen=str(recording), me=("Anna",)))
    assert "Ana" in output
    assert "Dana" in output


def test_a_speed_without_a_recording(tmp_path: Path) -> None:
    assert "--listen FILE" in refusal(tmp_path, OpenRequest(speed=4.0))


@pytest.mark.parametrize("follow", [False, True])
def test_a_url_is_no_file(tmp_path: Path, follow: bool) -> None:
    request = OpenRequest(listen="file:///meetings/monday.vtt", follow=follow)
    assert "expected a path, not a URL" in refusal(tmp_path, request)


def test_nothing_is_left_of_a_call_that_could_not_be_opened(tmp_path: Path) -> None:
    refusal(tmp_path, OpenRequest("frist_call"))
    refusal(tmp_path, OpenRequest(listen=str(tmp_path / "nowhere.vtt")))
    assert not list((tmp_path / "data" / "calls").iterdir())


def test_a_recording_asks_who_is_me_and_offers_the_likely_one(tmp_path: Path, recording: Path) -> None:
    call = open_service(str(tmp_path / "data")).open(OpenRequest(listen=str(recording)))
    assert call.should_ask_who
    assert call.speakers == ("Ana", "Dana")
    assert call.suggested_speaker == "Ana"
    call.session.close()


def test_a_resumed_call_remembers_which_speaker_is_me(tmp_path: Path, recording: Path) -> None:
    service = open_service(str(tmp_path / "data"))
    call = service.open(OpenRequest(listen=str(recording)))
    call.begin()
    call.sides.choose(("Ana",))
    call.session.identify(("Ana",), call.sides.side_of)
    call.session.close()
    again = service.resume(call.file.id, OpenRequest(listen=str(recording)))
    assert not again.should_ask_who
    assert again.sides.side_of("ana") is Side.ME
    again.session.close()


def test_a_missing_call_cannot_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="call not found"):
        open_service(str(tmp_path)).resume("2026-11-22T1004-1a2b3c4d")


def test_a_resume_that_fails_leaves_the_call_free(tmp_path: Path, recording: Path) -> None:
    service = open_service(str(tmp_path / "data"))
    call = service.open(OpenRequest())
    call.begin()
    call.session.close()
    with pytest.raises(CannotOpen, match="no such file"):
        service.resume(call.file.id, OpenRequest(listen=str(tmp_path / "gone.vtt")))
    service.resume(call.file.id, OpenRequest(listen=str(recording), me=("Ana",))).session.close()


def test_a_call_open_in_another_window_cannot_be_resumed(tmp_path: Path) -> None:
    service = open_service(str(tmp_path))
    call = service.open(OpenRequest())
    on_disk = threading.Event()
    call.session.on_written = lambda _: on_disk.set()
    call.begin()
    assert on_disk.wait(20)
    with pytest.raises(CannotOpen, match=f"read it: salesnerd calls show {call.file.id}"):
        service.resume(call.file.id)
    call.session.close()


def test_a_call_outlives_its_playbook(tmp_path: Path) -> None:
    playbook = tmp_path / "mine.yaml"
    playbook.write_text("playbook: Mine\nagenda:\n  - ask: What happened?\n    id: what\n", encoding="utf-8")
    service = open_service(str(tmp_path / "data"))
    call = service.open(OpenRequest(str(playbook), "Acme"))
    call.begin()
    call.session.close()
    playbook.unlink()
    again = service.resume(call.file.id)
    assert again.messages
    assert "playbook not found, notes are kept" in again.messages[0]
    again.session.close()


@pytest.mark.parametrize("text", ["0", "-1", "fast", "1e9", "nan", "inf"])
def test_a_speed_is_a_sensible_number(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="invalid speed"):
        parse_speed(text)


def test_the_data_folder_is_named_asked_or_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESNERD_DATA", str(tmp_path / "asked"))
    assert data_folder(str(tmp_path / "named")) == tmp_path / "named"
    assert data_folder(None) == tmp_path / "asked"
    monkeypatch.delenv("SALESNERD_DATA")
    assert "salesnerd" in str(data_folder(None))


@pytest.mark.parametrize("name", ["live", "home"])
def test_without_a_terminal_one_line_says_so(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", f"import sys; from salesnerd_tui.cli import main; sys.exit(main(['{name}']))"]
    environment = {**os.environ, "SALESNERD_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "terminal" in done.stderr
    assert not (tmp_path / "data").exists()
