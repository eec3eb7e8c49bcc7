"""The committed lock must answer what pyproject.toml asks for, or a fresh machine gets something nobody tested."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
PYPROJECT: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text())


def locked(name: str) -> dict[str, str]:
    text = (PROJECT / "requirements" / name).read_text()
    return {
        canonicalize_name(found[1]): found[2] for found in re.finditer(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    }


def group(name: str) -> Iterator[Requirement]:
    for entry in PYPROJECT["dependency-groups"][name]:
        if isinstance(entry, dict):
            yield from group(entry["include-group"])
        else:
            yield Requirement(entry)


RUN = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
VOICE = [Requirement(line) for line in PYPROJECT["project"]["optional-dependencies"]["voice"]]


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        *(("run.txt", asked) for asked in [*RUN, *group("build")]),
        *(("dev.txt", asked) for asked in [*RUN, *group("dev")]),
        *(("voice.txt", asked) for asked in [*RUN, *VOICE, *group("voice")]),
    ],
    ids=str,
)
def test_every_dependency_is_pinned_as_asked(lock: str, asked: Requirement) -> None:
    pins = locked(lock)
    name = canonicalize_name(asked.name)
    assert name in pins, f"{asked.name} is not in requirements/{lock}: run `make lock`"
    assert asked.specifier.contains(pins[name]), f"{lock} pins {name} {pins[name]}: run `make lock`"


def test_the_locks_agree() -> None:
    run, dev, voice = locked("run.txt"), locked("dev.txt"), locked("voice.txt")
    assert {name: dev.get(name) for name in run} == run
    assert {name: dev.get(name, pin) for name, pin in voice.items()} == voice


def test_the_lock_names_no_server_and_no_folder() -> None:
    for path in (PROJECT / "requirements").iterdir():
        assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|@ ", path.read_text()), path.name


def test_every_dependency_stands_with_its_reason() -> None:
    lines = (PROJECT / "pyproject.toml").read_text().split("\ndependencies = [\n")[1].split("\n]\n")[0].splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line.strip().startswith('"'):
            assert above.strip().startswith("#"), f"say above {line.strip()} why it is needed"
