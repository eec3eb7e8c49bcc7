"""Validator of a file against the table of fields: unknown keys, kinds of values, and kinds of items.

The result is canonical, so that merging and building need no special cases: lists are lists, answers and points are
maps, and invalid parts are reported and left out. Questions without an id get one from their first words. All findings
here concern one file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeGuard, TypeVar

from msgspec import Struct, field

from salesnerd_tui.playbook import field_values
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import (
    Finding,
    LimitReached,
    Report,
    Severity,
    advice,
    closest_match,
    error,
    limit_error,
)
from salesnerd_tui.playbook.field_values import (
    check_commas,
    check_text,
    check_texts,
    is_cut_by_comment,
    is_valid_id,
    kind_with_article,
    parse_number,
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
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq, make_seq, normalize_label

N = TypeVar("N", Map, Seq)


class ValidatedFile(Struct):
    """A canonical file with its findings. `tree` is None if the file is unusable."""

    tree: Map | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_library(self) -> bool:
        return self.tree is not None and "library" in self.tree


def validate(tree: Map) -> ValidatedFile:
    """Validate and normalize one file."""
    validator = Validator(inherits="extends" in tree or "use" in tree)
    try:
        if not is_supported_format(tree, validator.report):
            return ValidatedFile(None, validator.findings)
        # There is only one format, so files need not have it.
        written = {key: entry for key, entry in tree.entries.items() if key != "format"}
        clean = validator.map(tree.with_entries(written), table.FILE)
        check_kind(tree, clean, validator.report)
    except LimitReached as limit:
        return ValidatedFile(None, [*validator.findings, limit.finding])
    return ValidatedFile(clean, [*validator.findings, *add_missing_ids(clean)])


_ANSWER_FIELD = Field("an answer", Kind.TEXT, "", "")
_YES_ANSWERS = frozenset(("yes", "y", "true", "ja", "oui", "sí", "si", "ok"))
_BARE_ANSWERS = _YES_ANSWERS | {"no", "n", "false", "nein", "non", "maybe"}


class Validator:
    """Normalizes the maps of one file. `inherits` is true if the file may write only what changes."""

    def __init__(self, inherits: bool = False) -> None:
        self.inherits = inherits
        self.findings: list[Finding] = []
        self.readers: dict[Kind, Callable[[Node, Field, Report], Node | None]] = {
            **field_values.CHECKS,
            Kind.ITEMS: self._items,
            Kind.ANSWERS: self._answers,
            Kind.DEFAULTS: lambda node, field, _: self._map_of(node, field, table.DEFAULTS),
            Kind.COACH: lambda node, field, _: self._map_of(node, field, table.COACH),
            Kind.DETOURS: lambda node, field, _: self._named(node, field, table.DETOUR),
            Kind.OUTCOMES: lambda node, field, _: self._named(node, field, table.OUTCOME),
            Kind.BUYERS: lambda node, field, _: self._named(node, field, table.BUYER),
            Kind.TESTS: lambda node, field, _: self._maps(node, field, table.TEST),
            Kind.INTERRUPTS: lambda node, field, _: self._maps(
                make_seq([node], node) if isinstance(node, Map) else node, field, table.INTERRUPT
            ),
            Kind.GATES: self._gates,
        }
        self._in_prep = False
        self._around: list[MapKind] = []
        self._errors = 0

    def report(self, finding: Finding) -> None:
        """Add a finding. Raises `LimitReached` after many errors, because the file does not load anyway."""
        self.findings.append(finding)
        if finding.severity is Severity.ERROR:
            self._errors += 1
            if self._errors >= MAX_ERRORS:
                raise LimitReached(
                    limit_error(
                        MAX_ERRORS - 1, "mistakes in one file", finding.location, "the rest of it was not looked at"
                    )
                )

    def map(self, node: Map, shape: MapKind) -> Map:
        """Return the known and valid entries of a map."""
        kept: dict[str, tuple[Scalar, Node]] = {}
        fields, readers, report = shape.fields, self.readers, self.report
        self._around.append(shape)
        for key, entry in node.entries.items():
            known = fields.get(key)
            meant = FIELD_ALIASES.get(key, "")
            if known is None and meant in fields:
                if meant in node.entries:
                    message = f"'{entry[0].text}' and '{meant}' are the same field"
                    report(error("P106", message, entry[0].location, f"put all of them under '{meant}'"))
                    continue
                key, known = meant, fields[meant]
            if known is None:
                report(unknown_field(entry[0], shape, node, self._around[:-1]))
                continue
            value = readers[known.kind](entry[1], known, report)
            if value is not None:
                kept[key] = (entry[0], value)
        self._around.pop()
        for required in shape.required:
            missing = missing_field(required, node, shape) if required.name not in node.entries else None
            if missing:
                report(missing)
        return node.with_entries(kept)

    def _expect(self, node: Node, field: Field, kind: type[N], hint: str = "", expected: str = "") -> TypeGuard[N]:
        if isinstance(node, kind):
            return True
        found = "a text" if isinstance(node, Scalar) and not node.is_null else "nothing"
        found = {Seq: "a list", Map: "a map"}.get(type(node), found)
        hint = hint or ("each begins with '- '" if kind is Seq else "lines of `name: value`, indented under it")
        expected = expected or kind_with_article(field)
        self.report(error("P112", f"'{field.name}' expects {expected}, found {found}", node.location, hint))
        return False

    def _map_of(self, node: Node, field: Field, shape: MapKind) -> Map | None:
        return self.map(node, shape) if self._expect(node, field, Map) else None

    def _named(self, node: Node, field: Field, shape: MapKind) -> Map | None:
        one = shape.title.partition(" ")[2]
        hint = f"write each under an id of its own, like `my_{one}:`, without a dash" if isinstance(node, Seq) else ""
        if not self._expect(node, field, Map, hint):
            return None
        kept: dict[str, tuple[Scalar, Node]] = {}
        decision = table.OUTCOME.fields["decision"] if shape is table.OUTCOME else None
        expected, shape = f"the fields of {shape.title}", without_required(shape) if self.inherits else shape
        for key, (name, value) in node.entries.items():
            meant = (
                find_value_synonym(value.text, "decision", decision.allowed_values)
                if decision and isinstance(value, Scalar)
                else ""
            )
            hint = f"write `{key[:40]}: {{decision: {meant}}}`" if meant else ""
            entry = Field(key, Kind.DEFAULTS, "", "")
            if is_valid_id(name, "an id", self.report) and self._expect(value, entry, Map, hint, expected):
                kept[key] = (name, self.map(value, shape))
        return node.with_entries(kept)

    def _gates(self, node: Node, field: Field, report: Report) -> Map | None:
        if not self._expect(node, field, Map):
            return None
        kept: dict[str, tuple[Scalar, Node]] = {}
        for key, (name, value) in node.entries.items():
            text = check_text(value, Field(key, Kind.CONDITION, "", ""), report)
            if is_valid_id(name, "a gate's name", report) and text:
                kept[key] = (name, text)
        return node.with_entries(kept)

    def _maps(self, node: Node, field: Field, shape: MapKind) -> Seq | None:
        if not self._expect(node, field, Seq):
            return None
        each = Field(f"{field.name}: each", Kind.DEFAULTS, "", "")
        return make_seq([self.map(item, shape) for item in node.items if self._expect(item, each, Map)], node)

    def _answers(self, node: Node, field: Field, report: Report) -> Map | None:
        """Return a map of labels to effects, from a map or a list of labels or `label: effect`."""
        if isinstance(node, Scalar):
            hint = (
                f"write a list: [{node.text[:60]}]" if node.text else "write each as `What you hear: What you ask next`"
            )
            report(error("P112", f"'{field.name}' expects {kind_with_article(field)}", node.location, hint))
            return None
        kept: dict[str, tuple[Scalar, Node]] = {}
        seen: dict[str, Scalar] = {}
        for key, value in self._labels(node) if isinstance(node, Seq) else node.entries.values():
            label = key.text
            same = normalize_label(label)
            if not same:
                report(error("P106", "an answer without words", key.location, "write what you would hear"))
            elif same in seen:
                hint = f"first on line {seen[same].line}: keep one of them"
                report(error("P106", f"duplicate answer '{label}'", key.location, hint))
            else:
                seen[same] = key
                if same in _BARE_ANSWERS and not self._in_prep:
                    said = "We lost a customer over it" if same in _YES_ANSWERS else "Nobody has complained so far"
                    message = f"'{label}' says little when you read the notes later"
                    report(advice("P105", message, key.location, f"write what you would hear, like '{said}'"))
                act = self._act(key, value)
                if act:
                    kept[label] = (key, act)
        return Map(*node.span, kept)

    def _labels(self, node: Seq) -> Iterator[tuple[Scalar, Node]]:
        if len(node.items) > MAX_LIST_ITEMS:
            self.report(limit_error(MAX_LIST_ITEMS, "answers in one list", node.items[MAX_LIST_ITEMS].location))
            return
        check_commas(list(node.items), node, self.report)
        for item in node.items:
            if isinstance(item, Map) and len(item.entries) == 1:
                yield next(iter(item.entries.values()))
            elif isinstance(item, Scalar):
                label = check_text(item, _ANSWER_FIELD, self.report)
                if label:
                    yield label, Map(*item.span)
            else:
                hint = "write `- What you hear`, or `- What you hear: What you ask next`"
                self.report(error("P112", "one answer in a list is one label", item.location, hint))

    def _act(self, key: Scalar, value: Node) -> Map | None:
        if isinstance(value, Map):
            act = self.map(value, table.ANSWER)
            moves = [act.entries[move][0] for move in table.DESTINATIONS if move in act]
            if len(moves) > 1:
                message = f"an answer leads to one place, not to {moves[0].text} and {moves[1].text}"
                self.report(error("P112", message, moves[1].location, "delete one of them"))
            return act
        if isinstance(value, Scalar) and value.is_null and not is_cut_by_comment(value, self.report):
            return Map(*key.span)
        texts = check_texts(value, _ANSWER_FIELD, self.report)
        if texts is None:
            return None
        asked: dict[str, tuple[Scalar, Node]] = {"follow_ups": (Scalar(*texts.span, "follow_ups"), texts)}
        return Map(*texts.span, asked if texts.items else {})

    def _items(self, node: Node, field: Field, _report: Report) -> Seq | None:
        if not self._expect(node, field, Seq):
            return None
        self._in_prep = field.name == "prep"
        checked = [self._item(item, field) for item in node.items]
        self._in_prep = False
        return make_seq([item for item in checked if item is not None], node)

    def _item(self, node: Node, field: Field) -> Map | None:
        if not isinstance(node, Map):
            text = node.text.strip() if isinstance(node, Scalar) else ""
            kind = next((kind for kind in table.ITEMS if text.startswith(f"{kind} ")), "")
            spoken = text.removeprefix(kind).strip()
            hint = f"write: `- {kind or 'ask'}: {spoken[:60]}`" if spoken else "write one of them"
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
        if field.name == "questions" and kind not in ("ask", "say"):
            message = "a library has questions and statements here: ask or say"
            self.report(error("P110", message, node.entries[kind][0].location))
            return None
        clean = self.map(node, table.ITEMS[kind])
        bad = node.entries.get("id")
        if bad and "id" not in clean and isinstance(bad[1], Scalar):
            clean.entries["id"] = (bad[0], bad[1].with_text(slugify(bad[1].text)))
        return clean if kind in clean else None


def without_required(shape: MapKind) -> MapKind:
    """Return the same fields without required ones, because an override writes only what changes."""
    return MapKind(shape.title, shape.fields)


def is_supported_format(tree: Map, report: Report) -> bool:
    """Return whether this program supports the format of the file."""
    written = tree.scalar("format")
    version = parse_number(written.text) if written else None
    if written is not None and version is None:
        report(
            error(
                "P112",
                "'format' expects a number",
                written.location,
                f"delete the line, or write {table.FORMAT_VERSION}",
            )
        )
    if written is None or version is None or version <= table.FORMAT_VERSION:
        return True
    hint = "upgrade salesnerd: pipx upgrade salesnerd-tui"
    message = f"this file is in format {written.text}, and this program reads up to {table.FORMAT_VERSION}"
    report(error("P114", message, written.location, hint))
    return False


def check_kind(tree: Map, clean: Map, report: Report) -> None:
    """Report a file that is neither a playbook nor a library, and fields that belong in the other of the two."""
    first = next(iter(tree.entries.values()), (tree,))[0].location
    unknown = [key for key in tree.entries if key not in table.FILE.fields]

    def meant(*names: str) -> bool:
        return any(closest_match(key, names) or find_synonym(key, names) for key in unknown)

    if "playbook" in tree and "library" in tree:
        location = tree.entries["library"][0].location
        report(error("P110", "a file is a playbook or a library, not both", location, "delete one of the two"))
        return
    if "playbook" not in tree and "library" not in tree:
        if not meant("playbook", "library"):
            hint = "begin with `playbook: Its title`"
            report(error("P110", "neither 'playbook:' nor 'library:'", first, hint))
        return
    parts = ("agenda", "prep", "extends")
    if "playbook" in tree and not any(part in tree for part in parts) and not meant(*parts):
        hint = "add `agenda:` and below it `- ask: …`; a scorecard that needs no call has `prep:`"
        report(error("P112", "a playbook needs an agenda or a prep", first, hint))
    is_library = "library" in tree
    for name in ("agenda", "prep", "tests", "extends") if is_library else ("questions",):
        if name in clean:
            where = "playbook" if is_library else "library"
            location = clean.entries.pop(name)[0].location
            instead = {"agenda": "write its questions under `questions:`", "questions": "write them under `agenda:`"}
            report(error("P113", f"'{name}' belongs in a {where}, not here", location, instead.get(name, "")))
