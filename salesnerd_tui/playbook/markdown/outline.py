"""Outline of a document: walks its blocks and fills a draft.

Headings become sections, and labels cues. An item of a list becomes a question, a section over questions, or a note.
Everything else is recorded as left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Document, Unit, Words, parse_blocks, walk
from salesnerd_tui.playbook.markdown.draft import QUESTION_IN_PROSE, Draft, DraftItem, DraftSection
from salesnerd_tui.playbook.markdown.ending import band_of, recommendation_of
from salesnerd_tui.playbook.markdown.heading import (
    DocumentHeading,
    PartKind,
    announces_questions,
    bodies_of,
    is_theirs_heading,
    minutes_of,
    opens_section,
    read_heading,
    sounds_said,
)
from salesnerd_tui.playbook.markdown.position import (
    GOAL_CHARACTERS,
    PROSE,
    STATEMENT,
    WHY_MAX,
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
    has_boxes,
    is_mostly_spoken,
    is_spoken,
    is_topic,
    questions_below,
    without_number,
)
from salesnerd_tui.playbook.markdown.sentence import (
    CUES,
    Branch,
    Labeled,
    Role,
    asks,
    branch_of,
    has_blank,
    is_addressed,
    is_greeting,
    is_only_placeholder,
    is_question,
    is_quoted,
    is_theirs,
    label_at_end,
    label_of,
    objection_of,
    opens_like_question,
    opens_with_question_word,
    role_of,
    said_of,
    sentences_of,
    starts_quoted,
    unquoted,
    with_label,
    without_blanks,
)
from salesnerd_tui.playbook.markdown.table import read_table, take_legend

TEMPLATE_LINES = 10
"""Lines from which a fenced Markdown text is the document, and the text around it explains how to use it."""

SHORT_QUESTION_WORDS = 12
"""Words of a question that makes up a whole paragraph, and is therefore asked."""

TOPIC_WORDS = 3
"""Words before a dash that name the topic of a question."""

PLAIN_HEADING_WORDS = 6
"""Words of a line without a full stop that is a heading if a list follows."""

FIELD_WORDS = 6
"""Words of a field such as `Team size:` between questions."""

TITLE_WORDS = 5
"""Maximum words of an item that is a title next to other titles, although it has only one question below."""

AROUND = "explains the template"

LINK = "a link"

_POINTS_ELSEWHERE = re.compile(
    r"(?:see|view|read|click|visit|refer|go to|use|fill|complete|last updated|status)\b", re.IGNORECASE
)
_COUNTED = re.compile(r"\s*\(\d{1,2}\)\s+|\s+\d{1,2}[.)]\s+(?=[A-Z])")
_ANSWER = re.compile(r"A ?\d*|answer|antwort|réponse|respuesta", re.IGNORECASE)
_LETTERED = re.compile(r"[A-Z][.)]\s+\w")
_PROPERTY = re.compile(r"[^\W\d_][\w /-]{0,30}:\s+(?!.*[.!?]$)\S")
_DASH = re.compile(r"^[-*•]\s+")
_TOPIC = re.compile(r"^([^\W\d_][\w /&-]{1,30}?)\s+[–—-]\s+(\S.*)$")
_MAY = re.compile(r"(?:would|do|does|is|are|can|could|should|may|shall|did|have|has)\b", re.IGNORECASE)
_SAYS_LITTLE = re.compile(r"[\W\d_]*")


class Outline(Position):
    """Walks the blocks of a document. `theirs` says whether headings that ask are what a buyer asks."""

    def __init__(self, draft: Draft, document: Document, theirs: bool = False) -> None:
        super().__init__(draft)
        self.theirs = theirs
        self.legend, self.skipped = take_legend(document.blocks)
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
        blocks = self._below_root(self._document.blocks)
        self._bodies = bodies_of(blocks)
        template = next((block for block in blocks if _is_template(block)), None)
        dialogue = dialogue_lines(blocks)
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            self._is_before_list = after is not None and after.kind is BlockKind.LIST
            if block.line in self._bodies_taken:
                continue
            if block.line in dialogue:
                self.leave_all([block], "a dialogue")
            elif template is None or block is template:
                self.block(block)
            elif block.kind is BlockKind.HEADING and not self.draft.title:
                self.draft.title = read_heading(block.words.plain).title
            else:
                self.leave_all([block], AROUND)
        self.place_lead_in()

    def _below_root(self, blocks: Sequence[Block]) -> Sequence[Block]:
        """Return what is below the title of a document that is one list with one item at its root."""
        root = blocks[0].children[0] if len(blocks) == 1 and len(blocks[0].children) == 1 else None
        if root is None or blocks[0].kind is not BlockKind.LIST or is_spoken(root.words.plain) or not root.children:
            return blocks
        self.draft.title = self.draft.title or root.words.plain
        return root.children

    def block(self, block: Block) -> None:
        if block.kind is BlockKind.HEADING:
            self._heading(block)
        elif self.kind in (PartKind.LINKS, PartKind.ASIDE):
            self.leave_all([block], "links" if self.kind is PartKind.LINKS else "a story")
        elif block.kind is BlockKind.PARAGRAPH:
            self._paragraph(block)
        elif block.kind is BlockKind.LIST:
            read_list(self, block)
        elif block.kind is BlockKind.QUOTE:
            self._quote(block)
        elif block.kind is BlockKind.TABLE:
            read_table(self, block)
            self.role = None
        else:
            self._code(block)

    # Headings

    def _heading(self, block: Block) -> None:
        self.place_lead_in()
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
            self.open_section(heading, block, "")
        elif asked and self._answers(asked, heading, block.line, body):
            self._bodies_taken.update(below.line for below in body)
        elif (objection := said_of(heading.title)) and not objection.reply and body:
            self.open_objection(objection, block.line)
        elif self._is_detour(heading, body):
            self.open_detour(unquoted(heading.title), block.line)
        elif heading.is_question:
            self._host(heading, block)
        elif (
            heading.role
            and self.stack
            and not heading.minutes
            and not self.is_persona
            and not opens_section(heading.role, body)
        ):
            self.heading_role = heading.role
        else:
            self.open_section(heading, block, unquoted(heading.title))
        self.stack.append((level, heading.title if level != self._title_level else "", self.kind))

    def _answers(self, asked: DraftItem, heading: DocumentHeading, line: int, body: Sequence[Block]) -> bool:
        """Attach `If they have a system` below a question to that question, as one of its answers."""
        branch = branch_of(f"{heading.title}: x", True)
        if branch is None or self.detour or not any(is_spoken(block.words.plain) for block in body):
            return False
        answer = add_branch(asked, Branch(branch.condition, ""), line)
        if answer is None:
            return False
        attach_to_answer(self.draft, answer, body)
        self.host = asked
        return True

    def _is_detour(self, heading: DocumentHeading, body: Sequence[Block]) -> bool:
        """Return whether a heading is what the other side says or asks."""
        if self.kind in (PartKind.PREP, PartKind.CHECKLIST, PartKind.LINKS, PartKind.ASIDE):
            return False
        if self.kind is PartKind.OBJECTIONS:
            said = heading.kind is PartKind.AGENDA and sounds_said(heading.title)
            return heading.is_question or heading.is_objection or said
        return (heading.is_question or heading.is_objection) and (self.theirs or is_theirs_heading(heading, body))

    def _host(self, heading: DocumentHeading, block: Block) -> None:
        self.detour = None
        if self.kind is PartKind.CHECKLIST and not self.current().items:
            self.current().is_prep = True
        self.ask(heading.title, block.line, number=heading.number)
        self.host = self.last

    # Paragraphs

    def _paragraph(self, block: Block) -> None:
        units = block.units()
        is_counted = len(units) > 1 and bool(without_number(units[1].text)[0])
        if (len(units) == 1 or is_counted) and self._is_plain_heading(units[0], is_counted):
            self._bold_heading(units[0])
            units = units[1:]
            if not units:
                return
        if len(units) >= 3 and is_dialogue(units):
            self.leave_all([block], "a dialogue")
            return
        for unit in units:
            self.unit(unit)
        if not self._is_label_alone_last(units):
            self.role = None

    def _is_plain_heading(self, unit: Unit, is_before_list: bool) -> bool:
        """Return whether a short line is a heading or the title, as in notes without Markdown."""
        text = unit.text
        if text[-1:] in ".?!:;,)" or len(text.split()) > PLAIN_HEADING_WORDS:
            return False
        if (self.host or self.detour) and not _LETTERED.match(text):
            return False
        if not self.draft.title and not self.draft.sections and not self._title_level:
            self.draft.title = text
            return False
        is_before_list = is_before_list or self._is_before_list
        labeled = label_of(text)
        role = labeled.role if labeled else role_of(text)
        return is_before_list and not is_spoken(text) and not has_blank(text) and not role

    @staticmethod
    def _is_label_alone_last(units: Sequence[Unit]) -> bool:
        """Return whether a paragraph ends with a label, so that the next block belongs to it."""
        last = units[-1] if units else None
        return last is not None and (last.text.endswith(":") or last.is_bold)

    def unit(self, unit: Unit) -> None:
        """Place a text that is not in a list."""
        self.place_lead_in()
        number, text = without_number(_DASH.sub("", unit.text))
        labeled = label_at_end(unit, text)
        if self._is_label_alone(unit, text, number):
            return
        if labeled and self.labeled(labeled, unit, ()):
            return
        if self.role and self.given_role(unit, text, (), self.role):
            return
        objection = said_of(text)
        if objection and (objection.reply or self.kind is PartKind.OBJECTIONS) and self.is_said_here():
            self.objection(unit, text, (), labeled)
        elif has_blank(text) and not is_greeting(text) and not is_spoken(text):
            self.prep(without_blanks(text), unit.line)
        elif self.last and not self.last.is_said and branch_of(text, self.host is not None):
            attach_unit(self.draft, self.last, unit)
        elif (unit.bold and is_question(unit.text[: unit.bold].strip())) or (unit.is_bold and is_spoken(text)):
            self.ask(text, unit.line, number=number)
            self.host = self.last
        elif self._is_script(text, number):
            self.spoken(unit, text, number, (), is_said=True)
        else:
            self._prose(unit, text)

    def is_said_here(self) -> bool:
        """Return whether what they say is an objection here, and not the answer to the question before it."""
        return self.kind is PartKind.OBJECTIONS or self.last is None or self.last.is_said

    def _is_script(self, text: str, number: str) -> bool:
        """Return whether a paragraph is spoken: all of it asks, or it is quoted as a whole."""
        if is_quoted(text) or is_greeting(text) or has_boxes(text):
            return True
        sentences = sentences_of(text)
        asked = [sentence for sentence in sentences if asks(sentence)]
        if not asked or self.host or (len(sentences) > 3 and len(asked) * 2 < len(sentences)):
            return False
        is_short = len(sentences) == 1 and len(text.split()) <= SHORT_QUESTION_WORDS
        if is_short and is_question(text) and not text.lower().startswith("why"):
            return True
        addressed = any(is_addressed(sentence) or _MAY.match(sentence) for sentence in asked)
        return bool(number) or (
            addressed and (len(asked) == len(sentences) or starts_quoted(text) or len(sentences) <= 3)
        )

    def _is_label_alone(self, unit: Unit, text: str, number: str = "") -> bool:
        """Read `Listen for:` or a bold line as the label of the list that follows."""
        if is_spoken(text) or not (text.endswith(":") or unit.is_bold) or len(text) > 160:
            return False
        bare = text.rstrip(":").strip()
        minutes, rest = minutes_of(bare)
        is_part = unit.is_bold and bool(minutes or number)
        role = None if is_part else role_of(rest)
        if self.captures and self.capture(bare, "", unit.line):
            return True
        if role:
            self.role = role
            self.is_asking = self.is_asking or role is Role.ASK
            self.last_is_listed = self.last_is_listed or self.host is None
        elif (objection := said_of(bare)) and not objection.reply and self.kind is not PartKind.PREP:
            self.open_objection(objection, unit.line)
        elif unit.is_bold and not self.theirs and (is_part or not text.endswith(":")):
            self._bold_heading(unit)
        elif number and not unit.is_bold and not self._is_before_list:
            self.field(text, unit.line, number)
        else:
            self.lead_in = unit
            self.is_asking = self.is_asking or announces_questions(text)
        return True

    def _bold_heading(self, unit: Unit) -> None:
        """Read a bold line as a heading below all real ones."""
        self._heading(Block(BlockKind.HEADING, unit.line, Words(unit.text), level=7))

    def labeled(self, labeled: Labeled, unit: Unit, under: Sequence[Block]) -> bool:
        """Place `Label: text`; return False if the label decides nothing here."""
        role, text, line = labeled.role, labeled.rest, unit.line
        endings = recommendation_of(labeled.label, text, line)
        if endings:
            self.draft.outcomes += endings
            self.captures = True
        elif (role not in CUES or has_blank(text)) and self.capture(labeled.label, without_blanks(text), line):
            return True
        elif role is None and not has_blank(text):
            return False
        elif has_blank(text) and not is_spoken(text):
            self.prep(labeled.label, line)
        elif role is Role.ASIDE:
            self.draft.leave(line, unit.text, "a story")
        elif role in (Role.THEY_SAY, Role.SAY, Role.ASK):
            self._speech(labeled, unit, under)
            return True
        elif role and not (role is Role.OPTIONS and self.last is None):
            self.place(role, with_label(labeled.label, text), line)
        else:
            return False
        if self.last and not endings:
            attach(self.draft, self.last, under)
        else:
            self.leave_all(under, STATEMENT)
        return True

    def _speech(self, labeled: Labeled, unit: Unit, under: Sequence[Block]) -> None:
        """Place what one of the two sides says."""
        if labeled.role is Role.THEY_SAY:
            self.open_detour(labeled.rest, unit.line)
            self._under_detour(under)
        elif self._answered(labeled, unit):
            if self.last:
                attach(self.draft, self.last, under)
        else:
            self.spoken(unit, labeled.rest, "", under, is_said=labeled.role is Role.SAY)

    def _answered(self, labeled: Labeled, unit: Unit) -> bool:
        """Read `A: text` below a question: what is heard, or the reply if the other side asks."""
        asked, text = self.last, labeled.rest
        is_answer = _ANSWER.fullmatch(labeled.label) is not None and not starts_quoted(text)
        if not is_answer or asked is None or asked.is_said or self.detour:
            return False
        if is_theirs(asked.text) and asked is self.items()[-1]:
            self.items().pop()
            self.open_detour(asked.text, asked.line)
            self.reply(text, unit.line)
            self.detour = None
        else:
            attach_unit(self.draft, asked, Unit(text, unit.line, links=unit.links))
        return True

    def _prose(self, unit: Unit, text: str) -> None:
        """Keep a paragraph as a note where it explains something, and leave it out elsewhere."""
        ending = band_of(text, unit.line)
        if ending:
            self.draft.outcomes.append(ending)
        elif _SAYS_LITTLE.fullmatch(text):
            return
        elif self.section and any(words == text for words, _ in unit.links):
            add_links(self.section, unit)
            self.draft.leave(unit.line, text, "a link")
        elif self.detour:
            self.cue_detour(Role.WHY, text, unit.line)
        elif self.host:
            attach_unit(self.draft, self.host, unit)
        elif self.section is None or (self.section.title == "" and not self.section.items):
            self._introduction(unit, text)
        elif (counted := _COUNTED.split(text)) and sum(map(is_spoken, counted)) > 1:
            self._counted(unit, counted)
        elif any(is_question(sentence) for sentence in sentences_of(text)):
            self.draft.leave(unit.line, text, QUESTION_IN_PROSE)
        else:
            self.cue_section(Role.WHY, text, unit.line)

    def _counted(self, unit: Unit, parts: Sequence[str]) -> None:
        """Ask the questions that a paragraph counts: `Ask three things: (1) … (2) … (3) …`."""
        for part in parts:
            if is_spoken(part):
                self.ask(part, unit.line)
            elif part.strip():
                self.cue_section(Role.WHY, part.strip(" :"), unit.line)

    def _introduction(self, unit: Unit, text: str) -> None:
        if text == self.draft.title:
            return
        first = sentences_of(text)[0] if sentences_of(text) else text
        if not unit.is_bold and _PROPERTY.match(text):
            self.draft.leave(unit.line, text, "a property of the page")
            return
        if _POINTS_ELSEWHERE.match(text):
            self.draft.leave(unit.line, text, PROSE)
            return
        if not self.draft.goal and len(first) <= GOAL_CHARACTERS and not is_question(first) and first[-1:] != ":":
            self.draft.goal = first
            text = text[len(first) :].strip()
        self.draft.leave(unit.line, text, PROSE)

    # Lists

    def given_role(self, unit: Unit, text: str, under: Sequence[Block], role: Role | None) -> bool:
        """Place an item by the label above its list."""
        if role in (None, Role.ASK, Role.PHRASINGS, Role.LEGEND):
            return False
        if role is Role.FOLLOW_UPS and not (self.last and not self.last_is_listed):
            return False
        if role is Role.THEY_SAY:
            self.objection(unit, text, under, None)
        elif role is Role.SAY:
            self.spoken(unit, text, "", under, is_said=not is_spoken(text))
        elif role is Role.ASIDE:
            self.draft.leave(unit.line, text, "a story")
            self.leave_all(under, "a story")
        elif role is Role.NEVER_SAY:
            self.draft.never_say.append(unquoted(text))
        else:
            assert role is not None
            below = [each.text for child in walk(under) for each in child.units()]
            self.place(role, ": ".join([text.rstrip(":"), "; ".join(below)]) if below else text, unit.line)
        return True

    def place_lead_in(self) -> None:
        unit = self.lead_in
        if unit is not None:
            self.lead_in = None
            self._prose(unit, unit.text)

    # Items

    def spoken(self, unit: Unit, text: str, number: str, under: Sequence[Block], is_said: bool = False) -> None:
        labeled = label_at_end(unit, text)
        topic = ""
        dashed = _TOPIC.match(text) if not opens_like_question(text) else None
        if dashed and len(dashed[1].split()) <= TOPIC_WORDS and is_question(dashed[2]) and not is_question(dashed[1]):
            topic, text = dashed[1], dashed[2]
        elif (
            labeled
            and (labeled.role is None or is_topic(labeled, bool(under)))
            and is_spoken(labeled.rest)
            and not has_boxes(labeled.rest)
            and not is_spoken(labeled.label)
        ):
            topic, text = labeled.label, labeled.rest
        if is_spoken(text) or not is_said:
            item: DraftItem | None = self.ask(text, unit.line, number, topic)
        else:
            item = self.say(text, unit.line)
        self.last_is_listed = True
        if item is None:
            self.leave_all(under, STATEMENT)
            return
        add_links(item, unit)
        if len(topic) > 2 and topic.casefold() not in (self.current().title.casefold(), ""):
            item.add(Role.WHY, topic)
        attach(self.draft, item, under)

    # Detours

    def objection(self, unit: Unit, text: str, under: Sequence[Block], labeled: Labeled | None) -> None:
        objection = objection_of(unit, text, labeled)
        self.open_objection(objection, unit.line)
        if objection.reply:
            self.reply(objection.reply, unit.line)
        self._under_detour(under)
        self.detour = None

    def _under_detour(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self.block(block)

    # Quotes, code and what is left

    def _quote(self, block: Block) -> None:
        """Read quoted lines: what is said in a detour, a script, or a remark of the author."""
        before = self.detour
        dialogue = dialogue_lines(block.children)
        for child in block.children:
            if child.line in dialogue:
                self.leave_all([child], "a dialogue")
                continue
            if child.kind is not BlockKind.PARAGRAPH:
                self._quoted_block(child)
                continue
            for unit in child.units():
                self._quoted(unit)
        self.role = None
        if self.detour is not before:
            self.detour = None

    def _quoted(self, unit: Unit) -> None:
        labeled = label_of(unit.text, unit.bold)
        if self._is_label_alone(unit, unit.text):
            return
        if labeled and labeled.role:
            self.labeled(labeled, unit, ())
        elif self.role and self.given_role(unit, unit.text, (), self.role):
            return
        elif self.detour:
            self.reply(unit.text, unit.line)
        elif starts_quoted(unit.text) or is_mostly_spoken(unit.text):
            self.spoken(unit, unit.text, "", (), is_said=True)
        else:
            self._prose(unit, unit.text)

    def _quoted_block(self, block: Block) -> None:
        if self.detour and block.kind is BlockKind.LIST:
            for item in block.children:
                for unit in item.units():
                    self.cue_detour(Role.WHY, unit.text, unit.line)
                self.leave_all(item.children, TOO_LONG)
        else:
            self.block(block)

    def _code(self, block: Block) -> None:
        language = block.marker.split()[0] if block.marker else ""
        if language in ("markdown", "md") or _is_template(block):
            for child in parse_blocks(block.words.text.split("\n"), block.line):
                self.block(child)
        elif language in ("", "text", "txt", "plain", "plaintext"):
            for unit in block.units():
                self.unit(unit)
        else:
            self.leave_all([block], "code")


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
        len(lines) >= TEMPLATE_LINES
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
            outline.place_lead_in()
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
            outline.block(child)
        return
    first, rest, under = units[0], units[1:], list(block.children)
    number, text = without_number(first.text)
    number = number or block.marker
    if outline.given_role(first, text, under, role):
        pass
    elif outline.host and not outline.detour:
        attach_unit(outline.draft, outline.host, first, under)
    else:
        _listed(outline, first, text, number, under)
    for unit in rest:
        if outline.last and not outline.last.is_said and not outline.detour:
            attach_unit(outline.draft, outline.last, unit)
        else:
            outline.unit(unit)


def _listed(outline: Outline, unit: Unit, text: str, number: str, under: list[Block]) -> None:
    """Place an item of a list that has no label above it."""
    labeled = label_at_end(unit, text)
    ending = band_of(text, unit.line)
    asks_below = questions_below(under)
    if ending:
        outline.draft.outcomes.append(ending)
        outline.leave_all(under, STATEMENT)
    elif (labeled and is_topic(labeled, bool(under))) or _is_branched(text, under):
        outline.spoken(unit, text, number, under)
    elif labeled and labeled.role and outline.labeled(labeled, unit, under):
        return
    elif _is_objection(outline, text):
        outline.objection(unit, text, under, labeled)
    elif has_blank(text) and not is_spoken(text):
        outline.prep(without_blanks(text), unit.line, under)
    elif outline.last and not outline.last.is_said and not asks_below and branch_of(text, False):
        attach_unit(outline.draft, outline.last, unit, under)
    elif reason := _empty_reason(unit, text):
        outline.draft.leave(unit.line, text, reason)
        outline.leave_all(under, reason if reason == LINK else STATEMENT)
    elif is_mostly_spoken(labeled.rest if labeled and not labeled.role else text) or is_only_placeholder(text):
        outline.spoken(unit, text, number, under)
    elif asks_below:
        _topic(outline, unit, text, number, under, asks_below)
    else:
        _listed_statement(outline, unit, text, number, under)


def _is_objection(outline: Outline, text: str) -> bool:
    found = said_of(text)
    if found and found.reply and outline.is_said_here() and not outline.theirs:
        return True
    return outline.kind is PartKind.OBJECTIONS and (outline.detour is None or starts_quoted(text))


def _empty_reason(unit: Unit, text: str) -> str:
    """Return why an item without its own words is left out; empty if it has some."""
    if any(words == text and len(words) > 3 for words, _ in unit.links):
        return LINK
    return "a placeholder" if is_only_placeholder(text) and len(text.split()) < 3 else ""


def _listed_statement(outline: Outline, unit: Unit, text: str, number: str, under: list[Block]) -> None:
    asks = outline.is_asking or outline.role is Role.ASK or outline.heading_role is Role.ASK
    if asks and (opens_with_question_word(text) or starts_quoted(text)):
        outline.spoken(unit, text, number, under)
    elif unit.is_task or outline.kind in (PartKind.PREP, PartKind.CHECKLIST):
        outline.prep(text, unit.line, under, is_task=unit.is_task)
    elif is_quoted(text):
        outline.spoken(unit, text, number, under, is_said=True)
    elif text.endswith(":") and not under and outline.is_asking and len(text.split()) <= FIELD_WORDS:
        outline.field(text, unit.line, number)
    elif text.endswith(":") and under:
        outline.lead_in = unit
        for block in under:
            outline.block(block)
    elif opens_with_question_word(text) and under:
        outline.spoken(unit, text, number, under)
    elif is_spoken(text):
        _leave_item(outline, unit, text, under, QUESTION_IN_PROSE)
    else:
        _leave_item(outline, unit, text, under, STATEMENT)


def _leave_item(outline: Outline, unit: Unit, text: str, under: Sequence[Block], reason: str) -> None:
    if reason == STATEMENT and not under and not outline.detour:
        outline.cue_section(Role.AVOID if _PROHIBITS.match(text) else Role.WHY, text, unit.line)
    else:
        outline.draft.leave(unit.line, text, reason)
    outline.leave_all(under, reason)


def _topic(outline: Outline, unit: Unit, text: str, number: str, under: Sequence[Block], questions: int) -> None:
    """Read an item over questions as a section, or as the reason for one question."""
    is_reason = questions == 1 and not (outline.are_topics and len(text.split()) <= TITLE_WORDS)
    if is_reason or outline.detour or (len(text.split()) > 12 and not unit.is_bold):
        before = len(outline.items())
        for block in under:
            outline.block(block)
        added = outline.items()[before:]
        if added:
            added[-1].add(Role.WHY, text.rstrip(":"))
        else:
            outline.draft.leave(unit.line, text, STATEMENT)
        return
    heading = read_heading(text)
    parent = outline.section
    parents = (*parent.parents, parent.title) if parent and parent.title else ()
    section = DraftSection(heading.title, unit.line, parents, heading.minutes, number, heading.goal)
    section.is_prep = parent.is_prep if parent else False
    outline.draft.sections.append(section)
    outline.section, outline.last = section, None
    for block in under:
        outline.block(block)


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
        _, text = without_number(unit.text)
        labeled = label_of(text, unit.bold)
        is_other = unit.is_task or starts_quoted(text) or has_blank(text) or is_only_placeholder(text)
        if is_other or is_spoken(text) or band_of(text, 0) or (labeled and labeled.role):
            return False
        if asking and text.endswith(":") and not block.children:
            return False
        if (asking and opens_with_question_word(text)) or (outline.last and branch_of(text, False)):
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
    if section is not None and section.title and len(section.why) < WHY_MAX and section.add(Role.WHY, text):
        outline.cue_lines.append((section, lead.line if lead else block.line, text))
        return
    for unit in ([lead] if lead else []) + units:
        outline.draft.leave(unit.line, unit.text, STATEMENT)


def _is_branched(text: str, under: Sequence[Block]) -> bool:
    """Return whether a question without a question mark has a branch in every line below: `who plans them`."""
    items = [item for top in under for item in top.children if item.kind is BlockKind.ITEM]
    is_asked = opens_with_question_word(text) and not text.endswith(":")
    return is_asked and bool(items) and all(branch_of(item.words.plain, True) for item in items)


def _has_topics(block: Block) -> bool:
    """Return whether a list has an item that does not ask and has several questions below."""
    return any(not is_spoken(item.words.plain) and questions_below(item.children) > 1 for item in block.children)


def _asks(block: Block) -> bool:
    """Return whether a list asks: most items do, or some do and the others are fields without a text."""
    spoken = [is_spoken(item.words.plain) for item in block.children]
    fields = [item.words.plain.endswith(":") and not item.children for item in block.children]
    return sum(spoken) * 2 > len(spoken) or (any(spoken) and any(fields))


TURNS_MIN, TURN_WORDS = 4, 3
"""Turns that make a dialogue, and words of a speaker's name."""


def dialogue_lines(blocks: Sequence[Block]) -> set[int]:
    """Return the lines of paragraphs in which two speakers take turns, a paragraph for each turn."""
    found: set[int] = set()
    turns: list[tuple[int, Labeled]] = []
    for block in [*blocks, Block(BlockKind.HEADING, 0)]:
        labeled = label_of(block.words.text, block.words.bold) if block.kind is BlockKind.PARAGRAPH else None
        if labeled and len(labeled.label.split()) <= TURN_WORDS:
            turns.append((block.line, labeled))
            continue
        speakers = {turn.label.casefold() for _, turn in turns}
        answered = any(turn.role is Role.THEY_SAY for _, turn in turns)
        if len(turns) >= TURNS_MIN and answered and len(speakers) * 2 <= len(turns):
            found.update(line for line, _ in turns)
        turns = []
    return found


def is_dialogue(units: Sequence[Unit]) -> bool:
    """Return whether two speakers take turns."""
    found = [label_of(unit.text, unit.bold) for unit in units]
    speakers = {labeled.label.casefold() for labeled in found if labeled and labeled.role in (Role.SAY, Role.THEY_SAY)}
    return len(speakers) >= 2 and sum(labeled is not None for labeled in found) * 3 >= len(units) * 2
