"""`tools/check_prose.py` finds the old dialect and British spellings in prose, and leaves code alone."""

from __future__ import annotations

import check_prose
import pytest


def hints(text: str, name: str = "module.py") -> list[int]:
    return [number for number, _ in check_prose.findings(name, text)]


@pytest.mark.parametrize(
    "line",
    [
        "# a failure is told once",
        'x = "the index is made anew"',
        'x = f"{path} is there already"',
        'x = f"{word!r} is no day"',
        '"""Which of these is it."""',
        '"""Whether it may be read."""',
        "# how to mend what fails",
        "# keys stay as they come",
        'help = "write over FILE"',
    ],
)
def test_the_old_dialect_is_found_in_comments_strings_and_docstrings(line: str) -> None:
    assert hints(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "told = anew(mend, seldom)  # names are not prose",
        'x = "there is no such file"',
        'x = "the call is no longer running"',
        '"""Return the users who asked."""',
        '"""Parser that reports what it reads, and how many lines."""',
        "# nothing is overwritten; the file already exists",
        'x = "recommended, amended and whole"',
        'x = "What made you look at this now?"',
    ],
)
def test_ordinary_english_and_code_are_left_alone(line: str) -> None:
    assert hints(line) == []


def test_code_blocks_and_the_style_guide_of_a_document_are_not_checked() -> None:
    page = "# Title\n\n```\nsalesnerd mend\n```\n\n## Writing\n\nNo *anew*.\n\n## Next\n\nIt goes on by itself.\n"
    assert set(hints(page, "page.md")) == {13}


def test_a_line_with_words_that_people_say_on_a_call_is_not_checked() -> None:
    assert hints('x = ("fix mend repair",  # spoken\n     "how to mend it")\n') == [2]


@pytest.mark.parametrize(
    "words",
    [
        "Colours and Behaviour", "to organise, unrecognised", "a licence, the centre", "it was cancelled", "labelling",
        "a grey line whilst it waits", "a recogniser", "ten per cent", "we practise", "favourite", "analysed",
    ],
)  # fmt: skip
def test_a_british_spelling_is_found_also_in_playbooks_and_settings(words: str) -> None:
    assert hints(f"# {words}")
    assert hints(f"ask: {words}?", "mine.yaml")
    assert hints(f"# {words}", "pyproject.toml")


@pytest.mark.parametrize(
    "line",
    [
        "# four hours, our tour, a detour, poured, contour, glamour",
        "# promise, exercise, otherwise, advise, rise, wiser, revise, surprise, premise, supervise, comprise",
        "# controlled, filled, called, excellent, cancellation, installed, enrolled, skills, rolled",
        "# analyses, licensed, practice, practical, center, canceled, hence, fence, sentence, greyhound, genre, acre",
        "colours = behaviour(grey)  # names are not prose",
        'x = "realised|realized"',
        'x = "STATUS:CANCELLED"',
        'x = "driver.colour = docs/colour.md"',
    ],
)
def test_american_spellings_and_names_of_others_are_left_alone(line: str) -> None:
    assert hints(line) == []


def test_a_hint_shows_the_american_spelling() -> None:
    assert [hint for _, hint in check_prose.findings("a.md", "Behaviours are unrecognised.")] == [
        "'Behaviours': spell it 'behaviors'",
        "'unrecognised': spell it 'unrecognized'",
    ]
