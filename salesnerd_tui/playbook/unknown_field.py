"""Findings for unknown and missing fields, with what the author most likely meant.

Words of other tools and of older files lead to the names in the playbook language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import Finding, closest_match, error, join_names, warning
from salesnerd_tui.playbook.fields import Field, Kind, MapKind
from salesnerd_tui.playbook.yaml_errors import split_text_hint
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq


def unknown_field(key: Scalar, map_kind: MapKind, node: Map, ancestors: Sequence[MapKind]) -> Finding:
    """Return the finding for an unknown key of a map; an exact synonym takes precedence over a similar spelling.

    `ancestors` are the kinds of the maps that contain the map, the innermost last.
    """
    name = key.text
    unused = [known for known in map_kind.fields if known not in node.entries]
    current_name = find_current_name(name, unused)

    report = warning if name in _FIELDS_WITHOUT_EFFECT else error

    def finding(hint: str, fix: str = "", code: str = "P111") -> Finding:
        return report(code, f"'{name[:60]}' is not a field of {map_kind.title}", key.location, hint, fix)

    if hint := _REMOVED_FIELDS.get(name, ""):
        return finding(hint)
    if not current_name and _is_after_text(key, map_kind, node) and (hint := split_text_hint(node, key)):
        return finding(hint)
    if name in ("agenda", "questions", "parts", "items") and "section" in node:
        return finding("its questions follow it in the same list, indented like `- section`")
    if synonym := find_synonym(name, unused):
        if synonym == "goto" and "follow_ups" in unused and _is_sentence(node.get(name)):
            synonym = "follow_ups"
        spelling = _SYNONYM_SPELLING.get(_normalize(name)) or _SYNONYM_SPELLING.get(synonym, synonym)
        return finding(f"here it is called '{spelling}'", current_name)
    if hint := find_advice(name, map_kind.fields):
        return finding(hint)
    if hint := _right_place(key, map_kind, node, ancestors):
        return finding(hint, code="P113")
    if match := closest_match(name, unused):
        return finding(f"did you mean '{match}'?", match)
    return finding(f"its fields: {join_names(map_kind.fields, 12)}")


def _find_owner(value: Node | None) -> str:
    """Return the field of the file whose maps have all fields of a map, such as `outcomes`; empty if none has."""
    names = set(value.entries) if isinstance(value, Map) else set()
    owners = (name for name, kind in _VALUE_KINDS.items() if name in table.FILE.fields and names <= kind.fields.keys())
    return next(owners, "") if names else ""


def _is_sentence(value: Node | None) -> bool:
    """Return whether a value is what to say, rather than the id of a question."""
    return isinstance(value, Seq) or (isinstance(value, Scalar) and " " in value.text)


def _is_after_text(key: Scalar, map_kind: MapKind, node: Map) -> bool:
    """Return whether the entry before a key is a text that a comma may have split."""
    names = list(node.entries)
    previous_field = map_kind.fields.get(names[max(names.index(key.text) - 1, 0)])
    return previous_field is None or previous_field.kind in (Kind.TEXT, Kind.TEXTS)


def _right_place(key: Scalar, map_kind: MapKind, node: Map, ancestors: Sequence[MapKind]) -> str:
    """Return where a field of another kind of map belongs, or an empty string if it is rather a typo in this map.

    The hint mentions the indentation only if a map around the key, or one that ends just above it, has the field.
    """
    field_name = key.text
    if map_kind is table.FILE and (owner := _find_owner(node.get(field_name))):
        return f"indent it under `{owner}:`"
    if map_kind is table.DETOUR and field_name in table.ITEMS:
        return f"write it under `agenda:`, as `- {field_name}: …`"
    if map_kind is table.ANSWER and field_name in ("answers", "choices"):
        return (
            "an answer leads to one follow-up: for the next level, `goto:` a question with answers of its own, "
            "or ask it with `when:`"
        )
    kinds = [other for other in _MAP_KINDS if field_name in other.fields and other is not map_kind]
    kinds = [kind for kind in kinds if kind is not table.FILE] or kinds
    unused = [known for known in map_kind.fields if known not in node.entries]
    match = closest_match(field_name, unused)
    if not kinds or (match and match[:3] == field_name[:3]):
        return ""
    ancestor = next((kind for kind in reversed(ancestors) if kind in kinds), None)
    if ancestor is not None and not node.is_flow:
        return f"it belongs to {ancestor.title}: this line is indented too far"
    kind_above = next((kind for kind in _maps_ending_above(key, node) if kind in kinds), None)
    if kind_above is not None and not node.is_flow:
        return f"it belongs to {kind_above.title}: indent this line like the fields of {kind_above.title}"
    if kinds[0] is table.COACH:
        return f"write it under `coach:`, as `{field_name}: …`"
    if kinds[0] is table.ANSWER and map_kind is table.ASK and isinstance(value := node.get(field_name), Scalar):
        return f"it belongs to an answer, as in `What you hear: {{{field_name}: {value.text[:40]}}}`"
    return f"it belongs to {kinds[0].title}"


def _maps_ending_above(key: Scalar, node: Map) -> Iterator[MapKind]:
    """Yield the kinds of the maps that end just above a key, which its line may have been meant for."""
    entry: tuple[str, Node] | None = None
    for name, (key_node, value) in node.entries.items():
        if key_node is key:
            break
        entry = name, value
    while entry is not None:
        name, value = entry
        last = value.items[-1] if isinstance(value, Seq) and value.items else value
        if not isinstance(last, Map) or not last.entries:
            return
        kind = next((kind for word, kind in table.ITEMS.items() if word in last.entries), _VALUE_KINDS.get(name))
        if kind is not None:
            yield kind
        inner = list(last.entries)[-1]
        entry = (name if kind is None else inner), last.entries[inner][1]


_VALUE_KINDS = {"answers": table.ANSWER, "detours": table.DETOUR, "outcomes": table.OUTCOME, "buyers": table.BUYER}
_MAP_KINDS = (table.ASK, table.SECTION, table.ANSWER, table.FILE, table.DETOUR, table.OUTCOME, table.COACH, table.TEST)
"""Kinds of maps in which a misplaced field may belong, the likeliest first."""


def missing_field(field: Field, node: Map, map_kind: MapKind) -> Finding | None:
    """Return the finding for a missing required field; None if an unknown field probably means it."""
    unknown = [key for key in node.entries if key not in map_kind.fields]
    if any(closest_match(key, (field.name,)) or find_synonym(key, (field.name,)) for key in unknown):
        return None
    if field.kind is Kind.ITEMS and any(key in table.ITEMS for key in unknown):
        return None
    meaning = field.meaning[0].lower() + field.meaning[1:].rstrip(".")
    hint = f"one of: {join_names(field.allowed_values)}" if field.allowed_values else f"add `{field.name}:`, {meaning}"
    location = next(iter(node.entries.values()))[0].location if node.entries else node.location
    return error("P112", f"{map_kind.title} needs '{field.name}'", location, hint)


def unknown_kind(node: Map) -> Finding:
    """Return the finding for an item without a section, ask, say or include."""
    keys = [key for key, _ in islice(node.entries.values(), 20)]
    message = "not one of section, ask, say and include"
    for guess, hint in ((find_synonym, "here it is called '{}'"), (closest_match, "did you mean '{}'?")):
        match = next(((key, kind) for key in keys if (kind := guess(key.text, table.ITEMS))), None)
        if match:
            return error("P110", message, match[0].location, hint.format(match[1]), match[1])
    hint = "an item needs exactly one of them"
    if destination := next((key.text for key in keys if key.text in table.DESTINATIONS), ""):
        hint = f"an answer has `{destination}:`, so write it under `answers:`"
    return error("P110", message, keys[0].location if keys else node.location, hint)


_FORMER_NAMES: Mapping[str, str] = {
    "record": "capture",
    "drift": "coach",
    "you_talk_max": "max_talk_ratio",
    "one_stretch_max": "max_monologue",
    "late_after": "running_late_after",
    "unasked_product_talk_max": "max_unprompted_product_talk",
    "probe": "follow_ups",
    "probes": "follow_ups",
    "choices": "answers",
    "also": "phrasings",
    "each": "defaults",
    "was": "aliases",
    "again": "repeatable",
    "by": "speaker",
    "job": "buying_job",
    "hear": "they_say",
    "parts": "questions",
    "rehearsal": "buyers",
    "lit": "met",
    "dark": "unmet",
    "back_to": "returns_to",
    "locked": "avoid",
    "on_request": "if_asked",
    "open": "allowed",
}
"""Current names of fields, and of values of `product_talk`, that were renamed before the first release."""

_REMOVED_FIELDS: Mapping[str, str] = {
    "once": "here it is called 'repeatable', the other way round: `repeatable: no`",
    "replace": "`remove:` the inherited question, and write a new one with its id",
    "max_questions_in_a_row": "remove the line: the coach does not count questions",
    "in_a_row_max": "remove the line: the coach does not count questions",
}
"""Fields that were removed from the language, and what to write instead."""

_FIELDS_WITHOUT_EFFECT = ("max_questions_in_a_row", "in_a_row_max")
"""Removed fields that nothing ever read: a playbook that still has one loads, because its calls stay the same."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    word: tuple(fields.split())
    for fields, words in (
        ("playbook section ask", "title"),
        ("playbook id who it", "name"),
        ("goal why who it", "description summary"),
        ("goal why", "purpose objective notes"),
        ("why goal", "reason help context rationale hint tip note comment comments"),
        ("minutes", "duration time length timebox mins min"),
        ("lang", "language"),
        ("vars", "variables"),
        ("extends", "inherits parent"),
        ("use", "imports libraries"),
        ("agenda", "questions items steps sections flow topics"),
        ("agenda say", "script"),
        ("prep", "preparation"),
        ("outcomes", "endings results"),
        ("detours", "objections digressions interruptions faq"),
        ("gates needs", "conditions criteria"),
        ("buyers", "personas"),
        ("section", "heading header topic chapter"),
        ("ask", "question prompt q"),
        ("ask say", "text"),
        ("say", "message statement speech close closing"),
        ("id", "key field"),
        ("when needs", "if condition only_if depends_on"),
        ("priority", "required mandatory optional importance must should could"),
        ("answers", "options values responses branches"),
        ("follow_ups", "followup followups"),
        ("phrasings listen_for", "example examples"),
        ("phrasings", "variants wordings"),
        ("listen_for", "signals red_flags cues"),
        ("avoid", "donts dont"),
        ("points", "score"),
        ("goto", "next jump go_to"),
        ("goto follow_ups", "then"),
        ("ends end", "outcome expect expects expected"),
        ("decision", "type"),
        ("needs", "requires require gate"),
        ("capture", "fields"),
        ("they_say", "triggers trigger"),
        ("they_say say", "says"),
        ("they_say phrasings", "phrases"),
        ("key", "shortcut hotkey"),
        ("speaker", "owner"),
        ("link", "url source links"),
    )
    for word in words.split()
}
"""Fields that a word may mean, the likeliest first; the first one that is allowed in its place counts."""

_SYNONYM_SPELLING: Mapping[str, str] = {
    "optional": "priority: could",
    "should": "priority: should",
    "could": "priority: could",
    "priority": "priority: must",
}
"""Text to write for a synonym if the name of the field is not enough."""

_ADVICE: Mapping[str, tuple[str, str]] = {
    word: (field, advice)
    for words, field, advice in (
        ("unless skip_if", "when", "write the opposite under `when:`, like `when: not (…)`"),
        ("if_yes if_no yes no", "answers", "write it under `answers:`, as `What you hear: What you ask next`"),
        ("multiple", "answers", "a question takes one note, in which several things can be written; delete the line"),
        ("default", "answers", "a question has no default answer (without an answer it stays open); delete the line"),
        ("pause silence", "", "write it as a cue: `avoid: filling the silence`"),
        *((word, "", f"write it in a comment: `# {word}: …`") for word in ("author", "version", "updated", "license")),
    )
    for word in words.split()
}
"""Field that a map must have for the advice (empty for any map), and the advice, by a word that no field means."""


def _invert(*groups: tuple[str, str]) -> dict[str, str]:
    return {word: field for field, words in groups for word in words.split()}


_VALUE_SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "priority": _invert(
        ("must", "high highest required mandatory critical important yes true"),
        ("should", "medium normal default recommended"),
        ("could", "low lowest optional nice_to_have no false may can"),
    ),
    "decision": _invert(
        ("go", "yes won win proceed advance accept qualified pursue"),
        ("no-go", "no lost lose stop reject declined disqualified"),
        ("not-yet", "later maybe wait hold nurture pending postponed paused"),
    ),
    "type": _invert(
        ("text", "string str free open long textarea"),
        ("number", "int integer float count percent"),
        ("money", "currency price amount budget"),
        ("date", "datetime day deadline time"),
        ("person", "contact name who"),
        ("people", "contacts names team"),
        ("choice", "select enum radio dropdown multiple_choice"),
        ("scale", "rating stars likert slider"),
    ),
    "product_talk": _invert(("avoid", "no never forbidden"), ("allowed", "yes always free")),
}
_YES_NO_TYPES = frozenset(("yesno", "yes_no", "bool", "boolean", "checkbox", "flag"))
"""Types of yes-or-no questions in other tools; here such a question has answers."""


def _normalize(word: str) -> str:
    return word.strip().strip("\"'“”‘’").lower().replace("-", "_").replace(" ", "_")


def find_current_name(word: str, fields: Collection[str]) -> str:
    """Return the current name of a renamed field or value if it is one of `fields`, else an empty string."""
    name = _FORMER_NAMES.get(word, "")
    return name if name in fields else ""


def find_synonym(word: str, fields: Collection[str]) -> str:
    """Return the one of `fields` that `word` is a synonym of, or an empty string."""
    word = _normalize(word)
    if word in fields:
        return word
    return find_current_name(word, fields) or next((field for field in SYNONYMS.get(word, ()) if field in fields), "")


def find_advice(word: str, fields: Collection[str]) -> str:
    """Return what to write instead of a word that no field means, or an empty string."""
    owner, _, part = word.partition(".")
    if part and owner in fields:
        return f"write `{owner}: {{{part[:40]}: …}}`"
    field, advice = _ADVICE.get(_normalize(word), ("", ""))
    return advice if not field or field in fields else ""


def find_value_synonym(word: str, field: str, values: Collection[str]) -> str:
    """Return the one of a field's `values` that `word` is a synonym of, or an empty string."""
    value = _normalize(word).replace("_", "-")
    if value in values:
        return value
    synonym = _VALUE_SYNONYMS.get(field, {}).get(_normalize(word), "")
    return synonym if synonym in values else ""


def is_yes_no_type(word: str) -> bool:
    return _normalize(word) in _YES_NO_TYPES
