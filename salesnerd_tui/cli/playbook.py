"""`salesnerd playbook …`: one module per subcommand.

`SUBCOMMANDS` maps each name to a summary and a function, which is imported only when it runs. The function takes the
remaining arguments and returns the exit status: 0 success, 1 findings or failure, 2 usage error.
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
    "list": Subcommand("list playbooks and libraries, with their findings", "salesnerd_tui.cli.playbook_list:main"),
    "new": Subcommand("create a playbook: new NAME [--from first_call]", "salesnerd_tui.cli.playbook_new:main"),
    "import": Subcommand(
        "make a playbook of a Markdown document: import FILE.md", "salesnerd_tui.cli.playbook_import:main"
    ),
    "lint": Subcommand(
        "check playbooks: lint [FILES] [--watch] [--format text|json|github|sarif]",
        "salesnerd_tui.cli.playbook_lint:main",
    ),
    "explain": Subcommand("explain a finding: explain P202", "salesnerd_tui.cli.playbook_explain:main"),
    "map": Subcommand("show where answers lead: map PLAYBOOK [--mermaid]", "salesnerd_tui.cli.playbook_map:main"),
    "play": Subcommand("try it in the terminal: play PLAYBOOK [--buyer NAME]", "salesnerd_tui.cli.playbook_play:main"),
    "test": Subcommand("run its tests and buyers: test [PLAYBOOK] [--write]", "salesnerd_tui.cli.playbook_test:main"),
    "show": Subcommand("print it with everything it inherits: show PLAYBOOK", "salesnerd_tui.cli.playbook_show:main"),
    "schema": Subcommand(
        "write a JSON schema for your editor: schema --write", "salesnerd_tui.cli.playbook_schema:main"
    ),
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
