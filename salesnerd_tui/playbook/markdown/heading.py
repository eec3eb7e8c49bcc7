"""Headings of a document: title, number, minutes, goal, and the kind of part that starts there.

The text below a heading that asks shows whether the question is the user's or the other side's.
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
    """Kinds of parts that a heading can start."""

    AGENDA = "agenda"
    PREP = "prep"
    OBJECTIONS = "objections"
    CHECKLIST = "checklist"
    LINKS = "links"
    ASIDE = "aside"
    CONTENTS = "contents"
    GUIDE = "guide"


_ASKING = re.compile(r"\bquestions?\b|\bask(?:ing)?\b|\bfragen?\b|\bpreguntas?\b", re.IGNORECASE)

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
    r"(?:~|about |approx\.? |ca\.? |max\.? |up to )?(?P<least>\d{1,3})\s*(?:m(?:ins?|inutes?)?)?"
    r"\s*(?:(?:-|–|—|to)\s*~?(?P<most>\d{1,3}))?\s*-?(?:minut(?:en|es|os|e|o)|mins|min|m|')(?!\w)\.?\s*[)\]]?\s*:?",
    re.IGNORECASE,
)
_CLOCK_SPAN = re.compile(
    r"\s*[([]?(?P<from>\d{1,2}):(?P<from_seconds>[0-5]\d)\s*(?:-|–|—|to)\s*(?P<to>\d{1,2}):(?P<to_seconds>[0-5]\d)[)\]]?"
)
"""The part of a call from one minute and second to another: `(5:00-20:00)`."""

_GOAL = re.compile(r"\s*[([]\s*(?:goal|objective|purpose|aim)\s*:?\s*([^)\]]+)[)\]]\s*", re.IGNORECASE)
_PARENTHESES = re.compile(r"\s*\(([^()]*)\)\s*$")
_WORD_NUMBER = re.compile(
    r"^(?:step|part|section|phase|stage|chapter|module)\s*#?\s*(\d{1,2}[a-z]?)\s*[:.–—-]*\s*(?=\S|$)", re.IGNORECASE
)


class DocumentHeading(Struct, frozen=True):
    """A parsed heading. `role` is set for a heading like `Listen for`, which starts no section."""

    title: str
    number: str = ""
    minutes: str = ""
    goal: str = ""
    kind: PartKind = PartKind.AGENDA
    role: Role | None = None
    has_question_mark: bool = False
    is_objection: bool = False


def read_heading(text: str) -> DocumentHeading:
    """Parse a heading."""
    text = " ".join(text.split()).strip("*_# ")
    if len(text) > MAX_TITLE_CHARACTERS:
        return DocumentHeading(text)
    minutes, text = split_minutes(text)
    goal = ""
    if found := _GOAL.search(text):
        goal, text = found[1].strip(), _GOAL.sub(" ", text).strip()
    number, title = split_number(text)
    if lettered := re.match(r"([A-Z])[.)]\s+(?=\w)", title):
        number, title = lettered[1].lower(), title[lettered.end() :]
    if worded := _WORD_NUMBER.match(title):
        number, title = worded[1].lower(), title[worded.end() :] or title
    title = title.strip(" :–—-|")
    kind = _find_kind(title)
    kind = PartKind.AGENDA if kind is PartKind.GUIDE and minutes else kind
    bare = _PARENTHESES.sub("", title)
    return DocumentHeading(
        title or text,
        number,
        minutes,
        goal,
        kind,
        None if kind in (PartKind.LINKS, PartKind.ASIDE, PartKind.CONTENTS) else find_role(title),
        has_question_mark(bare),
        is_quoted(bare),
    )


def _find_kind(title: str) -> PartKind:
    names = (title, english_label(title))
    found = (kind for name in names for kind, pattern in _PATTERNS if pattern.fullmatch(name))
    return next(found, PartKind.AGENDA)


def split_minutes(text: str) -> tuple[str, str]:
    """Return the minutes that a heading gives (the longer of `5-7 min`), and the heading without them."""
    span = _CLOCK_SPAN.search(text)
    if span:
        seconds = [int(span[name]) for name in ("from", "from_seconds", "to", "to_seconds")]
        length = (seconds[2] - seconds[0]) * 60 + seconds[3] - seconds[1]
        rest = f"{text[: span.start()]} {text[span.end() :]}".strip(" :–—-|")
        return (str(max(1, round(length / 60))), rest) if length > 0 and rest else ("", text)
    found = _MINUTES.search(text)
    if found is None or not text[: found.start()].strip() + text[found.end() :].strip():
        return "", text
    return found["most"] or found["least"], f"{text[: found.start()]} {text[found.end() :]}".strip(" :–—-|")


def sounds_spoken(title: str) -> bool:
    """Return whether a heading below `Objections` is what a buyer says, rather than the name of a method."""
    words = re.findall(r"[^\W\d_]+", title)
    capitals = sum(word[:1].isupper() for word in words)
    is_title = len(words) > SAID_WORDS and capitals > len(words) * 0.6
    return not is_title and (len(words) <= SAID_WORDS or _SAID.search(title) is not None)


SAID_WORDS = 3
"""Maximum words of a heading in title case that somebody may say; a longer one is the name of a method."""

_SAID = re.compile(
    r"\b(?:i|we|us|our|my|i'm|we're|we've|i'll|you|your|it's|isn't|don't|can't|won't|not|no|too"
    r"|already|just|send|call me)\b",
    re.IGNORECASE,
)


def announces_questions(text: str) -> bool:
    """Return whether a text says that questions follow: `Questions to ask`."""
    return _ASKING.search(text) is not None


MIN_REPLY_WORDS = 15
"""Minimum words of a paragraph below a question that answers the question."""


def heading_bodies(blocks: Sequence[Block]) -> dict[int, Sequence[Block]]:
    """Return what is below each heading, up to the next one, by the heading's line."""
    at = [number for number, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    ends = [*at[1:], len(blocks)]
    return {blocks[start].line: blocks[start + 1 : end] for start, end in zip(at, ends, strict=False)}


def is_buyer_heading(heading: DocumentHeading, body: Sequence[Block]) -> bool:
    """Return whether a heading is what the other side asks or says: it sounds like it, or an answer follows.

    Cues, branches, points and follow-ups below a question make it a question of the user.
    """
    if is_about_buyer(heading.title):
        return False
    inside = [block for block in walk(body) if block.words.text]
    labels = [parse_label(block.words.text, block.words.bold) for block in inside]
    if any(label and label.role not in (None, Role.SAY) for label in labels) or any(map(_is_cue_item, inside)):
        return False
    is_reply = any(block.kind is BlockKind.QUOTE for block in body) or any(
        label and label.role is Role.SAY for label in labels
    )
    explained = (
        bool(body) and body[0].kind is BlockKind.PARAGRAPH and len(body[0].words.plain.split()) > MIN_REPLY_WORDS
    )
    sounds_theirs = heading.is_objection or (heading.has_question_mark and is_buyer_question(heading.title))
    return is_reply or explained or (bool(body) and sounds_theirs)


def _is_cue_item(block: Block) -> bool:
    """Return whether a list item below a question helps to ask it."""
    if block.kind is not BlockKind.ITEM:
        return False
    text = block.words.plain
    return (
        has_question(text)
        or parse_branch(text, True) is not None
        or re.search(r"[+-]?\d+ ?(?:points?|pts)\b", text) is not None
    )


def is_section_heading(role: Role, body: Sequence[Block]) -> bool:
    """Return whether a heading like `Goals` has questions below it, so that it is a section after all."""
    if role in (Role.LEGEND, Role.MINUTES, Role.SPEAKER):
        return True
    if role not in (Role.GOAL, Role.WHY, Role.LINK, Role.OPTIONS, Role.SAY, Role.ASIDE):
        return False
    return any(has_question(block.words.plain) for block in walk(body) if block.kind is BlockKind.ITEM)
