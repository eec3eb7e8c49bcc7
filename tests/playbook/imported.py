"""Imports of documents for the tests, and what the new playbook asks."""

from __future__ import annotations

from pathlib import Path

from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.markdown.importer import ImportedPlaybook, import_document
from salesnerd_tui.playbook.model import Ask, Playbook

DOCUMENTS = Path(__file__).parent / "documents"


def imported(text: str, source: str = "doc.md") -> tuple[Playbook, ImportedPlaybook]:
    """Import a document and load the result."""
    found = import_document(text, source)
    loaded = load(Path(f"{found.name}.yaml"), None, found.text)
    assert loaded.runnable_playbook is not None, loaded.errors
    return loaded.runnable_playbook, found


def document(name: str) -> tuple[Playbook, ImportedPlaybook]:
    return imported((DOCUMENTS / name).read_text(encoding="utf-8"), name)


def asks(playbook: Playbook) -> dict[str, Ask]:
    """Return all questions by their texts."""
    return {ask.text: ask for ask in playbook.questions()}


def answers(ask: Ask) -> dict[str, tuple[str, ...]]:
    """Return the follow-ups by the label of the answer."""
    return {answer.label: answer.follow_ups for answer in ask.answers}
