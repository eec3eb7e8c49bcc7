"""Output formats of findings (text, JSON, GitHub annotations and SARIF 2.1.0) and of rules.

Columns count characters, as in editors. Carets count terminal cells, because some letters are two cells wide. Text of a
playbook is sanitized before it is printed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import asdict

from salesnerd_tui import __version__
from salesnerd_tui.playbook.diagnostics import Finding, Severity
from salesnerd_tui.playbook.lint.linter import RULES, lint
from salesnerd_tui.playbook.lint.rule import Rule, Sample, sample
from salesnerd_tui.playbook.yaml_tree import SourceText
from salesnerd_tui.text import clean, one_line

MAX_LINE_CELLS = 110
"""Maximum cells of a source line; a longer line is cut around the position."""


def _cell_width(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # start-up time

    return cell_len(text)


def _sanitize(text: str) -> str:
    """Sanitize a text; each tab becomes one space, to keep the position of the caret."""
    return clean(text.replace("\t", " ")).replace("\n", " ")


def render_text(finding: Finding, source: SourceText | None = None) -> str:
    """Return the finding, its source line with a caret, and its hint."""
    lines = [one_line(str(finding))]
    if source is not None and source.line(finding.location.line):
        lines += _excerpt(finding, source.line(finding.location.line))
    if finding.hint:
        margin = " " * len(str(finding.location.line)) if len(lines) > 1 else ""
        lines.append(f"  {margin} = {one_line(finding.hint)}")
    return "\n".join(lines)


def _excerpt(finding: Finding, line: str) -> list[str]:
    location = finding.location
    start = min(max(location.column - 1, 0), len(line))
    end = min(max(location.end_column - 1, start + 1), max(len(line), start + 1))
    left = max(0, start - MAX_LINE_CELLS // 2) if end > MAX_LINE_CELLS else 0
    right = left + MAX_LINE_CELLS
    before, marked, after = map(_sanitize, (line[left:start], line[start : min(end, right)], line[end:right]))
    lead, tail = ("…" if left else ""), ("…" if len(line) > right else "")
    number = str(location.line)
    carets = "^" * max(_cell_width(marked), 1)
    return [
        f"  {number} | {lead}{before}{marked}{after}{tail}".rstrip(),
        f"  {' ' * len(number)} | {' ' * _cell_width(lead + before)}{carets}",
    ]


def render_all(findings: Sequence[Finding], sources: Mapping[str, SourceText]) -> str:
    """Return all findings, separated by empty lines, and a last line that counts them."""
    blocks = [render_text(finding, sources.get(finding.location.file)) for finding in findings]
    return "\n\n".join([*blocks, count_findings(findings)])


def count_findings(findings: Sequence[Finding]) -> str:
    """Return `2 errors, 1 warning`, or `no findings`."""
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "piece of advice"}
    parts = []
    for severity, word in words.items():
        number = sum(finding.severity is severity for finding in findings)
        if number:
            plural = word.replace("piece", "pieces") if severity is Severity.ADVICE else word + "s"
            parts.append(f"{number} {word if number == 1 else plural}")
    return ", ".join(parts) or "no findings"


_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


def as_json(findings: Sequence[Finding], _sources: Mapping[str, SourceText]) -> str:
    """Return a JSON list of objects with code, severity, message, file, line, column, end_column, hint and fix."""
    rows = [
        {
            "code": finding.code,
            "severity": str(finding.severity),
            "message": finding.message,
            **asdict(finding.location),
            "hint": finding.hint,
            "fix": finding.fix,
        }
        for finding in findings
    ]
    return json.dumps(rows, indent=2)


def as_github(findings: Sequence[Finding], _sources: Mapping[str, SourceText]) -> str:
    """Return a workflow command for each finding; GitHub shows it at its line."""
    return "\n".join(map(_github_command, findings))


def _github_command(finding: Finding) -> str:
    location = finding.location
    text = f"{finding.message} ({finding.hint})" if finding.hint else finding.message
    columns = f"col={location.column},endColumn={location.end_column}"
    file = _escape(location.file).replace(":", "%3A").replace(",", "%2C")
    place = f"file={file},line={location.line},{columns}"
    return f"::{_GITHUB[finding.severity]} {place},title={finding.code}::{_escape(text)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_sarif(findings: Sequence[Finding], _sources: Mapping[str, SourceText]) -> str:
    """Return a SARIF log with one run, and the rules of the findings."""
    codes = sorted({finding.code for finding in findings})
    driver = {"name": "salesnerd playbook lint", "version": __version__, "rules": [_rule(code) for code in codes]}
    results = [_result(finding, codes.index(finding.code)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
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
    location = finding.location
    text = f"{finding.message}: {finding.hint}" if finding.hint else finding.message
    region = {
        "startLine": max(location.line, 1),
        "startColumn": max(location.column, 1),
        "endColumn": max(location.end_column, 1),
    }
    place = {"artifactLocation": {"uri": location.file.replace("\\", "/")}, "region": region}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _SARIF[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


FORMATS: Mapping[str, Callable[[Sequence[Finding], Mapping[str, SourceText]], str]] = {
    "text": render_all,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def explain_rule(rule: Rule) -> str:
    """Return a rule with its samples as plain text."""
    off = "" if rule.is_default else " (only with --all-advice, because of many false positives)"
    parts = [f"{rule.code} {rule.severity}: {rule.title}{off}", rule.why]
    parts += ["Before:", _indent(format_sample(rule.bad))]
    seen = _sample_finding(rule)
    if seen:
        parts += ["Output:", _indent(seen)]
    parts += ["After:", _indent(format_sample(rule.good))]
    if rule.severity != "error":
        parts.append(f"To accept it, write on its line, its section or above the title:  # ok {rule.code} your reason")
    return "\n\n".join(parts)


_ENDING = sample().partition("agenda:\n")[2]
"""End of most samples, which is not shown."""


def format_sample(sample: Sample) -> str:
    """Return the text of a sample, without the end that most samples share."""
    if isinstance(sample, str):
        return sample.replace(_ENDING, "  # … and how it ends\n").rstrip("\n")
    return "\n\n".join(f"# {name}\n{format_sample(text)}" for name, text in sample.items())


def _sample_finding(rule: Rule) -> str:
    """Return the rendered finding of the bad sample; an empty string if the sample has several files."""
    if isinstance(rule.bad, Mapping):
        return ""
    loaded = lint(Path("sample.yaml"), (), rule.bad, all_advice=True)
    found = next((one for one in loaded.findings if one.code == rule.code), None)
    return render_text(found, SourceText("sample.yaml", rule.bad)) if found else ""


def _indent(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def list_rules() -> str:
    return "\n".join(
        f"{rule.code}  {rule.severity:8} {rule.title}{'' if rule.is_default else ' (off)'}" for rule in RULES.values()
    )
