"""The playbooks: whether each can be used."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.cli.checks.check import CheckResult, State
from salesnerd_tui.playbook.folders import own_folders
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.text import one_line


def examined() -> Iterator[CheckResult]:
    own = own_folders()
    loaded = Library().list()
    broken = [each for each in loaded if each.errors]
    for each in broken:
        mine = any(each.path.is_relative_to(folder) for folder in own)
        mend = (
            f"salesnerd playbook lint {each.path}"
            if mine
            else "install salesnerd again: a built-in playbook is damaged"
        )
        told = one_line(str(each.errors[0]))
        yield CheckResult(f"playbook {one_line(each.id)}", State.NOTE if mine else State.BAD, told, mend)
    usable = len(loaded) - len(broken)
    yield CheckResult(
        "playbooks", State.WELL if usable else State.BAD, f"{usable} can be used; your own go to {own[0]}"
    )
