"""Draft of a playbook: the content of a document, and its text as a commented playbook.

Texts that are too long for a playbook are omitted, and placeholders become slots that the prep asks for. Every item in
the text names its source line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from salesnerd_tui.playbook.ids import IdGenerator, slugify
from salesnerd_tui.playbook.lint.syntax import decision_comment
from salesnerd_tui.playbook.markdown.sentence import PLACEHOLDER, QUOTES, Role
from salesnerd_tui.playbook.yaml_writer import format_text, modeline, needs_quotes, quote
from salesnerd_tui.text import one_line

MAX_CUE_CHARACTERS = 500
"""Maximum length of a cue, which is read during a call."""

MAX_SPOKEN_CHARACTERS = 2_000
MAX_TITLE_CHARACTERS = 200
"""Maximum length of a title; the rest of a longer one is omitted."""

CUE_FIELDS = ("why", "listen_for", "avoid", "link")
TOO_LONG_TO_SAY = "too long to be said"
TOO_LONG_FOR_NOTE = "too long for a note"
QUESTION_IN_PROSE = "a question inside prose"


class DraftPart(Struct, kw_only=True):
    """A part of a draft, with comments about the decisions that the import leaves to the author."""

    decisions: list[str] = field(default_factory=list)

    def add_decision(self, question: str, *choices: str) -> None:
        """Add a decision for the author, unless the part has it already."""
        comment = decision_comment(question, choices)
        if comment not in self.decisions:
            self.decisions.append(comment)


class DraftCues(DraftPart, kw_only=True):
    """Notes to the user about a part of a draft, in the order of the document."""

    why: list[str] = field(default_factory=list)
    listen_for: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    link: list[str] = field(default_factory=list)
    long_notes: list[str] = field(default_factory=list)

    def add(self, role: Role, text: str) -> bool:
        """Add a note; return False if it is too long for a cue or of another role."""
        if role.value not in CUE_FIELDS or len(text) > MAX_CUE_CHARACTERS:
            return False
        cues: list[str] = getattr(self, role.value)
        if text and text not in cues:
            cues.append(text)
        return True

    def add_note(self, text: str) -> None:
        """Add a note to `why`; a text that is too long for a cue is kept in `long_notes`, to be omitted by name."""
        if not self.add(Role.WHY, text):
            self.long_notes.append(text)

    def add_all(self, role: Role, texts: Iterable[str]) -> bool:
        """Add several notes; return False if at least one of them does not fit."""
        fits = [self.add(role, text) for text in texts]
        return all(fits)


class DraftAnswer(DraftCues):
    """Answer that the user may hear, and its consequence. `target` is the number of a question or a heading."""

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
    """A question, or a statement if `is_said`. `number` is its number in the document."""

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
        """Return the answer with this label, which is added if it is new."""
        for answer in self.answers:
            if answer.label.casefold() == label.casefold():
                return answer
        self.answers.append(DraftAnswer(label, line))
        return self.answers[-1]


class DraftSection(DraftCues):
    """A section; `parents` are the titles of the headings above it."""

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
    """Detour: what the buyer says, and the questions and statements that answer it."""

    they_say: list[str]
    line: int
    id: str = ""
    items: list[DraftItem] = field(default_factory=list)


class DraftOutcome(DraftPart):
    """An outcome, with the condition of its gate if it depends on a score."""

    id: str
    label: str
    line: int
    decision: str
    why: str = ""
    condition: str = ""
    capture: dict[str, str] = field(default_factory=dict)
    is_added: bool = False


class DraftBuyer(DraftPart):
    """A persona of the document, and sentences about them."""

    name: str
    line: int
    about: list[str] = field(default_factory=list)


class OmittedText(Struct, frozen=True):
    """A text of the document that is not in the playbook, and the reason."""

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
        """Yield every question and statement, including prep and detours."""
        for section in self.sections:
            yield from section.items
        for detour in self.detours:
            yield from detour.items

    def omit(self, line: int, text: str, reason: str) -> None:
        """Record a text that is not in the playbook."""
        text = text.strip()
        if any(character.isalnum() for character in text):
            self.omitted.append(OmittedText(line, text, reason))

    def forbid(self, phrases: Iterable[str], line: int) -> None:
        """Add phrases to `never_say`; longer texts are omitted, and empty quotations ignored."""
        for phrase in phrases:
            if not phrase.strip(QUOTES + " "):
                continue
            if len(phrase) <= MAX_TITLE_CHARACTERS:
                self.never_say.append(phrase)
            else:
                self.omit(line, phrase, "too long for a phrase")


def drop_unusable_texts(draft: Draft) -> None:
    """Omit texts that are empty or too long for their place in a playbook, and cut titles."""
    draft.title = _cut_title(draft, draft.title, 1)
    draft.goal = draft.goal if len(draft.goal) <= MAX_CUE_CHARACTERS else _cut_title(draft, draft.goal, 1)
    for section in draft.sections:
        section.title = _cut_title(draft, section.title, section.line)
        section.goal = _cut_title(draft, section.goal, section.line)
        section.parents = tuple(title[:MAX_TITLE_CHARACTERS] for title in section.parents)
        section.items = _drop_long_items(draft, section.items)
    for detour in draft.detours:
        detour.they_say = [_cut_title(draft, text, detour.line) for text in detour.they_say if text.strip()]
        detour.items = _drop_long_items(draft, detour.items)
        if not detour.they_say:
            for item in detour.items:
                draft.omit(item.line, item.text, "a reply to nothing")
    draft.detours = [detour for detour in draft.detours if detour.items and detour.they_say]
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
        parts: list[DraftItem | DraftAnswer] = [item, *item.answers]
        for part in parts:
            for note in part.long_notes:
                draft.omit(part.line, note, TOO_LONG_FOR_NOTE)
        if not item.text.strip():
            _replace_empty_text(draft, item)
    return [item for item in items if _drop_long(draft, [item.text], item.line)]


def _replace_empty_text(draft: Draft, item: DraftItem) -> None:
    """Ask the first follow-up of a question without words; without a follow-up, omit its notes and answers."""
    if item.follow_ups:
        item.text, item.is_said = item.follow_ups.pop(0), False
        return
    notes = [note for name in CUE_FIELDS for note in getattr(item, name)]
    for text in (*notes, *(answer.label for answer in item.answers)):
        draft.omit(item.line, text, "a note of a question without words")


def _drop_long(draft: Draft, texts: list[str], line: int) -> list[str]:
    for text in texts:
        if len(text) > MAX_SPOKEN_CHARACTERS:
            draft.omit(line, text, TOO_LONG_TO_SAY)
    return [text for text in texts if text.strip() and len(text) <= MAX_SPOKEN_CHARACTERS]


_BUILT_IN_SLOTS = {
    "name": r"(?:(?:prospect|customer|contact|buyer|client|champion|their|first|person|stakeholder)(?:'s"
    r"|’s)?[ _-]*)*(?:name|prospect|contact)|prospect",
    "account": r"(?:(?:the|their|prospect|customer|client|target)(?:'s|’s)?[ _-]*)*(?:company|account"
    r"|organi[sz]ation)(?:[ _-]*name)?|customer|client",
    "role": r"(?:(?:their|job|prospect|buyer|persona)(?:'s|’s)?[ _-]*)*(?:role|title|position|job title)",
    "me": r"(?:your|my|rep|se|ae|seller)(?:'s|’s)?[ _-]*(?:first[ _-]*)?name|me|sender",
}
_MAX_SLOT_WORDS = 6
"""Maximum words of a placeholder; a longer text in brackets is a stage direction and stays as it is."""


class _Slots:
    """Slots of a draft. `questions` are the prep questions that ask for them, by the words of the placeholder."""

    def __init__(self, ids: IdGenerator) -> None:
        self._ids = ids
        self.questions: dict[str, DraftItem] = {}

    def fill(self, text: str, line: int) -> str:
        return PLACEHOLDER.sub(lambda match: self._slot(match, line), text)

    def _slot(self, match: re.Match[str], line: int) -> str:
        words = next(group for group in match.groups() if group).strip()
        if len(words.split()) > _MAX_SLOT_WORDS or words.endswith((".", "?")) or not re.search(r"[^\W\d]", words):
            return f"({match[0][1:-1]})" if match[0].startswith("{") else match[0]
        for slot, pattern in _BUILT_IN_SLOTS.items():
            if re.fullmatch(pattern, words, re.IGNORECASE):
                return f"{{{slot}}}"
        key = words.casefold()
        if key not in self.questions:
            self.questions[key] = DraftItem(words[:1].upper() + words[1:], line, id=self._ids.generate(words))
        return f"{{{self.questions[key].id}}}"


def fill_slots(draft: Draft, ids: IdGenerator) -> None:
    """Replace the placeholders in all spoken texts by slots, and add prep questions for them."""
    slots = _Slots(ids)
    spoken = [item for section in draft.sections if not section.is_prep for item in section.items]
    for item in [*spoken, *(item for detour in draft.detours for item in detour.items)]:
        item.text = slots.fill(item.text, item.line)
        item.follow_ups = [slots.fill(text, item.line) for text in item.follow_ups]
        item.phrasings = [slots.fill(text, item.line) for text in item.phrasings]
        for answer in item.answers:
            answer.follow_ups = [slots.fill(text, answer.line) for text in answer.follow_ups]
            answer.say = slots.fill(answer.say, answer.line)
    if slots.questions:
        items = list(slots.questions.values())
        draft.sections.insert(0, DraftSection("Fill in before the call", 0, is_prep=True, items=items))


ADDED_NOTE = "added: the document has none"
MAX_COMMENT_CHARACTERS = 10_000
"""Maximum length of a comment line; longer lines of a playbook are rejected."""

_MAX_LIST_WIDTH = 100
_SECTION_FIELDS = ("minutes", "goal", *CUE_FIELDS)
_STATEMENT_FIELDS = ("speaker", *CUE_FIELDS)
_QUESTION_FIELDS = ("speaker", "priority", "type", "weight", *CUE_FIELDS, "phrasings", "follow_ups")
_ANSWER_FIELDS = ("follow_ups", "say", *CUE_FIELDS, "goto", "end", "points")
_UNQUOTED_FIELDS = ("id", "minutes")
"""Fields whose values are never quoted."""


def playbook_text(draft: Draft, name: str, source: str, *, keep_prose: bool) -> str:
    """Return the YAML text of a draft. `keep_prose` adds the omitted texts as comments at its end."""
    file = _PlaybookFile()
    file.add_lines(modeline(name).rstrip("\n"))
    file.add_comment(f"Imported from {source}. '# line 12' is the line of the document that an item comes from.")
    file.add_comment(f"'# ?' is a decision for you: salesnerd playbook lint {name} --watch lists them.")
    file.add_field("library" if draft.is_library else "playbook", draft.title)
    file.add_fields(draft, ("goal",) if draft.is_library else ("goal", "minutes"))
    shared = _shared_scale(draft)
    if shared:
        file.add_lines(f"defaults: {_format_defaults(shared)}")
    _write_sections(file, "prep", [section for section in draft.sections if section.is_prep], shared)
    _write_sections(file, "agenda", [section for section in draft.sections if not section.is_prep], shared)
    _write_detours(file, draft.detours)
    _write_outcomes(file, draft.outcomes)
    if draft.never_say:
        file.add_lines("", "coach:", f"  never_say: {_format_list(draft.never_say)}")
    _write_buyers(file, draft.buyers)
    if keep_prose and draft.omitted:
        file.add_lines("")
        file.add_comment("Left out of the playbook:")
        for omitted in draft.omitted:
            for start in range(0, len(omitted.text), MAX_COMMENT_CHARACTERS):
                part = omitted.text[start : start + MAX_COMMENT_CHARACTERS]
                file.add_comment(f"line {omitted.line}: {part}")
    return "\n".join(file.lines) + "\n"


def _shared_scale(draft: Draft) -> tuple[str, ...]:
    """Return the scale that the sections of a draft have in common; empty if there is none."""
    sections = [section for section in draft.sections if any(not item.answers for item in section.items)]
    scales = {section.scale for section in sections}
    return scales.pop() if len(scales) == 1 and len(sections) > 1 else ()


class _PlaybookFile:
    """Lines of a playbook file."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add_lines(self, *lines: str) -> None:
        self.lines += lines

    def add_comment(self, text: str, indent: int = 0) -> None:
        """Add a comment of one line; line breaks in `text` are replaced."""
        self.lines.append(f"{' ' * indent}# {one_line(text, whole=True)}".rstrip())

    def add_decisions(self, part: DraftPart, indent: int) -> None:
        self.lines += (" " * indent + comment for comment in part.decisions)

    def add_field(self, name: str, value: str | float | Sequence[str] | None, indent: int = 0, note: str = "") -> None:
        """Add a field unless it has no value. A list is written on one line if it is short.

        Texts are quoted where YAML requires it. `note` becomes a comment at the end of the line.
        """
        key = f"{' ' * indent}{name}:"
        note = f"  # {one_line(note)}" if note else ""
        if isinstance(value, (float, int)):
            self.add_lines(f"{key} {value:g}")
        elif isinstance(value, str):
            self.add_lines(f"{key} {value if name in _UNQUOTED_FIELDS else format_text(value)}{note}")
        elif value and (len(value) == 1 or name == "why"):
            self.add_field(name, _join_sentences(value), indent)
        elif (
            value and sum(map(len, value)) + indent <= _MAX_LIST_WIDTH and not any(text[-1:] in "?!" for text in value)
        ):
            self.add_lines(f"{key} {_format_list(value)}")
        elif value:
            self.add_lines(key, *(f"{' ' * (indent + 2)}- {format_text(text)}" for text in value))

    def add_fields(self, owner: Struct, names: Iterable[str], indent: int = 0) -> None:
        """Add the fields of a part of the draft that have a value."""
        for name in names:
            value = getattr(owner, name)
            if value != "":
                self.add_field(name, value, indent)


def _format_list(texts: Iterable[str]) -> str:
    values = (quote(text) if needs_quotes(text, flow=True) or "?" in text else text for text in texts)
    return f"[{', '.join(values)}]"


def _join_sentences(texts: Sequence[str]) -> str:
    """Join texts; a period is added to each that does not end with punctuation."""
    if len(texts) == 1:
        return texts[0]
    return " ".join(text if text[-1:] in '.?!:;…)”"' else f"{text}." for text in texts)


def _write_sections(file: _PlaybookFile, name: str, sections: Sequence[DraftSection], shared: Sequence[str]) -> None:
    if sections:
        file.add_lines("", f"{name}:")
    above: tuple[str, ...] = ()
    for at, section in enumerate(sections):
        if section.title:
            if at:
                file.add_lines("")
            new = [title for level, title in enumerate(section.parents) if above[level : level + 1] != (title,)]
            if new:
                file.add_comment(" > ".join(new), 2)
            file.add_decisions(section, 2)
            file.add_field("- section", section.title, 2, f"line {section.line}" if section.line else "")
            file.add_fields(section, _SECTION_FIELDS[section.is_prep :], 4)
            if section.scale and section.scale != shared:
                file.add_lines(f"    defaults: {_format_defaults(section.scale)}")
            above = (*section.parents, section.title)
        for item in section.items:
            _write_item(file, item, 2)


def _format_defaults(scale: Sequence[str]) -> str:
    kind = "scale" if all(step.isdigit() for step in scale) else "choice"
    return f"{{type: {kind}, answers: {_format_list(scale)}}}"


def _write_item(file: _PlaybookFile, item: DraftItem, indent: int) -> None:
    file.add_decisions(item, indent)
    file.add_field("- say" if item.is_said else "- ask", item.text, indent)
    file.add_field("id", item.id, indent + 2, ADDED_NOTE if item.is_added else f"line {item.line}" if item.line else "")
    file.add_fields(item, _STATEMENT_FIELDS if item.is_said else _QUESTION_FIELDS, indent + 2)
    if item.is_said or not item.answers:
        return
    lead = f"{' ' * (indent + 2)}answers:"
    if not any(map(_answer_fields, item.answers)):
        file.add_lines(f"{lead} {_format_list(answer.label for answer in item.answers)}")
        return
    file.add_lines(lead)
    for answer in item.answers:
        file.add_decisions(answer, indent + 4)
        _write_answer(file, answer, indent + 4)


def _answer_fields(answer: DraftAnswer) -> list[str]:
    """Return the names of the fields of an answer that have a value."""
    return [name for name in _ANSWER_FIELDS if getattr(answer, name) not in ("", [], None)]


def _write_answer(file: _PlaybookFile, answer: DraftAnswer, indent: int) -> None:
    key = " " * indent + format_text(answer.label)
    match _answer_fields(answer):
        case []:
            file.add_lines(f"{key}: {{}}")
        case ["end"]:
            file.add_lines(f"{key}: {{end: {answer.end}}}")
        case ["follow_ups"] if len(answer.follow_ups) == 1:
            file.add_lines(f"{key}: {format_text(answer.follow_ups[0])}")
        case names:
            file.add_lines(f"{key}:")
            file.add_fields(answer, [name for name in names if not (name == "end" and answer.goto)], indent + 2)


def _write_detours(file: _PlaybookFile, detours: Sequence[DraftDetour]) -> None:
    if detours:
        file.add_lines("", "detours:")
    for detour in detours:
        file.add_decisions(detour, 2)
        file.add_lines(f"  {detour.id}:  # line {detour.line}")
        file.add_fields(detour, ("they_say", *CUE_FIELDS), 4)
        file.add_lines("    agenda:")
        for item in detour.items:
            _write_item(file, item, 6)


def _write_outcomes(file: _PlaybookFile, outcomes: Sequence[DraftOutcome]) -> None:
    gated = [outcome for outcome in outcomes if outcome.condition]
    if gated:
        file.add_lines("", "gates:")
        file.add_lines(*(f"  {outcome.id}_score: {outcome.condition}  # line {outcome.line}" for outcome in gated))
    if outcomes:
        file.add_lines("", "outcomes:")
    for outcome in outcomes:
        file.add_decisions(outcome, 2)
        file.add_lines(f"  {outcome.id}:  # {ADDED_NOTE if outcome.is_added else f'line {outcome.line}'}")
        file.add_lines(f"    decision: {outcome.decision}")
        if outcome.condition:
            file.add_lines(f"    needs: {outcome.id}_score")
        if any(outcome.capture.values()):
            file.add_lines("    capture:")
            for name, prompt in outcome.capture.items():
                file.add_field(name, prompt or name.replace("_", " ").capitalize(), 6)
        elif outcome.capture:
            file.add_lines(f"    capture: [{', '.join(outcome.capture)}]")


def _write_buyers(file: _PlaybookFile, buyers: Sequence[DraftBuyer]) -> None:
    if buyers:
        file.add_lines("", "buyers:")
    for buyer in buyers:
        buyer.add_decision(f"what {buyer.name} answers", "write picks and says", "delete this buyer")
        file.add_decisions(buyer, 2)
        file.add_lines(f"  {slugify(buyer.name)}:  # line {buyer.line}")
        file.add_field("who", " ".join(buyer.about), 4)
