"""The committed locks satisfy pyproject.toml, so that a new machine installs the tested versions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
LOCKS = {path.name: path.read_text() for path in (PROJECT / "requirements").iterdir()}
COMPILE = re.compile(r"^compile .*?--output-file requirements/(\S+)", re.MULTILINE | re.DOTALL)

Pins = Mapping[str, set[str]]
"""Versions of each package in a lock: several if they depend on the Python version."""


def locked(text: str) -> Pins:
    """Return the pins that have a hash."""
    pins: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)[^\n]*\\\n +--hash=sha256:", text, re.MULTILINE):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def requirements_by_lock() -> dict[str, list[str]]:
    """Return what pyproject.toml requires of each lock, as tools/lock compiles it."""
    pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    groups, extras = pyproject["dependency-groups"], pyproject["project"]["optional-dependencies"]
    required = {}
    for command in COMPILE.finditer((PROJECT / "tools" / "lock").read_text()):
        entries = [each for group in re.findall(r"--group (\S+)", command[0]) for each in groups[group]]
        entries += [each for extra in re.findall(r"--extra (\S+)", command[0]) for each in extras[extra]]
        included = [groups[each["include-group"]] for each in entries if isinstance(each, dict)]
        required[command[1]] = [
            *pyproject["project"]["dependencies"],
            *(each for each in entries if isinstance(each, str)),
            *(each for group in included for each in group),
        ]
    return required


def gaps(text: str, required: list[str]) -> list[str]:
    """Return the requirements that no pin with a hash satisfies."""
    pins = locked(text)
    return [
        line
        for line, requirement in ((line, Requirement(line)) for line in required)
        if not (versions := pins.get(canonicalize_name(requirement.name)))
        or not all(requirement.specifier.contains(version, prereleases=True) for version in versions)
    ]


def test_every_requirement_has_a_pin_with_a_hash() -> None:
    required = requirements_by_lock()
    assert set(required) == set(LOCKS)
    assert any("sherpa-onnx" in line for line in required["voice.txt"])
    assert any("hatchling" in line for line in required["dev.txt"])
    assert {name: gaps(LOCKS[name], lines) for name, lines in required.items()} == {name: [] for name in required}


def test_a_requirement_without_a_fitting_pin_and_hash_is_noticed() -> None:
    lock = "kettle==2.0 \\\n    --hash=sha256:01\nlid==1.4 ; os_name == 'nt' \\\n    --hash=sha256:45\nspout==0.3\n"
    assert gaps(lock, ["Kettle[warm]>=2", "lid>=1.5", "spout", "seal"]) == ["lid>=1.5", "spout", "seal"]


def test_the_locks_agree() -> None:
    versions: dict[str, set[frozenset[str]]] = {}
    for text in LOCKS.values():
        for name, pinned in locked(text).items():
            versions.setdefault(name, set()).add(frozenset(pinned))
    assert {name: pinned for name, pinned in versions.items() if len(pinned) > 1} == {}


def test_every_install_from_a_lock_resolves_nothing() -> None:
    files = [PROJECT / "Makefile", *(path for path in (PROJECT / "tools").iterdir() if path.is_file())]
    lines = [line for path in files for line in path.read_text().splitlines() if "--require-hashes" in line]
    assert len(lines) >= 2, "the Makefile and tools/try_wheel.py install from the locks"
    assert [line for line in lines if "--no-deps" not in line] == []


def test_the_lock_names_no_server_and_no_folder() -> None:
    for name, text in LOCKS.items():
        assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|@ ", text), name


def test_every_dependency_has_a_reason() -> None:
    lines = (PROJECT / "pyproject.toml").read_text().split("\ndependencies = [\n")[1].split("\n]\n")[0].splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line.strip().startswith('"'):
            assert above.strip().startswith("#"), f"say above {line.strip()} why it is needed"
