"""Moonshine's `tokenizer.bin` as the `tokens.txt` that the recogniser reads.

In the file each token follows its length: one byte, or two when the first is 128 or more. In the text each line is a
token in base64 (its low line standing for a blank) and its number.

The models on this disk: which files, where, and whether they are the ones that were measured.

Speech: Moonshine tiny-en (MIT); voice: Silero (MIT). A native library may end the process when it is given a file that
it does not know, so the files are checked before it sees them.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

BLANK = "▁".encode()
TWO_BYTES = 128


def tokens_text(tokenizer: bytes) -> str:
    """Raises `ModelProblem` if it ends within a token."""
    lines = [
        f"{base64.b64encode(token.replace(BLANK, b' ')).decode()} {number}"
        for number, token in enumerate(_read(tokenizer))
    ]
    return "".join(f"{line}\n" for line in lines)


def _read(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length, at = data[at], at + 1
        if length >= TWO_BYTES:
            if at >= len(data):
                raise ModelProblem("tokenizer.bin is cut off")
            length, at = (data[at] * TWO_BYTES) + length - TWO_BYTES, at + 1
        if at + length > len(data):
            raise ModelProblem("tokenizer.bin is cut off")
        yield data[at : at + length]
        at += length


VARIABLE = "SALESNERD_VOICE"
"""The environment's word on where the models are."""

VAD_FILE = "silero_vad.onnx"
TOKENIZER_FILE = "tokenizer.bin"
TOKENS_FILE = "tokens.txt"
HASHES: Mapping[str, str] = {
    "encoder_model.ort": "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
    "decoder_model_merged.ort": "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    TOKENIZER_FILE: "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
    VAD_FILE: "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
}
"""sha256 of each file as the two packages carry it."""

INSTALL = "salesnerd voice install"


class ModelProblem(Exception):
    """A model is not there, or is not what it should be; the message says what to do."""


class Family(StrEnum):
    """The kinds of speech models that can be used, as their folders look."""

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
    """A folder that was recognised: its family, and each part's file. `tokens` may still be a `tokenizer.bin`."""

    family: Family
    parts: Mapping[str, Path]
    tokens: Path


def voice_folder() -> Path:
    """Where `salesnerd voice install` puts the models. It need not exist."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("salesnerd-voice")


def vad_file(own: Path | None = None) -> Path:
    """The voice detector: of the user's own folder if it has one, else the installed one, checked.

    Raises `ModelProblem`.
    """
    if own is not None and (own / VAD_FILE).is_file():
        return own / VAD_FILE
    path = voice_folder() / VAD_FILE
    check(path)
    return path


def speech_model(own: Path | None = None) -> SpeechModel:
    """The recogniser's files: of the folder that the user named, else the installed ones, checked.

    Raises `ModelProblem`.
    """
    if own is not None:
        return recognised(own)
    folder = voice_folder()
    for name in HASHES:
        check(folder / name)
    return recognised(folder)


def recognised(folder: Path) -> SpeechModel:
    """Raises `ModelProblem` where the folder holds no model of a known family."""
    if not folder.is_dir():
        raise ModelProblem(f"{folder} is no folder; --voice-model needs the folder of a Moonshine or Whisper model")
    for family, patterns in PARTS.items():
        parts = {part: _one(folder, pattern) for part, pattern in patterns.items()}
        there = {part: path for part, path in parts.items() if path is not None}
        if len(there) == len(patterns):
            return SpeechModel(family, there, _tokens(folder))
    wanted = (
        "encoder_model.ort and decoder_model_merged.ort (Moonshine), or *encoder*.onnx and *decoder*.onnx (Whisper)"
    )
    raise ModelProblem(f"{folder} holds no speech model that is known here: {wanted}")


def check(path: Path) -> None:
    """Raises `ModelProblem` unless the file is the one that was measured."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise ModelProblem(f"the voice models are not there yet: {INSTALL}") from None
    except OSError as problem:
        raise ModelProblem(f"{path.name} cannot be read ({problem.strerror}): {INSTALL}") from problem
    if found != HASHES[path.name]:
        raise ModelProblem(f"{path.name} is not the file it should be (sha256 {found[:12]}…): {INSTALL}")


def _one(folder: Path, pattern: str) -> Path | None:
    """The smallest of several that fit: an int8 file stands beside the large one."""
    found = [path for path in folder.glob(pattern) if path.is_file()]
    return min(found, key=lambda path: (path.stat().st_size, path.name), default=None)


def _tokens(folder: Path) -> Path:
    for pattern in (TOKENS_FILE, "*tokens.txt", TOKENIZER_FILE):
        found = _one(folder, pattern)
        if found is not None:
            return found
    raise ModelProblem(f"{folder} has no tokens.txt (nor tokenizer.bin)")
