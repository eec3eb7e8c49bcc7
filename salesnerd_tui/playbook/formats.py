"""Findings for machines: JSON, the annotations of GitHub, and SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from salesnerd_tui import __version__
from salesnerd_tui.playbook.findings import Finding, Severity
from salesnerd_tui.playbook.nodes import Source
from salesnerd_tui.playbook.render import render_all
from salesnerd_tui.playbook.rules.table import RULES

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


def as_json(findings: Sequence[Finding], _sources: Mapping[str, Source]) -> str:
    """A list of objects with code, severity, message, file, line, column, end_column, hint and fix."""
    return json.dumps([_plain(finding) for finding in findings], indent=2)


def _plain(finding: Finding) -> dict[str, object]:
    spot = finding.spot
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "file": spot.file,
        "line": spot.line,
        "column": spot.column,
        "end_column": spot.end_column,
        "hint": finding.hint,
        "fix": finding.fix,
    }


def as_github(findings: Sequence[Finding], _sources: Mapping[str, Source]) -> str:
    """One workflow command a line; GitHub shows it at the line of the change."""
    return "\n".join(_command(finding) for finding in findings)


def _command(finding: Finding) -> str:
    spot = finding.spot
    text = f"{finding.message} ({finding.hint})" if finding.hint else finding.message
    where = f"file={_property(spot.file)},line={spot.line},col={spot.column},endColumn={spot.end_column}"
    return f"::{_GITHUB[finding.severity]} {where},title={finding.code}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(findings: Sequence[Finding], _sources: Mapping[str, Source]) -> str:
    """A SARIF log with one run and every rule that found something."""
    codes = sorted({finding.code for finding in findings})
    driver = {
        "name": "salesnerd playbook lint",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes.index(finding.code)) for finding in findings],
            }
        ],
    }
    return json.dumps(log, indent=2)


def _rule(code: str) -> dict[str, object]:
    found = RULES.get(code)
    if found is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": found.title},
        "fullDescription": {"text": found.why},
        "defaultConfiguration": {"level": _SARIF[found.severity]},
    }


def _result(finding: Finding, rule: int) -> dict[str, object]:
    spot = finding.spot
    text = f"{finding.message}: {finding.hint}" if finding.hint else finding.message
    region = {"startLine": max(spot.line, 1), "startColumn": max(spot.column, 1), "endColumn": max(spot.end_column, 1)}
    place = {"artifactLocation": {"uri": spot.file.replace("\\", "/")}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _SARIF[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


FORMATS: Mapping[str, Callable[[Sequence[Finding], Mapping[str, Source]], str]] = {
    "text": render_all,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
