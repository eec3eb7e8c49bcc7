"""P401 to P408: advice about how questions will sound. Loose on purpose where a rule would nag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesnerd_tui.playbook.book import Book, Spoken
from salesnerd_tui.playbook.findings import Finding, Severity, advice
from salesnerd_tui.playbook.model import Ask, NoteType, Priority
from salesnerd_tui.playbook.nodes import Scalar
from salesnerd_tui.playbook.rules.rule import rule
from salesnerd_tui.playbook.rules.samples import book

_A = Severity.ADVICE
_ASK = "- ask: What happened?\n  id: trigger\n"

WORDS_MAX = 25
"""Words in a question that can be said in one breath."""

WORDS_PER_SECOND = 2.5
"""150 words a minute, the pace the coach assumes for a transcript without times."""

MINUTES_PER_MUST = 2.5
"""A question, its reply and one follow-up."""

_CLOSED = re.compile(r"(?:do|does|did|have|has|are|will) (?:you|your|they|it|there|we|anyone|anybody)\b", re.I)
_FUTURE = re.compile(
    r"\b(?:would you (?:buy|use|pay|consider|recommend|be (?:interested|willing|open))"
    r"|do you think (?:you|they|it) (?:would|will|could)|how likely|how much would you|will you (?:buy|use|pay))\b",
    re.I,
)


def _own(book: Book) -> list[Spoken]:
    return book.own_spoken


def _asked(book: Book) -> list[tuple[Scalar, Ask]]:
    return [
        (said.text, said.row.item)
        for said in _own(book)
        if said.kind == "ask" and said.row is not None and isinstance(said.row.item, Ask)
    ]


@rule(
    "P401",
    _A,
    "two questions in one",
    "Only the last one is answered. Ask one, wait, then ask the other.",
    bad=book("- ask: What happened? And who noticed it first?\n  id: trigger\n"),
    good=book("- ask: What happened?\n  id: trigger\n  probes: Who noticed it first?\n"),
)
def two_questions(book: Book) -> Iterator[Finding]:
    for text, _ in _asked(book):
        second = text.text.find("?", text.text.find("?") + 1)
        if second > 0:
            start = text.text.find("?") + 2
            yield advice(
                "P401", "two questions in one", text.within(start, second + 1 - start), "make the second one a probe"
            )


@rule(
    "P402",
    _A,
    "a long question",
    f"Over {WORDS_MAX} words nobody remembers how it began. It should be said in one breath.",
    bad=book("- ask: When you think back to " + "the week before the week " * 6 + "what happened?\n  id: trigger\n"),
    good=book(_ASK),
)
def long_question(book: Book) -> Iterator[Finding]:
    for text, _ in _asked(book):
        count = len(text.text.split())
        if count > WORDS_MAX:
            hint = "say the context first with `say:`, then ask"
            yield advice("P402", f"{count} words; a breath holds {WORDS_MAX}", text.spot, hint)


@rule(
    "P403",
    _A,
    "opens like a yes or no",
    "'Do you …' can be answered with one word. What, how, who and when bring a story.",
    bad=book("- ask: Do you have problems with billing?\n  id: trouble\n"),
    good=book("- ask: What went wrong with billing the last time?\n  id: trouble\n"),
)
def closed_question(book: Book) -> Iterator[Finding]:
    for text, ask in _asked(book):
        if text.text.count("?") > 1:
            continue  # "Do you have one? Which?" is two questions, and is told as that
        found = _CLOSED.match(text.text)
        if found and not ask.answers and ask.type not in (NoteType.CHOICE, NoteType.SCALE):
            hint = "open it: what, how, who, when"
            yield advice("P403", f"opens with '{found[0]}'", text.within(0, len(found[0])), hint)


@rule(
    "P405",
    _A,
    "too many musts",
    f"A must takes about {MINUTES_PER_MUST:g} minutes with its reply. What does not fit is not a must.",
    bad=book(
        "".join(f"- ask: What about part {n}?\n  id: part_{n}\n  priority: must\n" for n in range(9)),
        head="minutes: 15",
    ),
    good=book(_ASK + "  priority: must\n", head="minutes: 15"),
)
def too_many_musts(book: Book) -> Iterator[Finding]:
    musts = [
        item
        for item in book.playbook.agenda
        if isinstance(item, Ask) and item.priority is Priority.MUST and not item.when.source
    ]
    minutes = book.playbook.minutes
    if minutes and len(musts) * MINUTES_PER_MUST > minutes:
        message = f"{len(musts)} musts in {minutes:g} minutes"
        yield advice(
            "P405", message, book.title_spot, f"room for {int(minutes / MINUTES_PER_MUST)}: make the others should"
        )


@rule(
    "P406",
    _A,
    "scripted to talk too much",
    "What you are to say here takes longer than your own limit for one stretch.",
    bad=book("- say: We " + "really " * 40 + "care.\n", "drift: {one_stretch_max: 10s}\n"),
    good=book("- say: We care.\n", "drift: {one_stretch_max: 10s}\n"),
)
def long_speech(book: Book) -> Iterator[Finding]:
    limit = book.playbook.drift.one_stretch_max_seconds
    for said in _own(book):
        seconds = len(said.text.text.split()) / WORDS_PER_SECOND
        if said.kind in ("say", "close") and seconds > limit:
            message = f"takes {seconds:.0f} s to say; the limit for one stretch is {limit:.0f} s"
            yield advice("P406", message, said.text.spot, "cut it, or put a question in the middle")


@rule(
    "P407",
    _A,
    "the product before the first question",
    "A call that begins with the product is about us. Ask about them first.",
    bad=book("- say: Billpad changes billing.\n" + _ASK, "vars: {product: Billpad}\n"),
    good=book(_ASK + "- say: Billpad changes billing.\n", "vars: {product: Billpad}\n"),
)
def product_first(book: Book) -> Iterator[Finding]:
    product = book.playbook.vars.get("product", "")
    for row in book.places["agenda"]:
        if "ask" in row.node:
            return
        text = row.node.scalar("say")
        if text is None or not book.is_own(text):
            continue
        at = next((text.text.find(word) for word in ("{product}", product) if word and word in text.text), -1)
        if at >= 0:
            yield advice(
                "P407", "the product is named before the first question", text.within(at, 1), "move it below a question"
            )


@rule(
    "P408",
    _A,
    "a guess about the future",
    "People are kind about what they would do. What they did the last time is worth more.",
    bad=book("- ask: Would you pay for something like this?\n  id: pay\n"),
    good=book("- ask: What have you paid so far to make it go away?\n  id: pay\n"),
)
def future_guess(book: Book) -> Iterator[Finding]:
    for text, _ in _asked(book):
        found = _FUTURE.search(text.text)
        if found:
            spot = text.within(found.start(), len(found[0]))
            yield advice("P408", "asks to guess the future", spot, "ask what happened the last time")
