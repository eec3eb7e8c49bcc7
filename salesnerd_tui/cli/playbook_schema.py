"""`salesnerd playbook schema`: print or write a JSON schema with the user's own names."""

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
    """Return 0 if the schema was printed or written, otherwise 1."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook schema",
        description="Print a JSON schema with the questions, outcomes, detours and gates of your playbooks. "
        "An editor with a YAML language server uses it for completion, help on hover and first diagnostics.",
    )
    parser.add_argument(
        "playbooks", nargs="*", metavar="PLAYBOOK", help="use the names of these playbooks (default: all your own)"
    )
    parser.add_argument("--write", action="store_true", help=f"write {SCHEMA_FILE} next to your playbooks")
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
    say(f"{path}\n\nFirst line of a playbook in the same folder:\n{modeline('').rstrip()}")
    return 0
