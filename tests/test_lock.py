"""The committed locks satisfy pyproject.toml, so that a new machine installs the tested versions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from check_locks import Needs, NeedsOf, Pin, gaps, installed, pins_of
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent


def locked(name: str) -> dict[str, str]:
    return {pin.name: pin.version for pin in pins_of((PROJECT / "requirements" / name).read_text())}


def lock(*pins: str) -> str:
    """A lock as `make lock` writes it."""
    return "".join(f"{pin} \\\n    --hash=sha256:0123\n    # via invented\n" for pin in pins)


def world(**requires: Sequence[str]) -> NeedsOf:
    """The metadata of an invented package index: what each package requires, in whatever version it is pinned."""
    return lambda pin: Needs(tuple(requires[pin.name]), "") if pin.name in requires else None


def found(text: str, asked: str, needs_of: NeedsOf) -> list[str]:
    return list(gaps(text, [Requirement(asked)], needs_of))


def test_a_complete_lock_has_no_gap() -> None:
    complete = lock("kettle==2.0", "lid==1.4", "spout==0.3 ; sys_platform == 'win32'")
    needs = world(kettle=["lid>=1.2", "spout; sys_platform == 'win32'", "cosy; extra == 'warm'"], lid=[], spout=[])
    assert found(complete, "kettle>=2", needs) == []


def test_a_requirement_that_is_not_pinned_is_a_gap() -> None:
    assert found(lock("kettle==2.0"), "kettle", world(kettle=["lid>=1.2"])) == [
        "kettle==2.0 requires lid>=1.2, which is not pinned (Python 3.11 on Linux)"
    ]


def test_what_the_project_asks_for_and_the_lock_lacks_is_a_gap() -> None:
    assert found(lock("lid==1.4"), "kettle>=2", world(lid=[])) == [
        "pyproject.toml requires kettle>=2, which is not pinned (Python 3.11 on Linux)"
    ]


def test_a_pin_that_does_not_satisfy_a_requirement_is_a_gap() -> None:
    assert found(lock("kettle==2.0", "lid==1.1"), "kettle", world(kettle=["lid>=1.2"], lid=[])) == [
        "kettle==2.0 requires lid>=1.2, but lid==1.1 is pinned (Python 3.11 on Linux)"
    ]


def test_a_requirement_of_one_system_and_one_python_is_checked_there() -> None:
    needs = world(kettle=["spout; sys_platform == 'darwin' and python_version >= '3.13'"])
    assert found(lock("kettle==2.0"), "kettle", needs) == [
        "kettle==2.0 requires spout, which is not pinned (Python 3.13 on macOS)"
    ]


def test_a_pin_for_too_few_systems_is_a_gap_on_the_others() -> None:
    half = lock("kettle==2.0", "lid==1.4 ; sys_platform == 'win32'")
    (gap,) = found(half, "kettle", world(kettle=["lid"], lid=[]))
    assert gap == "kettle==2.0 requires lid, which is not pinned (Python 3.11 on Linux)"


def test_an_extra_that_is_asked_for_brings_its_own_requirements() -> None:
    needs = world(kettle=["lid[tight]>=1"], lid=["seal; extra == 'tight'"])
    assert found(lock("kettle==2.0", "lid==1.4"), "kettle", needs) == [
        "lid==1.4 requires seal, which is not pinned (Python 3.11 on Linux)"
    ]


def test_two_pins_of_one_package_may_not_meet() -> None:
    split = lock("lid==1.4 ; python_full_version < '3.13'", "lid==2.0 ; python_full_version >= '3.12'")
    assert found(split, "lid", world(lid=[])) == ["lid is pinned twice: 1.4 and 2.0 (Python 3.12 on Linux)"]


def test_a_pin_that_does_not_support_a_python_is_a_gap() -> None:
    assert found(lock("lid==1.4"), "lid", lambda pin: Needs((), ">=3.9,<3.14")) == [
        "lid==1.4 does not support this Python: it requires >=3.9,<3.14 (Python 3.14 on Linux)"
    ]


def test_an_unknown_package_is_a_gap() -> None:
    (gap,) = found(lock("lid==1.4"), "lid", world())
    assert gap.startswith("the requirements of lid==1.4 are unknown")


def test_only_metadata_of_the_pinned_version_counts() -> None:
    version = metadata.version("packaging")
    assert installed(Pin("packaging", version, None)) is not None
    assert installed(Pin("packaging", "0.0.1", None)) is None


def test_every_install_from_a_lock_resolves_nothing() -> None:
    files = [PROJECT / "Makefile", *(path for path in (PROJECT / "tools").iterdir() if path.is_file())]
    lines = [line for path in files for line in path.read_text().splitlines() if "--require-hashes" in line]
    assert len(lines) >= 2, "the Makefile and tools/try_wheel.py install from the locks"
    assert [line for line in lines if "--no-deps" not in line] == []


def test_the_locks_agree() -> None:
    run, dev, voice = locked("run.txt"), locked("dev.txt"), locked("voice.txt")
    assert {name: dev.get(name) for name in run} == run
    assert {name: dev.get(name, pin) for name, pin in voice.items()} == voice


def test_the_lock_names_no_server_and_no_folder() -> None:
    for path in (PROJECT / "requirements").iterdir():
        assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|@ ", path.read_text()), path.name


def test_every_dependency_has_a_reason() -> None:
    lines = (PROJECT / "pyproject.toml").read_text().split("\ndependencies = [\n")[1].split("\n]\n")[0].splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line.strip().startswith('"'):
            assert above.strip().startswith("#"), f"say above {line.strip()} why it is needed"
