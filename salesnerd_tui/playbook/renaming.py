"""Giving a question, detour, outcome, gate or buyer another name, in every file that mentions it.

Notes are kept by account and question, whichever playbook asked it, so a name is one name across all files of a folder.
A renamed question remembers its former name in `was:`, and old notes stay attached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import unified_diff
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from salesnerd_tui.playbook.editing import CannotEdit, Edits
from salesnerd_tui.playbook.fields import RESERVED
from salesnerd_tui.playbook.findings import did_you_mean
from salesnerd_tui.playbook.folders import files_in, shown_name
from salesnerd_tui.playbook.loading import load
from salesnerd_tui.playbook.nodes import Map, Scalar, Seq
from salesnerd_tui.playbook.referring import OWN, Mention, Names, items_of, mentions, scalars_of
from salesnerd_tui.playbook.saving import Draft, read_draft
from salesnerd_tui.playbook.slugs import is_id
from salesnerd_tui.playbook.tidying import unnamed

_AS_QUESTION = (Names.QUESTION, Names.ITEM, Names.PLACE, Names.PART, Names.ANY)


class CannotRename(Exception):
    """Nothing can be renamed; the message says why and what to do."""


class Change(Struct, frozen=True):
    """A file and what it will say."""

    draft: Draft
    text: str
    places: int

    def diff(self) -> str:
        """The change as a unified diff."""
        name = self.draft.source.name
        before, after = self.draft.source.text.splitlines(keepends=True), self.text.splitlines(keepends=True)
        return "".join(
            line if line.endswith("\n") else line + "\n" for line in unified_diff(before, after, name, name, n=1)
        )


def rename(
    old: str, new: str, own: Sequence[Path], others: Sequence[Path] = (), kind: Names | None = None
) -> list[Change]:
    """What renaming changes in the files of the folders `own`; nothing is written yet.

    `others` are folders whose playbooks the own ones may extend and use. Raises `CannotRename`.
    """
    if not is_id(new) or new in RESERVED:
        raise CannotRename(f"'{new[:40]}' cannot be a name: lower-case letters, digits and _, and none of {RESERVED}")
    drafts = [read_draft(path, shown_name(path)) for _, path in sorted(files_in(own).items())]
    broken = next((draft for draft in drafts if draft.tree is None), None)
    if broken is not None:
        raise CannotRename(f"{broken.source.name} cannot be read: `salesnerd playbook lint` says why. Mend it first")
    trees = [(draft, draft.tree) for draft in drafts if draft.tree is not None]
    kind = _kind(old, kind, [tree for _, tree in trees])
    below = _standing_on([tree for _, tree in trees], others)
    _refuse_foreign(old, kind, below, [tree for _, tree in trees])
    _refuse_taken(new, kind, [*trees, *below.values()])
    changes = []
    for draft, tree in trees:
        try:
            edits, places = _renamed(draft, tree, kind, old, new)
            if edits:
                changes.append(Change(draft, edits.text(), places))
        except CannotEdit as problem:
            raise CannotRename(f"{draft.source.name}: {problem}") from None
    _refuse_broken(changes, own, others)
    return changes


def _standing_on(trees: Sequence[Map], others: Sequence[Path]) -> dict[str, tuple[Draft, Map]]:
    """The files of other folders that these extend and use, by name."""
    names = {name.text for tree in trees for name in _parents(tree)}
    drafts = {
        name: read_draft(path, shown_name(path)) for name, path in files_in(others).items() if names and name in names
    }
    return {name: (draft, draft.tree) for name, draft in drafts.items() if draft.tree is not None}


def _parents(tree: Map) -> list[Scalar]:
    nodes = [node for node in (tree.get("extends"), tree.get("use")) if node is not None]
    return [text for node in nodes for text in scalars_of(node)]


def _names(tree: Map, kind: Names) -> set[str]:
    """The names of that kind that a file makes, also those it gives to questions without an id."""
    made = {mention.name for mention in mentions(tree) if mention.kind is kind and mention.made}
    return made | {name for _, name in unnamed(tree)} if kind is Names.QUESTION else made


def _kind(old: str, wanted: Names | None, trees: Sequence[Map]) -> Names:
    found = [kind for kind in OWN if any(old in _names(tree, kind) for tree in trees)]
    if wanted is not None and wanted in found:
        return wanted
    if len(found) == 1 and wanted is None:
        return found[0]
    if len(found) > 1 and wanted is None:
        raise CannotRename(f"'{old}' names several things ({', '.join(found)}): add --kind {found[0]}")
    known = {name for kind in ([wanted] if wanted else OWN) for tree in trees for name in _names(tree, kind)}
    hint, _ = did_you_mean(old, sorted(known - {old}))
    what = str(wanted or "question, detour, outcome, gate or buyer")
    raise CannotRename(f"no {what} of your playbooks is called '{old[:60]}'" + (f"; {hint}" if hint else ""))


def _refuse_foreign(old: str, kind: Names, below: Mapping[str, tuple[Draft, Map]], trees: Sequence[Map]) -> None:
    """An inherited name belongs to the file it is inherited from."""
    using = [tree for tree in trees if any(mention.name == old for mention in mentions(tree))]
    for name in dict.fromkeys(name.text for tree in using for name in _parents(tree)):
        if name in below and old in _names(below[name][1], kind):
            raise CannotRename(
                f"'{old}' comes from {name}, which is not in your folder: renamed here, it would be another question"
            )


def _refuse_taken(new: str, kind: Names, trees: Iterable[tuple[Draft, Map]]) -> None:
    for draft, tree in trees:
        if new in _names(tree, kind):
            raise CannotRename(f"a {kind} is called '{new}' already, in {draft.source.name}: two would become one")


def _concerns(mention: Mention, kind: Names, old: str) -> bool:
    wanted = _AS_QUESTION if kind is Names.QUESTION else (kind, Names.ANY)
    return mention.name == old and mention.kind in wanted


def _renamed(draft: Draft, tree: Map, kind: Names, old: str, new: str) -> tuple[Edits, int]:
    edits = Edits(draft.source, tree)
    found = [mention for mention in mentions(tree) if _concerns(mention, kind, old)]
    if old in {key.text for key, _ in tree.under("vars")}:  # then {old} is the constant
        found = [mention for mention in found if mention.node.text[max(mention.at - 1, 0)] != "{"]
    by_node = sorted(found, key=lambda mention: id(mention.node))
    for _, group in groupby(by_node, key=lambda mention: id(mention.node)):
        same = list(group)
        edits.reword(same[0].node, [mention.at for mention in same], old, new)
    places = len(found)
    if kind is Names.QUESTION:
        places += _remember(edits, tree, old, new)
    return edits, places


def _remember(edits: Edits, tree: Map, old: str, new: str) -> int:
    """`was:` on the question itself; a question that had no id gets one."""
    given = {id(item): name for item, name in unnamed(tree)}
    places = 0
    for item in items_of(tree):
        if "ask" not in item:
            continue
        if given.get(id(item)) == old:
            edits.add(item, "ask", "id", new)
            edits.add(item, "ask", "was", old)
            places += 1
        elif item.text("id") == old:
            _was(edits, item, old, new)
    return places


def _was(edits: Edits, item: Map, old: str, new: str) -> None:
    was = item.get("was")
    if was is None:
        edits.add(item, "id", "was", old)
    elif isinstance(was, Seq) and new in was.texts():
        node = next(one for one in was.items if isinstance(one, Scalar) and one.text == new)
        edits.reword(node, [0], new, old)
    elif isinstance(was, Seq):
        edits.append(was, old)
    elif isinstance(was, Scalar):
        back = was.text == new
        edits.rewrite(was, old if back else f"[{was.text}, {old}]")
        edits.says(was, old if back else [was.text, old])


def _refuse_broken(changes: Sequence[Change], own: Sequence[Path], others: Sequence[Path]) -> None:
    """What loaded before has to load with all changes together: tried in a copy, before anything is written."""
    with TemporaryDirectory() as place:
        copies = [Path(place) / str(number) for number in range(len(own))]
        texts = {change.draft.path: change.text for change in changes}
        for folder, copy in zip(own, copies, strict=True):
            for _, path in files_in([folder]).items():
                to = copy / path.relative_to(folder)
                to.parent.mkdir(parents=True, exist_ok=True)
                text = texts.get(path.resolve())
                to.write_bytes(path.read_bytes() if text is None else text.encode())
        for folder, copy in zip(own, copies, strict=True):
            for _, path in files_in([folder]).items():
                before = load(path, (*own, *others)).errors
                after = load(copy / path.relative_to(folder), (*copies, *others)).errors
                if after and not before:
                    where = f"{shown_name(path)}:{after[0].spot.line}"
                    raise CannotRename(f"{where} would no longer load: {after[0].message}; nothing was renamed")
