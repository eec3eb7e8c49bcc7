"""P403, P408 and P416 to P418: questions answered with a word or a guess instead of a story, and better ones."""

from __future__ import annotations

from collections.abc import Iterator

from salesnerd_tui.playbook.diagnostics import Finding, Severity, advice
from salesnerd_tui.playbook.lint.better_question import PATTERNS, Weakness, weakness_of
from salesnerd_tui.playbook.lint.context import LintContext
from salesnerd_tui.playbook.lint.rule import book, rule
from salesnerd_tui.playbook.model import Ask, NoteType
from salesnerd_tui.playbook.yaml_writer import rewritten

_A = Severity.ADVICE


def _weak(book: LintContext, code: str, weakness: Weakness, message: str) -> Iterator[Finding]:
    for said in book.own_spoken:
        ask = said.row.item if said.kind == "ask" and said.row is not None else None
        found = weakness_of(said.text.text) if isinstance(ask, Ask) else None
        if found is None or found.weakness is not weakness or not isinstance(ask, Ask) or _is_meant(ask, weakness):
            continue
        words = said.text.text[found.start : found.start + found.length].strip(" ,")
        hint = f"try: “{found.better}”" if found.better else PATTERNS[weakness]
        edits = rewritten(said.text, found.better) if found.better else ()
        spot = said.text.within(found.start, found.length)
        yield advice(code, message.format(words), spot, hint, edits=edits)


def _is_meant(ask: Ask, weakness: Weakness) -> bool:
    """Return whether the question shows that it wants this kind of reply, or has another finding already."""
    if weakness is Weakness.YES_NO:
        two = ask.text.count("?") > 1  # "Do you have one? Which?" is reported as two questions
        return two or bool(ask.answers) or ask.type in (NoteType.CHOICE, NoteType.SCALE)
    return weakness is Weakness.RATING and ask.type is NoteType.SCALE


@rule(
    "P403",
    _A,
    "a yes-or-no question",
    "'Do you …' can be answered with one word. What, how, who and when bring a story.",
    bad=book("- ask: Do you have problems with billing?\n  id: trouble\n"),
    good=book("- ask: When did billing last cause you trouble?\n  id: trouble\n"),
)
def closed_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P403", Weakness.YES_NO, "opens with '{}', which a yes or a no answers")


@rule(
    "P408",
    _A,
    "a guess about the future",
    "People are kind about what they would do. What they did the last time is worth more.",
    bad=book("- ask: Would you pay for something like this?\n  id: pay\n"),
    good=book("- ask: What have you paid so far to make it go away?\n  id: pay\n"),
)
def future_guess(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P408", Weakness.HYPOTHETICAL, "'{}' asks for a guess about the future")


@rule(
    "P416",
    _A,
    "a question about an opinion",
    "An opinion costs nothing and changes by Friday. What they did last shows what it is worth to them.",
    bad=book("- ask: How important is reporting to you?\n  id: reporting\n"),
    good=book("- ask: What have you done for reporting this year?\n  id: reporting\n"),
)
def opinion_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P416", Weakness.OPINION, "'{}' asks for an opinion")


@rule(
    "P417",
    _A,
    "a question for a rating",
    "A seven out of ten says nothing about what happened. Ask for a case; where a number is meant, write "
    "`type: scale`.",
    bad=book("- ask: On a scale of 1 to 10, how satisfied are you with your reports?\n  id: reports\n"),
    good=book("- ask: When did your reports last let you down?\n  id: reports\n"),
)
def rating_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P417", Weakness.RATING, "'{}' asks for a rating")


@rule(
    "P418",
    _A,
    "a leading question",
    "The answer is in the question, so you hear your own words again.",
    bad=book("- ask: You check every invoice twice, right?\n  id: checks\n"),
    good=book("- ask: When did you last check every invoice twice?\n  id: checks\n"),
)
def leading_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P418", Weakness.LEADING, "'{}' puts the answer in their mouth")
