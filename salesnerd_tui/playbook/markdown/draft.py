"""Draft of a playbook: the content of a document before it is written as YAML, and its text.

Texts of a draft are cut to the maximum lengths of the file and for readers, and placeholders become slots that the prep
asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.playbook.ids import IdGenerator, slugify
from salesnerd_tui.playbook.lint.syntax import decision_comment
from salesnerd_tui.playbook.markdown.sentence import PLACEHOLDER
from salesnerd_tui.playbook.yaml_writer import format_text, modeline, needs_quotes, quote
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.markdown.sentence import Role

MAX_CUE_CHARACTERS = 500
"""Maximum length of a cue, to be read during a call."""

MAX_SPOKEN_CHARACTERS = 2_000
"""Longest text that becomes something to ask or say."""

MAX_TITLE_CHARACTERS = 200
"""Longest title; the rest of a longer one is left out."""

TOO_LONG_TO_SAY = "too long to be said"
QUESTION_IN_PROSE = "a question inside prose"


class _DraftPart(Struct, kw_only=True):
    """A part of a draft, with the comments about what the import leaves to the author."""

    decisions: list[str] = field(default_factory=list)

    def add_decision(self, question: str, *choices: str) -> None:
        """Leave a decision to the author, once."""
        comment = decision_comment(question, choices)
        if comment not in self.decisions:
            self.decisions.append(comment)


class DraftCues(_DraftPart, kw_only=True):
    """Notes to the user on a part of a draft, in the order of the document."""

    why: list[str] = field(default_factory=list)
    listen_for: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    link: list[str] = field(default_factory=list)

    def add(self, role: Role, text: str) -> bool:
        """Add a note; return False if it is too long for a cue or of another role."""
        if role.value not in CUE_FIELDS or len(text) > MAX_CUE_CHARACTERS:
            return False
        kept: list[str] = getattr(self, role.value)
        if text and text not in kept:
            kept.append(text)
        return True

    def add_all(self, role: Role, texts: Iterable[str]) -> bool:
        """Add several notes; return False if one of them does not fit."""
        return sum(not self.add(role, text) for text in texts) == 0


class DraftAnswer(DraftCues):
    """Answer that the user may hear, and what follows. `target` is a question's number or a heading."""

    label: str
    line: int
    follow_ups: list[str] = field(default_factory=list)
    say: str = ""
    end: str = ""
    goto: str = ""
    target: str = ""
    is_section_target: bool = False
    points: float | None = None


class DraftItem(DraftCues):
    """A question, or something to say if `is_said`. `number` is how the document counts it."""

    text: str
    line: int
    is_said: bool = False
    id: str = ""
    topic: str = ""
    number: str = ""
    priority: str = ""
    type: str = ""
    speaker: str = ""
    weight: float | None = None
    follow_ups: list[str] = field(default_factory=list)
    phrasings: list[str] = field(default_factory=list)
    answers: list[DraftAnswer] = field(default_factory=list)
    is_added: bool = False

    def add_answer(self, label: str, line: int) -> DraftAnswer:
        """Return the answer with that label, added if it is new."""
        for answer in self.answers:
            if answer.label.casefold() == label.casefold():
                return answer
        self.answers.append(DraftAnswer(label, line))
        return self.answers[-1]


class DraftSection(DraftCues):
    """A section; `parents` are the headings above its own."""

    title: str
    line: int
    parents: tuple[str, ...] = ()
    minutes: str = ""
    number: str = ""
    goal: str = ""
    is_prep: bool = False
    items: list[DraftItem] = field(default_factory=list)
    scale: tuple[str, ...] = ()


class DraftDetour(DraftCues):
    """Detour: words of the other side, and what to say and ask then."""

    they_say: list[str]
    line: int
    id: str = ""
    items: list[DraftItem] = field(default_factory=list)


class DraftOutcome(_DraftPart):
    """An ending, with the condition of its gate if a score decides."""

    id: str
    label: str
    line: int
    decision: str
    why: str = ""
    condition: str = ""
    capture: dict[str, str] = field(default_factory=dict)
    is_added: bool = False


class DraftBuyer(_DraftPart):
    """A persona of the document, with lines about them."""

    name: str
    line: int
    about: list[str] = field(default_factory=list)


class OmittedText(Struct, frozen=True):
    """A text of the document that is not in the playbook, and why."""

    line: int
    text: str
    reason: str


class Draft(Struct):
    """Everything found in a document."""

    title: str = ""
    goal: str = ""
    minutes: str = ""
    sections: list[DraftSection] = field(default_factory=list)
    detours: list[DraftDetour] = field(default_factory=list)
    outcomes: list[DraftOutcome] = field(default_factory=list)
    buyers: list[DraftBuyer] = field(default_factory=list)
    never_say: list[str] = field(default_factory=list)
    omitted: list[OmittedText] = field(default_factory=list)
    is_library: bool = False

    def items(self) -> Iterator[DraftItem]:
        """Yield every question and everything to say, prep and detours included."""
        for section in self.sections:
            yield from section.items
        for detour in self.detours:
            yield from detour.items

    def omit(self, line: int, text: str, reason: str) -> None:
        """Record a text as left out."""
        text = text.strip()
        if any(sign.isalnum() for sign in text):
            self.omitted.append(OmittedText(line, text, reason))


def drop_long_texts(draft: Draft) -> None:
    """Leave out texts that are too long for their place: for a line of the file, or for a sentence to say."""
    draft.title = _cut_title(draft, draft.title, 1)
    draft.goal = draft.goal if len(draft.goal) <= MAX_CUE_CHARACTERS else _cut_title(draft, draft.goal, 1)
    for section in draft.sections:
        section.title = _cut_title(draft, section.title, section.line)
        section.goal = _cut_title(draft, section.goal, section.line)
        section.parents = tuple(title[:MAX_TITLE_CHARACTERS] for title in section.parents)
        section.items = _drop_long_items(draft, section.items)
    for detour in draft.detours:
        detour.they_say = [_cut_title(draft, text, detour.line) for text in detour.they_say]
        detour.items = _drop_long_items(draft, detour.items)
    draft.detours = [detour for detour in draft.detours if detour.items]
    draft.never_say = [text for text in draft.never_say if len(text) <= MAX_TITLE_CHARACTERS]
    for buyer in draft.buyers:
        buyer.about = _drop_long(draft, buyer.about, buyer.line)


def _cut_title(draft: Draft, text: str, line: int) -> str:
    if len(text) <= MAX_TITLE_CHARACTERS:
        return text
    draft.omit(line, text[MAX_TITLE_CHARACTERS:], "too long for a title")
    return text[:MAX_TITLE_CHARACTERS]


def _drop_long_items(draft: Draft, items: list[DraftItem]) -> list[DraftItem]:
    for item in items:
        item.follow_ups = _drop_long(draft, item.follow_ups, item.line)
        item.phrasings = _drop_long(draft, item.phrasings, item.line)
        for answer in item.answers:
            answer.label = answer.label[:MAX_TITLE_CHARACTERS]
            answer.follow_ups = _drop_long(draft, answer.follow_ups, answer.line)
            answer.say = "".join(_drop_long(draft, [answer.say], answer.line))
    kept = set(_drop_long(draft, [item.text for item in items], items[0].line if items else 0))
    return [item for item in items if item.text in kept]


def _drop_long(draft: Draft, texts: list[str], line: int) -> list[str]:
    for text in texts:
        if len(text) > MAX_SPOKEN_CHARACTERS:
            draft.omit(line, text, TOO_LONG_TO_SAY)
    return [text for text in texts if len(text) <= MAX_SPOKEN_CHARACTERS]


_BUILT_IN_SLOTS = {
    "name": r"(?:(?:prospect|customer|contact|buyer|client|champion|their|first|person|stakeholder)(?:'s"
    r"|’s)?[ _-]*)*(?:name|prospect|contact)|prospect",
    "account": r"(?:(?:the|their|prospect|customer|client|target)(?:'s|’s)?[ _-]*)*(?:company|account"
    r"|organi[sz]ation)(?:[ _-]*name)?|customer|client",
    "role": r"(?:(?:their|job|prospect|buyer|persona)(?:'s|’s)?[ _-]*)*(?:role|title|position|job title)",
    "me": r"(?:your|my|rep|se|ae|seller)(?:'s|’s)?[ _-]*(?:first[ _-]*)?name|me|sender",
}
_MAX_SLOT_WORDS = 6
"""Maximum words of a placeholder; a longer text in brackets is a stage direction and does not change."""


class Slots:
    """Slots of one draft; `asked` are the items of the prep that ask for them, once for each."""

    def __init__(self, names: IdGenerator) -> None:
        self._names = names
        self._found: dict[str, DraftItem] = {}

    @property
    def asked(self) -> list[DraftItem]:
        return list(self._found.values())

    def filled(self, text: str, line: int) -> str:
        """Return `text` with its placeholders as slots."""
        return PLACEHOLDER.sub(lambda found: self._slot(found, line), text)

    def _slot(self, found: re.Match[str], line: int) -> str:
        words = next(group for group in found.groups() if group).strip()
        if len(words.split()) > _MAX_SLOT_WORDS or words.endswith((".", "?")) or not re.search(r"[^\W\d]", words):
            return "(" + found[0][1:-1] + ")" if found[0].startswith("{") else found[0]
        for slot, pattern in _BUILT_IN_SLOTS.items():
            if re.fullmatch(pattern, words, re.IGNORECASE):
                return "{" + slot + "}"
        key = words.casefold()
        if key not in self._found:
            self._found[key] = DraftItem(words[:1].upper() + words[1:], line, id=self._names.take(words))
        return "{" + self._found[key].id + "}"


def fill_slots(draft: Draft, names: IdGenerator) -> None:
    """Replace the placeholders in all spoken texts, and let prep ask for them."""
    slots = Slots(names)
    spoken = [item for section in draft.sections if not section.is_prep for item in section.items]
    for item in [*spoken, *(item for detour in draft.detours for item in detour.items)]:
        item.text = slots.filled(item.text, item.line)
        item.follow_ups = [slots.filled(text, item.line) for text in item.follow_ups]
        item.phrasings = [slots.filled(text, item.line) for text in item.phrasings]
        for answer in item.answers:
            answer.follow_ups = [slots.filled(text, answer.line) for text in answer.follow_ups]
            answer.say = slots.filled(answer.say, answer.line)
    if slots.asked:
        draft.sections.insert(0, DraftSection("Fill in before the call", 0, is_prep=True, items=slots.asked))


ADDED_NOTE = "added: the document has none"
MAX_COMMENT_CHARACTERS = 10_000
"""Characters of one comment line; a line of the file has a limit."""

_MAX_LIST_WIDTH = 100
CUE_FIELDS = ("why", "listen_for", "avoid", "link")
_SECTION_FIELDS = ("minutes", "goal", *CUE_FIELDS)
_STATEMENT_FIELDS = ("speaker", *CUE_FIELDS)
_QUESTION_FIELDS = ("speaker", "priority", "type", "weight", *CUE_FIELDS, "phrasings", "follow_ups")
_ANSWER_FIELDS = ("follow_ups", "say", *CUE_FIELDS, "goto", "end", "points")
_UNQUOTED_FIELDS = ("id", "minutes")
"""Fields whose texts are never in quotes."""


def playbook_text(draft: Draft, name: str, source: str, keep_prose: bool = False) -> str:
    """Return the playbook file of a draft: a commented playbook in which every item names its source line.

    `kept_prose` adds what was left out as comments at its end.
    """
    file = _PlaybookFile()
    file.add(modeline(name).rstrip("\n"))
    file.comment(f"Imported from {source}. '# line 12' is the line of the document that an item comes from.")
    file.comment(f"'# ?' is a decision for you: salesnerd playbook lint {name} --watch lists them.")
    file.field("library" if draft.is_library else "playbook", draft.title)
    file.fields(draft, ("goal",) if draft.is_library else ("goal", "minutes"))
    shared = _shared_scale(draft)
    if shared:
        file.add(f"defaults: {_defaults(shared)}")
    _sections(file, "prep", [section for section in draft.sections if section.is_prep], shared)
    _sections(file, "agenda", [section for section in draft.sections if not section.is_prep], shared)
    _detours(file, draft.detours)
    _outcomes(file, draft.outcomes)
    if draft.never_say:
        file.add("", "coach:", f"  never_say: {_list(draft.never_say)}")
    _buyers(file, draft.buyers)
    if keep_prose and draft.omitted:
        file.add("")
        file.comment("Left out of the playbook:")
        for left in draft.omitted:
            for start in range(0, len(left.text), MAX_COMMENT_CHARACTERS):
                file.comment(f"line {left.line}: {left.text[start : start + MAX_COMMENT_CHARACTERS]}")
    return "\n".join(file.lines) + "\n"


def _shared_scale(draft: Draft) -> tuple[str, ...]:
    """Return the scale that all questions of a document share, if they do."""
    asked = [section for section in draft.sections if any(not item.answers for item in section.items)]
    scales = {section.scale for section in asked}
    return scales.pop() if len(scales) == 1 and len(asked) > 1 else ()


class _PlaybookFile:
    """Collects the lines of the file."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, *lines: str) -> None:
        self.lines += lines

    def comment(self, text: str, indent: int = 0) -> None:
        """Add a comment; a line break in `text` cannot end it."""
        self.lines.append(f"{' ' * indent}# {one_line(text, whole=True)}".rstrip())

    def decisions(self, part: _DraftPart, indent: int) -> None:
        self.lines += (" " * indent + comment for comment in part.decisions)

    def field(self, name: str, value: str | float | Sequence[str] | None, indent: int = 0, note: str = "") -> None:
        """Add a field, if it has a value: a text, a number, or a list on one line or with one line for each text.

        A text is in quotes if YAML needs them. `note` becomes a comment behind it.
        """
        lead = f"{' ' * indent}{name}:"
        note = f"  # {one_line(note)}" if note else ""
        if isinstance(value, (float, int)):
            self.add(f"{lead} {value:g}")
        elif isinstance(value, str):
            self.add(f"{lead} {value if name in _UNQUOTED_FIELDS else format_text(value)}{note}")
        elif value and (len(value) == 1 or name == "why"):
            self.field(name, _sentences(value), indent)
        elif (
            value and sum(map(len, value)) + indent <= _MAX_LIST_WIDTH and not any(text[-1:] in "?!" for text in value)
        ):
            self.add(f"{lead} {_list(value)}")
        elif value:
            self.add(lead, *(f"{' ' * (indent + 2)}- {format_text(text)}" for text in value))

    def fields(self, owner: Struct, names: Iterable[str], indent: int = 0) -> None:
        """Add these fields of a part of the draft, if they have values."""
        for name in names:
            value = getattr(owner, name)
            if value != "":
                self.field(name, value, indent)


def _list(texts: Iterable[str]) -> str:
    inside = (quote(text) if needs_quotes(text, flow=True) or text[-1:] in "?!" else text for text in texts)
    return f"[{', '.join(inside)}]"


def _sentences(texts: Sequence[str]) -> str:
    """Join texts, adding a period to each without punctuation at its end."""
    if len(texts) == 1:
        return texts[0]
    return " ".join(text if text[-1:] in '.?!:;…)”"' else f"{text}." for text in texts)


def _sections(file: _PlaybookFile, name: str, sections: Sequence[DraftSection], shared: Sequence[str]) -> None:
    if sections:
        file.add("", f"{name}:")
    above: tuple[str, ...] = ()
    for at, section in enumerate(sections):
        if section.title:
            if at:
                file.add("")
            new = [title for level, title in enumerate(section.parents) if above[level : level + 1] != (title,)]
            if new:
                file.comment(" > ".join(new), 2)
            file.decisions(section, 2)
            file.field("- section", section.title, 2, f"line {section.line}" if section.line else "")
            file.fields(section, _SECTION_FIELDS[section.is_prep :], 4)
            if section.scale and section.scale != shared:
                file.add(f"    defaults: {_defaults(section.scale)}")
            above = (*section.parents, section.title)
        for item in section.items:
            _item(file, item, 2)


def _defaults(scale: Sequence[str]) -> str:
    kind = "scale" if all(step.isdigit() for step in scale) else "choice"
    return f"{{type: {kind}, answers: {_list(scale)}}}"


def _item(file: _PlaybookFile, item: DraftItem, indent: int) -> None:
    file.decisions(item, indent)
    file.field("- say" if item.is_said else "- ask", item.text, indent)
    file.field("id", item.id, indent + 2, ADDED_NOTE if item.is_added else f"line {item.line}" if item.line else "")
    file.fields(item, _STATEMENT_FIELDS if item.is_said else _QUESTION_FIELDS, indent + 2)
    if item.is_said or not item.answers:
        return
    lead = f"{' ' * (indent + 2)}answers:"
    if not any(map(_filled, item.answers)):
        file.add(f"{lead} {_list(answer.label for answer in item.answers)}")
        return
    file.add(lead)
    for answer in item.answers:
        file.decisions(answer, indent + 4)
        _answer(file, answer, indent + 4)


def _filled(answer: DraftAnswer) -> list[str]:
    """Return the names of the fields that an answer has."""
    return [name for name in _ANSWER_FIELDS if getattr(answer, name) not in ("", [], None)]


def _answer(file: _PlaybookFile, answer: DraftAnswer, indent: int) -> None:
    key = " " * indent + format_text(answer.label)
    match _filled(answer):
        case []:
            file.add(f"{key}: {{}}")
        case ["end"]:
            file.add(f"{key}: {{end: {answer.end}}}")
        case ["follow_ups"] if len(answer.follow_ups) == 1:
            file.add(f"{key}: {format_text(answer.follow_ups[0])}")
        case names:
            file.add(f"{key}:")
            file.fields(answer, [name for name in names if not (name == "end" and answer.goto)], indent + 2)


def _detours(file: _PlaybookFile, detours: Sequence[DraftDetour]) -> None:
    if detours:
        file.add("", "detours:")
    for detour in detours:
        file.decisions(detour, 2)
        file.add(f"  {detour.id}:  # line {detour.line}")
        file.fields(detour, ("they_say", *CUE_FIELDS), 4)
        file.add("    agenda:")
        for item in detour.items:
            _item(file, item, 6)


def _outcomes(file: _PlaybookFile, outcomes: Sequence[DraftOutcome]) -> None:
    gated = [outcome for outcome in outcomes if outcome.condition]
    if gated:
        file.add("", "gates:")
        file.add(*(f"  {outcome.id}_score: {outcome.condition}  # line {outcome.line}" for outcome in gated))
    if outcomes:
        file.add("", "outcomes:")
    for outcome in outcomes:
        file.decisions(outcome, 2)
        file.add(f"  {outcome.id}:  # {ADDED_NOTE if outcome.is_added else f'line {outcome.line}'}")
        file.add(f"    decision: {outcome.decision}")
        if outcome.condition:
            file.add(f"    needs: {outcome.id}_score")
        if any(outcome.capture.values()):
            file.add("    capture:")
            for name, prompt in outcome.capture.items():
                file.field(name, prompt or name.replace("_", " ").capitalize(), 6)
        elif outcome.capture:
            file.add(f"    capture: [{', '.join(outcome.capture)}]")


def _buyers(file: _PlaybookFile, buyers: Sequence[DraftBuyer]) -> None:
    if buyers:
        file.add("", "buyers:")
    for buyer in buyers:
        buyer.add_decision(f"what {buyer.name} answers", "write picks and says", "delete this buyer")
        file.decisions(buyer, 2)
        file.add(f"  {slugify(buyer.name)}:  # line {buyer.line}")
        file.field("who", " ".join(buyer.about), 4)
