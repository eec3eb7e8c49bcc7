"""Resolution of a playbook with its parents and libraries, its included questions and its defaults.

`include` and `defaults` copy values, so a small file could request a thousand answers under a thousand questions.
Copies are therefore counted: one value under a hundred questions counts as a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.playbook.diagnostics import Finding, LimitReached, Report, Severity, did_you_mean, error, limit_error
from salesnerd_tui.playbook.fields import (
    MAX_COPIES,
    MAX_FILES,
    MAX_FINDINGS_PER_CODE,
    MAX_INHERITANCE_DEPTH,
    MAX_TOTAL_VALUES,
    MAX_WORDS,
)
from salesnerd_tui.playbook.folders import display_path, find_file, list_library_ids, list_playbook_ids
from salesnerd_tui.playbook.merge import item_name, merge_files, merge_item, with_defaults, without_removed
from salesnerd_tui.playbook.validator import ValidatedFile, validate
from salesnerd_tui.playbook.yaml_reader import read_file, read_text
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq, SourceText, make_seq, map_item_lists

_EXPANDED_LISTS = ("prep", "agenda")
"""Lists in which questions are included and defaults are filled in; a library's `questions` stay as written."""


def expand_includes(tree: Map, report: Report) -> Map:
    """Replace every `include` by the question it names; its own priority, condition and place take precedence.

    Raises `LimitReached` if there are too many copies.
    """
    parts = {item_name(part): part for part in tree.maps("questions")}
    copies = _CopyCounter("include")

    def question(item: Map, wanted: Scalar) -> Map | None:
        part = parts.get(wanted.text)
        if part is not None:
            copies.count(part, wanted)
            priority = item.key("priority")
            if priority is not None and "say" in part:
                message = f"'{wanted.text}' is a statement, which has no priority"
                report(error("P113", message, priority.location, "delete the field"))
            return item.with_entries(merge_item(part, item, report).entries)
        hint, fix = did_you_mean(wanted.text, parts, "no library in `use:` has questions")
        if "/" in wanted.text:
            one = next(iter(parts), "its_id")
            hint, fix = f"a library goes under `use:`; include one of its questions, like `{one}`", ""
        message = f"include '{wanted.text}': no question of a library has that id"
        report(error("P602", message, wanted.location, hint, fix))
        return None

    def filled(items: Seq) -> Seq:
        questions: list[Node | None] = []
        for item in items.items:
            wanted = item.scalar("include") if isinstance(item, Map) else None
            questions.append(question(item, wanted) if wanted is not None and isinstance(item, Map) else item)
        return make_seq([one for one in questions if one is not None], items)

    return map_item_lists(tree, filled, _EXPANDED_LISTS)


def apply_defaults(tree: Map, files: Mapping[str, tuple[Scalar, Map]]) -> Map:
    """Return the tree in which every question has the `defaults` of its file and, over them, of its section.

    `files` are the defaults by the name of the file that writes them. Raises `LimitReached` if there are too many
    copies.
    """
    copies = _CopyCounter("defaults")
    combined: dict[tuple[int, str], tuple[Scalar, Map]] = {}

    def usual_for(file: str, section: tuple[Scalar, Map] | None) -> tuple[Scalar, Map] | None:
        """Return the defaults of a section over those of a file, merged once for each pair."""
        whole = files.get(file)
        if section is None or whole is None:
            return section or whole
        key = (id(section[1]), file)
        if key not in combined:
            combined[key] = (section[0], with_defaults(whole[1], section[1]))
        return combined[key]

    def filled(items: Seq) -> Seq:
        section: tuple[Scalar, Map] | None = None
        questions: list[Node] = []
        for item in items.items:
            if isinstance(item, Map) and "section" in item:
                section = _written_defaults(item)
            if isinstance(item, Map) and "ask" in item:
                usual = usual_for(item.source.name, section)
                if usual:
                    copies.count(usual[1], usual[0])
                    item = with_defaults(usual[1], item)
            questions.append(item)
        return make_seq(questions, items)

    return map_item_lists(tree, filled, _EXPANDED_LISTS)


class _CopyCounter:
    """Count of the values that a `field` copies."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._count = 0
        self._sizes: dict[int, int] = {}

    def count(self, copied: Map, written: Scalar) -> None:
        size = self._sizes.get(id(copied))
        if size is None:
            size = self._sizes[id(copied)] = _count_values(copied)
        self._count += size
        if self._count > MAX_COPIES:
            hint = "a value copied to a hundred questions counts as a hundred; write differences at the questions"
            raise LimitReached(limit_error(MAX_COPIES, f"values copied by `{self._field}`", written.location, hint))


def _written_defaults(node: Map) -> tuple[Scalar, Map] | None:
    """Return the `defaults` of a file or a section, with their key."""
    key, usual = node.key("defaults"), node.map("defaults")
    return (key, usual) if key and usual else None


def _count_values(node: Node) -> int:
    if isinstance(node, Map):
        return 1 + sum(_count_values(value) for _, value in node.entries.values())
    return len(node.items) if isinstance(node, Seq) else 1


class MergedSource(Struct):
    """The merged tree with its sources and findings. `tree` is None if the file itself cannot be read."""

    tree: Map | None
    own_tree: Map | None
    findings: list[Finding]
    sources: dict[str, SourceText]
    languages: dict[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()

    @property
    def is_library(self) -> bool:
        return self.own_tree is not None and "library" in self.own_tree

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def digest(self) -> str:
        """Return the hash of all source texts, in the order in which they were read."""
        whole = sha256()
        for source in self.sources.values():
            text = source.text.encode("utf-8", "surrogatepass")
            whole.update(f"{len(text)}:".encode())
            whole.update(text)
        return whole.hexdigest()


def resolve(path: Path, folders: Sequence[Path], text: str | None = None) -> MergedSource:
    """Read `path` (or `text` in its place) and everything it inherits. Never raises on content."""
    gatherer = _Resolver(folders)
    own = gatherer.sheet(path, text)
    tree = None
    try:
        tree = apply_defaults(gatherer.whole(path, ()), gatherer.defaults) if own.tree else None
        _check_word_limit(tree)
    except LimitReached as limit:
        gatherer.findings.append(limit.finding)
    return MergedSource(tree, own.tree, gatherer.findings, gatherer.sources, gatherer.langs, tuple(gatherer.parents))


def _check_word_limit(tree: Map | None) -> None:
    """Limit the words of the coach, which searches all speech for each of them."""
    coach = tree.map("coach") if tree else None
    if coach:
        words = [*(word for word, _ in coach.entries_of("jargon")), *coach.scalars("never_say")]
        if len(words) > MAX_WORDS:
            raise LimitReached(limit_error(MAX_WORDS, "words in `jargon` and `never_say`", words[MAX_WORDS].location))


class _Resolver:
    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.findings: list[Finding] = []
        self.sources: dict[str, SourceText] = {}
        self.langs: dict[str, str] = {}
        self.defaults: dict[str, tuple[Scalar, Map]] = {}
        self.parents: list[str] = []
        self.incomplete = False
        self._missed = 0
        self._names: list[str] | None = None
        self._sheets: dict[Path, ValidatedFile] = {}
        self._wholes: dict[Path, Map] = {}

    def _inherited(self, finding: Finding) -> None:
        """Report names that a parent or library does not have, unless it could not be read completely."""
        self._missed += 1
        if not self.incomplete:
            self.findings.append(finding)
        if self._missed > MAX_FINDINGS_PER_CODE:
            raise LimitReached(
                limit_error(
                    MAX_FINDINGS_PER_CODE,
                    "things that nothing inherited has",
                    finding.location,
                    "the rest was not looked at",
                )
            )

    def sheet(self, path: Path, text: str | None = None) -> ValidatedFile:
        """Read a file; each file is read once."""
        found = self._sheets.get(path)
        if found is None:
            name = display_path(path)
            source, tree, findings = read_file(path, name) if text is None else read_text(text, name)
            self.sources[name] = source
            found = validate(tree) if tree is not None else ValidatedFile(None)
            self.findings += findings + found.findings
            self.incomplete |= any(one.severity is Severity.ERROR for one in (*findings, *found.findings))
            self._sheets[path] = found
            if found.tree is not None and "lang" in found.tree:
                self.langs[name] = found.tree.text("lang")
            usual = _written_defaults(found.tree) if found.tree is not None else None
            if usual:
                self.defaults[name] = usual
        return found

    def whole(self, path: Path, stack: tuple[Path, ...]) -> Map:
        """Return a file merged over its parent and its libraries, with its includes filled in."""
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
            base = without_removed(base, tree.scalars("remove"), self._inherited)
        merged = expand_includes(merge_files(base, tree, self._inherited), self._inherited)
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
                error("P604", f"'{name.text}' leads back to itself: {around}", name.location, "drop one of them")
            )
            return base
        if len(chain) > MAX_INHERITANCE_DEPTH:
            message = f"'{name.text}' is more than {MAX_INHERITANCE_DEPTH} files deep"
            self.findings.append(error("P604", message, name.location, "extend or use an earlier one directly"))
            return base
        if self.sheet(path).tree is None:
            return base
        return merge_files(base, self.whole(path, chain), self._inherited)

    def _room_for(self, path: Path, name: Scalar) -> None:
        """Raise `LimitReached` if one more file is too much."""
        if path in self._sheets:
            return
        if len(self._sheets) >= MAX_FILES:
            raise LimitReached(
                limit_error(
                    MAX_FILES, "files in one playbook", name.location, "put what is shared into fewer libraries"
                )
            )
        values = sum(source.value_count for source in self.sources.values())
        if values > MAX_TOTAL_VALUES:
            raise LimitReached(
                limit_error(MAX_TOTAL_VALUES, "values in all its files", name.location, "use a smaller part of them")
            )

    def _parent(self, name: Scalar, child: Path) -> Path | None:
        found = find_file(name.text, self.folders, other_than=child)
        if found is None:
            if name.text == child.stem and find_file(name.text, self.folders):
                message = f"'{name.text}' leads back to itself"
                self.findings.append(error("P604", message, name.location, "drop `extends:`, or name another playbook"))
                return None
            hint, fix = did_you_mean(name.text, list_playbook_ids(self.folders))
            self.findings.append(
                error("P603", f"extends '{name.text}': no playbook has that id", name.location, hint, fix)
            )
            return None
        self.parents.append(name.text)
        self._room_for(found, name)
        sheet = self.sheet(found)
        if sheet.is_library:
            message = f"'{name.text}' is a library and cannot be a parent"
            self.findings.append(error("P603", message, name.location, "write it under `use:`"))
            return None
        return found

    def _library(self, name: Scalar) -> Path | None:
        found = find_file(name.text, self.folders)
        if found is None:
            if self._names is None:
                self._names = list_library_ids(self.folders)
            hint, fix = did_you_mean(name.text, self._names)
            self.findings.append(error("P601", f"use '{name.text}': there is no such file", name.location, hint, fix))
            return None
        self._room_for(found, name)
        sheet = self.sheet(found)
        if sheet.tree is not None and not sheet.is_library:
            message = f"'{name.text}' is a playbook, not a library"
            self.findings.append(
                error("P601", message, name.location, "write it as `extends:`, or move what is shared to a library")
            )
            return None
        return found
