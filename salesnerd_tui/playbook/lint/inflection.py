"""The few forms of English verbs that a reworded question needs."""

from __future__ import annotations

_PAST = {
    "have": "had", "do": "did", "go": "went", "see": "saw", "get": "got", "make": "made", "take": "took",
    "find": "found", "lose": "lost", "pay": "paid", "buy": "bought", "sell": "sold", "send": "sent",
    "spend": "spent", "build": "built", "write": "wrote", "break": "broke", "run": "ran", "keep": "kept",
    "tell": "told", "think": "thought", "know": "knew", "give": "gave", "come": "came", "leave": "left",
    "meet": "met", "choose": "chose", "begin": "began", "bring": "brought", "hear": "heard", "hold": "held",
    "speak": "spoke", "grow": "grew", "feel": "felt", "say": "said", "fall": "fell", "hit": "hit", "cut": "cut",
    "put": "put", "set": "set", "let": "let", "read": "read", "shut": "shut", "split": "split", "quit": "quit",
    "catch": "caught", "teach": "taught", "win": "won", "stand": "stood", "deal": "dealt", "mean": "meant",
    "rewrite": "rewrote", "rebuild": "rebuilt", "undo": "undid", "redo": "redid", "draw": "drew", "drive": "drove",
    "wake": "woke", "throw": "threw", "show": "showed",
}  # fmt: skip
"""Past tense of irregular verbs."""

_PARTICIPLES = {
    "done": "did", "gone": "went", "seen": "saw", "gotten": "got", "taken": "took", "written": "wrote",
    "broken": "broke", "run": "ran", "known": "knew", "given": "gave", "come": "came", "chosen": "chose",
    "begun": "began", "spoken": "spoke", "grown": "grew", "fallen": "fell", "rewritten": "rewrote",
    "drawn": "drew", "driven": "drove", "shown": "showed", "thrown": "threw",
}  # fmt: skip
"""Past tense by past participle, where the two differ."""

_DOUBLED = frozenset(
    ("stop", "plan", "drop", "ship", "log", "tag", "swap", "cap", "scan", "skip", "map", "pin", "chat")
)
_VOWELS = "aeiou"


def past(base: str) -> str:
    """Return the past tense of a verb: `try` is `tried`."""
    if base in _PAST:
        return _PAST[base]
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLED else f"{base}ed"


def past_of_participle(participle: str) -> str:
    """Return the past tense for a past participle, or an empty string for any other word."""
    if participle in _PARTICIPLES:
        return _PARTICIPLES[participle]
    if participle in _PAST.values() or (participle.endswith("ed") and len(participle) > 4):
        return participle
    return ""


def third_person(base: str) -> str:
    """Return the form for he, she or who: `check` is `checks`."""
    if base in ("have", "do", "go"):
        return {"have": "has", "do": "does", "go": "goes"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh")):
        return f"{base}es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ies"
    return f"{base}s"
