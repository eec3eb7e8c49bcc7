"""`salesnerd playbook rename OLD NEW`: one name, in every file of your folder, or in none."""

from __future__ import annotations

import argparse
from pathlib import Path

from salesnerd_tui.cli.printing import complain, say
from salesnerd_tui.playbook.folders import builtin_folder, own_folders
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.referring import OWN, Names
from salesnerd_tui.playbook.renaming import CannotRename, rename
from salesnerd_tui.playbook.saving import CannotSave, replace_all
from salesnerd_tui.playbook.schema import refresh

_VERB = "playbook rename"


def main(arguments: list[str]) -> int:
    """0 when it was renamed, 1 when it cannot be; then nothing was written."""
    parser = argparse.ArgumentParser(
        prog=f"salesnerd {_VERB}",
        description="Rename a question, detour, outcome, gate or buyer in every playbook of your folder: ids, goto, "
        "conditions, texts, buyers and tests. Old notes stay attached by `was:`.",
    )
    parser.add_argument("old", metavar="OLD")
    parser.add_argument("new", metavar="NEW")
    parser.add_argument("--kind", choices=[str(kind) for kind in OWN], help="where several things are called OLD")
    parser.add_argument("--in", dest="folder", metavar="FOLDER", help="the playbooks of this folder instead of yours")
    parser.add_argument("--dry-run", action="store_true", help="show the changes and write nothing")
    given = parser.parse_args(arguments)
    own = [Path(given.folder)] if given.folder else list(own_folders())
    try:
        changes = rename(given.old, given.new, own, [builtin_folder()], Names(given.kind) if given.kind else None)
        if not given.dry_run:
            replace_all([(change.draft, change.text) for change in changes])
            refresh(own[0], Library([*own, builtin_folder()]))
    except (CannotRename, CannotSave) as problem:
        complain(_VERB, str(problem))
        return 1
    for change in changes:
        say(change.diff().rstrip("\n") if given.dry_run else f"{change.draft.source.name}: {change.places} places")
    return 0
