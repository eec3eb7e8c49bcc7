"""Tests that `salesnerd playbook test --write` adds to a file: one for each outcome that has none."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.outcome_path import outcome_paths
from salesnerd_tui.call.simulator import try_example
from salesnerd_tui.playbook.added_tests import edit_that_adds, tests_as_yaml
from salesnerd_tui.playbook.export import merged_text
from salesnerd_tui.playbook.folders import shown_name
from salesnerd_tui.playbook.library import Library, Loaded, load
from salesnerd_tui.playbook.lint.fixer import CannotFix, changed_file
from salesnerd_tui.playbook.model import Playbook, PlaybookTest
from salesnerd_tui.private_file import CannotWrite
from salesnerd_tui.text import one_line

_EMPTY_LIST = "tests: []\n"


class WrittenTests(Struct, frozen=True):
    """Tests added to a file. `problem` says why none were; the tests are then printed, to be pasted into it."""

    file: str
    tests: tuple[PlaybookTest, ...] = ()
    unended: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    problem: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the lines that a person reads."""
        if not self.problem:
            yield from (f"added to {self.file}: {one_line(test.it)}" for test in self.tests)
        if self.unended:
            yield f"no answer ends with: {', '.join(self.unended)}"
        if self.unreached:
            yield f"no path found to: {', '.join(self.unreached)}"
        if self.problem and self.tests:
            yield "the tests to add by hand:"
            yield from tests_as_yaml(self.tests, 2)

    def plain(self) -> dict[str, object]:
        """Return the same for programs; empty if no file was named."""
        if not self.file:
            return {}
        added = () if self.problem else self.tests
        return {"added": [test.ends for test in added], "not_reached": [*self.unended, *self.unreached]}


NOTHING_WRITTEN = WrittenTests("")


def write_missing_tests(loaded: Loaded, library: Library) -> WrittenTests:
    """Add a test for each outcome without one to the playbook's own file; never one that fails or breaks the file."""
    name, playbook, book = shown_name(loaded.path), loaded.playbook, loaded.book
    source = loaded.sources.get(name)
    if playbook is None or book is None or source is None:
        return WrittenTests(name, problem=f"{name} was not changed: it cannot be read")
    missing = _untested_outcomes(playbook)
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
    if playbook.tests and "tests" not in book.own:
        return _refused(written, "its tests are inherited, and tests of its own would replace them")
    edit = edit_that_adds(written.tests, book.own, source)
    if edit is None:
        return _refused(written, "its tests are in brackets")
    changed = changed_file(loaded.path, source, (edit,), [test.it for test in written.tests], library)
    if not changed.problem and not _is_only_added(loaded, changed.after, library, len(written.tests)):
        return _refused(written, "the tests cannot be added at the end of it")
    try:
        changed.write()
    except (CannotFix, CannotWrite) as problem:
        return _refused(written, str(problem).removeprefix(f"{name} was not changed: "))
    return written


def _untested_outcomes(playbook: Playbook) -> list[str]:
    """Return the outcomes that no test names and that the walk of no test ends with."""
    tested = {test.ends for test in playbook.tests} | {try_example(playbook, test).ended for test in playbook.tests}
    return [name for name, outcome in playbook.outcomes.items() if not tested & {name, *outcome.aliases}]


def _refused(written: WrittenTests, why: str) -> WrittenTests:
    return replace(written, problem=f"{written.file} was not changed: {why}")


def _is_only_added(loaded: Loaded, after: str, library: Library, added: int) -> bool:
    """Return whether the new text reads as the old one with more tests at its end, all of which pass."""
    changed = load(loaded.path, library.folders, after)
    before, now = loaded.playbook, changed.playbook
    if before is None or now is None or loaded.book is None or changed.book is None:
        return False
    new = now.tests[len(before.tests) :]
    return (
        len(new) == added
        and all(try_example(now, test).passed for test in new)
        and merged_text(changed.book).startswith(merged_text(loaded.book).removesuffix(_EMPTY_LIST))
    )
