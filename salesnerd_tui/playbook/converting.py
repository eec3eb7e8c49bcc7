"""Single things of the model from their trees: what is not written keeps the model's own default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from salesnerd_tui.playbook import amounts
from salesnerd_tui.playbook.model import (
    Answer,
    Buyer,
    Drift,
    Example,
    Interruption,
    Item,
    Job,
    NoteType,
    Priority,
    Section,
)
from salesnerd_tui.playbook.nodes import Map, Node, Scalar, Seq


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
    return {key: amounts.number(value) or 0.0 for key, value in text_map_of(node).items()}


def flag_of(node: Node) -> bool:
    return bool(amounts.flag(text_of(node)))


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
"""Where the language's word is another one than the model's."""

ASKED: Mapping[str, Callable[[Node], Any]] = {
    "ask": text_of,
    "id": text_of,
    "priority": lambda node: Priority(text_of(node)),
    "type": lambda node: NoteType(text_of(node)),
    "choices": list_of,
    "why": text_of,
    "listen_for": list_of,
    "avoid": list_of,
    "also": list_of,
    "probes": list_of,
    "answers": answers_of,
    "points": points_of,
    "weight": points_of,
    "again": flag_of,
    "by": text_of,
    "link": text_of,
    "was": list_of,
    "job": lambda node: Job(text_of(node)),
}
ACTS: Mapping[str, Callable[[Node], Any]] = {
    **dict.fromkeys(("probe", "say", "goto", "end", "switch", "detour", "label"), text_of),
    "back": flag_of,
    "points": points_of,
    "set": text_map_of,
    "avoid": list_of,
}


def planned(agenda: tuple[Item, ...]) -> float | None:
    minutes = [item.minutes for item in agenda if isinstance(item, Section) and item.minutes is not None]
    return sum(minutes) if minutes else None


def drift_of(node: Map | None) -> Drift:
    if node is None:
        return Drift()
    usual = Drift()
    in_a_row = amounts.number(node.text("in_a_row_max"))
    return Drift(
        you_talk_max=or_usual(amounts.share(node.text("you_talk_max")), usual.you_talk_max),
        one_stretch_max_seconds=or_usual(amounts.seconds(node.text("one_stretch_max")), usual.one_stretch_max_seconds),
        unasked_product_talk_max_seconds=or_usual(
            amounts.seconds(node.text("unasked_product_talk_max")), usual.unasked_product_talk_max_seconds
        ),
        in_a_row_max=int(or_usual(in_a_row, usual.in_a_row_max)),
        late_after_seconds=or_usual(amounts.seconds(node.text("late_after")), usual.late_after_seconds),
        jargon=map_of(node, "jargon"),
        never_say=texts(node, "never_say"),
    )


def or_usual(value: float | None, usual: float) -> float:
    return usual if value is None else value


def interrupts_of(node: Map) -> tuple[Interruption, ...]:
    return tuple(Interruption(one.text("after"), one.text("with"), one.text("says")) for one in node.maps("interrupts"))


def buyer_of(name: Scalar, node: Map) -> Buyer:
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
        ends=node.text("ends"),
        spot=name.spot,
    )


def example_of(node: Map) -> Example:
    return Example(
        it=node.text("it"),
        buyer=node.text("buyer"),
        picks=map_of(node, "picks"),
        notes=map_of(node, "notes"),
        late=bool(amounts.flag(node.text("late", "no"))),
        interrupts=interrupts_of(node),
        ends=node.text("ends"),
        asks=texts(node, "asks"),
        skips=texts(node, "skips"),
        lit=texts(node, "lit"),
        dark=texts(node, "dark"),
        back_to=node.text("back_to"),
        spot=node.entries["it"][1].spot if "it" in node else node.spot,
    )
