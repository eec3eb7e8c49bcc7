"""Telling someone what to click. Guiding a hands-on test step by step is work for them, not telling about us."""

from __future__ import annotations

from salesnerd_tui.coach.normalize import phrases

_VERBS = (
    "(?:open|click|press|select|choose|pick|type|enter|go|scroll|drag|drop|try|log|sign|register|create|add|move|"
    "upload|download|export|find|check|look|tap|swipe|fill|write|put|turn|switch|share|start|refresh|reload|delete|"
    "remove|edit|save|close|search|use|change|make|run|test|navigate|copy|paste|send|take|see|set|connect|imagine|"
    "read|follow|return)"
)
_WHAT = "(?: (?:the|a|an|on|to|it|this|that|in|into|your|any|some|one|here|out|up|down|back|for|over|and|again|there))"
_STEPS = phrases(
    f"^(?:(?:please|now|so|okay|then|next|just|first|and|alright|well|there) )*{_VERBS}{_WHAT}",
    f"(?:please|go ahead and) (?:now |just |then )?{_VERBS}",
    "(?:you|you'll) (?:now |then |just |also )?(?:need|have|should|must|want) (?:to )?(?:now |also |just |please |"
    f"only )?{_VERBS}",
    f"(?:can|could|would|will|may) you (?:please |now |just |also |then |try )*(?:to )?{_VERBS}",
    "(?:your|the|next|first|second|third|new|another) (?:task|scenario|step|test|test case) (?:is|was|now|here|will)",
    "(?:imagine|suppose|assume) (?:that )?(?:you|you're)",
    "(?:let's|we will|we'll|will now|now|begin|start|conduct|with) (?:[a-z]+ ){0,3}(?:acceptance|usability|user) "
    "test(?:s|ing)?",
    "expected (?:result|results|outcome|behaviou?r)",
    "you should (?:now )?(?:see|be able|get|have)",
    "we(?: need| want| would like| ask|'d like) (?:to ask )?you to",
    "(?:you can|you could) (?:now |please )?(?:try|click|open|go|test|check it|start)",
)


_REQUEST = phrases(f"(?:can|could|would|will) you (?:please |now |just |also |then |maybe |try to )*{_VERBS}")


def asks_to_do(line: str) -> bool:
    """True for an order in the shape of a question (*could you open it?*): the answer is a deed, not an answer."""
    return bool(_REQUEST.search(line))


def guides(line: str) -> bool:
    """True when this sentence of mine tells them the next step of something they are doing."""
    return bool(_STEPS.search(line))
