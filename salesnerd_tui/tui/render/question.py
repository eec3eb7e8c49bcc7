"""Question: the section line, the one thing to say now, and under it the answers and hints.

The rows are the same for every question, and the first row of the text never moves. A text that needs more rows than
the panel has continues in the rows of the tap while there is no tap; `overflow` are these rows.

Answers and hints each have their own rows, however many answers there are. A follow-up shows neither the answers nor
the hints of the question before: one dim line says which answer it follows.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from salesnerd_tui.call.view import CallView, Choice, Prompt, PromptKind
from salesnerd_tui.timefmt import common_day
from salesnerd_tui.tui.render.text import (
    KNOWN,
    MUTED,
    NARROW,
    Line,
    Lines,
    blank,
    both_ends,
    draw_key,
    fit,
    flow,
    hang_all,
    key_target,
    line,
    safe,
    wrap,
)

MAX_QUESTION_WIDTH = 73
"""Most cells of a question's line; a glance takes in no more. Beside the margin of 120 columns it has as many."""

KIND_LABELS = {PromptKind.SAY: "say", PromptKind.PROBE: "follow-up", PromptKind.CLOSING: "decide"}


class QuestionRows(Struct, frozen=True):
    """Drawn question: the rows of the panel, and the rows that did not fit."""

    panel: Lines
    overflow: Lines


def left_margin(width: int) -> str:
    """Return the blanks left of everything in the middle of the live screen."""
    return "   " if width >= NARROW else " "


def draw_heading(view: CallView, width: int) -> Line:
    """Draw the section line: the section, and what kind of question this is."""
    prompt, margin = view.prompt, left_margin(width)
    if view.way_back:
        name = f": {safe(view.detour).upper()}" if view.detour else ""
        section = line((f"DETOUR{name}", "bold $secondary"), (f" · then back to: {safe(view.way_back)}", MUTED))
        return fit(line(margin, section), width)
    here = next((each.title for each in view.sections if each.is_here), "")
    title = view.title if prompt.kind is PromptKind.CLOSING or not here else here
    parts: list[str | tuple[str, str]] = [(safe(title).upper(), f"bold {MUTED}")]
    parts += [(f" · {word}", style) for word, style in _labels(prompt)]
    return fit(line(margin, *parts), width)


def _labels(prompt: Prompt) -> list[tuple[str, str]]:
    """Return labels for the question with their styles, such as `must` or `asked`."""
    labels: list[tuple[str, str]] = []
    if prompt.kind in KIND_LABELS:
        after = f" to “{safe(prompt.followed.label)}”" if prompt.kind is PromptKind.PROBE and prompt.followed else ""
        labels.append((f"{KIND_LABELS[prompt.kind]}{after}", MUTED))
    elif prompt.is_must:
        labels.append(("must", "$warning"))
    if prompt.speaker not in ("", "me"):
        labels.append((f"{safe(prompt.speaker)} asks", "$secondary"))
    if prompt.asks_to_confirm:
        labels.append((f"known {common_day(fact.day for fact in prompt.known[:1])}", KNOWN))
    if prompt.is_asked and prompt.kind is PromptKind.ASK:
        labels.append(("asked ✓", "$success"))
    return labels


def draw_question(view: CallView, width: int, height: int, *, has_heading: bool = True) -> QuestionRows:
    """Draw the question in exactly `height` rows. Its text is the brightest on the screen.

    Without the section line above it (not `has_heading`, or a narrow terminal), its label is in the last row.
    """
    if height <= 0:
        return QuestionRows([], [])
    prompt, margin = view.prompt, left_margin(width)
    is_narrow = width < NARROW
    bar_cells = 2 if is_narrow else 4
    text_width = max(width - len(margin) - bar_cells, 1)
    if not is_narrow:
        text_width = min(text_width, MAX_QUESTION_WIDTH)
    text = wrap(prompt.text, text_width, "bold $question")
    lead = wrap(f"say: {prompt.lead_in}", text_width, "$secondary", max_lines=1 if height < 5 else 2)
    lead = lead if prompt.lead_in else []
    lead_rows = 2 if height >= 5 else 1 if height >= 4 else 0
    lead_in = lead[: max(lead_rows, min(len(lead), height - len(text)))]
    rows = [*lead_in, *([blank()] * (lead_rows - len(lead_in))), *text]
    if len(text) >= height and not lead_in:
        rows = text
    badge = line()
    if is_narrow or not has_heading:
        badge = line(("detour", "$secondary")) if view.way_back else line(*_labels(prompt)[-1:])
    if badge.plain and len(rows) <= height:
        rows += [blank()] * (height - len(rows))
        if rows[-1].cell_length + badge.cell_length + 2 <= text_width:
            rows[-1] = both_ends(rows[-1], badge, text_width)
    rows += [blank()] * (height - len(rows))
    drawn = [line(margin, _draw_block(row, text_width, bar_cells)) for row in rows]
    return QuestionRows(drawn[:height], drawn[height:])


def _draw_block(row: Line, width: int, bar_cells: int) -> Line:
    gap = " " * (bar_cells - 1)
    padded = row.pad_right(max(width - row.cell_length, 0))
    return line(("▌", "$accent on $panel"), (gap, "on $panel"), padded.stylize("on $panel"))


def cut_question(drawn: QuestionRows) -> Lines:
    """Return the panel with an ellipsis in its last row if the text continues, because a tap covers the next rows."""
    if not drawn.overflow:
        return drawn.panel
    *rows, last = drawn.panel
    style, text = "bold $question on $panel", last.rstrip()
    text_cells = max(last.cell_length - 1, 0)
    shortened = text.pad_right(1) if text.cell_length < text_cells else text.truncate(text_cells).rstrip()
    return [*rows, line(shortened, ("…", style), (" " * (text_cells - shortened.cell_length), style))]


CUE_LABEL_CELLS = 12
"""Cells of the label before a cue, such as `listen for`."""

ANSWER_ROWS = 6
"""Rows for answers; more answers than rows are put side by side."""

HINT_ROWS = 4
"""Rows for the cues below the answers."""

MIN_LABEL_CELLS = 6
"""Cells that the label of an answer always keeps."""

NO_KEYS: Mapping[str, str] = {}


def draw_answers(
    view: CallView, width: int, height: int, keys: Mapping[str, str] = NO_KEYS, *, following: str = ""
) -> Lines:
    """Draw answers and cues in at most `height` rows. Cues are drawn only if all answer rows fit above them.

    `keys` are the keys that may be shown, by command id. `following` is the next question, if it should be shown.
    """
    if height <= 0:
        return []
    prompt = view.prompt
    gap = 1 if height >= ANSWER_ROWS + HINT_ROWS + 2 else 0
    answer_rows = max(min(ANSWER_ROWS, height - 2), 1) if height > ANSWER_ROWS else height
    if prompt.kind is PromptKind.CLOSING:
        rows = flow([line(left_margin(width)), *_closing_keys(view, keys)], width)
    else:
        rows = _draw_answers(prompt, width, answer_rows)
    drawn = [*[blank()] * gap, *rows[:answer_rows]]
    cue_rows = height - gap - answer_rows - gap
    if cue_rows > 0:
        drawn += [blank()] * (gap + answer_rows + gap - len(drawn))
        drawn += draw_cues(prompt, width, cue_rows, following)
    return drawn[:height]


def draw_cues(prompt: Prompt, width: int, height: int, following: str = "") -> Lines:
    """Draw earlier answers, what to listen for, what to avoid and other questions, each in full if all have space.

    The last of them is the next question (`following`), which always has a row.
    """
    margin = left_margin(width)
    label = CUE_LABEL_CELLS if width >= NARROW else 0
    rows_left = height - bool(following)
    known = tuple(": ".join(filter(None, (fact.day, fact.words))) for fact in prompt.known)
    cues: list[tuple[Line, Line]] = []
    for name, words, style in (
        ("they said", prompt.they_said, ""),
        ("you noted", prompt.you_noted, ""),
        ("known", known, KNOWN),
        ("note", prompt.remember, ""),
        ("listen for", prompt.listen_for, ""),
        ("avoid", prompt.avoid, ""),
        ("or ask", prompt.probes, "italic"),
    ):
        if words and len(cues) < rows_left:
            shown = " · ".join(safe(word) for word in words)
            cues.append((line(margin, _cue_label(name, label)), line((shown, style))))
    rows = hang_all(cues, width, rows_left)
    if following and height > 0:
        rows.append(fit(line(margin, _cue_label("next", label), safe(following)), width))
    return rows


def _cue_label(name: str, cells: int) -> tuple[str, str]:
    return (f"{name:{cells}}" if cells else f"{name}  ", MUTED)


def _closing_keys(view: CallView, keys: Mapping[str, str]) -> Lines:
    """Return the keys that are useful at the end of the agenda."""
    effects = [("next", "continues there")] if view.switch else []
    effects += [("end", "ends the call"), ("jump", "back to a question")]
    return [draw_key(keys[id], label) for id, label in effects if id in keys]


def _draw_answers(prompt: Prompt, width: int, height: int) -> Lines:
    """Draw one answer per row with what it leads to, or side by side if there are more answers than rows."""
    margin = left_margin(width)
    if not prompt.choices or prompt.parent or len(prompt.choices) > height or width < NARROW:
        return side_by_side(prompt, width, height)
    longest = max(len(safe(choice.label)) for choice in prompt.choices)
    column = min(longest, max(width // 2, 18))
    return [_draw_choice(choice, column, width, margin) for choice in prompt.choices]


def side_by_side(prompt: Prompt, width: int, height: int) -> Lines:
    """Draw the answers without what they lead to, shortened until they fit in `height` rows."""
    margin = left_margin(width)
    if not prompt.choices:
        return []
    if prompt.parent:
        return [_draw_picked(prompt, width, margin)]
    available = width - len(margin)
    rows: Lines = []
    for longest in range(max(len(safe(choice.label)) for choice in prompt.choices) + 1, MIN_LABEL_CELLS - 1, -1):
        rows = flow([_draw_short(choice, longest) for choice in prompt.choices], available)
        if len(rows) <= height:
            break
    return [line(margin, row) for row in rows[: max(height, 1)]]


def _draw_short(choice: Choice, longest: int) -> Line:
    label = fit(line((safe(choice.label), _label_style(choice))), longest)
    return key_target(line(_draw_number(choice), label), str(choice.number))


def _draw_picked(prompt: Prompt, width: int, margin: str) -> Line:
    """Draw the answer that a follow-up belongs to, and how to correct it."""
    choice = prompt.followed
    if choice is None:
        return fit(line(margin, (safe(prompt.parent), MUTED)), width)
    digits = f"{prompt.choices[0].number}–{prompt.choices[-1].number}" if len(prompt.choices) > 1 else ""
    corrects = f"   ({digits} corrects it)" if digits else ""
    return fit(line(margin, (f"{choice.number}✓ {safe(choice.label)}{corrects}", MUTED)), width)


def _draw_choice(choice: Choice, column: int, width: int, margin: str) -> Line:
    label = fit(line((safe(choice.label), _label_style(choice))), column)
    row = line(margin, _draw_number(choice), " ", label)
    if choice.leads_to:
        gap = " " * (column - label.cell_length)
        row = line(row, gap, ("   → ", MUTED), (safe(choice.leads_to), MUTED))
    elif choice.note:
        row = line(row, " " * (column - label.cell_length + 3), (f"({safe(choice.note)})", f"italic {MUTED}"))
    return key_target(fit(row, width), str(choice.number))


def _draw_number(choice: Choice) -> Line:
    return line((f"{choice.number}", "$accent"), ("✓" if choice.is_picked else " ", "$success"))


def _label_style(choice: Choice) -> str:
    return "$success" if choice.is_picked else ""
