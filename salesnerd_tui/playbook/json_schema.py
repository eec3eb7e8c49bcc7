"""JSON schema of playbooks, generated from the table of fields, for completion, hover help and checks in editors.

It contains the names in the author's playbooks. An editor offers these and accepts others, because a name may be newer
than the schema; whether a name exists is for the checker to decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from salesnerd_tui.files import write_private
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.fields import Field, Kind, MapKind, NameKind
from salesnerd_tui.playbook.folders import is_library_file
from salesnerd_tui.playbook.library import Library, LoadResult, load
from salesnerd_tui.playbook.standard_notes import MEANINGS
from salesnerd_tui.playbook.yaml_tree import Scalar
from salesnerd_tui.playbook.yaml_writer import SCHEMA_FILE
from salesnerd_tui.text import one_line

MAX_DESCRIPTION_LENGTH = 120


class AuthorNames(Struct):
    """Names by kind, each with its description, and the labels of the answers by question."""

    names: dict[NameKind, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in NameKind})
    labels: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: NameKind, name: str, description: str) -> None:
        """Add a name with its description. The first description of a name is kept."""
        if name:
            self.names[kind].setdefault(name, one_line(description)[:MAX_DESCRIPTION_LENGTH])


def collect_names(library: Library, names: Sequence[str]) -> AuthorNames:
    """Return the names in the playbooks `names`; by default in the user's playbooks, or the built-in ones if none."""
    author_names = AuthorNames()
    load_cached = cache(partial(load, folders=library.folders))
    for result in [library.load(name) for name in names] or map(load_cached, library.user_files().values()):
        _collect_author_names(author_names, result)
    for name, path in library.files().items():
        _collect_file_names(author_names, name, path, load_cached(path))
    for note, meaning in MEANINGS.items():
        author_names.add(NameKind.QUESTION, note.value, meaning)
    for kind in (NameKind.DETOUR, NameKind.OUTCOME, NameKind.GATE, NameKind.BUYER):
        for name, description in author_names.names[kind].items():
            author_names.add(NameKind.ANY, name, description)
    for name, description in author_names.names[NameKind.ITEM].items():
        author_names.add(NameKind.QUESTION, name, description)
        author_names.add(NameKind.PLACE, name, description)
        author_names.add(NameKind.ANY, name, description)
    return author_names


def _collect_file_names(author_names: AuthorNames, name: str, path: Path, result: LoadResult) -> None:
    """Add the names that any file may use: playbooks, libraries and their questions."""
    if not is_library_file(path):
        author_names.add(NameKind.PLAYBOOK, name, result.playbook.goal if result.playbook else result.title)
        return
    author_names.add(NameKind.LIBRARY, name, result.title)
    for question in result.tree.maps("questions") if result.tree else ():
        author_names.add(NameKind.PART, question.text("id"), f"{question.text('ask') or question.text('say')} ({name})")


def _collect_author_names(author_names: AuthorNames, result: LoadResult) -> None:
    context = result.context
    if context is None:
        return
    playbook, tree = context.playbook, context.tree
    for ask in playbook.questions():
        author_names.add(NameKind.ITEM, ask.id, ask.text)
        labels = author_names.labels.setdefault(ask.id, [])
        labels += [answer.label for answer in ask.answers if answer.label not in labels]
    for question in tree.maps("questions"):
        author_names.add(NameKind.ITEM, question.text("id"), question.text("ask") or question.text("say"))
    for item_node in context.rows:
        author_names.add(NameKind.PLACE, item_node.node.text("section"), "a section")
        author_names.add(NameKind.ITEM, item_node.node.text("id"), item_node.node.text("say"))
    for name in sorted(context.note_ids - set(author_names.names[NameKind.ITEM])):
        author_names.add(NameKind.QUESTION, name, "a note that an answer or an outcome takes")
    for detour in playbook.detours.values():
        author_names.add(NameKind.DETOUR, detour.id, detour.they_say[0] if detour.they_say else "a detour")
    for outcome in playbook.outcomes.values():
        author_names.add(NameKind.OUTCOME, outcome.id, f"{outcome.decision}: {outcome.say}".rstrip(": "))
    for gate, condition in tree.entries_of("gates"):
        author_names.add(NameKind.GATE, gate.text, condition.text if isinstance(condition, Scalar) else "")
    for buyer in playbook.buyers.values():
        author_names.add(NameKind.BUYER, buyer.id, buyer.who)


Schema = dict[str, Any]
_TEXT: Schema = {"type": ["string", "number"], "pattern": r"\S"}
_ANY_TEXT: Schema = {"type": ["string", "number"]}
_NUMBER: Schema = {"type": ["number", "string"], "pattern": r"^\s*[-+]?\d+(\.\d+)?\s*$"}
_LENGTH: Schema = {
    "type": ["string", "number"],
    "pattern": r"^\s*(\d+:[0-5]\d|\d+(\.\d+)?\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?)\s*$",
}
_ID: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_LETTERS = "".join(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in table.RESERVED_LETTERS)
_RESERVED_CAPITALS = "".join(table.RESERVED_LETTERS).upper()
_SCALARS: Mapping[Kind, Schema] = {
    Kind.TEXT: _TEXT,
    Kind.ID: _ID,
    Kind.NAME: _TEXT,
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
_DEFINITIONS: Mapping[str, MapKind] = {
    **table.ITEMS,
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
    Kind.CAPTURE: {
        "anyOf": [
            _one_or_many(_ref("question_name")),
            {
                **_map_of(_TEXT),
                "properties": {note.value: {"description": text, **_TEXT} for note, text in MEANINGS.items()},
            },
        ]
    },
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
    **dict.fromkeys((Kind.TEXTS, Kind.NAMES, Kind.CONDITIONS), _TEXT),
    Kind.IDS: _ID,
    Kind.PATHS: _SCALARS[Kind.PLAYBOOK],
}


def build_schema(library: Library, names: Sequence[str] = ()) -> Schema:
    """Return the schema with the names in the playbooks `names`; see `collect_names`."""
    return _SchemaBuilder(collect_names(library, names)).build()


def update_schema(folder: Path, library: Library) -> None:
    """Overwrite the schema in a folder that has one. Raises `CannotWrite`."""
    path = folder / SCHEMA_FILE
    if path.is_file():
        text = json.dumps(build_schema(library), indent=1, ensure_ascii=False) + "\n"
        write_private(path, text, force=True)


class _SchemaBuilder:
    def __init__(self, author_names: AuthorNames) -> None:
        self.author_names = author_names

    def build(self) -> Schema:
        definitions = {name: self._map_schema(map_kind) for name, map_kind in _DEFINITIONS.items()}
        name_schemas = {f"{kind.name.lower()}_name": self._name_schema(kind) for kind in NameKind}
        file_schema = self._playbook_or_library()
        kinds = {name: map_kind.fields[name] for name, map_kind in table.ITEMS.items()}
        title = "an item: a section, a question, something to say, or one of a library"
        item = self._map_schema(MapKind(title, kinds))
        overriding_item = self._map_schema(MapKind("an item, or an inherited question", {**kinds, **table.ASK.fields}))
        single = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": _ref("answer")}
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "salesnerd playbook",
            "description": "A playbook: the questions of a call, what to do with the answers, and how it may end.",
            "type": "object",
            "if": _INHERITS,
            "then": _for_overrides(file_schema),
            "else": file_schema,
            "definitions": {
                **definitions,
                "detour_over": _for_overrides(_without_required(definitions["detour"])),
                "outcome_over": _without_required(definitions["outcome"]),
                **name_schemas,
                "item": _item_schema(item),
                "item_over": _item_schema({**overriding_item, "required": ["id"]}),
                "answer": self._answer_schema(),
                "answers": {"anyOf": [_map_of(_ref("answer")), {"type": "array", "items": {"anyOf": [_TEXT, single]}}]},
            },
        }

    def _playbook_or_library(self) -> Schema:
        library = self._file_schema(("playbook", "agenda", "prep", "tests", "extends"), "library")
        return {
            "if": {"required": ["library"]},
            "then": library,
            "else": self._file_schema(("library", "questions"), "playbook"),
        }

    def _file_schema(self, without: Sequence[str], required: str) -> Schema:
        fields = {name: field for name, field in table.FILE.fields.items() if name not in without}
        return {**self._map_schema(MapKind(table.FILE.title, fields)), "required": [required]}

    def _map_schema(self, map_kind: MapKind) -> Schema:
        schema: Schema = {
            "type": "object",
            "title": map_kind.title,
            "additionalProperties": False,
            "properties": {name: self._field_schema(field) for name, field in self._fields_by_spelling(map_kind)},
        }
        required = [field.name for field in map_kind.fields.values() if field.required]
        return {**schema, "required": required} if required else schema

    def _fields_by_spelling(self, map_kind: MapKind) -> Iterator[tuple[str, Field]]:
        """Yield each field by its name and by its aliases."""
        yield from map_kind.fields.items()
        for alias, name in table.FIELD_ALIASES.items():
            if name in map_kind.fields:
                yield alias, map_kind.fields[name]

    def _field_schema(self, field: Field) -> Schema:
        default = f"\n\nWithout it: {field.default}." if field.default else ""
        return {"description": field.meaning + default, **self._value_schema(field)}

    def _value_schema(self, field: Field) -> Schema:
        if field.kind is Kind.CAPTURE:
            return dict(_NESTED[field.kind])
        if field.name_kind and field.kind in (Kind.TEXT_MAP, Kind.NOTES):
            return self._map_by_name(field, field.name_kind)
        if field.name_kind:
            name = _ref(f"{field.name_kind.name.lower()}_name")
            return _one_or_many(name) if field.kind in _LISTS else {"allOf": [name]}
        if field.choices:
            choice: Schema = {"enum": list(field.allowed_values)}
            return _one_or_many(choice) if field.kind is Kind.SOME_OF else choice
        if field.kind in _LISTS:
            return _one_or_many(_LISTS[field.kind])
        return dict(_NESTED.get(field.kind) or _SCALARS[field.kind])

    def _name_schema(self, kind: NameKind) -> Schema:
        descriptions = self.author_names.names[kind]
        other_name = _ID if kind in (*table.AUTHOR_NAME_KINDS, NameKind.ITEM) else _TEXT
        if kind in (NameKind.PLAYBOOK, NameKind.LIBRARY):
            other_name = _SCALARS[Kind.PLAYBOOK]
        if not descriptions:
            return dict(other_name)
        return {
            "anyOf": [
                *({"const": name, "description": description} for name, description in descriptions.items()),
                other_name,
            ]
        }

    def _map_by_name(self, field: Field, kind: NameKind) -> Schema:
        """Return the schema of a map by names of a kind, or others; `picks` offers the labels of the answers."""
        kinds = (NameKind.OUTCOME, NameKind.GATE, NameKind.DETOUR) if kind is NameKind.ANY else (kind,)
        text = _ANY_TEXT if field.kind is Kind.NOTES else _TEXT
        properties = {}
        descriptions: dict[str, str] = {}
        for one in kinds:
            descriptions |= self.author_names.names[one]
        for name, description in descriptions.items():
            labels = self.author_names.labels.get(name) if field.name == "picks" else None
            value: Schema = {"anyOf": [{"enum": labels}, text]} if labels else dict(text)
            properties[name] = {"description": description, **value}
        return {"type": "object", "properties": properties, "additionalProperties": text}

    def _answer_schema(self) -> Schema:
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


def _for_overrides(schema: Any) -> Any:
    """Return a schema for files that inherit, in which items may have only the fields that change."""
    if isinstance(schema, Mapping):
        return {
            key: _OVERRIDE_REFS.get(value, value) if key == "$ref" else _for_overrides(value)
            for key, value in schema.items()
        }
    return [_for_overrides(item) for item in schema] if isinstance(schema, list) else schema


def _without_required(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "required"}


def _item_schema(default: Schema) -> Schema:
    """Return the schema of an item, chosen by the field of its kind; `default` is for an item without a kind."""
    schema = default
    for name in reversed(list(table.ITEMS)):
        schema = {"if": {"type": "object", "required": [name]}, "then": _ref(name), "else": schema}
    return {"type": "object", **schema}
