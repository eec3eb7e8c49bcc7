"""`salesnerd playbook new`: create a working playbook in the user's folder, with a schema for the editor."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from salesnerd_tui.cli.output import complain, say
from salesnerd_tui.playbook.diagnostics import did_you_mean
from salesnerd_tui.playbook.folders import SUFFIXES, own_folders
from salesnerd_tui.playbook.json_schema import SCHEMA_FILE, schema
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.scalars import slug
from salesnerd_tui.playbook.template import child, copy_of, starter, usable_name
from salesnerd_tui.private_file import CannotWrite, write_private

_VERB = "playbook new"


def main(arguments: list[str]) -> int:
    """Return 0 if the file was written, 1 if it exists or cannot be saved, 2 if a name cannot be used."""
    parser = argparse.ArgumentParser(
        prog=f"salesnerd {_VERB}",
        description="Create a playbook in your folder. An existing file is never overwritten.",
    )
    parser.add_argument("name", help="id of the new playbook, such as my_first_call")
    parser.add_argument(
        "--from", dest="parent", metavar="PLAYBOOK", help="extend this playbook: write only what differs"
    )
    parser.add_argument("--copy", action="store_true", help="with --from: copy the text instead of extending it")
    given = parser.parse_args(arguments)
    name = given.name.removesuffix(".yaml").removesuffix(".yml")
    if not usable_name(name):
        complain(_VERB, f"invalid name '{name[:60]}' (use lower-case letters, digits and _, such as '{slug(name)}')")
        return 2
    library, folder = Library(), own_folders()[0]
    parent = library.files().get(given.parent) if given.parent else None
    if given.parent and parent is None:
        hint, _ = did_you_mean(given.parent, library.files())
        complain(_VERB, f"unknown playbook '{given.parent[:60]}' ({hint})")
        return 2
    try:
        path = _write(folder, name, given.parent, parent if given.copy else None)
        text = json.dumps(schema(Library()), indent=1, ensure_ascii=False) + "\n"
        write_private(folder / SCHEMA_FILE, text, force=True)
    except (CannotWrite, OSError, UnicodeDecodeError) as problem:
        complain(_VERB, str(problem))
        return 1
    say(_next_steps(path, name))
    return 0


def _write(folder: Path, name: str, parent: str | None, copied: Path | None) -> Path:
    taken = [folder / (name + suffix) for suffix in SUFFIXES if (folder / (name + suffix)).exists()]
    if taken:
        raise CannotWrite(f"{taken[0]} already exists; nothing was written")
    path = folder / f"{name}.yaml"
    text = copy_of(name, copied) if copied else child(name, parent) if parent else starter(name)
    write_private(path, text, make_folders=True)
    return path


def _next_steps(path: Path, name: str) -> str:
    return (
        f"{path}\n\n"
        f"  salesnerd playbook lint {name} --watch   check it each time you save\n"
        f"  salesnerd playbook play {name}           try it in the terminal\n"
        f"  salesnerd playbook test {name}           run its tests\n"
        f"  salesnerd live {name}                    start a call with it\n\n"
        "An editor with a YAML language server completes fields and names."
    )
