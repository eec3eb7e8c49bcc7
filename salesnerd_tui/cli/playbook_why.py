"""`salesnerd playbook why CODE`: what a finding means, with a sample of each side."""

from __future__ import annotations

import argparse

from salesnerd_tui.cli.output import complain, say
from salesnerd_tui.playbook.diagnostics import did_you_mean, listed
from salesnerd_tui.playbook.lint.registry import RULES
from salesnerd_tui.playbook.lint.runner import all_codes, explained

_ALL = "`salesnerd playbook why` lists them"


def main(arguments: list[str]) -> int:
    """0 when all codes are known, 2 otherwise."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook why", description="What a finding means. Without a code: all of them, in a line each."
    )
    parser.add_argument("codes", nargs="*", metavar="CODE", help="like P202")
    given = parser.parse_args(arguments)
    if not given.codes:
        say(all_codes())
    status = 0
    for number, code in enumerate(given.codes):
        rule = RULES.get(code.strip().upper())
        if rule is None:
            beginning = [known for known in RULES if known.startswith(code.strip().upper())]
            hint = f"there is: {listed(beginning)}" if beginning else did_you_mean(code, RULES, _ALL)[0]
            complain("playbook why", f"there is no finding '{code[:20]}'; {hint}")
            status = 2
            continue
        say(("\n" if number else "") + explained(rule))
    return status
