"""One file's tree against the table of fields: every key known, every value of its kind, every item one thing.

What comes out is canonical, so that merging and building need no cases: lists are lists, an answer is a map, points are
a map, and what was wrong is left out after it was told. The findings here are about one file alone.
"""

from __future__ import annotations

from msgspec import Struct, field

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.answering import answers_of
from salesnerd_tui.playbook.fields import Kind
from salesnerd_tui.playbook.findings import Enough, Finding
from salesnerd_tui.playbook.heading import check_kind, known_format
from salesnerd_tui.playbook.itemising import items_of
from salesnerd_tui.playbook.naming import name_items
from salesnerd_tui.playbook.nodes import Map
from salesnerd_tui.playbook.straightening import Shaper


class Shaped(Struct):
    """A canonical file and what was found in it. `tree` is None when it cannot be used at all."""

    tree: Map | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_library(self) -> bool:
        return self.tree is not None and "library" in self.tree


def shape(tree: Map) -> Shaped:
    """Check and straighten one file."""
    shaper = _shaper(inherits="extends" in tree or "use" in tree)
    try:
        if not known_format(tree, shaper.tell):
            return Shaped(None, shaper.findings)
        clean = shaper.map(tree, table.FILE)
        check_kind(tree, clean, shaper.tell)
    except Enough as enough:
        return Shaped(None, [*shaper.findings, enough.finding])
    return Shaped(clean, [*shaper.findings, *name_items(clean)])


def _shaper(inherits: bool) -> Shaper:
    shaper = Shaper(inherits)
    shaper.readers |= {
        Kind.ITEMS: lambda node, field, _: items_of(shaper, node, field),
        Kind.ANSWERS: lambda node, field, _: answers_of(shaper, node, field),
        Kind.EACH: lambda node, field, _: shaper.map_of(node, field, table.EACH),
        Kind.DRIFT: lambda node, field, _: shaper.map_of(node, field, table.DRIFT),
        Kind.DETOURS: lambda node, field, _: shaper.named(node, field, table.DETOUR),
        Kind.OUTCOMES: lambda node, field, _: shaper.named(node, field, table.OUTCOME),
        Kind.BUYERS: lambda node, field, _: shaper.named(node, field, table.BUYER),
        Kind.GATES: shaper.gates,
        Kind.TESTS: shaper.tests,
        Kind.INTERRUPTS: shaper.interrupts,
    }
    return shaper
