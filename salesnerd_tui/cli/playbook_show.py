"""`salesnerd playbook show`: print a playbook with everything it inherits."""

from __future__ import annotations

import argparse

from salesnerd_tui.cli.output import complain, say
from salesnerd_tui.playbook.export import merged_text
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.report import FORMATS


def main(arguments: list[str]) -> int:
    """Return 0 if the playbook has no errors, otherwise 1 after printing them."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook show",
        description="Print a playbook with everything it extends and uses, as one YAML file.",
    )
    parser.add_argument("playbook", help="id or file")
    given = parser.parse_args(arguments)
    loaded = Library().load(given.playbook)
    if loaded.book is not None:
        say(merged_text(loaded.book).rstrip("\n"))
    if loaded.errors:
        complain("playbook show", "the playbook has errors\n" + FORMATS["text"](loaded.errors, loaded.sources))
    return int(bool(loaded.errors))
