"""`--listen mic`: everything put together, or one sentence that says what is missing before a screen is up."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import NoDevice, capture
from salesnerd_tui.speech.microphone.child import ChildSettings
from salesnerd_tui.speech.microphone.child_process import ChildListener
from salesnerd_tui.speech.microphone.models import HASHES, INSTALL, VAD_FILE, ModelProblem, recognised, voice_folder
from salesnerd_tui.speech.microphone.modes import VoiceMode
from salesnerd_tui.speech.microphone.source import MicSource

EXTRA = "pip install 'salesnerd-tui[voice]'"
LIBRARIES = ("numpy", "sherpa_onnx")


def microphone(mode: VoiceMode, model: str = "") -> MicSource:
    """The source for a call. `model` is a folder that the user named, or empty. Raises `ModelProblem`."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise ModelProblem(f"--listen mic needs the voice extra ({', '.join(missing)} is not installed): {EXTRA}")
    own = Path(model).expanduser() if model else None
    _look_for_files(mode, own)
    settings = ChildSettings(bool(mode.wants), str(own) if own else "")
    return MicSource(mode, lambda: ChildListener(settings, log_file()))


def log_file() -> Path:
    """What native libraries print: no word of what was said."""
    return voice_folder() / "listener.log"


def _look_for_files(mode: VoiceMode, own: Path | None) -> None:
    """Only whether they are there; the child checks what is in them, and takes its time for it."""
    if own is not None:
        recognised(own)
    needed = [VAD_FILE] if own is not None or not mode.wants else list(HASHES)
    there = [folder for folder in (own, voice_folder()) if folder is not None]
    if not all(any((folder / name).is_file() for folder in there) for name in needed):
        raise ModelProblem(f"the voice models are not there yet: {INSTALL}")


class SetupCheck(Struct, frozen=True):
    """One thing that listening needs, and how it stands; `told` says how to mend it where it is not `ok`."""

    what: str
    ok: bool
    told: str


def findings() -> list[SetupCheck]:
    """Libraries, models and devices, without listening to anybody."""
    from salesnerd_tui.speech.microphone.model_install import missing

    absent = [name for name in LIBRARIES if find_spec(name) is None]
    files = missing()
    return [
        SetupCheck(
            "libraries", not absent, f"{EXTRA} ({', '.join(absent)} missing)" if absent else ", ".join(LIBRARIES)
        ),
        SetupCheck("models", not files, f"{INSTALL} ({', '.join(files)} missing)" if files else str(voice_folder())),
        *_devices(),
    ]


def _devices() -> list[SetupCheck]:
    names = {Side.ME: "microphone", Side.THEM: "the system's output"}
    try:
        sounds = capture()
    except NoDevice as problem:
        return [SetupCheck("sound", False, str(problem))]
    found = []
    for side, name in names.items():
        default = sounds.default(side)
        found.append(SetupCheck(name, bool(default), default or "none is the default; see the sound settings"))
    return found
