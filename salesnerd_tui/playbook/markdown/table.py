"""Tables of a document: questions with cues, scorecards, objections and schedules, and the legend of their ratings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.playbook.markdown.document import BREAK, Block, BlockKind, Row, Words, walk
from salesnerd_tui.playbook.markdown.draft import TOO_LONG_FOR_NOTE, DraftItem, DraftOutcome, DraftSection
from salesnerd_tui.playbook.markdown.heading import read_heading
from salesnerd_tui.playbook.markdown.outcomes import parse_score_band
from salesnerd_tui.playbook.markdown.question import (
    add_branch,
    add_by_role,
    has_question,
    list_steps,
    parse_question,
    parse_rating_steps,
)
from salesnerd_tui.playbook.markdown.sentence import (
    CUES,
    Branch,
    Role,
    english_label,
    find_role,
    has_question_mark,
    is_only_placeholder,
    keep_negative_label,
    starts_like_question,
)
from salesnerd_tui.playbook.model import Priority
from salesnerd_tui.playbook.unknown_field import find_value_synonym

if TYPE_CHECKING:
    from salesnerd_tui.playbook.markdown.position import Position


class ColumnKind(StrEnum):
    """Content of a column of a table."""

    QUESTION = "question"
    NUMBER = "number"
    STATE = "state"
    WEIGHT = "weight"
    OBJECTION = "objection"
    REPLY = "reply"
    TIME = "time"
    CUE = "cue"
    ANSWER = "answer"
    SECTION = "section"
    PRIORITY = "priority"
    OTHER = "other"


_HEADERS: Mapping[ColumnKind, str] = {
    ColumnKind.NUMBER: r"#|no\.?|nr\.?|id|num(?:ber)?|ref",
    ColumnKind.STATE: r"status|scores?|yes ?/ ?no|y ?/ ?n|answers?|ratings?|done|result|response|checked?|rag"
    r"|weighted(?: score)?|confirmed|met\??|value|your (?:answer|score|notes?)|☐|✓|✔|points|assessment",
    ColumnKind.WEIGHT: r"weights?(?: ?\(?%\)?)?|weighting|importance",
    ColumnKind.OBJECTION: r".*\bobjections?\b.*|(?:if |when )?they (?:say|ask)|(?:customer|prospect|buyer"
    r"|client)(?: says| asks| question)?|pushback|concern",
    ColumnKind.REPLY: r"(?:your |our |how to |suggested |sample |example )?(?:responses?|repl(?:y|ies)|answers?"
    r"|rebuttals?|respond|counter)|say|you say|what to say",
    ColumnKind.QUESTION: r".*\bquestions?\b.*|ask|what to ask|items?|criteri(?:on|a)|signals?|blockers?|checks?"
    r"|statements?|factors?|requirements?|topics?|risks?|prompts?",
    ColumnKind.ANSWER: r"(?:if|wenn|falls|si|when) .{1,40}|yes|no|ja|nein|oui|non|s[íi]",
    ColumnKind.SECTION: r"sections?|categor(?:y|ies)|phases?|stages?|chapters?",
    ColumnKind.PRIORITY: r"priority|priorit[äa]t|priorit[ée]",
    ColumnKind.TIME: r"minutes?|mins?|time|duration|when",
}
UNTITLED = "Scorecard"
"""Title of a scorecard without one, because only a titled section has a scale."""

_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _HEADERS.items())
_SCALE = re.compile(
    r"\b(\d)\s*(?:\(([^)]{1,30})\)|=\s*[\w ]{1,20}?)?\s*(?:-|–|—|to)\s*(\d{1,2})\b(?:\s*\(([^)]{1,30})\))?"
)
_SPAN = re.compile(r"^\D{0,3}(\d{1,3})\s*(?:-|–|—|to)\s*(\d{1,3})\b|^\D{0,3}(\d{1,3})\s*(?:min|m|'|$)", re.IGNORECASE)
_YES_NO = re.compile(r"yes ?/ ?no|y ?/ ?n", re.IGNORECASE)


class Column(Struct, frozen=True):
    """A column of a table; `role` is set for cues."""

    header: str
    kind: ColumnKind
    role: Role | None = None


def read_table(position: Position, block: Block) -> None:
    """Add the rows of a table to the draft, by the kinds of its columns; other rows are omitted."""
    if not block.rows:
        return
    header, rows = block.rows[0], [_without_placeholders(row) for row in block.rows[1:]]
    columns = _read_columns(header, rows)
    kinds = [column.kind for column in columns]
    if not any(cell.plain for cell in header.cells):
        _read_form(position, rows)
    elif sum(has_question_mark(cell.plain) for cell in header.cells) > 1:
        _read_questions(position, [Column("", ColumnKind.OTHER)] * len(columns), [header])
        for row in rows:
            _omit_row(position, row, "filled in already")
    elif ColumnKind.OBJECTION in kinds and (ColumnKind.REPLY in kinds or len(columns) == 2):
        _read_objections(position, columns, rows)
    elif ColumnKind.QUESTION in kinds and ColumnKind.STATE in kinds:
        _read_checklist(position, header, columns, rows)
    elif ColumnKind.QUESTION in kinds and any(kind in (ColumnKind.CUE, ColumnKind.ANSWER) for kind in kinds):
        _read_questions(position, columns, rows)
    elif ColumnKind.TIME in kinds and kinds[0] is ColumnKind.TIME:
        _read_time_table(position, rows)
    elif any(has_question(cell.plain) for row in rows for cell in row.cells):
        _read_questions(position, columns, rows)
    else:
        _read_other(position, columns, rows)


def _parse_score_bands(rows: Sequence[Row]) -> list[DraftOutcome]:
    """Return the outcomes of a table whose rows are ranges of points and what each means; otherwise none."""
    texts = [(row.line, [cell.plain for cell in row.cells if cell.plain]) for row in rows]
    bands = [parse_score_band(f"{cells[0]} points: {' — '.join(cells[1:])}", line) for line, cells in texts if cells]
    outcomes = [band for band in bands if band]
    return outcomes if len(outcomes) > 1 and len(outcomes) == len(rows) else []


def _read_columns(header: Row, rows: Sequence[Row]) -> list[Column]:
    """Return the columns. Only columns with questions in their cells are questions, if there are any.

    The first column of a scorecard needs no header.
    """
    columns = [_read_column(cell.plain, at, rows) for at, cell in enumerate(header.cells)]
    with_questions = [
        at
        for at, column in enumerate(columns)
        if column.kind is ColumnKind.QUESTION
        and any(at < len(row.cells) and has_question(row.cells[at].plain) for row in rows)
    ]
    for at, column in enumerate(columns):
        if column.kind is ColumnKind.QUESTION and with_questions and at not in with_questions:
            columns[at] = Column(column.header, ColumnKind.OTHER)
    is_scored = any(column.kind is ColumnKind.STATE for column in columns)
    if is_scored and not any(column.kind is ColumnKind.QUESTION for column in columns) and not columns[0].header:
        columns[0] = Column("", ColumnKind.QUESTION)
    return columns


def _without_placeholders(row: Row) -> Row:
    """Return a row without the text of cells to fill in, such as `[Score]` or a dash."""
    has_text = (not is_only_placeholder(cell.plain) and cell.plain.strip(" -–—:") for cell in row.cells)
    return Row(row.line, tuple(cell if keep else Words() for cell, keep in zip(row.cells, has_text, strict=True)))


def _read_column(header: str, at: int, rows: Sequence[Row]) -> Column:
    name = re.sub(r"\s*\([^)]*\)$", "", header.strip(" *:"))
    names = (re.sub(r"[\s:]*\d+\s*[-–—]\s*\d+$", "", name), english_label(name))
    kinds = (kind for each in names for kind, pattern in _PATTERNS if pattern.fullmatch(each))
    kind = next(kinds, ColumnKind.OTHER)
    cells = [row.cells[at].plain for row in rows if at < len(row.cells)]
    role = find_role(name)
    if kind is ColumnKind.STATE and any(len(cell) > 3 for cell in cells):
        kind = ColumnKind.REPLY if re.fullmatch(r"answers?|response", name, re.IGNORECASE) else ColumnKind.CUE
    if kind is ColumnKind.OTHER and role in CUES:
        kind = ColumnKind.CUE
    if kind is ColumnKind.QUESTION and role in CUES and not any(map(has_question_mark, cells)):
        kind = ColumnKind.CUE if at else kind
    return Column(name, kind, role if kind is ColumnKind.CUE else None)


def _column_cells(row: Row, columns: Sequence[Column], kind: ColumnKind) -> list[str]:
    """Return the texts of the cells of a row in columns of a kind."""
    cells = zip(columns, row.cells, strict=False)
    return [cell.text for column, cell in cells if column.kind is kind and cell.plain]


def _omit_row(position: Position, row: Row, reason: str) -> None:
    position.draft.omit(row.line, " | ".join(cell.plain for cell in row.cells if cell.plain), reason)


def _read_questions(position: Position, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Add rows with questions; the first other cell is the topic, and labeled columns are cues."""
    question_columns = [at for at, column in enumerate(columns) if column.kind is ColumnKind.QUESTION] or [
        at
        for at in range(len(columns))
        if any(at < len(row.cells) and has_question(row.cells[at].plain) for row in rows)
    ]
    for row in rows:
        title = " ".join(_column_cells(row, columns, ColumnKind.SECTION))
        if title and (position.section is None or position.section.title != title):
            position.start_section(read_heading(title), Block(BlockKind.HEADING, row.line), title)
        questions: list[DraftItem] = []
        others: list[tuple[Column, str]] = []
        for at, (column, cell) in enumerate(zip(columns, row.cells, strict=False)):
            if at in question_columns:
                questions += [position.add_question(text, row.line) for text in _split_cell(cell.text)]
            elif cell.plain and column.kind not in (ColumnKind.NUMBER, ColumnKind.SECTION):
                others.append((column, cell.plain))
        if not questions:
            _omit_row(position, row, "a row without a question")
            continue
        if others and others[0][0].kind is ColumnKind.OTHER and len(others[0][1].split()) <= 4:
            questions[0].topic = others[0][1]
        for column, text in others:
            _add_cell(position, questions[0], column, text, row.line)


def _split_cell(text: str) -> list[str]:
    """Split a cell into its questions, on separate lines or on one line."""
    parts = [part.strip(" -•*") for part in re.split(f"[{BREAK}\n]", text) if part.strip(" -•*")]
    texts: list[str] = []
    for part in parts:
        questions = re.findall(r"[^?]+\?[\"”)]*(?:\s*\([^)]*\))?", part)
        rest = part[sum(map(len, questions)) :].strip()
        texts += [question.strip() for question in questions] if len(questions) > 1 and not rest else [part]
    return texts


def _add_cell(position: Position, item: DraftItem, column: Column, text: str, line: int) -> None:
    if column.kind is ColumnKind.ANSWER:
        condition = re.sub(r"^(?:if|wenn|falls|si|when)\s+", "", column.header, flags=re.IGNORECASE)
        add_branch(item, Branch(condition, text, is_arrow=True), line)
    elif column.kind is ColumnKind.PRIORITY and (priority := find_value_synonym(text, "priority", tuple(Priority))):
        item.priority = priority
    elif column.role:
        add_by_role(position.draft, item, column.role, keep_negative_label(column.header, text), line)
    elif text == item.topic:
        add_by_role(position.draft, item, Role.WHY, text, line)
    else:
        add_by_role(position.draft, item, Role.WHY, f"{column.header}: {text}" if column.header else text, line)


def _read_checklist(position: Position, header: Row, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Add a scorecard or a checklist: each row is a question to the user, answered before the call."""
    section = _prep_section(position)
    heading = position.section.title if position.section else ""
    states = [column.header for column in columns if column.kind is ColumnKind.STATE]
    is_yes_no = any(_YES_NO.fullmatch(state) for state in states)
    section.title = section.title or UNTITLED
    section.scale = ("Yes", "No") if is_yes_no else position.legend or _find_scale(position, heading, header)
    if is_yes_no and re.search(r"\b(?:stops?|blocks?|blockers?|disqualif\w*|veto)\b", heading, re.IGNORECASE):
        section.add_decision("what a Yes leads to", "write answers: {Yes: {end: an outcome}}", "a note is enough")
    if not section.scale:
        question = f"the document does not say what '{states[0]}' can be"
        section.add_decision(question, "write answers", "note it in words")
    for row in rows:
        questions = _column_cells(row, columns, ColumnKind.QUESTION)
        if not questions or re.search(r"\btotal\b|^\W*overall score", questions[0], re.IGNORECASE):
            _omit_row(position, row, "a total" if questions else "a row without a question")
            continue
        items = parse_question(questions[0], row.line)
        section.items += items
        item = items[-1]
        for text in _column_cells(row, columns, ColumnKind.WEIGHT):
            number = re.search(r"\d+(?:\.\d+)?", text)
            item.weight = float(number[0]) if number else None
        texts = [cell.plain for cell in row.cells] + [""] * (len(columns) - len(row.cells))
        for column, text in zip(columns, texts, strict=False):
            if column.kind not in (ColumnKind.CUE, ColumnKind.SECTION, ColumnKind.PRIORITY, ColumnKind.OTHER):
                continue
            if text:
                _add_cell(position, item, column, text, row.line)
            elif re.match(r"evidence|proof|source", column.header, re.IGNORECASE):
                item.follow_ups.append(column.header)


def _prep_section(position: Position) -> DraftSection:
    section = position.section
    if section is not None and (section.is_prep or not section.items):
        section.is_prep = True
        return section
    prep = DraftSection(section.title if section else "", section.line if section else 1, is_prep=True)
    position.draft.sections.append(prep)
    return prep


def _find_scale(position: Position, heading: str, header: Row) -> tuple[str, ...]:
    """Return the scale in the heading, the header of a table or the notes of its section."""
    notes = position.section.why if position.section else []
    texts = [heading, " ".join(cell.plain for cell in header.cells), *notes]
    return next((scale for scale in map(parse_scale, texts) if scale), ())


def parse_scale(text: str) -> tuple[str, ...]:
    """Return the steps of `1 (weak) to 5 (strong)`."""
    match = _SCALE.search(text)
    return list_steps(match[1], match[3]) if match else ()


def _read_objections(position: Position, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    for row in rows:
        objections = _column_cells(row, columns, ColumnKind.OBJECTION)
        if not objections:
            _omit_row(position, row, "a row without an objection")
            continue
        detour = position.start_detour(objections[0], row.line)
        for column, cell in zip(columns, row.cells, strict=False):
            if not cell.plain or column.kind in (ColumnKind.OBJECTION, ColumnKind.NUMBER):
                continue
            if column.role in (Role.LISTEN_FOR, Role.AVOID, Role.WHY):
                if not detour.add(column.role, cell.plain):
                    position.draft.omit(row.line, cell.plain, TOO_LONG_FOR_NOTE)
            else:
                for text in _split_cell(cell.text):
                    position.add_reply(text, row.line)
    position.detour = None


def _read_time_table(position: Position, rows: Sequence[Row]) -> None:
    """Add the rows of a schedule as sections; the author decides which questions belong to each."""
    for row in rows:
        span = _SPAN.match(row.cells[0].plain)
        texts = [cell.plain for cell in row.cells[1:] if cell.plain]
        if span is None or not texts:
            _omit_row(position, row, "a row of a time table")
            continue
        minutes = int(span[2]) - int(span[1]) if span[2] else int(span[3])
        item = DraftItem(texts[-1], row.line, is_said=True)
        item.add_decision("which questions belong to this part of the call", "move them here", "delete this part")
        title = re.split(r"\s*(?:→|->|\()", texts[-1])[0]
        section = DraftSection(title, row.line, minutes=str(max(minutes, 1)), items=[item])
        if len(texts) > 1 and len(texts[0].split()) == 1:
            item.speaker = texts[0].lower()
        position.draft.sections.append(section)


def _read_form(position: Position, rows: Sequence[Row]) -> None:
    """Add the rows of a table without a header that are questions or fields of a form."""
    for row in rows:
        texts = [cell.plain for cell in row.cells]
        if any(map(has_question, texts)):
            _read_questions(position, [Column("", ColumnKind.OTHER)] * len(texts), [row])
        elif texts and texts[0] and not any(texts[1:]):
            _prep_section(position).items.extend(parse_question(texts[0], row.line))
        else:
            _omit_row(position, row, "a table without a header")


def _read_other(position: Position, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Add score bands, and the rows of any other table that have blanks to fill in; full rows are omitted."""
    if outcomes := _parse_score_bands(rows):
        position.draft.outcomes += outcomes
        return
    for row in rows:
        texts = [cell.plain for cell in row.cells]
        first = next((text for text in texts if text), "")
        blanks = [
            column.header.lower() for column, text in zip(columns, texts, strict=False) if not text and column.header
        ]
        if first and len(blanks) * 2 >= len(columns) - 1 and blanks:
            question = first if starts_like_question(first) else f"{first}: {', '.join(blanks)}?"
            item = DraftItem(question, row.line)
            for column, text in list(zip(columns, texts, strict=False))[texts.index(first) + 1 :]:
                if text:
                    item.add_note(f"{column.header}: {text}" if column.header else text)
            _prep_section(position).items.append(item)
        else:
            _omit_row(position, row, "a table without questions")


_STEP = re.compile(r"^(\d{1,2})\s*(?:=|:|–|—|-)\s*(?!\d)(\S.*)$")
"""A step of a rating: `2 = some`. A range such as `10–20: Go` is a score band."""


def find_legend(blocks: Sequence[Block]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Return the labels of the first legend of a document, and the lines of its items."""
    if not any(block.kind is BlockKind.TABLE for block in walk(blocks)):
        return (), frozenset()
    for block in (block for block in walk(blocks) if block.kind is BlockKind.LIST):
        labels = [_legend_label(child.words.plain) for child in block.children]
        if 2 <= len(labels) <= 6 and all(labels):
            return tuple(labels), frozenset(child.line for child in block.children)
    for block in (block for block in walk(blocks) if block.kind is BlockKind.PARAGRAPH):
        steps = parse_rating_steps(block.words.plain)
        if steps:
            return steps, frozenset()
    return (), frozenset()


def _legend_label(text: str) -> str:
    """Return the label in a line of a legend; empty for any other line."""
    step = _STEP.match(text)
    if step:
        return step[1] if int(step[1]) <= 10 else ""
    if text and unicodedata.category(text[0]) in ("So", "Sm"):
        words = re.sub(r"^[^\w(]+", "", text)
        return re.split(r"\s*[(:–—]|\s-\s", words)[0].strip()
    return ""
