"""`salesnerd playbook map`: print where the answers of a playbook lead, as text or Mermaid."""

from __future__ import annotations

import argparse

from salesnerd_tui.cli.output import say
from salesnerd_tui.cli.playbook_files import loaded_by_name
from salesnerd_tui.playbook.graph import as_mermaid, as_text


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook map",
        description="Print the questions of a playbook or library and where each answer leads.",
    )
    parser.add_argument("playbook", help="id or file")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--mermaid", action="store_true", help="print a Mermaid flowchart, for a README or a wiki")
    how.add_argument("--text", action="store_true", help="print lines for the terminal (default)")
    given = parser.parse_args(arguments)
    loaded = loaded_by_name(given.playbook, "playbook map")
    if loaded is None or loaded.walkable is None:
        return 1
    draw = as_mermaid if given.mermaid else as_text
    say(draw(loaded.walkable, is_library=loaded.is_library).rstrip("\n"))
    return 0
