"""Import of a document: text in, a checked playbook and a report out, or the reason why it is declined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.playbook.ids import IdGenerator, slugify
from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.lint.syntax import DECISION_MARK
from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Document, read_document, walk, yaml_to_markdown
from salesnerd_tui.playbook.markdown.draft import (
    CUE_FIELDS,
    MAX_TITLE_CHARACTERS,
    QUESTION_IN_PROSE,
    Draft,
    DraftAnswer,
    DraftDetour,
    DraftItem,
    DraftSection,
    OmittedText,
    drop_long_texts,
    fill_slots,
    playbook_text,
)
from salesnerd_tui.playbook.markdown.ending import complete_endings
from salesnerd_tui.playbook.markdown.heading import heading_bodies, is_buyer_heading, read_heading
from salesnerd_tui.playbook.markdown.outline import Outline
from salesnerd_tui.playbook.markdown.sentence import has_question_mark
from salesnerd_tui.playbook.yaml_writer import title_from_name
from salesnerd_tui.text import clean

STANDARD_INPUT = "standard input"
MAX_DOCUMENT_BYTES = 1 << 20
"""Largest document; the longest sales handbook page measured has 40 KB."""

MAX_DOCUMENT_LINES = 20_000
"""Most lines of a document; the parser takes three seconds for so many."""

MIN_ITEM_RATIO = 0.2
"""Share of blocks that must become items; below it the document is prose. See `playbooks-next.md`, decline rule."""

_NOT_YAML = re.compile("[\ufffe\uffff]")
"""Characters that YAML does not allow, in addition to those that `clean` drops."""

IS_SAID = "is this said aloud"
MIN_QUESTIONS = 3
"""Questions from which a document has an agenda, however much prose is around them."""


class CannotImport(Exception):
    """The document cannot be imported; the message says why. `left_out` lists its questions by line."""

    def __init__(self, reason: str, omitted: Sequence[OmittedText] = ()) -> None:
        super().__init__(reason)
        self.omitted = tuple(omitted)


class ImportedPlaybook(Struct, frozen=True):
    """The text of the new file, its name without suffix, and the draft it was written from."""

    text: str
    name: str
    draft: Draft
    decisions: int
    blocks: int
    is_prose: bool = False


def import_document(
    text: str, source: str, name: str = "", as_library: bool = False, keep_prose: bool = False
) -> ImportedPlaybook:
    """Make a playbook or a library of a Markdown document.

    Control characters and escape sequences become visible or are dropped. `source` is the name of the document's file.
    Raises `CannotImport` if nothing of it can be used.
    """
    if text.count("\n") > MAX_DOCUMENT_LINES:
        raise CannotImport(f"more than {MAX_DOCUMENT_LINES:,} lines (import parts of it)")
    document = read_document(yaml_to_markdown(_NOT_YAML.sub("", clean(text, whole=True))))
    if not document.blocks:
        raise CannotImport("the document is empty (expected Markdown with questions)")
    draft, blocks = _make_draft(document, as_library)
    is_prose = as_library or (not draft.is_library and _is_prose(draft, blocks))
    if is_prose and not draft.is_library:
        draft, blocks = _make_draft(document, as_library=True)
        if not draft.detours:
            raise CannotImport(_decline_reason(draft, blocks), list(_questions(text)))
    draft.title = draft.title or _file_title(source)
    name = name or slug_name(draft.title if source == STANDARD_INPUT else source)
    names = IdGenerator()
    _set_ids(draft, names)
    if not draft.is_library:
        _title_sections(draft)
        fill_slots(draft, names)
        _resolve_targets(draft)
        complete_endings(draft, names)
        _add_section_decisions(draft)
    written = playbook_text(draft, name, source, keep_prose)
    _check(written, name, text)
    _omit_lost_questions(text, draft, written)
    draft.omitted.sort(key=lambda left: left.line)
    return ImportedPlaybook(written, name, draft, written.count(DECISION_MARK), blocks, is_prose)


def _file_title(source: str) -> str:
    """Return the name of a file as a title, without the number that sorts it."""
    stem = Path(source).stem
    return title_from_name(re.sub(r"^\d{1,4}[\s_.-]+(?=\D)", "", stem) or stem)[:MAX_TITLE_CHARACTERS] or "Imported"


def slug_name(source: str) -> str:
    """Return a file name without suffix for a document."""
    stem = re.sub(r"\.(?:md|markdown|mdx|txt|text|ya?ml)$", "", Path(source).name, flags=re.IGNORECASE)
    words = re.sub(r"[^a-z0-9]+", "_", slugify(stem) if not stem.isascii() else stem.lower()).strip("_")
    return words[:60].strip("_") or "imported"


def _make_draft(document: Document, as_library: bool) -> tuple[Draft, int]:
    draft = Draft(document.title, document.description)
    theirs = as_library or _asks_as_buyer(document.blocks)
    outline = Outline(draft, document, theirs)
    outline.read()
    _complete_detours(draft)
    drop_long_texts(draft)
    outline.drop_empty_sections()
    asked = sum(not item.is_said for section in draft.sections for item in section.items)
    if as_library or (theirs and len(draft.detours) > asked) or (len(draft.detours) >= MIN_QUESTIONS and not asked):
        _make_library(draft)
    return draft, _count_texts(document.blocks)


def _count_texts(blocks: Sequence[Block]) -> int:
    """Return the number of paragraphs, items and rows that contain words."""
    texts = sum(bool(block.words.text.strip()) and block.kind is not BlockKind.HEADING for block in walk(blocks))
    return texts + sum(len(block.rows[1:]) for block in walk(blocks))


def _is_prose(draft: Draft, blocks: int) -> bool:
    asked = sum(not item.is_said for item in draft.items()) + len(draft.outcomes)
    return not draft.buyers and (
        (asked < MIN_QUESTIONS and asked < blocks)
        or (asked < MIN_ITEM_RATIO * blocks and len(draft.omitted) > 4 * asked)
    )


def _decline_reason(draft: Draft, blocks: int) -> str:
    asking = [left for left in draft.omitted if "?" in left.text]
    named = f", {len(asking)} with a question in it" if asking else ""
    return (
        f"this is prose and not an agenda: {blocks} paragraphs and list items{named}, and no list of questions "
        "(put the questions into a list, one for each line, and import that)"
    )


def _asks_as_buyer(blocks: Sequence[Block]) -> bool:
    """Return whether most headings that ask are questions of a buyer."""
    below = heading_bodies(blocks)
    found = [
        (read_heading(block.words.plain), below[block.line]) for block in blocks if block.kind is BlockKind.HEADING
    ]
    asking = [(heading, body) for heading, body in found if heading.has_question_mark or heading.is_objection]
    return sum(is_buyer_heading(heading, body) for heading, body in asking) * 2 > len(asking)


def _complete_detours(draft: Draft) -> None:
    """Use the explanation of a detour as its reply if it has no other, and drop detours without any words."""
    for detour in draft.detours:
        if detour.items or not detour.why:
            continue
        for text in detour.why:
            item = DraftItem(text, detour.line, is_said=True)
            item.add_decision(IS_SAID, "keep say", "make it why")
            detour.items.append(item)
        detour.why = []
    for detour in draft.detours:
        if not detour.items:
            draft.omit(detour.line, detour.they_say[0], "nothing to reply")
    draft.detours = [detour for detour in draft.detours if detour.items]


def _make_library(draft: Draft) -> None:
    """Keep the detours; a section with something to say becomes one."""
    draft.is_library = True
    for section in draft.sections:
        if any(item.is_said for item in section.items) and section.title:
            cues = {name: getattr(section, name) for name in CUE_FIELDS}
            detour = DraftDetour([section.title], section.line, items=section.items, **cues)
            detour.add_decision("when does this detour fit", "write their words into they_say", "delete it")
            draft.detours.append(detour)
            continue
        for name in CUE_FIELDS:
            for text in getattr(section, name):
                draft.omit(section.line, text, "a note of a section")
        for item in section.items:
            below = [text for answer in item.answers for text in answer.follow_ups]
            draft.omit(item.line, " ".join([item.text, *item.follow_ups, *below]), QUESTION_IN_PROSE)
    draft.detours.sort(key=lambda detour: detour.line)
    draft.sections, draft.outcomes, draft.buyers = [], [], []


def _title_sections(draft: Draft) -> None:
    """Give the questions above the first heading the title of the document if there are notes, which need a section."""
    for section in draft.sections:
        if not section.title and any(getattr(section, name) for name in CUE_FIELDS):
            section.title = draft.title


def _set_ids(draft: Draft, names: IdGenerator) -> None:
    for item in draft.items():
        item.id = item.id or names.take(item.topic or item.text)
    own = IdGenerator()
    for detour in draft.detours:
        detour.id = own.take(detour.they_say[0])


def _resolve_targets(draft: Draft) -> None:
    """Turn `go to question 5` into the id of that question; an unknown target becomes an open decision."""
    for section in draft.sections:
        sections = [each for each in draft.sections if each.is_prep is section.is_prep]
        for item in section.items:
            for answer in item.answers:
                if answer.target and not answer.end:
                    found = _find_target(answer, section, sections)
                    answer.goto = found.id if found and found is not item else ""
                    if not answer.goto:
                        kind = "section " if answer.is_section_target else "question "
                        answer.why.append(f"Go to {kind if answer.target[:1].isdigit() else ''}{answer.target}")
                        question = f"which question is '{answer.target}'"
                        answer.add_decision(question, "write goto: its id", "delete it")


def _find_target(answer: DraftAnswer, section: DraftSection, sections: Sequence[DraftSection]) -> DraftItem | None:
    if not answer.is_section_target:
        near = [item for item in section.items if item.number == answer.target]
        everywhere = [item for each in sections for item in each.items if item.number == answer.target]
        return next((found[0] for found in (near, everywhere) if len(found) == 1), None)
    words = answer.target.casefold()
    by_number = [each for each in sections if each.number == words]
    by_title = [each for each in sections if each.title.casefold() == words] or [
        each
        for each in sections
        if len(words) > 3 and (words in each.title.casefold() or (each.title.casefold() in words and each.title))
    ]
    for candidates in (by_number, by_title):
        if len(candidates) == 1:
            return next((item for item in candidates[0].items if not item.is_said), None)
    return None


_ITEM = re.compile(r"\s*(?:[-*+#>|]|\d+[.)]|$)")
_HEADING = re.compile(r"\s*#")
_PIECE = re.compile(r"[^.!?|]+[.!?|]?")


def _questions(text: str) -> Iterator[OmittedText]:
    """Yield each question of a document; one that is wrapped over several lines is at its last line."""
    number, paragraph = 1, list[str]()
    for line in (*clean(text, whole=True).split("\n"), ""):
        if paragraph and (_ITEM.match(line) or _HEADING.match(paragraph[-1])):
            yield from _split_questions(number - len(paragraph), "\n".join(paragraph))
            paragraph = []
        paragraph.append(line)
        number += 1


def _split_questions(number: int, paragraph: str) -> Iterator[OmittedText]:
    for piece in _PIECE.findall(paragraph):
        number += piece.count("\n")
        if piece.endswith("?"):
            yield OmittedText(number, " ".join(piece.split()).lstrip("-*+#>|0123456789.) "), QUESTION_IN_PROSE)


_PLACEHOLDER = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", _PLACEHOLDER.sub(" ", text).lower()))


def _omit_lost_questions(text: str, draft: Draft, written: str) -> None:
    """Record as left out each question of the document that is not in the new file and not recorded yet."""
    placed = _words(" ".join((written, *(left.text for left in draft.omitted))))
    draft.omitted += [each for each in _questions(text) if not _is_in(placed, each.text)]


_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_COUNT = re.compile(r"^.*?(?<!\w)\d{1,2}[.)]\s+", re.DOTALL)
_CONDITION = re.compile(r"^.*?\b(?:if|when|wenn|falls|si)\b[^,]{0,400},\s*", re.DOTALL | re.IGNORECASE)
_LEAD = re.compile(r"""^.*(?:[:"“„«→>(—–]|\]\s)(?=.{5})""", re.DOTALL)
"""Words before a question on its line: a label, a condition, a quotation mark, a tag."""


def _is_in(placed: str, question: str) -> bool:
    """Return whether the words of a question are there, with or without what precedes them on the line."""
    plain = unescape(_MARKUP.sub(">", question).replace("\\", ""))
    tails = (_words(lead.sub("", _COUNT.sub("", plain))) for lead in (_LEAD, _CONDITION))
    return _words(plain) in placed or any(len(tail.split()) > 1 and tail in placed for tail in tails)


def _check(written: str, name: str, document: str) -> None:
    """Raise `CannotImport` if the new file has errors, so that none is ever written."""
    loaded = load(Path(f"{name}.yaml"), None, written)
    if loaded.errors:
        first = loaded.errors[0]
        raise CannotImport(
            f"the result would not load: {first.message} ({first.code}; shorten the document or import parts of it)",
            list(_questions(document)),
        )


_CONDITIONAL_TITLE = re.compile(r"\b(?:if|only (?:for|if|when)|when (?:they|the)|in case|optional)\b", re.IGNORECASE)


def _add_section_decisions(draft: Draft) -> None:
    """Add the open decisions about whole sections: when one is asked, and who prep questions are for."""
    for section in draft.sections:
        waits = next((title for title in (section.title, *section.parents) if _CONDITIONAL_TITLE.search(title)), "")
        if waits and not section.is_prep:
            question = f"'{waits}': when is this section asked"
            section.add_decision(question, "write when: a condition", "make it a detour", "ask it always")
        to_them = [
            item for item in section.items if has_question_mark(item.text) and re.search(r"\byour?\b", item.text)
        ]
        if section.is_prep and section.line and to_them:
            section.add_decision("are these questions to yourself", "keep them in prep", "move them to agenda")
