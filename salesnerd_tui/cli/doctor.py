"""`salesnerd doctor`: try what a call will need, tell what works, and how to mend what does not."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from salesnerd_tui.cli.checks.check import CheckResult, State
from salesnerd_tui.cli.folders import add_data_option, data_folder
from salesnerd_tui.cli.output import draws_boxes, print_data, say

SIGNS = {State.WELL: ("✓", "ok"), State.NOTE: ("·", "--"), State.BAD: ("✗", "!!")}


def main(arguments: list[str]) -> int:
    """Exit status: 0 a call can be taken, 1 something that a call needs does not work."""
    options = _parser().parse_args(arguments)
    found = list(examined(data_folder(options.data)))
    if options.json:
        import json

        print_data(json.dumps([each.to_json() for each in found], indent=2, ensure_ascii=False))
    else:
        say("\n".join(_lines(found)))
    return 1 if any(each.state is State.BAD for each in found) else 0


def examined(data: Path) -> Iterator[CheckResult]:
    """Every finding, in the order in which things fail. A check that itself fails is a finding."""
    from salesnerd_tui.cli.checks import folders, keys, library, terminal, tools

    checks: tuple[Callable[[], Iterable[CheckResult]], ...] = (
        terminal.examined,
        lambda: folders.examined(data),
        library.examined,
        keys.examined,
        tools.examined,
    )
    for check in checks:
        try:
            yield from check()
        except (OSError, ValueError, RuntimeError) as problem:
            what = check.__module__.rpartition(".")[2]
            yield CheckResult(what, State.BAD, f"could not be tried: {problem}", "please report this line")


def _lines(found: list[CheckResult]) -> Iterator[str]:
    column = max(len(each.what) for each in found) + 2
    for each in found:
        yield f"{SIGNS[each.state][0 if draws_boxes() else 1]:3}{each.what:{column}}{each.told}"
        if each.mend:
            yield f"{'':{column + 3}}{'→' if draws_boxes() else '->'} {each.mend}"
    bad = sum(each.state is State.BAD for each in found)
    yield ""
    yield f"{bad} of these {'stands' if bad == 1 else 'stand'} in the way of a call." if bad else "A call can be taken."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="salesnerd doctor",
        description="Try terminal, folders, lock, store, playbooks and sound: what works, how to mend what does not.",
    )
    parser.add_argument("--json", action="store_true", help="a list of findings: what, state, told, mend")
    add_data_option(parser)
    return parser
