"""Prove that the locks in requirements/ are complete: installing them never has to resolve anything.

python tools/check_locks.py            exit with 1 and print one line for each gap
python tools/check_locks.py --record   rewrite requirements/elsewhere.json (`make lock` does)

The locks are installed with `pip install --no-deps --require-hashes`, so a missing pin would surface as an import error
at run time. Here every requirement of every pinned package, with the extras that are asked for, is evaluated for each
supported Python and system, and has to be pinned to a version that satisfies it. Nothing is downloaded: the
requirements of a package come from its installed metadata, and those of packages that are never installed on this
system from requirements/elsewhere.json.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
ELSEWHERE = PROJECT / "requirements" / "elsewhere.json"

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PATCHES = ("0", "99")
"""First and a late patch release of each Python version, because markers may compare the full version."""

SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "Linux": {"sys_platform": "linux", "os_name": "posix", "platform_machine": "x86_64"},
    "Linux on ARM": {"sys_platform": "linux", "os_name": "posix", "platform_machine": "aarch64"},
    "macOS": {"sys_platform": "darwin", "os_name": "posix", "platform_machine": "arm64"},
    "macOS on Intel": {"sys_platform": "darwin", "os_name": "posix", "platform_machine": "x86_64"},
    "Windows": {"sys_platform": "win32", "os_name": "nt", "platform_machine": "AMD64"},
}
_PLATFORM_SYSTEM = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of a lock."""

    name: str
    version: str
    marker: Marker | None

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, slots=True)
class Needs:
    """Requirements in the metadata of one package."""

    requires: tuple[str, ...]
    python: str


NeedsOf = Callable[[Pin], Needs | None]
"""Function that returns the metadata of exactly that version, or None if it is unknown."""


def pins_of(text: str) -> list[Pin]:
    """Return the pins of a lock, as `uv pip compile` writes it."""
    lines = re.finditer(r"^([\w.-]+)==([^\s;]+)(?: *; *([^\\\n]+?))? *\\?$", text, re.MULTILINE)
    return [Pin(canonicalize_name(match[1]), match[2], Marker(match[3]) if match[3] else None) for match in lines]


def environments() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each supported combination of Python and system, with the values that markers compare."""
    for python in PYTHONS:
        for system, values in SYSTEMS.items():
            for patch in PATCHES:
                full = f"{python}.{patch}"
                yield (
                    f"Python {python} on {system}",
                    {
                        **values,
                        "python_version": python,
                        "python_full_version": full,
                        "implementation_version": full,
                        "implementation_name": "cpython",
                        "platform_python_implementation": "CPython",
                        "platform_system": _PLATFORM_SYSTEM[values["sys_platform"]],
                        "platform_release": "",
                        "platform_version": "",
                    },
                )


def gaps(lock: str, requirements: Iterable[Requirement], needs_of: NeedsOf) -> Iterator[str]:
    """Yield each gap of a lock once, with the first Python and system that has it.

    `lock` is the text of the file; `requirements` is what the project itself requires of it.
    """
    pins, roots = pins_of(lock), list(requirements)
    reported: set[str] = set()
    for where, environment in environments():
        for gap in _gaps_in(environment, pins, roots, needs_of):
            if gap not in reported:
                reported.add(gap)
                yield f"{gap} ({where})"


def _gaps_in(
    environment: dict[str, str], pins: list[Pin], roots: list[Requirement], needs_of: NeedsOf
) -> Iterator[str]:
    active: dict[str, Pin] = {}
    for pin in pins:
        if pin.marker is None or pin.marker.evaluate(environment):
            if pin.name in active:
                yield f"{pin.name} is pinned twice: {active[pin.name].version} and {pin.version}"
            active[pin.name] = pin

    required = [requirement for requirement in roots if _applies(requirement, environment, "")]
    for requirement in required:
        yield from _find_unmet("pyproject.toml", requirement, active)

    queue = [(name, "") for name in active] + [each for requirement in required for each in _extras(requirement)]
    visited: set[tuple[str, str]] = set()
    while queue:
        name, extra = queue.pop()
        if (name, extra) not in visited and name in active:
            visited.add((name, extra))
            needs = needs_of(active[name])
            yield from _find_unsupported(active[name], needs, environment["python_full_version"])
            for requirement in map(Requirement, needs.requires if needs else ()):
                if _applies(requirement, environment, extra):
                    yield from _find_unmet(str(active[name]), requirement, active)
                    queue += _extras(requirement)


def _extras(requirement: Requirement) -> list[tuple[str, str]]:
    return [(canonicalize_name(requirement.name), extra) for extra in requirement.extras]


def _find_unsupported(pin: Pin, needs: Needs | None, python: str) -> Iterator[str]:
    if needs is None:
        yield f"the requirements of {pin} are unknown: neither installed nor in {ELSEWHERE.name}"
    elif not SpecifierSet(needs.python).contains(python):
        yield f"{pin} does not support this Python: it requires {needs.python}"


def _applies(requirement: Requirement, environment: dict[str, str], extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**environment, "extra": extra})


def _find_unmet(source: str, requirement: Requirement, active: Mapping[str, Pin]) -> Iterator[str]:
    pin = active.get(canonicalize_name(requirement.name))
    if pin is None:
        yield f"{source} requires {requirement.name}{requirement.specifier}, which is not pinned"
    elif not requirement.specifier.contains(pin.version, prereleases=True):
        yield f"{source} requires {requirement.name}{requirement.specifier}, but {pin} is pinned"


# What the project asks of each lock


def requirements_by_lock(pyproject: Mapping[str, Any]) -> dict[str, list[Requirement]]:
    """Return what each lock has to answer, by file name."""
    project, groups = pyproject["project"], pyproject["dependency-groups"]
    run = [Requirement(line) for line in project["dependencies"]]
    agent = [Requirement(line) for line in project["optional-dependencies"]["agent"]]
    voice = [Requirement(line) for line in project["optional-dependencies"]["voice"]]
    return {
        "run.txt": [*run, *_group(groups, "build")],
        "dev.txt": [*run, *_group(groups, "dev")],
        "voice.txt": [*run, *voice, *_group(groups, "voice")],
        "agent.txt": [*run, *agent],
        "train.txt": [*run, *_group(groups, "train")],
    }


def _group(groups: Mapping[str, Any], name: str) -> Iterator[Requirement]:
    for entry in groups[name]:
        if isinstance(entry, dict):
            yield from _group(groups, entry["include-group"])
        else:
            yield Requirement(entry)


# Where the requirements of a package are read


def installed(pin: Pin) -> Needs | None:
    """Return the installed metadata of exactly that version, or None."""
    try:
        distribution = metadata.distribution(pin.name)
    except metadata.PackageNotFoundError:
        return None
    if distribution.version != pin.version:
        return None
    return Needs(tuple(distribution.requires or ()), str(distribution.metadata.json.get("requires_python", "")))


def recorded(path: Path = ELSEWHERE) -> NeedsOf:
    """Return how to look up the metadata kept in requirements/elsewhere.json."""
    records = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def needs_of(pin: Pin) -> Needs | None:
        record = records.get(str(pin))
        return Needs(tuple(record["requires"]), record["python"]) if record else None

    return needs_of


def installed_or_recorded() -> NeedsOf:
    """Return how to look up a pin in this environment first and in requirements/elsewhere.json second."""
    look_up_record = recorded()
    cache: dict[Pin, Needs | None] = {}

    def needs_of(pin: Pin) -> Needs | None:
        if pin not in cache:
            cache[pin] = installed(pin) or look_up_record(pin)
        return cache[pin]

    return needs_of


def record() -> None:
    """Download, once, each pinned wheel that dev.txt does not install on this system, and keep what it requires."""
    dev = {pin for pin in pins_of(_lock("dev.txt")) if pin.marker is None or pin.marker.evaluate()}
    dev_versions = {str(pin) for pin in dev}
    missing = {str(pin) for name in requirements_by_lock(_pyproject()) for pin in pins_of(_lock(name))} - dev_versions
    records = {}
    for pin in sorted(missing):
        with tempfile.TemporaryDirectory() as folder:
            records[pin] = _from_wheel(_download(pin, Path(folder)))
    ELSEWHERE.write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")


def _download(pin: str, folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download", "--dest", str(folder)]
    for python in PYTHONS:
        for platform in ("manylinux_2_28_x86_64", "macosx_14_0_arm64", "win_amd64"):
            target = ["--only-binary", ":all:", "--platform", platform, "--python-version", python]
            process = subprocess.run([*pip, "--no-deps", *target, pin], capture_output=True, check=False)
            if process.returncode == 0:
                (wheel,) = folder.glob("*.whl")
                return wheel
    raise SystemExit(f"no wheel of {pin} for any supported Python and system")


def _from_wheel(wheel: Path) -> dict[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        headers = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    return {"python": headers.get("Requires-Python", ""), "requires": headers.get_all("Requires-Dist", [])}


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def _lock(name: str) -> str:
    return (PROJECT / "requirements" / name).read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    if arguments == ["--record"]:
        record()
        return 0
    needs_of = installed_or_recorded()
    lines = [
        f"{name}: {gap}"
        for name, required in requirements_by_lock(_pyproject()).items()
        for gap in gaps(_lock(name), required, needs_of)
    ]
    for gap in lines:
        print(f"requirements/{gap}", file=sys.stderr)
    if lines:
        print("The locks are incomplete: run `make lock`, or install them first (`make install`).", file=sys.stderr)
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
