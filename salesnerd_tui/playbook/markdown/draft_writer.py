"""Writer of drafts: the YAML text of a commented playbook in which every item names its source line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from salesnerd_tui.playbook.ids import slugify
from salesnerd_tui.playbook.markdown.draft import (
    CUE_FIELDS,
    Draft,
    DraftAnswer,
    DraftBuyer,
    DraftDetour,
    DraftItem,
    DraftOutcome,
    DraftPart,
    DraftSection,
)
from salesnerd_tui.playbook.yaml_writer import format_text, modeline, needs_quotes, quote
from salesnerd_tui.text import one_line

ADDED_NOTE = "added: the document has none"
MAX_COMMENT_CHARACTERS = 10_000
"""Maximum length of a comment line; longer lines of a playbook are rejected."""

_MAX_LIST_WIDTH = 100
"""Maximum characters of a list on one line."""

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
        elif value and _fits_on_line(value, indent):
            self.add_lines(f"{key} {_format_list(value)}")
        elif value:
            self.add_lines(key, *(f"{' ' * (indent + 2)}- {format_text(text)}" for text in value))

    def add_fields(self, owner: Struct, names: Iterable[str], indent: int = 0) -> None:
        """Add the fields of a part of the draft that have a value."""
        for name in names:
            value = getattr(owner, name)
            if value != "":
                self.add_field(name, value, indent)


def _fits_on_line(texts: Sequence[str], indent: int) -> bool:
    return sum(map(len, texts)) + indent <= _MAX_LIST_WIDTH and not any(text[-1:] in "?!" for text in texts)


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
