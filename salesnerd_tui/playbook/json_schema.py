"""JSON schema for editors, generated from the table of fields: completion, help on hover and simple mistakes.

It contains the names that an author has used so far. An editor offers them and accepts others, because a name may be
newer than the schema. The checker, not the schema, decides whether a name leads anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.fields import (
    AUTHOR_NAME_KINDS,
    FIELD_ALIASES,
    RESERVED_LETTERS,
    Field,
    Kind,
    MapKind,
    NameKind,
)
from salesnerd_tui.playbook.folders import is_library_file
from salesnerd_tui.playbook.library import Library, LoadResult, load
from salesnerd_tui.playbook.yaml_tree import Scalar
from salesnerd_tui.playbook.yaml_writer import SCHEMA_FILE
from salesnerd_tui.text import one_line

MAX_DESCRIPTION_LENGTH = 120
"""Maximum characters of a question that are shown next to its name."""


class AuthorNames(Struct):
    """Names by kind, each with its meaning; the labels of each question's answers; the headings of sections."""

    names: dict[NameKind, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in NameKind})
    labels: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: NameKind, name: str, description: str) -> None:
        """Add a name with its meaning; the first file that describes a name counts."""
        if name:
            self.names[kind].setdefault(name, one_line(description)[:MAX_DESCRIPTION_LENGTH])


def collect_names(library: Library, names: Sequence[str] = ()) -> AuthorNames:
    """Return the names in the playbooks `names`, or in all of the user's own; if there are none, the built-in ones."""
    known = AuthorNames()
    loaded = cache(partial(load, folders=library.folders))
    for one in [library.load(name) for name in names] or map(loaded, library.user_files().values()):
        _collect_author_names(known, one)
    for name, path in library.files().items():
        _collect_file_names(known, name, path, loaded(path))
    for kind in (NameKind.DETOUR, NameKind.OUTCOME, NameKind.GATE, NameKind.BUYER):
        for name, description in known.names[kind].items():
            known.add(NameKind.ANY, name, description)
    for name, description in known.names[NameKind.ITEM].items():
        known.add(NameKind.QUESTION, name, description)
        known.add(NameKind.PLACE, name, description)
        known.add(NameKind.ANY, name, description)
    return known


def _collect_file_names(known: AuthorNames, name: str, path: Path, loaded: LoadResult) -> None:
    """Learn what any file may name: playbooks, libraries and the questions in them."""
    if not is_library_file(path):
        known.add(NameKind.PLAYBOOK, name, loaded.playbook.goal if loaded.playbook else loaded.title)
        return
    known.add(NameKind.LIBRARY, name, loaded.title)
    for part in loaded.tree.maps("questions") if loaded.tree else ():
        known.add(NameKind.PART, part.text("id"), f"{part.text('ask') or part.text('say')} ({name})")


def _collect_author_names(known: AuthorNames, loaded: LoadResult) -> None:
    book = loaded.context
    if book is None:
        return
    playbook, tree = book.playbook, book.tree
    for ask in playbook.questions():
        known.add(NameKind.ITEM, ask.id, ask.text)
        labels = known.labels.setdefault(ask.id, [])
        labels += [one.label for one in ask.answers if one.label not in labels]
    for part in tree.maps("questions"):
        known.add(NameKind.ITEM, part.text("id"), part.text("ask") or part.text("say"))
    for row in book.rows:
        known.add(NameKind.PLACE, row.node.text("section"), "a section")
        known.add(NameKind.ITEM, row.node.text("id"), row.node.text("say"))
    for name in sorted(book.note_ids - set(known.names[NameKind.ITEM])):
        known.add(NameKind.QUESTION, name, "a note that an answer or an outcome takes")
    for detour in playbook.detours.values():
        known.add(NameKind.DETOUR, detour.id, detour.they_say[0] if detour.they_say else "a detour")
    for outcome in playbook.outcomes.values():
        known.add(NameKind.OUTCOME, outcome.id, f"{outcome.decision}: {outcome.say}".rstrip(": "))
    for gate, condition in tree.entries_of("gates"):
        known.add(NameKind.GATE, gate.text, condition.text if isinstance(condition, Scalar) else "")
    for buyer in playbook.buyers.values():
        known.add(NameKind.BUYER, buyer.id, buyer.who)


Schema = dict[str, Any]
_TEXT: Schema = {"type": ["string", "number"], "pattern": r"\S"}
_ANY_TEXT: Schema = {"type": ["string", "number"]}
_NUMBER: Schema = {"type": ["number", "string"], "pattern": r"^\s*[-+]?\d+(\.\d+)?\s*$"}
_LENGTH: Schema = {
    "type": ["string", "number"],
    "pattern": r"^\s*(\d+:[0-5]\d|\d+(\.\d+)?\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?)\s*$",
}
_ID: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_LETTERS = "".join(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in RESERVED_LETTERS)
_RESERVED_CAPITALS = "".join(RESERVED_LETTERS).upper()
_SCALARS: Mapping[Kind, Schema] = {
    Kind.TEXT: _TEXT,
    Kind.ID: _ID,
    Kind.NAME: _TEXT,
    Kind.NUMBER: _NUMBER,
    Kind.MINUTES: _LENGTH,
    Kind.FLAG: {"enum": [True, False, "yes", "no"]},
    Kind.SHARE: {"type": ["string", "number"], "pattern": r"^\s*\d+(\.\d+)?\s*%?\s*$"},
    Kind.SECONDS: _LENGTH,
    Kind.LETTER: {"type": "string", "pattern": f"^[{_LETTERS}{_LETTERS.upper()}{_RESERVED_CAPITALS}]$"},
    Kind.LANG: {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"},
    Kind.CONDITION: {
        "type": "string",
        "pattern": r"\S",
        "examples": ["trigger is known", 'trigger is "Something broke"', "team_size > 5", "points.fit >= 5"],
    },
    Kind.PLAYBOOK: {"type": "string", "pattern": r"^(?!.*\.\.)[^/\\]+(/[^/\\]+)*$"},
}
_SHAPES: Mapping[str, MapKind] = {
    "section": table.SECTION,
    "ask": table.ASK,
    "say": table.SAY,
    "include": table.INCLUDE,
    "defaults": table.DEFAULTS,
    "act": table.ANSWER,
    "detour": table.DETOUR,
    "outcome": table.OUTCOME,
    "coach": table.COACH,
    "interrupt": table.INTERRUPT,
    "buyer": table.BUYER,
    "test": table.TEST,
}
_OVERRIDE_REFS = {f"#/definitions/{name}": f"#/definitions/{name}_over" for name in ("item", "detour", "outcome")}
_INHERITS: Schema = {"anyOf": [{"required": ["extends"]}, {"required": ["use"]}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _one_or_many(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _map_of(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


_NESTED: Mapping[Kind, Schema] = {
    Kind.ITEMS: {"type": "array", "items": _ref("item")},
    Kind.ANSWERS: _ref("answers"),
    Kind.CAPTURE: {"anyOf": [_one_or_many(_ref("question_name")), _map_of(_TEXT)]},
    Kind.DEFAULTS: _ref("defaults"),
    Kind.DETOURS: _map_of(_ref("detour")),
    Kind.GATES: _map_of(_SCALARS[Kind.CONDITION]),
    Kind.OUTCOMES: _map_of(_ref("outcome")),
    Kind.COACH: _ref("coach"),
    Kind.BUYERS: _map_of(_ref("buyer")),
    Kind.TESTS: {"type": "array", "items": _ref("test")},
    Kind.INTERRUPTS: _one_or_many(_ref("interrupt")),
    Kind.POINTS: {"anyOf": [_NUMBER, _map_of(_NUMBER)]},
    Kind.TEXT_MAP: _map_of(_TEXT),
    Kind.NOTES: _map_of(_ANY_TEXT),
}
_LISTS = {
    Kind.TEXTS: _TEXT,
    Kind.IDS: _ID,
    Kind.NAMES: _TEXT,
    Kind.PATHS: _SCALARS[Kind.PLAYBOOK],
    Kind.CONDITIONS: _TEXT,
}


def build_schema(library: Library, names: Sequence[str] = ()) -> Schema:
    """Return the schema with the names of the playbooks `names`, or of all of the user's own."""
    return _SchemaBuilder(collect_names(library, names)).whole()


def update_schema(folder: Path, library: Library) -> None:
    """Write the schema again if there is one. Raises `CannotWrite`."""
    import json

    from salesnerd_tui.files import write_private

    path = folder / SCHEMA_FILE
    if path.is_file():
        text = json.dumps(build_schema(library), indent=1, ensure_ascii=False) + "\n"
        write_private(path, text, force=True)


class _SchemaBuilder:
    def __init__(self, known: AuthorNames) -> None:
        self.known = known

    def whole(self) -> Schema:
        shapes = {name: self._shape(shape) for name, shape in _SHAPES.items()}
        names = {f"{kind.name.lower()}_name": self._names(kind) for kind in NameKind}
        either = self._playbook_or_library()
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "salesnerd playbook",
            "description": "A playbook: the questions of a call, what to do with the answers, and how it may end.",
            "type": "object",
            "if": _INHERITS,
            "then": _for_overrides(either),
            "else": either,
            "definitions": {
                **shapes,
                "detour_over": _for_overrides(_without_required(shapes["detour"])),
                "outcome_over": _without_required(shapes["outcome"]),
                **names,
                "item": _item_schema(self._beginning()),
                "item_over": _item_schema(self._override()),
                "answer": self._answer(),
                "answers": _answers(),
            },
        }

    def _playbook_or_library(self) -> Schema:
        library = self._file(("playbook", "agenda", "prep", "tests", "extends"), "library")
        return {
            "if": {"required": ["library"]},
            "then": library,
            "else": self._file(("library", "questions"), "playbook"),
        }

    def _file(self, without: Sequence[str], required: str) -> Schema:
        fields = {name: field for name, field in table.FILE.fields.items() if name not in without}
        return {**self._shape(MapKind(table.FILE.title, fields)), "required": [required]}

    def _shape(self, shape: MapKind) -> Schema:
        made: Schema = {
            "type": "object",
            "title": shape.title,
            "additionalProperties": False,
            "properties": {name: self._field(field) for name, field in self._spellings(shape)},
        }
        required = [field.name for field in shape.fields.values() if field.required]
        return {**made, "required": required} if required else made

    def _spellings(self, shape: MapKind) -> Iterator[tuple[str, Field]]:
        """Yield each field, also under the other names that it may be written with."""
        yield from shape.fields.items()
        for name, meant in FIELD_ALIASES.items():
            if meant in shape.fields:
                yield name, shape.fields[meant]

    def _field(self, field: Field) -> Schema:
        default = "" if field.default == "-" else f"\n\nWithout it: {field.default}."
        return {"description": field.meaning + default, **self._value(field)}

    def _value(self, field: Field) -> Schema:
        if field.kind is Kind.CAPTURE:
            return dict(_NESTED[field.kind])
        if field.name_kind and field.kind in (Kind.TEXT_MAP, Kind.NOTES):
            return self._by_name(field, field.name_kind)
        if field.name_kind:
            name = _ref(f"{field.name_kind.name.lower()}_name")
            return _one_or_many(name) if field.kind in _LISTS else {"allOf": [name]}
        if field.kind is Kind.ONE_OF:
            return {"enum": list(field.allowed_values)}
        if field.kind in _LISTS:
            return _one_or_many(_LISTS[field.kind])
        return dict(_NESTED.get(field.kind) or _SCALARS[field.kind])

    def _names(self, kind: NameKind) -> Schema:
        known = self.known.names[kind]
        anything = _ID if kind in (*AUTHOR_NAME_KINDS, NameKind.ITEM) else _TEXT
        if kind in (NameKind.PLAYBOOK, NameKind.LIBRARY):
            anything = _SCALARS[Kind.PLAYBOOK]
        if not known:
            return dict(anything)
        return {
            "anyOf": [*({"const": name, "description": description} for name, description in known.items()), anything]
        }

    def _by_name(self, field: Field, kind: NameKind) -> Schema:
        """Return the schema of a map by names of a kind, or others; `picks` offers the labels of the answers."""
        kinds = (NameKind.OUTCOME, NameKind.GATE, NameKind.DETOUR) if kind is NameKind.ANY else (kind,)
        text = _ANY_TEXT if field.kind is Kind.NOTES else _TEXT
        offered = {}
        for name, description in {name: told for one in kinds for name, told in self.known.names[one].items()}.items():
            labels = self.known.labels.get(name) if field.name == "picks" else None
            value: Schema = {"anyOf": [{"enum": labels}, text]} if labels else dict(text)
            offered[name] = {"description": description, **value}
        return {"type": "object", "properties": offered, "additionalProperties": text}

    def _beginning(self) -> Schema:
        """Return the schema of an item that has no kind yet."""
        return self._shape(
            MapKind("an item: a section, a question, something to say, or one of a library", _kind_fields())
        )

    def _override(self) -> Schema:
        """Return the schema of an item where questions are inherited: an id, and what changes."""
        made = self._shape(MapKind("an item, or an inherited question", {**_kind_fields(), **table.ASK.fields}))
        return {**made, "required": ["id"]}

    def _answer(self) -> Schema:
        description = "What to ask next, or a map of what to do; {} when nothing follows."
        return {
            "description": description,
            "anyOf": [_TEXT, {"type": "array", "items": _TEXT}, _ref("act"), {"type": "null"}],
            "defaultSnippets": [
                {"label": "what to ask next", "body": "$1"},
                {"label": "end", "description": "Propose an outcome.", "body": {"end": "$1"}},
                {"label": "say", "description": "Say something next.", "body": {"say": "$1"}},
            ],
        }


def _answers() -> Schema:
    one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": _ref("answer")}
    return {"anyOf": [_map_of(_ref("answer")), {"type": "array", "items": {"anyOf": [_TEXT, one]}}]}


def _kind_fields() -> dict[str, Field]:
    return {name: shape.fields[name] for name, shape in table.ITEMS.items()}


def _for_overrides(made: Any) -> Any:
    """Return a schema for files that inherit, in which items may be written in part."""
    if isinstance(made, Mapping):
        return {
            key: _OVERRIDE_REFS.get(value, value) if key == "$ref" else _for_overrides(value)
            for key, value in made.items()
        }
    return [_for_overrides(each) for each in made] if isinstance(made, list) else made


def _without_required(made: Schema) -> Schema:
    return {key: value for key, value in made.items() if key != "required"}


def _item_schema(otherwise: Schema) -> Schema:
    """Return the schema of an item, chosen by its first field so that an editor need not guess."""
    chosen = otherwise
    for name in reversed(list(table.ITEMS)):
        chosen = {"if": {"type": "object", "required": [name]}, "then": _ref(name), "else": chosen}
    return {"type": "object", **chosen}
