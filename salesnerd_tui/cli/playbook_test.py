"""`salesnerd playbook test`: run the tests, buyers and detours of a playbook, and report what stays untested."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.simulator import UncoveredItems, WalkReport, find_uncovered, outcome_paths, run_all, run_test
from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import echo, print_data, print_error, report_error
from salesnerd_tui.cli.playbook import load_playbook
from salesnerd_tui.coach.question_matcher import Matcher
from salesnerd_tui.errors import UserError
from salesnerd_tui.files import CannotWrite
from salesnerd_tui.playbook.folders import display_path
from salesnerd_tui.playbook.library import Library, LoadResult, load
from salesnerd_tui.playbook.lint.fixes import CannotFix, preview_edits
from salesnerd_tui.playbook.model import Playbook, PlaybookTest
from salesnerd_tui.playbook.yaml_writer import format_merged, format_tests, make_tests_edit
from salesnerd_tui.text import one_line

_COMMAND = "playbook test"
_EMPTY_LIST = "tests: []\n"


def main(arguments: list[str]) -> int:
    """Return 0 if every test passes (with --strict: and every item is visited), otherwise 1; 2 on a usage error."""
    parser = CommandParser(
        _COMMAND, "Run a playbook's tests and buyers, and try the sentences of its detours on the coach."
    )
    parser.add_argument("playbooks", nargs="*", metavar="PLAYBOOK", help="ids or files (default: all)")
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if something is never visited")
    parser.add_argument(
        "--write", action="store_true", help="first add a test to the file for each outcome that has none"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    options = parser.parse_args(arguments)
    if options.write and not options.playbooks:
        print_error(_COMMAND, "name the playbooks that get tests, such as: salesnerd playbook test first_call --write")
        return 2
    reports = [_report(name, options.write) for name in options.playbooks or Library().ids()]
    usable = [each for each in reports if each is not None]
    if options.json:
        print_data(json.dumps([each.json_values() for each in usable], indent=2, ensure_ascii=False))
    elif usable:
        echo("\n".join(line for each in usable for line in each.lines()))
    for each in usable:
        if each.written.problem:
            print_error(_COMMAND, each.written.problem)
    failed = None in reports or any(each.failed or each.written.problem for each in usable)
    return int(failed or (options.strict and any(each.gaps for each in usable)))


def _report(name: str, write: bool) -> _Report | None:
    """Run one playbook, after adding the tests it lacks if `write` is set; None if it cannot be used."""
    try:
        written, playbook = WrittenTests(""), load_playbook(name)
        if write:
            library = Library()
            written = write_missing_tests(library.load(name), library)
            playbook = load_playbook(name)
    except UserError as problem:
        report_error(_COMMAND, problem)
        return None
    return _Report(playbook, written)


def _detour_problems(playbook: Playbook) -> list[str]:
    """Return a line for each sentence of a detour that the coach understands differently than written."""
    matcher = Matcher(playbook)
    problems: list[str] = []
    for detour in playbook.detours.values():
        for text in detour.they_say:
            matched = matcher.match_detour(text)
            if matched is None:
                problems.append(f"detour {detour.id} is not offered on: {text}")
            elif matched.id != detour.id:
                problems.append(f"detour {matched.id} is offered instead of {detour.id} on: {text}")
        for text in detour.unless_they_say:
            matched = matcher.match_detour(text)
            if matched is not None and matched.id == detour.id:
                problems.append(f"detour {detour.id} is offered although excluded on: {text}")
    return problems


class _Report:
    """Results of the tests and detours of one playbook, as lines and as JSON values."""

    def __init__(self, playbook: Playbook, written: WrittenTests) -> None:
        self.playbook = playbook
        self.written = written
        self.walks: tuple[WalkReport, ...] = run_all(playbook)
        self.uncovered: UncoveredItems = find_uncovered(playbook, self.walks)
        self.detour_problems = _detour_problems(playbook)
        self.failed = sum(not walk.passed for walk in self.walks) + len(self.detour_problems)
        self.gaps = {
            "questions": self.uncovered.questions,
            "answers": self.uncovered.answers,
            "detours": self.uncovered.detours,
            "outcomes": self.uncovered.outcomes,
        }
        self.gaps = {kind: names for kind, names in self.gaps.items() if names}

    def lines(self) -> list[str]:
        passed = sum(walk.passed for walk in self.walks)
        lines = [*self.written.lines(), f"{self.playbook.id}: {passed} passed, {self.failed} failed"]
        for walk in self.walks:
            if not walk.passed:
                lines += [f"  ✗ {one_line(walk.name)}", *(f"      {one_line(each)}" for each in walk.problems)]
        lines += [f"  ✗ {one_line(problem)}" for problem in self.detour_problems]
        for kind, names in self.gaps.items():
            lines.append(f"  never visited, {kind}: {one_line(', '.join(names))}")
        if not self.walks:
            lines.append("  it has neither tests nor a buyer yet (add a test for each outcome with: --write)")
        return lines

    def json_values(self) -> dict[str, object]:
        return {
            "playbook": self.playbook.id,
            "tests": [
                {
                    "it": walk.name,
                    "passed": walk.passed,
                    "problems": list(walk.problems),
                    "asked": list(walk.asked),
                    "ended": walk.ending,
                }
                for walk in self.walks
            ],
            "detours": self.detour_problems,
            "never_visited": {kind: list(names) for kind, names in self.gaps.items()},
            **self.written.json_values(),
        }


class WrittenTests(Struct, frozen=True):
    """Tests added to a file. `problem` says why none were; the tests are then printed, to be pasted into it."""

    file: str
    tests: tuple[PlaybookTest, ...] = ()
    unended: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    problem: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the lines to print."""
        if not self.problem:
            yield from (f"added to {self.file}: {one_line(test.it)}" for test in self.tests)
        if self.unended:
            yield f"no answer ends with: {', '.join(self.unended)}"
        if self.unreached:
            yield f"no path found to: {', '.join(self.unreached)}"
        if self.problem and self.tests:
            yield "the tests to add by hand:"
            yield from format_tests(self.tests, 2)

    def json_values(self) -> dict[str, object]:
        """Return the same as JSON values; empty if no file was named."""
        if not self.file:
            return {}
        added = () if self.problem else self.tests
        return {"added": [test.ends for test in added], "not_reached": [*self.unended, *self.unreached]}


def write_missing_tests(loaded: LoadResult, library: Library) -> WrittenTests:
    """Add a test for each outcome without one to the playbook's own file; never one that fails or breaks the file."""
    name, playbook, context = display_path(loaded.path), loaded.playbook, loaded.context
    source = loaded.sources.get(name)
    if playbook is None or context is None or source is None:
        return WrittenTests(name, problem=f"{name} was not changed: it cannot be read")
    tested = {test.ends for test in playbook.tests} | {run_test(playbook, test).ending for test in playbook.tests}
    missing = [name for name, outcome in playbook.outcomes.items() if not tested & {name, *outcome.aliases}]
    ends = {answer.end for ask in playbook.questions() for answer in ask.answers}
    paths = outcome_paths(playbook, missing)
    written = WrittenTests(
        name,
        tuple(paths.values()),
        tuple(outcome for outcome in missing if outcome not in ends),
        tuple(outcome for outcome in missing if outcome in ends and outcome not in paths),
    )
    if not paths:
        return written
    if playbook.tests and "tests" not in context.own:
        return _without_change(written, "its tests are inherited, and tests of its own would replace them")
    edit = make_tests_edit(written.tests, context.own, source)
    if edit is None:
        return _without_change(written, "its tests are in brackets")
    changed = preview_edits(loaded.path, source, (edit,), [test.it for test in written.tests], library)
    if not changed.problem and not _is_only_added(loaded, changed.after, library, len(written.tests)):
        return _without_change(written, "the tests cannot be added at the end of it")
    try:
        changed.write()
    except (CannotFix, CannotWrite) as problem:
        return _without_change(written, str(problem).removeprefix(f"{name} was not changed: "))
    return written


def _without_change(written: WrittenTests, reason: str) -> WrittenTests:
    return replace(written, problem=f"{written.file} was not changed: {reason}")


def _is_only_added(loaded: LoadResult, after: str, library: Library, count: int) -> bool:
    """Return whether the new text reads as the old one with more tests at its end, all of which pass."""
    changed = load(loaded.path, library.folders, after)
    old, new = loaded.playbook, changed.playbook
    if old is None or new is None or loaded.context is None or changed.context is None:
        return False
    added_tests = new.tests[len(old.tests) :]
    return (
        len(added_tests) == count
        and all(run_test(new, test).passed for test in added_tests)
        and format_merged(changed.context.tree, changed.context.own).startswith(
            format_merged(loaded.context.tree, loaded.context.own).removesuffix(_EMPTY_LIST)
        )
    )
