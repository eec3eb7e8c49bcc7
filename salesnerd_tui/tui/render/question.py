"""Question panel: the section line and the one thing to say now, in rows that are the same for every question.

The first row of the text never moves. A text that needs more rows than the panel has continues in the rows of the tap
while there is no tap; `overflow` are these rows.
"""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.view import CallView, Prompt, PromptKind
from salesnerd_tui.timefmt import call_days
from salesnerd_tui.tui.render.text import KNOWN, MUTED, Line, Lines, blank, both_ends, fit, line, safe, wrapped

READABLE = 76
"""Most cells of a question's line; a glance takes in no more."""

NARROW = 60
"""Below this width there is no section line: its word for the question is at the end of the panel."""

WORDS = {PromptKind.SAY: "say", PromptKind.PROBE: "follow-up", PromptKind.CLOSING: "decide"}


class QuestionRows(Struct, frozen=True):
    """Drawn question: the rows of the panel, and the rows that did not fit."""

    panel: Lines
    overflow: Lines


def margin_of(width: int) -> str:
    """Return the blanks left of everything in the middle of the live screen."""
    return "   " if width >= NARROW else " "


def draw_heading(view: CallView, width: int) -> Line:
    """Draw the section line: the section, and what kind of question this is."""
    prompt, margin = view.prompt, margin_of(width)
    if view.way_back:
        section = line(("DETOUR", "bold $secondary"), (f" · then back to: {safe(view.way_back)}", MUTED))
        return fit(line(margin, section), width)
    here = next((each.title for each in view.sections if each.progress.value == "here"), "")
    title = view.title if prompt.kind is PromptKind.CLOSING or not here else here
    parts: list[str | tuple[str, str]] = [(safe(title).upper(), f"bold {MUTED}")]
    parts += [(f" · {word}", style) for word, style in _words(prompt)]
    return fit(line(margin, *parts), width)


def _words(prompt: Prompt) -> list[tuple[str, str]]:
    """Return what there is to know about the question, in a word or two each."""
    words: list[tuple[str, str]] = []
    if prompt.kind in WORDS:
        label = next((choice.label for choice in prompt.choices if choice.picked), "")
        after = f" to “{safe(label)}”" if prompt.kind is PromptKind.PROBE and label else ""
        words.append((f"{WORDS[prompt.kind]}{after}", MUTED))
    elif prompt.must:
        words.append(("must", "$warning"))
    if prompt.by not in ("", "me"):
        words.append((f"{safe(prompt.by)} asks", "$secondary"))
    if prompt.confirms:
        words.append((f"known {call_days(fact.call for fact in prompt.known[:1])}", KNOWN))
    if prompt.asked and prompt.kind is PromptKind.ASK:
        words.append(("asked ✓", "$success"))
    return words


def draw_question(view: CallView, width: int, height: int) -> QuestionRows:
    """Draw the panel in exactly `height` rows. Its text is the brightest on the screen."""
    if height <= 0:
        return QuestionRows([], [])
    prompt, margin = view.prompt, margin_of(width)
    narrow = width < NARROW
    bar = 2 if narrow else 4
    room = max(min(width - len(margin), READABLE + bar) if not narrow else width - len(margin), bar + 1)
    words = wrapped(prompt.text, room - bar, "bold $question")
    lead = wrapped(f"say: {prompt.lead_in}", room - bar, "$secondary", most=1 if height < 5 else 2)
    lead = lead if prompt.lead_in else []
    first = 2 if height >= 5 else 1 if height >= 4 else 0
    above = lead[: max(first, min(len(lead), height - len(words)))]
    rows = [*above, *([blank()] * (first - len(above))), *words]
    if len(words) >= height and not above:
        rows = words
    badge = _badge(view) if narrow else line()
    if badge.plain and len(rows) <= height:
        rows += [blank()] * (height - len(rows))
        if rows[-1].cell_length + badge.cell_length + 2 <= room - bar:
            rows[-1] = both_ends(rows[-1], badge, room - bar)
    rows += [blank()] * (height - len(rows))
    drawn = [line(margin, _block(row, room, bar)) for row in rows]
    return QuestionRows(drawn[:height], drawn[height:])


def _badge(view: CallView) -> Line:
    """Return the word at the end of a narrow panel."""
    if view.way_back:
        return line(("detour", "$secondary"))
    words = _words(view.prompt)
    return line(*((f"{'' if not number else ' · '}{word}", style) for number, (word, style) in enumerate(words[-1:])))


def _block(row: Line, room: int, bar: int) -> Line:
    gap = " " * (bar - 1)
    padded = row.pad_right(max(room - bar - row.cell_length, 0))
    return line(("▌", "$accent on $panel"), (gap, "on $panel"), padded.stylize("on $panel"))


def cut_question(drawn: QuestionRows) -> Lines:
    """Return the panel with an ellipsis in its last row if the text continues, because a tap has the next rows."""
    if not drawn.overflow:
        return drawn.panel
    *rows, last = drawn.panel
    return [*rows, line(fit(last, max(last.cell_length - 2, 1)), ("…", "bold $question on $panel"))]
