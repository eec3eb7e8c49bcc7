"""Ids: validation, ids made from the first words of a text, and ids for all items of a file that have none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from zlib import crc32

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Edit, Finding, advice, error
from salesnerd_tui.playbook.fields import RESERVED_NAMES
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, item_lists

_ID = lazy_pattern(r"[a-z][a-z0-9_]*")
_SLUG_WORDS = 4
_SLUG_LENGTH = 40


def is_id(text: str) -> bool:
    return len(text) <= 64 and _ID.fullmatch(text) is not None


def slugify(text: str) -> str:
    """Return an id from the first words of a text; for a text without Latin letters, from its checksum."""
    plain = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain))[:_SLUG_WORDS]
    joined = "_".join(words)[:_SLUG_LENGTH].strip("_")
    if not joined:
        return f"q_{crc32(text.encode('utf-8', 'surrogatepass')):08x}"
    return joined if joined[0].isalpha() else f"q_{joined}"


_ID_WORDS = 3
"""Maximum words of an id; three significant words distinguish two questions."""

_SEARCHED_CHARACTERS = 400
"""Number of characters in which the first words of a text are searched."""

_IGNORED_PARTS = lazy_pattern(r"['’]\w+|\{[^}]*\}")
_WORD = lazy_pattern(r"\w+")
_STOP_WORDS = frozenset(
    _WORD.findall(
        "a an and any are as at be been by can could did do does for from had has have how i if in is it its let "
        "me my of on or our so some tell that the their them there these they this to up us was we were what when "
        "where which who whose why made make makes will with would you your walk through describe explain about "
        "much many please currently today give help understand s t re ve"
    )
)


class IdGenerator:
    """Generator of unused ids. `taken` are the ids in use."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._taken = {*taken, *RESERVED_NAMES}
        self._last: dict[str, int] = {}

    def take(self, text: str) -> str:
        """Return an id for `text` that no other item has."""
        words = _WORD.findall(_IGNORED_PARTS.sub(" ", text[:_SEARCHED_CHARACTERS]))
        kept = [word for word in words if word.lower() not in _STOP_WORDS and not word.isdigit()]
        first = slugify(" ".join(kept[:_ID_WORDS]) or text)
        first = name = f"their_{first}" if first in RESERVED_NAMES else first
        number = self._last.get(first, 1)
        while name in self._taken:
            number += 1
            name = f"{first}_{number}"
        self._last[first] = number
        self._taken.add(name)
        return name


def add_missing_ids(file: Map) -> list[Finding]:
    """Give every question and statement without an id an id of the first words that carry meaning."""
    lists = list(item_lists(file))
    ids = IdGenerator({item.text("id") for items in lists for item in items})
    unnamed: list[Map] = []
    twice: list[Finding] = []
    for items in lists:
        seen: dict[str, Scalar] = {}
        for item in items:
            name = item.scalar("id")
            if name is None:
                _add_id(item, ids)
                unnamed += [item] if "ask" in item and "id" in item else []
            elif seen.setdefault(name.text, name) is not name:
                hint = f"first on line {seen[name.text].line}"
                twice.append(error("P201", f"id '{name.text}' is used twice", name.location, hint))
    return [*twice, *_missing_id_findings(unnamed)]


def _add_id(item: Map, ids: IdGenerator) -> None:
    text = item.scalar("ask") or item.scalar("say")
    if text is not None:
        item.entries["id"] = (text, text.with_text(ids.take(text.text)))


def _missing_id_findings(unnamed: list[Map]) -> Iterator[Finding]:
    """Yield one finding for all questions whose id was generated; statements need none: they have no notes."""
    if not unnamed:
        return
    name, location = unnamed[0].text("id"), unnamed[0].entries["ask"][1].location
    edits = tuple(edit for item in unnamed for edit in _id_edit(item))
    fixes = f"`salesnerd playbook lint --fix {location.file}`" if edits else ""
    if len(unnamed) == 1:
        message = f"no id: notes are stored under '{name}', which changes when you reword"
        hint = f"add `id: {name}`" + (f", or run {fixes}" if fixes else "")
    else:
        message = f"{len(unnamed)} questions have no id, so their notes are lost when you reword them"
        hint = f"{fixes} writes the ids" if fixes else f"add `id: {name}` and so on"
    yield advice("P120", message, location, hint, edits=edits)


def _id_edit(item: Map) -> Iterator[Edit]:
    """Yield the edit that writes an item's id under its question; none where the item is written in one line."""
    key, text = item.entries["ask"]
    if item.is_flow or not isinstance(text, Scalar) or text.style in ("|", ">"):
        return
    line = text.source.line(text.end_line)
    column = len(line) + 1
    yield Edit(text.end_line, column, text.end_line, column, f"\n{' ' * (key.column - 1)}id: {item.text('id')}")
