"""Ids: validation, and generation from the words of a text for items without one."""

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
    ascii_text = unicodedata.normalize("NFKD", text[:400].casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", ascii_text))[:_SLUG_WORDS]
    id = "_".join(words)[:_SLUG_LENGTH].strip("_")
    if not id:
        return f"q_{crc32(text.encode('utf-8', 'surrogatepass')):08x}"
    return id if id[0].isalpha() else f"q_{id}"


_ID_WORDS = 3
"""Maximum words of an id; three significant words distinguish two questions."""

_SEARCHED_CHARACTERS = 400
"""Number of characters of a text to search for its first significant words."""

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
    """Generator of unique ids. `taken` are the ids in use."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._taken = {*taken, *RESERVED_NAMES}
        self._last: dict[str, int] = {}

    def generate(self, text: str) -> str:
        """Return an unused id from the significant words of `text`."""
        words = _WORD.findall(_IGNORED_PARTS.sub(" ", text[:_SEARCHED_CHARACTERS]))
        significant = [word for word in words if word.lower() not in _STOP_WORDS and not word.isdigit()]
        base = slugify(" ".join(significant[:_ID_WORDS]) or text)
        base = name = f"their_{base}" if base in RESERVED_NAMES else base
        number = self._last.get(base, 1)
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._last[base] = number
        self._taken.add(name)
        return name


def add_missing_ids(file: Map) -> list[Finding]:
    """Add an id to every question and statement without one. Return findings about missing and duplicate ids."""
    lists = list(item_lists(file))
    ids = IdGenerator({item.text("id") for items in lists for item in items})
    unnamed: list[Map] = []
    duplicates: list[Finding] = []
    for items in lists:
        first_ids: dict[str, Scalar] = {}
        for item in items:
            id_node = item.scalar("id")
            text = item.scalar("ask") or item.scalar("say")
            if id_node is not None:
                first = first_ids.setdefault(id_node.text, id_node)
                if first is not id_node:
                    message = f"id '{id_node.text}' is used twice"
                    duplicates.append(error("P201", message, id_node.location, f"first used on line {first.line}"))
            elif text is not None:
                item.entries["id"] = (text, text.with_text(ids.generate(text.text)))
                unnamed += [item] if "ask" in item else []
    return [*duplicates, _missing_ids(unnamed)] if unnamed else duplicates


def _missing_ids(unnamed: list[Map]) -> Finding:
    """Return one finding for all questions without an id. Statements need none, because they have no notes."""
    name, location = unnamed[0].text("id"), unnamed[0].entries["ask"][1].location
    edits = tuple(edit for item in unnamed for edit in _id_edit(item))
    fixes = f"`salesnerd playbook lint --fix {location.file}`" if edits else ""
    if len(unnamed) == 1:
        message = f"no id: notes are stored under '{name}', which changes when you reword"
        hint = f"add `id: {name}`" + (f", or run {fixes}" if fixes else "")
    else:
        message = f"{len(unnamed)} questions have no id, so their notes are lost when you reword them"
        hint = f"{fixes} writes the ids" if fixes else f"add `id: {name}` and so on"
    return advice("P120", message, location, hint, edits=edits)


def _id_edit(item: Map) -> Iterator[Edit]:
    """Yield the edit that writes an item's id under its question; none if the item is in `{ }` or its text a block."""
    key, text = item.entries["ask"]
    if item.is_flow or not isinstance(text, Scalar) or text.style in ("|", ">"):
        return
    line = text.source.line(text.end_line)
    column = len(line) + 1
    yield Edit(text.end_line, column, text.end_line, column, f"\n{' ' * (key.column - 1)}id: {item.text('id')}")
