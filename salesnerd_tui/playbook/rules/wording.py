"""P404 and P409 to P412: advice about words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from salesnerd_tui.playbook.book import Book
from salesnerd_tui.playbook.findings import Finding, Severity, advice
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.rules.rule import rule
from salesnerd_tui.playbook.rules.samples import book
from salesnerd_tui.playbook.terms import Terms

_A = Severity.ADVICE
_PRESSURE = (
    *(
        "act now",
        "limited time",
        "today only",
        "last chance",
        "before it's too late",
        "before it’s too late",
        "sign today",
    ),
    *("don't miss", "don’t miss", "exclusive offer", "only a few left", "while it lasts", "now or never"),
    *("you need to decide", "price goes up"),
)
_OURS = ("we", "we're", "we've", "we'll", "our", "ours", "us")
_YOURS = ("you", "you're", "you've", "you'll", "you'd", "your", "yours")
_BETWEEN_WORDS = str.maketrans(dict.fromkeys('.,;:!?()[]{}"„“”…–—/', " ") | {"’": "'"})
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{3,5}(?![\w-])")
_USUAL = frozenset(
    ("CEO", "CFO", "CTO", "CIO", "COO", "CISO", "RFP", "RFI", "RFQ", "FAQ", "PDF", "USA", "EUR", "USD", "GBP", "CHF")
) | {"VAT", "NDA", "GDPR", "ASAP", "FYI", "DIY"}


def _chosen_jargon(book: Book) -> dict[str, str]:
    """The jargon that the author listed. The words that come with the program are for the coach: of their eight hits
    in real questions to engineers, three were the buyer's own words."""
    drift = book.tree.map("drift")
    words = [word for word, _ in drift.under("jargon")] if drift else []
    shelf = builtin_folder()
    names = set() if book.path.resolve().is_relative_to(shelf) else {word.source.name for word in words}
    theirs = {name for name in names if Path(name).resolve().is_relative_to(shelf)}
    chosen = {word.text for word in words if word.source.name not in theirs}
    return {word: plain for word, plain in book.playbook.drift.jargon.items() if word in chosen}


@rule(
    "P404",
    _A,
    "a jargon word",
    "The buyer's boss has to understand it too. The plain words are in your own list.",
    bad=book("- say: It is idempotent.\n", "drift:\n  jargon: {idempotent: pressing twice does the same as once}\n"),
    good=book(
        "- say: Pressing twice is safe.\n", "drift:\n  jargon: {idempotent: pressing twice does the same as once}\n"
    ),
)
def jargon_word(book: Book) -> Iterator[Finding]:
    plain = _chosen_jargon(book)
    terms = Terms(plain)
    by_fold = {word.casefold(): told for word, told in plain.items()}
    for said in book.own_spoken if terms else ():
        found = terms.first_in(said.text.text)
        if found:
            start, word = found
            told = by_fold.get(word.casefold(), "")
            yield advice("P404", f"'{word}' is jargon", said.text.within(start, len(word)), f"plain words: {told}")


@rule(
    "P409",
    _A,
    "a never-say",
    "The playbook itself says what it forbids.",
    bad=book("- say: That should be easy.\n", "drift: {never_say: [should be easy]}\n"),
    good=book("- say: I will look and tell you on Friday.\n", "drift: {never_say: [should be easy]}\n"),
)
def never_say(book: Book) -> Iterator[Finding]:
    terms = Terms(book.playbook.drift.never_say)
    for said in book.own_spoken if terms else ():
        found = terms.first_in(said.text.text)
        if found:
            start, words = found
            spot = said.text.within(start, len(words))
            yield advice("P409", f"'{words}' is on the list of what never to say", spot, "say what you know for sure")


@rule(
    "P410",
    _A,
    "jargon without plain words",
    "Letters that only we can read. With plain words in `drift.jargon` the coach can show them during the call.",
    bad=book("- say: We speak OIDC with you.\n"),
    good=book("- say: You sign in with the account you have.\n"),
    on=False,  # of two hits in real questions, one was the buyer's own word
)
def bare_acronym(book: Book) -> Iterator[Finding]:
    known = {word.casefold() for word in book.playbook.drift.jargon}
    told: set[str] = set()
    for said in book.own_spoken:
        for found in _ACRONYM.finditer(said.text.text):
            word = found[0]
            if word in _USUAL or word.casefold() in known or word in told or said.text.text.isupper():
                continue
            told.add(word)
            spot = said.text.within(found.start(), len(word))
            yield advice("P410", f"'{word}' has no plain words", spot, f"add it: `drift: {{jargon: {{{word}: …}}}}`")


@rule(
    "P411",
    _A,
    "pressure",
    "Pressure gets a polite yes and a quiet no. The reason to move has to be theirs.",
    bad=book("- say: This is a limited time offer for you.\n"),
    good=book("- say: What would waiting cost you?\n"),
)
def pressure(book: Book) -> Iterator[Finding]:
    whole = "\n".join(said.text.text for said in book.own_spoken).lower()
    for phrase in _PRESSURE:
        if phrase not in whole:
            continue
        for said in book.own_spoken:
            at = said.text.text.lower().find(phrase)
            if at >= 0:
                spot = said.text.within(at, len(phrase))
                yield advice("P411", f"'{phrase}' puts on pressure", spot, "give their reason to move, or none")


@rule(
    "P412",
    _A,
    "more about us than about them",
    "Count we and our against you and your in what is to be said. The call is about them.",
    bad=book("- say: We love what we do, and our team and our product show it. We grow, we hire, we lead.\n"),
    good=book("- say: Your week first. What would you like to have at the end of this half hour?\n"),
)
def about_us(book: Book) -> Iterator[Finding]:
    whole = " ".join(said.text.text for said in book.own_spoken).lower()
    words = Counter(whole.translate(_BETWEEN_WORDS).split())
    ours, yours = sum(words[word] for word in _OURS), sum(words[word] for word in _YOURS)
    if ours > yours and ours >= 5:
        message = f"says we and our {ours} times, you and your {yours} times"
        yield advice("P412", message, book.title_spot, "turn sentences around: what does it mean for them?")
