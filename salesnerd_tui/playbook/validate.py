"""The ids of one file: a slug where none is written, and a finding where one is written twice.

Maps against the table of fields: every key known, every value of its kind, what is missing told.

Values that are only texts are read by `values`; those made of items and answers are entered in `readers` by `shaping`.

Answers: a label that can be heard, and what it leads to.

The items of an agenda: each is exactly one of section, ask, say and include, or a change to an inherited one.

What a file says it is: a playbook or a library, in a format this program reads, with the fields that go with it.

One file's tree against the table of fields: every key known, every value of its kind, every item one thing.

What comes out is canonical, so that merging and building need no cases: lists are lists, an answer is a map, points are
a map, and what was wrong is left out after it was told. The findings here are about one file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import Struct, field

from salesnerd_tui.playbook import scalars
from salesnerd_tui.playbook import schema as table
from salesnerd_tui.playbook.diagnostics import Finding, LimitReached, Severity, advice, closest, error, listed, over
from salesnerd_tui.playbook.limits import ALIKE, LIST_TEXTS, MISTAKES
from salesnerd_tui.playbook.scalars import Slugs, Tell, slug
from salesnerd_tui.playbook.schema import ALSO_WRITTEN, Field, Kind, MapKind, how, instead_of, meant_by, renamed
from salesnerd_tui.playbook.tree import Map, Node, Scalar, Seq, folded, seq_of
from salesnerd_tui.playbook.yaml_errors import split_text


def name_items(file: Map) -> list[Finding]:
    """Give every question and statement without an id the slug of its first words."""
    lists = list(_lists(file))
    slugs = Slugs({item.text("id") for items in lists for item in items})
    missing: list[Finding] = []
    twice: list[Finding] = []
    for items in lists:
        seen: dict[str, Scalar] = {}
        for item in items:
            name = item.scalar("id")
            if name is None:
                _name(item, slugs)
                missing += _told(item) if len(missing) <= ALIKE else ()
            elif seen.setdefault(name.text, name) is not name:
                hint = f"first on line {seen[name.text].line}"
                twice.append(error("P201", f"id '{name.text}' is used twice", name.spot, hint))
    return [*twice, *missing]


def _lists(file: Map) -> Iterator[list[Map]]:
    for key in ("prep", "agenda", "questions"):
        yield file.maps(key)
    for _, detour in file.under("detours"):
        if isinstance(detour, Map):
            yield detour.maps("agenda")


def _name(item: Map, slugs: Slugs) -> None:
    text = item.scalar("ask") or item.scalar("say")
    if text is not None:
        item.entries["id"] = (text, text.derived(slugs.free(text.text)))


def _told(item: Map) -> Iterator[Finding]:
    """Advice about a question that was given its name; what is only said keeps no note."""
    if "ask" in item and "id" in item:
        name = item.text("id")
        message = f"no id: notes are kept under '{name}', which changes when you reword"
        yield advice("P120", message, item.entries["ask"][0].spot, f"add `id: {name}`")


Reader = Callable[[Node, Field, scalars.Tell], Node | None]


class Validator:
    """Straightens the maps of one file. `inherits` is whether it may write only what changes."""

    def __init__(self, inherits: bool = False) -> None:
        self.inherits = inherits
        self.findings: list[Finding] = []
        self.readers: dict[Kind, Reader] = dict(scalars.READERS)
        self._errors = 0

    def tell(self, finding: Finding) -> None:
        """Enter a finding. Raises `LimitReached` after many errors: the file does not load anyway."""
        self.findings.append(finding)
        if finding.severity is Severity.ERROR:
            self._errors += 1
            if self._errors >= MISTAKES:
                raise LimitReached(
                    over(MISTAKES - 1, "mistakes in one file", finding.spot, "the rest of it was not looked at")
                )

    def map(self, node: Map, shape: MapKind) -> Map:
        """The known and usable entries of a map."""
        kept: dict[str, tuple[Scalar, Node]] = {}
        fields, readers, tell = shape.fields, self.readers, self.tell
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
            value = readers[known.kind](entry[1], known, tell)
            if value is not None:
                kept[key] = (entry[0], value)
        for known in shape.required:
            if known.name not in node.entries:
                self._missing(known, node, shape)
        return node.with_entries(kept)

    def _twice(self, key: Scalar, name: str) -> None:
        message = f"'{key.text}' and '{name}' are the same field"
        self.tell(error("P106", message, key.spot, f"put all of them under '{name}'"))

    def _missing(self, known: Field, node: Map, shape: MapKind) -> None:
        if any(closest(key, (known.name,)) for key in node.entries if key not in shape.fields):
            return
        hint = f"one of: {listed(known.words)}" if known.words else known.meaning
        spot = next(iter(node.entries.values()))[0].spot if node.entries else node.spot
        self.tell(error("P112", f"{shape.title} needs '{known.name}'", spot, hint))

    def _unknown(self, key: Scalar, shape: MapKind, node: Map) -> None:
        name = key.text
        free = [known for known in shape.fields if known not in node.entries]
        close, meant = closest(name, free), meant_by(name, free)
        home = next((other for other in _NEIGHBOURS if name in other.fields and other is not shape), None)
        code, message = "P111", f"'{name[:60]}' is not a field of {shape.title}"
        split = split_text(node, key) if node.flow and not renamed(name, free) else ""
        dropped = instead_of(name)
        if split or dropped:
            hint, close = dropped or split, ""
        elif name in ("questions", "parts", "items") and "section" in node:
            hint, close = "its questions follow it in the same list, indented like `- section`", ""
        elif meant:
            hint, close = f"here it is called '{how(meant)}'", renamed(name, free)
        elif home is not None and not (close and close[:3] == name[:3]):
            where = "write it there" if node.flow else "is this line too far in or out?"
            code, hint, close = "P113", f"'{name}' belongs to {home.title}; {where}", ""
        else:
            hint = f"did you mean '{close}'?" if close else f"its fields: {listed(shape.fields, 12)}"
        self.tell(error(code, message, key.spot, hint, close))

    def expect(self, node: Node, field: Field, kind: type[Map] | type[Seq]) -> bool:
        if isinstance(node, kind):
            return True
        found = "a text" if isinstance(node, Scalar) and not node.bare else "nothing"
        found = {Seq: "a list", Map: "a map"}.get(type(node), found)
        hint = "each begins with '- '" if kind is Seq else "lines of `name: value`, indented under it"
        self.tell(error("P112", f"'{field.name}' expects a {field.kind}, found {found}", node.spot, hint))
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
            if not scalars.usable_id(name, "an id", self.tell) or not self.expect(
                value, Field(key, Kind.DEFAULTS, "", ""), Map
            ):
                continue
            if isinstance(value, Map):
                kept[key] = (name, self.map(value, patch(shape) if self.inherits else shape))
        return node.with_entries(kept)

    def gates(self, node: Node, field: Field, tell: scalars.Tell) -> Map | None:
        if not isinstance(node, Map):
            self.expect(node, field, Map)
            return None
        kept = {}
        for key, (name, value) in node.entries.items():
            text = scalars.text_of(value, Field(key, Kind.CONDITION, "", ""), tell)
            if scalars.usable_id(name, "a gate's name", tell) and text:
                kept[key] = (name, text)
        return node.with_entries(dict(kept))

    def tests(self, node: Node, field: Field, _tell: scalars.Tell) -> Seq | None:
        return self.maps(node, field, table.TEST)

    def interrupts(self, node: Node, field: Field, _tell: scalars.Tell) -> Seq | None:
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


_NEIGHBOURS = (table.ASK, table.SECTION, table.ACT, table.FILE, table.DETOUR, table.OUTCOME, table.COACH, table.TEST)


def patch(shape: MapKind) -> MapKind:
    """The same fields, none of them required: an override writes only what changes."""
    found = _PATCHES.get(shape.title)
    if found is None:
        loose = {name: Field(f.name, f.kind, f.default, f.meaning, f.words) for name, f in shape.fields.items()}
        found = _PATCHES[shape.title] = MapKind(shape.title, loose)
    return found


_PATCHES: dict[str, MapKind] = {}


_ACT = Field("an answer", Kind.TEXT, "", "")
_BARE = {"yes", "no", "y", "n", "true", "false", "ja", "nein", "oui", "non", "sí", "si", "ok", "maybe"}


def answers_of(shaper: Validator, node: Node, field: Field) -> Map | None:
    """A map of label to act, from a map or a list. An item of the list is a label, or `label: act`."""
    if isinstance(node, Scalar):
        hint = f"write a list: [{node.text[:60]}]" if node.text else "write each as `What you hear: What you ask next`"
        shaper.tell(error("P112", f"'{field.name}' expects a {field.kind}", node.spot, hint))
        return None
    kept: dict[str, tuple[Scalar, Node]] = {}
    seen: dict[str, Scalar] = {}
    for key, value in _labels(shaper, node) if isinstance(node, Seq) else node.entries.values():
        label = key.text
        same = folded(label)
        if not same or same in seen:
            first = f"first on line {seen[same].line}: keep one of them" if same else "write what you would hear"
            shaper.tell(
                error("P106", f"'{label}' is written twice" if same else "an answer without words", key.spot, first)
            )
            continue
        seen[same] = key
        if same in _BARE:
            hint = "write what you would hear, like 'We lost a customer over it'"
            shaper.tell(advice("P105", f"'{label}' says little when you read the notes later", key.spot, hint))
        act = _act(shaper, key, value)
        if act:
            kept[label] = (key, act)
    return Map(*node.place, kept)


def _labels(shaper: Validator, node: Seq) -> Iterator[tuple[Scalar, Node]]:
    if len(node.items) > LIST_TEXTS:
        shaper.tell(over(LIST_TEXTS, "answers in one list", node.items[LIST_TEXTS].spot))
        return
    scalars.check_commas(list(node.items), node, shaper.tell)
    for item in node.items:
        if isinstance(item, Map) and len(item.entries) == 1:
            yield next(iter(item.entries.values()))
        elif isinstance(item, Scalar):
            label = scalars.text_of(item, _ACT, shaper.tell)
            if label:
                yield label, Map(*item.place)
        else:
            hint = "write `- What you hear`, or `- What you hear: What you ask next`"
            shaper.tell(error("P112", "one answer in a list is one label", item.spot, hint))


def _act(shaper: Validator, key: Scalar, value: Node) -> Map | None:
    if isinstance(value, Map):
        act = shaper.map(value, table.ACT)
        moves = [act.entries[move][0] for move in table.MOVES if move in act]
        if len(moves) > 1:
            message = f"an answer leads to one place, not to {moves[0].text} and {moves[1].text}"
            shaper.tell(error("P112", message, moves[1].spot, "delete one of them"))
        return act
    if isinstance(value, Scalar) and value.bare and not scalars.eaten(value, shaper.tell):
        return Map(*key.place)
    texts = scalars.texts_of(value, _ACT, shaper.tell)
    if texts is None:
        return None
    asked = {"follow_ups": (Scalar(*texts.place, "follow_ups"), texts)} if texts.items else {}
    return Map(*texts.place, dict[str, tuple[Scalar, Node]](asked))


def items_of(shaper: Validator, node: Node, field: Field) -> Seq | None:
    if not isinstance(node, Seq):
        shaper.expect(node, field, Seq)
        return None
    shaped = [_item(shaper, item, field) for item in node.items]
    return seq_of([item for item in shaped if item is not None], node)


def _item(shaper: Validator, node: Node, field: Field) -> Map | None:
    if not isinstance(node, Map):
        text = f": '- ask: {node.text[:40]}'" if isinstance(node, Scalar) and node.text else ""
        shaper.tell(
            error("P110", "an item is a section, ask, say or include", node.spot, f"write{text or ' one of them'}")
        )
        return None
    kinds = [kind for kind in table.ITEMS if kind in node.entries]
    if len(kinds) > 1:
        second = node.entries[kinds[1]][0]
        shaper.tell(error("P110", f"an item cannot be both {kinds[0]} and {kinds[1]}", second.spot, "make two items"))
        return None
    if not kinds:
        return _without_kind(shaper, node)
    if field.name == "questions" and kinds[0] != "ask":
        shaper.tell(error("P110", "a part is a question: ask", node.entries[kinds[0]][0].spot))
        return None
    clean = shaper.map(node, table.ITEMS[kinds[0]])
    bad = node.entries.get("id")
    if bad and "id" not in clean and isinstance(bad[1], Scalar):
        clean.entries["id"] = (bad[0], bad[1].derived(slug(bad[1].text)))
    return clean if kinds[0] in clean else None


def _without_kind(shaper: Validator, node: Map) -> Map | None:
    if shaper.inherits and "id" in node:
        return shaper.map(node, patch(table.ASK))
    keys = [key for key, _ in islice(node.entries.values(), 20)]
    meant = next(((key, close) for key in keys if (close := closest(key.text, table.ITEMS))), None)
    if meant:
        hint = f"did you mean '{meant[1]}'?"
        shaper.tell(error("P110", "not one of section, ask, say and include", meant[0].spot, hint, meant[1]))
    else:
        spot = keys[0].spot if keys else node.spot
        shaper.tell(
            error("P110", "not one of section, ask, say and include", spot, "an item needs exactly one of them")
        )
    return None


def known_format(tree: Map, tell: Tell) -> bool:
    """Whether this program is new enough for the file."""
    written = tree.scalar("format")
    number = scalars.number(written.text) if written else None
    if written is not None and number is None:
        tell(error("P112", "'format' expects a number", written.spot, f"delete the line, or write {table.FORMAT}"))
    if written is None or number is None or number <= table.FORMAT:
        return True
    hint = "upgrade salesnerd: pipx upgrade salesnerd-tui"
    message = f"this file is in format {written.text}, and this program reads up to {table.FORMAT}"
    tell(error("P114", message, written.spot, hint))
    return False


def without_format(tree: Map) -> Map:
    """The file without a `format` that this program reads: there is only one, so nobody needs to write it."""
    return tree.with_entries({key: entry for key, entry in tree.entries.items() if key != "format"})


def check_kind(tree: Map, clean: Map, tell: Tell) -> None:
    """One of `playbook:` and `library:`, with the fields that go with it."""
    first = next(iter(tree.entries.values()), (tree,))[0].spot
    unknown = [key for key in tree.entries if key not in table.FILE.fields]

    def meant(*names: str) -> bool:
        return any(closest(key, names) for key in unknown)

    if "playbook" in tree and "library" in tree:
        spot = tree.entries["library"][0].spot
        tell(error("P110", "a file is a playbook or a library, not both", spot, "delete one of the two"))
        return
    if "playbook" not in tree and "library" not in tree:
        if not meant("playbook", "library"):
            hint = "begin with `playbook: Its title`"
            tell(error("P110", "neither 'playbook:' nor 'library:'", first, hint))
        return
    parts = ("agenda", "prep", "extends")
    if "playbook" in tree and not any(part in tree for part in parts) and not meant(*parts):
        hint = "add `agenda:` and below it `- ask: …`; a scorecard that needs no call has `prep:`"
        tell(error("P112", "a playbook needs an agenda or a prep", first, hint))
    _misplaced(clean, "library" in tree, tell)


def _misplaced(clean: Map, library: bool, tell: Tell) -> None:
    for name in ("agenda", "prep", "tests", "extends") if library else ("questions",):
        if name in clean:
            where = "playbook" if library else "library"
            spot = clean.entries.pop(name)[0].spot
            tell(error("P113", f"'{name}' belongs in a {where}, not here", spot))


class ValidatedFile(Struct):
    """A canonical file and what was found in it. `tree` is None when it cannot be used at all."""

    tree: Map | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_library(self) -> bool:
        return self.tree is not None and "library" in self.tree


def shape(tree: Map) -> ValidatedFile:
    """Check and straighten one file."""
    shaper = _shaper(inherits="extends" in tree or "use" in tree)
    try:
        if not known_format(tree, shaper.tell):
            return ValidatedFile(None, shaper.findings)
        clean = shaper.map(without_format(tree), table.FILE)
        check_kind(tree, clean, shaper.tell)
    except LimitReached as enough:
        return ValidatedFile(None, [*shaper.findings, enough.finding])
    return ValidatedFile(clean, [*shaper.findings, *name_items(clean)])


def _shaper(inherits: bool) -> Validator:
    shaper = Validator(inherits)
    shaper.readers |= {
        Kind.ITEMS: lambda node, field, _: items_of(shaper, node, field),
        Kind.ANSWERS: lambda node, field, _: answers_of(shaper, node, field),
        Kind.DEFAULTS: lambda node, field, _: shaper.map_of(node, field, table.DEFAULTS),
        Kind.COACH: lambda node, field, _: shaper.map_of(node, field, table.COACH),
        Kind.DETOURS: lambda node, field, _: shaper.named(node, field, table.DETOUR),
        Kind.OUTCOMES: lambda node, field, _: shaper.named(node, field, table.OUTCOME),
        Kind.BUYERS: lambda node, field, _: shaper.named(node, field, table.BUYER),
        Kind.GATES: shaper.gates,
        Kind.TESTS: shaper.tests,
        Kind.INTERRUPTS: shaper.interrupts,
    }
    return shaper
