"""Findings for people: the line, a caret under the place, and what was most likely meant.

Columns count characters, as editors do; carets count cells, so that they stand under wide letters too. The text of a
playbook is hostile like any other and is cleaned before it is printed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from salesnerd_tui.playbook.findings import Finding, Severity
from salesnerd_tui.playbook.nodes import Source
from salesnerd_tui.text import one_line

WIDTH_MAX = 110
"""Cells of a source line that are shown; a long line is cut around the place."""


def cells(text: str) -> int:
    """How many cells a terminal gives a text."""
    return sum(
        0 if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf") else _width(char)
        for char in text
    )


def _width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def _printed(text: str) -> str:
    """Cleaned, with a tab as one space: what stands before the caret has to be as wide as it looks."""
    from salesnerd_tui.text import clean

    return clean(text.replace("\t", " ")).replace("\n", " ")


def render_text(finding: Finding, source: Source | None = None) -> str:
    """The finding as several lines of plain text, without the last line break."""
    head = f"{one_line(str(finding))}"
    lines = [head]
    if source is not None and source.line(finding.spot.line):
        lines += _excerpt(finding, source.line(finding.spot.line))
    if finding.hint:
        margin = " " * len(str(finding.spot.line)) if len(lines) > 1 else ""
        lines.append(f"  {margin} = {one_line(finding.hint)}")
    return "\n".join(lines)


def _excerpt(finding: Finding, line: str) -> list[str]:
    spot = finding.spot
    start = min(max(spot.column - 1, 0), len(line))
    end = min(max(spot.end_column - 1, start + 1), max(len(line), start + 1))
    left = max(0, start - WIDTH_MAX // 2) if end > WIDTH_MAX else 0
    right = left + WIDTH_MAX
    before, marked, after = (
        _printed(line[left:start]),
        _printed(line[start : min(end, right)]),
        _printed(line[end:right]),
    )
    lead, tail = ("…" if left else ""), ("…" if len(line) > right else "")
    number = str(spot.line)
    carets = "^" * max(cells(marked), 1)
    return [
        f"  {number} | {lead}{before}{marked}{after}{tail}".rstrip(),
        f"  {' ' * len(number)} | {' ' * cells(lead + before)}{carets}",
    ]


def render_all(findings: Sequence[Finding], sources: Mapping[str, Source]) -> str:
    """All findings, an empty line between them, and a last line that counts them."""
    blocks = [render_text(finding, sources.get(finding.spot.file)) for finding in findings]
    return "\n\n".join([*blocks, counted(findings)])


def counted(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning`, or that all is well."""
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "piece of advice"}
    parts = []
    for severity, word in words.items():
        number = sum(finding.severity is severity for finding in findings)
        if number:
            plural = word.replace("piece", "pieces") if severity is Severity.ADVICE else word + "s"
            parts.append(f"{number} {word if number == 1 else plural}")
    return ", ".join(parts) or "no findings"
