"""Words from other tools and older files, and their names in the playbook language."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_FORMER: Mapping[str, str] = {
    "record": "capture",
    "drift": "coach",
    "you_talk_max": "max_talk_ratio",
    "one_stretch_max": "max_monologue",
    "unasked_product_talk_max": "max_unprompted_product_talk",
    "in_a_row_max": "max_questions_in_a_row",
    "late_after": "running_late_after",
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
}
"""Fields that were renamed before the first release, by their former name."""

_FORMER_VALUES: Mapping[str, str] = {"locked": "avoid", "on_request": "if_asked", "open": "allowed"}
"""Values of `product_talk` that were renamed before the first release."""

_DROPPED: Mapping[str, str] = {
    "once": "here it is called 'repeatable', the other way round: `repeatable: no`",
    "replace": "`remove:` the inherited question, and write a new one with its id",
}
"""Fields that are no longer in the language, and what to write."""

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("playbook", "section", "ask"),
    "name": ("playbook", "id", "who", "it"),
    "description": ("goal", "why", "who"),
    "summary": ("goal", "why", "who"),
    "purpose": ("goal", "why"),
    "objective": ("goal", "why"),
    "reason": ("why", "goal"),
    "help": ("why", "goal"),
    "context": ("why", "goal"),
    "rationale": ("why", "goal"),
    "hint": ("why", "goal"),
    "tip": ("why", "goal"),
    "note": ("why", "goal"),
    "notes": ("goal", "why"),
    "comment": ("why", "goal"),
    "comments": ("why", "goal"),
    "duration": ("minutes",),
    "time": ("minutes",),
    "length": ("minutes",),
    "timebox": ("minutes",),
    "language": ("lang",),
    "variables": ("vars",),
    "inherits": ("extends",),
    "parent": ("extends",),
    "imports": ("use",),
    "libraries": ("use",),
    "questions": ("agenda",),
    "items": ("agenda",),
    "steps": ("agenda",),
    "sections": ("agenda",),
    "flow": ("agenda",),
    "script": ("agenda", "say"),
    "preparation": ("prep",),
    "endings": ("outcomes",),
    "results": ("outcomes",),
    "objections": ("detours",),
    "conditions": ("gates",),
    "personas": ("buyers",),
    "heading": ("section",),
    "header": ("section",),
    "topic": ("section",),
    "chapter": ("section",),
    "question": ("ask",),
    "prompt": ("ask",),
    "text": ("ask", "say"),
    "q": ("ask",),
    "message": ("say",),
    "statement": ("say",),
    "speech": ("say",),
    "close": ("say",),
    "closing": ("say",),
    "key": ("id",),
    "field": ("id",),
    "if": ("when",),
    "condition": ("when",),
    "only_if": ("when",),
    "depends_on": ("when",),
    "required": ("priority",),
    "mandatory": ("priority",),
    "optional": ("priority",),
    "importance": ("priority",),
    "options": ("answers",),
    "values": ("answers",),
    "responses": ("answers",),
    "branches": ("answers",),
    "followup": ("follow_ups",),
    "followups": ("follow_ups",),
    "example": ("phrasings", "listen_for"),
    "examples": ("phrasings", "listen_for"),
    "variants": ("phrasings",),
    "wordings": ("phrasings",),
    "signals": ("listen_for",),
    "red_flags": ("listen_for",),
    "cues": ("listen_for",),
    "donts": ("avoid",),
    "dont": ("avoid",),
    "score": ("points",),
    "next": ("goto",),
    "then": ("goto", "follow_ups"),
    "jump": ("goto",),
    "go_to": ("goto",),
    "outcome": ("end",),
    "type": ("decision",),
    "requires": ("needs",),
    "require": ("needs",),
    "fields": ("capture",),
    "triggers": ("they_say",),
    "trigger": ("they_say",),
    "says": ("they_say", "say"),
    "phrases": ("they_say", "phrasings"),
    "shortcut": ("key",),
    "hotkey": ("key",),
    "owner": ("speaker",),
    "url": ("link",),
    "source": ("link",),
    "links": ("link",),
}
"""Fields that a word may mean, the likeliest first; the first one that is allowed at its place counts."""

_WRITTEN: Mapping[str, str] = {"optional": "priority: could", "priority": "priority: must"}
"""Spelling of a synonym's field if its name alone is not clear enough."""

_ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "unless": ("when", "write the opposite under `when:`, like `when: not (…)`"),
    "skip_if": ("when", "write the opposite under `when:`, like `when: not (…)`"),
    "if_yes": ("answers", "write it under `answers:`, as `What you hear: What you ask next`"),
    "if_no": ("answers", "write it under `answers:`, as `What you hear: What you ask next`"),
    "yes": ("answers", "write it under `answers:`, as `What you hear: What you ask next`"),
    "no": ("answers", "write it under `answers:`, as `What you hear: What you ask next`"),
    "multiple": ("answers", "a question takes one note, in which several things can be written; delete the line"),
    "default": ("answers", "a question has no default answer (without an answer it stays open); delete the line"),
    "pause": ("", "write it as a cue: `avoid: filling the silence`"),
    "silence": ("", "write it as a cue: `avoid: filling the silence`"),
    "author": ("", "write it in a comment: `# author: …`"),
    "version": ("", "write it in a comment: `# version: …`"),
    "updated": ("", "write it in a comment: `# updated: …`"),
    "license": ("", "write it in a comment: `# license: …`"),
}
"""Words that have no field here: the field that must exist for the advice to apply (or none), and the advice."""

_VALUES: Mapping[str, Mapping[str, str]] = {
    "priority": {
        **dict.fromkeys(("high", "highest", "required", "mandatory", "critical", "important", "yes", "true"), "must"),
        **dict.fromkeys(("medium", "normal", "default", "recommended"), "should"),
        **dict.fromkeys(("low", "lowest", "optional", "nice_to_have", "no", "false", "may", "can"), "could"),
    },
    "decision": {
        **dict.fromkeys(("yes", "won", "win", "proceed", "advance", "accept", "qualified", "pursue"), "go"),
        **dict.fromkeys(("no", "lost", "lose", "stop", "reject", "declined", "disqualified"), "no-go"),
        **dict.fromkeys(("later", "maybe", "wait", "hold", "nurture", "pending", "postponed", "paused"), "not-yet"),
    },
    "type": {
        **dict.fromkeys(("string", "str", "free", "open", "long", "textarea"), "text"),
        **dict.fromkeys(("int", "integer", "float", "count", "percent"), "number"),
        **dict.fromkeys(("currency", "price", "amount", "budget"), "money"),
        **dict.fromkeys(("datetime", "day", "deadline", "time"), "date"),
        **dict.fromkeys(("contact", "name", "who"), "person"),
        **dict.fromkeys(("contacts", "names", "team"), "people"),
        **dict.fromkeys(("select", "enum", "radio", "dropdown", "multiple_choice"), "choice"),
        **dict.fromkeys(("rating", "stars", "likert", "slider"), "scale"),
    },
    "product_talk": {
        **dict.fromkeys(("no", "never", "forbidden"), "avoid"),
        **dict.fromkeys(("yes", "always", "free"), "allowed"),
    },
}
_TWO_WAYS = frozenset(("yesno", "yes_no", "bool", "boolean", "checkbox", "flag"))
"""Types of a yes-or-no question, which is written with answers."""


def _plain(word: str) -> str:
    return word.strip().strip("\"'“”‘’").lower().replace("-", "_").replace(" ", "_")


def renamed(word: str, fields: Collection[str]) -> str:
    """Return today's name of a renamed field or value if it is one of `fields`, else an empty string."""
    today = _FORMER.get(word) or _FORMER_VALUES.get(word, "")
    return today if today in fields else ""


def dropped_field(word: str) -> str:
    """Return what to write instead of a field that was dropped before the first release, or an empty string."""
    return _DROPPED.get(word, "")


def meant_by(word: str, fields: Collection[str]) -> str:
    """Return the one of `fields` that `word` is a synonym of, or an empty string."""
    word = _plain(word)
    if word in fields:
        return word
    return renamed(word, fields) or next((field for field in _FIELDS.get(word, ()) if field in fields), "")


def how(word: str, field: str) -> str:
    """Return how to write `field`, which `word` means."""
    return _WRITTEN.get(_plain(word)) or _WRITTEN.get(field, field)


def instead_of(word: str, fields: Collection[str]) -> str:
    """Return what to write instead of a word that has no field here, or an empty string."""
    field, advice = _ELSEWHERE.get(_plain(word), ("", ""))
    return advice if not field or field in fields else ""


def meant_value(word: str, field: str, words: Collection[str]) -> str:
    """Return the one of a field's `words` that `word` is a synonym of, or an empty string."""
    meant = _plain(word).replace("_", "-")
    if meant in words:
        return meant
    found = _VALUES.get(field, {}).get(_plain(word), "")
    return found if found in words else ""


def is_two_ways(word: str) -> bool:
    """Return whether a type means a yes-or-no question."""
    return _plain(word) in _TWO_WAYS


SYNONYMS = tuple(_FIELDS)
"""Return all words that mean a field."""


def fields_of(word: str) -> tuple[str, ...]:
    """Return the fields that a synonym may mean, the likeliest first."""
    return _FIELDS.get(word, ())
