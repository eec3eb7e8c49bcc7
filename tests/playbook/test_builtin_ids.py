"""The program knows no question of the built-in playbooks: a playbook declares what its notes mean."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import salesnerd_tui
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK, builtin_folder, list_playbook_ids
from salesnerd_tui.playbook.ids import is_id
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.standard_notes import FORMER_FILLS, AccountPart, StandardNote
from salesnerd_tui.services import demo

PACKAGE = Path(salesnerd_tui.__file__).parent

_WORDS = "agreed closed continue cost gap next_step opening promised ready reason trigger understood verdict"
ORDINARY_WORDS = frozenset(_WORDS.split())
"""Ids that are also words of the coach, of the language or of a field of ours."""

OWNERS: Mapping[str, set[str]] = {
    "playbook/standard_notes.py": {*map(str, StandardNote), *map(str, AccountPart), *FORMER_FILLS},
    "playbook/folders.py": {DEFAULT_PLAYBOOK},
    "services/demo.py": {demo.PLAYBOOK},
}
"""Files that define ids on purpose: those of stored calls, words of the language, and the playbooks to start with."""

IMPORTED = {"next_step", "not_now", "not_a_fit"}
"""Outcomes that an import adds to a new playbook."""


@cache
def builtin_ids() -> set[str]:
    """Return the ids in the built-in playbooks, and the playbooks' own."""
    ids = {id for id in list_playbook_ids([builtin_folder()]) if "_" in id}
    library = Library([builtin_folder()])
    for name in library.files():
        context = library.load(name).context
        assert context is not None
        playbook = context.playbook
        ids |= context.note_ids | context.item_ids | playbook.detours.keys() | playbook.gates.keys()
        ids |= playbook.outcomes.keys()
    return ids


def strings_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of every string, and of the words of a string that is a list of ids."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.split()
            yield from (
                (node.lineno, word) for word in words if all(map(is_id, words)) and ("_" in word or len(words) == 1)
            )


def find_ids(name: str, source: str) -> list[str]:
    """Return the built-in ids that a file of the package has, each with its place."""
    wanted = builtin_ids() - ORDINARY_WORDS - OWNERS.get(name, set())
    if name.startswith("playbook/markdown/"):
        wanted -= IMPORTED
    return [f"{name}:{line}: {text}" for line, text in strings_in(source) if text in wanted]


def test_package_code_has_no_id_of_a_built_in_playbook() -> None:
    wanted = builtin_ids()
    assert {"in_use_by", "late_stop", "symptom", "revisit_on", "other_side_heard", "security_forms"} <= wanted
    found = [
        each
        for path in sorted(PACKAGE.rglob("*.py"))
        for each in find_ids(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source", ['GO_LIVE = "in_use_by"', 'record.get("our_date")', 'REASONS = "weeks cost_year".split()']
)
def test_an_id_in_package_code_is_found(source: str) -> None:
    assert len(find_ids("review/buying_process.py", source)) == 1
