"""Any content of a file: loading never raises, and a file that does not load has a finding with a place."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesnerd_tui.playbook.folders import builtin_folder, list_files
from salesnerd_tui.playbook.library import LoadResult
from salesnerd_tui.playbook.lint.linter import RULES, lint
from salesnerd_tui.playbook.yaml_reader import read_bytes
from salesnerd_tui.services.lint_report import FORMATS
from thoroughness import examples, runs

FOLDER = builtin_folder()
FILES = sorted(list_files([FOLDER]).values())
HERE = FOLDER / "fuzzed.yaml"
SIGNS = [": ", "- ", " #", "\t", "&a ", "*a", "!t ", "\n", "\n  ", "---\n", *"#{}[]\"'|>%@,"]
WORDS = [
    *re.findall(
        r"\S+", "goto end ask say section include answers when defaults extends use first_call id aliases after"
    ),
    *re.findall(r"\S+", "remove replace points not 1e999 no ~ é 😀"),
    *("trigger is known", "\u202e", "\x00"),
]


def sound(loaded: LoadResult) -> None:
    """Invariants of every result of loading."""
    if loaded.playbook is None and not loaded.is_library:
        assert loaded.errors
    for finding in loaded.findings:
        assert finding.code in RULES
        assert finding.location.line >= 1
        assert finding.location.column >= 1
        assert finding.message
    for show in FORMATS.values():
        show(loaded.findings, loaded.sources)


def mutated(text: str, chance: random.Random) -> str:
    """Return the text with a few errors: a part is missing, duplicate or moved, or a YAML symbol is inserted."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.choice((1, 2, 5, 20, 80)))
        way = chance.randrange(5)
        if way == 0:
            text = text[:at] + text[to:]
        elif way == 1:
            text = text[:at] + chance.choice(SIGNS) + text[at:]
        elif way == 2:
            text = text[:at] + chance.choice(WORDS) + text[to:]
        elif way == 3:
            lines = text.split("\n")
            line = chance.randrange(len(lines))
            lines[line] = lines[line].removeprefix("  ") if chance.random() < 0.5 else "  " + lines[line]
            text = "\n".join(lines)
        else:
            lines = text.split("\n")
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            text = "\n".join(lines)
    return text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_damaged_playbook_loads_or_has_an_error(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    chance = random.Random(path.stem)
    for _ in range(runs(12, 2)):
        sound(lint(HERE, [FOLDER], mutated(text, chance)))


yaml_like = st.recursive(
    st.sampled_from([*WORDS, *SIGNS]) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda parts: "\n".join(f"  - {part}" for part in parts))
        | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4).map(
            lambda parts: "\n".join(f"{key}: {value}" for key, value in parts.items())
        )
    ),
    max_leaves=12,
)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["playbook: X\nagenda:\n", "library: X\nquestions:\n", "playbook: X\nextends: first_call\n", ""]),
    yaml_like,
)
def test_any_text_loads_or_has_an_error(head: str, body: str) -> None:
    sound(lint(HERE, [FOLDER], head + body))


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_load_or_have_an_error(raw: bytes) -> None:
    _, tree, findings = read_bytes(raw, "f.yaml")
    assert tree is not None or findings
    assert all(finding.location.line >= 1 and finding.location.column >= 1 for finding in findings)
