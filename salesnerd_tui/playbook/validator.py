"""Validator of a file against the table of fields: unknown keys, kinds of values, and kinds of items.

The result is canonical, so that merging and building need no special cases: lists are lists, answers and points are
maps, and invalid parts are reported and left out. Questions without an id get one from their first words. All findings
here concern one file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import Struct, field

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook import scalars
from salesnerd_tui.playbook.diagnostics import (
    Edit,
    Finding,
    LimitReached,
    Severity,
    advice,
    closest,
    error,
    listed,
    over,
)
from salesnerd_tui.playbook.fields import ALSO_WRITTEN, LIST_TEXTS, MISTAKES, Field, Kind, MapKind
from salesnerd_tui.playbook.scalars import FreeIds, Report, slug
from salesnerd_tui.playbook.synonyms import dropped_field, how, instead_of, meant_by, renamed
from salesnerd_tui.playbook.tree import Map, Node, Scalar, Seq, folded, item_lists, seq_of
from salesnerd_tui.playbook.yaml_errors import split_text


class ValidatedFile(Struct):
    """A canonical file with its findings. `tree` is None if the file is unusable."""

    tree: Map | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_library(self) -> bool:
        return self.tree is not None and "library" in self.tree


def validate(tree: Map) -> ValidatedFile:
    """Validate and normalize one file."""
    validator = _validator(inherits="extends" in tree or "use" in tree)
    try:
        if not known_format(tree, validator.report):
            return ValidatedFile(None, validator.findings)
        clean = validator.map(without_format(tree), table.FILE)
        check_kind(tree, clean, validator.report)
    except LimitReached as limit:
        return ValidatedFile(None, [*validator.findings, limit.finding])
    return ValidatedFile(clean, [*validator.findings, *name_items(clean)])


def _validator(inherits: bool) -> Validator:
    validator = Validator(inherits)
    validator.readers |= {
        Kind.ITEMS: lambda node, field, _: items_of(validator, node, field),
        Kind.ANSWERS: lambda node, field, _: answers_of(validator, node, field),
        Kind.DEFAULTS: lambda node, field, _: validator.map_of(node, field, table.DEFAULTS),
        Kind.COACH: lambda node, field, _: validator.map_of(node, field, table.COACH),
        Kind.DETOURS: lambda node, field, _: validator.named(node, field, table.DETOUR),
        Kind.OUTCOMES: lambda node, field, _: validator.named(node, field, table.OUTCOME),
        Kind.BUYERS: lambda node, field, _: validator.named(node, field, table.BUYER),
        Kind.GATES: validator.gates,
        Kind.TESTS: validator.tests,
        Kind.INTERRUPTS: validator.interrupts,
    }
    return validator


Reader = Callable[[Node, Field, scalars.Report], Node | None]


class Validator:
    """Normalizes the maps of one file. `inherits` is true if the file may write only what changes."""

    def __init__(self, inherits: bool = False) -> None:
        self.inherits = inherits
        self.findings: list[Finding] = []
        self.readers: dict[Kind, Reader] = dict(scalars.READERS)
        self.in_prep = False
        self._around: list[MapKind] = []
        self._errors = 0

    def report(self, finding: Finding) -> None:
        """Add a finding. Raises `LimitReached` after many errors, because the file does not load anyway."""
        self.findings.append(finding)
        if finding.severity is Severity.ERROR:
            self._errors += 1
            if self._errors >= MISTAKES:
                raise LimitReached(
                    over(MISTAKES - 1, "mistakes in one file", finding.spot, "the rest of it was not looked at")
                )

    def map(self, node: Map, shape: MapKind) -> Map:
        """Return the known and valid entries of a map."""
        kept: dict[str, tuple[Scalar, Node]] = {}
        fields, readers, report = shape.fields, self.readers, self.report
        self._around.append(shape)
        for key, entry in node.entries.items():
            known = fields.get(key)
            if known is None and key in ALSO_WRITTEN and ALSO_WRITTEN[key] in fields:
                key = ALSO_WRITTEN[key]
                known = fields[key]
                if key in node.entries:
                    self._twice(entry[0], key)
                    continue
            if known is None:
                self._unknown(entry[0], shape, node)
                continue
            value = readers[known.kind](entry[1], known, report)
            if value is not None:
                kept[key] = (entry[0], value)
        self._around.pop()
        for known in shape.required:
            if known.name not in node.entries:
                self._missing(known, node, shape)
        return node.with_entries(kept)

    def _twice(self, key: Scalar, name: str) -> None:
        message = f"'{key.text}' and '{name}' are the same field"
        self.report(error("P106", message, key.spot, f"put all of them under '{name}'"))

    def _missing(self, known: Field, node: Map, shape: MapKind) -> None:
        unknown = [key for key in node.entries if key not in shape.fields]
        if any(closest(key, (known.name,)) or meant_by(key, (known.name,)) for key in unknown):
            return
        if known.kind is Kind.ITEMS and any(key in table.ITEMS for key in unknown):
            return
        hint = f"one of: {listed(known.words)}" if known.words else known.meaning
        spot = next(iter(node.entries.values()))[0].spot if node.entries else node.spot
        self.report(error("P112", f"{shape.title} needs '{known.name}'", spot, hint))

    def _unknown(self, key: Scalar, shape: MapKind, node: Map) -> None:
        """Report an unknown key; an exact synonym takes precedence over a similar spelling."""
        name = key.text
        free = [known for known in shape.fields if known not in node.entries]
        message = f"'{name[:60]}' is not a field of {shape.title}"
        former = renamed(name, free)
        split = split_text(node, key) if node.flow and not former and self._is_after_text(key, shape, node) else ""
        if dropped := dropped_field(name):
            self.report(error("P111", message, key.spot, dropped))
        elif split:
            self.report(error("P111", message, key.spot, split))
        elif name in ("questions", "parts", "items") and "section" in node:
            hint = "its questions follow it in the same list, indented like `- section`"
            self.report(error("P111", message, key.spot, hint))
        elif meant := meant_by(name, free):
            self.report(error("P111", message, key.spot, f"here it is called '{how(name, meant)}'", former))
        elif advised := instead_of(name, shape.fields):
            self.report(error("P111", message, key.spot, advised))
        elif hint := self._place_of(key, shape, node):
            self.report(error("P113", message, key.spot, hint))
        else:
            close = closest(name, free)
            hint = f"did you mean '{close}'?" if close else f"its fields: {listed(shape.fields, 12)}"
            self.report(error("P111", message, key.spot, hint, close))

    @staticmethod
    def _is_after_text(key: Scalar, shape: MapKind, node: Map) -> bool:
        """Return whether the entry before a key is a text that a comma may have split."""
        names = list(node.entries)
        before = shape.fields.get(names[max(names.index(key.text) - 1, 0)])
        return before is None or before.kind in (Kind.TEXT, Kind.TEXTS)

    def _place_of(self, key: Scalar, shape: MapKind, node: Map) -> str:
        """Return where a field of another kind of map belongs; a typo of a field of this one returns nothing.

        Indentation is only mentioned if another level at this place has the field.
        """
        name = key.text
        if shape is table.DETOUR and name in table.ITEMS:
            return f"write it under `agenda:`, as `- {name}: …`"
        if shape is table.ACT and name in ("answers", "choices"):
            return (
                "an answer leads to one follow-up: for the next level, `goto:` a question with answers of its own, "
                "or ask it with `when:`"
            )
        homes = [other for other in _NEIGHBORS if name in other.fields and other is not shape]
        homes = [home for home in homes if home is not table.FILE] or homes
        free = [known for known in shape.fields if known not in node.entries]
        close = closest(name, free)
        if not homes or (close and close[:3] == name[:3]):
            return ""
        around = next((home for home in reversed(self._around[:-1]) if home in homes), None)
        if around is not None and not node.flow:
            return f"it belongs to {around.title}: this line is too far in"
        above = next((home for home in _open_above(key, node) if home in homes), None)
        if above is not None and not node.flow:
            return f"it belongs to {above.title}: this line is too far out, indent it like the fields of that question"
        return f"it belongs to {homes[0].title}"

    def expect(self, node: Node, field: Field, kind: type[Map] | type[Seq]) -> bool:
        if isinstance(node, kind):
            return True
        found = "a text" if isinstance(node, Scalar) and not node.bare else "nothing"
        found = {Seq: "a list", Map: "a map"}.get(type(node), found)
        hint = "each begins with '- '" if kind is Seq else "lines of `name: value`, indented under it"
        self.report(error("P112", f"'{field.name}' expects {scalars.kind_of(field)}, found {found}", node.spot, hint))
        return False

    def map_of(self, node: Node, field: Field, shape: MapKind) -> Map | None:
        if isinstance(node, Map):
            return self.map(node, shape)
        self.expect(node, field, Map)
        return None

    def named(self, node: Node, field: Field, shape: MapKind) -> Map | None:
        if not isinstance(node, Map):
            self.expect(node, field, Map)
            return None
        kept: dict[str, tuple[Scalar, Node]] = {}
        for key, (name, value) in node.entries.items():
            if not scalars.usable_id(name, "an id", self.report) or not self.expect(
                value, Field(key, Kind.DEFAULTS, "", ""), Map
            ):
                continue
            if isinstance(value, Map):
                kept[key] = (name, self.map(value, patch(shape) if self.inherits else shape))
        return node.with_entries(kept)

    def gates(self, node: Node, field: Field, report: scalars.Report) -> Map | None:
        if not isinstance(node, Map):
            self.expect(node, field, Map)
            return None
        kept = {}
        for key, (name, value) in node.entries.items():
            text = scalars.text_of(value, Field(key, Kind.CONDITION, "", ""), report)
            if scalars.usable_id(name, "a gate's name", report) and text:
                kept[key] = (name, text)
        return node.with_entries(dict(kept))

    def tests(self, node: Node, field: Field, _tell: scalars.Report) -> Seq | None:
        return self.maps(node, field, table.TEST)

    def interrupts(self, node: Node, field: Field, _tell: scalars.Report) -> Seq | None:
        return self.maps(seq_of([node], node) if isinstance(node, Map) else node, field, table.INTERRUPT)

    def maps(self, node: Node, field: Field, shape: MapKind) -> Seq | None:
        if not isinstance(node, Seq):
            self.expect(node, field, Seq)
            return None
        kept: list[Node] = []
        for item in node.items:
            if isinstance(item, Map):
                kept.append(self.map(item, shape))
            else:
                self.expect(item, Field(f"{field.name}: each", Kind.DEFAULTS, "", ""), Map)
        return seq_of(kept, node)


def _open_above(key: Scalar, node: Map) -> Iterator[MapKind]:
    """Yield the kinds of the maps that end just above a key: those its line could have been meant for."""
    above: tuple[str, Node] | None = None
    for name, (written, value) in node.entries.items():
        if written is key:
            break
        above = name, value
    while above is not None:
        name, value = above
        last = value.items[-1] if isinstance(value, Seq) and value.items else value
        if not isinstance(last, Map) or not last.entries:
            return
        kind = next((kind for word, kind in table.ITEMS.items() if word in last.entries), _VALUE_KINDS.get(name))
        if kind is not None:
            yield kind
        inner = list(last.entries)[-1]
        above = (name if kind is None else inner), last.entries[inner][1]


_VALUE_KINDS = {"answers": table.ACT, "detours": table.DETOUR, "outcomes": table.OUTCOME, "buyers": table.BUYER}
_NEIGHBORS = (table.ASK, table.SECTION, table.ACT, table.FILE, table.DETOUR, table.OUTCOME, table.COACH, table.TEST)


def patch(shape: MapKind) -> MapKind:
    """Return the same fields without required ones, because an override writes only what changes."""
    return MapKind(shape.title, shape.fields)


_ACT = Field("an answer", Kind.TEXT, "", "")
_AGREEING = frozenset(("yes", "y", "true", "ja", "oui", "sí", "si", "ok"))
_BARE = _AGREEING | {"no", "n", "false", "nein", "non", "maybe"}


def answers_of(validator: Validator, node: Node, field: Field) -> Map | None:
    """Return a map of labels to effects, from a map or a list of labels or `label: effect`."""
    if isinstance(node, Scalar):
        hint = f"write a list: [{node.text[:60]}]" if node.text else "write each as `What you hear: What you ask next`"
        validator.report(error("P112", f"'{field.name}' expects {scalars.kind_of(field)}", node.spot, hint))
        return None
    kept: dict[str, tuple[Scalar, Node]] = {}
    seen: dict[str, Scalar] = {}
    for key, value in _labels(validator, node) if isinstance(node, Seq) else node.entries.values():
        label = key.text
        same = folded(label)
        if not same or same in seen:
            first = f"first on line {seen[same].line}: keep one of them" if same else "write what you would hear"
            validator.report(
                error("P106", f"duplicate answer '{label}'" if same else "an answer without words", key.spot, first)
            )
            continue
        seen[same] = key
        if same in _BARE and not validator.in_prep:
            said = "We lost a customer over it" if same in _AGREEING else "Nobody has complained so far"
            hint = f"write what you would hear, like '{said}'"
            validator.report(advice("P105", f"'{label}' says little when you read the notes later", key.spot, hint))
        act = _act(validator, key, value)
        if act:
            kept[label] = (key, act)
    return Map(*node.place, kept)


def _labels(validator: Validator, node: Seq) -> Iterator[tuple[Scalar, Node]]:
    if len(node.items) > LIST_TEXTS:
        validator.report(over(LIST_TEXTS, "answers in one list", node.items[LIST_TEXTS].spot))
        return
    scalars.check_commas(list(node.items), node, validator.report)
    for item in node.items:
        if isinstance(item, Map) and len(item.entries) == 1:
            yield next(iter(item.entries.values()))
        elif isinstance(item, Scalar):
            label = scalars.text_of(item, _ACT, validator.report)
            if label:
                yield label, Map(*item.place)
        else:
            hint = "write `- What you hear`, or `- What you hear: What you ask next`"
            validator.report(error("P112", "one answer in a list is one label", item.spot, hint))


def _act(validator: Validator, key: Scalar, value: Node) -> Map | None:
    if isinstance(value, Map):
        act = validator.map(value, table.ACT)
        moves = [act.entries[move][0] for move in table.MOVES if move in act]
        if len(moves) > 1:
            message = f"an answer leads to one place, not to {moves[0].text} and {moves[1].text}"
            validator.report(error("P112", message, moves[1].spot, "delete one of them"))
        return act
    if isinstance(value, Scalar) and value.bare and not scalars.eaten(value, validator.report):
        return Map(*key.place)
    texts = scalars.texts_of(value, _ACT, validator.report)
    if texts is None:
        return None
    asked = {"follow_ups": (Scalar(*texts.place, "follow_ups"), texts)} if texts.items else {}
    return Map(*texts.place, dict[str, tuple[Scalar, Node]](asked))


def items_of(validator: Validator, node: Node, field: Field) -> Seq | None:
    if not isinstance(node, Seq):
        validator.expect(node, field, Seq)
        return None
    validator.in_prep = field.name == "prep"
    checked = [_item(validator, item, field) for item in node.items]
    validator.in_prep = False
    return seq_of([item for item in checked if item is not None], node)


def _item(validator: Validator, node: Node, field: Field) -> Map | None:
    if not isinstance(node, Map):
        text = node.text.strip() if isinstance(node, Scalar) else ""
        kind = next((kind for kind in table.ITEMS if text.startswith(f"{kind} ")), "")
        spoken = text.removeprefix(kind).strip()
        hint = f"write: `- {kind or 'ask'}: {spoken[:60]}`" if spoken else "write one of them"
        validator.report(error("P110", "an item is a section, ask, say or include", node.spot, hint))
        return None
    kinds = [kind for kind in table.ITEMS if kind in node.entries]
    if len(kinds) > 1:
        second = node.entries[kinds[1]][0]
        validator.report(
            error("P110", f"an item cannot be both {kinds[0]} and {kinds[1]}", second.spot, "make two items")
        )
        return None
    if not kinds:
        return _without_kind(validator, node)
    if field.name == "questions" and kinds[0] not in ("ask", "say"):
        validator.report(
            error("P110", "a library has questions and statements here: ask or say", node.entries[kinds[0]][0].spot)
        )
        return None
    clean = validator.map(node, table.ITEMS[kinds[0]])
    bad = node.entries.get("id")
    if bad and "id" not in clean and isinstance(bad[1], Scalar):
        clean.entries["id"] = (bad[0], bad[1].derived(slug(bad[1].text)))
    return clean if kinds[0] in clean else None


def _without_kind(validator: Validator, node: Map) -> Map | None:
    if validator.inherits and "id" in node:
        return validator.map(node, patch(table.ASK))
    keys = [key for key, _ in islice(node.entries.values(), 20)]
    called = next(((key, kind) for key in keys if (kind := meant_by(key.text, table.ITEMS))), None)
    typed = next(((key, kind) for key in keys if (kind := closest(key.text, table.ITEMS))), None)
    message = "not one of section, ask, say and include"
    if called:
        validator.report(error("P110", message, called[0].spot, f"here it is called '{called[1]}'", called[1]))
    elif typed:
        validator.report(error("P110", message, typed[0].spot, f"did you mean '{typed[1]}'?", typed[1]))
    else:
        spot = keys[0].spot if keys else node.spot
        validator.report(error("P110", message, spot, "an item needs exactly one of them"))
    return None


def known_format(tree: Map, report: Report) -> bool:
    """Return whether this program supports the format of the file."""
    written = tree.scalar("format")
    number = scalars.number(written.text) if written else None
    if written is not None and number is None:
        report(error("P112", "'format' expects a number", written.spot, f"delete the line, or write {table.FORMAT}"))
    if written is None or number is None or number <= table.FORMAT:
        return True
    hint = "upgrade salesnerd: pipx upgrade salesnerd-tui"
    message = f"this file is in format {written.text}, and this program reads up to {table.FORMAT}"
    report(error("P114", message, written.spot, hint))
    return False


def without_format(tree: Map) -> Map:
    """Return the file without a supported `format`: there is only one, so files need not have it."""
    return tree.with_entries({key: entry for key, entry in tree.entries.items() if key != "format"})


def check_kind(tree: Map, clean: Map, report: Report) -> None:
    """Return the shape of a playbook or a library, by the title field of the file."""
    first = next(iter(tree.entries.values()), (tree,))[0].spot
    unknown = [key for key in tree.entries if key not in table.FILE.fields]

    def meant(*names: str) -> bool:
        return any(closest(key, names) or meant_by(key, names) for key in unknown)

    if "playbook" in tree and "library" in tree:
        spot = tree.entries["library"][0].spot
        report(error("P110", "a file is a playbook or a library, not both", spot, "delete one of the two"))
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
    _misplaced(clean, "library" in tree, report)


def _misplaced(clean: Map, library: bool, report: Report) -> None:
    for name in ("agenda", "prep", "tests", "extends") if library else ("questions",):
        if name in clean:
            where = "playbook" if library else "library"
            spot = clean.entries.pop(name)[0].spot
            report(error("P113", f"'{name}' belongs in a {where}, not here", spot))


def name_items(file: Map) -> list[Finding]:
    """Give every question and statement without an id an id of the first words that carry meaning."""
    lists = list(item_lists(file))
    ids = FreeIds({item.text("id") for items in lists for item in items})
    unnamed: list[Map] = []
    twice: list[Finding] = []
    for items in lists:
        seen: dict[str, Scalar] = {}
        for item in items:
            name = item.scalar("id")
            if name is None:
                _name(item, ids)
                unnamed += [item] if "ask" in item and "id" in item else []
            elif seen.setdefault(name.text, name) is not name:
                hint = f"first on line {seen[name.text].line}"
                twice.append(error("P201", f"id '{name.text}' is used twice", name.spot, hint))
    return [*twice, *_without_id(unnamed)]


def _name(item: Map, ids: FreeIds) -> None:
    text = item.scalar("ask") or item.scalar("say")
    if text is not None:
        item.entries["id"] = (text, text.derived(ids.take(text.text)))


def _without_id(unnamed: list[Map]) -> Iterator[Finding]:
    """Yield one finding for all questions that were given an id; what is only said keeps no note."""
    if not unnamed:
        return
    name, spot = unnamed[0].text("id"), unnamed[0].entries["ask"][1].spot
    edits = tuple(edit for item in unnamed for edit in _id_edit(item))
    fixes = f"`salesnerd playbook lint --fix {spot.file}`" if edits else ""
    if len(unnamed) == 1:
        message = f"no id: notes are stored under '{name}', which changes when you reword"
        hint = f"add `id: {name}`" + (f", or run {fixes}" if fixes else "")
    else:
        message = f"{len(unnamed)} questions have no id, so their notes are lost when you reword them"
        hint = f"{fixes} writes the ids" if fixes else f"add `id: {name}` and so on"
    yield advice("P120", message, spot, hint, edits=edits)


def _id_edit(item: Map) -> Iterator[Edit]:
    """Yield the edit that writes an item's id under its question; none where the item is written in one line."""
    key, text = item.entries["ask"]
    if item.flow or not isinstance(text, Scalar) or text.style in ("|", ">"):
        return
    line = text.source.line(text.end_line)
    column = len(line) + 1
    yield Edit(text.end_line, column, text.end_line, column, f"\n{' ' * (key.column - 1)}id: {item.text('id')}")
