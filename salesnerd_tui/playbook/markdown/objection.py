"""Objections of a document: what the other side says, and what to reply."""

from __future__ import annotations

import re

from msgspec import Struct

from salesnerd_tui.playbook.markdown.block import Unit
from salesnerd_tui.playbook.markdown.label import Labelled
from salesnerd_tui.playbook.markdown.sentence import branch_of, starts_quoted, unquoted

_REPLIED = re.compile(
    r"""^(?P<said>["“„«].+?["”“»])(?:\s*(?::|[–—-]+|->|→|=>)\s*)(?:(?:you\s)?(?:say|ask|reply|answer)\s*:?\s*)?(?P<reply>\S.*)$""",
    re.IGNORECASE,
)
_IF_THEY_SAY = re.compile(
    r"""^(?:if|when)\s(?:they|he|she|somebody|someone|(?:the\s|a\s)?(?:customer|prospect|buyer|client|lead))\s
      (?:say|says|ask|asks|object|objects|mention|mentions|answer|answers|want|wants)\b
      (?:\s(?:that|for|about|to\sknow))?[\s:,]*
      (?P<said>["“„«].+?["”“»]|[^"“„«→:,]{2,120}?)
      (?:\s*(?::|,|->|→|=>|\s[–—-]+\s)\s*(?:(?:you\s)?(?:say|ask|reply|answer|respond)(?:\swith)?\s*:?\s*)?(?P<reply>\S.*))?$""",
    re.IGNORECASE | re.VERBOSE,
)


class Objection(Struct, frozen=True):
    """Words of the other side, and the reply behind them if there is one.

    `is_described` says that the document does not quote them: `If they ask for the price`.
    """

    said: str
    reply: str = ""
    is_described: bool = False


def said_of(text: str) -> Objection | None:
    """Return the objection in `If they say “too small” → ask “…”` or `“Too small” → “…”`; None if there is none."""
    found = _IF_THEY_SAY.match(text.strip(" :")) or _REPLIED.match(text)
    if found is None:
        return None
    return Objection(
        unquoted(found["said"]), unquoted((found["reply"] or "").strip()), not starts_quoted(found["said"])
    )


def objection_of(unit: Unit, text: str, labelled: Labelled | None) -> Objection:
    """Return the objection in an item of a list of objections; without a sign of a reply it has none."""
    found = said_of(text)
    branch = branch_of(text, True)
    if found:
        return found
    if labelled and (starts_quoted(labelled.label) or unit.bold):
        return Objection(labelled.label, labelled.rest)
    if branch:
        return Objection(branch.condition, branch.then)
    if 0 < unit.bold < len(text):
        return Objection(text[: unit.bold].strip(" :–—-→>"), text[unit.bold :].strip(" :–—-→>"))
    return Objection(text)
