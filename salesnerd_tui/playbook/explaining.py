"""One rule in words, with what it minds and what it likes: for the shell and for the reference of findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from salesnerd_tui.playbook.findings import Finding
from salesnerd_tui.playbook.loading import load
from salesnerd_tui.playbook.render import render_text
from salesnerd_tui.playbook.rules.rule import Rule, Sample
from salesnerd_tui.playbook.rules.samples import book
from salesnerd_tui.playbook.rules.table import RULES


def explained(rule: Rule) -> str:
    """The rule as plain text of several lines."""
    off = "" if rule.on else " (off unless asked for with --all-advice: it is wrong too often)"
    parts = [f"{rule.code} {rule.severity}: {rule.title}{off}", rule.why]
    parts += ["Not like this:", _indented(sample_text(rule.bad))]
    seen = shown(rule)
    if seen:
        parts += ["which is told as:", _indented(seen)]
    parts += ["Like this:", _indented(sample_text(rule.good))]
    if rule.severity != "error":
        parts.append(f"If it is right as it is, say so on its line, with a reason:  # ok {rule.code} your reason")
    return "\n\n".join(parts)


_ENDING = book().partition("agenda:\n")[2]
"""How most samples end, which is not their point."""


def sample_text(sample: Sample) -> str:
    """A sample as it stands in its file, or in its files; how it ends is left out where all end so."""
    if isinstance(sample, str):
        return sample.replace(_ENDING, "  # … and how it ends\n").rstrip("\n")
    return "\n\n".join(f"# {name}\n{sample_text(text)}" for name, text in sample.items())


def shown(rule: Rule) -> str:
    """The finding that the bad sample gets; nothing where it takes several files."""
    if isinstance(rule.bad, Mapping):
        return ""
    loaded = load(Path("sample.yaml"), (), rule.bad, all_advice=True)
    found = next((one for one in loaded.findings if one.code == rule.code), None)
    return _told(found, rule.bad) if found else ""


def _told(finding: Finding, text: str) -> str:
    from salesnerd_tui.playbook.nodes import Source

    return render_text(finding, Source("sample.yaml", text))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.split("\n"))


def all_codes() -> str:
    """Every rule on one line."""
    return "\n".join(
        f"{rule.code}  {rule.severity:8} {rule.title}{'' if rule.on else ' (off)'}" for rule in RULES.values()
    )
