"""`salesnerd playbook explain CODE`: explain a finding, with a bad and a good sample."""

from __future__ import annotations

import argparse

from salesnerd_tui.cli.output import complain, say
from salesnerd_tui.playbook.diagnostics import did_you_mean, listed
from salesnerd_tui.playbook.lint.registry import RULES
from salesnerd_tui.playbook.lint.runner import all_codes, explained

_ALL = "`salesnerd playbook explain` lists them"


def main(arguments: list[str]) -> int:
    """Return 0 if all codes are known, otherwise 2."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook explain",
        description="Explain findings. Without a code: list all of them.",
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
            complain("playbook explain", f"there is no finding '{code[:20]}'; {hint}")
            status = 2
            continue
        say(("\n" if number else "") + explained(rule))
    return status
