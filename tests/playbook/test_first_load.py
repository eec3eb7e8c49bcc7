"""The built-in playbooks load, and small ones of each kind have the expected model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.linter import lint_by_name
from salesnerd_tui.playbook.model import Ask

LIBRARY = Library([builtin_folder()])


@pytest.mark.parametrize("name", LIBRARY.ids())
def test_every_built_in_playbook_loads(name: str) -> None:
    loaded = lint_by_name(name, LIBRARY)
    assert [str(finding) for finding in loaded.errors] == []
    assert loaded.playbook is not None
    assert loaded.playbook.id == name
    assert all(Path(item.spot.file).is_file() for item in loaded.playbook.agenda)


def test_loading_imports_no_rule_that_only_linting_needs() -> None:
    code = (
        "import sys; from salesnerd_tui.playbook.library import Library; Library().load('first_call');"
        "print([name for name in sys.modules if name.endswith(('better_question', 'style', 'lint.paths'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_nobody_has_is_a_finding_with_a_suggestion() -> None:
    loaded = LIBRARY.load("frist_call")
    assert loaded.playbook is None
    assert loaded.findings[0].hint == "did you mean 'first_call'?"


def test_an_included_question_stands_where_it_was_written() -> None:
    playbook = LIBRARY.load("first_call").playbook
    assert playbook is not None
    included = [item for item in playbook.agenda if isinstance(item, Ask) and item.spot.file.endswith("detours.yaml")]
    assert included
