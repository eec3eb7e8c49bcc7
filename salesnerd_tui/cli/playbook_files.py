"""A playbook or library named on the command line: loaded, or refused with its findings."""

from __future__ import annotations

from salesnerd_tui.cli.output import complain
from salesnerd_tui.playbook.library import Library, Loaded
from salesnerd_tui.playbook.lint.report import FORMATS
from salesnerd_tui.playbook.model import Playbook


def playbook_named(name: str, verb: str) -> Playbook | None:
    """Return the playbook with that id or path; print why on standard error and return None when there is none."""
    loaded = Library().load(name)
    if loaded.playbook is None:
        _refuse(loaded, verb)
    return loaded.playbook


def loaded_by_name(name: str, verb: str) -> Loaded | None:
    """Return what has that id or path, a library too, when it has no errors; print the errors and return None else."""
    loaded = Library().load(name)
    if loaded.walkable is None:
        _refuse(loaded, verb)
        return None
    return loaded


def _refuse(loaded: Loaded, verb: str) -> None:
    if loaded.is_library and not loaded.errors:
        complain(verb, f"{loaded.id} is a library, not a playbook (name a playbook that uses it)")
    else:
        complain(verb, "this playbook cannot be used yet\n" + FORMATS["text"](loaded.errors, loaded.sources))
