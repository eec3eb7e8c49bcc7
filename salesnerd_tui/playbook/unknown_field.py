"""Unknown and missing fields: the findings that reject them, with what the author most likely meant.

Words from other tools and older files lead to their names in the playbook language.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import Finding, closest_match, error, join_names
from salesnerd_tui.playbook.fields import Field, Kind, MapKind
from salesnerd_tui.playbook.yaml_errors import split_text_hint
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq


def unknown_field(key: Scalar, shape: MapKind, node: Map, around: Sequence[MapKind]) -> Finding:
    """Return the finding for an unknown key of a map; an exact synonym takes precedence over a similar spelling.

    `around` are the kinds of the maps that contain it, the innermost last.
    """
    name = key.text
    free = [known for known in shape.fields if known not in node.entries]
    message = f"'{name[:60]}' is not a field of {shape.title}"
    former = find_current_name(name, free)
    split = split_text_hint(node, key) if node.is_flow and not former and _is_after_text(key, shape, node) else ""
    hint = _REMOVED_FIELDS.get(name) or split
    if not hint and name in ("questions", "parts", "items") and "section" in node:
        hint = "its questions follow it in the same list, indented like `- section`"
    if hint:
        return error("P111", message, key.location, hint)
    if meant := find_synonym(name, free):
        return error(
            "P111",
            message,
            key.location,
            f"here it is called '{_SYNONYM_SPELLING.get(_normalize(name)) or _SYNONYM_SPELLING.get(meant, meant)}'",
            former,
        )
    if advised := find_advice(name, shape.fields):
        return error("P111", message, key.location, advised)
    if hint := _right_place(key, shape, node, around):
        return error("P113", message, key.location, hint)
    close = closest_match(name, free)
    hint = f"did you mean '{close}'?" if close else f"its fields: {join_names(shape.fields, 12)}"
    return error("P111", message, key.location, hint, close)


def _is_after_text(key: Scalar, shape: MapKind, node: Map) -> bool:
    """Return whether the entry before a key is a text that a comma may have split."""
    names = list(node.entries)
    before = shape.fields.get(names[max(names.index(key.text) - 1, 0)])
    return before is None or before.kind in (Kind.TEXT, Kind.TEXTS)


def _right_place(key: Scalar, shape: MapKind, node: Map, around: Sequence[MapKind]) -> str:
    """Return where a field of another kind of map belongs; a typo of a field of this one returns nothing.

    Indentation is only mentioned if another level at this place has the field.
    """
    name = key.text
    if shape is table.DETOUR and name in table.ITEMS:
        return f"write it under `agenda:`, as `- {name}: …`"
    if shape is table.ANSWER and name in ("answers", "choices"):
        return (
            "an answer leads to one follow-up: for the next level, `goto:` a question with answers of its own, "
            "or ask it with `when:`"
        )
    homes = [other for other in _SEARCHED_KINDS if name in other.fields and other is not shape]
    homes = [home for home in homes if home is not table.FILE] or homes
    free = [known for known in shape.fields if known not in node.entries]
    close = closest_match(name, free)
    if not homes or (close and close[:3] == name[:3]):
        return ""
    outer = next((home for home in reversed(around) if home in homes), None)
    if outer is not None and not node.is_flow:
        return f"it belongs to {outer.title}: this line is too far in"
    above = next((home for home in _maps_ending_above(key, node) if home in homes), None)
    if above is not None and not node.is_flow:
        return f"it belongs to {above.title}: this line is too far out, indent it like the fields of that question"
    return f"it belongs to {homes[0].title}"


def _maps_ending_above(key: Scalar, node: Map) -> Iterator[MapKind]:
    """Yield the kinds of the maps that end just above a key: those its line could have been meant for."""
    above: tuple[str, Node] | None = None
    for name, (written, value) in node.entries.items():
        if written is key:
            break
        above = name, value
    while above is not None:
        name, value = above
        last = value.items[-1] if isinstance(value, Seq) and value.items else value
        if not isinstance(last, Map) or not last.entries:
            return
        kind = next((kind for word, kind in table.ITEMS.items() if word in last.entries), _VALUE_KINDS.get(name))
        if kind is not None:
            yield kind
        inner = list(last.entries)[-1]
        above = (name if kind is None else inner), last.entries[inner][1]


_VALUE_KINDS = {"answers": table.ANSWER, "detours": table.DETOUR, "outcomes": table.OUTCOME, "buyers": table.BUYER}
_SEARCHED_KINDS = (
    table.ASK,
    table.SECTION,
    table.ANSWER,
    table.FILE,
    table.DETOUR,
    table.OUTCOME,
    table.COACH,
    table.TEST,
)


def missing_field(known: Field, node: Map, shape: MapKind) -> Finding | None:
    """Return the finding for a required field that a map lacks; none if an unknown one is most likely meant as it."""
    unknown = [key for key in node.entries if key not in shape.fields]
    if any(closest_match(key, (known.name,)) or find_synonym(key, (known.name,)) for key in unknown):
        return None
    if known.kind is Kind.ITEMS and any(key in table.ITEMS for key in unknown):
        return None
    hint = f"one of: {join_names(known.allowed_values)}" if known.allowed_values else known.meaning
    location = next(iter(node.entries.values()))[0].location if node.entries else node.location
    return error("P112", f"{shape.title} needs '{known.name}'", location, hint)


def unknown_kind(node: Map) -> Finding:
    """Return the finding for an item that is not one of the kinds."""
    keys = [key for key, _ in islice(node.entries.values(), 20)]
    message = "not one of section, ask, say and include"
    for guess, hint in ((find_synonym, "here it is called '{}'"), (closest_match, "did you mean '{}'?")):
        found = next(((key, kind) for key in keys if (kind := guess(key.text, table.ITEMS))), None)
        if found:
            return error("P110", message, found[0].location, hint.format(found[1]), found[1])
    lost = next((key for key in keys if key.text in table.DESTINATIONS), None)
    hint = (
        f"an answer has `{lost.text}:`, so write it under `answers:`" if lost else "an item needs exactly one of them"
    )
    return error("P110", message, keys[0].location if keys else node.location, hint)


_FORMER_NAMES: Mapping[str, str] = dict(
    re.findall(
        r"(\w+)>(\w+)",
        "record>capture drift>coach you_talk_max>max_talk_ratio one_stretch_max>max_monologue "
        "late_after>running_late_after unasked_product_talk_max>max_unprompted_product_talk "
        "in_a_row_max>max_questions_in_a_row probe>follow_ups probes>follow_ups choices>answers also>phrasings "
        "each>defaults was>aliases again>repeatable by>speaker job>buying_job hear>they_say parts>questions "
        "rehearsal>buyers lit>met dark>unmet back_to>returns_to locked>avoid on_request>if_asked open>allowed",
    )
)
"""Fields, and values of `product_talk`, that were renamed before the first release, by their former name."""

_REMOVED_FIELDS: Mapping[str, str] = {
    "once": "here it is called 'repeatable', the other way round: `repeatable: no`",
    "replace": "`remove:` the inherited question, and write a new one with its id",
}
"""Fields that are no longer in the language, and what to write."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    word: tuple(fields.split())
    for fields, words in (
        ("playbook section ask", "title"),
        ("playbook id who it", "name"),
        ("goal why who", "description summary"),
        ("goal why", "purpose objective notes"),
        ("why goal", "reason help context rationale hint tip note comment comments"),
        ("minutes", "duration time length timebox"),
        ("lang", "language"),
        ("vars", "variables"),
        ("extends", "inherits parent"),
        ("use", "imports libraries"),
        ("agenda", "questions items steps sections flow"),
        ("agenda say", "script"),
        ("prep", "preparation"),
        ("outcomes", "endings results"),
        ("detours", "objections"),
        ("gates", "conditions"),
        ("buyers", "personas"),
        ("section", "heading header topic chapter"),
        ("ask", "question prompt q"),
        ("ask say", "text"),
        ("say", "message statement speech close closing"),
        ("id", "key field"),
        ("when", "if condition only_if depends_on"),
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
        ("end", "outcome"),
        ("decision", "type"),
        ("needs", "requires require"),
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
"""Fields that a word may mean, the likeliest first; the first one that is allowed at its place counts."""

_SYNONYM_SPELLING: Mapping[str, str] = {
    "optional": "priority: could",
    "should": "priority: should",
    "could": "priority: could",
    "priority": "priority: must",
}
"""Spelling of a synonym's field if its name alone is not clear enough."""

_ADVICE: Mapping[str, tuple[str, str]] = {
    word: (field, advice)
    for words, field, advice in (
        ("unless skip_if", "when", "write the opposite under `when:`, like `when: not (…)`"),
        ("if_yes if_no yes no", "answers", "write it under `answers:`, as `What you hear: What you ask next`"),
        (
            "multiple",
            "answers",
            "a question takes one note, in which several things can be written; delete the line",
        ),
        (
            "default",
            "answers",
            "a question has no default answer (without an answer it stays open); delete the line",
        ),
        ("pause silence", "", "write it as a cue: `avoid: filling the silence`"),
        *((word, "", f"write it in a comment: `# {word}: …`") for word in ("author", "version", "updated", "license")),
    )
    for word in words.split()
}
"""Words that have no field here: the field that must exist for the advice to apply (or none), and the advice."""


def _invert(*groups: tuple[str, str]) -> dict[str, str]:
    return {word: meant for meant, words in groups for word in words.split()}


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
    "product_talk": _invert(
        ("avoid", "no never forbidden"),
        ("allowed", "yes always free"),
    ),
}
_YES_NO_TYPES = frozenset(("yesno", "yes_no", "bool", "boolean", "checkbox", "flag"))
"""Types of a yes-or-no question, which is written with answers."""


def _normalize(word: str) -> str:
    return word.strip().strip("\"'“”‘’").lower().replace("-", "_").replace(" ", "_")


def find_current_name(word: str, fields: Collection[str]) -> str:
    """Return today's name of a renamed field or value if it is one of `fields`, else an empty string."""
    today = _FORMER_NAMES.get(word, "")
    return today if today in fields else ""


def find_synonym(word: str, fields: Collection[str]) -> str:
    """Return the one of `fields` that `word` is a synonym of, or an empty string."""
    word = _normalize(word)
    if word in fields:
        return word
    return find_current_name(word, fields) or next((field for field in SYNONYMS.get(word, ()) if field in fields), "")


def find_advice(word: str, fields: Collection[str]) -> str:
    """Return what to write instead of a word that has no field here, or an empty string."""
    field, advice = _ADVICE.get(_normalize(word), ("", ""))
    return advice if not field or field in fields else ""


def find_value_synonym(word: str, field: str, words: Collection[str]) -> str:
    """Return the one of a field's `words` that `word` is a synonym of, or an empty string."""
    meant = _normalize(word).replace("_", "-")
    if meant in words:
        return meant
    found = _VALUE_SYNONYMS.get(field, {}).get(_normalize(word), "")
    return found if found in words else ""


def is_yes_no_type(word: str) -> bool:
    """Return whether a type means a yes-or-no question."""
    return _normalize(word) in _YES_NO_TYPES
