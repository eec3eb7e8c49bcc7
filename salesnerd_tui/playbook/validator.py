"""Validator of one file against the table of fields: unknown keys, kinds of values, and kinds of items.

The result is canonical, so that merging and building need no special cases: lists are lists, answers and points are
maps, invalid parts are reported and removed, and every question has an id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard, TypeVar

from msgspec import Struct, field

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook import field_values
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import (
    Finding,
    LimitReached,
    Report,
    advice,
    closest_match,
    error,
    limit_error,
    limit_reached,
)
from salesnerd_tui.playbook.field_values import (
    Check,
    check_commas,
    check_text,
    check_texts,
    is_cut_by_comment,
    is_valid_id,
    parse_number,
    wrong_kind,
)
from salesnerd_tui.playbook.fields import FIELD_ALIASES, MAX_ERRORS, MAX_LIST_ITEMS, Field, Kind, MapKind
from salesnerd_tui.playbook.ids import add_missing_ids, slugify
from salesnerd_tui.playbook.unknown_field import (
    find_synonym,
    find_value_synonym,
    missing_field,
    unknown_field,
    unknown_kind,
)
from salesnerd_tui.playbook.yaml_tree import Entries, Map, Node, Scalar, Seq, make_seq, normalize_label

N = TypeVar("N", Map, Seq)


class ValidatedFile(Struct):
    """A canonical tree with its findings. `tree` is None if the file is unusable."""

    tree: Map | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_library(self) -> bool:
        return self.tree is not None and "library" in self.tree


def validate(tree: Map) -> ValidatedFile:
    """Validate and normalize one file."""
    validator = Validator(inherits="extends" in tree or "use" in tree, is_library="library" in tree)
    try:
        if not is_supported_format(tree, validator.report):
            return ValidatedFile(None, validator.findings)
        validated = validator.map(tree.filter(lambda key, _: key.text != "format"), table.FILE)
        check_kind(tree, validated, validator.report)
    except LimitReached as limit:
        return ValidatedFile(None, [*validator.findings, limit.finding])
    return ValidatedFile(validated, [*validator.findings, *add_missing_ids(validated)])


_ANSWER_FIELD = Field("an answer", Kind.TEXT)
_YES_ANSWERS = frozenset(("yes", "y", "true", "ja", "oui", "sí", "si", "ok"))
_BARE_ANSWERS = _YES_ANSWERS | {"no", "n", "false", "nein", "non", "maybe"}


class Validator:
    """Normalizes the maps of one file. `inherits` is true if its items may override inherited ones in part."""

    def __init__(self, *, inherits: bool, is_library: bool) -> None:
        self.inherits = inherits
        self.is_library = is_library
        self.findings: list[Finding] = []
        self.checks: dict[Kind, Check] = {
            **field_values.CHECKS,
            Kind.ITEMS: self._check_items,
            Kind.ANSWERS: self._check_answers,
            Kind.DEFAULTS: lambda node, field, _: self._check_map(node, field, table.DEFAULTS),
            Kind.COACH: lambda node, field, _: self._check_map(node, field, table.COACH),
            Kind.DETOURS: lambda node, field, _: self._check_named_maps(node, field, table.DETOUR),
            Kind.OUTCOMES: lambda node, field, _: self._check_named_maps(node, field, table.OUTCOME),
            Kind.BUYERS: lambda node, field, _: self._check_named_maps(node, field, table.BUYER),
            Kind.TESTS: lambda node, field, _: self._check_maps(node, field, table.TEST),
            Kind.INTERRUPTS: lambda node, field, _: self._check_maps(
                make_seq([node], node) if isinstance(node, Map) else node, field, table.INTERRUPT
            ),
            Kind.GATES: self._check_gates,
        }
        self._in_prep = False
        self._ancestors: list[MapKind] = []
        self._errors = 0

    def report(self, finding: Finding) -> None:
        """Add a finding. Raises `LimitReached` after many errors, because the file does not load anyway."""
        self.findings.append(finding)
        if finding.is_error:
            self._errors += 1
            if self._errors >= MAX_ERRORS:
                hint = "the rest of it was not checked"
                raise limit_reached(MAX_ERRORS - 1, "errors in one file", finding.location, hint)

    def map(self, node: Map, map_kind: MapKind) -> Map:
        """Return the known and valid entries of a map."""
        entries: Entries = {}
        fields, checks, report = map_kind.fields, self.checks, self.report
        self._ancestors.append(map_kind)
        for key, entry in node.entries.items():
            field = fields.get(key)
            alias = FIELD_ALIASES.get(key, "")
            if field is None and alias in fields:
                if alias in node.entries:
                    message = f"'{entry[0].text}' and '{alias}' are the same field"
                    report(error("P106", message, entry[0].location, f"put all of them under '{alias}'"))
                    continue
                key, field = alias, fields[alias]
            if field is None:
                report(unknown_field(entry[0], map_kind, node, self._ancestors[:-1]))
                continue
            value = checks[field.kind](entry[1], field, report)
            if value is not None:
                entries[key] = (entry[0], value)
        self._ancestors.pop()
        for required in map_kind.required:
            if required.name not in node and (missing := missing_field(required, node, map_kind)):
                report(missing)
        return node.with_entries(entries)

    def _expect(self, node: Node, field: Field, kind: type[N], hint: str = "", expected: str = "") -> TypeGuard[N]:
        """Return whether a node is of `kind`; report it otherwise."""
        if isinstance(node, kind):
            return True
        hint = hint or ("each begins with '- '" if kind is Seq else "lines of `name: value`, indented under it")
        self.report(wrong_kind(node, field, hint, expected))
        return False

    def _check_map(self, node: Node, field: Field, map_kind: MapKind) -> Map | None:
        return self.map(node, map_kind) if self._expect(node, field, Map) else None

    def _check_named_maps(self, node: Node, field: Field, map_kind: MapKind) -> Map | None:
        noun = map_kind.title.partition(" ")[2]
        hint = f"write each under an id of its own, like `my_{noun}:`, without a dash" if isinstance(node, Seq) else ""
        if not self._expect(node, field, Map, hint):
            return None
        entries: Entries = {}
        for key, (name, value) in node.entries.items():
            hint = ""
            if map_kind is table.OUTCOME and isinstance(value, Scalar):
                decisions = table.OUTCOME.fields["decision"].allowed_values
                decision = find_value_synonym(value.text, "decision", decisions)
                hint = f"write `{key[:40]}: {{decision: {decision}}}`" if decision else ""
            entry, expected = Field(key, Kind.DEFAULTS), f"the fields of {map_kind.title}"
            if is_valid_id(name, "an id", self.report) and self._expect(value, entry, Map, hint, expected):
                entries[key] = (name, self.map(value, without_required(map_kind) if self.inherits else map_kind))
        return node.with_entries(entries)

    def _check_gates(self, node: Node, field: Field, report: Report) -> Map | None:
        if not self._expect(node, field, Map):
            return None
        entries: Entries = {}
        for key, (name, value) in node.entries.items():
            text = check_text(value, Field(key, Kind.CONDITION), report)
            if is_valid_id(name, "a gate's name", report) and text:
                entries[key] = (name, text)
        return node.with_entries(entries)

    def _check_maps(self, node: Node, field: Field, map_kind: MapKind) -> Seq | None:
        if not self._expect(node, field, Seq):
            return None
        each, expected = Field(f"{field.name}: each", Kind.DEFAULTS), f"the fields of {map_kind.title}"
        names = ", ".join(f"{name}: …" for name in (*(each.name for each in map_kind.required), "ends")[:2])
        hint = f"write `{{{names}}}`"
        items = [item for item in node.items if self._expect(item, each, Map, hint, expected)]
        return make_seq([self.map(item, map_kind) for item in items], node)

    def _check_answers(self, node: Node, field: Field, report: Report) -> Map | None:
        """Return a map of labels to what follows, from such a map or a list of labels or `label: what follows`."""
        if isinstance(node, Scalar):
            hint = (
                f"write a list: [{_list_of_answers(node.text)}]"
                if node.text
                else "write each as `What you hear: What you ask next`"
            )
            report(wrong_kind(node, field, hint))
            return None
        entries: Entries = {}
        first_keys: dict[str, Scalar] = {}
        for key, value in self._answer_entries(node) if isinstance(node, Seq) else node.entries.values():
            label = key.text
            normalized = normalize_label(label)
            if not normalized:
                report(error("P106", "an answer without words", key.location, "write what you would hear"))
            elif normalized in first_keys:
                hint = f"first on line {first_keys[normalized].line}: keep one of them"
                report(error("P106", f"duplicate answer '{label}'", key.location, hint))
            else:
                first_keys[normalized] = key
                if normalized in _BARE_ANSWERS and not self._in_prep:
                    example = (
                        "We lost a customer over it" if normalized in _YES_ANSWERS else "Nobody has complained so far"
                    )
                    message = f"'{label}' says little when you read the notes later"
                    report(advice("P105", message, key.location, f"write what you would hear, like '{example}'"))
                act = self._check_answer(key, value)
                if act:
                    entries[label] = (key, act)
        return Map(*node.span, entries)

    def _answer_entries(self, node: Seq) -> Iterator[tuple[Scalar, Node]]:
        if len(node.items) > MAX_LIST_ITEMS:
            self.report(limit_error(MAX_LIST_ITEMS, "answers in one list", node.items[MAX_LIST_ITEMS].location))
            return
        check_commas(list(node.items), node, self.report)
        for item in node.items:
            if isinstance(item, Map) and len(item.entries) == 1:
                yield next(iter(item.entries.values()))
            elif not isinstance(item, Scalar):
                first = next((value for _, value in getattr(item, "entries", {}).values()), None)
                words = first.text[:60] if isinstance(first, Scalar) and first.text else "What you hear"
                hint = f"write `- {words}`, or `- {words}: What you ask next`"
                self.report(error("P112", "one answer in a list is one label", item.location, hint))
            elif label := check_text(item, _ANSWER_FIELD, self.report):
                yield label, Map(*item.span)

    def _check_answer(self, key: Scalar, value: Node) -> Map | None:
        if isinstance(value, Map):
            act = self.map(value, table.ANSWER)
            destinations = [act.entries[name][0] for name in table.DESTINATIONS if name in act]
            if len(destinations) > 1:
                message = f"an answer leads to one place, not to {destinations[0].text} and {destinations[1].text}"
                self.report(error("P112", message, destinations[1].location, "delete one of them"))
            return act
        if isinstance(value, Scalar) and value.is_null and not is_cut_by_comment(value, self.report):
            return Map(*key.span)
        texts = check_texts(value, _ANSWER_FIELD, self.report)
        if texts is None:
            return None
        entries: Entries = {"follow_ups": (Scalar(*texts.span, "follow_ups"), texts)}
        return Map(*texts.span, entries if texts.items else {})

    def _check_items(self, node: Node, field: Field, _report: Report) -> Seq | None:
        if not self._expect(node, field, Seq):
            return None
        self._in_prep = field.name == "prep"
        checked = [self._check_item(item, field) for item in node.items]
        self._in_prep = False
        return make_seq([item for item in checked if item is not None], node)

    def _check_item(self, node: Node, field: Field) -> Map | None:
        if not isinstance(node, Map):
            text = node.text.strip() if isinstance(node, Scalar) else ""
            kind = next((kind for kind in table.ITEMS if text.startswith(f"{kind} ")), "")
            spoken = text.removeprefix(kind).strip()
            hint = f"write: `- {kind or 'ask'}: {spoken[:60]}`" if spoken else "write one of them"
            if isinstance(node, Seq) and not node.is_flow:
                hint = "begin it with one dash"
            self.report(error("P110", "an item is a section, ask, say or include", node.location, hint))
            return None
        kinds = [kind for kind in table.ITEMS if kind in node.entries]
        if not kinds and self.inherits and "id" in node:
            return self.map(node, without_required(table.ASK))
        if not kinds:
            self.report(unknown_kind(node))
            return None
        if len(kinds) > 1:
            second = node.entries[kinds[1]][0]
            message = f"an item cannot be both {kinds[0]} and {kinds[1]}"
            self.report(error("P110", message, second.location, "make two items"))
            return None
        kind = kinds[0]
        if field.name == "questions" and self.is_library and kind not in ("ask", "say"):
            message = "a library has questions and statements here: ask or say"
            self.report(error("P110", message, node.entries[kind][0].location))
            return None
        validated = self.map(node, table.ITEMS[kind])
        id_entry = node.entries.get("id")
        if id_entry and "id" not in validated and isinstance(id_entry[1], Scalar):
            words = id_entry[1].text.strip() or node.text(kind)
            validated.entries["id"] = (id_entry[0], id_entry[1].with_text(slugify(words)))
        return validated if kind in validated else None


_RANGE = lazy_pattern(r"(\d{1,2})\s*(?:-|–|\.\.\.?|to)\s*(\d{1,2})")


def _list_of_answers(text: str) -> str:
    """Return the answers in a text, separated by commas; a range such as `1-5` is written out."""
    span = _RANGE.fullmatch(text.strip())
    if span and int(span[1]) < int(span[2]) <= int(span[1]) + 10:
        return ", ".join(str(number) for number in range(int(span[1]), int(span[2]) + 1))
    return text[:60]


def without_required(map_kind: MapKind) -> MapKind:
    """Return the same fields with none required, because an override writes only what changes."""
    return MapKind(map_kind.title, map_kind.fields)


def is_supported_format(tree: Map, report: Report) -> bool:
    node = tree.get("format")
    version = parse_number(tree.text("format"))
    if node is not None and version is None:
        hint = f"delete the line, or write {table.FORMAT_VERSION}"
        report(error("P112", "'format' expects a number", node.location, hint))
    if node is None or version is None or version <= table.FORMAT_VERSION:
        return True
    hint = "upgrade salesnerd: pipx upgrade salesnerd-tui"
    message = f"this file is in format {tree.text('format')}, and this program reads up to {table.FORMAT_VERSION}"
    report(error("P114", message, node.location, hint))
    return False


def check_kind(tree: Map, validated: Map, report: Report) -> None:
    """Report a file that is neither a playbook nor a library, and fields that belong in the other of the two."""
    first = next(iter(tree.entries.values()), (tree,))[0].location
    unknown = [key for key in tree.entries if key not in table.FILE.fields]

    def is_meant(*names: str) -> bool:
        return any(closest_match(key, names) or find_synonym(key, names) for key in unknown)

    if "playbook" in tree and "library" in tree:
        location = tree.entries["library"][0].location
        report(error("P110", "a file is a playbook or a library, not both", location, "delete one of the two"))
        return
    if "playbook" not in tree and "library" not in tree:
        if not is_meant("playbook", "library"):
            hint = "begin with `playbook: Its title`"
            report(error("P110", "neither 'playbook:' nor 'library:'", first, hint))
        return
    contents = ("agenda", "prep", "extends")
    if "playbook" in tree and not any(part in tree for part in contents) and not is_meant(*contents):
        hint = "add `agenda:` and below it `- ask: …`; a scorecard that needs no call has `prep:`"
        report(error("P112", "a playbook needs an agenda or a prep", first, hint))
    is_library = "library" in tree
    for name in ("agenda", "prep", "tests", "extends") if is_library else ("questions",):
        if name in validated:
            kind = "playbook" if is_library else "library"
            location = validated.entries.pop(name)[0].location
            hints = {"agenda": "write its questions under `questions:`", "questions": "write them under `agenda:`"}
            report(error("P113", f"'{name}' belongs in a {kind}, not here", location, hints.get(name, "")))
