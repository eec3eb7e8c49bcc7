"""Quoting: texts that the program writes into a playbook mean the same to every YAML reader."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from salesnerd_tui.playbook.model import Interruption, PlaybookTest
from salesnerd_tui.playbook.yaml_reader import read_text
from salesnerd_tui.playbook.yaml_tree import Map, Scalar
from salesnerd_tui.playbook.yaml_writer import format_tests, format_text, is_ambiguous, needs_quotes

TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.text("yesnofYNOof0123456789:-_.exbT +~<=", max_size=12),
    st.text(" #:,[]{}-?!&*|>'\"%@`ab\\\n\t", max_size=12),
)


def read_back(line: str) -> str:
    _, tree, findings = read_text(line, "x")
    assert isinstance(tree, Map), findings
    value = tree.get("k")
    assert isinstance(value, Scalar)
    return value.text


@given(TEXTS)
def test_any_text_comes_back_from_a_line_of_its_own(text: str) -> None:
    assert read_back(f"k: {format_text(text)}\n") == text


@given(TEXTS)
def test_any_text_comes_back_from_inside_brackets(text: str) -> None:
    _, tree, findings = read_text(f"k: [{format_text(text, flow=True)}, b]\n", "x")
    assert tree is not None, findings
    assert [item.text for item in tree.scalars("k")] == [text, "b"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_too(text: str) -> None:
    plain = text.encode("utf-8", "replace").decode()
    assert read_back(f"k: {format_text(plain)}\n") == plain


@pytest.mark.parametrize(
    "text",
    [
        "No",
        "yes",
        "y",
        "N",
        "on",
        "Off",
        "1:30",
        "010",
        "1_000",
        "0b1",
        "0o17",
        "1e5",
        "2026-11-22",
        "<<",
        "=",
        "+0x1F",
    ],
)
def test_texts_that_yaml_versions_read_differently_are_quoted(text: str) -> None:
    assert is_ambiguous(text)
    assert yaml.safe_load(format_text(text)) == text


@pytest.mark.parametrize("text", ["Nobody", "30", "2.5", "45%", "60s", "true", "once_only", "first-call", "It's on us"])
def test_texts_that_yaml_versions_read_alike_stay_plain(text: str) -> None:
    assert not needs_quotes(text)


def test_a_test_with_several_interruptions_is_read_back() -> None:
    interruptions = (Interruption("trigger", "price"), Interruption("cost", "security"))
    lines = format_tests([PlaybookTest("survives both", interrupts=interruptions, ends="next_step")], 2)
    _, tree, findings = read_text("tests:\n" + "\n".join(lines), "x")
    assert findings == []
    assert tree is not None
    (test,) = tree.maps("tests")
    assert [(one.text("after"), one.text("with")) for one in test.maps("interrupts")] == [
        ("trigger", "price"),
        ("cost", "security"),
    ]
