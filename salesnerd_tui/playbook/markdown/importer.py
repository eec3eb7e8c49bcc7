"""Import of a document: returns a checked playbook, or raises an error with the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.playbook.ids import IdGenerator, slugify
from salesnerd_tui.playbook.library import load
from salesnerd_tui.playbook.lint.syntax import DECISION_MARK
from salesnerd_tui.playbook.markdown.dialects import confluence_to_markdown, yaml_to_markdown
from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Document, read_document, walk
from salesnerd_tui.playbook.markdown.draft import (
    CUE_FIELDS,
    MAX_TITLE_CHARACTERS,
    QUESTION_IN_PROSE,
    Draft,
    DraftAnswer,
    DraftCues,
    DraftDetour,
    DraftItem,
    DraftSection,
    OmittedText,
    drop_unusable_texts,
    fill_slots,
    playbook_text,
)
from salesnerd_tui.playbook.markdown.heading import heading_bodies, is_buyer_heading, read_heading
from salesnerd_tui.playbook.markdown.outcomes import complete_outcomes
from salesnerd_tui.playbook.markdown.outline import Outline
from salesnerd_tui.playbook.markdown.sentence import has_question_mark
from salesnerd_tui.playbook.markdown.spreadsheet import read_spreadsheet
from salesnerd_tui.playbook.yaml_writer import title_from_name
from salesnerd_tui.text import clean

STANDARD_INPUT = "standard input"
MAX_DOCUMENT_BYTES = 1 << 20
"""Maximum size of a document. The longest sales handbook page measured has 40 KB."""

MAX_DOCUMENT_LINES = 20_000
"""Maximum lines of a document; parsing that many takes three seconds."""

MIN_ITEM_RATIO = 0.2
"""Minimum share of blocks that become questions; a document with less of them is prose."""

_NOT_YAML = re.compile("[\ufffe\uffff]")
"""Characters that YAML does not allow and `clean` does not remove."""

MIN_QUESTIONS = 3
"""Number of questions that make an agenda, no matter how much prose is around them."""


_TITLE = re.compile(r"^(?:playbook|library):\s+\S", re.MULTILINE)
_CONTENTS = re.compile(r"^(?:agenda|prep|questions|detours|extends|coach):(?:\s|$)", re.MULTILINE)
"""Fields at the start of a line that only a playbook has, together with its title."""


class CannotImport(Exception):
    """The document cannot be imported; the message is the reason. `omitted` lists its questions by line."""

    def __init__(self, reason: str, omitted: Sequence[OmittedText] = ()) -> None:
        super().__init__(reason)
        self.omitted = tuple(omitted)


class ImportedPlaybook(Struct, frozen=True):
    """A new playbook: its YAML text, its id, and the draft of the text."""

    text: str
    name: str
    draft: Draft
    decisions: int
    blocks: int
    is_prose: bool = False


def import_document(
    text: str, source: str, name: str = "", *, as_library: bool = False, keep_prose: bool = False
) -> ImportedPlaybook:
    """Convert a document in Markdown, plain text, CSV or TSV to a playbook or a library.

    Control characters and escape sequences are removed or made visible. `source` is the name of the document's file.
    Raises `CannotImport` if the document contains nothing usable.
    """
    if _TITLE.search(text) and _CONTENTS.search(text):
        raise CannotImport("this is a playbook already (copy it into your playbook folder)")
    if text.count("\n") > MAX_DOCUMENT_LINES:
        raise CannotImport(f"more than {MAX_DOCUMENT_LINES:,} lines (import parts of it)")
    cleaned = _NOT_YAML.sub("", clean(text, whole=True))
    spreadsheet = read_spreadsheet(cleaned, source)
    document = spreadsheet or read_document(yaml_to_markdown(cleaned := confluence_to_markdown(cleaned)))
    questions = list(_iter_cell_questions(spreadsheet) if spreadsheet else _iter_questions(cleaned))
    if not document.blocks:
        raise CannotImport("the document is empty (expected Markdown with questions)")
    draft = _make_draft(document, as_library)
    blocks = _count_texts(document.blocks)
    is_prose = as_library or (not draft.is_library and _is_prose(draft, blocks))
    if is_prose:
        draft = draft if draft.is_library else _make_draft(document, as_library=True)
        if not draft.detours:
            raise CannotImport(_decline_reason(draft, blocks), questions)
    draft.title = _PAGE_ID.sub("", draft.title or _file_title(source))
    name = name or slug_name(draft.title if source == STANDARD_INPUT else source)
    ids = IdGenerator()
    _set_ids(draft, ids)
    if not draft.is_library:
        _title_sections(draft)
        fill_slots(draft, ids)
        _resolve_targets(draft)
        complete_outcomes(draft, ids)
        _add_section_decisions(draft)
    playbook = playbook_text(draft, name, source, keep_prose=keep_prose)
    _check(playbook, name, questions)
    _omit_lost_questions(questions, draft, playbook)
    draft.omitted.sort(key=lambda omitted: omitted.line)
    return ImportedPlaybook(playbook, name, draft, playbook.count(DECISION_MARK), blocks, is_prose)


_PAGE_ID = re.compile(r"[\s_-]+[0-9a-f]{32}$")
"""Id that Notion adds to the name of a page."""


def _file_title(source: str) -> str:
    """Return a title for the name of a file, without a number at its start."""
    stem = Path(source).stem
    return title_from_name(re.sub(r"^\d{1,4}[\s_.-]+(?=\D)", "", stem) or stem)[:MAX_TITLE_CHARACTERS] or "Imported"


def slug_name(source: str) -> str:
    """Return a file name without suffix for a document."""
    stem = re.sub(r"\.(?:md|markdown|mdx|txt|text|csv|tsv|tab|ya?ml)$", "", Path(source).name, flags=re.IGNORECASE)
    stem = _PAGE_ID.sub("", stem)
    words = re.sub(r"[^a-z0-9]+", "_", slugify(stem) if not stem.isascii() else stem.lower()).strip("_")
    return words[:60].strip("_") or "imported"


def _make_draft(document: Document, as_library: bool) -> Draft:
    draft = Draft(document.title, document.description)
    is_faq = as_library or _is_faq(document.blocks)
    outline = Outline(draft, document, is_faq=is_faq)
    outline.read()
    for block in walk(document.blocks):
        for words in (block.words, *(cell for row in block.rows for cell in row.cells)):
            draft.omit(block.line, words.struck, "struck through")
    _complete_detours(draft)
    drop_unusable_texts(draft)
    outline.drop_empty_sections()
    questions = sum(not item.is_said for section in draft.sections for item in section.items)
    detours = len(draft.detours)
    if as_library or (is_faq and detours > questions) or (detours >= MIN_QUESTIONS and not questions):
        _convert_to_library(draft)
    return draft


def _count_texts(blocks: Sequence[Block]) -> int:
    """Return the number of paragraphs, list items and table rows that contain words."""
    texts = sum(bool(block.words.text.strip()) and block.kind is not BlockKind.HEADING for block in walk(blocks))
    return texts + sum(len(block.rows[1:]) for block in walk(blocks))


def _is_prose(draft: Draft, blocks: int) -> bool:
    questions = sum(not item.is_said for item in draft.items()) + len(draft.outcomes)
    return not draft.buyers and (
        (questions < MIN_QUESTIONS and questions < blocks)
        or (questions < MIN_ITEM_RATIO * blocks and len(draft.omitted) > 4 * questions)
    )


def _decline_reason(draft: Draft, blocks: int) -> str:
    questions = sum("?" in omitted.text for omitted in draft.omitted)
    asking = f", {questions} with a question in it" if questions else ""
    texts = "1 paragraph or list item" if blocks == 1 else f"{blocks} paragraphs and list items"
    return (
        f"this is prose and not an agenda: {texts}{asking}, and no list of questions "
        "(put the questions into a list, one for each line, and import that)"
    )


def _is_faq(blocks: Sequence[Block]) -> bool:
    """Return whether most headings with a question or an objection are in the words of a buyer."""
    bodies = heading_bodies(blocks)
    headings = [(read_heading(block.words.plain), block.line) for block in blocks if block.kind is BlockKind.HEADING]
    is_buyer = [
        is_buyer_heading(heading, bodies[line])
        for heading, line in headings
        if heading.has_question_mark or heading.is_objection
    ]
    return sum(is_buyer) * 2 > len(is_buyer)


def _complete_detours(draft: Draft) -> None:
    """Turn the notes of a detour without a reply into its reply, and omit detours without any words."""
    for detour in draft.detours:
        if detour.items:
            continue
        for text in detour.why:
            item = DraftItem(text, detour.line, is_said=True)
            item.add_decision("is this said aloud", "keep say", "make it why")
            detour.items.append(item)
        detour.why = []
        if not detour.items:
            draft.omit(detour.line, detour.they_say[0], "nothing to reply")
    draft.detours = [detour for detour in draft.detours if detour.items]


def _convert_to_library(draft: Draft) -> None:
    """Keep only the detours; a section with a statement becomes a detour."""
    draft.is_library = True
    for section in draft.sections:
        if any(item.is_said for item in section.items) and section.title:
            cues = {name: getattr(section, name) for name in CUE_FIELDS}
            detour = DraftDetour([section.title], section.line, items=section.items, **cues)
            detour.add_decision("when does this detour fit", "write their words into they_say", "delete it")
            draft.detours.append(detour)
            continue
        _omit_notes(draft, section, section.line, "a note of a section")
        for item in section.items:
            answers = [text for answer in item.answers for text in answer.follow_ups]
            draft.omit(item.line, " ".join([item.text, *item.follow_ups, *answers]), QUESTION_IN_PROSE)
            _omit_notes(draft, item, item.line, "a note of a question")
            for answer in item.answers:
                _omit_notes(draft, answer, answer.line, "a note of an answer")
    draft.detours.sort(key=lambda detour: detour.line)
    draft.sections, draft.outcomes, draft.buyers = [], [], []


def _omit_notes(draft: Draft, part: DraftCues, line: int, reason: str) -> None:
    for field in CUE_FIELDS:
        for note in getattr(part, field):
            draft.omit(line, note, reason)


def _title_sections(draft: Draft) -> None:
    """Give a section without a title that has notes the title of the document: only titled sections have notes."""
    for section in draft.sections:
        if not section.title and any(getattr(section, name) for name in CUE_FIELDS):
            section.title = draft.title


def _set_ids(draft: Draft, ids: IdGenerator) -> None:
    for item in draft.items():
        item.id = item.id or ids.generate(item.topic or item.text)
    detour_ids = IdGenerator()
    for detour in draft.detours:
        detour.id = detour_ids.generate(detour.they_say[0])


def _resolve_targets(draft: Draft) -> None:
    """Replace each `go to question 5` by the id of that question; an unknown target becomes a decision."""
    for section in draft.sections:
        sections = [each for each in draft.sections if each.is_prep is section.is_prep]
        for item in section.items:
            for answer in item.answers:
                if answer.target and not answer.end:
                    target = _find_target(answer, section, sections)
                    answer.goto = target.id if target and target is not item else ""
                    if not answer.goto:
                        kind = "section " if answer.is_section_target else "question "
                        answer.why.append(f"Go to {kind if answer.target[:1].isdigit() else ''}{answer.target}")
                        question = f"which question is '{answer.target}'"
                        answer.add_decision(question, "write goto: its id", "delete it")


def _find_target(answer: DraftAnswer, section: DraftSection, sections: Sequence[DraftSection]) -> DraftItem | None:
    if not answer.is_section_target:
        in_section = [item for item in section.items if item.number == answer.target]
        in_document = [item for each in sections for item in each.items if item.number == answer.target]
        return next((items[0] for items in (in_section, in_document) if len(items) == 1), None)
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
_SENTENCE = re.compile(r"[^.!?|]+[.!?|]?")


def _iter_questions(text: str) -> Iterator[OmittedText]:
    """Yield each question of a document, with the line on which it ends."""
    number, paragraph = 1, list[str]()
    for line in (*text.split("\n"), ""):
        if paragraph and (_ITEM.match(line) or _HEADING.match(paragraph[-1])):
            yield from _split_questions(number - len(paragraph), "\n".join(paragraph))
            paragraph = []
        paragraph.append(line)
        number += 1


def _iter_cell_questions(document: Document) -> Iterator[OmittedText]:
    """Yield each cell of a spreadsheet that is a question."""
    for row in (row for block in document.blocks for row in block.rows):
        for cell in row.cells:
            if has_question_mark(cell.plain):
                yield OmittedText(row.line, cell.plain, QUESTION_IN_PROSE)


def _split_questions(number: int, paragraph: str) -> Iterator[OmittedText]:
    for piece in _SENTENCE.findall(paragraph):
        number += piece.count("\n")
        if piece.endswith("?"):
            yield OmittedText(number, " ".join(piece.split()).lstrip("-*+#>|0123456789.) "), QUESTION_IN_PROSE)


_PLACEHOLDER = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")


def _normalize_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", _PLACEHOLDER.sub(" ", text).lower()))


def _omit_lost_questions(questions: Iterable[OmittedText], draft: Draft, playbook: str) -> None:
    """Omit each of the document's `questions` that is neither in the new file nor omitted yet."""
    placed = _normalize_words(" ".join((playbook, *(omitted.text for omitted in draft.omitted))))
    draft.omitted += [question for question in questions if not _contains(placed, question.text)]


_STRUCK = re.compile(r"~~[^~]*~~|<(del|s|strike)>[^<]*</\1>")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_COUNT = re.compile(r"^.*?(?<!\w)\d{1,2}[.)]\s+", re.DOTALL)
_CONDITION = re.compile(r"^.*?\b(?:if|when|wenn|falls|si)\b[^,]{0,400},\s*", re.DOTALL | re.IGNORECASE)
_LEAD = re.compile(r"""^.*(?:[:"“„«→>(—–]|[\])]\s)(?=.{5})""", re.DOTALL)
"""Text before a question on its line: a label, a quotation mark or a tag."""


def _contains(placed: str, question: str) -> bool:
    """Return whether `placed` contains a question, with or without the text before it on its line."""
    plain = unescape(_MARKUP.sub(">", _STRUCK.sub("", question)).replace("\\", ""))
    tails = (_normalize_words(lead.sub("", _COUNT.sub("", plain))) for lead in (_LEAD, _CONDITION))
    if _normalize_words(plain) in placed or any(len(tail.split()) > 1 and tail in placed for tail in tails):
        return True
    parts = re.split(r"[()\[\]]", plain)
    return len(parts) > 1 and all(_normalize_words(part) in placed for part in parts)


def _check(playbook: str, name: str, questions: Sequence[OmittedText]) -> None:
    """Raise `CannotImport` if the new playbook has errors."""
    loaded = load(Path(f"{name}.yaml"), None, playbook)
    if loaded.errors:
        first = loaded.errors[0]
        raise CannotImport(
            f"the result would not load: {first.message} ({first.code}; shorten the document or import parts of it)",
            questions,
        )


_CONDITIONAL_TITLE = re.compile(r"\b(?:if|only (?:for|if|when)|when (?:they|the)|in case|optional)\b", re.IGNORECASE)


def _add_section_decisions(draft: Draft) -> None:
    """Add decisions about sections: when a section is asked, and whether prep questions are for the buyer."""
    for section in draft.sections:
        condition = next(filter(_CONDITIONAL_TITLE.search, (section.title, *section.parents)), "")
        if condition and not section.is_prep:
            question = f"'{condition}': when is this section asked"
            section.add_decision(question, "write when: a condition", "make it a detour", "ask it always")
        has_buyer_questions = any(
            has_question_mark(item.text) and re.search(r"\byour?\b", item.text) for item in section.items
        )
        if section.is_prep and section.line and has_buyer_questions:
            section.add_decision("are these questions to yourself", "keep them in prep", "move them to agenda")
