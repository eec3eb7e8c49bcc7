"""Answers and hints under the question: what they may say, what it leads to, what to listen for.

Answers and hints each have their own rows, however many answers there are. A follow-up shows neither the answers nor
the hints of the question before: one dim line says which answer it follows.
"""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.view import CallView, Choice, Prompt, PromptKind
from salesnerd_tui.timefmt import call_day
from salesnerd_tui.tui.render.question import NARROW, margin_of
from salesnerd_tui.tui.render.text import KNOWN, MUTED, Line, Lines, blank, fit, flow, line, pressable, safe

LABEL = 12
"""Cells of the words in front of a hint, such as `listen for`."""

ANSWER_ROWS = 6
"""Rows for answers; more answers than rows are put side by side."""

HINT_ROWS = 4
SHORTEST = 6
"""Cells that the label of an answer always keeps."""

NO_KEYS: Mapping[str, str] = {}


def draw_answers(view: CallView, width: int, height: int, keys: Mapping[str, str] = NO_KEYS) -> Lines:
    """Draw answers and hints in at most `height` rows: hints only where all rows for answers are left above them.

    `keys` are the keys that may be shown, by command id.
    """
    if height <= 0:
        return []
    prompt = view.prompt
    air = 1 if height >= ANSWER_ROWS + HINT_ROWS + 2 else 0
    space = max(min(ANSWER_ROWS, height - 2), 1) if height > ANSWER_ROWS else height
    if prompt.kind is PromptKind.CLOSING:
        rows = flow([line(margin_of(width)), *_closing_keys(view, keys)], width)
    else:
        rows = _answers(prompt, width, space)
    drawn = [*[blank()] * air, *rows[:space]]
    below = height - air - space - air
    if below > 0:
        drawn += [blank()] * (air + space + air - len(drawn))
        drawn += draw_hints_of(prompt, width, below)
    return drawn[:height]


def draw_hints_of(prompt: Prompt, width: int, height: int) -> Lines:
    """Draw what is known from before, what to listen for, what to avoid and more questions, each in one row."""
    margin = margin_of(width)
    label = LABEL if width >= NARROW else 0
    known = tuple(": ".join(filter(None, (call_day(fact.call), fact.words))) for fact in prompt.known)
    lines: Lines = []
    for name, words, style in (
        ("they said", prompt.they_said, ""),
        ("you noted", prompt.you_noted, ""),
        ("known", known, KNOWN),
        ("note", prompt.remember, ""),
        ("listen for", prompt.listen_for, ""),
        ("avoid", prompt.avoid, ""),
        ("or ask", prompt.probes, "italic"),
    ):
        if words and len(lines) < height:
            shown = " · ".join(safe(word) for word in words)
            lines.append(fit(line(margin, (f"{name:{label}}" if label else f"{name}  ", MUTED), (shown, style)), width))
    return lines


def _closing_keys(view: CallView, keys: Mapping[str, str]) -> Lines:
    """Return the keys that act at the end of the agenda."""
    does = [("next", "continues there")] if view.switch else []
    does += [("end", "ends the call"), ("jump", "back to a question")]
    return [
        pressable(line((keys[id], "bold $accent"), " ", (label, MUTED)), keys[id]) for id, label in does if id in keys
    ]


def _answers(prompt: Prompt, width: int, height: int) -> Lines:
    """Draw one answer a row with what it leads to, or side by side where there are more answers than rows."""
    margin = margin_of(width)
    if not prompt.choices:
        return []
    if prompt.parent:
        return [_picked(prompt, width, margin)]
    if len(prompt.choices) > height or width < NARROW:
        return side_by_side(prompt, width, height)
    longest = max(len(safe(choice.label)) for choice in prompt.choices)
    column = min(longest, max(width * 2 // 5, 18))
    return [_choice(choice, column, width, margin) for choice in prompt.choices]


def side_by_side(prompt: Prompt, width: int, height: int) -> Lines:
    """Draw the answers without what they lead to, shortened if they would need more rows than there are."""
    margin = margin_of(width)
    if not prompt.choices:
        return []
    if prompt.parent:
        return [_picked(prompt, width, margin)]
    room = width - len(margin)
    rows: Lines = []
    for longest in range(max(len(safe(choice.label)) for choice in prompt.choices) + 1, SHORTEST - 1, -1):
        rows = flow([_short(choice, longest) for choice in prompt.choices], room)
        if len(rows) <= height:
            break
    return [line(margin, row) for row in rows[: max(height, 1)]]


def _short(choice: Choice, longest: int) -> Line:
    label = fit(line((safe(choice.label), _weight(choice))), longest)
    return pressable(line(_number(choice), label), str(choice.number))


def _digits(prompt: Prompt) -> str:
    """Return the digits that correct the answer a follow-up belongs to, such as `1–5`."""
    numbers = [choice.number for choice in prompt.choices] if prompt.parent else []
    return f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else "".join(map(str, numbers))


def _picked(prompt: Prompt, width: int, margin: str) -> Line:
    """Draw the answer that a follow-up belongs to, and how to correct it."""
    picked = next((choice for choice in prompt.choices if choice.picked), None)
    if picked is None:
        return fit(line(margin, (safe(prompt.parent), MUTED)), width)
    corrects = f"   ({_digits(prompt)} corrects it)" if len(prompt.choices) > 1 else ""
    return fit(line(margin, (f"{picked.number}✓ {safe(picked.label)}{corrects}", MUTED)), width)


def _choice(choice: Choice, column: int, width: int, margin: str) -> Line:
    label = fit(line((safe(choice.label), _weight(choice))), column)
    row = line(margin, _number(choice), " ", label)
    if choice.leads_to:
        gap = " " * (column - label.cell_length)
        row = line(row, gap, ("   → ", MUTED), (safe(choice.leads_to), MUTED))
    elif choice.note:
        row = line(row, " " * (column - label.cell_length + 3), (f"({safe(choice.note)})", f"italic {MUTED}"))
    return pressable(fit(row, width), str(choice.number))


def _number(choice: Choice) -> Line:
    return line((f"{choice.number}", "$accent"), ("✓" if choice.picked else " ", "$success"))


def _weight(choice: Choice) -> str:
    return "$success" if choice.picked else ""
