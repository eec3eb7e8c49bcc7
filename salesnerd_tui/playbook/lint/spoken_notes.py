"""P419: notes in the middle of a sentence that is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesnerd_tui.playbook.diagnostics import Finding, Severity, advice
from salesnerd_tui.playbook.fields import BUILT_IN_TEXTS
from salesnerd_tui.playbook.lint.context import PLACEHOLDER, LintContext
from salesnerd_tui.playbook.lint.rule import book, rule

_ASKS = "- ask: What happened?\n  id: trigger\n- say: RECAP\n  id: recap\n"
_AFTER = re.compile(r"[\"”’']?\s*(?:[.!?…]|$|(?=[A-Z{]))")
_NEAR = 20
"""Characters before a slot that are examined: spaces and a quotation mark may follow the end of a sentence."""


@rule(
    "P419",
    Severity.ADVICE,
    "a note in the middle of a sentence",
    "A slot is filled only with a quote of theirs, and a quote is a sentence of its own: *It happens because “finance "
    "noticed it” every month* is nonsense to say. Put the slot behind a colon or make it a sentence. Without a quote "
    "that part is left out.",
    bad=book(_ASKS.replace("RECAP", "It happens because {trigger} every month.")),
    good=book(_ASKS.replace("RECAP", '"You told me what set this off: {trigger}. What did I get wrong?"')),
)
def note_in_mid_sentence(book: LintContext) -> Iterator[Finding]:
    constants = {*book.playbook.vars, *BUILT_IN_TEXTS, *book.set_names}
    for said in book.own_spoken:
        text = said.text.text
        for slot in PLACEHOLDER.finditer(text):
            name = slot[1]
            is_doubled = text[: slot.start()].endswith("{")  # P216 reports it
            if is_doubled or name in constants or name not in book.noted:
                continue
            before = text[max(0, slot.start() - _NEAR) : slot.start()].rstrip(" \t\n\"“‘'")
            if before[-1:] in {"", *".!?:…}"} and _AFTER.match(text, slot.end()):
                continue
            spot = said.text.within(slot.start(), slot.end() - slot.start())
            yield advice("P419", f"'{name}' is a note in the middle of a sentence", spot, "put it behind a colon")
