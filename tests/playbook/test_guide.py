"""Examples of the guide: files load without findings, fragments fit into them. The generated pages are current."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesnerd_tui.call.simulator import run_all
from salesnerd_tui.playbook.diagnostics import Finding, Severity
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import LoadResult
from salesnerd_tui.playbook.lint.linter import lint

PROJECT = Path(__file__).parents[2]
GUIDE = (PROJECT / "docs" / "playbooks.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WHOLE = re.compile(r"^(?:playbook|library): ", re.MULTILINE)
_PATH = re.compile(r"\A# (\S+\.yaml)\n")


def whole(block: str) -> bool:
    return _WHOLE.search(block) is not None


def blocks() -> Iterator[tuple[str, str]]:
    """Yield each example with its heading."""
    for found in _BLOCK.finditer(GUIDE):
        heading = re.findall(r"^#+ (.*)$", GUIDE[: found.start()], re.MULTILINE)[-1]
        yield heading, found[1]


BLOCKS = list(blocks())
NUMBERED = [pytest.param(number, id=f"{number}-{heading[:30]}") for number, (heading, _) in enumerate(BLOCKS)]


def tried(number: int, folder: Path) -> LoadResult:
    """Load an example with all complete files above it in the folder; a fragment is merged over the last `mine`."""
    block = BLOCKS[number][1]
    for _, text in BLOCKS[: number + 1]:
        if whole(text):
            written(text, folder)
    if whole(block):
        return lint(written(block, folder), [folder, builtin_folder()])
    items = block.startswith("  - ")
    return lint(
        folder / "piece.yaml",
        [folder, builtin_folder()],
        "playbook: A piece\nextends: mine\n" + ("agenda:\n" + block + "  - id: verdict\n" if items else block),
    )


def written(text: str, folder: Path) -> Path:
    named = _PATH.match(text)
    path = folder / (named[1] if named else "mine.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def shown(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{finding} ({finding.hint})" for finding in findings]


def one_of(code: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the only finding with this code, which the text around the example mentions."""
    (found,) = [finding for finding in findings if finding.code == code]
    return (found,)


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 15


@pytest.mark.parametrize("number", NUMBERED)
def test_an_example_has_no_findings(number: int, tmp_path: Path) -> None:
    loaded = tried(number, tmp_path)
    block = BLOCKS[number][1]
    minded = tuple(one for one in loaded.findings if whole(block) or one.severity is not Severity.ADVICE)
    assert shown(minded) == ([] if "lang: de" not in block else shown(one_of("P606", minded)))
    assert loaded.context is not None


@pytest.mark.parametrize("number", NUMBERED)
def test_the_tests_in_an_example_pass(number: int, tmp_path: Path) -> None:
    loaded = tried(number, tmp_path)
    if loaded.playbook is not None and loaded.playbook.lang == "en":
        assert [problem for trial in run_all(loaded.playbook) for problem in trial.problems] == []


def test_the_sample_in_the_readme_has_no_findings(tmp_path: Path) -> None:
    (sample,) = _BLOCK.findall((PROJECT / "README.md").read_text(encoding="utf-8"))
    assert lint(written(sample, tmp_path), [tmp_path, builtin_folder()]).findings == ()


def test_the_generated_pages_are_up_to_date() -> None:
    words = [sys.executable, str(PROJECT / "tools" / "reference.py"), "--check"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr
