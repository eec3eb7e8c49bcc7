"""Common errors in playbooks: each has one finding at the right place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from salesnerd_tui.playbook.yaml_reader import read_bytes, read_file, read_text
from salesnerd_tui.playbook.yaml_tree import Map, Scalar, Seq

SLIPS = [
    ("ask: What now: the plan?\n", "P101", 1, 14),
    ('ask: "foo\nb: c\n', "P100", 1, 6),
    ("a: *x\n", "P102", 1, 4),
    ("a: *important* thing\n", "P102", 1, 4),
    ("a: &c what\n", "P102", 1, 4),
    ("a: !important x\n", "P102", 1, 4),
    ('a: "Why" did\n', "P102", 1, 4),
    ("a: @bob\n", "P102", 1, 4),
    ("a: %d\n", "P102", 1, 4),
    ("a: `x`\n", "P102", 1, 4),
    ("a: {name}, hi\n", "P102", 1, 4),
    ("a: {name}\n", "P102", 1, 5),
    ("a: - b\n", "P102", 1, 4),
    ("a: >x\n", "P102", 1, 4),
    ("a: {x: 1\n", "P100", 1, 4),
    ("a: [x, y\nb: c\n", "P100", 1, 4),
    ("a:\n\t- b\n", "P104", 2, 1),
    ("a: 1\na: 2\n", "P106", 2, 1),
    ("a: {follow_up: When, and who}\n", "P107", 1, 22),
    ("a:\n  - ask: foo\n    id: x\n   priority: must\n", "P113", 4, 4),
    ("a: b\n  c: d\n", "P113", 2, 3),
    ("a: b\nfoo bar\nc: d\n", "P100", 2, 1),
    ("", "P100", 1, 1),
    ("# nothing yet\n", "P100", 1, 1),
    ("a\n", "P112", 1, 1),
    ("- a\n", "P112", 1, 1),
    ("a: b\n---\nc: d\n", "P100", 2, 1),
    ("[" * 20_000, "P115", 1, 34),
    ("a: " + "{b: " * 40, "P115", 1, 132),
    ("a: x\x07y\n", "P100", 1, 5),
    ("é: 😀 x: y\n", "P101", 1, 7),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), SLIPS, ids=[repr(slip[0][:24]) for slip in SLIPS])
def test_a_syntax_error_is_reported_once_where_it_can_be_fixed(text: str, code: str, line: int, column: int) -> None:
    _, _, findings = read_text(text, "f.yaml")
    assert [(one.code, one.location.line, one.location.column) for one in findings] == [(code, line, column)], findings
    assert findings[0].hint or "levels" in findings[0].message


def test_nothing_is_converted() -> None:
    _, tree, findings = read_text("Norway: NO\ntime: 1:30\noctal: 010\nyes: on\nnull: ~\nday: 2026-13-45\n", "f.yaml")
    assert findings == []
    assert tree is not None
    assert {key: tree.text(key) for key in tree.entries} == {
        "Norway": "NO",
        "time": "1:30",
        "octal": "010",
        "yes": "on",
        "null": "~",
        "day": "2026-13-45",
    }


def test_a_question_mark_in_a_flow_list_is_a_text() -> None:
    _, tree, findings = read_text("follow_ups: [And then?, Who?]\n", "f.yaml")
    assert findings == []
    assert tree is not None
    follow_ups = tree.get("follow_ups")
    assert isinstance(follow_ups, Seq)
    assert follow_ups.texts() == ["And then?", "Who?"]


def test_columns_count_characters() -> None:
    _, tree, _ = read_text('é😀: "x y"\n', "f.yaml")
    assert isinstance(tree, Map)
    value = tree.get("é😀")
    assert isinstance(value, Scalar)
    assert (value.location.line, value.location.column, value.location.end_column) == (1, 5, 10)
    assert value.location_within(2, 1).column == 8


@pytest.mark.parametrize(
    ("raw", "says"),
    [(b"\xff\xfea\x00", "UTF-16"), (b"a: caf\xe9\n", "not UTF-8"), (b"a: " + b"x" * (1 << 20), "1 MiB")],
)
def test_bytes_that_are_not_text_are_one_finding(raw: bytes, says: str) -> None:
    _, tree, findings = read_bytes(raw, "f.yaml")
    assert tree is None
    assert len(findings) == 1
    assert says in findings[0].message


def test_latin_1_is_found_at_its_line_and_column() -> None:
    findings = read_bytes("a: b\nc: xxcafé\n".encode("latin-1"), "f.yaml")[2]
    assert (findings[0].location.line, findings[0].location.column) == (2, 9)


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    _, tree, findings = read_bytes(b"\xef\xbb\xbfa: b\r\nc: d\r\n", "f.yaml")
    assert findings == []
    assert tree is not None
    assert tree.text("c") == "d"


def test_a_path_that_is_not_a_file_is_a_finding(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for path in (tmp_path, tmp_path / "gone.yaml", pipe, Path("/dev/null/x"), Path("a\0b")):
        _, tree, findings = read_file(path)
        assert tree is None
        assert len(findings) == 1


CUT = [
    ("a: {follow_up: Who was it, and when, then}", "Who was it, and when, then"),
    ("a: {follow_up: Who was it, and when, then, say: Well}", "Who was it, and when, then"),
    ("a: {say: Well, now, follow_up: Who was it?}", "Well, now"),
    ("a: {follow_up: Who was it,\n  and when, then}", "Who was it, and when, then"),
    ('a: {follow_up: "Who was it", and when}', "Who was it, and when"),
    ("a: {follow_up: Who was it, and so: when, then}", "Who was it, and so: when, then"),
    ("a: {follow_up: What then: when?}", "What then: when?"),
    ("a: {follow_up: What then: when, and why, say: Well}", "What then: when, and why"),
    ("a: {follow_up: Is it #1, or not}", "Is it #1, or not"),
    ("a: {follow_up: Who [or what] was it}", "Who [or what] was it"),
    ("a: [Is it #1, or what]", "Is it #1, or what"),
    ("a: {Who was it, and when, then}", "{Who was it, and when, then}"),
    ("a: {It broke, really: When?, Nothing: {}}", "It broke, really"),
]


@pytest.mark.parametrize(("text", "whole"), CUT, ids=[whole for _, whole in CUT])
def test_the_suggestion_for_a_text_cut_inside_brackets_quotes_all_of_it(text: str, whole: str) -> None:
    _, _, (finding,) = read_text(f"{text}\n", "f.yaml")
    assert finding.hint.endswith(f'put the whole text in quotes: "{whole}"')


def test_a_text_too_long_for_a_hint_is_never_suggested_in_part() -> None:
    _, _, (finding,) = read_text(f"a: {{follow_up: Who was it, {'and when ' * 40}}}\n", "f.yaml")
    assert '"' not in finding.hint
    assert "from 'Who was it, and when" in finding.hint


@pytest.mark.parametrize("character", ["\u200b", "\u2060", "\ufeff", "\u00ad"])
def test_a_character_without_width_in_a_copied_text_is_ignored(character: str) -> None:
    _, tree, findings = read_text(f"id: {character}owner\nIt runs every{character} day: {{}}\n", "x")
    assert tree is not None, findings
    assert tree.text("id") == "owner"
    assert "It runs every day" in tree


def test_the_suggestion_for_a_long_text_with_a_colon_quotes_all_of_it() -> None:
    question = "What are you comparing the price to: last year, or an offer that came in since then?"
    _, _, (found,) = read_text(f"ask: {question}\nid: compared\n", "x")
    assert f'"{question}"' in found.hint


def test_a_text_in_quotes_over_several_lines_is_not_an_open_quote() -> None:
    _, _, (found,) = read_text('say: "Two things:\n  id: a\n  id: b"\nask: Who: me?\n', "x")
    assert (found.code, found.location.line) == ("P101", 4)


def test_a_small_file_is_repaired_everywhere_and_a_large_one_a_few_times() -> None:
    item = "  - ask:Who pays?\n    id: payer\n"
    _, tree, findings = read_text("playbook: A\nagenda:\n" + item * 25, "x")
    assert tree is not None
    assert [found.code for found in findings] == ["P100"] * 25
    _, tree, findings = read_text("playbook: A\nagenda:\n" + f"  - ask:{'Who pays? ' * 1900}\n" * 50, "x")
    assert tree is None
    assert 1 <= len(findings) <= 3, "each repair parses a megabyte again"
