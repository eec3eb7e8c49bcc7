"""A merged playbook as a file that means the same without its parents and libraries."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library, LoadResult
from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.yaml_writer import format_merged

LIBRARY = Library([builtin_folder()])


def said(value: object) -> object:
    """Return a model without source locations."""
    if isinstance(value, Struct):
        names = value.__struct_fields__
        places = {"location", "digest", "sources"} | ({"id"} if "digest" in names else set())
        return [(name, said(getattr(value, name))) for name in names if name not in places]
    if isinstance(value, dict):
        return {key: said(each) for key, each in value.items()}
    return [said(each) for each in value] if isinstance(value, tuple) else value


def shown(loaded: LoadResult) -> str:
    assert loaded.context is not None
    return format_merged(loaded.context.tree, loaded.context.own)


@pytest.mark.parametrize("name", LIBRARY.ids())
def test_a_printed_playbook_means_the_same_on_its_own(name: str, tmp_path: Path) -> None:
    loaded = LIBRARY.load(name)
    again = lint(tmp_path / "shown.yaml", LIBRARY.folders, shown(loaded))
    assert again.playbook is not None, again.errors
    assert said(again.playbook) == said(loaded.playbook)
    assert "P108" not in {finding.code for finding in again.findings}


@pytest.mark.parametrize("name", LIBRARY.libraries())
def test_a_library_is_shown_as_one(name: str, tmp_path: Path) -> None:
    again = lint(tmp_path / "shown.yaml", LIBRARY.folders, shown(LIBRARY.load(name)))
    assert again.is_library
    assert again.errors == ()


CHILD = """\
playbook: Mine
extends: first_call
agenda:
  - ask: What brought you here?
    id: trigger
    answers: {Something broke: {label: It fell over}, Else: {points: 2}}
  - ask: "Who minds: really?"
    id: who_minds
    after: trigger
"""


def test_an_override_is_printed_in_its_inherited_place(tmp_path: Path) -> None:
    lines = [each.strip() for each in shown(lint(tmp_path / "mine.yaml", LIBRARY.folders, CHILD)).splitlines()]
    assert "- ask: What brought you here?" in lines
    assert 'Something broke: {follow_ups: "When did it last happen?", label: It fell over}' in lines
    assert "Else: {points: 2}" in lines
    assert lines.index('- ask: "Who minds: really?"') > lines.index("- ask: What brought you here?")
    assert not any(each.startswith(("extends:", "use:", "after:")) for each in lines)
