"""`salesnerd playbook test`: run the tests, buyers and detours of a playbook, and report what stays untested."""

from __future__ import annotations

import argparse
import json

from salesnerd_tui.call.simulator import UncoveredItems, WalkReport, trials, untested
from salesnerd_tui.cli.output import complain, print_data, say
from salesnerd_tui.cli.playbook_files import playbook_named
from salesnerd_tui.cli.playbook_missing_tests import NOTHING_WRITTEN, WrittenTests, write_missing_tests
from salesnerd_tui.coach.question_matcher import Matcher
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.text import one_line

_VERB = "playbook test"


def main(arguments: list[str]) -> int:
    """0 when every test passes (with --strict: and nothing is left unvisited), 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="salesnerd playbook test",
        description="Run a playbook's tests and buyers, and try the sentences of its detours on the coach.",
    )
    parser.add_argument("playbooks", nargs="*", metavar="PLAYBOOK", help="ids or files; all of them without any")
    parser.add_argument("--strict", action="store_true", help="end with status 1 when something is never visited")
    parser.add_argument(
        "--write", action="store_true", help="first add a test to the file for each outcome that has none"
    )
    parser.add_argument("--json", action="store_true", help="as a JSON list")
    given = parser.parse_args(arguments)
    if given.write and not given.playbooks:
        complain(_VERB, "name the playbooks that get tests, such as: salesnerd playbook test first_call --write")
        return 2
    reports = [_report(name, given.write) for name in given.playbooks or Library().ids()]
    done = [report for report in reports if report is not None]
    if given.json:
        print_data(json.dumps([report.plain() for report in done], indent=2, ensure_ascii=False))
    else:
        say("\n".join(line for report in done for line in report.lines()))
    for report in done:
        if report.written.problem:
            complain(_VERB, report.written.problem)
    failed = None in reports or any(report.failed or report.written.problem for report in done)
    return int(failed or (given.strict and any(report.gaps for report in done)))


def _report(name: str, write: bool) -> _Report | None:
    """Run one playbook, after adding the tests it lacks if `write` is set; None if it cannot be used."""
    playbook = playbook_named(name, _VERB)
    if playbook is None or not write:
        return _Report(playbook) if playbook else None
    library = Library()
    written = write_missing_tests(library.load(name), library)
    changed = playbook_named(name, _VERB)
    return _Report(changed, written) if changed else None


def _detour_problems(playbook: Playbook) -> list[str]:
    """Return a line for each sentence of a detour that the coach understands differently than written."""
    matcher = Matcher(playbook)
    problems: list[str] = []
    for detour in playbook.detours.values():
        for text in detour.they_say:
            found = matcher.opened(text)
            if found is None:
                problems.append(f"detour {detour.id} is not offered on: {text}")
            elif found.id != detour.id:
                problems.append(f"detour {found.id} is offered instead of {detour.id} on: {text}")
        for text in detour.unless_they_say:
            found = matcher.opened(text)
            if found is not None and found.id == detour.id:
                problems.append(f"detour {detour.id} is offered although excluded on: {text}")
    return problems


class _Report:
    """One playbook's walks and detours, for people and for programs."""

    def __init__(self, playbook: Playbook, written: WrittenTests = NOTHING_WRITTEN) -> None:
        self.playbook = playbook
        self.written = written
        self.walked: tuple[WalkReport, ...] = trials(playbook)
        self.left: UncoveredItems = untested(playbook, self.walked)
        self.misheard = _detour_problems(playbook)
        self.failed = sum(not trial.passed for trial in self.walked) + len(self.misheard)
        self.gaps = {
            "questions": self.left.questions,
            "answers": self.left.answers,
            "detours": self.left.detours,
            "outcomes": self.left.outcomes,
        }
        self.gaps = {kind: names for kind, names in self.gaps.items() if names}

    def lines(self) -> list[str]:
        passed = sum(trial.passed for trial in self.walked)
        lines = [*self.written.lines(), f"{self.playbook.id}: {passed} passed, {self.failed} failed"]
        for trial in self.walked:
            if not trial.passed:
                lines += [f"  ✗ {one_line(trial.name)}", *(f"      {one_line(each)}" for each in trial.problems)]
        lines += [f"  ✗ {one_line(problem)}" for problem in self.misheard]
        for kind, names in self.gaps.items():
            lines.append(f"  never visited, {kind}: {one_line(', '.join(names))}")
        if not self.walked:
            lines.append("  it has no tests and no buyer yet (add a test for each outcome with: --write)")
        return lines

    def plain(self) -> dict[str, object]:
        return {
            "playbook": self.playbook.id,
            "tests": [
                {
                    "it": trial.name,
                    "passed": trial.passed,
                    "problems": list(trial.problems),
                    "asked": list(trial.asked),
                    "ended": trial.ended,
                }
                for trial in self.walked
            ],
            "detours": self.misheard,
            "never_visited": {kind: list(names) for kind, names in self.gaps.items()},
            **self.written.plain(),
        }
