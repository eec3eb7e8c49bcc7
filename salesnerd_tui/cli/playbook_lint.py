"""`salesnerd playbook lint`: check files, or every playbook of your own."""

from __future__ import annotations

import argparse
import difflib
import sys
from typing import TextIO

from salesnerd_tui.cli.output import warn
from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.fixer import CannotFix, FixedFile, fixed_files
from salesnerd_tui.playbook.lint.registry import RULES
from salesnerd_tui.playbook.lint.report import FORMATS
from salesnerd_tui.playbook.lint.runner import LintReport, lint_files
from salesnerd_tui.private_file import CannotWrite
from salesnerd_tui.text import clean, one_line


def main(arguments: list[str]) -> int:
    """Return 0 if nothing worse than advice is left (with --strict: nothing at all), otherwise 1; 2 on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook lint",
        description="Check playbooks and libraries. Without FILES: all in your playbook folder, or the built-in ones.",
    )
    parser.add_argument("files", nargs="*", metavar="FILES", help="files, folders or ids")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text")
    parser.add_argument("--strict", action="store_true", help="end with status 1 on warnings and advice too")
    parser.add_argument("--all-advice", action="store_true", help="include advice with a high false-positive rate")
    parser.add_argument("--watch", action="store_true", help="check again at every save, until Ctrl-C")
    parser.add_argument("--fix", action="store_true", help="write ids, quotes, spaces and better questions to FILES")
    parser.add_argument("--diff", action="store_true", help="show what --fix would write, and write nothing")
    parser.add_argument("--only", metavar="CODES", default="", help="only these findings, like P403,P120")
    given = parser.parse_args(arguments)
    codes = frozenset(code.strip().upper() for code in given.only.split(",") if code.strip())
    unknown = sorted(code for code in codes if code not in RULES)
    if unknown:
        parser.error(f"unknown finding {unknown[0]!r} (list them with: salesnerd playbook explain)")
    if given.watch and (given.fix or given.diff or codes):
        parser.error("--watch goes with no other action (run --fix, --diff or --only without it)")
    if given.watch:
        from salesnerd_tui.cli.playbook_watch import watch

        return watch(given.files, given.all_advice)
    library = Library()
    report = lint_files(given.files, library, all_advice=given.all_advice)
    if given.diff:
        sys.stdout.write("".join(_diff(fixed) for fixed in fixed_files(report, library, codes)))
        return 0
    status = 0
    if given.fix:
        status = _fix(report, library, codes, sys.stdout if given.format == "text" else sys.stderr)
        report = lint_files(given.files, library, all_advice=given.all_advice)
    report = report.only(codes)
    sys.stdout.write(FORMATS[given.format](report.findings, report.sources) + "\n")
    worst = {finding.severity for finding in report.findings}
    return int(bool(status) or Severity.ERROR in worst or (given.strict and bool(worst)))


def _fix(report: LintReport, library: Library, codes: frozenset[str], out: TextIO) -> int:
    """Write what can be fixed and print each change; return 1 if a file could not be written."""
    status = changes = 0
    for fixed in fixed_files(report, library, codes):
        try:
            fixed.write()
        except (CannotFix, CannotWrite) as problem:
            warn(f"playbook lint: {problem}")
            status = 1
            continue
        changes += len(fixed.changes)
        out.write("".join(f"fixed {one_line(change)}\n" for change in fixed.changes))
    if changes:
        out.write("\n")
    return status


def _diff(fixed: FixedFile) -> str:
    """Return the change of one file as a unified diff."""
    name = one_line(fixed.name)
    before, after = clean(fixed.before).splitlines(keepends=True), clean(fixed.after).splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, name, f"{name} (fixed)")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
