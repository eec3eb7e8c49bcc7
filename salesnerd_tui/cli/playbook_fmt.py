"""`salesnerd playbook fmt`: missing ids, ambiguous words, blanks at the ends of lines. Comments and layout stay."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

from salesnerd_tui.cli.printing import complain, say
from salesnerd_tui.playbook.editing import CannotEdit
from salesnerd_tui.playbook.findings import did_you_mean
from salesnerd_tui.playbook.folders import files_in, own_folders, shown_name
from salesnerd_tui.playbook.formats import FORMATS
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.loading import load
from salesnerd_tui.playbook.saving import CannotSave, Draft, read_draft, replace_all
from salesnerd_tui.playbook.tidying import tidy

_VERB = "playbook fmt"


def main(arguments: list[str]) -> int:
    """0 when every file has its form (with --check: had it already), 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog=f"salesnerd {_VERB}",
        description="Write the ids that are missing, quote what YAML 1.1 and 1.2 read differently, write flags as true "
        "and false, and trim the ends of lines. Comments and layout stay as they are.",
    )
    parser.add_argument("files", nargs="*", metavar="FILES", help="files, folders or ids; all of your own without any")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when something would change")
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    given = parser.parse_args(arguments)
    changes: list[tuple[Draft, str]] = []
    failed = False
    try:
        for path in _paths(given.files):
            draft = read_draft(path, shown_name(path))
            text = _tidied(draft)
            failed = failed or text is None
            if text is not None and text != draft.source.text:
                changes.append((draft, text))
        if not (given.check or given.diff):
            replace_all(changes)
    except CannotSave as problem:
        complain(_VERB, str(problem))
        return 1
    for draft, text in changes:
        say(_diff(draft, text) if given.diff else draft.source.name)
    return int(failed or (given.check and bool(changes)))


def _paths(names: Sequence[str]) -> list[Path]:
    if not names:
        return list(files_in(own_folders()).values())
    library = Library()
    paths: list[Path] = []
    for name in names:
        if "\0" not in name and Path(name).is_dir():
            paths += files_in([Path(name)]).values()
            continue
        found = library.path_of(name)
        if found is None or not found.is_file():
            hint, _ = did_you_mean(name, library.files())
            raise CannotSave(f"there is no file or playbook '{name[:80]}'; {hint}")
        paths.append(found)
    return list(dict.fromkeys(paths))


def _tidied(draft: Draft) -> str | None:
    """The text in its form; None after it was told why there is none."""
    if draft.tree is None:
        loaded = load(draft.path, (), draft.source.text)
        complain(_VERB, "this file cannot be read yet\n" + FORMATS["text"](loaded.findings, loaded.sources))
        return None
    try:
        return tidy(draft.source, draft.tree)
    except CannotEdit as problem:
        complain(_VERB, f"{draft.source.name} was left as it is: {problem}")
        return None


def _diff(draft: Draft, text: str) -> str:
    name = draft.source.name
    lines = unified_diff(draft.source.text.splitlines(), text.splitlines(), name, name, n=1, lineterm="")
    return "\n".join(lines)
