"""YAML text of a draft: a commented playbook in which every item names its source line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from salesnerd_tui.playbook.ids import slug
from salesnerd_tui.playbook.lint.syntax import decision_comment
from salesnerd_tui.playbook.markdown.draft import (
    Draft,
    DraftAnswer,
    DraftBuyer,
    DraftCues,
    DraftDetour,
    DraftItem,
    DraftOutcome,
    DraftSection,
    OpenDecision,
)
from salesnerd_tui.playbook.template import modeline
from salesnerd_tui.playbook.yaml_writer import needs_quotes, quoted, written
from salesnerd_tui.text import one_line

ADDED = "added: the document has none"
COMMENT_CHARACTERS = 10_000
"""Characters of one comment line; a line of the file has a limit."""

_WIDTH = 100


def playbook_text(draft: Draft, name: str, source: str, kept_prose: bool = False) -> str:
    """Return the playbook file of a draft. `kept_prose` adds what was left out as comments at its end."""
    writer = _PlaybookWriter()
    writer.add(modeline(name).rstrip("\n"))
    writer.comment(f"Imported from {source}. '# line 12' is the line of the document that an item comes from.")
    writer.comment(f"'# ?' is a decision for you: salesnerd playbook lint {name} --watch lists them.")
    writer.add(f"{'library' if draft.is_library else 'playbook'}: {written(draft.title)}")
    if draft.goal:
        writer.add(f"goal: {written(draft.goal)}")
    if draft.minutes and not draft.is_library:
        writer.add(f"minutes: {draft.minutes}")
    writer.decisions(draft.decisions, 0)
    shared = _shared_scale(draft)
    if shared:
        writer.add(f"defaults: {_defaults(shared)}")
    _sections(writer, "prep", [section for section in draft.sections if section.is_prep], shared)
    _sections(writer, "agenda", [section for section in draft.sections if not section.is_prep], shared)
    _detours(writer, draft.detours)
    _outcomes(writer, draft.outcomes)
    if draft.never_say:
        writer.add("", "coach:", f"  never_say: {_list(draft.never_say)}")
    _buyers(writer, draft.buyers)
    if kept_prose and draft.left_out:
        writer.add("")
        writer.comment("Left out of the playbook:")
        for left in draft.left_out:
            for start in range(0, len(left.text), COMMENT_CHARACTERS):
                writer.comment(f"line {left.line}: {left.text[start : start + COMMENT_CHARACTERS]}")
    return "\n".join(writer.lines) + "\n"


def _shared_scale(draft: Draft) -> tuple[str, ...]:
    """Return the scale that all questions of a document share, if they do."""
    asked = [section for section in draft.sections if any(not item.answers for item in section.items)]
    scales = {section.scale for section in asked}
    return scales.pop() if len(scales) == 1 and len(asked) > 1 else ()


class _PlaybookWriter:
    """Collects the lines of the file."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, *lines: str) -> None:
        self.lines += lines

    def comment(self, text: str, indent: int = 0) -> None:
        """Add a comment; a line break in `text` cannot end it."""
        self.lines.append(f"{' ' * indent}# {one_line(text, whole=True)}".rstrip())

    def decisions(self, decisions: Iterable[OpenDecision], indent: int) -> None:
        for decision in decisions:
            self.lines.append(" " * indent + decision_comment(decision.question, decision.choices))

    def field(self, name: str, text: str, indent: int, note: str = "") -> None:
        """Add `name: text`, in quotes if YAML needs them, with a comment behind it."""
        line = f"{' ' * indent}{name}: {written(text)}"
        self.lines.append(f"{line}  # {one_line(note)}" if note else line)

    def texts(self, name: str, texts: Sequence[str], indent: int) -> None:
        """Add a text, a list on one line, or a list with one line for each text."""
        if not texts:
            return
        if len(texts) == 1:
            self.field(name, texts[0], indent)
        elif sum(map(len, texts)) + indent <= _WIDTH and not any(text[-1:] in "?!" for text in texts):
            self.add(f"{' ' * indent}{name}: {_list(texts)}")
        else:
            self.add(f"{' ' * indent}{name}:", *(f"{' ' * (indent + 2)}- {written(text)}" for text in texts))


def _list(texts: Iterable[str]) -> str:
    inside = (quoted(text) if needs_quotes(text, flow=True) or text[-1:] in "?!" else text for text in texts)
    return f"[{', '.join(inside)}]"


def _cues(writer: _PlaybookWriter, cues: DraftCues, indent: int) -> None:
    if cues.why:
        writer.field("why", _sentences(cues.why), indent)
    for name in ("listen_for", "avoid", "link"):
        writer.texts(name, getattr(cues, name), indent)


def _sentences(texts: Sequence[str]) -> str:
    """Join texts, adding a period to each without punctuation at its end."""
    if len(texts) == 1:
        return texts[0]
    return " ".join(text if text[-1:] in '.?!:;…)”"' else f"{text}." for text in texts)


def _sections(writer: _PlaybookWriter, name: str, sections: Sequence[DraftSection], shared: Sequence[str]) -> None:
    if not sections:
        return
    writer.add("", f"{name}:")
    above: tuple[str, ...] = ()
    for at, section in enumerate(sections):
        if section.title:
            if at:
                writer.add("")
            new = [title for level, title in enumerate(section.parents) if above[level : level + 1] != (title,)]
            if new:
                writer.comment(" > ".join(new), 2)
            _section(writer, section, shared)
            above = (*section.parents, section.title)
        for item in section.items:
            _item(writer, item, 2)


def _section(writer: _PlaybookWriter, section: DraftSection, shared: Sequence[str]) -> None:
    writer.decisions(section.decisions, 2)
    writer.field("- section", section.title, 2, f"line {section.line}" if section.line else "")
    if section.minutes and not section.is_prep:
        writer.add(f"    minutes: {section.minutes}")
    if section.goal:
        writer.field("goal", section.goal, 4)
    _cues(writer, section.cues, 4)
    if section.scale and section.scale != shared:
        writer.add(f"    defaults: {_defaults(section.scale)}")


def _defaults(scale: Sequence[str]) -> str:
    kind = "scale" if all(step.isdigit() for step in scale) else "choice"
    return f"{{type: {kind}, answers: {_list(scale)}}}"


def _item(writer: _PlaybookWriter, item: DraftItem, indent: int) -> None:
    writer.decisions(item.decisions, indent)
    note = ADDED if item.is_added else f"line {item.line}" if item.line else ""
    writer.field("- say" if item.is_said else "- ask", item.text, indent)
    inner = indent + 2
    writer.add(f"{' ' * inner}id: {item.id}" + (f"  # {note}" if note else ""))
    if item.speaker:
        writer.field("speaker", item.speaker, inner)
    if item.is_said:
        _cues(writer, item.cues, inner)
        return
    for name in ("priority", "type"):
        if getattr(item, name):
            writer.add(f"{' ' * inner}{name}: {getattr(item, name)}")
    if item.weight is not None:
        writer.add(f"{' ' * inner}weight: {item.weight:g}")
    _cues(writer, item.cues, inner)
    writer.texts("phrasings", item.phrasings, inner)
    writer.texts("follow_ups", item.follow_ups, inner)
    _answers(writer, item, inner)


def _answers(writer: _PlaybookWriter, item: DraftItem, indent: int) -> None:
    if not item.answers:
        return
    if not any(map(_filled, item.answers)):
        writer.add(f"{' ' * indent}answers: {_list(answer.label for answer in item.answers)}")
        return
    writer.add(f"{' ' * indent}answers:")
    for answer in item.answers:
        writer.decisions(answer.decisions, indent + 2)
        _answer(writer, answer, indent + 2)


def _filled(answer: DraftAnswer) -> list[str]:
    """Return the names of the fields that an answer has."""
    names = [name for name in ("follow_ups", "say", "cues", "goto", "end") if getattr(answer, name)]
    return names if answer.points is None else [*names, "points"]


def _answer(writer: _PlaybookWriter, answer: DraftAnswer, indent: int) -> None:
    key = " " * indent + written(answer.label)
    match _filled(answer):
        case []:
            writer.add(f"{key}: {{}}")
        case ["end"]:
            writer.add(f"{key}: {{end: {answer.end}}}")
        case ["follow_ups"] if len(answer.follow_ups) == 1:
            writer.add(f"{key}: {written(answer.follow_ups[0])}")
        case _:
            writer.add(f"{key}:")
            _answer_fields(writer, answer, indent + 2)


def _answer_fields(writer: _PlaybookWriter, answer: DraftAnswer, indent: int) -> None:
    writer.texts("follow_ups", answer.follow_ups, indent)
    if answer.say:
        writer.field("say", answer.say, indent)
    _cues(writer, answer.cues, indent)
    if answer.goto:
        writer.add(f"{' ' * indent}goto: {answer.goto}")
    elif answer.end:
        writer.add(f"{' ' * indent}end: {answer.end}")
    if answer.points is not None:
        writer.add(f"{' ' * indent}points: {answer.points:g}")


def _detours(writer: _PlaybookWriter, detours: Sequence[DraftDetour]) -> None:
    if not detours:
        return
    writer.add("", "detours:")
    for detour in detours:
        writer.decisions(detour.decisions, 2)
        writer.add(f"  {detour.id}:  # line {detour.line}")
        writer.texts("they_say", detour.they_say, 4)
        _cues(writer, detour.cues, 4)
        writer.add("    agenda:")
        for item in detour.items:
            _item(writer, item, 6)


def _outcomes(writer: _PlaybookWriter, outcomes: Sequence[DraftOutcome]) -> None:
    if not outcomes:
        return
    gated = [outcome for outcome in outcomes if outcome.condition]
    if gated:
        writer.add("", "gates:")
        writer.add(*(f"  {outcome.id}_score: {outcome.condition}  # line {outcome.line}" for outcome in gated))
    writer.add("", "outcomes:")
    for outcome in outcomes:
        writer.decisions(outcome.decisions, 2)
        writer.add(f"  {outcome.id}:  # {ADDED if outcome.is_added else f'line {outcome.line}'}")
        writer.add(f"    decision: {outcome.decision}")
        if outcome.condition:
            writer.add(f"    needs: {outcome.id}_score")
        _capture(writer, outcome.capture)


def _capture(writer: _PlaybookWriter, capture: dict[str, str]) -> None:
    if any(capture.values()):
        prompts = {name: prompt or name.replace("_", " ").capitalize() for name, prompt in capture.items()}
        writer.add("    capture:", *(f"      {name}: {written(prompt)}" for name, prompt in prompts.items()))
    elif capture:
        writer.add(f"    capture: [{', '.join(capture)}]")


def _buyers(writer: _PlaybookWriter, buyers: Sequence[DraftBuyer]) -> None:
    if not buyers:
        return
    writer.add("", "buyers:")
    for buyer in buyers:
        writer.decisions([OpenDecision(f"what {buyer.name} answers", ("write picks and says", "delete this buyer"))], 2)
        writer.add(f"  {slug(buyer.name)}:  # line {buyer.line}")
        writer.field("who", " ".join(buyer.about), 4)
        if buyer.quotes:
            writer.field("otherwise", buyer.quotes[0], 4)
