"""Builder of the model from the merged tree.

Values in a canonical tree have the right kind, so only two things can go wrong here: a condition that cannot be read,
and an outcome without a decision. What is not written keeps the default of the model. `weight` is multiplied into the
points of the answers, so that a call only adds points up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.playbook import scalars
from salesnerd_tui.playbook.conditions import Gates
from salesnerd_tui.playbook.diagnostics import Finding, error
from salesnerd_tui.playbook.merge import outcome_aliases
from salesnerd_tui.playbook.model import (
    Answer,
    Ask,
    Buyer,
    BuyingJob,
    CoachSettings,
    Decision,
    Detour,
    Gate,
    Interruption,
    Item,
    NoteType,
    Outcome,
    Playbook,
    PlaybookTest,
    Priority,
    ProductTalk,
    Say,
    Section,
    Sensitivity,
)
from salesnerd_tui.playbook.scalars import number
from salesnerd_tui.playbook.tree import Map, Node, Scalar, Seq


class ItemNode(Struct, frozen=True, gc=False):
    """An item with its tree and the name of its list: `prep`, `agenda` or a detour's id."""

    item: Item
    node: Map
    place: str
    index: int


class Built(Struct):
    """The model, its rows in order, and the findings of building it."""

    playbook: Playbook
    rows: list[ItemNode]
    findings: list[Finding] = field(default_factory=list)


def build(tree: Map, id: str, digest: str = "", sources: tuple[str, ...] = ()) -> Built:
    """Build the playbook from a merged tree."""
    return _ModelBuilder(tree).built(id, digest, sources)


class _ModelBuilder:
    def __init__(self, tree: Map) -> None:
        self.tree = tree
        self.rows: list[ItemNode] = []
        self.findings: list[Finding] = []
        self._gates = Gates(tree, self.findings)
        self._outcome_aliases = outcome_aliases(outcomes) if (outcomes := tree.map("outcomes")) else {}

    def built(self, id: str, digest: str, sources: tuple[str, ...]) -> Built:
        tree = self.tree
        minutes = scalars.minutes(tree.text("minutes"))
        prep = self._items(tree, "prep", "prep")
        agenda = self._items(tree, "agenda", "agenda")
        detours = {name.text: self._detour(name, node) for name, node in tree.under("detours") if isinstance(node, Map)}
        playbook = Playbook(
            id=id,
            title=tree.text("playbook") or tree.text("library"),
            goal=tree.text("goal"),
            lang=tree.text("lang", "en"),
            tags=texts(tree, "tags"),
            minutes=minutes if minutes is not None else planned(agenda),
            vars=map_of(tree, "vars"),
            labels=map_of(tree, "labels"),
            prep=prep,
            agenda=agenda,
            detours=detours,
            gates=self._gates.all(),
            outcomes=self._outcomes(),
            coach=coach_settings_of(tree.map("coach")),
            buyers={
                name.text: buyer_of(name, node, self._ends(node))
                for name, node in tree.under("buyers")
                if isinstance(node, Map)
            },
            tests=tuple(self._test(node) for node in tree.maps("tests")),
            digest=digest,
            sources=sources,
        )
        return Built(playbook, self.rows, self.findings)

    def _ends(self, node: Map) -> str:
        """Return the current id of the outcome that a buyer or a test ends with."""
        ends = node.text("ends")
        return self._outcome_aliases.get(ends, ends)

    def _items(self, tree: Map, key: str, place: str) -> tuple[Item, ...]:
        items: list[Item] = []
        for node in tree.maps(key):
            item = self._item(node)
            if item is not None:
                self.rows.append(ItemNode(item, node, place, len(items)))
                items.append(item)
        return tuple(items)

    def _item(self, node: Map) -> Item | None:
        if "ask" in node:
            return self._ask(node)
        if "say" in node:
            say = node.entries["say"][1]
            text = node.text("say")
            return Say(
                node.text("id"),
                text,
                node.text("speaker", "me"),
                self._gates.condition(node.scalar("when")),
                say.spot,
                **cues_of(node),
            )
        return self._section(node) if "section" in node else None

    def _section(self, node: Map) -> Section:
        return Section(
            title=node.text("section"),
            goal=node.text("goal"),
            minutes=scalars.minutes(node.text("minutes")),
            product_talk=ProductTalk(node.text("product_talk", "if_asked")),
            when=self._gates.condition(node.scalar("when")),
            spot=node.entries["section"][1].spot,
            **cues_of(node),
        )

    def _ask(self, node: Map) -> Ask:
        """Only written fields are passed on: defaults are defined in one place, and most questions cost little."""
        written: dict[str, Any] = {}
        for key, (_, value) in node.entries.items():
            convert = ASKED.get(key)
            if convert:
                written[NAMES.get(key, key)] = convert(value)
        if "when" in node:
            written["when"] = self._gates.condition(node.scalar("when"))
        if written.get("type") is NoteType.SCALE and not written.get("answers"):
            written["answers"] = SCALE
        if self._outcome_aliases and "answers" in written:
            written["answers"] = tuple(
                replace(answer, end=self._outcome_aliases[answer.end])
                if answer.end in self._outcome_aliases
                else answer
                for answer in written["answers"]
            )
        weight = written.pop("weight", None)
        if weight:
            written["answers"] = weighed(written.get("answers", ()), weight)
        written.setdefault("id", "")
        return Ask(spot=node.entries["ask"][1].spot, **written)

    def _detour(self, name: Scalar, node: Map) -> Detour:
        return Detour(
            id=name.text,
            agenda=self._items(node, "agenda", name.text),
            they_say=texts(node, "they_say"),
            unless_they_say=texts(node, "unless_they_say"),
            key=node.text("key"),
            repeatable=bool(scalars.flag(node.text("repeatable", "yes"))),
            when=self._gates.condition(node.scalar("when")),
            spot=name.spot,
            **cues_of(node),
        )

    def _needed(self, node: Map, key: str) -> tuple[Gate, ...]:
        """Return the gates that `key` names; a condition without a name goes by its text."""
        return tuple(Gate(written.text, self._gates.condition(written), written.spot) for written in node.scalars(key))

    def _test(self, node: Map) -> PlaybookTest:
        return test_of(node, self._ends(node), self._needed(node, "met"), self._needed(node, "unmet"))

    def _outcomes(self) -> Mapping[str, Outcome]:
        found = {}
        for name, node in self.tree.under("outcomes"):
            if not isinstance(node, Map):
                continue
            if "decision" not in node:
                message = f"outcome '{name.text}' needs 'decision'"
                self.findings.append(error("P112", message, name.spot, "one of: go, no-go, not-yet"))
            found[name.text] = Outcome(
                id=name.text,
                decision=Decision(node.text("decision", "not-yet")),
                needs=self._needed(node, "needs"),
                capture=(*map_of(node, "capture"), *texts(node, "capture")),
                prompts=map_of(node, "capture"),
                say=node.text("say"),
                next=node.text("next"),
                aliases=texts(node, "aliases"),
                spot=name.spot,
            )
        return found


SCALE = tuple(Answer(label, label) for label in "12345")
"""Default answers of a question of type `scale`."""


def weighed(answers: Sequence[Answer], weight: Mapping[str, float]) -> tuple[Answer, ...]:
    """Return the answers with their points times `weight`.

    A label that is a number is worth that many points unless the answer gives others: a score of 4 at weight 3 is 12.
    `weight` is by name of points; a bare number (the empty name) weighs all of them.
    """
    return tuple(replace(one, points=_points(one, weight)) for one in answers)


def _points(answer: Answer, weight: Mapping[str, float]) -> dict[str, float]:
    score = number(answer.label)
    points = answer.points or (dict.fromkeys(weight, score) if score is not None else {})
    return {name: value * weight.get(name, weight.get("", 1.0)) for name, value in points.items()}


def text_of(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def list_of(node: Node) -> tuple[str, ...]:
    return tuple(item.text for item in node.items if isinstance(item, Scalar)) if isinstance(node, Seq) else ()


def text_map_of(node: Node) -> dict[str, str]:
    return {key: text_of(value) for key, (_, value) in node.entries.items()} if isinstance(node, Map) else {}


def texts(node: Map, key: str) -> tuple[str, ...]:
    found = node.get(key)
    return list_of(found) if found else ()


def map_of(node: Map, key: str) -> dict[str, str]:
    found = node.get(key)
    return text_map_of(found) if found else {}


def points_of(node: Node) -> dict[str, float]:
    return {key: scalars.number(value) or 0.0 for key, value in text_map_of(node).items()}


def flag_of(node: Node) -> bool:
    return bool(scalars.flag(text_of(node)))


def answers_of(node: Node) -> tuple[Answer, ...]:
    found = node.entries.values() if isinstance(node, Map) else ()
    return tuple(answer_of(key, act) for key, act in found if isinstance(act, Map))


def answer_of(key: Scalar, act: Map) -> Answer:
    written: dict[str, Any] = {}
    for name, (_, value) in act.entries.items():
        convert = ACTS.get(name)
        if convert:
            written[NAMES.get(name, name)] = convert(value)
    shown = written.pop("label", "") or key.text
    return Answer(label=key.text, shown=shown, spot=key.spot, **written)


NAMES = {"ask": "text", "set": "sets"}
"""Fields of the language that have another name in the model."""

CUES: Mapping[str, Callable[[Node], Any]] = dict.fromkeys(("why", "listen_for", "avoid", "link"), list_of)

ASKED: Mapping[str, Callable[[Node], Any]] = {
    "ask": text_of,
    "id": text_of,
    "priority": lambda node: Priority(text_of(node)),
    "type": lambda node: NoteType(text_of(node)),
    **CUES,
    "phrasings": list_of,
    "follow_ups": list_of,
    "answers": answers_of,
    "weight": points_of,
    "repeatable": flag_of,
    "speaker": text_of,
    "aliases": list_of,
    "buying_job": lambda node: BuyingJob(text_of(node)),
}
ACTS: Mapping[str, Callable[[Node], Any]] = {
    "follow_ups": list_of,
    **dict.fromkeys(("say", "goto", "end", "switch", "detour", "label"), text_of),
    "back": flag_of,
    "points": points_of,
    "set": text_map_of,
    "known": flag_of,
    **CUES,
}


def cues_of(node: Map) -> dict[str, Any]:
    """Return the notes to the user that are written on a section, a statement or a detour."""
    return {name: read(node.entries[name][1]) for name, read in CUES.items() if name in node.entries}


def planned(agenda: tuple[Item, ...]) -> float | None:
    minutes = [item.minutes for item in agenda if isinstance(item, Section) and item.minutes is not None]
    return sum(minutes) if minutes else None


def coach_settings_of(node: Map | None) -> CoachSettings:
    default = CoachSettings()
    if node is None:
        return default

    def value(read: Callable[[str], float | None], key: str, otherwise: float) -> float:
        written = read(node.text(key))
        return otherwise if written is None else written

    return CoachSettings(
        max_talk_ratio=value(scalars.share, "max_talk_ratio", default.max_talk_ratio),
        max_monologue_seconds=value(scalars.seconds, "max_monologue", default.max_monologue_seconds),
        max_unprompted_product_talk_seconds=value(
            scalars.seconds, "max_unprompted_product_talk", default.max_unprompted_product_talk_seconds
        ),
        sensitivity=Sensitivity(node.text("sensitivity", "normal")),
        max_questions_in_a_row=int(value(scalars.number, "max_questions_in_a_row", default.max_questions_in_a_row)),
        running_late_after_seconds=value(scalars.seconds, "running_late_after", default.running_late_after_seconds),
        jargon=map_of(node, "jargon"),
        never_say=texts(node, "never_say"),
    )


def interrupts_of(node: Map) -> tuple[Interruption, ...]:
    return tuple(Interruption(one.text("after"), one.text("with"), one.text("says")) for one in node.maps("interrupts"))


def buyer_of(name: Scalar, node: Map, ends: str) -> Buyer:
    return Buyer(
        id=name.text,
        who=node.text("who"),
        picks=map_of(node, "picks"),
        says=map_of(node, "says"),
        hides=map_of(node, "hides"),
        interrupts=interrupts_of(node),
        if_jargon=node.text("if_jargon"),
        if_pitch=node.text("if_pitch"),
        otherwise=node.text("otherwise"),
        ends=ends,
        spot=name.spot,
    )


def test_of(node: Map, ends: str, met: tuple[Gate, ...], unmet: tuple[Gate, ...]) -> PlaybookTest:
    return PlaybookTest(
        it=node.text("it"),
        buyer=node.text("buyer"),
        picks=map_of(node, "picks"),
        notes=map_of(node, "notes"),
        late=bool(scalars.flag(node.text("late", "no"))),
        interrupts=interrupts_of(node),
        ends=ends,
        asks=texts(node, "asks"),
        skips=texts(node, "skips"),
        met=met,
        unmet=unmet,
        returns_to=node.text("returns_to"),
        spot=node.entries["it"][1].spot if "it" in node else node.spot,
    )
