"""A person's own keys: whether all of them are had."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.cli.checks.check import CheckResult, State
from salesnerd_tui.tui.keys.location import keys_file
from salesnerd_tui.tui.keys.own_keys import read_keys


def examined() -> Iterator[CheckResult]:
    """A file that is wrong is no obstacle: its keys are as they come."""
    path, named = keys_file()
    read = read_keys(path, named=named)
    if read.keymap.told:
        yield CheckResult("keys", State.NOTE, read.keymap.told.rpartition(": ")[0], "salesnerd keys --check")
    elif read.there and read.wishes:
        yield CheckResult("keys", State.WELL, f"{len(read.wishes)} of your own, from {path}")
    else:
        yield CheckResult("keys", State.WELL, f"as they come; your own go to {path}")
