"""Position in a document, and the methods that add questions, things to say, prep, detours and cues there.

In a document about a person, parts like `Pain points` and `Goals` become a buyer to practice on.
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
    TOO_LONG_TO_SAY,
    Draft,
    DraftBuyer,
    DraftDetour,
    DraftItem,
    DraftSection,
)
from salesnerd_tui.playbook.markdown.heading import DocumentHeading, PartKind, read_heading, split_minutes
from salesnerd_tui.playbook.markdown.question import (
    TOO_LONG,
    add_by_role,
    attach,
    clean_spoken_text,
    has_question,
    parse_question,
    split_cues,
)
from salesnerd_tui.playbook.markdown.sentence import CUES, Objection, Role, is_only_placeholder, parse_label

MAX_SECTION_NOTES = 3
"""Paragraphs of a section that become its notes; the rest is left out."""

MAX_GOAL_CHARACTERS = 200

PROSE, STATEMENT = "prose", "a statement, not a question"


class Position:
    """Position of the walk through a document: section, detour and question to which the next text belongs."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.kind = PartKind.AGENDA
        self.section: DraftSection | None = None
        self.detour: DraftDetour | None = None
        self.host: DraftItem | None = None
        self.last: DraftItem | None = None
        self.role: Role | None = None
        self.heading_role: Role | None = None
        self.last_is_listed = False
        self.captures = False
        self.is_persona = False
        self.legend: tuple[str, ...] = ()
        self.cue_lines: list[tuple[DraftSection, int, str]] = []
        self.stack: list[tuple[int, str, PartKind]] = []

    def start_section(self, heading: DocumentHeading, block: Block, title: str) -> None:
        parents = tuple(name for _, name, _ in self.stack if name)
        self.section = DraftSection(title, block.line, parents, heading.minutes, heading.number, heading.goal)
        self.section.is_prep = self.kind is PartKind.PREP
        self.draft.sections.append(self.section)
        self.detour, self.last = None, None

    def start_detour(self, said: str, line: int) -> DraftDetour:
        """Start the detour for something that the other side says."""
        self.detour = DraftDetour([clean_spoken_text(said)], line)
        self.draft.detours.append(self.detour)
        self.host, self.last = None, None
        return self.detour

    def start_objection(self, objection: Objection, line: int) -> None:
        detour = self.start_detour(objection.said, line)
        if objection.is_described:
            detour.add_decision("how would they say it", "write their words into they_say")

    def add_question(self, text: str, line: int, number: str = "", topic: str = "") -> DraftItem:
        """Add a question to the current detour or section."""
        items = parse_question(text, line)
        if is_only_placeholder(text):
            inside = text.strip(" []<>{}")
            items = parse_question(inside, line)
            if not has_question(inside):
                items[-1].add_decision("the document leaves this question to you", "write it", "delete it")
        items[-1].number, items[-1].topic = number, topic if len(topic) > 2 else ""
        self.current_items().extend(items)
        self.last = items[-1]
        self.last_is_listed = False
        return items[-1]

    def add_statement(self, text: str, line: int) -> DraftItem | None:
        """Add something to say; a text that is too long to be said is left out."""
        if len(text) > MAX_SPOKEN_CHARACTERS:
            self.draft.omit(line, text, TOO_LONG_TO_SAY)
            return None
        item = DraftItem(clean_spoken_text(text), line, is_said=True)
        self.current_items().append(item)
        self.last = item
        return item

    def add_prep_question(self, text: str, line: int, under: Sequence[Block] = (), is_task: bool = False) -> None:
        """Add a point of a checklist: a question to the user, asked before the call."""
        section = target = self.current_section()
        if not section.is_prep:
            same = (each for each in self.draft.sections if each.is_prep and each.title == section.title)
            target = next(same, DraftSection(section.title, section.line, section.parents, is_prep=True))
            if target not in self.draft.sections:
                self.draft.sections.append(target)
            if is_task and not target.decisions:
                ways = ("keep them in prep", "ask them in the agenda", "make them gates")
                target.add_decision("these are boxes to tick in the document", *ways)
        items = parse_question(text, line)
        target.items += items
        attach(self.draft, items[-1], under)

    def current_section(self) -> DraftSection:
        if self.section is None:
            self.section = DraftSection("", 1, is_prep=self.kind is PartKind.PREP)
            self.draft.sections.append(self.section)
        return self.section

    def current_items(self) -> list[DraftItem]:
        return self.detour.items if self.detour else self.current_section().items

    def add_labeled_text(self, role: Role, text: str, line: int) -> None:
        """Add a cue to the question before it, or else to the detour or the section."""
        owner = self.host or (self.last if not self.heading_role and not (self.role and self.last_is_listed) else None)
        if role is Role.NEVER_SAY:
            self.draft.forbid(split_cues(text), line)
        elif self.detour:
            self.add_detour_cue(role, text, line)
        elif owner:
            add_by_role(self.draft, owner, role, text, line)
        else:
            self.add_section_cue(role, text, line)

    def add_detour_cue(self, role: Role, text: str, line: int) -> None:
        assert self.detour is not None
        if role in (Role.FOLLOW_UPS, Role.ASK, Role.SAY):
            self.add_reply(text, line)
            return
        kept = role if role in (Role.LISTEN_FOR, Role.AVOID) else Role.WHY
        if not self.detour.add(kept, text):
            self.draft.omit(line, text, TOO_LONG)

    def add_section_cue(self, role: Role, text: str, line: int) -> None:
        section = self.current_section()
        text = f"led by {text}" if role is Role.SPEAKER else text
        is_intro = not section.title and not section.items
        if role is Role.GOAL and is_intro and not self.draft.goal and len(text) <= MAX_GOAL_CHARACTERS:
            self.draft.goal = text
            return
        if role is Role.MINUTES and is_intro and (minutes := split_minutes(f"{text} x")[0]):
            self.draft.minutes = self.draft.minutes or minutes
            return
        if role is Role.GOAL and not section.goal and len(text) <= MAX_GOAL_CHARACTERS:
            section.goal = text
        elif role is Role.MINUTES and not section.minutes and (minutes := split_minutes(f"{text} x")[0]):
            section.minutes = minutes
        elif role in (Role.FOLLOW_UPS, Role.ASK):
            self.add_question(text, line)
            return
        elif role in (Role.LISTEN_FOR, Role.AVOID):
            if not section.add_all(role, split_cues(text)):
                self.draft.omit(line, text, TOO_LONG)
        elif len(section.why) >= MAX_SECTION_NOTES or not section.add(Role.WHY, text):
            self.draft.omit(line, text, PROSE)
            return
        self.cue_lines.append((section, line, text))

    def add_reply(self, text: str, line: int) -> None:
        """Add what to say or ask in the current detour."""
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
        """Ask for a field such as `Team size:` in the words of the document."""
        item = self.add_question(text.rstrip(": "), line, number)
        item.add_decision("the document leaves this field without a question", "write one", "move it to prep")

    def add_capture(self, label: str, text: str, line: int) -> bool:
        """Read a field below a recommendation as a note to take before the call is closed."""
        if not self.captures or has_question(text):
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
        """Remove sections without items; their notes go to the first section below them, or are left out."""
        lost = [entry for entry in self.cue_lines if not entry[0].items]
        if self.is_persona:
            move_personas(self.draft, lost)
        for at, section in enumerate(self.draft.sections):
            if section.items or self.is_persona:
                continue
            heir = next(
                (each for each in self.draft.sections[at + 1 :] if section.title in each.parents and each.items), None
            )
            if heir is not None and section.title:
                heir.goal = heir.goal or section.goal
                heir.minutes = heir.minutes or section.minutes
                heir.why[:0] = section.why
                for role in CUES[:2]:
                    getattr(heir, role.value).extend(getattr(section, role.value))
            else:
                for owner, line, text in lost:
                    if owner is section:
                        self.draft.omit(line, text, QUESTION_IN_PROSE if "?" in text else "a section without questions")
        self.draft.sections = [section for section in self.draft.sections if section.items]


MIN_PERSONA_PARTS = 3
"""Headings and labels of a persona from which a document describes one."""

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
    """Return whether a document is about a person: it has several parts that only a persona has."""
    found: set[str] = set()
    named = False
    for block in walk(blocks):
        if block.kind is BlockKind.HEADING:
            title = read_heading(block.words.plain).title
        else:
            labeled = parse_label(block.words.text.split("\n")[0], block.words.bold)
            title = labeled.label if labeled else ""
        named = named or "persona" in title.lower() or title.lower() == "name"
        if _PERSONA_PART.fullmatch(title):
            found.add(title.lower())
    return named and len(found) >= MIN_PERSONA_PARTS


def move_personas(draft: Draft, texts: Sequence[tuple[DraftSection, int, str]]) -> None:
    """Move the notes of the parts of personas to buyers; each is named after the heading above its parts."""
    buyers: dict[str, DraftBuyer] = {}
    for section, line, text in texts:
        if not (_PERSONA_PART.fullmatch(section.title) or "persona" in section.title.lower() or not section.title):
            continue
        is_part = _PERSONA_PART.fullmatch(section.title) is not None
        title = (section.parents[-1] if section.parents else draft.title) if is_part else section.title
        name = _PREFIX.sub("", title).split(",")[0].strip() or draft.title
        buyer = buyers.setdefault(name, DraftBuyer(name, line, [f"{_PREFIX.sub('', title).strip().rstrip('.')}."]))
        lead = f"{section.title}: " if is_part else ""
        buyer.about.append(f"{lead}{text.rstrip('.')}.")
    draft.buyers += buyers.values()
