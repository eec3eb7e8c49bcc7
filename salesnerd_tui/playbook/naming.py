"""The ids of one file: a slug where none is written, and a finding where one is written twice."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.playbook.findings import Finding, advice, error
from salesnerd_tui.playbook.nodes import Map, Scalar
from salesnerd_tui.playbook.slugs import Slugs

TOLD_MAX = 100
"""Missing ids in one file that are told."""


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
                missing.extend(_named(item, slugs))
            elif seen.setdefault(name.text, name) is not name:
                hint = f"first on line {seen[name.text].line}"
                twice.append(error("P201", f"id '{name.text}' is used twice", name.spot, hint))
    return [*twice[:TOLD_MAX], *missing[:TOLD_MAX]]


def _lists(file: Map) -> Iterator[list[Map]]:
    for key in ("prep", "agenda", "parts"):
        yield file.maps(key)
    for _, detour in file.under("detours"):
        if isinstance(detour, Map):
            yield detour.maps("agenda")


def _named(item: Map, slugs: Slugs) -> Iterator[Finding]:
    text = item.scalar("ask") or item.scalar("say")
    if text is None:
        return
    name = slugs.free(text.text)
    item.entries["id"] = (text, text.derived(name))
    if "ask" in item:
        message = f"no id: notes are kept under '{name}', which changes when you reword"
        yield advice("P120", message, item.entries["ask"][0].spot, f"add `id: {name}`")
