"""`salesnerd playbook …`: the tools around playbooks, one small function each.

A subcommand is a line in `SUBCOMMANDS`: its name, what it does, and the module function that does it, imported only
when it runs. The function takes the remaining arguments and gives the exit status: 0 well, 1 something was found, 2
used wrongly.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple


class Subcommand(NamedTuple):
    summary: str
    place: str


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "list": Subcommand("what there is, and what was found in it", "salesnerd_tui.cli.playbook_list:main"),
    "new": Subcommand("begin one in your folder: new NAME [--from first_call]", "salesnerd_tui.cli.playbook_new:main"),
    "lint": Subcommand(
        "check files: lint [FILES] [--watch] [--format text|json|github|sarif]", "salesnerd_tui.cli.playbook_lint:main"
    ),
    "explain": Subcommand("explain a finding: explain P202", "salesnerd_tui.cli.playbook_explain:main"),
    "map": Subcommand("a picture of it: map PLAYBOOK [--mermaid]", "salesnerd_tui.cli.playbook_map:main"),
    "play": Subcommand("walk it by hand or from a script: play PLAYBOOK", "salesnerd_tui.cli.playbook_play:main"),
    "test": Subcommand("walk its tests and buyers: test [PLAYBOOK]", "salesnerd_tui.cli.playbook_test:main"),
    "show": Subcommand("all of it after merging: show PLAYBOOK", "salesnerd_tui.cli.playbook_show:main"),
    "schema": Subcommand("completion for your editor: schema --write", "salesnerd_tui.cli.playbook_schema:main"),
}


def main(arguments: list[str]) -> int:
    """Run one subcommand."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_help() + "\n")
        return 0 if arguments else 2
    name, *rest = arguments
    found = SUBCOMMANDS.get(name)
    if found is None:
        return _refuse(name)
    module, _, function = found.place.partition(":")
    return int(getattr(import_module(module), function)(rest))


def _help() -> str:
    lines = "\n".join(f"  {name:10}{subcommand.summary}" for name, subcommand in SUBCOMMANDS.items())
    return f"usage: salesnerd playbook SUBCOMMAND [--help]\n\n{lines}"


def _refuse(name: str) -> int:
    from difflib import get_close_matches

    close = ["explain"] if name == "why" else get_close_matches(name, SUBCOMMANDS, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "see: salesnerd playbook --help"
    sys.stderr.write(f"salesnerd playbook: unknown command {name!r} ({hint})\n")
    return 2
