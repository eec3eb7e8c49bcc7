"""`salesnerd playbook lint`: check and fix playbooks, once or at every save (`--watch`)."""

from __future__ import annotations

import difflib
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import print_error
from salesnerd_tui.files import CannotWrite
from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.fields import MAX_FILE_BYTES
from salesnerd_tui.playbook.folders import user_folders
from salesnerd_tui.playbook.json_schema import update_schema
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.fixes import CannotFix, FixedFile, find_fixes
from salesnerd_tui.playbook.lint.linter import RULES, LintReport, find_paths, lint, lint_files
from salesnerd_tui.playbook.watch import FileWatcher
from salesnerd_tui.services.lint_report import FORMATS, count_findings, render_text
from salesnerd_tui.text import clean, counted, one_line

POLL_SECONDS = 0.1
"""Interval at which the files are checked for changes."""

LIST_SECONDS = 1.0
"""Interval at which the folder is checked for new and deleted files."""

STANDARD_INPUT = Path("standard_input.yaml")
"""Name of the file that is read from standard input, in findings."""

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
_BY_SEVERITY = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)


def main(arguments: list[str]) -> int:
    """Return 0 if nothing worse than advice is left (with --strict: nothing at all), otherwise 1; 2 on wrong usage."""
    parser = CommandParser(
        "playbook lint",
        "Check playbooks and libraries. Without FILES: all in your playbook folder, or the built-in ones.",
    )
    parser.add_argument("files", nargs="*", metavar="FILES", help="files, folders or ids, or - for standard input")
    parser.add_argument(
        "--format", choices=tuple(FORMATS), default="text", help="format of the findings (default: text)"
    )
    parser.add_argument("--strict", action="store_true", help="exit with status 1 on warnings and advice, too")
    parser.add_argument("--all-advice", action="store_true", help="include advice with a high false-positive rate")
    parser.add_argument("--watch", action="store_true", help="check again at every save, until Ctrl+C")
    parser.add_argument("--fix", action="store_true", help="fix ids, quotes, spaces and questions in FILES")
    parser.add_argument("--diff", action="store_true", help="show what --fix would write, and write nothing")
    parser.add_argument(
        "--only", metavar="CODES", default="", help="report or fix only these findings, for example P403,P120"
    )
    options = parser.parse_args(arguments)
    codes = _check_options(parser, options)
    if options.watch:
        return watch(options.files, all_advice=options.all_advice)
    library = Library()
    report = _check_files(options, library)
    if options.diff:
        sys.stdout.write("".join(_diff(fixed) for fixed in find_fixes(report, library, codes)))
        return _report_missing(report)
    status = 0
    if options.fix:
        status = _fix(report, library, codes, sys.stdout if options.format == "text" else sys.stderr)
        report = _check_files(options, library)
    hidden_errors = sum(finding.is_error and finding.code not in codes for finding in report.findings) if codes else 0
    if codes:
        report = report.filter_codes(codes)
    if hidden_errors:
        errors = "1 error" if hidden_errors == 1 else f"{hidden_errors} errors"
        print_error("playbook lint", f"{errors} outside of --only: the files cannot be checked completely")
        status = 1
    if _report_missing(report):
        status = 1
        if not report.checked and options.format == "text":
            return status
    sys.stdout.write(FORMATS[options.format](report.findings, report.sources) + "\n")
    worst = {finding.severity for finding in report.findings}
    return int(bool(status) or Severity.ERROR in worst or (options.strict and bool(worst)))


def _check_options(parser: CommandParser, options: Namespace) -> frozenset[str]:
    """Return the codes of `--only`. Ends the program if options do not fit together."""
    codes = frozenset(code.strip().upper() for code in options.only.split(",") if code.strip())
    unknown = sorted(code for code in codes if code not in RULES)
    if unknown:
        parser.error(f"unknown finding {unknown[0]!r} (list them with: salesnerd playbook explain)")
    if options.watch and (options.fix or options.diff or codes or options.strict or options.format != "text"):
        parser.error("--watch cannot be combined with --fix, --diff, --only, --strict or --format")
    if "-" in options.files and (len(options.files) > 1 or options.watch or options.fix or options.diff):
        parser.error("- (standard input) cannot be combined with other files, --watch, --fix or --diff")
    return codes


def _check_files(options: Namespace, library: Library) -> LintReport:
    """Check the files, or the playbook on standard input, for example the unsaved text of an editor."""
    if options.files != ["-"]:
        return lint_files(options.files, library, all_advice=options.all_advice)
    raw = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return LintReport((), {}, missing=("standard input is not UTF-8",))
    result = lint(STANDARD_INPUT, library.folders, text, all_advice=options.all_advice)
    return LintReport(
        tuple(sorted(result.findings, key=attrgetter("location"))), dict(result.sources), (STANDARD_INPUT,)
    )


def _report_missing(report: LintReport) -> int:
    for message in report.missing:
        print_error("playbook lint", message)
    return int(bool(report.missing))


def _fix(report: LintReport, library: Library, codes: frozenset[str], out: TextIO) -> int:
    """Write what can be fixed and print each change; return 1 if a file could not be written."""
    status = changes = 0
    for fixed in find_fixes(report, library, codes):
        try:
            fixed.write()
        except (CannotFix, CannotWrite) as problem:
            print_error("playbook lint", str(problem))
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


class WatchEnvironment(Struct, frozen=True):
    """Clock and terminal that `watch` uses; tests replace them."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    terminal_height: Callable[[], int] = lambda: shutil.get_terminal_size().lines
    now: Callable[[], datetime] = datetime.now


def watch(names: Sequence[str], *, all_advice: bool = False, environment: WatchEnvironment | None = None) -> int:
    """Check the files again at every save and print the findings, until Ctrl+C. Returns status 0."""
    environment = environment or WatchEnvironment()
    try:
        _watch(names, all_advice, environment)
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    return 0


def _watch(names: Sequence[str], all_advice: bool, environment: WatchEnvironment) -> None:
    report = lint_files(names, Library(), all_advice=all_advice)
    files = FileWatcher(_files(report))
    listed_at = environment.clock()
    _show(report, environment)
    while True:
        environment.sleep(POLL_SECONDS)
        at = environment.clock()
        changed = files.has_changed(at)
        if not changed and at - listed_at >= LIST_SECONDS:
            listed_at = at
            changed = set(find_paths(names, Library())[0]) != set(report.checked)
        if changed:
            report = lint_files(names, Library(), all_advice=all_advice)
            files.watch(_files(report))
            try:  # the schema is for the completion of the editor
                update_schema(user_folders()[0], Library())
            except CannotWrite as problem:
                print_error("playbook lint", str(problem))
            _show(report, environment)


def _files(report: LintReport) -> list[Path]:
    """Return the checked files and those that they extend or use."""
    return sorted({*report.checked, *(Path(name) for name in report.sources if Path(name).suffix)})


def _show(report: LintReport, environment: WatchEnvironment) -> None:
    is_terminal = sys.stdout.isatty()
    lines = screenful(report, environment.terminal_height() if is_terminal else 10_000, f"{environment.now():%H:%M:%S}")
    sys.stdout.write((_CLEAR if is_terminal else "") + "\n".join(lines) + "\n")
    sys.stdout.flush()


def screenful(report: LintReport, height: int, at: str) -> list[str]:
    """Return as many findings as fit, errors first, and a last line that counts all of them."""
    ordered = sorted(report.findings, key=lambda finding: _BY_SEVERITY.index(finding.severity))
    available = height - 4 - len(report.missing)
    shown: list[str] = []
    count = 0
    for finding in ordered:
        block = [*render_text(finding, report.sources.get(finding.location.file)).split("\n"), ""]
        if shown and len(shown) + len(block) > available:
            break
        shown += block
        count += 1
    rest = len(ordered) - count
    files = counted(len(report.checked), "file")
    more = f" · {rest} more below these" if rest else ""
    return [*report.missing, *shown, f"{at} · {files}: {count_findings(report.findings)}{more} · Ctrl+C ends"]
