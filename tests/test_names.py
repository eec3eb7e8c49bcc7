"""Names: given only once where they are looked for, and right where the contributor's guide names a file."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parent
CALLS = {"DemoScreen", "PrepScreen", "RehearsalScreen"}
PACKAGE = TESTS.parent / "salesnerd_tui"


def test_no_two_test_files_have_one_name() -> None:
    loose = [path for path in TESTS.rglob("*.py") if not (path.parent / "__init__.py").exists()]
    twice = [name for name, times in Counter(path.name for path in loose).items() if times > 1]
    assert twice == [], "rename one of each: tests are found by name alone"


def test_no_two_classes_of_the_package_have_one_name() -> None:
    found = [
        node.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert [name for name, times in Counter(found).items() if times > 1] == [], "rename one of each"


def test_the_contributors_guide_names_only_files_that_exist() -> None:
    guide = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    ends = {"/".join(path.parts[-length:]) for path in PACKAGE.parent.glob("[!.]*/**/*.py") for length in range(1, 6)}
    assert [name for name in re.findall(r"`([\w/]+\.py)`", guide) if name not in ends] == []


def test_the_contributors_guide_finds_each_start_in_its_package() -> None:
    """The last cell of a row gives files of the packages in the first cell, or names that they define."""
    guide = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+) \|[^|]+\? [^|]*\| (`[^|]+) \|$", guide, re.MULTILINE)
    assert len(rows) > 10
    lost = []
    for packages, starts in rows:
        roots = [PACKAGE / name for name in re.findall(r"`([\w.]+)`", packages)]
        files = [file for root in roots for file in (root.rglob("*.py") if root.is_dir() else [root])]
        code = "\n".join(file.read_text(encoding="utf-8") for file in files)
        for start in re.findall(r"`([\w./]+)`", starts):
            is_there = any(str(file).endswith(f"/{start}") for file in files) or re.search(
                rf"^(?:class |def )?{re.escape(start)}\b", code, re.MULTILINE
            )
            lost += [] if is_there else [f"{packages}: {start}"]
    assert lost == []


def test_a_screen_has_one_base_of_ours_and_a_kind_of_call_two() -> None:
    bases = {
        node.name: [base.id for base in node.bases if isinstance(base, ast.Name)]
        for path in (PACKAGE / "tui" / "screens").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }

    def above(name: str) -> list[str]:
        return [each for base in bases.get(name, []) if base in bases for each in (base, *above(base))]

    assert {name for name in bases if above(name) == ["LiveScreen", "BaseScreen"]} == CALLS
    assert {len(above(name)) for name in set(bases) - CALLS} == {0, 1}
