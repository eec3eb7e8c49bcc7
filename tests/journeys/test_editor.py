"""A standard YAML language server completes, explains and validates a file that `playbook new` wrote."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from journeys.editor import CURSOR, Editor, editor, missing_server_reason
from journeys.live import SALESNERD

pytestmark = pytest.mark.journey


@dataclass(frozen=True, slots=True)
class Writing:
    """The editor with the new file open."""

    editor: Editor
    path: Path
    text: str

    def changed(self, old: str, new: str) -> str:
        """The file with one place changed; the cursor may be in it."""
        assert old in self.text
        return self.text.replace(old, new, 1)

    def completions(self, old: str, new: str) -> dict[str, str]:
        return self.editor.completions(self.path, self.changed(old, new))

    def hover(self, old: str, new: str) -> str:
        return self.editor.hover(self.path, self.changed(old, new))

    def diagnostics(self, old: str, new: str) -> list[tuple[int, str]]:
        return self.editor.diagnostics(self.path, self.changed(old, new))


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    why = missing_server_reason()
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("playbooks")
    subprocess.run(
        [SALESNERD, "playbook", "new", "mine"],
        env={"SALESNERD_PLAYBOOKS": str(folder), "HOME": str(folder), "PATH": ""},
        check=True,
        capture_output=True,
        timeout=60,
    )
    path = folder / "mine.yaml"
    with editor(folder) as running:
        yield Writing(running, path, path.read_text())


def test_a_new_file_has_no_findings(writing: Writing) -> None:
    assert writing.diagnostics("minutes: 20", "minutes: 20") == []


def test_a_field_is_completed_and_explained(writing: Writing) -> None:
    offered = writing.completions("    type: money\n", f"    type: money\n    lis{CURSOR}\n")
    assert "Cues worth hearing" in offered["listen_for"]
    assert "decision" not in offered


def test_a_new_item_is_completed_with_its_four_kinds(writing: Writing) -> None:
    offered = writing.completions("  - ask: Walk me", f"  - {CURSOR}\n  - ask: Walk me")
    assert {"section", "ask", "say", "include"} <= set(offered)
    assert "priority" not in offered


def test_a_goto_is_completed_with_the_questions(writing: Writing) -> None:
    offered = writing.completions("{goto: cost}", f"{{goto: {CURSOR}}}")
    assert offered["verdict"] == "Does a next step make sense for both of us?"
    assert "not_now" not in offered


def test_an_ending_is_completed_with_the_outcomes(writing: Writing) -> None:
    offered = writing.completions("{end: not_now}", f"{{end: {CURSOR}}}")
    assert set(offered) == {"next_step", "not_now", "not_a_fit"}
    assert offered["not_now"] == "not-yet"


def test_a_pick_is_completed_with_the_answers(writing: Writing) -> None:
    offered = writing.completions("{trigger: Something broke,", f"{{trigger: {CURSOR},")
    assert {"Something broke", "My boss asked", "Just looking around"} <= set(offered)


def test_hovering_explains_a_field_and_a_name(writing: Writing) -> None:
    assert "warned about before ending" in writing.hover("priority: must", f"prio{CURSOR}rity: must")
    assert "What did that one incident cost you" in writing.hover("{goto: cost}", f"{{goto: co{CURSOR}st}}")


def test_an_error_is_underlined_at_its_place(writing: Writing) -> None:
    line = writing.text[: writing.text.index("priority: must")].count("\n") + 1
    assert writing.diagnostics("priority: must", "priorty: must") == [(line, "Property priorty is not allowed.")]
    ((found, message),) = writing.diagnostics("priority: must", "priority: most")
    assert found == line
    assert '"must", "should", "could"' in message


def test_a_name_that_is_not_saved_yet_is_not_an_error(writing: Writing) -> None:
    assert writing.diagnostics("{goto: cost}", "{goto: brand_new}") == []
