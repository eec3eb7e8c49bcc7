"""Outline of a document: walks its blocks and fills a draft.

Headings become sections, list items questions, and labels cues. Whatever finds no place is recorded as left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.attachment import TOO_LONG, add_links, add_role, attach, attach_to_answer, attach_unit
from salesnerd_tui.playbook.markdown.block import Block, BlockKind, Unit, units_of
from salesnerd_tui.playbook.markdown.dialogue import dialogue_lines, is_dialogue
from salesnerd_tui.playbook.markdown.document import Document, parse_blocks
from salesnerd_tui.playbook.markdown.draft import (
    QUESTION_IN_PROSE,
    SPOKEN_CHARACTERS,
    TOO_LONG_TO_SAY,
    Draft,
    DraftDetour,
    DraftItem,
    DraftSection,
    OpenDecision,
)
from salesnerd_tui.playbook.markdown.ending import band_of, recommendation_of
from salesnerd_tui.playbook.markdown.heading import (
    DocumentHeading,
    PartKind,
    minutes_of,
    read_heading,
    sounds_said,
)
from salesnerd_tui.playbook.markdown.heading_body import bodies_of, is_theirs_heading, opens_section
from salesnerd_tui.playbook.markdown.label import CUES, Labelled, Role, label_of, role_of, with_label
from salesnerd_tui.playbook.markdown.objection import Objection, objection_of, said_of
from salesnerd_tui.playbook.markdown.persona import take_personas
from salesnerd_tui.playbook.markdown.placeholder import has_blank, is_only_placeholder, without_blanks
from salesnerd_tui.playbook.markdown.question import add_branch, has_boxes, is_spoken, items_of, pieces_of, tidy, without_number
from salesnerd_tui.playbook.markdown.sentence import (
    Branch,
    branch_of,
    is_addressed,
    is_greeting,
    is_prompt,
    is_question,
    is_quoted,
    is_theirs,
    opens_with_question_word,
    sentences_of,
    starts_quoted,
    unquoted,
)
from salesnerd_tui.playbook.markdown.table import read_table
from salesnerd_tui.playbook.scalars import slug
from salesnerd_tui.playbook.schema import RESERVED

TEMPLATE_LINES = 10
"""Lines from which a fenced Markdown text is the document, and the text around it explains how to use it."""

FIELD_WORDS = 6
"""Words of a field such as `Team size:` between questions."""

SHORT_QUESTION_WORDS = 12
"""Words of a question that is a paragraph of its own, and therefore asked."""

TITLE_WORDS = 5
"""Words of an item that is a title beside other titles, though it has but one question below."""

TOPIC_WORDS = 3
"""Words before a dash that name the topic of a question."""

PLAIN_HEADING_WORDS = 6
"""Words of a line without a full stop that is a heading if a list follows."""

WHY_MAX = 3
"""Paragraphs of a section that become its notes; the rest is left out."""

GOAL_CHARACTERS = 200
PROSE, STATEMENT, AROUND = "prose", "a statement, not a question", "explains the template"
_ASKING = re.compile(r"\bquestions?\b|\bask(?:ing)?\b", re.IGNORECASE)
_POINTS_ELSEWHERE = re.compile(
    r"(?:see|view|read|click|visit|refer|go to|use|fill|complete|last updated|status)\b", re.IGNORECASE
)
_COUNTED = re.compile(r"\s*\(\d{1,2}\)\s+|\s+\d{1,2}[.)]\s+(?=[A-Z])")
_ANSWER = re.compile(r"A ?\d*|answer|antwort|réponse|respuesta", re.IGNORECASE)
_LETTERED = re.compile(r"[A-Z][.)]\s+\w")
_PROHIBITS = re.compile(r"(?:don['’]t|do not|never|avoid|nicht|niemals|ne |no )\b(?!.*:)", re.IGNORECASE)
_PROPERTY = re.compile(r"[^\W\d_][\w /-]{0,30}:\s+(?!.*[.!?]$)\S")
_DASH = re.compile(r"^[-*•]\s+")
_TOPIC = re.compile(r"^([^\W\d_][\w /&-]{1,30}?)\s+[–—-]\s+(\S.*)$")
_MAY = re.compile(r"(?:would|do|does|is|are|can|could|should|may|shall|did|have|has)\b", re.IGNORECASE)
_SAYS_LITTLE = re.compile(r"[\W\d_]*")


class Outline:
    """Walks the blocks of a document. `theirs` says whether headings that ask are what a buyer asks."""

    def __init__(self, draft: Draft, document: Document, theirs: bool = False) -> None:
        self.draft = draft
        self.theirs = theirs
        self.kind = PartKind.AGENDA
        self.section: DraftSection | None = None
        self.detour: DraftDetour | None = None
        self.is_persona = False
        self.skipped: frozenset[int] = frozenset()
        self.host: DraftItem | None = None
        self.last: DraftItem | None = None
        self.role: Role | None = None
        self.heading_role: Role | None = None
        self.legend: tuple[str, ...] = ()
        self._last_is_listed = False
        self._is_asking = False
        self._is_contents = False
        self._bodies: dict[int, Sequence[Block]] = {}
        self._bodies_taken: set[int] = set()
        self._captures = False
        self._are_topics = False
        self._is_before_list = False
        self._lead_in: Unit | None = None
        self._stack: list[tuple[int, str, PartKind]] = []
        self._cue_lines: list[tuple[DraftSection, int, str]] = []
        self._title_level = _title_level(document)

    def read(self, blocks: Sequence[Block]) -> None:
        """Read the blocks of a document, or the template inside it."""
        blocks = self._below_root(blocks)
        self._bodies = bodies_of(blocks)
        template = next((block for block in blocks if _is_template(block)), None)
        dialogue = dialogue_lines(blocks)
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            self._is_before_list = after is not None and after.kind is BlockKind.LIST
            if block.line in self._bodies_taken:
                continue
            if block.line in dialogue:
                self._leave_all([block], "a dialogue")
            elif template is None or block is template:
                self._block(block)
            elif block.kind is BlockKind.HEADING and not self.draft.title:
                self.draft.title = read_heading(block.words.plain).title
            else:
                self._leave_all([block], AROUND)
        self._flush()

    def _below_root(self, blocks: Sequence[Block]) -> Sequence[Block]:
        """Return what is below the title of a document that is one list with one item at its root."""
        root = blocks[0].children[0] if len(blocks) == 1 and len(blocks[0].children) == 1 else None
        if root is None or blocks[0].kind is not BlockKind.LIST or is_spoken(root.words.plain) or not root.children:
            return blocks
        self.draft.title = self.draft.title or root.words.plain
        return root.children

    def _block(self, block: Block) -> None:
        if block.kind is BlockKind.HEADING:
            self._heading(block)
        elif self.kind in (PartKind.LINKS, PartKind.ASIDE):
            self._leave_all([block], "links" if self.kind is PartKind.LINKS else "a story")
        elif block.kind is BlockKind.PARAGRAPH:
            self._paragraph(block)
        elif block.kind is BlockKind.LIST:
            self._list(block)
        elif block.kind is BlockKind.QUOTE:
            self._quote(block)
        elif block.kind is BlockKind.TABLE:
            read_table(self, block)
            self._end_list()
        else:
            self._code(block)

    # Headings

    def _heading(self, block: Block) -> None:
        self._flush()
        heading = read_heading(block.words.plain)
        self._is_contents = heading.kind is PartKind.CONTENTS
        if self._is_contents:
            return
        level = block.level
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        above = self._stack[-1][2] if self._stack else PartKind.AGENDA
        above = PartKind.AGENDA if above is PartKind.GUIDE else above
        self.kind = above if heading.kind is PartKind.AGENDA else heading.kind
        self.kind = PartKind.OBJECTIONS if heading.role is Role.THEY_SAY else self.kind
        self._captures = False
        body = self._bodies.get(block.line, ())
        asked = self.host
        self.host, self.role, self.heading_role = None, None, None
        self._is_asking = _ASKING.search(heading.title) is not None
        if level == self._title_level:
            self.draft.title = self.draft.title or heading.title
            self._open_section(heading, block, "")
        elif asked and self._answers(asked, heading, block.line, body):
            self._bodies_taken.update(below.line for below in body)
        elif (objection := said_of(heading.title)) and not objection.reply and body:
            self._open_objection(objection, block.line)
        elif self._is_detour(heading, body):
            self.open_detour(unquoted(heading.title), block.line)
        elif heading.is_question:
            self._host(heading, block)
        elif heading.role and self._stack and not self.is_persona and not opens_section(heading.role, body):
            self.heading_role = heading.role
        else:
            self._open_section(heading, block, unquoted(heading.title))
        self._stack.append((level, heading.title if level != self._title_level else "", self.kind))

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

    def _open_section(self, heading: DocumentHeading, block: Block, title: str) -> None:
        parents = tuple(name for _, name, _ in self._stack if name)
        self.section = DraftSection(title, block.line, parents, heading.minutes, heading.number, heading.goal)
        self.section.is_prep = self.kind is PartKind.PREP
        self.draft.sections.append(self.section)
        self.detour, self.last = None, None

    def open_detour(self, said: str, line: int) -> DraftDetour:
        """Start the detour for something that the other side says."""
        self.detour = DraftDetour([tidy(said)], line)
        self.draft.detours.append(self.detour)
        self.host, self.last = None, None
        return self.detour

    def _host(self, heading: DocumentHeading, block: Block) -> None:
        self.detour = None
        if self.kind is PartKind.CHECKLIST and not self._current().items:
            self._current().is_prep = True
        self.ask(heading.title, block.line, number=heading.number)
        self.host = self.last

    # Paragraphs

    def _paragraph(self, block: Block) -> None:
        units = units_of(block.words, block.line)
        is_counted = len(units) > 1 and bool(without_number(units[1].text)[0])
        if (len(units) == 1 or is_counted) and self._is_plain_heading(units[0], is_counted):
            self._bold_heading(units[0], units[0].text)
            units = units[1:]
            if not units:
                return
        if len(units) >= 3 and is_dialogue(units):
            self._leave_all([block], "a dialogue")
            return
        for unit in units:
            self._unit(unit)
        if not self._is_label_alone_last(units):
            self.role = None

    def _is_plain_heading(self, unit: Unit, is_before_list: bool) -> bool:
        """Return whether a short line is a heading or the title, as in notes without Markdown signs."""
        text = unit.text
        if text[-1:] in ".?!:;,)" or len(text.split()) > PLAIN_HEADING_WORDS:
            return False
        if (self.host or self.detour) and not _LETTERED.match(text):
            return False
        if not self.draft.title and not self.draft.sections and not self._title_level:
            self.draft.title = text
            return False
        is_before_list = is_before_list or self._is_before_list
        return is_before_list and not is_spoken(text) and not has_blank(text) and not role_of(text)

    @staticmethod
    def _is_label_alone_last(units: Sequence[Unit]) -> bool:
        """Return whether a paragraph ends with a label, so that the next block belongs to it."""
        last = units[-1] if units else None
        return last is not None and (last.text.endswith(":") or last.is_bold)

    def _unit(self, unit: Unit) -> None:
        """Place a text that is not in a list."""
        self._flush()
        number, text = without_number(_DASH.sub("", unit.text))
        labelled = label_of(text, max(0, unit.bold - (len(unit.text) - len(text))))
        if self._is_label_alone(unit, text, number):
            return
        if labelled and self._labelled(labelled, unit, ()):
            return
        if self.role and self._given_role(unit, text, (), self.role):
            return
        objection = said_of(text)
        if objection and (objection.reply or self.kind is PartKind.OBJECTIONS) and self._is_said_here():
            self._objection(unit, text, (), labelled)
        elif has_blank(text) and not is_greeting(text) and not is_spoken(text):
            self._prep(without_blanks(text), unit.line)
        elif self.last and not self.last.is_said and branch_of(text, self.host is not None):
            attach_unit(self.draft, self.last, unit)
        elif (unit.bold and is_question(unit.text[: unit.bold].strip())) or (unit.is_bold and is_spoken(text)):
            self.ask(text, unit.line, number=number)
            self.host = self.last
        elif self._is_script(text, number):
            self._spoken(unit, text, number, (), is_said=True)
        else:
            self._prose(unit, text)

    @staticmethod
    def _is_branched(text: str, under: Sequence[Block]) -> bool:
        """Return whether a question without its sign has a branch in every line below: `who plans them`."""
        items = [item for top in under for item in top.children if item.kind is BlockKind.ITEM]
        is_asked = opens_with_question_word(text) and not text.endswith(":")
        return is_asked and bool(items) and all(branch_of(item.words.plain, True) for item in items)

    def _is_said_here(self) -> bool:
        """Return whether what they say is an objection here, and not the answer to the question before it."""
        return self.kind is PartKind.OBJECTIONS or self.last is None or self.last.is_said

    def _is_script(self, text: str, number: str) -> bool:
        """Return whether a paragraph is spoken: all of it asks, or it is quoted as a whole."""
        if is_quoted(text) or is_greeting(text) or has_boxes(text):
            return True
        sentences = sentences_of(text)
        asked = [sentence for sentence in sentences if is_question(sentence) or is_prompt(sentence)]
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
        if self._captures and self._capture(bare, "", unit.line):
            return True
        if role:
            self.role = role
            self._is_asking = self._is_asking or role is Role.ASK
            self._last_is_listed = self._last_is_listed or self.host is None
        elif (objection := said_of(bare)) and not objection.reply and self.kind is not PartKind.PREP:
            self._open_objection(objection, unit.line)
        elif unit.is_bold and not self.theirs and (is_part or not text.endswith(":")):
            self._bold_heading(unit, unit.text)
        elif number and not unit.is_bold and not self._is_before_list:
            self._field(text, unit.line, number)
        else:
            self._lead_in = unit
            self._is_asking = self._is_asking or _ASKING.search(text) is not None
        return True

    def _field(self, text: str, line: int, number: str) -> None:
        """Ask for a field such as `Team size:` in the words of the document."""
        self.ask(text.rstrip(": "), line, number).decisions.append(
            OpenDecision("the document leaves this field without a question", ("write one", "move it to prep"))
        )

    def _capture(self, label: str, text: str, line: int) -> bool:
        """Read a field below a recommendation as a note to take before the call is closed."""
        if not self._captures or is_spoken(text):
            return False
        name = slug(re.sub(r"\([^)]*\)", "", label))
        if re.search(r"\bdate\b|yyyy", f"{label} {text}", re.IGNORECASE) and not name.endswith(("_on", "_date", "_by")):
            name = f"{name}_on"
        name = f"their_{name}" if name in RESERVED else name
        for outcome in self.draft.outcomes:
            outcome.capture[name] = label
        if text and not is_only_placeholder(text) and not re.fullmatch(r"[YMD-]+", text):
            self.draft.leave(line, text, STATEMENT)
        return True

    def _bold_heading(self, unit: Unit, text: str) -> None:
        """Read a bold line as a heading below all real ones."""
        heading = Block(BlockKind.HEADING, unit.line, level=7)
        heading.words = type(heading.words)(text)
        self._heading(heading)

    def _labelled(self, labelled: Labelled, unit: Unit, under: Sequence[Block]) -> bool:
        """Place `Label: text`; return False if the label decides nothing here."""
        role, text, line = labelled.role, labelled.rest, unit.line
        endings = recommendation_of(labelled.label, text, line)
        if endings:
            self.draft.outcomes += endings
            self._captures = True
        elif (role not in CUES or has_blank(text)) and self._capture(labelled.label, without_blanks(text), line):
            return True
        elif role is None and not has_blank(text):
            return False
        elif has_blank(text) and not is_spoken(text):
            self._prep(labelled.label, line)
        elif role is Role.ASIDE:
            self.draft.leave(line, unit.text, "a story")
        elif role is Role.THEY_SAY:
            self.open_detour(text, line)
            self._under_detour(under)
            return True
        elif _ANSWER.fullmatch(labelled.label) and not starts_quoted(text) and self.last and not self.last.is_said and not self.detour:
            self._answer_below(self.last, unit, text)
        elif role in (Role.SAY, Role.ASK):
            self._spoken(unit, text, "", under, is_said=role is Role.SAY)
            return True
        elif role and not (role is Role.OPTIONS and self.last is None):
            self.place(role, with_label(labelled.label, text), line)
        else:
            return False
        if self.last and not endings:
            attach(self.draft, self.last, under)
        else:
            self._leave_all(under, STATEMENT)
        return True

    def _answer_below(self, asked: DraftItem, unit: Unit, text: str) -> None:
        """Read `A:` below a question: what is heard, or the reply if the other side asks."""
        if is_theirs(asked.text) and asked is self._items()[-1]:
            self._items().pop()
            self.open_detour(asked.text, asked.line)
            self.reply(text, unit.line)
            self.detour = None
        else:
            attach_unit(self.draft, asked, Unit(text, unit.line, links=unit.links))

    def place(self, role: Role, text: str, line: int) -> None:
        """Add a cue to the question before it, or else to the detour or the section."""
        owner = self.host or (self.last if not self.heading_role and not (self.role and self._last_is_listed) else None)
        if role is Role.NEVER_SAY:
            self.draft.never_say += pieces_of(text)
        elif self.detour:
            self._cue_detour(role, text, line)
        elif owner:
            add_role(self.draft, owner, role, text, line)
        else:
            self._cue_section(role, text, line)

    def _cue_detour(self, role: Role, text: str, line: int) -> None:
        assert self.detour is not None
        if role in (Role.FOLLOW_UPS, Role.ASK, Role.SAY):
            self.reply(text, line)
            return
        kept = role if role in (Role.LISTEN_FOR, Role.AVOID) else Role.WHY
        if not self.detour.cues.add(kept, text):
            self.draft.leave(line, text, TOO_LONG)

    def _cue_section(self, role: Role, text: str, line: int) -> None:
        section = self._current()
        is_intro = not section.title and not section.items
        if role is Role.GOAL and is_intro and not self.draft.goal and len(text) <= GOAL_CHARACTERS:
            self.draft.goal = text
            return
        if role is Role.MINUTES and is_intro and (minutes := minutes_of(f"{text} x")[0]):
            self.draft.minutes = self.draft.minutes or minutes
            return
        if role is Role.GOAL and not section.goal and len(text) <= GOAL_CHARACTERS:
            section.goal = text
        elif role is Role.MINUTES and not section.minutes and (minutes := minutes_of(f"{text} x")[0]):
            section.minutes = minutes
        elif role in (Role.FOLLOW_UPS, Role.ASK):
            self.ask(text, line)
            return
        elif role in (Role.LISTEN_FOR, Role.AVOID):
            if not section.cues.add_all(role, pieces_of(text)):
                self.draft.leave(line, text, TOO_LONG)
        elif len(section.cues.why) >= WHY_MAX or not section.cues.add(Role.WHY, text):
            self.draft.leave(line, text, PROSE)
            return
        self._cue_lines.append((section, line, text))

    def _prose(self, unit: Unit, text: str) -> None:
        """Keep a paragraph as a note where it explains something, and leave it out elsewhere."""
        ending = band_of(text, unit.line)
        if ending:
            self.draft.outcomes.append(ending)
        elif _SAYS_LITTLE.fullmatch(text):
            return
        elif self.section and any(words == text for words, _ in unit.links):
            add_links(self.section.cues, unit)
            self.draft.leave(unit.line, text, "a link")
        elif self.detour:
            self._cue_detour(Role.WHY, text, unit.line)
        elif self.host:
            attach_unit(self.draft, self.host, unit)
        elif self.section is None or (self.section.title == "" and not self.section.items):
            self._introduction(unit, text)
        elif (counted := _COUNTED.split(text)) and sum(map(is_spoken, counted)) > 1:
            self._counted(unit, counted)
        elif any(is_question(sentence) for sentence in sentences_of(text)):
            self.draft.leave(unit.line, text, QUESTION_IN_PROSE)
        else:
            self._cue_section(Role.WHY, text, unit.line)

    def _counted(self, unit: Unit, parts: Sequence[str]) -> None:
        """Ask the questions that a paragraph counts: `Ask three things: (1) … (2) … (3) …`."""
        for part in parts:
            if is_spoken(part):
                self.ask(part, unit.line)
            elif part.strip():
                self._cue_section(Role.WHY, part.strip(" :"), unit.line)

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
        if not self.draft.goal and len(first) <= GOAL_CHARACTERS and not is_question(first):
            self.draft.goal = first
            text = text[len(first) :].strip()
        self.draft.leave(unit.line, text, PROSE)

    # Lists

    def _list(self, block: Block) -> None:
        role = self.role or self.heading_role
        if self._is_contents or (block.children and block.children[0].line in self.skipped):
            self._is_contents = False
            return
        if self._is_statement_list(block, role):
            self._statements(block)
        else:
            if self._lead_in and not _ASKING.search(self._lead_in.text):
                self._place_lead_in()
            self._lead_in = None
            around = self._are_topics, self._is_asking
            self._are_topics = _has_topics(block)
            self._is_asking = self._is_asking or _asks(block)
            for item in block.children:
                self._item(item, role)
            self._are_topics, self._is_asking = around
        self._end_list()

    def _end_list(self) -> None:
        self.role = None

    def _item(self, block: Block, role: Role | None) -> None:
        units = units_of(block.words, block.line)
        if not units:
            for child in block.children:
                self._block(child)
            return
        first, rest, under = units[0], units[1:], list(block.children)
        number, text = without_number(first.text)
        number = number or block.marker
        if self._given_role(first, text, under, role):
            pass
        elif self.host and not self.detour:
            attach_unit(self.draft, self.host, first, under)
        else:
            self._listed(first, text, number, under)
        for unit in rest:
            if self.last and not self.last.is_said and not self.detour:
                attach_unit(self.draft, self.last, unit)
            else:
                self._unit(unit)

    def _given_role(self, unit: Unit, text: str, under: Sequence[Block], role: Role | None) -> bool:
        """Place an item by the label above its list."""
        if role in (None, Role.ASK, Role.PHRASINGS, Role.LEGEND):
            return False
        if role is Role.FOLLOW_UPS and not (self.last and not self._last_is_listed):
            return False
        if role is Role.THEY_SAY:
            self._objection(unit, text, under, None)
        elif role is Role.SAY:
            self._spoken(unit, text, "", under, is_said=not is_spoken(text))
        elif role is Role.ASIDE:
            self.draft.leave(unit.line, text, "a story")
            self._leave_all(under, "a story")
        elif role is Role.NEVER_SAY:
            self.draft.never_say.append(unquoted(text))
        else:
            assert role is not None
            below = [each.text for top in under for child in top.walk() for each in units_of(child.words, child.line)]
            self.place(role, ": ".join([text.rstrip(":"), "; ".join(below)]) if below else text, unit.line)
        return True

    def _listed(self, unit: Unit, text: str, number: str, under: list[Block]) -> None:
        """Place an item of a list that has no label above it."""
        labelled = label_of(text, max(0, unit.bold - (len(unit.text) - len(text))))
        ending = band_of(text, unit.line)
        asks_below = sum(is_spoken(child.words.plain) for top in under for child in top.walk())
        if ending:
            self.draft.outcomes.append(ending)
            self._leave_all(under, STATEMENT)
        elif labelled and _is_topic(labelled, under):
            self._spoken(unit, text, number, under)
        elif labelled and labelled.role and self._labelled(labelled, unit, under):
            return
        elif self._is_branched(text, under):
            self._spoken(unit, text, number, under)
        elif (found := said_of(text)) and found.reply and self._is_said_here() and not self.theirs:
            self._objection(unit, text, under, labelled)
        elif self.kind is PartKind.OBJECTIONS and not (self.detour and not starts_quoted(text)):
            self._objection(unit, text, under, labelled)
        elif has_blank(text) and not is_spoken(text):
            self._prep(without_blanks(text), unit.line, under)
        elif self.last and not self.last.is_said and not asks_below and branch_of(text, False):
            attach_unit(self.draft, self.last, unit, under)
        elif any(words == text and len(words) > 3 for words, _ in unit.links):
            self.draft.leave(unit.line, text, "a link")
            self._leave_all(under, "a link")
        elif is_only_placeholder(text) and len(text.split()) < 3:
            self.draft.leave(unit.line, text, "a placeholder")
            self._leave_all(under, STATEMENT)
        elif _is_mostly_spoken(labelled.rest if labelled and not labelled.role else text) or is_only_placeholder(text):
            self._spoken(unit, text, number, under)
        elif asks_below:
            self._topic(unit, text, number, under, asks_below)
        else:
            self._listed_statement(unit, text, number, under)

    def _listed_statement(self, unit: Unit, text: str, number: str, under: list[Block]) -> None:
        asks = self._is_asking or self.role is Role.ASK or self.heading_role is Role.ASK
        if asks and (opens_with_question_word(text) or starts_quoted(text)):
            self._spoken(unit, text, number, under)
        elif unit.is_task or self.kind in (PartKind.PREP, PartKind.CHECKLIST):
            self._prep(text, unit.line, under, is_task=unit.is_task)
        elif is_quoted(text):
            self._spoken(unit, text, number, under, is_said=True)
        elif text.endswith(":") and not under and self._is_asking and len(text.split()) <= FIELD_WORDS:
            self._field(text, unit.line, number)
        elif text.endswith(":") and under:
            self._lead_in = unit
            for block in under:
                self._block(block)
        elif opens_with_question_word(text) and under:
            self._spoken(unit, text, number, under)
        elif is_spoken(text):
            self._leave_item(unit, text, under, QUESTION_IN_PROSE)
        else:
            self._leave_item(unit, text, under, STATEMENT)

    def _leave_item(self, unit: Unit, text: str, under: Sequence[Block], reason: str) -> None:
        if reason == STATEMENT and not under and not self.detour:
            self._cue_section(Role.AVOID if _PROHIBITS.match(text) else Role.WHY, text, unit.line)
        else:
            self.draft.leave(unit.line, text, reason)
        self._leave_all(under, reason)

    def _topic(self, unit: Unit, text: str, number: str, under: Sequence[Block], questions: int) -> None:
        """Read an item over questions as a section, or as the reason for one question."""
        is_reason = questions == 1 and not (self._are_topics and len(text.split()) <= TITLE_WORDS)
        if is_reason or self.detour or (len(text.split()) > 12 and not unit.is_bold):
            start = self._count()
            for block in under:
                self._block(block)
            added = self._added_since(start)
            if added:
                added[-1].cues.add(Role.WHY, text.rstrip(":"))
            else:
                self.draft.leave(unit.line, text, STATEMENT)
            return
        heading = read_heading(text)
        parent = self.section
        parents = (*parent.parents, parent.title) if parent and parent.title else ()
        section = DraftSection(heading.title, unit.line, parents, heading.minutes, number, heading.goal)
        section.is_prep = parent.is_prep if parent else False
        self.draft.sections.append(section)
        self.section, self.last = section, None
        for block in under:
            self._block(block)

    def _count(self) -> int:
        return len(self._items())

    def _added_since(self, start: int) -> list[DraftItem]:
        return self._items()[start:]

    def _items(self) -> list[DraftItem]:
        return self.detour.items if self.detour else self._current().items

    def _is_statement_list(self, block: Block, role: Role | None) -> bool:
        """Return whether no item of a list asks, branches or has a label."""
        if role not in (None, Role.ASK) or self.kind in (PartKind.PREP, PartKind.CHECKLIST, PartKind.OBJECTIONS):
            return False
        if self.host or self.detour:
            return False
        return all(self._is_statement(child) for top in block.children for child in top.walk() if child.words.text)

    def _is_statement(self, block: Block) -> bool:
        units = units_of(block.words, block.line)
        asking = self._is_asking or self.role is Role.ASK
        for unit in units:
            _, text = without_number(unit.text)
            labelled = label_of(text, unit.bold)
            is_other = unit.is_task or starts_quoted(text) or has_blank(text) or is_only_placeholder(text)
            if is_other or is_spoken(text) or band_of(text, 0) or (labelled and labelled.role):
                return False
            if asking and text.endswith(":") and not block.children:
                return False
            if (asking and opens_with_question_word(text)) or (self.last and branch_of(text, False)):
                return False
        return True

    def _statements(self, block: Block) -> None:
        """Keep a list of statements as one note, lead-in first; leave it out if it is too long."""
        units = [unit for child in block.walk() for unit in units_of(child.words, child.line)]
        lead = self._lead_in
        self._lead_in = None
        text = "; ".join(unit.text.rstrip(".;") for unit in units)
        if lead:
            text = f"{lead.text.rstrip(':')}: {text}"
        section = self.section
        if (
            section is not None
            and section.title
            and len(section.cues.why) < WHY_MAX
            and section.cues.add(Role.WHY, text)
        ):
            self._cue_lines.append((section, lead.line if lead else block.line, text))
            return
        for unit in ([lead] if lead else []) + units:
            self.draft.leave(unit.line, unit.text, STATEMENT)

    def _place_lead_in(self) -> None:
        unit = self._lead_in
        if unit is not None:
            self._lead_in = None
            self._prose(unit, unit.text)

    def _flush(self) -> None:
        self._place_lead_in()

    # Items

    def ask(self, text: str, line: int, number: str = "", topic: str = "") -> DraftItem:
        """Add a question to the current detour or section."""
        items = items_of(text, line)
        if is_only_placeholder(text):
            inside = text.strip(" []<>{}")
            items = items_of(inside, line)
            if not is_spoken(inside):
                items[-1].decisions.append(
                    OpenDecision("the document leaves this question to you", ("write it", "delete it"))
                )
        items[-1].number, items[-1].topic = number, topic if len(topic) > 2 else ""
        self._items().extend(items)
        self.last = items[-1]
        self._last_is_listed = False
        return items[-1]

    def say(self, text: str, line: int) -> DraftItem | None:
        """Add something to say; a text that is too long to be said is left out."""
        if len(text) > SPOKEN_CHARACTERS:
            self.draft.leave(line, text, TOO_LONG_TO_SAY)
            return None
        item = DraftItem(tidy(text), line, is_said=True)
        self._items().append(item)
        self.last = item
        return item

    def _spoken(self, unit: Unit, text: str, number: str, under: Sequence[Block], is_said: bool = False) -> None:
        labelled = label_of(text, max(0, unit.bold - (len(unit.text) - len(text))))
        topic = ""
        dashed = _TOPIC.match(text)
        if dashed and len(dashed[1].split()) <= TOPIC_WORDS and is_question(dashed[2]) and not is_question(dashed[1]):
            topic, text = dashed[1], dashed[2]
        elif labelled and (labelled.role is None or _is_topic(labelled, under)) and is_spoken(labelled.rest) and not is_spoken(labelled.label):
            topic, text = labelled.label, labelled.rest
        if is_spoken(text) or not is_said:
            item: DraftItem | None = self.ask(text, unit.line, number, topic)
        else:
            item = self.say(text, unit.line)
        self._last_is_listed = True
        if item is None:
            self._leave_all(under, STATEMENT)
            return
        add_links(item.cues, unit)
        if len(topic) > 2 and topic.casefold() not in (self._current().title.casefold(), ""):
            item.cues.add(Role.WHY, topic)
        attach(self.draft, item, under)

    def _prep(self, text: str, line: int, under: Sequence[Block] = (), is_task: bool = False) -> None:
        """Add a point of a checklist: a question to the user, asked before the call."""
        section = self._current()
        if section.is_prep:
            target = section
        else:
            target = next(
                (each for each in self.draft.sections if each.is_prep and each.title == section.title), None
            ) or DraftSection(section.title, section.line, section.parents, is_prep=True)
            if target not in self.draft.sections:
                self.draft.sections.append(target)
            if is_task and not target.decisions:
                target.decisions.append(
                    OpenDecision(
                        "these are boxes to tick in the document",
                        ("keep them in prep", "ask them in the agenda", "make them gates"),
                    )
                )
        items = items_of(text, line)
        target.items += items
        attach(self.draft, items[-1], under)

    def _current(self) -> DraftSection:
        if self.section is None:
            self.section = DraftSection("", 1, is_prep=self.kind is PartKind.PREP)
            self.draft.sections.append(self.section)
        return self.section

    # Detours

    def _objection(self, unit: Unit, text: str, under: Sequence[Block], labelled: Labelled | None) -> None:
        objection = objection_of(unit, text, labelled)
        self._open_objection(objection, unit.line)
        if objection.reply:
            self.reply(objection.reply, unit.line)
        self._under_detour(under)
        self.detour = None

    def _open_objection(self, objection: Objection, line: int) -> None:
        detour = self.open_detour(objection.said, line)
        if objection.is_described:
            detour.decisions.append(OpenDecision("how would they say it", ("write their words into they_say",)))

    def reply(self, text: str, line: int) -> None:
        """Add what to say or ask in the current detour."""
        if is_spoken(text):
            self.ask(text, line)
        else:
            self.say(text, line)

    def _under_detour(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._block(block)

    # Quotes, code and what is left

    def _quote(self, block: Block) -> None:
        """Read quoted lines: what is said in a detour, a script, or a remark of the author."""
        before = self.detour
        dialogue = dialogue_lines(block.children)
        for child in block.children:
            if child.line in dialogue:
                self._leave_all([child], "a dialogue")
                continue
            if child.kind is not BlockKind.PARAGRAPH:
                self._quoted_block(child)
                continue
            for unit in units_of(child.words, child.line):
                labelled = label_of(unit.text, unit.bold)
                if self._is_label_alone(unit, unit.text):
                    continue
                if labelled and labelled.role:
                    self._labelled(labelled, unit, ())
                elif self.role and self._given_role(unit, unit.text, (), self.role):
                    continue
                elif self.detour:
                    self.reply(unit.text, unit.line)
                elif starts_quoted(unit.text) or _is_mostly_spoken(unit.text):
                    self._spoken(unit, unit.text, "", (), is_said=True)
                else:
                    self._prose(unit, unit.text)
        self.role = None
        if self.detour is not before:
            self.detour = None

    def _quoted_block(self, block: Block) -> None:
        if self.detour and block.kind is BlockKind.LIST:
            for item in block.children:
                for unit in units_of(item.words, item.line):
                    self._cue_detour(Role.WHY, unit.text, unit.line)
                self._leave_all(item.children, TOO_LONG)
        else:
            self._block(block)

    def _code(self, block: Block) -> None:
        language = block.marker.split()[0] if block.marker else ""
        if language in ("markdown", "md") or _is_template(block):
            for child in parse_blocks(block.words.text.split("\n"), block.line):
                self._block(child)
        elif language in ("", "text", "txt", "plain", "plaintext"):
            for unit in units_of(block.words, block.line):
                self._unit(unit)
        else:
            self._leave_all([block], "code")

    def _leave_all(self, blocks: Sequence[Block], reason: str) -> None:
        for top in blocks:
            for block in top.walk():
                for unit in units_of(block.words, block.line):
                    self.draft.leave(unit.line, unit.text, reason)
                for row in block.rows:
                    self.draft.leave(row.line, " | ".join(cell.text for cell in row.cells), reason)

    def drop_empty_sections(self) -> None:
        """Remove sections without items; their notes go to the first section below them, or are left out."""
        lost = [entry for entry in self._cue_lines if not entry[0].items]
        if self.is_persona:
            take_personas(self.draft, lost)
            return self._keep_filled_sections()
        for at, section in enumerate(self.draft.sections):
            if section.items:
                continue
            heir = next(
                (each for each in self.draft.sections[at + 1 :] if section.title in each.parents and each.items), None
            )
            if heir is not None and section.title:
                heir.goal = heir.goal or section.goal
                heir.minutes = heir.minutes or section.minutes
                heir.cues.why[:0] = section.cues.why
                for role in CUES[:2]:
                    getattr(heir.cues, role.value).extend(getattr(section.cues, role.value))
            else:
                for owner, line, text in lost:
                    if owner is section:
                        self.draft.leave(line, text, QUESTION_IN_PROSE if "?" in text else "a section without questions")
        return self._keep_filled_sections()

    def _keep_filled_sections(self) -> None:
        self.draft.sections = [section for section in self.draft.sections if section.items]


def _title_level(document: Document) -> int:
    """Return the level of the heading that is the title; 0 if no heading is."""
    levels = [block.level for block in document.blocks if block.kind is BlockKind.HEADING]
    if not levels or levels.count(levels[0]) > 1 or min(levels) < levels[0]:
        return 0
    return levels[0]


def _asks_below(item: Block) -> int:
    return sum(is_spoken(block.words.plain) for top in item.children for block in top.walk())


def _has_topics(block: Block) -> bool:
    """Return whether a list has an item that does not ask and has several questions below."""
    return any(not is_spoken(item.words.plain) and _asks_below(item) > 1 for item in block.children)


def _asks(block: Block) -> bool:
    """Return whether a list asks: most items do, or some do and the others are fields without a text."""
    spoken = [is_spoken(item.words.plain) for item in block.children]
    fields = [item.words.plain.endswith(":") and not item.children for item in block.children]
    return sum(spoken) * 2 > len(spoken) or (any(spoken) and any(fields))


def _is_topic(labelled: Labelled, under: Sequence[Block]) -> bool:
    """Return whether `Customer: What do customers notice?` is a question with its topic and no objection."""
    return (
        labelled.role is Role.THEY_SAY
        and len(labelled.label.split()) == 1
        and is_question(labelled.rest)
        and not starts_quoted(labelled.rest)
        and not under
    )


def _is_template(block: Block) -> bool:
    if block.kind is not BlockKind.CODE or block.marker not in ("", "markdown", "md", "text"):
        return False
    lines = block.words.text.split("\n")
    return (
        len(lines) >= TEMPLATE_LINES
        and sum(bool(re.match(r"\s*(?:#{1,6} |[-*] |\d+\. |\|)", line)) for line in lines) >= 3
    )


def _is_mostly_spoken(text: str) -> bool:
    """Return whether a list item asks, rather than tells a story with a question in it."""
    sentences = sentences_of(text)
    asked = [sentence for sentence in sentences if is_question(sentence) or is_prompt(sentence)]
    if not asked:
        return is_spoken(text)
    if asked[0] == sentences[0] or starts_quoted(text):
        return True
    words = sum(len(sentence.split()) for sentence in asked)
    return words * 3 >= len(text.split()) or len(sentences) <= 2
