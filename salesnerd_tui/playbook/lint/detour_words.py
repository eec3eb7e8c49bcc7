"""P313 and P314: the sentences that open a detour, and those that must not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesnerd_tui.playbook.diagnostics import Finding, Severity, warning
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.rule import book, rule
from salesnerd_tui.playbook.tree import Map, Scalar

_W = Severity.WARNING
_ASK = "- ask: What happened?\n  id: trigger\n"
_WORD = re.compile(r"[\w']+")
_DETOURS = """
detours:
  demo: {they_say: Can you show us, agenda: [{say: Happy to.}]}
  deck: {they_say: SECOND, agenda: [{say: Gladly.}]}
"""
_EXCLUDING = """
detours:
  demo:
    they_say: Can you show us a demo
    unless_they_say: NEGATIVE
    agenda: [{say: Happy to.}]
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().replace("’", "'")))


@rule(
    "P313",
    _W,
    "two detours with the same words",
    "The coach cannot know which of the two is meant and offers neither with confidence. Give each its own sentences.",
    bad=book(_ASK, _DETOURS.replace("SECOND", "Can you show us")),
    good=book(_ASK, _DETOURS.replace("SECOND", "Can you send us slides")),
)
def shared_words(book: LintContext) -> Iterator[Finding]:
    first: dict[tuple[str, ...], Scalar] = {}
    for name, detour in book.tree.under("detours"):
        for said in detour.scalars("they_say") if isinstance(detour, Map) else ():
            other = first.setdefault(_words(said.text), name)
            if other.text != name.text and _words(said.text):
                message = f"'{said.text[:60]}' opens the detour '{other.text}' too"
                yield warning("P313", message, said.spot, "keep the sentence in one of the two detours")


@rule(
    "P314",
    _W,
    "a detour that excludes its own words",
    "The closer wording wins, and the exclusion wins a tie: the detour is never offered on that sentence. "
    "`salesnerd playbook test` tries all sentences on the coach.",
    bad=book(_ASK, _EXCLUDING.replace("NEGATIVE", '"Can you show us a demo?"')),
    good=book(_ASK, _EXCLUDING.replace("NEGATIVE", "Let me show you our demo")),
)
def excludes_itself(book: LintContext) -> Iterator[Finding]:
    for name, detour in book.tree.under("detours"):
        if not isinstance(detour, Map):
            continue
        opening = {_words(said.text) for said in detour.scalars("they_say")}
        for excluded in detour.scalars("unless_they_say"):
            if _words(excluded.text) in opening:
                message = f"'{excluded.text[:60]}' both opens '{name.text}' and is excluded"
                yield warning("P314", message, excluded.spot, "delete it from one of the two lists")
