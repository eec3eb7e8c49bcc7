"""Text that is shown cannot control the terminal."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesnerd_tui.text
from hostile import HOSTILE, find_smuggled
from salesnerd_tui.text import (
    LINE_LIMIT,
    MARKS_PER_CELL,
    clean,
    counted,
    find_words,
    first_match,
    has_word,
    one_line,
    search_text,
    searchable,
    with_period,
)

anything = st.one_of(
    st.text(st.integers(0, 0x10FFFF).map(chr)),
    st.lists(
        st.sampled_from(["\x1b", "[", "]", "\x9b", "\r", "\n", "\u0301", "\u200d", "\u202e", "a", "漢", "\ud800"])
    ).map("".join),
)
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_reaches_no_terminal(text: str) -> None:
    assert find_smuggled(clean(text).encode()) == []
    assert OBEYED.search(clean(text)) is None


@given(anything)
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    assert OBEYED.search(clean(text)) is None


@given(anything)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(categories=["L", "Nd", "P", "S", "Zs"]), max_size=200))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@given(anything)
def test_marks_do_not_pile_up_on_a_cell(text: str) -> None:
    piled = 0
    for char in clean(text):
        piled = piled + 1 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 0
        if char in ("\u0301", "\u200d"):
            assert piled <= MARKS_PER_CELL


@pytest.mark.parametrize("name", ["piled marks", "piled marks of another script", "piled joiners"])
def test_a_tower_of_marks_is_cut(name: str) -> None:
    assert len(clean(HOSTILE[name])) < 20


def test_an_escape_sequence_is_shown_and_not_executed() -> None:
    assert clean("\x1b[2Jgone") == "␛[2Jgone"
    assert clean("a\x00b\x7f") == "a␀b␡"


def test_a_joined_emoji_stays_one() -> None:
    assert clean("👩\u200d👧 ❤\ufe0f") == "👩\u200d👧 ❤\ufe0f"


def test_lines_and_tabs_stay_and_all_line_ends_become_one_kind() -> None:
    assert clean("one\r\ntwo\rthree\n\tfour") == "one\ntwo\nthree\n\tfour"


def test_a_line_of_a_megabyte_is_cut_and_the_others_are_not() -> None:
    shown = clean("before\n" + "x" * 1_000_000 + "\nafter").split("\n")
    assert shown[0] == "before"
    assert len(shown[1]) == LINE_LIMIT
    assert shown[1].endswith("…")
    assert shown[2] == "after"


@given(anything)
def test_one_line_is_one_line(text: str) -> None:
    shown = one_line(text)
    assert "\n" not in shown
    assert "\t" not in shown
    assert shown == shown.strip()
    assert "  " not in shown


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ("nobody counts", "nobody counts."),
        ("They said “Why?”", "They said “Why?”"),
        ("They said “no”", "They said “no”."),
    ],
)
def test_a_sentence_ends_once(said: str, ended: str) -> None:
    assert with_period(said) == ended


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [(0, "call", "0 calls"), (1, "match", "1 match"), (2, "match", "2 matches"), (1200, "call", "1,200 calls")],
)
def test_a_count_has_its_plural(count: int, noun: str, text: str) -> None:
    assert counted(count, noun) == text


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("a Zeppelin, two zeppelins", "zep", ["Zep", "zep"]),
        ("on … Hauptstraße 4 and STRASSE 5", "straße", ["straße", "STRASSE"]),
        ("İstanbul or ıstanbul", "istanbul", ["İstanbul", "ıstanbul"]),
        ("the cafe\u0301 opens", "opens CAFÉ", ["opens", "cafe\u0301"]),
        ("the ﬁle ＡＢＣ", "file abc", ["ﬁle", "ＡＢＣ"]),
        ("€9,000, 39.000,50 or 9000", "9000", ["9,000", "9.000", "9000"]),
        ("9'000 and 9 000, not 90 00", "9,000", ["9'000", "9 000"]),
        ("nothing", "zebra", []),
        ("nothing", " ", []),
    ],
)
def test_words_are_found_where_the_search_finds_them(text: str, words: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find_words(text, words)] == found


@given(st.text("aıİßsﬁ\u0301… 10,", max_size=20), st.text("aißsf10,", min_size=1, max_size=4))
def test_a_word_is_found_exactly_if_the_search_finds_the_text(text: str, word: str) -> None:
    spans = find_words(text, word)
    assert first_match(text, word) == min(spans, default=(0, 0))[0]
    assert bool(spans) == has_word(search_text(text), searchable(word))
    assert all(has_word(search_text(text[start:end]), searchable(word)) for start, end in spans)


def test_words_of_a_long_text_are_found_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []

    def counting(text: str) -> str:
        folded.append(len(text))
        return searchable(text)

    monkeypatch.setattr(salesnerd_tui.text, "searchable", counting)
    text = "ein Tag, é, und noch ein Tag. " * 1000
    assert len(find_words(text, "tag e")) == 4000
    assert sum(folded) < 3 * len(text)
    folded.clear()
    assert first_match("und 9,000 " * 3000, "9000") == 4
    assert sum(folded) < 100 * len(text)
