"""`salesnerd doctor`: check your setup and explain how to fix problems."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from salesnerd_tui.cli.options import CommandParser, add_data_option, data_folder
from salesnerd_tui.cli.output import draws_boxes, print_data, say

if TYPE_CHECKING:
    from salesnerd_tui.cli.doctor_checks import CheckResult

SYMBOLS = {"well": ("✓", "ok"), "note": ("·", "--"), "bad": ("✗", "!!")}


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 ready for calls, 1 a problem prevents calls, 2 usage error."""
    parser = CommandParser(
        prog="salesnerd doctor",
        description="Check terminal, data directory, file locks, playbooks and sound, and explain how to fix problems.",
    )
    parser.add_argument("--json", action="store_true", help="print a list of results: check, state, message, fix")
    add_data_option(parser)
    options = parser.parse_args(arguments)
    # The checks load nearly everything; `doctor --help` does not.
    from salesnerd_tui.cli.doctor_checks import State, run_checks

    results = list(run_checks(data_folder(options.data)))
    if options.json:
        print_data(json.dumps([asdict(each) for each in results], indent=2, ensure_ascii=False))
    else:
        say("\n".join(_lines(results)))
    return 1 if any(each.state is State.BAD for each in results) else 0


def _lines(results: Sequence[CheckResult]) -> Iterator[str]:
    symbols = draws_boxes()
    column = max(len(each.check) for each in results) + 2
    for each in results:
        yield f"{SYMBOLS[each.state][0 if symbols else 1]:3}{each.check:{column}}{each.message}"
        if each.fix:
            yield f"{'':{column + 3}}{'→' if symbols else '->'} {each.fix}"
    problems = sum(each.state == "bad" for each in results)
    worth = [each.check for each in results if each.state == "note" and each.fix]
    verdict = {0: "Ready for calls.", 1: "1 problem prevents calls."}
    yield ""
    yield verdict.get(problems, f"{problems} problems prevent calls.")
    if worth:
        yield f"Worth fixing, but not needed for a call: {', '.join(worth)}."
