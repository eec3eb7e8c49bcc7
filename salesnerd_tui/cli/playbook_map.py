"""`salesnerd playbook map`: print where the answers of a playbook lead, as text or Mermaid."""

from __future__ import annotations

import argparse
from pathlib import Path

from msgspec.structs import replace

from salesnerd_tui.cli.output import say
from salesnerd_tui.cli.playbook_files import loaded_by_name
from salesnerd_tui.playbook.folders import is_library_file
from salesnerd_tui.playbook.graph import as_mermaid, as_text
from salesnerd_tui.playbook.library import Loaded
from salesnerd_tui.playbook.model import Playbook


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook map",
        description="Print the questions of a playbook or library and where each answer leads.",
    )
    parser.add_argument("playbook", help="id or file")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--mermaid", action="store_true", help="print a Mermaid flowchart, for a README or a wiki")
    how.add_argument("--text", action="store_true", help="print lines for the terminal (default)")
    parser.add_argument(
        "--no-libraries", action="store_true", help="leave out the detours and gates that come from libraries"
    )
    given = parser.parse_args(arguments)
    loaded = loaded_by_name(given.playbook, "playbook map")
    if loaded is None or loaded.walkable is None:
        return 1
    draw = as_mermaid if given.mermaid else as_text
    playbook = loaded.walkable
    if given.no_libraries and not loaded.is_library:
        playbook = _without_libraries(playbook, loaded)
    say(draw(playbook, is_library=loaded.is_library).rstrip("\n"))
    return 0


def _without_libraries(playbook: Playbook, loaded: Loaded) -> Playbook:
    """Return the playbook without the detours and gates of libraries; included questions keep their place."""
    libraries = {name for name in loaded.sources if is_library_file(Path(name))}
    return replace(
        playbook,
        detours={name: detour for name, detour in playbook.detours.items() if detour.spot.file not in libraries},
        gates={name: gate for name, gate in playbook.gates.items() if gate.spot.file not in libraries},
    )
