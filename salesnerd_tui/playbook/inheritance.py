"""Resolution of a playbook: its parents and libraries, included questions and defaults.

`include` and `defaults` copy values, so a small file could request a thousand answers under a thousand questions.
Copies are therefore limited; one value under a hundred questions counts as a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import Finding, LimitReached, Report, did_you_mean, error, limit_reached
from salesnerd_tui.playbook.folders import display_path, find_file, list_library_ids, list_playbook_ids
from salesnerd_tui.playbook.merge import (
    item_name,
    merge_files,
    merge_item,
    with_defaults,
    without_removed,
    without_taken_keys,
)
from salesnerd_tui.playbook.validator import ValidatedFile, validate
from salesnerd_tui.playbook.yaml_reader import read_file, read_text
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq, SourceText, make_seq, map_item_lists

_Entry = tuple[Scalar, Map]
"""A `defaults` field: its key and its value."""

_EXPANDED_LISTS = ("prep", "agenda")
"""Lists in which includes and defaults are expanded; the `questions` of a library stay as written."""


def expand_includes(tree: Map, report: Report) -> Map:
    """Replace every `include` by the question it names; the priority, condition and place of the include win.

    Raises `LimitReached` if there are too many copies.
    """
    questions = {item_name(question): question for question in tree.maps("questions")}
    copies = _CopyCounter("include")

    def included(item: Map, name: Scalar) -> Map | None:
        question = questions.get(name.text)
        if question is not None:
            copies.add(question, name)
            priority = item.key("priority")
            if priority is not None and "say" in question:
                message = f"'{name.text}' is a statement, which has no priority"
                report(error("P113", message, priority.location, "delete the field"))
            return item.with_entries(merge_item(question, item, report).entries)
        hint, fix = did_you_mean(name.text, questions, "" if questions else "no library in `use:` has questions")
        if "/" in name.text:
            example = next(iter(questions), "its_id")
            hint, fix = f"a library goes under `use:`; include one of its questions, like `{example}`", ""
        message = f"include '{name.text}': no question of a library has that id"
        report(error("P602", message, name.location, hint, fix))
        return None

    def expand(items: Seq) -> Seq:
        expanded: list[Node] = []
        for item in items.items:
            name = item.scalar("include") if isinstance(item, Map) else None
            replacement = included(item, name) if name is not None and isinstance(item, Map) else item
            if replacement is not None:
                expanded.append(replacement)
        return make_seq(expanded, items)

    return map_item_lists(tree, expand, _EXPANDED_LISTS)


def apply_defaults(tree: Map, file_defaults: Mapping[str, _Entry]) -> Map:
    """Return the tree in which every question has the `defaults` of its file and, over them, of its section.

    `file_defaults` are by the name of their file. Raises `LimitReached` if there are too many copies.
    """
    copies = _CopyCounter("defaults")
    merged: dict[tuple[int, str], _Entry] = {}

    def defaults_for(file: str, section_defaults: _Entry | None) -> _Entry | None:
        """Return the defaults of a section over those of a file, merged once for each pair."""
        of_file = file_defaults.get(file)
        if section_defaults is None or of_file is None:
            return section_defaults or of_file
        key = (id(section_defaults[1]), file)
        if key not in merged:
            merged[key] = (section_defaults[0], with_defaults(of_file[1], section_defaults[1]))
        return merged[key]

    def apply(items: Seq) -> Seq:
        section_defaults: _Entry | None = None
        changed: list[Node] = []
        for item in items.items:
            if isinstance(item, Map) and "section" in item:
                section_defaults = _defaults_entry(item)
            if isinstance(item, Map) and "ask" in item:
                defaults = defaults_for(item.source.name, section_defaults)
                if defaults:
                    copies.add(defaults[1], defaults[0])
                    item = with_defaults(defaults[1], item)
            changed.append(item)
        return make_seq(changed, items)

    return map_item_lists(tree, apply, _EXPANDED_LISTS)


class _CopyCounter:
    """Counter of the values that a field copies."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._count = 0
        self._sizes: dict[int, int] = {}

    def add(self, node: Map, key: Scalar) -> None:
        size = self._sizes.get(id(node))
        if size is None:
            size = self._sizes[id(node)] = _count_values(node)
        self._count += size
        if self._count > table.MAX_COPIES:
            hint = "a value copied to a hundred questions counts as a hundred; write differences at the questions"
            raise limit_reached(table.MAX_COPIES, f"values copied by `{self._field}`", key.location, hint)


def _defaults_entry(node: Map) -> _Entry | None:
    """Return the `defaults` of a file or a section, with their key."""
    key, defaults = node.key("defaults"), node.map("defaults")
    return (key, defaults) if key and defaults else None


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
        return any(finding.is_error for finding in self.findings)

    def digest(self) -> str:
        """Return the hash of all source texts, in the order in which they were read."""
        hasher = sha256()
        for source in self.sources.values():
            text = source.text.encode("utf-8", "surrogatepass")
            hasher.update(f"{len(text)}:".encode())
            hasher.update(text)
        return hasher.hexdigest()


def resolve(path: Path, folders: Sequence[Path], text: str | None = None) -> MergedSource:
    """Read `path` (or `text` in its place) and everything it inherits. Never raises on content."""
    resolver = _Resolver(folders)
    own_tree = resolver.read(path, text).tree
    tree = None
    try:
        if own_tree:
            tree = apply_defaults(resolver.merge(path), resolver.defaults)
            _check_word_limit(tree)
    except LimitReached as limit:
        resolver.findings.append(limit.finding)
    parents = tuple(resolver.parents)
    return MergedSource(tree, own_tree, resolver.findings, resolver.sources, resolver.languages, parents)


def _check_word_limit(tree: Map) -> None:
    """Raise `LimitReached` if the coach has too many words, because it searches all speech for each of them."""
    coach = tree.map("coach")
    if coach:
        words = [*(word for word, _ in coach.entries_of("jargon")), *coach.scalars("never_say")]
        if len(words) > table.MAX_WORDS:
            raise limit_reached(table.MAX_WORDS, "words in `jargon` and `never_say`", words[table.MAX_WORDS].location)


class _Resolver:
    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.findings: list[Finding] = []
        self.sources: dict[str, SourceText] = {}
        self.languages: dict[str, str] = {}
        self.defaults: dict[str, _Entry] = {}
        self.parents: list[str] = []
        self.is_incomplete = False
        self._missing_count = 0
        self._library_ids: list[str] | None = None
        self._files: dict[Path, ValidatedFile] = {}
        self._merged: dict[Path, Map] = {}

    def _error(self, code: str, message: str, name: Scalar, hint: str, fix: str = "") -> None:
        self.findings.append(error(code, message, name.location, hint, fix))

    def _report_missing(self, finding: Finding) -> None:
        """Report a name that nothing inherited has, unless a parent or library could not be read completely."""
        self._missing_count += 1
        if not self.is_incomplete:
            self.findings.append(finding)
        if self._missing_count > table.MAX_FINDINGS_PER_CODE:
            hint = "the rest was not checked"
            raise limit_reached(table.MAX_FINDINGS_PER_CODE, "names that nothing inherited has", finding.location, hint)

    def read(self, path: Path, text: str | None = None) -> ValidatedFile:
        """Read a file; each file is read once."""
        file = self._files.get(path)
        if file is not None:
            return file
        name = display_path(path)
        source, tree, findings = read_file(path, name) if text is None else read_text(text, name)
        file = self._files[path] = validate(tree) if tree is not None else ValidatedFile(None)
        self.sources[name] = source
        findings = findings + file.findings
        self.findings += findings
        self.is_incomplete |= any(finding.is_error for finding in findings)
        if file.tree is not None:
            if "lang" in file.tree:
                self.languages[name] = file.tree.text("lang")
            if defaults := _defaults_entry(file.tree):
                self.defaults[name] = defaults
        return file

    def merge(self, path: Path, chain: tuple[Path, ...] = ()) -> Map:
        """Return a file merged over its parent and its libraries, with its includes expanded.

        `chain` are the files that inherit it. Each file is merged once.
        """
        if path in self._merged:
            return self._merged[path]
        tree = self.read(path).tree
        assert tree is not None
        base = tree.with_entries({})
        parent = tree.scalar("extends")
        if parent:
            base = self._merge_inherited(base, parent, self._find_parent(parent, path), (*chain, path))
        for name in tree.scalars("use"):
            base = self._merge_inherited(base, name, self._find_library(name), (*chain, path))
        if "remove" in tree:
            base = without_removed(base, tree.scalars("remove"), self._report_missing)
        base = without_taken_keys(base, tree, self.findings.append)
        merged = expand_includes(merge_files(base, tree, self._report_missing), self._report_missing)
        self._merged[path] = merged
        return merged

    def _merge_inherited(self, base: Map, name: Scalar, path: Path | None, chain: tuple[Path, ...]) -> Map:
        """Return `base` with the parent or library at `path` merged over it."""
        if path is None:
            self.is_incomplete = True
        elif path in chain:
            cycle = " > ".join(file.stem for file in (*chain[chain.index(path) :], path))
            self._error("P604", f"'{name.text}' leads back to itself: {cycle}", name, "drop one of them")
        elif len(chain) > table.MAX_INHERITANCE_DEPTH:
            message = f"'{name.text}' is more than {table.MAX_INHERITANCE_DEPTH} files deep"
            self._error("P604", message, name, "extend or use an earlier one directly")
        elif self.read(path).tree is not None:
            return merge_files(base, self.merge(path, chain), self._report_missing)
        return base

    def _check_limits(self, path: Path, name: Scalar) -> None:
        """Raise `LimitReached` if one more file is too much."""
        if path in self._files:
            return
        if len(self._files) >= table.MAX_FILES:
            hint = "put what is shared into fewer libraries"
            raise limit_reached(table.MAX_FILES, "files in one playbook", name.location, hint)
        if sum(source.value_count for source in self.sources.values()) > table.MAX_TOTAL_VALUES:
            hint = "use a smaller part of them"
            raise limit_reached(table.MAX_TOTAL_VALUES, "values in all its files", name.location, hint)

    def _find_parent(self, name: Scalar, child: Path) -> Path | None:
        parent = find_file(name.text, self.folders, other_than=child)
        if parent is None and name.text == child.stem and find_file(name.text, self.folders):
            hint = "drop `extends:`, or name another playbook"
            self._error("P604", f"'{name.text}' leads back to itself", name, hint)
            return None
        if parent is None:
            suggestion = did_you_mean(name.text, list_playbook_ids(self.folders))
            self._error("P603", f"extends '{name.text}': no playbook has that id", name, *suggestion)
            return None
        self.parents.append(name.text)
        self._check_limits(parent, name)
        if self.read(parent).is_library:
            message = f"'{name.text}' is a library and cannot be a parent"
            self._error("P603", message, name, "write it under `use:`")
            return None
        return parent

    def _find_library(self, name: Scalar) -> Path | None:
        library = find_file(name.text, self.folders)
        if library is None:
            if self._library_ids is None:
                self._library_ids = list_library_ids(self.folders)
            suggestion = did_you_mean(name.text, self._library_ids)
            self._error("P601", f"use '{name.text}': there is no such file", name, *suggestion)
            return None
        self._check_limits(library, name)
        file = self.read(library)
        if file.tree is not None and not file.is_library:
            message = f"'{name.text}' is a playbook, not a library"
            self._error("P601", message, name, "write it as `extends:`, or move what is shared to a library")
            return None
        return library
