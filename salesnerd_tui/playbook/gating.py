"""Conditions of one playbook: read once each, with the gates they name filled in, and none of them endless.

A gate may stand on other gates. Filled in they are a tree with shared branches, and twenty gates that each name the one
below twice are a million comparisons: they are counted here, and what comes to too many is told and stays dark.
"""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.playbook.conditions import GateLit, leaves, parse_condition, with_gates
from salesnerd_tui.playbook.findings import Finding, error, over
from salesnerd_tui.playbook.limits import COMPARISONS, GATES_DEEP
from salesnerd_tui.playbook.model import ALWAYS, Condition, Gate, Spot
from salesnerd_tui.playbook.nodes import Map, Scalar


class Gates:
    """The gates of `tree`; `condition` reads any other condition. What is wrong goes to `findings`."""

    def __init__(self, tree: Map, findings: list[Finding]) -> None:
        self.findings = findings
        self._read: dict[int, Condition] = {}
        self._resolved: dict[str, Condition] = {}
        self._counts: dict[str, int] = {}
        self._told: set[str] = set()
        written = {name.text: (name.spot, node) for name, node in tree.under("gates") if isinstance(node, Scalar)}
        self._spots: dict[str, Spot] = {name: spot for name, (spot, _) in written.items()}
        self._parsed = {name: self._parse(node) for name, (_, node) in written.items()}
        for name in self._parsed:
            self._resolve(name, ())

    def all(self) -> Mapping[str, Gate]:
        """Every gate whose condition can be read."""
        return {name: Gate(name, condition, self._spots[name]) for name, condition in self._resolved.items()}

    def condition(self, written: Scalar | None) -> Condition:
        """What a `when` says; what has none, or one that cannot be read, always holds."""
        if written is None:
            return ALWAYS
        parsed = self._parse(written)
        self._count(parsed, written.spot)
        return with_gates(parsed, self._resolved)

    def _parse(self, node: Scalar) -> Condition:
        found = self._read.get(id(node))
        if found is None:
            read = parse_condition(node.text, node.within(0, len(node.text)))
            if isinstance(read, Finding):
                self.findings.append(read)
                read = ALWAYS
            found = self._read[id(node)] = read
        return found

    def _resolve(self, name: str, chain: tuple[str, ...]) -> None:
        """Fill in the gates a gate names, deepest first; a circle is told once and counts as dark."""
        if name in self._resolved or name not in self._parsed:
            return
        if name in chain or len(chain) > GATES_DEEP:
            self._tell_circle(name, chain)
            return
        for leaf in leaves(self._parsed[name]):
            if isinstance(leaf, GateLit):
                self._resolve(leaf.name, (*chain, name))
        self._counts[name] = self._count(self._parsed[name], self._spots[name])
        self._resolved[name] = with_gates(self._parsed[name], self._resolved)

    def _tell_circle(self, name: str, chain: tuple[str, ...]) -> None:
        around = chain[chain.index(name) :] if name in chain else chain
        if not self._told & set(around):
            path = " > ".join((*around[:6], name))
            message = (
                f"gate '{name}' leads back to itself: {path}" if name in chain else f"gates over {GATES_DEEP} deep"
            )
            self.findings.append(error("P215", message, self._spots[name], "write the notes it is about instead"))
        self._told |= set(around)

    def _count(self, condition: Condition, spot: Spot) -> int:
        """How many comparisons it comes to. Too many are told once and then count as one."""
        total = sum(self._counts.get(one.name, 1) if isinstance(one, GateLit) else 1 for one in leaves(condition))
        if total <= COMPARISONS:
            return total
        self.findings.append(over(COMPARISONS, "comparisons in one condition, with its gates", spot))
        return 1
