"""Headings of a document: title, number, minutes, goal, and the kind of part that starts there.

The blocks below a heading with a question show whether the user or the buyer asks it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, walk
from salesnerd_tui.playbook.markdown.draft import MAX_TITLE_CHARACTERS
from salesnerd_tui.playbook.markdown.question import has_question, split_number
from salesnerd_tui.playbook.markdown.sentence import (
    Role,
    english_label,
    find_role,
    has_question_mark,
    is_about_buyer,
    is_buyer_question,
    is_quoted,
    parse_branch,
    parse_label,
)


class PartKind(StrEnum):
    """Kinds of document parts that a heading can start."""

    AGENDA = "agenda"
    PREP = "prep"
    OBJECTIONS = "objections"
    CHECKLIST = "checklist"
    LINKS = "links"
    ASIDE = "aside"
    CONTENTS = "contents"
    GUIDE = "guide"


_QUESTIONS_FOLLOW = re.compile(r"\bquestions?\b|\bask(?:ing)?\b|\bfragen?\b|\bpreguntas?\b", re.IGNORECASE)

_KINDS: Mapping[PartKind, str] = {
    PartKind.CONTENTS: r"(?:table of )?contents|on this page|toc|overview of this page",
    PartKind.GUIDE: r"(?:usage )?instructions?|how to (?:use|fill|complete|read|run)\b.*|usage"
    r"|.*\bbest practices|(?:general |key )?(?:tips|guidelines|principles)(?: .*)?|overview|introduction"
    r"|about(?: .*)?|conclusion|summary",
    PartKind.LINKS: r"(?:supplemental |additional |helpful )?(?:resources|references|links|docs)(?: (?:for|and"
    r"|&) .*)?|further reading|see also|related(?: .*)?|change ?log|licen[sc]e|about the author|revision history"
    r"|acknowledge?ments|credits",
    PartKind.ASIDE: r"war stor(?:y|ies)|failure modes?|interview angles?|case stud(?:y|ies)|sample dialogue"
    r"|example (?:dialogue|conversation|call)s?|transcript",
    PartKind.OBJECTIONS: r".*\bobjections?\b.*|.*\bpush ?backs?\b.*|(?:faqs?|frequently asked questions)(?: .*)?"
    r"|(?:common |tough |hard )?questions (?:they|customers|prospects|buyers)\b.*"
    r"|(?:common )?questions from (?:customers|prospects|prospective|buyers|the).*|what they (?:say|ask|might say)",
    PartKind.PREP: r"(?:before|prior to|ahead of|in advance of)\b.*|.*\bprep(?:aration)?\b.*|.*\bpre[- ]?(?:call"
    r"|meeting|work|flight|discovery)\b.*|(?:do your |account |company |the )?(?:research|homework)(?: .*)?"
    r"|research .*|.*\bpre-?call research\b.*|.*\bhypothes[ie]s\b.*",
    PartKind.CHECKLIST: r".*\bcheck ?list\b.*|.*\bscore ?cards?\b.*|.*\bscoring\b.*|(?:hard |deal )?(?:blockers?"
    r"|breakers?)\b.*|.*\bcriteria\b.*|(?:dis)?qualifiers?|.*\bgo ?/ ?no[- ]?go\b.*|.*\bbid ?/ ?no[- ]?bid\b.*",
}
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS.items())

_MINUTES = re.compile(
    r"(?<![\s([–—:,|-])\s*+(?:[([–—:,|-]\s*+)*+"
    r"(?:~|about |approx\.? |ca\.? |max\.? |up to )?(?P<min>\d{1,3})\s*(?:m(?:ins?|inutes?)?)?"
    r"\s*(?:(?:-|–|—|to)\s*~?(?P<max>\d{1,3}))?\s*-?(?:minut(?:en|es|os|e|o)|mins|min|m|')(?!\w)\.?\s*[)\]]?\s*:?",
    re.IGNORECASE,
)
_CLOCK_SPAN = re.compile(
    r"\s*[([]?(?P<from>\d{1,2}):(?P<from_seconds>[0-5]\d)\s*(?:-|–|—|to)\s*(?P<to>\d{1,2}):(?P<to_seconds>[0-5]\d)[)\]]?"
)
"""Part of a call between two times in minutes and seconds: `(5:00-20:00)`."""

_GOAL = re.compile(r"\s*[([]\s*(?:goal|objective|purpose|aim)\s*:?\s*([^)\]]+)[)\]]\s*", re.IGNORECASE)
_PARENTHESES = re.compile(r"\s*\(([^()]*)\)\s*$")
_WORD_NUMBER = re.compile(
    r"^(?:step|part|section|phase|stage|chapter|module)\s*#?\s*(\d{1,2}[a-z]?)\s*[:.–—-]*\s*(?=\S|$)", re.IGNORECASE
)


class DocumentHeading(Struct, frozen=True):
    """A parsed heading. A heading with a `role`, such as `Listen for`, does not start a section."""

    title: str
    number: str = ""
    minutes: str = ""
    goal: str = ""
    kind: PartKind = PartKind.AGENDA
    role: Role | None = None
    has_question_mark: bool = False
    is_objection: bool = False


def read_heading(text: str) -> DocumentHeading:
    """Return a heading without markup, with its number, minutes and goal taken out of the title."""
    text = " ".join(text.split()).strip("*_# ")
    if len(text) > MAX_TITLE_CHARACTERS:
        return DocumentHeading(text)
    minutes, text = split_minutes(text)
    goal = ""
    if match := _GOAL.search(text):
        goal, text = match[1].strip(), _GOAL.sub(" ", text).strip()
    number, title = split_number(text)
    if match := re.match(r"([A-Z])[.)]\s+(?=\w)", title):
        number, title = match[1].lower(), title[match.end() :]
    if match := _WORD_NUMBER.match(title):
        number, title = match[1].lower(), title[match.end() :] or title
    title = title.strip(" :–—-|")
    kinds = (kind for name in (title, english_label(title)) for kind, form in _PATTERNS if form.fullmatch(name))
    kind = next(kinds, PartKind.AGENDA)
    kind = PartKind.AGENDA if kind is PartKind.GUIDE and minutes else kind
    bare = _PARENTHESES.sub("", title)
    role = None if kind in (PartKind.LINKS, PartKind.ASIDE, PartKind.CONTENTS) else find_role(title)
    return DocumentHeading(title or text, number, minutes, goal, kind, role, has_question_mark(bare), is_quoted(bare))


def split_minutes(text: str) -> tuple[str, str]:
    """Return the minutes in a heading (the maximum of `5-7 min`), and the heading without them."""
    span = _CLOCK_SPAN.search(text)
    if span:
        seconds = [int(span[name]) for name in ("from", "from_seconds", "to", "to_seconds")]
        length = (seconds[2] - seconds[0]) * 60 + seconds[3] - seconds[1]
        rest = f"{text[: span.start()]} {text[span.end() :]}".strip(" :–—-|")
        return (str(max(1, round(length / 60))), rest) if length > 0 and rest else ("", text)
    match = _MINUTES.search(text)
    if match is None or not text[: match.start()].strip() + text[match.end() :].strip():
        return "", text
    return match["max"] or match["min"], f"{text[: match.start()]} {text[match.end() :]}".strip(" :–—-|")


def sounds_spoken(title: str) -> bool:
    """Return whether a heading below `Objections` is an objection, rather than the name of a method."""
    words = re.findall(r"[^\W\d_]+", title)
    capitals = sum(word[:1].isupper() for word in words)
    is_title = len(words) > MAX_SPOKEN_TITLE_WORDS and capitals > len(words) * 0.6
    return not is_title and (len(words) <= MAX_SPOKEN_TITLE_WORDS or _SPOKEN_WORDS.search(title) is not None)


MAX_SPOKEN_TITLE_WORDS = 3
"""Maximum words of an objection in title case; a longer heading is the name of a method."""

_SPOKEN_WORDS = re.compile(
    r"\b(?:i|we|us|our|my|i'm|we're|we've|i'll|you|your|it's|isn't|don't|can't|won't|not|no|too"
    r"|already|just|send|call me)\b",
    re.IGNORECASE,
)


def announces_questions(text: str) -> bool:
    """Return whether a text announces questions: `Questions to ask`."""
    return _QUESTIONS_FOLLOW.search(text) is not None


MIN_REPLY_WORDS = 15
"""Minimum words of a paragraph below a heading that answers the question in it."""


def heading_bodies(blocks: Sequence[Block]) -> dict[int, Sequence[Block]]:
    """Return the blocks between each heading and the next one, by the heading's line."""
    at = [number for number, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    ends = [*at[1:], len(blocks)]
    return {blocks[start].line: blocks[start + 1 : end] for start, end in zip(at, ends, strict=False)}


def is_buyer_heading(heading: DocumentHeading, body: Sequence[Block]) -> bool:
    """Return whether a heading is what the buyer asks or says: it sounds like it, or a reply follows.

    Cues, branches, points and follow-ups below a question show that the user asks it.
    """
    if not body or is_about_buyer(heading.title):
        return False
    blocks = [block for block in walk(body) if block.words.text]
    labels = [label for block in blocks if (label := parse_label(block.words.text, block.words.bold))]
    if any(label.role not in (None, Role.SAY) for label in labels) or any(map(_is_cue_item, blocks)):
        return False
    has_reply = any(block.kind is BlockKind.QUOTE for block in body) or any(label.role is Role.SAY for label in labels)
    is_explained = body[0].kind is BlockKind.PARAGRAPH and len(body[0].words.plain.split()) > MIN_REPLY_WORDS
    sounds_like_buyer = heading.is_objection or (heading.has_question_mark and is_buyer_question(heading.title))
    return has_reply or is_explained or sounds_like_buyer


def _is_cue_item(block: Block) -> bool:
    """Return whether a block is a list item with a question, a branch or points."""
    if block.kind is not BlockKind.ITEM:
        return False
    text = block.words.plain
    return (
        has_question(text)
        or parse_branch(text, is_nested=True) is not None
        or re.search(r"[+-]?\d+ ?(?:points?|pts)\b", text) is not None
    )


def is_section_heading(role: Role, body: Sequence[Block]) -> bool:
    """Return whether a heading with a role, such as `Goals`, is a section because it has questions below it."""
    if role in (Role.LEGEND, Role.MINUTES, Role.SPEAKER):
        return True
    if role not in (Role.GOAL, Role.WHY, Role.LINK, Role.OPTIONS, Role.SAY, Role.ASIDE):
        return False
    return any(has_question(block.words.plain) for block in walk(body) if block.kind is BlockKind.ITEM)
