"""Maps against the table of fields: every key known, every value of its kind, what is missing told.

Values that are only texts are read by `values`; those made of items and answers are entered in `readers` by `shaping`.
"""

from __future__ import annotations

from collections.abc import Callable

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook import values
from salesnerd_tui.playbook.fields import Field, Kind, Shape
from salesnerd_tui.playbook.findings import Enough, Finding, Severity, closest, error, listed, over
from salesnerd_tui.playbook.hints import split_text
from salesnerd_tui.playbook.limits import MISTAKES
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq, seq_of
from salesnerd_tui.playbook.synonyms import how, meant_by

Reader = Callable[[Node, Field, values.Tell], Node | None]


class Shaper:
    """Straightens the maps of one file. `inherits` is whether it may write only what changes."""

    def __init__(self, inherits: bool = False) -> None:
        self.inherits = inherits
        self.findings: list[Finding] = []
        self.readers: dict[Kind, Reader] = dict(values.READERS)
        self._errors = 0

    def tell(self, finding: Finding) -> None:
        """Enter a finding. Raises `Enough` after many errors: the file does not load anyway."""
        self.findings.append(finding)
        if finding.severity is Severity.ERROR:
            self._errors += 1
            if self._errors >= MISTAKES:
                raise Enough(
                    over(MISTAKES - 1, "mistakes in one file", finding.spot, "the rest of it was not looked at")
                )

    def map(self, node: Map, shape: Shape) -> Map:
        """The known and usable entries of a map."""
        kept: dict[str, tuple[Scalar, Node]] = {}
        fields, readers, tell = shape.fields, self.readers, self.tell
        for key, entry in node.entries.items():
            known = fields.get(key)
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

    def _missing(self, known: Field, node: Map, shape: Shape) -> None:
        if any(closest(key, (known.name,)) for key in node.entries if key not in shape.fields):
            return
        hint = f"one of: {listed(known.words)}" if known.words else known.meaning
        spot = next(iter(node.entries.values()))[0].spot if node.entries else node.spot
        self.tell(error("P112", f"{shape.title} needs '{known.name}'", spot, hint))

    def _unknown(self, key: Scalar, shape: Shape, node: Map) -> None:
        name = key.text
        free = [known for known in shape.fields if known not in node.entries]
        close, meant = closest(name, free), meant_by(name, free)
        home = next((other for other in _NEIGHBOURS if name in other.fields and other is not shape), None)
        code, message = "P111", f"'{name[:60]}' is not a field of {shape.title}"
        split = split_text(node, key) if node.flow else ""
        if split:
            hint, close = split, ""
        elif name in ("questions", "items") and "section" in node:
            hint, close = "its questions follow it in the same list, indented like `- section`", ""
        elif meant:
            hint, close = f"here it is called '{how(meant)}'", ""
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

    def map_of(self, node: Node, field: Field, shape: Shape) -> Map | None:
        if isinstance(node, Map):
            return self.map(node, shape)
        self.expect(node, field, Map)
        return None

    def named(self, node: Node, field: Field, shape: Shape) -> Map | None:
        if not isinstance(node, Map):
            self.expect(node, field, Map)
            return None
        kept: dict[str, tuple[Scalar, Node]] = {}
        for key, (name, value) in node.entries.items():
            if not values.usable_id(name, "an id", self.tell) or not self.expect(
                value, Field(key, Kind.EACH, "", ""), Map
            ):
                continue
            if isinstance(value, Map):
                kept[key] = (name, self.map(value, patch(shape) if self.inherits else shape))
        return node.with_entries(kept)

    def gates(self, node: Node, field: Field, tell: values.Tell) -> Map | None:
        if not isinstance(node, Map):
            self.expect(node, field, Map)
            return None
        kept = {}
        for key, (name, value) in node.entries.items():
            text = values.text_of(value, Field(key, Kind.CONDITION, "", ""), tell)
            if values.usable_id(name, "a gate's name", tell) and text:
                kept[key] = (name, text)
        return node.with_entries(dict(kept))

    def tests(self, node: Node, field: Field, _tell: values.Tell) -> Seq | None:
        return self.maps(node, field, table.TEST)

    def interrupts(self, node: Node, field: Field, _tell: values.Tell) -> Seq | None:
        return self.maps(seq_of([node], node) if isinstance(node, Map) else node, field, table.INTERRUPT)

    def maps(self, node: Node, field: Field, shape: Shape) -> Seq | None:
        if not isinstance(node, Seq):
            self.expect(node, field, Seq)
            return None
        kept: list[Node] = []
        for item in node.items:
            if isinstance(item, Map):
                kept.append(self.map(item, shape))
            else:
                self.expect(item, Field(f"{field.name}: each", Kind.EACH, "", ""), Map)
        return seq_of(kept, node)


_NEIGHBOURS = (table.ASK, table.SECTION, table.ACT, table.FILE, table.DETOUR, table.OUTCOME, table.DRIFT, table.TEST)


def patch(shape: Shape) -> Shape:
    """The same fields, none of them required: an override writes only what changes."""
    found = _PATCHES.get(shape.title)
    if found is None:
        loose = {name: Field(f.name, f.kind, f.default, f.meaning, f.words) for name, f in shape.fields.items()}
        found = _PATCHES[shape.title] = Shape(shape.title, loose)
    return found


_PATCHES: dict[str, Shape] = {}
