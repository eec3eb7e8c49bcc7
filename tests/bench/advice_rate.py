"""Measure how often each advice rule fires, on every question in a folder of real question lists.

    PYTHONPATH=tests python -m bench.advice_rate FOLDER [--hits]

Whether a rule is right can only be judged by reading its hits, which `--hits` prints. A rule that is wrong more than
one time in ten is off by default. Nothing from the documents is stored.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from salesnerd_tui.playbook.diagnostics import Finding, Severity
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.lint.linter import RULES, lint
from salesnerd_tui.playbook.yaml_writer import quote
from salesnerd_tui.text import one_line

WORDS = ("common/words",)
"""Libraries with the jargon and the words to avoid."""

_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(.*)$")
_SPOKEN = re.compile(r"[\"“]([^\"”]*\?)[\"”]")
_MARKS = re.compile(r"\*\*|__|`|\[([^\]]*)\]\([^)]*\)")
_OPENS = re.compile(r"(?:tell|walk|describe|explain|show|talk)\b", re.IGNORECASE)


def questions(text: str) -> Iterator[str]:
    """Return the questions of a document: quoted text with a question mark, and bullets that ask."""
    for line in text.splitlines():
        plain = _MARKS.sub(lambda found: found[1] or "", line).strip()
        spoken = [found[1].strip() for found in _SPOKEN.finditer(plain)]
        found = _BULLET.match(plain)
        if spoken:
            yield from spoken
        elif found and ("?" in found[1] or _OPENS.match(found[1])):
            yield found[1].strip()


def advised(asked: list[str]) -> list[Finding]:
    """Return the advice on these questions, in one playbook that uses the built-in words."""
    items = "".join(f"  - ask: {quote(one)}\n    id: q{number}\n" for number, one in enumerate(asked))
    text = f"playbook: Measured\nuse: [{', '.join(WORDS)}]\nagenda:\n{items}"
    loaded = lint(Path("measured.yaml"), [builtin_folder()], text, all_advice=True)
    return [one for one in loaded.findings if one.severity is Severity.ADVICE and one.code.startswith("P4")]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench.advice_rate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hits", action="store_true", help="print every hit, to be judged by reading")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        print(f"skipped: there is no folder {given.folder}")
        return 0
    hits: dict[str, list[str]] = defaultdict(list)
    asked_in_all = 0
    for path in sorted(given.folder.iterdir()):
        asked = list(dict.fromkeys(questions(path.read_text(encoding="utf-8", errors="replace"))))
        asked_in_all += len(asked)
        print(f"{path.name}: {len(asked)} questions")
        for finding in advised(asked) if asked else ():
            number = (finding.location.line - 4) // 2
            question = asked[number] if 0 <= number < len(asked) else "the whole list"
            hits[finding.code].append(f"{finding.message}: {question}")
    print(f"\n{asked_in_all} questions in all\n")
    for code, rule in RULES.items():
        if code.startswith("P4"):
            print(f"{code}  {len(hits[code]):3} hits  {'' if rule.is_default else 'off  '}{rule.title}")
            for hit in hits[code] if given.hits else ():
                print(f"        {one_line(hit)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
