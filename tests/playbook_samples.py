"""The frame of sample playbooks: a complete playbook around the lines that a test is about."""

from __future__ import annotations

import textwrap

from salesnerd_tui.playbook.lint.rule import ENDINGS, OUTCOMES


def book(agenda: str = "", more: str = "", head: str = "", outcomes: str = OUTCOMES) -> str:
    """Return a valid playbook with these `agenda` items before its verdict, and the fields `more` below."""
    items = textwrap.indent(textwrap.dedent(agenda).strip("\n"), "  ")
    return "".join(
        part if part.endswith("\n") or not part else part + "\n"
        for part in (
            "playbook: Sample",
            textwrap.dedent(head).strip("\n"),
            "agenda:",
            items,
            ENDINGS,
            outcomes,
            textwrap.dedent(more).strip("\n"),
        )
    )
