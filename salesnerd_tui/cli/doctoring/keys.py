"""A person's own keys: whether all of them are had."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.cli.doctoring.finding import Finding, State
from salesnerd_tui.ui.keys.own import read_keys
from salesnerd_tui.ui.keys.where import keys_file


def examined() -> Iterator[Finding]:
    """A file that is wrong is no obstacle: its keys are as they come."""
    path, named = keys_file()
    read = read_keys(path, named=named)
    if read.keymap.told:
        yield Finding("keys", State.NOTE, read.keymap.told.rpartition(": ")[0], "salesnerd keys --check")
    elif read.there and read.wishes:
        yield Finding("keys", State.WELL, f"{len(read.wishes)} of your own, from {path}")
    else:
        yield Finding("keys", State.WELL, f"as they come; your own go to {path}")
