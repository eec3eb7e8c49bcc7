"""One playbook named on the command line: loaded, or refused with its findings."""

from __future__ import annotations

from salesnerd_tui.cli.printing import complain
from salesnerd_tui.playbook.formats import FORMATS
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import Playbook


def playbook_named(name: str, verb: str) -> Playbook | None:
    """The playbook of that id or path; None after its errors were told on standard error."""
    loaded = Library().load(name)
    if loaded.playbook is None:
        complain(verb, "this playbook cannot be used yet\n" + FORMATS["text"](loaded.errors, loaded.sources))
    return loaded.playbook
