"""`salesnerd playbook lint`: check files, or every playbook of your own."""

from __future__ import annotations

import argparse
import sys

from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.report import FORMATS
from salesnerd_tui.playbook.lint.runner import lint_files


def main(arguments: list[str]) -> int:
    """0 when nothing worse than advice was found (with --strict: nothing at all), 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook lint",
        description="Check playbooks and libraries. Without FILES: all in your playbook folder, or the built-in ones.",
    )
    parser.add_argument("files", nargs="*", metavar="FILES", help="files, folders or ids")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text")
    parser.add_argument("--strict", action="store_true", help="end with status 1 on warnings and advice too")
    parser.add_argument("--all-advice", action="store_true", help="also the advice that is wrong too often to be on")
    parser.add_argument("--watch", action="store_true", help="check again at every save, until Ctrl-C")
    given = parser.parse_args(arguments)
    if given.watch:
        from salesnerd_tui.cli.playbook_watch import watch

        return watch(given.files, given.all_advice)
    report = lint_files(given.files, Library(), all_advice=given.all_advice)
    sys.stdout.write(FORMATS[given.format](report.findings, report.sources) + "\n")
    worst = {finding.severity for finding in report.findings}
    return int(Severity.ERROR in worst or (given.strict and bool(worst)))
