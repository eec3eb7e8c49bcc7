"""One file's tree against the table of fields: every key known, every value of its kind, every item one thing.

What comes out is canonical, so that merging and building need no cases: lists are lists, an answer is a map, points are
a map, and what was wrong is left out after it was told. The findings here are about one file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from salesnerd_tui.playbook import amounts, values
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.fields import Field, Kind, Shape
from salesnerd_tui.playbook.findings import Finding, Severity, advice, closest, error, listed
from salesnerd_tui.playbook.naming import name_items
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, folded, seq_of
from salesnerd_tui.playbook.slugs import slug

ERRORS_MAX = 200
"""Errors in one file that are told."""

_BARE = {"yes", "no", "y", "n", "true", "false", "ja", "nein", "oui", "non", "sí", "si", "ok", "maybe"}


class Shaped(Struct):
    """A canonical file and what was found in it. `tree` is None when it cannot be used at all."""

    tree: Map | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_library(self) -> bool:
        return self.tree is not None and "library" in self.tree


def shape(tree: Map) -> Shaped:
    """Check and straighten one file."""
    shaper = _Shaper()
    if not shaper.known_format(tree):
        return Shaped(None, shaper.findings)
    shaper.inherits = "extends" in tree or "use" in tree
    clean = shaper.map(tree, table.FILE)
    shaper.kind_of_file(tree, clean)
    return Shaped(clean, [*shaper.findings, *name_items(clean)])


class _Shaper:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.inherits = False
        self.errors = 0
        self._readers: Mapping[Kind, Callable[[Node, Field, values.Tell], Node | None]] = {
            **values.READERS,
            Kind.ITEMS: self._items,
            Kind.ANSWERS: self._answers,
            Kind.EACH: lambda node, field, _: self._map_of(node, field, table.EACH),
            Kind.DRIFT: lambda node, field, _: self._map_of(node, field, table.DRIFT),
            Kind.DETOURS: lambda node, field, _: self._named(node, field, table.DETOUR),
            Kind.OUTCOMES: lambda node, field, _: self._named(node, field, table.OUTCOME),
            Kind.BUYERS: lambda node, field, _: self._named(node, field, table.BUYER),
            Kind.GATES: self._gates,
            Kind.TESTS: self._tests,
            Kind.INTERRUPTS: self._interrupts,
        }

    def _tell(self, finding: Finding) -> None:
        """Enter a finding. After many errors the rest is left untold: the file does not load anyway."""
        if finding.severity is Severity.ERROR:
            self.errors += 1
            if self.errors > ERRORS_MAX:
                return
        self.findings.append(finding)

    def known_format(self, tree: Map) -> bool:
        written = tree.scalar("format")
        number = amounts.number(written.text) if written else None
        if written is None or number is None or number <= table.FORMAT:
            return True
        hint = "upgrade salesnerd: pipx upgrade salesnerd-tui"
        message = f"this file is in format {written.text}, and this program reads up to {table.FORMAT}"
        self._tell(error("P114", message, written.spot, hint))
        return False

    def kind_of_file(self, tree: Map, clean: Map) -> None:
        """One of `playbook:` and `library:`, with the fields that go with it."""
        first = next(iter(tree.entries.values()), (tree,))[0].spot
        unknown = [key for key in tree.entries if key not in table.FILE.fields]

        def meant(*names: str) -> bool:
            return any(closest(key, names) for key in unknown)

        if "playbook" in tree and "library" in tree:
            spot = tree.entries["library"][0].spot
            self._tell(error("P110", "a file is a playbook or a library, not both", spot, "delete one of the two"))
            return
        if "playbook" not in tree and "library" not in tree:
            if not meant("playbook", "library"):
                hint = "begin with `playbook: Its title`"
                self._tell(error("P110", "neither 'playbook:' nor 'library:'", first, hint))
            return
        if "playbook" in tree and not tree.entries.keys() & {"agenda", "extends"} and not meant("agenda", "extends"):
            self._tell(error("P112", "a playbook needs an agenda", first, "add `agenda:` and below it `- ask: …`"))
        self._misplaced(clean, "library" in tree)

    def _misplaced(self, clean: Map, library: bool) -> None:
        for name in ("agenda", "prep", "tests", "extends") if library else ("parts",):
            if name in clean:
                where = "playbook" if library else "library"
                spot = clean.entries.pop(name)[0].spot
                self._tell(error("P113", f"'{name}' belongs in a {where}, not here", spot))

    def map(self, node: Map, shape: Shape) -> Map:
        """The known and usable entries of a map."""
        kept: dict[str, tuple[Scalar, Node]] = {}
        fields, readers, tell = shape.fields, self._readers, self._tell
        for key, entry in node.entries.items():
            known = fields.get(key)
            if known is None:
                self._unknown(entry[0], shape, node)
                continue
            value = readers[known.kind](entry[1], known, tell)
            if value is not None:
                kept[key] = (entry[0], value)
        for known in fields.values():
            if known.required and known.name not in node.entries:
                self._missing(known, node, shape)
        return node.with_entries(kept)

    def _missing(self, known: Field, node: Map, shape: Shape) -> None:
        if any(closest(key, (known.name,)) for key in node.entries if key not in shape.fields):
            return
        hint = f"one of: {listed(known.words)}" if known.words else known.meaning
        spot = next(iter(node.entries.values()))[0].spot if node.entries else node.spot
        self._tell(error("P112", f"{shape.title} needs '{known.name}'", spot, hint))

    def _unknown(self, key: Scalar, shape: Shape, node: Map) -> None:
        if self.errors > ERRORS_MAX:
            return
        name = key.text
        close = closest(name, [known for known in shape.fields if known not in node.entries])
        home = next((other for other in _NEIGHBOURS if name in other.fields and other is not shape), None)
        if home is not None and not (close and close[:3] == name[:3]):
            hint = f"'{name}' belongs to {home.title}; is this line too far in or out?"
            self._tell(error("P113", f"'{name}' is not a field of {shape.title}", key.spot, hint))
            return
        hint = f"did you mean '{close}'?" if close else f"its fields: {listed(shape.fields, 12)}"
        self._tell(error("P111", f"'{name[:60]}' is not a field of {shape.title}", key.spot, hint, close))

    def _expect(self, node: Node, field: Field, kind: type[Map] | type[Seq]) -> bool:
        if isinstance(node, kind):
            return True
        found = "a text" if isinstance(node, Scalar) and not node.bare else "nothing"
        found = {Seq: "a list", Map: "a map"}.get(type(node), found)
        hint = "each begins with '- '" if kind is Seq else "lines of `name: value`, indented under it"
        self._tell(error("P112", f"'{field.name}' expects a {field.kind}, found {found}", node.spot, hint))
        return False

    def _map_of(self, node: Node, field: Field, shape: Shape) -> Map | None:
        if isinstance(node, Map):
            return self.map(node, shape)
        self._expect(node, field, Map)
        return None

    def _named(self, node: Node, field: Field, shape: Shape) -> Map | None:
        if not isinstance(node, Map):
            self._expect(node, field, Map)
            return None
        kept: dict[str, tuple[Scalar, Node]] = {}
        for key, (name, value) in node.entries.items():
            if not values.usable_id(name, "an id", self._tell) or not self._expect(
                value, Field(key, Kind.EACH, "", ""), Map
            ):
                continue
            if isinstance(value, Map):
                kept[key] = (name, self.map(value, _patch(shape) if self.inherits else shape))
        return node.with_entries(kept)

    def _gates(self, node: Node, field: Field, tell: values.Tell) -> Map | None:
        if not isinstance(node, Map):
            self._expect(node, field, Map)
            return None
        kept = {}
        for key, (name, value) in node.entries.items():
            text = values.text_of(value, Field(key, Kind.CONDITION, "", ""), tell)
            if values.usable_id(name, "a gate's name", tell) and text:
                kept[key] = (name, text)
        return node.with_entries(dict(kept))

    def _tests(self, node: Node, field: Field, _tell: values.Tell) -> Seq | None:
        return self._maps(node, field, table.TEST)

    def _interrupts(self, node: Node, field: Field, _tell: values.Tell) -> Seq | None:
        return self._maps(seq_of([node], node) if isinstance(node, Map) else node, field, table.INTERRUPT)

    def _maps(self, node: Node, field: Field, shape: Shape) -> Seq | None:
        if not isinstance(node, Seq):
            self._expect(node, field, Seq)
            return None
        kept: list[Node] = []
        for item in node.items:
            if isinstance(item, Map):
                kept.append(self.map(item, shape))
            else:
                self._expect(item, Field(f"{field.name}: each", Kind.EACH, "", ""), Map)
        return seq_of(kept, node)

    def _items(self, node: Node, field: Field, _tell: values.Tell) -> Seq | None:
        if not isinstance(node, Seq):
            self._expect(node, field, Seq)
            return None
        shaped = [self._item(item, field) for item in node.items]
        return seq_of([item for item in shaped if item is not None], node)

    def _item(self, node: Node, field: Field) -> Map | None:
        if not isinstance(node, Map):
            text = f": '- ask: {node.text[:40]}'" if isinstance(node, Scalar) and node.text else ""
            self._tell(
                error("P110", "an item is a section, ask, say or include", node.spot, f"write{text or ' one of them'}")
            )
            return None
        kinds = [kind for kind in table.ITEMS if kind in node.entries]
        if len(kinds) > 1:
            second = node.entries[kinds[1]][0]
            self._tell(
                error("P110", f"an item cannot be both {kinds[0]} and {kinds[1]}", second.spot, "make two items")
            )
            return None
        if not kinds:
            return self._without_kind(node)
        if field.name == "parts" and kinds[0] != "ask":
            self._tell(error("P110", "a part is a question: ask", node.entries[kinds[0]][0].spot))
            return None
        clean = self.map(node, table.ITEMS[kinds[0]])
        bad = node.entries.get("id")
        if bad and "id" not in clean and isinstance(bad[1], Scalar):
            clean.entries["id"] = (bad[0], bad[1].derived(slug(bad[1].text)))
        return clean if kinds[0] in clean else None

    def _without_kind(self, node: Map) -> Map | None:
        if self.inherits and "id" in node:
            return self.map(node, _patch(table.ASK))
        keys = [key for key, _ in node.entries.values()]
        meant = next(((key, close) for key in keys if (close := closest(key.text, table.ITEMS))), None)
        if meant:
            hint = f"did you mean '{meant[1]}'?"
            self._tell(error("P110", "not one of section, ask, say and include", meant[0].spot, hint, meant[1]))
        else:
            spot = keys[0].spot if keys else node.spot
            self._tell(
                error("P110", "not one of section, ask, say and include", spot, "an item needs exactly one of them")
            )
        return None

    def _answers(self, node: Node, field: Field, tell: values.Tell) -> Map | None:
        if not isinstance(node, Map):
            hint = "write each as `What you hear: What you ask next`, or `What you hear: {}` for nothing"
            tell(error("P112", f"'{field.name}' expects a {field.kind}", node.spot, hint))
            return None
        kept: dict[str, tuple[Scalar, Node]] = {}
        seen: dict[str, Scalar] = {}
        for label, (key, value) in node.entries.items():
            same = folded(label)
            if not same or same in seen:
                first = f"first on line {seen[same].line}: keep one of them" if same else "write what you would hear"
                tell(
                    error("P106", f"'{label}' is written twice" if same else "an answer without words", key.spot, first)
                )
                continue
            seen[same] = key
            if same in _BARE:
                hint = "write what you would hear, like 'We lost a customer over it'"
                tell(advice("P105", f"'{label}' says little when you read the notes later", key.spot, hint))
            act = self._act(key, value, tell)
            if act:
                kept[label] = (key, act)
        return node.with_entries(kept)

    def _act(self, key: Scalar, value: Node, tell: values.Tell) -> Map | None:
        if isinstance(value, Map):
            act = self.map(value, table.ACT)
            moves = [act.entries[move][0] for move in table.MOVES if move in act]
            if len(moves) > 1:
                message = f"an answer leads to one place, not to {moves[0].text} and {moves[1].text}"
                tell(error("P112", message, moves[1].spot, "delete one of them"))
            return act
        if isinstance(value, Scalar) and value.bare and not values.eaten(value, tell):
            return Map(*key.place)
        text = values.text_of(value, _ACT, tell)
        if text is None:
            return None
        return Map(*text.place, {"probe": (text, text)})


_ACT = Field("an answer", Kind.TEXT, "", "")
_NEIGHBOURS = (table.ASK, table.SECTION, table.ACT, table.FILE, table.DETOUR, table.OUTCOME, table.DRIFT, table.TEST)


def _patch(shape: Shape) -> Shape:
    """The same fields, none of them required: an override writes only what changes."""
    found = _PATCHES.get(shape.title)
    if found is None:
        loose = {name: Field(f.name, f.kind, f.default, f.meaning, f.words) for name, f in shape.fields.items()}
        found = _PATCHES[shape.title] = Shape(shape.title, loose)
    return found


_PATCHES: dict[str, Shape] = {}
