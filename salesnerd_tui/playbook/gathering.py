"""A playbook with its parents and libraries: which files go into it, in which order, and where that goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.playbook.findings import Finding, Severity, did_you_mean, error
from salesnerd_tui.playbook.folders import find, ids_in, library_ids, shown_name
from salesnerd_tui.playbook.merging import overlaid, without
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, Source, seq_of
from salesnerd_tui.playbook.overriding import Entries, merged_item, name_of, with_defaults
from salesnerd_tui.playbook.reader import read_file, read_text
from salesnerd_tui.playbook.shaping import Shaped, shape

CHAIN_MAX = 5
"""Parents or libraries above each other."""


class Gathered(Struct):
    """The merged tree, and everything it took. `tree` is None when the file itself cannot be read."""

    tree: Map | None
    own: Map | None
    findings: list[Finding]
    sources: dict[str, Source]
    langs: dict[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()

    @property
    def is_library(self) -> bool:
        return self.own is not None and "library" in self.own

    @property
    def broken(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def digest(self) -> str:
        """The hash of every text, in the order they were read."""
        whole = sha256()
        for source in self.sources.values():
            text = source.text.encode("utf-8", "surrogatepass")
            whole.update(f"{len(text)}:".encode())
            whole.update(text)
        return whole.hexdigest()


def gather(path: Path, folders: Sequence[Path], text: str | None = None) -> Gathered:
    """Read `path` (or `text` in its place) and all it stands on. Never raises on content."""
    gatherer = _Gatherer(folders)
    own = gatherer.sheet(path, text)
    tree = gatherer.whole(path, ()) if own.tree else None
    if tree is not None and own.tree is not None:
        tree = gatherer.defaults_applied(tree)
    return Gathered(tree, own.tree, gatherer.findings, gatherer.sources, gatherer.langs, tuple(gatherer.parents))


class _Gatherer:
    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.findings: list[Finding] = []
        self.sources: dict[str, Source] = {}
        self.langs: dict[str, str] = {}
        self.parents: list[str] = []
        self.incomplete = False
        self._sheets: dict[Path, Shaped] = {}
        self._wholes: dict[Path, Map] = {}

    def _inherited(self, finding: Finding) -> None:
        """Enter what is missing in a parent or library, unless that is only because it could not be read whole."""
        if not self.incomplete:
            self.findings.append(finding)

    def sheet(self, path: Path, text: str | None = None) -> Shaped:
        """One file, read once."""
        found = self._sheets.get(path)
        if found is None:
            name = shown_name(path)
            source, tree, findings = read_file(path, name) if text is None else read_text(text, name)
            self.sources[name] = source
            found = shape(tree) if tree is not None else Shaped(None)
            self.findings += findings + found.findings
            self.incomplete |= any(one.severity is Severity.ERROR for one in (*findings, *found.findings))
            self._sheets[path] = found
            if found.tree is not None and "lang" in found.tree:
                self.langs[name] = found.tree.text("lang")
        return found

    def whole(self, path: Path, stack: tuple[Path, ...]) -> Map:
        """A file over its parent and its libraries, with its includes filled in."""
        done = self._wholes.get(path)
        if done is not None:
            return done
        tree = self.sheet(path).tree
        assert tree is not None
        base = tree.with_entries({})
        parent = tree.scalar("extends")
        if parent:
            base = self._over(base, parent, self._parent(parent, path), path, stack)
        for name in tree.scalars("use"):
            base = self._over(base, name, self._library(name), path, stack)
        if "remove" in tree:
            base = without(base, tree.scalars("remove"), self._inherited)
        merged = self._included(overlaid(base, tree, self._inherited))
        self._wholes[path] = merged
        return merged

    def _over(self, base: Map, name: Scalar, path: Path | None, child: Path, stack: tuple[Path, ...]) -> Map:
        if path is None:
            self.incomplete = True
            return base
        chain = (*stack, child)
        if path in chain:
            around = " > ".join(one.stem for one in (*chain[chain.index(path) :], path))
            self.findings.append(
                error("P604", f"'{name.text}' leads back to itself: {around}", name.spot, "drop one of them")
            )
            return base
        if len(chain) > CHAIN_MAX:
            message = f"'{name.text}' is more than {CHAIN_MAX} files deep"
            self.findings.append(error("P604", message, name.spot, "extend or use an earlier one directly"))
            return base
        if self.sheet(path).tree is None:
            return base
        return overlaid(base, self.whole(path, chain), self._inherited)

    def _parent(self, name: Scalar, child: Path) -> Path | None:
        found = find(name.text, self.folders, other_than=child)
        if found is None:
            if name.text == child.stem and find(name.text, self.folders):
                message = f"'{name.text}' leads back to itself"
                self.findings.append(error("P604", message, name.spot, "drop `extends:`, or name another playbook"))
                return None
            hint, fix = did_you_mean(name.text, ids_in(self.folders))
            self.findings.append(error("P603", f"extends '{name.text}': no playbook has that id", name.spot, hint, fix))
            return None
        self.parents.append(name.text)
        sheet = self.sheet(found)
        if sheet.is_library:
            message = f"'{name.text}' is a library and cannot be a parent"
            self.findings.append(error("P603", message, name.spot, "write it under `use:`"))
            return None
        return found

    def _library(self, name: Scalar) -> Path | None:
        found = find(name.text, self.folders)
        if found is None:
            hint, fix = did_you_mean(name.text, library_ids(self.folders))
            self.findings.append(error("P601", f"use '{name.text}': there is no such file", name.spot, hint, fix))
            return None
        sheet = self.sheet(found)
        if sheet.tree is not None and not sheet.is_library:
            message = f"'{name.text}' is a playbook, not a library"
            self.findings.append(
                error("P601", message, name.spot, "write it as `extends:`, or move what is shared to a library")
            )
            return None
        return found

    def _included(self, tree: Map) -> Map:
        """Every `include` becomes the question it names, with its own priority, condition and place."""
        parts = {name_of(part): part for part in tree.maps("parts")}
        entries: Entries = dict(tree.entries)
        for key in ("prep", "agenda"):
            if key in entries:
                entries[key] = (entries[key][0], self._filled(entries[key][1], parts))
        detours = tree.map("detours")
        if detours:
            kept = {one: (name, self._detour(detour, parts)) for one, (name, detour) in detours.entries.items()}
            entries["detours"] = (entries["detours"][0], detours.with_entries(kept))
        return tree.with_entries(entries)

    def _detour(self, detour: Node, parts: dict[str, Map]) -> Node:
        if not isinstance(detour, Map) or "agenda" not in detour:
            return detour
        name, agenda = detour.entries["agenda"]
        return detour.with_entries({**detour.entries, "agenda": (name, self._filled(agenda, parts))})

    def _filled(self, items: Node, parts: dict[str, Map]) -> Node:
        if not isinstance(items, Seq) or not any(isinstance(item, Map) and "include" in item for item in items.items):
            return items
        filled: list[Node] = []
        for item in items.items:
            wanted = item.scalar("include") if isinstance(item, Map) else None
            if wanted is None or not isinstance(item, Map):
                filled.append(item)
            elif wanted.text in parts:
                part = merged_item(parts[wanted.text], item, self._inherited)
                filled.append(item.with_entries(part.entries))
            else:
                hint, fix = did_you_mean(wanted.text, parts, "no library in `use:` has parts")
                message = f"include '{wanted.text}': no part has that id"
                self._inherited(error("P602", message, wanted.spot, hint, fix))
        return seq_of(filled, items)

    def defaults_applied(self, tree: Map) -> Map:
        """Every question with its section's `each`."""
        entries: Entries = dict(tree.entries)
        for key in ("prep", "agenda"):
            if key in entries:
                entries[key] = (entries[key][0], self._defaults(entries[key][1]))
        detours = tree.map("detours")
        if detours:
            kept: Entries = {}
            for one, (name, detour) in detours.entries.items():
                agenda = detour.get("agenda") if isinstance(detour, Map) else None
                if isinstance(detour, Map) and agenda is not None:
                    detour = detour.with_entries(
                        {**detour.entries, "agenda": (detour.entries["agenda"][0], self._defaults(agenda))}
                    )
                kept[one] = (name, detour)
            entries["detours"] = (entries["detours"][0], detours.with_entries(kept))
        return tree.with_entries(entries)

    def _defaults(self, items: Node) -> Node:
        if not isinstance(items, Seq) or not any(isinstance(item, Map) and "each" in item for item in items.items):
            return items
        each: Map | None = None
        done: list[Node] = []
        for item in items.items:
            if isinstance(item, Map) and "section" in item:
                each = item.map("each")
            done.append(with_defaults(each, item) if each and isinstance(item, Map) and "ask" in item else item)
        return seq_of(done, items)
