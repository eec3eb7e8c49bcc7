"""Small whole playbooks for samples, so that a sample shows its point and nothing else."""

from __future__ import annotations

import textwrap

_ENDINGS = """\
  - ask: What shall we do from here?
    id: verdict
    answers:
      Go on together: {end: go_on}
      Later in the year: {end: later}
      Not for us: {end: part}
"""
OUTCOMES = """\
outcomes:
  go_on: {decision: go}
  later: {decision: not-yet, record: [revisit_on]}
  part: {decision: no-go}
"""


def book(agenda: str = "", more: str = "", head: str = "", outcomes: str = OUTCOMES) -> str:
    """A playbook that ends well, with `agenda` items before its verdict and `more` fields below."""
    items = textwrap.indent(textwrap.dedent(agenda).strip("\n"), "  ")
    return "".join(
        part if part.endswith("\n") or not part else part + "\n"
        for part in (
            "playbook: Sample",
            textwrap.dedent(head).strip("\n"),
            "agenda:",
            items,
            _ENDINGS,
            outcomes,
            textwrap.dedent(more).strip("\n"),
        )
    )
