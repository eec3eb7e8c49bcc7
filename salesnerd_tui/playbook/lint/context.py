"""Input of the rules: the merged tree, the model built from it, and lookups that several rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.build import ItemNode
from salesnerd_tui.playbook.conditions import parse_condition
from salesnerd_tui.playbook.diagnostics import Finding
from salesnerd_tui.playbook.fields import BUILT_IN_VARIABLES
from salesnerd_tui.playbook.folders import is_playbook, list_playbook_ids
from salesnerd_tui.playbook.model import Ask, Condition, Playbook, SourceLocation
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, normalize_label

T = TypeVar("T")

PLACEHOLDER = lazy_pattern(r"\{([a-z][a-z0-9_]*|points\.[a-z][a-z0-9_]*)\}")
"""Slot in a text: `{name}` or `{points.name}`. Any other brace is ordinary text."""


class SpokenText(Struct, frozen=True, eq=False, gc=False):
    """Text that the user says aloud.

    `kind` is ask, phrasing, say, follow_up or close. `row` is None for the closing words of an outcome.
    """

    text: Scalar
    kind: str
    row: ItemNode | None


class AnswerNode(Struct, frozen=True, eq=False, gc=False):
    """An answer in the tree: the row of its question, its label and its fields."""

    row: ItemNode
    label: Scalar
    fields: Map


class LintContext(Struct, dict=True, eq=False):
    """One loaded file: its `own` tree, the merged `tree`, and the model that was built from that with its `rows`.

    `languages` are those of all files, by their names in findings; `parents` are the ids of the parents. Each lookup is
    computed when a rule first uses it.
    """

    tree: Map
    own: Map
    playbook: Playbook
    rows: list[ItemNode]
    path: Path
    folders: Sequence[Path]
    languages: Mapping[str, str]
    parents: Sequence[str]

    @property
    def is_library(self) -> bool:
        return "library" in self.own

    @cached_property
    def title_location(self) -> SourceLocation:
        key = self.own.key("playbook") or self.own.key("library")
        return key.location if key else self.own.location

    def is_own(self, node: Map | Scalar) -> bool:
        """Return whether a node is written in the checked file itself."""
        return node.source is self.own.source

    @cached_property
    def question_rows(self) -> list[ItemNode]:
        """Questions of prep, agenda and detours."""
        return [row for row in self.rows if isinstance(row.item, Ask)]

    @cached_property
    def rows_by_place(self) -> Mapping[str, list[ItemNode]]:
        """Rows by place: `prep`, `agenda` or the id of a detour."""
        rows: dict[str, list[ItemNode]] = {"prep": [], "agenda": []}
        for row in self.rows:
            rows.setdefault(row.list_name, []).append(row)
        return rows

    @cached_property
    def positions(self) -> Mapping[str, Mapping[str, int]]:
        """Position of each id, by place."""
        return {
            place: {row.node.text("id"): row.index for row in reversed(rows) if "id" in row.node}
            for place, rows in self.rows_by_place.items()
        }

    @cached_property
    def item_ids(self) -> frozenset[str]:
        """Ids of the questions and statements in prep, agenda and detours."""
        return frozenset(name for positions in self.positions.values() for name in positions)

    @cached_property
    def first_questions(self) -> Mapping[str, str]:
        """Id of the first question of each agenda section, by the section's title."""
        first: dict[str, str] = {}
        title = ""
        for row in self.rows_by_place["agenda"]:
            if "section" in row.node:
                title = normalize_label(row.node.text("section"))
            elif title and "ask" in row.node:
                first.setdefault(title, row.node.text("id"))
                title = ""
        return first

    @cached_property
    def questions(self) -> Mapping[str, Ask]:
        """Questions of prep, agenda and detours, by id."""
        return {row.item.id: row.item for row in reversed(self.question_rows) if isinstance(row.item, Ask)}

    @cached_property
    def ids_by_text(self) -> Mapping[str, str]:
        """Ids of the questions and statements, by their texts."""
        rows = [(row.node.scalar("ask") or row.node.scalar("say"), row) for row in self.rows]
        return {normalize_label(text.text): row.node.text("id") for text, row in rows if text and "id" in row.node}

    @cached_property
    def answer_nodes(self) -> list[AnswerNode]:
        return [AnswerNode(row, *answer) for row in self.question_rows for answer in row.node.named_maps("answers")]

    @cached_property
    def set_names(self) -> set[str]:
        """Ids of the notes that answers set."""
        return {key.text for answer in self.answer_nodes for key, _ in answer.fields.entries_of("set")}

    @cached_property
    def outcome_ids(self) -> list[str]:
        """The ids of the outcomes, current ones first, then aliases."""
        outcomes = self.playbook.outcomes
        return [*outcomes, *(alias for outcome in outcomes.values() for alias in outcome.aliases)]

    @cached_property
    def note_ids(self) -> set[str]:
        """Every id under which the playbook can store a note."""
        names = set(self.questions) | self.set_names
        for outcome in self.playbook.outcomes.values():
            names |= set(outcome.capture)
        for row in self.question_rows:
            names |= {was.text for was in row.node.scalars("aliases")}
        return names | {part.text("id") for part in self.tree.maps("questions") if "ask" in part}

    @cached_property
    def slot_names(self) -> set[str]:
        """Names that a slot can refer to."""
        points = {f"points.{name}" if name else "points" for name in self.point_names}
        return self.note_ids | set(self.playbook.vars) | set(BUILT_IN_VARIABLES) | points

    @cached_property
    def point_names(self) -> set[str]:
        """Names of the points that answers give; points without a name have an empty one."""
        return {name for ask in self.questions.values() for answer in ask.answers for name in answer.points}

    @cached_property
    def spoken_texts(self) -> list[SpokenText]:
        """Everything said aloud outside of the prep, in order."""
        texts = [spoken for row in self.rows if row.list_name != "prep" for spoken in _iter_spoken(row)]
        closings = (outcome.scalar("say") for _, outcome in self.tree.named_maps("outcomes"))
        return texts + [SpokenText(closing, "close", None) for closing in closings if closing]

    @cached_property
    def own_spoken_texts(self) -> list[SpokenText]:
        """Texts said aloud that are written in the checked file itself."""
        return [spoken for spoken in self.spoken_texts if self.is_own(spoken.text)]

    @cached_property
    def own_questions(self) -> list[tuple[Scalar, Ask]]:
        """Questions of the call that are written in the checked file itself, with their texts."""
        asked = [spoken for spoken in self.own_spoken_texts if spoken.kind == "ask"]
        return [(one.text, one.row.item) for one in asked if one.row and isinstance(one.row.item, Ask)]

    @cached_property
    def conditions(self) -> list[tuple[Scalar, Condition]]:
        """Every valid condition with its text. Invalid conditions have been reported already."""
        nodes = [row.node.scalar("when") for row in self.rows if "when" in row.node]
        nodes += [detour.scalar("when") for _, detour in self.tree.named_maps("detours")]
        nodes += [gate for _, gate in self.tree.entries_of("gates") if isinstance(gate, Scalar)]
        nodes += [gate for _, outcome in self.tree.named_maps("outcomes") for gate in outcome.scalars("needs")]
        nodes += [gate for test in self.tree.maps("tests") for key in ("met", "unmet") for gate in test.scalars(key)]
        unique = {id(node): node for node in nodes if node}.values()
        parsed = [(node, parse_condition(node.text, node.location)) for node in unique]
        return [(node, condition) for node, condition in parsed if not isinstance(condition, Finding)]

    def cached(self, compute: Callable[[LintContext], T]) -> T:
        """Return `compute(self)`, which is computed once for all rules that need it."""
        if compute not in self._cache:
            self._cache[compute] = compute(self)
        result: T = self._cache[compute]
        return result

    @cached_property
    def _cache(self) -> dict[Callable[[LintContext], Any], Any]:
        return {}

    def has_playbook(self, name: str) -> bool:
        """Return whether a playbook has this id. The folders are only read if no file has that name."""
        return name == self.playbook.id or is_playbook(name, self.folders) or name in self.playbook_ids

    @cached_property
    def playbook_ids(self) -> list[str]:
        """Ids of all playbooks, for `switch` and `next`."""
        return [*list_playbook_ids(self.folders), self.playbook.id]


def _iter_spoken(row: ItemNode) -> Iterator[SpokenText]:
    node = row.node
    for kind in ("ask", "say"):
        if text := node.scalar(kind):
            yield SpokenText(text, kind, row)
    if "ask" not in node:
        return
    for kind, name in (("phrasing", "phrasings"), ("follow_up", "follow_ups")):
        yield from (SpokenText(text, kind, row) for text in node.scalars(name))
    for _, fields in node.named_maps("answers"):
        yield from (SpokenText(text, "follow_up", row) for text in fields.scalars("follow_ups"))
        if text := fields.scalar("say"):
            yield SpokenText(text, "say", row)
