"""Outline of a document: reads its blocks in order and fills a draft.

Headings become sections, questions become items, and labeled texts become cues. Everything else is omitted by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Document, Unit, Words, parse_blocks, walk
from salesnerd_tui.playbook.markdown.draft import QUESTION_IN_PROSE, TOO_LONG_FOR_NOTE, Draft, DraftItem
from salesnerd_tui.playbook.markdown.heading import (
    DocumentHeading,
    PartKind,
    announces_questions,
    heading_bodies,
    is_buyer_heading,
    is_section_heading,
    read_heading,
    sounds_spoken,
    split_minutes,
)
from salesnerd_tui.playbook.markdown.lists import read_list
from salesnerd_tui.playbook.markdown.outcomes import parse_outcome_list, parse_recommendation, parse_score_band
from salesnerd_tui.playbook.markdown.position import MAX_GOAL_CHARACTERS, PROSE, STATEMENT, Position, describes_persona
from salesnerd_tui.playbook.markdown.question import (
    add_branch,
    add_links,
    attach,
    attach_to_answer,
    attach_unit,
    has_boxes,
    has_question,
    is_mostly_question,
    is_topic_label,
    split_number,
)
from salesnerd_tui.playbook.markdown.sentence import (
    CUES,
    Branch,
    Labeled,
    Role,
    find_role,
    has_blank,
    has_question_mark,
    is_addressed,
    is_buyer_question,
    is_greeting,
    is_question,
    is_quoted,
    keep_negative_label,
    parse_branch,
    parse_label,
    parse_listed_objection,
    parse_objection,
    parse_unit_label,
    remove_blanks,
    split_sentences,
    starts_like_question,
    starts_with_quote,
    strip_quotes,
)
from salesnerd_tui.playbook.markdown.table import find_legend, read_table

MIN_TEMPLATE_LINES = 10
"""Lines of a fenced Markdown text that is the document; the text around it explains how to use it."""

MAX_PARAGRAPH_QUESTION_WORDS = 12
"""Maximum words of a paragraph that is a single question to ask, not a rhetorical one."""

MAX_TOPIC_WORDS = 3
"""Maximum words of a topic, separated by a dash from its question."""

MAX_PLAIN_HEADING_WORDS = 6
"""Maximum words of a line without a period that is the heading of the list below it."""


_REFERENCE = re.compile(
    r"(?:see|view|read|click|visit|refer|go to|use|fill|complete|last updated|status)\b", re.IGNORECASE
)
_INLINE_NUMBER = re.compile(r"\s*\(\d{1,2}\)\s+|\s+\d{1,2}[.)]\s+(?=[A-Z])")
_REPLY_LABEL = re.compile(r"A ?\d*|answer|antwort|réponse|respuesta", re.IGNORECASE)
_LETTER_NUMBER = re.compile(r"[A-Z][.)]\s+\w")
_PROPERTY = re.compile(r"[^\W\d_][\w /-]{0,30}:\s+(?!.*[.!?]$)\S")
_LIST_MARK = re.compile(r"^[-*•]\s+")
_TOPIC = re.compile(r"^([^\W\d_][\w /&-]{1,30}?)\s+[–—-]\s+(\S.*)$")
_AUXILIARY_VERB = re.compile(r"(?:would|do|does|is|are|can|could|should|may|shall|did|have|has)\b", re.IGNORECASE)
_WITHOUT_LETTERS = re.compile(r"[\W\d_]*")


class Outline(Position):
    """Reader of the blocks of a document. In an FAQ, headings with questions are what a buyer asks.

    `is_asking` is true below `Questions to ask`, `are_topics` in a list whose items are titles of questions, and
    `lead_in` is a line such as `Ask them:` whose list has not been read yet.
    """

    def __init__(self, draft: Draft, document: Document, *, is_faq: bool) -> None:
        super().__init__(draft)
        self.is_faq = is_faq
        self.legend, self.legend_lines = find_legend(document.blocks)
        self.is_persona = describes_persona(document.blocks)
        self._document = document
        self.is_contents = False
        self.is_asking = False
        self.are_topics = False
        self.lead_in: Unit | None = None
        self._bodies: dict[int, Sequence[Block]] = {}
        self._attached_lines: set[int] = set()
        self._is_before_list = False
        self._title_level = _title_level(document)
        self._has_replies = _has_replies(document.blocks)

    def read(self) -> None:
        """Read the blocks of the document, or the template inside it."""
        blocks = self._skip_root(self._document.blocks)
        self._bodies = heading_bodies(blocks)
        template = next((block for block in blocks if _is_template(block)), None)
        dialogue_lines = find_dialogue_lines(blocks)
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            self._is_before_list = after is not None and after.kind is BlockKind.LIST
            if block.line in self._attached_lines:
                continue
            if block.line in dialogue_lines:
                self.omit_all([block], "a dialogue")
            elif template is None or block is template:
                self.read_block(block)
            elif block.kind is BlockKind.HEADING and not self.draft.title:
                self.draft.title = read_heading(block.words.plain).title
            else:
                self.omit_all([block], "explains the template")
        self.flush_lead_in()

    def _skip_root(self, blocks: Sequence[Block]) -> Sequence[Block]:
        """Return the blocks below the root of a document that is a list with a single root item, its title."""
        root = blocks[0].children[0] if len(blocks) == 1 and len(blocks[0].children) == 1 else None
        if root is None or blocks[0].kind is not BlockKind.LIST or has_question(root.words.plain) or not root.children:
            return blocks
        self.draft.title = self.draft.title or root.words.plain
        return root.children

    def read_blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self.read_block(block)

    def read_block(self, block: Block) -> None:
        if block.kind is BlockKind.HEADING:
            self._read_heading(block)
        elif self.kind in (PartKind.LINKS, PartKind.ASIDE):
            self.omit_all([block], "links" if self.kind is PartKind.LINKS else "a story")
        elif block.kind is BlockKind.PARAGRAPH:
            self._read_paragraph(block)
        elif block.kind is BlockKind.LIST:
            read_list(self, block)
        elif block.kind is BlockKind.QUOTE:
            self._read_quote(block)
        elif block.kind is BlockKind.TABLE:
            read_table(self, block)
            self.role = None
        else:
            self._read_code(block)

    # Headings

    def _read_heading(self, block: Block) -> None:
        self.flush_lead_in()
        heading = read_heading(block.words.plain)
        self.is_contents = heading.kind is PartKind.CONTENTS
        if self.is_contents:
            return
        level = block.level
        while self.heading_stack and self.heading_stack[-1][0] >= level:
            self.heading_stack.pop()
        self.kind = self._heading_kind(heading)
        self.is_capturing = False
        body = self._bodies.get(block.line, ())
        question = self.open_question
        if outcomes := parse_outcome_list(heading.title, body):
            self.draft.outcomes += outcomes
            self._attached_lines.update(child.line for child in body)
            return
        self.open_question, self.role, self.heading_role = None, None, None
        self.is_asking = announces_questions(heading.title)
        if level == self._title_level:
            self.draft.title = self.draft.title or heading.title
            self.start_section(heading, block, "")
        elif question and self._attach_heading_answer(question, heading, block.line, body):
            self._attached_lines.update(child.line for child in body)
        elif (objection := parse_objection(heading.title)) and not objection.reply and body:
            self.start_objection(objection, block.line)
        elif self._is_detour_heading(heading, body):
            self.start_detour(strip_quotes(heading.title), block.line)
        elif heading.has_question_mark:
            self._add_heading_question(heading, block)
        elif (
            heading.role
            and self.heading_stack
            and not heading.minutes
            and not self.is_persona
            and not is_section_heading(heading.role, body)
        ):
            self.heading_role = heading.role
        else:
            self.start_section(heading, block, strip_quotes(heading.title))
        self.heading_stack.append((level, heading.title if level != self._title_level else "", self.kind))

    def _heading_kind(self, heading: DocumentHeading) -> PartKind:
        """Return the kind of a heading's part; a heading without its own kind has that of the heading above it."""
        if heading.role is Role.THEY_SAY:
            return PartKind.OBJECTIONS
        parent = self.heading_stack[-1][2] if self.heading_stack else PartKind.AGENDA
        if heading.kind is not PartKind.AGENDA or parent is PartKind.GUIDE:
            return heading.kind
        return parent

    def _attach_heading_answer(
        self, question: DraftItem, heading: DocumentHeading, line: int, body: Sequence[Block]
    ) -> bool:
        """Add a heading such as `If they have a system` to the question above it, as an answer."""
        branch = parse_branch(f"{heading.title}: x", is_nested=True)
        if branch is None or self.detour or not any(has_question(block.words.plain) for block in body):
            return False
        answer = add_branch(question, Branch(branch.condition, ""), line)
        if answer is None:
            return False
        attach_to_answer(self.draft, answer, body)
        self.open_question = question
        return True

    def _is_detour_heading(self, heading: DocumentHeading, body: Sequence[Block]) -> bool:
        """Return whether a heading is what the buyer says or asks."""
        if self.kind in (PartKind.PREP, PartKind.CHECKLIST, PartKind.LINKS, PartKind.ASIDE):
            return False
        if self.kind is PartKind.OBJECTIONS:
            is_spoken = heading.kind is PartKind.AGENDA and sounds_spoken(heading.title)
            return heading.has_question_mark or heading.is_objection or is_spoken
        return (heading.has_question_mark or heading.is_objection) and (self.is_faq or is_buyer_heading(heading, body))

    def _add_heading_question(self, heading: DocumentHeading, block: Block) -> None:
        self.detour = None
        if self.kind is PartKind.CHECKLIST and not self.current_section().items:
            self.current_section().is_prep = True
        self.add_question(heading.title, block.line, number=heading.number)
        self.open_question = self.last_item

    # Paragraphs

    def _read_paragraph(self, block: Block) -> None:
        units = block.units()
        is_before_numbers = len(units) > 1 and bool(split_number(units[1].text)[0])
        if (len(units) == 1 or is_before_numbers) and self._is_heading_like(units[0].text):
            if not self.draft.title and not self.draft.sections and not self._title_level:
                self.draft.title = units[0].text
            elif (is_before_numbers or self._is_before_list) and _is_plain_heading(units[0].text):
                self.read_bold_heading(units[0])
                units = units[1:]
                if not units:
                    return
        if len(units) >= 3 and is_dialogue(units):
            self.omit_all([block], "a dialogue")
            return
        for unit in units:
            self.read_unit(unit)
        ends_with_label = bool(units) and (units[-1].text.endswith(":") or units[-1].is_bold)
        if not ends_with_label:
            self.role = None

    def _is_heading_like(self, text: str) -> bool:
        """Return whether a line is short enough for a heading or a title, as in notes without Markdown."""
        if text[-1:] in ".?!:;,)" or len(text.split()) > MAX_PLAIN_HEADING_WORDS:
            return False
        is_below_question = self.open_question is not None or self.detour is not None
        return not is_below_question or _LETTER_NUMBER.match(text) is not None

    def read_unit(self, unit: Unit) -> None:
        """Add a text that is not in a list."""
        self.flush_lead_in()
        number, text = split_number(_LIST_MARK.sub("", unit.text))
        labeled = parse_unit_label(unit, text)
        if self._read_label_line(unit, text, number):
            return
        if labeled and self.read_labeled(labeled, unit, ()):
            return
        if self.role and self.add_by_list_role(unit, text, (), self.role):
            return
        objection = parse_objection(text)
        if objection and (objection.reply or self.kind is PartKind.OBJECTIONS) and self.can_be_objection():
            self.add_objection(unit, text, (), labeled)
        elif has_blank(text) and not is_greeting(text) and not has_question(text):
            self.add_prep_question(remove_blanks(text), unit.line)
        elif self.last_question and parse_branch(text, is_nested=self.open_question is not None):
            attach_unit(self.draft, self.last_question, unit)
        elif (unit.bold and has_question_mark(unit.text[: unit.bold].strip())) or (unit.is_bold and has_question(text)):
            self.add_question(text, unit.line, number=number)
            self.open_question = self.last_item
        elif self._is_script(text, number):
            self.add_spoken(unit, text, number, (), is_said=True)
        else:
            self._read_prose(unit, text)

    def can_be_objection(self) -> bool:
        """Return whether the buyer's words are an objection here, and not an answer to the last question."""
        return self.kind is PartKind.OBJECTIONS or self.last_question is None

    def _is_script(self, text: str, number: str) -> bool:
        """Return whether a paragraph is said aloud: it is quoted, a greeting, or mostly questions."""
        if is_quoted(text) or is_greeting(text) or has_boxes(text):
            return True
        sentences = split_sentences(text)
        questions = [sentence for sentence in sentences if is_question(sentence)]
        if not questions or self.open_question or (len(sentences) > 3 and len(questions) * 2 < len(sentences)):
            return False
        is_short = len(sentences) == 1 and len(text.split()) <= MAX_PARAGRAPH_QUESTION_WORDS
        if is_short and has_question_mark(text) and not text.lower().startswith("why"):
            return True
        if number:
            return True
        is_to_somebody = any(is_addressed(sentence) or _AUXILIARY_VERB.match(sentence) for sentence in questions)
        return is_to_somebody and (len(questions) == len(sentences) or starts_with_quote(text) or len(sentences) <= 3)

    def _read_label_line(self, unit: Unit, text: str, number: str = "") -> bool:
        """Read `Listen for:` or a bold line as the label of the list that follows."""
        said = parse_label(text) if unit.is_bold else None
        if said and said.role is Role.THEY_SAY and starts_with_quote(said.rest):
            self.start_detour(said.rest, unit.line)
            return True
        if has_question(text) or not (text.endswith(":") or unit.is_bold) or len(text) > 160:
            return False
        label = text.rstrip(":").strip()
        minutes, rest = split_minutes(label)
        is_section = unit.is_bold and bool(minutes or number)
        role = None if is_section else find_role(rest)
        if self.is_capturing and self.add_capture(label, "", unit.line):
            return True
        if role in (Role.ASK, Role.SAY) and unit.is_bold and not text.endswith(":") and self.kind is PartKind.PREP:
            self.read_bold_heading(unit)  # the end of the preparation
        elif role:
            self.role = role
            self.is_asking = self.is_asking or role is Role.ASK
            self.last_is_listed = self.last_is_listed or self.open_question is None
        elif (objection := parse_objection(label)) and not objection.reply and self.kind is not PartKind.PREP:
            self.start_objection(objection, unit.line)
        elif unit.is_bold and not self.is_faq and (is_section or not text.endswith(":")):
            self.read_bold_heading(unit)
        elif number and not unit.is_bold and not self._is_before_list:
            self.add_field(text, unit.line, number)
        else:
            self.lead_in = unit
            self.is_asking = self.is_asking or announces_questions(text)
        return True

    def read_bold_heading(self, unit: Unit) -> None:
        """Read a bold line as a heading of the lowest level."""
        self._read_heading(Block(BlockKind.HEADING, unit.line, Words(unit.text), level=7))

    def read_labeled(self, labeled: Labeled, unit: Unit, children: Sequence[Block]) -> bool:
        """Add `Label: text` by its label; return False if the label has no meaning here."""
        role, text, line = labeled.role, labeled.rest, unit.line
        outcomes = parse_recommendation(labeled.label, text, line)
        if outcomes:
            self.draft.outcomes += outcomes
            self.is_capturing = True
        elif (role not in CUES or has_blank(text)) and self.add_capture(labeled.label, remove_blanks(text), line):
            return True
        elif role is None and not has_blank(text):
            return False
        elif has_blank(text) and not has_question(text):
            self._add_blank(labeled, line)
        elif role is Role.ASIDE:
            self.draft.omit(line, unit.text, "a story")
        elif role in (Role.THEY_SAY, Role.SAY, Role.ASK):
            self._add_speech(labeled, unit, children)
            return True
        elif role and not (role is Role.OPTIONS and self.last_item is None):
            self.add_labeled_text(role, keep_negative_label(labeled.label, text), line)
        else:
            return False
        if self.last_item and not outcomes:
            attach(self.draft, self.last_item, children)
        else:
            self.omit_all(children, STATEMENT)
        return True

    def _add_blank(self, labeled: Labeled, line: int) -> None:
        """Add `Label: ____` as a question to the user; a greeting with a blank in it is said."""
        words = remove_blanks(labeled.rest)
        if is_greeting(labeled.rest):
            self.add_statement(labeled.rest, line)
            return
        self.add_prep_question(labeled.label, line)
        if len(words.split()) > 1:
            self.draft.omit(line, words, "words around a blank")

    def _add_speech(self, labeled: Labeled, unit: Unit, children: Sequence[Block]) -> None:
        """Add what the user or the buyer says."""
        if labeled.role is Role.THEY_SAY:
            self.start_detour(labeled.rest, unit.line)
            self.read_blocks(children)
        elif self._read_answer_line(labeled, unit):
            if self.last_item:
                attach(self.draft, self.last_item, children)
        else:
            self.add_spoken(unit, labeled.rest, "", children, is_said=labeled.role is Role.SAY)

    def _read_answer_line(self, labeled: Labeled, unit: Unit) -> bool:
        """Add `A: text` below a question: a note on the answer, or the reply to a question of the buyer."""
        question, text = self.last_question, labeled.rest
        is_answer = _REPLY_LABEL.fullmatch(labeled.label) is not None and not starts_with_quote(text)
        if not is_answer or question is None or self.detour:
            return False
        is_buyer_asking = self._has_replies or is_buyer_question(question.text) or self.kind is PartKind.OBJECTIONS
        items = self.current_items()
        if is_buyer_asking and items and question is items[-1]:
            items.pop()
            self.start_detour(question.text, question.line)
            self.add_reply(text, unit.line)
            self.detour = None
        else:
            attach_unit(self.draft, question, Unit(text, links=unit.links, line=unit.line))
        return True

    def _read_prose(self, unit: Unit, text: str) -> None:
        """Add a paragraph as a note if it belongs to something, or omit it."""
        if outcome := parse_score_band(text, unit.line):
            self.draft.outcomes.append(outcome)
        elif _WITHOUT_LETTERS.fullmatch(text):
            return
        elif self.section and any(words == text for words, _ in unit.links):
            add_links(self.section, unit)
            self.draft.omit(unit.line, text, "a link")
        elif self.detour:
            self.add_detour_cue(Role.WHY, text, unit.line)
        elif self.open_question:
            attach_unit(self.draft, self.open_question, unit)
        elif self.section is None or (self.section.title == "" and not self.section.items):
            self._read_introduction(unit, text)
        elif (parts := _INLINE_NUMBER.split(text)) and sum(map(has_question, parts)) > 1:
            self._read_numbered_sentences(unit, parts)
        elif any(has_question_mark(sentence) for sentence in split_sentences(text)):
            self.draft.omit(unit.line, text, QUESTION_IN_PROSE)
        else:
            self.add_section_cue(Role.WHY, text, unit.line)

    def _read_numbered_sentences(self, unit: Unit, parts: Sequence[str]) -> None:
        """Add the questions that a paragraph numbers: `Ask three things: (1) … (2) … (3) …`."""
        for part in parts:
            if has_question(part):
                self.add_question(part, unit.line)
            elif part.strip():
                self.add_section_cue(Role.WHY, part.strip(" :"), unit.line)

    def _read_introduction(self, unit: Unit, text: str) -> None:
        """Use the first sentence above all questions as the goal of the playbook, and omit the rest."""
        if text == self.draft.title:
            return
        first = next(iter(split_sentences(text)), text)
        if not unit.is_bold and _PROPERTY.match(text):
            self.draft.omit(unit.line, text, "a property of the page")
            return
        if _REFERENCE.match(text):
            self.draft.omit(unit.line, text, PROSE)
            return
        if (
            not self.draft.goal
            and len(first) <= MAX_GOAL_CHARACTERS
            and not has_question_mark(first)
            and first[-1:] != ":"
            and first[:1] != "("
        ):
            self.draft.goal = first
            self.prose_goal = (unit.line, first)
            text = text[len(first) :].strip()
        self.draft.omit(unit.line, text, PROSE)

    def add_by_list_role(self, unit: Unit, text: str, children: Sequence[Block], role: Role | None) -> bool:
        """Add a text by the label above its list or paragraph; return False if that label does not apply to it."""
        if role in (None, Role.ASK, Role.PHRASINGS, Role.LEGEND):
            return False
        if role is Role.FOLLOW_UPS and not (self.last_item and not self.last_is_listed):
            return False
        if role is Role.THEY_SAY:
            self.add_objection(unit, text, children, None)
        elif role is Role.SAY:
            self.add_spoken(unit, text, "", children, is_said=not has_question(text))
        elif role is Role.ASIDE:
            self.draft.omit(unit.line, text, "a story")
            self.omit_all(children, "a story")
        elif role is Role.NEVER_SAY:
            self.draft.forbid([strip_quotes(text)], unit.line)
            self.omit_all(children, STATEMENT)
        else:
            assert role is not None
            details = "; ".join(each.text for child in walk(children) for each in child.units())
            self.add_labeled_text(role, f"{text.rstrip(':')}: {details}" if details else text, unit.line)
        return True

    def flush_lead_in(self) -> None:
        """Add a lead-in without a list as prose."""
        unit = self.lead_in
        if unit is not None:
            self.lead_in = None
            self._read_prose(unit, unit.text)

    def add_spoken(
        self, unit: Unit, text: str, number: str, children: Sequence[Block], *, is_said: bool = False
    ) -> None:
        """Add a question or a statement; a label or words before a dash are its topic."""
        labeled = parse_unit_label(unit, text)
        topic = ""
        dashed = _TOPIC.match(text) if not starts_like_question(text) else None
        if (
            dashed
            and len(dashed[1].split()) <= MAX_TOPIC_WORDS
            and has_question_mark(dashed[2])
            and not has_question_mark(dashed[1])
        ):
            topic, text = dashed[1], dashed[2]
        elif (
            labeled
            and (labeled.role is None or is_topic_label(labeled, bool(children)))
            and has_question(labeled.rest)
            and not has_boxes(labeled.rest)
            and not has_question(labeled.label)
        ):
            topic, text = labeled.label, labeled.rest
        is_statement = is_said and not has_question(text)
        item = (
            self.add_statement(text, unit.line) if is_statement else self.add_question(text, unit.line, number, topic)
        )
        self.last_is_listed = True
        if item is None:
            self.omit_all(children, STATEMENT)
            return
        add_links(item, unit)
        if len(topic) > 2 and topic.casefold() not in (self.current_section().title.casefold(), ""):
            item.add_note(topic)
        attach(self.draft, item, children)

    def add_objection(self, unit: Unit, text: str, children: Sequence[Block], labeled: Labeled | None) -> None:
        """Add a detour for an objection, with the reply in the same text and in the blocks below."""
        objection = parse_listed_objection(unit, text, labeled)
        self.start_objection(objection, unit.line)
        if objection.reply:
            self.add_reply(objection.reply, unit.line)
        self.read_blocks(children)
        self.detour = None

    # Quotes and code

    def _read_quote(self, block: Block) -> None:
        """Read a block quote: the reply of a detour, a script, or a remark of the author."""
        before = self.detour
        dialogue_lines = find_dialogue_lines(block.children)
        for child in block.children:
            if child.line in dialogue_lines:
                self.omit_all([child], "a dialogue")
                continue
            if child.kind is not BlockKind.PARAGRAPH:
                self._read_quoted_block(child)
                continue
            for unit in child.units():
                self._read_quoted_unit(unit)
        self.role = None
        if self.detour is not before:
            self.detour = None

    def _read_quoted_unit(self, unit: Unit) -> None:
        labeled = parse_label(unit.text, unit.bold)
        if self._read_label_line(unit, unit.text):
            return
        if labeled and labeled.role:
            self.read_labeled(labeled, unit, ())
        elif self.role and self.add_by_list_role(unit, unit.text, (), self.role):
            return
        elif self.detour:
            self.add_reply(unit.text, unit.line)
        elif starts_with_quote(unit.text) or is_mostly_question(unit.text):
            self.add_spoken(unit, unit.text, "", (), is_said=True)
        else:
            self._read_prose(unit, unit.text)

    def _read_quoted_block(self, block: Block) -> None:
        if self.detour and block.kind is BlockKind.LIST:
            for item in block.children:
                for unit in item.units():
                    self.add_detour_cue(Role.WHY, unit.text, unit.line)
                self.omit_all(item.children, TOO_LONG_FOR_NOTE)
        else:
            self.read_block(block)

    def _read_code(self, block: Block) -> None:
        language = block.marker.split()[0] if block.marker else ""
        if language in ("markdown", "md") or _is_template(block):
            for child in parse_blocks(block.words.text.split("\n"), block.line):
                self.read_block(child)
        elif language in ("", "text", "txt", "plain", "plaintext"):
            for unit in block.units():
                self.read_unit(unit)
        else:
            self.omit_all([block], "code")


MIN_REPLIES = 3
"""Number of questions with a reply that make a list of replies."""


def _has_replies(blocks: Sequence[Block]) -> bool:
    """Return whether the questions of a document are the buyer's: some of those above `A: …` are in their words."""
    units = [unit for block in walk(blocks) if block.kind is not BlockKind.TABLE for unit in block.units()]
    asked = [
        before.text
        for before, unit in pairwise(units)
        if has_question_mark(before.text)
        and (labeled := parse_label(unit.text, unit.bold))
        and _REPLY_LABEL.fullmatch(labeled.label)
    ]
    return len(asked) >= MIN_REPLIES and sum(map(is_buyer_question, asked)) * 3 >= len(asked)


def _is_plain_heading(text: str) -> bool:
    """Return whether a short line above a list is its heading, and not a label, a field or a question."""
    labeled = parse_label(text)
    role = labeled.role if labeled else find_role(text)
    is_label = role is not None and (role is not Role.ASK or labeled is not None or text.endswith(":"))
    return not has_question(text) and not has_blank(text) and not is_label


def _title_level(document: Document) -> int:
    """Return the level of the title: the level of the first heading if it is the highest and unique, otherwise 0."""
    levels = [block.level for block in document.blocks if block.kind is BlockKind.HEADING]
    if not levels or levels.count(levels[0]) > 1 or min(levels) < levels[0]:
        return 0
    return levels[0]


def _is_template(block: Block) -> bool:
    if block.kind is not BlockKind.CODE or block.marker not in ("", "markdown", "md", "text"):
        return False
    lines = block.words.text.split("\n")
    return (
        len(lines) >= MIN_TEMPLATE_LINES
        and sum(bool(re.match(r"\s*(?:#{1,6} |[-*] |\d+\. |\|)", line)) for line in lines) >= 3
    )


_OBJECTION = re.compile(r"\W*(?:objection|pushback|einwand)", re.IGNORECASE)
MIN_TURNS = 4
"""Paragraphs with a speaker that make a dialogue."""

MAX_SPEAKER_WORDS = 3


def find_dialogue_lines(blocks: Sequence[Block]) -> set[int]:
    """Return the lines of consecutive paragraphs in which speakers take turns."""
    lines: set[int] = set()
    turns: list[tuple[int, Labeled]] = []
    for block in [*blocks, Block(BlockKind.HEADING, 0)]:
        labeled = parse_label(block.words.text, block.words.bold) if block.kind is BlockKind.PARAGRAPH else None
        if labeled and len(labeled.label.split()) <= MAX_SPEAKER_WORDS:
            turns.append((block.line, labeled))
            continue
        speakers = {turn.label.casefold() for _, turn in turns}
        has_buyer = any(turn.role is Role.THEY_SAY and not _OBJECTION.match(turn.label) for _, turn in turns)
        if len(turns) >= MIN_TURNS and has_buyer and len(speakers) * 2 <= len(turns):
            lines.update(line for line, _ in turns)
        turns = []
    return lines


def is_dialogue(units: Sequence[Unit]) -> bool:
    """Return whether the lines of a paragraph are turns of at least two speakers."""
    turns = [labeled for unit in units if (labeled := parse_label(unit.text, unit.bold))]
    speakers = {turn.label.casefold() for turn in turns if turn.role in (Role.SAY, Role.THEY_SAY)}
    return len(speakers) >= 2 and len(turns) * 3 >= len(units) * 2
