"""Setup of `--listen mic`: build the source, or report what is missing before the screen opens."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import NoDevice, system_capture
from salesnerd_tui.speech.microphone.models import (
    EXTRA,
    HASHES,
    INSTALL,
    VAD_FILE,
    ModelProblem,
    find_model,
    missing_files,
    voice_folder,
)
from salesnerd_tui.speech.microphone.protocol import ChildSettings
from salesnerd_tui.speech.microphone.source import ChildListener, MicSource

if TYPE_CHECKING:
    from salesnerd_tui.speech.microphone.voice_mode import VoiceMode

LIBRARIES = ("numpy", "sherpa_onnx")


def microphone(mode: VoiceMode, model: str = "") -> MicSource:
    """Return the source for a call. `model` is a folder named by the user, or empty. Raises `ModelProblem`."""
    if missing := _missing_libraries():
        raise ModelProblem(f"--listen mic needs the voice extra: {', '.join(missing)} not installed ({EXTRA})")
    own = Path(model).expanduser() if model else None
    _require_files(mode, own)
    settings = ChildSettings(bool(mode.transcribed_sides), str(own) if own else "")
    return MicSource(mode, lambda: ChildListener(settings, log_file()))


def _missing_libraries() -> list[str]:
    return [name for name in LIBRARIES if find_spec(name) is None]


def log_file() -> Path:
    """Return the log with the output of native libraries; it never contains what was said."""
    return voice_folder() / "listener.log"


def _require_files(mode: VoiceMode, own: Path | None) -> None:
    """Check that the model files exist; the child verifies their content. Raises `ModelProblem`."""
    if own is not None:
        find_model(own)
    needed = [VAD_FILE] if own is not None or not mode.transcribed_sides else list(HASHES)
    folders = [folder for folder in (own, voice_folder()) if folder is not None]
    if not all(any((folder / name).is_file() for folder in folders) for name in needed):
        raise ModelProblem(f"voice models not found (install them with: {INSTALL})")


class SetupCheck(Struct, frozen=True):
    """One requirement of listening. `message` shows its value, or how to fix it where it is not `ok`."""

    subject: str
    ok: bool
    message: str


def check_setup() -> list[SetupCheck]:
    """Check libraries, models and devices, without listening."""
    absent = _missing_libraries()
    files = missing_files()
    return [
        SetupCheck(
            "libraries", not absent, f"{EXTRA} ({', '.join(absent)} missing)" if absent else ", ".join(LIBRARIES)
        ),
        SetupCheck("models", not files, f"{INSTALL} ({', '.join(files)} missing)" if files else str(voice_folder())),
        *_check_devices(),
    ]


def _check_devices() -> list[SetupCheck]:
    try:
        capture = system_capture()
    except NoDevice as problem:
        return [SetupCheck("sound", False, str(problem))]
    defaults = {"microphone": capture.default(Side.ME), "system output": capture.default(Side.THEM)}
    absent = "no default device (choose one in the sound settings)"
    return [SetupCheck(name, bool(default), default or absent) for name, default in defaults.items()]
