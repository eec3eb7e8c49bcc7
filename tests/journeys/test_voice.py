"""A call with a microphone: a private sound server plays synthesized speech of a written dialogue in real time.

Skipped with a reason without a sound server, the voice extra or the models; `make voice` installs the latter two.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.live import OPENING, SALESNERD, StoredCall, on_screen, stored_call
from salesnerd_tui.call.events import Asked, FloorTaken, Heard, Origin, Side, SourceChanged, Tapped
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.speech.microphone.models import FOLDER_VARIABLE, voice_folder
from terminal import Terminal
from voicing.calls import DRIFT, first_tap, skip_reason
from voicing.dialogue import CALL, ME, THEM, SpokenTurn, resample, speak, word_errors
from voicing.noise import hour_of_noise
from voicing.sound_server import SoundServer

MOST_WRONG = 0.10
"""Maximum word error rate; the measured one is below 6 percent."""

TAP_SECONDS = 2.0
"""Maximum delay of the tap, compared with a coach that hears every word at once."""

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(bool(skip_reason()), reason=f"the microphone cannot be tried here: {skip_reason()}"),
]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Side, Path], list[SpokenTurn]]:
    return speak(CALL, tmp_path_factory.mktemp("speech"))


@pytest.fixture
def server() -> Iterator[SoundServer]:
    with SoundServer() as running:
        yield running


def live(server: SoundServer, data: Path, mode: str) -> Terminal:
    environment = {"SALESNERD_DATA": str(data), "HOME": str(data / "home"), FOLDER_VARIABLE: str(voice_folder())}
    words = [SALESNERD, "live", "first_call", "--account", "Acme", "--listen", "mic", "--transcribe", mode]
    return Terminal(words, columns=120, rows=40, environment={**environment, **server.environment})


def test_both_sides_are_transcribed_after_consent(
    server: SoundServer, recording: tuple[dict[Side, Path], list[SpokenTurn]], tmp_path: Path
) -> None:
    files, spoken = recording
    with live(server, tmp_path, "both") as terminal:
        terminal.wait_for(OPENING)
        terminal.wait_for("mic: you words · them voice")
        terminal.press("H", until=on_screen("I can have my laptop transcribe us both"))
        terminal.press("n", until=on_screen("Is it OK if it transcribes your side too"))
        terminal.press("1", until="mic: you words · them words")
        playing = [server.play(side, file) for side, file in files.items()]
        terminal.wait_until(
            lambda: all(each.poll() is not None for each in playing), "the end of the talk", seconds=150
        )
        terminal.settle(0.5, seconds=3.0)
        terminal.press("q")
        terminal.settle(0.5, seconds=2.0)
    kept = stored_call(tmp_path)
    said_by_the_right_one(kept)
    asked_and_tapped(kept, spoken)
    assert not any(path.suffix in (".wav", ".raw", ".flac") for path in tmp_path.rglob("*")), "sound was stored"


def said_by_the_right_one(kept: StoredCall) -> None:
    for side in (ME, THEM):
        said = " ".join(turn.text for turn in CALL if turn.side is side)
        heard = " ".join(event.text or "" for event in kept.of(Heard) if event.side is side)
        wrong, words = word_errors(said, heard)
        print(f"{side}: {wrong} of {words} words wrong ({wrong / words:.1%})")
        assert wrong / words < MOST_WRONG, f"{side}: {heard}"


def asked_and_tapped(kept: StoredCall, spoken: list[SpokenTurn]) -> None:
    ticked = {event.question for event in kept.of(Asked) if event.how is Origin.HEARD}
    assert {"trigger", "last_time", "tried"} <= ticked
    playbook = Library().load("first_call").playbook
    assert playbook is not None
    due = first_tap(spoken, playbook.coach)
    taps = [event for event in kept.of(Tapped) if event.kind in DRIFT]
    assert due is not None
    assert taps, "a minute of features brought no tap"
    first = next(event for event in kept.of(Heard) if event.side is ME)
    began = first.end - spoken[0].end
    late = taps[0].at - began - due
    print(f"the tap came {late:+.1f} s after a coach that hears every word at once")
    assert late <= TAP_SECONDS


def test_without_consent_no_word_of_the_buyer_is_saved(
    server: SoundServer, recording: tuple[dict[Side, Path], list[SpokenTurn]], tmp_path: Path
) -> None:
    files, spoken = recording
    with live(server, tmp_path, "both") as terminal:
        terminal.wait_for("mic: you words · them voice")
        until = time.monotonic() + spoken[1].end + 3
        server.play(THEM, files[THEM])
        terminal.wait_until(lambda: time.monotonic() > until, "the end of their first turn", seconds=60)
    kept = stored_call(tmp_path)
    assert list(kept.of(Heard)) == []
    assert any(event.side is THEM for event in kept.of(FloorTaken))


def test_a_lost_microphone_is_reported_and_the_call_continues(server: SoundServer, tmp_path: Path) -> None:
    with live(server, tmp_path, "me") as terminal:
        terminal.wait_for("mic: you words · them voice")
        server.ask("unload-module", "module-remap-source")
        server.ask("set-default-source", "micpipe.monitor")
        terminal.wait_for(on_screen("not hearing you"))
        terminal.wait_for("mic: you - · them voice")
        terminal.press("n", until=on_screen("What made you start looking into this now"))
        server.ask("load-module", "module-remap-source", "master=micpipe.monitor", "source_name=headset")
        server.ask("set-default-source", "headset")
        terminal.wait_for("mic: you words · them voice", seconds=30)
    messages = [event.message for event in stored_call(tmp_path).of(SourceChanged)]
    assert "hearing the microphone (headset)" in messages


def test_a_killed_listener_is_reported_and_restarted(server: SoundServer, tmp_path: Path) -> None:
    with live(server, tmp_path, "none") as terminal:
        terminal.wait_for("mic: you voice · them voice")
        (listener,) = server.users("speech.microphone.child")
        os.kill(listener, signal.SIGKILL)
        terminal.wait_for(on_screen("the listener ended signal 9"))
        terminal.wait_for("mic: you voice · them voice", seconds=30)


@pytest.mark.timeout(900)
def test_an_hour_of_noise_has_no_transcript(recording: tuple[dict[Side, Path], list[SpokenTurn]]) -> None:
    """Every kind of room noise, played faster than real time, yields no word at all."""
    from voicing.real import Listener

    listener = Listener()
    listener.hear(hour_of_noise())
    assert listener.at >= 3600
    assert [message.text for message in listener.words] == []
    listener.hear([resample(recording[0][ME])])
    assert listener.words, "a voice is recognized as before after the noise"
