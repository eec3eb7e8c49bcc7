"""The ids of one file: a slug where none is written, and a finding where one is written twice."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.playbook.findings import Finding, advice, error
from salesnerd_tui.playbook.limits import ALIKE
from salesnerd_tui.playbook.nodes import Map, Scalar
from salesnerd_tui.playbook.slugs import Slugs


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
    for key in ("prep", "agenda", "parts"):
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
