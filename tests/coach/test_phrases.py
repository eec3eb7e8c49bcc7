"""Phrases match like one large expression, and none is compiled before somebody speaks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import phrase_index
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.conversations import load_dialogues

from salesnerd_tui.coach.phrases import INDEX, PAIR, Phrases, key_of
from salesnerd_tui.coach.sentences import split_words

_HERE = Path(__file__).parent


def lines() -> Iterator[str]:
    for conversation in load_dialogues():
        yield from (" ".join(split_words(row["text"])) for row in conversation.rows)
    for name in ("promises.jsonl", "spoken_pairs.jsonl"):
        for row in (_HERE / name).read_text(encoding="utf-8").splitlines():
            yield from (" ".join(split_words(text)) for text in json.loads(row).values() if isinstance(text, str))


def test_a_phrase_matches_whole_words() -> None:
    found = Phrases("the oven", "bake[sd]?")
    assert found.search("we like the oven")
    assert not found.search("we like the ovens")
    assert not found.search("rebaked")


def test_the_leftmost_match_wins_then_the_first_pattern() -> None:
    found = Phrases("the old oven", "old oven", "the old")
    match = found.search("sell the old oven or the old mixer")
    assert match is not None
    assert match.group() == "the old oven"
    assert [each.group() for each in found.finditer("sell the old oven or the old mixer")] == [
        "the old oven",
        "the old",
    ]


def test_the_index_has_exactly_the_patterns_of_the_code() -> None:
    patterns = {pattern for each in phrase_index.all_phrases() for pattern in each.patterns}
    indexed = json.loads(Path(INDEX).read_text(encoding="utf-8"))["keys"]
    assert indexed == sorted(map(key_of, patterns)), "run: python tools/phrase_index.py"


@pytest.mark.thorough
def test_the_index_is_up_to_date() -> None:
    assert Path(INDEX).read_text(encoding="utf-8") == phrase_index.index_text(), "run: python tools/phrase_index.py"


@pytest.mark.thorough
def test_the_index_hides_no_match() -> None:
    every = list(dict.fromkeys(lines()))
    found = 0
    for each in phrase_index.all_phrases():
        whole = re.compile(rf"(?:(?<=\s)|^)(?:{'|'.join(each.patterns)})(?=\s|$)")
        for line in every:
            spans = [match.span() for match in whole.finditer(line)]
            assert [match.span() for match in each.finditer(line)] == spans, (line, each.patterns)
            found += len(spans)
    assert found > 1000


@given(st.lists(st.sampled_from(["i", "we", "will", "we'll", "also", "send", "it", "fix", "the", "list"])))
def test_every_match_contains_a_word_of_each_group(spoken: list[str]) -> None:
    pattern = "(?:we|i)(?:'ll| will) (?:(?:also|never) )*(?:send|fix)(?: it)?"
    groups = phrase_index.groups_of(pattern)
    assert groups[0] == {"send", "fix"}
    assert any({"we_will", "i_will", "we'll", "i'll"} <= group for group in groups)
    if Phrases(pattern).search(" ".join(spoken)):
        tokens = {*spoken, *map(PAIR.join, pairwise(spoken))}
        assert all(group & tokens for group in groups)


def test_a_word_before_repeated_words_is_in_a_group() -> None:
    assert {"plan", "roadmap"} in phrase_index.groups_of("(?:plan|roadmap)(?: [a-z]+){0,3}? is")


def test_alternatives_are_split_outside_of_brackets() -> None:
    assert phrase_index.alternatives(r"a|(?:b|c)|[|]\|d") == [1, 9]
    assert phrase_index.alternatives("(?:a|b)") == []


def test_a_call_without_speech_compiles_nothing() -> None:
    asks = (
        "import salesnerd_tui.coach.engine, salesnerd_tui.coach.phrases as phrases;"
        "print(phrases._compiled.cache_info().currsize, phrases._index.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]
