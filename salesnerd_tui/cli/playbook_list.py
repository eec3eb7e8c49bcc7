"""`salesnerd playbook list`: every playbook with its goal, length and findings."""

from __future__ import annotations

import argparse
import json
import sys

from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.library import Library, Loaded
from salesnerd_tui.playbook.lint.report import counted
from salesnerd_tui.playbook.model import Ask, Priority
from salesnerd_tui.text import one_line


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="salesnerd playbook list", description="Every playbook, yours first.")
    parser.add_argument("--json", action="store_true", help="as a JSON list")
    given = parser.parse_args(arguments)
    library = Library()
    loaded = [library.lint(name) for name in library.ids()]
    if given.json:
        sys.stdout.write(json.dumps([_plain(one) for one in loaded], indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(loaded)) + "\n")
    return 0


def _lines(loaded: list[Loaded]) -> list[str]:
    if not loaded:
        return ["no playbooks found"]
    wide = max(len(one.id) for one in loaded)
    return [line for one in loaded for line in _told(one, wide)]


def _told(one: Loaded, wide: int) -> list[str]:
    musts = _musts(one)
    asks = f"{musts} must-ask{'s' if musts != 1 else ''}"
    size = f"{one.playbook.minutes:g} min · {asks}" if one.playbook and one.playbook.minutes else ""
    found = counted(one.findings) if one.findings else ""
    head = " · ".join(part for part in (one_line(one.title), size, found) if part)
    lines = [f"{one_line(one.id):{wide}}  {head}"]
    if one.playbook and one.playbook.goal:
        lines.append(f"{'':{wide}}  {one_line(one.playbook.goal)}")
    return lines


def _musts(one: Loaded) -> int:
    agenda = one.playbook.agenda if one.playbook else ()
    return sum(isinstance(item, Ask) and item.priority is Priority.MUST for item in agenda)


def _plain(one: Loaded) -> dict[str, object]:
    counts = {str(severity): sum(f.severity is severity for f in one.findings) for severity in Severity}
    book = one.playbook
    return {
        "id": one.id,
        "title": one.title,
        "path": str(one.path),
        "goal": book.goal if book else "",
        "minutes": book.minutes if book else None,
        "musts": _musts(one),
        "findings": counts,
    }
