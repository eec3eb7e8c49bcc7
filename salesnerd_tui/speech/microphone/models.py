"""Installed voice models: their folder, files and checksums.

Speech is Moonshine tiny-en (MIT), voice activity is Silero (MIT). A native library may end the process when it is given
an unknown file, so the files are verified before it reads them.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

SPACE_SYMBOL = "▁".encode()
TWO_BYTES = 128
"""First byte of a token's length from which the length has a second byte."""


def tokens_text(tokenizer: bytes) -> str:
    """Return Moonshine's `tokenizer.bin` as the `tokens.txt` that the recognizer reads.

    In the file each token follows its length. In the text each line has a token in base64 and its number. Raises
    `ModelProblem` if the file is truncated.
    """
    lines = [
        f"{base64.b64encode(token.replace(SPACE_SYMBOL, b' ')).decode()} {number}"
        for number, token in enumerate(_tokens_in(tokenizer))
    ]
    return "".join(f"{line}\n" for line in lines)


def _tokens_in(data: bytes) -> Iterator[bytes]:
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


VARIABLE = "SALESNERD_VOICE"
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

INSTALL = "salesnerd voice install"


class ModelProblem(Exception):
    """A model is missing or invalid; the message says how to fix it."""


class Family(StrEnum):
    """Supported kinds of speech models."""

    MOONSHINE = "moonshine"
    MOONSHINE_ONNX = "moonshine, four parts"
    WHISPER = "whisper"


PARTS: Mapping[Family, Mapping[str, str]] = {
    Family.MOONSHINE: {"encoder": "encoder_model*.ort", "decoder": "decoder_model_merged*.ort"},
    Family.MOONSHINE_ONNX: {
        "preprocessor": "preprocess*.onnx",
        "encoder": "encode.*onnx",
        "uncached_decoder": "uncached_decode*.onnx",
        "cached_decoder": "cached_decode*.onnx",
    },
    Family.WHISPER: {"encoder": "*encoder*.onnx", "decoder": "*decoder*.onnx"},
}


class SpeechModel(Struct, frozen=True):
    """The files of a speech model by part. `tokens` may be a `tokenizer.bin`."""

    family: Family
    parts: Mapping[str, Path]
    tokens: Path


def voice_folder() -> Path:
    """Return the folder that `salesnerd voice install` writes to. It may not exist."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path  # start-up time

    return user_data_path("salesnerd-voice")


def vad_file(own: Path | None = None) -> Path:
    """Return the voice-activity model: in the user's `own` folder if it has one, otherwise the verified installed one.

    Raises `ModelProblem`.
    """
    if own is not None and (own / VAD_FILE).is_file():
        return own / VAD_FILE
    path = voice_folder() / VAD_FILE
    verify(path)
    return path


def speech_model(own: Path | None = None) -> SpeechModel:
    """Return the files of the recognizer: in the user's `own` folder, or the verified installed ones.

    Raises `ModelProblem`.
    """
    if own is not None:
        return find_model(own)
    folder = voice_folder()
    for name in HASHES:
        verify(folder / name)
    return find_model(folder)


def find_model(folder: Path) -> SpeechModel:
    """Return the speech model in a folder. Raises `ModelProblem` if it has no model of a supported kind."""
    if not folder.is_dir():
        raise ModelProblem(f"not a directory: {folder} (--voice-model expects a folder with a speech model)")
    for family, patterns in PARTS.items():
        parts = {part: _smallest(folder, pattern) for part, pattern in patterns.items()}
        found = {part: path for part, path in parts.items() if path is not None}
        if len(found) == len(patterns):
            return SpeechModel(family, found, _tokens_file(folder))
    expected = (
        "encoder_model.ort and decoder_model_merged.ort (Moonshine), or *encoder*.onnx and *decoder*.onnx (Whisper)"
    )
    raise ModelProblem(f"no supported speech model in {folder} (expected {expected})")


def verify(path: Path) -> None:
    """Raise `ModelProblem` unless the file has the expected checksum."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise ModelProblem(f"voice models not found (install them with: {INSTALL})") from None
    except OSError as problem:
        raise ModelProblem(f"cannot read {path.name}: {problem.strerror} (reinstall with: {INSTALL})") from problem
    if found != HASHES[path.name]:
        raise ModelProblem(f"wrong checksum of {path.name}: {found[:12]}… (reinstall with: {INSTALL})")


def _smallest(folder: Path, pattern: str) -> Path | None:
    """Return the smallest file that matches: folders hold an int8 file next to the large one."""
    found = [path for path in folder.glob(pattern) if path.is_file()]
    return min(found, key=lambda path: (path.stat().st_size, path.name), default=None)


def _tokens_file(folder: Path) -> Path:
    for pattern in (TOKENS_FILE, "*tokens.txt", TOKENIZER_FILE):
        found = _smallest(folder, pattern)
        if found is not None:
            return found
    raise ModelProblem(f"no tokens.txt or tokenizer.bin in {folder}")
