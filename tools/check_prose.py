"""Reject the old dialect and British spellings in docs, docstrings, comments and strings. Run by `make style`.

python tools/check_prose.py   print each finding as file:line: hint, and exit with 1 if there is any

The word list of the dialect is that of "Writing" in CONTRIBUTING.md. A line of Python that ends in `# spoken` is not
checked: it has words that people say on a call. Playbooks consist of such words, so only their spelling is checked.
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
CHECKED = ("*.py", "*.md", "*.yaml", "*.toml", "Makefile")
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
_OUR = "arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|od|parl|rig|rum|sav|vap|vig"
_ISE = (
    "author|apolog|capital|categor|character|critic|custom|digit|emphas|equal|final|general|harmon|initial|item|"
    "local|maxim|memor|minim|modern|modular|monet|normal|optim|organ|popular|priorit|random|real|recogn|sanit|"
    "scrutin|serial|special|stabil|standard|summar|symbol|synchron|token|util|visual"
)
_LL = (
    "cancel|channel|counsel|dial|equal|fuel|funnel|initial|label|level|marvel|model|panel|pencil|quarrel|signal|total|"
    "travel|tunnel"
)
BRITISH: Mapping[str, str] = {
    rf"({_OUR})ou(r(?:s|ed|ing|able|ite|ites|ful|less|al|hood|er|ers|y)?)": r"\1o\2",
    rf"((?:dis|re|un)?(?:{_ISE}))is(e|es|ed|er|ers|ing|ation|ations|able)": r"\1iz\2",
    r"(anal|paral|catal)ys(e|ed|er|ing)": r"\1yz\2",  # not "analyses", the plural of a noun
    rf"((?:mis|re|un)?(?:{_LL}))l(ed|ing|er|ers)": r"\1\2",
    r"(cent|fib|lit|theat|calib|spect|lust)re(s?)": r"\1er\2",
    r"centred": "centered",
    r"centring": "centering",
    r"(lic|def|off|pret)ence(s?)": r"\1ense\2",
    r"(re)?practis(e|es|ed|ing)": r"\1practic\2",
    r"(instal|enrol|fulfil)(s|ment|ments)?": r"\1l\2",
    r"gr[e]y(s|ed|ish)?": r"gray\1",
    r"(mo)ul(d|ds|dy)": r"\1l\2",
    r"(sk|w)ilful": r"\1illful",
    r"(learn|spoil|spill)t": r"\1ed",
    r"(whil|among|amid)st": "while, among, amid",
    r"(a)rtefact(s?)": r"\1rtifact\2",
    r"programme(s?)": r"program\1",
    r"cheque(s?)": r"check\1",
    r"enquir(e|es|ed|y|ies|ing)": r"inquir\1",
    r"sceptic(s|al|ism)?": r"skeptic\1",
    r"tyre(s?)": r"tire\1",
    r"per cent": "percent",
    r"ageing": "aging",
    r"(acknowledg|judg)ement(s?)": r"\1ment\2",
    r"(jewel)lery": r"\1ry",
    r"aluminium": "aluminum",
    r"manoeuvre(s?)": r"maneuver\1",
    r"storeys?": "story",
    r"ploughs?": "plow",
}
"""American spelling of each British one, as a regular expression and its replacement."""

AMERICAN = tuple(
    (re.compile(rf"(?<![\w/.:-]){pattern}(?![\w(=]|\.\w)", re.IGNORECASE), spelling)
    for pattern, spelling in BRITISH.items()
)
"""The same as whole words. A part of a path, of an attribute, of a call or of a protocol is somebody else's name."""

ANY_BRITISH = re.compile(rf"\b(?:{'|'.join(BRITISH)})\b", re.IGNORECASE)
"""One search instead of thirty for the lines without a British spelling, which are nearly all."""

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
        for pattern, hint in () if name.endswith((".yaml", ".toml")) else PATTERNS:
            match = pattern.search(checked)
            if match:
                yield number, f"{match[0]!r}: {hint}"
        yield from ((number, hint) for hint in _british(line))


def _british(line: str) -> Iterator[str]:
    """Yield a hint for each British spelling. A line with both spellings lists what people may write."""
    for pattern, spelling in AMERICAN if ANY_BRITISH.search(line) else ():
        for match in pattern.finditer(line):
            american = match.expand(spelling).lower()
            if american not in line.lower():
                yield f"{match[0]!r}: spell it {american!r}"


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
    lines = [
        f"{name}:{number}: {hint}\n"
        for name in files()
        for number, hint in findings(name, (PROJECT / name).read_text(encoding="utf-8"))
    ]
    sys.stdout.write("".join(lines))
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
