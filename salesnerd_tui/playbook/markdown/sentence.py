"""Sentences of a document: questions, prompts, quoted speech, remarks, conditions, objections and placeholders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.playbook.markdown.label import PROMPTS, Labeled, english_branch

if TYPE_CHECKING:
    from salesnerd_tui.playbook.markdown.block import Unit

ANALYZED_CHARACTERS = 10_000
"""Maximum length of a text that is parsed; a longer one does not fit into a playbook, and would take minutes."""

_QUOTES = '"“”„«»'
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|mr|mrs|ms|dr|no|st|inc|ltd|cf|min|max|resp|fig)\.|\b[A-Z]\.|\.\.\.)$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"""(?<![.!?…？。])[.!?…？。]++["”’»)\]]*+(?=\s|$)|[？。]""")
_NEXT = re.compile(r"\s*(\S?)")
_LAST_CHARACTERS = 40
"""Characters before the end of a sentence in which an abbreviation is searched."""

_QUESTION = re.compile(r"""[?？]["”’'»)\]*_.!]*$""")
_PROMPT = re.compile(
    r"[\"“]?(?:please |can you |could you |so,? |and |just )?"
    r"(?:describe|tell (?:me|us)|walk (?:me|us)|talk (?:me|us)|take (?:me|us)|explain (?:to|for|how|what|why|the|your)"
    r"|help (?:me|us) understand|share (?:with|an?|your|the|some|how|what)|give (?:me|us)|show (?:me"
    r"|us)|paint (?:me|us)"
    r"|think (?:of|about|back)|imagine|let'?s say|on a scale|rate |rank |say more|list (?:your|the) )|[\"“„«]?\s?"
    + PROMPTS,
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"[\"“]?(?:(?:and|so|but|ok|okay|great|in|at|on|by|to|for|from|with|of|until|under|during),? )?"
    r"(?:what(?:'s|’s)?|who(?:m|'s|’s|se)?|where|when|why|how|which|do|does|did|is|are|was|were|can|could|would|will"
    r"|should|has|have|had|any)\b",
    re.IGNORECASE,
)
_HOSTED = re.compile(
    r"(?:and |then |so )?(?:what(?:'s|’s)?|who(?:'s|’s|se)?|where|why|how|which)\b(?!-)", re.IGNORECASE
)
_REMARK = re.compile(r"""(?<=[?？.!”"])\s*\(([^()]{1,400})\)(?=\s|[.!,;]|$)|\s+\(([^()]{1,400})\)[.\s]*$""")
_GREETING = re.compile(
    r"[\"“]?(?:hi|hello|hey|good (?:morning|afternoon)|thanks|thank you|welcome|great to|nice to)\b", re.IGNORECASE
)
_TO_THEM = re.compile(r"\b(?:you|your|yours|you're|you’re|you've|we|us|our|let's|me|my|I)\b", re.IGNORECASE)
_THEIRS = re.compile(
    r"\b(?:I|we|our|my|us|ours|your (?:product|company|tool|software|platform|service|solution"
    r"|price|pricing|roadmap))\b"
)


def sentences_of(text: str) -> list[str]:
    """Split a text into sentences, not after abbreviations or within quotes."""
    if len(text) > ANALYZED_CHARACTERS:
        return [text]
    found: list[str] = []
    start = end = open_parentheses = 0
    for mark in _SENTENCE_END.finditer(text):
        before, end = end, mark.end()
        open_parentheses += text.count("(", before, end) - text.count(")", before, end)
        last = text[max(start, end - _LAST_CHARACTERS) : end].rstrip(_QUOTES + ")]")
        following = _NEXT.match(text, end)
        is_continued = following is not None and following[1].islower() and text[end - 1] != "?"
        if _ABBREVIATION.search(last) or is_continued or open_parentheses > 0:
            continue
        found.append(text[start:end].strip())
        start, open_parentheses = end, 0
    if text[start:].strip():
        found.append(text[start:].strip())
    return [sentence for sentence in found if sentence.strip(_QUOTES + " .")]


def is_question(sentence: str) -> bool:
    """Return whether a sentence ends with a question mark."""
    return _QUESTION.search(sentence.strip()) is not None


def is_prompt(sentence: str) -> bool:
    """Return whether a sentence invites somebody to talk: `Tell me about …`, `Walk me through …`."""
    return _PROMPT.match(sentence) is not None


def asks(sentence: str) -> bool:
    """Return whether a sentence is a question or a prompt."""
    return is_question(sentence) or is_prompt(sentence)


def opens_like_question(sentence: str) -> bool:
    """Return whether a sentence begins with a question word or an auxiliary verb."""
    return _ASKING.match(sentence) is not None


def opens_with_question_word(sentence: str) -> bool:
    """Return whether a sentence begins with who, what, where, why, how or which."""
    return _HOSTED.match(sentence.lstrip(_QUOTES)) is not None


def is_greeting(text: str) -> bool:
    """Return whether a text greets or thanks somebody, so that it is said aloud."""
    return _GREETING.match(text) is not None


def is_addressed(sentence: str) -> bool:
    """Return whether a sentence speaks to somebody, unlike a question that prose asks itself."""
    return _TO_THEM.search(sentence) is not None


def is_theirs(question: str) -> bool:
    """Return whether a buyer rather than the user would ask `question`."""
    return _THEIRS.search(question) is not None


def is_to_them(question: str) -> bool:
    """Return whether only the user would ask a question: it is open, and about the other side's own doing."""
    return _ABOUT_THEM.match(question) is not None and not is_theirs(question)


_ABOUT_THEM = re.compile(
    r"(?:what|how|who|where|when|which|why)\b.*?\b(?:would|do|did|have|are|were|will) you\b"
    r"(?! (?:offer|support|charge|handle|integrate|provide|compare|differ|guarantee|price|store|protect|sell"
    r"|different))",
    re.IGNORECASE,
)


def is_quoted(text: str) -> bool:
    """Return whether a text is one quoted speech as a whole."""
    text = text.strip(" .*_")
    if len(text) <= 2 or text[0] not in '"“„«' or text[-1] not in '"”“»':
        return False
    return text.count('"') <= 2 and not re.search(_INNER_END[text[0]], text[1:-1])


_INNER_END = {'"': r"(?!)", "“": "”.*“", "„": "[“”].*„", "«": "».*«"}
"""Pattern for the end of one quotation and the start of the next, by opening mark."""


def starts_quoted(text: str) -> bool:
    """Return whether a text begins with a quotation mark."""
    return text.lstrip()[:1] in ('"', "“", "„", "«")


def unquoted(text: str) -> str:
    """Return quoted speech without its quotation marks; any other text unchanged."""
    stripped = text.strip()
    if is_quoted(stripped):
        return stripped.strip(" .*_").strip(_QUOTES).strip()
    if starts_quoted(stripped) and not any(mark in stripped[1:] for mark in _QUOTES):
        return stripped[1:].strip()
    if stripped[-1:] in ("”", '"', "»") and not any(mark in stripped[:-1] for mark in _QUOTES):
        return stripped[:-1].strip()
    return stripped


class Remarks(Struct, frozen=True):
    """A text without the remarks in parentheses after its sentences, and those remarks."""

    text: str
    remarks: tuple[str, ...]


def split_remarks(text: str) -> Remarks:
    """Remove the parentheses after sentences from a text."""
    if len(text) > ANALYZED_CHARACTERS:
        return Remarks(text, ())
    found = tuple((remark[1] or remark[2]).strip() for remark in _REMARK.finditer(text))
    return Remarks(" ".join(_REMARK.sub(" ", text).split()), found) if found else Remarks(text, ())


class Branch(Struct, frozen=True):
    """A condition of the document and what follows: `If yes, who?` or `a tool -> go to 5`."""

    condition: str
    then: str
    is_arrow: bool = False


_IF = re.compile(
    r"^(?:[-→>=\s]*)(?:and |but |or )?(?:if|when|where)\s+(.+?)\s*(?:,\s*(?:then\s+)?|:\s*|\s[–—-]+\s"
    r"|\s*(?:->|→|=>|➡)\s*|\s+then\s+)(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_RUN_ON = re.compile(
    r"^if\s+([^,:]{1,40}?)\s+((?:are|do|did|have|can|what|who|how|which|why|when|where)\s+(?:you|they|your|it)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_LED = re.compile(r"^\s*(?:-{1,2}>|→|=>|➡)\s*(?!if\b)([^:?]{1,60}):\s+(\S.*)$", re.IGNORECASE | re.DOTALL)
_ARROW = re.compile(r"^(.{1,160}?)\s*(?:-{1,2}>|→|=>|⇒|➡️?|➔)\s*(.+)$", re.DOTALL)
_YES_NO = re.compile(
    r"^[\"“]?(yes|no|y|n|not sure|unsure|maybe|don'?t know|not really|sometimes)[\"”]?\s*(?:[:,–—=]"
    r"|\s-\s|\()\s*(.+?)\)?$",
    re.IGNORECASE | re.DOTALL,
)
_TO_THE_BUYER = re.compile(r"(?:you|we|i|your|our|nothing|everything|money|i'm|you're|you’re|we're)\b", re.IGNORECASE)
_REPLIES = re.compile(
    r"(?:yes|so|no|not|never|they|he|she|the (?:customer|prospect|buyer|client|answer|response"
    r"|contact)|ja|nein|oui|non|s[íi]|[\"“„«]|customer|prospect|buyer|client|answer|there|this|it|applicable|nobody|none)\b",
    re.IGNORECASE,
)


def branch_of(text: str, is_nested: bool) -> Branch | None:
    """Return the condition at the start of a text.

    At the top level only a condition about the reply counts: `If you could change one thing, what would it be?` is a
    question and not a branch.
    """
    if len(text) > ANALYZED_CHARACTERS:
        return None
    text = english_branch(text)
    bare = re.sub(r"^[-→>=\s]+", "", text).strip()
    led = _LED.match(text)
    if led:
        return Branch(led[1].strip(), led[2].strip(), True)
    run_on = _RUN_ON.match(bare) if is_nested else None
    if run_on:
        return Branch(run_on[1], run_on[2].strip(), True)
    yes_no = _YES_NO.match(bare)
    if yes_no:
        return Branch(yes_no[1], yes_no[2].strip(), True)
    arrow = _ARROW.match(bare)
    if arrow and not re.search(r"\?\s", f"{arrow[1]} "):
        condition = re.sub(r"^if\s+", "", arrow[1].strip(" :*_"), flags=re.IGNORECASE)
        return Branch(condition, arrow[2].strip(), True)
    found = _IF.match(bare) if not arrow else None
    if found is None or found[1].count("(") > found[1].count(")"):
        return None
    condition, then = found[1].strip(), found[2].strip()
    if not _REPLIES.match(condition) and (not is_nested or _TO_THE_BUYER.match(condition)):
        return None
    return Branch(condition, then)


_SAY_SO = re.compile(
    r"^(?:they|he|she|the (?:customer|prospect|buyer|client)|customer|prospect|buyer|client)(?:'s"
    r"|\sis|\sare)?\s*(?:say|says|answers?|repl(?:y|ies)|respond(?:s)?(?: with)?|reason is)\s*(?:that\s+)?[:,]?\s*",
    re.IGNORECASE,
)


def reply_label(condition: str) -> str:
    """Return the label of an answer for a condition: what the user would hear."""
    words = condition.strip(" .,:;*_")
    if re.fullmatch(r"(?:yes|so|y|it is|they do|it does|they are|they have)", words, re.IGNORECASE):
        return "Yes"
    if re.fullmatch(r"(?:no|not|n|it isn'?t|they don'?t|they aren'?t|they haven'?t)", words, re.IGNORECASE):
        return "No"
    words = unquoted(_SAY_SO.sub("", words)).strip(" .,:;")
    return words[:1].upper() + words[1:]


_REPLIED = re.compile(
    r"""^(?P<said>["“„«].+?["”“»])(?:\s*(?::|[–—-]+|->|→|=>)\s*)(?:(?:you\s)?(?:say|ask|reply|answer)\s*:?\s*)?(?P<reply>\S.*)$""",
    re.IGNORECASE,
)
_IF_THEY_SAY = re.compile(
    r"""^(?:if|when)\s(?:they|he|she|somebody|someone|(?:the\s|a\s)?(?:customer|prospect|buyer|client|lead))\s
      (?:say|says|ask|asks|object|objects|mention|mentions|answer|answers|want|wants)\b
      (?:\s(?:that|for|about|to\sknow))?[\s:,]*
      (?P<said>["“„«].+?["”“»]|[^"“„«→:,]{2,120}?)
      (?:\s*(?::|,|->|→|=>|\s[–—-]+\s)\s*(?:(?:you\s)?(?:say|ask|reply|answer|respond)(?:\swith)?\s*:?\s*)?(?P<reply>\S.*))?$""",
    re.IGNORECASE | re.VERBOSE,
)


class Objection(Struct, frozen=True):
    """Words of the other side, and the reply after them if there is one.

    `is_described` says that the document does not quote them: `If they ask for the price`.
    """

    said: str
    reply: str = ""
    is_described: bool = False


def said_of(text: str) -> Objection | None:
    """Return the objection in `If they say “too small” → ask “…”` or `“Too small” → “…”`; None if there is none."""
    found = _IF_THEY_SAY.match(text.strip(" :")) or _REPLIED.match(text)
    if found is None:
        return None
    return Objection(
        unquoted(found["said"]), unquoted((found["reply"] or "").strip()), not starts_quoted(found["said"])
    )


def objection_of(unit: Unit, text: str, labeled: Labeled | None) -> Objection:
    """Return the objection in an item of a list of objections; without a mark for the reply it has none."""
    found = said_of(text)
    branch = branch_of(text, True)
    if found:
        return found
    if labeled and (starts_quoted(labeled.label) or unit.bold):
        return Objection(labeled.label, labeled.rest)
    if branch:
        return Objection(branch.condition, branch.then)
    if 0 < unit.bold < len(text):
        return Objection(text[: unit.bold].strip(" :–—-→>"), text[unit.bold :].strip(" :–—-→>"))
    return Objection(text)


PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,60})\](?!\()|\{\{?\s*([^{}\n]{1,60}?)\s*\}?\}|<([a-zA-Z][^<>\n]{0,40})>")
_BLANK = re.compile(r"_{3,}|\.{5,}|…{2,}")


def is_only_placeholder(text: str) -> bool:
    """Return whether a text is only a placeholder, for the author's own words."""
    return PLACEHOLDER.fullmatch(text.strip()) is not None


def has_blank(text: str) -> bool:
    """Return whether a text leaves a blank to fill in: `____`."""
    return _BLANK.search(text) is not None


def without_blanks(text: str) -> str:
    """Return a text without its blanks."""
    return " ".join(_BLANK.sub(" ", text).split()).strip(" :–—-")
