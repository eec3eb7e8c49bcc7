"""Telling someone what to click. Guiding a hands-on test step by step is work for them, not telling about us."""

from __future__ import annotations

from salesnerd_tui.coach.words import phrases

_VERBS = (
    "(?:open|click|press|select|choose|pick|type|enter|go|scroll|drag|drop|try|log|sign|register|create|"
    "add|move|upload|download|export|find|check|look|tap|swipe|fill|write|put|turn|switch|share|start|"
    "refresh|reload|delete|remove|edit|save|close|search|use|change|make|run|test|navigate|copy|paste|"
    "send|take|see|set|connect)"
)
_STEPS = phrases(
    f"(?:please|now|so|okay|then|next|just|first|and|go ahead and) (?:please |now |just |then )?{_VERBS}(?: (?:the|a|"
    f"an|on|to|it|this|that|in|into|your|any|some|one|your|here|out|up|down|back|for|over|and))",
    f"(?:you|you'll) (?:now |then |just |also )?(?:need|have|should|must|want|can now) (?:to )?(?:now |also |just |"
    f"please )?{_VERBS}",
    f"(?:can|could|would|will|may) you (?:please |now |just |also |then |try )*(?:to )?{_VERBS}",
    f"^{_VERBS} (?:the|a|an|on|to|it|this|that|in|your|any|one|here|into)",
    "(?:your|the|next|first|second|third|new|another) (?:task|scenario|step|test|case)(?: [a-z]+)? (?:is|was|now|"
    "here|number|will)",
    "(?:task|scenario|step|test|test case) (?:one|two|three|four|five|six|seven|eight|number|1|2|3|4|5|6|7|8)",
    "(?:imagine|suppose|assume) (?:that )?(?:you|you're)",
    "(?:acceptance|usability|user) test(?:s|ing)?",
    "expected (?:result|results|outcome|behaviou?r)",
    "you should (?:now )?(?:see|be able|get|have)",
    "we (?:need|want|would like|ask|'d like) (?:to ask )?you to",
    "try (?:to|it|this|that|using)",
    "i(?:'ll| will) (?:send|give) you (?:the|a) (?:link|task|scenario|access|password|login)",
)


def guides(line: str) -> bool:
    """True when this sentence of mine tells them the next step of something they are doing."""
    return bool(_STEPS.search(line))
