"""What people call a field who have written such lists elsewhere: spelling alone does not lead from `if` to `when`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_MEANT: Mapping[str, tuple[str, ...]] = {
    "title": ("playbook", "section", "ask"),
    "name": ("playbook", "id", "who", "it"),
    "description": ("goal", "why", "who"),
    "purpose": ("goal", "why"),
    "objective": ("goal", "why"),
    "duration": ("minutes",),
    "time": ("minutes",),
    "language": ("lang",),
    "variables": ("vars",),
    "questions": ("agenda",),
    "items": ("agenda",),
    "steps": ("agenda",),
    "sections": ("agenda",),
    "script": ("agenda", "say"),
    "endings": ("outcomes",),
    "results": ("outcomes",),
    "objections": ("detours",),
    "personas": ("rehearsal",),
    "question": ("ask",),
    "prompt": ("ask",),
    "text": ("ask", "say"),
    "q": ("ask",),
    "key": ("id",),
    "if": ("when",),
    "condition": ("when",),
    "only_if": ("when",),
    "depends_on": ("when",),
    "required": ("priority",),
    "mandatory": ("priority",),
    "optional": ("priority",),
    "importance": ("priority",),
    "options": ("choices", "answers"),
    "values": ("choices",),
    "responses": ("answers",),
    "follow_up": ("probes", "probe"),
    "follow_ups": ("probes", "probe"),
    "followup": ("probes", "probe"),
    "followups": ("probes", "probe"),
    "note": ("why",),
    "notes": ("why",),
    "hint": ("why",),
    "tip": ("why",),
    "rationale": ("why",),
    "signals": ("listen_for",),
    "red_flags": ("listen_for",),
    "score": ("points",),
    "next": ("goto",),
    "then": ("goto", "probe"),
    "jump": ("goto",),
    "go_to": ("goto",),
    "outcome": ("end",),
    "type": ("decision",),
    "owner": ("by",),
    "speaker": ("by",),
    "url": ("link",),
}
_HOW: Mapping[str, str] = {"priority": "priority: must"}


def meant_by(word: str, fields: Collection[str]) -> str:
    """The one of `fields` that `word` is another word for, or nothing."""
    return next((field for field in _MEANT.get(word.lower().replace("-", "_"), ()) if field in fields), "")


def how(field: str) -> str:
    """How it is written, where its name alone says too little."""
    return _HOW.get(field, field)
