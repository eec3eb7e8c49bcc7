"""Hostile files cost a bounded amount of work and end in a finding with a place.

Work is counted, not timed: the lines of Python that run. On a slow laptop ten million of them are about a second.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hostile_files import FILES, folder_of_chains

from salesnerd_tui.playbook.fields import MAX_FINDINGS_PER_CODE
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import LoadResult
from salesnerd_tui.playbook.lint.linter import RULES, lint
from salesnerd_tui.services.lint_report import FORMATS
from thoroughness import some

LINES_MAX = 8_000_000
FOLDER = builtin_folder()
HERE = FOLDER / "hurtful.yaml"

HOLDS = {
    "lists in lists": "more than 32 levels|deeper than 32",
    "a text of ten megabytes": "over 1 MiB",
    "a text of a megabyte in one line": "20,000 characters in one line",
    "fifty thousand fields": "199 errors in one file",
    "a map without values": "a text cannot start with {",
    "answers under each question": "50,000 values copied by `defaults`",
    "answers weighed under each question": "50,000 values copied by `defaults`",
    "one part again and again": "50,000 values copied by `include`",
    "weights of many names": "20 names of points",
    "gates that double": "1,000 comparisons",
    "gates up a stair": "20 deep",
    "tests on a long agenda": "over 40,000 steps",
    "names nobody knows, to use": "20 libraries",
    "names nobody knows, to remove": "100 names that nothing inherited has",
    "a thousand such words": "2,000 texts in one list",
    "a condition of a megabyte": "10,000 characters in one condition",
    "jargon in a long text": "2,000 words",
}
"""Limit that the finding of each file names."""


class TooMuchWork(BaseException):
    """Not an `Exception`, so that no code that loads a file can catch it."""


@contextmanager
def counted_work(most: int) -> Iterator[None]:
    """Raises after a number of executed lines."""
    ran = 0

    def traced(frame: FrameType, _event: str, _arg: Any) -> Any:
        nonlocal ran
        ran += 1
        if ran > most:
            sys.settrace(None)
            raise TooMuchWork(f"more than {most:,} lines, at last in {frame.f_code.co_name}:{frame.f_lineno}")
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        yield
    finally:
        sys.settrace(before)


def check_findings(loaded: LoadResult) -> None:
    """Check that the findings are complete, bounded and can be printed in every format."""
    assert loaded.findings
    for finding in loaded.findings:
        assert finding.code in RULES
        assert finding.location.line >= 1
        assert finding.location.column >= 1
        assert len(finding.message) <= 300
    for code in RULES:
        assert sum(finding.code == code for finding in loaded.findings) <= MAX_FINDINGS_PER_CODE
    for show in FORMATS.values():
        show(loaded.findings, loaded.sources)


@pytest.mark.parametrize("name", some(FILES, 4))
def test_a_hostile_file_is_rejected_after_little_work(name: str) -> None:
    with counted_work(LINES_MAX):
        loaded = lint(HERE, [FOLDER], FILES[name])
        check_findings(loaded)
    if name in HOLDS:
        said = [finding.message for finding in loaded.findings]
        assert any(part in message for part in HOLDS[name].split("|") for message in said), said[:5]


def test_endless_parents_and_libraries_are_rejected_after_little_work(tmp_path: Path) -> None:
    for path in folder_of_chains(tmp_path).values():
        with counted_work(LINES_MAX):
            loaded = lint(path, [tmp_path])
            check_findings(loaded)
        assert loaded.playbook is None
        assert all(finding.is_error for finding in loaded.findings)


def test_the_last_of_very_many_findings_says_that_there_are_more() -> None:
    loaded = lint(HERE, [FOLDER], FILES["gotos to nowhere"])
    assert [finding.code for finding in loaded.findings] == ["P202"] * MAX_FINDINGS_PER_CODE
    assert "there are more of these" in loaded.findings[-1].hint
    assert "there are more of these" not in loaded.findings[-2].hint


def test_a_long_but_usable_playbook_loads() -> None:
    """Return a checklist of a thousand questions with five answers each, and a test that answers them all."""
    asks = "".join(f"- ask: What about point {n} of the list?\n  id: q{n}\n" for n in range(1_000))
    text = (
        "playbook: X\nminutes: 240\nagenda:\n- section: S\n  defaults:\n    answers: {fine so far: {points: {fit: 1}},"
        " not yet there: {}, nobody knows: {}, it is waived: {}, never heard of it: {}}\n"
        + asks
        + "- ask: And now?\n  id: verdict\n  answers: {go on: {end: g}, stop it: {end: n}, later then: {end: l}}\n"
        "outcomes: {g: {decision: go}, n: {decision: no-go}, l: {decision: not-yet, capture: [revisit_on]}}\n"
        "tests:\n- it: continues\n  picks: {verdict: go on}\n  ends: g\n"
        "- it: stops\n  picks: {verdict: stop it}\n  ends: n\n- it: waits\n  picks: {verdict: later then}\n  ends: l\n"
    )
    loaded = lint(HERE, [FOLDER], text)
    assert [str(finding) for finding in loaded.findings] == []
