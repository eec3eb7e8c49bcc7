"""The names an author has made so far, each with a line that says what it is: for completion in an editor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.playbook.folders import files_in, is_library_file, own_folders
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.loading import Loaded, load
from salesnerd_tui.playbook.model import Ask, Playbook
from salesnerd_tui.playbook.nodes import Map, Scalar
from salesnerd_tui.playbook.referring import Names
from salesnerd_tui.text import one_line

TOLD_MAX = 120
"""Characters of a question that are shown beside its name."""


class Known(Struct):
    """Names by kind, each with what it stands for; the labels of each question's answers; the headings of sections."""

    names: dict[Names, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in Names})
    labels: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: Names, name: str, told: str) -> None:
        """The first file that tells about a name wins: files are given with a person's own first."""
        if name:
            self.names[kind].setdefault(name, one_line(told)[:TOLD_MAX])


def known_names(library: Library, names: Sequence[str] = ()) -> Known:
    """What is known in the playbooks `names`, or in all of the user's own; without any, in the built-in ones."""
    known = Known()
    for loaded in _chosen(library, names):
        _learn(known, loaded)
    for name, path in library.files().items():
        _learn_file(known, name, path, library)
    for kind in (Names.DETOUR, Names.OUTCOME, Names.GATE, Names.BUYER):
        for name, told in known.names[kind].items():
            known.add(Names.ANY, name, told)
    for name, told in known.names[Names.ITEM].items():
        known.add(Names.QUESTION, name, told)
        known.add(Names.PLACE, name, told)
        known.add(Names.ANY, name, told)
    return known


def _chosen(library: Library, names: Sequence[str]) -> Iterable[Loaded]:
    if names:
        return [library.load(name) for name in names]
    own = files_in([folder for folder in own_folders() if folder in library.folders])
    return [load(path, library.folders) for path in (own or library.files()).values()]


def _learn_file(known: Known, name: str, path: Path, library: Library) -> None:
    """What any file may name: other playbooks, libraries and the parts in them."""
    loaded = load(path, library.folders)
    if not is_library_file(path):
        known.add(Names.PLAYBOOK, name, loaded.playbook.goal if loaded.playbook else loaded.title)
        return
    known.add(Names.LIBRARY, name, loaded.title)
    for part in loaded.tree.maps("parts") if loaded.tree else ():
        known.add(Names.PART, part.text("id"), f"{part.text('ask')} ({name})")


def _learn(known: Known, loaded: Loaded) -> None:
    book = loaded.book
    if book is None:
        return
    _learn_questions(known, book.playbook)
    for part in book.tree.maps("parts"):
        known.add(Names.ITEM, part.text("id"), part.text("ask"))
    for row in book.rows:
        known.add(Names.PLACE, row.node.text("section"), "a section")
        known.add(Names.ITEM, row.node.text("id"), row.node.text("say"))
    for name in sorted(book.noted - set(known.names[Names.ITEM])):
        known.add(Names.QUESTION, name, "a note that an answer or an outcome takes")
    _learn_rest(known, book.playbook, book.tree)


def _learn_questions(known: Known, playbook: Playbook) -> None:
    for items in (playbook.prep, playbook.agenda, *(detour.agenda for detour in playbook.detours.values())):
        for item in items:
            if isinstance(item, Ask):
                known.add(Names.ITEM, item.id, item.text)
                labels = known.labels.setdefault(item.id, [])
                labels += [one for one in (*(a.label for a in item.answers), *item.choices) if one not in labels]


def _learn_rest(known: Known, playbook: Playbook, tree: Map) -> None:
    for detour in playbook.detours.values():
        known.add(Names.DETOUR, detour.id, detour.hear[0] if detour.hear else "a detour")
    for outcome in playbook.outcomes.values():
        known.add(Names.OUTCOME, outcome.id, f"{outcome.decision}: {outcome.say}".rstrip(": "))
    for name, condition in tree.under("gates"):
        known.add(Names.GATE, name.text, condition.text if isinstance(condition, Scalar) else "")
    for buyer in playbook.buyers.values():
        known.add(Names.BUYER, buyer.id, buyer.who)
