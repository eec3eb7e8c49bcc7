"""Outline of a document: walks its blocks and fills a draft.

Headings become sections, and labels cues. An item of a list becomes a question, a section over questions, or a note.
Everything else is recorded as left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Document, Unit, Words, parse_blocks, walk
from salesnerd_tui.playbook.markdown.draft import QUESTION_IN_PROSE, Draft, DraftItem, DraftSection
from salesnerd_tui.playbook.markdown.ending import parse_recommendation, parse_score_band
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
from salesnerd_tui.playbook.markdown.position import (
    MAX_GOAL_CHARACTERS,
    MAX_SECTION_NOTES,
    PROSE,
    STATEMENT,
    Position,
    describes_persona,
)
from salesnerd_tui.playbook.markdown.question import (
    TOO_LONG,
    add_branch,
    add_links,
    attach,
    attach_to_answer,
    attach_unit,
    count_questions,
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
    is_only_placeholder,
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
    starts_with_question_word,
    starts_with_quote,
    strip_quotes,
)
from salesnerd_tui.playbook.markdown.table import find_legend, read_table

MIN_TEMPLATE_LINES = 10
"""Lines from which a fenced Markdown text is the document, and the text around it explains how to use it."""

MAX_PARAGRAPH_QUESTION_WORDS = 12
"""Words of a question that makes up a whole paragraph, and is therefore asked."""

MAX_TOPIC_WORDS = 3
"""Words before a dash that name the topic of a question."""

MAX_PLAIN_HEADING_WORDS = 6
"""Words of a line without a full stop that is a heading if a list follows."""

MAX_FIELD_WORDS = 6
"""Words of a field such as `Team size:` between questions."""

MAX_SECTION_TITLE_WORDS = 5
"""Maximum words of an item that is a title next to other titles, although it has only one question below."""

OUTSIDE_TEMPLATE = "explains the template"

LINK = "a link"

_REFERENCE = re.compile(
    r"(?:see|view|read|click|visit|refer|go to|use|fill|complete|last updated|status)\b", re.IGNORECASE
)
_INLINE_NUMBER = re.compile(r"\s*\(\d{1,2}\)\s+|\s+\d{1,2}[.)]\s+(?=[A-Z])")
_REPLY_LABEL = re.compile(r"A ?\d*|answer|antwort|réponse|respuesta", re.IGNORECASE)
_LETTERED = re.compile(r"[A-Z][.)]\s+\w")
_PROPERTY = re.compile(r"[^\W\d_][\w /-]{0,30}:\s+(?!.*[.!?]$)\S")
_LIST_MARK = re.compile(r"^[-*•]\s+")
_TOPIC = re.compile(r"^([^\W\d_][\w /&-]{1,30}?)\s+[–—-]\s+(\S.*)$")
_AUXILIARY_VERB = re.compile(r"(?:would|do|does|is|are|can|could|should|may|shall|did|have|has)\b", re.IGNORECASE)
_WITHOUT_LETTERS = re.compile(r"[\W\d_]*")


class Outline(Position):
    """Walks the blocks of a document. `theirs` says whether headings that ask are what a buyer asks."""

    def __init__(self, draft: Draft, document: Document, theirs: bool = False) -> None:
        super().__init__(draft)
        self.theirs = theirs
        self.legend, self.skipped = find_legend(document.blocks)
        self.is_persona = describes_persona(document.blocks)
        self._document = document
        self.is_contents = False
        self.is_asking = False
        self.are_topics = False
        self.lead_in: Unit | None = None
        self._bodies: dict[int, Sequence[Block]] = {}
        self._bodies_taken: set[int] = set()
        self._is_before_list = False
        self._title_level = _title_level(document)

    def read(self) -> None:
        """Read the blocks of the document, or the template inside it."""
        blocks = self._skip_root(self._document.blocks)
        self._bodies = heading_bodies(blocks)
        template = next((block for block in blocks if _is_template(block)), None)
        dialogue = dialogue_lines(blocks)
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            self._is_before_list = after is not None and after.kind is BlockKind.LIST
            if block.line in self._bodies_taken:
                continue
            if block.line in dialogue:
                self.omit_all([block], "a dialogue")
            elif template is None or block is template:
                self.read_block(block)
            elif block.kind is BlockKind.HEADING and not self.draft.title:
                self.draft.title = read_heading(block.words.plain).title
            else:
                self.omit_all([block], OUTSIDE_TEMPLATE)
        self.flush_lead_in()

    def _skip_root(self, blocks: Sequence[Block]) -> Sequence[Block]:
        """Return what is below the title of a document that is one list with one item at its root."""
        root = blocks[0].children[0] if len(blocks) == 1 and len(blocks[0].children) == 1 else None
        if root is None or blocks[0].kind is not BlockKind.LIST or has_question(root.words.plain) or not root.children:
            return blocks
        self.draft.title = self.draft.title or root.words.plain
        return root.children

    def read_block(self, block: Block) -> None:
        if block.kind is BlockKind.HEADING:
            self._read_heading_block(block)
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

    def _read_heading_block(self, block: Block) -> None:
        self.flush_lead_in()
        heading = read_heading(block.words.plain)
        self.is_contents = heading.kind is PartKind.CONTENTS
        if self.is_contents:
            return
        level = block.level
        while self.stack and self.stack[-1][0] >= level:
            self.stack.pop()
        above = self.stack[-1][2] if self.stack else PartKind.AGENDA
        above = PartKind.AGENDA if above is PartKind.GUIDE else above
        self.kind = above if heading.kind is PartKind.AGENDA else heading.kind
        self.kind = PartKind.OBJECTIONS if heading.role is Role.THEY_SAY else self.kind
        self.captures = False
        body = self._bodies.get(block.line, ())
        asked = self.host
        self.host, self.role, self.heading_role = None, None, None
        self.is_asking = announces_questions(heading.title)
        if level == self._title_level:
            self.draft.title = self.draft.title or heading.title
            self.start_section(heading, block, "")
        elif asked and self._attach_heading_answer(asked, heading, block.line, body):
            self._bodies_taken.update(below.line for below in body)
        elif (objection := parse_objection(heading.title)) and not objection.reply and body:
            self.start_objection(objection, block.line)
        elif self._is_detour_heading(heading, body):
            self.start_detour(strip_quotes(heading.title), block.line)
        elif heading.has_question_mark:
            self._add_heading_question(heading, block)
        elif (
            heading.role
            and self.stack
            and not heading.minutes
            and not self.is_persona
            and not is_section_heading(heading.role, body)
        ):
            self.heading_role = heading.role
        else:
            self.start_section(heading, block, strip_quotes(heading.title))
        self.stack.append((level, heading.title if level != self._title_level else "", self.kind))

    def _attach_heading_answer(
        self, asked: DraftItem, heading: DocumentHeading, line: int, body: Sequence[Block]
    ) -> bool:
        """Attach `If they have a system` below a question to that question, as one of its answers."""
        branch = parse_branch(f"{heading.title}: x", True)
        if branch is None or self.detour or not any(has_question(block.words.plain) for block in body):
            return False
        answer = add_branch(asked, Branch(branch.condition, ""), line)
        if answer is None:
            return False
        attach_to_answer(self.draft, answer, body)
        self.host = asked
        return True

    def _is_detour_heading(self, heading: DocumentHeading, body: Sequence[Block]) -> bool:
        """Return whether a heading is what the other side says or asks."""
        if self.kind in (PartKind.PREP, PartKind.CHECKLIST, PartKind.LINKS, PartKind.ASIDE):
            return False
        if self.kind is PartKind.OBJECTIONS:
            said = heading.kind is PartKind.AGENDA and sounds_spoken(heading.title)
            return heading.has_question_mark or heading.is_objection or said
        return (heading.has_question_mark or heading.is_objection) and (self.theirs or is_buyer_heading(heading, body))

    def _add_heading_question(self, heading: DocumentHeading, block: Block) -> None:
        self.detour = None
        if self.kind is PartKind.CHECKLIST and not self.current_section().items:
            self.current_section().is_prep = True
        self.add_question(heading.title, block.line, number=heading.number)
        self.host = self.last

    # Paragraphs

    def _read_paragraph(self, block: Block) -> None:
        units = block.units()
        is_counted = len(units) > 1 and bool(split_number(units[1].text)[0])
        if (len(units) == 1 or is_counted) and self._is_plain_heading(units[0], is_counted):
            self._bold_heading(units[0])
            units = units[1:]
            if not units:
                return
        if len(units) >= 3 and is_dialogue(units):
            self.omit_all([block], "a dialogue")
            return
        for unit in units:
            self.read_unit(unit)
        if not self._ends_with_label(units):
            self.role = None

    def _is_plain_heading(self, unit: Unit, is_before_list: bool) -> bool:
        """Return whether a short line is a heading or the title, as in notes without Markdown."""
        text = unit.text
        if text[-1:] in ".?!:;,)" or len(text.split()) > MAX_PLAIN_HEADING_WORDS:
            return False
        if (self.host or self.detour) and not _LETTERED.match(text):
            return False
        if not self.draft.title and not self.draft.sections and not self._title_level:
            self.draft.title = text
            return False
        is_before_list = is_before_list or self._is_before_list
        labeled = parse_label(text)
        role = labeled.role if labeled else find_role(text)
        return is_before_list and not has_question(text) and not has_blank(text) and not role

    @staticmethod
    def _ends_with_label(units: Sequence[Unit]) -> bool:
        """Return whether a paragraph ends with a label, so that the next block belongs to it."""
        last = units[-1] if units else None
        return last is not None and (last.text.endswith(":") or last.is_bold)

    def read_unit(self, unit: Unit) -> None:
        """Place a text that is not in a list."""
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
        elif self.last and not self.last.is_said and parse_branch(text, self.host is not None):
            attach_unit(self.draft, self.last, unit)
        elif (unit.bold and has_question_mark(unit.text[: unit.bold].strip())) or (unit.is_bold and has_question(text)):
            self.add_question(text, unit.line, number=number)
            self.host = self.last
        elif self._is_script(text, number):
            self.add_spoken(unit, text, number, (), is_said=True)
        else:
            self._read_prose(unit, text)

    def can_be_objection(self) -> bool:
        """Return whether what they say is an objection here, and not the answer to the question before it."""
        return self.kind is PartKind.OBJECTIONS or self.last is None or self.last.is_said

    def _is_script(self, text: str, number: str) -> bool:
        """Return whether a paragraph is spoken: all of it asks, or it is quoted as a whole."""
        if is_quoted(text) or is_greeting(text) or has_boxes(text):
            return True
        sentences = split_sentences(text)
        asked = [sentence for sentence in sentences if is_question(sentence)]
        if not asked or self.host or (len(sentences) > 3 and len(asked) * 2 < len(sentences)):
            return False
        is_short = len(sentences) == 1 and len(text.split()) <= MAX_PARAGRAPH_QUESTION_WORDS
        if is_short and has_question_mark(text) and not text.lower().startswith("why"):
            return True
        addressed = any(is_addressed(sentence) or _AUXILIARY_VERB.match(sentence) for sentence in asked)
        return bool(number) or (
            addressed and (len(asked) == len(sentences) or starts_with_quote(text) or len(sentences) <= 3)
        )

    def _read_label_line(self, unit: Unit, text: str, number: str = "") -> bool:
        """Read `Listen for:` or a bold line as the label of the list that follows."""
        if has_question(text) or not (text.endswith(":") or unit.is_bold) or len(text) > 160:
            return False
        bare = text.rstrip(":").strip()
        minutes, rest = split_minutes(bare)
        is_part = unit.is_bold and bool(minutes or number)
        role = None if is_part else find_role(rest)
        if self.captures and self.add_capture(bare, "", unit.line):
            return True
        if role:
            self.role = role
            self.is_asking = self.is_asking or role is Role.ASK
            self.last_is_listed = self.last_is_listed or self.host is None
        elif (objection := parse_objection(bare)) and not objection.reply and self.kind is not PartKind.PREP:
            self.start_objection(objection, unit.line)
        elif unit.is_bold and not self.theirs and (is_part or not text.endswith(":")):
            self._bold_heading(unit)
        elif number and not unit.is_bold and not self._is_before_list:
            self.add_field(text, unit.line, number)
        else:
            self.lead_in = unit
            self.is_asking = self.is_asking or announces_questions(text)
        return True

    def _bold_heading(self, unit: Unit) -> None:
        """Read a bold line as a heading below all real ones."""
        self._read_heading_block(Block(BlockKind.HEADING, unit.line, Words(unit.text), level=7))

    def read_labeled(self, labeled: Labeled, unit: Unit, under: Sequence[Block]) -> bool:
        """Place `Label: text`; return False if the label decides nothing here."""
        role, text, line = labeled.role, labeled.rest, unit.line
        endings = parse_recommendation(labeled.label, text, line)
        if endings:
            self.draft.outcomes += endings
            self.captures = True
        elif (role not in CUES or has_blank(text)) and self.add_capture(labeled.label, remove_blanks(text), line):
            return True
        elif role is None and not has_blank(text):
            return False
        elif has_blank(text) and not has_question(text):
            self.add_prep_question(labeled.label, line)
        elif role is Role.ASIDE:
            self.draft.omit(line, unit.text, "a story")
        elif role in (Role.THEY_SAY, Role.SAY, Role.ASK):
            self._add_speech(labeled, unit, under)
            return True
        elif role and not (role is Role.OPTIONS and self.last is None):
            self.add_labeled_text(role, keep_negative_label(labeled.label, text), line)
        else:
            return False
        if self.last and not endings:
            attach(self.draft, self.last, under)
        else:
            self.omit_all(under, STATEMENT)
        return True

    def _add_speech(self, labeled: Labeled, unit: Unit, under: Sequence[Block]) -> None:
        """Place what one of the two sides says."""
        if labeled.role is Role.THEY_SAY:
            self.start_detour(labeled.rest, unit.line)
            self._under_detour(under)
        elif self._add_reply(labeled, unit):
            if self.last:
                attach(self.draft, self.last, under)
        else:
            self.add_spoken(unit, labeled.rest, "", under, is_said=labeled.role is Role.SAY)

    def _add_reply(self, labeled: Labeled, unit: Unit) -> bool:
        """Read `A: text` below a question: what is heard, or the reply if the other side asks."""
        asked, text = self.last, labeled.rest
        is_answer = _REPLY_LABEL.fullmatch(labeled.label) is not None and not starts_with_quote(text)
        if not is_answer or asked is None or asked.is_said or self.detour:
            return False
        if is_buyer_question(asked.text) and asked is self.current_items()[-1]:
            self.current_items().pop()
            self.start_detour(asked.text, asked.line)
            self.add_reply(text, unit.line)
            self.detour = None
        else:
            attach_unit(self.draft, asked, Unit(text, links=unit.links, line=unit.line))
        return True

    def _read_prose(self, unit: Unit, text: str) -> None:
        """Keep a paragraph as a note where it explains something, and leave it out elsewhere."""
        ending = parse_score_band(text, unit.line)
        if ending:
            self.draft.outcomes.append(ending)
        elif _WITHOUT_LETTERS.fullmatch(text):
            return
        elif self.section and any(words == text for words, _ in unit.links):
            add_links(self.section, unit)
            self.draft.omit(unit.line, text, "a link")
        elif self.detour:
            self.add_detour_cue(Role.WHY, text, unit.line)
        elif self.host:
            attach_unit(self.draft, self.host, unit)
        elif self.section is None or (self.section.title == "" and not self.section.items):
            self._read_introduction(unit, text)
        elif (counted := _INLINE_NUMBER.split(text)) and sum(map(has_question, counted)) > 1:
            self._read_numbered_sentences(unit, counted)
        elif any(has_question_mark(sentence) for sentence in split_sentences(text)):
            self.draft.omit(unit.line, text, QUESTION_IN_PROSE)
        else:
            self.add_section_cue(Role.WHY, text, unit.line)

    def _read_numbered_sentences(self, unit: Unit, parts: Sequence[str]) -> None:
        """Ask the questions that a paragraph counts: `Ask three things: (1) … (2) … (3) …`."""
        for part in parts:
            if has_question(part):
                self.add_question(part, unit.line)
            elif part.strip():
                self.add_section_cue(Role.WHY, part.strip(" :"), unit.line)

    def _read_introduction(self, unit: Unit, text: str) -> None:
        if text == self.draft.title:
            return
        first = split_sentences(text)[0] if split_sentences(text) else text
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
        ):
            self.draft.goal = first
            text = text[len(first) :].strip()
        self.draft.omit(unit.line, text, PROSE)

    # Lists

    def add_by_list_role(self, unit: Unit, text: str, under: Sequence[Block], role: Role | None) -> bool:
        """Place an item by the label above its list."""
        if role in (None, Role.ASK, Role.PHRASINGS, Role.LEGEND):
            return False
        if role is Role.FOLLOW_UPS and not (self.last and not self.last_is_listed):
            return False
        if role is Role.THEY_SAY:
            self.add_objection(unit, text, under, None)
        elif role is Role.SAY:
            self.add_spoken(unit, text, "", under, is_said=not has_question(text))
        elif role is Role.ASIDE:
            self.draft.omit(unit.line, text, "a story")
            self.omit_all(under, "a story")
        elif role is Role.NEVER_SAY:
            self.draft.forbid([strip_quotes(text)], unit.line)
        else:
            assert role is not None
            below = [each.text for child in walk(under) for each in child.units()]
            self.add_labeled_text(role, ": ".join([text.rstrip(":"), "; ".join(below)]) if below else text, unit.line)
        return True

    def flush_lead_in(self) -> None:
        unit = self.lead_in
        if unit is not None:
            self.lead_in = None
            self._read_prose(unit, unit.text)

    # Items

    def add_spoken(self, unit: Unit, text: str, number: str, under: Sequence[Block], is_said: bool = False) -> None:
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
            and (labeled.role is None or is_topic_label(labeled, bool(under)))
            and has_question(labeled.rest)
            and not has_boxes(labeled.rest)
            and not has_question(labeled.label)
        ):
            topic, text = labeled.label, labeled.rest
        if has_question(text) or not is_said:
            item: DraftItem | None = self.add_question(text, unit.line, number, topic)
        else:
            item = self.add_statement(text, unit.line)
        self.last_is_listed = True
        if item is None:
            self.omit_all(under, STATEMENT)
            return
        add_links(item, unit)
        if len(topic) > 2 and topic.casefold() not in (self.current_section().title.casefold(), ""):
            item.add(Role.WHY, topic)
        attach(self.draft, item, under)

    # Detours

    def add_objection(self, unit: Unit, text: str, under: Sequence[Block], labeled: Labeled | None) -> None:
        objection = parse_listed_objection(unit, text, labeled)
        self.start_objection(objection, unit.line)
        if objection.reply:
            self.add_reply(objection.reply, unit.line)
        self._under_detour(under)
        self.detour = None

    def _under_detour(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self.read_block(block)

    # Quotes, code and what is left

    def _read_quote(self, block: Block) -> None:
        """Read quoted lines: what is said in a detour, a script, or a remark of the author."""
        before = self.detour
        dialogue = dialogue_lines(block.children)
        for child in block.children:
            if child.line in dialogue:
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
                self.omit_all(item.children, TOO_LONG)
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


def _title_level(document: Document) -> int:
    """Return the level of the heading that is the title; 0 if no heading is."""
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


_PROHIBITS = re.compile(r"(?:don['’]t|do not|never|avoid|nicht|niemals|ne |no )\b(?!.*:)", re.IGNORECASE)


def read_list(outline: Outline, block: Block) -> None:
    role = outline.role or outline.heading_role
    if outline.is_contents or (block.children and block.children[0].line in outline.skipped):
        outline.is_contents = False
        return
    if _is_statement_list(outline, block, role):
        _statements(outline, block)
    else:
        if outline.lead_in and not announces_questions(outline.lead_in.text):
            outline.flush_lead_in()
        outline.lead_in = None
        around = outline.are_topics, outline.is_asking
        outline.are_topics = _has_topics(block)
        outline.is_asking = outline.is_asking or _asks(block)
        for item in block.children:
            _item(outline, item, role)
        outline.are_topics, outline.is_asking = around
    outline.role = None


def _item(outline: Outline, block: Block, role: Role | None) -> None:
    units = block.units()
    if not units:
        for child in block.children:
            outline.read_block(child)
        return
    first, rest, under = units[0], units[1:], list(block.children)
    number, text = split_number(first.text)
    number = number or block.marker
    if outline.add_by_list_role(first, text, under, role):
        pass
    elif outline.host and not outline.detour:
        attach_unit(outline.draft, outline.host, first, under)
    else:
        _listed(outline, first, text, number, under)
    for unit in rest:
        if outline.last and not outline.last.is_said and not outline.detour:
            attach_unit(outline.draft, outline.last, unit)
        else:
            outline.read_unit(unit)


def _listed(outline: Outline, unit: Unit, text: str, number: str, under: list[Block]) -> None:
    """Place an item of a list that has no label above it."""
    labeled = parse_unit_label(unit, text)
    ending = parse_score_band(text, unit.line)
    asks_below = count_questions(under)
    if ending:
        outline.draft.outcomes.append(ending)
        outline.omit_all(under, STATEMENT)
    elif (labeled and is_topic_label(labeled, bool(under))) or _is_branched(text, under):
        outline.add_spoken(unit, text, number, under)
    elif labeled and labeled.role and outline.read_labeled(labeled, unit, under):
        return
    elif _is_objection(outline, text):
        outline.add_objection(unit, text, under, labeled)
    elif has_blank(text) and not has_question(text):
        outline.add_prep_question(remove_blanks(text), unit.line, under)
    elif outline.last and not outline.last.is_said and not asks_below and parse_branch(text, False):
        attach_unit(outline.draft, outline.last, unit, under)
    elif reason := _empty_reason(unit, text):
        outline.draft.omit(unit.line, text, reason)
        outline.omit_all(under, reason if reason == LINK else STATEMENT)
    elif is_mostly_question(labeled.rest if labeled and not labeled.role else text) or is_only_placeholder(text):
        outline.add_spoken(unit, text, number, under)
    elif asks_below:
        _topic(outline, unit, text, number, under, asks_below)
    else:
        _listed_statement(outline, unit, text, number, under)


def _is_objection(outline: Outline, text: str) -> bool:
    found = parse_objection(text)
    if found and found.reply and outline.can_be_objection() and not outline.theirs:
        return True
    return outline.kind is PartKind.OBJECTIONS and (outline.detour is None or starts_with_quote(text))


def _empty_reason(unit: Unit, text: str) -> str:
    """Return why an item without its own words is left out; empty if it has some."""
    if any(words == text and len(words) > 3 for words, _ in unit.links):
        return LINK
    return "a placeholder" if is_only_placeholder(text) and len(text.split()) < 3 else ""


def _listed_statement(outline: Outline, unit: Unit, text: str, number: str, under: list[Block]) -> None:
    is_asking = outline.is_asking or outline.role is Role.ASK or outline.heading_role is Role.ASK
    if is_asking and (starts_with_question_word(text) or starts_with_quote(text)):
        outline.add_spoken(unit, text, number, under)
    elif unit.is_task or outline.kind in (PartKind.PREP, PartKind.CHECKLIST):
        outline.add_prep_question(text, unit.line, under, is_task=unit.is_task)
    elif is_quoted(text):
        outline.add_spoken(unit, text, number, under, is_said=True)
    elif text.endswith(":") and not under and outline.is_asking and len(text.split()) <= MAX_FIELD_WORDS:
        outline.add_field(text, unit.line, number)
    elif text.endswith(":") and under:
        outline.lead_in = unit
        for block in under:
            outline.read_block(block)
    elif starts_with_question_word(text) and under:
        outline.add_spoken(unit, text, number, under)
    elif has_question(text):
        _leave_item(outline, unit, text, under, QUESTION_IN_PROSE)
    else:
        _leave_item(outline, unit, text, under, STATEMENT)


def _leave_item(outline: Outline, unit: Unit, text: str, under: Sequence[Block], reason: str) -> None:
    if reason == STATEMENT and not under and not outline.detour:
        outline.add_section_cue(Role.AVOID if _PROHIBITS.match(text) else Role.WHY, text, unit.line)
    else:
        outline.draft.omit(unit.line, text, reason)
    outline.omit_all(under, reason)


def _topic(outline: Outline, unit: Unit, text: str, number: str, under: Sequence[Block], questions: int) -> None:
    """Read an item over questions as a section, or as the reason for one question."""
    is_reason = questions == 1 and not (outline.are_topics and len(text.split()) <= MAX_SECTION_TITLE_WORDS)
    if is_reason or outline.detour or (len(text.split()) > 12 and not unit.is_bold):
        before = len(outline.current_items())
        for block in under:
            outline.read_block(block)
        added = outline.current_items()[before:]
        if added:
            added[-1].add(Role.WHY, text.rstrip(":"))
        else:
            outline.draft.omit(unit.line, text, STATEMENT)
        return
    heading = read_heading(text)
    parent = outline.section
    parents = (*parent.parents, parent.title) if parent and parent.title else ()
    section = DraftSection(heading.title, unit.line, parents, heading.minutes, number, heading.goal)
    section.is_prep = parent.is_prep if parent else False
    outline.draft.sections.append(section)
    outline.section, outline.last = section, None
    for block in under:
        outline.read_block(block)


def _is_statement_list(outline: Outline, block: Block, role: Role | None) -> bool:
    """Return whether no item of a list asks, branches or has a label."""
    if role not in (None, Role.ASK) or outline.kind in (PartKind.PREP, PartKind.CHECKLIST, PartKind.OBJECTIONS):
        return False
    if outline.host or outline.detour:
        return False
    return all(_is_statement(outline, child) for child in walk(block.children) if child.words.text)


def _is_statement(outline: Outline, block: Block) -> bool:
    units = block.units()
    asking = outline.is_asking or outline.role is Role.ASK
    for unit in units:
        _, text = split_number(unit.text)
        labeled = parse_label(text, unit.bold)
        is_other = unit.is_task or starts_with_quote(text) or has_blank(text) or is_only_placeholder(text)
        if is_other or has_question(text) or parse_score_band(text, 0) or (labeled and labeled.role):
            return False
        if asking and text.endswith(":") and not block.children:
            return False
        if (asking and starts_with_question_word(text)) or (outline.last and parse_branch(text, False)):
            return False
    return True


def _statements(outline: Outline, block: Block) -> None:
    """Keep a list of statements as one note, lead-in first; leave it out if it is too long."""
    units = [unit for child in walk([block]) for unit in child.units()]
    lead = outline.lead_in
    outline.lead_in = None
    text = "; ".join(unit.text.rstrip(".;") for unit in units)
    if lead:
        text = f"{lead.text.rstrip(':')}: {text}"
    section = outline.section
    if section is not None and section.title and len(section.why) < MAX_SECTION_NOTES and section.add(Role.WHY, text):
        outline.cue_lines.append((section, lead.line if lead else block.line, text))
        return
    for unit in ([lead] if lead else []) + units:
        outline.draft.omit(unit.line, unit.text, STATEMENT)


def _is_branched(text: str, under: Sequence[Block]) -> bool:
    """Return whether a question without a question mark has a branch in every line below: `who plans them`."""
    items = [item for top in under for item in top.children if item.kind is BlockKind.ITEM]
    is_asked = starts_with_question_word(text) and not text.endswith(":")
    return is_asked and bool(items) and all(parse_branch(item.words.plain, True) for item in items)


def _has_topics(block: Block) -> bool:
    """Return whether a list has an item that does not ask and has several questions below."""
    return any(not has_question(item.words.plain) and count_questions(item.children) > 1 for item in block.children)


def _asks(block: Block) -> bool:
    """Return whether a list asks: most items do, or some do and the others are fields without a text."""
    spoken = [has_question(item.words.plain) for item in block.children]
    fields = [item.words.plain.endswith(":") and not item.children for item in block.children]
    return sum(spoken) * 2 > len(spoken) or (any(spoken) and any(fields))


MIN_TURNS, MAX_SPEAKER_WORDS = 4, 3
"""Turns that make a dialogue, and words of a speaker's name."""


def dialogue_lines(blocks: Sequence[Block]) -> set[int]:
    """Return the lines of paragraphs in which two speakers take turns, a paragraph for each turn."""
    found: set[int] = set()
    turns: list[tuple[int, Labeled]] = []
    for block in [*blocks, Block(BlockKind.HEADING, 0)]:
        labeled = parse_label(block.words.text, block.words.bold) if block.kind is BlockKind.PARAGRAPH else None
        if labeled and len(labeled.label.split()) <= MAX_SPEAKER_WORDS:
            turns.append((block.line, labeled))
            continue
        speakers = {turn.label.casefold() for _, turn in turns}
        answered = any(turn.role is Role.THEY_SAY for _, turn in turns)
        if len(turns) >= MIN_TURNS and answered and len(speakers) * 2 <= len(turns):
            found.update(line for line, _ in turns)
        turns = []
    return found


def is_dialogue(units: Sequence[Unit]) -> bool:
    """Return whether two speakers take turns."""
    found = [parse_label(unit.text, unit.bold) for unit in units]
    speakers = {labeled.label.casefold() for labeled in found if labeled and labeled.role in (Role.SAY, Role.THEY_SAY)}
    return len(speakers) >= 2 and sum(labeled is not None for labeled in found) * 3 >= len(units) * 2
