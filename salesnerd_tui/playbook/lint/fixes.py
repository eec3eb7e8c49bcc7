"""Edits of the texts in a playbook, as rules propose them."""

from __future__ import annotations

from salesnerd_tui.playbook.diagnostics import Edit
from salesnerd_tui.playbook.tree import Scalar
from salesnerd_tui.playbook.yaml_quotes import in_quotes, needs_quotes, quoted


def rewritten(node: Scalar, text: str) -> tuple[Edit, ...]:
    """Return the edit that replaces a text as it is written, in the quotes it has; none for a block (`|`, `>`)."""
    if node.style in ("|", ">"):
        return ()
    return (Edit(node.line, node.column, node.end_line, node.end_column, _in_style(node.style, text)),)


def _in_style(style: str, text: str) -> str:
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    if style == '"':
        return quoted(text)
    return in_quotes(text) if needs_quotes(text, flow=True) else text
