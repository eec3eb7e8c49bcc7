"""The prep sheet as blocks of lines, for a screen and for Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from salesnerd_tui.review.markdown import escape
from salesnerd_tui.review.pledges import due_words
from salesnerd_tui.review.prep import Box, Known, Planned, Sheet

KNOWN_ELSEWHERE = 6
"""Answers to questions of other playbooks that are shown: the page is one page."""


class Block(Struct, frozen=True):
    """A heading with its lines. `weak` lines are for later, when the others have been read."""

    title: str
    lines: tuple[str, ...]
    weak: tuple[str, ...] = ()


def blocks(sheet: Sheet) -> Iterator[Block]:
    """Only what there is something to say of, the most useful first."""
    found = (
        Block("Who", *_people(sheet)),
        Block("Musts today", tuple(_must(question) for question in sheet.musts)),
        Block("To test", tuple(_tests(sheet))),
        Block("Promises still open", tuple(_promises(sheet))),
        Block("What is known", *_known(sheet)),
        Block("Your own answers", tuple(f"{each.question} {each.words}" for each in sheet.thoughts if each.words)),
        Block("Notes", sheet.notes),
        Block("Agenda", tuple(_agenda(sheet))),
    )
    yield from (block for block in found if block.lines or block.weak)


def markdown(sheet: Sheet) -> str:
    """The page for print; what people said is escaped."""
    head = " · ".join(filter(None, (sheet.account, sheet.title)))
    lines = [f"# Prep: {escape(head)}", ""]
    if sheet.goal:
        lines += [f"{escape(sheet.goal)}{_minutes(sheet.minutes)}", ""]
    for block in blocks(sheet):
        lines += [f"## {block.title}", "", *(f"- {escape(row)}" for row in (*block.lines, *block.weak)), ""]
    return "\n".join(lines)


def _people(sheet: Sheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    today = tuple(f"{each.name}: {each.part}" if each.part else each.name for each in sheet.people if each.today)
    met = [each.name for each in sheet.people if not each.today]
    return today, (f"met before: {', '.join(met)}",) if met else ()


def _must(question: Planned) -> str:
    known = f" (known: {question.known})" if question.known else ""
    return f"{question.text}{known}"


def _tests(sheet: Sheet) -> Iterator[str]:
    yield from sheet.tests
    for box in sheet.agenda:
        for question in box.questions:
            yield from (f"{test} → {question.text}" for test in question.tests)


def _promises(sheet: Sheet) -> Iterator[str]:
    for pledge in sheet.promises:
        due = due_words(pledge)
        yield f"{pledge.who}: {pledge.promise.text}{f', {due}' if due else ''} ({pledge.standing})"


def _known(sheet: Sheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    here = tuple(map(_answer, (each for each in sheet.known if each.here)))
    return here, tuple(map(_answer, [each for each in sheet.known if not each.here][:KNOWN_ELSEWHERE]))


def _answer(known: Known) -> str:
    on = f" ({known.began.day} {known.began:%b})" if known.began else ""
    return f"{known.asked_as} {known.words}{on}"


def _agenda(sheet: Sheet) -> Iterator[str]:
    for box in sheet.agenda:
        yield f"{_box(box)}: " + " · ".join(f"{each.text}{' (must)' if each.must else ''}" for each in box.questions)


def _box(box: Box) -> str:
    return f"{box.title or 'First'}{_minutes(box.minutes)}"


def _minutes(minutes: float | None) -> str:
    return f" ({minutes:g} min)" if minutes else ""
