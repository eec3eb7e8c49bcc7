"""`salesnerd playbook schema`: JSON Schema for the editor, filled with your own names."""

from __future__ import annotations

import argparse
import json

from salesnerd_tui.cli.output import complain, print_data, say
from salesnerd_tui.playbook.folders import own_folders
from salesnerd_tui.playbook.json_schema import SCHEMA_FILE, schema
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.template import modeline
from salesnerd_tui.private_file import CannotWrite, write_private


def main(arguments: list[str]) -> int:
    """0 when it was printed or written."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook schema",
        description="JSON Schema with the questions, outcomes, detours and gates of your playbooks, for completion, "
        "help on hover and first diagnostics in any editor with a YAML language server.",
    )
    parser.add_argument("playbooks", nargs="*", metavar="PLAYBOOK", help="only the names of these; else all your own")
    parser.add_argument("--write", action="store_true", help=f"write {SCHEMA_FILE} beside your playbooks")
    given = parser.parse_args(arguments)
    text = json.dumps(schema(Library(), given.playbooks), indent=1, ensure_ascii=False)
    if not given.write:
        print_data(text)
        return 0
    path = own_folders()[0] / SCHEMA_FILE
    try:
        write_private(path, text + "\n", force=True, make_folders=True)
    except CannotWrite as problem:
        complain("playbook schema", str(problem))
        return 1
    say(f"{path}\n\nThe first line of a playbook that stands beside it:\n{modeline('').rstrip()}")
    return 0
