"""Reject the old dialect in docs, docstrings, comments and strings. Run by `make style`.

python tools/check_prose.py   print each finding as file:line: hint, and exit with 1 if there is any

The word list is that of "Writing" in CONTRIBUTING.md. A line of Python that ends in `# spoken` is not checked: it has
words that people say on a call.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CHECKED = ("*.py", "*.md", "Makefile")
NOT_CHECKED = frozenset({"tools/check_prose.py", "tests/test_prose.py"})
"""Files that quote the word list."""

WRITING_SECTION = re.compile(r"^## Writing\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)

RULES: Mapping[str, str] = {
    r"\b(is|are|was|were) told\b|\btold of\b|\btells? of\b": "say: report, show, print",
    r"\banew\b": "say: again, or re-…",
    r"\bmend(s|ed|ing)?\b": "say: fix, repair",
    r"\bseldom\b": "say: rarely",
    r"\bwhoever\b": "say: anyone who, users who",
    r"\bwhom\b|\bshall we\b": "say: who, should we",
    r"\bis no (?!(longer|more|one|need|way|such|other|matter)\b)[a-z]+": "say: is not a, or name what is wrong",
    r"\bas (it|they) comes?\b|\bcomes? with it\b": "say: default",
    r"\b(writes?|written) over\b|\b(is|are) there already\b": "say: overwrite, already exists",
    r"\bby itself\b|\bgoes on\b|\bcomes? along\b|\btaken up again\b": "say: automatically, continues, resumed",
    r"\bused wrongly\b|\bto be had\b|\bby when\b|\bin small letters\b": "say it as the style guide does",
}
SPOKEN = re.compile(r"# spoken$")
OPENER = re.compile(r'^\s*[rRbB]?"""(What|Who|Whose|Which|Whether|Where|How)\b')
OPENER_HINT = "start a docstring with a verb or a noun"
PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), hint) for pattern, hint in RULES.items())
THERE_IS_NO = re.compile(r"\bthere(?: |'s | is )(?:is )?no\b", re.IGNORECASE)


def findings(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield line number and hint of each match in the prose of a file."""
    for number, line in _prose(name, text):
        if name.endswith(".py") and OPENER.search(line):
            yield number, OPENER_HINT
        checked = THERE_IS_NO.sub("", line)
        for pattern, hint in PATTERNS:
            found = pattern.search(checked)
            if found:
                yield number, f"{found[0]!r}: {hint}"


def _prose(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with prose: of Python only comments and strings, of Markdown all but code blocks."""
    if name.endswith(".py"):
        lines = text.split("\n")
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in _TEXT_TOKENS:
                for number, line in enumerate(token.string.split("\n"), token.start[0]):
                    if not SPOKEN.search(lines[number - 1]):
                        yield number, line
        return
    in_code = False
    for number, line in enumerate(WRITING_SECTION.sub(_blank_lines, text).splitlines(), 1):
        in_code ^= line.lstrip().startswith("```")
        if not in_code:
            yield number, line


_TEXT_TOKENS = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def _blank_lines(section: re.Match[str]) -> str:
    return "\n" * section[0].count("\n")


def files() -> Iterator[str]:
    """Yield the names of the checked files, relative to the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *CHECKED],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    names = listed or [
        str(path.relative_to(PROJECT))
        for folder in ("salesnerd_tui", "tests", "tools", "docs")
        for path in sorted((PROJECT / folder).rglob("*"))
        if path.suffix in (".py", ".md")
    ]
    yield from (name for name in names if name not in NOT_CHECKED and (PROJECT / name).is_file())


def main() -> int:
    found = [
        f"{name}:{number}: {hint}\n"
        for name in files()
        for number, hint in findings(name, (PROJECT / name).read_text(encoding="utf-8"))
    ]
    sys.stdout.write("".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
