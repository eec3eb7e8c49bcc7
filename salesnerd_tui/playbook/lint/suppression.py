"""Comments that accept findings: `# ok CODE reason`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.playbook.diagnostics import Finding, Severity

if TYPE_CHECKING:
    from salesnerd_tui.playbook.tree import SourceText

_SECTION = re.compile(r"(\s*)- section:")
_OK = re.compile(r"(?:^|\s)#\s*ok\s+(P\d{3}(?:[ ,]+P\d{3})*)(?::|\s)\s*(\S.*)$")


def without_accepted(findings: Sequence[Finding], sources: dict[str, SourceText]) -> list[Finding]:
    """Return the findings that no comment with a reason accepts.

    `# ok CODE reason` counts for its line, or for the line below if it stands alone. On a `- section:` line it counts
    for the section, and on the title's line or above it for the file. Errors cannot be accepted.
    """
    scopes: dict[str, AcceptedScopes] = {}
    kept: list[Finding] = []
    for finding in findings:
        source = sources.get(finding.spot.file)
        if finding.severity is Severity.ERROR or source is None or not source.accepts:
            kept.append(finding)
            continue
        if finding.spot.file not in scopes:
            scopes[finding.spot.file] = AcceptedScopes(source)
        if not scopes[finding.spot.file].accepts(finding):
            kept.append(finding)
    return kept


class AcceptedScopes:
    """The lines of a file for which comments accept findings."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._scopes: list[tuple[str, int, int]] = []
        for number in sorted(source.hashed):
            found = _OK.search(source.line(number))
            if found:
                first, last = self._scope(number)
                self._scopes += [(code, first, last) for code in re.findall(r"P\d{3}", found[1])]

    def accepts(self, finding: Finding) -> bool:
        """Return whether a comment covers a finding's line."""
        line = finding.spot.line
        return any(code == finding.code and first <= line <= last for code, first, last in self._scopes)

    def _scope(self, number: int) -> tuple[int, int]:
        """Return the first and the last line to which a comment applies."""
        last = len(self._source.lines)
        alone = self._source.line(number).lstrip().startswith("#")
        below = number + 1 if alone else number
        if number <= self._title_line():
            return 1, last
        section = _SECTION.match(self._source.line(below))
        if section is None:
            return number, below
        return number, next(
            (other - 1 for other in range(below + 1, last + 1) if self._ends(self._source.line(other), section[1])),
            last,
        )

    def _title_line(self) -> int:
        lines = self._source.lines
        return next((number for number, line in enumerate(lines, 1) if line.strip() and line.lstrip()[0] != "#"), 0)

    @staticmethod
    def _ends(line: str, indent: str) -> bool:
        """Return whether a line ends a section: the next one of its list, or the end of the list."""
        if not line.strip() or line.lstrip().startswith("#"):
            return False
        found = _SECTION.match(line)
        depth = len(line) - len(line.lstrip())
        is_after = depth < len(indent) or (depth == len(indent) and not line.lstrip().startswith("- "))
        return is_after or (found is not None and found[1] == indent)
