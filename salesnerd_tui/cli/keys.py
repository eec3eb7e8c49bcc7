"""`salesnerd keys`: which key does what on every screen, what is wrong with your own, and a file to begin with."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.output import cells, complain, print_data, say

if TYPE_CHECKING:
    from salesnerd_tui.playbook.diagnostics import Finding
    from salesnerd_tui.tui.keys.own_keys import Read

VERB = "keys"
EXAMPLES = """examples:
  salesnerd keys
  salesnerd keys --write
  salesnerd keys --check
"""


def main(arguments: list[str]) -> int:
    """Exit status: 0 well, 1 a key of the file is not had or the file cannot be written, 2 used wrongly."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.tui.keys.location import keys_file
    from salesnerd_tui.tui.keys.own_keys import read_keys

    path, named = keys_file(options.file)
    if options.write:
        return _write(path)
    read = read_keys(path, named=named)
    if options.check:
        return _check(read)
    if options.json:
        print_data(json.dumps(list(_rows(read)), indent=2, ensure_ascii=False))
    else:
        say("\n".join(_lines(read)))
    return 0


def findings_of(read: Read) -> list[Finding]:
    """Everything there is to say about a file of keys, the letters of your playbooks' detours among it."""
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.tui.keys.letters import lost_letters

    lost = lost_letters(read, Library().list()) if read.wishes else ()
    return sorted([*read.findings, *lost], key=lambda each: each.spot)


def _check(read: Read) -> int:
    from salesnerd_tui.playbook.diagnostics import Severity
    from salesnerd_tui.playbook.lint.report import render_all
    from salesnerd_tui.playbook.tree import SourceText

    if not read.there and not read.findings:
        say(f"no keys of your own: {read.path} is not there; salesnerd keys --write makes it")
        return 0
    findings = findings_of(read)
    say(render_all(findings, {each.spot.file: SourceText(each.spot.file, read.text) for each in findings}))
    return 1 if any(each.severity is Severity.ERROR for each in findings) else 0


def _write(path: Path) -> int:
    from salesnerd_tui.review.files import CannotWrite, write_private
    from salesnerd_tui.tui.keys.document import template

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, template())
    except (CannotWrite, OSError) as problem:
        complain(VERB, str(problem))
        return 1
    say(f"written: {path}\nEvery line of it is a comment: take the # off a line to change a key.")
    return 0


def _rows(read: Read) -> Iterator[dict[str, object]]:
    from salesnerd_tui.tui.keys.names import shown_key
    from salesnerd_tui.tui.keys.tables import SCREENS

    for screen, defaults in SCREENS.items():
        table = read.keymap.of(screen)
        for before, now in zip(defaults, table.typing if screen == "typing" else table.commands, strict=True):
            keys = [shown_key(key) for key in now.keys]
            yield {"screen": screen, "id": now.id, "keys": keys, "does": now.help, "own": now.keys != before.keys}


def _lines(read: Read) -> Iterator[str]:
    from salesnerd_tui.text import one_line
    from salesnerd_tui.tui.keys.tables import TITLES

    screen, width = "", cells()
    for row in _rows(read):
        if row["screen"] != screen:
            screen = str(row["screen"])
            yield f"{'' if screen == 'live' else chr(10)}[{screen}]  {TITLES[screen]}"
        keys = row["keys"] if isinstance(row["keys"], list) else []
        line = f"{'*' if row['own'] else ' '} {', '.join(keys) or '-':16} {row['id']:10} {row['does']}"
        yield line if len(line) <= width else f"{line[: width - 1]}…"
    yield ""
    mistakes = f"; {len(read.findings)} to mend or to know: salesnerd keys --check" if read.findings else ""
    yield f"* is your own, from {one_line(str(read.path))}{mistakes}" if read.there else f"Your own go to {read.path}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"salesnerd {VERB}",
        description="Which key does what on every screen, and the id it is changed by. Your own are in keys.toml, in "
        "the folder of your settings; a line that cannot be had leaves the key as it comes.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--file", metavar="FILE", help="another file of keys (else SALESNERD_KEYS, else keys.toml)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--check", action="store_true", help="tell what is wrong with your file, and how to mend it")
    does.add_argument("--write", action="store_true", help="write a file to begin with, if there is none")
    return parser
