"""A playbook with its parents and libraries: which files go into it, in which order, and where that goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.playbook.filling import included, with_each
from salesnerd_tui.playbook.findings import Enough, Finding, Severity, did_you_mean, error, over
from salesnerd_tui.playbook.folders import find, ids_in, library_ids, shown_name
from salesnerd_tui.playbook.limits import ALIKE, ALL_VALUES, CHAIN, FILES, WORDS
from salesnerd_tui.playbook.merging import overlaid, without
from salesnerd_tui.playbook.nodes import Map, Scalar, Source
from salesnerd_tui.playbook.reader import read_file, read_text
from salesnerd_tui.playbook.shaping import Shaped, shape


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
    tree = None
    try:
        tree = with_each(gatherer.whole(path, ())) if own.tree else None
        _count_words(tree)
    except Enough as enough:
        gatherer.findings.append(enough.finding)
    return Gathered(tree, own.tree, gatherer.findings, gatherer.sources, gatherer.langs, tuple(gatherer.parents))


def _count_words(tree: Map | None) -> None:
    """The coach looks for each of these words in everything that is said."""
    drift = tree.map("drift") if tree else None
    if drift:
        words = [*(word for word, _ in drift.under("jargon")), *drift.scalars("never_say")]
        if len(words) > WORDS:
            raise Enough(over(WORDS, "words in `jargon` and `never_say`", words[WORDS].spot))


class _Gatherer:
    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.findings: list[Finding] = []
        self.sources: dict[str, Source] = {}
        self.langs: dict[str, str] = {}
        self.parents: list[str] = []
        self.incomplete = False
        self._missed = 0
        self._names: list[str] | None = None
        self._sheets: dict[Path, Shaped] = {}
        self._wholes: dict[Path, Map] = {}

    def _inherited(self, finding: Finding) -> None:
        """Enter what is missing in a parent or library, unless that is only because it could not be read whole."""
        self._missed += 1
        if not self.incomplete:
            self.findings.append(finding)
        if self._missed > ALIKE:
            raise Enough(over(ALIKE, "things that nothing inherited has", finding.spot, "the rest was not looked at"))

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
        merged = included(overlaid(base, tree, self._inherited), self._inherited)
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
        if len(chain) > CHAIN:
            message = f"'{name.text}' is more than {CHAIN} files deep"
            self.findings.append(error("P604", message, name.spot, "extend or use an earlier one directly"))
            return base
        if self.sheet(path).tree is None:
            return base
        return overlaid(base, self.whole(path, chain), self._inherited)

    def _room_for(self, path: Path, name: Scalar) -> None:
        """Raises `Enough` where one more file is too much."""
        if path in self._sheets:
            return
        if len(self._sheets) >= FILES:
            raise Enough(over(FILES, "files in one playbook", name.spot, "put what is shared into fewer libraries"))
        values = sum(source.values for source in self.sources.values())
        if values > ALL_VALUES:
            raise Enough(over(ALL_VALUES, "values in all its files", name.spot, "use a smaller part of them"))

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
        self._room_for(found, name)
        sheet = self.sheet(found)
        if sheet.is_library:
            message = f"'{name.text}' is a library and cannot be a parent"
            self.findings.append(error("P603", message, name.spot, "write it under `use:`"))
            return None
        return found

    def _library(self, name: Scalar) -> Path | None:
        found = find(name.text, self.folders)
        if found is None:
            if self._names is None:
                self._names = library_ids(self.folders)
            hint, fix = did_you_mean(name.text, self._names)
            self.findings.append(error("P601", f"use '{name.text}': there is no such file", name.spot, hint, fix))
            return None
        self._room_for(found, name)
        sheet = self.sheet(found)
        if sheet.tree is not None and not sheet.is_library:
            message = f"'{name.text}' is a playbook, not a library"
            self.findings.append(
                error("P601", message, name.spot, "write it as `extends:`, or move what is shared to a library")
            )
            return None
        return found
