"""Position in a document, and the methods that add questions, statements, prep, detours and cues there.

In a document about a persona, sections such as `Pain points` and `Goals` become a buyer to practice with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.fields import RESERVED_NAMES
from salesnerd_tui.playbook.ids import slugify
from salesnerd_tui.playbook.markdown.document import Block, BlockKind, walk
from salesnerd_tui.playbook.markdown.draft import (
    MAX_SPOKEN_CHARACTERS,
    QUESTION_IN_PROSE,
    TOO_LONG_FOR_NOTE,
    TOO_LONG_TO_SAY,
    Draft,
    DraftBuyer,
    DraftDetour,
    DraftItem,
    DraftSection,
)
from salesnerd_tui.playbook.markdown.heading import DocumentHeading, PartKind, read_heading, split_minutes
from salesnerd_tui.playbook.markdown.question import (
    add_by_role,
    attach,
    clean_spoken_text,
    has_question,
    parse_question,
    split_cues,
)
from salesnerd_tui.playbook.markdown.sentence import Objection, Role, is_only_placeholder, parse_label

MAX_SECTION_NOTES = 3
"""Maximum paragraphs of a section that become its notes; the rest is omitted."""

MAX_GOAL_CHARACTERS = 200

PROSE = "prose"
STATEMENT = "a statement, not a question"
WITHOUT_QUESTIONS = "a section without questions"


class Position:
    """Section, detour and question to which the next text of a document belongs.

    `open_question` is a question in a heading or in bold, to which everything below it belongs. `role` is that of the
    label above the next list, `heading_role` that of a heading such as `Listen for`. `is_capturing` is true below a
    recommendation, where fields become notes of the outcomes. `prose_goal` is the goal if no label names one, with its
    line.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.kind = PartKind.AGENDA
        self.section: DraftSection | None = None
        self.detour: DraftDetour | None = None
        self.open_question: DraftItem | None = None
        self.last_item: DraftItem | None = None
        self.role: Role | None = None
        self.heading_role: Role | None = None
        self.last_is_listed = False
        self.is_capturing = False
        self.prose_goal: tuple[int, str] | None = None
        self.is_persona = False
        self.legend: tuple[str, ...] = ()
        self.cue_lines: list[tuple[DraftSection, int, str]] = []
        self.heading_stack: list[tuple[int, str, PartKind]] = []

    def start_section(self, heading: DocumentHeading, block: Block, title: str) -> None:
        parents = tuple(name for _, name, _ in self.heading_stack if name)
        self.section = DraftSection(title, block.line, parents, heading.minutes, heading.number, heading.goal)
        self.section.is_prep = self.kind is PartKind.PREP
        self.draft.sections.append(self.section)
        self.detour, self.last_item = None, None

    def start_detour(self, said: str, line: int) -> DraftDetour:
        """Start the detour for something that the buyer says."""
        self.detour = DraftDetour([clean_spoken_text(said)], line)
        self.draft.detours.append(self.detour)
        self.open_question, self.last_item = None, None
        return self.detour

    def start_objection(self, objection: Objection, line: int) -> None:
        detour = self.start_detour(objection.said, line)
        if objection.is_described:
            detour.add_decision("how would they say it", "write their words into they_say")

    def add_question(self, text: str, line: int, number: str = "", topic: str = "") -> DraftItem:
        """Add a question to the current detour or section."""
        items = parse_question(text, line)
        if is_only_placeholder(text):
            words = text.strip(" []<>{}")
            items = parse_question(words, line)
            if not has_question(words):
                items[-1].add_decision("the document leaves this question to you", "write it", "delete it")
        items[-1].number, items[-1].topic = number, topic if len(topic) > 2 else ""
        self.current_items().extend(items)
        self.last_item = items[-1]
        self.last_is_listed = False
        return items[-1]

    def add_statement(self, text: str, line: int) -> DraftItem | None:
        """Add a statement; a text that is too long to be said is omitted."""
        if len(text) > MAX_SPOKEN_CHARACTERS:
            self.draft.omit(line, text, TOO_LONG_TO_SAY)
            return None
        item = DraftItem(clean_spoken_text(text), line, is_said=True)
        self.current_items().append(item)
        self.last_item = item
        return item

    def add_prep_question(self, text: str, line: int, children: Sequence[Block] = (), *, is_task: bool = False) -> None:
        """Add an item of a checklist: a question to the user, asked before the call."""
        section = self.current_section()
        if not section.is_prep:
            title = section.title
            same_title = (each for each in self.draft.sections if each.is_prep and each.title == title)
            prep = next(same_title, None)
            if prep is None:
                prep = DraftSection(title, section.line, section.parents, is_prep=True)
                self.draft.sections.append(prep)
            section = prep
            if is_task and not section.decisions:
                choices = ("keep them in prep", "ask them in the agenda", "make them gates")
                section.add_decision("these are boxes to tick in the document", *choices)
        items = parse_question(text, line)
        section.items += items
        attach(self.draft, items[-1], children)

    @property
    def last_question(self) -> DraftItem | None:
        """The last item if it is a question and not a statement."""
        return None if self.last_item is None or self.last_item.is_said else self.last_item

    def current_section(self) -> DraftSection:
        if self.section is None:
            self.section = DraftSection("", 1, is_prep=self.kind is PartKind.PREP)
            self.draft.sections.append(self.section)
        return self.section

    def current_items(self) -> list[DraftItem]:
        return self.detour.items if self.detour else self.current_section().items

    def add_labeled_text(self, role: Role, text: str, line: int) -> None:
        """Add a text with a label to the current detour, the last question or the section."""
        is_about_section = self.heading_role or (self.role and self.last_is_listed)
        item = self.open_question or (None if is_about_section else self.last_item)
        if role is Role.NEVER_SAY:
            self.draft.forbid(split_cues(text), line)
        elif self.detour:
            self.add_detour_cue(role, text, line)
        elif item:
            add_by_role(self.draft, item, role, text, line)
        else:
            self.add_section_cue(role, text, line)

    def add_detour_cue(self, role: Role, text: str, line: int) -> None:
        assert self.detour is not None
        if role in (Role.FOLLOW_UPS, Role.ASK, Role.SAY):
            self.add_reply(text, line)
            return
        cue = role if role in (Role.LISTEN_FOR, Role.AVOID) else Role.WHY
        if not self.detour.add(cue, text):
            self.draft.omit(line, text, TOO_LONG_FOR_NOTE)

    def add_section_cue(self, role: Role, text: str, line: int) -> None:
        section = self.current_section()
        text = f"led by {text}" if role is Role.SPEAKER else text
        is_introduction = not section.title and not section.items
        is_goal = role is Role.GOAL and len(text) <= MAX_GOAL_CHARACTERS
        minutes = split_minutes(f"{text} x")[0] if role is Role.MINUTES else ""
        if is_goal and is_introduction and (not self.draft.goal or self.prose_goal):
            if self.prose_goal:
                self.draft.omit(*self.prose_goal, PROSE)
            self.draft.goal, self.prose_goal = text, None
            return
        if minutes and is_introduction:
            self.draft.minutes = self.draft.minutes or minutes
            return
        if is_goal and not section.goal:
            section.goal = text
        elif minutes and not section.minutes:
            section.minutes = minutes
        elif role in (Role.FOLLOW_UPS, Role.ASK):
            self.add_question(text, line)
            return
        elif role in (Role.LISTEN_FOR, Role.AVOID):
            if not section.add_all(role, split_cues(text)):
                self.draft.omit(line, text, TOO_LONG_FOR_NOTE)
        elif len(section.why) >= MAX_SECTION_NOTES or not section.add(Role.WHY, text):
            self.draft.omit(line, text, PROSE)
            return
        self.cue_lines.append((section, line, text))

    def add_reply(self, text: str, line: int) -> None:
        """Add a question or a statement to the current detour."""
        if has_question(text):
            self.add_question(text, line)
        else:
            self.add_statement(text, line)

    def omit_all(self, blocks: Sequence[Block], reason: str) -> None:
        for block in walk(blocks):
            for unit in block.units():
                self.draft.omit(unit.line, unit.text, reason)
            for row in block.rows:
                self.draft.omit(row.line, " | ".join(cell.plain for cell in row.cells), reason)

    def add_field(self, text: str, line: int, number: str) -> None:
        """Add a field such as `Team size:` as a question."""
        item = self.add_question(text.rstrip(": "), line, number)
        item.add_decision("the document leaves this field without a question", "write one", "move it to prep")

    def add_capture(self, label: str, text: str, line: int) -> bool:
        """Add a field below a recommendation to the notes of the outcomes; return False elsewhere."""
        if not self.is_capturing or has_question(text):
            return False
        name = slugify(re.sub(r"\([^)]*\)", "", label))
        if re.search(r"\bdate\b|yyyy", f"{label} {text}", re.IGNORECASE) and not name.endswith(("_on", "_date", "_by")):
            name = f"{name}_on"
        name = f"their_{name}" if name in RESERVED_NAMES else name
        for outcome in self.draft.outcomes:
            outcome.capture[name] = label
        if text and not is_only_placeholder(text) and not re.fullmatch(r"[YMD-]+", text):
            self.draft.omit(line, text, STATEMENT)
        return True

    def drop_empty_sections(self) -> None:
        """Remove sections without items; their notes move to the first section below them, or are omitted."""
        orphaned = [entry for entry in self.cue_lines if not entry[0].items]
        if self.is_persona:
            move_personas(self.draft, orphaned)
        for at, section in enumerate(self.draft.sections):
            if section.items or self.is_persona:
                continue
            below = (each for each in self.draft.sections[at + 1 :] if section.title in each.parents and each.items)
            child = next(below, None)
            if child is not None and section.title:
                child.goal = child.goal or section.goal
                child.minutes = child.minutes or section.minutes
                child.why[:0] = section.why
                child.listen_for += section.listen_for
                child.avoid += section.avoid
                continue
            for owner, line, text in orphaned:
                if owner is section:
                    reason = QUESTION_IN_PROSE if "?" in text else WITHOUT_QUESTIONS
                    self.draft.omit(line, text, reason)
        self.draft.sections = [section for section in self.draft.sections if section.items]


MIN_PERSONA_PARTS = 3
"""Number of different headings and labels of a persona that make a document about one."""

_PERSONA_PART = re.compile(
    r"(?:key |main |top |common |biggest |their |his |her |professional |personal |business )*(?:pain ?points?"
    r"|pains|challenges?|frustrations?|goals?|motivations?|responsibilities|objections?"
    r"|background|bio(?:graphy)?|demographics|about(?: .*)?|job titles?|titles?|role|kpis?|metrics"
    r"|success metrics|fears?|needs|values|priorities|tools|day in the life|buying (?:triggers?"
    r"|behaviou?r)"
    r"|quotes?|personality|age|company size|industry|reports to|decision criteria|information sources"
    r"|watering holes)(?: (?:&|and|/) .*)?",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:buyer |user |customer )?persona(?: #?\d+)?\s*[:–—-]*\s*|\s*[:–—-]*\s*(?:buyer |user )?persona$", re.IGNORECASE
)


def describes_persona(blocks: Sequence[Block]) -> bool:
    """Return whether a document is about a persona: it names one, and has sections that only a persona has."""
    titles: set[str] = set()
    is_named = False
    for block in walk(blocks):
        if block.kind is BlockKind.HEADING:
            title = read_heading(block.words.plain).title
        else:
            labeled = parse_label(block.words.text.split("\n")[0], block.words.bold)
            title = labeled.label if labeled else ""
        is_named = is_named or "persona" in title.lower() or title.lower() == "name"
        if _PERSONA_PART.fullmatch(title):
            titles.add(title.lower())
    return is_named and len(titles) >= MIN_PERSONA_PARTS


def move_personas(draft: Draft, texts: Sequence[tuple[DraftSection, int, str]]) -> None:
    """Move the notes in sections of a persona to a buyer, named after the heading above the sections."""
    buyers: dict[str, DraftBuyer] = {}
    for section, line, text in texts:
        is_part = _PERSONA_PART.fullmatch(section.title) is not None
        if section.title and not is_part and "persona" not in section.title.lower():
            draft.omit(line, text, WITHOUT_QUESTIONS)
            continue
        title = (section.parents[-1] if section.parents else draft.title) if is_part else section.title
        description = _PREFIX.sub("", title)
        name = description.split(",")[0].strip() or draft.title
        buyer = buyers.setdefault(name, DraftBuyer(name, line, [f"{description.strip().rstrip('.')}."]))
        label = f"{section.title}: " if is_part else ""
        buyer.about.append(f"{label}{text.rstrip('.')}.")
    draft.buyers += buyers.values()
