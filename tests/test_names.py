"""Test files share one namespace: two files with one name confuse pytest and mypy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def test_no_two_test_files_have_one_name() -> None:
    loose = [path for path in TESTS.rglob("*.py") if not (path.parent / "__init__.py").exists()]
    twice = [name for name, times in Counter(path.name for path in loose).items() if times > 1]
    assert twice == [], "rename one of each: tests are found by name alone"
