"""Hostile files cost a bounded amount of work and end in a finding with a place.

Each would cost the loader far more work than its size. `FILES` is text by what it tries; `folder_of_chains` writes what
one file alone cannot do: parents and libraries without end.

Work is counted, not timed: the lines of Python that run. On a slow laptop ten million of them are about a second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from salesnerd_tui.playbook.fields import MAX_FINDINGS_PER_CODE
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import LoadResult
from salesnerd_tui.playbook.lint.linter import RULES, lint
from salesnerd_tui.services.lint_report import FORMATS
from thoroughness import some

LINES_MAX = 8_000_000
FOLDER = builtin_folder()
HERE = FOLDER / "hurtful.yaml"

AGENDA = "playbook: X\nagenda:\n"
HEAD = f"{AGENDA}- ask: What happened?\n  id: a\n"
ENDINGS = (
    "- ask: And now?\n  id: v\n  answers: {go on: {end: g}, stop it: {end: n}, later then: {end: l}}\n"
    "outcomes: {g: {decision: go}, n: {decision: no-go}, l: {decision: not-yet, capture: [revisit_on]}}\n"
)


def many(count: int, line: Callable[[int], str]) -> str:
    return "".join(line(number) for number in range(count))


def asks(count: int) -> str:
    return many(count, lambda n: f"- ask: What then, {n}?\n  id: q{n}\n")


def answers(count: int, indent: str) -> str:
    return many(count, lambda n: f"{indent}label {n}: What then?\n")


def each(defaults: str, questions: int) -> str:
    return f"playbook: X\nagenda:\n- section: S\n  defaults:\n{defaults}" + asks(questions)


def jargon(said: str, count: int, word: Callable[[int], str]) -> str:
    return f"{HEAD}- say: >-\n{said}coach:\n  jargon:\n" + many(count, lambda n: f"    {word(n)}: x\n")


FILES: Mapping[str, str] = {
    # deep, long, many
    "lists in lists": "a: " + "[" * 15_000,
    "maps in maps": many(1_200, lambda n: " " * n + "a:\n"),
    "lists without end": "- " * 3_000,
    "a hundred thousand anchors": "a:\n" + many(75_000, lambda n: f"- &a{n} x\n"),
    "a hundred thousand aliases": "a: &x y\nb:\n" + "- *x\n" * 100_000,
    "a billion laughs": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + many(25, lambda n: f"a{n}: &a{n} [{', '.join([f'*a{n - 1 if n else str()}'] * 9)}]\n"),
    "a text of ten megabytes": HEAD + "- say: " + "x" * 10_000_000 + "\n",
    "a text of a megabyte in one line": HEAD + "- say: " + "x" * 1_000_000 + "\n",
    "a megabyte of quotes": "a: '" + "'' " * 300_000,
    "fifty thousand fields": HEAD + many(29_000, lambda n: f"k{n}: v\n"),
    "fifty thousand fields of a question": HEAD + many(29_000, lambda n: f"  k{n}: v\n"),
    "fifty thousand fields of nothing": "playbook: X\nagenda:\n- k: v\n" + many(29_000, lambda n: f"  k{n}: v\n"),
    "a map without values": "{" + ",\n ".join(f"k{n}" for n in range(29_000)) + "}",
    "empty values in one line": "{" + ", ".join(f"k{n}: " for n in range(2_000)) + "}",
    "one field again and again": "a: b\n" * 29_000,
    "keys that are lists": "? [a]\n: b\n" * 15_000,
    "empty lists": "a:\n" + "- []\n" * 90_000,
    "documents without end": "--- a\n" * 100_000,
    "one sign at the end of a long line": "playbook: X\nagenda: ["
    + ", ".join(f"{{ask: x, id: q{n}}}" for n in range(900))
    + "] #c\n",
    # what multiplies
    "answers under each question": each("    answers:\n" + answers(2_000, "      "), 2_000),
    "answers weighed under each question": each(
        "    type: scale\n    weight: 2\n    answers: [" + ", ".join(map(str, range(1_900))) + "]\n", 3_000
    ),
    "a list under each question": each("    listen_for:\n" + "      - a cue\n" * 1_900, 3_000),
    "own answers over each": "playbook: X\nagenda:\n- section: S\n  defaults:\n    answers:\n"
    + answers(3_000, "      ")
    + many(1_000, lambda n: f"- ask: What, {n}?\n  id: q{n}\n  answers: {{my {n}: x, label 1: y}}\n"),
    "one part again and again": "playbook: X\nuse: [common/detours]\nagenda:\n" + "- include: decision_path\n" * 5_000,
    "weights of many names": HEAD + "  weight:\n" + many(29_000, lambda n: f"    p{n}: 1\n"),
    "gates that double": f"{HEAD}gates:\n  g0: a is known\n"
    + many(18, lambda n: f"  g{n + 1}: {' and '.join([f'g{n}'] * 50)}\n"),
    "gates up a stair": HEAD + "gates:\n" + many(8_000, lambda n: f"  g{n}: g{n + 1}\n") + "  g8000: a is known\n",
    "gates down a stair": HEAD + "gates:\n  g0: a is known\n" + many(8_000, lambda n: f"  g{n + 1}: g{n} or g{n}\n"),
    "long conditions on long gates": HEAD
    + many(2_000, lambda n: f"- ask: b{n}?\n  id: b{n}\n  when: g\n")
    + f"gates:\n  g: {' and '.join(['a is known'] * 700)}\n",
    "tests on a long agenda": f"{AGENDA}{asks(3_000)}{ENDINGS}tests:\n"
    + many(1_500, lambda n: f"- it: t{n}\n  picks: {{v: go on}}\n  ends: g\n"),
    "buyers on a long agenda": f"{AGENDA}{asks(3_000)}{ENDINGS}buyers:\n"
    + many(1_500, lambda n: f"  b{n}: {{picks: {{v: go on}}, ends: g}}\n"),
    "detours that enter each other": HEAD
    + "  answers: {one: {detour: d0}, two: {detour: d1}}\ndetours:\n"
    + many(
        1_000,
        lambda n: f"  d{n}: {{they_say: x {n}, agenda: [{{ask: y, id: y{n}, answers: {{z z: {{detour: d0}}}}}}]}}\n",
    ),
    # what is searched for
    "names nobody knows, to use": "playbook: X\nuse:\n" + many(1_900, lambda n: f"- nope{n}\n") + "agenda:\n- ask: a\n",
    "one library again and again": "playbook: X\nuse:\n" + "- common/words\n" * 1_900 + "agenda:\n- ask: a\n",
    "names nobody knows, to remove": "playbook: X\nextends: first_call\nremove:\n"
    + many(1_900, lambda n: f"- trigge{n}\n"),
    "parts nobody has": "playbook: X\nuse: [common/detours]\nagenda:\n"
    + many(5_000, lambda n: f"- include: decision_pat{n}\n"),
    "places nobody knows": "playbook: X\nextends: first_call\nagenda:\n"
    + many(3_000, lambda n: f"- ask: why\n  id: a{n}\n  after: a{n + 90_000}\n"),
    "places after each other": "playbook: X\nextends: first_call\nagenda:\n"
    + many(3_000, lambda n: f"- ask: why\n  id: a{n}\n  after: a{(n + 1) % 3_000}\n"),
    "gotos to nowhere": HEAD + "  answers:\n" + many(4_000, lambda n: f"    label {n}: {{goto: nope{n}}}\n"),
    "gotos everywhere": AGENDA
    + many(
        1_500, lambda n: f"- ask: w {n}\n  id: q{n}\n  answers: {{x y: {{goto: q{n * 7 % 1_500}}}, z: {{goto: q0}}}}\n"
    ),
    "musts that are jumped": AGENDA
    + many(1_500, lambda n: f"- ask: w {n}\n  id: q{n}\n  priority: must\n  answers: {{x y: {{goto: q1499}}}}\n"),
    "conditions on nothing": AGENDA + many(3_000, lambda n: f"- ask: why {n}\n  id: b{n}\n  when: nope{n} is known\n"),
    "labels that are no answers": f"{HEAD}  answers:\n{answers(3_000, '    ')}"
    + many(1_500, lambda n: f'- ask: why {n}\n  id: b{n}\n  when: a is "lebel {n}"\n'),
    "kinds nobody knows": AGENDA + many(5_000, lambda n: f"- ask: x\n  type: monney{n}\n"),
    "picks of nobody": HEAD + ENDINGS + "buyers:\n" + many(3_000, lambda n: f"  b{n}: {{picks: {{nope: x}}}}\n"),
    # expressions
    "a word that backtracks": HEAD + f"detours:\n  d:\n    they_say: {'(a|aa)+' * 1_000}$\n    agenda: [{{say: x}}]\n",
    "a thousand such words": HEAD
    + "detours:\n  d:\n    they_say:\n"
    + "    - (a+)+$\n" * 25_000
    + "    agenda: [{say: x}]\n",
    "a condition of brackets": HEAD + "- ask: b\n  when: " + "(" * 3_000 + "a is known" + ")" * 3_000 + "\n",
    "a condition of nots": HEAD + "- ask: b\n  when: " + "not " * 4_900 + "a is known\n",
    "a condition of a megabyte": HEAD + "- ask: b\n  when: >-\n" + "    a is known and\n" * 45_000 + "    a is known\n",
    "a condition of open quotes": HEAD + "- ask: b\n  when: a is " + '" ' * 4_900 + "\n",
    "a condition of digits": HEAD + "- ask: b\n  when: a > " + "9" * 9_900 + "\n",
    "numbers without end": HEAD + "  weight: " + "9" * 7_000 + "\n",
    "a length of time without end": HEAD + "coach: {max_monologue: " + "9" * 7_000 + "s}\n",
    "a path without end": HEAD + "use: [" + "a/" * 3_000 + "a]\n",
    "a language without end": HEAD + "lang: " + "a-" * 3_000 + "\n",
    "names to fill without end": HEAD + "- say: >-\n" + many(8_000, lambda n: f"    {{nope{n}}} {{a}}\n"),
    "jargon in a long text": jargon("    word and word and word\n" * 3_000, 8_000, lambda n: f"word{n}"),
    "jargon with one beginning": jargon(f"    {'a' * 3_000}\n" * 50, 1_900, lambda n: f"{'a' * (n % 150)}b{n}"),
    "jargon up to the limit": jargon("    word and word and word\n" * 30_000, 1_900, lambda n: f"word{n}"),
    # thousands of findings
    "answers of one word": AGENDA + "- ask: Do you?\n  answers: {yes: {}, no: {}}\n" * 3_000,
    "colons in a list": HEAD + "  follow_ups:\n" + "  - a: b\n" * 1_900,
    "questions without ids": AGENDA + "- ask: Do you think you would and could it be?\n" * 7_000,
    "one id for all": AGENDA + "- ask: why\n  id: a\n" * 4_000,
    "reasons on each line": HEAD + "# ok P401 x\n" * 80_000,
}


def folder_of_chains(folder: Path) -> dict[str, Path]:
    """Files that refer to each other endlessly, by what they try."""
    links = {
        "circle_a": "playbook: A\nextends: circle_b\nagenda: []\n",
        "circle_b": "playbook: B\nextends: circle_c\nagenda: []\n",
        "circle_c": "playbook: C\nextends: circle_a\nagenda: []\n",
    }
    for number in range(24):
        others = ", ".join(f"fan_{other}" for other in range(24) if other != number)
        links[f"up_{number}"] = f"playbook: U\nextends: up_{number + 1}\nagenda: []\n"
        links[f"fan_{number}"] = (
            f"library: F\nuse: [{others.rpartition(',')[0].rpartition(',')[0].rpartition(',')[0]}]\n"
        )
        links[f"fat_{number}"] = "library: F\nvars:\n" + "".join(f"  v{number}_{n}: x\n" for n in range(9_000))
    links["fan"] = (
        "playbook: F\nuse: [fan_0, fan_1, fan_2, fan_3, fan_4, fan_5, fan_6, fan_7]\nagenda:\n- ask: What?\n  id: a\n"
    )
    links["fat"] = f"playbook: F\nuse: [{', '.join(f'fat_{n}' for n in range(19))}]\nagenda:\n- ask: What?\n  id: a\n"
    for name, text in links.items():
        (folder / f"{name}.yaml").write_text(text)
    return {name: folder / f"{name}.yaml" for name in ("circle_a", "up_0", "fan", "fat")}


HOLDS = {
    "lists in lists": "more than 32 levels|deeper than 32",
    "a text of ten megabytes": "over 1 MiB",
    "a text of a megabyte in one line": "20,000 characters in one line",
    "fifty thousand fields": "199 errors in one file",
    "a map without values": "a text cannot start with {",
    "answers under each question": "50,000 values copied by `defaults`",
    "answers weighed under each question": "50,000 values copied by `defaults`",
    "one part again and again": "50,000 values copied by `include`",
    "weights of many names": "20 names of points",
    "gates that double": "1,000 comparisons",
    "gates up a stair": "20 deep",
    "tests on a long agenda": "over 40,000 steps",
    "names nobody knows, to use": "20 libraries",
    "names nobody knows, to remove": "100 names that nothing inherited has",
    "a thousand such words": "2,000 texts in one list",
    "a condition of a megabyte": "10,000 characters in one condition",
    "jargon in a long text": "2,000 words",
}
"""Limit that the finding of each file names."""


class TooMuchWork(BaseException):
    """Not an `Exception`, so that no code that loads a file can catch it."""


@contextmanager
def counted_work(most: int) -> Iterator[None]:
    """Raises after a number of executed lines."""
    ran = 0

    def traced(frame: FrameType, _event: str, _arg: Any) -> Any:
        nonlocal ran
        ran += 1
        if ran > most:
            sys.settrace(None)
            raise TooMuchWork(f"more than {most:,} lines, at last in {frame.f_code.co_name}:{frame.f_lineno}")
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        yield
    finally:
        sys.settrace(before)


def check_findings(loaded: LoadResult) -> None:
    """Check that the findings are complete, bounded and can be printed in every format."""
    assert loaded.findings
    for finding in loaded.findings:
        assert finding.code in RULES
        assert finding.location.line >= 1
        assert finding.location.column >= 1
        assert len(finding.message) <= 300
    for code in RULES:
        assert sum(finding.code == code for finding in loaded.findings) <= MAX_FINDINGS_PER_CODE
    for show in FORMATS.values():
        show(loaded.findings, loaded.sources)


@pytest.mark.parametrize("name", some(FILES, 4))
def test_a_hostile_file_is_rejected_after_little_work(name: str) -> None:
    with counted_work(LINES_MAX):
        loaded = lint(HERE, [FOLDER], FILES[name])
        check_findings(loaded)
    if name in HOLDS:
        said = [finding.message for finding in loaded.findings]
        assert any(part in message for part in HOLDS[name].split("|") for message in said), said[:5]


def test_endless_parents_and_libraries_are_rejected_after_little_work(tmp_path: Path) -> None:
    for path in folder_of_chains(tmp_path).values():
        with counted_work(LINES_MAX):
            loaded = lint(path, [tmp_path])
            check_findings(loaded)
        assert loaded.playbook is None
        assert all(finding.is_error for finding in loaded.findings)


def test_the_last_of_very_many_findings_says_that_there_are_more() -> None:
    loaded = lint(HERE, [FOLDER], FILES["gotos to nowhere"])
    assert [finding.code for finding in loaded.findings] == ["P202"] * MAX_FINDINGS_PER_CODE
    assert "there are more of these" in loaded.findings[-1].hint
    assert "there are more of these" not in loaded.findings[-2].hint


def test_a_long_but_usable_playbook_loads() -> None:
    """Return a checklist of a thousand questions with five answers each, and a test that answers them all."""
    asks = "".join(f"- ask: What about point {n} of the list?\n  id: q{n}\n" for n in range(1_000))
    text = (
        "playbook: X\nminutes: 240\nagenda:\n- section: S\n  defaults:\n    answers: {fine so far: {points: {fit: 1}},"
        " not yet there: {}, nobody knows: {}, it is waived: {}, never heard of it: {}}\n"
        + asks
        + "- ask: And now?\n  id: verdict\n  answers: {go on: {end: g}, stop it: {end: n}, later then: {end: l}}\n"
        "outcomes: {g: {decision: go}, n: {decision: no-go}, l: {decision: not-yet, capture: [revisit_on]}}\n"
        "tests:\n- it: continues\n  picks: {verdict: go on}\n  ends: g\n"
        "- it: stops\n  picks: {verdict: stop it}\n  ends: n\n- it: waits\n  picks: {verdict: later then}\n  ends: l\n"
    )
    loaded = lint(HERE, [FOLDER], text)
    assert [str(finding) for finding in loaded.findings] == []
