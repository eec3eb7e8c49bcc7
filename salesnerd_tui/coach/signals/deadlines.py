"""By when, and to whom: what a promise says of its day and of the person it is made to, in the speaker's own words."""

from __future__ import annotations

from salesnerd_tui.coach.words import phrases

_DAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    "aug|sept?|oct|nov|dec)"
)
_ORDINAL = (
    "(?:\\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
    "thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_COUNT = "(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|fourteen|thirty|few|couple of|\\d+)"
_BY = "(?:by|on|until|till|before|from|latest|for)"
_PART = "(?:morning|noon|lunchtime|lunch|afternoon|evening|night)"
_AHEAD = "(?:this|next|coming|following)"
_MEETING = "(?:meeting|call|demo|release|session|exam)"

_DUE = phrases(
    f"(?:{_BY} |first thing )*(?:the |{_AHEAD} )*{_DAY}(?: {_PART})?(?: at the latest)?",
    f"(?:{_BY} )?(?:the )?(?:end|close|middle|start|beginning) of (?:the |this |next )?(?:day|business|play|week|"
    f"month|quarter|year|sprint|meeting|call|{_MONTH}|{_DAY})(?: (?:today|tomorrow|{_DAY}))?",
    f"(?:{_BY} )?(?:later |first thing )?(?:today|tonight|tomorrow)(?: {_PART}| itself)?",
    f"(?:{_BY} |in |during |within )?(?:the )?{_AHEAD} (?:couple of )?(?:days?|week|month|sprint|quarter|year|"
    f"{_MEETING}|version|spring|summer|autumn|fall|winter)(?: still)?",
    f"(?:in|within|inside) (?!a (?:minute|second|moment|sec))(?:the )?(?:next |another )?(?:a )?(?:{_COUNT} "
    ")+(?:working |business |more |of )*(?:minutes?|hours?|days?|weeks?|months?)",
    f"(?:right )?after (?:the|this|our) {_MEETING}",
    f"(?:{_BY} )(?:the )?(?:{_ORDINAL}|\\d{{1,2}})(?: of)? (?:{_MONTH}|(?:this|next|the) month)",
    f"(?:{_BY} |in |early |late )+(?:early |late |mid )?{_MONTH}(?: {_ORDINAL}| \\d{{1,2}})?",
    f"(?:{_BY} )the (?:{_ORDINAL}|\\d{{1,2}})(?! [a-z]+ed)",
    "(?:by|until|till|before|at|around) (?:noon|midnight|lunchtime|lunch|one|two|three|four|five|six|seven|eight|nine|"
    "ten|eleven|twelve|\\d{1,2})(?: o'clock| ish| am| pm| in the [a-z]+)?$",
    "(?:by|until|till|before|at|around) \\d{1,2}(?: \\d\\d)? (?:am|pm|o'clock)(?: (?:today|tomorrow))?",
    "(?:before|by|over|after|until) (?:the )?(?:weekend|summer|easter|christmas|holidays?|new year|spring|autumn|fall|"
    "winter)",
    "(?:before|by|in time for) your [a-z]+(?: [a-z]+)?(?: meets?)?",
    "calendar week [a-z0-9-]+",
    "(?:in the evening|in the morning|this evening|this afternoon|this morning|this week|immediately|straight away|"
    "right away|as soon as possible|asap)",
)
_TO = phrases(
    "(?:to|for|with) (?:you|your (?:team|boss|manager|colleagues?|office|board|director|people|operators?|it|"
    "auditors?|legal department)|the (?:team|customer|client|group|board|chat)|everyone|everybody|them)",
    "(?:send|give|show|email|mail|call|ring|text|tell|let|message|keep|get|bring|lend|owe|pass|drop|write) (?:you|"
    "everyone|everybody|them)",
    "your (?:inbox|auditors?|board|director)",
)


def due(line: str) -> str:
    """When, as it was said, or nothing."""
    found = _DUE.search(line)
    return found.group() if found else ""


def recipient(line: str) -> str:
    """To whom, as it was said, or nothing."""
    found = _TO.search(line)
    return found.group() if found else ""
