"""Commands without a screen do not load one: `--help` answers at once, and playbooks are checked without Textual."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import salesnerd_tui

PLAYBOOK = """playbook: Small
goal: Find out what broke.
agenda:
  - ask: What broke?
    id: broke
outcomes:
  go_on: {decision: go}
  wait: {decision: not-yet}
  stop: {decision: no-go}
"""


def modules_loaded_by(words: list[str]) -> set[str]:
    """The top-level modules in a process that ran `salesnerd` with `words`, which must go well."""
    program = (
        "import sys\nfrom salesnerd_tui.cli import main\n"
        "try: status = main(sys.argv[1:])\nexcept SystemExit as ended: status = ended.code\n"
        "sys.stderr.write('\\n' + ' '.join({name.split('.')[0] for name in sys.modules}))\nsys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_loads_next_to_nothing(words: list[str]) -> None:
    loaded = modules_loaded_by(words)
    assert not loaded & {"textual", "rich", "tinydb", "yaml", "platformdirs", "asyncio", "argparse", "dataclasses"}


def test_a_playbook_is_checked_without_a_screen_or_a_store(tmp_path: Path) -> None:
    playbook = tmp_path / "small.yaml"
    playbook.write_text(PLAYBOOK)
    loaded = modules_loaded_by(["playbook", "lint", str(playbook)])
    assert "yaml" in loaded
    assert not loaded & {"textual", "rich", "tinydb", "asyncio"}


def test_a_playbook_loads_without_the_rules_that_only_lint(tmp_path: Path) -> None:
    playbook = tmp_path / "small.yaml"
    playbook.write_text(PLAYBOOK)
    program = (
        "import sys\nfrom pathlib import Path\nfrom salesnerd_tui.playbook.library import load\n"
        "path, rules = Path(sys.argv[1]), 'salesnerd_tui.playbook.lint.style'\n"
        "assert load(path).playbook is not None and rules not in sys.modules\n"
        "from salesnerd_tui.playbook.lint.linter import lint\nassert lint(path).findings and rules in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(playbook)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_no_module_is_hidden_from_or_replaced_for_another() -> None:
    """The imports of a dependency are its own matter, also where leaving it out would start the program sooner."""
    package = Path(salesnerd_tui.__file__).parent
    touching = [path.name for path in package.rglob("*.py") if "sys.modules[" in path.read_text(encoding="utf-8")]
    assert not touching
