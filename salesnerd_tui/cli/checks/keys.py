"""Check keys.toml."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.cli.checks.check import CheckResult, State
from salesnerd_tui.terminal.key_names import keys_file
from salesnerd_tui.tui.keymap import load_keys


def examined() -> Iterator[CheckResult]:
    """Check the keys file. An error is a note only: its command keeps the default key."""
    path, named = keys_file()
    keys = load_keys(path, named=named)
    if keys.keymap.problem:
        yield CheckResult("keys", State.NOTE, keys.keymap.problem.rpartition(": ")[0], "salesnerd keys --check")
    elif keys.exists and keys.bindings:
        yield CheckResult("keys", State.WELL, f"{len(keys.bindings)} changed in {path}")
    else:
        yield CheckResult("keys", State.WELL, f"default (change them in {path})")
