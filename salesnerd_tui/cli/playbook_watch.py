"""`salesnerd playbook lint --watch`: the findings on one clear screen, anew at every save, until Ctrl-C."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Finding, Severity
from salesnerd_tui.playbook.folders import own_folders
from salesnerd_tui.playbook.json_schema import refresh
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.report import counted, render_text
from salesnerd_tui.playbook.lint.runner import LintReport, lint_files, paths_of
from salesnerd_tui.playbook.watch import FileWatch
from salesnerd_tui.private_file import CannotWrite

LOOK_SECONDS = 0.1
"""How often the files are looked at."""

LIST_SECONDS = 1.0
"""How often a folder is looked through for files that are new or gone."""

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"
_WORST = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)


class Around(Struct, frozen=True):
    """What the watching needs from outside, so that a test can stand in for time and terminal."""

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    lines: Callable[[], int] = lambda: shutil.get_terminal_size().lines
    now: Callable[[], datetime] = datetime.now


def watch(names: Sequence[str], all_advice: bool = False, around: Around | None = None) -> int:
    """Check, show, wait for a save, and again. Ends on Ctrl-C with status 0."""
    around = around or Around()
    try:
        _watch(names, all_advice, around)
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    return 0


def _watch(names: Sequence[str], all_advice: bool, around: Around) -> None:
    report = lint_files(names, Library(), all_advice=all_advice)
    watching = FileWatch(_files(report))
    listed_at = around.clock()
    _show(report, around)
    while True:
        around.pause(LOOK_SECONDS)
        at = around.clock()
        changed = watching.looks(at)
        if not changed and at - listed_at >= LIST_SECONDS:
            listed_at = at
            changed = set(paths_of(names, Library())[0]) != set(report.checked)
        if changed:
            report = lint_files(names, Library(), all_advice=all_advice)
            watching.follow(_files(report))
            _refresh()
            _show(report, around)


def _files(report: LintReport) -> list[Path]:
    """What was checked, and what it stands on."""
    return sorted({*report.checked, *(Path(name) for name in report.sources if Path(name).suffix)})


def _refresh() -> None:
    """Keep the editor's completion up with the names that were just saved; without it the checking goes on."""
    try:
        refresh(own_folders()[0], Library())
    except CannotWrite as problem:
        sys.stderr.write(f"salesnerd playbook lint: {problem}\n")


def _show(report: LintReport, around: Around) -> None:
    screen = sys.stdout.isatty()
    lines = screenful(report, around.lines() if screen else 10_000, f"{around.now():%H:%M:%S}")
    sys.stdout.write((_CLEAR if screen else "") + "\n".join(lines) + "\n")
    sys.stdout.flush()


def screenful(report: LintReport, height: int, at: str) -> list[str]:
    """As many findings as fit, errors first, and a last line that counts them all."""
    ordered = sorted(report.findings, key=lambda finding: _WORST.index(finding.severity))
    room = height - 4
    shown: list[str] = []
    told = 0
    for finding in ordered:
        block = _block(finding, report)
        if shown and len(shown) + len(block) > room:
            break
        shown += block
        told += 1
    rest = len(ordered) - told
    files = f"{len(report.checked)} file{'' if len(report.checked) == 1 else 's'}"
    more = f" · {rest} more below these" if rest else ""
    return [*shown, f"{at} · {files}: {counted(report.findings)}{more} · Ctrl-C ends"]


def _block(finding: Finding, report: LintReport) -> list[str]:
    return [*render_text(finding, report.sources.get(finding.spot.file)).split("\n"), ""]
