"""What needs no screen must load none: `--help` answers at once, and the coach runs where Textual is not."""

from __future__ import annotations

import subprocess
import sys

import pytest


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
