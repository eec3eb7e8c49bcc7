"""References inside a document: `go to question 5`, `skip to section 3`, `end the call`."""

from __future__ import annotations

import re

from msgspec import Struct

_GO = re.compile(
    r"""^(?:then\ |just\ |please\ )?(?:(?:go|skip|jump|move|proceed|continue|advance|return)\ (?:back\ |on\
      |ahead\ |straight\ |forward\ )?(?:to|with|at)|see|ask|→|->)\s+
      (?:the\ )?(?:(?P<kind>question|q|no\.?|number|\#|item|step|section|part|chapter|stage)\s*\#?\s*)?
      (?:(?P<number>\d{1,3}(?:\.\d{1,2})?[a-z]?)|["“]?(?P<title>[^"”.?!]{3,60}?)["”]?(?:\ section)?)[.!)]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_BARE = re.compile(r"^(?:q|question|\#)\s*(\d{1,3}(?:\.\d{1,2})?[a-z]?)\.?$", re.IGNORECASE)
_END = re.compile(
    r"""^(?:then\ |politely\ |just\ )?(?:end|stop|exit|quit|disqualif\w*|dq|walk\ away|close\ (?:it|the\ call)
      |hang\ up|wrap\ up|part\ ways|(?:not|no)\ (?:a\ )?(?:good\ )?fit|no[- ]go
      |(?:end|finish|close|stop|wrap\ up|leave)\ (?:the\ )?(?:call|conversation|meeting|discovery|it|here|there|deal)
      |thank\ (?:them|him|her|you)\b.{0,40}?\b(?:end|leave|stop|close|part|hang\ up|move\ on)\b.{0,20}
      |(?:politely\ )?(?:decline|withdraw)|walk)(?:\ (?:the\ )?(?:call|conversation|meeting|deal|opportunity
        |lead|here|politely|them|now))*[.!]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_LATER = re.compile(
    r"^(?:not[- ]yet|nurture(?: (?:them|it|list))?|park(?: it)?|revisit\b.{0,40}|(?:call|check"
    r"|come|circle) back\b.{0,40}|follow up (?:in|next|later)\b.{0,30})[.!]*$",
    re.IGNORECASE,
)


class Reference(Struct, frozen=True):
    """Target of a branch: a question's number, a heading, or an ending."""

    number: str = ""
    title: str = ""
    decision: str = ""
    is_section: bool = False


def reference_of(text: str) -> Reference | None:
    """Return where `text` leads, or None if it leads nowhere."""
    text = text.strip(" *_()")
    if _END.match(text):
        return Reference(decision="no-go")
    if _LATER.match(text):
        return Reference(decision="not-yet")
    bare = _BARE.match(text)
    if bare:
        return Reference(number=bare[1].lower())
    found = _GO.match(text)
    if found is None:
        return None
    is_section = (found["kind"] or "").lower() in ("section", "part", "chapter", "stage")
    if found["number"]:
        return Reference(number=found["number"].lower(), is_section=is_section)
    if text.lower().startswith(("ask", "see")):
        return None
    return Reference(title=found["title"].strip(), is_section=True)
