"""Advice P401 to P419 on what is said: length, order and words, and texts that cannot be read aloud.

`better_question` has the advice on single questions (P403, P408 and P416 to P418).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.fields import BUILT_IN_VARIABLES
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.lint.context import PLACEHOLDER, LintContext
from salesnerd_tui.playbook.lint.rule import Problem, advice_rule, sample
from salesnerd_tui.playbook.model import Ask, Priority, SourceLocation
from salesnerd_tui.playbook.yaml_writer import replace_text

if TYPE_CHECKING:
    from salesnerd_tui.playbook.yaml_tree import Scalar

_ASK = "- ask: What happened?\n  id: trigger\n"

MAX_QUESTION_WORDS = 25
"""Maximum words of a question, which can be said in one breath."""

WORDS_PER_SECOND = 2.5
"""150 words per minute, the pace that the coach assumes for a transcript without times."""

MINUTES_PER_MUST = 2.5
"""Minutes that a must-ask takes with its reply and one follow-up."""

MINUTES_PER_QUESTION = 2.0
"""Minutes that a question takes with a reply of a few sentences and its note."""

MAX_CALL_MINUTES = 90.0
"""Length of the longest usual call."""


@advice_rule(
    "P401",
    "two questions in one",
    "People answer only the last question. Ask one, wait, then ask the other.",
    bad=sample("- ask: What happened? And who noticed it first?\n  id: trigger\n"),
    good=sample("- ask: What happened?\n  id: trigger\n  follow_ups: Who noticed it first?\n"),
)
def two_questions(context: LintContext) -> Iterator[Problem]:
    for text, _ in context.own_questions:
        second = text.text.find("?", text.text.find("?") + 1)
        if second > 0:
            start = text.text.find("?") + 2
            location = text.location_within(start, second + 1 - start)
            yield Problem("two questions in one", location, "make the second one a follow-up")


@advice_rule(
    "P402",
    "question too long",
    f"After {MAX_QUESTION_WORDS} words, listeners have forgotten the beginning. It should be said in one breath.",
    bad=sample("- ask: When you think back to " + "the week before the week " * 6 + "what happened?\n  id: trigger\n"),
    good=sample(_ASK),
)
def long_question(context: LintContext) -> Iterator[Problem]:
    for text, _ in context.own_questions:
        count = len(text.text.split())
        if count > MAX_QUESTION_WORDS:
            hint = "say the context first with `say:`, then ask"
            yield Problem(f"{count} words (at most {MAX_QUESTION_WORDS} in one breath)", text.location, hint)


@advice_rule(
    "P405",
    "too many must-asks",
    f"A must-ask takes about {MINUTES_PER_MUST:g} minutes with its reply. Not every question can be one.",
    bad=sample(
        "".join(f"- ask: What about part {n}?\n  id: part_{n}\n  priority: must\n" for n in range(9)),
        head="minutes: 15",
    ),
    good=sample(_ASK + "  priority: must\n", head="minutes: 15"),
)
def too_many_musts(context: LintContext) -> Iterator[Problem]:
    musts = [
        item
        for item in context.playbook.agenda
        if isinstance(item, Ask) and item.priority is Priority.MUST and not item.when.source
    ]
    minutes = context.playbook.minutes
    if minutes and len(musts) * MINUTES_PER_MUST > minutes:
        message = f"{len(musts)} must-asks in {minutes:g} minutes"
        yield Problem(
            message, context.title_location, f"room for {int(minutes / MINUTES_PER_MUST)}: make the others should"
        )


@advice_rule(
    "P415",
    "more questions than a call has time for",
    f"A question and its reply take about {MINUTES_PER_QUESTION:g} minutes. With a planned length, the call can leave "
    "out what is not a must.",
    bad=sample("".join(f"- ask: What about part {n}?\n  id: part_{n}\n" for n in range(60))),
    good=sample(_ASK + "  priority: must\n", head="minutes: 15"),
)
def more_than_a_call(context: LintContext) -> Iterator[Problem]:
    if context.is_library or context.playbook.minutes:
        return
    questions = sum(
        isinstance(item, Ask) and item.priority is not Priority.COULD and not item.when.source
        for item in context.playbook.agenda
    )
    minutes = questions * MINUTES_PER_QUESTION
    if minutes > MAX_CALL_MINUTES:
        message = f"{questions} questions take about {minutes / 60:.0f} hours, and no length is planned"
        hint = "write `minutes:`, and `priority: must` on what the call cannot do without"
        yield Problem(message, context.title_location, hint)


@advice_rule(
    "P406",
    "script longer than your own limit",
    "Saying the text takes longer than `max_monologue`, so you would break your own limit.",
    bad=sample("- say: We " + "really " * 40 + "care.\n", "coach: {max_monologue: 10s}\n"),
    good=sample("- say: We care.\n", "coach: {max_monologue: 10s}\n"),
)
def long_speech(context: LintContext) -> Iterator[Problem]:
    limit = context.playbook.coach.max_monologue_seconds
    for spoken in context.own_spoken_texts:
        seconds = len(spoken.text.text.split()) / WORDS_PER_SECOND
        if spoken.kind in ("say", "close") and seconds > limit:
            message = f"takes {seconds:.0f} s to say; the limit for a monologue is {limit:.0f} s"
            yield Problem(message, spoken.text.location, "cut it, or put a question in the middle")


@advice_rule(
    "P407",
    "product before the first question",
    "A call that starts with the product is about you. Ask about them first.",
    bad=sample("- say: Billpad changes billing.\n" + _ASK, "vars: {product: Billpad}\n"),
    good=sample(_ASK + "- say: Billpad changes billing.\n", "vars: {product: Billpad}\n"),
)
def product_first(context: LintContext) -> Iterator[Problem]:
    product = context.playbook.vars.get("product", "")
    for row in context.rows_by_place["agenda"]:
        if "ask" in row.node:
            return
        text = row.node.scalar("say")
        if text is None or not context.is_own(text):
            continue
        at = next((text.text.find(word) for word in ("{product}", product) if word and word in text.text), -1)
        if at >= 0:
            message = "the product is named before the first question"
            yield Problem(message, text.location_within(at, 1), "move it below a question")


_PRESSURE = (
    *("act now", "limited time", "today only", "last chance", "before it's too late", "before it’s too late"),
    *("sign today", "don't miss", "don’t miss", "exclusive offer", "only a few left", "while it lasts", "now or never"),
    *("you need to decide", "price goes up"),
)
_OUR_WORDS = ("we", "we're", "we've", "we'll", "our", "ours", "us")
_YOUR_WORDS = ("you", "you're", "you've", "you'll", "you'd", "your", "yours")
_BETWEEN_WORDS = str.maketrans(dict.fromkeys('.,;:!?()[]{}"„“”…–—/', " ") | {"’": "'"})
_ACRONYM = lazy_pattern(r"(?<![\w-])[A-Z]{3,5}(?![\w-])")
_COMMON_ACRONYMS = frozenset(
    ("CEO", "CFO", "CTO", "CIO", "COO", "CISO", "RFP", "RFI", "RFQ", "FAQ", "PDF", "USA", "EUR", "USD", "GBP", "CHF")
) | {"VAT", "NDA", "GDPR", "ASAP", "FYI", "DIY"}


def _author_jargon(context: LintContext) -> dict[str, str]:
    """Return the jargon that the author listed, without the built-in words, which are only for the coach.

    Of eight hits of built-in words in real questions to engineers, three were the buyer's own words.
    """
    coach = context.tree.map("coach")
    words = [word for word, _ in coach.entries_of("jargon")] if coach else []
    shelf = builtin_folder()
    names = set() if context.path.resolve().is_relative_to(shelf) else {word.source.name for word in words}
    theirs = {name for name in names if Path(name).resolve().is_relative_to(shelf)}
    chosen = {word.text for word in words if word.source.name not in theirs}
    return {word: plain for word, plain in context.playbook.coach.jargon.items() if word in chosen}


@advice_rule(
    "P404",
    "jargon",
    "The buyer's boss has to understand it too. Use the plain wording from your own list.",
    bad=sample("- say: It is idempotent.\n", "coach:\n  jargon: {idempotent: pressing twice does the same as once}\n"),
    good=sample(
        "- say: Pressing twice is safe.\n", "coach:\n  jargon: {idempotent: pressing twice does the same as once}\n"
    ),
)
def jargon_word(context: LintContext) -> Iterator[Problem]:
    jargon = _author_jargon(context)
    wordings = {word.casefold(): wording for word, wording in jargon.items()}
    for word, location in _find_terms(context, jargon):
        yield Problem(f"'{word}' is jargon", location, f"plain words: {wordings.get(word.casefold(), '')}")


def _find_terms(context: LintContext, words: Iterable[str]) -> Iterator[tuple[str, SourceLocation]]:
    """Yield the first of the terms in each text, with its location."""
    terms = Terms(words)
    for spoken in context.own_spoken_texts if terms else ():
        if match := terms.first_in(spoken.text.text):
            offset, words = match
            yield words, spoken.text.location_within(offset, len(words))


@advice_rule(
    "P409",
    "forbidden phrase",
    "The playbook uses a phrase from its `never_say` list, or from the list of a file that it extends or uses.",
    bad=sample("- say: That should be easy.\n", "coach: {never_say: [should be easy]}\n"),
    good=sample("- say: I will look and tell you on Friday.\n", "coach: {never_say: [should be easy]}\n"),
)
def never_say(context: LintContext) -> Iterator[Problem]:
    for words, location in _find_terms(context, context.playbook.coach.never_say):
        yield Problem(f"'{words}' is on the never-say list", location, "say what you know for sure")


@advice_rule(
    "P410",
    "undefined acronym",
    "An acronym that only your side may know. With a plain wording in `coach.jargon` the coach can show it during "
    "the call.",
    bad=sample("- say: We speak OIDC with you.\n"),
    good=sample("- say: You sign in with the account you have.\n"),
    is_default=False,  # of two hits in real questions, one was the buyer's own word
)
def bare_acronym(context: LintContext) -> Iterator[Problem]:
    known = {word.casefold() for word in context.playbook.coach.jargon}
    reported: set[str] = set()
    for spoken in context.own_spoken_texts:
        for match in _ACRONYM.finditer(spoken.text.text):
            word = match[0]
            if word in _COMMON_ACRONYMS or word.casefold() in known or word in reported or spoken.text.text.isupper():
                continue
            reported.add(word)
            location = spoken.text.location_within(match.start(), len(word))
            yield Problem(f"'{word}' has no plain wording", location, f"add it: `coach: {{jargon: {{{word}: …}}}}`")


@advice_rule(
    "P411",
    "pressure",
    "Pressure gets a polite yes and a quiet no. The reason to act has to be the buyer's own.",
    bad=sample("- say: This is a limited time offer for you.\n"),
    good=sample("- say: What would waiting cost you?\n"),
)
def pressure(context: LintContext) -> Iterator[Problem]:
    whole = "\n".join(spoken.text.text for spoken in context.own_spoken_texts).lower()
    for phrase in _PRESSURE:
        if phrase not in whole:
            continue
        for spoken in context.own_spoken_texts:
            at = spoken.text.text.lower().find(phrase)
            if at >= 0:
                location = spoken.text.location_within(at, len(phrase))
                yield Problem(f"'{phrase}' puts on pressure", location, "give the buyer's own reason to act, or none")


@advice_rule(
    "P412",
    "more about us than about them",
    "In the texts to say, we and our outnumber you and your. The call is about them.",
    bad=sample("- say: We love what we do, and our team and our product show it. We grow, we hire, we lead.\n"),
    good=sample("- say: Your week first. What would you like to have at the end of this half hour?\n"),
)
def about_us(context: LintContext) -> Iterator[Problem]:
    spoken_texts = [spoken for spoken in context.own_spoken_texts if spoken.kind != "phrasing"]
    ours, yours = _count_pronouns("\n".join(spoken.text.text for spoken in spoken_texts))
    if ours > yours and ours >= 5:
        counts = [(*_count_pronouns(spoken.text.text), spoken) for spoken in spoken_texts]
        worst = max(counts, key=lambda count: count[0] - count[1])[2].text
        message = f"says we and our {ours} times, you and your {yours} times; here most of all"
        yield Problem(message, worst.location, "turn the sentence around: what does it mean for them?")


def _count_pronouns(text: str) -> tuple[int, int]:
    words = Counter(text.lower().translate(_BETWEEN_WORDS).split())
    return sum(words[word] for word in _OUR_WORDS), sum(words[word] for word in _YOUR_WORDS)


_MARKDOWN = lazy_pattern(
    r"\[(?P<link>[^\]\n]+)\]\((?P<target>[^)\s]+)\)|(?P<strong>\*\*|__)(?P<bold>[^\s*_][^*_]*)(?P=strong)"
    r"|(?<![\w*])\*(?P<slant>[^\s*][^*\n]*?[^\s*]|[^\s*])\*(?![\w*])|`(?P<code>[^`\n]+)`|^(?P<head>#{1,6}) (?=\S)"
)
_STAGE_DIRECTION = lazy_pattern(
    r"\((?:if (?:applicable|relevant|needed|necessary|appropriate|possible|asked|time)|optional|pause|note\b|skip\b|"
    r"only if|e\.g\.|for example|ideal(?:ly)?\b|goal\b|tip\b|hint\b|internal\b|listen for)[^)\n]*\)"
    r"|\[(?:[A-Za-z][\w' /-]{1,40})\](?!\()|<[A-Za-z][\w /-]{1,30}>|_{3,}|\{%[^%\n]*%\}|\b(?:TODO|TBD|FIXME)\b",
    re.IGNORECASE,
)


@advice_rule(
    "P413",
    "Markdown in a text",
    "The texts of a playbook are shown and said as they are written, so stars and brackets would be read aloud.",
    bad=sample("- say: We are **really** careful with it.\n" + _ASK),
    good=sample("- say: We are really careful with it.\n" + _ASK),
)
def markdown_in_text(context: LintContext) -> Iterator[Problem]:
    for text, match in _first_matches(context, _MARKDOWN):
        location = text.location_within(match.start(), len(match[0]))
        hint = "write only the words" if not match["link"] else "write only the words, and the address under `link:`"
        edits = () if "](" in text.text else replace_text(text, _MARKDOWN.sub(_strip_markdown, text.text))
        yield Problem(f"'{match[0][:40]}' is Markdown and would be read aloud", location, hint, edits=edits)


def _first_matches(context: LintContext, pattern: re.Pattern[str]) -> Iterator[tuple[Scalar, re.Match[str]]]:
    for spoken in context.own_spoken_texts:
        match = pattern.search(spoken.text.text)
        if match:
            yield spoken.text, match


def _strip_markdown(match: re.Match[str]) -> str:
    return next((match[name] for name in ("link", "bold", "slant", "code") if match[name]), "")


@advice_rule(
    "P414",
    "note to yourself in a text",
    "The whole text is said aloud. Put conditions under `when:`, notes under `why:`, and names into slots.",
    bad=sample("- ask: Who signs (if applicable)?\n  id: signer\n" + _ASK),
    good=sample(_ASK + "- ask: Who signs?\n  id: signer\n  when: trigger is known\n"),
)
def note_in_text(context: LintContext) -> Iterator[Problem]:
    for text, match in _first_matches(context, _STAGE_DIRECTION):
        location = text.location_within(match.start(), len(match[0]))
        if match[0][0] == "(":
            hint = "write a condition under `when:`, and a note to yourself under `why:`"
        elif match[0][0] in "[<":
            hint = "write a slot that is filled in, like {name} or {account}, or one of `vars:`"
        else:
            hint = "finish the text, or write a slot that is filled in, like {name}"
        yield Problem(f"'{match[0][:40]}' would be read aloud", location, hint)


_RECAP = "- ask: What happened?\n  id: trigger\n- say: RECAP\n  id: recap\n"
_AFTER_SLOT = lazy_pattern(r"[\"”’']?\s*(?:[.!?…]|$|(?=[A-Z{]))")
_MAX_SLOT_PREFIX = 20
"""Characters before a slot that are checked for the end of a sentence, spaces and a quotation mark."""


@advice_rule(
    "P419",
    "slot in the middle of a sentence",
    "A slot is filled only with the buyer's quotes, and a quote is a sentence of its own: *It happens because “finance "
    "noticed it” every month* is nonsense to say. Put the slot behind a colon or make it a sentence. Without a quote "
    "that part is left out.",
    bad=sample(_RECAP.replace("RECAP", "It happens because {trigger} every month.")),
    good=sample(_RECAP.replace("RECAP", '"You told me what set this off: {trigger}. What did I get wrong?"')),
)
def note_in_mid_sentence(context: LintContext) -> Iterator[Problem]:
    constants = {*context.playbook.vars, *BUILT_IN_VARIABLES, *context.set_names}
    for spoken in context.own_spoken_texts:
        text = spoken.text.text
        for slot in PLACEHOLDER.finditer(text):
            name = slot[1]
            is_doubled = text[: slot.start()].endswith("{")  # P216 reports it
            if is_doubled or name in constants or name not in context.note_ids:
                continue
            before = text[max(0, slot.start() - _MAX_SLOT_PREFIX) : slot.start()].rstrip(" \t\n\"“‘'")
            if before[-1:] in {"", *".!?:…}"} and _AFTER_SLOT.match(text, slot.end()):
                continue
            location = spoken.text.location_within(slot.start(), slot.end() - slot.start())
            yield Problem(f"'{name}' is a note in the middle of a sentence", location, "put it after a colon")


_WORD = lazy_pattern(r"\w+")
_MAX_TERM_WORDS = 10
"""Maximum words of a term that are compared; nobody says more of them in one piece."""

_MAX_ACRONYM_LETTERS = 5
"""Maximum letters of an acronym, which only matches in capitals: IT is not "it"."""


class Terms:
    """Terms to find as whole words. Case is ignored except in acronyms."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_words: dict[tuple[str, ...], list[tuple[str, int]]] = {}
        for term in terms:
            words = list(_WORD.finditer(term))[:_MAX_TERM_WORDS]
            if words:
                self._by_words.setdefault(_folded_words(words), []).append((term, words[0].start()))
        self._first = {words[0] for words in self._by_words}
        self._longest = max(map(len, self._by_words), default=0)

    def __bool__(self) -> bool:
        return bool(self._by_words)

    def first_in(self, text: str) -> tuple[int, str] | None:
        """Return the offset and the words of the first term in `text`; of several at the same offset, the longest."""
        words = list(_WORD.finditer(text))
        for at, word in enumerate(words):
            if word[0].casefold() in self._first:
                matches = self._matches_at(words[at : at + self._longest], text)
                if longest := max(matches, key=lambda match: len(match[1]), default=None):
                    return longest
        return None

    def _matches_at(self, words: list[re.Match[str]], text: str) -> Iterator[tuple[int, str]]:
        """Yield the terms that start at the first of these words, with their offsets."""
        folded = _folded_words(words)
        for count in range(1, len(words) + 1):
            for term, prefix_length in self._by_words.get(folded[:count], ()):
                start = words[0].start() - prefix_length
                spoken = text[max(start, 0) : start + len(term)]
                if _matches(spoken, term) and _is_whole_word(text, start, start + len(term)):
                    yield start, spoken


def _folded_words(words: list[re.Match[str]]) -> tuple[str, ...]:
    return tuple(word[0].casefold() for word in words)


def _matches(spoken: str, term: str) -> bool:
    if term.isupper() and len(term) <= _MAX_ACRONYM_LETTERS:
        return spoken == term
    return spoken.casefold() == term.casefold()


def _is_whole_word(text: str, start: int, end: int) -> bool:
    return not _WORD.match(text[start - 1 : start] if start else "") and not _WORD.match(text[end : end + 1])
